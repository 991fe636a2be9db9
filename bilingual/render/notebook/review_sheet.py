"""The reviewer's sheet in a notebook: judge findings and cues, note, save.

What it saves is ``bilingual.review/1`` (``render/review.py``), as the HTML
report does, so ``bilingual`` and the annex read it back. In a running notebook a
reviewer may also judge by call and ``save``; in the exported page a button
saves, and another saves the report that the review is on.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

from bilingual.errors import InputError
from bilingual.files import write_whole
from bilingual.model import Bead, Finding, Language, Report
from bilingual.render.notebook.places import texts
from bilingual.render.notebook.shown import framed
from bilingual.render.review import (
    CueState,
    FindingState,
    Review,
    ReviewedCues,
    ReviewItem,
    finding_ids,
    report_digest,
)
from bilingual.render.timeline import start_of_cues
from bilingual.render.words import clock, message, rule_title, ui, visible

FINDING_STATES: Final[tuple[FindingState, ...]] = ("open", "confirmed", "dismissed")
CUE_STATES: Final[tuple[CueState, ...]] = ("confirmed-correct", "wrong", "unsure")
_MOST_PAIRS: Final = 12
_ACTIVE: Final = re.compile("[<>&\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

_SCRIPT: Final = """(function () {
  const root = document.getElementById("%(id)s");
  const [blank, report] = root.querySelectorAll("script[type='application/json']");
  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  }
  function filled() {
    const data = JSON.parse(blank.textContent);
    data.reviewer.name = root.querySelector("input.who").value;
    root.querySelectorAll("tr.item").forEach(function (row, n) {
      data.items[n].state = row.querySelector("select").value;
      data.items[n].note = row.querySelector("input").value;
    });
    data.cues = [];
    root.querySelectorAll("tr.pair").forEach(function (row) {
      const state = row.querySelector("select").value;
      if (!state) { return; }
      const cues = JSON.parse(row.dataset.cues);
      cues.state = state;
      cues.note = row.querySelector("input").value;
      data.cues.push(cues);
    });
    return data;
  }
  root.querySelector("button.review").addEventListener("click", function () {
    save(JSON.stringify(filled(), null, 2), "review.json");
  });
  root.querySelector("button.report").addEventListener("click", function () {
    save(report.textContent, "report.json");
  });
})();"""


class ReviewSheet:
    """A form over a report's findings and its riskiest pairs; shows itself in a notebook.

    :param report: the report under review.
    :param reviewer: who reviews, if known.
    """

    def __init__(self, report: Report, *, reviewer: str = "", language: str = "zh") -> None:
        self._report = report
        self._language = language
        self.reviewer = reviewer
        self._items: dict[int, tuple[FindingState, str]] = {}
        self._cues: dict[int, tuple[CueState, str]] = {}

    def mark(self, number: int, state: FindingState = "confirmed", note: str = "") -> ReviewSheet:
        """Judge a finding, by its number in the sheet (from 1).

        :param state: ``confirmed``, ``dismissed`` or ``open``.
        :raises InputError: ``review-no-finding``: there is none of that number;
            ``review-no-state``.
        """
        self._expect(number, len(self._report.findings), state, FINDING_STATES)
        self._items[number - 1] = (state, note)
        return self

    def mark_pair(
        self, number: int, state: CueState = "confirmed-correct", note: str = ""
    ) -> ReviewSheet:
        """Judge the translation of a pair, by its number in the table of pairs (from 1).

        :param state: ``confirmed-correct``, ``wrong`` or ``unsure``.
        :raises InputError: as ``mark``.
        """
        self._expect(number, len(self._beads()), state, CUE_STATES)
        self._cues[number - 1] = (state, note)
        return self

    def _expect(self, number: int, count: int, state: str, states: Sequence[str]) -> None:
        if not 1 <= number <= count:
            raise InputError("review-no-finding", number=number, count=count)
        if state not in states:
            raise InputError("review-no-state", state=state, known=", ".join(states))

    def _beads(self) -> Sequence[Bead]:
        alignment = self._report.alignment
        return () if alignment is None else alignment.beads

    def review(self) -> Review:
        """The review as it is now, of every finding and of the pairs that were judged."""
        beads = self._beads()
        items = []
        for n, name in enumerate(finding_ids(self._report)):
            state, note = self._items.get(n, ("open", ""))
            items.append(ReviewItem(finding=name, state=state, note=note))
        return Review(
            report_sha256=report_digest(self._report),
            reviewer=self.reviewer,
            items=tuple(items),
            cues=tuple(
                ReviewedCues(bo=beads[n].bo, zh=beads[n].zh, state=state, note=note)
                for n, (state, note) in sorted(self._cues.items())
            ),
        )

    def to_dict(self) -> dict[str, Any]:
        """The review as JSON values, after ``bilingual.review/1``."""
        return self.review().to_dict()

    def save(self, path: str | Path) -> Path:
        """Write the review as JSON.

        :raises InputError: ``output-unwritable``.
        """
        target = Path(path)
        write_whole(target, self.review().to_json())
        return target

    def _repr_html_(self) -> str:
        name = f"review-{secrets.token_hex(4)}"
        t = self._t
        pairs = "".join(self._pair(n, self._beads()[n]) for n in self._to_judge())
        findings = "".join(self._row(n, f) for n, f in enumerate(self._report.findings))
        return framed(
            f'<div id="{name}"><p>{t("nb-review")}</p>'
            f'<p><label>{t("nb-reviewer")} <input class="who" '
            f'value="{escape(self.reviewer, quote=True)}"></label></p>'
            + self._table(("nb-number", "nb-finding", "nb-state", "nb-note"), findings)
            + (f"<p>{t('nb-review-pairs')}</p>" if pairs else "")
            + self._table(("nb-pair", "nb-text", "nb-state", "nb-note"), pairs)
            + f'<p><button type="button" class="review">{t("nb-save")}</button> '
            f'<button type="button" class="report">{t("nb-save-report")}</button></p>'
            f'<script type="application/json">{_inert(self.to_dict())}</script>'
            f'<script type="application/json">{_inert(self._report.to_dict())}</script></div>'
            f"<script>{_SCRIPT % {'id': name}}</script>"
        )

    def _t(self, code: str) -> str:
        return escape(ui(code, self._language))

    def _table(self, titles: Sequence[str], rows: str) -> str:
        if not rows:
            return ""
        head = "".join(f'<th scope="col">{self._t(code)}</th>' for code in titles)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _to_judge(self) -> list[int]:
        """The pairs a reader of Tibetan should look at first, and those judged already."""
        risks = {
            n: bead.risk
            for n, bead in enumerate(self._beads())
            if bead.two_sided and bead.risk is not None
        }
        worst = sorted(risks, key=lambda n: -risks[n])[:_MOST_PAIRS]
        return sorted({*worst, *self._cues})

    def _row(self, number: int, finding: Finding) -> str:
        state, note = self._items.get(number, ("open", ""))
        title = escape(rule_title(finding.rule, self._language))
        words = escape(message(finding, self._language))
        return (
            f'<tr class="item"><td class="n">{number + 1}</td>'
            f"<td><b>{title}</b><br>{words}{self._quoted(finding)}</td>"
            f"{self._inputs(number, state, note, FINDING_STATES)}</tr>"
        )

    def _pair(self, number: int, bead: Bead) -> str:
        state, note = self._cues.get(number, ("", ""))
        cues = json.dumps({"bo": bead.bo, "zh": bead.zh})
        start = start_of_cues(Bead(bo=(), zh=bead.zh) if bead.zh else bead, self._report)
        when = "" if start is None else clock(start)
        return (
            f'<tr class="pair" data-cues="{escape(cues, quote=True)}">'
            f'<td class="n">{number + 1}</td><td>{when}{self._quoted(bead)}</td>'
            f"{self._inputs(number, state, note, ('', *CUE_STATES))}</tr>"
        )

    def _quoted(self, place: Bead | Finding) -> str:
        sides: tuple[tuple[Language, str], ...] = (("zh", "zh-Hans"), ("bo", "bo"))
        return "".join(
            f'<br><span lang="{tag}">{escape(visible(" | ".join(shown)))}</span>'
            for side, tag in sides
            if (shown := texts(self._report, side, getattr(place, side)))
        )

    def _inputs(self, number: int, state: str, note: str, states: Sequence[str]) -> str:
        options = "".join(
            f'<option value="{s}"{" selected" if s == state else ""}>'
            f"{self._t('nb-state-' + (s or 'none'))}</option>"
            for s in states
        )
        judged = f"{self._t('nb-state')} {number + 1}"
        noted = f"{self._t('nb-note')} {number + 1}"
        return (
            f'<td><select aria-label="{judged}">{options}</select></td>'
            f'<td><input size="24" aria-label="{noted}" value="{escape(note, quote=True)}"></td>'
        )


def _inert(value: Any) -> str:
    """JSON that cannot end the script element around it, nor reorder its lines."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _ACTIVE.sub(lambda m: f"\\u{ord(m.group()):04x}", text)
