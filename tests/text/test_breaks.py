"""Where lines break: the best place, and work that grows with the length of the line."""

from __future__ import annotations

import random

import pytest

from bilingual.text import breaks, length
from bilingual.text.breaks import broken_in_two, rebroken, tibetan_places
from bilingual.text.syllables import SHAD
from tests.golden.sentences import LONG, SUN

_LINES = [
    *(x.bo for x in (*SUN, *LONG)),
    *(f"{x.bo} {y.bo}" for x, y in zip(SUN, LONG, strict=False)),
]


def _two_by_definition(line: str, most: float) -> str | None:
    """Each place tried by itself."""
    size = length.tibetan_length
    fit = [p for p in tibetan_places(line) if max(size(line[:p]), size(line[p:])) <= most]
    if not fit:
        return None
    best = min(
        fit,
        key=lambda p: abs(size(line[:p]) - size(line[p:])) - 6 * line[:p].rstrip().endswith(SHAD),
    )
    return f"{line[:best].rstrip()}\n{line[best:].lstrip()}"


@pytest.mark.parametrize("most", [4, 8, 16, 30])
def test_counted_once_is_as_each_place_tried_by_itself(most: float) -> None:
    broken = [broken_in_two(line, "bo", most) for line in _LINES]
    assert broken == [_two_by_definition(line, most) for line in _LINES]
    assert any(broken) or most == 4


def test_chinese_breaks_behind_a_mark() -> None:
    assert (
        broken_in_two("太阳是一颗恒星，地球绕着它转。", "zh", 9)
        == "太阳是一颗恒星，\n地球绕着它转。"
    )
    assert broken_in_two("太阳是一颗恒星，地球绕着它转。", "zh", 6) is None


def test_the_work_grows_with_the_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters whose length is counted: a multiple of the line's, not its square."""
    counted = 0

    def counting(text: str) -> float:
        nonlocal counted
        counted += len(text)
        return length.tibetan_length(text)

    monkeypatch.setattr(breaks, "tibetan_length", counting)
    rnd = random.Random(1)
    syllables = [s for x in SUN for s in x.bo.strip(SHAD).split("་") if s]
    for size in (200, 1600):
        line = "་".join(rnd.choices(syllables, k=size)) + SHAD
        for run in (
            lambda: broken_in_two(line, "bo", size),  # noqa: B023 - run at once
            lambda: rebroken(line.replace("་", "་\n", 1), line.index("་") + 1, 16),  # noqa: B023
        ):
            counted = 0
            assert run() is not None
            assert 0 < counted <= 3 * len(line)


@pytest.mark.parametrize(
    "text",
    [
        "<i>ཉི་མ་ནི་\nབརྟན་སྐར།</i>",  # tags: what belongs where is not clear
        "\nཉི་མ་ནི་བརྟན་སྐར།",
        "ཉི་མ་ནི་བརྟན་སྐར།\n ",
    ],
)
def test_a_break_with_tags_or_nothing_beside_it_is_left(text: str) -> None:
    assert rebroken(text, text.index("\n"), 20) is None
