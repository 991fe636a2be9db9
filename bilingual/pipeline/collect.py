"""What was submitted, made into typed values: the file, the tracks, the sound.

Each step fills in one part of :class:`Collected` or gives the reason why it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bilingual.budget import Budget
from bilingual.checks.base import Missing, Need
from bilingual.config import Config
from bilingual.errors import BilingualError, InputError, MediaError, OverBudgetError
from bilingual.files import display_name, fingerprint
from bilingual.model import (
    LANGUAGES,
    Alignment,
    CheckVerdict,
    Form,
    InputFile,
    Language,
    Measure,
    Media,
    ModelUse,
    OpeningLine,
    PictureSample,
    Reason,
    SecondVersion,
    Speech,
    Track,
)
from bilingual.progress import Progress
from bilingual.showing import logger
from bilingual.translation.backends.base import Answers

if TYPE_CHECKING:
    from bilingual.media.audio import Sound
    from bilingual.ocr.recognise import BurnedInText
    from bilingual.terms.own_terms import OwnTerms
    from bilingual.translation.risk import RiskResult

_log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A second version of one of the tracks, and how similar the track is to it."""

    track: Track
    sha256: str
    version: SecondVersion
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """Two tracks, their alignment, and how each pair was weighed."""

    bo: Track
    zh: Track
    alignment: Alignment
    result: RiskResult


@dataclass(slots=True, kw_only=True)
class Collected:
    """All that is known of a work before its cues are aligned and the rules applied.

    Built up step by step by the functions of this module, read by
    :func:`bilingual.pipeline.verify.examine`, which changes nothing in it but what the
    backends answered (``answers``): a second run over changed tracks
    (:meth:`with_tracks`) has everything that the first run had.

    ``files`` are the subtitle files that the tracks were read from; one with both
    languages is there twice.
    """

    config: Config
    progress: Progress = field(default_factory=Progress)
    budget: Budget = field(default_factory=Budget)
    inputs: tuple[InputFile, ...] = ()
    media: Media | None = None
    bo: Track | None = None
    zh: Track | None = None
    files: dict[Language, Path] = field(default_factory=dict)
    burned_in: Mapping[Language, Track] | None = None
    to_sample: Path | None = None  # the film, until its picture was read at some moments
    sampled: PictureSample | None = None
    form: Form | None = None
    opening: tuple[OpeningLine, ...] | None = None
    sound: Sound | None = None  # until it was listened to
    stopped: bool = False  # at an error of the first look
    paired: Paired | None = None  # of these two tracks, or of others before
    speech: Speech | None = None
    reference: Reference | None = None
    glossaries: OwnTerms | None = None
    models: tuple[ModelUse, ...] = ()
    missing: dict[Need, Missing] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)

    def track(self, side: Language) -> Track | None:
        """The track of that language, if there is one."""
        return self.bo if side == "bo" else self.zh

    def set_track(self, side: Language, track: Track) -> None:
        """Put a track in place."""
        if side == "bo":
            self.bo = track
        else:
            self.zh = track

    def without_track(self) -> list[Language]:
        """The languages that have no track so far."""
        return [side for side in LANGUAGES if self.track(side) is None]

    def set_missing(self, *needs: Need, reason: Reason, unknown: bool = True) -> None:
        """Give the reason why something is missing, unless one was given before.

        :param unknown: rules that need it cannot be judged; otherwise they do not apply.
        """
        verdict = CheckVerdict.UNKNOWN if unknown else CheckVerdict.NOT_APPLICABLE
        for need in needs:
            self.missing.setdefault(need, Missing(reason=reason, verdict=verdict))

    def with_tracks(self, tracks: Mapping[Language, Track]) -> Collected:
        """The same work with other tracks: film, sound and all else stay as they are.

        :raises InputError: ``reference-not-together``: the new track and the reference
            are not of one timing any more.
        """
        changed = replace(
            self,
            bo=tracks.get("bo", self.bo),
            zh=tracks.get("zh", self.zh),
            missing=dict(self.missing),
        )
        if self.reference is not None:
            track, sha256 = self.reference.track, self.reference.sha256
            changed.reference = compared_with_reference(changed, track, sha256)
        return changed


def read_glossaries(work: Collected) -> None:
    """Read the user's own glossaries.

    :raises InputError: a line of one is wrong.
    """
    if work.glossaries is None and work.config.accuracy.glossary:
        from bilingual.terms.own_terms import own_terms

        work.glossaries = own_terms(work.config.accuracy.glossary)
        work.models += tuple(work.glossaries.sources) if work.glossaries else ()


def by_language(work: Collected, paths: Mapping[str, Path]) -> dict[str, Path]:
    """The paths by role, with a subtitle file in a video's place put in its language's.

    Where it is in neither language, or that one has a file already, it stays. So does a film
    under the name of a subtitle file.
    """
    from bilingual.files import opened_plain
    from bilingual.formats import is_subtitle_name, load_tracks, refuse_unusable
    from bilingual.media.sources import HEAD_BYTES, family_of

    found = dict(paths)
    path = found.get("video")
    if path is None or not is_subtitle_name(path):
        return found
    with opened_plain(path) as file:
        if family_of(file.read(HEAD_BYTES)) is not None:
            return found
    tracks = load_tracks(path, limits=work.config.reading)
    refuse_unusable(tracks, path)
    for side in LANGUAGES:
        if side not in found and any(t.language == side for t in tracks):
            del found["video"]
            return {**found, side: path}
    return found


def refuse_too_big(work: Collected, path: Path, *, video: bool) -> None:
    """See that a file is no larger than the settings allow, before it is hashed.

    :raises MediaError: ``media-too-big``.
    :raises FormatError: ``subtitle-too-large``.
    """
    from bilingual.formats import refuse_too_large
    from bilingual.media.sources import refuse_too_big as refuse_too_big_media

    if video:
        refuse_too_big_media(path, work.config.media)
    else:
        refuse_too_large(path, work.config.reading, work.config.media)


def probe_video(work: Collected, path: Path) -> None:
    """Probe the video: its container, streams and length, by its index alone.

    One whose container is known and not opened is a finding, and the rest of the work
    is checked.

    Nothing is known of it where that is more than the work's budget allows.

    :raises MediaError: it is no video at all, which is a bad input and no finding.
    :raises InputError: ``audio-stream-absent``: the settings name a sound stream that
        it does not have.
    """
    from bilingual.asr.streams import named_stream
    from bilingual.media.probe import named_only, probe

    work.progress("media", 0, None)
    try:
        work.media = probe(path, work.config.media)
    except OverBudgetError as over:
        _log.warning("video: %s", over)
        of_video: tuple[Need, ...] = (
            "media",
            "whole",
            "audio",
            "speech",
            "transcript",
            "burned-in",
        )
        work.set_missing(*of_video, *work.without_track(), reason=reason_of("", over))
        return
    except MediaError as error:
        if error.code != "media-container-unread":
            raise
        work.media = named_only(path, error.params["container"])
        spoken: tuple[Need, ...] = ("whole", "audio", "speech", "transcript")
        params = {"container": work.media.container}
        work.set_missing(*spoken, reason=Reason(code="container-unread", params=params))
        return
    if work.config.media.audio_stream != "auto":
        named_stream(work.media, work.config.media.audio_stream)


def decode_sound(work: Collected, path: Path) -> None:
    """Decode the sound stream that is listened to, or give the reason why not."""
    from bilingual.asr.streams import choose_sound

    spoken: tuple[Need, ...] = ("audio", "speech", "transcript")
    if work.media is None or not work.media.audio:
        work.set_missing(*spoken, reason=Reason(code="no-audio"))
        return
    try:
        choice = choose_sound(path, work.media, work.config, work.progress)
    except BilingualError as error:
        _log.warning("sound: %s", error)
        work.set_missing(*spoken, reason=reason_of("audio-unreadable", error))
        return
    work.media, work.sound = choice.media, choice.sound
    if not choice.sound.decoded_ms:
        codec = choice.media.sound.codec if choice.media.sound else ""
        reason = Reason(code="audio-undecodable", params={"codec": codec})
        work.set_missing(*spoken, reason=reason)


def check_video(work: Collected, path: Path) -> None:
    """See whether the video is whole, once its sound was decoded.

    :raises MediaError: a limit was hit.
    """
    from bilingual.media.completeness import check

    if work.media is not None:
        limits = work.config.media
        try:
            work.media = check(path, work.media, limits, work.sound, decode_sound=False)
        except OverBudgetError as over:
            _log.warning("video: %s", over)
            work.set_missing("whole", reason=reason_of("", over))
        work.progress("media", 1, 1)


def read_tracks(work: Collected, paths: Mapping[str, Path]) -> None:
    """Read the tracks: sidecar files first, then those inside the video.

    :raises InputError: a file is of another language than it is given as, or both are
        of one language.
    :raises FormatError: a file cannot be read.
    """
    work.progress("read", 0, None)
    found = _sidecars(work, paths)
    if work.media is not None and work.media.subtitles and len(found) < len(LANGUAGES):
        for side, track in _embedded(work, paths["video"], found).items():
            found.setdefault(side, track)
    for side, track in found.items():
        work.set_track(side, track)
    work.progress("read", 1, 1)


def _sidecars(work: Collected, paths: Mapping[str, Path]) -> dict[Language, Track]:
    from bilingual.formats import load_tracks, refuse_unusable

    found: dict[Language, Track] = {}
    spare: dict[Language, tuple[Track, Path]] = {}
    beside = len({paths[side] for side in LANGUAGES if side in paths}) == len(LANGUAGES)
    for side in LANGUAGES:
        if side in paths:
            path = paths[side]
            limits = work.config.reading
            tracks = load_tracks(path, limits=limits, wanted=side, beside=beside)
            refuse_unusable(tracks, path)
            found[side] = _pick(tracks, side)
            work.files[side] = path
            spare |= {t.language: (t, path) for t in tracks if t.language and t is not found[side]}
    _refuse_wrong_languages(found, paths)
    for side, (track, path) in spare.items():
        if side not in found:
            found[side] = track
            work.files[side] = path
    return found


def _embedded(
    work: Collected, video: Path, found: Mapping[Language, Track]
) -> dict[Language, Track]:
    from bilingual.formats import load_tracks

    try:
        tracks = load_tracks(video, limits=work.config.reading, media=work.config.media)
    except BilingualError as error:
        _log.warning("embedded subtitles: %s", error)
        reason = reason_of("embedded-unreadable", error)
        work.set_missing(*(side for side in LANGUAGES if side not in found), reason=reason)
        return {}
    embedded: dict[Language, Track] = {}
    for track in tracks:
        if track.language and track.cues:
            embedded.setdefault(track.language, track)
    for track in tracks:
        for problem in track.problems:
            if problem.code == "stream-unreadable":
                given = {"detail": problem.params["reason"], "of": problem.params["of"]}
                reason = Reason(code="embedded-unreadable", params=given)
                sides = LANGUAGES if track.language is None else (track.language,)
                gone = [side for side in sides if side not in found and side not in embedded]
                work.set_missing(*gone, reason=reason)
    return embedded


def read_burned_in(work: Collected, path: Path) -> None:
    """Read the subtitles in the picture: in place of a track, or beside it."""
    from bilingual import ocr

    if work.media is None:  # then a reason is given for it
        return
    mode = work.config.burned_in.mode
    absent = work.without_track()
    if mode == "off":
        work.set_missing("burned-in", reason=Reason(code="burned-in-off"), unknown=False)
        return
    reason_missing = ocr.unavailable()
    if reason_missing is not None:
        # Asked for, or nothing else to go by: then it matters that it is not there.
        matters = mode == "on" or len(absent) == len(LANGUAGES)
        work.set_missing("burned-in", reason=reason_missing, unknown=matters)
        if matters:
            work.set_missing(*absent, reason=reason_missing)
        return
    if mode == "auto" and not absent:
        work.to_sample = path  # once it is known which cues are worth a look
        return
    try:
        found = ocr.read_burned_in(path, work.media, work.config, work.progress)
    except BilingualError as error:
        _log.warning("subtitles in the picture: %s", error)
        failed = reason_of("burned-in-failed", error)
        work.set_missing("burned-in", *absent, reason=failed)
        return
    take_burned_in(work, found, absent, Reason(code="burned-in-none"))


def take_burned_in(
    work: Collected, found: BurnedInText, absent: Sequence[Language], none: Reason
) -> None:
    """Put what was read in the picture in place of a track, or beside it.

    :param none: why nothing is known of it, where nothing was found.
    """
    for side, track in found.tracks.items():
        if side in absent:
            work.set_track(side, track)
    beside = {side: track for side, track in found.tracks.items() if side not in absent}
    if beside:
        work.burned_in = beside
    for side, reason in found.missing.items():
        work.set_missing(side, reason=reason)
    work.set_missing("burned-in", reason=none, unknown=False)
    if found.tracks:
        work.models += tuple(
            ModelUse(name=f"{name} ({version})", sha256=None)
            for name, version in sorted(found.readers.items())
        )


def read_reference(work: Collected, path: Path) -> None:
    """Compare a track with the second version of it in a file.

    :raises InputError: ``reference-without-track``: there is no track in its language;
        ``reference-not-together``: it is of another work.
    """
    from bilingual.formats import load_tracks

    for second in load_tracks(path, limits=work.config.reading):
        if second.language and second.cues and work.track(second.language) is not None:
            sha256 = fingerprint(path, "reference", lambda done, total: None).sha256
            work.reference = compared_with_reference(work, second, sha256)
            return
    raise InputError("reference-without-track", path=display_name(str(path)))


def compared_with_reference(work: Collected, second: Track, sha256: str) -> Reference:
    """How similar the track of its language is to a second version.

    :raises InputError: ``reference-not-together``.
    """
    from bilingual.measures.second_version import compare_versions

    track = None if second.language is None else work.track(second.language)
    if track is None:
        raise ValueError("there is no track in the reference's language")
    version, measures = compare_versions(track, second, sha256=sha256)
    return Reference(track=second, sha256=sha256, version=version, measures=measures)


def _pick(tracks: tuple[Track, ...], side: Language) -> Track:
    """The track of that language; a lone one of unknown script will do."""
    for track in tracks:
        if track.language == side:
            return track
    return tracks[0]


def _refuse_wrong_languages(found: Mapping[Language, Track], paths: Mapping[str, Path]) -> None:
    """Both tracks the same language, swapped, or one given for the other."""
    from bilingual.formats.bilingual_split import languages_in

    shown = {side: display_name(str(paths[side])) for side in found}
    wrong = {side for side, t in found.items() if t.language not in (None, side)}
    if not wrong:
        return
    if wrong == set(LANGUAGES):
        raise InputError("tracks-swapped", **shown)
    side = wrong.pop()
    other: Language = "zh" if side == "bo" else "bo"
    if other in found:
        raise InputError("tracks-same-language", language=other, **shown)
    held = languages_in(found[side])
    raise InputError(
        "track-wrong-language",
        path=shown[side],
        expected=side,
        found=other,
        option=other,
        cues=len(found[side].cues),
        other=held[other],
        own=held[side],
    )


def reason_of(code: str, error: BilingualError) -> Reason:
    """Why a part is missing: the error's own reason where the work has had its budget."""
    if isinstance(error, OverBudgetError):
        return Reason(code=error.code, params=error.params)
    return Reason(code=code, params={"detail": error.code, "of": error.params})


def transcribe_sound(work: Collected) -> None:
    """Where somebody speaks and what they say; a transcript in place of a Chinese track."""
    from bilingual.asr import listen
    from bilingual.asr.transcript_track import transcript_track

    if work.sound is None or not work.sound.decoded_ms:
        return  # the reason is known
    audio, work.sound = work.sound.samples, None
    try:
        work.speech, reason_missing = listen(audio, work.config, progress=work.progress)
    except OverBudgetError as over:
        work.set_missing("speech", "transcript", reason=reason_of("", over))
        return
    if reason_missing is not None:
        work.set_missing("transcript", reason=reason_missing)
    if work.zh is None:
        track = transcript_track(work.speech)
        if track is None:
            unknown = work.speech.segments is None
            work.set_missing("zh", reason=Reason(code="no-zh-track"), unknown=unknown)
        else:
            work.zh = track
