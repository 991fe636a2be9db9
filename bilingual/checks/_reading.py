"""What the rules about reading a track share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bilingual.checks._tracks import FINE
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Need, Rule, Words
from bilingual.model import Severity

_TRACK: Final[frozenset[Need]] = frozenset({"track"})


def reading_rule(
    name: str,
    severity: Severity,
    run: Callable[[Artifacts], Iterator[Hit | CannotTell]] | Callable[[Artifacts], Iterator[Hit]],
    *,
    title: Words,
    explanation: Words,
    message: Words,
    remedy: Words,
    limits: Words,
    catches: Example,
    messages: Mapping[str, Words] | None = None,
    leaves: Example = FINE,
) -> Rule:
    """A rule of the group ``reading``, for any written track."""
    return Rule(
        id=name,
        group="reading",
        severity=severity,
        needs=_TRACK,
        title=title,
        explanation=explanation,
        message=message,
        messages=messages or {},
        remedy=remedy,
        limits=limits,
        run=run,
        catches=catches,
        leaves=leaves,
    )
