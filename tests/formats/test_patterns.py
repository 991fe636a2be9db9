"""Patterns that begin only where a run begins find what they found from anywhere.

Each is held against the plain form, which takes the square of a run's length, on texts made
of the characters that the pattern itself looks for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

import pytest

from bilingual.asr import cer
from bilingual.formats import ass, rows

Spans = list[tuple[int, int]]


def _spans(pattern: str) -> Callable[[str], Spans]:
    return lambda text: [found.span() for found in re.finditer(pattern, text)]


def _first(pattern: str) -> Callable[[str], Spans]:
    return lambda text: [found.span()] if (found := re.search(pattern, text)) else []


_PAIRS: Final[dict[str, tuple[str, Callable[[str], Spans], Callable[[str], Spans]]]] = {
    "override-block": (
        "{}a\\",
        lambda text: [found.span() for found in ass._overrides(text)],
        _spans(r"\{([^}]*)\}"),
    ),
    "separator": (
        " \t/|-~a",
        _first(rows._SEPARATOR.pattern),
        _first(r"\s+(?:[·~～]|[-–—]{1,2})\s+|\s*(?://|[/／|｜‖¦•→⇒=＝\t])\s*"),
    ),
    "fraction": (
        "12.分之万",
        _spans(cer._FRACTION.pattern),
        _spans(r"(\d+(?:\.\d+)?)分之(\d+(?:\.\d+)?)"),
    ),
    "mixed": (
        "12.十万",
        _spans(cer._MIXED.pattern),
        _spans(r"(\d+(?:\.\d+)?)([十百千万亿]+)"),
    ),
}


@pytest.mark.parametrize("name", _PAIRS)
def test_found_as_from_anywhere(name: str) -> None:
    characters, ours, plain = _PAIRS[name]
    rnd = random.Random(name)
    texts = ["".join(rnd.choices(characters, k=rnd.randint(0, 12))) for _ in range(5000)]
    assert [ours(text) for text in texts] == [plain(text) for text in texts]
    assert any(map(ours, texts))
