"""How the times of single cues of the two tracks differ."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.checks._tracks import (
    BO,
    FINE,
    PAIR,
    ZH,
    seconds,
    severity_of,
    timed,
)
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import Severity, Span, Suggestion


def _cue_timing(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = timed(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _bo, zh, alignment, measured = found
    rough = "transcript" in (_bo.source, zh.source)
    for one in measured:
        severity = severity_of(artifacts, one.worst_ms)
        if severity is None:
            continue
        if rough:  # a recogniser cuts sentences as it likes
            severity = Severity.INFO
        bead = one.bead
        side = "start" if abs(one.start_ms) >= abs(one.end_ms) else "end"
        first, last = zh.cues[bead.zh[0]], zh.cues[bead.zh[-1]]
        yield Hit(
            bo=bead.bo,
            zh=bead.zh,
            span_ms=Span(start_ms=first.start_ms, end_ms=max(first.start_ms, last.end_ms)),
            severity=severity,
            confidence=1.0 if bead.confidence is None else bead.confidence,
            params={
                "variant": side + ("-late" if one.worst_ms > 0 else "-early"),
                "seconds": seconds(abs(one.worst_ms)),
                "start_ms": round(one.start_ms),
                "end_ms": round(one.end_ms),
            },
            suggestion=Suggestion(
                kind="move-cue",
                safety="unsafe" if len(bead.bo) == 1 and not rough else "display-only",
                params={
                    "track": "bo",
                    "start_ms": max(0, round(alignment.to_bo_ms(first.start_ms))),
                    "end_ms": max(0, round(alignment.to_bo_ms(last.end_ms))),
                },
            ),
        )


RULES = (
    Rule(
        id="cue-timing",
        group="alignment",
        severity=Severity.WARNING,
        also=(
            Severity.ERROR,
            Severity.INFO,
        ),
        needs=PAIR,
        title=Words(zh="两种字幕出现的时间不一致", en="Times of the two languages differ"),
        holds=Words(zh="两种字幕同时出现", en="Both languages appear together"),
        asks=Words(zh="两种字幕是否同时出现", en="Whether both languages appear together"),
        explanation=Words(
            zh="在扣除整体偏移之后，这一条藏文字幕与对应的中文字幕仍有时间差。"
            "超过 120 毫秒提示，超过 500 毫秒警告，超过 1500 毫秒报错（可在设置中修改）。",
            en="Apart from the overall offset, this Tibetan cue has different times from its Chinese cue. A note above 120 ms, a warning above 500 ms, an error above 1500 ms (adjustable).",
        ),
        message=Words(zh="藏文字幕的时间相差 {seconds} 秒", en="The Tibetan is off by {seconds} s"),
        messages={
            "start-late": Words(
                zh="藏文字幕晚出现 {seconds} 秒", en="The Tibetan starts {seconds} s late"
            ),
            "start-early": Words(
                zh="藏文字幕早出现 {seconds} 秒", en="The Tibetan starts {seconds} s early"
            ),
            "end-late": Words(
                zh="藏文字幕晚消失 {seconds} 秒", en="The Tibetan ends {seconds} s late"
            ),
            "end-early": Words(
                zh="藏文字幕早消失 {seconds} 秒", en="The Tibetan ends {seconds} s early"
            ),
        },
        remedy=Words(
            zh="把这条藏文字幕移到建议的时间。", en="Move this Tibetan cue to the suggested time."
        ),
        remedies={
            "start-late": Words(
                zh="把这条藏文字幕的开始时间提前，与对应的中文一致{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="Start this Tibetan cue earlier, with its Chinese cue{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
            "start-early": Words(
                zh="把这条藏文字幕的开始时间推后，与对应的中文一致{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="Start this Tibetan cue later, with its Chinese cue{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
            "end-late": Words(
                zh="把这条藏文字幕的结束时间提前，与对应的中文一致{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="End this Tibetan cue earlier, with its Chinese cue{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
            "end-early": Words(
                zh="把这条藏文字幕的结束时间推后，与对应的中文一致{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="End this Tibetan cue later, with its Chinese cue{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
        },
        limits=Words(
            zh="字幕在停顿中多停留一会儿不算错；只有盖住下一句的部分才计入。",
            en="A cue may stay on during a pause; only what runs into the next sentence counts.",
        ),
        run=_cue_timing,
        catches=Example(
            bo=(*BO[:3], (13400, 15300, BO[3][2]), *BO[4:]),
            zh=ZH,
        ),
        leaves=FINE,
    ),
)
