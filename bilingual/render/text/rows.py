"""The findings that matter most, for a terminal: a line each kind, then what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final

from bilingual.model import Cue, Finding, Language, Report, Severity
from bilingual.render.kinds import kinds_of, places
from bilingual.render.text.columns import columns_of, fitted
from bilingual.render.text.decided import Decided
from bilingual.render.timeline import SIDES, cues_of, start_of
from bilingual.render.words import clock, message, remedy, rule_title, ui, visible

SHOWN_FINDINGS: Final = 10

Kind = tuple[Finding, ...]
"""Findings of one kind; a single one, where there are few."""

_GAP: Final = "  "
_UNDER: Final = " " * 8
_REMEDY_FROM: Final = 100
"""Columns from which on a line has room for the remedy too; it comes below in full."""


def weightiest(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Errors and warnings; the notes where there is nothing else."""
    return [f for f in findings if f.severity is not Severity.INFO] or findings


def findings(report: Report, language: str, width: int, decided: Decided) -> Iterator[str]:
    """Lines of a table, a finding each, and below it each in full, by rule.

    Many of one kind are one line with their number, and in full with all their places.
    Notes are shown only where there is nothing graver.
    """
    weighty = weightiest(report.findings)
    shown, total = kinds_of(weighty)[:SHOWN_FINDINGS], len(weighty)
    if not shown:
        return
    told = {id(finding) for kind in shown for finding in kind}
    yield ""
    yield ui("heading-findings", language, shown=len(told), total=total)
    yield from _table(shown, report, language, width)
    rest = Counter(f.rule for f in report.findings if id(f) not in told)
    if rest:
        listed = "  ".join(f"{rule_title(r, language)} ×{n}" for r, n in rest.most_common())
        yield "  " + ui("further-findings", language, rules=listed)
    yield ""
    yield ui("heading-remedies", language)
    yield from _in_full(shown, language, width, decided)


def _table(shown: Sequence[Kind], report: Report, language: str, width: int) -> Iterator[str]:
    heads = [
        "",
        ui("column-severity", language),
        ui("column-time", language),
        ui("column-cue", language),
        ui("column-reason", language),
        ui("column-zh", language),
        ui("column-bo", language),
    ]
    if width >= _REMEDY_FROM:
        heads.append(ui("column-remedy", language))
    rows = [_row(n, kind, report, language)[: len(heads)] for n, kind in enumerate(shown, 1)]
    if all(row[2].startswith("00:") for row in rows if row[2]):
        rows = [[*row[:2], row[2].removeprefix("00:"), *row[3:]] for row in rows]
    widths = _widths(heads, rows, width - len(_GAP))
    for row in (heads, *rows):
        cells = [fitted(row[0], widths[0], "right")]
        cells += [fitted(cell, w) for cell, w in zip(row[1:], widths[1:], strict=True)]
        yield (_GAP + _GAP.join(cells)).rstrip()


def _row(number: int, kind: Kind, report: Report, language: str) -> list[str]:
    finding = kind[0]
    start = start_of(finding, report)
    cues = " ".join(filter(None, (_numbers(finding, side, language) for side in SIDES)))
    return [
        str(number),
        ui("severity-" + finding.severity, language),
        "" if start is None else clock(start),
        cues if len(kind) == 1 else f"{cues} … ×{len(kind)}".strip(),
        rule_title(finding.rule, language),
        *(
            " | ".join(_words(finding, cue) for cue in cues_of(finding, report, side)) or "—"
            for side in SIDES
        ),
        remedy(finding, language),
    ]


def _words(finding: Finding, cue: Cue) -> str:
    """A cue's text; with what is not seen in it, where the finding is about that."""
    return visible(cue.text if finding.rule == "hidden-character" else cue.shown)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """Where, when and how grave take what they need; the words share the rest evenly."""
    most = [max(columns_of(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    fixed, free = most[:4], most[4:]
    left = max(6 * len(free), width - sum(fixed) - len(_GAP) * (len(heads) - 1))
    # What a short column does not need goes to the others.
    given = [0] * len(free)
    for place, k in enumerate(sorted(range(len(free)), key=lambda k: free[k])):
        given[k] = min(free[k], left // (len(free) - place))
        left -= given[k]
    return [*fixed, *given]


def _numbers(finding: Finding, side: Language, language: str) -> str:
    """Numbers of cues, short: the first, and how far or how many more."""
    cues = finding.bo if side == "bo" else finding.zh
    if not cues:
        return ""
    first, *more = (index + 1 for index in cues)
    numbers = str(first)
    if more:
        run = more == list(range(first + 1, first + 1 + len(more)))
        numbers += f"–{more[-1]}" if run else f"+{len(more)}"
    return ui("cue-short-" + side, language, numbers=numbers)


def _in_full(shown: Sequence[Kind], language: str, width: int, decided: Decided) -> Iterator[str]:
    """What was found, by rule in order of weight; what is done about it, once."""
    by_rule: dict[str, list[tuple[int, Kind]]] = {}
    for number, kind in enumerate(shown, 1):
        by_rule.setdefault(kind[0].rule, []).append((number, kind))
    for rule, found in by_rule.items():
        yield f"  {rule_title(rule, language)} ({rule})"
        for number, kind in found:
            yield f"    {number:>2}. {message(kind[0], language)}"
            if len(kind) > 1:
                all_of_them = ui(
                    "all-places", language, count=len(kind), places=places(kind, language)
                )
                yield from wrap(all_of_them, width, initial_indent=_UNDER, subsequent_indent=_UNDER)
            yield from (f"{_UNDER}{words}" for words in decided.of(kind))
        for words in dict.fromkeys(remedy(kind[0], language) for _, kind in found):
            yield f"     →  {words}"
