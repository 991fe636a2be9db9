from __future__ import annotations

import pytest

from bilingual.text.particles import sandhi_faults
from bilingual.text.spelling import is_possible, misspellings, suffix_of
from bilingual.text.typography import chinese_slips, marks_pauses, slips

NATIVE = "བསྒྲུབས འགྲོ གྱི པའི མཁྱེན རྒྱལ བརྟན སྐར ཉིན དུང ཕྱུར ལྡོག ཚངས ཐིག གྱོན བཟང བཞེངས"
# Names and acronyms as written in news and encyclopedias.
FOREIGN = "སྚེན ཕོརཌ ཨེཅ ཧྥུ ཕུའུ ལུའུ ཊེཀ མེཀ ཀེཀ ཨཱཏྨ པདྨེ ཧཱུྃ བྲཱཊ ཌཱཀ"


@pytest.mark.parametrize("syllable", NATIVE.split())
def test_native_syllables_are_possible(syllable: str) -> None:
    assert is_possible(syllable)
    assert misspellings(syllable) == ()


@pytest.mark.parametrize("syllable", FOREIGN.split())
def test_foreign_syllables_are_left_alone(syllable: str) -> None:
    assert misspellings(f"{syllable}་") == ()


@pytest.mark.parametrize(
    ("syllable", "why"),
    [
        ("ནིི", "doubled-vowel"),
        ("པོོ", "doubled-vowel"),
        ("བྱྱ", "doubled-stack"),
        ("གྲྲྭ", "doubled-stack"),
        ("བཟངཁ", "impossible-suffix"),
        ("ཤེསཔ", "impossible-suffix"),
        ("པའིཐ", "impossible-suffix"),
        ("འགྲོཕ", "impossible-suffix"),
        ("གྱིཕ", "impossible-suffix"),
        ("ིརྒྱལ", "stray-mark"),
    ],
)
def test_impossible_syllables(syllable: str, why: str) -> None:
    text = f"ཉི་མ་{syllable}་ཡིན།"
    (found,) = misspellings(text)
    assert (found.text, found.why) == (syllable, why)
    assert text[found.start : found.end] == syllable


@pytest.mark.parametrize(
    ("syllable", "suffix"),
    [("ཁང", "ང"), ("བསྒྲུབས", "ས"), ("འགྲོ", None), ("པའི", None), ("མཁན", "ན")],
)
def test_suffix(syllable: str, suffix: str | None) -> None:
    assert suffix_of(syllable) == suffix


@pytest.mark.parametrize(
    "text", ["ཁང་གི་སྒོ", "ངོས་ཀྱི་དྲོད", "གནམ་གྱི་སྐར", "མིག་གིས་ལྟ", "རིགས་ཀྱིས", "ཉི་མའི་འོད", "མཁན་ཀྱི"]
)
def test_fitting_particles(text: str) -> None:
    assert sandhi_faults(text) == ()


@pytest.mark.parametrize(
    ("text", "fitting"),
    [("ཁང་ཀྱི་སྒོ", "གི"), ("ངོས་གི་དྲོད", "ཀྱི"), ("གནམ་གི་སྐར", "གྱི"), ("མིག་ཀྱིས་ལྟ", "གིས")],
)
def test_particles_that_do_not_fit(text: str, fitting: str) -> None:
    (found,) = sandhi_faults(text)
    assert found.fitting == fitting
    assert text[found.start : found.end] == found.particle


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ཉི་མ་ཡིན།", []),
        ("ཐག་རིང་།", []),
        ("ཐག་རིང།", ["nga-without-tsheg"]),
        ("ཉི་་མ།", ["tsheg-doubled"]),
        ("ཉི་མ་ཡིན་།", ["tsheg-before-shad"]),
        ("ཉི༌མ།", ["non-breaking-tsheg"]),
        ("ཉི་མ་ཡིན.", ["latin-punctuation"]),
        ("༣6", ["mixed-digits"]),
        ("ཉི་མ་ཡིན。", ["chinese-punctuation"]),
        ("ཉི ་མ།", ["space-before-tsheg"]),
        ("སོང་། འོང་།", []),
    ],
)
def test_typography(text: str, codes: list[str]) -> None:
    assert [s.code for s in slips(text)] == codes


@pytest.mark.parametrize(
    ("syllable", "why"),
    [
        ("ཚོུད", "two-vowels"),
        ("རེིགས", "two-vowels"),
        ("བྱྲ", "impossible-stack"),
        ("ཐྣང", "impossible-stack"),
        ("གིྲ", "misordered-mark"),
        ("གཞུངགིས", "tsheg-missing"),
        ("ཕྱིརདུས", "tsheg-missing"),
        ("གྱིབཀོད", "tsheg-missing"),
        ("འསྒུལ", "impossible-syllable"),
        ("བཚུགས", "impossible-syllable"),
        ("པབསྒྲུབས", "tsheg-missing"),
        ("ག\u0f77", "deprecated-character"),
    ],
)
def test_more_impossible_syllables(syllable: str, why: str) -> None:
    (found,) = misspellings(f"ཉི་མ་{syllable}་ཡིན།")
    assert (found.text, found.why) == (syllable, why)


@pytest.mark.parametrize(
    "syllable",
    [
        "ལའོུ",
        "ཀརྨ",
        "མརྒད",
        "ལོཙྪ",
        "གར\u0fa6\u0fb7",
        "ཕ\u0fb0ོ",
        "མཎྜལ",
        "པདྨ",
        "བཛྲ",
        "ཀཤྨིར",
        "གཱནྡྷི",
        "ཧྥུའུ",
        "ཀྲེདིཊ",
        "སྟུཨརྟ",
        "སྤིརིང",
        "ཨིརཁ",
        "ནིཡ",
        "གིརིན",
        "དགའོ",
        "བྱའམ",
    ],
)
def test_names_and_affixes_are_left_alone(syllable: str) -> None:
    assert misspellings(f"{syllable}་") == ()


@pytest.mark.parametrize(
    ("text", "kind", "fitting"),
    [
        ("ནང་སུ་ཡོད", "la-don", "དུ"),
        ("དུས་སྐབས་དུ་བྱུང", "la-don", "སུ"),
        ("ཁང་པ་ཡོད་ངམ།", "question", "དམ"),
        ("ཤིང་ནགས་ཞིག་ཡོད", "indefinite", "ཤིག"),
        ("དེབ་ཞིག་ཡོད", "indefinite", "ཅིག"),
        ("བྱས་སྟེ་སོང", "converb", "ཏེ"),
        ("འོང་ཅིང་འགྲོ", "converb", "ཞིང"),
        ("ཁྲོམ་གིས་བྱས", "ergative", "གྱིས"),
    ],
)
def test_other_particles(text: str, kind: str, fitting: str) -> None:
    (found,) = sandhi_faults(text)
    assert (found.kind, found.fitting) == (kind, fitting)


@pytest.mark.parametrize(
    "text",
    [
        "ལྷན་ཅིག་ཏུ",
        "ཐབས་ཅིག",
        "སྟོང་ཕྲག་དུ་མའི",
        "ཁོ་སུ་ཡིན",
        "རྒྱུན་ཏུ",
        "ཤར་ཏུ",
        "བྱས་ཤིང",
        "ས་ཞིང",
        "གཅིག་དེ",
        "དམ་པ",
        "ཡིན་ཀྱང",
    ],
)
def test_words_that_look_like_particles(text: str) -> None:
    assert sandhi_faults(text) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今天，我们认识太阳。", []),
        ("今天,我们", [("half-width-punctuation", "，")]),
        ("结束了.", [("half-width-punctuation", "。")]),
        ("约1,000公里，1.5亿，比例1:1", []),
        ("ＤＮＡ有１２个", [("full-width-letter", "DNA"), ("full-width-letter", "12")]),
        ("䲟鱼", [("rare-ideograph", None)]),
        ("", []),
    ],
)
def test_chinese_typography(text: str, found: list[tuple[str, str | None]]) -> None:
    assert [(s.code, s.fitting) for s in chinese_slips(text)] == found


def test_rows_of_tshegs_are_pauses_where_they_come_again_and_again() -> None:
    spoken = ["འོ་་་ཁང་པ་", "འདི་་་་", "འ་་་རྔན་"]
    assert marks_pauses(spoken)
    assert not marks_pauses(spoken[:2])
    for text, codes in {
        "འོ་་་ཁང་པ་": [],
        "འོ་་ལུག་": [],
        "དེ་འོ་་ལུག་": [],
        "དེའི་་ནང་ལ་": ["tsheg-doubled"],
    }.items():
        assert [s.code for s in slips(text, pauses=True)] == codes
        assert [s.code for s in slips(text)] == ["tsheg-doubled"]
