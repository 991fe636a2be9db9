"""Params of rules on a file, its cues and their language."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class ChineseTypographyParams(TypedDict):
    """``chinese-typography``: Chinese typography."""

    variant: str
    cue: int
    text: str


class RepeatedCueParams(TypedDict):
    """``repeated-cue``: cue repeats the one before."""

    variant: str
    cue: int
    count: int
    first: NotRequired[int]
    last: NotRequired[int]


class PartsJoinedParams(TypedDict):
    """``parts-joined``: parts joined without shifting."""

    cue: int
    part: int
    start: str
    before: str


class CueOrderParams(TypedDict):
    """``cue-order``: cues are out of order."""

    cue: int
    seconds: float


class CueOverlapParams(TypedDict):
    """``cue-overlap``: overlapping cues.

    Of a cue that stays through most of the track: the ``count`` of those shown with it.
    """

    first: int
    second: int
    seconds: float
    variant: NotRequired[str]
    count: NotRequired[int]


class CueTooShortParams(TypedDict):
    """``cue-too-short``: cue too short."""

    variant: str
    cue: int
    seconds: float
    limit: float


class CueTooLongParams(TypedDict):
    """``cue-too-long``: cue too long."""

    cue: int
    seconds: float
    limit: float


class CueGapParams(TypedDict):
    """``cue-gap``: gap between cues too small."""

    first: int
    second: int
    milliseconds: int
    limit: int


class UntranslatedParams(TypedDict):
    """``untranslated``: not translated."""

    variant: str
    cue: int


class WrongScriptParams(TypedDict):
    """``wrong-script``: wrong script."""

    variant: str
    cue: NotRequired[int]


class NotSimplifiedParams(TypedDict):
    """``not-simplified``: not in Simplified Chinese."""

    cue: int
    characters: list[str]


class TibetanSyllableParams(TypedDict):
    """``tibetan-syllable``: impossible Tibetan syllable.

    Where cues have no tsheg: the first of them (from 1), their ``count`` among all.
    """

    variant: str
    cue: int
    syllable: NotRequired[str]
    count: NotRequired[int]
    total: NotRequired[int]


class ReadingSpeedParams(TypedDict):
    """``reading-speed``: reading speed."""

    variant: str
    cue: int
    speed: float
    most: float


class LineLengthParams(TypedDict):
    """``line-length``: line too long."""

    variant: str
    cue: int
    length: float
    most: float


class LineCountParams(TypedDict):
    """``line-count``: too many lines."""

    cue: int
    lines: int
    most: int


class LineBreakParams(TypedDict):
    """``line-break``: line breaks."""

    variant: str
    cue: int


class ParseProblemParams(TypedDict):
    """``parse-problem``: errors in the subtitle file.

    Besides these, what the problem ``code`` itself gives, such as ``text``, ``index`` or ``tags``.
    """

    variant: str
    file: str
    code: str
    count: int
    lines: list[int]


class EncodingAssumedParams(TypedDict):
    """``encoding-assumed``: text encoding guessed."""

    file: str
    encoding: str


class EmptyCueParams(TypedDict):
    """``empty-cue``: empty cue."""

    variant: str
    cue: int
    count: NotRequired[int]


class HiddenCharacterParams(TypedDict):
    """``hidden-character``: invisible characters."""

    variant: str
    cue: int
    kind: str
    characters: list[str]
    count: int


class TibetanParticleParams(TypedDict):
    """``tibetan-particle``: form of a Tibetan particle."""

    cue: int
    before: str
    particle: str
    fitting: str


class TibetanTypographyParams(TypedDict):
    """``tibetan-typography``: Tibetan typography.

    Where other marks are in place of the tsheg: which, and the number of ``cues``.
    """

    variant: str
    cue: int
    count: int
    cues: NotRequired[int]
    characters: NotRequired[list[str]]
