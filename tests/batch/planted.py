"""Tables with personal data in every field, and a search for it in all that comes of them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bilingual.batch.columns import COLUMNS
from tests.batch.works import write_work
from tests.form.test_reading import PLANTED

_FILM = b"\0\0\0\x18ftypisom\0\0\0\1isommp42" + bytes(64)
NAMED = ("联系人", "contact")  # found by the word before them, as they may be authors' names
FREE = " ".join(
    f"联系人{value}" if heading in NAMED else value for heading, value in PLANTED.items()
)
DONE, FAILED, WRONG = 2, 2, 6
"""How many rows of each kind the table has."""


def planted_table(folder: Path, kind: str) -> Path:
    """A table with works that are done, that fail, and rows that are wrong.

    :param kind: ``csv``, ``xlsx`` or ``json``.
    """
    phone, mail = PLANTED["手机号"], PLANTED["电子邮箱"]
    place, card = PLANTED["联系地址"], PLANTED["身份证号"]
    write_work(folder, "plain", 1)
    write_work(folder, f"认识太阳-{place}-{phone}", 2)
    (folder / f"{phone}（联系人{PLANTED['contact']}）.mp4").write_bytes(_FILM)
    (folder / f"{mail}.srt").write_bytes(b"\0\1\2 nothing")
    rows = [
        row("W0", bo="plain.bo.srt", zh="plain.zh.srt"),
        row(
            "W1",
            video=f"{phone}（联系人{PLANTED['contact']}）.mp4",
            bo=f"认识太阳-{place}-{phone}.bo.srt",
            zh=f"认识太阳-{place}-{phone}.zh.srt",
        ),
        row("W2", zh=f"{card} {place}.srt"),  # not there
        row("W3", bo="plain.bo.srt", zh=f"{mail}.srt"),  # no subtitles
        row(phone, zh="plain.zh.srt"),
        row(place, zh="plain.zh.srt"),
        row("W4", zh=f"../{card}.srt"),
        row("W5", zh=f"https://{mail}/{phone}"),
        row("W6", zh="plain.zh.srt", category=FREE),
        row("W0", zh=f"{phone}.srt"),
    ]
    head = [*COLUMNS.values(), *PLANTED, f"备注{phone}"]
    table = folder / f"works.{kind}"
    table.write_bytes(_written(kind, head, rows))
    return table


def row(name: str, **files: str) -> list[str]:
    """A row whose every field that is free holds all that is planted."""
    own = {"video": "", "bo": "", "zh": "", "category": "", "id": name, **files}
    return [own.get(column, FREE) for column in COLUMNS] + [*PLANTED.values(), FREE]


def _written(kind: str, head: list[str], rows: list[list[str]]) -> bytes:
    if kind == "json":
        works = [dict(zip(head, one, strict=True)) for one in rows]
        return json.dumps(works, ensure_ascii=False).encode()
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([head, *rows])
        return text.getvalue().encode("gb18030")
    from openpyxl import Workbook

    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for one in (head, *rows):
        sheet.append(one)
    book.save(file)
    return file.getvalue()


def leaks(texts: Iterable[str], *folders: Path) -> list[str]:
    """What of the planted data comes in the texts, in files of the folders or in their names."""
    found = []
    for where, text in (*((f"text {n}", text) for n, text in enumerate(texts)), *_read(folders)):
        for value in PLANTED.values():
            written = {value, quote(value), ascii(value)[1:-1], ascii(value.encode())[2:-1]}
            found += [f"{value} in {where}" for one in written if one in text]
    return found


def _read(folders: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in folder.rglob("*"):
            yield str(path), path.name
            if path.is_file():
                for data in _unpacked(path.read_bytes()):
                    yield str(path), data.decode("utf-8", "replace")


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
