"""Dates, lengths, names and channels as people fill them in."""

from __future__ import annotations

from datetime import date

import pytest

from bilingual.form import (
    channel_of,
    count_words,
    field_of,
    is_personal,
    named_in,
    party_of,
    period_of,
    without_personal,
)
from bilingual.model import Form

MAY = (date(2023, 5, 1), date(2023, 5, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2023-05-01",
        "2023/5/1",
        "2023.5.1",
        "2023年5月1日",
        "2023年05月01号",
        "20230501",
        " 2023 年 5 月 1 日 ",
        "２０２３年５月１日",
        "二〇二三年五月一日",
        "二○二三年五月一日",
        "2023—05—01",
        "2023-05-01 20:30:00",
        "2023-05-01T20:30:00+08:00",
        "2023年5月1日20时",
        "2023年5月1日。",
        "2023年5月1日起",
        "2023-05-01 20:00 起",
    ],
)
def test_a_day(text: str) -> None:
    found = period_of(text)
    assert found is not None
    assert (found.first, found.last) == MAY


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023年5月", date(2023, 5, 1), date(2023, 5, 31)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("二〇二三年十二月", date(2023, 12, 1), date(2023, 12, 31)),
        ("2023年", date(2023, 1, 1), date(2023, 12, 31)),
        ("二〇二三年十月二十五日", date(2023, 10, 25), date(2023, 10, 25)),
    ],
)
def test_months_and_years(text: str, first: date, last: date) -> None:
    found = period_of(text)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "去年五月", "5月1日", "01/05/2023", "23-5-1", "45047", "2023-05/01", "待定"]
)
def test_no_date(text: str) -> None:
    assert period_of(text) is None


@pytest.mark.parametrize("text", ["2023-02-30", "20231301", "2023年13月", "2023年4月31日"])
def test_a_day_that_there_is_not(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - datetime's own words
        period_of(text)


@pytest.mark.parametrize(
    ("text", "words", "unmarked"),
    [
        ("", 0, 0),
        ("太阳", 2, 2),
        ("太阳，升起。", 6, 4),
        ("太阳 升起", 4, 4),
        ("COVID-19 疫苗", 3, 3),
        ("约 3.14 倍", 3, 3),
        ("Hello, world!", 2, 2),
        ("——", 2, 0),
        ("“太阳”", 4, 2),
        ("ཉི་མ་ཤར།", 4, 3),
        ("ཉི་མ་ཤར་", 3, 3),
        ("播放3000次", 4, 4),
        ("太\u200b阳", 2, 2),
    ],
)
def test_words_as_word_processors_count(text: str, words: int, unmarked: int) -> None:
    found = count_words(text)
    assert (found.words, found.unmarked) == (words, unmarked)


def test_characters_without_spaces() -> None:
    assert count_words("太阳 rises。\n").characters == 8


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("扎西", (1, 1)),
        ("扎西、卓玛，平措,央金;达瓦；尼玛", (6, 6)),
        ("扎西\n卓玛\r\n扎西", (2, 2)),
        ("、扎西、、", (1, 1)),
        ("科普中心（扎西、卓玛）", (1, 3)),
        ("科普中心（བཀྲ་ཤིས、སྒྲོལ་མ）", (1, 3)),
        ("扎西、卓玛等", (2, None)),
        ("科普中心(扎西等5人)", (1, None)),
        ("扎西（KBTV 等）", (1, None)),
        ("扎西/卓玛／平措|央金", (1, 4)),
        ("བཀྲ་ཤིས། སྒྲོལ་མ། ཟླ་བ།", (1, 3)),
        ("扎西 卓玛　平措", (1, 3)),
        ("扎西、卓玛和平措", (2, 3)),
        ("和志刚、John Smith", (2, 2)),
        # Within a name.
        ("扎西、张和平", (2, 2)),
        ("张 三、李 四", (2, 2)),
        ("张 三 丰", (1, 1)),
        ("四川省 科普中心", (1, 1)),
        ("康定市文化广播电视和旅游局", (1, 1)),
        ("发展和改革委员会", (1, 1)),
        ("扎西和", (1, 1)),
        ("编导 扎西、摄影 卓玛", (2, 2)),
        ("编导和摄影 扎西（作者）", (1, 1)),
        # One name in two scripts.
        ("甘孜州藏语频道/KBTV", (1, 1)),
        ("扎西（བཀྲ་ཤིས།）、卓玛 སྒྲོལ་མ།", (2, 2)),
        # Between two.
        ("张 三 李 四", (1, 2)),
        ("李强和张和平", (1, 2)),
        ("张和平与李强", (1, 2)),
        ("扎西和卓玛及平措", (1, 3)),
        ("阿旺·洛桑和卓玛 甘孜电视台", (1, 3)),
        ("编导：扎西 摄影：卓玛", (1, 2)),
        ("སྐལ་བཟང་ པད་མ་", (1, 2)),
    ],
)
def test_names_are_counted(text: str, found: tuple[int, int | None]) -> None:
    counted = named_in(text)
    assert (counted.least, counted.most) == found


def test_who_submits_is_separated_by_the_marks_of_the_form_alone() -> None:
    one = Form(authors="甘孜州藏语频道/KBTV、张 三", channel="自荐")
    assert party_of(one) == ("张三", "甘孜州藏语频道/kbtv")


@pytest.mark.parametrize(
    ("channel", "unit", "found"),
    [
        ("推荐", "科技局", "unit"),
        ("部门推荐", None, "unit"),
        ("自荐", "", "self"),
        ("社会征集自荐", None, "self"),
        ("自我推荐", None, "self"),
        ("推荐、自荐", "", "both"),
        ("自荐", "科技局", "both"),
        ("□推荐 ☑自荐", "", "self"),
        ("☑推荐 □自荐", "科技局", "unit"),
        ("□推荐 □自荐", "", "unclear"),
        ("", "科技局", "unit"),
        ("", "", "none"),
        ("是", None, "unclear"),
        ("self", None, "self"),
    ],
)
def test_the_channel(channel: str, unit: str | None, found: str) -> None:
    assert channel_of(Form(channel=channel, unit=unit)) == found


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("title", "title"),
        ("微视频名称*", "title"),
        ("主创人员（或单位）", "authors"),
        ("内容简介(100字以内)", "summary"),
        ("首次播出时间：", "first_broadcast"),
        ("First-Broadcast", "first_broadcast"),
        ("推荐 / 自荐", "channel"),
        ("创 新 点", "innovation"),
        ("备注", None),
    ],
)
def test_headings(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize(
    "heading",
    [
        "联系人",
        "联系人姓名",
        "手机号码",
        "联系电话",
        "单位地址",
        "E-mail",
        "email",
        "身份证号码",
        "统一社会信用代码",
        "微信号",
        "QQ号",
        "邮政编码",
        "银行卡号",
        "phone",
        "id_number",
    ],
)
def test_personal_headings(heading: str) -> None:
    assert is_personal(heading)
    assert field_of(heading) not in (None, "unit")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话13912345678。", "电话…。"),
        ("电话 139-1234-5678", "电话 …"),
        ("电话+86 13912345678", "电话…"),
        ("０８９１－６３２１２３４ 或 １３９１２３４５６７８", "… 或 …"),
        ("电话08916321234或（028）87654321", "电话…或…"),
        ("139.1234.5678、0891–6321234", "…、…"),
        ("ｚｈａｘｉ＠ｅｘａｍｐｌｅ．ｃｎ", "…"),
        ("证件540102 19900101 1234", "证件…"),
        ("播放 1234567890 次，编号 0012345", "播放 1234567890 次，编号 0012345"),
        ("座机0891-6321234", "座机…"),
        ("zhaxi.d@example.com.cn 转", "… 转"),
        ("身份证51012219900101123X", "身份证…"),
        ("代码91510100MA6XXXXX0Y号", "代码…号"),
        ("播放 3000 次，2023-05-01", "播放 3000 次，2023-05-01"),
        ("合作请加微信：zhaxi_2024，谢谢", "合作请加…，谢谢"),
        ("微信是Tencent开发的软件，QQ为Tencent所有", "微信是Tencent开发的软件，QQ为Tencent所有"),
        ("我的微信是zhaxi_2024", "我的…"),
        ("QQ群号１２３４５６７８９", "…"),
        ("加 VX zhaxi77 或 WeChat ID: zhaxidrolma。", "加 … 或 …。"),
        (
            "微信公众号：kepu_lhasa，微信扫码，QQ音乐 2024",
            "微信公众号：kepu_lhasa，微信扫码，QQ音乐 2024",
        ),
        ("https://v.example.com/BV1xx411c7mD", "https://v.example.com/BV1xx411c7mD"),
    ],
)
def test_what_looks_personal_is_taken_out(text: str, left: str) -> None:
    assert without_personal(text) == left


def test_what_was_filled_in_elsewhere_is_taken_out() -> None:
    assert without_personal("寄往拉萨市北京路1号。", ["拉萨市北京路1号"]) == "寄往…。"
    assert without_personal("扎西与卓玛", ["扎西"]) == "扎西与卓玛"


def test_several_things_in_one_cell_are_taken_out_each() -> None:
    cell = "索朗多吉甲，拉萨市城关区虚构路77号；电话7654321 四川省科协"
    said = "索朗多吉甲导演。寄往拉萨市城关区虚构路77号，打7654321，联系人索朗多吉甲。四川省科协"
    left = "索朗多吉甲导演。寄往…，打…，联系人…。四川省科协"
    assert without_personal(said, [cell]) == left


def test_no_text_is_kept_beside_thousands_of_personal_things() -> None:
    """To look for each of them took minutes."""
    cell = " ".join(f"甲{number}" for number in range(20_000))
    assert without_personal("甲7导演。" * 4000, [cell]) == "…"
    assert without_personal("", [cell]) == ""
    assert without_personal("甲7导演。", ["ab " * 200_000]) == "甲7导演。"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电视台，联系人卓玛次仁 13812345678", "电视台，联系人… …"),
        ("联系人：卓玛次仁", "联系人：…"),
        ("请联系 卓玛次仁。", "请联系 …。"),
        ("卓玛次仁（电话：13812345678）", "…（电话：…）"),
        ("卓玛次仁 zhuoma@example.cn", "… …"),
        ("13812345678（卓玛次仁）", "…（…）"),
        ("导演卓玛次仁、作者扎西", "导演卓玛次仁、作者扎西"),
        ("卓玛次仁、作者扎西 13812345678", "卓玛次仁、作者扎西 …"),
    ],
)
def test_a_short_name_is_taken_out_where_it_names_a_contact(text: str, left: str) -> None:
    assert without_personal(text, ["卓玛次仁", "13812345678"]) == left
