"""The way through: inputs, artifacts, rules, report.

Each step fills in one artifact or says why it is not there; the rules then look
at what there is. What cannot be judged comes out as ``unknown``, with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bilingual.alignment.speech.comparison import AgainstSound
from bilingual.checks.base import Artifacts
from bilingual.checks.engine import apply_rules, refuse_unknown, verdict_of
from bilingual.config import Config
from bilingual.errors import InputError
from bilingual.files import StrPath, checked_path, fingerprint
from bilingual.model import LANGUAGES, Bead, Measure, Report, Track
from bilingual.pipeline.collect import (
    Work,
    listen_to,
    read,
    read_glossaries,
    read_picture,
    read_reference,
    watch,
)
from bilingual.pipeline.provenance import provenance
from bilingual.progress import Callback, Progress

__all__ = ["Work", "examine", "verify"]


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
        ``align`` and ``check``. What it raises is logged and swallowed, but for
        ``CancelledError``, which stops the work.
    :raises BilingualError: no report can be made: nothing was handed in, a file
        is missing, unreadable or not what it is given as, the tracks are
        swapped or both in one language, the reference is of another work, or a
        setting or glossary is wrong; ``CancelledError`` where the caller asked to stop.
    """
    work = Work(config=config or Config.load(), tell=Progress(progress))
    _know_names(work.config)
    read_glossaries(work)
    _know_backends(work)
    named = {"video": video, "bo": bo, "zh": zh}
    if all(path is None for path in named.values()):
        raise InputError("nothing-handed-in")
    paths = {role: checked_path(path) for role, path in named.items() if path is not None}
    second = None if reference is None else checked_path(reference)
    for role, path in paths.items():
        work.inputs.append(fingerprint(path, role, lambda d, t: work.tell("hash", d, t)))
    if "video" in paths:
        watch(work, paths["video"])
    read(work, paths)
    if "video" in paths:
        read_picture(work, paths["video"])
    if second is not None:
        read_reference(work, second)
    if "video" in paths:
        listen_to(work, paths["video"])
    return examine(work)


def _know_names(config: Config) -> None:
    """Refuse rules and recognisers that there are not before anything takes its time."""
    from bilingual.asr.registry import known_engine

    refuse_unknown(config)
    known_engine(config.asr)


def _know_backends(work: Work) -> None:
    """Refuse a backend that there is not before anything takes its time."""
    if work.config.backends.use:
        from bilingual.translation.backends.registry import chosen

        chosen(work.config.backends)


def _align(work: Work) -> None:
    """Pair the cues, and weigh each pair."""
    bo, zh = work.artifacts.get("bo"), work.artifacts.get("zh")
    if bo is None or zh is None or not bo.cues or not zh.cues:
        return
    from bilingual.alignment import align
    from bilingual.translation.backends.running import back
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
        replace(bead, risk=result.risk.get(number), evidence=result.evidence.get(number))
        if number in judged
        else bead
        for number, bead in enumerate(alignment.beads)
    )
    work.artifacts["alignment"] = replace(alignment, beads=beads)
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
    from bilingual.alignment.speech.comparison import against_sound

    work.artifacts["sound"] = against_sound(
        work.artifacts.get("bo"),
        work.artifacts.get("zh"),
        speech,
        work.artifacts.get("alignment"),
        min_kinship=work.config.sync.foreign_confidence,
    )


def examine(work: Work) -> Report:
    """Align, hold against the sound, explain what is absent, measure, judge, sum up."""
    read_glossaries(work)
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
    from bilingual.measures.consistency import number_measure, term_measure
    from bilingual.measures.coverage import coverage_measures
    from bilingual.measures.speech import speech_measures

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
