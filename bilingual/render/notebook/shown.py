"""How tracks, alignments and reports show themselves in a notebook.

HTML fragments without scripts, links or requests. Every text of a submission is
escaped and its hidden characters are made visible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from bilingual.locale import mark
from bilingual.model import (
    Alignment,
    Bead,
    CheckVerdict,
    Finding,
    Measure,
    Report,
    Severity,
    Track,
)
from bilingual.render.notebook.places import setting, texts
from bilingual.render.timeline import start_of, start_of_cues
from bilingual.render.words import (
    MAIN_MEASURES,
    check_title,
    clock,
    clocks,
    colon,
    disclaimer,
    explained,
    figure,
    label,
    message,
    moment,
    reason,
    remedy,
    rule_title,
    settled_words,
    ui,
    visible,
)

SHOWN_ROWS: Final = 200

_STYLE: Final = """<style>
.bilingual{font-family:"Noto Sans SC","Noto Sans CJK SC","PingFang SC",
"Microsoft YaHei","Bilingual Han","Bilingual Tibetan","Bilingual Rare",sans-serif;
line-height:1.5;color:#1b1b1b;background:#fff;max-width:72rem;overflow-x:auto}
.bilingual table{border-collapse:collapse;margin:.4rem 0}
.bilingual th,.bilingual td{border:1px solid #c8c8c8;padding:.2rem .5rem;text-align:left!important;
vertical-align:top;white-space:pre-line}
.bilingual th{background:#eef1f4;white-space:normal;word-break:keep-all}
.bilingual [lang=bo]{font-family:"Noto Serif Tibetan","Jomolhari","Microsoft Himalaya",
"Bilingual Tibetan","Bilingual Han",serif;
font-size:1.15em;line-height:1.8}
.bilingual .n{text-align:right!important;font-variant-numeric:tabular-nums;white-space:nowrap}
.bilingual button,.bilingual select,.bilingual input{font:inherit}
.bilingual .error{background:#fbe3da}.bilingual .warning{background:#fdf2d8}
.bilingual .verdict{font-weight:700;font-size:1.1em}
.bilingual .small{font-size:.8em;max-width:30rem;overflow-wrap:anywhere}
.bilingual .quiet{color:#5a5a5a}
</style>"""

Cell = tuple[str, str]
"""A cell's HTML, and its attributes."""


class Shown:
    """A track, an alignment or a report in a notebook, in a language of choice.

    By themselves they show in Chinese.
    """

    def __init__(self, value: Track | Alignment | Report | None, language: str = "zh") -> None:
        self._value, self._language = value, language

    def _repr_html_(self) -> str:
        match self._value:
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
    head = ui(
        "nb-cues",
        language,
        tongue=ui("language-" + track.language, language) if track.language else "",
        name=visible(track.name or ""),
        count=len(track.cues),
        problems=len(track.problems),
    )
    rows = [
        [
            number(cue.index + 1),
            number(clock(cue.start_ms)),
            number(clock(cue.end_ms)),
            cue_text(cue.shown, track.language),
        ]
        for cue in track.cues[:SHOWN_ROWS]
    ]
    titles = ("nb-number", "nb-start", "nb-end", "nb-text")
    return framed(
        f"<p>{escape(head)}</p>", table(titles, rows, language), _more(track.cues, language)
    )


def alignment_html(alignment: Alignment, language: str = "zh") -> str:
    """The clocks, and the beads by cue numbers; an alignment holds no texts."""
    rows = [
        [
            number(n + 1),
            _numbers(bead.zh),
            _numbers(bead.bo),
            _share(bead.confidence),
            _share(bead.risk),
        ]
        for n, bead in enumerate(alignment.beads[:SHOWN_ROWS])
    ]
    titles = ("nb-pair", "nb-chinese", "nb-tibetan", "nb-confidence", "nb-risk")
    return framed(
        f"<p>{escape(clocks(alignment, language))}</p>",
        table(titles, rows, language),
        _more(alignment.beads, language),
    )


def report_html(report: Report, language: str = "zh") -> str:
    """The verdict, the submitted files, the figures, the findings, what is unknown."""
    return framed(
        summary_html(report, language),
        measures_html(report, language),
        findings_html(report, language),
        undecided_html(report, language),
        f'<p class="quiet">{escape(disclaimer(report, language))}</p>',
    )


class Provenance:
    """Versions, models, settings and hashes of a report as a table; shows itself in a notebook."""

    def __init__(self, report: Report, language: str = "zh") -> None:
        self._report, self._language = report, language

    def _repr_html_(self) -> str:
        made, language = self._report.provenance, self._language
        facts = [
            ("nb-tool", f"{made.tool} {made.version}"),
            ("nb-made", moment(made.created)),
            ("nb-profile", f"{made.config.get('profile', '–')} {made.config.get('category', '')}"),
            ("nb-ffmpeg", made.ffmpeg or "–"),
        ]
        rows = [[text(ui(code, language)), text(visible(value))] for code, value in facts]
        rows += [
            [text(ui("nb-model", language)), text(f"{visible(m.name)}  {(m.sha256 or '–')[:16]}")]
            for m in made.models
        ]
        rows += [
            [
                text(ui("role-" + i.role, language).strip()),
                text(f"{visible(i.name)}  SHA-256 {i.sha256[:16]}…"),
            ]
            for i in self._report.inputs
        ]
        return framed(rows_only(rows))

    def __repr__(self) -> str:
        return f"{self._report.provenance.tool} {self._report.provenance.version}"


class Pairs:
    """The beads of a report side by side, shaded by risk; shows itself in a notebook."""

    def __init__(self, report: Report, *, language: str = "zh") -> None:
        self._html = pairs_html(report, language)

    def _repr_html_(self) -> str:
        return self._html


def pairs_html(report: Report, language: str = "zh") -> str:
    """Chinese and Tibetan of each bead in a row, the risk beside them."""
    if report.alignment is None:
        return framed(f"<p>{escape(ui('nb-none', language))}</p>")
    beads = report.alignment.beads
    threshold = setting(report, "accuracy", "wrong_risk")
    rows = []
    for n, bead in enumerate(beads[:SHOWN_ROWS]):
        start = start_of_cues(bead, report)
        risk = escape("–" if bead.risk is None else f"{bead.risk:.2f}")
        rows.append(
            [
                number(n + 1),
                number("" if start is None else clock(start)),
                cue_text("\n".join(texts(report, "zh", bead.zh)), "zh"),
                cue_text("\n".join(texts(report, "bo", bead.bo)), "bo"),
                (risk, f'class="n {_shade(bead, threshold)}"'),
            ]
        )
    titles = ("nb-pair", "nb-start", "nb-chinese", "nb-tibetan", "nb-risk")
    return framed(table(titles, rows, language), _more(beads, language))


def _shade(bead: Bead, threshold: float) -> str:
    """The style of a bead: its risk against the threshold and half of it."""
    risk = bead.risk or 0
    if not bead.two_sided or risk >= threshold:
        return "error"
    return "warning" if risk >= threshold / 2 else ""


def summary_html(report: Report, language: str = "zh") -> str:
    """The verdict in a sentence, and the names of the submitted files."""
    verdict = ui("verdict", language) + ui("verdict-" + report.verdict, language)
    counts = Counter(finding.severity for finding in report.findings)
    tally = ui(
        "tally",
        language,
        errors=counts[Severity.ERROR],
        warnings=counts[Severity.WARNING],
        infos=counts[Severity.INFO],
    )
    inputs = mark("semicolon", language).join(
        f"{ui('role-' + i.role, language).strip()} {visible(i.name)}" for i in report.inputs
    )
    related = "" if report.alignment is None else clocks(report.alignment, language)
    settled = ""
    if report.review is not None:
        own = ui("html-with-decisions", language) + colon(language)
        words = escape(own + settled_words(report.review.settled, language))
        settled = f'<p class="verdict">{words}</p>'
    return (
        f'<p class="verdict">{escape(verdict)}</p>{settled}<p>{escape(tally)}<br>{escape(inputs)}'
        f"<br>{escape(related)}</p>"
    )


def measures_html(report: Report, language: str = "zh") -> str:
    """Every figure that could be measured: what it counts, and its signature."""
    rows = [
        [
            text(label(measure, language)),
            number(figure(measure)),
            (_what_counts(measure, language), 'class="small"'),
        ]
        for measure in sorted(report.measures, key=_rank)
        if measure.value is not None
    ]
    return f"<p><b>{escape(ui('heading-figures', language))}</b></p>" + rows_only(rows)


def _what_counts(measure: Measure, language: str) -> str:
    """What a figure counts, and below it the signature of one that has it."""
    signature = measure.signature and f'<span class="quiet">{escape(measure.signature)}</span>'
    return "<br>".join(filter(None, (escape(explained(measure, language)), signature)))


def _rank(measure: Measure) -> int:
    """Those that come first in every rendering do so here; the rest keep their order."""
    known = measure.id in MAIN_MEASURES
    return MAIN_MEASURES.index(measure.id) if known else len(MAIN_MEASURES)


def findings_html(report: Report, language: str = "zh") -> str:
    """The findings in the report's order, gravest first, with both texts."""
    findings = report.findings
    rows = [_finding(n, f, report, language) for n, f in enumerate(findings[:SHOWN_ROWS])]
    head = f"<p><b>{escape(ui('nb-findings', language, count=len(findings)))}</b></p>"
    if not rows:
        return head + f"<p>{escape(ui('nb-none', language))}</p>"
    titles = ("nb-number", "nb-severity", "nb-time", "nb-chinese", "nb-tibetan", "nb-finding")
    return head + table(titles, rows, language) + _more(findings, language)


def undecided_html(report: Report, language: str = "zh") -> str:
    """The checks that could not be made, and why."""
    rows = [
        [
            text(check_title(check, language) + ("*" if check.required else "")),
            text(reason(check.reason, language)),
        ]
        for check in report.checks
        if check.verdict in (CheckVerdict.UNKNOWN, CheckVerdict.ERROR)
    ]
    if not rows:
        return ""
    return f"<p><b>{escape(ui('heading-unknown', language))}</b></p>" + rows_only(rows)


def _finding(place: int, finding: Finding, report: Report, language: str) -> list[Cell]:
    start = start_of(finding, report)
    severity = finding.severity
    words = (
        f"<b>{escape(rule_title(finding.rule, language))}</b><br>"
        f"{escape(message(finding, language))}<br>→ {escape(remedy(finding, language))}"
    )
    return [
        number(place + 1),
        (escape(ui("severity-" + severity, language)), f'class="n {severity}"'),
        number("" if start is None else clock(start)),
        cue_text("\n".join(texts(report, "zh", finding.zh)), "zh"),
        cue_text("\n".join(texts(report, "bo", finding.bo)), "bo"),
        (words, ""),
    ]


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


def _more(values: Sequence[object], language: str) -> str:
    rest = len(values) - SHOWN_ROWS
    return f"<p>{escape(ui('nb-more', language, count=rest))}</p>" if rest > 0 else ""
