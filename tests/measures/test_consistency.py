from __future__ import annotations

from dataclasses import replace

import pytest

from bilingual.checks._tracks import Cues
from bilingual.checks.accuracy_terms import _BO as TERMS_BO
from bilingual.checks.accuracy_terms import _TWO_WORDS as TWO_WORDS
from bilingual.checks.accuracy_terms import _ZH as TERMS_ZH
from bilingual.checks.accuracy_terms import RULES
from bilingual.checks.base import Artifacts, Hit
from bilingual.config import Config
from bilingual.measures.consistency import glossary_measure, number_measure, term_measure
from bilingual.model import Alignment, Bead, Track
from bilingual.translation.glossary import Glossary, Term
from tests.support import track

BO = track(
    "bo",
    [
        (0, 1, "ཉིན་༣༦༥ཙམ་དགོས།"),
        (2, 3, "སྐར་མ་བརྒྱད་དགོས།"),
        (4, 5, "ཉི་མའི་ལྡབ་༡༩༠ཡིན།"),
        (6, 7, "ཉི་མ་མེད།"),
    ],
)
ZH = track(
    "zh",
    [
        (0, 1, "要365天。"),
        (2, 3, "要八分钟。"),
        (4, 5, "是109倍。"),
        (6, 7, "没有太阳。"),
        (8, 9, "再见。"),
    ],
)
BEADS = (*(Bead(bo=(i,), zh=(i,)) for i in range(4)), Bead(bo=(), zh=(4,)))


def test_agreement_is_counted_over_beads_with_numbers() -> None:
    measure = number_measure(BO, ZH, Alignment(beads=BEADS))
    assert (measure.numerator, measure.denominator) == (2, 3)
    assert measure.excluded == {"no-number": 1, "one-sided": 1}


def test_without_numbers_there_is_no_figure() -> None:
    measure = number_measure(BO, ZH, Alignment(beads=BEADS[3:]))
    assert measure.value is None
    assert measure.denominator == 0


def test_terms_of_the_glossary_are_looked_for_in_their_bead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    glossary = Glossary(
        [
            Term(zh="科学", bo=("ཚན་རིག",), field="general"),
            Term(zh="学生", bo=("སློབ་མ",), field="education"),
            Term(zh="语言", bo=("སྐད་རིགས",), field="general"),
        ]
    )
    monkeypatch.setattr("bilingual.translation.glossary.load", lambda: glossary)
    zh = track("zh", [(0, 1, "科学很有用。"), (2, 3, "学生来了。"), (4, 5, "语言")])
    bo = track("bo", [(0, 1, "ཚན་རིག་ཕན་ཐོགས་ཆེ།"), (2, 3, "ཉི་མ་ཤར།")])
    beads = (Bead(bo=(0,), zh=(0,)), Bead(bo=(1,), zh=(1,)), Bead(bo=(), zh=(2,)))
    measure = glossary_measure(bo, zh, Alignment(beads=beads))
    assert (measure.numerator, measure.denominator) == (1, 2)
    assert measure.excluded == {"one-sided": 1}
    assert measure.id == "agreement.glossary_terms"
    own = Glossary([Term(zh="学生", bo=("ཉི་མ",), field="")])
    theirs = glossary_measure(bo, zh, Alignment(beads=beads), own)
    assert (theirs.id, theirs.numerator, theirs.denominator) == ("consistency.own_terms", 1, 1)


def aligned(bo: Cues, zh: Cues) -> tuple[Track, Track, Alignment]:
    beads = tuple(Bead(bo=(i,), zh=(i,)) for i in range(len(zh)))
    return track("bo", bo), track("zh", zh), Alignment(beads=beads)


def test_a_work_with_one_translation_a_term_agrees_throughout() -> None:
    measure = term_measure(*aligned(TERMS_BO, TERMS_ZH))
    assert measure.id == "consistency.terms"
    assert (measure.numerator, measure.value) == (measure.denominator, 1.0)
    assert measure.denominator is not None
    assert measure.denominator >= 6


def test_the_measure_misses_what_the_rule_reports() -> None:
    (rule,) = (rule for rule in RULES if rule.id == "term-inconsistent")
    measure = term_measure(*aligned(TWO_WORDS, TERMS_ZH))
    bo, zh, alignment = aligned(TWO_WORDS, TERMS_ZH)
    found = Artifacts(
        config=Config.load(), bo=bo, zh=zh, alignment=replace(alignment, confidence=1.0)
    )
    hits = [hit for hit in rule.run(found) if isinstance(hit, Hit)]
    assert hits
    assert measure.numerator is not None
    assert measure.denominator is not None
    others = sum(hit.params["other_count"] for hit in hits)
    assert measure.denominator - measure.numerator == others
