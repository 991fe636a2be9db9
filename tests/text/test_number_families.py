"""Families of pairs with numbers: right ones bring no finding, wrong ones are caught."""

from __future__ import annotations

import pytest

from bilingual.checks.numbers import _HINT
from bilingual.config.thresholds import NUMBER_CLASH_NATS
from bilingual.text.numbers import NumberComparison, compare_numbers
from tests.families import rows
from tests.text.number_families import FAMILIES

RIGHT = [(zh, bo) for family in FAMILIES for zh, right, _ in rows(FAMILIES[family]) for bo in right]
WRONG = [(zh, bo) for family in FAMILIES for zh, _, wrong in rows(FAMILIES[family]) for bo in wrong]


def reported(found: NumberComparison) -> bool:
    """Whether a rule has something to say of it, a hint included."""
    return bool(found.unit_clashes) or any(
        clash.weight >= (_HINT if clash.bo is None else NUMBER_CLASH_NATS)
        for clash in found.clashes
    )


@pytest.mark.parametrize(("zh", "bo"), RIGHT)
def test_the_same_number_brings_no_finding(zh: str, bo: str) -> None:
    assert not reported(compare_numbers(bo, zh))


@pytest.mark.parametrize(("zh", "bo"), WRONG)
def test_another_number_is_caught(zh: str, bo: str) -> None:
    assert compare_numbers(bo, zh).weight >= NUMBER_CLASH_NATS


def test_semicolons_say_that_commas_are_of_decimals() -> None:
    zh = "=CONFIDENCE(0.05;1.5;100)"
    assert not reported(compare_numbers("=CONFIDENCE(0,05; 1,5; 100)", zh))
    assert reported(compare_numbers("=CONFIDENCE(0,05; 1,7; 100)", zh))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_large(family: str) -> None:
    lines = rows(FAMILIES[family])
    assert len(lines) >= 15
    assert sum(len(right) + len(wrong) for _, right, wrong in lines) >= 40
