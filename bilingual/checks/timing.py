"""How the two clocks differ: as a whole, from some time on, cue by cue."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.alignment.residuals import Deviation, deviations, named_rate, uncertainty
from bilingual.checks._speech import clock_of
from bilingual.checks._tracks import (
    BO,
    FINE,
    LONG_BO,
    LONG_ZH,
    PAIR,
    ZH,
    both_tracks,
    player_time,
    retimed,
    seconds,
    severity_of,
)
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import Alignment, Span, Track
from bilingual.result import Severity, Suggestion

_FEW_PAIRS = 3


def _timed(
    artifacts: Artifacts,
) -> tuple[Track, Track, Alignment, list[Deviation]] | CannotTell:
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        return found
    bo, zh, alignment = found
    measured = deviations(bo, zh, alignment)
    if len(measured) < _FEW_PAIRS:
        return CannotTell(reason="too-few-pairs", params={"pairs": len(measured)})
    return bo, zh, alignment, measured


def _cue_timing(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = _timed(artifacts)
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


def _shift(artifacts: Artifacts, alignment: Alignment) -> Suggestion:
    """The correction that puts the Tibetan track on the Chinese one's clock.

    It is safe where the words heard say that the Chinese is the one in time.
    """
    sound = clock_of(artifacts)
    sure = (
        sound is not None
        and not sound.jumps
        and sound.rate == 1.0
        and abs(sound.offset_ms) <= artifacts.config.sync.warning_ms
    )
    return Suggestion(
        kind="retime-track",
        safety="safe" if sure else "unsafe",
        params={
            "track": "bo",
            "rate": round(1 / alignment.rate, 6),
            "offset_ms": round(-alignment.offset_ms / alignment.rate),
            "jumps": [
                {
                    "at_ms": round(alignment.rate * j.at_ms + j.offset_ms),
                    "offset_ms": round(-j.offset_ms / alignment.rate),
                }
                for j in alignment.jumps
            ],
        },
    )


def _sync_offset(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = _timed(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _bo, _zh, alignment, measured = found
    margin = 2 * uncertainty(measured).offset_ms
    severity = severity_of(artifacts, max(0.0, abs(alignment.offset_ms) - margin))
    if severity is None:
        return
    yield Hit(
        severity=severity,
        confidence=0.99,
        params={
            "variant": "late" if alignment.offset_ms > 0 else "early",
            "seconds": seconds(abs(alignment.offset_ms)),
            "offset_ms": alignment.offset_ms,
            "margin_ms": round(margin),
            "pairs": len(measured),
        },
        suggestion=_shift(artifacts, alignment),
    )


def _sync_drift(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = _timed(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _bo, zh, alignment, measured = found
    if alignment.rate == 1.0:
        return
    margin = 2 * uncertainty(measured).rate
    times = [c.start_ms for c in zh.cues]
    length = max(times) - min(times)
    severity = severity_of(artifacts, max(0.0, abs(alignment.rate - 1) - margin) * length)
    if severity is None:
        return
    name = named_rate(alignment.rate, margin)
    yield Hit(
        severity=severity,
        confidence=0.99,
        params={
            "variant": "named" if name else "plain",
            "percent": round(abs(alignment.rate - 1) * 100, 2),
            "rate": round(alignment.rate, 6),
            "margin": round(margin, 6),
            "ratio": name,
            "seconds": seconds(abs(alignment.rate - 1) * length),
        },
        suggestion=_shift(artifacts, alignment),
    )


def _sync_jump(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = _timed(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _bo, _zh, alignment, _measured = found
    before = alignment.offset_ms
    for jump in alignment.jumps:
        size = jump.offset_ms - before
        before = jump.offset_ms
        severity = severity_of(artifacts, size)
        if severity is None:
            continue
        yield Hit(
            severity=severity,
            confidence=0.95,
            span_ms=Span(start_ms=jump.at_ms, end_ms=jump.at_ms),
            params={
                "variant": "late" if size > 0 else "early",
                "at": player_time(jump.at_ms),
                "seconds": seconds(abs(size)),
                "size_ms": size,
            },
            suggestion=_shift(artifacts, alignment),
        )


RULES = (
    Rule(
        id="cue-timing",
        group="alignment",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(
            zh="两种字幕出现的时间不一致", en="The two languages appear at different times"
        ),
        explanation=Words(
            zh="在扣除整体偏移之后，这一条藏文字幕与对应的中文字幕仍有时间差。"
            "超过 120 毫秒提示，超过 500 毫秒警告，超过 1500 毫秒报错（可在设置中修改）。",
            en="After the overall shift is taken off, this Tibetan cue still comes at another time "
            "than its Chinese partner. A note above 120 ms, a warning above 500 ms, an error "
            "above 1500 ms (settings).",
        ),
        message=Words(zh="藏文字幕的时间相差 {seconds} 秒", en="The Tibetan is off by {seconds} s"),
        messages={
            "start-late": Words(
                zh="藏文字幕晚出现 {seconds} 秒", en="The Tibetan comes {seconds} s late"
            ),
            "start-early": Words(
                zh="藏文字幕早出现 {seconds} 秒", en="The Tibetan comes {seconds} s early"
            ),
            "end-late": Words(
                zh="藏文字幕晚消失 {seconds} 秒", en="The Tibetan goes {seconds} s late"
            ),
            "end-early": Words(
                zh="藏文字幕早消失 {seconds} 秒", en="The Tibetan goes {seconds} s early"
            ),
        },
        remedy=Words(
            zh="请把这条藏文字幕移到建议的时间。", en="Move the Tibetan cue to the suggested time."
        ),
        limits=Words(
            zh="字幕在停顿中多停留一会儿不算错；只有盖住下一句的部分才计入。",
            en="Staying on into a pause is no fault; only what covers the next sentence counts.",
        ),
        run=_cue_timing,
        catches=Example(
            bo=(*BO[:3], (13400, 15300, BO[3][2]), *BO[4:]),
            zh=ZH,
        ),
        leaves=FINE,
    ),
    Rule(
        id="sync-offset",
        group="alignment",
        severity=Severity.ERROR,
        needs=PAIR,
        title=Words(zh="整条字幕整体偏移", en="The whole track is shifted"),
        explanation=Words(
            zh="藏文字幕与中文字幕相比，整体早了或晚了同样的时间。",
            en="Against the Chinese track the Tibetan one is early or late by the same time "
            "throughout.",
        ),
        message=Words(
            zh="藏文字幕整体相差 {seconds} 秒", en="The Tibetan track is off by {seconds} s"
        ),
        messages={
            "late": Words(
                zh="藏文字幕整体晚了 {seconds} 秒（依据 {pairs} 对字幕）",
                en="The Tibetan track is {seconds} s late ({pairs} pairs)",
            ),
            "early": Words(
                zh="藏文字幕整体早了 {seconds} 秒（依据 {pairs} 对字幕）",
                en="The Tibetan track is {seconds} s early ({pairs} pairs)",
            ),
        },
        remedy=Words(
            zh="请先对照声音确认哪一条字幕是准的，再把另一条整体移动。",
            en="Listen which track is right, then shift the other one as a whole.",
        ),
        limits=Words(
            zh="只比较两条字幕，不知道哪一条与声音一致。",
            en="Compares the two tracks only and does not know which one fits the sound.",
        ),
        run=_sync_offset,
        catches=Example(bo=retimed(BO, 1, 5000), zh=ZH),
        leaves=FINE,
    ),
    Rule(
        id="sync-drift",
        group="alignment",
        severity=Severity.ERROR,
        needs=PAIR,
        title=Words(zh="字幕越走越偏", en="The track drifts"),
        explanation=Words(
            zh="两条字幕的时间差随播放逐渐变大，多半是制作时帧率不同（如 25 帧与 24 帧）。",
            en="The two tracks part more and more, mostly because they were made at different "
            "frame rates (such as 25 and 24).",
        ),
        message=Words(
            zh="藏文字幕的时间轴快慢相差 {percent} %", en="The Tibetan clock is off by {percent} %"
        ),
        messages={
            "plain": Words(
                zh="藏文字幕的时间轴快慢相差 {percent} %，到结尾累计 {seconds} 秒",
                en="The Tibetan clock is off by {percent} %, {seconds} s by the end",
            ),
            "named": Words(
                zh="藏文字幕的时间轴快慢相差 {percent} %，到结尾累计 {seconds} 秒，"
                "与帧率换算 {ratio} 相符",
                en="The Tibetan clock is off by {percent} %, {seconds} s by the end: the frame "
                "rates {ratio}",
            ),
        },
        remedy=Words(
            zh="请按视频的实际帧率重新导出字幕，或用建议的倍率换算时间。",
            en="Export the subtitles at the video's own frame rate, or apply the suggested rate.",
        ),
        limits=Words(
            zh="字幕短于一两分钟时，细小的快慢差测不出来。",
            en="In a track of a minute or two a small drift cannot be told.",
        ),
        run=_sync_drift,
        catches=Example(bo=retimed(LONG_BO, 25 / 24, 0), zh=LONG_ZH),
        leaves=FINE,
    ),
    Rule(
        id="sync-jump",
        group="alignment",
        severity=Severity.ERROR,
        needs=PAIR,
        title=Words(zh="字幕从某处起突然错开", en="The track jumps"),
        explanation=Words(
            zh="从某一时刻起，两条字幕的时间差突然改变，多半是视频剪去或插入了一段，字幕没有跟着改。",
            en="From some time on the two tracks part by another amount, mostly because a piece "
            "was cut out of the video or put in and one track was not changed with it.",
        ),
        message=Words(
            zh="从 {at} 起藏文字幕错开 {seconds} 秒",
            en="From {at} on the Tibetan is off by {seconds} s",
        ),
        messages={
            "late": Words(
                zh="从 {at} 起藏文字幕又晚了 {seconds} 秒",
                en="From {at} on the Tibetan is {seconds} s later than before",
            ),
            "early": Words(
                zh="从 {at} 起藏文字幕又早了 {seconds} 秒",
                en="From {at} on the Tibetan is {seconds} s earlier than before",
            ),
        },
        remedy=Words(
            zh="请从该时刻起整体移动其中一条字幕。", en="Shift one track from that time on."
        ),
        limits=Words(
            zh="跳变之后要有几条字幕才能确认。",
            en="It takes a few cues after the jump to be sure of it.",
        ),
        run=_sync_jump,
        catches=Example(bo=retimed(LONG_BO, 1, 6000, 80_000), zh=LONG_ZH),
        leaves=FINE,
    ),
)
