"""Which file is which, in folders and among files as people have them."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bilingual.errors import BilingualError, InputError
from bilingual.pipeline.submitted import recognise
from tests.cli.test_cli import BO, ZH

MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\0\x08free" + b"\0" * 64
MKV = b"\x1a\x45\xdf\xa3" + b"\0" * 64
AVI = b"RIFF\0\0\0\0AVI LIST" + b"\0" * 64
WMV = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + b"\0" * 64
WAV = b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 64
DOCX = b"PK\x03\x04" + b"\0" * 200
EN = "1\n00:00:01,000 --> 00:00:03,000\nThe sun is a star.\n"
BOTH = "\n\n".join(
    f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{zh}\n{bo}"
    for n, (zh, bo) in enumerate(
        (
            ("青海湖是中国最大的咸水湖。", "མཚོ་སྔོན་པོ་ནི་ཀྲུང་གོའི་ཚྭ་མཚོ་ཆེ་ཤོས་ཡིན།"),
            ("湖面海拔三千一百九十六米。", "མཚོ་ངོས་མཚོ་ངོས་ལས་སྨི་༣༡༩༦ཡིས་མཐོ།"),
            ("你好。", "བཀྲ་ཤིས་བདེ་ལེགས།"),
        ),
        1,
    )
)
FORM = 'title = "认识太阳"\nauthors = "扎西"\nchannel = "推荐"\n'
TABLE = '{"works": [], "schema": "bilingual.batch/1"}'
JUNK: Mapping[str, str | bytes] = {
    ".DS_Store": b"\0\0\0\1Bud1",
    "._视频.mp4": MP4,
    "Thumbs.db": b"\xd0\xcf\x11\xe0",
    "desktop.ini": "[.ShellClassInfo]",
    ".zh.srt.swp": ZH,
    "~$说明.docx": b"\x07",
    "__MACOSX/._bo.srt": BO,
}

# What lies in a folder, and what is taken for what.
LAYOUTS: dict[str, tuple[Mapping[str, str | bytes], Mapping[str, str]]] = {
    "plain": (
        {"video.mp4": MP4, "bo.srt": BO, "zh.srt": ZH},
        {"video": "video.mp4", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "names in Chinese": (
        {"成片.mp4": MP4, "藏文字幕.srt": BO, "中文字幕.srt": ZH},
        {"video": "成片.mp4", "bo": "藏文字幕.srt", "zh": "中文字幕.srt"},
    ),
    "names in Tibetan": (
        {"བརྙན་འཕྲིན།.mp4": MP4, "བོད་ཡིག.srt": BO, "རྒྱ་ཡིག.srt": ZH},
        {"video": "བརྙན་འཕྲིན།.mp4", "bo": "བོད་ཡིག.srt", "zh": "རྒྱ་ཡིག.srt"},
    ),
    "names that say nothing": (
        {"1.mp4": MP4, "2.srt": ZH, "3.srt": BO},
        {"video": "1.mp4", "bo": "3.srt", "zh": "2.srt"},
    ),
    "names the wrong way round": (
        {"v.mp4": MP4, "bo.srt": ZH, "zh.srt": BO},
        {"video": "v.mp4", "bo": "zh.srt", "zh": "bo.srt"},
    ),
    "a bilingual file alone": ({"藏汉.srt": BOTH}, {"bo": "藏汉.srt", "zh": "藏汉.srt"}),
    "a bilingual file and a video": (
        {"a.mp4": MP4, "a.srt": BOTH},
        {"video": "a.mp4", "bo": "a.srt", "zh": "a.srt"},
    ),
    "a bilingual file beside one of each": (
        {"both.srt": BOTH, "bo.srt": BO, "zh.srt": ZH},
        {"bo": "bo.srt", "zh": "zh.srt"},
    ),
    "a bilingual file beside the Chinese one": (
        {"both.srt": BOTH, "zh.srt": ZH},
        {"bo": "both.srt", "zh": "zh.srt"},
    ),
    "one subtitle file": ({"v.mp4": MP4, "zh.srt": ZH}, {"video": "v.mp4", "zh": "zh.srt"}),
    "subtitles alone": ({"bo.srt": BO, "zh.srt": ZH}, {"bo": "bo.srt", "zh": "zh.srt"}),
    "a video alone": ({"v.mp4": MP4}, {"video": "v.mp4"}),
    "what systems leave behind": (
        {"视频.mp4": MP4, "bo.srt": BO, "zh.srt": ZH, **JUNK},
        {"video": "视频.mp4", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "folders within": (
        {"视频/成片.mp4": MP4, "字幕/藏.srt": BO, "字幕/中.srt": ZH},
        {"video": "视频/成片.mp4", "bo": "字幕/藏.srt", "zh": "字幕/中.srt"},
    ),
    "one folder within": (
        {"作品/v.mp4": MP4, "作品/bo.srt": BO, "作品/zh.srt": ZH},
        {"video": "作品/v.mp4", "bo": "作品/bo.srt", "zh": "作品/zh.srt"},
    ),
    "corrected files in a folder below": (
        {"v.mp4": MP4, "bo.srt": BO, "zh.srt": ZH, "fixed/bo.fixed.srt": BO + "\n"},
        {"video": "v.mp4", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "the Tibetan in a folder below": (
        {"v.mp4": MP4, "zh.srt": ZH, "译者/bo.srt": BO},
        {"video": "v.mp4", "bo": "译者/bo.srt", "zh": "zh.srt"},
    ),
    "a wrong extension of the video": (
        {"v.srt": MP4, "bo.srt": BO, "zh.srt": ZH},
        {"video": "v.srt", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "a wrong extension of the subtitles": (
        {"v.mp4": MP4, "bo.txt": BO, "zh.TXT": ZH},
        {"video": "v.mp4", "bo": "bo.txt", "zh": "zh.TXT"},
    ),
    "no extension": ({"视频": MP4, "藏": BO, "汉": ZH}, {"video": "视频", "bo": "藏", "zh": "汉"}),
    "other containers": ({"v.mkv": MKV, "zh.srt": ZH}, {"video": "v.mkv", "zh": "zh.srt"}),
    "an old container": ({"v.avi": AVI, "zh.srt": ZH}, {"video": "v.avi", "zh": "zh.srt"}),
    "a container that is only named": (
        {"v.wmv": WMV, "zh.srt": ZH},
        {"video": "v.wmv", "zh": "zh.srt"},
    ),
    "sound beside the video": (
        {"v.mp4": MP4, "配音.wav": WAV, "zh.srt": ZH},
        {"video": "v.mp4", "zh": "zh.srt"},
    ),
    "the form": (
        {"v.mp4": MP4, "bo.srt": BO, "zh.srt": ZH, "form.toml": FORM},
        {"video": "v.mp4", "bo": "bo.srt", "zh": "zh.srt", "form": "form.toml"},
    ),
    "the form under another name": (
        {"zh.srt": ZH, "认识太阳.json": '{"微视频名称": "太阳", "主创人员": "扎西"}'},
        {"zh": "zh.srt", "form": "认识太阳.json"},
    ),
    "documents, tables and reports": (
        {
            "v.mp4": MP4,
            "bo.srt": BO,
            "zh.srt": ZH,
            "说明.docx": DOCX,
            "承诺书.pdf": b"%PDF-1.7",
            "封面.jpg": b"\xff\xd8\xff",
            "report.json": TABLE,
            "README.md": "# 说明",
            "settings.toml": "[limits]\nwall_clock_s = 10\n",
        },
        {"video": "v.mp4", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "English subtitles beside": (
        {"v.mp4": MP4, "bo.srt": BO, "zh.srt": ZH, "en.srt": EN},
        {"video": "v.mp4", "bo": "bo.srt", "zh": "zh.srt"},
    ),
    "copies": (
        {"bo.srt": BO, "zh.srt": ZH, "zh - 副本.srt": ZH, "zh (1).srt": ZH},
        {"bo": "bo.srt", "zh": "zh.srt"},
    ),
    "two Chinese, one called so": (
        {"bo.srt": BO, "zh.srt": ZH, "旁白稿.txt": ZH.replace("最大", "第一大")},
        {"bo": "bo.srt", "zh": "zh.srt"},
    ),
    "two videos, one called as the subtitles": (
        {"太阳.mp4": MP4, "花絮.mp4": MP4, "太阳.bo.srt": BO, "太阳.zh.srt": ZH},
        {"video": "太阳.mp4", "bo": "太阳.bo.srt", "zh": "太阳.zh.srt"},
    ),
    "an empty file and one that is no text": (
        {"v.mp4": MP4, "空.srt": b"", "zh.srt": ZH, "数据.bin": bytes(range(256))},
        {"video": "v.mp4", "zh": "zh.srt"},
    ),
    "an old code page": (
        {"zh.srt": ZH.encode("gb18030"), "bo.srt": BO.encode("utf-16")},
        {"bo": "bo.srt", "zh": "zh.srt"},
    ),
    "a damaged file in the place of the one that is missing": (
        {"v.mp4": MP4, "bo.srt": BO, "中文.srt": b"\xff\xfe\0\xd8\xff" * 40},
        {"video": "v.mp4", "bo": "bo.srt", "zh": "中文.srt"},
    ),
    "names as on Windows": (
        {"C：作品\u3000第1集（终稿）.MP4": MP4, "CON 藏.SRT": BO, "中文 字幕 & 100%.SRT": ZH},
        {
            "video": "C：作品\u3000第1集（终稿）.MP4",
            "bo": "CON 藏.SRT",
            "zh": "中文 字幕 & 100%.SRT",
        },
    ),
}


def laid_out(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_folder(layout: str, tmp_path: Path) -> None:
    files, expected = LAYOUTS[layout]
    found = recognise([laid_out(tmp_path, files)])
    taken = {role: path.relative_to(tmp_path).as_posix() for role, path in found.taken()}
    assert taken == expected
    assert not {path.name for path in found.unused} & {Path(name).name for name in JUNK}


NAMED = [
    name
    for name, (files, expected) in LAYOUTS.items()
    if len(set(expected.values())) == len([f for f in files if f not in JUNK])
]


@pytest.mark.parametrize("layout", NAMED)
def test_the_same_files_by_name_in_any_order(layout: str, tmp_path: Path) -> None:
    files, expected = LAYOUTS[layout]
    laid_out(tmp_path, files)
    for turn in (1, -1):
        named = [tmp_path / name for name in files if name not in JUNK][::turn]
        found = recognise(named)
        taken = {role: path.relative_to(tmp_path).as_posix() for role, path in found.taken()}
        assert taken == expected
        assert found.unused == ()


def test_enough_layouts() -> None:
    assert len(LAYOUTS) >= 30
    assert len(NAMED) >= 15


REFUSED: dict[str, tuple[Mapping[str, str | bytes], str, tuple[str, ...]]] = {
    "two videos": (
        {"a.mp4": MP4, "b.mp4": MP4, "bo.srt": BO, "zh.srt": ZH},
        "inputs-ambiguous",
        ("视频", "a.mp4", "b.mp4", "bo.srt", "zh.srt"),
    ),
    "two Chinese files": (
        {"bo.srt": BO, "1.srt": ZH, "2.srt": ZH + "\n"},
        "inputs-ambiguous",
        ("中文字幕", "1.srt", "2.srt", "bo.srt"),
    ),
    "two bilingual files": (
        {"1.srt": BOTH, "2.srt": BOTH + "\n"},
        "inputs-ambiguous",
        ("1.srt", "2.srt"),
    ),
    "several works": (
        {"甲/v.mp4": MP4, "甲/bo.srt": BO, "乙/v.mp4": MP4, "乙/bo.srt": BO},
        "inputs-several-works",
        ("甲", "乙", "batch"),
    ),
    "nothing of use": ({"说明.docx": DOCX, "en.srt": EN}, "inputs-none", ("说明.docx", "en.srt")),
    "nothing at all": (dict(JUNK), "inputs-none", ("无",)),
    "a form alone": ({"form.toml": FORM}, "inputs-none", ("form.toml",)),
}


@pytest.mark.parametrize("layout", REFUSED)
def test_where_it_cannot_be_told_one_error_says_what_was_found(layout: str, tmp_path: Path) -> None:
    files, code, words = REFUSED[layout]
    with pytest.raises(InputError) as caught:
        recognise([laid_out(tmp_path, files)])
    assert caught.value.code == code
    for word in words:
        assert word in caught.value.message("zh")
    assert "?" not in caught.value.message("zh")
    assert "[" not in caught.value.message("en")


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"v.mp4": MP4, "说明.docx": DOCX}, "inputs-unrecognised"),
        ({"v.mp4": MP4, "en.srt": EN}, "inputs-other-language"),
        ({"v.mp4": MP4, "w.mp4": MP4}, "inputs-ambiguous"),
        ({"bo.srt": BO, "zh.srt": ZH, "both.srt": BOTH}, "inputs-ambiguous"),
        ({"bo.srt": BO, "zh.srt": b"\xff\xfe\0\xd8\xff" * 40}, None),
        ({"bo.srt": BO, "配音.wav": WAV}, "inputs-unrecognised"),
    ],
)
def test_a_file_that_is_named_is_used_or_refused(
    files: Mapping[str, str | bytes], code: str | None, tmp_path: Path
) -> None:
    laid_out(tmp_path, files)
    named = [tmp_path / name for name in files]
    if code is None:  # reading it says what is wrong
        assert recognise(named).zh == named[1]
        return
    with pytest.raises(BilingualError) as caught:
        recognise(named)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("files", "sure", "doubts"),
    [
        (
            {"v.mp4": MP4, "1.srt": BO, "2.srt": BO + "\n", "zh.srt": ZH},
            {"video": "v.mp4", "zh": "zh.srt"},
            [("bo", {"1.srt", "2.srt"})],
        ),
        (
            {"v.mp4": MP4, "w.mp4": MP4, "bo.srt": BO, "form.toml": FORM},
            {"bo": "bo.srt", "form": "form.toml"},
            [("video", {"v.mp4", "w.mp4"})],
        ),
        (
            {"1.srt": BO, "2.srt": BO + "\n", "3.srt": ZH, "4.srt": ZH + "\n"},
            {},
            [("bo", {"1.srt", "2.srt"}), ("zh", {"3.srt", "4.srt"})],
        ),
        (
            {"v.mp4": MP4, "1.srt": BOTH, "2.srt": BOTH + "\n"},
            {"video": "v.mp4"},
            [("both", {"1.srt", "2.srt"})],
        ),
        (
            {"bo.srt": BO, "zh.srt": ZH, "form.toml": FORM, "报名.toml": FORM + "\n"},
            {"bo": "bo.srt", "zh": "zh.srt"},
            [("form", {"form.toml", "报名.toml"})],
        ),
    ],
    ids=["Tibetan", "videos", "both languages", "bilingual", "forms"],
)
def test_what_is_sure_is_told_where_the_rest_may_be_left_open(
    files: Mapping[str, str | bytes],
    sure: Mapping[str, str],
    doubts: list[tuple[str, set[str]]],
    tmp_path: Path,
) -> None:
    found = recognise([laid_out(tmp_path, files)], leave_open=True)
    assert {role: path.name for role, path in found.taken()} == sure
    assert [(d.error.params["role"], {p.name for p in d.files}) for d in found.doubts] == doubts
    for doubt in found.doubts:
        assert {p.name for p in doubt.files} == {*doubt.error.params["files"]}
    with pytest.raises(InputError) as caught:  # as it is without
        recognise([tmp_path])
    assert caught.value.params == found.doubts[0].error.params


def test_a_copy_that_is_named_is_no_second_file(tmp_path: Path) -> None:
    laid_out(tmp_path, {"bo.srt": BO, "zh.srt": ZH, "zh - 副本.srt": ZH})
    found = recognise([tmp_path / "bo.srt", tmp_path / "zh.srt", tmp_path / "zh - 副本.srt"])
    assert found.zh == tmp_path / "zh.srt"
    again = recognise([tmp_path / "bo.srt", tmp_path / "bo.srt"])
    assert (again.bo, again.zh) == (tmp_path / "bo.srt", None)


def test_what_an_option_named_is_not_looked_for(tmp_path: Path) -> None:
    laid_out(tmp_path, {"w/v.mp4": MP4, "w/a.srt": ZH, "w/b.srt": ZH + "\n", "bo.srt": BO})
    given = {"bo": tmp_path / "bo.srt", "zh": tmp_path / "w" / "b.srt", "form": None}
    found = recognise([tmp_path / "w"], given=given)
    assert dict(found.taken()) == {
        "video": tmp_path / "w" / "v.mp4",
        "bo": tmp_path / "bo.srt",
        "zh": tmp_path / "w" / "b.srt",
    }
    assert found.unused == (tmp_path / "w" / "a.srt",)


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    laid_out(tmp_path, {"bo.srt": BO})
    with pytest.raises(InputError) as caught:
        recognise([tmp_path / "bo.srt", tmp_path / "zh.srt"])
    assert caught.value.code == "file-missing"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_lead_nowhere(tmp_path: Path) -> None:
    outside = laid_out(tmp_path / "outside", {"zh.srt": ZH})
    work = laid_out(tmp_path / "work", {"bo.srt": BO})
    (work / "zh.srt").symlink_to(outside / "zh.srt")
    (work / "more").symlink_to(outside)
    (work / "loop").symlink_to(work)
    os.mkfifo(work / "pipe.srt")
    found = recognise([work])
    assert dict(found.taken()) == {"bo": work / "bo.srt"}
    with pytest.raises(InputError) as caught:
        recognise([work / "bo.srt", work / "zh.srt"])
    assert caught.value.code == "file-is-link"


def test_a_folder_of_thousands_is_refused(tmp_path: Path) -> None:
    for number in range(501):
        (tmp_path / f"{number}.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recognise([tmp_path])
    assert caught.value.code == "inputs-too-many"
    assert "500" in caught.value.message("zh")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read anything")
def test_a_folder_that_may_not_be_listed(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    with pytest.raises(InputError) as caught:
        recognise([tmp_path])
    tmp_path.chmod(0o700)
    assert caught.value.code == "file-unreadable"


def test_a_fixed_file_takes_the_place_of_the_one_that_it_was_made_of(tmp_path: Path) -> None:
    changed = ZH + "\n"
    files: dict[str, str | bytes] = {"v.mp4": MP4, "bo.srt": BO, "zh.srt": ZH}
    files["zh.fixed.srt"] = changed
    laid_out(tmp_path, files)
    found = recognise([tmp_path])
    assert found.zh == tmp_path / "zh.fixed.srt"
    assert (found.replaced, found.unused) == ((tmp_path / "zh.srt",), ())
    # Named itself, it is meant as well; and so is one that was changed afterwards.
    with pytest.raises(InputError, match="zh"):
        recognise([tmp_path / name for name in files])
    later = (tmp_path / "zh.fixed.srt").stat().st_mtime + 3600
    os.utime(tmp_path / "zh.srt", (later, later))
    with pytest.raises(InputError) as caught:
        recognise([tmp_path])
    assert caught.value.code == "inputs-ambiguous"


def test_a_fixed_bilingual_file_too(tmp_path: Path) -> None:
    laid_out(tmp_path, {"both.srt": BOTH, "both.fixed.srt": BOTH + "\n"})
    found = recognise([tmp_path])
    assert found.bo == found.zh == tmp_path / "both.fixed.srt"
    assert found.replaced == (tmp_path / "both.srt",)


def test_a_fixed_name_alone_replaces_nothing(tmp_path: Path) -> None:
    laid_out(tmp_path, {"bo.srt": BO, "1.srt": ZH, "2.fixed.srt": ZH + "\n"})
    with pytest.raises(InputError) as caught:
        recognise([tmp_path])
    assert caught.value.code == "inputs-ambiguous"


def test_subtitles_without_a_cue_are_not_taken_for_a_language(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"空.vtt": "WEBVTT\n\n", "bo.srt": BO, "zh.srt": ZH}
    found = recognise([laid_out(tmp_path / "作品", files)])
    assert {role: path.name for role, path in found.taken()} == {"bo": "bo.srt", "zh": "zh.srt"}
    assert [path.name for path in found.unused] == ["空.vtt"]


def test_a_broken_file_that_is_named_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    folder = laid_out(tmp_path / "作品", {"bo.srt": BO, "zh.srt": ZH, "坏.vtt": "no signature"})
    with pytest.raises(BilingualError) as caught:
        recognise([folder / "bo.srt", folder / "zh.srt", folder / "坏.vtt"])
    assert (caught.value.code, caught.value.params) == ("vtt-signature", {"path": "坏.vtt"})
