"""In which form a command writes: as it is asked, else as the name of the file says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final

from bilingual.errors import ConfigError
from bilingual.files import is_folder

TEXT: Final = "text"
"""What is written where nothing says otherwise."""

HELP: Final = (
    "输出格式，默认按 --out 的扩展名，没有则为 text"
    " / output format (default: by the ending of --out, else text)"
)

_MEANT: Final = frozenset(
    {
        *(".htm", ".html", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".ppt", ".pptx"),
        *(".xls", ".xlsx", ".ods", ".csv", ".tsv", ".json", ".xml", ".ipynb"),
        *(".srt", ".vtt", ".ass", ".ssa", ".ttml", ".sbv", ".lrc"),
        *(".zip", ".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".mkv", ".wav"),
    }
)
"""Endings that a program goes by to open a file: text under such a name opens nowhere."""


def endings_of(forms: Iterable[str]) -> dict[str, str]:
    """The form that each ending stands for, for forms that are named as their files end."""
    return {".txt" if form == TEXT else f".{form}": form for form in forms}


def form_of(form: str | None, out: Path | None, endings: Mapping[str, str]) -> str:
    """The form that was asked for, or that files like ``out`` have; else text.

    :param endings: the form that each ending stands for, in lower case with its dot.
    :raises ConfigError: ``output-ending``: by its name it is something that is not written here.
    """
    if form is not None or out is None:
        return form or TEXT
    _refuse_other(out, endings, option="--format")
    return endings.get(out.suffix.lower(), TEXT)


def refuse_other_ending(out: Path | None, *endings: str) -> None:
    """Refuse a file whose name says that it is something else than what will be in it.

    :param endings: those of what is written, in lower case with their dot.
    :raises ConfigError: ``output-ending``.
    """
    if out is not None:
        _refuse_other(out, endings)


def _refuse_other(out: Path, endings: Collection[str], **params: str) -> None:
    ending = out.suffix.lower()
    if ending not in endings and ending in _MEANT:
        raise ConfigError("output-ending", path=str(out), known=sorted(endings), **params)


def refuse_file_name(folder: Path | None) -> None:
    """Refuse a folder to be made whose name is a file's.

    :raises ConfigError: ``output-folder-name``.
    """
    if folder is not None and folder.suffix.lower() in _MEANT and not is_folder(folder):
        raise ConfigError("output-folder-name", path=str(folder), name=folder.stem)
