"""From the suggestions of findings to edits of a track.

A suggestion names what would fix a finding by code and params (``bilingual.model.Suggestion``);
here it becomes places and times. One that nothing here knows, or that points
at no cue of the track, stays display-only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from bilingual.fixes.model import Fix, Safety, TextEdit, TimeEdit
from bilingual.model import ClockMap, Finding, Language, Report, Track

Made = dict[str, Any]

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
    """Every cue on another clock."""
    clock = ClockMap.from_dict(params)
    edits = []
    for cue in track.cues:
        start, end = (round(clock.forward(t)) for t in (cue.start_ms, cue.end_ms))
        edits.append(TimeEdit(cue=cue.index, start_ms=start, end_ms=end))
    if any(min(e.start_ms, e.end_ms) < 0 for e in edits):
        return None
    return {"times": tuple(edits)}


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
