"""Nothing gets lost: faults put into sound files, limits, a reader that lies."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.config import ReadingLimits
from bilingual.errors import BilingualError, FormatError, InputError
from bilingual.formats import read_track, read_tracks, second, srt, webvtt
from bilingual.formats.base import FRAME, TEXT, Sheet
from bilingual.formats.reading import audit
from bilingual.formats.registry import formats
from bilingual.formats.srt import FORMAT as SRT
from bilingual.model import Cue, Track
from tests.formats.generated import (
    NASTY,
    WRITERS,
    mutated,
    random_cues,
    srt_file,
    unexplained,
    vtt_file,
)

SOUND = "1\n00:00:01,000 --> 00:00:02,500\n水。\n\n2\n00:00:03,000 --> 00:00:04,000\n火。\n"


def test_formats_are_found() -> None:
    assert {"srt", "vtt", "ass"} <= set(formats())


def assert_reported(text: str, track: Track) -> None:
    assert unexplained(text, track) == []
    assert "line-unaccounted" not in [p.code for p in track.problems]
    reversed_lines = {p.line for p in track.problems if p.code == "time-reversed"}
    for cue in track.cues:
        assert cue.start_ms >= 0
        assert cue.end_ms >= cue.start_ms or cue.line in reversed_lines
    assert [c.index for c in track.cues] == list(range(len(track.cues)))


@pytest.mark.parametrize("form", ["srt", "vtt", "ass"])
def test_faults_are_reported(form: str) -> None:
    rng = random.Random(20_240_722)
    for _ in range(400):
        text = mutated(rng, WRITERS[form](random_cues(rng)))
        try:
            track = read_track(text.encode(), name=f"x.{form}")
        except BilingualError:
            continue
        assert_reported(text, track)


def test_the_account_itself_can_fail() -> None:
    rng = random.Random(1)
    for form in ("srt", "vtt"):
        text = WRITERS[form](random_cues(rng))
        track = read_track(text.encode(), name=f"x.{form}")
        assert unexplained(text, track) == []
        assert unexplained(text, replace(track, cues=track.cues[1:]))


PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [*NASTY, "1\n", "\n", "水", "00:00:01,000 --> 00:00:02,000\n", "\n\n", "x\n"]
        ),
        st.text(max_size=8),
    ),
    max_size=25,
).map("".join)


@settings(max_examples=400)
@given(PIECES, st.sampled_from(["x.srt", "x.vtt", "x.ass", "x"]))
def test_any_text(text: str, name: str) -> None:
    text = ("WEBVTT\n\n" if name == "x.vtt" else "") + text
    try:
        data = text.encode()
        track = read_track(data, name=name)
        read_tracks(data, name=name)
    except BilingualError:
        return
    if track.format != "ass":
        assert_reported(text, track)


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(["x.srt", "x.vtt", "x.ass"]))
def test_any_bytes(data: bytes, name: str) -> None:
    for prefix in (
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbfWEBVTT\n\n00:01.000 --> 00:02.000\n",
        SOUND.encode(),
    ):
        try:
            read_tracks(prefix + data, name=name)
        except BilingualError:
            continue


UNSOUND: Any = ["Cs", "Cc", "Zs", "Zl", "Zp"]
CUES = st.lists(
    st.tuples(
        st.integers(0, 86_000_000),
        st.integers(0, 100_000),
        st.lists(
            st.text(
                st.characters(exclude_categories=UNSOUND, exclude_characters="<>&{}\\"),
                min_size=1,
                max_size=20,
            ),
            min_size=1,
            max_size=3,
        ),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=150)
@given(CUES)
def test_two_other_parsers_agree_on_sound_files(made: list[tuple[int, int, list[str]]]) -> None:
    """Differential: srt and pysubs2 where they are installed, and what was made."""
    cues = [(a, a + d, "\n".join(lines)) for a, d, lines in made]
    text = srt_file(cues)
    track = read_track(text.encode(), name="x.srt")
    ours = [(c.start_ms, c.end_ms, c.text) for c in track.cues]
    assert ours == cues
    web = read_track(vtt_file(cues).encode(), name="x.vtt")
    assert [(c.start_ms, c.end_ms, c.text) for c in web.cues] == cues
    srt = pytest.importorskip("srt")
    pysubs2 = pytest.importorskip("pysubs2")
    theirs = [
        (round(s.start.total_seconds() * 1000), round(s.end.total_seconds() * 1000), s.content)
        for s in srt.parse(text)
    ]
    # srt strips what str.strip() takes for space.
    assert [(a, b) for a, b, _ in theirs] == [(a, b) for a, b, _ in ours]
    assert [t.split() for *_, t in theirs] == [t.split() for *_, t in ours]
    events = pysubs2.SSAFile.from_string(text, format_="srt")
    assert [(e.start, e.end) for e in events] == [(a, b) for a, b, _ in ours]


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ReadingLimits(max_bytes=50), "subtitle-too-large"),
        (ReadingLimits(max_line_characters=20), "line-too-long"),
        (ReadingLimits(max_cues=1), "too-many-cues"),
        (ReadingLimits(max_cue_characters=1), "cue-too-long"),
        (ReadingLimits(max_text_characters=3), "text-too-long"),
    ],
)
def test_limits(limits: ReadingLimits, code: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_track(SOUND.encode(), name="x.srt", limits=limits)
    assert caught.value.code == code
    assert "x.srt" in str(caught.value)


_LONG = {
    "x.srt": "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n",
    "x.vtt": "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{}\n\n",
    "x.ass": "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{}\n",
}


@pytest.mark.parametrize("name", _LONG)
def test_a_long_cue_is_read_and_one_of_no_viewer_refused_with_its_line(name: str) -> None:
    """As one line, or as many short ones; markup is not the viewer's."""
    for part, count in (("水", 2000), ("ཉི་མ་", 400), ("水\\N" if "ass" in name else "水\n", 1000)):
        text = part * (count - 1) + "水"
        (cue,) = read_track(_LONG[name].format(text).encode(), name=name).cues
        assert 1000 <= len(cue.plain) <= 2000
        with pytest.raises(FormatError) as caught:
            read_track(_LONG[name].format(text + part * count).encode(), name=name)
        assert caught.value.code == "cue-too-long"
        assert caught.value.params["cue"] == 1
        assert caught.value.params["line"] in (1, 2, 3)
        assert caught.value.params["limit"] == 2000
    tag = "{\\i1}{\\i0}" if "ass" in name else "<i></i>"
    (cue,) = read_track(_LONG[name].format(tag * 500 + "水。").encode(), name=name).cues
    assert cue.plain == "水。"


def test_markup_of_a_cue_is_bounded_too() -> None:
    text = _LONG["x.srt"].format(("<i></i>" * 200 + "水\n") * 7)
    with pytest.raises(FormatError, match=r"8192.*max_line_characters"):
        read_track(text.encode(), name="x.srt")


def test_as_many_cues_as_are_promised_and_no_more() -> None:
    line = "{0}\n00:00:01,000 --> 00:00:02,000\n水\n\n"
    most = ReadingLimits().max_cues
    assert most == 20_000
    text = "".join(map(line.format, range(1, most + 1)))
    assert len(read_track(text.encode(), name="x.srt").cues) == most
    with pytest.raises(FormatError, match="20000"):
        read_track((text + line.format(most + 1)).encode(), name="x.srt")


def test_beyond_the_limit_on_time() -> None:
    ass = "[Events]\nDialogue: 0,25:00:01.00,25:00:02.00,D,,0,0,0,,水。\n"
    files = {
        "x.srt": "1\n25:00:01,000 --> 25:00:02,000\n水。\n\n" + SOUND,
        "x.vtt": "WEBVTT\n\n25:00:01.000 --> 25:00:02.000\n水。\n",
        "x.ass": ass,
    }
    for name, text in files.items():
        free = read_track(text.encode(), name=name)
        bound = read_track(text.encode(), name=name, limits=ReadingLimits())
        assert free.cues[0].start_ms == 25 * 3_600_000 + 1000
        assert len(bound.cues) == len(free.cues) - 1
        for track in (free, bound):
            assert "time-beyond-limit" in [p.code for p in track.problems]
        assert "水。" in bound.problems[0].params["text"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n", b"\x1f\x8b", b"hello", "没有时间".encode(),
        b"{1}{25}MicroDVD",  # one line shows nothing
    ],
)  # fmt: skip
def test_not_a_subtitle(data: bytes) -> None:
    with pytest.raises(FormatError, match="is not a readable subtitle file"):
        read_track(data, name="x.srt")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"  \r\n"])
def test_nothing_in_it(data: bytes) -> None:
    with pytest.raises(InputError, match="empty"):
        read_track(data, name="x.srt")


def test_a_reader_that_drops_a_cue_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = []
    original = SRT.read

    def lossy(sheet):  # type: ignore[no-untyped-def]
        original(sheet)
        del sheet.cues[0]
        sheets.append(sheet)

    liar = replace(SRT, read=lossy)
    monkeypatch.setattr("bilingual.formats.reading.formats", lambda: {"srt": liar})
    track = read_track(SOUND.encode(), name="x.srt")
    assert {p.line for p in track.problems if p.code == "line-unaccounted"} == {2, 3}
    assert audit(sheets[0], SRT)


@pytest.mark.parametrize("peer", ["_pysrt", "_webvtt"])
def test_a_second_reader_that_differs_is_reported(
    monkeypatch: pytest.MonkeyPatch, peer: str
) -> None:
    home = srt if peer == "_pysrt" else webvtt
    original = getattr(home, peer)
    monkeypatch.setattr(home, peer, lambda text: original(text)[:-1])
    name, text = ("x.srt", SOUND) if peer == "_pysrt" else (
        "x.vtt", "WEBVTT\n\n00:01.000 --> 00:02.500\n水。\n\n00:03.000 --> 00:04.000\n火。\n",
    )  # fmt: skip
    track = read_track(text.encode(), name=name)
    assert [c.text for c in track.cues] == ["水。", "火。"]
    assert {p.code for p in track.problems} == {"second-reading-differs"}


def test_a_second_reader_that_fails_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> list[second.Reading]:
        raise RuntimeError("boom")

    monkeypatch.setattr(srt, "_pysrt", broken)
    track = read_track(SOUND.encode(), name="x.srt")
    assert len(track.cues) == 2
    assert [p.code for p in track.problems] == ["second-reading-differs"] * 2


@pytest.mark.parametrize(
    ("texts", "cues", "named"),
    [
        ((0, 1, 2), (1, 3), {2}),  # line 2 begins no cue
        ((0, 2), (1, 3), set()),
        ((0, 2), (1, 3, 4), {4}),  # the third cue has no line
        ((1, 3), (1, 3), set()),  # a line above each with the times, as SubViewer has it
        ((1, 2, 3), (1, 4), {3}),
        ((), (2,), {2}),
    ],
)
def test_the_line_that_begins_no_cue_is_named(
    texts: tuple[int, ...], cues: tuple[int, ...], named: set[int]
) -> None:
    """Where a format has no arrows, one line of text is marked for each cue."""
    lines = ["一", "二", "三", "四"]
    sheet = Sheet(lines=lines, name="x.tab", limits=ReadingLimits())
    sheet.mark(0, len(lines), FRAME)
    for at in texts:
        sheet.mark(at, at + 1, TEXT)
    for index, line in enumerate(cues):
        sheet.add(Cue(index=index, start_ms=0, end_ms=1, text="一", line=line))
    problems = audit(sheet, replace(SRT, cue_mark="\t"))
    assert {p.line for p in problems} == named
