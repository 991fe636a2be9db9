"""The cells of a table of works: CSV, TSV, a workbook, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from bilingual.errors import InputError
from bilingual.files import checked_path, display_name, read_at_most
from bilingual.fixes.sheet_cells import MAX_BYTES, MAX_CELL, MAX_ROWS, Cell, Row, read_cells

JSON_HEADING_ROW: Final = 0
"""The number of the row that a JSON table's keys stand for."""


def table_rows(path: Path) -> Sequence[Row]:
    """The rows of a table, each with its number from 1; empty ones are left out.

    CSV may be UTF-8, UTF-16 or GB18030 (GBK), with commas, semicolons or tabs. JSON is a
    list of objects, or an object with that list under ``works``; its keys make row 0.

    :raises InputError: ``sheet-…``: it is damaged, too large or hostile; ``file-…``;
        ``table-empty``; ``table-json``.
    :raises DependencyError: ``xlsx-missing``.
    """
    place = checked_path(path)
    shown = display_name(str(place))
    data = read_at_most(place, MAX_BYTES + 1)
    if place.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return _json_rows(data, shown)
    if not data.startswith(b"PK"):
        data = _as_utf8(data)
    rows = read_cells(data, shown).rows
    filled = [(n, cells) for n, cells in rows if any(cell.text.strip() for cell in cells)]
    if not filled:
        raise InputError("table-empty", path=shown)
    return filled


def _as_utf8(data: bytes) -> bytes:
    """The text in UTF-8, where it is in the encoding that Excel in China writes CSV in."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    try:
        data.decode("utf-8-sig")
    except UnicodeError:
        try:
            return data.decode("gb18030").encode("utf-8")
        except UnicodeError:
            return data  # whoever reads it says what is wrong
    return data


def _json_rows(data: bytes, shown: str) -> list[Row]:
    if len(data) > MAX_BYTES:
        raise InputError("sheet-too-large", path=shown, rows=MAX_ROWS, megabytes=MAX_BYTES >> 20)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise InputError("table-json", path=shown, line=error.lineno) from None
    except (UnicodeError, RecursionError, ValueError):
        raise InputError("table-json", path=shown, line=1) from None
    works = document.get("works") if isinstance(document, dict) else document
    if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
        raise InputError("table-json", path=shown, line=1)
    if not works:
        raise InputError("table-empty", path=shown)
    if len(works) > MAX_ROWS:
        raise InputError("sheet-too-large", path=shown, rows=MAX_ROWS, megabytes=MAX_BYTES >> 20)
    keys = list(dict.fromkeys(key for work in works for key in work))
    rows: list[Row] = [(JSON_HEADING_ROW, [Cell(key[:MAX_CELL]) for key in keys])]
    for number, work in enumerate(works, 1):
        rows.append((number, [_json_cell(work.get(key)) for key in keys]))
    return rows


def _json_cell(value: Any) -> Cell:
    if value is None:
        return Cell()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "、".join(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return Cell(str(value)[:MAX_CELL], "boolean" if isinstance(value, bool) else "error")
    return Cell(str(value)[:MAX_CELL], "text" if isinstance(value, str) else "number")
