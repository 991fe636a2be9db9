"""The measures of length, each by what it is for."""

from __future__ import annotations

import pytest

from bilingual.text.length import chinese_length, count_units, reading_length, tibetan_length


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("ཉི་མ་", 2), ("བཀྲ་ཤིས་བདེ་ལེགས།", 4), ("DNA ཉི་མ་༣༦༥", 4), ("太阳་ཉི་མ", 4)],
)
def test_tibetan_length(text: str, length: float) -> None:
    assert tibetan_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("太阳", 2), ("DNA", 1.5), ("太阳，", 3), ("太 阳", 2), ("12", 1)]
)
def test_chinese_length(text: str, length: float) -> None:
    assert chinese_length(text) == length


@pytest.mark.parametrize("text", ["", "太阳 DNA", "ཉི་མ་", "12，"])
def test_reading_length_is_each_languages_own(text: str) -> None:
    assert reading_length(text, "bo") == tibetan_length(text)
    assert reading_length(text, "zh") == chinese_length(text)


@pytest.mark.parametrize(
    ("text", "said", "translated"),
    [
        ("", 0, 0),
        ("太阳系", 3, 3),
        ("ཉི་མ་ལ་", 3, 3),
        ("DNA 12 个", 3, 3),
        ("牛顿（Isaac Newton）说", 5, 3),
        ("第一（12）项", 4, 4),
    ],
)
def test_units_with_and_without_originals_in_brackets(
    text: str, said: int, translated: int
) -> None:
    assert count_units(text) == said
    assert count_units(text, glosses=False) == translated
