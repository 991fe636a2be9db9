"""The annex's page: what it says, what stays text, what it fetches (nothing)."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from bilingual.model.review import CueState, PointDecision, Review, Reviewer
from bilingual.render.annex import Annex, digest_of, render_annex_html, view_of
from bilingual.render.annex.appendix import render_annex_appendix
from bilingual.render.annex.view import ROOM
from bilingual.render.review import point_keys
from bilingual.render.words import MAIN_MEASURES, rule_asks, rule_holds, rule_title
from tests.render.annex_support import (
    PARTY,
    TITLE,
    document,
    finding,
    judged,
    made,
    report_of,
    saved,
)

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


def appendix(annex: Annex, report: dict[str, Any] | None = None, language: str = "zh") -> str:
    return render_annex_appendix(annex, saved(report), digest_of(annex.to_bytes()), language)


def full(text: str) -> Annex:
    """An annex that has some text in every place a stranger can write to."""
    report = document()
    report["findings"] = [finding(params={"bo_text": text, "zh_text": text})]
    report["inputs"][0]["name"] = text
    report["tracks"]["bo"]["cues"][0]["plain"] = text
    said = judged(report, {0: ("confirmed", text)}, {0: ("wrong", text)}, reviewer=text)
    return made(report, title=text + ".", party=text + ".", review=said)


def test_it_says_what_it_is_and_is_not() -> None:
    text = page(made()).text
    for part in (TITLE, PARTY, "不是翻译准确性的证明", "川科普〔2024〕6号"):
        assert part in text
    for part in ("签字", "盖章", "日期", "没有一条译文经人确认", "UTC+8"):
        assert part in text
    assert "does not certify" in page(made(), "en").text


@pytest.mark.usefixtures("no_fonts")
def test_it_is_all_chinese() -> None:
    """Names of files, tools and formats apart, no word of it is English; those of the
    appendix are."""
    report = document()
    report["findings"] = [finding(severity=s) for s in ("error", "warning", "info")]
    said = judged(report, {0: ("dismissed", "数字在图里")}, {0: ("unsure", "")}, reviewer="卓玛")
    text = page(made(report, review=said)).text.split("}", 1)[-1].rsplit("}", 1)[-1]
    text = re.sub(r"\b[0-9a-f]{4}(?: [0-9a-f]{4})+|\b[0-9a-f]{8}\b", "", text)  # hashes
    words = set(re.findall(r"[A-Za-z]{3,}", text))
    assert words <= {"SHA", "srt", "bilingual", "subtitles", "UTC"}, words
    assert "nrefs" not in text
    assert "does not certify" in appendix(made(report, review=said))


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
    text = " ".join(page(made(report)).text.split())
    more = appendix(made(report), report)
    counted = [m for m in report["measures"] if m["numerator"] is not None and m["denominator"]]
    main = [m for m in counted if m["id"] in MAIN_MEASURES]
    assert main
    assert len(main) < len(counted)
    for measure in counted:
        if not measure["id"].endswith("_time"):
            shown = f"({measure['numerator']:g}/{measure['denominator']:g})"
            assert shown in more
            assert shown in text or measure not in main


def test_every_check_is_in_the_appendix_under_what_holds() -> None:
    report = document()
    more = appendix(made(report), report)
    assert {c["verdict"] for c in report["checks"]} >= {"pass", "not-applicable"}
    words_of = {"pass": rule_holds, "fail": rule_title}
    for check in report["checks"]:
        words = words_of.get(check["verdict"], rule_asks)
        assert words(check["rule"], "zh") in more
    assert "[没有问题] 没有照抄未译的字幕" in more


def test_a_hint_is_no_clean_check() -> None:
    report = document()
    report["checks"] = [
        {"rule": "line-length", "verdict": "pass", "reason": None, "params": {}, "required": False}
    ]
    report["findings"] = [finding(rule="line-length", severity="info")]
    view = view_of(made(report), "0" * 64)
    assert view.checked.startswith("共检查 1 项：0 项没有发现问题，1 项有发现")


def test_open_points_are_listed_with_what_a_person_said() -> None:
    report = document() | {"findings": []}
    report["checks"] = [
        {"rule": rule, "verdict": "unknown", "reason": why, "params": {}, "required": required}
        for rule, why, required in (
            ("credits", "needs-human", False),
            ("language-pair", "pair-maybe-bo-zh", True),
        )
    ]
    key = point_keys(report_of(report))["credits"]
    said = Review(
        reviewer=Reviewer(name="卓玛"),
        points=(PointDecision(key=key, state="holds", note="片尾有署名"),),
    )
    view = view_of(made(report, review=said), "0" * 64)
    assert [(p.title, p.required, p.decided) for p in view.points] == [
        ("解说与字幕的语言组合是否符合要求", True, ""),
        ("片头或片尾是否有署名，体现权属", False, "符合，卓玛，片尾有署名"),
    ]
    assert view.settled.endswith("无法判断（其中 1 处由卓玛判定）")
    english = view_of(made(report, review=said), "0" * 64, "en")
    assert english.settled.endswith("Cannot be judged (with 1 of its points settled by 卓玛)")


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
    assert len(view.findings) == ROOM.findings
    assert {f.severity for f in view.findings} == {"error"}
    assert str(300 - ROOM.findings) in view.more_findings
    assert "错误 100 处" in view.tally
    assert page(annex).tags.count("tr") < 2 * ROOM.findings + 20
    assert appendix(annex, report).count("两种语言的数字不一致 |") == 300


@pytest.mark.usefixtures("no_fonts")
def test_many_of_one_kind_are_one_with_every_place() -> None:
    report = document()
    report["findings"] = [finding(bo=[n % 3], zh=[n % 3]) for n in range(300)]
    view = view_of(made(report), "0" * 64)
    (found,) = view.findings
    assert found.count == 300
    assert found.place == "×300 中文第 1–3 条，藏文第 1–3 条"
    assert view.more_findings == ""


def test_dismissed_findings_have_their_reason_and_name() -> None:
    report = document()
    report["findings"] = [finding(), finding()]
    said = judged(report, {0: ("dismissed", "数字在图里")})
    view = view_of(made(report, review=said), "0" * 64)
    assert [f.state for f in view.findings] == ["未复核"]
    assert [(f.state, f.by, f.note) for f in view.dismissed] == [
        ("不是问题", "བསོད་ནམས།", "数字在图里")
    ]
    assert view.tally == "错误 2 处（未复核 1，属实 0，不是问题 1）"
    assert view.more_findings == ""


def test_what_the_reader_said() -> None:
    report = document()
    right: tuple[CueState, str] = ("confirmed-correct", "")
    said = judged(report, cues={0: right, 1: right, 2: ("wrong", "数不对")})
    view = view_of(made(report, review=said), "0" * 64)
    assert view.reading is not None
    assert view.reading.who == "བསོད་ནམས།"
    assert view.reading.summary == (
        "全片 3 组对照，看过 3 组：译文正确 2 组，有误 1 组，不能确定 0 组。"
    )
    (wrong,) = view.reading.cues
    assert (wrong.bo, wrong.note) == ("མི་ ༡༢ ཡོད།", "数不对")


def test_many_doubtful_cues_are_capped_and_counted() -> None:
    report = document()
    annex = made(report, review=judged(report, cues={0: ("unsure", "")}))
    assert annex.review is not None
    many = replace(annex.review, cues=annex.review.cues * (ROOM.cues + 7))
    annex = replace(annex, review=many)
    view = view_of(annex, "0" * 64)
    assert view.reading is not None
    assert len(view.reading.cues) == ROOM.cues
    assert "7" in view.reading.more


def test_tracks_without_a_file_of_their_own() -> None:
    report = document()
    report["inputs"] = [{"role": "video", "name": "v.mp4", "bytes": 5, "sha256": "0" * 64}]
    report["tracks"]["bo"]["source"] = "embedded"
    report["tracks"]["zh"] = None
    report["alignment"] = None
    report["findings"] = []
    rows = {row.label: row.value for row in view_of(made(report), "0" * 64).rows}
    assert rows["藏文字幕"] == "视频内封字幕，3 条"
    assert rows["中文字幕"] == "没有"


def test_models_and_settings_are_in_the_appendix() -> None:
    report = document()
    report["provenance"]["models"] = [{"name": "mine\u202e.pt", "sha256": "ab" * 32}]
    report["provenance"]["config"]["asr"] = {"engine": "x\u202ey"}
    more = appendix(made(report), report)
    assert f"mine⟨U+202E⟩.pt  {'ab' * 32}" in more
    assert '"engine": "x\\u202ey"' in more
    assert "\u202e" not in more


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_unseen_is_in_the_appendix(payload: str) -> None:
    more = appendix(full(payload))
    assert not {"\u202e", "\x1b"} & set(more)
    assert more.isprintable() or set(more) - {c for c in more if c.isprintable()} == {"\n"}


@pytest.mark.usefixtures("no_fonts")
def test_a_profile_or_rule_of_another_day() -> None:
    report = document()
    report["provenance"]["config"]["profile"] = "sichuan-2031"
    report["findings"] = [finding(rule="rule-of-tomorrow", params={"x": "<b>"})]
    text = page(made(report)).text
    assert "sichuan-2031 bilingual" in text
    assert "rule-of-tomorrow" in text


def test_what_a_person_said_of_checks_and_pairs_is_in_the_appendix() -> None:
    report = document() | {"findings": []}
    report["checks"] = [
        {"rule": "credits", "verdict": "unknown", "reason": "needs-human", "params": {}}
    ]
    report["checks"][0]["required"] = False
    key = point_keys(report_of(report))["credits"]
    said = Review(
        reviewer=Reviewer(name="卓玛"),
        points=(PointDecision(key=key, state="holds", note="片尾有署名"),),
    )
    annex = made(report, review=said)
    more = appendix(annex, report)
    (line,) = [line for line in more.splitlines() if "片尾有署名" in line]
    assert line.strip().startswith(f"{rule_asks('credits', 'zh')} | ")
    assert "卓玛" in line


def test_decisions_on_what_has_changed_are_counted_and_left_out() -> None:
    """A review of the same work, one text of which was changed since."""
    before = document()
    said = judged(before, cues={0: ("confirmed-correct", ""), 1: ("wrong", "漏译")})
    after = document()
    for form in ("text", "plain"):
        after["tracks"]["zh"]["cues"][1][form] = "太阳是恒星。"
    view = view_of(made(after, review=said), "0" * 64)
    assert view.reading is not None
    assert "另有 1 处以前的判定所针对的内容已变，没有计入。" in view.reading.summary
    assert "漏译" not in str(view.reading)


def test_a_report_that_holds_its_review_needs_no_file_of_it() -> None:
    found = document()
    said = judged(found, findings={0: ("confirmed", "确实不对")})
    held = report_of(found).with_review(said).to_json()
    annex = made(json.loads(held))
    assert annex.review is not None
    assert annex.review.reviewer == "བསོད་ནམས།"
    given = made(json.loads(held), review=said)
    assert given.review is not None
    # The hash is that of a file; what is held in the report was bound to it.
    assert replace(given.review, sha256=annex.review.sha256) == annex.review
    assert given.findings == annex.findings


def test_how_a_figure_was_made_is_in_the_appendix() -> None:
    report = document()
    measure = report["measures"][0] | {"signature": "nrefs:1|tok:zh", "denominator": 10}
    report["measures"] = [measure]
    assert "nrefs:1|tok:zh" in appendix(made(report), report)
