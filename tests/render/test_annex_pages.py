"""The annex's page: what it says, what stays text, what it fetches (nothing)."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from bilingual.render.annex import Annex, digest_of, render_annex_html, view_of
from bilingual.render.annex.view import MAX_CUES, MAX_FINDINGS
from bilingual.render.review import Review, ReviewedCues, ReviewItem, report_digest
from tests.render.annex_support import PARTY, TITLE, document, finding, made, report_of

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% for x in y %}",
    "<!--",
    "#panic() *bold* $x$ @ref <label> `raw` \\ // /*",
    "\u202egnp.exe",
    "\x1b[31mred",
]


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their fonts, which take a while to cut."""
    monkeypatch.setattr("bilingual.render.annex.html.font_css", lambda text: "")


class Parsed(HTMLParser):
    """Tags in order, attributes, and the text between."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def page(annex: Annex, language: str = "zh") -> Parsed:
    return Parsed(render_annex_html(annex, digest_of(annex.to_bytes()), language))


def review(report: dict[str, Any], **options: Any) -> Review:
    options = {"reviewer": "བསོད་ནམས།", "report_sha256": report_digest(report_of(report)), **options}
    return Review(sha256="0" * 64, **options)


def full(text: str) -> Annex:
    """An annex that has some text in every place a stranger can write to."""
    report = document()
    report["findings"] = [finding(params={"bo_text": text, "zh_text": text})]
    report["inputs"][0]["name"] = text
    report["tracks"]["bo"]["cues"][0]["plain"] = text
    item = ReviewItem(finding="number-mismatch-1", state="confirmed", note=text)
    cues = ReviewedCues(bo=(0,), zh=(0,), state="wrong", note=text)
    said = review(report, reviewer=text, items=(item,), cues=(cues,))
    return made(report, title=text + ".", party=text + ".", review=said)


def test_it_says_what_it_is_and_is_not() -> None:
    text = page(made()).text
    for part in (TITLE, PARTY, "不是翻译准确性的证明", "does not certify", "川科普〔2024〕6号"):
        assert part in text
    for part in ("签字", "盖章", "日期", "没有一条译文经人确认", "UTC+8"):
        assert part in text
    english = page(made(), "en").text
    assert english.index("does not certify") < english.index("不是翻译准确性的证明")


@pytest.mark.usefixtures("no_fonts")
def test_it_carries_the_digest() -> None:
    annex = made()
    digest = digest_of(annex.to_bytes())
    text = page(annex).text
    assert digest in re.sub(r"\s", "", text)
    short = " ".join(digest[i : i + 4] for i in range(0, 16, 4))
    assert text.count(short) >= 2


@pytest.mark.usefixtures("no_fonts")
def test_figures_come_with_their_denominators() -> None:
    report = document()
    text = page(made(report)).text
    counted = [m for m in report["measures"] if m["numerator"] is not None and m["denominator"]]
    assert counted
    for measure in counted:
        if not measure["id"].endswith("_time"):
            assert f"({measure['numerator']:g}/{measure['denominator']:g})" in text


@pytest.mark.usefixtures("no_fonts")
def test_every_check_is_somewhere() -> None:
    from bilingual.render.words import rule_title

    report = document()
    text = page(made(report)).text
    assert {c["verdict"] for c in report["checks"]} >= {"pass", "not-applicable"}
    for check in report["checks"]:
        assert rule_title(check["rule"], "zh") in text


def test_a_hint_is_no_clean_check() -> None:
    report = document()
    report["checks"] = [
        {"rule": "line-length", "verdict": "pass", "reason": None, "params": {}, "required": False}
    ]
    report["findings"] = [finding(rule="line-length", severity="info")]
    view = view_of(made(report), "0" * 64)
    assert view.passed == ""
    assert "1" in view.failed


@pytest.mark.usefixtures("no_fonts")
@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_text_stays_text(payload: str, language: str) -> None:
    plain, hostile = page(full("x"), language), page(full(payload), language)
    assert hostile.tags == plain.tags
    assert {name for name, _ in hostile.attributes} == {name for name, _ in plain.attributes}
    assert not {name for name, _ in hostile.attributes if name.startswith("on")}
    shown = payload.replace("\u202e", "⟨U+202E⟩").replace("\x1b", "⟨U+001B⟩")
    assert hostile.text.count(shown) >= 5
    assert "\u202e" not in hostile.text
    assert "\x1b" not in hostile.text


def test_nothing_is_fetched() -> None:
    html = render_annex_html(full("x"), "0" * 64)
    assert "script" not in Parsed(html).tags
    assert "default-src 'none'" in html
    assert not re.findall(r"""(?:src|href|action)\s*=""", html)
    assert not re.findall(r"url\((?![\"']?data:)", html)
    assert "@import" not in html


def test_the_glyphs_it_needs_come_with_it() -> None:
    from fontTools.ttLib import TTFont

    html = render_annex_html(full("བརྒྱུད་"), "0" * 64)
    fonts = re.findall(r'font-family:"([^"]+)"[^}]*base64,([^)"]+)', html)
    assert [name for name, _ in fonts] == ["Bilingual Han", "Bilingual Tibetan"]
    points: set[int] = set()
    for _, data in fonts:
        points |= set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
    wanted = {c for c in Parsed(html).text if "\u0f00" <= c < "\u1000" or "\u4e00" <= c < "\ua000"}
    assert {c for c in wanted if ord(c) not in points} == set()


def test_same_annex_same_page(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    annex = full("x")
    first = render_annex_html(annex, "0" * 64)
    monkeypatch.setattr(time, "time", lambda: 4e9)  # another day
    assert render_annex_html(annex, "0" * 64) == first


@pytest.mark.usefixtures("no_fonts")
def test_many_findings_are_capped_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilingual.render.kinds.FEW", 300)
    report = document()
    report["findings"] = [
        finding(severity=("info", "warning", "error")[n % 3], bo=[n % 3], zh=[n % 3])
        for n in range(300)
    ]
    annex = made(report)
    assert len(annex.findings) == 300
    view = view_of(annex, "0" * 64)
    assert len(view.findings) == MAX_FINDINGS
    assert {f.severity for f in view.findings} == {"error"}
    assert str(300 - MAX_FINDINGS) in view.more_findings
    assert "100" in view.tally[0]
    assert page(annex).tags.count("tr") < 2 * MAX_FINDINGS


@pytest.mark.usefixtures("no_fonts")
def test_many_of_one_kind_are_one_with_every_place() -> None:
    report = document()
    report["findings"] = [finding(bo=[n % 3], zh=[n % 3]) for n in range(300)]
    view = view_of(made(report), "0" * 64)
    (found,) = view.findings
    assert found.count == 300
    assert found.place == "×300\n中文第 1–3 条\n藏文第 1–3 条"
    assert view.more_findings == ""


def test_dismissed_findings_are_counted_not_listed() -> None:
    report = document()
    report["findings"] = [finding(), finding()]
    item = ReviewItem(finding="number-mismatch-1", state="dismissed")
    view = view_of(made(report, review=review(report, items=(item,))), "0" * 64)
    assert [f.state for f in view.findings] == ["未复核"]
    assert view.tally == ("错误 2 处：未复核 1，复核属实 0，复核排除 1",)
    assert view.more_findings == ""


def test_what_the_reader_said() -> None:
    report = document()
    cues = (
        ReviewedCues(bo=(0,), zh=(0,), state="confirmed-correct"),
        ReviewedCues(bo=(1,), zh=(1,), state="confirmed-correct"),
        ReviewedCues(bo=(2,), zh=(2,), state="wrong", note="数不对"),
    )
    view = view_of(made(report, review=review(report, cues=cues)), "0" * 64)
    assert view.reading is not None
    assert view.reading.who == "བསོད་ནམས།"
    assert view.reading.summary[0] == (
        "确认译文正确：2 组（全片共 3 组对照）：中文第 1–2 条，藏文第 1–2 条"
    )
    assert view.reading.summary[1].startswith("认为译文有误：1 组")
    (wrong,) = view.reading.cues
    assert (wrong.bo, wrong.note) == ("མི་ ༡༢ ཡོད།", "数不对")


def test_many_doubtful_cues_are_capped_and_counted() -> None:
    report = document()
    cue = ReviewedCues(bo=(0,), zh=(0,), state="unsure")
    annex = made(report, review=review(report, cues=(cue,) * (MAX_CUES + 7)))
    view = view_of(annex, "0" * 64)
    assert view.reading is not None
    assert len(view.reading.cues) == MAX_CUES
    assert "7" in view.reading.more


def test_tracks_without_a_file_of_their_own() -> None:
    report = document()
    report["inputs"] = [{"role": "video", "name": "v.mp4", "bytes": 5, "sha256": "0" * 64}]
    report["tracks"]["bo"]["source"] = "embedded"
    report["tracks"]["zh"] = None
    report["alignment"] = None
    report["findings"] = []
    rows = {row.label.main: row.lines for row in view_of(made(report), "0" * 64).rows}
    assert rows["藏文字幕及 SHA-256 指纹"] == ("视频内嵌字幕，3 条",)
    assert rows["中文字幕及 SHA-256 指纹"] == ("没有",)


def test_models_are_called_by_their_titles() -> None:
    report = document()
    report["provenance"]["models"] = [
        {"name": "silero-vad", "sha256": None},
        {"name": "mine.pt", "sha256": None},
    ]
    rows = {row.label.main: row.lines for row in view_of(made(report), "0" * 64).rows}
    assert rows["所用模型"] == ("Silero 语音活动检测，mine.pt",)


@pytest.mark.usefixtures("no_fonts")
def test_a_profile_or_rule_of_another_day() -> None:
    report = document()
    report["provenance"]["config"]["profile"] = "sichuan-2031"
    report["findings"] = [finding(rule="rule-of-tomorrow", params={"x": "<b>"})]
    text = page(made(report)).text
    assert "sichuan-2031 bilingual" in text
    assert "rule-of-tomorrow" in text
