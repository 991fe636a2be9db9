from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bilingual.text.units import bo_pieces, bo_runs, sound_of, zh_pieces, zh_runs


def test_syllables_without_case_marks() -> None:
    text = "སའི་གོ་ལའི་མཐའ།"
    assert [p.text for p in bo_pieces(text)] == ["ས", "གོ", "ལ", "མཐའ"]
    assert [text[p.start : p.end] for p in bo_pieces(text)] == ["སའི", "གོ", "ལའི", "མཐའ"]


def test_a_shad_parts_runs() -> None:
    units = {u for u, _, _ in bo_runs("ཆུ་ཡོད། མེ་མེད།")}
    assert "ཆུ་ཡོད" in units
    assert "ཡོད་མེ" not in units


def test_radicals_are_read_as_ideographs() -> None:
    assert [p.text for p in zh_pieces("⽔和⻋")] == ["水", "和", "车"]
    assert {u for u, _, _ in zh_runs("水，和")} == {"水", "和"}


def test_foreign_letters_sound_alike() -> None:
    assert sound_of("ཊེ") == sound_of("ཏེ") == sound_of("ཐི")
    assert sound_of("ཀ") != sound_of("པ")


@given(st.text(alphabet="ཀཁིོ་།ས འིརa1水", max_size=40))
def test_pieces_lie_in_the_text_in_order(text: str) -> None:
    for pieces in (bo_pieces(text), zh_pieces(text)):
        end = 0
        for piece in pieces:
            assert end <= piece.start < piece.end <= len(text)
            end = piece.end
    for piece in bo_pieces(text):
        assert unicodedata.normalize("NFC", text[piece.start : piece.end]).startswith(piece.text)
