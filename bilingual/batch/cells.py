"""The cells of a table of works: CSV, TSV, a workbook, or JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from bilingual.batch.columns import KEYS_ROW, safe_heading
from bilingual.errors import InputError
from bilingual.files import checked_path, display_name, read_at_most
from bilingual.fixes.sheet_cells import MAX_BYTES, MAX_CELL, MAX_ROWS, Cell, Page, Row, read_pages
from bilingual.model.codec import RepeatedKeyError, keys_once


def table_pages(path: Path) -> list[Page]:
    """The pages of a table that hold anything, those that are shown first.

    Rows have their number from 1; empty ones are left out. CSV may be UTF-8, UTF-16 or
    GB18030 (GBK), with commas, semicolons or tabs. JSON is a list of objects, or an object
    with that list under ``works``; its keys make row 0.

    :raises InputError: ``sheet-…``: it is damaged, too large, hostile or of another kind;
        ``file-…``; ``table-empty``; ``table-json``, ``table-json-twice``.
    :raises DependencyError: ``xlsx-missing``.
    """
    place = checked_path(path)
    shown = display_name(str(place))
    data = read_at_most(place, MAX_BYTES + 1)
    if place.suffix.lower() == ".json" or data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{"):
        return [Page(rows=_json_rows(data, shown))]
    if not data.startswith((b"PK", b"\xd0\xcf")):
        data = _as_utf8(data)
    pages = [_filled(page) for page in read_pages(data, shown)]
    pages = [page for page in pages if page.rows]
    if not pages:
        raise InputError("table-empty", path=shown)
    return sorted(pages, key=lambda page: page.hidden)


def _filled(page: Page) -> Page:
    rows = [(n, cells) for n, cells in page.rows if any(cell.text.strip() for cell in cells)]
    return replace(page, rows=rows)


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
        document = json.loads(data.decode("utf-8-sig"), object_pairs_hook=keys_once)
    except RepeatedKeyError as error:
        raise InputError("table-json-twice", path=shown, key=safe_heading(error.key)) from None
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
    rows: list[Row] = [(KEYS_ROW, [Cell(key[:MAX_CELL]) for key in keys])]
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
