"""A user's own glossary: read however it was saved, checked line by line, added to.

The columns are those of ``models/glossary-zh-bo.tsv``; only ``zh`` and ``bo`` are a
must. People keep such lists in spreadsheets, so tabs and commas, byte order marks,
UTF-16, missing headers and swapped columns are read too. Each line is a record: a
quote that is not closed spoils its own line and no other.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bilingual.errors import FormatError, InputError
from bilingual.files import display_name, read_at_most
from bilingual.model import Problem
from bilingual.text.script import count_scripts
from bilingual.text.spelling import misspellings
from bilingual.text.units import zh_pieces
from bilingual.translation.glossary import COLUMNS, Glossary, Term, stem_of

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_ENTRIES: Final = 200_000
MAX_CELL: Final = 400
"""Bounds on a glossary: bytes of the file, entries, characters of a cell."""

FATAL: Final = frozenset(
    {
        "term-line-unreadable",
        "term-empty-side",
        "term-wrong-script",
        "term-too-long",
        "term-control-character",
    }
)
"""Problems for which a line gives no entry; a verification refuses the file."""

NOTES: Final = frozenset({"term-header-missing", "term-shared"})
"""Problems that need no fix, only worth knowing."""

_NAMES: Final[Mapping[str, str]] = {
    **{name: name for name in COLUMNS},
    "chinese": "zh",
    "中文": "zh",
    "汉文": "zh",
    "汉语": "zh",
    "tibetan": "bo",
    "藏文": "bo",
    "藏语": "bo",
    "variant": "variants",
    "异译": "variants",
    "其他译法": "variants",
    "领域": "field",
    "来源": "attested",
}
_SEPARATORS: Final = re.compile(r"[;；、|]")
# What ends a Tibetan phrase in a list and is no part of the term.
_OUTER: Final = " \u00a0\u3000\u0f0b\u0f0c\u0f0d\u0f0e\u0f11\u0f14"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a glossary. ``bo`` holds the standard form first; ``line`` is 1-based."""

    zh: str
    bo: tuple[str, ...]
    field: str = ""
    attested: tuple[str, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryFile:
    """A glossary as read: its entries, what was wrong, and how it is written.

    ``columns`` are the names in their order in the file, ``header`` is whether
    the file has them in its first line. ``delimiter`` is a tab or a comma.
    """

    name: str
    sha256: str
    encoding: str
    delimiter: str
    header: bool
    columns: tuple[str, ...]
    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = field(default=())

    def fatal(self) -> Problem | None:
        """The first problem for which a line gave no entry."""
        return next((p for p in self.problems if p.code in FATAL), None)

    def terms(self) -> tuple[Term, ...]:
        """One term for each Chinese: the first line's form is the standard one.

        Forms of later lines are accepted too. Its user vouches for an own
        glossary, so each term is attested by the file's name.
        """
        found: dict[str, Term] = {}
        for entry in self.entries:
            known = found.get(entry.zh)
            forms = (*(known.bo if known else ()), *entry.bo)
            found[entry.zh] = Term(
                zh=entry.zh,
                bo=tuple(dict.fromkeys(forms)),
                field=known.field if known else entry.field,
                attested=(self.name,),
            )
        return tuple(found.values())

    def glossary(self) -> Glossary:
        """The terms, ready to be looked up."""
        return Glossary(self.terms())


def read_glossary(path: Path) -> GlossaryFile:
    """A glossary from a TSV or CSV file, with a problem for every line that is amiss.

    :raises InputError: the file is missing, unreadable, too large, in no encoding
        that can be detected, or has no columns of Chinese and Tibetan.
    """
    shown = display_name(path.name)
    data = read_at_most(path, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError("glossary-too-large", path=shown, most=MAX_BYTES // 1024 // 1024)
    return parse_glossary(data, shown)


def parse_glossary(data: bytes, name: str) -> GlossaryFile:
    """A glossary from its bytes; see :func:`read_glossary`."""
    from bilingual.formats.encoding import decode

    if not data:
        raise InputError("glossary-columns", path=name, line=1)
    try:
        decoded = decode(data, name)
    except FormatError as error:
        raise InputError(
            "glossary-encoding", path=name, line=error.params.get("line", 1)
        ) from error
    lines = re.split(r"\r\n|\r|\n", decoded.text)
    delimiter = _delimiter(lines)
    problems: list[Problem] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        row = _cells(line, delimiter)
        if row is None:
            problems.append(Problem(line=number, code="term-line-unreadable", params={}))
            continue
        rows.append((number, row))
        if len(rows) > MAX_ENTRIES:
            raise InputError("glossary-too-many", path=name, line=number, most=MAX_ENTRIES)
    columns, header = _columns(rows, name, problems)
    entries: list[Entry] = []
    for number, row in rows[header:]:
        entry = _entry(number, row, columns, problems)
        if entry is not None:
            entries.append(entry)
    problems += _between(entries)
    problems.sort(key=lambda p: (p.line or 0, p.code))
    return GlossaryFile(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=decoded.encoding,
        delimiter=delimiter,
        header=header,
        columns=columns,
        entries=tuple(entries),
        problems=tuple(problems),
    )


def _delimiter(lines: Sequence[str]) -> str:
    sampled = [line for line in lines if line.strip() and not line.startswith("#")][:50]
    tabs = sum("\t" in line for line in sampled)
    return "\t" if 2 * tabs >= len(sampled) else ","


def _cells(line: str, delimiter: str) -> list[str] | None:
    """The cells of a line; ``None`` where it is none."""
    if delimiter == "\t":
        cells = line.split("\t")
        # Spreadsheets quote cells that hold a quote or a line break.
        return [
            c[1:-1].replace('""', '"') if len(c) > 1 and c[0] == c[-1] == '"' else c for c in cells
        ]
    try:
        (row,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError):
        return None
    return row


def _columns(
    rows: Sequence[tuple[int, list[str]]], name: str, problems: list[Problem]
) -> tuple[tuple[str, ...], bool]:
    if not rows:
        raise InputError("glossary-columns", path=name, line=1)
    line, first = rows[0]
    named = tuple(_NAMES.get(cell.strip().lower(), cell.strip()) for cell in first)
    if "zh" in named and "bo" in named:
        return named, True
    # No header: by the scripts of the first lines.
    order = [tuple(_language(cell) for cell in row[:2]) for _, row in rows[:20]]
    for pair in (("zh", "bo"), ("bo", "zh")):
        if 2 * order.count(pair) > len(order):
            problems.append(Problem(line=line, code="term-header-missing", params={}))
            return (*pair, *COLUMNS[2:]), False
    raise InputError("glossary-columns", path=name, line=line)


def _language(text: str) -> str | None:
    counts = count_scripts(text)
    if counts.tibetan and not counts.han:
        return "bo"
    return "zh" if counts.han and not counts.tibetan else None


def _entry(
    line: int, row: Sequence[str], columns: Sequence[str], problems: list[Problem]
) -> Entry | None:
    def fault(code: str, **params: object) -> None:
        problems.append(Problem(line=line, code=code, params=params))

    cells = dict(zip(columns, (unicodedata.normalize("NFC", c).strip() for c in row), strict=False))
    if any(len(c) > MAX_CELL for c in cells.values()):
        fault("term-too-long", most=MAX_CELL)
        return None
    for cell in cells.values():
        bad = next((c for c in cell if unicodedata.category(c) in ("Cc", "Cs", "Cn", "Co")), None)
        if bad is not None:
            fault("term-control-character", character=f"U+{ord(bad):04X}")
            return None
    if len([c for c in row[len(columns) :] if c.strip()]):
        fault("term-extra-cells", count=len(row) - len(columns))
    zh = clean_zh(cells.get("zh", ""))
    variants = (*_SEPARATORS.split(cells.get("variants", "")),)
    forms = [clean_bo(f) for f in (*_SEPARATORS.split(cells.get("bo", "")), *variants)]
    return _checked(
        Entry(
            zh=zh,
            bo=tuple(dict.fromkeys(f for f in forms if f)),
            field=cells.get("field", ""),
            attested=tuple(filter(None, cells.get("attested", "").split(";"))),
            line=line,
        ),
        problems,
        standard=bool(clean_bo(cells.get("bo", ""))),
    )


def clean_zh(text: str) -> str:
    """A Chinese term in canonical order, without spaces."""
    return re.sub(r"[\s\u200b\ufeff]+", "", unicodedata.normalize("NFC", text))


def clean_bo(text: str) -> str:
    """A Tibetan form in canonical order, without the tsheg or shad that ends it."""
    plain = unicodedata.normalize("NFC", text)
    return re.sub(r"[\u200b\ufeff]", "", plain).strip(_OUTER + "\t")


def _checked(entry: Entry, problems: list[Problem], *, standard: bool = True) -> Entry | None:
    """The entry, unless it is none; its faults go to ``problems``."""
    faults = list(faults_of(entry, standard=standard))
    problems += faults
    return None if any(p.code in FATAL for p in faults) else entry


def faults_of(entry: Entry, *, standard: bool = True) -> Iterator[Problem]:
    """What is wrong with an entry by itself.

    :param standard: whether the column of the standard form was filled in.
    """
    if not entry.zh or not entry.bo or not standard:
        side = "zh" if not entry.zh else "bo"
        yield Problem(line=entry.line, code="term-empty-side", params={"side": side})
        return
    sides = (("zh", entry.zh), *(("bo", form) for form in entry.bo))
    for side, text in sides:
        counts = count_scripts(text)
        own, other = (counts.han, counts.tibetan) if side == "zh" else (counts.tibetan, counts.han)
        if not own or other:
            yield Problem(
                line=entry.line, code="term-wrong-script", params={"side": side, "text": text}
            )
    if count_scripts(entry.zh).han and len(zh_pieces(entry.zh)) != len(entry.zh):
        yield Problem(line=entry.line, code="term-not-han", params={"text": entry.zh})
    for form in entry.bo:
        for bad in misspellings(form):
            yield Problem(
                line=entry.line,
                code="term-syllable",
                params={"text": form, "syllable": bad.text, "why": bad.why},
            )


def _between(entries: Sequence[Entry]) -> Iterator[Problem]:
    """What is wrong between entries: given twice, given otherwise, one Tibetan for several."""
    first: dict[str, Entry] = {}
    by_stem: dict[str, Entry] = {}
    for entry in entries:
        known = first.setdefault(entry.zh, entry)
        if known is not entry:
            stems = {stem_of(form) for form in known.bo}
            same = stem_of(entry.bo[0]) in stems
            yield Problem(
                line=entry.line,
                code="term-duplicate" if same else "term-conflict",
                params={
                    "zh": entry.zh,
                    "bo": entry.bo[0],
                    "first": known.line,
                    "first_bo": known.bo[0],
                },
            )
            continue
        other = by_stem.setdefault(stem_of(entry.bo[0]), entry)
        if other is not entry:
            yield Problem(
                line=entry.line,
                code="term-shared",
                params={"zh": entry.zh, "bo": entry.bo[0], "first": other.line, "other": other.zh},
            )
