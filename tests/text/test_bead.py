"""The texts of a bead, and places in them back in their cues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.model import Alignment, Bead, Cue, Track
from bilingual.text.bead import BeadText, BeadTexts, two_sided_texts


def track(*texts: str | tuple[str, str]) -> Track:
    """Cues by their texts; by (raw, plain) where these differ."""
    pairs = [(t, None) if isinstance(t, str) else t for t in texts]
    cues = tuple(
        Cue(index=i, start_ms=1000 * i, end_ms=1000 * i + 900, text=raw, plain_text=plain)
        for i, (raw, plain) in enumerate(pairs)
    )
    return Track(cues=cues)


WORDS = st.text(alphabet="水火abc\nཆུ་", max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_a_place_leads_back_to_the_same_words(texts: list[str], data: st.DataObject) -> None:
    own = track(*texts)
    whole = BeadText.of("zh", own, range(len(texts)))
    start = data.draw(st.integers(0, len(whole.text)))
    end = data.draw(st.integers(start, len(whole.text)))
    place = whole.place(start, end)
    assert place.start is not None
    assert place.end is not None
    cue = own.cues[place.cue]
    assert cue.text[place.start : place.end] == place.text
    # As far as its cue goes, it is what was asked for.
    assert whole.text[start:end].startswith(place.text)
    if len(texts) == 1:
        assert (place.start, place.end) == (start, end)


def test_the_cues_are_taken_in_the_order_given() -> None:
    whole = BeadText.of("bo", track("a", "b\nc", "d"), (2, 1))
    assert whole.text == "d\nb\nc"
    assert whole.line == "d b c"
    assert whole.place(2, 5).cue == 1
    assert BeadText.of("bo", track("a"), ()).text == ""


@pytest.mark.parametrize(
    ("raw", "plain", "words", "found"),
    [
        ("<i>水是水</i>", "水是水", 2, (5, 6)),  # the second as the second
        ("水<b>火</b>", "水火", 0, (0, 1)),  # nothing before it differs
        ("<c.水>水</c>", "水", 0, None),  # the tag has the word too
        ("&lt;水&gt;", "<水>", 1, (4, 5)),
    ],
)
def test_markup_hides_a_place_only_where_it_is_not_clear(
    raw: str, plain: str, words: int, found: tuple[int, int] | None
) -> None:
    place = BeadText.of("zh", track((raw, plain)), (0,)).place(words, words + 1)
    assert place.text == plain[words]
    assert (place.start, place.end) == (found or (None, None))


def test_outside_of_the_text_is_an_error() -> None:
    whole = BeadText.of("zh", track("水", "火"), (0, 1))
    assert whole.place(3, 3).cue == 1
    for start in (-1, 4):
        with pytest.raises(ValueError, match="outside"):
            whole.place(start, start)


def test_two_sided_beads_with_their_texts() -> None:
    bo, zh = track("ཆུ", "མེ"), track("水", "火", "土")
    beads = (Bead(bo=(0,), zh=(0, 1)), Bead(bo=(), zh=(2,)), Bead(bo=(1,), zh=()))
    found = list(two_sided_texts(bo, zh, Alignment(beads=beads)))
    assert found == [BeadTexts.of(bo, zh, beads[0])]
    assert (found[0].bo.text, found[0].zh.text) == ("ཆུ", "水\n火")
