"""Params of rules on the film: file, sound, speech, subtitles in the picture."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class CreditsParams(TypedDict):
    """``credits``: opening and closing credits.

    A finding of it has none.
    """


class BurnedInMismatchParams(TypedDict):
    """``burned-in-mismatch``: subtitle file and picture differ."""

    variant: str
    language: str
    cue: NotRequired[int]
    last: NotRequired[int]
    at: NotRequired[str]
    file: NotRequired[str]
    picture: NotRequired[str]
    picture_cue: NotRequired[int]
    seconds: NotRequired[float]
    same: NotRequired[int]
    of: NotRequired[int]
    cues: NotRequired[int]


class BurnedInShapingParams(TypedDict):
    """``burned-in-shaping``: Tibetan in the picture is drawn wrong."""

    variant: str
    language: str
    at: str
    wrong: int
    of: int
    picture: str
    picture_cue: int


class BurnedInUnreadableParams(TypedDict):
    """``burned-in-unreadable``: unreadable subtitle in the picture."""

    variant: str
    cue: int
    at: str
    text: str


class ContainerParams(TypedDict):
    """``container``: file format."""

    found: str
    name: str
    wanted: list[str]
    brand: str | None


class DurationParams(TypedDict):
    """``duration``: duration."""

    variant: str
    found_s: float
    min_s: int
    max_s: int
    by_s: NotRequired[float]
    shown_s: NotRequired[float]
    repeated_s: NotRequired[float]
    held_s: NotRequired[float]


class FileSizeParams(TypedDict):
    """``file-size``: file size.

    ``min`` and ``max`` are in MB as the notice counts, ``found_mb`` in 10^6 bytes.
    """

    variant: str
    found_mb: float
    found_mib: float
    bytes: int
    min: int
    max: int


class ResolutionParams(TypedDict):
    """``resolution``: resolution."""

    width: int
    height: int
    least: int


class AspectRatioParams(TypedDict):
    """``aspect-ratio``: aspect ratio."""

    variant: str
    width: int
    height: int
    found: float
    wanted: str
    tolerance_percent: float


class MediaHoleParams(TypedDict):
    """``media-hole``: hole in picture or sound."""

    variant: str
    at: NotRequired[str]
    end: NotRequired[str]
    seconds: NotRequired[float]
    count: NotRequired[int]
    picture_s: NotRequired[float]
    sound_s: NotRequired[float]
    by_s: NotRequired[float]
    end_s: NotRequired[float]


class AudioChannelsParams(TypedDict):
    """``audio-channels``: left and right channel.

    ``percent`` is of the time with sound.
    """

    variant: str
    at: str
    end: str
    percent: int


class MediaUnreadableParams(TypedDict):
    """``media-unreadable``: video cannot be decoded."""

    variant: str
    name: str
    reason: NotRequired[str]


class MediaTruncatedParams(TypedDict):
    """``media-truncated``: video file is incomplete."""

    variant: str
    name: str
    reason: str
    decoded_s: float
    announced_s: float


class NoAudioParams(TypedDict):
    """``no-audio``: no sound."""

    variant: str
    codec: NotRequired[str]
    peak_db: NotRequired[float]


class NarrationLanguageParams(TypedDict):
    """``narration-language``: language of the narration."""

    percent: int


class LanguagePairParams(TypedDict):
    """``language-pair``: narration and subtitle languages."""

    variant: str


class SpeechUncoveredParams(TypedDict):
    """``speech-uncovered``: speech without a subtitle."""

    variant: str
    start: NotRequired[str]
    end: NotRequired[str]
    seconds: float
    heard: NotRequired[str]
    percent: NotRequired[int]


class SubtitleWithoutSpeechParams(TypedDict):
    """``subtitle-without-speech``: subtitle without speech."""

    variant: str
    start: NotRequired[str]
    end: NotRequired[str]
    cues: NotRequired[int]
    of: NotRequired[int]


class TranscriptMismatchParams(TypedDict):
    """``transcript-mismatch``: Chinese subtitle differs from the narration."""

    variant: str
    heard: str
    errors: int
    length: int


class ForeignSubtitlesParams(TypedDict):
    """``foreign-subtitles``: subtitles of another video.

    ``cer`` is the share of characters that differ, in percent.
    """

    cer: int
    cues: int


class TranscriptUnreliableParams(TypedDict):
    """``transcript-unreliable``: unreliable transcript."""

    start: str
    end: str
    doubts: list[str]
    heard: str


class FirstBroadcastParams(TypedDict):
    """``first-broadcast``: first broadcast."""

    variant: str
    found: NotRequired[str]
    first: NotRequired[str]
    last: NotRequired[str]


class BroadcastUrlParams(TypedDict):
    """``broadcast-url``: address of the broadcast."""

    variant: str


class AuthorsParams(TypedDict):
    """``authors``: number of authors."""

    variant: NotRequired[str]
    counted: NotRequired[int]
    limit: NotRequired[int]
    over: NotRequired[int]


class SummaryLengthParams(TypedDict):
    """``summary-length``: length of the summary."""

    field: str
    name: str
    counted: int
    unmarked: int
    characters: int
    limit: int
    over: int


class ChannelParams(TypedDict):
    """``channel``: channel of submission."""

    variant: str


class PledgeParams(TypedDict):
    """``pledge``: pledge."""

    variant: str


class TitleMismatchParams(TypedDict):
    """``title-mismatch``: another title in the film."""

    title: str
    found: str
    at_s: float
