from __future__ import annotations

import pytest

from bilingual.text.chinese import to_simplified, traditional_places
from bilingual.text.normalize import comparison_key
from bilingual.text.script import count_scripts, language_of


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("太陽", "太阳"),
        ("太阳", "太阳"),
        ("", ""),
        ("DNA", "DNA"),
        ("太\ud800陽", "太\ud800阳"),
        ("\udfff", "\udfff"),
    ],
)
def test_simplified(text: str, simplified: str) -> None:
    assert to_simplified(text) == simplified


@pytest.mark.parametrize(
    ("text", "places"),
    [("太阳是恒星", ()), ("太陽是恆星", (1, 3)), ("著名", ()), ("乾隆", ()), ("觀看，谢谢", (0,))],
)
def test_traditional_places(text: str, places: tuple[int, ...]) -> None:
    assert traditional_places(text) == places


def test_comparison_key_joins_what_looks_the_same() -> None:
    assert comparison_key("ཨཱཿ") == comparison_key("ཨཱཿ")
    assert comparison_key("ག\u0f77") == comparison_key("ག\u0fb2\u0f81")
    assert comparison_key("a  b\n") == "a b"


def test_scripts() -> None:
    counts = count_scripts("ཉི་མ 太阳 DNA 12 Ж")
    assert (counts.tibetan, counts.han, counts.latin, counts.digits, counts.other_letters) == (
        3,
        2,
        3,
        2,
        1,
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", "bo"), ("太阳", "zh"), ("DNA 12", None), ("", None)],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language
