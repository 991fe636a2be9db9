"""What a page of the annex is made of: plain strings, for any template engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A heading or label in the page's language, and small in the other."""

    main: str
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label with its values, a line each."""

    label: Words
    lines: tuple[str, ...]
    mono: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measure: its name, its value, numerator and denominator, what was left out.

    ``signature`` is sacrebleu's, empty for measures of our own.
    """

    label: str
    value: str
    excluded: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A check that could not be made, and why."""

    title: str
    reason: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A finding in words, or ``count`` of one kind; ``place`` is when and in which cues."""

    number: int
    count: int
    severity: str
    severity_word: str
    title: str
    message: str
    place: str
    clause: str
    state: str
    note: str


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
    summary: tuple[str, ...]
    cues: tuple[ReadCue, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexView:
    """The whole page. ``words`` holds every label by its code."""

    language: str
    title: str
    party: str
    words: Mapping[str, Words]
    rows: tuple[Row, ...]
    verdict: str
    verdict_note: str
    figures: tuple[Figure, ...]
    passed: str
    failed: str
    undecided: tuple[Undecided, ...]
    skipped: tuple[str, ...]
    tally: tuple[str, ...]
    findings: tuple[Found, ...]
    more_findings: str
    reading: Reading | None
    digest: str
    digest_groups: str
    short: str
    signed: str
