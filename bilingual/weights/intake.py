"""A model that the user names, brought into a folder: a folder, an archive, an address.

An archive is other people's: nothing in it may lie outside of the folder it is unpacked
to, be a link or anything but a file, or be larger than its kind can be. An address is
asked only where the user gives it, by https (to this very machine by http too); another
machine over http only where the user says what the file must hash to.
"""

from __future__ import annotations

import hashlib
import ipaddress
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from bilingual.errors import ModelError

MAX_BYTES: Final = 32 * 1024**3
"""What is unpacked or downloaded, in all. The largest of NLLB-200 has 17 GB."""

MAX_FILES: Final = 2_000

_BLOCK: Final = 1024 * 1024
_TIMEOUT_S: Final = 60.0
_SCHEMES: Final = ("https://", "http://")
_DAMAGED: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,  # gzip's and bz2's are
    RuntimeError,  # encrypted, or packed in a way that is not known
    ValueError,
)
"""What a damaged archive raises, anywhere in its reader."""

Progress = Callable[[str, float, float | None], None]
"""``progress(stage, done, total)``, in bytes; ``total`` is ``None`` where unknown."""


def is_address(source: str) -> bool:
    """Whether a source is an address on the network."""
    return source.lower().startswith(_SCHEMES)


def bring(source: str, scratch: Path, sha256: str | None, progress: Progress) -> Path:
    """The folder that holds the model: the user's own, or one in ``scratch``.

    :param sha256: what an archive or download must hash to, where the user knows.
    :raises ModelError: there is nothing that can be used (``model-source-missing``,
        ``model-source-unusable``, ``model-source-unreachable``, ``model-source-differs``,
        ``model-address-insecure``, ``model-archive-unsafe``, ``model-archive-damaged``,
        ``model-too-large``).
    :raises OSError: the disk is full, or the folder cannot be written.
    """
    if is_address(source):
        archive = scratch / "download"
        _download(source, archive, secure=sha256 is None, progress=progress)
        return _unpacked(archive, address_shown(source), scratch, sha256, progress)
    path = Path(source).expanduser()
    if path.is_dir():
        return _root(path)
    if not path.is_file():
        raise ModelError("model-source-missing", source=source)
    return _unpacked(path, source, scratch, sha256, progress)


def _unpacked(
    archive: Path, source: str, scratch: Path, sha256: str | None, progress: Progress
) -> Path:
    if sha256 is not None:
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256.lower():
            raise ModelError(
                "model-source-differs", source=source, expected=sha256.lower(), found=found
            )
    target = scratch / "unpacked"
    target.mkdir()
    try:
        if zipfile.is_zipfile(archive):
            _unzip(archive, target, source, progress)
        elif tarfile.is_tarfile(archive):
            _untar(archive, target, source, progress)
        else:
            raise ModelError("model-source-unusable", source=source)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's, not the archive's
        raise ModelError(
            "model-archive-damaged", source=source, detail=type(error).__name__
        ) from error
    return _root(target)


def _unzip(archive: Path, target: Path, source: str, progress: Progress) -> None:
    with zipfile.ZipFile(archive) as packed:
        members = [m for m in packed.infolist() if not m.is_dir()]
        for member in members:
            mode = member.external_attr >> 16
            if (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)) or member.flag_bits & 1:
                raise _unsafe(source, member.filename)
        names = _places([m.filename for m in members], source)
        meter = _Meter(sum(m.file_size for m in members), source, progress)
        for member, place in zip(members, names, strict=True):
            with packed.open(member) as opened:
                meter.copy(opened, target / place)


def _untar(archive: Path, target: Path, source: str, progress: Progress) -> None:
    with tarfile.open(archive) as packed:
        members: list[tarfile.TarInfo] = []
        for member in packed:
            if member.isdir():
                continue
            if not member.isreg() or member.issparse():
                raise _unsafe(source, member.name)
            members.append(member)
            if len(members) > MAX_FILES:
                raise _too_large(source)
        names = _places([m.name for m in members], source)
        meter = _Meter(sum(m.size for m in members), source, progress)
        for member, place in zip(members, names, strict=True):
            opened = packed.extractfile(member)
            if opened is not None:
                with opened:
                    meter.copy(opened, target / place)


def _places(names: list[str], source: str) -> list[PurePosixPath]:
    """Where the members go, below the folder they are unpacked to."""
    if len(names) > MAX_FILES:
        raise _too_large(source)
    places: list[PurePosixPath] = []
    seen: set[str] = set()
    for name in names:
        place = PurePosixPath(name)
        parts = place.parts
        if (
            not parts
            or place.is_absolute()
            or any(part == ".." or set(part) & set("\\:\0") for part in parts)
            or len(name) > 1000
            or place.as_posix().casefold() in seen
        ):
            raise _unsafe(source, name)
        seen.add(place.as_posix().casefold())
        places.append(place)
    return places


class _Meter:
    """Bytes that were written, and the bound on them: sizes in an archive may be lies."""

    def __init__(self, total: int, source: str, progress: Progress) -> None:
        self._source, self._progress = source, progress
        self._total, self._done = float(total), 0
        if total > MAX_BYTES:
            raise _too_large(source)

    def copy(self, opened: IO[bytes], target: Path) -> None:
        """Write one member."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as output:
            while block := opened.read(_BLOCK):
                self._done += len(block)
                if self._done > MAX_BYTES:
                    raise _too_large(self._source)
                output.write(block)
                self._progress("unpack", min(self._done, self._total), self._total)


def _unsafe(source: str, member: str) -> ModelError:
    return ModelError("model-archive-unsafe", source=source, member=member[:200])


def _too_large(source: str) -> ModelError:
    return ModelError(
        "model-too-large", source=source, gigabytes=MAX_BYTES // 1024**3, files=MAX_FILES
    )


def _root(folder: Path) -> Path:
    """The folder itself, or the one folder in it that holds all there is."""
    for _ in range(4):
        within = [p for p in folder.iterdir() if p.name not in ("__MACOSX", ".DS_Store")]
        if len(within) != 1 or not within[0].is_dir() or within[0].is_symlink():
            break
        folder = within[0]
    return folder


class _SecureRedirects(HTTPRedirectHandler):
    """Follows to https only: a model hub sends one on to where its files lie."""

    def redirect_request(self, *given: Any) -> Request | None:
        """The request that follows.

        :raises URLError: it would go over http.
        """
        if not _is_secure(str(given[5])):
            given[1].close()
            raise URLError("redirected to an address without https")
        return super().redirect_request(*given)


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _download(url: str, target: Path, *, secure: bool, progress: Progress) -> None:
    shown = address_shown(url)
    if secure and not _is_secure(url):
        raise ModelError("model-address-insecure", source=shown)
    opener = build_opener(_SecureRedirects) if secure else build_opener()
    request = Request(url, headers={"User-Agent": "bilingual-subtitles"})  # noqa: S310
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as response, target.open("wb") as output:
            length = response.headers.get("Content-Length", "")
            total = float(length) if length.isdigit() else None
            done = 0
            while block := response.read(_BLOCK):
                done += len(block)
                if done > MAX_BYTES:
                    raise _too_large(shown)
                output.write(block)
                progress("fetch", done, total)
    except (URLError, OSError, ValueError) as error:
        if isinstance(error, HTTPError):
            error.close()
        reason = getattr(error, "reason", None) or error
        raise ModelError("model-source-unreachable", source=shown, detail=str(reason)) from error
    if total is not None and done != total:
        raise ModelError("model-source-unreachable", source=shown, detail=f"{done} < {total:.0f}")


def address_shown(source: str) -> str:
    """A source as it is shown and kept: an address without what may be secret in it."""
    if not is_address(source):
        return source
    parts = urlsplit(source)
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def copied(folder: Path, names: tuple[str, ...], target: Path, progress: Progress) -> None:
    """The files of a model, copied; a link of the user's own folder is followed."""
    total = float(sum((folder / name).stat().st_size for name in names))
    done = 0
    for name in names:
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, place)
        done += place.stat().st_size
        progress("copy", min(float(done), total), total)
