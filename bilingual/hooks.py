"""What values have done for them by parts above: functions by name.

A track writes itself, a report renders itself, an error has words, and each of these
is made by a part that lies above the value's own. The value asks here by name; whoever
is above provides the function (``bilingual/__init__`` does, for the whole library), so
that nothing below imports anything above, inside functions neither.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

_PROVIDED: Final[dict[str, Callable[..., Any]]] = {}


def provide(name: str, function: Callable[..., Any]) -> None:
    """Provide the function of that name; a later one takes the place of an earlier one."""
    _PROVIDED[name] = function


def provided(name: str) -> Callable[..., Any]:
    """The function of that name.

    :raises LookupError: nothing above provides it.
    """
    try:
        return _PROVIDED[name]
    except KeyError:
        raise LookupError(f"nothing provides {name!r}") from None
