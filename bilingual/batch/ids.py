"""What may be the id of a work: the name of its folder among the results, on any system."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bilingual.form import without_personal

_MOST: Final = 80  # characters
NO_NAME: Final = re.compile(r'[/\\:*?"<>|]')
"""Characters that no file's name may have on Windows."""

_NO_FILE: Final = re.compile(r"[/\\:\x00-\x1f]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_BLANK: Final = "\u115f\u1160\u3164\uffa0"  # letters that show nothing
_RESERVED: Final = re.compile(
    r"(?:con|conin\$|conout\$|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])\s*(?:\..*)?", re.IGNORECASE
)
_STANDS_FOR: Final = "_"


def normal(text: str) -> str:
    """An id as it is kept: composed, without spaces around it."""
    return unicodedata.normalize("NFC", text).strip()


def folded(name: str) -> str:
    """What two ids have in common that some file system takes for one."""
    return unicodedata.normalize("NFKC", name).casefold()


def is_fit(name: str) -> bool:
    """Whether a name serves as an id.

    It is of 1 to 80 characters and 160 bytes, all of which can be seen, is a file name on
    every system, and holds nothing personal.
    """
    return (
        0 < len(name) <= _MOST
        and len(name.encode("utf-8", "replace")) <= 2 * _MOST
        and not name.startswith(".")
        and not name.endswith(".")
        and not any(_is_bad(character) for character in name)
        and not _RESERVED.fullmatch(name)
        and name == without_personal(name)
    )


def is_file_name(name: str) -> bool:
    """Whether a name is one of a file, whatever else may be said against it."""
    written = name.encode("utf-8", "replace").decode() == name
    return written and name.strip(". ") != "" and not _NO_FILE.search(name)


def made_fit(name: str) -> str:
    """The id nearest to a name."""
    shown = without_personal(normal(name))
    seen = "".join(_STANDS_FOR if _is_bad(character) else character for character in shown)
    short = seen.encode()[: 2 * _MOST].decode(errors="ignore")[:_MOST]
    short = short.strip(". ") or _STANDS_FOR
    return f"{_STANDS_FOR}{short}"[:_MOST] if _RESERVED.fullmatch(short) else short


def _is_bad(character: str) -> bool:
    return (
        unicodedata.category(character) in _UNSEEN
        or character in _BLANK
        or bool(NO_NAME.match(character))
    )
