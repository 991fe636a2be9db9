"""What was handed in, made into artifacts: the file, the tracks, the sound.

Each step fills in one artifact or says why it is not there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilingual.checks.base import Missing, Need
from bilingual.config import Config
from bilingual.errors import BilingualError, CancelledError, InputError
from bilingual.files import display_name, fingerprint
from bilingual.model import (
    LANGUAGES,
    BackendUse,
    CheckVerdict,
    InputFile,
    Language,
    Measure,
    ModelUse,
    Reason,
    SecondVersion,
    Track,
)
from bilingual.progress import Progress

if TYPE_CHECKING:
    from bilingual.terms.own_terms import OwnTerms

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Work:
    """What has come together so far; ``artifacts`` by their names in Artifacts."""

    config: Config
    tell: Progress = field(default_factory=Progress)
    inputs: list[InputFile] = field(default_factory=list)
    artifacts: dict[str, Any] = field(default_factory=dict)
    missing: dict[Need, Missing] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    models: list[ModelUse] = field(default_factory=list)
    backends: tuple[BackendUse, ...] = ()
    own: OwnTerms | None = None
    reference: SecondVersion | None = None

    def lacks(self, *needs: Need, reason: str, unknown: bool = True, **params: Any) -> None:
        """Say why artifacts are not there, unless that was said before."""
        verdict = CheckVerdict.UNKNOWN if unknown else CheckVerdict.NOT_APPLICABLE
        for need in needs:
            self.missing.setdefault(
                need, Missing(reason=Reason(code=reason, params=params), verdict=verdict)
            )


def read_glossaries(work: Work) -> None:
    """The user's own glossaries; a line of one that is wrong is an error at once."""
    if work.own is None and work.config.accuracy.glossary:
        from bilingual.terms.own_terms import own_terms

        work.own = own_terms(work.config.accuracy.glossary)
        work.models += work.own.sources if work.own else ()


def watch(work: Work, path: Path) -> None:
    """Probe the video. One that is none at all is a bad input, not a finding."""
    from bilingual.media.completeness import check
    from bilingual.media.probe import probe

    work.tell("media", 0, None)
    media = probe(path, work.config.media)
    work.artifacts["media"] = check(path, media, work.config.media)
    work.tell("media", 1, 1)


def read(work: Work, paths: dict[str, Path]) -> None:
    """Read the tracks: sidecar files first, then those inside the video."""
    from bilingual.formats import load_tracks

    work.tell("read", 0, None)
    found: dict[Language, Track] = {}
    spare: dict[Language, Track] = {}
    for side in LANGUAGES:
        if side in paths:
            tracks = load_tracks(paths[side], limits=work.config.reading)
            found[side] = _pick(tracks, side, paths[side])
            spare |= {t.language: t for t in tracks if t.language and t is not found[side]}
    _refuse_wrong_languages(found, paths)
    for side, track in spare.items():
        found.setdefault(side, track)
    media = work.artifacts.get("media")
    if media is not None and media.subtitles and len(found) < len(LANGUAGES):
        try:
            embedded = load_tracks(
                paths["video"], limits=work.config.reading, media=work.config.media
            )
        except CancelledError:
            raise
        except BilingualError as error:
            _log.warning("embedded subtitles: %s", error)
            for side in set(LANGUAGES) - set(found):
                work.lacks(side, reason="embedded-unreadable", detail=error.code)
        else:
            for track in embedded:
                if track.language and track.cues:
                    found.setdefault(track.language, track)
    work.artifacts.update({str(side): track for side, track in found.items()})
    work.tell("read", 1, 1)


def read_picture(work: Work, path: Path) -> None:
    """Read the subtitles in the picture: in place of a track, or beside it."""
    from bilingual.ocr import can_look, read_burned_in

    mode = work.config.burned_in.mode
    absent = [side for side in LANGUAGES if side not in work.artifacts]
    if mode == "off" or (mode == "auto" and not absent):
        work.lacks("burned-in", reason=f"burned-in-{mode}", unknown=False)
        return
    lacking = can_look()
    if lacking is not None:
        code, params = lacking
        # Asked for, or nothing else to go by: then it matters that it is not there.
        matters = mode == "on" or len(absent) == len(LANGUAGES)
        work.lacks("burned-in", reason=code, unknown=matters, **dict[str, Any](params))
        if matters:
            work.lacks(*absent, reason=code, **dict[str, Any](params))
        return
    sha256 = next(i.sha256 for i in work.inputs if i.role == "video")
    try:
        found = read_burned_in(path, work.artifacts["media"], work.config, work.tell, sha256=sha256)
    except CancelledError:
        raise
    except BilingualError as error:
        _log.warning("subtitles in the picture: %s", error)
        work.lacks("burned-in", *absent, reason="burned-in-failed", detail=error.code)
        return
    beside = {side: track for side, track in found.tracks.items() if side not in absent}
    work.artifacts |= {side: found.tracks[side] for side in absent if side in found.tracks}
    if beside:
        work.artifacts["burned_in"] = beside
    for side, (code, params) in found.lacking.items():
        work.lacks(side, reason=code, **dict[str, Any](params))
    work.lacks("burned-in", reason="burned-in-none", unknown=False)
    if found.tracks:
        work.models += [
            ModelUse(name=f"{name} ({version})", sha256=None)
            for name, version in sorted(found.readers.items())
        ]


def read_reference(work: Work, path: Path) -> None:
    """Hold a track against the second version of it in a file."""
    from bilingual.formats import load_tracks
    from bilingual.measures.second_version import against_version

    for second in load_tracks(path, limits=work.config.reading):
        track: Track | None = work.artifacts.get(second.language or "")
        if track is not None and second.cues:
            facts = fingerprint(path, "reference", lambda d, t: None)
            work.reference, measures = against_version(track, second, sha256=facts.sha256)
            work.measures += measures
            return
    raise InputError("reference-without-track", path=display_name(str(path)))


def _pick(tracks: tuple[Track, ...], side: Language, path: Path) -> Track:
    """The track of that language; a lone one of unknown script will do."""
    if not any(track.cues for track in tracks):
        raise InputError("track-without-cues", path=display_name(str(path)))
    for track in tracks:
        if track.language == side:
            return track
    return tracks[0]


def _refuse_wrong_languages(found: dict[Language, Track], paths: dict[str, Path]) -> None:
    """Both tracks the same language, swapped, or one given for the other."""
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
    raise InputError(
        "track-wrong-language", path=shown[side], expected=side, found=other, option=other
    )


def listen_to(work: Work, path: Path) -> None:
    """Sound as an array, where somebody speaks, and what they say."""
    from bilingual.asr import listen
    from bilingual.asr.transcript_track import transcript_track
    from bilingual.media.audio import read_audio

    spoken: tuple[Need, ...] = ("speech", "transcript")
    if not work.artifacts["media"].audio:
        work.lacks("audio", *spoken, reason="no-audio")
        return
    try:
        audio = read_audio(path, work.config.media, progress=work.tell)
    except CancelledError:
        raise
    except BilingualError as error:
        _log.warning("sound: %s", error)
        work.lacks("audio", *spoken, reason="audio-unreadable", detail=error.code)
        return
    speech, lacking = listen(audio, work.config, progress=work.tell)
    work.artifacts["speech"] = speech
    if lacking is not None:
        work.lacks("transcript", reason=lacking.code, **lacking.params)
    if "zh" not in work.artifacts:
        track = transcript_track(speech)
        if track is None:
            work.lacks("zh", reason="no-zh-track", unknown=speech.segments is None)
        else:
            work.artifacts["zh"] = track
