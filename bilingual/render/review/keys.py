"""What a decision belongs to: hashes of what was judged.

Keys are the same in every run on the same texts: no time, number of a cue or order of
findings is in them. Where the same is there several times, the later ones have a number
behind the hash (``…-2``).
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bilingual.checks.engine import rules
from bilingual.model import (
    LANGUAGES,
    Bead,
    Check,
    CheckVerdict,
    Finding,
    Language,
    Report,
)
from bilingual.model.codec import to_builtins
from bilingual.render.canonical import digest_of
from bilingual.render.timeline import SIDES, bead_list

FEW: Final = 4
"""Cues of one side that a finding may name to belong to a place in the work."""

UNDECIDED: Final = (CheckVerdict.UNKNOWN, CheckVerdict.ERROR)
"""What became of checks that only a person can settle."""

_LENGTH: Final = 32
_OF_TRACKS: Final[Mapping[str, tuple[Language, ...]]] = {
    "bo": ("bo",),
    "zh": ("zh",),
    "zh-written": ("zh",),
    "track": LANGUAGES,
    "alignment": LANGUAGES,
}
"""The tracks that a check which needs this depends on; what else it may need is the video's."""


def work_key(report: Report) -> str:
    """What is the same of a work before and after its subtitles are changed: its video,
    or without one the names of its files.
    """
    video = _hashes(report).get("video")
    names = sorted(f"{i.role} {i.name}" for i in report.inputs)
    return _hash("work", video if video else names)


def pair_keys(report: Report) -> tuple[str, ...]:
    """A key for each bead: the letters of both its texts, however they are cut into lines
    and cues.
    """
    return _numbered(
        _hash("pair", _letters(report, "zh", bead.zh), _letters(report, "bo", bead.bo))
        for bead in bead_list(report)
    )


def finding_keys(report: Report) -> tuple[str, ...]:
    """A key for each finding: its rule, what it says of several things (``variant``), and
    its place.

    The place is the texts of its cues as they are in the file; of a stretch of time
    without cues, its seconds; of a work as a whole, the facts that were found; and of many
    cues, the words that were found.
    """
    return _numbered(
        _hash("finding", f.rule, str(f.params.get("variant", "")), _place(report, f))
        for f in report.findings
    )


def point_keys(report: Report) -> dict[str, str]:
    """A key for each check that could not be made, by its rule: the rule, the reason, and
    what of the work it is about.
    """
    found = {}
    for check in report.checks:
        if check.verdict in UNDECIDED:
            reason = "" if check.reason is None else check.reason.code
            found[check.rule] = _hash("point", check.rule, reason, _subject(report, check))
    return found


def texts_of(report: Report, side: Language, indices: Iterable[int]) -> tuple[str, ...]:
    """The texts of some cues, for people to read."""
    track = report.track(side)
    return () if track is None else tuple(track.cues[i].shown[:1000] for i in indices)


def _place(report: Report, finding: Finding) -> Any:
    if max(len(finding.zh), len(finding.bo)) > FEW:
        return _words(to_builtins(finding.params))
    if finding.zh or finding.bo:
        return [_raw(report, "zh", finding.zh), _raw(report, "bo", finding.bo)]
    if finding.span_ms is not None:
        return [round(finding.span_ms.start_ms / 1000), round(finding.span_ms.end_ms / 1000)]
    return to_builtins(finding.params)


def _words(value: Any) -> Any:
    """What of a finding's facts is text: numbers of places change with every edit."""
    if isinstance(value, dict):
        return {k: w for k, v in value.items() if (w := _words(v)) not in ([], {}, None)}
    if isinstance(value, list):
        return [w for v in value if (w := _words(v)) not in ([], {}, None)]
    return value if isinstance(value, str) else None


def _subject(report: Report, check: Check) -> list[Any]:
    """The hash of the video and the texts that a check depends on."""
    rule = rules().get(check.rule)
    needs = {"media", "track"} if rule is None else set(rule.needs)
    sides = sorted({side for need in needs for side in _OF_TRACKS.get(need, ())})
    video = _hashes(report).get("video") if needs - set(_OF_TRACKS) else None
    tracks = []
    for side in sides:
        track = report.track(side)
        whole = () if track is None else range(len(track.cues))
        tracks.append([side, _letters(report, side, whole)])
    return [video, tracks]


def _hashes(report: Report) -> dict[str, str]:
    return {i.role: i.sha256 for i in report.inputs}


def _raw(report: Report, side: Language, indices: Iterable[int]) -> list[str]:
    track = report.track(side)
    return [] if track is None else [_composed(track.cues[i].text) for i in indices]


def _letters(report: Report, side: Language, indices: Iterable[int]) -> str:
    track = report.track(side)
    if track is None:
        return ""
    return "".join("".join(_composed(track.cues[i].compared).split()) for i in indices)


def letters_of(report: Report, bead: Bead) -> dict[Language, str]:
    """The letters of both texts of a bead, to find what took the place of another."""
    return {side: _letters(report, side, getattr(bead, side)) for side in SIDES}


def letters(texts: Iterable[str]) -> str:
    """Texts without their white space and the way they are cut up."""
    return "".join("".join(_composed(text).split()) for text in texts)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _hash(kind: str, *parts: Any) -> str:
    text = json.dumps([kind, *parts], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return digest_of(text.encode("utf-8", "surrogatepass"))[:_LENGTH]


def _numbered(keys: Iterable[str]) -> tuple[str, ...]:
    seen: Counter[str] = Counter()
    found = []
    for key in keys:
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return tuple(found)
