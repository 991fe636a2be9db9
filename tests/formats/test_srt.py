"""SubRip: what is read, what is repaired, what is kept in a problem."""

from __future__ import annotations

import pytest

from bilingual.formats import read_track
from bilingual.model import Track

ONE = "00:00:01,000 --> 00:00:02,500"
TWO = "00:00:03,000 --> 00:00:04,000"


def read(text: str) -> Track:
    return read_track(text.encode(), name="x.srt")


def codes(track: Track) -> list[str]:
    return [p.code for p in track.problems]


def test_a_sound_file() -> None:
    track = read(f"1\n{ONE}\n地球绕着太阳转。\n第二行\n\n2\n{TWO}\n水。\n")
    first, second = track.cues
    assert (first.index, first.start_ms, first.end_ms, first.line) == (0, 1000, 2500, 2)
    assert first.text == "地球绕着太阳转。\n第二行"
    assert first.identifier == "1"
    assert (second.index, second.line, second.text) == (1, 7, "水。")
    assert track.problems == ()
    assert (track.format, track.encoding, track.language) == ("srt", "utf-8", "zh")


@pytest.mark.parametrize(
    ("line", "code", "start", "end"),
    [
        ("00:00:01.000 --> 00:00:02.500", "timing-separator", 1000, 2500),
        ("00:00:01:000 --> 00:00:02:500", "timing-separator", 1000, 2500),
        ("00:00:01,0 --> 00:00:02,5", "timing-fraction-length", 1000, 2500),
        ("00:00:01,000000 --> 00:00:02,500000", "timing-fraction-length", 1000, 2500),
        ("00:01,000 --> 00:02,500", "timing-hours-missing", 1000, 2500),
        ("00:00:01 --> 00:00:02", "timing-fraction-missing", 1000, 2000),
        ("0:0:1,000 --> 0:0:2,500", "timing-short-field", 1000, 2500),
        ("00:00:01,000-->00:00:02,500", "timing-spacing", 1000, 2500),
        ("  00:00:01,000  -->  00:00:02,500", "timing-spacing", 1000, 2500),
        ("00:00:01,000 -> 00:00:02,500", "timing-arrow", 1000, 2500),
        ("00:00:01,000 → 00:00:02,500", "timing-arrow", 1000, 2500),
        ("00：00：01，000 －－＞ 00：00：02，500", "timing-characters", 1000, 2500),
        ("༠༠:༠༠:༠༡,༠༠༠ --> ༠༠:༠༠:༠༢,༥༠༠", "timing-characters", 1000, 2500),
        ("\u200e00:00:01,000 --> 00:00:02,500", "timing-characters", 1000, 2500),
        ("00: 00: 01, 000 --> 00: 00: 02, 500", "timing-spacing", 1000, 2500),
    ],
)
def test_repaired_where_one_reading_is_certain(line: str, code: str, start: int, end: int) -> None:
    track = read(f"1\n{line}\n水。\n\n2\n{TWO}\n火。\n")
    assert [(c.start_ms, c.end_ms, c.text) for c in track.cues] == [
        (start, end, "水。"),
        (3000, 4000, "火。"),
    ]
    assert code in codes(track)
    assert {p.line for p in track.problems} == {2}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("-00:00:01,000 --> 00:00:02,500", "time-negative"),
        ("00:00:01,000 --> -00:00:02,500", "time-negative"),
        ("00:60:01,000 --> 00:61:02,500", "time-overflow"),
        ("00:00:61,000 --> 00:00:62,500", "time-overflow"),
        ("9" * 5000 + ":00:01,000 --> 00:00:02,500", "time-overflow"),
        ("00:00:19werwer,580 --> 00:00:21,000", "timing-unreadable"),
        ("00:00:01,000 --> nan", "timing-unreadable"),
        ("xx --> yy", "timing-unreadable"),
        ("00:00:01,000 -->", "timing-unreadable"),
        ("--> 00:00:01,000", "timing-unreadable"),
        ("00:00:01,0000 --> 00:00:02,500", "timing-unreadable"),
        ("00:00:01:12 --> 00:00:02:13", "timing-frames"),
        ("00:00:01;12 --> 00:00:02;13", "timing-frames"),
        ("00:00:01,000 --> 00:00:02,500 --> 00:00:03,000", "timing-unreadable"),
        ("٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠", "timing-unreadable"),
    ],
)
def test_unread_where_no_reading_is_certain(line: str, code: str) -> None:
    track = read(f"1\n{line}\n水。\n第二行\n\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["火。"]
    problem = track.problems[0]
    assert (problem.code, problem.line) == (code, 2)
    assert problem.params["text"] == f"1\n{line}\n水。\n第二行"


def test_reversed_time_stays_what_it_is() -> None:
    track = read("1\n00:00:05,000 --> 00:00:02,000\n水。\n")
    assert (track.cues[0].start_ms, track.cues[0].end_ms) == (5000, 2000)
    assert codes(track) == ["time-reversed"]


def test_beyond_a_day_is_reported_and_not_wrapped() -> None:
    track = read("1\n99:00:00,000 --> 99:00:01,000\n水。\n")
    assert track.cues[0].start_ms == 99 * 3_600_000
    assert codes(track) == ["time-beyond-limit"]


def test_text_after_a_blank_line_stays_with_its_cue() -> None:
    track = read(f"1\n{ONE}\n水。\n\n还是第一条。\n\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["水。\n\n还是第一条。", "火。"]
    assert track.problems[0].code == "blank-line-in-cue"
    assert track.problems[0].line == 4
    assert track.problems[0].params["text"] == "还是第一条。"


def test_missing_blank_line() -> None:
    track = read(f"1\n{ONE}\n水。\n2\n{TWO}\n火。\n")
    assert [(c.text, c.identifier) for c in track.cues] == [("水。", "1"), ("火。", "2")]
    assert codes(track) == ["blank-line-missing"]


def test_missing_index() -> None:
    track = read(f"{ONE}\n水。\n\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["水。", "火。"]
    assert codes(track) == ["index-missing"] * 2


def test_missing_blank_line_and_index() -> None:
    track = read(f"1\n{ONE}\n水。\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["水。", "火。"]
    assert codes(track) == ["blank-line-missing", "index-missing"]


def test_blank_line_after_index_and_before_text() -> None:
    track = read(f"1\n\n{ONE}\n\n水。\n\n2\n\n{TWO}\n\n火。\n")
    assert [(c.identifier, c.text) for c in track.cues] == [("1", "水。"), ("2", "火。")]
    assert set(codes(track)) == {"blank-line-after-index", "blank-line-before-text"}


@pytest.mark.parametrize("blank", ["", "\n"])
def test_an_index_on_two_lines(blank: str) -> None:
    track = read(f"1\n1\n{ONE}\n水。\n\n2\n2\n{TWO}\n火。\n{blank}")
    assert [(c.identifier, c.text) for c in track.cues] == [("1", "水。"), ("2", "火。")]
    assert codes(track) == ["index-repeated"] * 2


def test_a_number_that_is_text_above_the_index() -> None:
    """A cue that says 2 before a blank line is missing, and one that says 7 below another text."""
    track = read(f"1\n{ONE}\n水。\n2\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["水。\n2", "火。"]
    assert codes(track) == ["blank-line-missing"]
    track = read(f"1\n{ONE}\n2\n2\n{TWO}\n火。\n")  # somebody says 2, without a blank line
    assert [c.text for c in track.cues] == ["2", "火。"]
    track = read(f"1\n{ONE}\n水。\n\n7\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["水。\n\n7", "火。"]


def test_a_number_without_a_time_is_unread() -> None:
    track = read(f"1\n{ONE}\n水。\n\n2\n火。\n\n3\n{TWO}\n土。\n")
    assert [c.text for c in track.cues] == ["水。", "土。"]
    unread = [p for p in track.problems if p.code == "timing-missing"]
    assert [(p.line, p.params["text"]) for p in unread] == [(5, "2\n火。")]


def test_a_number_in_the_text_is_text() -> None:
    track = read(f"1\n{ONE}\n1949\n\n2\n{TWO}\n3\n")
    assert [c.text for c in track.cues] == ["1949", "3"]
    assert track.problems == ()


def test_an_arrow_in_the_text_is_text() -> None:
    track = read(f"1\n{ONE}\n水 --> 冰\n10:30 --> 11:00\n\n2\n{TWO}\n火。\n")
    assert track.cues[0].text == "水 --> 冰\n10:30 --> 11:00"
    assert codes(track) == ["arrow-in-text"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "从 10:30 --> 11:00 都在下雨",
        "10:30 --> 11:00",
        "10:30:00 --> 11:00:00 上课",
        "水 --> 冰",
        "从 00:00:05,000 --> 00:00:06,000",
        "我们\n10:30 --> 11:00 上课",
        "我们\n早上10:30 --> 11:00",
    ],
)
def test_the_line_below_a_timing_line_is_text(text: str) -> None:
    track = read(f"1\n{ONE}\n{text}\n\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == [text, "火。"]
    assert codes(track) == ["arrow-in-text"]


def test_two_timing_lines_to_the_letter_are_two_cues() -> None:
    track = read(f"1\n{ONE}\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == ["", "火。"]


@pytest.mark.parametrize(
    "text",
    [
        "00:01:02,000 --> 00:01:04,000",
        "00:00:01,500 --> 00:00:02,000",
        "水。\n00:01:02,000 --> 00:01:04,000",
        "00:01:02,000 --> 00:01:04,000\n水。",
        f"{TWO}\n{TWO}",
    ],
)
def test_times_are_text_where_no_number_is_missing(text: str) -> None:
    track = read(f"1\n{ONE}\n{text}\n\n2\n{TWO}\n火。\n")
    assert [c.text for c in track.cues] == [text, "火。"]
    assert set(codes(track)) == {"arrow-in-text"}
    # A number is missing: the block has lost its first lines.
    track = read(f"1\n{ONE}\n{text}\n\n3\n{TWO}\n火。\n")
    assert len(track.cues) == 2 + text.count("-->")


def test_times_in_their_place_open_a_cue_whatever_the_numbers_say() -> None:
    between = "00:00:03,100 --> 00:00:03,200"
    later = "00:00:09,000 --> 00:00:10,000"
    track = read(f"1\n{ONE}\n水。\n{between}\n冰。\n\n2\n{later}\n火。\n")
    assert [c.text for c in track.cues] == ["水。", "冰。", "火。"]


@pytest.mark.parametrize(
    "between",
    [
        "00:00:02,990 --> 00:00:05,000",
        "00:00:03,000 --> 00:00:05,010",
        "00:00:02,990 --> 00:00:05,010",
    ],
)
def test_times_that_overlap_the_cues_around_them_open_a_cue(between: str) -> None:
    later = "00:00:05,000 --> 00:00:08,000"
    track = read(f"1\n00:00:01,000 --> 00:00:03,000\n水。\n{between}\n冰。\n\n2\n{later}\n火。\n")
    assert [c.text for c in track.cues] == ["水。", "冰。", "火。"]


def test_times_below_the_last_cue_are_text_where_they_go_back() -> None:
    track = read(f"1\n{TWO}\n水。\n{ONE}\n")
    assert [c.text for c in track.cues] == [f"水。\n{ONE}"]


@pytest.mark.parametrize("text", ["水。", "冰。\n水。", "<i>水。</i>", "一共有1"])
@pytest.mark.parametrize("stuck", ["\ufeff1", "\ufeff1 ", "\ufeff\ufeff1\u3000\u200b"])
def test_a_file_joined_behind_the_last_text(text: str, stuck: str) -> None:
    track = read(f"1\n{ONE}\n{text}{stuck}\n{TWO}\n火。\n")
    assert [(c.text, c.identifier) for c in track.cues] == [(text, "1"), ("火。", "1")]
    assert track.cues[0].plain == text.removeprefix("<i>").removesuffix("</i>")
    assert codes(track)[-2:] == ["blank-line-missing", "index-irregular"]
    (kept,) = [p.params["text"] for p in track.problems if p.code == "blank-line-missing"]
    assert kept == f"1\n{TWO}"


@pytest.mark.parametrize("char", ["\x00", "\x0c", "\x1a", "\ufeff"])
def test_what_is_not_seen_around_blocks(char: str) -> None:
    track = read(f"1\n{ONE}\n水。\n{char}\n2\n{TWO}\n火。\n")
    assert [c.compared.strip() for c in track.cues] == ["水。", "火。"]
    assert codes(track) == []


def test_control_characters_on_each_line() -> None:
    track = read(f"1\n{ONE}\n水。\n\n2\n{TWO}\n火。\n".replace("\n", "\x00\n"))
    assert [c.compared.strip() for c in track.cues] == ["水。", "火。"]
    assert "timing-characters" in codes(track)


def test_text_before_the_first_cue() -> None:
    track = read(f"片名\n\n1\n{ONE}\n水。\n")
    assert track.problems[0].code == "text-outside-cue"
    assert track.problems[0].params["text"] == "片名"


def test_names_for_numbers() -> None:
    track = read(f"intro\n{ONE}\n水。\n\nmain\n{TWO}\n火。\n")
    assert [(c.identifier, c.text) for c in track.cues] == [("intro", "水。"), ("main", "火。")]
    assert codes(track) == ["index-not-a-number"] * 2


def test_text_on_the_timing_line_is_reported() -> None:
    track = read(f"1\n{ONE} 水。\n火。\n")
    assert track.cues[0].settings == "水。"
    assert codes(track) == ["text-on-timing-line"]


def test_coordinates_are_settings() -> None:
    track = read(f"1\n{ONE} X1:1 X2:2 Y1:3 Y2:4\n水。\n")
    assert track.cues[0].settings == "X1:1 X2:2 Y1:3 Y2:4"
    assert track.problems == ()


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_cr_and_lf_break_lines(char: str) -> None:
    track = read(f"1\n{ONE}\n水{char}火\n\n2\n{TWO}\n土\n")
    assert [c.text for c in track.cues] == [f"水{char}火", "土"]


@pytest.mark.parametrize("eol", ["\r\n", "\r", "\n"])
def test_line_breaks(eol: str) -> None:
    text = f"1\n{ONE}\n水。\n第二行\n\n2\n{TWO}\n火。\n".replace("\n", eol)
    track = read(text)
    assert [c.text for c in track.cues] == ["水。\n第二行", "火。"]
    assert track.problems == ()


def test_doubled_line_breaks() -> None:
    track = read(f"1\n{ONE}\n水。\n第二行\n\n2\n{TWO}\n火。\n".replace("\n", "\r\r\n"))
    assert [c.text for c in track.cues] == ["水。\n第二行", "火。"]
    assert codes(track) == ["line-breaks-doubled"]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<i>水</i>", "水"),
        ('<font color="#ff0000">水</font>', "水"),
        ("{\\an8}水\\N火", "水\n火"),
        ("a < b & c > d", "a < b & c > d"),
        ("水 &amp; 火&nbsp;", "水 & 火\u00a0"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("<水>", "<水>"),
        ("{水}", "{水}"),
        ("水<br/>火", "水\n火"),
        ("‹" * 2000, "‹" * 2000),
    ],
)
def test_text_for_comparison(raw: str, plain: str) -> None:
    cue = read(f"1\n{ONE}\n{raw}\n").cues[0]
    assert cue.text == raw
    assert cue.plain == plain


def test_a_gap_in_the_numbers_is_reported_once() -> None:
    track = read(f"1\n{ONE}\n水。\n\n5\n{TWO}\n火。\n\n9\n00:00:05,000 --> 00:00:06,000\n土。\n")
    assert codes(track) == ["index-irregular"]
    assert track.problems[0].params == {"index": 5, "before": 1, "times": 2}


@pytest.mark.parametrize("index", ["2.", "-1", "1.5", "#2", "２", "༢", "(2)"])
def test_what_looks_like_a_number_is_no_text(index: str) -> None:
    track = read(f"1\n{ONE}\n水。\n\n{index}\n{TWO}\n火。\n")
    assert [(c.identifier, c.text) for c in track.cues] == [("1", "水。"), (index, "火。")]
    assert codes(track) == ["index-not-a-number"]
