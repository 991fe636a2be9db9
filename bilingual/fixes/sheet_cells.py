"""The cells of a sheet that came back: what each holds, and as what.

What comes back is anybody's file: its size, its cells and its XML are bounded before
they are believed. A cell of a workbook says what it is (text, a number, a date, a
formula …); in a CSV file everything is text, and only its form can tell what a
spreadsheet program has made of it.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from typing import Any, Final, Literal

from bilingual.errors import DependencyError, InputError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_UNPACKED: Final = 96 * 1024 * 1024
MAX_PARTS: Final = 400
MAX_TAGS: Final = 5_000_000
"""Of all parts of a workbook, by their ``<``; each takes openpyxl some microseconds. A sheet
of 20,000 cues has 1.5 million."""
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 64
MAX_CSV_COLUMNS: Final = 4 * MAX_COLUMNS
MAX_GAP: Final = 1000  # empty rows in a row; behind them nothing is looked for
MAX_CELL: Final = 32_767  # what Excel itself holds
MAX_PAGES: Final = 20
MAX_CELLS: Final = 2_000_000  # that hold something
MAX_TEXT: Final = 16 * 1024 * 1024
"""Characters of all cells: a workbook holds a text once that any number of cells show."""

CHECKS: Final = "bilingual-check"
"""The title of the hidden page of a workbook that holds a digest of each cue's text."""

_DELIMITERS: Final = ",;\t"
_RARE_DELIMITERS: Final = "|，；"  # where there are none of the usual ones: texts hold them, too
_HEAD: Final = 20_000
_HEAD_LINES: Final = 20
_DANGER: Final = "=+\\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20"
_ACTS: Final = re.compile(rf"'*[ \u00a0\u3000]*[{_DANGER}]")
_GUARDED: Final = re.compile(rf"'+[ \u00a0\u3000]*[{_DANGER}]")
_DECLARED: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Kind = Literal["text", "number", "date", "formula", "boolean", "error", "struck", "merged"]
"""What a cell holds. ``struck``: text of which a part is struck out or set above or
below the line; ``merged``: a cell that was joined with others."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text as it is shown, and what it holds."""

    text: str = ""
    kind: Kind = "text"


EMPTY: Final = Cell()
Row = tuple[int, Sequence[Cell]]
"""A row's number (1-based) and its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A sheet's rows, the empty ones left out. ``digests`` are the rows of its hidden page."""

    rows: Sequence[Row]
    workbook: bool
    digests: Sequence[Sequence[str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a workbook, or a CSV file: its rows, the empty ones left out.

    ``hidden``: whether it is; ``hidden_rows``: numbers of rows that are hidden, by a filter
    or by hand. ``beyond``: the place (row, column) of the first cell that was not read since
    it lies too far from the others, and how many those are.
    """

    title: str = ""
    rows: Sequence[Row]
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    beyond: tuple[int, int, int] | None = None


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; ``unguarded`` takes it back.

    An apostrophe goes before what begins as a formula would, also behind other
    apostrophes or spaces, so that nothing is lost or gained on the way.
    """
    return f"'{text}" if _ACTS.match(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def read_cells(data: bytes, name: str) -> Cells:
    """The cells of a CSV file or of a workbook's first page.

    :param name: the file's name, for messages.
    :raises InputError: ``sheet-unreadable``, ``sheet-too-large``, ``sheet-encoding``,
        ``sheet-quote``, or ``sheet-old`` and ``sheet-other``: it is a file of another kind.
    :raises DependencyError: ``xlsx-missing``: a workbook, and no openpyxl.
    """
    _examine(data, name)
    if not data.startswith(b"PK"):
        return Cells(rows=list(_csv_rows(data, name)), workbook=False)
    with _book(data, name) as book:
        pages = [page for page in book.worksheets if page.title != CHECKS]
        checks = [page for page in book.worksheets if page.title == CHECKS]
        room = _Room(name)
        rows = _page(book, pages[0], room).rows if pages else []
        digests = [
            [cell.text for cell in cells]
            for _, cells in (_page(book, checks[0], room).rows if checks else [])
        ]
    return Cells(rows=rows, workbook=True, digests=digests)


def read_pages(data: bytes, name: str) -> list[Page]:
    """The pages of a workbook, at most :data:`MAX_PAGES`; a CSV file is one.

    :raises InputError: as :func:`read_cells`.
    :raises DependencyError: ``xlsx-missing``.
    """
    _examine(data, name)
    if not data.startswith(b"PK"):
        return [Page(rows=list(_csv_rows(data, name)))]
    with _book(data, name) as book:
        room = _Room(name)
        return [_page(book, page, room) for page in book.worksheets[:MAX_PAGES]]


# Files that a name says to be a table, by their first bytes.
_OLD: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = {
    b"%pdf": "PDF",
    b"rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"<?xml": "XML",
    b"<html": "HTML",
    b"<!doctype html": "HTML",
    b"<table": "HTML",
    b"<meta": "HTML",
}


def is_other_kind(data: bytes) -> bool:
    """Whether the first bytes are those of a file that is no text: a workbook, PDF, an archive."""
    packed = (b"PK", _OLD, *(mark for mark in _OTHERS if not mark.startswith(b"<")))
    return data.startswith(packed) or data[:4].lower().startswith(packed)


def _examine(data: bytes, name: str) -> None:
    """Refuse what is no table that can be read, by its first bytes."""
    if len(data) > MAX_BYTES:
        raise too_large(name)
    if data.startswith(_OLD):
        raise InputError("sheet-old", path=name)
    head = data[:400].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kind = next((kind for mark, kind in _OTHERS.items() if head.startswith(mark)), "")
    if kind:
        raise InputError("sheet-other", path=name, kind=kind)


def too_large(name: str) -> InputError:
    """``sheet-too-large``, with what a table may have."""
    return InputError("sheet-too-large", path=name, rows=MAX_ROWS, megabytes=MAX_BYTES // 1024**2)


class _Room:
    """What is left of the rows, the cells and the text that a table may hold in all."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows, self._cells, self._characters = MAX_ROWS, MAX_CELLS, MAX_TEXT

    def take(self, cells: Iterable[Cell]) -> None:
        """Count a row.

        :raises InputError: ``sheet-too-large``.
        """
        lengths = [len(cell.text) for cell in cells if cell is not EMPTY]
        self._rows -= 1
        self._cells -= len(lengths)
        self._characters -= sum(lengths)
        if min(self._rows, self._cells, self._characters) < 0:
            raise too_large(self._name)


# CSV


def _csv_rows(data: bytes, name: str) -> Iterator[Row]:
    text = unicode_text(data)
    if text is None:
        raise InputError("sheet-encoding", path=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 0
    last = ""
    room = _Room(name)
    try:
        for row in reader:
            number += 1
            if len(row) > MAX_CSV_COLUMNS:
                raise too_large(name)
            if any(len(cell) > MAX_CELL for cell in row):
                raise InputError("sheet-unreadable", path=name, detail=f"row {number}")
            last = row[-1] if row else ""
            cells = [Cell(unguarded(cell)) if cell else EMPTY for cell in row]
            room.take(cells)
            yield number, cells
    except csv.Error as error:
        raise InputError("sheet-unreadable", path=name, detail=str(error)) from None
    # A quotation mark that is opened and never closed takes all rows behind it for one cell.
    if "\n" in last.strip("\r\n") and text.count('"') % 2:
        raise InputError("sheet-quote", path=name, row=number)


def _delimiter(text: str) -> str:
    """What separates the cells; a title above the headings has none of it."""
    lines = text[:_HEAD].splitlines()[:_HEAD_LINES]
    usual = any(mark in line for line in lines for mark in _DELIMITERS)
    marks = _DELIMITERS if usual else _RARE_DELIMITERS
    if lines and any(lines[0].count(mark) > 1 for mark in marks):
        return max(marks, key=lines[0].count)
    return max(marks, key=lambda m: (sum(m in line for line in lines), text.count(m)))


_BOMS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks, that of UTF-32 before that of UTF-16, which it begins with."""

_FEW_NULS: Final = 5


def unicode_text(data: bytes) -> str | None:
    """The text of UTF-8 or UTF-16, or of UTF-32 with its byte order mark; else ``None``.

    Without a mark UTF-16 is known by its NULs: every comma and line break brings one, and no
    table in UTF-8 holds many.
    """
    try:
        for mark, codec in _BOMS.items():
            if data.startswith(mark):
                return data.decode(codec)
        if data.count(0) * _FEW_NULS > len(data):
            low = data[::2].count(0) > data[1::2].count(0)
            text = data.decode("utf-16-be" if low else "utf-16-le")
            return None if "\0" in text else text
        return data.decode("utf-8-sig")
    except UnicodeError:
        return None


# Workbooks


@contextlib.contextmanager
def _book(data: bytes, name: str) -> Iterator[Any]:
    """An opened workbook; whatever goes wrong while it is read is an error of its file."""
    _examine_zip(data, name)
    try:
        import defusedxml  # noqa: F401 - openpyxl reads through it where it is there
        from openpyxl import load_workbook
    except ImportError as error:
        raise DependencyError.of_extra("xlsx-missing", "xlsx", detail=str(error)) from error
    book: Any = None
    try:
        # Formulas as formulas: the value that a program saved beside one may be absent.
        book = load_workbook(
            io.BytesIO(data), read_only=True, data_only=False, keep_links=False, rich_text=True
        )
        yield book
    except InputError:
        raise
    except Exception as error:  # a damaged workbook can fail anywhere in its reader
        raise InputError(
            "sheet-unreadable", path=name, detail=f"{type(error).__name__}: {error}"[:200]
        ) from None
    finally:
        if book is not None:
            book.close()


def _page(book: Any, page: Any, room: _Room) -> Page:
    """A page; in one pass, since what is merged comes behind the cells."""
    from openpyxl.worksheet._reader import WorkSheetParser

    rows: list[Row] = []
    first_beyond: tuple[int, int] | None = None
    beyond = 0
    last = 0
    with page._get_source() as source:
        parser = WorkSheetParser(
            source,
            page._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
            rich_text=True,
        )
        for number, found in parser.parse():
            # One cell far down makes a million rows.
            near = number <= MAX_ROWS and 0 < number - last <= MAX_GAP
            far = [
                c["column"]
                for c in found
                if not (near and c["column"] <= MAX_COLUMNS) and c["value"] not in (None, "")
            ]
            if far:
                first_beyond = first_beyond or (number, far[0])
                beyond += len(far)
            if not near:
                continue
            cells = {c["column"]: _cell(c) for c in found if c["column"] <= MAX_COLUMNS}
            cells = {column: cell for column, cell in cells.items() if cell != EMPTY}
            if cells:
                room.take(cells.values())
                last = number
                rows.append((number, [cells.get(n, EMPTY) for n in range(1, max(cells) + 1)]))
    return Page(
        title=page.title,
        rows=_with_merged(rows, parser.merged_cells),
        hidden=page.sheet_state != "visible",
        hidden_rows=[n for n, _ in rows if _is_hidden(parser.row_dimensions.get(str(n)))],
        beyond=None if first_beyond is None else (*first_beyond, beyond),
    )


def _is_hidden(attributes: Mapping[str, str] | None) -> bool:
    return attributes is not None and attributes.get("hidden") in ("1", "true")


def _cell(found: Mapping[str, Any]) -> Cell:
    value, kind = found["value"], found["data_type"]
    if value is None:
        return EMPTY
    if kind == "f":
        return Cell(str(getattr(value, "text", None) or value)[:MAX_CELL], "formula")
    if kind == "e":
        return Cell(str(value)[:MAX_CELL], "error")
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "boolean")
    if isinstance(value, date | time | timedelta):
        return Cell(str(value), "date")
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer()
        return Cell(str(int(value) if whole else value), "number")
    text = _unescaped(str(value))[:MAX_CELL]
    return Cell(text, "struck" if _struck(value) else "text")


def _struck(value: object) -> bool:
    """Whether a stretch of rich text is struck out, or raised or lowered.

    Fonts, colours and weights are no part of the text: programs set them by
    themselves where a cell holds two scripts.
    """
    for piece in value if isinstance(value, list) else ():
        font = getattr(piece, "font", None)
        if font is not None and (font.strike or font.vertAlign not in (None, "baseline")):
            return True
    return False


def _unescaped(text: str) -> str:
    """Characters that a workbook writes as ``_x000A_``."""
    return re.sub(
        r"_x([0-9A-Fa-f]{4})_",
        lambda m: "" if 0xD800 <= int(m.group(1), 16) <= 0xDFFF else chr(int(m.group(1), 16)),
        text,
    )


def _with_merged(rows: list[Row], merged: Any) -> list[Row]:
    """The rows with the cells of merged ranges marked, where such a range holds text.

    Only the first cell of a range keeps its text; of what the others held, nothing is left.
    """
    numbers = [number for number, _ in rows]
    left = MAX_ROWS  # however many ranges claim the same rows
    for part in () if merged is None else merged.mergeCell:
        column, first, last_column, last = part.bounds
        at, end = bisect_left(numbers, first), bisect_right(numbers, last)
        if at == end or numbers[at] != first:
            continue
        anchor = rows[at][1]
        if column > len(anchor) or not anchor[column - 1].text:
            continue
        left -= end - at
        if left < 0:
            raise ValueError("merged cells")
        for place in range(at, end):
            number, cells = rows[place]
            width = min(last_column, MAX_COLUMNS)
            own = [*cells, *([EMPTY] * (width - len(cells)))]
            own[column - 1 : width] = [Cell(c.text, "merged") for c in own[column - 1 : width]]
            rows[place] = (number, own)
    return rows


_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What the parts of a workbook may be packed with, by the standard (ECMA-376-2)."""


def _examine_zip(data: bytes, name: str) -> None:
    """Refuse a packed bomb and XML with declarations before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            large = len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED
            # Of what is packed otherwise Python unpacks a megabyte at once, to gigabytes.
            odd = next((p.filename[:80] for p in parts if p.compress_type not in _PACKED), "")
            if not large and not odd:
                large = sum(_tags(packed, part) for part in parts) > MAX_TAGS
                odd = "" if large else next(filter(None, (_oddity(packed, p) for p in parts)), "")
            names = {part.filename for part in parts}
    except Exception:  # a damaged archive can fail anywhere in zipfile and zlib
        raise InputError("sheet-unreadable", path=name, detail="zip") from None
    if large:
        raise too_large(name)
    if odd:
        raise InputError("sheet-unreadable", path=name, detail=odd)
    if not any(part.startswith("xl/") for part in names):
        kinds = {
            "content.xml": "OpenDocument",
            "word/document.xml": "Word",
            "Index/Document.iwa": "Numbers",
        }
        kind = next((kind for part, kind in kinds.items() if part in names), "ZIP")
        raise InputError("sheet-other", path=name, kind=kind)


def _tags(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many tags a part has, if it is XML; whatever its name, another part may name it."""
    with packed.open(part) as file:
        return sum(block.count(b"<") for block in iter(partial(file.read, 1 << 20), b""))


def _oddity(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    """The part's name, if it is XML such as no spreadsheet program writes."""
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return ""
    with packed.open(part) as file:
        head = file.read(4096)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head
    return part.filename[:80] if wide or _DECLARED.search(head) else ""
