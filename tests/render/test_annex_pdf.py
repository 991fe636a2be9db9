"""The annex as PDF: both scripts on it, hostile text harmless, the same bytes again."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest

from bilingual.errors import DependencyError
from bilingual.locale import error_sentence
from bilingual.model.review import CueState, FindingState
from bilingual.render.annex import Annex, digest_of, render_annex_pdf
from bilingual.render.annex.fonts import fonts_for, showable
from bilingual.render.annex.pdf import _broken
from tests.render.annex_support import TITLE, document, finding, judged, made
from tests.render.test_annex_pages import PAYLOADS, full

pytest.importorskip("typst", reason="needs the extra annex")
pdfium = pytest.importorskip("pypdfium2", reason="reads PDF back; needs the extra dev")

# Stacks of three and four, vowels above and below, Sanskrit.
STACKS = "བརྒྱུད་རྐྱེན་སྒྲིབ་བསྒྲུབས་ཧཱུྃ་ཀྵ་ཨོཾ"


@pytest.fixture(autouse=True)
def nothing_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where no font was fetched."""
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))


def pdf(annex: Annex, language: str = "zh") -> bytes:
    return render_annex_pdf(annex, digest_of(annex.to_bytes()), language)


def pages(data: bytes) -> list[str]:
    """The text of each page, white space gone."""
    found = pdfium.PdfDocument(data)
    try:
        texts = [page.get_textpage().get_text_bounded() for page in found]
    finally:
        found.close()
    return [squeezed(text) for text in texts]


def squeezed(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_says_what_it_is_and_is_not(language: str) -> None:
    annex = made()
    text = "".join(pages(pdf(annex, language)))
    stated = {"zh": "不是翻译准确性的证明", "en": "does not certify"}[language]
    for part in (TITLE, stated, "川科普〔2024〕6号", {"zh": "盖章", "en": "stamp"}[language]):
        assert squeezed(part) in text
    assert digest_of(annex.to_bytes()) in text


def test_every_page_carries_the_short_digest_and_its_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bilingual.render.kinds.FEW", 300)
    report = document()
    report["findings"] = [finding() for _ in range(300)]
    dismissed: tuple[FindingState, str] = ("dismissed", "理由" * 60)
    wrong: tuple[CueState, str] = ("wrong", "漏译" * 60)
    said = judged(report, dict.fromkeys(range(150), dismissed), dict.fromkeys(range(3), wrong))
    annex = made(report, review=said)
    found = pages(pdf(annex))
    assert len(found) == 2
    for number, text in enumerate(found, 1):
        assert f"SHA-256{digest_of(annex.to_bytes())[:16]}" in text
        assert f"{number}/{len(found)}" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_work_in_order_takes_one_page(language: str) -> None:
    report = document()
    report |= {"verdict": "pass", "findings": []}
    points: list[dict[str, Any]] = [
        {"rule": rule, "verdict": "unknown", "reason": "needs-human", "params": {}}
        | {"required": False}
        for rule in ("credits", "transcript-mismatch", "foreign-subtitles", "speech-uncovered")
    ]
    report["checks"] = [*report["checks"], *points]
    unsure: tuple[CueState, str] = ("unsure", "不能确定的原因" * 9)
    said = judged(report, cues=dict.fromkeys(range(3), unsure))
    assert len(pages(pdf(made(report, review=said), language))) == 1


def test_same_annex_same_bytes() -> None:
    annex = made()
    assert pdf(annex) == pdf(annex)


def test_it_is_for_the_archive_and_for_screen_readers() -> None:
    data = pdf(made())
    for mark in (b"pdfaid:part>2<", b"pdfaid:conformance>A<", b"pdfuaid:part>1<", b"/Lang"):
        assert mark in data
    assert b"/JavaScript" not in data
    assert b"/URI" not in data


def test_tibetan_is_shaped_and_there(tmp_path: Path) -> None:
    """No glyph is missing: each letter of the stacks is in the file, and ink is where it stands."""
    annex = made(title=STACKS)
    data = pdf(annex)
    letters = {c for c in STACKS if unicodedata.category(c) == "Lo"}
    text = pages(data)[0]
    assert letters - set(text) == set()
    assert b"NotoSerifTibetan" in data
    assert b"NotoSansSC" in data


def test_stacks_are_stacked() -> None:
    """Shaped, a stack is as wide as its widest letter; side by side it would be three times that."""
    found = pdfium.PdfDocument(pdf(made(title="ཀརྒྱུཀ")))
    page = found[0].get_textpage()
    start = page.search("ཀརྒྱུཀ").get_next()
    if start is None:  # how pdfium orders marks is its own affair
        pytest.skip("pdfium does not find the word")
    at, count = start
    boxes = [page.get_charbox(at + n) for n in range(count)]
    wide = max(b[2] for b in boxes) - min(b[0] for b in boxes)
    one = boxes[0][2] - boxes[0][0]
    found.close()
    assert wide < 4.5 * one


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(payload: str) -> None:
    text = "".join(pages(pdf(full(payload))))
    shown = payload.replace("\u202e", "〈U+202E〉").replace("\x1b", "〈U+001B〉")
    assert text.count(squeezed(shown)) >= 3


def test_long_titles_fit() -> None:
    for title in ("长" * 300, "a" * 300, "བ" * 300, "ཀྲུང་གོའི་" * 30, "W" * 290 + "ྒྱུ"):
        data = pdf(made(title=title))
        found = pdfium.PdfDocument(data)
        width = found[0].get_width()
        page = found[0].get_textpage()
        right = max(page.get_charbox(n)[2] for n in range(page.count_chars()))
        found.close()
        assert right < width - 39, title[:3]


def test_breaks_never_part_a_stack() -> None:
    assert _broken("ཀྱུ" * 30).replace("\u200b", "") == "ཀྱུ" * 30
    for piece in _broken("ཀྱུ" * 30).split("\u200b"):
        assert not unicodedata.category(piece[0]).startswith("M")
    assert _broken("中文" * 30) == "中文" * 30


def test_a_character_that_no_font_has_is_reported() -> None:
    with pytest.raises(DependencyError, match="fetch noto-sans-cjk") as caught:
        pdf(made(title="嘂"))
    assert caught.value.code == "annex-font-missing"
    assert caught.value.params["characters"] == "嘂"


def test_other_scripts_are_shown_by_number() -> None:
    assert "〈U+1F600〉" in "".join(pages(pdf(made(title="晴😀"))))
    fonts = fonts_for(["藏"])
    assert showable({"a": ["⟨U+202E⟩", "ok"]}, fonts) == {"a": ["〈U+202E〉", "ok"]}


def test_common_characters_and_all_tibetan_letters_are_there() -> None:
    gb2312 = "".join(
        bytes([a, b]).decode("gb2312", "ignore")
        for a in range(0xB0, 0xF8)
        for b in range(0xA1, 0xFF)
    )
    tibetan = "".join(
        chr(c) for c in range(0xF00, 0xFBD) if unicodedata.category(chr(c)) not in ("Cn",)
    )
    known = frozenset[int]().union(*(f.points for f in fonts_for([gb2312])))
    missing = [c for c in tibetan if ord(c) not in known]
    assert missing == []


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(DependencyError) as caught:
        pdf(made())
    assert caught.value.code == "annex-needs-typst"
    for language in ("zh", "en"):
        words = error_sentence(caught.value.code, caught.value.params, language)
        assert 'pip install "bilingual-subtitles[annex]"' in words
