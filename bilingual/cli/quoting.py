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
    "posix": re.compile(r"[\w./:+@%-]+"),
    "cmd": re.compile(r"[\w./:\\+-]+"),
    "powershell": re.compile(r"[\w./:\\+-]+"),
}
"""What a shell takes for nothing else; letters of any script are among it.

Not ``=``: zsh replaces a word that begins with it by the place of a program.
"""

_USERS_MODULES: Final = re.compile(r"\\(?:Windows)?PowerShell\\Modules\\?\Z", re.IGNORECASE)
_MACHINES: Final = re.compile(r"%|[a-z]:\\(?:Program Files(?: \(x86\))?|Windows)\\", re.IGNORECASE)
"""Where the modules for all users of a machine are, unless it was set up otherwise …"""
_MACHINES_NAMES: Final = ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)", "SystemRoot")
"""… which these variables say."""

_WIDE_SPACE: Final = "\u3000"
"""The space of Chinese, which can be seen and pasted."""

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

    On Windows ``MSYSTEM`` is Git Bash's; PowerShell puts the user's own modules first in
    ``PSModulePath``, which cmd has from the system as it is: the machine's folders only, to
    which other programs add theirs.
    """
    if platform != "win32" or environment.get("MSYSTEM"):
        return "posix"
    folders = environment.get("PSModulePath", "").replace("/", "\\").split(";")
    first = next((one.strip() for one in folders if one.strip()), "")
    own = _USERS_MODULES.search(first) and not _MACHINES.match(first)
    of_machine = (environment.get(name, "") for name in _MACHINES_NAMES)
    within = any(root and first.lower().startswith(f"{root.lower()}\\") for root in of_machine)
    return "powershell" if own and not within else "cmd"


def quoted(word: str | Path, shell: Shell) -> str:
    """One word for that shell."""
    text = str(word)
    if isinstance(word, Path) and text.startswith("-"):
        text = f"./{text}"
    if _BARE[shell].fullmatch(text):
        return text
    if shell == "posix":
        if not text.replace(_WIDE_SPACE, "").isprintable():
            return _ansi_c(text)
        # shlex takes = for nothing else.
        return f"'{text}'" if (made := shlex.quote(text)) == text else made
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
