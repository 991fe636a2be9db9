from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bilingual.alignment import align
from bilingual.checks.accuracy import _BO, _ZH
from bilingual.errors import ModelError
from bilingual.model import Alignment, Bead, Track
from bilingual.resources import model_file
from bilingual.translation import glossary as terms
from bilingual.translation import weighing
from bilingual.translation.features import GROUPS, NAMES, measure
from bilingual.translation.lexicon import load
from bilingual.translation.matching import match
from bilingual.translation.risk import RiskResult, assess
from tests.support import track

BO, ZH = track("bo", _BO), track("zh", _ZH)


def one_to_one(count: int) -> Alignment:
    return Alignment(beads=tuple(Bead(bo=(k,), zh=(k,), confidence=1.0) for k in range(count)))


def with_bo(changes: dict[int, str]) -> Track:
    return replace(BO, cues=tuple(replace(c, text=changes.get(c.index, c.text)) for c in BO.cues))


def judged(bo: Track) -> RiskResult:
    return assess(bo, ZH, one_to_one(len(ZH.cues)))


def test_sound_beads_have_little_risk() -> None:
    found = judged(BO)
    assert set(found.risk) == set(range(len(ZH.cues)))
    assert max(found.risk.values()) < 0.3
    assert sum(found.risk.values()) < 0.5


def test_what_belongs_elsewhere_has_much() -> None:
    bo = with_bo({1: BO.cues[2].text, 2: BO.cues[1].text})
    found = judged(bo)
    sound = judged(BO)
    for number in (1, 2):
        assert found.risk[number] > max(0.6, 5 * sound.risk[number])
        assert found.evidence[number].kind == "neighbour"
    assert all(found.risk[k] < 0.4 for k in (0, 3, 5, 6, 7))


def test_the_half_that_is_missing_is_named() -> None:
    bo = with_bo({5: "གནམ་གྲུ་མཁའ་ལ་འཕུར།"})
    evidence = judged(bo).evidence[5]
    assert evidence.kind == "half"
    assert evidence.parts["length"] > 1
    named = "".join(s.text for s in evidence.unanswered)
    assert "速" in named or "汽车" in named
    for stretch in evidence.unanswered:
        cue = ZH.cues[stretch.cue]
        assert cue.text[stretch.start : stretch.end] == stretch.text


def test_where_the_tibetan_breaks_off_is_named() -> None:
    half = "གནམ་གྲུ་མཁའ་ལ་འཕུར།"
    broken = judged(with_bo({5: half})).evidence[5].breaks_off
    assert broken is not None
    assert (broken.side, broken.cue, broken.text) == ("bo", 5, "མཁའ་ལ་འཕུར")
    assert half[broken.start : broken.end] == broken.text
    # The first half of its own translation, the second half of another.
    mixed = "གནམ་གྲུ་མཁའ་ལ་འཕུར་བའི་" + BO.cues[7].text.partition("འཚོ་བ་དང་། ")[2]
    evidence = judged(with_bo({5: mixed})).evidence[5]
    assert evidence.kinds["mixed"] > evidence.kinds["half"]
    assert evidence.breaks_off is not None
    assert evidence.breaks_off.text.endswith("ཤིང་ཏོག་ཟ")
    assert "གནམ་གྲུ" not in evidence.breaks_off.text
    assert all(e.breaks_off is None for e in judged(BO).evidence.values())


def test_chinese_left_in_place_of_tibetan() -> None:
    found = judged(with_bo({4: ZH.cues[4].text}))
    assert found.risk[4] > 0.9
    assert found.evidence[4].kind == "untranslated"


def test_parts_add_up_to_the_odds() -> None:
    model, lexicon = weighing.load(), load()
    texts = [c.text for c in BO.cues], [c.text for c in ZH.cues]
    matrix = model.matrix(measure(*texts, lexicon, terms.load()))
    chance = model.probabilities(matrix)
    assert chance.sum(1) == pytest.approx(np.ones(len(matrix)))
    # What says nothing is 0; the length, in the first column of each block, is left.
    nothing = matrix.copy().reshape(len(matrix), len(weighing.LENGTHS), -1)
    nothing[:, :, 1:] = 0
    bases = model.probabilities(nothing.reshape(matrix.shape))
    for bead, p, base in zip(matrix, chance, bases, strict=True):
        for kind in model.kinds[1:]:
            k = model.kinds.index(kind)
            odds = np.log(p[k] / p[0]) - np.log(base[k] / base[0])
            assert sum(model.shares(bead, kind).values()) == pytest.approx(odds, abs=1e-6)


def test_features_are_compared_within_a_work() -> None:
    rnd = np.random.default_rng(1)
    plain = rnd.normal(3.0, 2.0, (400, 1))
    many = weighing.within_work(plain)
    # A work of hundreds of beads has its own median and spread.
    assert abs(np.median(many)) < 0.15
    assert many.std() == pytest.approx(1, abs=0.15)
    # A work of two is still compared with all works.
    assert weighing.within_work(plain[:2]) == pytest.approx(plain[:2], abs=1.2)
    # One bead that differs does from its fellows, however many share its work's level.
    plain[0] = 12.0
    assert weighing.within_work(plain)[0] > 3.5
    alike = weighing.within_work(np.full((30, 1), 2.0))
    assert np.ptp(alike) == 0
    gaps = np.full((8, 2), np.nan)
    gaps[:, 1] = 1.0
    assert np.isnan(weighing.within_work(gaps)[:, 0]).all()
    assert not np.isnan(weighing.within_work(gaps)[:, 1]).any()


def test_not_judged_without_words_on_either_side() -> None:
    zh = track("zh", [(0, 900, "地球绕着太阳转。"), (1000, 1900, "123"), (2000, 2900, "♪")])
    bo = track("bo", [(0, 900, "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"), (1000, 1900, "༡༢༣"), (2000, 2900, "♪")])
    assert set(assess(bo, zh, one_to_one(3)).risk) == {0}


def test_an_unpaired_cue_is_as_risky_as_its_absence_is_certain() -> None:
    beads = (
        Bead(bo=(), zh=(0,), confidence=0.9),
        Bead(bo=(0,), zh=(), confidence=0.8),
        Bead(bo=(), zh=(1,)),
    )
    found = assess(BO, ZH, Alignment(beads=beads))
    assert found.risk == {0: 0.9, 1: 0.8}
    assert found.evidence[0].kind == "missing"
    assert found.evidence[1].kind == "extra"


def test_no_beads_no_risk() -> None:
    assert assess(Track(cues=()), Track(cues=()), Alignment(beads=())) == RiskResult()


def test_one_bead_alone_can_be_judged() -> None:
    bo, zh = track("bo", _BO[:1]), track("zh", _ZH[:1])
    assert 0 <= assess(bo, zh, one_to_one(1)).risk[0] < 0.5


def test_long_works_are_judged_in_blocks() -> None:
    bo = track("bo", [_BO[k % len(_BO)] for k in range(330)])
    zh = track("zh", [_ZH[k % len(_ZH)] for k in range(330)])
    risk = assess(bo, zh, one_to_one(330)).risk
    assert list(risk) == list(range(330))
    assert np.mean(list(risk.values())) < 0.2


def test_same_input_same_figures() -> None:
    alignment = align(BO, ZH)
    assert assess(BO, ZH, alignment) == assess(BO, ZH, alignment)


@pytest.mark.parametrize(
    ("bo", "zh", "odd"),
    [
        ("གསར་སྒྱུར་བྱེད་མ་ཐུབ།", "更新失败", False),
        ("ཁ་དོག་མི་འདྲ་བ།", "不同的颜色", False),
        ("དབྱང་རླུང་མེད་པ།", "缺氧", False),
        ("གསར་སྒྱུར་བྱེད་མ་ཐུབ།", "更新完成", True),
        ("ཟླ་བའི་སྟེང་ཆུ་མེད།", "月亮上有水", True),
    ],
)
def test_a_denial_that_the_chinese_implies_is_no_evidence(bo: str, zh: str, odd: bool) -> None:
    (row,) = measure([bo], [zh], load(), terms.load())
    assert row["negation_bo"] == odd


def test_like_words_echo_in_like_translations() -> None:
    bo = ["ནོར་བུ་དམར།", "ནོར་བུ་སྔོ།", "རྟ་དཀར།", "རྟ་ནག", "ཤིང་རིང་།", "ཤིང་ཐུང་།"]
    zh = ["甲乙红", "甲乙蓝", "丙丁白", "丙丁黑", "戊己长", "戊己短"]
    echo = match(bo, zh, load()).echo["whole"]
    # Chinese 0 is like Chinese 1, whose Tibetan is like Tibetan 0.
    assert echo[0, 0] > 0
    assert echo[0, 2] == echo[0, 4] == 0


def test_every_feature_has_a_group_and_a_weight() -> None:
    assert len(set(NAMES)) == len(NAMES)
    model = weighing.load()
    assert set(model.names) <= set(NAMES)
    texts = [c.text for c in BO.cues], [c.text for c in ZH.cues]
    rows = measure(*texts, load(), terms.load())
    assert set(NAMES) <= set(rows[0])
    assert set(model.shares(model.matrix(rows)[0], "half")) == set(GROUPS)


def test_weights_survive_the_file(tmp_path: Path) -> None:
    model = weighing.load()
    weighing.save(model, tmp_path / "risk.json")
    again = weighing.load(tmp_path / "risk.json")
    assert again.names == model.names
    assert again.weights == pytest.approx(model.weights, abs=1e-4)


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    document = json.loads(model_file("risk.json").read_text(encoding="utf-8"))
    document["features"]["phlogiston"] = document["features"]["fit"]
    (tmp_path / "risk.json").write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ModelError, match="another version"):
        weighing.load(tmp_path / "risk.json")
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="damaged"):
        weighing.load(tmp_path / "bad.json")


def test_weights_change_evenly_with_length() -> None:
    near = weighing.nearness(np.array([0.0, 3.0, 9.0, 14.0, 500.0]))
    assert near.sum(1) == pytest.approx(np.ones(5))
    assert near[2, 1] == 1
    assert (near[3, 1:3] > 0).all()
