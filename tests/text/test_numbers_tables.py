"""Hand-checked number expressions of both languages."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from bilingual.model import Language
from bilingual.text.numbers import Quantity, read_numbers
from tests.text.number_tables import CHINESE, TIBETAN


def _lines(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        text, _, readings = line.partition(" =")
        yield text, [r.strip() for r in readings.split(",") if r.strip()]


def _said(q: Quantity, wanted: str) -> str:
    """The quantity in as much detail as the reading asks for."""
    value = wanted.partition("#")[0].partition("@")[0]
    numbers = [Fraction(n) for n in value.split("~")]
    own = [q.value] if q.high is None else [q.value, q.high]
    out = value if own == numbers else "~".join(map(str, own))
    if "#" in wanted:
        out += f"#{q.kind}"
    if "@" in wanted:
        out += f"@{q.unit}"
    return out


def _check(text: str, language: Language, wanted: list[str]) -> None:
    found = read_numbers(text, language)
    # Readings that are marked as weak may come on top of none.
    certain = [q for q in found if q.certain] if not wanted else list(found)
    assert len(certain) == len(wanted), found
    assert [_said(q, w) for q, w in zip(certain, wanted, strict=True)] == wanted
    for q in found:
        assert 0 <= q.start < q.end <= len(text)


@pytest.mark.parametrize(("text", "wanted"), list(_lines(CHINESE)))
def test_chinese(text: str, wanted: list[str]) -> None:
    _check(text, "zh", wanted)


@pytest.mark.parametrize(("text", "wanted"), list(_lines(TIBETAN)))
def test_tibetan(text: str, wanted: list[str]) -> None:
    _check(text, "bo", wanted)


def test_the_tables_are_large() -> None:
    assert len(set(_lines_only(CHINESE))) >= 200
    assert len(set(_lines_only(TIBETAN))) >= 200


def _lines_only(table: str) -> list[str]:
    return [text for text, _ in _lines(table)]
