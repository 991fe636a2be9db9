"""Cues that need no translation, and those that only look so."""

from __future__ import annotations

import pytest

from bilingual.alignment.credits import CREDIT_FORMS, CreditForm, is_credit
from bilingual.alignment.exclusion import exclusion, is_farewell, is_title_card
from bilingual.checks._tracks import BO, ZH
from bilingual.model import Cue
from tests.support import examined, track


def cue(text: str, plain: str | None = None) -> Cue:
    return Cue(index=0, start_ms=0, end_ms=1000, text=text, plain_text=plain)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n\u200b\ufeff", "empty"),
        ("♪", "music"),
        ("♪♪ [音乐]", "music"),
        ("（掌声）", "music"),
        ("[Music]", "music"),
        ("……", "symbols"),
        ("导演：张三", "credits"),
        ("翻译：李四\n校对：王五", "credits"),
        ("ཡིག་སྒྱུར་བ：བཀྲ་ཤིས།", "credits"),
        ("ཡིག་སྒྱུར་པ། བཀྲ་ཤིས།", "credits"),
        ("ལོ་ཙཱ་བ། བཀྲ་ཤིས།\nཞུ་དག་པ། དབྱངས་ཅན།", "credits"),
        ("字幕由科普工作室提供", "credits"),
        ("本字幕由扎西翻译", "credits"),
        ("本片由西藏大学、西藏电视台联合摄制", "credits"),
        ("由西藏自治区科协监制", "credits"),
        ("字幕制作：央金  校对：次仁", "credits"),
        ("翻译/校对：扎西、央金", "credits"),
        ("字幕翻译 扎西", "credits"),
        ("导演：Wang Wei", "credits"),
        ("作者：西藏自治区科学技术协会", "credits"),
        ("策划 央金\n撰稿 次仁", "credits"),
        ("出品单位 西藏科普工作室", "credits"),
        ("特别鸣谢 西藏大学", "credits"),
        ("鸣谢：西藏大学", "credits"),
        ("版权所有 翻印必究", "credits"),
        ("未经许可，不得转载", "credits"),
        ("© 2024 某某科技", "credits"),
        ("更多字幕请关注微信公众号“藏语科普”", "credits"),
        ("Subtitles by Tashi", "credits"),
        ("www.example.com", "credits"),
        ("（全剧终）", "credits"),
        ("本片完", "credits"),
    ],
)
def test_left_out(text: str, rule: str) -> None:
    assert exclusion(cue(text)) == rule


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "水",
        "ཆུ།",
        "♪ 我们的家乡在草原 ♪",
        "[音乐起源] 很早",
        "主讲：牛顿认为力是什么。",
        "翻译是一门学问",
        "能量由太阳提供",
        "由太阳提供",
        "字幕由太阳提供吗？",
        "摄影 需要光线",
        "音乐 开始了",
        "导演 他是谁",
        "光由玻璃制作",
        "请关注天气",
        "@老师",
        "版权是什么",
        "未经许可，他就走了",
        "作业写完",
        "感谢观看",
        "ཡིག་སྒྱུར་བ་ཞིག་ཡིན།",
        "ཉི་མ། ཟླ་བ།",
        "སྒྲ་འདོན་པ་རྣམས་དགའ།",
        "Translated into Tibetan",
        "作者：谁写了这本书？",
        "解说：太阳是一颗恒星",
        "旁白：太阳升起",
        "后期：恒星会变成红巨星",
        "来源：太阳的光和热",
        "制作：先把青稞炒熟，再磨成粉",
        "指导老师：这个实验要小心",
        "导演：好，开始",
        "录音：鸟的叫声",
        "作者：这本书是一百年前写的",
        "འགྲེལ་བཤད། ཉི་མ་ནི་སྐར་མ་ཞིག་ཡིན།",
        "ལོ་ཙཱ་བ། ཁྱེད་གང་ན་ཡོད།",
        "པར་ལེན། འོད་དགོས།",
        "རྩོམ་པ་པོ། ཁོང་འདས་སོང་།",
        "ལོ་ཙཱ་བ། བོད་ལ་ཕེབས།",
        "本视频由红外相机拍摄",
        "此片由红外相机拍摄",
        "字幕由机器制作",
        "科学家们关注着微博上的消息",
        "很多人都关注微博",
        "大家都关注抖音视频",
        "未经医生许可，不得使用抗生素",
        "未经许可不得使用明火",
        "微博：一种社交平台",
        "电话：贝尔发明的机器",
        "编辑 基因",
        "摄像 镜头",
        "出品 青稞酒",
        "汉语翻译 藏语",
        "A",
    ],
)
def test_kept(text: str) -> None:
    assert exclusion(cue(text)) is None


@pytest.mark.parametrize("form", CREDIT_FORMS, ids=lambda form: form.name)
def test_each_form_of_credits_by_its_example(form: CreditForm) -> None:
    assert [one.name for one in CREDIT_FORMS if one.line.fullmatch(form.example.strip("།"))][
        :1
    ] == [form.name]
    assert is_credit(form.example)
    assert exclusion(cue(form.example)) == "credits"


@pytest.mark.parametrize("text", ["翻译：扎西", "字幕由科普工作室提供", "ཡིག་སྒྱུར་པ། བཀྲ་ཤིས།"])
def test_credits_in_either_track_are_nobodys_fault(text: str) -> None:
    ends = (24_000, 27_000, text)
    for bo, zh in (((*BO, ends), ZH), (BO, (*ZH, ends))):
        report = examined(bo=track("bo", bo), zh=track("zh", zh))
        assert [f.rule for f in report.findings] == []


def test_the_plain_text_counts_not_the_tags() -> None:
    assert exclusion(cue("<i></i>", "")) == "empty"


def test_title_cards() -> None:
    assert is_title_card(cue("《身边的科学》"))
    assert not is_title_card(cue("《身边的科学》开播了"))


FAREWELLS = [
    "感谢观看",
    "感谢您的观看！",
    "谢谢大家收看",
    "非常感谢大家的观看和支持",
    "感谢各位观众",
    "谢谢观众朋友们！",
    "Thanks for watching!",
    "Thank you all for listening",
    "གཟིགས་པར་ཐུགས་རྗེ་ཆེ།",
    "ཁྱེད་ཚོས་གཟིགས་པར་བཀའ་དྲིན་ཆེ་ཞུ།",
    "གཟིགས་གནང་བར་ཐུགས་རྗེ་ཆེ།",
    "བལྟས་པར་ཐུགས་རྗེ་ཆེ།",
    "གཟིགས་མཁན་ཚང་མ་ལ་ཐུགས་རྗེ་ཆེ།",
]


@pytest.mark.parametrize("text", FAREWELLS)
def test_thanks_at_the_end_alone_are_nobodys_fault(text: str) -> None:
    assert is_farewell(cue(text))
    last = (24_000, 27_000, text)
    for bo, zh in (((*BO, last), ZH), (BO, (*ZH, last))):
        report = examined(bo=track("bo", bo), zh=track("zh", zh))
        alone = {"missing-translation", "extra-translation", "partial-translation"}
        assert alone.isdisjoint(f.rule for f in report.findings)
        left_out = [m.excluded for m in report.measures if m.id.endswith("_translated")]
        assert {"credits": 1} in left_out


def test_thanks_that_both_languages_have_are_a_pair() -> None:
    last = (24_000, 27_000)
    report = examined(
        bo=track("bo", (*BO, (*last, "གཟིགས་པར་ཐུགས་རྗེ་ཆེ།"))),
        zh=track("zh", (*ZH, (*last, "感谢观看"))),
    )
    assert report.alignment is not None
    bead = report.alignment.beads[-1]
    assert (bead.bo, bead.zh) == ((len(BO),), (len(ZH),))
    assert report.findings == ()


@pytest.mark.parametrize("text", ["谢谢", "谢谢大家", "Thanks", "ཐུགས་རྗེ་ཆེ།"])
def test_bare_thanks_at_the_end_are_said(text: str) -> None:
    last = (24_000, 27_000, text)
    report = examined(bo=track("bo", BO), zh=track("zh", (*ZH, last)))
    rules = {f.rule for f in report.findings if f.zh == (len(ZH),)}
    assert rules & {"missing-translation", "wrong-script", "untranslated"}


def test_thanks_among_the_sentences_are_said() -> None:
    shifted = [(start + 4000, end + 4000, text) for start, end, text in ZH[3:]]
    zh = (*ZH[:3], (11_600, 14_800, "谢谢大家收看"), *shifted)
    bo = [
        (start + 4000 * (n > 2), end + 4000 * (n > 2), text)
        for n, (start, end, text) in enumerate(BO)
    ]
    report = examined(bo=track("bo", bo), zh=track("zh", zh))
    assert [f.zh for f in report.findings if f.rule == "missing-translation"] == [(3,)]


@pytest.mark.parametrize(
    "text",
    [
        "谢谢收看，我们下期再见。",  # a sentence that is heard
        "谢谢观看。",
        "谢谢",
        "谢谢！",
        "谢谢大家",  # bare thanks are heard: a speaker's last words
        "多谢各位",
        "感谢您的支持",
        "谢谢你们的陪伴！",
        "感谢观众的科学家",
        "Thanks",
        "Thank you so much!",
        "ཐུགས་རྗེ་ཆེ།",
        "ཁྱེད་ཚོར་ཐུགས་རྗེ་ཆེ་ཞུ།",
        "ཁྱེད་ཚོས་ལྟ་རྟོག་གནང་བར་ཐུགས་རྗེ་ཆེ།",  # for an inspection, for being looked after
        "གཟིགས་རྟོག་གནང་བར་ཐུགས་རྗེ་ཆེ།",
        "གཟིགས་སྐྱོང་གནང་བར་ཐུགས་རྗེ་ཆེ།",
        "ང་ལྟ་བུར་རོགས་བྱེད་པར་ཐུགས་རྗེ་ཆེ།",
        "གཟིགས་པར་ཐུགས་རྗེ་ཆེ། རྗེས་མ་མཇལ་ཡོང་།",
        "感谢太阳给我们光和热。",
        "谢谢你告诉我这件事。",
        "感谢观看这部影片的科学家们找到了答案。",
        "观看",
        "！",
        "ཉི་མར་ཐུགས་རྗེ་ཆེ་བ་ཡོད།",
        "ང་ཚོས་གཟིགས།",
    ],
)
def test_what_is_no_farewell(text: str) -> None:
    assert not is_farewell(cue(text))
