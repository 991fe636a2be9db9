"""Pictures of a report: timeline, coverage, reading speed, lengths, risk.

Renderings of the report's document: they measure nothing but lengths of text.
Each gives a ``Picture``, which shows itself in a notebook as one image without
any request and carries its content in words. Needs matplotlib 3.11, which
shapes Tibetan; words come in the report's languages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from bilingual.model import Language
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
from bilingual.render.words import clock, label, ui, visible
from bilingual.render.words import figure as figure_of
from bilingual.text.length import reading_length

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SEVERITY: Final = {"error": ORANGE, "warning": YELLOW, "info": BLUE}

_BAND: Final = 2.0
"""Half the width of the expected band of lengths, in spreads."""
_NAMED: Final = 6
_SHORT: Final = 18


def timeline(document: Mapping[str, Any], language: str = "zh") -> Picture:
    """Speech, the cues of both languages and their links, findings above them."""
    ends = [c["end_ms"] for t in document["tracks"].values() if t for c in t["cues"]]
    media = document["media"]
    total = max([*ends, (media or {}).get("duration_ms") or 0, 1]) / 1000
    with drawn(10, 2.9) as (figure, axes):
        rows = {"found": 3.0, "zh": 2.0, "bo": 1.0, "speech": 0.0}
        speech = document["speech"]
        if speech and speech["spans"]:
            axes.broken_barh(_bars(speech["spans"]), (-0.25, 0.5), color=GREEN, alpha=0.6)
        beads = (document["alignment"] or {}).get("beads", ())
        linked: dict[str, set[int]] = {
            side: {i for b in beads if b["zh"] and b["bo"] for i in b[side]}
            for side in ("zh", "bo")
        }
        axes.plot(*_links(document, beads), color=GREY, linewidth=0.7)
        for side in ("zh", "bo"):
            track = document["tracks"][side]
            if track is None:
                continue
            whole = document["alignment"] is None
            for alone in (False, True):
                cues = [
                    (c["start_ms"], c["end_ms"])
                    for c in track["cues"]
                    if alone is not (whole or c["index"] in linked[side])
                ]
                axes.broken_barh(
                    _bars(cues),
                    (rows[side] - 0.25, 0.5),
                    facecolor="white" if alone else BLUE,
                    edgecolor=ORANGE if alone else "white",
                    hatch="////" if alone else None,
                    linewidth=0.8,
                )
        for severity in ("info", "warning", "error"):
            places = [
                s / 1000
                for f in document["findings"]
                if f["severity"] == severity and (s := finding_start(f, document)) is not None
            ]
            axes.plot(places, [3.0] * len(places), "v", color=SEVERITY[severity], markersize=7)
        names = {
            "found": ui("figure-findings", language),
            "zh": ui("role-zh", language),
            "bo": ui("role-bo", language).strip(),
            "speech": ui("figure-speech", language),
        }
        axes.set_yticks(list(rows.values()), [names[r] for r in rows])
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
                found=len(document["findings"]),
            ),
        )


def _links(
    document: Mapping[str, Any], beads: Sequence[Mapping[str, Any]]
) -> tuple[list[float], list[float]]:
    """Lines between the cues of each bead, parted by gaps."""
    xs: list[float] = []
    ys: list[float] = []
    for bead in beads:
        for z in bead["zh"]:
            for b in bead["bo"]:
                zh, bo = (document["tracks"][s]["cues"][i] for s, i in (("zh", z), ("bo", b)))
                xs += [_middle(zh), _middle(bo), math.nan]
                ys += [1.75, 1.25, math.nan]
    return xs, ys


def coverage(document: Mapping[str, Any], language: str = "zh") -> Picture:
    """Each share that was measured, as a bar with what it was divided by."""
    shares = [
        m
        for m in document["measures"]
        if m["unit"] == "ratio"
        and m["value"] is not None
        and 0 <= m["value"] <= 1
        and m["id"].startswith(("coverage.", "consistency."))
    ]
    with drawn(8, 0.6 + 0.38 * max(1, len(shares))) as (figure, axes):
        for row, measure in enumerate(reversed(shares)):
            value = measure["value"]
            color = GREEN if value >= 0.98 else YELLOW if value >= 0.9 else ORANGE
            axes.barh(row, 1.0, color=PALE, height=0.62)
            axes.barh(row, value, color=color, height=0.62)
            axes.text(1.01, row, figure_of(measure), va="center", fontsize=9)
        axes.set_yticks(range(len(shares)), [label(m, language) for m in reversed(shares)])
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
        _clean(axes)
        axes.set_title(ui("figure-coverage", language), loc="left", fontsize=11)
        alt = "; ".join(f"{label(m, language)} {figure_of(m)}" for m in shares)
        return picture(figure, alt or ui("figure-nothing", language))


def reading_speed(document: Mapping[str, Any], language: str = "zh") -> Picture:
    """How fast each cue has to be read, against the advised limit of its language."""
    quality = document["provenance"]["config"]["quality"]
    limits = {"zh": quality["zh_characters_per_second"], "bo": quality["bo_syllables_per_second"]}
    written: tuple[Language, ...] = ("zh", "bo")
    sides = [s for s in written if document["tracks"][s]]
    total = (
        max([c["end_ms"] for s in sides for c in document["tracks"][s]["cues"]], default=1) / 1000
    )
    above = 0
    with drawn(10, 1.9 * max(1, len(sides)), rows=max(1, len(sides))) as (figure, all_axes):
        for axes, side in zip(_several(all_axes), sides, strict=False):
            cues = [c for c in document["tracks"][side]["cues"] if c["end_ms"] > c["start_ms"]]
            speeds = [
                1000 * reading_length(c["plain"], side) / (c["end_ms"] - c["start_ms"])
                for c in cues
            ]
            limit = limits[side]
            above += sum(s > limit for s in speeds)
            axes.bar(
                [c["start_ms"] / 1000 for c in cues],
                speeds,
                width=[(c["end_ms"] - c["start_ms"]) / 1000 for c in cues],
                align="edge",
                color=[ORANGE if s > limit else BLUE for s in speeds],
                edgecolor="white",
            )
            axes.axhline(limit, color=ORANGE, linestyle="--", linewidth=1)
            axes.set_ylabel(ui(f"figure-speed-{side}", language), fontsize=9)
            axes.set_ylim(0, max([limit * 1.25, *speeds]))
            _minutes(axes, total)
            _clean(axes)
        figure.suptitle(ui("figure-speed", language), x=0.01, ha="left", fontsize=11)
        return picture(figure, ui("figure-speed-alt", language, above=above))


def length_ratio(document: Mapping[str, Any], language: str = "zh") -> Picture:
    """Tibetan syllables against Chinese characters of each pair, and where they are expected.

    The band is the aligner's law: the mean ratio, two spreads to either side.
    """
    from bilingual.config.thresholds import LENGTH_RATIO, LENGTH_SPREAD

    pairs = []
    for number, bead in enumerate((document["alignment"] or {}).get("beads", ())):
        if bead["zh"] and bead["bo"]:
            zh = sum(reading_length(_plain(document, "zh", i), "zh") for i in bead["zh"])
            bo = sum(reading_length(_plain(document, "bo", i), "bo") for i in bead["bo"])
            pairs.append((zh, bo, number, bead["risk"]))
    outside = []
    with drawn(6, 4.6) as (figure, axes):
        most = max([*(z for z, *_ in pairs), 10.0]) * 1.15
        xs = [most * n / 60 for n in range(61)]

        def law(x: float, away: float) -> float:
            return math.exp(math.log1p(x) + LENGTH_RATIO + away * LENGTH_SPREAD) - 1

        axes.fill_between(
            xs, [law(x, -_BAND) for x in xs], [law(x, _BAND) for x in xs], color=PALE, zorder=0
        )
        axes.plot(xs, [law(x, 0) for x in xs], color=GREY, linewidth=1, zorder=1)
        for zh, bo, number, _risk in pairs:
            out = not law(zh, -_BAND) <= bo <= law(zh, _BAND)
            axes.plot(zh, bo, "o", color=ORANGE if out else BLUE, markersize=5, zorder=2)
            if out:
                outside.append(number)
                axes.annotate(
                    str(number + 1), (zh, bo), textcoords="offset points", xytext=(5, 3), fontsize=8
                )
        axes.set_xlabel(ui("figure-length-zh", language))
        axes.set_ylabel(ui("figure-length-bo", language))
        axes.set_xlim(0, most)
        axes.set_ylim(bottom=0)
        _clean(axes)
        axes.set_title(ui("figure-length", language), loc="left", fontsize=11)
        listed = ", ".join(str(n + 1) for n in outside) or "–"
        return picture(figure, ui("figure-length-alt", language, pairs=len(pairs), outside=listed))


def risk(document: Mapping[str, Any], language: str = "zh") -> Picture:
    """The risk of each pair, the threshold, and the texts of the riskiest."""
    beads = [
        (n, b)
        for n, b in enumerate((document["alignment"] or {}).get("beads", ()))
        if b["risk"] is not None
    ]
    threshold = document["provenance"]["config"]["accuracy"]["wrong_risk"]
    worst = sorted(beads, key=lambda pair: -pair[1]["risk"])[:_NAMED]
    with drawn(10, 2.4 + 0.42 * len(worst), rows=2, heights=(2.0, 0.42 * len(worst) + 0.2)) as (
        figure,
        all_axes,
    ):
        upper, lower = _several(all_axes)
        values = [b["risk"] for _, b in beads]
        upper.bar([n + 1 for n, _ in beads], values, color=[_shade(v, threshold) for v in values])
        upper.axhline(threshold, color=ORANGE, linestyle="--", linewidth=1)
        upper.set_ylim(0, 1.02)
        upper.set_ylabel(ui("figure-risk-axis", language), fontsize=9)
        upper.set_xlabel(ui("figure-bead-axis", language), fontsize=9)
        _clean(upper)
        lower.axis("off")
        lower.set_ylim(-0.5, max(1, len(worst)) - 0.5)
        lower.set_xlim(0, 1)
        for row, (number, bead) in enumerate(reversed(worst)):
            lower.text(0.0, row, f"{number + 1}", fontsize=9, va="center", color=GREY)
            lower.text(
                0.035,
                row,
                f"{bead['risk']:.2f}",
                fontsize=9,
                va="center",
                color=_shade(bead["risk"], threshold),
            )
            for side, x, size in (("zh", 0.09, 10), ("bo", 0.5, 12)):
                text = " / ".join(_plain(document, side, i) for i in bead[side])
                lower.text(
                    x,
                    row,
                    _cut(text, _SHORT if side == "zh" else 3 * _SHORT),
                    fontsize=size,
                    va="center",
                )
        figure.suptitle(ui("figure-risk", language), x=0.01, ha="left", fontsize=11)
        listed = ", ".join(f"{n + 1} ({b['risk']:.2f})" for n, b in worst) or "–"
        return picture(figure, ui("figure-risk-alt", language, worst=listed))


def finding_start(finding: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    """When a finding begins, in milliseconds; ``None`` for the work as a whole."""
    if finding["span_ms"]:
        return int(finding["span_ms"][0])
    starts = [
        int(document["tracks"][side]["cues"][i]["start_ms"])
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in finding[side]
    ]
    return min(starts, default=None)


def _shade(value: float, threshold: float) -> str:
    return ORANGE if value >= threshold else YELLOW if value >= threshold / 2 else BLUE


def _plain(document: Mapping[str, Any], side: str, index: int) -> str:
    text: str = document["tracks"][side]["cues"][index]["plain"]
    return text


def _cut(text: str, most: int) -> str:
    """Text for a picture: on one line, nothing hidden in it, of bounded length."""
    shown = visible(text)
    if len(shown) <= most:
        return shown
    # A Tibetan text is cut behind a tsheg, so that no stack is torn.
    at = shown.rfind("\u0f0b", 0, most)
    return shown[: at + 1 if at > most // 2 else most] + "…"


def _middle(cue: Mapping[str, Any]) -> float:
    return float(cue["start_ms"] + cue["end_ms"]) / 2000


def _bars(spans: Sequence[Sequence[int]]) -> list[tuple[float, float]]:
    return [(start / 1000, max(0.05, (end - start) / 1000)) for start, end in spans]


def _several(axes: Any) -> Sequence[Axes]:
    return list(axes.flat) if hasattr(axes, "flat") else [axes]


def _minutes(axes: Axes, total: float) -> None:
    step = next((s for s in (5, 10, 15, 30, 60, 120, 300, 600) if total / s <= 12), 1800)
    ticks = list(range(0, int(total) + 1, step))
    axes.set_xticks(ticks, [f"{t // 60}:{t % 60:02}" for t in ticks])
    axes.set_xlim(0, max(total, 1))


def _clean(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
