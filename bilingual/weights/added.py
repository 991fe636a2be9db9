"""Models that the user added, each with the record of what it was at first sight.

A record lies in the cache beside the files (``added/NAME/record.json``), in folders that
nobody else can write to (:mod:`bilingual.weights.private`). It holds the SHA-256 of each
file, which is checked whenever the model is loaded, and how well the model told sound
pairs from others when it was added.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from bilingual.errors import ModelError
from bilingual.files import cache_folder, scratch_folder
from bilingual.weights.files import hash_over
from bilingual.weights.layout import Kind, Runtime
from bilingual.weights.private import private_folder, read_private, write_private
from bilingual.weights.registry import Sha256, entries

FOLDER: Final = "added"
_RECORD: Final = "record.json"
_FILES: Final = "files"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
"""What Windows takes for a device, whatever follows the first dot."""


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nats for a kind of fault: ``start + slope * figure``."""

    start: float
    slope: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model told sound pairs from faulty ones, on pairs that come with the library.

    ``sample`` is the SHA-256 of the file with the pairs, of which ``pairs`` were judged.
    ``auc`` is, for each kind of fault, how often a sound pair had the higher figure (0..1,
    .5 by chance). ``lines`` turn the figure, kept between ``lowest`` and ``highest``, into
    nats for each kind. ``unread`` is the share (0..1) of the Tibetan's tokens that the
    model's tokenizer does not know.
    """

    sample: Sha256
    pairs: int
    auc: dict[str, float]
    lines: dict[str, Line]
    lowest: float
    highest: float
    unread: float


class FileRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file was at first sight."""

    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Sha256


class Added(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that the user added.

    ``folder`` is where it lies if it is used in place, else empty: it is in the cache.
    ``source`` is what the user named, ``added`` the day (ISO). ``licence`` is the model's
    own word or the user's, empty where neither said.
    """

    format: Literal[1] = 1
    name: str
    kind: Kind
    runtime: Runtime
    source: str
    folder: str = ""
    added: str
    licence: str
    files: dict[str, FileRecord]
    calibration: Calibration

    @property
    def path(self) -> Path:
        """The folder with the model's files."""
        if self.folder:
            return Path(self.folder)
        return cache_folder() / FOLDER / self.name / _FILES / self.name

    @property
    def hashes(self) -> Mapping[str, str]:
        """Each file's SHA-256, in name order."""
        return {name: self.files[name].sha256 for name in sorted(self.files, key=Path)}

    @property
    def sha256(self) -> str:
        """One hash over all files' names and bytes."""
        return hash_over(self.hashes)

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files.values())


def check_name(name: str) -> None:
    """Raise unless a model can have this name.

    :raises ModelError: ``model-name-invalid``, or ``model-name-taken``: the registry or
        another added model has it.
    """
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name) or name.endswith("."):
        raise ModelError("model-name-invalid", name=name[:100])
    registered = {n.casefold() for entry in entries() for n in (entry.name, *entry.aliases)}
    if name.casefold() in registered:
        raise ModelError("model-name-taken", name=name)
    if name.casefold() in {n.casefold() for n in names()}:
        raise ModelError("model-exists", name=name)


def names() -> tuple[str, ...]:
    """The names of the models that were added, in order."""
    try:
        found = sorted(entry.name for entry in os.scandir(cache_folder() / FOLDER))
    except OSError:
        return ()
    return tuple(name for name in found if (cache_folder() / FOLDER / name / _RECORD).is_file())


def added(name: str) -> Added | None:
    """The record of a model; ``None`` where there is none of that name.

    :raises ModelError: ``model-record-unusable``: it is damaged, or others can write to it.
    """
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        return None
    try:
        found = msgspec.json.decode(read_private(FOLDER, name, _RECORD), type=Added)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise ModelError("model-record-unusable", name=name, detail=str(error)[:200]) from error
    if found.name != name:
        raise ModelError("model-record-unusable", name=name, detail=found.name[:100])
    return found


def keep(record: Added, files: Path | None) -> Added:
    """Keep a model: its files first, its record last, so that no half of one is ever found.

    :param files: the folder to be moved into the cache; ``None`` where it is used in place.
    :raises OSError: the cache cannot be written.
    """
    from filelock import FileLock

    folder = private_folder(FOLDER, record.name)
    with FileLock(folder.with_name(f"{record.name}.lock")):
        if (folder / _RECORD).exists():
            raise ModelError("model-exists", name=record.name)
        if files is not None:
            target = folder / _FILES
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir()
            files.replace(target / record.name)
        write_private(FOLDER, record.name, _RECORD, data=msgspec.json.encode(record))
    return record


def keep_calibration(record: Added, calibration: Calibration) -> Added:
    """Put a newer calibration into the record of a model.

    :raises OSError: the cache cannot be written.
    """
    changed = msgspec.structs.replace(record, calibration=calibration)
    write_private(FOLDER, record.name, _RECORD, data=msgspec.json.encode(changed))
    return changed


def forget(name: str) -> None:
    """Remove a model's record, and its files where they are in the cache.

    A record that is damaged goes as well.

    :raises ModelError: ``model-not-added``: there is none of that name.
    :raises OSError: it cannot be removed.
    """
    folder = cache_folder() / FOLDER / name
    if name not in names():
        raise ModelError("model-not-added", name=name[:100], known=list(names()) or ["-"])
    (folder / _RECORD).unlink()
    with scratch_folder("removed", within=folder.parent) as scratch:
        folder.replace(scratch / name)
    folder.with_name(f"{name}.lock").unlink(missing_ok=True)
