"""A file with both languages, given for either or as the only one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bilingual import load_track, verify
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.formats.base import arrow_clock
from bilingual.model import Report
from bilingual.pipeline.term_sources import load_work, paired_work
from bilingual.sample.script import script

PAIRS = [(line.zh, line.bo) for line in script().sentences]


def srt(texts: Sequence[str], clock: Sequence[int] | None = None) -> str:
    starts = clock or [4000 * n for n in range(len(texts))]
    return "\n".join(
        f"{n}\n{arrow_clock(at, ',')} --> {arrow_clock(at + 3000, ',')}\n{text}\n"
        for n, (at, text) in enumerate(zip(starts, texts, strict=True), 1)
    )


def missing(report: Report) -> list[int]:
    return sorted(f.zh[0] for f in report.findings if f.rule == "missing-translation")


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """Two lines a cue; the Tibetan of every third sentence is missing."""
    texts = [zh if n % 3 == 0 else f"{zh}\n{bo}" for n, (zh, bo) in enumerate(PAIRS)]
    path = tmp_path / "both.srt"
    path.write_text(srt(texts), encoding="utf-8")
    return path


@pytest.mark.parametrize("role", ["bo", "zh", "video"])
def test_a_missing_line_is_found_wherever_the_file_is_given(both: Path, role: str) -> None:
    report = verify(**{role: both})  # type: ignore[arg-type]
    assert report.bo is not None
    assert report.zh is not None
    assert (len(report.bo.cues), len(report.zh.cues)) == (26, 39)
    assert missing(report) == list(range(0, 39, 3))
    rules = {f.rule for f in report.findings}
    assert not rules & {"untranslated", "cue-overlap", "wrong-script", "foreign-tracks"}
    assert [i.role for i in report.inputs] == ["bo" if role == "video" else role]


def test_one_line_of_the_wanted_language_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "x.srt"
    texts = [zh for zh, _ in PAIRS]
    texts[5] += "\n" + PAIRS[5][1]
    path.write_text(srt(texts), encoding="utf-8")
    report = verify(bo=path)
    assert report.bo is not None
    assert len(report.bo.cues) == 1
    assert load_track(path, language="bo").cues[0].start_ms == 20_000


def test_a_file_of_its_own_beside_takes_precedence(tmp_path: Path) -> None:
    """Chinese with two lines of Tibetan quoted, and the Tibetan in its own file."""
    zh, bo = tmp_path / "zh.srt", tmp_path / "bo.srt"
    texts = [f"{z}\n{b}" if n in (3, 9) else z for n, (z, b) in enumerate(PAIRS)]
    zh.write_text(srt(texts), encoding="utf-8")
    bo.write_text(srt([b for _, b in PAIRS]), encoding="utf-8")
    report = verify(bo=bo, zh=zh)
    assert report.zh is not None
    assert [c.text for c in report.zh.cues] == texts
    assert missing(report) == []


def test_a_bilingual_file_beside_one_of_one_language(both: Path, tmp_path: Path) -> None:
    zh = tmp_path / "zh.srt"
    zh.write_text(srt([z for z, _ in PAIRS]), encoding="utf-8")
    report = verify(bo=both, zh=zh)
    assert report.bo is not None
    assert len(report.bo.cues) == 26
    assert missing(report) == list(range(0, 39, 3))


def test_the_same_file_for_both(both: Path) -> None:
    report = verify(bo=both, zh=both)
    assert missing(report) == list(range(0, 39, 3))


def test_what_a_wrong_file_holds_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.srt"
    path.write_text(srt([zh for zh, _ in PAIRS]), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        verify(bo=path)
    assert caught.value.code == "track-wrong-language"
    assert {k: caught.value.params[k] for k in ("cues", "other", "own")} == {
        "cues": 39,
        "other": 39,
        "own": 0,
    }
    assert "39 条是中文" in caught.value.message("zh")
    assert "--zh" in caught.value.message("en")


def test_terms_and_alignment_take_it_too(both: Path) -> None:
    config = Config.load()
    assert len(load_work(both, config).bo) == len(paired_work(both, both, config).bo) == 26


UNUSABLE = {
    "time-beyond-limit": srt(["水", "火"], [360_000_000, 360_004_000]),
    "timing-frames": srt(["水", "火"])
    .replace(",", ":")
    .replace("000 ", "00 ")
    .replace(":000\n", ":00\n"),
    "time-negative": srt(["水", "火"]).replace("00:00:0", "-00:00:0"),
}


@pytest.mark.parametrize("code", UNUSABLE)
def test_why_no_cue_is_usable_is_said(code: str, tmp_path: Path) -> None:
    path = tmp_path / "x.srt"
    path.write_text(UNUSABLE[code], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        verify(zh=path)
    assert caught.value.code == "track-unusable"
    assert caught.value.params["problem"] == code
    assert (caught.value.params["line"], caught.value.params["count"]) == (2, 2)
    for language in ("zh", "en"):
        said = caught.value.message(language)
        assert code not in said
        assert "2" in said
        assert "?" not in said
