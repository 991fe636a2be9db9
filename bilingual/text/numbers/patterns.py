"""Tables of patterns: what the readers of numbers are made of, in either language.

A number is read in three steps, each a table: the numeral itself, the words
around it, and what it makes with the number before it. An entry says what it
matches; the first of its table, or of its step, that matches is taken. To read
something new is to add an entry, whose example the tests then try.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(Generic[P, R]):
    """One thing that a reader knows.

    ``matches`` says in words what is matched; ``example`` is a text in the
    reader's language that is read otherwise without this pattern. ``make`` is
    called with the same arguments as ``when``, where that is true.
    """

    name: str
    matches: str
    example: str
    when: Callable[P, bool]
    make: Callable[P, R]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[S, C]):
    """Patterns of which one at most applies to a value, in its context."""

    name: str
    patterns: tuple[Pattern[[S, C], S], ...]


def first_match(patterns: tuple[Pattern[P, R], ...], *args: P.args, **kwargs: P.kwargs) -> R | None:
    """What the first pattern that matches makes; ``None`` where none does."""
    for pattern in patterns:
        if pattern.when(*args, **kwargs):
            return pattern.make(*args, **kwargs)
    return None


def apply_steps(steps: tuple[Step[S, C], ...], value: S, context: C) -> S:
    """The value after every step, each of which sees what the one before it made."""
    for step in steps:
        for pattern in step.patterns:
            if pattern.when(value, context):
                value = pattern.make(value, context)
                break
    return value
