"""Readers, their votes, and what stands in for text that cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.config import BurnedIn
from bilingual.errors import DependencyError
from bilingual.ocr.base import Reading, vote
from bilingual.ocr.registry import reader_for, reader_kinds

readings = st.lists(
    st.builds(Reading, text=st.sampled_from(["", "甲", "乙", "丙"]), confidence=st.floats(0, 1))
)


@given(readings)
def test_a_vote_invents_no_reading(cast: list[Reading]) -> None:
    found = vote(cast)
    assert found.text in {r.text for r in cast} | {""}
    assert 0 <= found.confidence <= max((r.confidence for r in cast), default=0.0) + 1e-9


def test_agreement_outweighs_a_lone_voice() -> None:
    found = vote([Reading(text="甲", confidence=0.7)] * 3 + [Reading(text="乙", confidence=0.9)])
    assert found.text == "甲"
    assert found.others == ("乙",)
    assert found.confidence < 0.7


def test_every_language_has_a_reader() -> None:
    assert {kind.language for kind in reader_kinds()} == {"bo", "zh"}


def test_without_its_package_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for language, code in (("zh", "ocr-missing"), ("bo", "ocr-tibetan-missing")):
        with pytest.raises(DependencyError, match="pip install") as caught:
            reader_for(language, BurnedIn())  # type: ignore[arg-type]
        assert caught.value.code == code


def test_tesseract_reads_and_outlives_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tesserocr")
    np = pytest.importorskip("numpy")
    from bilingual.ocr.readers import tesseract
    from tests.ocr.drawn import TIBETAN, word

    picture = 255 - word("བོད་ཡིག", TIBETAN, 48)
    # No pixels: tesserocr cannot take it and the process ends there.
    broken = np.zeros((0, 0), np.uint8)
    found = tesseract._read_all([(0, picture), (1, broken), (2, picture)])
    assert [r.text.rstrip("་།") for r in found] == ["བོད་ཡིག", "", "བོད་ཡིག"]


def test_an_impossible_syllable_is_doubted_where_another_reading_has_none() -> None:
    from bilingual.ocr.readers.tesseract import _weighed

    wrong, right = Reading(text="ཕྱིའེ་ལ", confidence=0.9), Reading(text="ཕྱིའི་ལ", confidence=0.8)
    assert vote(_weighed([wrong, right])).text == right.text
    alone = Reading(text="ཧྥེའེ་ལ", confidence=0.9)
    assert _weighed([alone]) == [alone], "nothing better was read"
