"""A model that the user names, brought into a folder: a folder, an archive, an address.

An archive is other people's: nothing in it may lie outside of the folder it is unpacked
to, be a link or anything but a file, or be larger than its kind can be; its list of
members is bounded before it is read. An address is
asked only where the user gives it, by https (to this very machine by http too); another
machine over http only where the user says what the file must hash to.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import hashlib
import http.client
import io
import ipaddress
import lzma
import os
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
from bilingual.files import home_expanded
from bilingual.weights.files import MAX_BYTES, MAX_FILES, too_large
from bilingual.weights.xz import MEMORY, XzFile, XzMemoryError

MAX_LISTING: Final = 8 * 1024 * 1024
"""Bytes that say what is in an archive: a tar's heads, unpacked, or a zip's directory."""

_MARK: Final = 8  # bytes, that say how a tar is packed
_LONGEST_NAME: Final = 255  # bytes, of one folder or file: what file systems take
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

_PACKED: Final[tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...]] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ", lambda file: io.BufferedReader(XzFile(file), _BLOCK)),
)
"""First bytes of a tar that is packed, and what unpacks it."""

_BOUNDED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Ways of packing a zip's member that Python unpacks no further than it is asked to; of the
others a megabyte becomes gigabytes at once."""

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
        ``model-unreadable``, ``model-archive-memory``,
        ``model-address-insecure``, ``model-archive-unsafe``, ``model-archive-damaged``,
        ``model-archive-packing``,
        ``model-too-large``).
    :raises OSError: the disk is full, or the folder cannot be written.
    """
    if is_address(source):
        archive = scratch / "download"
        _download(source, archive, secure=sha256 is None, progress=progress)
        return _unpacked(archive, address_shown(source), scratch, sha256, progress)
    path = home_expanded(source)
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
            try:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                raise _unreadable(source, error) from error
        if found != sha256.lower():
            raise ModelError(
                "model-source-differs", source=source, expected=sha256.lower(), found=found
            )
    target = scratch / "unpacked"
    target.mkdir()
    try:
        with archive.open("rb") as file:
            head = _Listing(file, source).read(_MARK)
            if zipfile.is_zipfile(file):
                _unzip(file, target, source, progress)
            else:
                _untar(file, head, target, source, progress)
    except XzMemoryError as error:
        mib = MEMORY // 1024**2
        raise ModelError("model-archive-memory", source=source, mib=mib) from error
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # the disk's, not the archive's
        raise ModelError(
            "model-archive-damaged", source=source, detail=type(error).__name__
        ) from error
    return _root(target)


def _unzip(file: IO[bytes], target: Path, source: str, progress: Progress) -> None:
    listing = _Listing(file, source)
    with zipfile.ZipFile(listing) as packed:
        listing.end()
        members = [m for m in packed.infolist() if not m.is_dir()]
        for member in members:
            mode = member.external_attr >> 16
            if (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)) or member.flag_bits & 1:
                raise _unsafe(source, member.filename)
            if member.compress_type not in _BOUNDED:
                raise ModelError(
                    "model-archive-packing", source=source, member=member.filename[:200]
                )
        names = _places([m.filename for m in members], source)
        meter = _Meter(sum(m.file_size for m in members), source, progress)
        for member, place in zip(members, names, strict=True):
            with packed.open(member) as opened:
                meter.copy(opened, target / place)


def _untar(file: IO[bytes], head: bytes, target: Path, source: str, progress: Progress) -> None:
    file.seek(0)
    unpacked = next((opened for mark, opened in _PACKED if head.startswith(mark)), None)
    listing = _Listing(file if unpacked is None else unpacked(file), source)
    try:
        packed = tarfile.TarFile(fileobj=listing)  # type: ignore[arg-type]
    except tarfile.TarError:
        raise ModelError("model-source-unusable", source=source) from None
    with packed:
        members = _members(packed, source)
        listing.end()
        names = _places([m.name for m in members], source)
        meter = _Meter(sum(m.size for m in members), source, progress)
        for member, place in zip(members, names, strict=True):
            opened = packed.extractfile(member)
            if opened is not None:
                with opened:
                    meter.copy(opened, target / place)


def _members(packed: tarfile.TarFile, source: str) -> list[tarfile.TarInfo]:
    """The files of a tar. What is too large is refused before the next one is looked for."""
    members: list[tarfile.TarInfo] = []
    total = 0
    while (member := packed.next()) is not None:
        packed.members = []  # type: ignore[attr-defined]  # it keeps them all, folders too
        member.pax_headers = {}  # each has a copy of what is said of all
        if member.isdir():
            continue
        if not member.isreg() or member.issparse() or member.size < 0:
            raise _unsafe(source, member.name)
        members.append(member)
        total += member.size
        if len(members) > MAX_FILES or total > MAX_BYTES:
            raise too_large(source)
    return members


class _Listing:
    """An open archive, of which little is read before it is known what it holds.

    A few kilobytes can be unpacked to a name of gigabytes, or to as many folders.
    """

    def __init__(self, file: IO[bytes], source: str) -> None:
        self._file, self._source = file, source
        self._left: int | None = MAX_LISTING
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left.

        :raises ModelError: ``model-too-large``: those that say what is in it are too many;
            ``model-unreadable``.
        """
        left = self._left
        if left is None:
            return self._from_file(size)
        data = self._from_file(left + 1 if size < 0 else min(size, left + 1))
        if len(data) > left:
            raise too_large(self._source)
        self._left = left - len(data)
        return data

    def _from_file(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except OSError as error:
            if error.errno is None:  # what is packed is damaged
                raise
            raise _unreadable(self._source, error) from error

    def end(self) -> None:
        """What is in it is known: from here on as much is read as is asked for."""
        self._left = None


def _places(names: list[str], source: str) -> list[PurePosixPath]:
    """Where the members go, below the folder they are unpacked to."""
    if len(names) > MAX_FILES:
        raise too_large(source)
    places: list[PurePosixPath] = []
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        place = PurePosixPath(name)
        parts = place.parts
        key = place.as_posix().casefold()
        above = {parent.as_posix().casefold() for parent in place.parents}
        if (
            not parts
            or place.is_absolute()
            or any(part == ".." or set(part) & set("\\:\0") for part in parts)
            or len(name) > 1000
            or any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts)
            or key in files
            or key in folders  # a file cannot be a folder as well
            or not above.isdisjoint(files)
        ):
            raise _unsafe(source, name)
        files.add(key)
        folders |= above
        places.append(place)
    return places


class _Meter:
    """Bytes that were written, and the bound on them: sizes in an archive may be lies."""

    def __init__(self, total: int, source: str, progress: Progress) -> None:
        self._source, self._progress = source, progress
        self._total, self._done = float(total), 0
        if total > MAX_BYTES:
            raise too_large(source)

    def copy(self, opened: IO[bytes], target: Path) -> None:
        """Write one member."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as output:
            while block := opened.read(_BLOCK):
                self._done += len(block)
                if self._done > MAX_BYTES:
                    raise too_large(self._source)
                output.write(block)
                self._progress("unpack", min(self._done, self._total), self._total)


def _unreadable(source: str, error: OSError) -> ModelError:
    """The source's own error; another of the system is that of the place it is unpacked to."""
    return ModelError("model-unreadable", path=source, detail=error.strerror or str(error))


def _unsafe(source: str, member: str) -> ModelError:
    return ModelError("model-archive-unsafe", source=source, member=member[:200])


def _root(folder: Path) -> Path:
    """The folder itself, or the one folder in it that holds all there is."""
    for _ in range(4):
        within = [p for p in folder.iterdir() if p.name not in ("__MACOSX", ".DS_Store")]
        if len(within) != 1 or not within[0].is_dir() or within[0].is_symlink():
            break
        folder = within[0]
    return folder


class _SecureRedirects(HTTPRedirectHandler):
    """Follows to https only: a model hub sends one on to where its files lie.

    From another machine none is followed to this one, whose services trust who is here: to
    ``localhost`` or its addresses, for what other names lead to is not looked up.
    """

    def redirect_request(self, *given: Any) -> Request | None:
        """The request that follows.

        :raises URLError: it would go over http, or from another machine to this one.
        """
        before, after = (urlsplit(url).hostname or "" for url in (given[0].full_url, given[5]))
        if not _is_secure(given[5]) or (_is_here(after) and not _is_here(before)):
            given[1].close()
            raise URLError("redirected to an address without https, or to this machine")
        return super().redirect_request(*given)


def _is_secure(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or ""))


def _is_here(host: str) -> bool:
    """Whether a host is this machine by its name or address; no name is looked up."""
    if host.rstrip(".") == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


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
                    raise too_large(shown)
                output.write(block)
                progress("fetch", done, total)
    except (URLError, OSError, ValueError, http.client.HTTPException) as error:
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
