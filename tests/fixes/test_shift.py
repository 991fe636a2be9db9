"""A shift moves what is off, and nothing else."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bilingual.checks._clocks import correction
from bilingual.checks._tracks import LONG_BO, LONG_ZH, retimed
from bilingual.fixes.changes import changes_of
from bilingual.fixes.suggested import fixes_of
from bilingual.model import ClockMap, Cue, Finding, Jump, Language, Severity, Suggestion, Track
from tests.fixes.test_fixing import fixed, only, srt

Times = list[tuple[int, int]]


def file_of(cues: tuple[tuple[int, int, str], ...]) -> bytes:
    return srt([text for *_, text in cues], [(a, b) for a, b, _ in cues]).encode()


@pytest.mark.parametrize("size", [2500, -2500, 6000])
def test_only_cues_behind_a_jump_move(size: int) -> None:
    late = retimed(LONG_BO, 1, size, 80_000)
    files: dict[Language, bytes] = {"bo": file_of(late), "zh": file_of(LONG_ZH)}
    track = only(fixed(files, unsafe=True))
    assert track.after == file_of(LONG_BO).decode()
    moved = [change.after.index for change in changes_of(track)]
    assert moved == [n for n, cue in enumerate(late) if cue != LONG_BO[n]]
    assert {change.moved_ms for change in changes_of(track)} == {-size}


def test_what_lies_before_a_jump_back_to_right_moves_alone() -> None:
    late = (*retimed(LONG_BO, 1, 3000)[:20], *LONG_BO[20:])
    files: dict[Language, bytes] = {"bo": file_of(late), "zh": file_of(LONG_ZH)}
    track = only(fixed(files, unsafe=True))
    assert track.after == file_of(LONG_BO).decode()
    assert [change.after.index for change in changes_of(track)] == list(range(20))


def retimed_by(clock: ClockMap, times: Times) -> Times | None:
    """The times of a track after the correction of a clock, ``None`` where there is none."""
    cues = tuple(Cue(index=n, start_ms=a, end_ms=b, text=f"ཀ{n}") for n, (a, b) in enumerate(times))
    finding = Finding(
        rule="sync-jump",
        severity=Severity.ERROR,
        confidence=1.0,
        suggestion=Suggestion(
            kind="retime-track",
            safety="unsafe",
            params={"track": "bo"} | correction(clock, 120).to_dict(),
        ),
    )
    report: Any = SimpleNamespace(bo=Track(cues=cues, language="bo"), zh=None, findings=(finding,))
    (fix,) = fixes_of(report, ("bo",))
    if not fix.is_edit:
        return None
    after = dict(enumerate(times))
    after |= {edit.cue: (edit.start_ms, edit.end_ms) for edit in fix.times}
    return list(after.values())


@settings(max_examples=200, phases=[Phase.generate])
@given(st.data())
def test_a_jump_is_taken_back_to_the_millisecond(data: st.DataObject) -> None:
    """Whatever its size and place, and however short the cues are that it makes overlap."""
    gaps = st.integers(200, 3000)
    starts = [20_000]
    for _ in range(data.draw(st.integers(4, 12))):
        starts.append(starts[-1] + data.draw(gaps))
    right = [
        (start, start + data.draw(st.integers(150, after - start)))
        for start, after in pairwise([*starts, starts[-1] + 2000])
    ]
    first = data.draw(st.integers(1, len(starts) - 1))
    size = data.draw(st.integers(300, 6000)) * data.draw(st.sampled_from([1, -1]))
    error = data.draw(st.integers(-100, 100))  # of the measurement
    wrong = [*right[:first], *((a + size, b + size) for a, b in right[first:])]
    clock = ClockMap(offset_ms=error, jumps=(Jump(at_ms=starts[first], offset_ms=size + error),))
    behind = wrong[first][0]
    others = [start for start in starts[:first] if abs(start - behind) <= 2 * abs(error)]
    if not others:  # else the measurement is too coarse to tell two cues from each other
        assert retimed_by(clock, wrong) == right


def test_a_track_that_is_off_throughout_moves_throughout() -> None:
    clock = ClockMap(offset_ms=4000, jumps=(Jump(at_ms=10_000, offset_ms=6000),))
    assert retimed_by(clock, [(5000, 6000), (16_000, 17_000)]) == [(1000, 2000), (10_000, 11_000)]


def test_cues_out_of_order_go_by_their_times() -> None:
    """Where a file's cues are in no order, it shows nothing of where a jump is."""
    clock = ClockMap(offset_ms=0, jumps=(Jump(at_ms=10_000, offset_ms=2000),))
    wrong = [(14_000, 15_000), (1000, 2000), (12_000, 13_000), (4000, 5000)]
    assert retimed_by(clock, wrong) == [
        (12_000, 13_000),
        (1000, 2000),
        (10_000, 11_000),
        (4000, 5000),
    ]


def test_a_clock_of_another_speed_is_left_as_it_is() -> None:
    clock = ClockMap(rate=25 / 24, offset_ms=10)
    assert correction(clock, 120) == clock.inverted()


def test_what_is_within_the_error_is_no_shift() -> None:
    assert correction(ClockMap(offset_ms=90), 120) == ClockMap()
    assert retimed_by(ClockMap(offset_ms=90), [(1000, 2000)]) is None
