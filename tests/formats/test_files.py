"""From a path to tracks: encodings, ASS, bilingual files, errors, choosing, hidden characters."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import cast

import pytest

from bilingual.errors import BilingualError, FormatError, InputError
from bilingual.formats import load_track, load_tracks, read_track, read_tracks
from bilingual.hidden import find_hidden
from bilingual.model import Cue, Language, Track

BO = ("སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།", "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།", "སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད།")
ZH = ("地球绕着太阳转。", "月亮绕着地球转。", "声音在空气中传播。")
SHARED = Path(__file__).parents[3] / "shared" / "data"


def srt(*texts: str) -> str:
    return "\n".join(
        f"{n}\n00:00:{n * 3:02},000 --> 00:00:{n * 3 + 2:02},000\n{text}\n"
        for n, text in enumerate(texts, 1)
    )


def texts(track: Track) -> list[str]:
    return [cue.text for cue in track.cues]


def codes(track: Track) -> list[str]:
    return [p.code for p in track.problems]


# Encodings


@pytest.mark.parametrize(
    ("codec", "bom", "shown"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32-le"),
        ("utf-32-be", b"\0\0\xfe\xff", "utf-32-be"),
    ],
)
@pytest.mark.parametrize("lines", [BO, ZH, ("plain ASCII",)])
def test_declared_encodings(codec: str, bom: bytes, shown: str, lines: tuple[str, ...]) -> None:
    track = read_track(bom + srt(*lines).encode(codec), name="x.srt")
    assert (texts(track), track.encoding, track.problems) == (list(lines), shown, ())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("lines", [BO, ZH])
def test_guessed_encodings(codec: str, lines: tuple[str, ...]) -> None:
    track = read_track(srt(*lines).encode(codec), name="x.srt")
    assert texts(track) == list(lines)
    assert (track.encoding, codes(track)) == (codec, ["encoding-assumed"])


def test_ascii_in_utf_16_is_no_utf_8() -> None:
    track = read_track(srt("plain").encode("utf-16-le"), name="x.srt")
    assert (texts(track), track.encoding) == (["plain"], "utf-16-le")


@pytest.mark.parametrize(
    ("codec", "line"),
    [
        ("cp1251", "Земля вращается вокруг Солнца"),
        ("cp1252", "Où est la forêt près du château"),
        ("euc-kr", "지구는 태양 주위를 돈다"),
        ("shift-jis", "地球は太陽の周りを回っている"),
        ("euc-jp", "地球は太陽の周りを回っている"),
        ("big5", "聲音在空氣中傳播得很遠，這是物理學"),
        ("cp1250", "Země obíhá kolem Slunce, příliš žluťoučký kůň"),
    ],
)
def test_other_encodings_are_no_guess(codec: str, line: str) -> None:
    with pytest.raises(FormatError, match="UTF-8") as caught:
        read_track(srt(line, line).encode(codec), name="x.srt")
    assert caught.value.params["line"] == 3
    decoded = read_track(srt(line).encode(codec), name="x.srt", encoding=codec)
    assert texts(decoded) == [line]


def test_damaged_files_say_where() -> None:
    data = b"\xef\xbb\xbf" + srt(*ZH).encode()
    with pytest.raises(FormatError, match="line 7") as caught:
        read_track(data.replace("月".encode(), b"\xff"), name="x.srt")
    assert caught.value.code == "encoding-damaged"
    with pytest.raises(FormatError, match="UTF-8"):
        read_track(srt(*ZH).encode() + b"\xff", name="x.srt")


@pytest.mark.parametrize("name", ["no-such", "rot13", "base64", "hex", "\0"])
def test_unknown_encoding_names(name: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_track(srt("x").encode(), name="x.srt", encoding=name)
    assert caught.value.code == "encoding-name"


# ASS

ASS = """[Script Info]
; a comment
Title: x

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.50,Default,,0,0,0,,{\\i1}地球{\\i0}，绕着\\N太阳转。
Comment: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,not shown
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}水
"""


def test_ass() -> None:
    track = read_track(ASS.encode(), name="x.ass")
    assert track.format == "ass"
    assert [(c.start_ms, c.end_ms, c.plain, c.line) for c in track.cues] == [
        (1000, 2500, "地球，绕着\n太阳转。", 11),
        (5000, 6000, "水", 13),
    ]
    assert texts(track)[0] == "{\\i1}地球{\\i0}，绕着\\N太阳转。"
    assert codes(track) == ["tags-seen"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Dialogue: 0,0:00:01.00", "ass-dialogue-short"),
        ("Dialogue: 0,0:61:01.00,0:62:02.00,D,,0,0,0,,水", "timing-unreadable"),
        ("Dialogue: 0,-0:00:01.00,0:00:02.00,D,,0,0,0,,水", "time-negative"),
        ("水", "text-outside-cue"),
    ],
)
def test_ass_lines_that_are_no_cues(line: str, code: str) -> None:
    track = read_track((ASS + line + "\n").encode(), name="x.ass")
    assert len(track.cues) == 2
    problem = track.problems[-1]
    assert (problem.code, problem.params["text"], problem.line) == (code, line, 14)


@pytest.mark.parametrize(
    "line",
    [
        "Dialog 0,0:00:01.00,0:00:02.00,D,,0,0,0,,水",
        "Dialogue，: 0,0:00:01.00,0:00:02.00,D,,,,水",
        "水",
    ],
)
def test_ass_events_that_lost_their_section(line: str) -> None:
    track = read_track(ASS.replace("Title: x", line).encode(), name="x.ass")
    assert [(p.code, p.params["text"]) for p in track.problems if p.line == 3] == [
        ("text-outside-cue", line)
    ]


def test_an_ass_line_that_ends_before_it_begins_is_reported() -> None:
    line = "Dialogue: 0,0:00:09.00,0:00:08.00,D,,0,0,0,,水"
    track = read_track((ASS + line + "\n").encode(), name="x.ass")
    assert (track.cues[-1].start_ms, track.cues[-1].end_ms) == (9000, 8000)
    assert ("time-reversed", {"text": line}) in [(p.code, p.params) for p in track.problems]


def test_a_drawing_that_is_never_closed_hides_the_rest_of_the_line() -> None:
    line = "Dialogue: 0,0:00:08.00,0:00:09.00,D,,0,0,0,,水{\\p1}m 0 0 l 5 5"
    track = read_track((ASS + line + "\n").encode(), name="x.ass")
    assert track.cues[-1].plain == "水"


# Both languages in one file


def test_bilingual_by_line() -> None:
    both = srt(*(f"{z}\n{b}" for z, b in zip(ZH, BO, strict=True)))
    bo, zh = read_tracks(both.encode(), name="x.srt")
    assert (bo.language, zh.language) == ("bo", "zh")
    assert (texts(bo), texts(zh)) == (list(BO), list(ZH))
    assert "split-by-script" in codes(bo)
    assert [c.index for c in bo.cues] == [0, 1, 2]


def test_bilingual_leaves_what_has_one_language() -> None:
    both = srt(f"{ZH[0]}\n{BO[0]}", f"{ZH[1]}\n{BO[1]}", ZH[2], "NASA", f"{ZH[0]}\n2024\n{BO[0]}")
    bo, zh = read_tracks(both.encode(), name="x.srt")
    assert texts(bo) == [BO[0], BO[1], "NASA", BO[0]]
    assert texts(zh) == [ZH[0], ZH[1], ZH[2], "NASA", f"{ZH[0]}\n2024"]
    assert [c.line for c in bo.cues] == [2, 7, 16, 20]


def test_bilingual_by_cue() -> None:
    one = srt(*ZH).split("\n\n")
    two = srt(*BO).split("\n\n")
    mixed = "\n\n".join(part.strip() for pair in zip(one, two, strict=True) for part in pair)
    bo, zh = read_tracks(mixed.encode(), name="x.srt")
    assert (texts(bo), texts(zh)) == (list(BO), list(ZH))


def test_tags_around_both_lines() -> None:
    both = srt(*(f"<i>{z}\n{b}</i>" for z, b in zip(ZH, BO, strict=True)))
    bo, zh = read_tracks(both.encode(), name="x.srt")
    assert [c.plain for c in bo.cues] == list(BO)
    assert [c.plain for c in zh.cues] == list(ZH)
    assert zh.cues[0].text == "<i>" + ZH[0]


def test_one_language_is_not_split() -> None:
    for lines in (BO, ZH, (*ZH, BO[0]), (*BO, ZH[0], "<b>x</b>\ny")):
        assert len(read_tracks(srt(*lines).encode(), name="x.srt")) == 1


def test_a_line_with_both_scripts_is_reported() -> None:
    both = srt(*(f"{z}\n{b}" for z, b in zip(ZH, BO, strict=True)), f"{ZH[0]} {BO[0]} {ZH[1]}")
    bo, _zh = read_tracks(both.encode(), name="x.srt")
    assert "line-mixed-scripts" in codes(bo)


# Paths


def test_load_track(tmp_path: Path) -> None:
    path = tmp_path / "bo.srt"
    path.write_text(srt(*BO), encoding="utf-8")
    for language in (None, "bo"):
        track = load_track(path, language=language)
        assert (track.name, track.source, track.language) == ("bo.srt", "sidecar", "bo")
    with pytest.raises(FormatError, match="swapped") as caught:
        load_track(str(path), language="zh")
    assert caught.value.code == "track-language-mismatch"
    with pytest.raises(FormatError, match="Tibetan"):  # as a service passes what it was sent
        load_track(path, language=cast("Language", "xx"))
    assert pickle.loads(pickle.dumps(caught.value)).params == caught.value.params


def test_a_track_of_unknown_script_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.srt"
    path.write_text(srt("1949", "2024"), encoding="utf-8")
    assert load_track(path, language="bo").language is None


def test_load_track_of_a_bilingual_file(tmp_path: Path) -> None:
    path = tmp_path / "both.srt"
    path.write_text(srt(*(f"{z}\n{b}" for z, b in zip(ZH, BO, strict=True))), encoding="utf-8")
    assert texts(load_track(path, language="zh")) == list(ZH)
    assert [t.language for t in load_tracks(path)] == ["bo", "zh"]
    with pytest.raises(FormatError, match="bo, zh"):
        load_track(path)
    with pytest.raises(FormatError) as caught:
        load_track(path, stream=3)
    assert caught.value.code == "track-absent"


def test_errors_of_paths(tmp_path: Path) -> None:
    empty, secret = tmp_path / "empty.srt", tmp_path / "secret.srt"
    empty.write_bytes(b"")
    secret.write_text(srt("x"), encoding="utf-8")
    secret.chmod(0)
    cases = {
        "file-missing": tmp_path / "none.srt",
        "file-is-folder": tmp_path,
        "file-empty": empty,
        "file-special": Path(os.devnull),
    }
    if hasattr(os, "symlink"):
        for name, target in (("link.srt", tmp_path / "good.srt"), ("broken.srt", tmp_path / "no")):
            (tmp_path / "good.srt").write_text(srt("x"), encoding="utf-8")
            (tmp_path / name).symlink_to(target)
            cases |= {f"file-is-link {name}": tmp_path / name}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.srt")
        cases |= {"file-special pipe": tmp_path / "pipe.srt"}
    if not os.access(secret, os.R_OK):
        cases["file-forbidden"] = secret
    for code, path in cases.items():
        with pytest.raises(InputError) as caught:
            load_track(path)
        assert caught.value.code == code.split()[0]
    with pytest.raises(BilingualError):
        load_track("x\0.srt")


# Hidden characters


@pytest.mark.parametrize(
    ("char", "kind"),
    [
        ("\u200b", "zero-width"),
        ("\ufeff", "zero-width"),
        ("\u00ad", "zero-width"),
        ("\u200e", "bidi"),
        ("\u202e", "bidi"),
        ("\u2069", "bidi"),
        ("\x00", "control"),
        ("\x1b", "control"),
        ("\x85", "control"),
        ("\u2028", "line-separator"),
        ("\ue123", "private-use"),
        ("\U000f0000", "private-use"),
        ("\u3164", "filler"),
        ("\uffa0", "filler"),
        ("\u2800", "filler"),
        ("\ufe0f", "variation-selector"),
        ("\U000e0100", "variation-selector"),
        ("\U000e0041", "tag"),
        ("\ufffd", "replacement"),
        ("\ufffe", "noncharacter"),
        ("\U0001ffff", "noncharacter"),
    ],
)
def test_hidden_characters(char: str, kind: str) -> None:
    found = find_hidden(f"水{char}火")
    assert [(h.at, h.char, h.kind) for h in found] == [(1, char, kind)]
    assert found[0].code_point == f"U+{ord(char):04X}"


@pytest.mark.parametrize(
    "text",
    [
        "水\n火\t。",
        *BO,
        *ZH,
        "❤\ufe0f",
        "👩\u200d🚀",
        "1\ufe0f\u20e3",
        "ཀ\u0f0cཁ",
        "a\u00a0b\u3000",
    ],
)
def test_what_is_seen_is_not_hidden(text: str) -> None:
    assert find_hidden(text) == ()


def test_hidden_characters_are_never_taken_off_the_text() -> None:
    track = read_track(srt("水\u200b\u202e火").encode(), name="x.srt")
    assert track.cues[0].text == "水\u200b\u202e火"
    assert track.cues[0].plain == "水\u200b\u202e火"
    assert track.cues[0].compared == "水火"
    assert "水\u200b\u202e火" in track.to_srt()
    assert "水\u200b\u202e火" in track.to_vtt()


# Files of other projects, where they are at hand


@pytest.mark.skipif(not SHARED.exists(), reason="the folder of other projects' files is absent")
def test_every_file_of_other_projects_is_read_or_refused() -> None:
    paths = [p for p in (SHARED / "parsers").rglob("*") if p.suffix in (".srt", ".vtt", ".webvtt")]
    assert len(paths) > 250
    for path in paths:
        try:
            tracks = load_tracks(path)
        except BilingualError:
            continue
        assert "line-unaccounted" not in [p.code for t in tracks for p in t.problems]
        assert "second-reading-differs" not in [p.code for t in tracks for p in t.problems]
    for path in (SHARED / "encodings").iterdir():
        assert [len(t.cues) for t in load_tracks(path)] in ([40], [40, 40])


def test_a_cue_is_plain_data() -> None:
    cue = Cue(index=0, start_ms=0, end_ms=1, text="x")
    assert pickle.loads(pickle.dumps(cue)) == cue
