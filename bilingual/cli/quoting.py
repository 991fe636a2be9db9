"""A command line as a person pastes it: each word quoted for the shell they are in."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

Shell = Literal["posix", "cmd", "powershell"]

_BARE: Final[Mapping[str, re.Pattern[str]]] = {
    "posix": re.compile(r"[\w./:+=@%-]+"),
    "cmd": re.compile(r"[\w./:\\+-]+"),
    "powershell": re.compile(r"[\w./:\\+-]+"),
}
"""What a shell takes for nothing else; letters of any script are among it."""

_SINGLE_QUOTES: Final = re.compile("['\u2018-\u201b]")
"""What PowerShell takes for a single quote; it takes “ ” „ for double ones."""


def pasted(*words: str | Path) -> str:
    """The words as one line that can be pasted into the shell that we were started from.

    :param words: names of commands and options as they are; paths as ``Path``, which are
        kept from being taken for options.
    """
    shell = shell_of(os.environ, sys.platform)
    line = " ".join(quoted(word, shell) for word in words)
    return f"& {line}" if line.startswith("'") and shell == "powershell" else line


def shell_of(environment: Mapping[str, str], platform: str) -> Shell:
    """The shell that a person is in, by what it leaves in its children's environment.

    On Windows ``MSYSTEM`` is Git Bash's; PowerShell puts the user's own modules before the
    system's two folders in ``PSModulePath``, which cmd has from the system as it is.
    """
    if platform != "win32" or environment.get("MSYSTEM"):
        return "posix"
    folders = [one for one in environment.get("PSModulePath", "").split(";") if one]
    return "powershell" if len(folders) > 2 else "cmd"


def quoted(word: str | Path, shell: Shell) -> str:
    """One word for that shell."""
    text = str(word)
    if isinstance(word, Path) and text.startswith("-"):
        text = f"./{text}"
    if _BARE[shell].fullmatch(text):
        return text
    if shell == "posix":
        return shlex.quote(text) if text.isprintable() else _ansi_c(text)
    if shell == "powershell":
        return f"'{_SINGLE_QUOTES.sub(lambda found: found[0] * 2, text)}'"
    # Within quotes cmd replaces %NAME% only; a % with the caret outside of them is itself.
    return f'"{text}"'.replace("%", '"^%"')


def _ansi_c(text: str) -> str:
    r"""``$'…'`` of bash, zsh and ksh: what cannot be seen, or is no text, as ``\xHH``."""
    shown = [
        char.replace("\\", "\\\\").replace("'", "\\'")
        if char.isprintable()
        else "".join(f"\\x{byte:02x}" for byte in os.fsencode(char))
        for char in text
    ]
    return f"$'{''.join(shown)}'"
