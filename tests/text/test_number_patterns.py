"""Every pattern that reads numbers is needed, and its example shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from bilingual.text.numbers import (
    Quantity,
    chinese,
    chinese_context,
    chinese_pairs,
    tibetan,
    tibetan_context,
    tibetan_numerals,
    tibetan_pairs,
    western,
)
from bilingual.text.numbers.patterns import Pattern, Step

Reader = Callable[[str], list[Quantity]]
READERS: dict[str, Reader] = {"zh": chinese.read_chinese, "bo": tibetan.read_tibetan}
FLAT = [
    ("zh", chinese, "NUMERALS"),
    ("zh", chinese_pairs, "PAIRS"),
    ("bo", tibetan, "NUMERALS"),
    ("bo", tibetan_pairs, "PAIRS"),
]
STEPS = [("zh", chinese_context), ("bo", tibetan_context)]


def _patterns() -> Iterator[Any]:
    for language, module, table in FLAT:
        patterns: tuple[Pattern[Any, Any], ...] = getattr(module, table)
        for pattern in patterns:
            without: tuple[Any, ...] = tuple(p for p in patterns if p is not pattern)
            name = f"{language}-{table}-{pattern.name}"
            yield pytest.param(language, module, table, without, pattern, id=name)
    for language, module in STEPS:
        steps: tuple[Step[Any, Any], ...] = module.CONTEXT
        for step in steps:
            for pattern in step.patterns:
                rest = replace(step, patterns=tuple(p for p in step.patterns if p is not pattern))
                without = tuple(rest if s is step else s for s in steps)
                name = f"{language}-CONTEXT-{pattern.name}"
                yield pytest.param(language, module, "CONTEXT", without, pattern, id=name)


@pytest.mark.parametrize(("language", "module", "table", "without", "pattern"), list(_patterns()))
def test_an_example_is_read_otherwise_without_its_pattern(
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    module: ModuleType,
    table: str,
    without: tuple[Any, ...],
    pattern: Pattern[Any, Any],
) -> None:
    read = READERS[language]
    found = read(pattern.example)
    monkeypatch.setattr(module, table, without)
    assert read(pattern.example) != found


@pytest.mark.parametrize("form", western.FORMS, ids=lambda form: form.name)
def test_a_form_in_digits_reads_its_example(form: western.Form) -> None:
    (found,) = western.digit_numbers(western.fold(form.example))
    assert (found.start, found.end) == (0, len(form.example))
    read = western._ANY_FORM.fullmatch(western.fold(form.example))
    assert read is not None
    assert read.lastgroup == form.name


BELOW = [below for group in tibetan_numerals.BELOW_HUNDRED for below in group]


@pytest.mark.parametrize("below", BELOW, ids=lambda below: below.name)
def test_a_number_below_a_hundred_reads_its_example(below: tibetan_numerals.Below) -> None:
    syllables = tibetan_numerals.split(below.example)
    read = tibetan_numerals.Parser(syllables, 0)._as_written(below, 0)
    assert read is not None
    assert read.end == len(syllables)
    assert 1 <= read.value < 100


@pytest.mark.parametrize("language", ["zh", "bo"])
@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("00:00:01,000 --> 00:00:02,000", 0),
        ("༠༠:༠༠:༠༡.༠༠༠ -> ༠༠:༠༠:༠༢.༠༠༠", 0),
        ("10:30 --> 11:00", 2),  # may be said
        ("00:00:01,000 --> 00:00:02,000\n365", 1),
    ],
)
def test_a_timing_line_says_no_number(language: str, text: str, count: int) -> None:
    assert len(READERS[language](text)) == count
