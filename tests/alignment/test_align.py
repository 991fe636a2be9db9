"""Aligning whole tracks: what must hold for any, and what must come out for some."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual import align
from bilingual.checks._tracks import LONG_BO, LONG_ZH, retimed
from bilingual.model import Alignment, Track
from bilingual.sample.script import script
from tests.support import track

ZH = track("zh", LONG_ZH)
BO = track("bo", LONG_BO)
PAIRS = [((k,), (k,)) for k in range(len(LONG_ZH))]


def side_of_sample(side: str) -> list[tuple[int, int, str]]:
    """The sentences of the sample, one after the other."""
    return [
        (1000 + 4000 * n, 4600 + 4000 * n, line.bo if side == "bo" else line.zh)
        for n, line in enumerate(script().sentences)
    ]


CUES = st.lists(
    st.tuples(
        st.integers(0, 90_000),
        st.integers(-200, 9_000),
        st.sampled_from(["", "♪", "ཆུ་ཡོད།", "水 3 克", "ཆུ་ཁེ་ ༣ ཡོད།", "地球", "CO2", "[音乐]", "？"]),
    ),
    max_size=12,
)


def beads(alignment: Alignment) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(b.zh, b.bo) for b in alignment.beads]


def of(language: str, cues: list[tuple[int, int, str]]) -> Track:
    return track(language, [(a, a + d, t) for a, d, t in cues])  # type: ignore[arg-type]


@settings(max_examples=60)
@given(CUES, CUES)
def test_every_cue_is_in_exactly_one_bead(
    bo: list[tuple[int, int, str]], zh: list[tuple[int, int, str]]
) -> None:
    found = align(of("bo", bo), of("zh", zh))
    assert sorted(i for b in found.beads for i in b.bo) == list(range(len(bo)))
    assert sorted(i for b in found.beads for i in b.zh) == list(range(len(zh)))
    assert all(b.bo or b.zh for b in found.beads)
    assert all(b.confidence is None or 0 <= b.confidence <= 1 for b in found.beads)
    assert found.confidence is None or 0 <= found.confidence <= 1
    assert 0.85 < found.rate < 1.15


def test_two_tracks_of_one_work() -> None:
    found = align(BO, ZH)
    assert beads(found) == PAIRS
    assert (found.offset_ms, found.rate, found.jumps) == (0, 1.0, ())
    assert found.confidence is not None
    assert found.confidence > 0.9
    assert all(b.confidence is not None and b.confidence > 0.9 for b in found.beads)


def test_it_is_the_same_every_time() -> None:
    assert align(BO, ZH) == align(BO, ZH)


@settings(max_examples=12)
@given(st.integers(0, 3_000_000))
def test_shifting_both_tracks_changes_nothing(shift: int) -> None:
    moved = align(track("bo", retimed(LONG_BO, 1, shift)), track("zh", retimed(LONG_ZH, 1, shift)))
    assert beads(moved) == PAIRS
    assert moved.offset_ms == pytest.approx(0, abs=2)


@settings(max_examples=15)
@given(st.integers(-90_000, 90_000), st.sampled_from([1.0, 25 / 24, 24 / 25, 1.04, 0.93]))
def test_any_offset_and_rate_is_found(offset: int, rate: float) -> None:
    # Started late enough that no time is negative.
    zh = retimed(LONG_ZH, 1, 120_000)
    found = align(track("bo", retimed(zh_times(zh), rate, offset)), track("zh", zh))
    assert beads(found) == PAIRS
    assert found.rate == pytest.approx(rate, abs=1e-4)
    assert found.offset_ms == pytest.approx(offset, abs=30)


def zh_times(zh: tuple[tuple[int, int, str], ...]) -> tuple[tuple[int, int, str], ...]:
    """The Tibetan texts at the times of the Chinese."""
    return tuple((a, b, t) for (a, b, _), (_, _, t) in zip(zh, LONG_BO, strict=True))


@settings(max_examples=15)
@given(st.integers(0, len(LONG_ZH) - 1), st.booleans())
def test_taking_a_cue_away_leaves_exactly_one_bead_one_sided(gone: int, tibetan: bool) -> None:
    cut_bo = LONG_BO[:gone] + LONG_BO[gone + 1 :] if tibetan else LONG_BO
    cut_zh = LONG_ZH if tibetan else LONG_ZH[:gone] + LONG_ZH[gone + 1 :]
    found = align(track("bo", cut_bo), track("zh", cut_zh))
    alone = [b for b in found.beads if not b.two_sided]
    assert [(b.zh, b.bo) for b in alone] == [((gone,), ()) if tibetan else ((), (gone,))]
    assert all(len(b.bo) == len(b.zh) == 1 for b in found.beads if b.two_sided)


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_swapping_the_sides_mirrors_the_beads(rnd: random.Random) -> None:
    bo = tuple(c for c in retimed(LONG_BO, 25 / 24, 3000) if rnd.random() > 0.1)
    zh = tuple(c for c in LONG_ZH if rnd.random() > 0.1)
    there = align(track("bo", bo), track("zh", zh))
    back = align(track("zh", zh), track("bo", bo))
    assert {(b.bo, b.zh) for b in there.beads} == {(b.zh, b.bo) for b in back.beads}
    assert back.rate == pytest.approx(1 / there.rate)


def test_a_cue_is_found_missing_though_its_neighbour_was_stretched_over_the_gap() -> None:
    bo = list(LONG_BO)
    bo[9] = (bo[9][0], bo[10][1], bo[9][2])
    del bo[10]
    found = align(track("bo", bo), ZH)
    assert found.bead_of("zh", 10).bo == ()
    assert found.bead_of("zh", 9).bo == (9,)


def test_two_translations_that_changed_places_stay_two_pairs() -> None:
    bo = list(LONG_BO)
    bo[5], bo[6] = (*bo[5][:2], bo[6][2]), (*bo[6][:2], bo[5][2])
    assert beads(align(track("bo", bo), ZH)) == PAIRS


def test_a_wrong_translation_in_its_place_stays_a_pair() -> None:
    bo = list(LONG_BO)
    bo[7] = (*bo[7][:2], "ངའི་ཨ་མས་སང་ཉིན་ཁྲོམ་ལ་ཚལ་ཉོ་བར་འགྲོ་རྒྱུ་ཡིན།")
    assert beads(align(track("bo", bo), ZH)) == PAIRS


def test_one_cue_cut_in_two_is_one_bead() -> None:
    start, end, text = LONG_BO[8]
    half = text.index("པར་") + 3
    middle = (start + end) // 2
    bo = [*LONG_BO[:8], (start, middle, text[:half]), (middle, end, text[half:]), *LONG_BO[9:]]
    found = align(track("bo", bo), ZH)
    assert found.bead_of("zh", 8).bo == (8, 9)


def test_a_jump_is_found_with_its_time_and_size() -> None:
    found = align(track("bo", retimed(LONG_BO, 1, 8000, 70_000)), ZH)
    assert beads(found) == PAIRS
    first = next(a for a, _, _ in LONG_ZH if a >= 70_000)
    assert [(j.at_ms, j.offset_ms) for j in found.jumps] == [(first, 8000)]


def test_excluded_cues_are_unpaired() -> None:
    bo = [*LONG_BO[:4], (LONG_BO[3][1], LONG_BO[3][1] + 50, "♪"), *LONG_BO[4:]]
    zh = [(0, 800, "翻译：李明"), *LONG_ZH]
    found = align(track("bo", bo), track("zh", zh))
    assert found.bead_of("bo", 4).zh == ()
    assert found.bead_of("zh", 0).bo == ()
    assert sum(b.two_sided for b in found.beads) == len(LONG_ZH)


def test_beads_come_in_the_order_of_time_whatever_the_file_says() -> None:
    turned = [LONG_ZH[1], LONG_ZH[0], *LONG_ZH[2:]]
    found = align(BO, track("zh", turned))
    assert beads(found)[:3] == [((1,), (0,)), ((0,), (1,)), ((2,), (2,))]


def test_unrelated_works_differ_from_a_work_with_a_third_of_wrong_cues() -> None:
    rnd = random.Random(4)
    spoilt = list(LONG_BO)
    for k in rnd.sample(range(len(spoilt)), len(spoilt) // 3):
        spoilt[k] = (*spoilt[k][:2], "དེ་རིང་གནམ་གཤིས་ཡག་པོ་འདུག")
    related = align(track("bo", spoilt), ZH)
    times = [(a + rnd.randrange(4000), b, "མི་དེ་དག་གིས་གླུ་གཞས་མང་པོ་བླངས།") for a, b, _ in LONG_BO]
    stranger = align(track("bo", [(a, max(a + 500, b), t) for a, b, t in times]), ZH)
    assert related.confidence is not None
    assert stranger.confidence is not None
    assert related.confidence > 0.5 > stranger.confidence


def drifting(rate: float) -> list[tuple[int, int, str]]:
    rnd = random.Random(7)
    return [(round(a * rate) + rnd.randrange(-60, 60), round(b * rate), t) for a, b, t in LONG_BO]


def jumping(*jumps: tuple[int, int]) -> list[tuple[int, int, str]]:
    """The Tibetan with its times up to 60 ms off, and later by so much from each cue on."""
    rnd = random.Random(7)
    late = [sum(size for first, size in jumps if k >= first) for k in range(len(LONG_BO))]
    return [
        (a + by + rnd.randrange(-60, 60), b + by, t)
        for (a, b, t), by in zip(LONG_BO, late, strict=True)
    ]


@pytest.mark.parametrize(
    "jumps",
    [
        ((20, 700),),
        ((20, -700),),
        ((26, 700),),
        ((34, 800),),
        ((13, 700), (27, 700)),
        ((13, 800), (27, -800)),
        ((20, 2500),),
    ],
)
def test_a_jump_is_no_drift(jumps: tuple[tuple[int, int], ...]) -> None:
    found = align(track("bo", jumping(*jumps)), ZH)
    assert found.rate == 1.0
    starts = [ZH.cues[first].start_ms for first, _ in jumps]
    assert [jump.at_ms for jump in found.jumps] == starts
    wanted = 0
    for jump, (_, size) in zip(found.jumps, jumps, strict=True):
        wanted += size
        assert abs(jump.offset_ms - wanted) < 60


@pytest.mark.parametrize("rate", [25 / 24, 1.005, 0.99])
def test_a_drift_is_no_jump(rate: float) -> None:
    found = align(track("bo", drifting(rate)), ZH)
    assert found.jumps == ()
    assert found.rate == pytest.approx(rate, abs=0.001)


OTHER_BO, OTHER_ZH = (side_of_sample(side) for side in ("bo", "zh"))


@pytest.mark.parametrize("late", [0, 3000])
def test_a_track_of_another_work_with_the_times_of_this_one(late: int) -> None:
    strangers = [
        (a + late, b + late, t) for (a, b, _), (*_, t) in zip(LONG_BO, OTHER_BO, strict=False)
    ]
    found = align(track("bo", strangers), track("zh", LONG_ZH[: len(strangers)]))
    assert found.confidence is not None
    assert found.confidence < 0.5


@pytest.mark.parametrize("share", [0.3, 0.45, 0.6])
@pytest.mark.parametrize("side", ["bo", "zh"])
@pytest.mark.parametrize("work", ["sentences", "readings"])
def test_a_work_with_many_cues_missing_is_one_work(share: float, side: str, work: str) -> None:
    bo, zh = (OTHER_BO, OTHER_ZH) if work == "sentences" else (LONG_BO, LONG_ZH)
    rnd = random.Random(3)
    kept = [k for k in range(len(zh)) if rnd.random() > share]
    tracks = {"bo": track("bo", bo), "zh": track("zh", zh)}
    tracks[side] = track(side, [(bo if side == "bo" else zh)[k] for k in kept])  # type: ignore[arg-type]
    found = align(tracks["bo"], tracks["zh"])
    assert found.confidence is not None
    assert found.confidence > 0.5
    assert [b.bo for b in found.beads if b.two_sided] == (
        [(n,) for n in range(len(kept))] if side == "bo" else [(k,) for k in kept]
    )


def test_tracks_without_cues_have_no_confidence() -> None:
    empty = track("bo", [])
    found = align(empty, ZH)
    assert found.confidence is None
    assert [b.zh for b in found.beads] == [(k,) for k in range(len(LONG_ZH))]
    assert align(empty, track("zh", [])).beads == ()


def test_a_track_that_names_no_language_is_aligned_by_its_script() -> None:
    assert beads(align(replace(BO, language=None), replace(ZH, language=None))) == PAIRS
