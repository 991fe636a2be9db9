"""Bytes to text: an answer or an error of ours, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bilingual.errors import BilingualError, FormatError
from bilingual.formats import read_track
from bilingual.formats.codes import grade
from bilingual.formats.encoding import Decoded, decode

SUBTITLE = "1\n00:00:01,000 --> 00:00:03,000\n地球绕着太阳转\n"


def test_nothing_is_an_empty_text() -> None:
    assert decode(b"", "x.srt") == Decoded(text="", encoding="utf-8")
    assert decode(b"\xef\xbb\xbf", "x.srt").text == ""


@given(st.binary(max_size=64), st.sampled_from([None, "utf-8", "utf-16-le", "gb18030", "idna"]))
@example(b"", None)
@example(b"\0", None)
@example(b"\0\0\0\0", None)
@example(b"\xff", None)
def test_any_bytes_give_text_or_a_bilingual_error(data: bytes, encoding: str | None) -> None:
    try:
        outcome = decode(data, "x.srt", encoding).encoding
    except BilingualError as error:
        outcome = error.code
    assert outcome in {"utf-8", "idna", "gb18030", "encoding-unknown", "encoding-damaged"} or (
        outcome.startswith(("utf-16-", "utf-32-"))
    )


@pytest.mark.parametrize("name", ["", "klingon", "base64", "utf\0", "hex", "rot13"])
def test_an_encoding_that_is_none(name: str) -> None:
    with pytest.raises(FormatError) as caught:
        decode(b"1", "x.srt", name)
    assert caught.value.code == "encoding-name"


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize("marks", [1, 2, 3])
def test_every_mark_at_the_beginning_is_taken_off(codec: str, marks: int) -> None:
    data = ("\ufeff" * marks + SUBTITLE).encode(codec)
    assert decode(data, "x.srt") == Decoded(text=SUBTITLE, encoding=codec, marks=marks)


def test_more_marks_than_one_are_reported() -> None:
    for text, name in ((SUBTITLE, "x.srt"), (f"WEBVTT\n\n{SUBTITLE.replace(',', '.')}", "x.vtt")):
        track = read_track(("\ufeff\ufeff" + text).encode(), name=name)
        assert [p.params for p in track.problems if p.code == "mark-repeated"] == [{"times": 2}]
        assert len(track.cues) == 1


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_file_that_ends_within_a_character_is_read_up_to_there(codec: str) -> None:
    track = read_track(SUBTITLE.strip().encode(codec)[:-1], name="x.srt")
    assert [c.text for c in track.cues] == ["地球绕着太阳\ufffd"]
    assert "file-cut" in [p.code for p in track.problems]
    assert grade("file-cut") == "error"


def test_damage_elsewhere_is_an_error() -> None:
    for data in (SUBTITLE.encode()[:-2] + b"\n1", b"\xe5", b"  \xe5\x9c"):
        with pytest.raises(FormatError):
            decode(data, "x.srt")
