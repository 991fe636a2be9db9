"""Pictures of a report: timeline, coverage, reading speed, lengths, risk.

Renderings of the report: they measure nothing but lengths of text.
Each gives a ``Picture``, which shows itself in a notebook as one image without
any request and carries its content in words. Needs matplotlib 3.11, which
shapes Tibetan; words come in the report's languages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bilingual.config.thresholds import LENGTH_RATIO, LENGTH_SPREAD
from bilingual.model import Bead, Cue, Language, Measure, Report, Severity
from bilingual.render.notebook.drawing import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    YELLOW,
    Picture,
    drawn,
    picture,
)
from bilingual.render.notebook.places import setting
from bilingual.render.notebook.shown import Shown
from bilingual.render.timeline import SIDES, start_of
from bilingual.render.words import clock, label, ui, visible
from bilingual.render.words import figure as figure_of
from bilingual.text.length import reading_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEVERITY: Final = {Severity.ERROR: ORANGE, Severity.WARNING: YELLOW, Severity.INFO: BLUE}

_ROWS: Final = {"found": 3.0, "zh": 2.0, "bo": 1.0, "speech": 0.0}
"""What the timeline shows, and how high."""

_BAND: Final = 2.0
"""Half the width of the expected band of lengths, in spreads."""
_NAMED: Final = 6
_MARKS: Final = 12
"""Marks on an axis of times, about."""
_SHORT: Final = 18


def timeline(report: Report, language: str = "zh") -> Picture:
    """Speech, the cues of both languages and their links, findings above them."""
    total = _length_s(report)
    with drawn(10, 2.9) as (figure, axes):
        if report.speech is not None and report.speech.spans:
            axes.broken_barh(
                _bars((s.start_ms, s.end_ms) for s in report.speech.spans),
                (_ROWS["speech"] - 0.25, 0.5),
                color=GREEN,
                alpha=0.6,
            )
        axes.plot(*_links(report), color=GREY, linewidth=0.7)
        for side in SIDES:
            _draw_cues(axes, report, side)
        for severity in (Severity.INFO, Severity.WARNING, Severity.ERROR):
            places = [
                start / 1000
                for finding in report.findings
                if finding.severity is severity and (start := start_of(finding, report)) is not None
            ]
            heights = [_ROWS["found"]] * len(places)
            axes.plot(places, heights, "v", color=SEVERITY[severity], markersize=7)
        names = {
            "found": ui("figure-findings", language),
            "zh": ui("role-zh", language),
            "bo": ui("role-bo", language).strip(),
            "speech": ui("figure-speech", language),
        }
        axes.set_yticks(list(_ROWS.values()), [names[row] for row in _ROWS])
        axes.set_ylim(-0.6, 3.5)
        axes.set_xlim(0, total)
        _minutes(axes, total)
        _clean(axes)
        figure.suptitle(ui("figure-timeline", language), x=0.01, ha="left", fontsize=11)
        return picture(
            figure,
            ui(
                "figure-timeline-alt",
                language,
                length=clock(total * 1000),
                found=len(report.findings),
            ),
        )


def _length_s(report: Report) -> float:
    """The work's length in seconds: that of the medium, or to where the last cue ends."""
    media = 0 if report.media is None else report.media.duration_ms or 0
    return max([*(cue.end_ms for side in SIDES for cue in _cues(report, side)), media, 1]) / 1000


def _draw_cues(axes: Axes, report: Report, side: Language) -> None:
    """The cues of a track as bars; those without a partner hatched."""
    track = report.track(side)
    if track is None:
        return
    linked = {i for bead in _beads(report) if bead.two_sided for i in getattr(bead, side)}
    for alone in (False, True):
        cues = [
            (cue.start_ms, cue.end_ms)
            for cue in track.cues
            if alone is not (report.alignment is None or cue.index in linked)
        ]
        axes.broken_barh(
            _bars(cues),
            (_ROWS[side] - 0.25, 0.5),
            facecolor="white" if alone else BLUE,
            edgecolor=ORANGE if alone else "white",
            hatch="////" if alone else None,
            linewidth=0.8,
        )


def _links(report: Report) -> tuple[list[float], list[float]]:
    """Lines between the cues of each bead, parted by gaps."""
    zh, bo = _cues(report, "zh"), _cues(report, "bo")
    xs: list[float] = []
    ys: list[float] = []
    for bead in _beads(report):
        for z in bead.zh:
            for b in bead.bo:
                xs += [_middle(zh[z]), _middle(bo[b]), math.nan]
                ys += [_ROWS["zh"] - 0.25, _ROWS["bo"] + 0.25, math.nan]
    return xs, ys


def coverage(report: Report, language: str = "zh") -> Picture:
    """Each share that was measured, as a bar with what it was divided by."""
    shares = [(m, m.value) for m in report.measures if _is_share(m) and m.value is not None]
    with drawn(8, 0.6 + 0.38 * max(1, len(shares))) as (figure, axes):
        names = [label(measure, language) for measure, _ in shares]
        values = [figure_of(measure) for measure, _ in shares]
        for row, (_, value) in enumerate(reversed(shares)):
            color = GREEN if value >= 0.98 else YELLOW if value >= 0.9 else ORANGE
            axes.barh(row, 1.0, color=PALE, height=0.62)
            axes.barh(row, value, color=color, height=0.62)
            axes.text(1.01, row, values[-1 - row], va="center", fontsize=9)
        axes.set_yticks(range(len(shares)), names[::-1])
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        _clean(axes)
        axes.set_title(ui("figure-coverage", language), loc="left", fontsize=11)
        alt = "; ".join(f"{label(m, language)} {figure_of(m)}" for m, _ in shares)
        return picture(figure, alt or ui("figure-nothing", language))


def _is_share(measure: Measure) -> bool:
    """Whether it is a share (0..1) of cues, time or terms."""
    return (
        measure.unit == "ratio"
        and measure.value is not None
        and 0 <= measure.value <= 1
        and measure.id.startswith(("coverage.", "consistency."))
    )


def reading_speed(report: Report, language: str = "zh") -> Picture:
    """How fast each cue has to be read, against the advised limit of its language."""
    limits = {
        "zh": setting(report, "quality", "zh_characters_per_second"),
        "bo": setting(report, "quality", "bo_syllables_per_second"),
    }
    sides = [side for side in SIDES if report.track(side) is not None]
    ends = [cue.end_ms for side in sides for cue in _cues(report, side)]
    total = max(ends, default=1) / 1000
    above = 0
    with drawn(10, 1.9 * max(1, len(sides)), rows=max(1, len(sides))) as (figure, all_axes):
        for axes, side in zip(_several(all_axes), sides, strict=False):
            above += _draw_speeds(axes, _cues(report, side), side, limits[side])
            axes.set_ylabel(ui(f"figure-speed-{side}", language), fontsize=9)
            _minutes(axes, total)
            _clean(axes)
        figure.suptitle(ui("figure-speed", language), x=0.01, ha="left", fontsize=11)
        return picture(figure, ui("figure-speed-alt", language, above=above))


def _draw_speeds(axes: Axes, cues: Sequence[Cue], side: Language, limit: float) -> int:
    """Bars of the cues' speeds and a line at the limit; how many are above it."""
    cues = [cue for cue in cues if cue.duration_ms > 0]
    speeds = [1000 * reading_length(cue.compared, side) / cue.duration_ms for cue in cues]
    axes.bar(
        [cue.start_ms / 1000 for cue in cues],
        speeds,
        width=[cue.duration_ms / 1000 for cue in cues],
        align="edge",
        color=[ORANGE if speed > limit else BLUE for speed in speeds],
        edgecolor="white",
    )
    axes.axhline(limit, color=ORANGE, linestyle="--", linewidth=1)
    axes.set_ylim(0, max([limit * 1.25, *speeds]))
    return sum(speed > limit for speed in speeds)


def length_ratio(report: Report, language: str = "zh") -> Picture | Shown:
    """Tibetan syllables against Chinese characters of each pair, and where they are expected;
    a word where there are no pairs.

    The band is the aligner's law: the mean ratio, two spreads to either side.
    """
    pairs = _pair_lengths(report)
    if not pairs:
        return Shown(None, language)
    outside = []
    with drawn(6, 4.6) as (figure, axes):
        most = max([*(zh for _, zh, _ in pairs), 10.0]) * 1.15
        _draw_law(axes, most)
        for number, zh, bo in pairs:
            out = not _expected(zh, -_BAND) <= bo <= _expected(zh, _BAND)
            axes.plot(zh, bo, "o", color=ORANGE if out else BLUE, markersize=5, zorder=2)
            if out:
                outside.append(number)
                axes.annotate(
                    str(number), (zh, bo), textcoords="offset points", xytext=(5, 3), fontsize=8
                )
        axes.set_xlabel(ui("figure-length-zh", language))
        axes.set_ylabel(ui("figure-length-bo", language))
        axes.set_xlim(0, most)
        axes.set_ylim(bottom=0)
        _clean(axes)
        axes.set_title(ui("figure-length", language), loc="left", fontsize=11)
        listed = ", ".join(map(str, outside)) or "–"
        return picture(figure, ui("figure-length-alt", language, pairs=len(pairs), outside=listed))


def _pair_lengths(report: Report) -> list[tuple[int, float, float]]:
    """Each pair's number (from 1), its Chinese characters and its Tibetan syllables."""
    zh, bo = _cues(report, "zh"), _cues(report, "bo")
    return [
        (
            number,
            sum(reading_length(zh[i].compared, "zh") for i in bead.zh),
            sum(reading_length(bo[i].compared, "bo") for i in bead.bo),
        )
        for number, bead in enumerate(_beads(report), 1)
        if bead.two_sided
    ]


def _expected(zh: float, spreads: float) -> float:
    """Tibetan syllables for Chinese characters, so many spreads from the mean."""
    return math.exp(math.log1p(zh) + LENGTH_RATIO + spreads * LENGTH_SPREAD) - 1


def _draw_law(axes: Axes, most: float) -> None:
    xs = [most * n / 60 for n in range(61)]
    lower, upper = ([_expected(x, away) for x in xs] for away in (-_BAND, _BAND))
    axes.fill_between(xs, lower, upper, color=PALE, zorder=0)
    axes.plot(xs, [_expected(x, 0) for x in xs], color=GREY, linewidth=1, zorder=1)


def risk(report: Report, language: str = "zh") -> Picture | Shown:
    """The risk of each pair, the threshold, and the texts of the riskiest; a word where no
    pair has one.
    """
    threshold = setting(report, "accuracy", "wrong_risk")
    judged = [
        (number, bead, bead.risk)
        for number, bead in enumerate(_beads(report), 1)
        if bead.risk is not None
    ]
    if not judged:
        return Shown(None, language)
    worst = sorted(judged, key=lambda one: -one[2])[:_NAMED]
    height = 0.42 * len(worst)
    with drawn(10, 2.4 + height, rows=2, heights=(2.0, height + 0.2)) as (figure, all_axes):
        upper, lower = _several(all_axes)
        upper.bar(
            [number for number, _, _ in judged],
            [value for _, _, value in judged],
            color=[_shade(value, threshold) for _, _, value in judged],
        )
        upper.axhline(threshold, color=ORANGE, linestyle="--", linewidth=1)
        upper.set_ylim(0, 1.02)
        upper.set_ylabel(ui("figure-risk-axis", language), fontsize=9)
        upper.set_xlabel(ui("figure-bead-axis", language), fontsize=9)
        _clean(upper)
        lower.axis("off")
        lower.set_ylim(-0.5, max(1, len(worst)) - 0.5)
        lower.set_xlim(0, 1)
        for row, (number, bead, value) in enumerate(reversed(worst)):
            shade = _shade(value, threshold)
            lower.text(0.0, row, f"{number}", fontsize=9, va="center", color=GREY)
            lower.text(0.035, row, f"{value:.2f}", fontsize=9, va="center", color=shade)
            for words, x, size in (
                (_cut(_joined(report, "zh", bead.zh), _SHORT), 0.09, 10),
                (_cut(_joined(report, "bo", bead.bo), 3 * _SHORT), 0.5, 12),
            ):
                lower.text(x, row, words, fontsize=size, va="center")
        figure.suptitle(ui("figure-risk", language), x=0.01, ha="left", fontsize=11)
        listed = ", ".join(f"{number} ({value:.2f})" for number, _, value in worst) or "–"
        return picture(figure, ui("figure-risk-alt", language, worst=listed))


def _shade(value: float, threshold: float) -> str:
    return ORANGE if value >= threshold else YELLOW if value >= threshold / 2 else BLUE


def _beads(report: Report) -> Sequence[Bead]:
    return () if report.alignment is None else report.alignment.beads


def _cues(report: Report, side: Language) -> Sequence[Cue]:
    track = report.track(side)
    return () if track is None else track.cues


def _joined(report: Report, side: Language, indices: Sequence[int]) -> str:
    return " / ".join(_cues(report, side)[index].shown for index in indices)


def _cut(text: str, most: int) -> str:
    """Text for a picture: on one line, nothing hidden in it, of bounded length."""
    shown = visible(text)
    if len(shown) <= most:
        return shown
    # A Tibetan text is cut behind a tsheg, so that no stack is torn.
    at = shown.rfind("\u0f0b", 0, most)
    return shown[: at + 1 if at > most // 2 else most] + "…"


def _middle(cue: Cue) -> float:
    return (cue.start_ms + cue.end_ms) / 2000


def _bars(spans: Iterable[tuple[int, int]]) -> list[tuple[float, float]]:
    return [(start / 1000, max(0.05, (end - start) / 1000)) for start, end in spans]


def _several(axes: Any) -> Sequence[Axes]:
    return list(axes.flat) if hasattr(axes, "flat") else [axes]


def _minutes(axes: Axes, total: float) -> None:
    # A medium can say that it lasts for years: each mark takes time and memory.
    long = 1800 * math.ceil(total / 1800 / _MARKS)
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300, 600) if total / s <= _MARKS), long)
    ticks = list(range(0, int(total) + 1, step))
    axes.set_xticks(ticks, [f"{t // 60}:{t % 60:02}" for t in ticks])
    axes.set_xlim(0, max(total, 1))


def _clean(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
