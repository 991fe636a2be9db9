"""The reviewer's sheet in a notebook: judge findings, pairs and open points, note, save.

What it saves is ``bilingual.review/2`` (``render/review``), as the HTML report does, so
``bilingual`` and the annex read it back. In a running notebook a reviewer may also judge
by call and ``save``; in the exported page a button saves, and another saves the report
that was reviewed.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any, Final

from bilingual.errors import InputError
from bilingual.files import write_whole
from bilingual.model import Bead, Check, Finding, Language, Report
from bilingual.model.codec import to_builtins
from bilingual.pipeline.provenance import created_now
from bilingual.render.notebook.places import texts
from bilingual.render.notebook.shown import framed
from bilingual.render.review import (
    FEW,
    CueDecision,
    CueState,
    Decision,
    FindingDecision,
    FindingState,
    PointDecision,
    PointState,
    Review,
    Reviewer,
    SavedReview,
    apply_review,
    document_of,
    finding_keys,
    load_review,
    pair_keys,
    point_keys,
    report_digest,
    review_json,
    texts_of,
    tidied,
    work_key,
)
from bilingual.render.timeline import start_of_cues
from bilingual.render.words import clock, message, reason, rule_asks, rule_title, ui, visible

FINDING_STATES: Final[tuple[FindingState, ...]] = (
    "open", "confirmed", "dismissed", "fixed", "later"
)  # fmt: skip
CUE_STATES: Final[tuple[CueState, ...]] = ("confirmed-correct", "wrong", "unsure")
POINT_STATES: Final[tuple[PointState, ...]] = ("holds", "fails")
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
    const at = new Date().toISOString();
    data.reviewer.name = root.querySelector("input.who").value;
    root.querySelectorAll("tr[data-decision]").forEach(function (row) {
      const kind = data[row.dataset.kind];
      const decision = JSON.parse(row.dataset.decision);
      const state = row.querySelector("select").value;
      const note = row.querySelector("input").value;
      const known = kind.findIndex(function (d) { return d.key === decision.key; });
      const before = known < 0 ? null : kind[known];
      if (before && before.state === state && before.note === note) { return; }
      if (known >= 0) { kind.splice(known, 1); }
      if (!state || (state === "open" && !note)) { return; }
      const said = { state: state, note: note, by: data.reviewer.name, at: at };
      kind.push(Object.assign(decision, said));
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
    """A form over a report's findings, its riskiest pairs and what only a person can judge;
    shows itself in a notebook.

    :param report: the report under review.
    :param reviewer: who reviews, if known.
    :param review: a saved review of this work (or its path) to go on with; the report's own
        unless another is given.
    :raises InputError: the review cannot be read, or is of the first version and on another
        report.
    """

    def __init__(
        self,
        report: Report,
        *,
        reviewer: str = "",
        language: str = "zh",
        review: Review | SavedReview | str | PathLike[str] | None = None,
    ) -> None:
        self._report = report
        self._language = language
        if isinstance(review, (str, PathLike)):
            review = load_review(Path(review))
        if isinstance(review, SavedReview):
            review = review.on(report)
        if review is None:
            review = Review() if report.review is None else report.review.decisions
        self._before = review
        self._decisions: dict[str, Decision | None] = {}
        self.reviewer = reviewer or review.reviewer.name
        self._keys = (finding_keys(report), pair_keys(report), point_keys(report))

    def mark(self, number: int, state: FindingState = "confirmed", note: str = "") -> ReviewSheet:
        """Judge a finding, by its number in the sheet (from 1).

        :param state: ``confirmed``, ``dismissed``, ``fixed``, ``later`` or ``open``.
        :raises InputError: ``review-no-finding``: there is none of that number;
            ``review-no-state``.
        """
        self._expect(number, len(self._report.findings), state, FINDING_STATES)
        decision = replace(self._blank_finding(number - 1), state=state, note=note)
        self._take(decision, open=state == "open" and not note)
        return self

    def mark_pair(
        self, number: int, state: CueState = "confirmed-correct", note: str = ""
    ) -> ReviewSheet:
        """Judge the translation of a pair, by its number in the table of pairs (from 1).

        :param state: ``confirmed-correct``, ``wrong`` or ``unsure``.
        :raises InputError: as ``mark``.
        """
        self._expect(number, len(self._beads()), state, CUE_STATES)
        self._take(replace(self._blank_pair(number - 1), state=state, note=note))
        return self

    def settle(self, rule: str, state: PointState = "holds", note: str = "") -> ReviewSheet:
        """Say of a check that no program can make whether it is as required.

        :param rule: the id of the check's rule, such as ``credits``.
        :param state: ``holds`` or ``fails``.
        :raises InputError: ``review-no-point``: that check is not open; ``review-no-state``.
        """
        checks = {check.rule: check for check in self._points()}
        if rule not in checks:
            raise InputError("review-no-point", rule=rule[:100], known=list(checks))
        self._expect(1, 1, state, POINT_STATES)
        self._take(replace(self._blank_point(checks[rule]), state=state, note=note))
        return self

    def _take(self, decision: Decision, *, open: bool = False) -> None:
        made = replace(decision, by=self.reviewer, at=created_now())
        self._decisions[decision.key] = None if open else made

    def _blank_finding(self, number: int) -> FindingDecision:
        finding = self._report.findings[number]
        return FindingDecision(
            key=self._keys[0][number],
            rule=finding.rule[:200],
            severity=finding.severity,
            zh=texts_of(self._report, "zh", finding.zh[:FEW]),
            bo=texts_of(self._report, "bo", finding.bo[:FEW]),
        )

    def _blank_pair(self, number: int) -> CueDecision:
        bead = self._beads()[number]
        return CueDecision(
            key=self._keys[1][number],
            state="unsure",
            zh=texts_of(self._report, "zh", bead.zh),
            bo=texts_of(self._report, "bo", bead.bo),
        )

    def _blank_point(self, check: Check) -> PointDecision:
        return PointDecision(
            key=self._keys[2][check.rule],
            state="holds",
            rule=check.rule[:200],
            reason="" if check.reason is None else check.reason.code[:200],
        )

    def _expect(self, number: int, count: int, state: str, states: Sequence[str]) -> None:
        if not 1 <= number <= count:
            raise InputError("review-no-finding", number=number, count=count)
        if state not in states:
            raise InputError("review-no-state", state=state, known=list(states))

    def _beads(self) -> Sequence[Bead]:
        alignment = self._report.alignment
        return () if alignment is None else alignment.beads

    def _points(self) -> list[Check]:
        found = [check for check in self._report.checks if check.rule in self._keys[2]]
        return sorted(found, key=lambda check: not check.required)

    def review(self) -> Review:
        """The review as it is now: what it went on with, and what was judged here."""
        before = self._before
        made = [d for d in self._decisions.values() if d is not None]
        kept = [d for d in before.decisions() if d.key not in self._decisions]
        every = [*kept, *made]
        return tidied(
            Review(
                reviewer=Reviewer(name=self.reviewer),
                work=work_key(self._report),
                report_sha256=report_digest(self._report),
                findings=tuple(d for d in every if isinstance(d, FindingDecision)),
                cues=tuple(d for d in every if isinstance(d, CueDecision)),
                points=tuple(d for d in every if isinstance(d, PointDecision)),
            )
        )

    def to_dict(self) -> dict[str, Any]:
        """The review as JSON values, after ``bilingual.review/2``."""
        return document_of(self.review())

    def save(self, path: str | Path) -> Path:
        """Write the review as JSON.

        :raises InputError: ``output-unwritable``.
        """
        target = Path(path)
        write_whole(target, review_json(self.review()))
        return target

    def _repr_html_(self) -> str:
        name = f"review-{secrets.token_hex(4)}"
        t = self._t
        review = self.review()
        applied = apply_review(review, self._report)
        findings = "".join(
            self._row(n, f, applied.findings.get(n)) for n, f in enumerate(self._report.findings)
        )
        pairs = "".join(
            self._pair(n, self._beads()[n], applied.cues.get(n))
            for n in self._to_judge(applied.cues)
        )
        points = "".join(self._point(c, applied.points.get(c.rule)) for c in self._points())
        changed = len(applied.changed)
        return framed(
            f'<div id="{name}"><p>{t("nb-review")}</p>'
            f'<p><label>{t("nb-reviewer")} <input class="who" '
            f'value="{escape(self.reviewer, quote=True)}"></label></p>',
            f"<p>{escape(ui('nb-changed', self._language, count=changed))}</p>" if changed else "",
            self._table(("nb-number", "nb-finding", "nb-state", "nb-note"), findings),
            f"<p>{t('nb-review-points')}</p>" if points else "",
            self._table(("nb-point", "nb-why", "nb-state", "nb-note"), points),
            f"<p>{t('nb-review-pairs')}</p>" if pairs else "",
            self._table(("nb-pair", "nb-text", "nb-state", "nb-note"), pairs)
            + f'<p><button type="button" class="review">{t("nb-save")}</button> '
            f'<button type="button" class="report">{t("nb-save-report")}</button></p>'
            f'<script type="application/json">{_inert(document_of(review))}</script>'
            f'<script type="application/json">{_inert(self._report.to_dict())}</script></div>'
            f"<script>{_SCRIPT % {'id': name}}</script>",
        )

    def _t(self, code: str) -> str:
        return escape(ui(code, self._language))

    def _table(self, titles: Sequence[str], rows: str) -> str:
        if not rows:
            return ""
        head = "".join(f'<th scope="col">{self._t(code)}</th>' for code in titles)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _to_judge(self, judged: Iterable[int]) -> list[int]:
        """The pairs a reader of Tibetan should look at first, and those judged already."""
        risks = {
            n: bead.risk
            for n, bead in enumerate(self._beads())
            if bead.two_sided and bead.risk is not None
        }
        worst = sorted(risks, key=lambda n: -risks[n])[:_MOST_PAIRS]
        return sorted({*worst, *judged})

    def _row(self, number: int, finding: Finding, decision: FindingDecision | None) -> str:
        title = escape(rule_title(finding.rule, self._language))
        words = escape(message(finding, self._language))
        return (
            f"{self._opening('findings', self._blank_finding(number))}"
            f'<td class="n">{number + 1}</td>'
            f"<td><b>{title}</b><br>{words}{self._quoted(finding)}</td>"
            f"{self._inputs(str(number + 1), decision, FINDING_STATES)}</tr>"
        )

    def _pair(self, number: int, bead: Bead, decision: CueDecision | None) -> str:
        start = start_of_cues(Bead(bo=(), zh=bead.zh) if bead.zh else bead, self._report)
        when = "" if start is None else clock(start)
        return (
            f"{self._opening('cues', self._blank_pair(number))}"
            f'<td class="n">{number + 1}</td><td>{when}{self._quoted(bead)}</td>'
            f"{self._inputs(str(number + 1), decision, ('', *CUE_STATES))}</tr>"
        )

    def _point(self, check: Check, decision: PointDecision | None) -> str:
        title = rule_asks(check.rule, self._language) + ("*" if check.required else "")
        return (
            f"{self._opening('points', self._blank_point(check))}"
            f"<td><b>{escape(title)}</b></td>"
            f"<td>{escape(reason(check.reason, self._language))}</td>"
            f"{self._inputs(title, decision, ('', *POINT_STATES))}</tr>"
        )

    def _opening(self, kind: str, blank: Decision) -> str:
        made: Mapping[str, Any] = to_builtins(blank)
        told = {k: v for k, v in made.items() if k not in ("state", "note", "by", "at")}
        data = escape(json.dumps(told, ensure_ascii=True), quote=True)
        return f'<tr class="{_ROWS[kind]}" data-kind="{kind}" data-decision="{data}">'

    def _quoted(self, place: Bead | Finding) -> str:
        sides: tuple[tuple[Language, str], ...] = (("zh", "zh-Hans"), ("bo", "bo"))
        return "".join(
            f'<br><span lang="{tag}">{escape(visible(" | ".join(shown)))}</span>'
            for side, tag in sides
            if (shown := texts(self._report, side, getattr(place, side)))
        )

    def _inputs(self, name: str, decision: Decision | None, states: Sequence[str]) -> str:
        state, note = (states[0], "") if decision is None else (decision.state, decision.note)
        options = "".join(
            f'<option value="{s}"{" selected" if s == state else ""}>'
            f"{self._t('nb-state-' + (s or 'none'))}</option>"
            for s in states
        )
        judged, noted = (escape(f"{ui(c, self._language)} {name}", quote=True) for c in _LABELS)
        return (
            f'<td><select aria-label="{judged}">{options}</select></td>'
            f'<td><input size="24" aria-label="{noted}" value="{escape(note, quote=True)}"></td>'
        )


_LABELS: Final = ("nb-state", "nb-note")
_ROWS: Final = {"findings": "item", "cues": "pair", "points": "point"}


def _inert(value: Any) -> str:
    """JSON that cannot end the script element around it, nor reorder its lines."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _ACTIVE.sub(lambda m: f"\\u{ord(m.group()):04x}", text)
