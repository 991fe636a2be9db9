"""What goes through a batch: submissions in, results and findings across works out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any, Final, Literal

from bilingual.arguments import PATH, TEXT, checked
from bilingual.config import Category
from bilingual.hooks import provided
from bilingual.model import Form, Reason, Severity, Verdict
from bilingual.model.codec import Plain, to_builtins, with_flat_reason, written_as
from bilingual.showing import ascii_controls

SCHEMA: Final = "bilingual.batch/1"

READING_SPEED: Final = 120
"""Tibetan syllables that a reader compares in a minute: an assumption, after figures for plain
reading.

Readers of 17 languages read aloud 370 syllables a minute (IReST: Trauzettel-Klosinski and Dietz,
Invest. Ophthalmol. Vis. Sci. 53, 2012, 5452); Chinese is read at about 260 characters a minute.
For Tibetan no figure was found; to compare takes longer than to read, so a third of the first is
taken, and for Chinese twice as many characters as syllables.
"""

_LOOK_S: Final = 4.0  # to find the place, and to decide
_CHARACTERS: Final = 2  # of Chinese in the time of a syllable of Tibetan

State = Literal["done", "failed", "skipped"]
"""``done``: there is a report; ``failed``: none could be made; ``skipped``: the row is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One work of a batch: its id, its files and its entry form.

    ``video``, ``bo`` and ``zh`` are absolute paths. ``row`` is the number of its row in the
    table, from 1; ``None`` if it does not come from a table. ``category`` overrides the
    settings' unless it is ``None``. ``problems`` are mistakes in the row, each with its row
    and column; ``wrong`` is the one because of which the work cannot be checked. ``names``:
    by role, what results call a file whose own name holds something personal.
    """

    id: str
    row: int | None = None
    video: str | None = None
    bo: str | None = None
    zh: str | None = None
    category: Category | None = None
    form: Form | None = None
    problems: tuple[Reason, ...] = ()
    wrong: Reason | None = None
    names: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        """The form's title; empty where there is none."""
        return "" if self.form is None else (self.form.title or "").strip()

    @property
    def files(self) -> dict[str, str]:
        """The submitted files by role: ``video``, ``bo``, ``zh``."""
        named = {"video": self.video, "bo": self.bo, "zh": self.zh}
        return {role: path for role, path in named.items() if path}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A measure by its id, with its value (0..1)."""

    id: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A finding of a work as the overview shows it.

    ``at_ms``: where in the work, ``None`` for all of it; ``count``: how many of its rule
    there are.
    """

    rule: str
    severity: Severity
    at_ms: int | None = None
    count: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader of Tibetan has to compare: pairs that are worth a look, what they hold.

    ``syllables`` as :func:`bilingual.text.tibetan_length` counts, ``characters`` as
    :func:`bilingual.text.chinese_length` does.
    """

    pairs: int = 0
    syllables: float = 0.0
    characters: float = 0.0

    def minutes(self, speed: int = READING_SPEED) -> float:
        """Minutes that it takes: some seconds a pair, and the reading.

        :param speed: Tibetan syllables a minute; of Chinese characters twice as many.
        """
        reading = (self.syllables + self.characters / _CHARACTERS) / speed
        return round(self.pairs * _LOOK_S / 60 + reading, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What readers have settled: by whom, how many of the findings at warning or above.

    ``verdict`` is what the report's would be with their decisions.
    """

    reviewers: tuple[str, ...] = ()
    settled: int = 0
    of: int = 0
    confirmed: int = 0
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResult:
    """What became of one work.

    ``seconds`` is what making the report took; ``reading`` what a reader of Tibetan has to
    compare, and ``reading_minutes`` the time for it at the speed that the batch was given.
    ``report`` is the path of the report, from the output folder. ``kept``: the report of an
    earlier run was still right.
    """

    id: str
    row: int | None = None
    title: str = ""
    unit: str = ""
    category: Category = "bilingual"
    state: State = "failed"
    reason: Reason | None = None
    problems: tuple[Reason, ...] = ()
    verdict: Verdict | None = None
    errors: int = 0
    warnings: int = 0
    unknown_required: int = 0
    weakest_coverage: Share | None = None
    highest_risk: float | None = None
    reading_minutes: float | None = None
    reading: Reading | None = None
    worst: tuple[Brief, ...] = ()
    rules: tuple[str, ...] = ()
    review: Reviewed | None = None
    seconds: float = 0.0
    attempts: int = 1
    kept: bool = False
    report: str | None = None


@written_as(WorkResult)
def _result_written(_: WorkResult, plain: Plain) -> Plain:
    return with_flat_reason(plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFinding:
    """Something found between works: ``works`` are their ids."""

    rule: str
    severity: Severity
    works: tuple[str, ...]
    clause: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Mapping[str, Any], ...] = ()


class BatchStage(str):
    """The stage ``works`` of a batch's progress, with what is going on.

    ``running`` are the ids of the works at hand, ``left_s`` the seconds that are left as
    far as can be told, ``finished`` what became of the work that has just ended.
    """

    running: tuple[str, ...]
    left_s: float | None
    finished: WorkResult | None

    @classmethod
    def of(
        cls,
        running: tuple[str, ...] = (),
        left_s: float | None = None,
        finished: WorkResult | None = None,
    ) -> BatchStage:
        """The stage at a moment."""
        stage = cls("works")
        stage.running, stage.left_s, stage.finished = running, left_s, finished
        return stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All works of a batch, the findings between them, and how it was made."""

    provenance: Mapping[str, Any]
    works: tuple[WorkResult, ...]
    findings: tuple[BatchFinding, ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[Reason, ...] = ()
    forms: Mapping[str, Form] = field(default_factory=dict, repr=False)
    out: Path | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many works there are of each state and verdict."""
        names = ("done", "failed", "skipped", "pass", "review", "fail", "unknown")
        counts = dict.fromkeys(names, 0)
        for work in self.works:
            counts[work.state] += 1
            if work.verdict is not None:
                counts[work.verdict.value] += 1
        return counts

    def to_dict(self) -> dict[str, Any]:
        """The batch as JSON values, after the schema ``bilingual.batch/1``."""
        return {
            "schema": SCHEMA,
            "provenance": dict(self.provenance),
            "works": [to_builtins(work) for work in self.works],
            "counts": self.counts,
            "findings": [to_builtins(finding) for finding in self.findings],
            "terms": [to_builtins(term) for term in self.terms],
            "notes": [to_builtins(note) for note in self.notes],
        }

    def to_json(self) -> str:
        """The batch as JSON text; control and direction characters are escaped."""
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        return ascii_controls(text) + "\n"

    @checked(path=PATH, language=TEXT)
    def to_html(self, path: str | PathLike[str], *, language: str = "zh") -> None:
        """Write the overview as one HTML file that needs no network.

        :raises InputError: ``output-unwritable``.
        """
        provided("batch.save_html")(self, path, language=language)

    @checked(path=PATH, language=TEXT)
    def to_xlsx(self, path: str | PathLike[str], *, language: str = "zh") -> None:
        """Write the overview as a workbook: works, findings, the committee's sheet.

        :raises InputError: ``output-unwritable``.
        :raises DependencyError: ``xlsx-missing``.
        """
        provided("batch.save_xlsx")(self, path, language=language)
