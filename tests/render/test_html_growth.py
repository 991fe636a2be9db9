"""A page of very many cues and findings stays usable: it is cut, and says so."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from bilingual.fixes.lines import unified
from bilingual.locale import sentence
from bilingual.model import Alignment, Bead, Finding, Report, Severity, Verdict
from bilingual.render.html.page import render_html
from bilingual.render.html.views import MAX_BEADS, MAX_CUE_CHARACTERS, MAX_OF_RULE
from tests.bench.many_cues import many_cues
from tests.support import examined, track


@pytest.fixture(autouse=True)
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bilingual.render.html.page.font_css", lambda text: "")


def _report(size: int) -> Report:
    bo, zh = many_cues("unrelated", size)
    small = examined(*many_cues("unrelated", 3))
    beads = tuple(Bead(bo=(k,), zh=(k,), confidence=0.9, risk=k / size) for k in range(size))
    finding = Finding(
        rule="cue-overlap",
        severity=Severity.WARNING,
        confidence=1.0,
        params={"cue": 1, "other": 2, "overlap_ms": 5},
    )
    return replace(
        small,
        verdict=Verdict.REVIEW,
        bo=bo,
        zh=zh,
        alignment=Alignment(beads=beads),
        findings=tuple(replace(finding, zh=(k,)) for k in range(size)),
    )


def test_what_a_page_leaves_out_is_counted_and_named() -> None:
    report = _report(MAX_BEADS + 700)
    page = render_html(report, "en")
    assert page.count('<tr class="bead') == MAX_BEADS
    assert page.count('<li class="finding') == MAX_OF_RULE
    assert sentence("ui", "html-more-beads", {"count": 700}, "en") in page
    assert f"×{MAX_BEADS + 700 - MAX_OF_RULE}</span>" in page
    # Pairs with findings that are shown, then the riskiest.
    shown = [int(n) for n in re.findall(r'<tr class="bead [^>]*id="bead-(\d+)"', page)]
    assert set(range(1, MAX_OF_RULE + 1)) <= set(shown)
    assert shown[-1] == MAX_BEADS + 700
    assert shown == sorted(shown)
    found = re.search(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found[1])
    assert len(data["findings"]) == MAX_OF_RULE
    # What has no place on the page is not taken for changed.
    assert len(data["hidden"]) == len(report.findings) - MAX_OF_RULE + 700
    assert data["rest"]["warning"] == len(report.findings) - MAX_OF_RULE
    assert [bead["zh"][0] + 1 for bead in data["beads"]] == shown
    assert (
        sentence("ui", "tally", {"errors": 0, "warnings": len(report.findings), "infos": 0}, "en")
        in page
    )


def test_the_page_grows_no_further() -> None:
    sizes = [len(render_html(_report(size))) for size in (4000, 8000)]
    assert sizes[1] < 1.25 * sizes[0]


def test_an_ordinary_page_is_whole() -> None:
    page = render_html(_report(300))
    assert page.count('<tr class="bead') == page.count('<li class="finding') == 300
    assert "html-more" not in page
    assert "×" not in page.split('id="beads"')[1].split("</table>")[0]


def test_one_huge_cue_is_cut() -> None:
    text = "ཉི་མ་" * 100_000
    small = examined(*many_cues("unrelated", 1))
    page = render_html(replace(small, bo=track("bo", [(0, 9000, text)]), findings=()))
    table = page.split('id="rows"')[1].split("</table>")[0]
    assert len(re.findall("ཉི་མ་", table)) <= MAX_CUE_CHARACTERS
    assert " …" in table


@pytest.mark.parametrize("size", [10, 9000])
def test_a_diff_of_many_lines(size: int) -> None:
    before = [f"line {k}" for k in range(size)]
    after = [f"changed {k}" if k % 1000 in (3, 4) else line for k, line in enumerate(before)]
    diff = unified("\n".join(before), "\n".join(after), "x.srt")
    lines = diff.splitlines()
    assert lines[:3] == ["--- a/x.srt", "+++ b/x.srt", lines[2]]
    assert lines[3:11] == [
        " line 0", " line 1", " line 2", "-line 3", "-line 4", "+changed 3", "+changed 4", " line 5",
    ]  # fmt: skip
    assert sum(line.startswith("@@") for line in lines) == -(-size // 1000)
    assert unified("\n".join(before), "\n".join(before), "x.srt") == ""
