"""Numbers by value: round trips, robustness, homographs, comparison."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.model import Language
from bilingual.text.numbers import compare_numbers, confidence, read_numbers, spell

TO_A_BILLION = st.one_of(
    st.integers(0, 10**9),
    st.integers(0, 9).flatmap(lambda n: st.integers(0, 10**n)),
    st.lists(st.sampled_from("0012359"), min_size=1, max_size=9).map(lambda d: int("".join(d))),
)
WRITINGS = [
    ("zh", False, True),
    ("bo", False, True),
    ("bo", True, True),
    ("bo", False, False),
    ("bo", True, False),
]
SCRIPT = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "一二三十百千万亿零两半几第点分之年月日％%,.-:/ 0123456789༠༡༢༣ཁྲིསྟོངབརྒྱ་།གཅིགཉསཆཕྱེདལྔངརེ²⁶×e½"
        ),
        st.characters(),
    ),
    max_size=40,
)


@pytest.mark.parametrize(("language", "short", "scale_first"), WRITINGS)
@given(number=TO_A_BILLION)
@settings(max_examples=300)
def test_written_numbers_read_back(
    language: Language, short: bool, scale_first: bool, number: int
) -> None:
    text = spell(number, language, short=short, scale_first=scale_first)
    assert [q.value for q in read_numbers(text, language)] == [number]


@pytest.mark.parametrize(("language", "short", "scale_first"), WRITINGS)
def test_small_numbers_read_back(language: Language, short: bool, scale_first: bool) -> None:
    for number in [*range(1200), *range(9_900, 10_200)]:
        text = spell(number, language, short=short, scale_first=scale_first)
        assert [q.value for q in read_numbers(text, language)] == [number], text


@given(number=st.integers(1, 10**9), zh=st.sampled_from(["{}", "共{}个", "约{}。", "有{}人"]))
def test_written_numbers_agree_across_languages(number: int, zh: str) -> None:
    bo = f"མི་གྲངས་{spell(number, 'bo')}་ཡོད།"
    for text in (spell(number, "zh"), str(number), f"{number:,}"):
        assert not compare_numbers(bo, zh.format(text)).clashes


@given(text=SCRIPT, language=st.sampled_from(["bo", "zh"]))
@settings(max_examples=300)
def test_any_text_is_read(text: str, language: Language) -> None:
    last = -1
    for q in read_numbers(text, language):
        assert 0 <= q.start < q.end <= len(text)
        assert last <= q.start
        assert q.high is None or q.high >= q.value
        last = q.start


@given(bo=SCRIPT, zh=SCRIPT)
def test_any_two_texts_are_compared(bo: str, zh: str) -> None:
    found = compare_numbers(bo, zh)
    read = read_numbers(bo, "bo")
    kept = [m.bo for m in found.matches if m.how != "parts"]
    assert len(kept) + len(found.unmatched_bo) + len(found.repeated_bo) <= len(read)
    weights = [c.weight for c in found.clashes]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= confidence(w) <= 1 for w in weights)


@pytest.mark.parametrize("language", ["bo", "zh"])
@pytest.mark.parametrize(
    "text",
    ["", "།", "9" * 100_000, "1," * 20_000, "十" * 5_000, "གཅིག་" * 5_000, "བརྒྱ་དང་" * 2_000,
     "10^999999999", "1e999", "1/0", "0/0", "٣", "²", "⁻", "%", "第", "分之", "ཆ"],
    ids=lambda t: t[:8] or "empty",
)  # fmt: skip
def test_odd_texts_neither_break_nor_stall(text: str, language: Language) -> None:
    read_numbers(text, language)


@pytest.mark.parametrize(
    ("bo", "zh"),
    [
        ("ཁྲི་ལྔ།", "5万"),
        ("ས་ཡ་340", "3.4 亿"),
        ("སྤྱི་ལེ་5", "十里"),
        ("ལེ་དབར་བཅུ", "5公里"),
        ("རྒྱ་མ་གཉིས", "一公斤"),
        ("བརྒྱ་ཆ་ཕྱེད་ཀ", "百分之五十"),
        ("ཕྱེད་ཀ", "一半"),
        ("ཆུ་ཚོད་ 9:30", "9点30分"),
        ("ཆུ་ཚོད་ 11:35", "晚上 23:35"),
        ("༡༩༧༠", "20 世纪 70 年代"),
        ("ཉི་ཤུ་ནས་སུམ་ཅུ", "二三十"),
        ("ས་ཡ་གཉིས་ནས་གསུམ", "200 万到 300 万"),
        ("བརྒྱ་ཆ་3ནས་5", "3% 到 5%"),
        ("བཅུ་ཕྲག་འགའ", "几十"),
        ("གསུམ་ཆ་གཉིས", "三分之二"),
        ("ང་ཚོ་མཉམ་དུ་འགྲོ།", "我们一起去。"),
        ("སྟོང་པ།", "空的"),
        ("གཉིས་ཀ་ཡོང་།", "都来了"),
        ("དུང་ཕྱུར་བཅུ་བཞི", "14亿"),
        ("སྤྱི་ལོ་༢༠༡༩", "二〇一九年"),
        ("ཏོག་དབྱིབས་-19 ནད་ཡམས", "新冠疫情"),
        ("སྐར་མ་བཅུ་ཙམ་སྔོན་ལ", "约十分钟前"),
    ],
)
def test_the_same_said_otherwise_is_no_clash(bo: str, zh: str) -> None:
    assert compare_numbers(bo, zh).weight < 1.5


@pytest.mark.parametrize(
    ("bo", "zh"),
    [
        ("མི་ལྔ་ཡོད།", "有三个人"),
        ("༢༠༡༨ལོར།", "2019年"),
        ("བཅུ་གསུམ་ཡོད།", "有十二个"),
        ("ཁྲི་ལྔ་ཡོད།", "有五十万"),
        ("བརྒྱ་ཆ་སུམ་ཅུ", "百分之四十"),
        ("གསུམ་ཆ་གཅིག", "三分之二"),
        ("ཚེས་༡༥ཉིན", "16日"),
        ("ཆུ་ཚོད་ 9:35", "9:30"),
        ("ས་ཡ་2.3", "23 亿"),
        ("ལྔ་དང་གསུམ་གསུམ་ཡོད། གསུམ།", "5个和2个"),
    ],
)
def test_another_number_clashes(bo: str, zh: str) -> None:
    found = compare_numbers(bo, zh)
    assert found.weight >= 1.5
    assert found.clashes[0].bo is not None


@pytest.mark.parametrize(
    ("bo", "zh"),
    [("སྤྱི་ལེ་5", "5米"), ("ཨ་སྒོར་100", "100欧元"), ("ཉིན་གསུམ", "三年"), ("ཁེ་5", "5千克")],
)
def test_the_same_number_of_another_unit(bo: str, zh: str) -> None:
    assert len(compare_numbers(bo, zh).unit_clashes) == 1


@pytest.mark.parametrize(
    ("bo", "zh"),
    [("སྤྱི་ལེ་5", "5千米"), ("ཨ་སྒོར་100", "100美元"), ("ལེ་དབར་40", "40 英里"), ("5", "5公里")],
)
def test_units_that_agree(bo: str, zh: str) -> None:
    assert not compare_numbers(bo, zh).unit_clashes


def test_spans_are_of_the_text() -> None:
    text = "དེ་ནི་ སྤྱི་ལེ་༥༠ ཡིན།"
    (q,) = read_numbers(text, "bo")
    assert (text[q.start : q.end], q.value, q.unit) == ("སྤྱི་ལེ་༥༠", Fraction(50), "kilometre")


@pytest.mark.parametrize("number", [-1, 10**10])
def test_spelling_has_bounds(number: int) -> None:
    with pytest.raises(ValueError, match="can write out"):
        spell(number, "zh")
