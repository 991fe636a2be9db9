from __future__ import annotations

import pytest

from bilingual.measures.consistency import number_measure, term_measure
from bilingual.model import Alignment, Bead
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
    measure = term_measure(bo, zh, Alignment(beads=beads))
    assert (measure.numerator, measure.denominator) == (1, 2)
    assert measure.excluded == {"one-sided": 1}
    own = Glossary([Term(zh="学生", bo=("ཉི་མ",), field="")])
    theirs = term_measure(bo, zh, Alignment(beads=beads), own)
    assert (theirs.id, theirs.numerator, theirs.denominator) == ("consistency.own_terms", 1, 1)
