"""Coverage, in cues, units and time, with what is left out counted."""

from __future__ import annotations

import pytest

from bilingual import align
from bilingual.checks._tracks import LONG_BO, LONG_ZH
from bilingual.measures.coverage import (
    coverage_measures,
    coverage_of,
    weakest_link,
    weakest_measure,
)
from bilingual.model import Measure, Span, Speech
from tests.support import track


def measured(bo: object, zh: object, speech: Speech | None = None) -> dict[str, Measure]:
    tibetan, chinese = track("bo", bo), track("zh", zh)  # type: ignore[arg-type]
    alignment = align(tibetan, chinese)
    found = coverage_measures(tibetan, chinese, alignment, speech)
    return {m.id: m for m in (*found, *weakest_measure(found))}


def test_everything_translated() -> None:
    found = measured(LONG_BO, LONG_ZH)
    for side in ("zh", "bo"):
        for coin in ("", "_units", "_time"):
            assert found[f"coverage.{side}_translated{coin}"].value == 1.0
    assert found["timing.offset_ms"].value == 0
    assert found["timing.rate"].value == 1.0


def test_a_deletion_is_counted_in_every_coin() -> None:
    found = measured(LONG_BO[:5] + LONG_BO[6:], LONG_ZH)
    cues = found["coverage.zh_translated"]
    assert (cues.numerator, cues.denominator) == (39, 40)
    assert cues.value == pytest.approx(39 / 40)
    time = found["coverage.zh_translated_time"]
    assert time.denominator is not None
    assert time.numerator == time.denominator - (LONG_ZH[5][1] - LONG_ZH[5][0])
    # 第 6 次称得 641 克。: six ideographs' worth and two numerals
    units = found["coverage.zh_translated_units"]
    assert units.denominator is not None
    assert units.numerator == units.denominator - 7
    assert found["coverage.bo_translated"].value == 1.0
    assert found["coverage.weakest_link"].of == "coverage.zh_translated"


def test_what_is_left_out_is_counted_by_rule() -> None:
    last = LONG_ZH[-1][1]
    zh = [*LONG_ZH, (last + 500, last + 1500, "♪"), (last + 2000, last + 4000, "翻译：李明")]
    bo = [(0, 700, "༼ཚད་འཇལ།༽"), *LONG_BO]
    found = measured(bo, zh)
    assert found["coverage.zh_translated"].excluded == {"credits": 1, "music": 1}
    assert found["coverage.zh_translated"].denominator == 40
    assert found["coverage.bo_translated"].excluded == {"title": 1}


def test_an_untranslated_title_in_the_midst_is_no_title_card() -> None:
    zh = track("zh", [*LONG_ZH[:9], (*LONG_ZH[9][:2], "《称重》"), *LONG_ZH[10:]])
    bo = track("bo", LONG_BO[:9] + LONG_BO[10:])
    found = coverage_of(zh, "zh", align(bo, zh))
    assert found.alone == {9}


def test_the_chain_from_speech() -> None:
    speech = Speech(duration_ms=200_000, spans=(Span(start_ms=0, end_ms=LONG_ZH[19][1]),))
    found = measured(LONG_BO[:3] + LONG_BO[4:], LONG_ZH, speech)
    said = found["coverage.speech_translated"]
    assert said.denominator == LONG_ZH[19][1]
    assert said.numerator is not None
    assert 0.9 * LONG_ZH[19][1] < said.numerator < LONG_ZH[19][1]


def test_one_track_alone_is_no_fault() -> None:
    assert coverage_measures(None, track("zh", LONG_ZH), None, None) == ()


def test_the_weakest_link_is_the_lowest_known_one() -> None:
    def link(name: str, value: float | None) -> Measure:
        return Measure(id=name, value=value, unit="ratio")

    found = weakest_link(
        [
            link("coverage.zh_translated", 0.9),
            link("coverage.bo_translated", None),
            link("coverage.speech_subtitled", 0.8),
            link("timing.rate", 0.1),
        ]
    )
    assert found is not None
    assert found.id == "coverage.speech_subtitled"
    assert weakest_link([]) is None
