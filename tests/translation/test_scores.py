from __future__ import annotations

import pytest

from bilingual.model import Language
from bilingual.translation.scores import cue_scores, prepared, similarity_measures, work_scores

BO = "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"
BO_NEAR = "སའི་གོ་ལ་ཟླ་བའི་མཐའ་ལ་འཁོར།"
BO_FAR = "རྩི་ཤིང་ལ་ཆུ་དགོས།"
ZH, ZH_NEAR, ZH_FAR = "地球绕着太阳转。", "地球绕着月亮转。", "植物需要水。"


@pytest.mark.parametrize(("language", "text"), [("bo", BO), ("zh", ZH), ("bo", "ཆུ།"), ("zh", "水")])
def test_the_same_text_is_the_same(language: Language, text: str) -> None:
    chrf, bleu, ter = work_scores([text], [text], language)
    assert (chrf.value, bleu.value, ter.value) == (100, 100, 0)
    assert [s.value for s in cue_scores([text], [text], language, "bleu")] == [100]


@pytest.mark.parametrize(
    ("language", "text", "near", "far"), [("bo", BO, BO_NEAR, BO_FAR), ("zh", ZH, ZH_NEAR, ZH_FAR)]
)
def test_nearer_texts_score_higher(language: Language, text: str, near: str, far: str) -> None:
    for name, better in (("chrf", 1), ("bleu", 1), ("ter", -1)):
        close, away = (cue_scores([t], [text], language, name)[0].value for t in (near, far))
        assert better * close > better * away
    assert 0 < cue_scores([near], [text], language, "ter")[0].value < 60


def test_order_of_spelling_is_no_difference() -> None:
    # The vowel signs of one syllable, written in either order.
    assert prepared("ཀི\u0f74", "bo") == prepared("ཀ\u0f74ི", "bo")
    assert prepared("水\n 火", "zh") == "水 火"


def test_every_figure_is_signed() -> None:
    for measure in similarity_measures([BO, BO_FAR], [BO, BO], "bo"):
        assert measure.signature is not None
        assert "version:" in measure.signature
        assert measure.signature.endswith("prepared:syllables")
        assert measure.denominator == 2


def test_nothing_to_score_and_uneven_lines() -> None:
    assert work_scores([], [], "zh") == ()
    assert cue_scores([], [], "zh") == ()
    with pytest.raises(ValueError, match="1 hypotheses, 0 references"):
        work_scores(["水"], [], "zh")
    with pytest.raises(ValueError, match="no metric"):
        cue_scores(["水"], ["水"], "zh", "meteor")
