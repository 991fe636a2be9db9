"""Two languages in one file: joined in every way, then split, they are what they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.formats import read_tracks
from bilingual.formats.base import arrow_clock
from bilingual.model import Track
from bilingual.sample.script import script
from tests.support import examined

PAIRS = [(line.zh, line.bo.replace("\n", "")) for line in script().sentences]
TOGETHER = [" ", " / ", " | ", "\u3000", "  ", "｜", "\t", "／", "/", "|", " ／ ", "•", "→", " = "]
BRACKETS = ["（{}）", "({})", " ({})", " [{}]", "【{}】", "《{}》", "〔{}〕", "（{}）。"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A cue to be written."""

    start: int
    end: int
    text: str
    style: str = "Default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence in both languages; ``None`` where one is missing."""

    zh: str | None
    bo: str | None
    start: int
    end: int

    def has(self, side: str) -> bool:
        return getattr(self, side) is not None


def as_srt(lines: Sequence[Line]) -> str:
    return "\n".join(
        f"{n}\n{arrow_clock(c.start, ',')} --> {arrow_clock(c.end, ',')}\n{c.text}\n"
        for n, c in enumerate(lines, 1)
    )


def as_vtt(lines: Sequence[Line]) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{arrow_clock(c.start, '.')} --> {arrow_clock(c.end, '.')}\n{c.text}\n" for c in lines
    )


def as_ass(lines: Sequence[Line]) -> str:
    def clock(ms: int) -> str:
        return arrow_clock(ms, ".")[1:-1]

    fields = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
    head = f"[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: {fields}\n"
    return head + "".join(
        f"Dialogue: 0,{clock(c.start)},{clock(c.end)},{c.style},,0,0,0,,"
        + c.text.replace("\n", "\\N")
        + "\n"
        for c in lines
    )


WRITERS: dict[str, Callable[[Sequence[Line]], str]] = {"srt": as_srt, "vtt": as_vtt, "ass": as_ass}


def by_line(pairs: Sequence[Pair], first: str, between: str = "\n") -> list[Line]:
    order = (first, "bo" if first == "zh" else "zh")
    return [
        Line(
            start=p.start,
            end=p.end,
            text=between.join(getattr(p, side) for side in order if p.has(side)),
        )
        for p in pairs
        if p.zh or p.bo
    ]


def apart(pairs: Sequence[Pair], side: str, late: int = 0) -> list[Line]:
    return [
        Line(start=p.start + late, end=p.end + late, text=getattr(p, side), style=side)
        for p in pairs
        if p.has(side)
    ]


def by_cue(pairs: Sequence[Pair], first: str, late: int) -> list[Line]:
    zh, bo = apart(pairs, "zh"), apart(pairs, "bo", late)
    lines = [*zh, *bo] if first == "zh" else [*bo, *zh]
    return [replace(line, style="Default") for line in sorted(lines, key=lambda c: c.start)]


def by_block(pairs: Sequence[Pair], first: str, late: int) -> list[Line]:
    zh, bo = apart(pairs, "zh"), apart(pairs, "bo", late)
    return [replace(c, style="D") for c in ([*zh, *bo] if first == "zh" else [*bo, *zh])]


def by_style(pairs: Sequence[Pair], first: str, late: int) -> list[Line]:
    zh, bo = apart(pairs, "zh"), apart(pairs, "bo", late)
    return sorted([*zh, *bo] if first == "zh" else [*bo, *zh], key=lambda c: c.start)


@st.composite
def works(draw: st.DrawFn) -> list[Pair]:
    """Twenty to sixty sentences, with 5 to 95 of a hundred of one side missing."""
    count = draw(st.integers(40, 60))
    side = draw(st.sampled_from(["zh", "bo"]))
    left = max(2, round(count * draw(st.integers(5, 95)) / 100))
    kept = set(draw(st.permutations(range(count)))[:left])
    at, pairs = draw(st.integers(0, 500)) * 10, []
    for n in range(count):
        zh, bo = draw(st.sampled_from(PAIRS))
        length = draw(st.integers(90, 400)) * 10
        pair = Pair(zh=zh, bo=bo, start=at, end=at + length)
        if n not in kept:
            pair = replace(pair, zh=None) if side == "zh" else replace(pair, bo=None)
        pairs.append(pair)
        at += length + draw(st.sampled_from([0, 40, 400, 1000]))
    return pairs


def expected(pairs: Sequence[Pair], side: str, late: int = 0) -> list[tuple[int, int, str]]:
    return [(c.start, c.end, c.text) for c in apart(pairs, side, late)]


def got(track: Track) -> list[tuple[int, int, str]]:
    return sorted((c.start_ms, c.end_ms, c.plain) for c in track.cues)


def assert_split(text: str, form: str, pairs: Sequence[Pair], by: str, late: int = 0) -> None:
    bo, zh = read_tracks(text.encode(), name=f"x.{form}")
    assert (bo.language, zh.language) == ("bo", "zh")
    assert [p.params["by"] for p in bo.problems if p.code == "split-by-script"] == [by]
    assert got(zh) == sorted(expected(pairs, "zh"))
    assert got(bo) == sorted(expected(pairs, "bo", late))


FORMS = st.sampled_from(sorted(WRITERS))
FIRST = st.sampled_from(["zh", "bo"])
LATE = st.sampled_from([0, 0, 40, 300, -200])


@settings(max_examples=25)
@given(works(), FORMS, FIRST)
def test_by_line(pairs: list[Pair], form: str, first: str) -> None:
    assert_split(WRITERS[form](by_line(pairs, first)), form, pairs, "line")


@settings(max_examples=25)
@given(works(), FORMS, FIRST, st.sampled_from(TOGETHER))
def test_within_a_line(pairs: list[Pair], form: str, first: str, between: str) -> None:
    assert_split(WRITERS[form](by_line(pairs, first, between)), form, pairs, "inline")


@settings(max_examples=25)
@given(works(), FORMS, FIRST, st.sampled_from(BRACKETS), st.booleans())
def test_one_language_in_brackets(
    pairs: list[Pair], form: str, first: str, brackets: str, ahead: bool
) -> None:
    second = "bo" if first == "zh" else "zh"
    lines = []
    for line, pair in zip(by_line(pairs, first), pairs, strict=True):
        if pair.zh and pair.bo:
            inner, outer = brackets.format(getattr(pair, second)), getattr(pair, first)
            ahead_of = inner.strip(" 。") + outer
            line = replace(line, text=ahead_of if ahead else f"{outer}{inner}")
        lines.append(line)
    assert_split(WRITERS[form](lines), form, pairs, "inline")


def test_a_bracketed_line_with_tags_is_patched_where_it_is() -> None:
    text = as_srt(
        [Line(start=p.start, end=p.end, text=f"<i>{p.zh}</i>（<b>{p.bo}</b>）") for p in some(3)]
    )
    bo, zh = read_tracks(text.encode(), name="x.srt")
    for track, pairs_of in ((bo, [p.bo for p in some(3)]), (zh, [p.zh for p in some(3)])):
        assert plains(track) == pairs_of
        assert all(cue.part is not None for cue in track.cues)


@settings(max_examples=25)
@given(works(), FORMS, FIRST, LATE)
def test_by_cues_shown_together(pairs: list[Pair], form: str, first: str, late: int) -> None:
    late = max(late, -pairs[0].start)
    assert_split(WRITERS[form](by_cue(pairs, first, late)), form, pairs, "cue", late)


@settings(max_examples=25)
@given(works(), FORMS, FIRST, LATE)
def test_by_blocks(pairs: list[Pair], form: str, first: str, late: int) -> None:
    late = max(late, -pairs[0].start)
    text = WRITERS[form](by_block(pairs, first, late))
    fewest = min(len(apart(pairs, "zh")), len(apart(pairs, "bo")))
    # Two or three cues are no block for certain: to go by single cues splits them as well.
    bo, _ = read_tracks(text.encode(), name=f"x.{form}")
    by_cues = any(p.params.get("by") == "cue" for p in bo.problems)
    assert_split(text, form, pairs, "cue" if fewest <= 3 and by_cues else "block", late)


@settings(max_examples=25)
@given(works(), FIRST, LATE)
def test_by_style(pairs: list[Pair], first: str, late: int) -> None:
    late = max(late, -pairs[0].start)
    assert_split(as_ass(by_style(pairs, first, late)), "ass", pairs, "style", late)


@settings(max_examples=25)
@given(works(), FORMS, FIRST, st.data())
def test_one_cue_of_one_language_for_two_of_the_other(
    pairs: list[Pair], form: str, first: str, data: st.DataObject
) -> None:
    """The Tibetan of some pairs is shown over the next sentence too."""
    lines = by_cue([p for p in pairs if p.has("zh")], first, 0)
    merged: list[Line] = []
    for line in lines:
        following = [c for c in lines if c.start > line.start and c.text[0] < "\u0f00"]
        long = line.text[0] >= "\u0f00" and following and data.draw(st.booleans())
        merged.append(replace(line, end=following[0].end) if long else line)
    bo, zh = read_tracks(WRITERS[form](merged).encode(), name=f"x.{form}")
    for track, tibetan in ((bo, True), (zh, False)):
        assert got(track) == sorted(
            (c.start, c.end, c.text) for c in merged if is_tibetan(c.text) == tibetan
        )


def is_tibetan(text: str) -> bool:
    return any("\u0f40" <= char <= "\u0fbc" for char in text)


def some(count: int = 8, *, bo: Sequence[int] | None = None) -> list[Pair]:
    """The sample's first sentences, with the Tibetan of those named."""
    return [
        Pair(
            zh=zh,
            bo=tibetan if bo is None or n in bo else None,
            start=3000 * n,
            end=3000 * n + 2500,
        )
        for n, (zh, tibetan) in enumerate(PAIRS[:count])
    ]


def plains(track: Track) -> list[str]:
    return [cue.plain for cue in track.cues]


@pytest.mark.parametrize("break_", ["\n", "\\N", "<br>", "<br/>"])
def test_line_breaks_of_every_kind(break_: str) -> None:
    pairs = some()
    text = as_srt(by_line(pairs, "zh", break_))
    assert_split(text, "srt", pairs, "line")


def test_tags_stay_with_their_language() -> None:
    pairs = some()
    lines = [
        Line(
            start=p.start,
            end=p.end,
            text=f'{{\\an8}}<font color="#ff0">{p.zh}</font>\\N<i>{p.bo}</i>',
        )
        for p in pairs
    ]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert (plains(bo), plains(zh)) == ([p.bo for p in pairs], [p.zh for p in pairs])
    assert zh.cues[0].text == f'{{\\an8}}<font color="#ff0">{pairs[0].zh}</font>'
    assert bo.cues[0].text == f"<i>{pairs[0].bo}</i>"
    for track in (bo, zh):
        for cue, line in zip(track.cues, lines, strict=True):
            assert cue.part is not None
            assert line.text[slice(*cue.part)] == cue.text


def test_tags_within_a_line_of_both() -> None:
    pairs = some()
    lines = [Line(start=p.start, end=p.end, text=f"<b>{p.zh}</b> <i>{p.bo}</i>") for p in pairs]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert (plains(bo), plains(zh)) == ([p.bo for p in pairs], [p.zh for p in pairs])
    assert (bo.cues[0].text, zh.cues[0].text) == (f"<i>{pairs[0].bo}</i>", f"<b>{pairs[0].zh}</b>")


LAYERS = "{\\blur8\\bord6}"


def test_layered_copies_are_one_cue() -> None:
    pairs = some(bo=(0, 1, 2, 5))
    lines = [
        copy
        for c in by_style(pairs, "zh", 0)
        for copy in (replace(c, text=LAYERS + c.text, style=c.style + "-glow"), c, c)
    ]
    bo, zh = read_tracks(as_ass(lines).encode(), name="x.ass")
    assert (plains(bo), plains(zh)) == (
        [p.bo for p in pairs if p.bo],
        [p.zh for p in pairs],
    )
    assert sum(p.code == "layered-copy" for p in bo.problems) == 2 * (len(pairs) + 4)


def test_drawings_are_no_cues() -> None:
    lines = [
        c
        for p in some()
        for c in (
            Line(start=p.start, end=p.end, text="{\\p1}m 0 0 l 9 9{\\p0}", style="box"),
            *by_style([p], "zh", 0),
        )
    ]
    bo, zh = read_tracks(as_ass(lines).encode(), name="x.ass")
    assert (len(bo.cues), len(zh.cues)) == (8, 8)
    assert sum(p.code == "drawing" for p in bo.problems) == 8


def test_a_number_in_both_styles_is_in_both_tracks() -> None:
    pairs = [*some(), Pair(zh="3:00", bo="3:00", start=50_000, end=52_000)]
    assert_split(as_ass(by_style(pairs, "zh", 0)), "ass", pairs, "style")


def test_a_line_left_untranslated_stays_in_its_style() -> None:
    pairs = some()
    pairs[3] = replace(pairs[3], bo=pairs[3].zh)
    assert_split(as_ass(by_style(pairs, "zh", 0)), "ass", pairs, "style")
    assert_split(as_srt(by_block(pairs, "zh", 0)), "srt", pairs, "block")
    assert_split(as_srt(by_cue(pairs, "zh", 0)), "srt", pairs, "cue")
    assert_split(as_srt(by_line(pairs, "zh")), "srt", pairs, "line")


@pytest.mark.parametrize("form", ["srt", "vtt"])
@pytest.mark.parametrize("first", ["zh", "bo"])
def test_lines_without_a_script(form: str, first: str) -> None:
    """A time, a name, a sound: each goes where its place shows."""
    clock = "ཆུ་ཚོད་གསུམ།"
    pairs = [
        *some(),
        Pair(zh="3:00", bo=clock, start=40_000, end=42_000),
        Pair(zh="NASA 2024", bo="NASA 2024", start=43_000, end=45_000),
        Pair(zh="♪", bo="♪", start=46_000, end=48_000),
    ]
    write = WRITERS[form]
    assert_split(write(by_line(pairs, first)), form, pairs, "line")
    assert_split(write(by_cue(pairs, first, 0)), form, pairs, "cue")
    assert_split(write(by_block(pairs, first, 0)), form, pairs, "block")


def test_what_has_no_script_and_stands_alone_is_in_both() -> None:
    pairs = some()
    lines = [*by_line(pairs, "zh"), Line(start=60_000, end=62_000, text="2024")]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert (plains(bo)[-1], plains(zh)[-1]) == ("2024", "2024")


def test_a_second_chinese_line_with_a_number_is_no_translation() -> None:
    pairs = some()
    lines = [*by_line(pairs, "zh"), Line(start=60_000, end=62_000, text="气温是\n-5 °C")]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert len(bo.cues) == len(pairs)
    assert plains(zh)[-1] == "气温是\n-5 °C"


@pytest.mark.parametrize("join", ["line", "cue"])
def test_a_third_language_is_a_track_of_its_own(join: str) -> None:
    pairs = some()
    said = [f"This is sentence number {n} of the film." for n in range(len(pairs))]
    if join == "line":
        lines = [
            replace(c, text=f"{s}\n{c.text}")
            for c, s in zip(by_line(pairs, "zh"), said, strict=True)
        ]
    else:
        english = [Line(start=p.start, end=p.end, text=s) for p, s in zip(pairs, said, strict=True)]
        lines = sorted([*english, *by_cue(pairs, "zh", 0)], key=lambda c: c.start)
    bo, zh, other = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert (plains(bo), plains(zh), plains(other)) == (
        [p.bo for p in pairs],
        [p.zh for p in pairs],
        said,
    )
    assert other.language is None
    assert [p.params for p in bo.problems if p.code == "third-language"] == [{"cues": 8}]


ONE_LANGUAGE = {
    "untranslated cues in gaps": [
        Line(start=p.start, end=p.end, text=(p.zh if n % 4 == 0 else p.bo) or "")
        for n, p in enumerate(some(20))
    ],
    "half left untranslated": [
        Line(start=p.start, end=p.end, text=(p.zh if n < 10 else p.bo) or "")
        for n, p in enumerate(some(20))
    ],
    "originals in brackets": [
        Line(start=p.start, end=p.end, text=f"{p.bo} (太阳系)") for p in some(20)
    ],
    "short originals in brackets": [
        Line(start=p.start, end=p.end, text=text)
        for p, text in zip(
            some(20),
            ["太阳（ཉི་མ）", "月亮（ཟླ་བ）", *((p.zh or "") for p in some(20)[2:])],
            strict=True,
        )
    ],
    "a name after each sentence": [
        Line(start=p.start, end=p.end, text=f"{p.bo} 太阳") for p in some(20)
    ],
    "a Tibetan word quoted": [
        Line(start=p.start, end=p.end, text=f"{p.zh}\n藏语叫 ཉི་མ་ 的意思") for p in some(20)
    ],
    "labels beside the sentences": [
        c
        for p in some(20)
        for c in (
            Line(start=p.start, end=p.end, text=p.bo or ""),
            Line(start=p.start, end=p.start + 900, text="拉萨", style="label"),
        )
    ],
}


@pytest.mark.parametrize("name", ONE_LANGUAGE)
@pytest.mark.parametrize("form", sorted(WRITERS))
def test_one_language_with_some_of_the_other_is_one_track(name: str, form: str) -> None:
    assert len(read_tracks(WRITERS[form](ONE_LANGUAGE[name]).encode(), name=f"x.{form}")) == 1


@pytest.mark.parametrize("late", [700, 1500, 2400])
def test_a_late_cue_is_shown_with_its_own_and_the_next(late: int) -> None:
    pairs = some(20)
    assert_split(as_srt(by_cue(pairs, "zh", late)), "srt", pairs, "cue", late)


def test_a_label_goes_with_its_line() -> None:
    pairs = some()
    lines = [Line(start=p.start, end=p.end, text=f"中：{p.zh}\n藏：{p.bo}") for p in pairs]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert plains(zh) == [f"中：{p.zh}" for p in pairs]
    assert plains(bo) == [f"藏：{p.bo}" for p in pairs]


def test_two_people_in_both_languages() -> None:
    pairs = some()
    lines = [
        Line(start=p.start, end=p.end, text=f"- {p.zh} {p.bo}\n- {q.zh} {q.bo}")
        for p, q in zip(pairs, reversed(pairs), strict=True)
    ]
    bo, zh = read_tracks(as_srt(lines).encode(), name="x.srt")
    assert plains(zh)[0] == f"- {pairs[0].zh}\n- {pairs[-1].zh}"
    assert plains(bo)[0] == f"{pairs[0].bo}\n{pairs[-1].bo}"


@pytest.mark.parametrize("shown", [("zh",), ("bo",), ("zh", "bo"), ("bo", "zh")])
def test_a_title_over_the_whole_film_goes_with_its_language(shown: tuple[str, ...]) -> None:
    pairs = [
        Pair(zh=zh, bo=bo, start=n * 3000, end=n * 3000 + 2500)
        for n, (zh, bo) in enumerate(PAIRS[:12])
    ]
    titles = {"zh": "太阳的故事", "bo": "ཉི་མའི་གཏམ་རྒྱུད།"}
    lines = [Line(start=0, end=40_000, text=titles[side], style="Title") for side in shown]
    bo, zh = read_tracks(as_ass([*lines, *by_style(pairs, "zh", 0)]).encode(), name="x.ass")
    for side, one in (("bo", bo), ("zh", zh)):
        assert [cue.plain for cue in one.cues if cue.style == "Title"] == [
            titles[side] for _ in range(side in shown)
        ]
    report = examined(bo=bo, zh=zh)
    assert {f.rule for f in report.findings} <= {"cue-too-long", "line-length"}
    assert report.verdict == "pass"


@pytest.mark.parametrize(
    ("between", "zh_end", "bo_start"),
    [
        # A word of neither script goes to the language that does not have it yet.
        (" NASA ", " NASA", ""),
        ("NASA NASA ", "NASA NASA", ""),
        ("[NASA] ", "[NASA]", ""),
        ("[NASA][B] ", "[NASA][B]", ""),
    ],
)
def test_a_word_of_neither_script_between_the_languages(
    between: str, zh_end: str, bo_start: str
) -> None:
    pairs = [replace(p, zh=(p.zh or "").rstrip("。？")) for p in some(8)]
    text = as_srt(by_line(pairs, "zh", between))
    bo, zh = read_tracks(text.encode(), name="x.srt")
    assert plains(zh) == [f"{p.zh}{zh_end}" for p in pairs]
    assert plains(bo) == [f"{bo_start}{p.bo}" for p in pairs]


def test_a_word_that_the_first_language_has_goes_to_the_second() -> None:
    pairs = [replace(p, zh="NASA" + (p.zh or "").rstrip("。？")) for p in some(4)]
    bo, zh = read_tracks(as_srt(by_line(pairs, "zh", " NASA ")).encode(), name="x.srt")
    assert plains(zh) == [p.zh for p in pairs]
    assert plains(bo) == [f"NASA {p.bo}" for p in pairs]


@pytest.mark.parametrize("odd", ["小明：（{bo}）", "（{zh}）（{zh}）"])
def test_brackets_that_hold_no_translation_of_their_line(odd: str) -> None:
    pairs = some(8)
    lines = [Line(start=p.start, end=p.end, text=f"{p.zh}（{p.bo}）") for p in pairs]
    text = odd.format(zh=pairs[0].zh, bo=pairs[0].bo)
    last = Line(start=60_000, end=62_000, text=text)
    bo, zh = read_tracks(as_srt([*lines, last]).encode(), name="x.srt")
    assert plains(bo)[:8] == [p.bo for p in pairs]
    # The line stays whole: who speaks is no translation of what is said.
    assert text in [*plains(bo), *plains(zh)]


def test_lines_that_cannot_be_found_in_the_payload_have_no_place_in_it() -> None:
    """A line break within a tag: the text is split, but cannot be written back."""
    pairs = some(8)
    for inline, between in ((False, "\n"), (True, " ")):
        lines = [
            Line(start=p.start, end=p.end, text=f"<v 小\n明>{p.zh}{between}{p.bo}") for p in pairs
        ]
        bo, zh = read_tracks(as_vtt(lines).encode(), name="x.vtt")
        assert (plains(bo), plains(zh)) == ([p.bo for p in pairs], [p.zh for p in pairs])
        assert {cue.part for cue in (*bo.cues, *zh.cues)} == {None}
        by = {p.params["by"] for p in bo.problems if p.code == "split-by-script"}
        assert by == {"inline" if inline else "line"}


def test_a_bracketed_line_without_a_place() -> None:
    pairs = some(8)
    lines = [Line(start=p.start, end=p.end, text=f"<v 小\n明>{p.zh}（{p.bo}）") for p in pairs]
    bo, zh = read_tracks(as_vtt(lines).encode(), name="x.vtt")
    assert (plains(bo), plains(zh)) == ([p.bo for p in pairs], [p.zh for p in pairs])
    assert {cue.part for cue in (*bo.cues, *zh.cues)} == {None}


def test_two_lines_of_numbers_alone_are_one_of_each_language() -> None:
    pairs = some(8)
    odd = ["2024\n2025", f"2024\n{pairs[0].bo}", f"{pairs[0].zh}\n2024", f"2024\n{pairs[0].zh}"]
    late = [Line(start=60_000 + 3000 * n, end=62_000 + 3000 * n, text=t) for n, t in enumerate(odd)]
    bo, zh = read_tracks(as_srt([*by_line(pairs, "zh"), *late]).encode(), name="x.srt")
    ends = [{c.start_ms: c.plain for c in track.cues if c.start_ms >= 60_000} for track in (bo, zh)]
    assert ends == [
        {60_000: "2025", 63_000: pairs[0].bo},
        {60_000: "2024", 63_000: "2024", 66_000: odd[2], 69_000: odd[3]},
    ]


def test_an_empty_line_beside_one_language_is_no_cue_of_the_other() -> None:
    pairs = some(8)
    last = Line(start=60_000, end=62_000, text=f"\\N{pairs[0].zh}")
    bo, zh = read_tracks(as_ass([*by_line(pairs, "zh"), last]).encode(), name="x.ass")
    assert plains(bo) == [p.bo for p in pairs]
    assert plains(zh)[-1].strip() == pairs[0].zh
