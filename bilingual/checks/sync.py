"""How the clocks differ: of the tracks against the sound, and against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bilingual.alignment.residuals import named_rate, uncertainty
from bilingual.checks._clocks import (
    correction,
    drift_hits,
    jump_hits,
    offset_hits,
    sound_doubt,
    sound_remedies,
    variants,
)
from bilingual.checks._tracks import (
    BO,
    FINE,
    LONG_BO,
    LONG_ZH,
    TRACK,
    ZH,
    player_time,
    retimed,
    seconds,
    severity_of,
    timed,
)
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import Alignment, CheckVerdict, Reason, Severity, Span, Suggestion


def _shift(artifacts: Artifacts, alignment: Alignment) -> Suggestion:
    """The correction that puts the Tibetan track on the Chinese one's clock.

    Never safe: which of the two is the one in time, only the sound could say.
    """
    margin = artifacts.config.sync.info_ms
    return Suggestion(
        kind="retime-track",
        safety="unsafe",
        params={"track": "bo"} | correction(alignment.clock, margin).to_dict(),
    )


Pair = Callable[[Artifacts], Iterator[Hit | CannotTell]]


def _sync(artifacts: Artifacts, by_sound: list[Hit], of_pair: Pair) -> Iterator[Hit | CannotTell]:
    """Findings by the sound, and those between the tracks where they are graver.

    A difference between the two that is reported as one track's fault against the
    sound is not reported again.
    """
    pair = list(_of_pair(artifacts, of_pair))
    single = [hit for hit in by_sound if hit.params["track"] != "both"]
    if _worst(pair) > _worst(single):
        single = []
    elif single:
        pair = [outcome for outcome in pair if not isinstance(outcome, Hit)]
    yield from (hit for hit in by_sound if hit.params["track"] == "both")
    yield from single
    yield from pair
    doubt = sound_doubt(artifacts)
    if doubt is not None:
        yield doubt


def _worst(outcomes: Iterable[Hit | CannotTell]) -> int:
    return max((o.severity.rank for o in outcomes if isinstance(o, Hit) and o.severity), default=-1)


def _of_pair(artifacts: Artifacts, of_pair: Pair) -> Iterator[Hit | CannotTell]:
    heard = artifacts.zh is not None and artifacts.zh.source == "transcript"
    if heard and artifacts.sound is not None and "bo" in artifacts.sound.clocks:
        return  # a comparison with a transcript is one with the sound, and that is done
    if artifacts.alignment is not None:
        yield from of_pair(artifacts)
    elif artifacts.sound is None:
        missing = artifacts.missing.get("alignment")
        yield CannotTell(
            reason=missing.reason if missing else Reason(code="not-handed-in"),
            verdict=missing.verdict if missing else CheckVerdict.NOT_APPLICABLE,
        )


def _sync_offset(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    yield from _sync(artifacts, offset_hits(artifacts), _pair_offset)


def _sync_drift(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    yield from _sync(artifacts, drift_hits(artifacts), _pair_drift)


def _sync_jump(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    yield from _sync(artifacts, jump_hits(artifacts), _pair_jump)


def _pair_offset(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = timed(artifacts)
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


def _pair_drift(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = timed(artifacts)
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


def _pair_jump(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    found = timed(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    _bo, _zh, alignment, _measured = found
    for at, size in alignment.clock.steps():
        severity = severity_of(artifacts, size)
        if severity is None:
            continue
        yield Hit(
            severity=severity,
            confidence=0.95,
            span_ms=Span(start_ms=at, end_ms=at),
            params={
                "variant": "late" if size > 0 else "early",
                "at": player_time(at),
                "seconds": seconds(abs(size)),
                "size_ms": size,
            },
            suggestion=_shift(artifacts, alignment),
        )


RULES = (
    Rule(
        id="sync-offset",
        group="alignment",
        severity=Severity.ERROR,
        also=(
            Severity.WARNING,
            Severity.INFO,
        ),
        needs=TRACK,
        title=Words(zh="整条字幕整体偏移", en="Constant offset"),
        holds=Words(zh="字幕没有整体偏移", en="The subtitles have no constant offset"),
        asks=Words(zh="字幕是否整体偏移", en="Whether the subtitles have a constant offset"),
        explanation=Words(
            zh="字幕与声音相比，或藏文字幕与中文字幕相比，整体早了或晚了同样的时间。",
            en="The subtitles are early or late by the same amount throughout, compared with the sound or with the other track.",
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
        }
        | variants(
            lambda who, how: (
                f"对照声音，{who}整体{how}了 {{seconds}} 秒（依据 {{anchors}} 条字幕）"
            ),
            lambda who, how: (
                f"Compared with the sound, {who} {{seconds}} s {how} ({{anchors}} cues)"
            ),
            {"-late": ("晚", "late"), "-early": ("早", "early")},
        ),
        remedy=Words(
            zh="播放几处核对，再把不准的字幕整体移动 {seconds} 秒。",
            en="Play it in a few places, then shift the whole track that is off by {seconds} s.",
        ),
        remedies={
            "late": Words(
                zh="播放一处，看哪条字幕与声音同步。中文准，就把藏文字幕整体提前 {seconds} 秒（Subtitle Edit：同步→调整所有时间{cli:；运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}）；藏文准，就把中文字幕整体推后 {seconds} 秒。",
                en="Play it to see which track is in time with the sound. If the Chinese is, shift the whole Tibetan track {seconds} s earlier (Subtitle Edit: Synchronization, Adjust all times{cli:; bilingual fix with --unsafe --out FOLDER does it|}); if the Tibetan is, shift the Chinese {seconds} s later.",
            ),
            "early": Words(
                zh="播放一处，看哪条字幕与声音同步。中文准，就把藏文字幕整体推后 {seconds} 秒（Subtitle Edit：同步→调整所有时间{cli:；运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}）；藏文准，就把中文字幕整体提前 {seconds} 秒。",
                en="Play it to see which track is in time with the sound. If the Chinese is, shift the whole Tibetan track {seconds} s later (Subtitle Edit: Synchronization, Adjust all times{cli:; bilingual fix with --unsafe --out FOLDER does it|}); if the Tibetan is, shift the Chinese {seconds} s earlier.",
            ),
        }
        | sound_remedies(
            "播放一两处核对，把{who}整体{how} {{seconds}} 秒（Subtitle Edit：同步→调整所有时间；{{cli:运行 bilingual fix 并加 --out 新文件夹，可自动改；报告说没有把握时，再加 --unsafe|有把握的可用“自动修复”改好}}）。",
            "Play it in a place or two, then shift {who} {{seconds}} s {how} (Subtitle Edit: Synchronization, Adjust all times; {{cli:bilingual fix with --out FOLDER does it, with --unsafe where it is not certain|“Automatic fixes” does it where it is certain}}).",
            {"-late": ("提前", "earlier"), "-early": ("推后", "later")},
        ),
        limits=Words(
            zh="没有视频时只比较两条字幕，不知道哪一条与声音一致。对照声音时，不到 0.3 秒的差别测不准；"
            "只有人声起止、没有听出的文字可比时，要有足够多的停顿才能判断。",
            en="Without a video the two tracks are only compared with each other. Compared with the sound, offsets below 0.3 s cannot be detected; where no words were recognised, there must be enough pauses to judge.",
        ),
        run=_sync_offset,
        catches=Example(bo=retimed(BO, 1, 5000), zh=ZH),
        leaves=FINE,
    ),
    Rule(
        id="sync-drift",
        group="alignment",
        severity=Severity.ERROR,
        also=(
            Severity.WARNING,
            Severity.INFO,
        ),
        needs=TRACK,
        title=Words(zh="字幕越走越偏", en="Drift"),
        holds=Words(zh="字幕没有越走越偏", en="The subtitles do not drift"),
        asks=Words(zh="字幕是否越走越偏", en="Whether the subtitles drift"),
        explanation=Words(
            zh="字幕与声音（或两条字幕之间）的时间差随播放逐渐变大，多半是制作时帧率不同（如 25 帧与 24 帧）。",
            en="Subtitles and sound, or the two tracks, drift further and further apart, usually because of different frame rates (such as 25 and 24).",
        ),
        message=Words(
            zh="藏文字幕的时间轴快慢相差 {percent} %", en="The Tibetan track drifts by {percent} %"
        ),
        messages={
            "plain": Words(
                zh="藏文字幕的时间轴快慢相差 {percent} %，到结尾累计 {seconds} 秒",
                en="The Tibetan track drifts by {percent} %, {seconds} s by the end",
            ),
            "named": Words(
                zh="藏文字幕的时间轴快慢相差 {percent} %，到结尾累计 {seconds} 秒，"
                "与帧率换算 {ratio} 相符",
                en="The Tibetan track drifts by {percent} %, {seconds} s by the end: frame rates {ratio}",
            ),
        }
        | variants(
            lambda who, _: (
                f"对照声音，{who}的时间轴快慢相差 {{percent}} %，到结尾累计 {{seconds}} 秒"
            ),
            lambda who, _: (
                f"Compared with the sound, {who} off by {{percent}} %, {{seconds}} s by the end"
            ),
            {"": ("", "")},
        ),
        remedy=Words(
            zh="用字幕软件把藏文字幕换算到视频的帧率（Subtitle Edit：同步→更改帧率）{cli:；运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
            en="Convert the Tibetan track to the frame rate of the video in a subtitle editor (Subtitle Edit: Synchronization, Change frame rate){cli:; bilingual fix with --unsafe --out FOLDER does it|}.",
        ),
        remedies={
            "named": Words(
                zh="两条字幕的帧率不同（{ratio}）：用字幕软件把不准的一条换算到视频的帧率（Subtitle Edit：同步→更改帧率）{cli:；运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改藏文|}。",
                en="The two tracks have different frame rates ({ratio}): convert the one that is off to the frame rate of the video (Subtitle Edit: Synchronization, Change frame rate){cli:; bilingual fix with --unsafe --out FOLDER converts the Tibetan|}.",
            )
        }
        | sound_remedies(
            "用字幕软件把{who}换算到视频的帧率（Subtitle Edit：同步→更改帧率；{{cli:运行 bilingual fix 并加 --out 新文件夹，可自动改；报告说没有把握时，再加 --unsafe|有把握的可用“自动修复”改好}}）。",
            "Convert {who} to the frame rate of the video (Subtitle Edit: Synchronization, Change frame rate; {{cli:bilingual fix with --out FOLDER does it, with --unsafe where it is not certain|“Automatic fixes” does it where it is certain}}).",
            {"": ("", "")},
        ),
        limits=Words(
            zh="字幕短于一两分钟时，细小的快慢差测不出来。",
            en="In a track of a minute or two a small drift cannot be detected.",
        ),
        run=_sync_drift,
        catches=Example(bo=retimed(LONG_BO, 25 / 24, 0), zh=LONG_ZH),
        leaves=FINE,
    ),
    Rule(
        id="sync-jump",
        group="alignment",
        severity=Severity.ERROR,
        also=(
            Severity.WARNING,
            Severity.INFO,
        ),
        needs=TRACK,
        title=Words(zh="字幕从某处起突然错开", en="Jump in the offset"),
        holds=Words(zh="字幕没有突然错开", en="The subtitles do not jump"),
        asks=Words(zh="字幕是否从某处起突然错开", en="Whether the subtitles jump"),
        explanation=Words(
            zh="从某一时刻起，字幕与声音（或两条字幕之间）的时间差突然改变，多半是视频剪去或插入了一段，字幕没有跟着改。",
            en="From a certain time on the offset between subtitles and sound, or between the two tracks, changes, usually because a part of the video was removed or inserted and the subtitles were not changed with it.",
        ),
        message=Words(
            zh="从 {at} 起藏文字幕错开 {seconds} 秒",
            en="From {at} on the Tibetan track is off by {seconds} s",
        ),
        messages={
            "late": Words(
                zh="从 {at} 起藏文字幕突然晚了 {seconds} 秒",
                en="From {at} on the Tibetan track is {seconds} s later than before",
            ),
            "early": Words(
                zh="从 {at} 起藏文字幕突然早了 {seconds} 秒",
                en="From {at} on the Tibetan track is {seconds} s earlier than before",
            ),
        }
        | variants(
            lambda who, how: f"对照声音，{who}从 {{at}} 起突然{how}了 {{seconds}} 秒",
            lambda who, how: f"Compared with the sound, {who} {{seconds}} s {how} from {{at}} on",
            {"-late": ("晚", "later"), "-early": ("早", "earlier")},
        ),
        remedy=Words(
            zh="在字幕软件里选中 {at} 以后的各条，一起移动 {seconds} 秒。",
            en="In a subtitle editor select the cues from {at} on and shift them by {seconds} s.",
        ),
        remedies={
            "late": Words(
                zh="播放 {at} 前后，看哪条字幕不准。藏文不准，就选中藏文字幕 {at} 以后的各条，一起提前 {seconds} 秒{cli:（运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改）|}；中文不准，就把中文字幕那里以后的各条推后 {seconds} 秒。",
                en="Play it around {at} to see which track is off. If the Tibetan is, select its cues from {at} on and shift them {seconds} s earlier{cli: (bilingual fix with --unsafe --out FOLDER does it)|}; if the Chinese is, shift its cues from there on {seconds} s later.",
            ),
            "early": Words(
                zh="播放 {at} 前后，看哪条字幕不准。藏文不准，就选中藏文字幕 {at} 以后的各条，一起推后 {seconds} 秒{cli:（运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改）|}；中文不准，就把中文字幕那里以后的各条提前 {seconds} 秒。",
                en="Play it around {at} to see which track is off. If the Tibetan is, select its cues from {at} on and shift them {seconds} s later{cli: (bilingual fix with --unsafe --out FOLDER does it)|}; if the Chinese is, shift its cues from there on {seconds} s earlier.",
            ),
        }
        | sound_remedies(
            "播放 {{at}} 前后核对，选中{who} {{at}} 以后的各条，一起{how} {{seconds}} 秒{{cli:（运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改）|}}。",
            "Play it around {{at}}, select the cues of {who} from there on and shift them {{seconds}} s {how}{{cli: (bilingual fix with --unsafe --out FOLDER does it)|}}.",
            {"-late": ("提前", "earlier"), "-early": ("推后", "later")},
        ),
        limits=Words(
            zh="跳变之后要有几条字幕才能确认。",
            en="A few cues after the jump are needed to detect it.",
        ),
        run=_sync_jump,
        catches=Example(bo=retimed(LONG_BO, 1, 6000, 80_000), zh=LONG_ZH),
        leaves=FINE,
    ),
)
