"""The map between two clocks, forward and back, over jumps too."""

from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.model import Alignment, ClockMap, Jump

TIMES = st.integers(-3_600_000, 3_600_000)
OFFSETS = st.integers(-120_000, 120_000)
RATES = st.floats(0.8, 1.25)
NEAR_MS = 1.0
"""Jumps lie on whole milliseconds: a time this near to one may fall to either side."""


@st.composite
def clocks(draw: st.DrawFn, most_jumps: int = 4) -> ClockMap:
    gaps = draw(st.lists(st.integers(1, 600_000), max_size=most_jumps))
    places = list(accumulate(gaps, initial=draw(TIMES)))[1:]
    return ClockMap(
        rate=draw(RATES),
        offset_ms=draw(OFFSETS),
        jumps=tuple(Jump(at_ms=at, offset_ms=draw(OFFSETS)) for at in places),
    )


LINES = clocks(0)


def pieces(clock: ClockMap) -> list[tuple[float, float, float]]:
    """(from, to, offset) of each stretch between jumps, in the source's time."""
    starts = [-np.inf, *(float(j.at_ms) for j in clock.jumps), np.inf]
    offsets = [clock.offset_ms, *(float(j.offset_ms) for j in clock.jumps)]
    return [(a, b, o) for (a, b), o in zip(pairwise(starts), offsets, strict=True)]


def not_after(clock: ClockMap, target_ms: float) -> list[float]:
    """The latest time of each stretch whose target is not after that one."""
    found = [((target_ms - o) / clock.rate, a, b) for a, b, o in pieces(clock)]
    return [min(s, b) for s, a, b in found if s >= a]


@given(LINES, TIMES)
def test_without_jumps_there_and_back_is_where_it_began(clock: ClockMap, ms: int) -> None:
    assert clock.inverse(clock.forward(ms)) == pytest.approx(ms, abs=1e-3)
    assert clock.forward(clock.inverse(ms)) == pytest.approx(ms, abs=1e-3)


@given(clocks(), TIMES)
def test_the_inverse_is_the_latest_time_not_after(clock: ClockMap, ms: int) -> None:
    assert clock.inverse(ms) == max(not_after(clock, ms))
    assert clock.inverse(clock.forward(ms)) >= ms - 1e-3


@given(clocks(), TIMES, TIMES)
def test_the_inverse_never_runs_back(clock: ClockMap, one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert clock.inverse(first) <= clock.inverse(second)


@given(clocks(), TIMES, TIMES)
def test_forward_rises_between_jumps(clock: ClockMap, one: int, other: int) -> None:
    first, second = sorted((one, other))
    if first < second and not any(first < j.at_ms <= second for j in clock.jumps):
        assert clock.forward(first) < clock.forward(second)


@given(clocks(), st.lists(TIMES, min_size=1, max_size=20))
def test_an_array_is_mapped_as_its_elements_are(clock: ClockMap, times: list[int]) -> None:
    array = clock.forward(np.array(times, dtype=float))
    assert array.tolist() == [clock.forward(float(t)) for t in times]


@given(clocks(), clocks(), TIMES)
def test_one_after_the_other_is_one_map(first: ClockMap, second: ClockMap, ms: int) -> None:
    both = first.then(second)
    assert [j.at_ms for j in both.jumps] == sorted(j.at_ms for j in both.jumps)
    middle = first.forward(float(ms))
    near = any(abs(ms - j.at_ms) <= NEAR_MS for j in first.jumps)
    near |= any(abs(middle - j.at_ms) <= NEAR_MS * 2 for j in second.jumps)
    if not near:
        assert both.forward(float(ms)) == pytest.approx(second.forward(middle), abs=1)


@given(clocks(), TIMES)
def test_the_turned_map_is_the_inverse_but_for_gaps(clock: ClockMap, ms: int) -> None:
    turned, back = clock.inverted(), clock.inverse(ms)
    near = any(abs(ms - j.at_ms) <= NEAR_MS for j in turned.jumps)
    if not near and back not in [j.at_ms for j in clock.jumps]:
        assert turned.forward(float(ms)) == pytest.approx(back, abs=1)


@given(clocks())
def test_the_steps_add_up_to_the_last_offset(clock: ClockMap) -> None:
    last = clock.jumps[-1].offset_ms if clock.jumps else clock.offset_ms
    assert clock.offset_ms + sum(change for _, change in clock.steps()) == last


@given(clocks())
def test_it_reads_back_as_it_was_written(clock: ClockMap) -> None:
    read = ClockMap.from_dict(clock.to_dict())
    assert read == ClockMap(rate=round(clock.rate, 6), offset_ms=clock.offset_ms, jumps=clock.jumps)


def test_jumps_by_hand() -> None:
    forward = ClockMap(offset_ms=1000, jumps=(Jump(at_ms=10_000, offset_ms=4000),))
    assert (forward.forward(9999), forward.forward(10_000)) == (10_999, 14_000)
    assert forward.inverse(12_000) == 10_000  # between 11.0 and 14.0 there is nothing
    assert forward.shift_at(15_000) == 4000
    back = ClockMap(offset_ms=4000, jumps=(Jump(at_ms=10_000, offset_ms=1000),))
    assert back.inverse(12_000) == 11_000  # 8.0 too, before the jump
    assert back.inverse(10_500) == 6500


def test_what_cannot_be_distinguished_is_one() -> None:
    jumps = [(10_000, 900), (12_000, 5000), (60_000, 5100), (90_000, 0)]
    clock = ClockMap(
        rate=1.0000001,
        offset_ms=0.4,
        jumps=tuple(Jump(at_ms=at, offset_ms=offset) for at, offset in jumps),
    )
    assert clock.simplified(near_ms=3000, same_ms=250) == ClockMap(
        rate=1.0,
        offset_ms=0,
        jumps=(Jump(at_ms=12_000, offset_ms=5000), Jump(at_ms=90_000, offset_ms=0)),
    )


def test_an_alignment_maps_by_its_clock() -> None:
    alignment = Alignment(
        beads=(), offset_ms=500, rate=0.96, jumps=(Jump(at_ms=50_000, offset_ms=-2000),)
    )
    assert alignment.to_bo_ms(40_000) == 38_900
    assert alignment.to_bo_ms(60_000) == pytest.approx(55_600)
    assert alignment.to_zh_ms(55_600) == pytest.approx(60_000)
