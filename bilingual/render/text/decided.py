"""What a reader decided, in words, where the report as text has a line for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bilingual.model import Finding, Report
from bilingual.render.review import Decision, applied_of
from bilingual.render.words import colon, decided_words, ui


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Decisions on findings, by the finding's identity; on open points, by their rule."""

    findings: Mapping[int, str] = field(default_factory=dict)
    points: Mapping[str, str] = field(default_factory=dict)
    changed: int = 0

    def of(self, kind: tuple[Finding, ...]) -> list[str]:
        """Each decision on findings of one kind once, with how many it is on where not on all."""
        words = [self.findings[id(f)] for f in kind if id(f) in self.findings]
        return [
            one if words.count(one) == len(kind) else f"{one} ({words.count(one)}/{len(kind)})"
            for one in dict.fromkeys(words)
        ]


def decided(report: Report, language: str) -> Decided:
    """The decisions of the review that a report carries, each as a line."""
    applied = applied_of(report)
    if applied is None:
        return Decided()

    def line(decision: Decision) -> str:
        said = decided_words(decision.state, applied.review.by(decision), decision.note, language)
        return f"{ui('sheet-decision', language)}{colon(language)}{said}"

    return Decided(
        findings={id(report.findings[n]): line(one) for n, one in applied.findings.items()},
        points={rule: line(one) for rule, one in applied.points.items()},
        changed=len(applied.changed),
    )
