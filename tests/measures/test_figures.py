"""A figure is rounded once, where it is made, and stays as it is in a saved report."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bilingual import align
from bilingual.measures.figures import clock_figures, ratio, unknown
from bilingual.measures.work import Subject, work_measures
from bilingual.model import Measure, Span, Speech
from tests.support import track


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_ratio_keeps_its_parts(part: int, whole: int) -> None:
    found = ratio("x", part, whole, {"left": 2})
    assert found.value is not None
    # Half of the last digit kept, and what a float itself is apart at its size.
    assert abs(found.value - part / whole) <= 5.000001e-7 + 1e-12 * part / whole
    assert found.value == round(found.value, 6)
    assert (found.numerator, found.denominator, found.excluded) == (part, whole, {"left": 2})


def test_what_cannot_be_measured_has_no_value() -> None:
    assert ratio("x", 0, 0).value is None
    assert unknown("x", {"language": 3}).excluded == {"language": 3}
    assert [m.value for m in clock_figures("timing.", None, None)] == [None, None]


def test_a_repeated_figure_is_the_same_to_the_last_digit() -> None:
    """One figure was 0.3571 under one name and 0.35714285714285715 under another."""
    zh = track("zh", [(0, 2500, "水在零度结成冰。")])
    speech = Speech(duration_ms=9000, spans=(Span(start_ms=0, end_ms=8400),))
    found = {m.id: m for m in work_measures(Subject(zh=zh, speech=speech))}
    link = found["coverage.weakest_link"]
    assert link == replace(
        found["coverage.speech_subtitled"], id=link.id, of="coverage.speech_subtitled"
    )
    assert link.value == 0.357143


def test_a_second_source_of_a_figure_has_its_name() -> None:
    one = Measure(id="similarity.chrf", value=50.0, unit="sacrebleu")
    found = work_measures(Subject(reference=(one,), back_translation=(replace(one, value=9.0),)))
    assert {m.id: m.value for m in found} == {
        "similarity.chrf": 50.0,
        "similarity.back_translation_chrf": 9.0,
    }


def test_every_figure_is_in_order_and_as_saved() -> None:
    bo = track("bo", [(0, 2000, "ཆུ་ཀླད་ཀོར་ལ་འཁྱགས།"), (3000, 5000, "ཉི་མ་ཤར།")])
    zh = track(
        "zh", [(0, 2000, "水在零度结冰。"), (3000, 5000, "太阳升起。"), (6000, 7000, "完。")]
    )
    found = work_measures(Subject(bo=bo, zh=zh, alignment=align(bo, zh)))
    assert [m.id for m in found] == sorted(m.id for m in found)
    for measure in found:
        assert measure.value is None or measure.value == round(measure.value, 6)
