"""A file against what was read in the picture."""

from __future__ import annotations

from dataclasses import replace

from bilingual.checks._burned_in import compare, differs
from bilingual.checks._tracks import LONG_ZH, ZH
from bilingual.model import Track
from bilingual.text.misread import bare
from tests.support import burned_track, track


def shifted(seen: Track, ms: int) -> Track:
    cues = (replace(c, start_ms=c.start_ms + ms, end_ms=c.end_ms + ms) for c in seen.cues)
    return replace(seen, cues=tuple(cues))


def test_the_same_is_the_same_whatever_the_offset() -> None:
    for offset in (0, 400, 12_000, -900):
        found = compare(track("zh", LONG_ZH), shifted(burned_track("zh", LONG_ZH), offset))
        assert found.clock.offset_ms == offset
        assert len(found.pairs) == len(LONG_ZH)
        assert not any(differs(pair) for pair in found.pairs)
        assert not found.not_shown
        assert not found.not_in_file


def test_a_letter_misread_is_no_difference_and_a_number_is() -> None:
    base = "植物需要二十种养分和水"
    for other, wanted in (
        ("植物需耍二十种养分和水", False),
        ("植物 需要二十种养分，和水。", False),
        ("动物需要二百种食品和水", True),
        ("植物需要20种养分和水", True),
    ):
        found = compare(track("zh", [(0, 2000, base)]), burned_track("zh", [(0, 2000, other)]))
        assert differs(found.pairs[0]) is wanted, other


def test_likely_confusions_are_no_difference_and_as_many_other_letters_are() -> None:
    base = "རིམ་པ་གྲུབ་པའི་ཕྲུ་གུ"
    for other, wanted in (("རིམ་ཕ་གྱུབ་ཕའི་ཕུ་གུ", False), ("རིམ་ས་གླུབ་སའི་ཕྲུ་ང", True)):
        found = compare(track("bo", [(0, 2000, base)]), burned_track("bo", [(0, 2000, other)]))
        assert differs(found.pairs[0]) is wanted, other


def test_what_could_not_be_read_differs_from_nothing() -> None:
    found = compare(track("zh", ZH), burned_track("zh", [(*ZH[0][:2], "〓"), *ZH[1:]]))
    assert not any(differs(pair) for pair in found.pairs)


def test_cues_on_one_side_only() -> None:
    found = compare(track("zh", ZH), burned_track("zh", ZH[1:]))
    assert [c.index for c in found.not_shown] == [0]
    found = compare(track("zh", ZH[1:]), burned_track("zh", ZH))
    assert [c.index for c in found.not_in_file] == [0]


def test_bare_text_has_no_marks() -> None:
    assert bare("ཉི་མ། ཤར་") == bare("ཉི་མ་ཤར།")
    assert bare("Ａ，b 。") == "ab"
