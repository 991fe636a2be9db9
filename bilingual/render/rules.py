"""What the rules are, for people and programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bilingual.checks.base import Example, Rule, Words
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
            "cases": [
                {"messages": [*map(_words, case.messages)], "remedy": _words(case.remedy)}
                for case in cases(rule)
            ],
            "catches": None if rule.catches is None else _example(rule.catches),
            "leaves": _example(rule.leaves),
        }
        for rule in rules().values()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is done about some findings of a rule: about those with these messages.

    No messages: all that the rule's other cases do not name.
    """

    messages: tuple[Words, ...]
    remedy: Words


_MOST_NAMED: Final = 4
"""Of how many messages with the rule's own remedy each is named."""


def cases(rule: Rule) -> tuple[Case, ...]:
    """The remedies of a rule, each with the messages that it goes with, the rule's own last.

    One without messages where the rule has a single remedy.
    """
    found: list[tuple[Words, list[Words]]] = []
    own: list[Words] = [rule.message]
    for variant, message in rule.messages.items():
        remedy = rule.remedies.get(variant, rule.remedy)
        said = next((m for known, m in found if known == remedy), None)
        if remedy == rule.remedy:
            said = own
        elif said is None:
            found.append((remedy, said := []))
        if message not in said:
            said.append(message)
    # A variant may have a remedy, and the message of the rule.
    for variant, remedy in rule.remedies.items():
        if variant not in rule.messages and remedy != rule.remedy:
            found.append((remedy, [rule.message]))
    named = [Case(messages=tuple(said), remedy=remedy) for remedy, said in found]
    if not named:
        return (Case(messages=(), remedy=rule.remedy),)
    few = tuple(own) if len(own) <= _MOST_NAMED else ()
    return (*named, Case(messages=few, remedy=rule.remedy))


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

    title, explanation = (_open(document[part], language) for part in ("title", "explanation"))
    lines = [f"{document['id']}  [{graded}]  {title}", "", explanation]
    heading = ui("rule-remedy", language)
    if len(document["cases"]) == 1:
        lines += ["", f"{heading}{_open(document['cases'][0]['remedy'], language)}"]
    else:
        lines += ["", heading.rstrip()]
        for case in document["cases"]:
            said = [_open(one, language) for one in case["messages"]]
            lines += [f"  {one}" for one in said or [ui("rule-other-cases", language)]]
            lines.append(f"    → {_open(case['remedy'], language)}")
    lines += ["", f"{ui('rule-limits', language)}{_open(document['limits'], language)}"]
    for part in ("catches", "leaves"):
        if document[part]:
            lines += ["", ui(f"rule-{part}", language), *_cue_table(document[part], language)]
    return shown_lines(lines)


def _open(said: Mapping[str, str], language: str) -> str:
    """Words of a document in a language; what a finding fills in is open."""
    text = next(said[t.code] for t in chain(language) if t.code in said)
    return re.sub(r"\{[^{}]*\}", "…", text)


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
