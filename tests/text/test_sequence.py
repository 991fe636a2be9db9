"""Cues that repeat the one before, and parts whose times begin again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bilingual.model import Cue, Track
from bilingual.text.bead import BeadText
from bilingual.text.sequence import groups_of, parts_of, repeats, rolling, unjoined
from tests.support import examined


def cues(*said: tuple[int, int, str]) -> tuple[Cue, ...]:
    return tuple(
        Cue(index=n, start_ms=start, end_ms=end, text=text)
        for n, (start, end, text) in enumerate(said)
    )


def track(starts: Iterable[int]) -> Track:
    return Track(cues=cues(*((at, at + 900, f"第{n}句话") for n, at in enumerate(starts))))


def test_the_same_text_again() -> None:
    made = cues(
        (0, 900, "地球绕着太阳转。"),
        (1000, 1900, "地球绕着太阳转"),
        (2000, 2900, "<i>别的话</i>"),
        (2500, 3900, "地球绕着太阳转。"),
        (3900, 4900, "地球绕着太阳转。"),
        (4950, 5900, "地球绕着太阳转。"),
    )
    assert {n: r.first for n, r in repeats(made).items()} == {1: 0, 4: 3, 5: 3}
    assert groups_of(made) == ((0, 1), (2,), (3, 4, 5))


def test_what_is_no_repeat() -> None:
    assert not repeats(cues((0, 900, "好。"), (1000, 1900, "好。")))  # two people
    assert not repeats(cues((0, 900, "地球绕着太阳转。"), (2000, 2900, "地球绕着太阳转。")))
    assert not repeats(cues((0, 900, ""), (900, 1900, "")))
    # Once is a title and a sentence that begins with it.
    assert not repeats(cues((0, 900, "太阳"), (900, 1900, "太阳是一颗恒星。")))


def test_a_text_that_grows() -> None:
    whole = "太阳是一颗恒星。"
    steps = [whole[:n] for n in (2, 3, 5, 8)]
    made = cues(
        *((500 * n, 500 * n + 500, text) for n, text in enumerate(steps)), (5000, 6000, "水")
    )
    assert {n: (r.first, r.kind) for n, r in repeats(made).items()} == dict.fromkeys(
        (1, 2, 3), (0, "grows")
    )
    assert groups_of(made) == ((0, 1, 2, 3), (4,))


def test_lines_that_roll_up() -> None:
    lines = ["地球绕着太阳转。", "水在零度结成冰。", "植物需要阳光和水。", "月亮绕着地球转。"]
    made = cues(
        (0, 900, lines[0]),
        *((1000 * n, 1000 * n + 900, f"{lines[n - 1]}\n{lines[n]}") for n in (1, 2, 3)),
    )
    assert rolling(made) == (1, 2, 3)
    assert rolling(made[:3]) == ()
    assert not repeats(made)
    said = [BeadText.of("zh", Track(cues=made), [n]) for n in range(4)]
    assert [text.text for text in said] == lines
    assert said[2].place(0, 2).start == len(lines[1]) + 1


def test_lines_that_roll_up_are_one_finding() -> None:
    lines = ["地球绕着太阳转。", "水在零度结成冰。", "植物需要阳光和水。", "月亮绕着地球转。"]
    shown = [lines[0], *(f"{lines[n - 1]}\n{lines[n]}" for n in (1, 2, 3))]
    rows = [(1000 * n, 1000 * n + 900, text) for n, text in enumerate(shown)]
    report = examined(zh=replace(Track(cues=cues(*rows)), language="zh"))
    (found,) = [one for one in report.findings if one.rule == "repeated-cue"]
    assert (found.zh, found.params["variant"]) == ((1, 2, 3), "rolls")
    assert (found.params["cue"], found.params["count"]) == (2, 3)


def test_lines_that_roll_up_through_three_lines() -> None:
    lines = [
        "地球绕着太阳转。",
        "水在零度结成冰。",
        "植物需要阳光和水。",
        "月亮绕着地球转。",
        "你好。",
    ]
    made = cues(
        *(
            (1000 * n, 1000 * n + 1000, "\n".join(lines[max(0, n - 2) : n + 1]))
            for n in range(len(lines))
        )
    )
    assert rolling(made) == (1, 2, 3, 4)
    assert [BeadText.of("zh", Track(cues=made), [n]).text for n in range(5)] == lines


def test_captions_with_a_moment_between_two_lines() -> None:
    """As video platforms write them: each line comes, then stands alone for 10 ms."""
    lines = ["地球绕着太阳转。", "水在零度结成冰。", "植物需要阳光和水。"]
    said = []
    for n, line in enumerate(lines):
        above = lines[n - 1] if n else " "
        said += [
            (2000 * n, 2000 * n + 1990, f"{above}\n{line}"),
            (2000 * n + 1990, 2000 * n + 2000, f"{line}\n "),
        ]
    made = cues(*said)
    assert groups_of(made) == ((0, 1), (2, 3), (4, 5))
    assert {repeats(made)[n].kind for n in (3, 5)} == {"rolls"}
    whole = Track(cues=made)
    texts = [BeadText.of("zh", whole, group).text.strip() for group in groups_of(made)]
    assert texts == lines


def test_what_does_not_roll() -> None:
    refrain = "太阳出来了。"
    two = [(1000 * n, 1000 * n + 900, f"第{n}句。\n{refrain}") for n in range(6)]
    assert rolling(cues(*two)) == ()
    same = [(1000 * n, 1000 * n + 900, "地球绕着\n太阳转。") for n in range(6)]
    assert rolling(cues(*same)) == ()
    apart = [(5000 * n, 5000 * n + 900, f"第{n}句。\n第{n + 1}句。") for n in range(6)]
    assert rolling(cues(*apart)) == ()


def test_a_bead_says_it_once() -> None:
    made = cues((0, 900, "地球绕着太阳转。"), (1000, 1900, "地球绕着太阳转。"), (2000, 2900, "水"))
    text = BeadText.of("zh", Track(cues=made), (0, 1, 2))
    assert text.text == "地球绕着太阳转。\n水"
    assert [c.index for c in text.cues] == [1, 2]
    assert text.place(9, 10).cue == 2


def test_parts() -> None:
    first, second = range(0, 20_000, 1000), range(0, 15_000, 1000)
    joined = track([*first, *second])
    assert parts_of(joined) == (20,)
    assert parts_of(track([*first, *second, *second])) == (20, 35)
    starts = [c.start_ms for c in unjoined(joined).cues]
    assert starts == sorted(starts)
    assert [c.start_ms for c in unjoined(joined).cues[:20]] == list(first)


def test_a_file_that_was_appended_to_itself_is_no_second_part() -> None:
    once = [(1000 * n, 1000 * n + 900, f"第{n}句话") for n in range(10)]
    assert parts_of(Track(cues=cues(*once, *once))) == ()
    other = [(start, end, f"{text}后来") for start, end, text in once]
    assert parts_of(Track(cues=cues(*once, *other))) == (10,)


def test_what_is_no_part() -> None:
    for starts in (
        range(0, 20_000, 1000),
        [0, 1000, 2000, 3000, 500, 5000, 6000, 7000],  # one out of place
        [0, 1000, 2000, 3000, 0, 1000],  # too little
        [9000, 8000, 7000, 6000, 5000, 4000],  # backwards
        [*range(0, 20_000, 1000), *range(15_000, 19_000, 1000)],  # not from the beginning
        [*range(20_000, 40_000, 1000), *range(0, 20_000, 1000)],  # the halves changed places
        [*range(500, 20_500, 2000), *range(1500, 20_500, 2000)],  # every other one comes later
    ):
        assert parts_of(track(starts)) == ()
        assert unjoined(track(starts)) == track(starts)


def _numbered(made: Track, *begins: int) -> Track:
    """Numbers as SubRip has them, from 1 at each of these cues."""
    return replace(
        made,
        cues=tuple(
            replace(c, identifier=str(c.index + 1 - max(b for b in begins if b <= c.index)))
            for c in made.cues
        ),
    )


def test_parts_that_only_interleave_are_told_by_their_numbers() -> None:
    made = track([*range(0, 120_000, 6000), *range(2500, 122_500, 6000)])
    assert parts_of(made) == ()
    assert parts_of(_numbered(made, 0)) == ()
    assert parts_of(_numbered(made, 0, 20)) == (20,)
    starts = [c.start_ms for c in unjoined(_numbered(made, 0, 20)).cues]
    assert starts == sorted(starts)


def test_the_halves_of_a_numbered_file_that_changed_places_are_no_parts() -> None:
    made = track([*range(20_000, 40_000, 1000), *range(0, 20_000, 1000)])
    numbers = [*range(21, 41), *range(1, 21)]
    cues = zip(made.cues, numbers, strict=True)
    swapped = replace(made, cues=tuple(replace(c, identifier=str(n)) for c, n in cues))
    assert parts_of(swapped) == ()
    late = track([*range(600_000, 720_000, 6000), *range(602_500, 722_500, 6000)])
    assert parts_of(_numbered(late, 0, 20)) == ()


def test_signs_beside_the_dialogue_are_no_part() -> None:
    made = track([*range(0, 20_000, 1000), *range(0, 15_000, 1000)])
    assert parts_of(made) == (20,)
    styled = [replace(c, style="Sign" if c.index >= 20 else "Text") for c in made.cues]
    assert parts_of(replace(made, cues=tuple(styled))) == ()
    placed = [replace(c, text="{\\pos(9,9)}" * (c.index >= 20) + c.text) for c in made.cues]
    assert parts_of(replace(made, cues=tuple(placed))) == ()


@given(st.lists(st.integers(3, 12), min_size=1, max_size=4), st.integers(0, 500))
def test_parts_are_found_wherever_they_were_joined(sizes: list[int], begin: int) -> None:
    starts = [begin + 1000 * n for size in sizes for n in range(size)]
    where = [sum(sizes[:n]) for n in range(1, len(sizes))]
    # One that goes on from within the first half of the one before is a part as well.
    assert parts_of(track(starts)) == tuple(where)
    again = [c.start_ms for c in unjoined(track(starts)).cues]
    assert again == sorted(again)
