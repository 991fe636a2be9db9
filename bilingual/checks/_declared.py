"""Whether a rule is declared as it has to be, and whether what it yields can be reported.

Types are not looked at when Python runs: a rule of another distribution that asks for an
artifact nobody makes would otherwise stop the check of every work.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Set
from itertools import chain
from typing import Any, get_args

import msgspec

from bilingual.checks.base import (
    Artifacts,
    CannotTell,
    Example,
    Fixer,
    Group,
    Hit,
    Need,
    Rule,
    Seen,
    Words,
)
from bilingual.model import CheckVerdict, Language, Reason, Severity


def is_id(name: str) -> bool:
    """Whether it is small letters and digits, in words joined by hyphens: ``cue-too-long``."""
    words = name.split("-")
    return name[:1].isalpha() and all(w.isascii() and w.isalnum() and w == w.lower() for w in words)


def id_for(name: str) -> str:
    """An id for what has none that a report can hold: ``My rules`` is ``plugin-my-rules``."""
    if is_id(name):
        return name
    known = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(["plugin", *(word for word in known.split("-") if word)])


def refuse_faulty(rule: Rule) -> None:
    """See that a rule is declared as :class:`bilingual.checks.base.Rule` says.

    :raises ValueError: it is not; every fault is named.
    """
    faults = [*_names(rule), *_words(rule), *_parts(rule)]
    if faults:
        raise ValueError("; ".join(faults))


def refuse_outcome(outcome: object, artifacts: Artifacts) -> None:
    """See that what a rule yields can be put into a report.

    :raises TypeError: it is none of ``Hit``, ``CannotTell`` and ``Seen``, or a part of it is of
        another type, params included, which have to be what JSON can hold.
    :raises IndexError: a hit is in a cue that the track does not have.
    """
    if isinstance(outcome, CannotTell | Seen):
        if not isinstance(outcome.reason, Reason):
            raise TypeError(f"reason={outcome.reason!r} is no Reason")
        if isinstance(outcome, CannotTell) and not isinstance(outcome.verdict, CheckVerdict):
            raise TypeError(f"verdict={outcome.verdict!r} is no CheckVerdict")
        return
    if not isinstance(outcome, Hit):
        raise TypeError(f"yielded {type(outcome).__name__}: no Hit, CannotTell or Seen")
    if not isinstance(outcome.severity, Severity | None):
        raise TypeError(f"severity={outcome.severity!r} is no Severity")
    try:
        msgspec.json.encode(outcome.params)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise TypeError(f"params: {error}") from error
    sides: tuple[Language, ...] = get_args(Language)
    for side in sides:
        track = artifacts.track(side)
        if track is None:
            continue
        count = len(track.cues)
        for index in getattr(outcome, side):
            if not 0 <= index < count:
                raise IndexError(f"{side}={index}: the track has {count} cues, from 0")


def _one_of(name: str, value: object, allowed: tuple[Any, ...]) -> Iterator[str]:
    if value not in allowed:
        yield f"{name}={value!r} is none of {', '.join(str(one) for one in allowed)}"


def _names(rule: Rule) -> Iterator[str]:
    if not is_id(rule.id):
        yield f"id={rule.id!r} is not small letters and digits in words joined by hyphens"
    yield from _one_of("group", rule.group, get_args(Group))
    if rule.fixed_by is not None:
        yield from _one_of("fixed_by", rule.fixed_by, get_args(Fixer))
    graded: dict[str, object] = {"severity": (rule.severity,), "also": rule.also}
    for name, severities in graded.items():
        if not isinstance(severities, tuple):
            yield f"{name}={severities!r} is no tuple"
            continue
        for severity in severities:
            if not isinstance(severity, Severity):
                yield f"{name}={severity!r} is no Severity"
    needs: object = rule.needs
    if not isinstance(needs, Set):
        yield f"needs={needs!r} is no frozenset"
        return
    for need in sorted(needs, key=repr):
        yield from _one_of("needs", need, get_args(Need))


def _words(rule: Rule) -> Iterator[str]:
    said: dict[str, object] = {
        name: getattr(rule, name)
        for name in ("title", "explanation", "message", "remedy", "limits")
    }
    said |= {
        name: words for name in ("holds", "asks") if (words := getattr(rule, name)) is not None
    }
    for name in ("messages", "remedies"):
        variants = getattr(rule, name)
        if not isinstance(variants, Mapping):
            yield f"{name} is no mapping"
            continue
        said |= {f"{name}[{variant!r}]": words for variant, words in variants.items()}
    for name, words in said.items():
        if not isinstance(words, Words):
            yield f"{name} is no Words"
            continue
        for language in ("zh", "en"):
            text = getattr(words, language)
            if not isinstance(text, str) or not text.strip():
                yield f"{name}: {language} is empty"
            elif name.startswith(("message", "remed")):
                yield from _template(f"{name}: {language}", text)


def _template(name: str, text: str) -> Iterator[str]:
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(text)]
    except ValueError as error:
        yield f"{name}: {error}"
        return
    for field in fields:
        if field is not None and not field.isidentifier():
            yield f"{name}: {{{field}}} names no param"


def _parts(rule: Rule) -> Iterator[str]:
    run: object = rule.run
    if not callable(run):
        yield "run is no function"
    for name, example in chain([("leaves", rule.leaves)], _caught(rule)):
        if not isinstance(example, Example):
            yield f"{name} is no Example"
    for name in ("required", "award"):
        if not isinstance(getattr(rule, name), bool):
            yield f"{name} is neither True nor False"


def _caught(rule: Rule) -> Iterator[tuple[str, object]]:
    if rule.catches is not None:
        yield "catches", rule.catches
