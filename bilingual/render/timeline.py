"""Where findings, beads and cues are in a work's time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from bilingual.model import LANGUAGES, Bead, Cue, Finding, Language, Report, Severity

_T = TypeVar("_T")

_MOST_MARKS: Final = 3000

SIDES: Final[tuple[Language, Language]] = ("zh", "bo")
"""The languages in the order in which they are shown."""

Place = tuple[float, float]
"""Start and width on the timeline, in thousandths of the work's length."""


def cues_of(place: Bead | Finding, report: Report, side: Language) -> list[Cue]:
    """The cues of one language that a bead or a finding names."""
    track = report.track(side)
    indices = place.bo if side == "bo" else place.zh
    return [] if track is None else [track.cues[index] for index in indices]


def start_of(finding: Finding, report: Report) -> int | None:
    """When a finding begins (ms): its own span, else its first cue; ``None`` without either."""
    if finding.span_ms is not None:
        return finding.span_ms.start_ms
    return start_of_cues(finding, report)


def start_of_cues(place: Bead | Finding, report: Report) -> int | None:
    """When the first of its cues begins (ms), ``None`` without any."""
    starts = [cue.start_ms for side in LANGUAGES for cue in cues_of(place, report, side)]
    return min(starts, default=None)


def bead_list(report: Report) -> Sequence[Bead]:
    """The beads; without an alignment a bead for each cue of the one track."""
    if report.alignment is not None:
        return report.alignment.beads
    zh, bo = (() if track is None else track.cues for track in (report.zh, report.bo))
    return [
        *(Bead(zh=(index,), bo=()) for index in range(len(zh))),
        *(Bead(zh=(), bo=(index,)) for index in range(len(bo))),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A work in time, to be drawn 1000 units wide.

    ``total`` is the work's length (ms). ``wave`` is an SVG path of the loudness,
    ``speech`` where somebody speaks, ``rows`` the cues by language, ``links`` the
    middles of a Chinese and a Tibetan cue of one bead, ``found`` where errors and
    warnings are.
    """

    total: int
    wave: str = ""
    speech: tuple[Place, ...] = ()
    rows: dict[Language, list[Place]] = field(default_factory=dict)
    links: tuple[tuple[float, float], ...] = ()
    found: tuple[tuple[float, Severity], ...] = ()


def timeline(report: Report, peaks: Sequence[float] = ()) -> Timeline | None:
    """The timeline of a report, ``None`` for a work without a length.

    :param peaks: loudness (0..1), evenly spread over the work.
    """
    total = _length(report)
    if total <= 0:
        return None
    spans = None if report.speech is None else report.speech.spans
    rows = {
        side: [_place(cue.start_ms, cue.end_ms, total) for cue in track.cues]
        for side in LANGUAGES
        if (track := report.track(side)) is not None
    }
    shown = {side: list(_thinned(places)) for side, places in rows.items()}
    return Timeline(
        total=total,
        wave=_wave(peaks),
        speech=tuple(_place(span.start_ms, span.end_ms, total) for span in spans or ()),
        rows=shown,
        links=_thinned(list(_links(report, rows))),
        found=_thinned(
            [
                (_place(start, start, total)[0], finding.severity)
                for finding in report.findings
                if finding.severity is not Severity.INFO
                and (start := start_of(finding, report)) is not None
            ]
        ),
    )


_STEPS_S: Final = (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_MOST_TICKS: Final = 12


def axis(total_ms: int) -> tuple[tuple[float, str], ...]:
    """Marks of a time axis: their place in percent of the length, and the time as ``1:30``."""
    step = next((s for s in _STEPS_S if total_ms <= s * 1000 * _MOST_TICKS), 7200)
    seconds = range(0, total_ms // 1000 + 1, max(step, total_ms // 100_000))
    return tuple((round(100_000 * s / total_ms, 2), f"{s // 60}:{s % 60:02}") for s in seconds)


def _thinned(marks: Sequence[_T]) -> tuple[_T, ...]:
    """Of more marks than a strip of 1000 units can show apart, some, evenly spread."""
    return tuple(marks[:: -(-len(marks) // _MOST_MARKS) or 1])


def _length(report: Report) -> int:
    """When the last cue ends, or the media where that is later (ms)."""
    tracks = [track for track in (report.bo, report.zh) if track is not None]
    ends = [cue.end_ms for track in tracks for cue in track.cues]
    if report.media is not None and report.media.duration_ms:
        ends.append(report.media.duration_ms)
    return max(ends, default=0)


def _place(start: int, end: int, total: int) -> Place:
    left = 1000 * min(max(start, 0), total) / total
    return round(left, 2), round(max(0.6, 1000 * (end - start) / total), 2)


def _links(report: Report, rows: dict[Language, list[Place]]) -> Iterator[tuple[float, float]]:
    for bead in bead_list(report):
        for zh in bead.zh:
            for bo in bead.bo:
                (zh_x, zh_width), (bo_x, bo_width) = rows["zh"][zh], rows["bo"][bo]
                yield round(zh_x + zh_width / 2, 2), round(bo_x + bo_width / 2, 2)


def _wave(peaks: Sequence[float]) -> str:
    """An SVG path of the loudness, mirrored about the middle of its strip."""
    if not peaks or not max(peaks):
        return ""
    step, top = 1000 / len(peaks), max(peaks)
    upper = [(round(k * step, 1), round(11 - 9 * p / top, 1)) for k, p in enumerate(peaks)]
    lower = [(x, round(22 - y, 1)) for x, y in reversed(upper)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (*upper, *lower)) + "Z"
