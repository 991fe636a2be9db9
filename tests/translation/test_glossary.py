from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.terms.consistency import g_squared, inconsistent
from bilingual.text.spelling import misspellings
from bilingual.translation.glossary import COLUMNS, Glossary, Term, answered, form_in, load, read

EARTH = Term(zh="地球", bo=("སའི་གོ་ལ",), field="astronomy")
DOCTOR = Term(zh="医生", bo=("སྨན་པ", "ཨེམ་ཆི"), field="medicine")


def test_the_longest_term_wins() -> None:
    glossary = Glossary([EARTH, Term(zh="地球仪", bo=("སའི་གོ་ལའི་དཔེ",), field="general")])
    assert [(u.term.zh, u.start, u.end) for u in glossary.uses("看地球仪和地球。")] == [
        ("地球仪", 1, 4),
        ("地球", 5, 7),
    ]
    assert list(glossary.uses("")) == []
    assert list(Glossary([]).uses("地球")) == []


def test_terms_with_their_cases_and_endings() -> None:
    assert form_in(EARTH, "སའི་གོ་ལའི་སྟེང་") == "སའི་གོ་ལ"
    assert form_in(EARTH, "སའི་གོ་ལར་") == "སའི་གོ་ལ"
    assert form_in(DOCTOR, "སྨན་པས་བལྟ།") == "སྨན་པ"
    assert form_in(DOCTOR, "ཨེམ་ཆིས་བལྟ།") == "ཨེམ་ཆི"
    assert form_in(DOCTOR, "དགེ་རྒན་གྱིས་བལྟ།") is None
    assert form_in(DOCTOR, "") is None


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("千米", "到了五千米，差不多只剩一半"),
        ("千米", "南极冰盖的平均厚度超过两千米"),
        ("千克", "重三千克"),
        ("海里", "人们找到了海里的贝壳化石"),
        ("海里", "海里游着鱼龙"),
        ("分子", "他和十八个盗猎分子战斗"),
        ("分子", "知识分子"),
        ("中国", "许多发展中国家"),
        ("法国", "在大陆法国家"),
        ("火山", "风火山隧道"),
        ("和平", "最高气温和平均气温"),
        ("电子", "用电子表格算"),
        ("文本", "在文本框里写"),
        ("中国", "其中国家公园最多"),
        ("中国", "集中国力办大事"),
        ("日本", "生日本来很高兴"),
        ("美国", "多么优美国家"),
        ("英国", "精英国际学校"),
        ("分子", "捣乱分子"),
        ("越南", "穿越南极冰原"),
        ("河南", "黄河南岸"),
        ("湖南", "洞庭湖南边"),
        ("土地", "国土地热调查"),
        ("在线", "在线条上写字"),
        ("爆炸", "引爆炸弹"),
        ("中国", "其中国产的最多"),
        ("南极", "越南极为潮湿"),
        ("地热", "大地热得发烫"),
        ("植物", "移植物品"),
        ("高原", "提高原料质量"),
        ("日本", "节日本来就多"),
        ("南非", "云南非常美"),
        ("南非", "这是南非常见的树"),
        ("南极", "湖南极热"),
        ("和平", "河流和平原"),
        ("和平", "水和平台"),
        ("和平", "自由和平等"),
        ("天空", "这天空气很好"),
        ("水面", "灌水面积"),
        ("面积", "路面积水"),
        ("气体", "气体积大"),
        ("火星", "木头上迸出火星"),
        ("火星", "铁块火星四溅"),
        ("神经", "眼神经常很亮"),
        ("新年", "全新年代"),
        ("学生", "他们学生物"),
        ("植物", "皮肤移植物"),
        ("金属", "这块黄金属于他"),
        ("地质", "草地质量好"),
        ("地热", "大地热起来"),
        ("能量", "只能量三次"),
        ("种子", "这种子弹"),
        ("高原", "提高原料的质量"),
        ("草原", "长草原因不明"),
        ("山地", "火山地震"),
        ("山地", "东部山地区"),
        ("收入", "把胜利收入囊中"),
        ("反应", "相反应该小心"),
        ("大学", "这里有很大学问"),
        ("大学", "他是大学问家"),
        ("高原", "提高原因"),
        ("高原", "这是最高原则"),
        ("高原", "温度升高原理"),
        ("草原", "除草原理"),
        ("分子", "分数的分子是三"),
        ("文学", "中文学习"),
        ("在线", "它存在线性关系"),
        ("分子", "分数的分子和分母"),
        ("亚洲", "亚洲文字的排版"),
        ("印度", "印度河流过这里"),
        ("苹果", "苹果公司的手机"),
    ],
)
def test_characters_that_are_of_another_word(term: str, text: str) -> None:
    assert not any(use.term.zh == term for use in load().uses(text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("千米", "高度是7.9千米"),
        ("千米", "每小时60千米"),
        ("海里", "航行了三百海里"),
        ("海里", "20 海里"),
        ("分子", "空气分子很小"),
        ("中国", "中国家庭"),
        ("中国", "中国的河流"),
        ("法国", "法国家具"),
        ("火山", "火山很高"),
        ("和平", "人们盼望和平"),
        ("电子", "电子绕着原子核运动"),
        ("文本", "输入文本"),
        ("中国", "中国人口很多"),
        ("日本", "日本在亚洲东部"),
        ("南非", "南非在非洲南端"),
        ("分子", "分子碰撞的概率"),
        ("分子", "这些分子的部分数据"),
        ("分子", "气体分子的自由度"),
        ("南极", "南极很冷"),
        ("南极", "南极其他地方"),
        ("南极", "南极其实是大陆"),
        ("南极", "南极其余的冰"),
        ("和平", "和平地解决"),
        ("天空", "天空气象万千"),
        ("水面", "水面很平静"),
        ("水面", "水面积雪很厚"),
        ("面积", "面积有多大"),
        ("面积", "面积了解清楚了"),
        ("气体", "气体积累在上面"),
        ("火星", "火星四周很冷"),
        ("新年", "新年快到了"),
        ("新年", "新年代表新的开始"),
        ("学生", "学生物品"),
        ("金属", "金属能导电"),
        ("金属", "金属于是熔化了"),
        ("能量", "能量不会消失"),
        ("种子", "种子发芽了"),
        ("高原", "高原上空气少"),
        ("高原", "高原因缺氧而难以居住"),
        ("高原", "高原则更冷"),
        ("草原", "草原因干旱而退化"),
        ("草原", "草原理应保护"),
        ("山地", "山地区域"),
        ("山地", "山地区别于平原"),
        ("大学", "他在大学读书"),
        ("大学", "大学问题很多"),
        ("大学", "大学问卷调查"),
        ("在线", "在线观看"),
        ("亚洲", "亚洲象"),
        ("印度", "印度人口很多"),
        ("印度", "印度教育发展很快"),
        ("苹果", "苹果很甜"),
        ("越南", "越南在亚洲东南"),
        ("河南", "河南在黄河中游"),
        ("湖南", "湖南在洞庭湖南边"),
        ("湖南", "江西 湖南 湖北"),
        ("河南", "火车经过河南省"),
        ("河南", "横跨河南和湖北"),
        ("土地", "土地很肥沃"),
        ("爆炸", "恒星爆炸以后"),
        # What is before them ends a word of its own.
        ("中国", "尤其中国的高原"),
        ("中国", "土耳其中国石窟展"),
        ("中国", "收集中国的植物"),
        ("地热", "大陆地热资源"),
        ("地热", "扩大地热利用"),
        ("地热", "我国国土地热调查"),
        ("南极", "穿越南极冰原"),
        ("南极", "飞越南极上空"),
        ("南非", "跨越南非全境"),
        ("南非", "南非法律"),
        ("日本", "如今日本很冷"),
        ("日本", "春节日本人不放假"),
        ("植物", "转移植物到温室"),
        ("高原", "抬升高原的力量"),
        ("种子", "这种产品种子最大"),
        ("火山", "台风火山和地震"),
        ("分子", "损坏分子的结构"),
    ],
)
def test_a_term_by_its_neighbours(term: str, text: str) -> None:
    assert any(use.term.zh == term for use in load().uses(text))


SPAIN = Term(zh="西班牙", bo=("ཞི་པན་ཡ", "སི་པེན"), field="places")
RUSSIA = Term(zh="俄罗斯", bo=("ཨུ་རུ་སུ", "ར་ཤི་ཡ"), field="places")


@pytest.mark.parametrize(
    ("term", "text", "there"),
    [
        (SPAIN, "སེ་ཕེན་སྐད་ཡིག", True),
        (SPAIN, "སི་པེན་ལ་འགྲོ།", True),
        (SPAIN, "པུ་རུ་ཟིལ་ལ་འགྲོ།", False),
        (SPAIN, "", False),
        (RUSSIA, "རཱ་ཤི་ཡས་བཤད།", True),
        (RUSSIA, "ཨ་མེ་རི་ཀས་བཤད།", False),
        # Other words are not taken by ear.
        (Term(zh="网络", bo=("དྲ་རྒྱ",), field="computing"), "དྲྭ་རྒྱར་ཞུགས།", True),
        (Term(zh="网络", bo=("དྲ་རྒྱ",), field="computing"), "ཏྲ་རྐྱ་ལ་ཞུགས།", False),
        (DOCTOR, "སྨེན་པེས་བལྟ།", False),
    ],
)
def test_names_of_places_are_taken_by_ear(term: Term, text: str, there: bool) -> None:
    assert answered(term, text) is there


def test_the_embedded_glossary_is_sound() -> None:
    glossary = load()
    assert len(glossary) >= 3000
    assert sum(bool(t.attested) for t in glossary.terms) >= 700
    assert len({t.zh for t in glossary.terms}) == len(glossary)
    for term in glossary.terms:
        assert len(set(term.bo)) == len(term.bo)
        assert set(term.attested) <= {"wikidata", "wiktionary", "cldr", "flores"}
        for form in term.bo:
            assert form_in(term, f"{form}།") is not None
            assert not misspellings(form), form


def test_bad_lines_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("zh\tbo\tvariants\tfield\tattested\n地球\t\t\t\t\n", encoding="utf-8")
    with pytest.raises(ModelError, match="Line 2"):
        read(path)
    with pytest.raises(ModelError, match="Cannot read"):
        read(tmp_path / "none.tsv")
    with model_file("glossary-zh-bo.tsv").open(encoding="utf-8") as file:
        assert next(csv.reader(file, delimiter="\t")) == list(COLUMNS)


ZH = ["地球转", "看地球", "地球大", "飞鸟", "河水", "地球有水", "护地球", "地球圆", "花开", "下雨"]
EARTH_BO = "སའི་གོ་ལ"
BO = [
    f"{EARTH_BO}འཁོར།",
    f"{EARTH_BO}ལ་བལྟ།",
    f"{EARTH_BO}ཆེན་པོ།",
    "བྱ་འཕུར།",
    "གཙང་པོའི་ཆུ།",
    "འཛམ་གླིང་ལ་ཆུ་ཡོད།",
    "འཛམ་གླིང་སྲུང་།",
    "འཛམ་གླིང་ཟླུམ།",
    "མེ་ཏོག་བཞད།",
    "ཆར་པ་བབས།",
]


def test_two_translations_of_a_term() -> None:
    (found,) = inconsistent(BO, ZH)
    assert found.zh == "地球"
    assert [places for _, places in found.forms] == [(0, 1, 2), (5, 6, 7)]
    assert found.forms[1][0] == "འཛམ་གླིང"


def test_one_translation_inflected_is_none() -> None:
    same = [t.replace("འཛམ་གླིང་", f"{EARTH_BO}འི་") for t in BO]
    assert inconsistent(same, ZH) == []
    assert inconsistent([], []) == []
    assert inconsistent(BO[:3], ZH[:3]) == []


def test_another_word_of_the_line_is_no_translation() -> None:
    # What the three later lines share in Tibetan answers to another Chinese word.
    zh = [*ZH]
    for k in (5, 6, 7):
        zh[k] = f"世界和{zh[k]}"
    bo = [*BO]
    for k in (5, 6, 7):
        bo[k] = f"{bo[k]} {EARTH_BO}།"
    assert inconsistent(bo, zh) == []


def test_g_squared() -> None:
    assert g_squared(5, 0, 0, 10) == pytest.approx(20 * 0.693147, rel=1e-4)
    assert g_squared(1, 1, 1, 4) == pytest.approx(0, abs=1e-9)
