"""A translator's sheet: its columns, what makes a cell safe, and reading it back.

A sheet goes out with a row for each cue of a pair (``render/sheet.py`` writes it)
and comes back with corrected texts. What comes back is anybody's file: its size,
its cells and its XML are bounded before they are believed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bilingual.errors import DependencyError, InputError
from bilingual.files import checked_path, display_name
from bilingual.locale import catalogue
from bilingual.model import LANGUAGES, Language

COLUMNS: Final = (
    "pair",
    "zh_cue",
    "zh_start",
    "zh_end",
    "zh_text",
    "bo_cue",
    "bo_start",
    "bo_end",
    "bo_text",
    "finding",
    "suggestion",
    "bo_corrected",
    "zh_corrected",
    "comment",
)
"""The columns in order; a reader finds them by their titles, in any order."""

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_UNPACKED: Final = 96 * 1024 * 1024
MAX_PARTS: Final = 400
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 64
MAX_GAP: Final = 1000  # empty rows in a row; behind them nothing is looked for
MAX_CELL: Final = 32_767  # what Excel itself holds

_DANGER: Final = "=+\\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20"
_ACTS: Final = re.compile(rf"'*[ \u00a0\u3000]*[{_DANGER}]")
_GUARDED: Final = re.compile(rf"'+[ \u00a0\u3000]*[{_DANGER}]")
_UNSHOWABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]"
)
_DECLARED: Final = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A corrected text: of which cue (0-based), from which row (1-based) of the sheet.

    ``original`` is the text that stood in the sheet beside it.
    """

    row: int
    side: Language
    cue: int
    original: str
    text: str


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula; ``unguarded`` takes it back.

    An apostrophe goes before what begins as a formula would, also behind other
    apostrophes or spaces, so that nothing is lost or gained on the way.
    """
    return f"'{text}" if _ACTS.match(text) else text


def unguarded(text: str) -> str:
    """What ``guarded`` was given."""
    return text[1:] if _GUARDED.match(text) else text


def showable(text: str) -> str:
    """Text as a cell can hold it: control characters and halves of pairs as ⟨U+XXXX⟩."""
    return _UNSHOWABLE.sub(lambda m: f"⟨U+{ord(m.group()):04X}⟩", text)


def read_sheet(path: str | Path) -> tuple[Correction, ...]:
    """The corrections in a sheet, in order; rows without one are left out.

    CSV in UTF-8, or as Excel saves Unicode text, with commas, semicolons or
    tabs; or an .xlsx workbook, whose first sheet counts.

    :raises InputError: ``sheet-unreadable``, ``sheet-too-large``,
        ``sheet-columns``, ``sheet-encoding``, ``sheet-cue`` or
        ``sheet-contradiction``; ``file-…`` as any input.
    :raises DependencyError: ``xlsx-missing``: a workbook, and no openpyxl.
    """
    found = checked_path(path)
    name = display_name(found.name)
    try:
        with found.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("file-unreadable", path=name, detail=error.strerror) from None
    if len(data) > MAX_BYTES:
        raise _too_large(name)
    workbook = data.startswith(b"PK")
    rows = _workbook_rows(data, name) if workbook else _csv_rows(data, name)
    return tuple(_corrections(rows, name, workbook))


def _too_large(name: str) -> InputError:
    return InputError("sheet-too-large", path=name, rows=MAX_ROWS, megabytes=MAX_BYTES // 1024**2)


def _corrections(
    rows: Iterator[tuple[int, Sequence[str]]], name: str, workbook: bool
) -> Iterator[Correction]:
    header = next(rows, (1, ()))[1]
    places = _places(header, name)
    seen: dict[tuple[Language, int], Correction] = {}
    for number, row in rows:
        # A workbook keeps a cell text by its type; the guard was for CSV.
        cells = [c if workbook else unguarded(c) for c in row]
        for side in LANGUAGES:
            text = _cell(cells, places.get(f"{side}_corrected"))
            if not text.strip():
                continue
            value = _cell(cells, places[f"{side}_cue"]).strip()
            if not re.fullmatch(r"[0-9]{1,7}(?:\.0)?", value) or float(value) < 1:
                raise InputError("sheet-cue", path=name, row=number, cue=value[:40] or "–")
            one = Correction(
                row=number,
                side=side,
                cue=int(float(value)) - 1,
                original=_lines(_cell(cells, places[f"{side}_text"])),
                text=_lines(text),
            )
            before = seen.setdefault((side, one.cue), one)
            if before is one:
                yield one
            elif before.text != one.text:
                raise InputError(
                    "sheet-contradiction", path=name, row=number, other=before.row, cue=one.cue + 1
                )


def _places(header: Sequence[str], name: str) -> dict[str, int]:
    """Where each column is, by its title in any language or its own name."""
    titles: dict[str, str] = {}
    for column in COLUMNS:
        words = catalogue()["ui"][f"sheet-{column}"]
        for title in (column, *words.values()):
            titles[title.casefold()] = column
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = titles.get(unguarded(title).strip().casefold(), "")
        if column:
            places.setdefault(column, place)
    sides = [s for s in LANGUAGES if f"{s}_corrected" in places]
    missing = [
        f"{s}_{part}" for s in sides for part in ("cue", "text") if f"{s}_{part}" not in places
    ]
    if not sides or missing:
        wanted = missing or ["bo_corrected", "zh_corrected"]
        shown = ", ".join(catalogue()["ui"][f"sheet-{column}"]["zh"] for column in wanted)
        raise InputError("sheet-columns", path=name, columns=shown)
    return places


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def _csv_rows(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    text = _decoded(data, name)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for row in reader:
            number += 1
            if number > MAX_ROWS or len(row) > 4 * MAX_COLUMNS:
                raise _too_large(name)
            if any(len(cell) > MAX_CELL for cell in row):
                raise InputError("sheet-unreadable", path=name, detail=f"row {number}")
            yield number, row
    except csv.Error as error:
        raise InputError("sheet-unreadable", path=name, detail=str(error)) from None


def _decoded(data: bytes, name: str) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeError:
        raise InputError("sheet-encoding", path=name) from None


def _workbook_rows(data: bytes, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    _examine_zip(data, name)
    try:
        import defusedxml  # noqa: F401 - openpyxl reads through it where it is there
        from openpyxl import load_workbook
    except ImportError as error:
        raise DependencyError("xlsx-missing", detail=str(error)) from error
    book: Any = None
    try:
        # No formulas are computed: what Excel saved of them counts.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size that a file states is only a claim
        rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
        empty = 0
        for number, row in enumerate(rows, 1):
            empty = 0 if any(row) else empty + 1
            if empty > MAX_GAP:  # one cell far down makes a million rows
                break
            if not empty:
                yield number, [_as_text(value) for value in row]
    except InputError:
        raise
    except Exception as error:  # a damaged workbook can fail anywhere in its reader
        raise InputError(
            "sheet-unreadable", path=name, detail=f"{type(error).__name__}: {error}"[:200]
        ) from None
    finally:
        if book is not None:
            book.close()


def _examine_zip(data: bytes, name: str) -> None:
    """Refuse a packed bomb and XML with declarations before anything is parsed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            large = len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED
            odd = "" if large else next(filter(None, (_oddity(packed, p) for p in parts)), "")
    except Exception:  # a damaged archive can fail anywhere in zipfile and zlib
        raise InputError("sheet-unreadable", path=name, detail="zip") from None
    if large:
        raise _too_large(name)
    if odd:
        raise InputError("sheet-unreadable", path=name, detail=odd)


def _oddity(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> str:
    """The part's name, if it is XML such as no spreadsheet program writes."""
    if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
        return ""
    with packed.open(part) as file:
        head = file.read(4096)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head
    return part.filename[:80] if wide or _DECLARED.search(head) else ""


def _as_text(value: object) -> str:
    text = "" if value is None else str(value)
    return _unescaped(text)[:MAX_CELL]


def _unescaped(text: str) -> str:
    """Characters that a workbook writes as ``_x000A_``."""
    return re.sub(
        r"_x([0-9A-Fa-f]{4})_",
        lambda m: "" if 0xD800 <= int(m.group(1), 16) <= 0xDFFF else chr(int(m.group(1), 16)),
        text,
    )


def named_rows(rows: Iterable[int]) -> str:
    """Row numbers in a sentence, the first ten."""
    listed = [str(r) for r in rows]
    return ", ".join(listed[:10]) + (" …" if len(listed) > 10 else "")
