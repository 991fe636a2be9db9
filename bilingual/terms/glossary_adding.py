"""Adding an entry to a user's glossary: checked first, written whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bilingual.errors import InputError
from bilingual.files import display_name, held, is_there, read_at_most, write_through_draft
from bilingual.model import Problem
from bilingual.terms.glossary_file import (
    FATAL,
    MAX_BYTES,
    MAX_CELL,
    Entry,
    GlossaryFile,
    faults_of,
    parse_glossary,
    read_glossary,
)
from bilingual.translation.glossary import COLUMNS

if TYPE_CHECKING:
    import filelock

_WAIT_S: Final = 30.0
_BOMS: Final = {
    "utf-8": b"\xef\xbb\xbf",
    "utf-16-le": b"\xff\xfe",
    "utf-16-be": b"\xfe\xff",
    "utf-32-le": b"\xff\xfe\x00\x00",
    "utf-32-be": b"\x00\x00\xfe\xff",
}


def add_entry(
    path: Path, entry: Entry, *, replace: bool = False, force: bool = False
) -> GlossaryFile:
    """Write an entry into a glossary; a file that is not there is begun.

    The other lines keep their bytes, the new one takes the file's delimiter,
    columns and encoding. Two that add at the same time wait for each other.

    :param replace: whether an entry of the same Chinese gives way.
    :param force: whether Tibetan that looks misspelt is taken all the same.
    :returns: the glossary as it is then.
    :raises InputError: ``term-invalid``: the entry is none; ``term-known``: the
        Chinese is there already; the file cannot be read or written.
    """
    for problem in _faults(entry):
        if problem.code in FATAL or not force:
            raise InputError("term-invalid", zh=entry.zh, problem=problem.code, **problem.params)
    with _locked(path):
        if not is_there(path):
            delimiter = "," if path.suffix.lower() == ".csv" else "\t"
            text = _line(COLUMNS, dict(zip(COLUMNS, COLUMNS, strict=True)), delimiter) + "\n"
            text += _line(COLUMNS, _cells(entry), delimiter) + "\n"
            _write(path, text.encode("utf-8"))
            return read_glossary(path)
        with held(path):
            file, before = read_glossary(path), read_at_most(path, MAX_BYTES)
        known = next((e for e in file.entries if e.zh == entry.zh), None)
        if known is not None and not replace:
            raise InputError(
                "term-known", path=file.name, line=known.line, zh=known.zh, bo=known.bo[0]
            )
        data = _with(before, file, entry, None if known is None else known.line)
        # What was written must read back, or the file stays as it was.
        after = parse_glossary(data, file.name)
        if not any(e.zh == entry.zh and e.bo == entry.bo for e in after.entries):
            raise InputError("term-unwritable", path=file.name, zh=entry.zh)
        _write(path, data)
        return after


def _faults(entry: Entry) -> list[Problem]:
    texts = (entry.zh, *entry.bo, entry.field, *entry.attested)
    faults = list(faults_of(entry))
    if any(len(text) > MAX_CELL for text in texts):
        faults.append(Problem(line=None, code="term-too-long", params={"most": MAX_CELL}))
    if any(not c.isprintable() for text in texts for c in text):
        faults.append(
            Problem(line=None, code="term-control-character", params={"character": "U+00XX"})
        )
    return faults


def _cells(entry: Entry) -> dict[str, str]:
    return {
        "zh": entry.zh,
        "bo": entry.bo[0],
        "variants": ";".join(entry.bo[1:]),
        "field": entry.field,
        "attested": ";".join(entry.attested),
    }


def _line(columns: Sequence[str], cells: dict[str, str], delimiter: str) -> str:
    row = [cells.get(name, "") for name in columns]
    if delimiter == "\t":
        return "\t".join(row)
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()


def _with(data: bytes, file: GlossaryFile, entry: Entry, replaced: int | None) -> bytes:
    """The file's bytes with the entry at its end, or in the place of a line."""
    bom = _BOMS.get(file.encoding, b"")
    bom = bom if bom and data.startswith(bom) else b""
    text = data[len(bom) :].decode(file.encoding)
    ending = "\r\n" if "\r\n" in text else "\n"
    new = _line(file.columns, _cells(entry), file.delimiter)
    if replaced is None:
        gap = "" if not text or text.endswith(("\n", "\r")) else ending
        text += gap + new + ending
    else:
        # The lines as the reader counts them, each with its own ending.
        lines = io.StringIO(text, newline="").readlines()
        old = lines[replaced - 1]
        lines[replaced - 1] = new + old[len(old.rstrip("\r\n")) :]
        text = "".join(lines)
    return bom + text.encode(file.encoding)


def _locked(path: Path) -> filelock.BaseFileLock:
    """A lock in the cache folder, so that nothing is left beside the user's file."""
    import filelock

    from bilingual.weights import cache_folder
    from bilingual.weights.private import private_folder

    name = hashlib.sha256(str(path.absolute()).encode("utf-8", "surrogatepass")).hexdigest()
    try:
        folder = private_folder("locks")
    except OSError as error:
        raise InputError(
            "output-unwritable", path=str(cache_folder()), detail=str(error.strerror)
        ) from error
    return filelock.FileLock(folder / f"{name[:32]}.lock", timeout=_WAIT_S)


def _write(path: Path, data: bytes) -> None:
    shown = display_name(str(path))
    try:
        # A link keeps pointing at the file that is written.
        target = path.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else None
        write_through_draft(target, data, mode=0o666 if mode is None else mode)
        if mode is not None:
            target.chmod(mode)
    except OSError as error:
        raise InputError(
            "output-unwritable", path=shown, detail=error.strerror or str(error)
        ) from error
