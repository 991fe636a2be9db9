"""Fixing: what is safe is made in a new file, and nothing else is touched."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bilingual.checks.engine import rules
from bilingual.config import Config
from bilingual.errors import FormatError
from bilingual.fixes import Fixed, FixedTrack, fix_tracks
from bilingual.fixes.draft import draft_of
from bilingual.fixes.lines import split_lines
from bilingual.fixes.suggested import fixes_of
from bilingual.formats.reading import read_track, read_tracks
from bilingual.model import Cue, Language, Report, Track
from bilingual.pipeline.verify import Collected, examine
from bilingual.render.text.fixes import doubtful_fixes, render_fixes
from tests.support import examined_example

CONFIG = Config.load()

ZH = (
    "太阳是一颗恒星。",
    "地球是一颗行星。",
    "月亮绕着地球转。",
    "水在零度结成冰。",
    "植物需要阳光和水。",
)
BO = (
    "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།",
    "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།",
    "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།",
    "ཆུ་ཀླད་ཀོར་དུའུ་ལ་འཁྱགས་པར་འགྱུར།",
    "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།",
)


def stamp(ms: int, point: str = ",") -> str:
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"


def srt(texts: Any, times: Any = None, end: str = "\n") -> str:
    blocks = []
    for n, text in enumerate(texts):
        a, b = times[n] if times else (3000 * n + 1000, 3000 * n + 3500)
        blocks.append(f"{n + 1}\n{stamp(a)} --> {stamp(b)}\n{text}\n")
    return "\n".join(blocks).replace("\n", end)


def read(data: bytes, side: Language, name: str | None = None) -> Track:
    return read_track(data, name=name or f"{side}.srt", limits=CONFIG.reading)


def collected(files: dict[Language, bytes], **names: str) -> Collected:
    tracks = {side: read(data, side, names.get(side)) for side, data in files.items()}
    return Collected(config=CONFIG, bo=tracks.get("bo"), zh=tracks.get("zh"))


def report_on(files: dict[Language, bytes], **names: str) -> Report:
    return examine(collected(files, **names))


def fixed(files: dict[Language, bytes], *, unsafe: bool = False, **names: str) -> Fixed:
    work = collected(files, **names)
    return fix_tracks(work, examine(work), files=files, unsafe=unsafe)


def only(done: Fixed, side: Language = "bo") -> FixedTrack:
    return next(t for t in done.tracks if t.side == side)


def fixed_bo(texts: Any, times: Any = None) -> FixedTrack:
    return only(fixed({"bo": srt(texts, times).encode()}))


def texts_of(track: FixedTrack) -> list[str]:
    return [c.text for c in track.track.cues]


def test_a_sound_file_stays_as_it_is() -> None:
    files: dict[Language, bytes] = {"bo": srt(BO).encode(), "zh": srt(ZH).encode()}
    done = fixed(files)
    assert [t.changed for t in done.tracks] == [False, False]
    assert [t.diff() for t in done.tracks] == ["", ""]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།", BO[0]),  # tsheg twice
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན་།", BO[0]),  # tsheg before shad
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན་་་།", BO[0]),  # both: one fix brings the other
        ("ཐག་རིང།", "ཐག་རིང་།"),
        ("ཉི་མ\u0f0cནི་བརྟན་སྐར་ཞིག་ཡིན།", BO[0]),
        ("ཉི མ ནི བརྟན སྐར ཞིག ཡིན།", BO[0]),
        ("ཉི\u200bམ\u200bནི\u200bབརྟན\u200bསྐར\u200bཞིག\u200bཡིན།", BO[0]),
        ("ཉི·མ·ནི·བརྟན·སྐར·ཞིག·ཡིན།", BO[0]),
        ("ཉི་མ་ནི་བརྟན་\u200bསྐར་ཞིག་ཡིན།\ufeff", BO[0]),  # hidden
        ("ཉི་མ་ནི་བརྟན\nསྐར་ཞིག་ཡིན།", "ཉི་མ་ནི་བརྟན་སྐར་\nཞིག་ཡིན།"),
        ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན\n། ཟླ་བ་ཡོད།", "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།\nཟླ་བ་ཡོད།"),
    ],
)
def test_safe_fixes_of_tibetan(wrong: str, right: str) -> None:
    got = texts_of(fixed_bo((wrong, *BO[1:])))
    # Where exactly a line breaks is up to the word list.
    assert got[0].replace("\n", "") == right.replace("\n", "")
    assert got[0].count("\n") == right.count("\n")
    assert all(line.endswith(("་", "།")) for line in got[0].split("\n"))
    assert got[1:] == list(BO[1:])


@pytest.mark.parametrize(
    "mark",
    [" ", "\u200b", "-", "\u0f0c", "&nbsp;", "&#8203;", "&zwnj;", "&#x0F0B;", "&amp;nbsp;", "\\h"],
)
def test_marks_in_place_of_the_tsheg_become_tshegs_in_all_cues(mark: str) -> None:
    wrong = [text.replace("་", mark) for text in BO]
    done = fixed({"bo": srt(wrong).encode(), "zh": srt(ZH).encode()})
    assert only(done).after == srt(BO)
    assert not done.left


@pytest.mark.parametrize("mark", ["&nbsp;", "&ZeroWidthSpace;", "&lrm;", "&amp;#3851;", "\\h"])
def test_codes_in_place_of_the_tsheg_of_webvtt_become_tshegs_within_their_tags(mark: str) -> None:
    form = "WEBVTT\n\n00:01.000 --> 00:03.500\n<v ཉི་མ><i>{}</i>\n"
    done = only(fixed({"bo": form.format(BO[0].replace("་", mark)).encode()}, bo="bo.vtt"))
    assert done.after == form.format(BO[0])


@pytest.mark.parametrize(("form", "hidden"), [("srt", "&#8203;"), ("vtt", "&lrm;")])
def test_hidden_characters_that_are_written_as_codes_go(form: str, hidden: str) -> None:
    head = "WEBVTT\n\n" if form == "vtt" else "1\n"
    point = "." if form == "vtt" else ","
    text = f"{head}00:00:01{point}000 --> 00:00:03{point}500\n<b>太阳{{}}</b>是一颗恒星。\n"
    done = only(fixed({"zh": text.format(hidden).encode()}, zh=f"zh.{form}"), "zh")
    assert done.after == text.format("")


def test_line_ends_numbering_and_mark_stay() -> None:
    text = srt(("ཉི་མ་་ཡིན།", *BO[1:]), end="\r\n").replace("2\r\n00", "7\r\n00")
    data = b"\xef\xbb\xbf" + text.encode()
    done = only(fixed({"bo": data}))
    assert done.to_bytes() == data.replace("་་".encode(), "་".encode())


def test_comments_and_styles_of_webvtt_stay() -> None:
    text = (
        "WEBVTT - title\n\nSTYLE\n::cue { color: yellow }\n\nNOTE by hand\n\n"
        "one\n00:01.000 --> 00:03.500 align:start\nཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།\n\n"
        "NOTE between\n\n00:04.000 --> 00:06.500\nསའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།"
    )
    done = only(fixed({"bo": text.encode()}, bo="bo.vtt"))
    assert done.after == text.replace("་་", "་")


def test_encoding_becomes_utf8_and_the_text_stays() -> None:
    text = srt(ZH)
    done = only(fixed({"zh": text.encode("gb18030")}), "zh")
    assert done.to_bytes() == text.encode()
    assert done.changed
    assert done.diff() == ""
    declared = only(fixed({"zh": text.encode("utf-16")}), "zh")
    assert declared.to_bytes() == text.encode()
    assert [f.rule for f in declared.applied] == [None]


def test_text_becomes_nfc() -> None:
    decomposed = "རྩི་ཤིང་\u0f42\u0fb7་དགོས།".replace("\u0f42\u0fb7", "\u0f43")
    done = fixed_bo((decomposed, *BO[1:]))
    assert texts_of(done)[0] == unicodedata.normalize("NFC", decomposed) != decomposed


def test_small_overlap_and_gap_are_closed() -> None:
    times = [(1000, 3000), (2900, 5000), (5030, 7000), (7500, 9500), (10000, 12000)]
    done = fixed_bo(BO, times)
    assert [(c.start_ms, c.end_ms) for c in done.track.cues] == [
        (1000, 2900),
        (2900, 5030),
        *times[2:],
    ]


def test_a_large_overlap_is_left_unless_asked_for() -> None:
    times = [(1000, 4500), (3500, 5500), (6500, 8500), (9500, 11500), (12500, 14500)]
    files: dict[Language, bytes] = {"bo": srt(BO, times).encode()}
    held = fixed(files).held
    assert not only(fixed(files)).changed
    assert ("cue-overlap", "unsafe") in {(h.fix.rule, h.why) for h in held}
    (shown,) = doubtful_fixes(fixed(files), "zh")
    assert shown.changes == ("时间 00:00:01.000–00:00:04.500 → 00:00:01.000–00:00:03.500",)
    assert doubtful_fixes(fixed(files, unsafe=True), "zh") == []
    assert only(fixed(files, unsafe=True)).track.cues[0].end_ms == 3500


def test_shift_without_sound_is_unsafe_and_right() -> None:
    late = [(3000 * n + 8000, 3000 * n + 10500) for n in range(5)]
    files: dict[Language, bytes] = {"bo": srt(BO, late).encode(), "zh": srt(ZH).encode()}
    assert not only(fixed(files)).changed
    done = only(fixed(files, unsafe=True))
    starts = [c.start_ms for c in done.track.cues]
    assert all(abs(a - (3000 * n + 1000)) < 150 for n, a in enumerate(starts))


def test_timing_lines_are_written_to_the_letter() -> None:
    text = srt(BO).replace("00:00:04,000 --> ", "0:00:04.0 -> ")
    done = only(fixed({"bo": text.encode()}))
    assert done.after == srt(BO)


def test_missing_blank_lines_and_numbers_are_written_anew() -> None:
    text = srt(BO).replace("།\n\n3\n", "།\n3\n").replace("\n5\n", "\n")
    done = only(fixed({"bo": text.encode()}))
    assert done.after == srt(BO)


def test_a_file_with_lost_text_is_not_written_anew() -> None:
    text = "left over\n\n" + srt(BO).replace("\n5\n", "\n")
    done = only(fixed({"bo": text.encode()}))
    assert done.after == text


def test_a_fix_that_brings_a_finding_is_taken_back() -> None:
    # Shortened to the next start, the first cue could not be read any more.
    times = [(1000, 2010), (1600, 3000), (4000, 6000), (7000, 9000), (10000, 12000)]
    done = fixed({"bo": srt(BO, times).encode()})
    assert not only(done).changed
    assert ("cue-overlap", "brings-new") in {(h.fix.rule, h.why) for h in done.held}


@pytest.mark.parametrize(
    ("form", "why", "words"),
    [
        ("srt", "brings-new", "would cause a new finding, so it was not made"),
        ("vtt", "unwritable", "the file would not read back the same, so it was not made"),
    ],
)
def test_a_line_of_hidden_characters_alone_cannot_become_empty(
    form: str, why: str, words: str
) -> None:
    """Without them the line would be blank, and end the cue."""
    text = "地球是\n\u200b\n一颗行星。"
    zh = [ZH[0], text, "水在零\u200b度结成冰。"]
    blocks = [
        f"{stamp(3000 * n, '.')} --> {stamp(3000 * n + 2500, '.')}\n{t}\n" for n, t in enumerate(zh)
    ]
    data = srt(zh) if form == "srt" else "\n".join(["WEBVTT\n", *blocks])
    done = fixed({"zh": data.encode()}, zh=f"zh.{form}")
    # The other one is taken out all the same.
    assert texts_of(only(done, "zh")) == [ZH[0], text, "水在零度结成冰。"]
    assert [(h.why, h.fix.rule) for h in done.held] == [(why, "hidden-character")]
    assert f"[{words}]" in render_fixes(done, "en")


def test_a_damaged_letter_is_only_shown() -> None:
    done = fixed({"zh": srt(("太\ufffd是一颗恒星。", *ZH[1:])).encode()})
    assert not only(done, "zh").changed


def test_direction_marks_go_unless_a_script_needs_them() -> None:
    marked = fixed({"zh": srt(("太阳\u200f是一颗恒星。", *ZH[1:])).encode()})
    assert texts_of(only(marked, "zh"))[0] == ZH[0]
    arabic = fixed({"zh": srt(("太阳（شمس\u200f）是恒星。", *ZH[1:])).encode()})
    assert not only(arabic, "zh").changed


def test_tags_stay_where_they_are() -> None:
    done = fixed_bo(("<i>ཉི་མ་་ནི་བརྟན་སྐར་</i>ཞིག་ཡིན།", *BO[1:]))
    assert texts_of(done)[0] == "<i>ཉི་མ་ནི་བརྟན་སྐར་</i>ཞིག་ཡིན།"


def two_languages(data: bytes, name: str = "both.srt") -> Fixed:
    """Both tracks of one file, fixed."""
    tracks = {t.language: t for t in read_tracks(data, name=name)}
    work = Collected(config=CONFIG, bo=tracks["bo"], zh=tracks["zh"])
    return fix_tracks(work, examine(work), files={"bo": data, "zh": data})


@pytest.mark.parametrize("between", ["\n", "\\N", "\\N{\\fs20}", " ", " / "])
def test_a_file_with_both_languages_is_patched_where_its_lines_are(between: str) -> None:
    wrong = ("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།", *BO[1:])
    right = ("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", *BO[1:])

    def file(texts: Sequence[str]) -> bytes:
        said = (
            f'<font color="#ff0">{z}</font>{between}{b}' for b, z in zip(texts, ZH, strict=True)
        )
        return srt(list(said)).encode()

    done = two_languages(file(wrong))
    bo, zh = only(done), only(done, "zh")
    assert (bo.changed, zh.changed) == (True, False)
    assert bo.to_bytes() == file(right)
    assert bo.shared
    again = two_languages(bo.to_bytes())
    assert not any(track.changed for track in again.tracks)


def test_both_languages_of_one_file_are_fixed_in_it() -> None:
    marked = [f"{b}\n{z}" for b, z in zip(("ཉི་མ་་ཡིན།", *BO[1:]), ZH, strict=True)]
    marked[1] = marked[1].replace(ZH[1], ZH[1][:2] + "\u200b" + ZH[1][2:])
    done = two_languages(srt(marked).encode())
    bo, zh = only(done), only(done, "zh")
    assert bo.changed
    assert zh.changed
    assert bo.to_bytes() == zh.to_bytes()
    wanted = [f"{b}\n{z}" for b, z in zip(("ཉི་མ་ཡིན།", *BO[1:]), ZH, strict=True)]
    assert bo.to_bytes() == srt(wanted).encode()
    assert render_fixes(done, "en", diff=True).count("--- a/both.srt") == 1
    assert "stays one file" in render_fixes(done, "en")


def test_two_languages_that_cannot_be_patched_come_out_apart() -> None:
    head = "[Script Info]\n\n[Events]\nFormat: Layer, Start, End, Style, Text\n"
    lines = [
        f"Dialogue: 0,0:00:{3 * n:02}.00,0:00:{3 * n + 2:02}.50,{style},{text}"
        for n, pair in enumerate(zip(("ཉི་མ་་ཡིན།", *BO[1:]), ZH, strict=True))
        for style, text in zip(("bo", "zh"), pair, strict=True)
    ]
    done = two_languages((head + "\n".join(lines) + "\n").encode(), "both.ass")
    assert texts_of(only(done)) == ["ཉི་མ་ཡིན།", *BO[1:]]
    assert not only(done).shared
    assert "written to a new file named after the language" in render_fixes(done, "en")


def test_a_long_line_breaks_between_words() -> None:
    line = "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན། སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན། ཟླ་བ་ནི་"
    done = fixed_bo(
        (line, *BO[1:]), [(1000, 7500), *[(9000 + 3000 * n, 11500 + 3000 * n) for n in range(4)]]
    )
    assert texts_of(done)[0].split("\n")[0].endswith("།")
    assert "".join(texts_of(done)[0].split()) == "".join(line.split())


def test_a_long_line_breaks_where_its_tags_are() -> None:
    line = "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན། སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན། ཟླ་བ་ནི་"
    times = [(1000, 7500), *[(9000 + 3000 * n, 11500 + 3000 * n) for n in range(4)]]
    plain = texts_of(fixed_bo((line, *BO[1:]), times))[0]
    assert "\n" in plain
    tagged = texts_of(fixed_bo((f"{{\\fs20}}<i>{line}</i>", *BO[1:]), times))[0]
    assert tagged == f"{{\\fs20}}<i>{plain}</i>"


# Properties, over files with faults of every kind put in.

_FAULTS = st.sampled_from(
    ["་་", "\u200b", "\u0f0c", " ་", "་\n", "\n", "\u202e", "་།", "\ufffd", "\u0f77", "<i>", "."]
)


@st.composite
def dirty(draw: st.DrawFn) -> dict[Language, bytes]:
    files: dict[Language, bytes] = {}
    for side, sound in (("bo", BO), ("zh", ZH)):
        texts = list(sound)
        for _ in range(draw(st.integers(0, 4))):
            n = draw(st.integers(0, 4))
            at = draw(st.integers(1, len(texts[n])))
            texts[n] = texts[n][:at] + draw(_FAULTS) + texts[n][at:]
        texts = [" ".join(t.split("\n\n")) for t in texts]
        times = [
            (
                3000 * n + 1000 + draw(st.integers(-60, 60)),
                3000 * n + 3900 + draw(st.integers(-90, 90)),
            )
            for n in range(5)
        ]
        end = draw(st.sampled_from(["\n", "\r\n"]))
        codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
        files[side] = srt(texts, times, end).encode(codec)  # type: ignore[index]
    return files


def places(report: Report) -> Counter[object]:
    return Counter((f.rule, f.bo, f.zh, f.params.get("variant")) for f in report.findings)


@pytest.mark.slow
@settings(max_examples=25)
@given(dirty(), st.booleans())
def test_fixed_files_have_less_to_find_and_nothing_to_fix(
    files: dict[Language, bytes], unsafe: bool
) -> None:
    before = report_on(files)
    done = fixed(files, unsafe=unsafe)
    repaired: dict[Language, bytes] = {t.side: t.to_bytes() for t in done.tracks}
    after = report_on(repaired)
    assert not places(after) - places(before)
    for track in done.tracks:
        for fix in track.applied:
            if fix.finding is not None:
                f = fix.finding
                place = (f.rule, f.bo, f.zh, f.params.get("variant"))
                assert places(after)[place] < max(1, places(before)[place])
    again = fixed(repaired, unsafe=unsafe)
    assert [t.changed for t in again.tracks] == [False, False]
    for old, new in ((before.bo, after.bo), (before.zh, after.zh)):
        assert old is not None
        assert new is not None
        assert len(new.cues) == len(old.cues)


@settings(max_examples=60)
@given(st.text(alphabet="ab\r\n\u2028\x0b\x85 ", max_size=60))
def test_lines_with_their_ends_are_the_text(text: str) -> None:
    assert "".join(split_lines(text)) == text


def test_every_suggestion_of_a_rule_is_known() -> None:
    """Safe and unsafe suggestions of the rules' own examples can be carried out."""
    seen = set()
    for rule in rules().values():
        if rule.catches is None:
            continue
        report = examined_example(rule.catches)
        for fix in fixes_of(report, ("bo", "zh")):
            said = fix.finding.suggestion.safety if fix.finding and fix.finding.suggestion else ""
            seen.add((fix.kind, fix.safety))
            assert fix.is_edit or said in ("", "display-only"), fix
    assert {"replace", "move-cue", "retime-track", "save-as-utf-8"} <= {kind for kind, _ in seen}


def test_an_unwritable_track_is_an_error() -> None:
    early = Cue(index=0, start_ms=-5, end_ms=900, text="太阳")
    with pytest.raises(FormatError, match="Cue 1"):
        draft_of("zh", Track(cues=(early,), format="ass"), None)
