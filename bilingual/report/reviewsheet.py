"""The reviewer's sheet in a notebook: tick, note, save.

The same form that the HTML report saves, ``bilingual.review/1``. In a running
notebook a reviewer may also mark findings by call and ``save``.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilingual.errors import InputError
from bilingual.report.document import to_document
from bilingual.report.files import write_whole
from bilingual.report.notebook import framed, texts
from bilingual.report.words import message, rule_title, ui, visible

if TYPE_CHECKING:
    from bilingual.result import Report

_SCHEMA = "bilingual.review/1"

_SCRIPT = """(function () {
  const root = document.getElementById("%(id)s");
  const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
  root.querySelector("button").addEventListener("click", function () {
    data.reviewer = root.querySelector("input.who").value;
    data.reviews.forEach(function (review, n) {
      review.confirmed = root.querySelectorAll("input.tick")[n].checked;
      review.note = root.querySelectorAll("input.note")[n].value;
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
  });
})();"""


class ReviewSheet:
    """A form over a report's findings; shows itself in a notebook.

    :param report: the report under review.
    :param reviewer: who reviews, if known.
    """

    def __init__(self, report: Report, *, reviewer: str = "", language: str = "zh") -> None:
        self._document = to_document(report)
        self._language = language
        self.reviewer = reviewer
        self._marks: dict[int, tuple[bool, str]] = {}

    def mark(self, number: int, *, confirmed: bool = True, note: str = "") -> ReviewSheet:
        """Tick a finding, by its number in the sheet (from 1).

        :raises InputError: ``review-no-finding``: there is none of that number.
        """
        count = len(self._document["findings"])
        if not 1 <= number <= count:
            raise InputError("review-no-finding", number=number, count=count)
        self._marks[number - 1] = (confirmed, note)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The review as JSON values, after ``bilingual.review/1``."""
        reviews = [
            {
                "finding": n,
                "rule": f["rule"],
                "confirmed": self._marks.get(n, (False, ""))[0],
                "note": self._marks.get(n, (False, ""))[1],
            }
            for n, f in enumerate(self._document["findings"])
        ]
        return {
            "schema": _SCHEMA,
            "inputs": self._document["inputs"],
            "report_created": self._document["provenance"]["created"],
            "reviewer": self.reviewer,
            "reviews": reviews,
        }

    def save(self, path: str | Path) -> Path:
        """Write the review as JSON.

        :raises InputError: ``output-unwritable``.
        """
        target = Path(path)
        write_whole(target, json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n")
        return target

    def _repr_html_(self) -> str:
        name = f"review-{secrets.token_hex(4)}"
        data = json.dumps(self.to_dict(), ensure_ascii=False)
        for char in "<>&\u2028\u2029":
            data = data.replace(char, f"\\u{ord(char):04x}")
        language = self._language
        rows = "".join(self._row(n, f) for n, f in enumerate(self._document["findings"]))
        head = "".join(
            f'<th scope="col">{escape(ui(code, language))}</th>'
            for code in ("nb-number", "nb-finding", "nb-confirmed", "nb-note")
        )
        return framed(
            f'<div id="{name}"><p>{escape(ui("nb-review", language))}</p>'
            f"<p><label>{escape(ui('nb-reviewer', language))} "
            f'<input class="who" value="{escape(self.reviewer, quote=True)}"></label></p>'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f'<p><button type="button">{escape(ui("nb-save", language))}</button></p>'
            f'<script type="application/json">{data}</script></div>'
            f"<script>{_SCRIPT % {'id': name}}</script>"
        )

    def _row(self, number: int, finding: Mapping[str, Any]) -> str:
        language = self._language
        confirmed, note = self._marks.get(number, (False, ""))
        title = escape(rule_title(finding["rule"], language))
        said = escape(message(finding, language))
        quoted = "".join(
            f'<br><span lang="{"zh-Hans" if side == "zh" else "bo"}">'
            f"{escape(visible(' | '.join(shown)))}</span>"
            for side in ("zh", "bo")
            if (shown := texts(self._document, side, finding[side]))
        )
        label = escape(f"{ui('nb-confirmed', language)} {number + 1}", quote=True)
        noted = escape(f"{ui('nb-note', language)} {number + 1}", quote=True)
        return (
            f'<tr><td class="n">{number + 1}</td><td><b>{title}</b><br>{said}{quoted}</td>'
            f'<td><input type="checkbox" class="tick" aria-label="{label}"'
            f"{' checked' if confirmed else ''}></td>"
            f'<td><input class="note" size="28" aria-label="{noted}" '
            f'value="{escape(note, quote=True)}"></td></tr>'
        )
