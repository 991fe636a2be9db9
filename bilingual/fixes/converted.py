"""What spreadsheet programs make of text that looks like something else.

A CSV file has no types: opened and saved again, ``3-4`` is a date, ``00123`` is 123 and
a long number 1.23E+10. What a cell holds then can be told from its form alone.
"""

from __future__ import annotations

import re
from typing import Final

from bilingual.fixes.sheet_cells import Kind

_SCIENTIFIC: Final = re.compile(r"[-+]?[0-9](?:\.[0-9]+)?E[-+][0-9]{1,3}")
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9,]*(?:\.[0-9]+)?%?")
_MONTH: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE: Final = re.compile(
    rf"[0-9]{{1,2}}月[0-9]{{1,2}}日|[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}}"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
)
_ERRORS: Final = frozenset(
    {"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)


def conversion(text: str, *, resaved: bool) -> Kind | None:
    """What a text cell was before a program converted it; ``None`` for plain text.

    :param resaved: whether a program is known to have written the file. Without that, only
        forms count that nobody writes in a subtitle.
    """
    plain = text.strip()
    if plain in _ERRORS or (len(plain) > 2 and set(plain) == {"#"}):
        return "error"
    if _SCIENTIFIC.fullmatch(plain):
        return "number"
    if not resaved:
        return None
    if plain in ("TRUE", "FALSE"):
        return "boolean"
    return "date" if _DATE.fullmatch(plain) else None


def convertible(text: str) -> bool:
    """Whether a text could be what a program has made of another one."""
    return conversion(text, resaved=True) is not None or bool(_NUMBER.fullmatch(text.strip()))
