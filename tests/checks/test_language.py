"""The rules on the language and the look of cues, on tracks made by hand."""

from __future__ import annotations

import pytest

from bilingual.alignment import align
from bilingual.checks import alignment, language, layout, tibetan
from bilingual.checks.base import Artifacts, CannotTell, Hit, Rule
from bilingual.config import Config
from bilingual.model import Language, Severity, Track
from tests.support import track

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*language.RULES, *layout.RULES, *tibetan.RULES)
}
BO, ZH = "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", "太阳是一颗恒星。"


def hits(
    rule: str, bo: str | None = BO, zh: str | None = ZH, category: str = "bilingual", ms: int = 3000
) -> list[Hit]:
    def one(side: str, text: str | None) -> Track | None:
        return None if text is None else track(side, [(0, ms, text)])  # type: ignore[arg-type]

    config = Config.load(category=category)  # type: ignore[arg-type]
    found = RULES[rule].run(Artifacts(config=config, bo=one("bo", bo), zh=one("zh", zh)))
    return [hit for hit in found if isinstance(hit, Hit)]


@pytest.mark.parametrize("rule", RULES)
def test_a_sound_pair_is_left_alone(rule: str) -> None:
    assert hits(rule) == []


@pytest.mark.parametrize(
    ("bo", "severity"),
    [
        (ZH, Severity.ERROR),
        ("ཉི་མ་ནི太阳是一颗很大很亮的恒星ཡིན།", Severity.ERROR),
        (f"{BO}太阳是一颗恒星", Severity.WARNING),
        ("ཉི་མ（太阳）ནི་བརྟན་སྐར་ཞིག་ཡིན།", None),
        ("DNA", None),
        ("2024", None),
        ("", None),
        ("《科学》 ཉི་མ།", None),
    ],
)
def test_chinese_in_a_tibetan_cue(bo: str, severity: Severity | None) -> None:
    assert [h.severity for h in hits("untranslated", bo)] == ([severity] if severity else [])


def test_tibetan_in_a_chinese_cue() -> None:
    (hit,) = hits("untranslated", zh=BO)
    assert (hit.zh, hit.params["variant"]) == ((0,), "tibetan")
    (hit,) = hits("wrong-script", zh=f"{ZH}ཉི་མ")
    assert hit.params["variant"] == "tibetan"


ENGLISH = "The Sun is a star"


@pytest.mark.parametrize("side", ["bo", "zh"])
@pytest.mark.parametrize("text", [ENGLISH, "Солнце это звезда"])
def test_a_track_in_another_language(side: str, text: str) -> None:
    (hit,) = hits("wrong-script", **{side: text})  # type: ignore[arg-type]
    assert (hit.severity, hit.params) == (Severity.ERROR, {"variant": f"{side}-track"})


@pytest.mark.parametrize("text", ["nyi ma shar phyogs nas 'char/", "taiyang shi yi ke hengxing"])
def test_words_in_no_known_script_are_compared_with_nothing(text: str) -> None:
    """Wylie, Pinyin or a broken encoding: the script is wrong, which says nothing of kinship."""
    texts = [(3000 * n, 3000 * n + 2500, f"{text} {n}") for n in range(12)]
    bo = track("bo", [(start, end, f"{BO}{n}") for n, (start, end, _) in enumerate(texts)])
    zh = track("zh", texts)
    artifacts = Artifacts(config=Config.load(), bo=bo, zh=zh, alignment=align(bo, zh))
    for rule in alignment.RULES:
        found = list(rule.run(artifacts))
        assert [type(one) for one in found] == [CannotTell], rule.id
        assert [one.reason.code for one in found if isinstance(one, CannotTell)] == [
            "track-strange"
        ]


@pytest.mark.parametrize(
    "text", ["DNA", "H2O, CO2, NaCl", "♪", "3.14", "", "NASA的Hubble telescope"]
)
def test_names_and_formulas_are_no_other_language(text: str) -> None:
    assert hits("wrong-script", zh=text) == []


@pytest.mark.parametrize("language", ["bo", "zh"])
def test_a_cue_whose_code_was_misread(language: Language) -> None:
    cues = [(3000 * n, 3000 * n + 2500, BO if language == "bo" else ZH) for n in range(12)]
    for code in ("latin-1", "cp1252"):
        garbled = cues[4][2].encode().decode(code, errors="ignore")
        changed = [*cues[:4], (*cues[4][:2], garbled), *cues[5:]]
        own = track(language, changed)
        artifacts = Artifacts(
            config=Config.load(),
            bo=own if language == "bo" else None,
            zh=own if language == "zh" else None,
        )
        (hit,) = RULES["wrong-script"].run(artifacts)
        assert isinstance(hit, Hit)
        assert (hit.bo or hit.zh, hit.params["variant"]) == ((4,), "other")


@pytest.mark.parametrize(
    "text",
    [
        *("À bientôt, l'été déjà passé !", "café, naïve, Müller", "25 °C ± 3 °C", "«été»"),
        *("······", "好······", "车牌号是×××××", "——····——"),
    ],
)
def test_languages_of_europe_are_not_misread(text: str) -> None:
    assert not language._is_garbled(text)


def test_a_few_english_cues_are_left_alone() -> None:
    cues = [(2000 * i, 2000 * i + 1500, ENGLISH if i % 3 else ZH) for i in range(9)]
    found = RULES["wrong-script"].run(Artifacts(config=Config.load(), zh=track("zh", cues)))
    assert list(found) == []


def test_a_fault_is_shown_where_it_is() -> None:
    text = BO.replace("ཡིན", "ཡིིན")
    (hit,) = hits("tibetan-syllable", text)
    (place,) = hit.evidence
    assert text[place.start : place.end] == "ཡིིན"
    assert hit.severity is Severity.WARNING


def test_a_deprecated_character_is_a_note() -> None:
    (hit,) = hits("tibetan-syllable", "ག\u0f77་ཡིན།")
    assert hit.severity is Severity.INFO


@pytest.mark.parametrize(
    ("category", "severity"), [("bilingual", Severity.INFO), ("chinese", Severity.WARNING)]
)
def test_traditional_characters(category: str, severity: Severity) -> None:
    (hit,) = hits("not-simplified", zh="太陽是一顆恆星。", category=category)
    assert (hit.severity, hit.params["characters"]) == (severity, ["陽", "顆", "恆"])


@pytest.mark.parametrize(
    ("bo", "variants"),
    [
        ("ཉི་མ་ནི་བརྟ\nན་སྐར་ཡིན།", ["in-syllable"]),
        ("ཐག་རིང་\n།", ["before-shad"]),
        ("ཉི་མ་ནི་\nསྐར་མ་ཡིན།", []),
        ("ཉི་མ།\nསྐར་མ།", []),
        ("ཉི་མ།\n།སྐར་མ།", []),
    ],
)
def test_line_breaks(bo: str, variants: list[str]) -> None:
    assert [h.params["variant"] for h in hits("line-break", bo)] == variants


def test_limits_are_by_syllable_and_half_width() -> None:
    assert hits("line-length", zh="天" * 16) == []
    assert hits("line-length", zh="a" * 32) == []
    assert len(hits("line-length", zh="天" * 17)) == 1
    assert hits("line-length", "ཉི་" * 16) == []
    assert len(hits("line-length", "ཉི་" * 17)) == 1
    assert len(hits("line-count", "ཉི་\nཉི་\nཉི།")) == 1
    assert {h.params["variant"] for h in hits("reading-speed", ms=500)} == {"bo", "zh"}


def test_a_particle_shows_the_fitting_form() -> None:
    (hit,) = hits("tibetan-particle", "ཁང་ཀྱི་སྒོ་ཡིན།")
    assert hit.suggestion is not None
    assert hit.suggestion.params["text"] == "གི"
