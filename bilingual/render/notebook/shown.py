"""How tracks, alignments and reports show themselves in a notebook.

HTML fragments without scripts, links or requests. Every text of a submission is
escaped and its hidden characters are made visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final

from bilingual.model.codec import to_builtins
from bilingual.render.words import (
    clock,
    figure,
    label,
    message,
    reason,
    remedy,
    rule_title,
    ui,
    visible,
)

if TYPE_CHECKING:
    from bilingual.model import Alignment, Report, Track

SHOWN_ROWS: Final = 200

_STYLE: Final = """<style>
.bilingual{font-family:"Noto Sans SC","Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei","Bilingual Han","Bilingual Tibetan","Bilingual Rare",sans-serif;
line-height:1.5;color:#1b1b1b;background:#fff;max-width:72rem;overflow-x:auto}
.bilingual table{border-collapse:collapse;margin:.4rem 0}
.bilingual th,.bilingual td{border:1px solid #c8c8c8;padding:.2rem .5rem;text-align:left!important;
vertical-align:top;white-space:pre-line}
.bilingual th{background:#eef1f4;white-space:nowrap}
.bilingual [lang=bo]{font-family:"Noto Serif Tibetan","Jomolhari","Microsoft Himalaya",
"Bilingual Tibetan","Bilingual Han",serif;
font-size:1.15em;line-height:1.8}
.bilingual .n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.bilingual .error{background:#fbe3da}.bilingual .warning{background:#fdf2d8}
.bilingual .verdict{font-weight:700;font-size:1.1em}
.bilingual .small{font-size:.75em;max-width:18rem;overflow-wrap:anywhere}
.bilingual .quiet{color:#5a5a5a}
</style>"""

Cell = tuple[str, str]
"""A cell's HTML, and its attributes."""


class Shown:
    """A track, an alignment or a report as a notebook shows it, in a language of choice.

    By themselves they show in Chinese.
    """

    def __init__(self, thing: Track | Alignment | Report | None, language: str = "zh") -> None:
        self._thing, self._language = thing, language

    def _repr_html_(self) -> str:
        from bilingual.model import Alignment, Track

        match self._thing:
            case None:
                return framed(f"<p>{escape(ui('nb-none', self._language))}</p>")
            case Track() as track:
                return track_html(track, self._language)
            case Alignment() as alignment:
                return alignment_html(alignment, self._language)
            case report:
                return report_html(report, self._language)


def track_html(track: Track, language: str = "zh") -> str:
    """A track as a table of its cues, the first two hundred."""
    document = to_builtins(track)
    assert document is not None  # noqa: S101 - there is a track
    name = ui("language-" + track.language, language) if track.language else ""
    head = ui(
        "nb-cues",
        language,
        tongue=name,
        name=visible(track.name or ""),
        count=len(track.cues),
        problems=len(track.problems),
    )
    rows = [
        [
            number(c["index"] + 1),
            number(clock(c["start_ms"])),
            number(clock(c["end_ms"])),
            cue_text(c["plain"], track.language),
        ]
        for c in document["cues"][:SHOWN_ROWS]
    ]
    titles = ("nb-number", "nb-start", "nb-end", "nb-text")
    return framed(
        f"<p>{escape(head)}</p>", table(titles, rows, language), _more(track.cues, language)
    )


def alignment_html(alignment: Alignment, language: str = "zh") -> str:
    """The clocks, and the beads by cue numbers; an alignment holds no texts."""
    document = to_builtins(alignment)
    assert document is not None  # noqa: S101 - there is an alignment
    rows = [
        [
            number(n + 1),
            _numbers(b["zh"]),
            _numbers(b["bo"]),
            _share(b["confidence"]),
            _share(b["risk"]),
        ]
        for n, b in enumerate(document["beads"][:SHOWN_ROWS])
    ]
    titles = ("nb-pair", "nb-chinese", "nb-tibetan", "nb-confidence", "nb-risk")
    return framed(
        f"<p>{escape(_clocks(document, language))}</p>",
        table(titles, rows, language),
        _more(alignment.beads, language),
    )


def report_html(report: Report, language: str = "zh") -> str:
    """The verdict, what was handed in, the figures, the findings, what is unknown."""
    document = report.to_dict()
    return framed(
        summary_html(document, language),
        measures_html(document, language),
        findings_html(document, language),
        undecided_html(document, language),
        f'<p class="quiet">{escape(ui("disclaimer", language))}</p>',
    )


class Pairs:
    """The beads of a report side by side, shaded by risk; shows itself in a notebook."""

    def __init__(self, report: Report, *, language: str = "zh") -> None:
        self._html = pairs_html(report.to_dict(), language)

    def _repr_html_(self) -> str:
        return self._html


def pairs_html(document: Mapping[str, Any], language: str = "zh") -> str:
    """Chinese and Tibetan of each bead in a row, the risk beside them."""
    alignment = document["alignment"]
    if alignment is None:
        return framed(f"<p>{escape(ui('nb-none', language))}</p>")
    threshold = document["provenance"]["config"]["accuracy"]["wrong_risk"]
    rows = []
    for n, bead in enumerate(alignment["beads"][:SHOWN_ROWS]):
        risk = bead["risk"]
        alone = not (bead["zh"] and bead["bo"])
        grave = "error" if alone or (risk or 0) >= threshold else ""
        grave = grave or ("warning" if (risk or 0) >= threshold / 2 else "")
        starts = [
            document["tracks"][s]["cues"][i]["start_ms"] for s in ("zh", "bo") for i in bead[s]
        ]
        rows.append(
            [
                number(n + 1),
                number(clock(min(starts))),
                cue_text("\n".join(texts(document, "zh", bead["zh"])), "zh"),
                cue_text("\n".join(texts(document, "bo", bead["bo"])), "bo"),
                (escape("–" if risk is None else f"{risk:.2f}"), f'class="n {grave}"'),
            ]
        )
    titles = ("nb-pair", "nb-start", "nb-chinese", "nb-tibetan", "nb-risk")
    return framed(table(titles, rows, language), _more(alignment["beads"], language))


def summary_html(document: Mapping[str, Any], language: str = "zh") -> str:
    """The verdict in a sentence, and the names of what was handed in."""
    verdict = ui("verdict", language) + ui("verdict-" + document["verdict"], language)
    counts = {
        s: sum(f["severity"] == s for f in document["findings"])
        for s in ("error", "warning", "info")
    }
    tally = ui(
        "tally", language, errors=counts["error"], warnings=counts["warning"], infos=counts["info"]
    )
    inputs = "；".join(
        f"{ui('role-' + i['role'], language).strip()} {visible(i['name'])}"
        for i in document["inputs"]
    )
    clocks = _clocks(document["alignment"], language) if document["alignment"] else ""
    return (
        f'<p class="verdict">{escape(verdict)}</p><p>{escape(tally)}<br>{escape(inputs)}'
        f"<br>{escape(clocks)}</p>"
    )


def measures_html(document: Mapping[str, Any], language: str = "zh") -> str:
    """Every figure that could be measured, with its denominator and signature."""
    rows = [
        [
            text(label(m, language)),
            number(figure(m)),
            (escape(m["signature"] or ""), 'class="small"'),
        ]
        for m in document["measures"]
        if m["value"] is not None
    ]
    return f"<p><b>{escape(ui('heading-figures', language))}</b></p>" + rows_only(rows)


def findings_html(document: Mapping[str, Any], language: str = "zh") -> str:
    """The findings in the report's order, gravest first, with both texts."""
    findings = document["findings"]
    rows = [_finding(n, f, document, language) for n, f in enumerate(findings[:SHOWN_ROWS])]
    head = f"<p><b>{escape(ui('nb-findings', language, count=len(findings)))}</b></p>"
    if not rows:
        return head + f"<p>{escape(ui('nb-none', language))}</p>"
    titles = ("nb-number", "nb-severity", "nb-time", "nb-chinese", "nb-tibetan", "nb-finding")
    return head + table(titles, rows, language) + _more(findings, language)


def undecided_html(document: Mapping[str, Any], language: str = "zh") -> str:
    """The checks that could not be made, and why."""
    rows = [
        [
            text(rule_title(c["rule"], language) + ("*" if c["required"] else "")),
            text(reason(c, language)),
        ]
        for c in document["checks"]
        if c["verdict"] in ("unknown", "error")
    ]
    if not rows:
        return ""
    return f"<p><b>{escape(ui('heading-unknown', language))}</b></p>" + rows_only(rows)


def _finding(
    place: int, finding: Mapping[str, Any], document: Mapping[str, Any], language: str
) -> list[Cell]:
    from bilingual.render.notebook.figures import finding_start

    start = finding_start(finding, document)
    grave = finding["severity"]
    words = (
        f"<b>{escape(rule_title(finding['rule'], language))}</b><br>"
        f"{escape(message(finding, language))}<br>→ {escape(remedy(finding, language))}"
    )
    return [
        number(place + 1),
        (escape(ui("severity-" + grave, language)), f'class="n {escape(grave, quote=True)}"'),
        number("" if start is None else clock(start)),
        cue_text("\n".join(texts(document, "zh", finding["zh"])), "zh"),
        cue_text("\n".join(texts(document, "bo", finding["bo"])), "bo"),
        (words, ""),
    ]


def texts(document: Mapping[str, Any], side: str, indices: Sequence[int]) -> list[str]:
    """The plain texts of some cues; of many, the first three and an ellipsis."""
    track = document["tracks"][side]
    if track is None:
        return []
    found = [track["cues"][i]["plain"] for i in indices[:3]]
    return [*found, "…"] if len(indices) > 3 else found


def framed(*parts: str) -> str:
    """Fragments as one block with its style."""
    return f'{_STYLE}<div class="bilingual">{"".join(parts)}</div>'


def table(titles: Sequence[str], rows: Iterable[Sequence[Cell]], language: str) -> str:
    """Rows under titles, which are codes of the interface."""
    head = "".join(f'<th scope="col">{escape(ui(code, language))}</th>' for code in titles)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{_body(rows)}</tbody></table>"


def rows_only(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows without titles."""
    return f"<table><tbody>{_body(rows)}</tbody></table>"


def _body(rows: Iterable[Sequence[Cell]]) -> str:
    return "".join(
        "<tr>" + "".join(f"<td {attributes}>{inner}</td>" for inner, attributes in row) + "</tr>"
        for row in rows
    )


def text(value: str) -> Cell:
    """A cell of words."""
    return escape(value), ""


def number(value: object) -> Cell:
    """A cell of a figure or a time."""
    return escape(str(value)), 'class="n"'


def cue_text(value: str, side: str | None) -> Cell:
    """A cell of a cue's text, marked with its language."""
    attributes = f'lang="{"zh-Hans" if side == "zh" else "bo"}"' if side in ("bo", "zh") else ""
    return escape(visible(value, keep_breaks=True)), attributes


def _numbers(indices: Sequence[int]) -> Cell:
    return number(", ".join(str(i + 1) for i in indices) or "–")


def _share(value: float | None) -> Cell:
    return number("–" if value is None else f"{value:.2f}")


def _clocks(alignment: Mapping[str, Any], language: str) -> str:
    return ui(
        "clocks",
        language,
        offset=f"{alignment['offset_ms'] / 1000:+.2f}",
        rate=f"{alignment['rate']:.4f}",
        jumps=len(alignment["jumps"]),
    )


def _more(values: Sequence[object], language: str) -> str:
    rest = len(values) - SHOWN_ROWS
    return f"<p>{escape(ui('nb-more', language, count=rest))}</p>" if rest > 0 else ""
