"""The report on a terminal: a line a finding, in columns, and nothing that steers it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import Report, verify
from bilingual.model import Severity
from bilingual.render.text.columns import columns_of, fitted, shorten
from bilingual.render.text.report import render
from tests.render.test_html import PAYLOADS

ZH = [f"今天我们看见{n}座山。" for n in range(10, 34)]
BO = [f"དེ་རིང་ང་ཚོས་རི་{n}་མཐོང་།" for n in range(10, 34)]


def srt(texts: list[str]) -> str:
    return "".join(
        f"{n}\n00:{n // 15:02}:{n * 4 % 60:02},000 --> 00:{n // 15:02}:{n * 4 % 60 + 3:02},000\n{t}\n\n"
        for n, t in enumerate(texts)
    )


def report_of(folder: Path, bo: list[str], zh: list[str]) -> Report:
    for name, texts in (("bo.srt", bo), ("zh.srt", zh)):
        (folder / name).write_text(srt(texts), encoding="utf-8")
    return verify(bo=folder / "bo.srt", zh=folder / "zh.srt")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    # Fourteen wrong numbers: more than a terminal shows.
    bo = [t if n % 2 and n > 4 else t.replace(str(n + 10), str(n + 61)) for n, t in enumerate(BO)]
    return report_of(tmp_path_factory.mktemp("work"), bo, ZH)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings of one kind are not put together, however many."""
    monkeypatch.setattr("bilingual.render.kinds.FEW", 100)


def table(text: str, language: str = "zh") -> list[str]:
    lines = text.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(("最要紧", "Most important")))
    return [line for line in lines[at + 2 : at + 12] if re.match(r"  [ \d]\d  ", line)]


@pytest.mark.usefixtures("one_by_one")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_ten_findings_a_line_each_within_the_columns(
    report: Report, width: int, language: str
) -> None:
    assert len([f for f in report.findings if f.severity is not Severity.INFO]) > 10
    rows = table(render(report, language, width))
    assert len(rows) == 10
    assert max(columns_of(row) for row in rows) <= width


@pytest.mark.usefixtures("one_by_one")
def test_a_row_has_time_cue_texts_reason_and_remedy(report: Report) -> None:
    first = report.findings[0]
    row = table(render(report, "zh", 200))[0]
    number = first.zh[0]
    assert report.bo is not None
    assert f"中{number + 1} 藏{number + 1}" in row
    assert re.search(r"\d\d:\d\d\.\d", row)
    assert ZH[number] in row
    assert report.bo.cues[number].text[:10] in row
    assert "两种语言的数字不一致" in row
    assert "看哪个数对" in row


@pytest.mark.usefixtures("one_by_one")
def test_columns_are_aligned(report: Report) -> None:
    rows = table(render(report, "zh", 120))
    places = {columns_of(row[: row.index("今天")]) for row in rows}
    assert len(places) == 1
    assert len({columns_of(row[: row.index("དེ་རིང")]) for row in rows}) == 1


@pytest.mark.usefixtures("one_by_one")
def test_each_in_full_below(report: Report) -> None:
    text = render(report, "zh", 80)
    shown = text.split("逐条说明与改法\n")[1].split("\n\n")[0]
    assert len(re.findall(r"^ +\d+\. ", shown, re.MULTILINE)) == 10
    assert shown.count("(number-mismatch)") == 1
    assert "→  对照画面和解说看哪个数对" in shown


def test_what_steers_a_terminal_is_shown(tmp_path: Path) -> None:
    zh = [f"{PAYLOADS[n % len(PAYLOADS)]}{t}" for n, t in enumerate(ZH)]
    bo = [f"\u202e{t}\x1b]0;x\x07\u2066\u200f" for t in reversed(BO)]
    text = render(report_of(tmp_path, bo, zh), "zh", 120)
    assert not re.findall(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text
    )
    assert "⟨U+202E⟩" in text


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("太阳1", 5),
        ("ལྡབ་༡༩༠ཡིན།", 9),  # letters, marks between them, digits; a vowel takes none
        ("རྒྱ", 1),
        ("བསྒྲུབས་", 5),
        ("e\u0301", 1),
        ("，。", 4),
        ("", 0),
    ],
)
def test_columns(text: str, columns: int) -> None:
    assert columns_of(text) == columns


def test_a_cluster_is_never_cut() -> None:
    assert shorten("བསྒྲུབས་པ", 3) == "བསྒྲུ…"
    assert shorten("太阳的直径", 4) == "太…"
    assert fitted("太阳的直径", 4) == "太… "
    assert fitted("12", 4, "right") == "  12"


@given(st.text("太阳རྒྱིུ་།༡ab e\u0301", max_size=30), st.integers(1, 40))
def test_fitted_is_as_wide_as_asked(text: str, width: int) -> None:
    assert columns_of(fitted(text, width)) == width
    assert shorten(text, columns_of(text)) == text


def test_likeness_is_reported_where_a_second_version_was_submitted(tmp_path: Path) -> None:
    alone = report_of(tmp_path, BO, ZH)
    bo, zh = tmp_path / "bo.srt", tmp_path / "zh.srt"
    beside = verify(bo=bo, zh=zh, reference=bo)
    assert "chrF" not in render(alone, "zh")
    assert [line.split()[-1] for line in render(beside, "en").splitlines() if "TER" in line] == [
        "0.0"
    ]
    assert re.search(r"chrF +100\.0$", render(beside, "en"), re.MULTILINE)


def test_punctuation_is_that_of_the_words(report: Report) -> None:
    for language in ("zh", "bo"):  # Tibetan has no words of its own yet
        shown = render(report, language)
        assert "  没有提交视频\n      片头或片尾是否有署名，体现权属；" in shown
    assert "submitted\n      Whether the opening or closing credits name the owner; " in render(
        report, "en"
    )


def test_closing_sentence_points_to_cues_only_where_some_are_listed(report: Report) -> None:
    assert "请懂藏文的人先看上面列出的字幕" in render(report, "zh")
    nothing = replace(report, findings=())
    assert "上面列出" not in render(nothing, "zh")
    assert "要由懂藏文的人判断" in render(nothing, "zh")
    assert "listed above" not in render(nothing, "en")
