"""The data folder: what lies where, for this user alone.

``works/ID`` holds all of a work: ``input/`` the submitted files under names of ours,
``report.json`` and what :func:`bilingual.batch.work.do_work` writes beside it, ``made/``
what was rendered of it. ``uploads/ID`` is a file that comes in; ``trash`` what is being
removed. Only what has a name of ours is ever removed: the folder may be another's, as that
of a batch, whose works lie in ``works``, too.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bilingual.errors import InputError
from bilingual.files import display_name, make_users_folder, users_folder
from bilingual.server.records import File

_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz"
_LENGTH: Final = 22  # letters: 100 bits, which nobody guesses
_ID: Final = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")
_SUFFIXES: Final = frozenset(
    """
    .mp4 .m4v .mov .mkv .webm .avi .wmv .flv .mpg .mpeg .ts .mts .m2ts .mxf .3gp .rmvb .ogv
    .srt .vtt .ass .ssa .txt .lrc .sbv .sub .ttml .dfxp .xml .csv .tsv .json .toml .xlsx
    .wav .flac .mp3 .m4a .aac .ogg .mka
    """.split()  # noqa: SIM905
)
"""Endings that a file keeps. Of the rest of its name nothing gets to a path."""

DATABASE: Final = "works.sqlite3"
LOCK: Final = ".lock"
"""Held by the service that has the folder."""

INPUT: Final = "input"
MADE: Final = "made"
OVERVIEW: Final = "overview-"
"""What the name of an overview of all works begins with."""

TRACKS: Final = "tracks.json"
"""Written last into a folder of new tracks: by role the name and the file of each."""


def new_id() -> str:
    """An id that nobody can guess, of letters that are not taken for one another."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def is_id(text: str) -> bool:
    """Whether a text can be an id of ours."""
    return _ID.fullmatch(text) is not None


def suffix_of(name: str) -> str:
    """The ending of a file's name, where it is a known one; else empty."""
    suffix = "." + name.rpartition(".")[2].lower()
    return suffix if suffix in _SUFFIXES else ""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders below the data folder."""

    root: Path

    def make(self) -> None:
        """Make what is not there, private.

        :raises InputError: ``data-unusable``; others can write to the user's own folder, too.
            ``data-of-others``: works lie in it, and no service's database.
        """
        shown = display_name(str(self.root))
        try:
            if self.root.parent == users_folder("data"):  # as where no folder is named
                make_users_folder("data")
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._holds_others():
                raise InputError("data-of-others", path=shown, database=DATABASE)
            for folder in (
                self.works, self.uploads, self.trash, self.progress, self.overviews,
            ):  # fmt: skip
                folder.mkdir(mode=0o700, exist_ok=True)
            if os.name == "posix":
                self.root.chmod(0o700)
        except (OSError, ValueError) as error:
            detail = getattr(error, "strerror", None) or str(error)
            raise InputError("data-unusable", path=shown, detail=detail) from None

    def _holds_others(self) -> bool:
        """Whether works lie here that no database knows."""
        begun = (self.root / DATABASE).exists() or not self.works.is_dir()
        return not begun and any(one.is_dir() for one in self.works.iterdir())

    @property
    def works(self) -> Path:
        """Where the works lie."""
        return self.root / "works"

    @property
    def uploads(self) -> Path:
        """Where files come in."""
        return self.root / "uploads"

    @property
    def trash(self) -> Path:
        """Where things go on their way out."""
        return self.root / "trash"

    @property
    def progress(self) -> Path:
        """Where the processes write how far they are."""
        return self.root / "progress"

    @property
    def overviews(self) -> Path:
        """Where overviews of all works lie."""
        return self.root / "overviews"

    def empty_overviews(self, most: int) -> None:
        """Remove the oldest of our overviews, but for so many files."""

        def made(path: Path) -> float:
            with contextlib.suppress(FileNotFoundError):
                return path.stat().st_mtime
            return 0.0  # it has gone meanwhile

        found = sorted(self.overviews.glob(f"{OVERVIEW}*"), key=made)
        for path in found[: max(0, len(found) - most)]:
            self.remove(path)

    def work(self, name: str) -> Path:
        """The folder of a work."""
        return self.works / _checked(name)

    def input(self, name: str) -> Path:
        """The folder of a work's submitted files."""
        return self.work(name) / INPUT

    def made(self, name: str) -> Path:
        """The folder of what was rendered of a work."""
        return self.work(name) / MADE

    def tracks(self, name: str, use: str) -> Path:
        """What says which new tracks were made of a work: ``fixed`` or ``corrected``."""
        return self.made(name) / use / TRACKS

    def paths(self, name: str, files: Mapping[str, File]) -> dict[str, str]:
        """Where the submitted files of a work lie, by role."""
        folder = self.input(name)
        return {role: str(folder / file.file) for role, file in files.items()}

    def upload(self, upload: str, name: str) -> Path:
        """The file of an upload, which keeps the ending of its name where that is known."""
        return self.uploads / (_checked(upload) + suffix_of(name))

    def free_bytes(self) -> int:
        """What the disk has left."""
        return shutil.disk_usage(self.root).free

    def remove(self, path: Path) -> None:
        """Remove a file or folder: out of the way at once, then from the disk."""
        gone = self.trash / new_id()
        try:
            path.rename(gone)
        except FileNotFoundError:
            return
        except OSError:
            gone = path
        self._empty(gone)

    def empty_trash(self) -> None:
        """Remove what an earlier run was about to remove."""
        for path in self.trash.iterdir():
            if is_id(path.name):
                self._empty(path)

    def _empty(self, path: Path) -> None:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def _checked(name: str) -> str:
    """An id of ours; anything else is a mistake, and never a path."""
    if not is_id(name):
        raise ValueError("no id")
    return name
