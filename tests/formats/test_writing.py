"""What is written reads back equal, or is not written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.errors import FormatError, InputError
from bilingual.formats import load_track, read_track
from bilingual.formats.writing import write_track
from bilingual.model import Cue, Track

TEXT = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "地球",
                "ས་",
                "<i>x</i>",
                "a < b",
                "&amp;",
                "&lt;i&gt;",
                "{\\an8}",
                "\\N",
                "-->",
                "",
                "\n",
                "3",
                "00:00:01,000 --> 00:00:02,000",
                "<v A>",
                "NOTE",
                "\u2028",
                "\0",
                " ",
            ]
        ),
    ),
    max_size=5,
).map("".join)
CUES = st.lists(st.tuples(st.integers(0, 86_400_000), st.integers(0, 86_400_000), TEXT), max_size=6)


def track_of(cues: list[tuple[int, int, str]], form: str | None) -> Track:
    return Track(
        cues=tuple(
            Cue(index=i, start_ms=a, end_ms=b, text=text) for i, (a, b, text) in enumerate(cues)
        ),
        format=form,
    )


def visible(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return [line.rstrip() for line in text.split("\n") if line.strip()]


@settings(max_examples=300)
@given(CUES, st.sampled_from(["srt", "vtt", None]), st.sampled_from(["srt", "vtt"]))
def test_round_trip(cues: list[tuple[int, int, str]], source: str | None, target: str) -> None:
    track = track_of(cues, source)
    try:
        text = track.to_srt() if target == "srt" else track.to_vtt()
    except FormatError:
        return
    if not cues and target == "srt":
        assert text == ""
        return
    back = read_track(text.encode("utf-8", "surrogatepass"), name=f"x.{target}")
    assert [(c.start_ms, c.end_ms) for c in back.cues] == [(a, b) for a, b, _ in cues]
    for (_, _, made), read in zip(cues, back.cues, strict=True):
        if source == target:
            assert visible(made) == visible(read.text)
        else:
            # With what is not seen, which the text for comparison leaves out.
            words = read.text if read.plain_text is None else read.plain_text
            assert visible(made) == visible(words)


SIMPLE = st.lists(
    st.text(st.sampled_from("地球绕着太阳转སའི་གོ་ལ།<>&{}\\ abc/i12"), min_size=1, max_size=15)
    .map(str.strip)
    .filter(lambda line: line and not line.isdigit()),
    min_size=1,
    max_size=3,
).map("\n".join)


@settings(max_examples=200)
@given(st.lists(SIMPLE, min_size=1, max_size=5), st.sampled_from(["srt", "vtt"]))
def test_what_people_write_can_be_written(texts: list[str], target: str) -> None:
    """Plain words, whatever marks are in them, are never refused."""
    track = track_of([(n * 1000, n * 1000 + 900, text) for n, text in enumerate(texts)], None)
    written = track.to_srt() if target == "srt" else track.to_vtt()
    back = read_track(written.encode(), name=f"x.{target}")
    assert [visible(c.plain) for c in back.cues] == [visible(text) for text in texts]


@pytest.mark.parametrize(
    ("source", "raw", "target", "expected"),
    [
        ("srt", "<i>a</i> < b & c", "vtt", "<i>a</i> &lt; b &amp; c"),
        ("vtt", "<i>a</i> &lt; b &amp; c", "srt", "<i>a</i> < b & c"),
        ("vtt", "<v 小明>a &lt;i&gt;", "srt", "a &lt;i>"),
        ("srt", "a --> b", "vtt", "a --&gt; b"),
        ("srt", "a\n\nb", "vtt", "a\n \nb"),
    ],
)
def test_from_one_format_to_the_other(source: str, raw: str, target: str, expected: str) -> None:
    head = "WEBVTT\n\n" if source == "vtt" else "1\n"
    times = "00:00:01.000 --> 00:00:02.000" if source == "vtt" else "00:00:01,000 --> 00:00:02,000"
    track = read_track(f"{head}{times}\n{raw}\n".encode(), name=f"x.{source}")
    written = track.to_srt() if target == "srt" else track.to_vtt()
    back = read_track(written.encode(), name=f"x.{target}")
    assert back.cues[0].text == expected
    assert visible(back.cues[0].plain) == visible(track.cues[0].plain)


def test_settings_and_identifiers_stay_in_webvtt() -> None:
    text = "WEBVTT\n\n第一条\n00:00:01.000 --> 00:00:02.000 line:0\n水。\n"
    assert read_track(text.encode(), name="x.vtt").to_vtt() == text


@pytest.mark.parametrize(
    ("cue", "target"),
    [
        ((0, 1000, "a\n\nb"), "vtt"),
        ((0, 1000, "00:00:01,000 --> 00:00:02,000"), "srt"),
        ((-1, 1000, "a"), "srt"),
        ((0, 2**60, "a"), "vtt"),
    ],
)
def test_what_cannot_be_written_is_refused(cue: tuple[int, int, str], target: str) -> None:
    track = track_of([cue], target)
    with pytest.raises(FormatError, match="Cue 1"):
        _ = track.to_srt() if target == "srt" else track.to_vtt()


def test_a_format_that_is_only_read_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        write_track(track_of([(0, 1000, "水。")], "srt"), tmp_path / "x.ass", form="ass")
    assert (caught.value.code, caught.value.params["format"]) == ("format-unwritable", "ass")
    assert list(tmp_path.iterdir()) == []


def test_files_are_never_overwritten_unless_asked(tmp_path: Path) -> None:
    track = track_of([(0, 1000, "水。")], "srt")
    path = tmp_path / "x.srt"
    assert write_track(track, path) == path
    with pytest.raises(InputError, match="not overwritten"):
        write_track(track, path, form="vtt")
    assert load_track(path).format == "srt"
    write_track(track, path, form="vtt", overwrite=True)
    assert path.read_text(encoding="utf-8").startswith("WEBVTT")
    write_track(track, tmp_path / "y.vtt")
    assert load_track(tmp_path / "y.vtt").format == "vtt"
    with pytest.raises(InputError, match="Cannot write"):
        write_track(track, tmp_path / "none" / "x.srt")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.srt", "y.vtt"]
