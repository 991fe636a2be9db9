"""Relations of a workbook that lead out of it: nothing is opened for them, nobody is asked."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bilingual.batch import load_table
from bilingual.errors import InputError
from bilingual.fixes.sheet_cells import read_cells
from tests.cli.test_cli import BO, ZH

pytest.importorskip("openpyxl")

SECRET = "not to be read by anybody"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TARGETS = ("file://{secret}", "{secret}", "../../../../../../../..{secret}", "http://127.0.0.1:9/x")
_seen: list[str] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is not None and event in ("open", "socket.connect", "socket.getaddrinfo"):
        _seen.append(f"{event} {arguments}")


sys.addaudithook(_audit)


def workbook() -> dict[str, bytes]:
    """A table of one work, as the parts of its file."""
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["id", "bo", "zh"])
    book.active.append(["A", "bo.srt", "zh.srt"])
    book.save(file)
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def linked(parts: dict[str, bytes], target: str) -> None:
    """Another workbook's values, a query, a picture and a page that lie elsewhere."""
    kinds = (
        "externalLinkPath",
        "image",
        "hyperlink",
        "oleObject",
        "attachedTemplate",
        "queryTable",
    )
    lines = "".join(
        f'<Relationship Id="x{n}" Type="{RELATION}/{kind}" Target="{target}" TargetMode="External"/>'
        for n, kind in enumerate(kinds)
    )
    head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    rels = f"{head}{lines}</Relationships>".encode()
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = rels
    parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        f'xmlns:r="{RELATION}"><externalBook r:id="x0"/></externalLink>'
    ).encode()
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = rels
    sheet = parts["xl/worksheets/sheet1.xml"]
    link = f'<hyperlinks><hyperlink ref="A2" r:id="x2" xmlns:r="{RELATION}"/></hyperlinks>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b"</worksheet>", link.encode() + b"</worksheet>"
    )


def moved(part: str) -> Callable[[dict[str, bytes], str], None]:
    """The relation to a part of the workbook itself leads elsewhere."""

    def change(parts: dict[str, bytes], target: str) -> None:
        name = "xl/_rels/workbook.xml.rels"
        other = f'Target="{target}" TargetMode="External"'.encode()
        parts[name], count = re.subn(f'Target="(/xl/)?{part}"'.encode(), other, parts[name])
        assert count == 1

    return change


CHANGES = [linked, *(moved(part) for part in ("worksheets/sheet1.xml", "styles.xml"))]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("change", CHANGES, ids=["beside", "sheet", "styles"])
def test_nothing_is_opened_for_it(
    tmp_path: Path, change: Callable[[dict[str, bytes], str], None], target: str
) -> None:
    global _seen
    secret = tmp_path / "secret.xml"
    secret.write_text(SECRET, encoding="utf-8")
    (tmp_path / "bo.srt").write_text(BO, encoding="utf-8")
    (tmp_path / "zh.srt").write_text(ZH, encoding="utf-8")
    parts = workbook()
    change(parts, target.format(secret=secret))
    path = tmp_path / "works.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    given = path.read_bytes()
    _seen = []
    try:
        for read in (lambda: load_table(path), lambda: read_cells(given, "works.xlsx")):
            try:
                found = repr(read())
            except InputError as error:
                found = repr(error.params)
            assert SECRET not in found
        seen = _seen
    finally:
        _seen = None
    assert [line for line in seen if "secret.xml" in line or line.startswith("socket")] == []
    assert any("works.xlsx" in line for line in seen)  # it is looked at
    if change is linked:
        assert [work.id for work in load_table(path)] == ["A"]
