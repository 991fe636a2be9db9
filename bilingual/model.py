"""What the library passes around: cues, tracks, speech, alignments.

Every type is frozen, slotted and keyword-only, and holds plain data. Times are
integer milliseconds from the start of the medium. Absent is ``None``, never -1.
This module imports nothing of ours, so every other one may import it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Language = Literal["bo", "zh"]
"""The two sides of a submission, as BCP 47 primary subtags."""

TrackSource = Literal["sidecar", "embedded", "burned-in", "transcript"]
"""Where the cues of a track were taken from."""

LANGUAGES: Final[tuple[Language, Language]] = ("bo", "zh")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time, half open: ``start_ms`` is in it, ``end_ms`` is not."""

    start_ms: int
    end_ms: int

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; negative where the end lies before the start."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    r"""One subtitle cue, as written in its file.

    ``index`` is 0-based in file order. ``text`` is the raw payload with lines
    joined by ``\n``: tags and entities are still in it. ``plain`` is derived
    from it for comparison (tags gone, entities decoded). ``line`` is the 1-based
    line of the timing line in the file, ``None`` where there is no file.
    ``confidence`` (0..1) is set for recognised text only. ``readable`` is false
    where recognised text cannot be relied on: such a cue counts for timing and
    coverage, and nothing is to be made of its words. ``rows`` says where in the
    picture a burned-in cue stands: from which share of its height (0..1, from the
    top) to which.
    """

    index: int
    start_ms: int
    end_ms: int
    text: str
    line: int | None = None
    confidence: float | None = None
    identifier: str | None = None
    settings: str | None = None
    plain_text: str | None = None
    readable: bool = True
    rows: tuple[float, float] | None = None

    @property
    def plain(self) -> str:
        """The text for comparison; the raw text where the two are the same."""
        return self.text if self.plain_text is None else self.plain_text

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds; negative where the end lies before the start."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something a reader met in a file and did not pass over in silence.

    ``line`` is 1-based, ``None`` where the problem is the file's as a whole.
    ``code`` is stable and kebab-case; prose is made from it per language.
    ``params`` holds JSON values only; text that could not be read stands in
    ``params["text"]``.
    """

    line: int | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The cues of one language, in file order, and what was wrong with the file.

    ``language`` is ``None`` where the script did not tell. ``encoding`` is the
    codec's name in lower case (``utf-8``, ``utf-16-le``, ``gb18030`` …), ``None``
    where no bytes were decoded. ``format`` is the subtitle format's short name
    (``srt``, ``vtt`` …). ``stream`` is the stream's index within its container.
    """

    cues: tuple[Cue, ...]
    problems: tuple[Problem, ...] = ()
    language: Language | None = None
    source: TrackSource = "sidecar"
    name: str | None = None
    encoding: str | None = None
    format: str | None = None
    stream: int | None = None

    def to_srt(self) -> str:
        r"""The track as SubRip, lines ended by ``\n``; it reads back equal.

        :raises FormatError: ``track-unwritable``: a cue cannot be written so.
        """
        from bilingual.formats.writing import to_srt

        return to_srt(self)

    def to_vtt(self) -> str:
        r"""The track as WebVTT, lines ended by ``\n``; it reads back equal.

        :raises FormatError: ``track-unwritable``: a cue cannot be written so.
        """
        from bilingual.formats.writing import to_vtt

        return to_vtt(self)

    def _repr_html_(self) -> str:
        """How a notebook shows it: a table of cues, every text escaped."""
        from bilingual.report.notebook import track_html

        return track_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of text. ``start`` and ``end`` are code point offsets into it.

    ``kind`` is one of ``word``, ``syllable``, ``particle``, ``number``,
    ``latin``, ``han``, ``punctuation``, ``space``, ``symbol``, ``other``.
    """

    text: str
    start: int
    end: int
    kind: str
    pos: str | None = None
    lemma: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word and when it was said."""

    start_ms: int
    end_ms: int
    text: str
    probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a transcript.

    ``avg_logprob`` is the mean log probability of its tokens (<= 0),
    ``no_speech_prob`` and ``confidence`` lie in 0..1, ``compression_ratio`` is
    the text's size over its zlib size (above 2.4 it loops, after Whisper's
    paper, section 4.5). ``reliable`` is false where the guards distrust it.
    """

    start_ms: int
    end_ms: int
    text: str
    confidence: float | None = None
    avg_logprob: float | None = None
    no_speech_prob: float | None = None
    compression_ratio: float | None = None
    reliable: bool = True
    doubts: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a recogniser that the user plugged in made of narration in Tibetan.

    ``segments`` is ``None`` where it could not listen, and ``lacking`` then says
    why, by a code of the reasons with ``params``. ``dialect`` and ``licence`` are
    as the user (or the model's own card) states them. It is evidence for a
    person, and decides nothing by itself.
    """

    segments: tuple[Segment, ...] | None
    engine: str
    model: str
    model_sha256: str | None = None
    dialect: str | None = None
    licence: str | None = None
    lacking: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """What is heard: where somebody speaks, and what a recogniser made of it.

    ``spans`` is ``None`` where no voice activity detection was run and empty
    where it found nobody speaking; ``segments`` is ``None`` where no recogniser
    was run. ``language`` is the recogniser's guess among the languages it knows
    (stock Whisper does not know spoken Tibetan), ``language_scores`` its
    probabilities (0..1), the mean over the pieces it listened to. ``tibetan`` is
    what a Tibetan recogniser heard, ``None`` where none was plugged in or the
    narration is Mandarin.
    """

    duration_ms: int
    spans: tuple[Span, ...] | None = None
    segments: tuple[Segment, ...] | None = None
    language: str | None = None
    language_scores: Mapping[str, float] = field(default_factory=dict)
    engine: str | None = None
    model: str | None = None
    model_sha256: str | None = None
    vad: str | None = None
    tibetan: Transcript | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bead:
    """Cues of both tracks that belong together, by index; one side may be empty.

    ``confidence`` (0..1) is the aligner's posterior for this grouping, ``risk``
    (0..1, or ``None`` where nothing was judged) how much a reader should look.
    """

    bo: tuple[int, ...]
    zh: tuple[int, ...]
    confidence: float | None = None
    risk: float | None = None

    @property
    def two_sided(self) -> bool:
        """Whether both languages have a cue in it."""
        return bool(self.bo and self.zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a cue's text that evidence points at.

    ``start`` and ``end`` are code points into ``Cue.text``, ``None`` where tags
    hide the place. ``weight`` (0..1) is how much an answer was to be expected.
    """

    side: Language
    cue: int
    text: str
    start: int | None = None
    end: int | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTerm:
    """A term of the glossary whose Tibetan a bead lacks: ``bo`` are the accepted ones."""

    zh: str
    bo: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMissedTerm(MissedTerm):
    """A term of a glossary of the user's own; ``source`` is the file's name."""

    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadEvidence:
    """What a bead's risk is made of.

    ``kind`` is the likeliest fault, should there be one, ``kinds`` the probability
    (0..1) of each. ``parts`` are nats that each sort of evidence adds for that
    kind over none: above 0 it speaks for the fault, below against. ``unanswered``
    are the Chinese words that no Tibetan word answers to, as far as the lexicon
    knows them, ``terms`` the attested terms of the glossary that the Tibetan lacks.
    ``misspelt`` is how surely (0..1) the Tibetan has a syllable that cannot exist,
    ``misnumbered`` how surely it has another number; neither is part of ``kinds``.
    """

    kind: str | None = None
    kinds: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    unanswered: tuple[Stretch, ...] = ()
    terms: tuple[MissedTerm, ...] = ()
    misspelt: float = 0.0
    misnumbered: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendScore:
    """What a backend says of a bead; ``params`` hold what a reader may want to see.

    ``value`` is its own figure in its own unit. ``nats`` speak for a fault above 0 and
    against one below: they are no more than a rule of thumb where ``calibration`` is
    ``none``, and never below 0 where nobody has ``validated`` it on Tibetan.
    """

    backend: str
    value: float | None
    nats: float
    calibration: str = "none"
    validated: bool = True
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedEvidence(BeadEvidence):
    """Evidence that backends have added to; ``embedded_risk`` is what it was without."""

    backends: tuple[BackendScore, ...] = ()
    embedded_risk: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """From ``at_ms`` on (Chinese track's time) the offset is ``offset_ms``."""

    at_ms: int
    offset_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """Which cues belong together, and how the two clocks relate.

    ``bo_ms = rate * zh_ms + offset_ms``, until the first of ``jumps`` says
    otherwise. Every cue of both tracks is in exactly one bead. ``confidence``
    (0..1) is that the two tracks are of the same work at all.
    """

    beads: tuple[Bead, ...]
    offset_ms: int = 0
    rate: float = 1.0
    jumps: tuple[Jump, ...] = ()
    confidence: float | None = None

    def to_bo_ms(self, zh_ms: float) -> float:
        """The Tibetan track's time for a time of the Chinese one."""
        offset: float = self.offset_ms
        for jump in self.jumps:
            if zh_ms >= jump.at_ms:
                offset = jump.offset_ms
        return self.rate * zh_ms + offset

    def to_zh_ms(self, bo_ms: float) -> float:
        """The Chinese track's time for a time of the Tibetan one.

        Where a jump makes two times possible, the earlier; where it makes none,
        the time of the jump.
        """
        offset: float = self.offset_ms
        for jump in self.jumps:
            here = (bo_ms - offset) / self.rate
            if here < jump.at_ms:
                return here
            offset = jump.offset_ms
            if (bo_ms - offset) / self.rate < jump.at_ms:
                return jump.at_ms
        return (bo_ms - offset) / self.rate

    def _repr_html_(self) -> str:
        """How a notebook shows it: the clocks and the beads by number."""
        from bilingual.report.notebook import alignment_html

        return alignment_html(self)

    def bead_of(self, side: Language, index: int) -> Bead:
        """The bead that holds a cue. ``KeyError`` where there is no such cue."""
        for bead in self.beads:
            if index in (bead.bo if side == "bo" else bead.zh):
                return bead
        raise KeyError(f"no {side} cue {index}")


def joined(cues: Sequence[Cue], indices: Sequence[int], separator: str = "\n") -> str:
    """The plain text of the named cues, in that order."""
    return separator.join(cues[i].plain for i in indices)


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """A video stream as measured. Sizes in pixels.

    ``display_width`` and ``display_height`` are after pixel aspect ratio and
    rotation: what a viewer sees. ``frame_rate`` is in frames a second.
    """

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int = 0
    sample_aspect_ratio: float = 1.0
    frame_rate: float | None = None
    duration_ms: int | None = None
    bit_rate: int | None = None
    attached_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """An audio stream as measured. ``sample_rate`` in Hz."""

    index: int
    codec: str
    channels: int | None = None
    sample_rate: int | None = None
    duration_ms: int | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtitleStream:
    """A subtitle stream within a container. ``language`` as tagged (BCP 47/639-2)."""

    index: int
    codec: str
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A media file as measured, not as its name or header claims.

    ``duration_ms`` is of the longest audio or video stream. ``container`` is
    the demuxer's short name (``mp4``, ``matroska`` …), ``brand`` the ISO base
    media file's major brand. ``decoded_ms`` is how much of it really decodes,
    ``complete`` whether the file holds all that it announces (``None``: not
    judged), ``complete_reason`` a code that says why not. ``examined`` names
    what was looked at: ``boxes``, ``packets``, ``key-frames`` or ``all-frames``
    (``first-…`` where only the first of very many), ``sound``.
    ``mean_volume_db`` and ``max_volume_db`` are dBFS of the first audio stream.
    """

    name: str
    bytes: int
    container: str
    duration_ms: int | None
    brand: str | None = None
    video: tuple[VideoStream, ...] = ()
    audio: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    decoded_ms: int | None = None
    complete: bool | None = None
    complete_reason: str | None = None
    mean_volume_db: float | None = None
    max_volume_db: float | None = None
    examined: tuple[str, ...] = ()

    @property
    def picture(self) -> VideoStream | None:
        """The first video stream that is no cover picture."""
        return next((v for v in self.video if not v.attached_picture), None)
