"""Times within one track: order, overlap, too short, too long, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from bilingual.checks._tracks import FINE, TRACK, ZH
from bilingual.checks.base import Artifacts, Example, Hit, Rule, Words, on_side
from bilingual.formats.registry import formats
from bilingual.model import Cue, Language, Severity, Span, Suggestion, Track
from bilingual.text.sequence import groups_of, lasting, parts_of, repeats

_SLACK_MS: Final = 500


def _cue_order(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        if _places(track):  # the order of its lines is that of layers, not of time
            continue
        parts = parts_of(track)
        for before, cue in pairwise(track.cues):
            if cue.start_ms < before.start_ms and cue.index not in parts:
                yield Hit(
                    **on_side(side, before.index, cue.index),
                    params={
                        "cue": cue.index + 1,
                        "seconds": _seconds(before.start_ms - cue.start_ms),
                    },
                )


def _places(track: Track) -> bool:
    """Whether the cues of its format lie anywhere in the picture by themselves."""
    form = formats().get(track.format or "")
    return form is not None and form.places


def _in_time(track: Track) -> Iterator[list[Cue]]:
    """The cues that last, by when they begin; those of each part that was joined."""
    starts = parts_of(track)
    for begin, end in pairwise((0, *starts, len(track.cues))):
        lasting = [cue for cue in track.cues[begin:end] if cue.end_ms > cue.start_ms]
        yield sorted(lasting, key=lambda cue: (cue.start_ms, cue.index))


def _cue_overlap(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        anywhere = _places(track)
        again = repeats(track.cues)
        titles = lasting(track.cues)
        if not anywhere:
            yield from (_under(side, track, track.cues[n]) for n in sorted(titles))
        for cues in _in_time(track):
            latest: Cue | None = None
            for cue in cues:
                if cue.index in titles:
                    continue
                # A cue that repeats the one before is reported as that.
                if latest is not None and cue.start_ms < latest.end_ms and cue.index not in again:
                    yield _overlap(side, latest, cue, placed=anywhere)
                if latest is None or cue.end_ms > latest.end_ms:
                    latest = cue


def _under(side: Language, track: Track, title: Cue) -> Hit:
    """A cue that is shown with most of the others, where a cue cannot be placed: once for all."""
    over = [
        cue.index
        for cue in track.cues
        if cue is not title and title.start_ms <= cue.start_ms < title.end_ms
    ]
    return Hit(
        **on_side(side, title.index, *over),
        span_ms=Span(start_ms=title.start_ms, end_ms=title.end_ms),
        severity=Severity.INFO if title.settings else None,
        params={
            "variant": "lasting",
            "first": title.index + 1,
            "second": over[0] + 1,
            "seconds": _seconds(title.duration_ms),
            "count": len(over),
        },
    )


def _overlap(side: Language, latest: Cue, cue: Cue, *, placed: bool) -> Hit:
    """A cue that begins before the latest one ends; side by side where they are placed."""
    overlap = min(latest.end_ms, cue.end_ms) - cue.start_ms
    placed = placed or bool(latest.settings or cue.settings)
    sure = overlap >= _SLACK_MS and not placed
    first, second = sorted((latest.index, cue.index))
    return Hit(
        **on_side(side, first, second),
        span_ms=Span(start_ms=cue.start_ms, end_ms=cue.start_ms + overlap),
        severity=Severity.WARNING if sure else Severity.INFO,
        params={"first": first + 1, "second": second + 1, "seconds": _seconds(overlap)},
        suggestion=None
        if placed or cue.start_ms - latest.start_ms < _SLACK_MS
        else _end_at(side, latest, cue.start_ms, "unsafe" if sure else "safe"),
    )


def _cue_too_short(artifacts: Artifacts) -> Iterator[Hit]:
    least = artifacts.config.quality.min_cue_ms
    for side, track in artifacts.tracks():
        long = _shown_long(track, least)
        for cue in track.cues:
            if cue.duration_ms >= least or not cue.compared.strip() or cue.index in long:
                continue
            never = cue.duration_ms <= 0
            yield Hit(
                **on_side(side, cue.index),
                severity=Severity.WARNING if never else Severity.INFO,
                params={
                    "variant": "never" if never else "short",
                    "cue": cue.index + 1,
                    "seconds": _seconds(cue.duration_ms),
                    "limit": _seconds(least),
                },
                suggestion=_longer(artifacts, side, track, cue, cue.start_ms + least),
            )


def _shown_long(track: Track, least: int) -> set[int]:
    """The cues whose text is on screen long enough with the cues that repeat it."""
    found: set[int] = set()
    for group in groups_of(track.cues) if repeats(track.cues) else ():
        shown = track.cues[group[-1]].end_ms - track.cues[group[0]].start_ms
        if len(group) > 1 and shown >= least:
            found.update(n for n in group if track.cues[n].duration_ms > 0)
    return found


def _longer(
    artifacts: Artifacts, side: Language, track: Track, cue: Cue, end_ms: int
) -> Suggestion | None:
    """Let a cue stand until then, if nothing else comes up before."""
    following = [c.start_ms for c in track.cues if c.start_ms > cue.start_ms and c is not cue]
    nearest = min(following, default=None)
    gap = artifacts.config.quality.min_gap_ms
    if cue.duration_ms <= 0 or (nearest is not None and end_ms > nearest - gap):
        return None
    return _end_at(side, cue, end_ms, "unsafe")


def _end_at(side: Language, cue: Cue, end_ms: int, safety: str) -> Suggestion:
    return Suggestion(
        kind="move-cue",
        safety=safety,
        params={
            "track": side,
            "cue": cue.index,
            "start_ms": cue.start_ms,
            "end_ms": end_ms,
        },
    )


def _cue_too_long(artifacts: Artifacts) -> Iterator[Hit]:
    most = artifacts.config.quality.max_cue_ms
    for side, track in artifacts.tracks():
        for cue in track.cues:
            if cue.duration_ms > most:
                yield Hit(
                    **on_side(side, cue.index),
                    params={
                        "cue": cue.index + 1,
                        "seconds": _seconds(cue.duration_ms),
                        "limit": _seconds(most),
                    },
                )


def _cue_gap(artifacts: Artifacts) -> Iterator[Hit]:
    least = artifacts.config.quality.min_gap_ms
    for side, track in artifacts.tracks():
        for cues in _in_time(track):
            for before, cue in pairwise(cues):
                gap = cue.start_ms - before.end_ms
                if 0 < gap < least:
                    yield Hit(
                        **on_side(side, *sorted((before.index, cue.index))),
                        span_ms=Span(start_ms=before.end_ms, end_ms=cue.start_ms),
                        params={
                            "first": before.index + 1,
                            "second": cue.index + 1,
                            "milliseconds": gap,
                            "limit": least,
                        },
                        suggestion=_end_at(side, before, cue.start_ms, "safe"),
                    )


def _seconds(ms: int) -> float:
    return round(ms / 1000, 3)


RULES = (
    Rule(
        id="cue-order",
        group="reading",
        severity=Severity.WARNING,
        needs=TRACK,
        title=Words(zh="字幕的先后次序不对", en="Cues are out of order"),
        holds=Words(zh="字幕按时间先后排列", en="Cues are in order"),
        asks=Words(zh="字幕是否按时间先后排列", en="Whether cues are in order"),
        explanation=Words(
            zh="文件里后面的一条比前面的一条先开始。有的播放器会漏掉它。",
            en="A cue starts before the previous cue in the file. Some players skip it.",
        ),
        message=Words(
            zh="第 {cue} 条比它前面的一条早开始 {seconds} 秒",
            en="Cue {cue} starts {seconds} s before the previous cue in the file",
        ),
        remedy=Words(
            zh="先看这一条的时间有没有写错；没有错，就在字幕软件里按开始时间排序再保存（Subtitle Edit：工具→排序→开始时间）。",
            en="See whether the time of this cue is correct. If it is, sort the file by start time in a subtitle editor and save it (Subtitle Edit: Tools, Sort by, Start time).",
        ),
        limits=Words(
            zh="只看开始时间。ASS 的各行本来不必按时间排列，不看。",
            en="Only start times are checked. The lines of ASS need no order and are not judged.",
        ),
        catches=Example(zh=(*ZH[:2], ZH[3], ZH[2], *ZH[4:])),
        run=_cue_order,
        leaves=FINE,
    ),
    Rule(
        id="cue-overlap",
        group="reading",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=TRACK,
        title=Words(zh="两条字幕的时间重叠", en="Overlapping cues"),
        holds=Words(zh="字幕时间互不重叠", en="Cues do not overlap"),
        asks=Words(zh="字幕时间是否重叠", en="Whether cues overlap"),
        explanation=Words(
            zh="后一条出现时前一条还没有消失，两条会叠在一起。重叠不到半秒、或者指定了显示位置的只作提示。",
            en="A cue appears while the previous one is still shown, so both are shown at once. It is a note if the overlap is below half a second or positions on screen are set.",
        ),
        message=Words(
            zh="第 {first} 条和第 {second} 条重叠 {seconds} 秒",
            en="Cues {first} and {second} overlap by {seconds} s",
        ),
        messages={
            "lasting": Words(
                zh="第 {first} 条一直显示 {seconds} 秒，与另外 {count} 条同时出现",
                en="Cue {first} stays for {seconds} s, together with {count} other cues",
            ),
        },
        remedies={
            "lasting": Words(
                zh="片名、台标等一直显示的文字请做进画面，或用 ASS 字幕给它指定位置；如果是结束时间写错了，请改正。",
                en="Put a title or a channel's name that stays into the picture, or give it a place in ASS subtitles. Correct its end if that is wrong.",
            ),
        },
        remedy=Words(
            zh="把前一条的结束时间提前到后一条开始之前。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好能确定的几处。",
            en="End the first cue before the second one starts. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it where it is certain.",
        ),
        limits=Words(
            zh="两人同时说话时重叠可能是有意的。",
            en="It may be intended if two people speak at once.",
        ),
        catches=Example(zh=(*ZH[:2], (6000, 11000, ZH[2][2]), *ZH[3:])),
        run=_cue_overlap,
        leaves=FINE,
    ),
    Rule(
        id="cue-too-short",
        group="reading",
        severity=Severity.INFO,
        also=(Severity.WARNING,),
        needs=TRACK,
        title=Words(zh="字幕显示时间太短", en="Cue too short"),
        holds=Words(zh="每条字幕显示的时间都够长", en="Every cue is shown long enough"),
        asks=Words(zh="每条字幕显示的时间是否够长", en="Whether every cue is shown long enough"),
        explanation=Words(
            zh="少于 0.833 秒（20 帧）的字幕来不及看（Netflix 简体中文规范；可在设置中修改）。时长为零或为负的根本不会显示，作为警告。",
            en="Viewers cannot read a cue shown for less than 0.833 s (20 frames; Netflix's guide; adjustable). A cue with a duration of zero is never shown: a warning.",
        ),
        message=Words(
            zh="第 {cue} 条只显示 {seconds} 秒，少于 {limit} 秒",
            en="Cue {cue} is shown for {seconds} s, less than {limit} s",
        ),
        messages={
            "short": Words(
                zh="第 {cue} 条只显示 {seconds} 秒，少于 {limit} 秒",
                en="Cue {cue} is shown for {seconds} s, less than {limit} s",
            ),
            "never": Words(
                zh="第 {cue} 条的时长是 {seconds} 秒，不会显示",
                en="Cue {cue} has a duration of {seconds} s and is never shown",
            ),
        },
        remedy=Words(
            zh="把这一条的结束时间推后；后面没有空，就与相邻的一条合并。",
            en="End this cue later. If there is no room after it, merge it with a neighbouring cue.",
        ),
        remedies={
            "never": Words(
                zh="这一条的结束时间不晚于开始时间：按解说改正结束时间，或删去这一条。",
                en="This cue does not end after it starts: correct its end from the narration, or delete it.",
            )
        },
        limits=Words(
            zh="只是建议，与文字长短无关。",
            en="Advice only; the length of the text is not considered.",
        ),
        catches=Example(zh=(*ZH[:2], (8000, 8300, ZH[2][2]), *ZH[3:])),
        run=_cue_too_short,
        leaves=FINE,
    ),
    Rule(
        id="cue-too-long",
        group="reading",
        severity=Severity.INFO,
        needs=TRACK,
        title=Words(zh="字幕显示时间太长", en="Cue too long"),
        holds=Words(zh="没有显示过久的字幕", en="No cue is shown too long"),
        asks=Words(zh="是否有显示过久的字幕", en="Whether a cue is shown too long"),
        explanation=Words(
            zh="超过 7 秒的字幕观众会重读（Netflix 简体中文规范；可在设置中修改）。",
            en="Viewers start to reread a cue shown for more than 7 s (Netflix's guide; adjustable).",
        ),
        message=Words(
            zh="第 {cue} 条显示 {seconds} 秒，超过 {limit} 秒",
            en="Cue {cue} is shown for {seconds} s, more than {limit} s",
        ),
        remedy=Words(
            zh="按解说把这一条拆成两条；如果话已说完字幕还停着，把结束时间提前。",
            en="Split this cue in two where the narrator pauses. If it stays after the sentence is over, end it earlier.",
        ),
        limits=Words(
            zh="只是建议；片头片尾的署名常常停留更久。",
            en="Advice only; credits often stay longer.",
        ),
        catches=Example(zh=(*ZH[:-1], (19600, 29800, ZH[-1][2]))),
        run=_cue_too_long,
        leaves=FINE,
    ),
    Rule(
        id="cue-gap",
        group="reading",
        severity=Severity.INFO,
        needs=TRACK,
        title=Words(zh="两条字幕之间的间隔太小", en="Gap between cues too small"),
        holds=Words(zh="字幕之间的间隔合适", en="Gaps between cues are right"),
        asks=Words(zh="字幕之间的间隔是否合适", en="Whether gaps between cues are right"),
        explanation=Words(
            zh="两条字幕之间不到 80 毫秒（2 帧）的间隔看起来像闪烁。要么紧接，要么留够 2 帧。",
            en="A gap below 80 ms (2 frames) looks like flicker. Leave no gap, or at least 2 frames.",
        ),
        message=Words(
            zh="第 {first} 条和第 {second} 条之间只有 {milliseconds} 毫秒，少于 {limit} 毫秒",
            en="Only {milliseconds} ms between cues {first} and {second}, less than {limit} ms",
        ),
        remedy=Words(
            zh="把前一条的结束时间改到后一条的开始，或提前到相隔 {limit} 毫秒以上。",
            en="End the first cue where the second one starts, or at least {limit} ms before.",
        ),
        limits=Words(zh="只是建议。", en="Advice only."),
        catches=Example(zh=(*ZH[:2], (7440, 11000, ZH[2][2]), *ZH[3:])),
        run=_cue_gap,
        leaves=FINE,
    ),
)
