"""What a rule is, what it may look at, and what it yields.

A rule is one module of this folder (or an entry point of the group
``bilingual.rules``) that holds ``RULES``: its metadata, its words in Chinese and
English, an example it catches and one it leaves alone, and a generator that
reads artifacts and yields hits. It runs no model and opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

from bilingual.alignment.speech.comparison import SoundComparison
from bilingual.config import Config
from bilingual.locale.languages import chain
from bilingual.model import (
    Alignment,
    BackendUse,
    CheckVerdict,
    Cue,
    Evidence,
    Form,
    Language,
    Measure,
    Media,
    ModelUse,
    OpeningLine,
    PictureSample,
    Reason,
    Severity,
    Span,
    Speech,
    Suggestion,
    Track,
)

_T = TypeVar("_T")

Need = Literal[
    "track",  # any track
    "bo",  # the Tibetan track
    "zh",  # the Chinese track, or a Mandarin transcript in its place
    "zh-written",  # the Chinese track as submitted, no transcript
    "alignment",  # both tracks, and beads between them
    "media",  # a video that could be probed
    "whole",  # that video read from end to end
    "audio",  # a video with sound that decodes
    "speech",  # voice activity
    "transcript",  # recognised Mandarin words
    "burned-in",  # subtitles that were read in the picture
    "form",  # an entry form
    "opening",  # text that was read in the opening's picture
]
"""Kinds of artifacts a rule may ask for."""

Group = Literal[
    "reading", "language", "alignment", "accuracy", "speech", "media", "burned-in", "award"
]


Fixer = Literal["translator", "film-maker", "reviewer"]
"""Who can fix what a rule finds: who writes the texts, who has the film and exports it,
or who reads both languages and decides whether anything is wrong."""

_FIXERS: Final[Mapping[Group, Fixer]] = {
    "reading": "film-maker",
    "language": "translator",
    "alignment": "film-maker",
    "accuracy": "translator",
    "speech": "reviewer",
    "media": "film-maker",
    "burned-in": "film-maker",
    "award": "film-maker",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The same thing said in each language. Chinese and English are a must.

    ``more`` are the words that the languages' own ``rules.toml`` add or replace.
    """

    zh: str
    en: str
    bo: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)

    def by_language(self) -> dict[str, str]:
        """The words by language, of those that there are."""
        own = {"zh": self.zh, "en": self.en, "bo": self.bo}
        return {language: text for language, text in own.items() if text} | dict(self.more)

    def get(self, language: str) -> str:
        """The words in that language, its fallback's where there are none in it."""
        known = self.by_language()
        return next((known[t.code] for t in chain(language) if t.code in known), self.zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a rule yields for each thing it found; the engine makes a Finding.

    ``severity`` is ``None`` for the rule's own. ``params`` fill in the rule's sentences;
    ``params["variant"]`` picks one of its ``messages`` and ``remedies``.
    """

    bo: tuple[int, ...] = ()
    zh: tuple[int, ...] = ()
    span_ms: Span | None = None
    severity: Severity | None = None
    confidence: float = 1.0
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    suggestion: Suggestion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CannotTell:
    """A rule yields this where it looked and could not judge, wholly or in part."""

    reason: Reason
    verdict: CheckVerdict = CheckVerdict.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A rule yields this to say in what way it passes, where there are several."""

    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Why an artifact is not there. ``not-applicable``: it was not submitted."""

    reason: Reason
    verdict: CheckVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """Everything the rules may read. Built once by ``verify``."""

    config: Config
    bo: Track | None = None
    zh: Track | None = None
    media: Media | None = None
    speech: Speech | None = None
    alignment: Alignment | None = None
    sound: SoundComparison | None = None  # the written tracks against the speech
    measures: Mapping[str, Measure] = field(default_factory=dict)
    models: tuple[ModelUse, ...] = ()  # glossaries and backends that had a say
    backends: tuple[BackendUse, ...] = ()  # those that the settings name
    missing: Mapping[Need, Missing] = field(default_factory=dict)
    burned_in: Mapping[Language, Track] | None = None  # beside a track of that language
    sampled: PictureSample | None = None  # where ``burned_in`` is what some moments show
    form: Form | None = None
    opening: tuple[OpeningLine, ...] | None = None  # only where the form has a title

    def track(self, side: Language) -> Track | None:
        """The track of that language, if there is one."""
        return self.bo if side == "bo" else self.zh

    def tracks(self) -> Iterator[tuple[Language, Track]]:
        """The written tracks that are there; a transcript is not one."""
        if self.bo is not None and self.bo.source != "transcript":
            yield "bo", self.bo
        if self.zh is not None and self.zh.source != "transcript":
            yield "zh", self.zh

    def cues(self, side: Language, indices: Iterable[int]) -> tuple[Cue, ...]:
        """The named cues of that side."""
        track = self.track(side)
        return () if track is None else tuple(track.cues[i] for i in indices)


def needed(artifact: _T | None) -> _T:
    """An artifact that a rule names in its ``needs``: without it the engine does not run the rule.

    :raises LookupError: it is not there, so the rule's ``needs`` does not name what it reads.
    """
    if artifact is None:
        raise LookupError("a rule was run without an artifact that it reads")
    return artifact


def on_side(side: Language, *indices: int) -> dict[str, Any]:
    """Keyword arguments that place a hit: ``Hit(**on_side("bo", 3))``."""
    return {side: indices}


Run = Callable[[Artifacts], Iterable[Hit | CannotTell | Seen]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A small case: cues as (start_ms, end_ms, text), and media or speech facts.

    ``bo_file`` and ``zh_file`` are subtitle files as text, to be encoded in
    ``file_encoding`` and read. ``burned_bo`` and ``burned_zh`` are in the picture
    (a text of 〓 could not be read): beside a track of the language, or in its place.
    """

    bo: tuple[tuple[int, int, str], ...] | None = None
    zh: tuple[tuple[int, int, str], ...] | None = None
    media: Media | None = None
    speech: Speech | None = None
    category: Literal["bilingual", "chinese"] = "bilingual"
    bo_file: str | None = None
    zh_file: str | None = None
    file_encoding: str = "utf-8"
    burned_bo: tuple[tuple[int, int, str], ...] | None = None
    burned_zh: tuple[tuple[int, int, str], ...] | None = None
    form: Form | None = None
    opening: tuple[OpeningLine, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule's metadata and the function that applies it.

    ``severity`` is the one of a hit that names none, ``also`` are those that its hits name.

    ``message`` is a ``str.format`` template over a hit's params; where a rule
    has several, ``messages`` maps ``params["variant"]`` to one. ``remedy`` says
    what is done about it, in words to act on, and ``remedies`` where a variant needs others. ``catches`` is an example with a finding of this
    rule, ``None`` where only a person can judge it and it says so every time; ``leaves``
    is one without. ``required``: ``unknown`` here keeps the
    work from passing. ``clauses`` maps the award's category to the clause. ``fixed_by``
    is who can fix it, ``None`` for whom the rule's group goes to. ``holds`` says what is so
    where it finds nothing (where ``title`` names the fault), ``asks`` what is to be found out
    where it cannot be judged.
    """

    id: str
    group: Group
    severity: Severity
    needs: frozenset[Need]
    title: Words
    explanation: Words
    message: Words
    remedy: Words
    limits: Words
    run: Run
    catches: Example | None
    leaves: Example
    also: tuple[Severity, ...] = ()
    messages: Mapping[str, Words] = field(default_factory=dict)
    remedies: Mapping[str, Words] = field(default_factory=dict)
    mqm: str | None = None
    required: bool = False
    fixed_by: Fixer | None = None
    award: bool = False
    holds: Words | None = None
    asks: Words | None = None

    @property
    def severities(self) -> tuple[Severity, ...]:
        """How bad its findings can be, worst first.

        What was recognised from speech or in the picture is graded down where it would
        be an error, and the settings may name another severity.
        """
        return tuple(sorted({self.severity, *self.also}, key=lambda s: -s.rank))

    @property
    def fixer(self) -> Fixer:
        """Who can fix what it finds."""
        return self.fixed_by or _FIXERS[self.group]
