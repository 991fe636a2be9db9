"""Params of rules on cues without a counterpart, and on clocks."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class _AgainstSound(TypedDict):
    """Of a finding about clocks that was made by comparing with the sound.

    ``track`` is ``bo``, ``zh`` or ``both``, ``by`` is ``words`` or ``voice``, and
    ``anchors`` is the number of cues that were compared.
    """

    against: NotRequired[str]
    track: NotRequired[str]
    by: NotRequired[str]
    anchors: NotRequired[int]


class MissingTranslationParams(TypedDict):
    """``missing-translation``: Chinese without Tibetan."""

    variant: str
    text: str
    at: str
    neighbour: NotRequired[int]


class ExtraTranslationParams(TypedDict):
    """``extra-translation``: Tibetan without Chinese."""

    variant: str
    text: str
    at: str
    neighbour: NotRequired[int]


class ForeignTracksParams(TypedDict):
    """``foreign-tracks``: tracks of different works."""

    paired: int
    total: int


class SyncOffsetParams(_AgainstSound):
    """``sync-offset``: constant offset.

    ``offset_ms`` is positive where the track is late; ``margin_ms`` is what it may be off by.
    """

    variant: str
    seconds: float
    offset_ms: int
    margin_ms: int
    pairs: NotRequired[int]


class SyncDriftParams(_AgainstSound):
    """``sync-drift``: drift."""

    variant: str
    percent: float
    rate: float
    margin: float
    ratio: str | None
    seconds: float


class SyncJumpParams(_AgainstSound):
    """``sync-jump``: jump in the offset."""

    variant: str
    at: str
    seconds: float
    size_ms: int


class CueTimingParams(TypedDict):
    """``cue-timing``: times of the two languages differ.

    ``start_ms`` and ``end_ms`` are how much later than expected it begins and ends.
    """

    variant: str
    seconds: float
    start_ms: int
    end_ms: int
