"""A file against what the picture shows at some moments."""

from __future__ import annotations

from bilingual.checks._moments import common_shift, compare_moments
from bilingual.checks._tracks import LONG_ZH, ZH
from bilingual.model import Severity, Track
from tests.support import burned_track, examined, track

SEEN = 40


def at_moments(rows: list[tuple[int, int, str]], late_ms: int = 0) -> tuple[Track, list[int]]:
    """The picture at the middle of each row, if it shows all of it so much later."""
    moments = [(start + end) // 2 for start, end, _ in rows]
    shown = [
        (at - SEEN, at + SEEN, text)
        for at in moments
        for start, end, text in rows
        if start + late_ms <= at <= end + late_ms
    ]
    return burned_track("zh", shown), moments


def test_the_same_is_the_same() -> None:
    seen, moments = at_moments(list(LONG_ZH))
    found = compare_moments(track("zh", LONG_ZH), seen, moments)
    assert len(found.same) == len(LONG_ZH)
    assert found.offset_ms == 0
    assert not [*found.apart, *found.moved, *found.not_shown, *found.not_in_file]


def test_another_text_is_found_and_an_unread_one_is_not() -> None:
    seen, moments = at_moments(
        [
            *LONG_ZH[:2],
            (*LONG_ZH[2][:2], "植物的叶子是绿色的。"),
            (*LONG_ZH[3][:2], "〓"),
            *LONG_ZH[4:],
        ]
    )
    found = compare_moments(track("zh", LONG_ZH), seen, moments)
    assert [pair.written.index for pair in found.apart] == [2]
    assert not found.not_shown


def test_a_cue_that_is_not_shown_is_claimed_only_where_it_was_looked_for() -> None:
    rows = [*LONG_ZH[:2], *LONG_ZH[3:]]
    seen, moments = at_moments(rows)
    assert not compare_moments(track("zh", LONG_ZH), seen, moments).not_shown
    missing = (LONG_ZH[2][0] + LONG_ZH[2][1]) // 2
    found = compare_moments(track("zh", LONG_ZH), seen, sorted([*moments, missing]))
    assert [cue.index for _, cue in found.not_shown] == [2]


def test_all_later_is_one_offset() -> None:
    rows = list(LONG_ZH)
    for late in (12_000, -9_000):
        moved = [(a + late, b + late, t) for a, b, t in rows if a + late >= 0]
        seen, moments = at_moments(moved)
        found = compare_moments(track("zh", rows), seen, moments)
        assert abs(found.offset_ms - late) < 1500, found.offset_ms
        assert not found.apart
        assert not found.moved


def test_a_part_that_is_later_is_no_other_text() -> None:
    rows = [(4000 * n, 4000 * n + 2400, text) for n, (_, _, text) in enumerate(LONG_ZH)]
    half = len(rows) - 3
    moved = [
        *rows[:half],
        *((start + 2500, end + 2500, text) for start, end, text in rows[half:]),
    ]
    seen, moments = at_moments(moved)
    found = compare_moments(track("zh", rows), seen, moments)
    assert found.offset_ms == 0
    assert not found.apart
    assert [m.written.index for m in found.moved] == list(range(half, len(rows)))
    shift = common_shift(found.moved)
    assert shift is not None
    assert abs(shift - 2500) <= 1200


def test_cues_too_short_to_be_seen_are_one_note_and_not_missed() -> None:
    rows = list(ZH)
    for number in (1, 3):
        start, _, text = rows[number]
        rows[number] = (start, start + 250, text)
    seen = burned_track("zh", [row for n, row in enumerate(ZH) if n not in (1, 3)])
    report = examined(zh=track("zh", rows), burned_in={"zh": seen})
    (note,) = [f for f in report.findings if f.rule == "burned-in-mismatch"]
    assert note.params["variant"] == "short"
    assert (note.params["cues"], note.params["seconds"]) == (2, 0.3)
    assert note.zh == (1, 3)
    assert note.severity is Severity.INFO


def test_a_number_that_differs_is_a_text_that_differs_and_nothing_moved() -> None:
    rows = [*LONG_ZH[:2], (*LONG_ZH[2][:2], LONG_ZH[2][2].replace("3", "8", 1)), *LONG_ZH[3:]]
    assert rows[2] != LONG_ZH[2]
    seen, moments = at_moments(rows)
    found = compare_moments(track("zh", LONG_ZH), seen, moments)
    assert [pair.written.index for pair in found.apart] == [2]
    assert not found.moved
