"""The way through: inputs, artifacts, rules, report.

Each step fills in one artifact or says why it is not there; the rules then look
at what there is. What cannot be judged comes out as ``unknown``, with a reason.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilingual.checks.base import Artifacts, Missing, Need
from bilingual.checks.engine import apply_rules, refuse_unknown, verdict_of
from bilingual.config import Config
from bilingual.errors import BilingualError, CancelledError, InputError
from bilingual.inputs import StrPath, checked_path, display_name, fingerprint
from bilingual.model import LANGUAGES, Bead, Language, Track
from bilingual.progress import Callback, Progress
from bilingual.provenance import provenance
from bilingual.result import (
    BackendUse,
    CheckVerdict,
    InputFile,
    Measure,
    ModelUse,
    Report,
    SecondVersion,
)
from bilingual.speech.against import AgainstSound

if TYPE_CHECKING:
    from bilingual.translation.own_terms import OwnTerms

_log = logging.getLogger(__name__)


def verify(
    video: StrPath | None = None,
    *,
    bo: StrPath | None = None,
    zh: StrPath | None = None,
    reference: StrPath | None = None,
    config: Config | None = None,
    progress: Callback | None = None,
) -> Report:
    """Check a work: its video, its Tibetan and Chinese subtitles, or what there is.

    :param video: the video file. Tracks inside it are used where no file is
        named for their language; Mandarin narration is transcribed and stands
        in for a Chinese track that is not there.
    :param bo: the Tibetan subtitle file; one with both languages in each cue
        serves for both.
    :param zh: the Chinese subtitle file.
    :param reference: subtitles of a second version of one of the tracks, such as
        another's translation: the report says how like it is by sacrebleu's metrics.
    :param config: settings; ``Config.load()`` unless given.
    :param progress: called as ``progress(stage, done, total)``. The stages are
        ``hash``, ``media``, ``read``, ``burned-in``, ``audio``, ``speech``, ``transcribe``,
        ``align`` and ``check``. What it raises is logged and swallowed.
    :raises BilingualError: no report can be made: nothing was handed in, a file
        is missing, unreadable or not what it is given as, the tracks are
        swapped or both in one language, the reference is of another work, or a
        setting or glossary is wrong.
    """
    work = Work(config=config or Config.load(), tell=Progress(progress))
    _know_names(work.config)
    _read_glossaries(work)
    _know_backends(work)
    named = {"video": video, "bo": bo, "zh": zh}
    if all(path is None for path in named.values()):
        raise InputError("nothing-handed-in")
    paths = {role: checked_path(path) for role, path in named.items() if path is not None}
    second = None if reference is None else checked_path(reference)
    for role, path in paths.items():
        work.inputs.append(fingerprint(path, role, lambda d, t: work.tell("hash", d, t)))
    if "video" in paths:
        _watch(work, paths["video"])
    _read(work, paths)
    if "video" in paths:
        _read_picture(work, paths["video"])
    if second is not None:
        _read_reference(work, second)
    if "video" in paths:
        _listen(work, paths["video"])
    return examine(work)


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
            self.missing.setdefault(need, Missing(reason=reason, verdict=verdict, params=params))


def _know_names(config: Config) -> None:
    """Refuse rules and recognisers that there are not before anything takes its time."""
    from bilingual.speech.base import known_engine

    refuse_unknown(config)
    known_engine(config.asr)


def _read_glossaries(work: Work) -> None:
    """The user's own glossaries; a line of one that is wrong is an error at once."""
    if work.own is None and work.config.accuracy.glossary:
        from bilingual.translation.own_terms import own_terms

        work.own = own_terms(work.config.accuracy.glossary)
        work.models += work.own.sources if work.own else ()


def _know_backends(work: Work) -> None:
    """Refuse a backend that there is not before anything takes its time."""
    if work.config.backends.use:
        from bilingual.translation.backends.base import chosen

        chosen(work.config.backends)


def _watch(work: Work, path: Path) -> None:
    """Probe the video. One that is none at all is a bad input, not a finding."""
    from bilingual.media.completeness import check
    from bilingual.media.probe import probe

    work.tell("media", 0, None)
    media = probe(path, work.config.media)
    work.artifacts["media"] = check(path, media, work.config.media)
    work.tell("media", 1, 1)


def _read(work: Work, paths: dict[str, Path]) -> None:
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


def _read_picture(work: Work, path: Path) -> None:
    """Read the subtitles in the picture: in place of a track, or beside it."""
    from bilingual.burned import can_look, read_burned_in

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


def _read_reference(work: Work, path: Path) -> None:
    """Hold a track against the second version of it in a file."""
    from bilingual.formats import load_tracks
    from bilingual.translation.versions import against_version

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


def _listen(work: Work, path: Path) -> None:
    """Sound as an array, where somebody speaks, and what they say."""
    from bilingual.media.audio import read_audio
    from bilingual.speech import listen
    from bilingual.speech.track import transcript_track

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


def _align(work: Work) -> None:
    """Pair the cues, and weigh each pair."""
    bo, zh = work.artifacts.get("bo"), work.artifacts.get("zh")
    if bo is None or zh is None or not bo.cues or not zh.cues:
        return
    from bilingual.alignment import align
    from bilingual.translation.backing import back
    from bilingual.translation.risk import assess

    work.tell("align", 0, 2)
    alignment = align(bo, zh, config=work.config)
    work.tell("align", 1, 2)
    own = work.own
    result = assess(
        bo,
        zh,
        alignment,
        work.config,
        glossary=own.merged if own else None,
        own=own.own if own else None,
    )
    backed = back(bo, zh, alignment, result, work.config, work.tell)
    measures = (*result.measures, *backed.measures)
    result = replace(result, risk=backed.risk, evidence=backed.evidence, measures=measures)
    work.models += backed.models
    work.backends = backed.uses
    # Nothing is made of words that could not be relied on.
    judged = {n for n, bead in enumerate(alignment.beads) if _is_readable(bead, bo, zh)}
    beads = tuple(
        replace(bead, risk=result.risk.get(number) if number in judged else None)
        for number, bead in enumerate(alignment.beads)
    )
    work.artifacts["alignment"] = replace(alignment, beads=beads)
    work.artifacts["evidence"] = {n: e for n, e in result.evidence.items() if n in judged}
    work.measures += _apart(result.measures, work.measures, "back_translation")
    work.tell("align", 2, 2)


def _is_readable(bead: Bead, bo: Track, zh: Track) -> bool:
    """Whether all of a bead's words can be relied on; read in the picture, some cannot."""
    return all(bo.cues[i].readable for i in bead.bo) and all(zh.cues[i].readable for i in bead.zh)


def _hold_against_sound(work: Work) -> None:
    """Which words were said, and how each track's clock lies against the sound."""
    speech = work.artifacts.get("speech")
    if speech is None or speech.spans is None:
        return
    from bilingual.speech.against import against_sound

    work.artifacts["sound"] = against_sound(
        work.artifacts.get("bo"),
        work.artifacts.get("zh"),
        speech,
        work.artifacts.get("alignment"),
        min_kinship=work.config.sync.foreign_confidence,
    )


def examine(work: Work) -> Report:
    """Align, hold against the sound, explain what is absent, measure, judge, sum up."""
    _read_glossaries(work)
    _align(work)
    _hold_against_sound(work)
    _explain(work)
    work.tell("check", 0, None)
    known = work.artifacts
    work.measures += _measures(work)
    artifacts = Artifacts(
        config=work.config,
        measures={m.id: m for m in work.measures},
        models=tuple(work.models),
        backends=work.backends,
        missing=work.missing,
        **known,
    )
    checks, findings = apply_rules(artifacts)
    work.tell("check", 1, 1)
    return Report(
        verdict=verdict_of(checks, findings),
        inputs=tuple(work.inputs),
        provenance=provenance(artifacts),
        media=artifacts.media,
        bo=artifacts.bo,
        zh=artifacts.zh,
        speech=artifacts.speech,
        alignment=artifacts.alignment,
        burned_in=artifacts.burned_in,
        reference=work.reference,
        evidence=artifacts.evidence,
        measures=tuple(sorted(work.measures, key=lambda m: m.id)),
        checks=checks,
        findings=findings,
    )


def _explain(work: Work) -> None:
    """Give every artifact that nobody made a reason."""
    if "media" not in work.artifacts:
        work.lacks("media", "audio", "speech", "transcript", reason="no-video", unknown=False)
    zh = work.artifacts.get("zh")
    if zh is not None and zh.source == "transcript":
        work.lacks("zh-written", reason="transcript-stands-in", unknown=False)
    work.lacks("bo", reason="no-bo-track", unknown=False)
    work.lacks("zh", "zh-written", reason="no-zh-track", unknown=False)
    for side in LANGUAGES:
        if side not in work.artifacts and (lacking := work.missing.get(side)):
            work.missing.setdefault("alignment", lacking)
    if not set(LANGUAGES) & set(work.artifacts):
        work.lacks("track", reason="no-track", unknown=False)
    work.lacks("alignment", "track", reason="no-second-track", unknown=False)


def _measures(work: Work) -> list[Measure]:
    from bilingual.consistency import number_measure, term_measure
    from bilingual.coverage import coverage_measures
    from bilingual.speech.measures import speech_measures

    bo: Track | None = work.artifacts.get("bo")
    zh: Track | None = work.artifacts.get("zh")
    speech = work.artifacts.get("speech")
    alignment = work.artifacts.get("alignment")
    measures = [*coverage_measures(bo, zh, alignment, speech)]
    if bo is not None and zh is not None and alignment is not None:
        read = replace(
            alignment, beads=tuple(b for b in alignment.beads if _is_readable(b, bo, zh))
        )
        measures += [number_measure(bo, zh, read), term_measure(bo, zh, read)]
        if work.own is not None:
            measures.append(term_measure(bo, zh, read, work.own.own))
    if speech is not None:
        sound = work.artifacts.get("sound")
        measures += speech_measures(speech, bo, zh, sound)
        measures += _apart(_likeness(sound), work.measures, "transcript")
    return measures


def _apart(own: Sequence[Measure], others: Sequence[Measure], source: str) -> list[Measure]:
    """Figures with their source in their name where another's have the name already."""
    taken = {m.id for m in others}
    return [
        replace(m, id=m.id.replace("similarity.", f"similarity.{source}_")) if m.id in taken else m
        for m in own
    ]


def _likeness(sound: AgainstSound | None) -> tuple[Measure, ...]:
    """How like the written Chinese is to what was heard, by sacrebleu's metrics.

    The reference is the track, both without punctuation and with numbers alike;
    what was not heard reliably is left out of both.
    """
    compared = None if sound is None else sound.agreement
    if compared is None or not compared.wanted or not compared.heard:
        return ()
    from bilingual.translation.scores import similarity_measures

    wanted, heard = zip(*compared.stretches(), strict=True)
    return similarity_measures(heard, wanted, "zh")
