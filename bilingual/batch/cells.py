"""The cells of a table of works: CSV, TSV, a workbook, or JSON."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bilingual.batch.columns import KEYS_ROW, safe_heading
from bilingual.errors import InputError
from bilingual.files import checked_path, display_name, read_at_most
from bilingual.fixes.sheet_cells import (
    MAX_BYTES,
    MAX_CELL,
    MAX_CELLS,
    MAX_CSV_COLUMNS,
    MAX_ROWS,
    Cell,
    Page,
    Row,
    is_other_kind,
    read_pages,
    too_large,
    unicode_text,
)
from bilingual.formats.encoding import everyday_share
from bilingual.model import Reason
from bilingual.model.codec import RepeatedKeyError, keys_once


def table_pages(path: Path) -> tuple[list[Page], list[Reason]]:
    """The pages of a table that hold anything, those that are shown first, and notes on it.

    Rows have their number from 1; empty ones are left out. CSV may be UTF-8, UTF-16, UTF-32,
    GB18030 (GBK) or, which a note says, Big5, with commas, semicolons or tabs. JSON is a list
    of objects, or an object with that list under ``works``; its keys make row 0.

    :raises InputError: ``sheet-…``: it is damaged, too large, hostile or of another kind;
        ``file-…``; ``table-empty``; ``table-encoding``; ``table-json``, ``table-json-twice``.
    :raises DependencyError: ``xlsx-missing``.
    """
    place = checked_path(path)
    shown = display_name(str(place))
    data = read_at_most(place, MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise too_large(shown)
    notes: list[Reason] = []
    if not is_other_kind(data):
        text, codec = _decoded(data, shown)
        if codec is not None:
            notes.append(Reason(code="table-encoding-assumed", params={"encoding": codec}))
        if place.suffix.lower() == ".json" or text.lstrip("\ufeff \r\n\t")[:1] in ("[", "{"):
            return _filled([Page(rows=_json_rows(text, shown))], shown), notes
        data = text.encode("utf-8")
    return _filled(read_pages(data, shown), shown), notes


def _filled(pages: Iterable[Page], shown: str) -> list[Page]:
    """The pages and rows in which something is written, hidden pages last.

    :raises InputError: ``table-empty``.
    """
    found = []
    for page in pages:
        rows = [(n, cells) for n, cells in page.rows if any(cell.text.strip() for cell in cells)]
        if rows:
            found.append(replace(page, rows=rows))
    if not found:
        raise InputError("table-empty", path=shown)
    return sorted(found, key=lambda page: page.hidden)


_OFFICES: Final = {"gb18030": None, "big5hkscs": "Big5", "cp950": "Big5"}
"""What Excel writes CSV in: in China, in Hong Kong, in Taiwan; and as what a note names it."""


def _decoded(data: bytes, shown: str) -> tuple[str, str | None]:
    """The text, and its encoding where that is a guess that a person should know of.

    Bytes that are both GB18030 and Big5 are what makes the more everyday characters.

    :raises InputError: ``table-encoding``.
    """
    text = unicode_text(data)
    if text is not None:
        return text, None
    found: dict[str, str] = {}
    for codec in _OFFICES if b"\0" not in data else ():
        with contextlib.suppress(UnicodeError):
            found[codec] = data.decode(codec)
    if not found:
        raise InputError("table-encoding", path=shown)
    best = max(found, key=lambda codec: everyday_share(found[codec]))
    return found[best], _OFFICES[best]


def _json_rows(text: str, shown: str) -> list[Row]:
    try:
        document = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=keys_once)
    except RepeatedKeyError as error:
        raise InputError("table-json-twice", path=shown, key=safe_heading(error.key)) from None
    except json.JSONDecodeError as error:
        raise InputError("table-json", path=shown, line=error.lineno) from None
    except (UnicodeError, RecursionError, ValueError):
        raise InputError("table-json", path=shown, line=1) from None
    works = document.get("works") if isinstance(document, dict) else document
    if not isinstance(works, list) or not all(isinstance(work, dict) for work in works):
        raise InputError("table-json", path=shown, line=1)
    if len(works) > MAX_ROWS:
        raise too_large(shown)
    keys = list(dict.fromkeys(key for work in works for key in work))
    # Of works that have a key of their own each, the table is the square of the file.
    if len(keys) > MAX_CSV_COLUMNS or len(keys) * len(works) > MAX_CELLS:
        raise too_large(shown)
    rows: list[Row] = [(KEYS_ROW, [Cell(key[:MAX_CELL]) for key in keys])]
    for number, work in enumerate(works, 1):
        rows.append((number, [_json_cell(work.get(key)) for key in keys]))
    return rows


def _json_cell(value: Any) -> Cell:
    if value is None:
        return Cell()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "、".join(value)
    if isinstance(value, bool):
        return Cell(str(value), "boolean")
    if not isinstance(value, str | int | float):  # objects, perhaps more deeply than can be shown
        return Cell(type(value).__name__, "error")
    return Cell(str(value)[:MAX_CELL], "text" if isinstance(value, str) else "number")
