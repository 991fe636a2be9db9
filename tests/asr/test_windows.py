"""Windows: every piece is in one, none is too long, and times come back."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bilingual.asr.windows import JOINED_SILENCE_MS, Window, windows_of
from bilingual.model import Segment, Span, Word

MAX_MS = 28_000


@st.composite
def pieces(draw: st.DrawFn) -> list[Span]:
    found, at = [], 0
    for pause, length in draw(
        st.lists(st.tuples(st.integers(0, 9000), st.integers(1, MAX_MS)), min_size=1, max_size=12)
    ):
        found.append(Span(start_ms=at + pause, end_ms=at + pause + length))
        at += pause + length
    return found


@given(pieces())
def test_every_piece_is_in_one_window_and_none_is_too_long(given_pieces: list[Span]) -> None:
    windows = windows_of(given_pieces, max_ms=MAX_MS)
    parts = [part for window in windows for part in window.parts]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(parts))
    assert all(window.duration_ms <= MAX_MS for window in windows)
    for piece in given_pieces:
        assert sum(p.start_ms <= piece.start_ms <= piece.end_ms <= p.end_ms for p in parts) == 1
    # What was not speech is only there as a short pause.
    spoken = sum(piece.duration_ms for piece in given_pieces)
    pauses = sum(part.duration_ms for part in parts) - spoken
    assert 0 <= pauses <= JOINED_SILENCE_MS * (len(given_pieces) - 1)
    # The first piece of a window would not have fitted in the one before.
    for one, other in pairwise(windows):
        head = next(p for p in given_pieces if p.start_ms == other.parts[0].start_ms)
        pause = head.start_ms - one.parts[-1].end_ms
        kept = pause if pause <= JOINED_SILENCE_MS else 0
        assert one.duration_ms + kept + head.duration_ms > MAX_MS


@given(pieces(), st.integers(0, 10**6))
def test_a_window_falls_into_what_is_before_a_time_and_after_it(
    given_pieces: list[Span], time: int
) -> None:
    for window in windows_of(given_pieces, max_ms=MAX_MS):
        halves = window.split(time)
        assert sum(half.duration_ms for half in halves) == window.duration_ms
        after = window.after(time)
        assert (after is None) == (window.parts[-1].end_ms <= time)


@given(pieces(), st.data())
def test_words_come_back_to_their_own_time(given_pieces: list[Span], data: st.DataObject) -> None:
    window = windows_of(given_pieces, max_ms=MAX_MS)[0]
    rate = 16_000
    audio = np.arange(window.parts[-1].end_ms * 16, dtype=np.float32)
    heard = window.sound(audio, rate)
    assert heard.size == window.duration_ms * 16
    times = sorted(
        data.draw(st.lists(st.integers(0, window.duration_ms - 1), min_size=2, max_size=12))
    )
    words = tuple(
        Word(start_ms=a, end_ms=b, text=f"{n}", probability=0.9)
        for n, (a, b) in enumerate(pairwise(times))
    )
    segment = Segment(
        start_ms=times[0],
        end_ms=times[-1],
        text="".join(w.text for w in words),
        words=words,
    )
    placed = list(window.placed(segment))
    assert "".join(p.text for p in placed) == segment.text
    back = [word for part in placed for word in part.words]
    assert [w.text for w in back] == [w.text for w in words]
    for word, own in zip(back, words, strict=True):
        middle = int(heard[(own.start_ms + own.end_ms) // 2 * 16]) / 16
        assert word.start_ms <= middle + 1
        assert word.end_ms >= middle - 1
        assert any(p.start_ms <= word.start_ms <= word.end_ms <= p.end_ms for p in window.parts)
    for part in placed:
        assert part.start_ms <= min(w.start_ms for w in part.words)
        assert part.end_ms >= max(w.end_ms for w in part.words)


def test_a_segment_without_words_reaches_over_the_join() -> None:
    window = Window(parts=(Span(start_ms=1000, end_ms=2000), Span(start_ms=9000, end_ms=10_000)))
    (placed,) = window.placed(Segment(start_ms=500, end_ms=1500, text="水"))
    assert (placed.start_ms, placed.end_ms) == (1500, 9500)
    (placed,) = window.placed(Segment(start_ms=0, end_ms=1000, text="水"))
    assert (placed.start_ms, placed.end_ms) == (1000, 2000)
