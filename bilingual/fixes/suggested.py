"""From the suggestions of findings to edits of a track.

A suggestion names what would fix a finding by code and params (``bilingual.model.Suggestion``);
here it becomes places and times. One that nothing here knows, or that points
at no cue of the track, stays display-only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from bilingual.fixes.model import Fix, Safety, TextEdit, TimeEdit
from bilingual.model import ClockMap, Finding, Jump, Language, Report, Track

Made = dict[str, Any]

_NEXT: Final = 4  # a jump is known by one of so many cues behind it
_SAFETIES: Final[Mapping[str, Safety]] = {
    "safe": "safe",
    "unsafe": "unsafe",
    "display-only": "display-only",
}


def fixes_of(report: Report, sides: tuple[Language, ...]) -> tuple[Fix, ...]:
    """Every fix that a report suggests for the tracks of those languages.

    Suggestions of findings come in the findings' order; two findings with one
    suggestion (a shifted track that also jumps) give it once. Then what no rule
    speaks of: text that is not in NFC, files in another encoding than UTF-8.
    """
    fixes: list[Fix] = []
    seen: set[object] = set()
    for finding in report.findings:
        for fix in _fixes(report, finding):
            key = (fix.side, fix.kind, fix.texts, fix.times, str(fix.params))
            if fix.side in sides and not (fix.is_edit and key in seen):
                seen.add(key)
                fixes.append(fix)
    for side in sides:
        track = report.bo if side == "bo" else report.zh
        if track is not None:
            fixes += _unspoken(side, track, [f for f in fixes if f.side == side])
    return tuple(fixes)


def _fixes(report: Report, finding: Finding) -> Iterator[Fix]:
    suggestion = finding.suggestion
    if suggestion is None:
        return
    # A fault of both tracks has one correction for each.
    for params in (suggestion.params, *suggestion.params.get("others", ())):
        side = _side(finding, params)
        track = report.bo if side == "bo" else report.zh
        make = _MAKERS.get(suggestion.kind)
        made = None if make is None or track is None else make(finding, track, params)
        yield Fix(
            side=side,
            kind=suggestion.kind,
            safety=_SAFETIES.get(suggestion.safety, "display-only") if made else "display-only",
            rule=finding.rule,
            params=params,
            finding=finding,
            **(made or {}),
        )


def _side(finding: Finding, params: Mapping[str, Any]) -> Language:
    track = params.get("track")
    if track == "bo" or track == "zh":
        return "bo" if track == "bo" else "zh"
    return "zh" if finding.zh and not finding.bo else "bo"


def _only_cue(finding: Finding, track: Track, params: Mapping[str, Any]) -> int | None:
    """The one cue that is meant: the one named, or the only one of its side."""
    named = params.get("cue")
    own = finding.bo if _side(finding, params) == "bo" else finding.zh
    cue = named if isinstance(named, int) else own[0] if len(own) == 1 else None
    return cue if cue is not None and 0 <= cue < len(track.cues) else None


def _replace(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    edits = params.get("edits", (params,))
    cue = _only_cue(finding, track, params)
    if cue is None:
        return None
    length = len(track.cues[cue].text)
    made = tuple(
        TextEdit(cue=cue, start=e["start"], end=e["end"], text=e["text"])
        for e in edits
        if 0 <= e["start"] <= e["end"] <= length
    )
    return {"texts": made} if made and len(made) == len(edits) else None


def _move(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    cue = _only_cue(finding, track, params)
    if cue is None or min(params["start_ms"], params["end_ms"]) < 0:
        return None
    edit = TimeEdit(cue=cue, start_ms=params["start_ms"], end_ms=params["end_ms"])
    return {"times": (edit,)}


def _retime(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    """The cues that another clock gives other times; how long they are stays in proportion."""
    clock = ClockMap.from_dict(params)
    offsets = (clock.offset_ms, *(jump.offset_ms for jump in clock.jumps))
    edits = []
    for cue, piece in zip(track.cues, _pieces(track, clock), strict=True):
        start, end = (
            round(clock.rate * time + offsets[piece]) for time in (cue.start_ms, cue.end_ms)
        )
        if (start, end) != (cue.start_ms, cue.end_ms):
            edits.append(TimeEdit(cue=cue.index, start_ms=start, end_ms=end))
    if not edits or any(min(e.start_ms, e.end_ms) < 0 for e in edits):
        return None
    return {"times": tuple(edits)}


def _pieces(track: Track, clock: ClockMap) -> list[int]:
    """For each cue, how many jumps of a clock lie before it.

    A jump is known by the time of one of the first cues behind it. Where it goes back, times
    that were there before come again, and the order of the cues shows which are which.
    """
    starts = [cue.start_ms for cue in track.cues]
    descents = {n for n in range(1, len(starts)) if starts[n] < starts[n - 1]}
    firsts: list[int] = []
    before = clock.offset_ms
    for jump in clock.jumps:
        first, explained = _first_behind(track, jump, (jump.offset_ms - before) / clock.rate)
        firsts.append(first)
        before = jump.offset_ms
        descents -= {first} if explained else set()
    if descents:  # a file out of order: only the times are left to go by
        return [sum(start >= jump.at_ms for jump in clock.jumps) for start in starts]
    return [sum(n >= first for first in firsts) for n in range(len(starts))]


def _first_behind(track: Track, jump: Jump, again_ms: float) -> tuple[int, bool]:
    """The first cue behind a jump, and whether the cues go back in time there.

    :param again_ms: how long a stretch of time comes again; below 0 for a gap.
    """
    cues, at = track.cues, jump.at_ms
    if again_ms <= 0:
        behind = [cue.index for cue in cues if cue.end_ms > at]
        gaps = (n for n in behind[:_NEXT] if n and _gap(track, n) >= -again_ms)
        return next(gaps, next(iter(behind), len(cues))), False
    for last, cue in pairwise(cues):
        near = at - again_ms <= cue.start_ms < at + again_ms
        if near and cue.start_ms < last.start_ms:
            return cue.index, True
    nearest = min(cues, key=lambda cue: abs(cue.start_ms - at), default=None)
    return (len(cues) if nearest is None else nearest.index), False


def _gap(track: Track, index: int) -> int:
    """From the start of the cue before one to its own (ms)."""
    return track.cues[index].start_ms - track.cues[index - 1].start_ms


def _encoding(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    return {"encoding": track.encoding} if track.encoding not in (None, "utf-8") else None


def _timing_lines(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    own = finding.bo if _side(finding, params) == "bo" else finding.zh
    return {"retimed": own} if own else None


def _rewrite(finding: Finding, track: Track, params: Mapping[str, Any]) -> Made | None:
    return {"whole": True}


_MAKERS: Final[Mapping[str, Callable[[Finding, Track, Mapping[str, Any]], Made | None]]] = {
    "replace": _replace,
    "move-cue": _move,
    "retime-track": _retime,
    "save-as-utf-8": _encoding,
    "write-timings-anew": _timing_lines,
    "write-file-anew": _rewrite,
}


def _unspoken(side: Language, track: Track, known: list[Fix]) -> Iterator[Fix]:
    if track.encoding not in (None, "utf-8") and not any(f.encoding for f in known):
        yield Fix(
            side=side,
            kind="save-as-utf-8",
            safety="safe",
            encoding=track.encoding,
            params={"encoding": track.encoding},
        )
    edits = tuple(
        TextEdit(cue=cue.index, start=0, end=len(cue.text), text=composed)
        for cue in track.cues
        if (composed := unicodedata.normalize("NFC", cue.text)) != cue.text
    )
    if edits:
        yield Fix(side=side, kind="nfc", safety="safe", texts=edits, params={"count": len(edits)})
