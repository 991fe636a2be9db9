"""WebVTT by the W3C parser's steps; each case is one of its branches."""

from __future__ import annotations

import pytest

from bilingual.errors import FormatError
from bilingual.formats import read_track
from bilingual.model import Track

HEAD = "WEBVTT\n\n"
ONE = "00:01.000 --> 00:02.500"
TWO = "00:03.000 --> 00:04.000"


def read(text: str, name: str = "x.vtt") -> Track:
    return read_track(text.encode(), name=name)


def got(track: Track) -> list[tuple[int, int, str]]:
    return [(c.start_ms, c.end_ms, c.text) for c in track.cues]


def codes(track: Track) -> list[str]:
    return [p.code for p in track.problems]


@pytest.mark.parametrize(
    "head", ["WEBVTT", "WEBVTT\t", "WEBVTT - 标题", "\ufeffWEBVTT", "\ufeff\ufeffWEBVTT"]
)
def test_signature(head: str) -> None:
    assert got(read(f"{head}\n\n{ONE}\n水。")) == [(1000, 2500, "水。")]


def test_times_behind_the_signature_are_reported() -> None:
    track = read(f"WEBVTT {ONE}\n\n{TWO}\n火。")
    assert [c.text for c in track.cues] == ["火。"]
    assert codes(track) == ["text-outside-cue"]


@pytest.mark.parametrize("head", ["WEBVTTx", "webvtt", "\nWEBVTT", " WEBVTT", ""])
def test_no_signature(head: str) -> None:
    with pytest.raises(FormatError, match="WEBVTT"):
        read(f"{head}\n\n{ONE}\n水。")


def test_only_a_signature() -> None:
    assert read("WEBVTT").cues == ()
    assert read("WEBVTT\n").cues == ()


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("00:00:01.000 --> 00:00:02.500", 1000, 2500),
        ("1:00:00.000 --> 123:00:00.000", 3_600_000, 123 * 3_600_000),
        ("000000001:00:00.000 --> 2:00:00.000", 3_600_000, 7_200_000),
        ("00:01.000-->00:02.500", 1000, 2500),
        (" \t00:01.000 \t-->\t 00:02.500", 1000, 2500),
        ("00:01.000 --> 00:02.500line:0", 1000, 2500),
        ("00:01.000 --> 00:02.500 bogus", 1000, 2500),
        ("00:02.500 --> 00:01.000", 2500, 1000),
        ("00:01.000 --> 00:01.000", 1000, 1000),
    ],
)
def test_times_that_the_standard_reads(line: str, start: int, end: int) -> None:
    assert got(read(f"{HEAD}{line}\n水。")) == [(start, end, "水。")]


@pytest.mark.parametrize(
    "line",
    [
        "00:01,000 --> 00:02,500",
        "0:01.000 --> 00:02.500",
        "000:01.000 --> 00:02.500",
        "00:60.000 --> 01:01.000",
        "00:60:01.000 --> 01:00:01.000",
        "00:01.00 --> 00:02.500",
        "00:01.0000 --> 00:02.500",
        "00:01.000 --> 00:02.5000",
        "00:01 --> 00:02",
        "00:01.000 -- > 00:02.500",
        "00:01.000 --> ",
        "-00:01.000 --> 00:02.500",
        "00:01.000\u00a0--> 00:02.500",
        "٠٠:01.000 --> 00:02.500",
        "-->",
    ],
)
def test_times_that_the_standard_refuses(line: str) -> None:
    track = read(f"{HEAD}id\n{line}\n水。\n\n{TWO}\n火。")
    assert got(track) == [(3000, 4000, "火。")]
    kept = "\n".join(str(p.params["text"]) for p in track.problems)
    assert "水。" in kept
    assert line in kept


def test_identifier_and_settings() -> None:
    cue = read(f"{HEAD}第一条\n{ONE} line:0  align:start\n水。").cues[0]
    assert cue.identifier == "第一条"
    assert cue.settings == "line:0  align:start"
    assert cue.line == 4


def test_blocks_that_are_no_cues() -> None:
    text = (
        f"{HEAD}NOTE 说明\n还是说明\n\nSTYLE\n::cue {{ color: red }}\n\nREGION\nid:a\n\n"
        f"{ONE}\n水。\n\nNOTE\n说明\n\n{TWO}\n火。\n"
    )
    track = read(text)
    assert got(track) == [(1000, 2500, "水。"), (3000, 4000, "火。")]
    assert track.problems == ()


def test_text_of_no_cue_is_kept_in_a_problem() -> None:
    track = read(f"{HEAD}没有时间\n第二行\n\n还有\n\n{ONE}\n水。\n")
    assert codes(track) == ["text-outside-cue"]
    assert track.problems[0].params["text"] == "没有时间\n第二行\n\n还有"


def test_an_arrow_ends_a_cue() -> None:
    track = read(f"{HEAD}{ONE}\n水。\n{TWO}\n火。")
    assert got(track) == [(1000, 2500, "水。"), (3000, 4000, "火。")]
    assert codes(track) == ["blank-line-missing"]


def test_an_arrow_in_the_text_ends_the_cue_and_is_reported() -> None:
    track = read(f"{HEAD}{ONE}\n水 --> 冰\n后文\n\n{TWO}\n火。")
    assert got(track) == [(1000, 2500, ""), (3000, 4000, "火。")]
    assert "水 --> 冰\n后文" in [p.params["text"] for p in track.problems]


def test_two_arrow_lines() -> None:
    # The second is no identifier's cue: it opens a block of its own.
    assert got(read(f"{HEAD}-->\n{ONE}\n水。")) == [(1000, 2500, "水。")]


def test_a_line_of_spaces_is_no_blank_line() -> None:
    assert got(read(f"{HEAD}{ONE}\n水。\n \n火。\n")) == [(1000, 2500, "水。\n \n火。")]


def test_a_cue_right_under_the_header() -> None:
    assert got(read(f"WEBVTT\n{ONE}\n水。")) == [(1000, 2500, "水。")]
    track = read(f"WEBVTT\nKind: captions\n文字\n{ONE}\n水。")
    assert got(track) == [(1000, 2500, "水。")]
    assert codes(track) == ["text-in-header"]


def test_nul_becomes_a_replacement_character() -> None:
    track = read(f"{HEAD}{ONE}\n水\0火")
    assert track.cues[0].text == "水\ufffd火"
    assert codes(track) == ["nul-replaced"]


def test_line_breaks() -> None:
    for eol in ("\r", "\r\n"):
        text = f"{HEAD}{ONE}\n水。\n第二行\n\n{TWO}\n火。\n".replace("\n", eol)
        assert got(read(text)) == [(1000, 2500, "水。\n第二行"), (3000, 4000, "火。")]


def test_timestamp_map() -> None:
    track = read(f"WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n{ONE}\n水。")
    assert codes(track) == ["timestamp-map"]
    assert track.problems[0].params["offset_ms"] == 10_000
    assert got(track) == [(1000, 2500, "水。")]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("<b>水</b><i.a.b>火</i>", "水火"),
        ("<v 小明>水", "水"),
        ("<c.x>水<00:01.500>火</c>", "水火"),
        ("<ruby>水<rt>shuǐ</rt></ruby>", "水shuǐ"),
        ("a &lt;b&gt; &amp; &nbsp;&lrm;", "a <b> & \u00a0\u200e"),
        ("&amp;lt; &#38;lt; &ampx &notit;", "&lt; &lt; &x ¬it;"),
        ("&#1;&#x80;&#xD800;&#0;&#xFFFF;", "\x01€\ufffd\ufffd\uffff"),
        ("&bogus; & &", "&bogus; & &"),
        ("&#27700;&#x706b;", "水火"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
        ("&#" + "0" * 5000 + "65;", "A"),
        ("水 < 火", "水 "),
    ],
)
def test_text_for_comparison(raw: str, plain: str) -> None:
    cue = read(f"{HEAD}{ONE}\n{raw}").cues[0]
    assert cue.text == raw
    assert cue.plain == plain


def test_text_hidden_by_an_open_tag_is_reported() -> None:
    track = read(f"{HEAD}{ONE}\n水 < 火")
    assert ("tag-unclosed", "< 火") in [(p.code, p.params.get("text")) for p in track.problems]


def test_settings_that_players_ignore_are_reported() -> None:
    track = read(f"{HEAD}{ONE} align:middle position:50% size:200%\n水。")
    assert track.problems[0].code == "setting-ignored"
    assert track.problems[0].params["text"] == "align:middle size:200%"


def test_srt_under_another_name_is_read_as_srt() -> None:
    track = read(f"1\n{ONE}\n水。\n", name="x.srt")
    assert got(track) == [(1000, 2500, "水。")]
    assert track.format == "srt"
    # and WebVTT is recognised by its signature, whatever the name
    assert read(f"{HEAD}{ONE}\n水。", name="x.srt").format == "vtt"


def test_a_timestamp_map_that_cannot_be_read_is_reported() -> None:
    line = "X-TIMESTAMP-MAP=LOCAL:soon"
    track = read(f"WEBVTT\n{line}\n\n{ONE}\n水。")
    assert got(track) == [(1000, 2500, "水。")]
    assert [(p.code, p.line, p.params) for p in track.problems] == [
        ("timestamp-map-unreadable", 2, {"text": line})
    ]


@pytest.mark.parametrize("kind", ["STYLE", "REGION"])
def test_a_block_of_the_header_behind_a_cue_is_reported(kind: str) -> None:
    track = read(f"{HEAD}{ONE}\n水。\n\n{kind}\n::cue {{}}\n\n{TWO}\n火。")
    assert got(track) == [(1000, 2500, "水。"), (3000, 4000, "火。")]
    assert [(p.code, p.line, p.params) for p in track.problems] == [
        ("vtt-block-late", 6, {"text": kind})
    ]


@pytest.mark.parametrize("behind", ["", f"\n{TWO}\n火。", f"{TWO}\n火。"])
def test_a_long_stretch_of_other_text_is_reported_once(behind: str) -> None:
    """A transcript or a licence between two cues: one problem, and every cue around it."""
    other = "说明\n" * 80
    track = read(f"{HEAD}{ONE}\n水。\n\n{other}{behind}")
    assert [text for _, _, text in got(track)] == ["水。", "火。"][: 2 if behind else 1]
    assert [(p.code, p.line) for p in track.problems] == [("text-outside-cue", 6)]
    assert track.problems[0].params["text"].split() == ["说明"] * 80


def test_many_blank_lines_are_no_problem() -> None:
    track = read(f"{HEAD}{ONE}\n水。\n" + "\n" * 200 + f"{TWO}\n火。")
    assert [text for _, _, text in got(track)] == ["水。", "火。"]
    assert track.problems == ()


def test_comments_in_a_long_stretch_of_other_text_are_comments() -> None:
    track = read(f"{HEAD}{ONE}\n水。\n\n" + "说明\n\nNOTE 一\n\n" * 40 + f"{TWO}\n火。")
    assert [text for _, _, text in got(track)] == ["水。", "火。"]
    assert {p.code for p in track.problems} == {"text-outside-cue"}
    assert {p.params["text"] for p in track.problems} == {"说明"}
