"""Subtitle formats that are not read are named."""

from __future__ import annotations

import pytest

from bilingual.errors import FormatError
from bilingual.formats import read_track

LINES = ("太阳每天从东方升起。", "傍晚从西方落下。", "太阳是一颗恒星。")
FILES = {
    "SAMI": "<SAMI><HEAD><STYLE TYPE='text/css'><!-- P { } --></STYLE></HEAD><BODY>\n"
    + "\n".join(f"<SYNC Start={n}000><P Class=ZHCC>{x}" for n, x in enumerate(LINES)),
    "TTML": '<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml"><body>'
    + "".join(f'<p begin="00:00:0{n}.000">{x}</p>' for n, x in enumerate(LINES)),
    "YouTube": '<?xml version="1.0"?><transcript><text start="1.0" dur="2.0">太阳</text></transcript>',
    "VobSub (.idx)": "# VobSub index file, v7\nid: zh, index: 0\n",
    "MicroDVD": "{1}{1}25.000\n" + "\n".join(f"{{{n}}}{{{n + 9}}}{x}" for n, x in enumerate(LINES)),
    "MPL2": "\n".join(f"[{n}][{n + 9}]{x}" for n, x in enumerate(LINES)),
    "LRC": "[ti:太阳]\n" + "\n".join(f"[00:0{n}.50]{x}" for n, x in enumerate(LINES)),
    "SBV": "\n\n".join(f"0:00:0{n}.000,0:00:0{n}.900\n{x}" for n, x in enumerate(LINES)),
    "SubViewer": "[INFORMATION]\n[SUBTITLE]\n"
    + "\n\n".join(f"00:00:0{n}.00,00:00:0{n}.90\n{x}" for n, x in enumerate(LINES)),
}
BINARY = {
    "EBU STL": b"850STL25.01" + bytes(1013),
    "RTF": b"{\\rtf1\\ansi 1}",
    "Word / Excel": b"PK\x03\x04" + bytes(60),
    "PDF": b"%PDF-1.7\n",
    "Word (.doc)": b"\xd0\xcf\x11\xe0" + bytes(60),
    "VobSub (.sub)": b"\x00\x00\x01\xba" + bytes(60),
}


@pytest.mark.parametrize("name", [*FILES, *BINARY])
def test_a_format_that_is_not_read_is_named(name: str) -> None:
    data = FILES[name].encode() if name in FILES else BINARY[name]
    with pytest.raises(FormatError) as raised:
        read_track(data, name="zh.srt")
    assert raised.value.code == "subtitle-format"
    assert name in str(raised.value.params["format"])
    assert name in raised.value.message("zh")
    assert "Subtitle Edit" in raised.value.message("en")


@pytest.mark.parametrize(
    "odd", ["{1}{2}", "[00:01.50]", "[1][2]", "<tt>", "0:00:01.000,0:00:02.000"]
)
def test_text_that_looks_like_another_format_is_text(odd: str) -> None:
    srt = "".join(
        f"{n + 1}\n00:00:0{n},000 --> 00:00:0{n},900\n{odd}\n\n" for n, _ in enumerate(LINES)
    )
    assert len(read_track(srt.encode(), name="zh.srt").cues) == len(LINES)
