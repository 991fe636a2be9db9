"""What a page of the annex is made of: plain strings, for any template engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label with its value; ``mono`` is a hash behind it."""

    label: str
    value: str
    mono: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure: its name and its value with numerator and denominator."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A check that no program could make, why, and what a person said of it."""

    title: str
    reason: str
    required: bool
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding in words, or ``count`` of one kind; ``place`` is when and in which cues.

    ``state`` is what the reader said of it, ``note`` why, and ``by`` who said so.
    """

    count: int
    severity: str
    severity_word: str
    title: str
    message: str
    place: str
    state: str
    note: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCue:
    """A pair that a reader found wrong or was unsure of."""

    place: str
    zh: str
    bo: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The judgements of the reader of Tibetan."""

    who: str
    summary: str
    cues: tuple[ReadCue, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexView:
    """The whole page. ``words`` holds every label by its code.

    ``verdict`` is the program's, ``settled`` the one with a reader's decisions (empty
    without any). ``dismissed`` are the findings that the reader called false alarms.
    """

    language: str
    title: str
    party: str
    words: Mapping[str, str]
    rows: tuple[Row, ...]
    verdict: str
    settled: str
    figures: tuple[Figure, ...]
    checked: str
    points: tuple[Point, ...]
    more_points: str
    tally: str
    findings: tuple[Found, ...]
    dismissed: tuple[Found, ...]
    more_findings: str
    reading: Reading | None
    digest: str
    digest_groups: str
    short: str
    signed: str
