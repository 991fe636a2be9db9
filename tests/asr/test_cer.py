"""Chinese as it is compared: said, not written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.asr.cer import character_error_rate, least_errors_within, normalized


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1945年", "一九四五年"),
        ("80%", "百分之八十"),
        ("3.14", "三点一四"),
        ("104,500桶", "十万四千五百桶"),
        ("5500万", "五千五百万"),
        ("380000公里", "三十八万公里"),
        ("12345.5", "一万二千三百四十五点五"),
        ("1/20000", "两万分之一"),
        ("-40000", "零下四万"),
        ("1.5亿", "一亿五千万"),
        ("100000001", "一亿零一"),
        ("21世纪", "二十一世纪"),
        ("3000米", "三千米"),
        ("１２３", "一百二十三"),
        ("這個問題，嗯，很難。", "这个问题很难"),
        ("DNA 分子", "dna分子"),
        ("占3/4", "占四分之三"),
        ("约⅔", "约三分之二"),
        ("5‰的盐", "千分之五的盐"),
        ("-5℃", "零下五度"),
        ("约−20°C以下", "约零下二十摄氏度以下"),
        ("30°角", "三十度角"),
        ("COVID-19", "covid19"),
        ("“水”，是生命之源！", "水是生命之源"),
    ],
)
def test_written_and_said_are_the_same(written: str, said: str) -> None:
    assert normalized(written) == normalized(said)
    assert character_error_rate(written, said)[0] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [("1945年", "1946年"), ("80%", "18%"), ("三点一四", "三百一十四"), ("水", "冰")],
)
def test_what_differs_stays_different(one: str, other: str) -> None:
    assert character_error_rate(one, other)[0] > 0


@pytest.mark.parametrize(
    ("said", "heard", "errors", "length"),
    [
        ("它还能再发光五十亿年", "它还能再发光五十一年", 2, 10),
        ("一亿五千万公里", "一一五千万公里", 2, 9),
        ("三十八万公里", "三十八公里", 1, 5),
        ("电话010000000", "电话010000001", 1, 11),
    ],
)
def test_a_word_of_a_large_number_is_not_as_many_errors_as_it_has_zeros(
    said: str, heard: str, errors: int, length: int
) -> None:
    assert character_error_rate(said, heard) == (errors, length)


def test_units_by_themselves_are_no_numbers() -> None:
    assert normalized("万物") == "万物"
    assert normalized("十个") == "10个"


def test_errors_and_length() -> None:
    assert character_error_rate("阀门打开后", "法门打开") == (2, 5)
    assert character_error_rate("", "水") == (1, 0)
    assert character_error_rate("，。", "") == (0, 0)


texts = st.text(alphabet="地球绕着太阳转一二三十百万零点5%.，。 AB", max_size=30)


@given(texts)
def test_a_text_agrees_with_itself_however_it_is_punctuated(text: str) -> None:
    assert character_error_rate(text, text)[0] == 0
    assert set(normalized(text)) <= set("地球绕着太阳转ab0123456789%.百千万亿点")


@given(st.text(alphabet="甲乙丙丁", max_size=12), st.text(alphabet="甲乙丙丁戊", max_size=25))
def test_least_errors_within_is_the_best_of_all_stretches(wanted: str, heard: str) -> None:
    from rapidfuzz.distance import Levenshtein

    errors, start, end = least_errors_within(wanted, heard)
    best = min(
        Levenshtein.distance(wanted, heard[i:j])
        for i in range(len(heard) + 1)
        for j in range(i, len(heard) + 1)
    )
    assert errors == best
    assert Levenshtein.distance(wanted, heard[start:end]) == best
