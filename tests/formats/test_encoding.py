"""Bytes to text: an answer or an error of ours, whatever the bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bilingual.errors import BilingualError, FormatError
from bilingual.formats.encoding import Decoded, decode


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
