"""How many people or units a field of names holds. Who they are is shown nowhere."""

from __future__ import annotations

import re
from typing import Final

_BETWEEN: Final = re.compile(r"[、，,;；/／|｜\u0f0d\n\r]+")
# Between names as well as within one: a space, and the words for "and".
_MAYBE: Final = re.compile(
    r"(?<=[\u3400-\u9fff\u0f0b-\u0fbc])(?:\s+|[和及与])(?=[\u3400-\u9fff\u0f40-\u0fbc])"
)
_BRACKETS: Final = re.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】")
_MORE: Final = re.compile(r"(?:等|等人|等\d+人|等\d+[名位]|et al\.?)$")


def named_in(text: str) -> tuple[int, int | None]:
    """How many people or units are named, at the least and at the most.

    They are separated by 、 ， , ; ； / | shads or lines. Those in brackets behind a unit may
    be counted or not, and a space or 和, 及, 与 may be between two names or within one; behind
    等 there may be any number of others (``None``).
    """
    without = _BRACKETS.sub("", text)
    least = names(without)
    most = names(_MAYBE.sub("、", re.sub(r"[()（）\[\]【】]", "、", text)))
    open_end = any(_MORE.search(name) for name in (*least, *most))
    return len(least), None if open_end else max(len(least), len(most))


def names(text: str) -> tuple[str, ...]:
    """The names in the text, each once, in their order."""
    found = (" ".join(name.split()) for name in _BETWEEN.split(text))
    return tuple(dict.fromkeys(name for name in found if name))
