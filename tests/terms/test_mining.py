"""Terms mined from works, and held against each other across works."""

from __future__ import annotations

from bilingual.terms.association import Runs, written
from bilingual.terms.consistency import inconsistent_across
from bilingual.terms.inflection import akin, fold, is_whole, same, stem
from bilingual.terms.mining import mine
from bilingual.terms.parallel import ParallelWork, Place, term_uses
from bilingual.translation.glossary import Glossary, Term

PAIRS = [
    ("地球绕着太阳转", "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"),
    ("月亮绕着地球转", "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།"),
    ("地球上有水", "སའི་གོ་ལའི་སྟེང་ཆུ་ཡོད།"),
    ("鸟会飞", "བྱ་འཕུར་ཐུབ།"),
    ("声音在空气中传播", "སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད།"),
    ("地球有很多动物", "སའི་གོ་ལར་སྲོག་ཆགས་མང་པོ་ཡོད།"),
    ("植物需要阳光", "རྩི་ཤིང་ལ་ཉི་འོད་དགོས།"),
    ("保护地球", "སའི་གོ་ལ་སྲུང་སྐྱོབ་བྱེད།"),
    ("医生给病人看病", "སྨན་པས་ནད་པར་ནད་བལྟ།"),
    ("医生在医院工作", "སྨན་པ་སྨན་ཁང་ནང་ལས་ཀ་བྱེད།"),
    ("他是医生", "ཁོ་ནི་སྨན་པ་ཡིན།"),
    ("花开了", "མེ་ཏོག་བཞད་སོང་།"),
]


# Lines of other things: what comes together does so against their background.
FILL = [
    ("下雪", "ཁ་བ་བབས།"),
    ("唱歌", "གླུ་གཏོང་།"),
    ("喝茶", "ཇ་འཐུང་།"),
    ("骑马", "རྟ་བཞོན།"),
    ("吃饭", "ཁ་ལག་ཟ།"),
    ("看书", "དཔེ་ཆ་ལྟ།"),
    ("风大", "རླུང་ཆེན་པོ་རེད།"),
    ("挤奶", "འོ་མ་བཞོ།"),
    ("种田", "ཞིང་འདེབས།"),
    ("写字", "ཡི་གེ་འབྲི།"),
    ("睡觉", "གཉིད་ཉལ།"),
    ("跳舞", "བྲོ་འཁྲབ།"),
    ("洗衣", "གོས་འཁྲུད།"),
    ("生火", "མེ་གཏོང་།"),
    ("天亮", "ནམ་ལངས།"),
    ("山高", "རི་མཐོན་པོ་རེད།"),
    ("路远", "ལམ་རིང་པོ་རེད།"),
    ("雨停", "ཆར་པ་ཆད།"),
    ("花红", "མེ་ཏོག་དམར་པོ།"),
    ("牛多", "གཡག་མང་པོ་ཡོད།"),
    ("羊白", "ལུག་དཀར་པོ།"),
    ("门开", "སྒོ་ཕྱེ།"),
    ("笑了", "གད་མོ་ཤོར།"),
    ("哭了", "ངུས།"),
]


def work(pairs: list[tuple[str, str]], name: str = "a") -> ParallelWork:
    return ParallelWork(
        name=name,
        zh=tuple(zh for zh, _ in pairs),
        bo=tuple(bo for _, bo in pairs),
        places=tuple(Place(line=k + 1) for k in range(len(pairs))),
    )


def test_terms_are_found_with_their_places() -> None:
    found = {m.zh: m for m in mine([work(PAIRS)])}
    assert {"地球", "医生"} <= set(found)
    earth = found["地球"]
    assert earth.zh_count == 5
    assert earth.candidates[0].bo == "སའི་གོ་ལ"
    assert earth.candidates[0].both == 5
    assert earth.places == ((0, 0), (0, 1), (0, 2), (0, 5), (0, 7))
    assert earth.without == ()
    assert found["医生"].candidates[0].bo in ("སྨན", "སྨན་པ")


def test_mining_over_several_works_and_what_is_known() -> None:
    works = [work(PAIRS[:6], "a"), work(PAIRS[6:], "b")]
    found = {m.zh: m for m in mine(works)}
    assert found["地球"].places == ((0, 0), (0, 1), (0, 2), (0, 5), (1, 1))
    assert "地球" not in {m.zh for m in mine(works, known=frozenset({"地球"}))}
    assert mine([]) == ()
    assert mine([work([])]) == ()
    assert mine([work(PAIRS[:2])], least=3) == ()


def swapped(pairs: list[tuple[str, str]], old: str, new: str) -> list[tuple[str, str]]:
    return [(zh, bo.replace(old, new)) for zh, bo in pairs]


OTHER = [
    ("地球是圆的", "འཛམ་གླིང་ནི་ཟླུམ་པོ་རེད།"),
    ("我们爱地球", "ང་ཚོས་འཛམ་གླིང་ལ་དགའ།"),
    ("地球上有海", "འཛམ་གླིང་སྟེང་རྒྱ་མཚོ་ཡོད།"),
    ("风很大", "རླུང་ཆེན་པོ་རྒྱག"),
]


def test_two_works_that_differ() -> None:
    works = [work(PAIRS, "a"), work(OTHER, "b")]
    (found,) = inconsistent_across(works, "zh")
    assert (found.term, found.language) == ("地球", "zh")
    (_, places), (other, others) = found.forms
    assert places == ((0, 0), (0, 1), (0, 2), (0, 5), (0, 7))
    assert (other, others) == ("འཛམ་གླིང", ((1, 0), (1, 1), (1, 2)))
    assert inconsistent_across([works[0]], "zh") == []
    assert inconsistent_across([], "zh") == []


def test_translations_that_share_a_syllable() -> None:
    one = [
        ("电脑坏了", "གློག་ཀླད་སྐྱོན་ཤོར།"),
        ("买电脑", "གློག་ཀླད་ཉོ།"),
        ("电脑很快", "གློག་ཀླད་མགྱོགས་པོ་རེད།"),
        *FILL,
    ]
    two = [
        ("打开电脑", "གློག་རྩིས་ཁ་ཕྱེ།"),
        ("关上电脑", "གློག་རྩིས་སྒོ་རྒྱག"),
        ("新的电脑", "གློག་རྩིས་གསར་པ།"),
    ]
    (found,) = inconsistent_across([work(one), work(two)], "zh")
    assert found.term == "电脑"
    assert {form for form, _ in found.forms} == {"གློག་ཀླད", "གློག་རྩིས"}


def test_inflection_is_no_variant() -> None:
    # Genitive, agentive, dative; a noun's ending; the past of a verb.
    cases = [
        ("医生说话", "སྨན་པའི་སྐད་ཆ།"),
        ("医生吃饭", "སྨན་པས་ཁ་ལག་ཟ།"),
        ("给医生花", "སྨན་པར་མེ་ཏོག་སྟེར།"),
        ("医生好", "སྨན་དེ་ཡག་པོ་རེད།"),
        ("医生走了", "སྨན་པ་ཕྱིན་སོང་།"),
        *FILL,
    ]
    assert inconsistent_across([work(cases)], "zh") == []
    set_up = [
        ("现在设置", "ད་ལྟ་སྒྲིག་འགོད།"),
        ("请设置", "སྒྲིག་འགོད་གནང་།"),
        ("设置好", "སྒྲིག་འགོད་ཡག་པོ།"),
        ("昨天设置", "ཁ་སང་སྒྲིག་བཀོད།"),
        ("设置了", "སྒྲིག་བཀོད་བྱས།"),
        *FILL,
    ]
    assert inconsistent_across([work(set_up)], "zh") == []


def test_and_back() -> None:
    pairs = [
        ("去商店", "ཚོང་ཁང་ལ་འགྲོ"),
        ("商店关门", "ཚོང་ཁང་སྒོ་བརྒྱབ།"),
        ("超市很大", "ཚོང་ཁང་ཆེན་པོ་རེད།"),
        ("超市的水果", "ཚོང་ཁང་གི་ཤིང་ཏོག"),
        *FILL,
    ]
    (found,) = inconsistent_across([work(pairs)], "bo")
    assert (found.term, found.language) == ("ཚོང་ཁང", "bo")
    assert {form for form, _ in found.forms} == {"商店", "超市"}


def test_a_translation_of_a_neighbour_is_none_of_the_term() -> None:
    # རྒྱུ་ལམ is the channel's; the lines of 离子通道 leave the ion out.
    pairs = [
        ("钠离子通道", "སོ་ཌི་ཡམ་རྒྱུ་ལམ།"),
        ("钾离子通道", "པོ་ཊེ་ཤི་ཡམ་རྒྱུ་ལམ།"),
        ("离子通道打开", "རྒྱུ་ལམ་ཁ་ཕྱེ།"),
        ("关上离子通道", "རྒྱུ་ལམ་སྒོ་རྒྱག"),
        ("钠离子", "སོ་ཌི་ཡམ་གྱེས་རྡུལ།"),
        ("钾离子", "པོ་ཊེ་ཤི་ཡམ་གྱེས་རྡུལ།"),
        ("离子很小", "གྱེས་རྡུལ་ཆུང་ཆུང་རེད།"),
        *FILL,
    ]
    assert inconsistent_across([work(pairs)], "zh") == []


def test_a_term_is_one_however_its_characters_are_encoded() -> None:
    # U+2F24 of the radicals for 大.
    pairs = [
        ("⼤洋很深", "རྒྱ་མཚོ་གཏིང་ཟབ།"),
        ("⼤洋有鱼", "རྒྱ་མཚོར་ཉ་ཡོད།"),
        ("看⼤洋", "རྒྱ་མཚོ་ལྟོས།"),
        ("⼤洋上", "ཆུ་གླིང་སྟེང་།"),
        ("去⼤洋", "ཆུ་གླིང་ལ་འགྲོ།"),
        *FILL,
    ]
    assert [found.term for found in inconsistent_across([work(pairs)], "zh")] == ["⼤洋"]


def test_a_run_over_the_ends_of_words_is_no_term() -> None:
    # 线网 is of 有线 and 无线.
    pairs = [
        ("有线网卡", "སྐུད་ཡོད་དྲ་ཁཱ།"),
        ("有线网很快", "སྐུད་ཡོད་དྲ་མགྱོགས་པོ་རེད།"),
        ("打开有线网", "སྐུད་ཡོད་དྲ་ཁ་ཕྱེ།"),
        ("无线网卡", "སྐུད་མེད་དྲ་ཁཱ།"),
        ("无线网坏了", "སྐུད་མེད་དྲ་སྐྱོན་ཤོར།"),
        *FILL,
    ]
    assert "线网" not in {found.term for found in inconsistent_across([work(pairs)], "zh")}


def test_inflection() -> None:
    assert fold("འགོད") == fold("བཀོད")
    assert fold("སྒྲུབ") == fold("བསྒྲུབས")
    assert fold("འགྲོ") == fold("ཕྱིན")
    assert fold("བྱས") == fold("བྱེད")
    assert fold("ཀླད") != fold("རྩིས")
    assert stem(("སྨན", "པ", "ཡི")) == ("སྨན",)
    assert stem(("ལ", "ཆུ", "དང")) == ("ཆུ",)
    assert same(("སྨན", "པ"), ("སྨན",))
    assert akin(("གློག", "ཀླད"), ("གློག", "རྩིས"))
    assert not same(("གློག", "ཀླད"), ("གློག", "རྩིས"))
    assert not is_whole(("ཆུ", "ལ"))
    assert is_whole(("ཆུ",))


def test_runs() -> None:
    runs = Runs(["མིར་ཆུ།", "མིས་ཆུ།"], "bo")
    assert runs.places[("མི",)] == {0, 1}
    assert ("མིར",) not in runs.places
    assert runs.shared([0]) == {("མི",): 1, ("ཆུ",): 1}
    # A final letter that is the word's own stays.
    own = Runs(["མེ་འཁོར།", "མེ་འཁོར།"], "bo")
    assert ("མེ", "འཁོར") in own.places
    assert ("མེ", "འཁོ") not in own.places
    assert written(("མི", "ཆུ"), [], "bo") == "མི་ཆུ"


def test_uses_of_a_glossary() -> None:
    glossary = Glossary(
        [
            Term(zh="地球", bo=("སའི་གོ་ལ",), field=""),
            Term(zh="医生", bo=("ཨེམ་ཆི",), field=""),
            Term(zh="火箭", bo=("མེ་ཤུགས་མདའ",), field=""),
        ]
    )
    earth, doctor = term_uses(glossary, [work(PAIRS)])
    assert (earth.zh, earth.used, earth.found, earth.missed) == ("地球", 5, 5, ())
    assert (doctor.zh, doctor.used, doctor.found) == ("医生", 3, 0)
    assert doctor.missed == ((0, 8), (0, 9), (0, 10))
