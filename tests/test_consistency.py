from __future__ import annotations

from bilingual.consistency import number_measure
from bilingual.model import Alignment, Bead
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
