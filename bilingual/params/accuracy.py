"""Params of rules on the translation."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class WrongTranslationParams(TypedDict):
    """``wrong-translation``: Tibetan does not match the Chinese.

    ``risk`` is 0 to 1; ``parts`` its parts by kind of evidence, in nats.
    """

    variant: str
    zh_text: str
    words: list[str]
    risk: float
    parts: dict[str, float]


class PartialTranslationParams(TypedDict):
    """``partial-translation``: partial translation.

    As of ``wrong-translation``. ``bo_text`` is the last Tibetan word where the rest seems
    to be missing, else the part that seems to come from elsewhere; empty where it is not
    known which.
    """

    variant: str
    zh_text: str
    bo_text: str
    words: list[str]
    risk: float
    parts: dict[str, float]


class LatinMismatchParams(TypedDict):
    """``latin-mismatch``: acronyms differ."""

    bo_words: str
    zh_words: str


class NegationMismatchParams(TypedDict):
    """``negation-mismatch``: negation missing in Tibetan."""

    variant: str
    word: str
    zh_text: str


class QuestionMismatchParams(TypedDict):
    """``question-mismatch``: question missing in Tibetan."""

    variant: str
    word: str
    zh_text: str


class RepeatedTranslationParams(TypedDict):
    """``repeated-translation``: the same Tibetan for different Chinese."""

    bo_text: str
    zh_text: str
    first: int
    first_zh: str


class TermInconsistentParams(TypedDict):
    """``term-inconsistent``: one term, several translations."""

    variant: NotRequired[str]
    zh_term: NotRequired[str]
    bo_term: NotRequired[str]
    main: str
    main_count: int
    other: str
    other_count: int
    places: list[int]
    other_places: list[int]


class TermMismatchParams(TypedDict):
    """``term-mismatch``: term differs from the glossary.

    Of a term that lacks its translation in many cues (``variant`` is ``often``): the
    ``count`` of its ``places`` (Chinese cues, from 1).
    """

    zh_term: str
    standard: str
    accepted: list[str]
    variant: NotRequired[str]
    count: NotRequired[int]
    places: NotRequired[list[int]]


class NumberMismatchParams(TypedDict):
    """``number-mismatch``: numbers differ.

    Values are numbers as text; ``weight`` is how strong the evidence is, 0 and up. Of a word
    that brings one alarm in many cues: the ``count`` of its ``places`` (Chinese cues, from 1).
    """

    variant: str
    bo_number: str
    zh_number: str
    bo_value: str | None
    zh_value: str | None
    weight: float
    bo_word: NotRequired[str]
    zh_word: NotRequired[str]
    count: NotRequired[int]
    places: NotRequired[list[int]]


class UnitMismatchParams(TypedDict):
    """``unit-mismatch``: units differ."""

    bo_number: str
    zh_number: str
    bo_unit: str | None
    zh_unit: str | None
    bo_value: str | None
    zh_value: str | None
