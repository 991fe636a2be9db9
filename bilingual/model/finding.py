"""What rules find, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bilingual.arguments import FLAG, TEXT, checked
from bilingual.hooks import provided
from bilingual.model.codec import Plain, with_flat_reason, written_as
from bilingual.model.cue import Span
from bilingual.model.reason import Reason


class Severity(StrEnum):
    """How bad a finding is, apart from how sure we are of it."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 2 for error."""
        return ("info", "warning", "error").index(self.value)


class CheckVerdict(StrEnum):
    """What became of one rule. ``ERROR``: the rule itself broke."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Verdict(StrEnum):
    """What became of the whole work."""

    PASS = "pass"
    REVIEW = "review"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A fact a finding rests on: ``kind`` names it, ``params`` hold it.

    Where it is a place in a cue's text: ``side`` (``bo`` or ``zh``), ``cue``
    (index), ``start`` and ``end`` (code points into ``Cue.text``).
    """

    kind: str
    side: str | None = None
    cue: int | None = None
    start: int | None = None
    end: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A way to fix it. ``safety``: ``safe``, ``unsafe`` or ``display-only``."""

    kind: str
    safety: str = "display-only"
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem that a rule found, where it is, and the evidence for it.

    ``confidence`` (0..1) is how sure the finding is, independent of its severity. ``mqm`` is
    the error type in the MQM typology (themqm.org), ``clause`` the clause of the award's
    notice; either may be ``None``. ``bo`` and ``zh`` are cue indices (from 0), ``span_ms`` the
    time concerned; a finding about the whole work has none of them. ``params`` are described
    for each rule in :mod:`bilingual.params`; :meth:`message` makes a sentence of them.
    """

    rule: str
    severity: Severity
    confidence: float
    mqm: str | None = None
    clause: str | None = None
    bo: tuple[int, ...] = ()
    zh: tuple[int, ...] = ()
    span_ms: Span | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    suggestion: Suggestion | None = None

    @checked(language=TEXT)
    def message(self, language: str = "zh") -> str:
        """What was found, as a sentence for people: the same words as in the reports.

        :param language: ``zh`` or ``en``; any other gives Chinese.
        """
        said: str = provided("finding.message")(self, language)
        return said

    @checked(language=TEXT, cli=FLAG)
    def remedy(self, language: str = "zh", *, cli: bool = True) -> str:
        """What to do about it, as a sentence for people.

        Empty if the finding comes from a plug-in's rule that is not installed here.

        :param language: as for :meth:`message`.
        :param cli: whether the reader has a command line; else its options are not named.
        """
        said: str = provided("finding.remedy")(self, language, cli=cli)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The result of one rule.

    ``reason`` says why it is ``unknown`` or ``not-applicable``; on ``pass`` it is set only if
    there are several ways to pass. ``required``: if this check is ``unknown``, the whole
    report cannot pass.
    """

    rule: str
    verdict: CheckVerdict
    reason: Reason | None = None
    required: bool = False

    @checked(language=TEXT, cli=FLAG)
    def reason_text(self, language: str = "zh", *, cli: bool = True) -> str:
        """The reason as a sentence for people; empty if there is none.

        :param language: ``zh`` or ``en``; any other gives Chinese.
        :param cli: whether the reader has a command line; else its options are not named.
        """
        said: str = provided("reason.text")(self.reason, language, cli=cli)
        return said


@written_as(Check)
def _check_written(_: Check, plain: Plain) -> Plain:
    return with_flat_reason(plain)
