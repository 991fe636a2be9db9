"""What the rules are, for people and programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from bilingual.checks.base import Example, Words
from bilingual.checks.engine import rules
from bilingual.locale import placed
from bilingual.locale.languages import chain
from bilingual.render.text.columns import shorten
from bilingual.render.words import clock, ui, visible
from bilingual.showing import shown_lines


def rules_document() -> list[dict[str, Any]]:
    """Every rule as JSON values, in the order they are applied."""
    return [
        {
            "id": rule.id,
            "group": rule.group,
            "severity": str(rule.severity),
            "severities": [str(severity) for severity in rule.severities],
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
    return {lang: placed(text, cli=True) for lang, text in words.by_language().items()}


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
        graded = _graded(rule.severities, language)
        lines.append(f"{rule.id:<24} [{graded}] {rule.title.get(language)}")
    return shown_lines(lines)


def render_rule(document: Mapping[str, Any], language: str) -> str:
    """One rule in full: what, why, how to fix it, its limits, an example."""
    graded = _graded(document["severities"], language)

    def words(part: str) -> str:
        said: Mapping[str, str] = document[part]
        return next(said[t.code] for t in chain(language) if t.code in said)

    lines = [f"{document['id']}  [{graded}]  {words('title')}", "", words("explanation")]
    for part in ("remedy", "limits"):
        # What a finding fills in is open here.
        said = re.sub(r"\{[^{}]*\}", "…", words(part))
        lines += ["", f"{ui(f'rule-{part}', language)}{said}"]
    for part in ("catches", "leaves"):
        if document[part]:
            lines += ["", ui(f"rule-{part}", language), *_cue_table(document[part], language)]
    return shown_lines(lines)


def _graded(severities: Iterable[str], language: str) -> str:
    """The severities that a rule's findings have, worst first."""
    return "/".join(ui(f"severity-{one}", language) for one in severities)


_FEW: Final = 6
_TEXT_COLUMNS: Final = 56


def _cue_table(sides: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> Iterator[str]:
    """The cues of an example: number, times and text, the languages one after the other.

    Of many, the first and the last; how many are between them is said.
    """
    for side, cues in sides.items():
        yield f"  {ui(f'role-{side}', language)}"
        rows = list(enumerate(cues, 1))
        hidden = len(rows) - _FEW if len(rows) > _FEW + 1 else 0
        for number, cue in rows:
            if hidden and number == _FEW:
                yield f"    …  {ui('rule-more-cues', language, count=hidden)}"
            if not hidden or number < _FEW or number == len(rows):
                times = f"{clock(cue['start_ms'])} → {clock(cue['end_ms'])}"
                text = shorten(visible(cue["text"]), _TEXT_COLUMNS)
                yield f"  {number:>3}  {times}  {text}".rstrip()
