"""What the rules are, for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bilingual.checks.base import Example, Words
from bilingual.checks.engine import rules
from bilingual.locale.languages import chain
from bilingual.render.words import clock, ui, visible


def rules_document() -> list[dict[str, Any]]:
    """Every rule as JSON values, in the order they are applied."""
    return [
        {
            "id": rule.id,
            "group": rule.group,
            "severity": str(rule.severity),
            "needs": sorted(rule.needs),
            "mqm": rule.mqm,
            "award": rule.award,
            **{
                part: _words(getattr(rule, part))
                for part in ("title", "explanation", "remedy", "limits")
            },
            "catches": None if rule.catches is None else _example(rule.catches),
            "leaves": _example(rule.leaves),
        }
        for rule in rules().values()
    ]


def _words(words: Words) -> dict[str, str]:
    return words.by_language()


def _example(example: Example) -> dict[str, Any]:
    return {
        side: [{"start_ms": a, "end_ms": b, "text": text} for a, b, text in cues]
        for side, cues in (("bo", example.bo), ("zh", example.zh))
        if cues
    }


def render_rules(language: str) -> str:
    """A line a rule."""
    lines = []
    for rule in rules().values():
        severity = ui(f"severity-{rule.severity}", language)
        lines.append(f"{rule.id:<24} [{severity}] {rule.title.get(language)}")
    return "\n".join(lines) + "\n"


def render_rule(document: Mapping[str, Any], language: str) -> str:
    """One rule in full: what, why, how to fix it, its limits, an example."""
    severity = ui(f"severity-{document['severity']}", language)

    def words(part: str) -> str:
        said: Mapping[str, str] = document[part]
        return next(said[t.code] for t in chain(language) if t.code in said)

    lines = [f"{document['id']}  [{severity}]  {words('title')}", "", words("explanation")]
    for part in ("remedy", "limits"):
        lines += ["", f"{ui(f'rule-{part}', language)}{words(part)}"]
    for part in ("catches", "leaves"):
        if document[part]:
            lines += ["", ui(f"rule-{part}", language)]
            for side, cues in document[part].items():
                for cue in cues:
                    times = f"{clock(cue['start_ms'])} → {clock(cue['end_ms'])}"
                    lines.append(f"  {ui(f'mark-{side}', language)}{times}  {visible(cue['text'])}")
    return "\n".join(lines) + "\n"
