from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bilingual.text.syllables import split_syllables

TEXT = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0F00, max_codepoint=0x0FDA),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x4E40),
        st.sampled_from("ab 12།་\n，。"),
        st.characters(codec="utf-8"),
    )
)


def test_kinds_and_offsets() -> None:
    tokens = split_syllables("ཉི་མ་DNA༣༦༥太阳།")
    assert [(t.text, t.kind) for t in tokens] == [
        ("ཉི", "syllable"),
        ("་", "punctuation"),
        ("མ", "syllable"),
        ("་", "punctuation"),
        ("DNA", "latin"),
        ("༣༦༥", "number"),
        ("太阳", "han"),
        ("།", "punctuation"),
    ]


@given(TEXT)
def test_nothing_is_left_out(text: str) -> None:
    tokens = split_syllables(text)
    assert "".join(t.text for t in tokens) == text
    assert all(text[t.start : t.end] == t.text for t in tokens)
