"""The path that modules come from, without the folders that a submission may be in.

Imports what Python has loaded by itself and nothing else: it is the first to run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def leave_import_path(words: Sequence[str]) -> None:
    """Take the folders that a submission may be in off the path that modules come from.

    That is the working directory, named as such, by a relative entry or by nothing (a
    leading ``:`` in PYTHONPATH, ``python -m``), and the folders of PYTHONPATH that hold
    a file named on the command line. The folder of this package itself stays, at the
    end: it could only be left by not running at all.

    :param words: the command line.
    """
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    try:
        here = os.getcwd()
    except OSError:  # somebody has removed it
        here = ""
    given.append(here)
    words = [*words, os.path.join(here, "x")]
    suspects = [word for word in words if not word.startswith("-")]
    suspects += [word.partition("=")[2] for word in words if word.startswith("--") and "=" in word]
    near = {place for word in suspects for place in (word, os.path.dirname(word) or ".")}

    def out(entry: object) -> bool:
        if not isinstance(entry, str):
            return True
        if not os.path.isabs(entry):
            return True
        return entry in given and any(_same(entry, place) for place in near)

    kept = [entry for entry in sys.path if not out(entry)]
    if not any(_same(entry, home) for entry in kept) and any(_same(e, home) for e in sys.path):
        kept.append(home)
    sys.path[:] = kept


def _same(one: object, other: str) -> bool:
    try:
        return os.path.samefile(one, other)  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError):
        return False
