"""Terms that are translated in several ways over the works of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bilingual.batch.model import BatchFinding, Submission
from bilingual.batch.state import REPORT
from bilingual.batch.work import folder_of
from bilingual.errors import BilingualError
from bilingual.model import Severity
from bilingual.render.document import load_report
from bilingual.terms.consistency import inconsistent_across
from bilingual.terms.parallel import ParallelWork, work_of

_MOST_PAIRS: Final = 60_000  # of cues; a season of a hundred films has 20,000
_MOST_TERMS: Final = 200
_NAMED: Final = 20


def terms_across(
    works: Sequence[Submission], out: Path
) -> tuple[tuple[Mapping[str, Any], ...], list[BatchFinding]]:
    """Chinese terms with several Tibetan translations, in two works at the least.

    Works are read in their order until there are 60,000 pairs of cues.
    """
    parallel: list[ParallelWork] = []
    pairs = 0
    for work in works:
        found = _work(work.id, out)
        if found is not None:
            pairs += len(found.bo)
            if pairs > _MOST_PAIRS:
                break
            parallel.append(found)
    if len(parallel) < 2:
        return (), []
    terms: list[Mapping[str, Any]] = []
    findings: list[BatchFinding] = []
    for variants in inconsistent_across(parallel, "zh"):
        forms: list[dict[str, Any]] = [
            {
                "bo": form,
                "number": len(places),
                "works": list(dict.fromkeys(parallel[w].name for w, _ in places))[:_NAMED],
            }
            for form, places in variants.forms
        ]
        named = list(dict.fromkeys(name for form in forms for name in form["works"]))
        if len(named) < 2 or len(terms) >= _MOST_TERMS:
            continue
        terms.append({"zh": variants.term, "forms": forms})
        findings.append(
            BatchFinding(
                rule="term-inconsistent",
                severity=Severity.INFO,
                works=tuple(named[:_NAMED]),
                params={"term": variants.term, "forms": [str(form["bo"]) for form in forms]},
            )
        )
    return tuple(terms), findings


def _work(name: str, out: Path) -> ParallelWork | None:
    try:
        report = load_report(folder_of(out, name) / REPORT)
    except BilingualError:
        return None
    if report.alignment is None or report.bo is None or report.zh is None:
        return None
    return work_of(name, report.bo, report.zh, report.alignment)
