"""Many findings of one kind are shown once, with their number and every place."""

from __future__ import annotations

import csv
import io

from bilingual.model import Report
from bilingual.render.html.page import render_html
from bilingual.render.kinds import FEW, kinds, kinds_of, places, ranges
from bilingual.render.sheet import render_sheet
from bilingual.render.text.report import render
from tests.support import examined, track

COUNT = 12
ZH = [(3000 * n, 3000 * n + 2500, f"第 {n} 天称得 {7 * n + 3} 克。") for n in range(COUNT)]
BO = [
    (a, b, f"ཉིན་ {n} པར་ཁེ་ {7 * n + 3} བྱུང་།")
    for n, (a, b, _) in enumerate(ZH)
    if n not in (2, 3, 5, 7, 9)
]


def report() -> Report:
    return examined(bo=track("bo", BO), zh=track("zh", ZH))


def test_few_stay_apart_and_order_is_kept() -> None:
    assert kinds("abcabcabdaa", key=str) == [
        ("a", "a", "a", "a", "a"), ("b",), ("c",), ("b",), ("c",), ("b",), ("d",)
    ]  # fmt: skip
    assert len(kinds("aaa", key=str)) == FEW


def test_ranges() -> None:
    assert ranges([4, 0, 1, 2, 7, 7]) == "1–3, 5, 8"


def test_places_name_every_cue() -> None:
    missing = [f for f in report().findings if f.rule == "missing-translation"]
    assert places(missing, "en") == "zh #3–4, 6, 8, 10"
    (kind,) = kinds_of(missing)
    assert len(kind) == 5


def test_text() -> None:
    text = render(report(), "en", width=120)
    assert text.count("has no Tibetan") == 1
    assert " … ×5 " in text
    assert "in all 5: zh #3–4, 6, 8, 10" in text
    assert "(5 of 5)" in text


def test_page_shows_it_once_first_and_each_in_its_place() -> None:
    page = render_html(report(), "en")
    first = page[page.index('<ol class="first">') : page.index("</ol>")]
    assert first.count("<li>") == 1
    assert "×5 · 4 more of this kind: zh #" in first
    for number in range(5):
        assert f'id="finding-{number}"' in page


def test_many_in_one_cue_are_folded() -> None:
    text = "ཞིིག " * 6
    bo = track("bo", [(0, 3000, text)])
    found = examined(bo=bo)
    assert sum(f.rule == "tibetan-syllable" for f in found.findings) == 6
    page = render_html(found, "en")
    assert "×6 · 5 more of this kind: bo #1" in page
    rows = list(csv.reader(io.StringIO(render_sheet(found, "csv", "en").decode("utf-8-sig"))))
    cell = next(c for row in rows for c in row if "repeated vowel" in c)
    assert cell.count("repeated vowel") == 1
    assert "in all 6: bo #1" in cell
