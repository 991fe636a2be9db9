"""From what was submitted to the report: collect, align, measure, apply the rules.

What cannot be judged comes out as ``unknown``, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from bilingual.alignment.speech.comparison import SoundComparison
from bilingual.arguments import CALLBACK, CANCEL, PATH, SECONDS, checked, either, instance
from bilingual.budget import Budget, Cancel
from bilingual.checks.base import Artifacts, Missing, Need
from bilingual.checks.engine import (
    apply_rules,
    first_look,
    refuse_unknown,
    verdict_of,
    without_form,
)
from bilingual.config import SETTINGS, Backends, Config
from bilingual.errors import InputError
from bilingual.files import StrPath, checked_path, confirm, fingerprint, held
from bilingual.form import submitted_form
from bilingual.model import (
    LANGUAGES,
    Alignment,
    BackendUse,
    Finding,
    FirstLook,
    Form,
    Measure,
    ModelUse,
    Reason,
    Report,
    Severity,
)
from bilingual.pipeline.collect import (
    Collected,
    Paired,
    by_language,
    check_video,
    decode_sound,
    probe_video,
    read_burned_in,
    read_glossaries,
    read_reference,
    read_tracks,
    refuse_too_big,
    transcribe_sound,
)
from bilingual.pipeline.forms import read_form, read_title
from bilingual.pipeline.provenance import provenance
from bilingual.pipeline.sampling import read_picture_at_moments
from bilingual.progress import Callback, Progress
from bilingual.text.bead import BeadTexts
from bilingual.text.sequence import unjoined

SUBMITTED = checked(
    video=PATH,
    bo=PATH,
    zh=PATH,
    reference=PATH,
    form=either(instance(Form), PATH),
    config=SETTINGS,
    progress=CALLBACK,
    timeout_s=SECONDS,
    cancel=CANCEL,
)

__all__ = ["SUBMITTED", "Collected", "collect", "examine", "first_findings", "verify"]


@SUBMITTED
def verify(  # noqa: PLR0913 - each is named in the call
    video: StrPath | None = None,
    *,
    bo: StrPath | None = None,
    zh: StrPath | None = None,
    reference: StrPath | None = None,
    form: Form | StrPath | None = None,
    config: Config | None = None,
    progress: Callback | None = None,
    timeout_s: float | None = None,
    cancel: Cancel | None = None,
) -> Report:
    """Check one work: its video, its Tibetan and its Chinese subtitles, or some of these.

    At least one of ``video``, ``bo`` and ``zh`` must be given. Checks that need a file which
    was not given are reported as not applicable; they do not fail.

    :param video: path of the video file. If no file is given for a language, a subtitle track
        inside the video is used; if there is no Chinese track at all, Mandarin narration is
        transcribed and used in its place. A subtitle file is accepted here too, and its
        language is recognised from its text.
    :param bo: path of the Tibetan subtitle file. One file with both languages may be given
        here or as ``zh``; both tracks are then read from it.
    :param zh: path of the Chinese subtitle file.
    :param reference: path of another version of one of the tracks, such as a second
        translation; the report then has sacrebleu's similarity scores.
    :param form: the entry form, or the path of its TOML or JSON file
        (:func:`bilingual.form.load_form`). Personal fields are not read.
    :param config: settings; default ``Config.load()``.
    :param progress: called as ``progress(stage, done, total)``. ``total`` is ``None`` if it
        is not known. The stages are ``hash``, ``media``, ``read``, ``burned-in``, ``audio``,
        ``speech``, ``transcribe``, ``align``, ``check`` and, for large files, ``confirm``
        (their hashes are compared again). For a video, the stage ``first-look`` comes before
        the long ones: it is a :class:`bilingual.model.FirstLook` with the findings known by
        then. If the callback raises ``CancelledError`` (of this library,
        ``concurrent.futures`` or ``asyncio``), ``TimeoutError`` or ``KeyboardInterrupt``, the
        check stops and the same exception is raised here. Any other exception is logged once
        and ignored.
    :param timeout_s: seconds (wall clock) after which ``DeadlineError`` is raised and there is
        no report. To get a report that says what there was no time for, set
        ``config.limits.wall_clock_s`` instead.
    :param cancel: a ``threading.Event``, an object with ``is_set()``, or a function without
        arguments that returns whether to stop. It is asked often, possibly on another thread.
        A running ffmpeg stops within a fraction of a second; other steps finish first.
    :returns: the report. Only caches are written: of transcripts and of text in the picture.
    :raises ArgumentError: ``argument-invalid``: an argument has the wrong type or is out of
        range.
    :raises BilingualError: no report can be made, because nothing was given, a file is
        missing, unreadable, changed while it was read or of another kind than stated, the
        two tracks are swapped or in one language, the reference belongs to another work, or
        a setting or glossary is wrong.
    :raises DeadlineError: ``timeout``: ``timeout_s`` have passed (a ``BilingualError``).
    :raises CancelledError: ``cancel`` asked to stop (not a ``BilingualError``).
    """
    named = {"video": video, "bo": bo, "zh": zh}
    config = config or Config.load()
    budget = config.limits.budget(timeout_s=timeout_s, cancel=cancel)
    with budget.active():
        return examine(
            collect(
                named,
                reference=reference,
                form=form,
                config=config,
                progress=progress,
                budget=budget,
            )
        )


def collect(
    named: Mapping[str, StrPath | None],
    *,
    reference: StrPath | None = None,
    form: Form | StrPath | None = None,
    config: Config | None = None,
    progress: Callback | None = None,
    budget: Budget | None = None,
    whole: bool = True,
) -> Collected:
    """Read what was submitted: all that :func:`examine` needs.

    :param named: the paths by role: ``video``, ``bo``, ``zh``.
    :param budget: what the work may take; that of the settings unless given.
    :param whole: whether film and sound are read from end to end.
    :raises BilingualError: as :func:`verify`.
    """
    config = config or Config.load()
    work = Collected(
        config=config, progress=Progress(progress), budget=budget or config.limits.budget()
    )
    with work.budget.active():
        return _collected(work, named, reference, form, whole)


def first_findings(
    named: Mapping[str, StrPath | None],
    *,
    form: Form | StrPath | None = None,
    config: Config | None = None,
) -> tuple[Finding, ...]:
    """What container, length, size, picture format, form and subtitles show: in seconds.

    :raises BilingualError: as :func:`verify`.
    """
    work = collect(named, form=form, config=config, whole=False)
    with work.budget.active():
        return first_look(_artifacts(work, _align(work, backed=False), None))


def _collected(
    work: Collected,
    named: Mapping[str, StrPath | None],
    reference: StrPath | None,
    form: Form | StrPath | None,
    whole: bool,
) -> Collected:
    _refuse_unknown_names(work.config)
    read_glossaries(work)
    read_form(work, form)
    if all(path is None for path in named.values()):
        raise InputError("nothing-handed-in")
    paths = {role: checked_path(path) for role, path in named.items() if path is not None}
    second = None if reference is None else checked_path(reference)
    every = [*paths.values(), *([] if second is None else [second])]

    def hashing(done: int, total: int) -> None:
        work.progress("hash", done, total)

    with held(*every):
        for path in every:
            refuse_too_big(work, path, video=path == paths.get("video"))
        paths = by_language(work, paths)
        for role, path in paths.items():
            work.inputs += (fingerprint(path, role, hashing),)
        film = paths.get("video")
        if film is not None:
            probe_video(work, film)
        read_tracks(work, paths)
        if not whole:
            _stop(work)
            return work
        if film is not None and work.media is not None:
            look_first(work)
            if "whole" not in work.missing:
                decode_sound(work, film)
                check_video(work, film)
            if not work.stopped:
                read_burned_in(work, film)
                read_title(work, film)
        if second is not None:
            read_reference(work, second)
        transcribe_sound(work)
        # All that is concluded from here on comes from memory.
        confirm(*every, on_progress=lambda done, total: work.progress("confirm", done, total))
    return work


def look_first(work: Collected) -> None:
    """Report what the cheap rules find, before film and sound are read from end to end.

    Findings on the file are reported at once, those on the subtitles when they are aligned.
    With ``fail_fast`` in the settings an error among them ends the check there.
    """
    of_file = first_look(_artifacts(replace(work, bo=None, zh=None), _Aligned(), None))
    _report_early(work, of_file)
    findings = first_look(_artifacts(work, _align(work, backed=False), None))
    _report_early(work, [f for f in findings if f.rule not in {known.rule for known in of_file}])
    if work.config.fail_fast and any(f.severity is Severity.ERROR for f in findings):
        _stop(work)


def _stop(work: Collected) -> None:
    """Read no more of the film than is known of it by now."""
    work.stopped = True
    of_film: tuple[Need, ...] = ("whole", "audio", "speech", "transcript", "burned-in")
    work.set_missing(*of_film, *work.without_track(), reason=Reason(code="fail-fast"))


def _report_early(work: Collected, findings: Sequence[Finding]) -> None:
    """Pass findings to the progress callback."""
    if findings:
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        work.progress(FirstLook(findings), errors, len(findings))


def _refuse_unknown_names(config: Config) -> None:
    """Refuse rules, recognisers and backends that there are not before any work is done.

    :raises ConfigError: the settings name one.
    """
    from bilingual.asr.registry import known_engine

    refuse_unknown(config)
    known_engine(config.asr)
    if config.backends.use:
        from bilingual.translation.backends.registry import chosen

        chosen(config.backends)


def examine(work: Collected) -> Report:
    """Align, compare with the sound, explain what is missing, measure, judge, sum up.

    May be called again with :meth:`Collected.with_tracks`. Of ``work`` three things
    change: the user's glossaries are read where they were not yet, the picture is read at
    some moments where it is to be and was not yet, and ``answers`` grow.
    """
    with work.budget.active():
        return _examined(work)


def artifacts_of(work: Collected) -> Artifacts:
    """What the rules read of a work; for the tests of a rule (``bilingual.testing``)."""
    with work.budget.active():
        aligned = _align(work)
        return _artifacts(work, aligned, _compared_with_sound(work, aligned.alignment))


def _examined(work: Collected) -> Report:
    read_glossaries(work)
    aligned = _align(work, backed=not work.stopped)
    sound = _compared_with_sound(work, aligned.alignment)
    work.progress("check", 0, None)
    artifacts = _artifacts(work, aligned, sound)
    checks, findings = apply_rules(artifacts)
    if work.to_sample is not None:
        read_picture_at_moments(work, artifacts, findings)
        artifacts = replace(
            artifacts,
            burned_in=work.burned_in,
            sampled=work.sampled,
            models=(*work.models, *aligned.models),
            missing=_explained(work),
        )
        checks, findings = apply_rules(artifacts)
    work.progress("check", 1, 1)
    return Report(
        verdict=verdict_of(checks, findings),
        inputs=work.inputs,
        provenance=provenance(artifacts),
        media=work.media,
        bo=work.bo,
        zh=work.zh,
        speech=work.speech,
        alignment=aligned.alignment,
        burned_in=work.burned_in,
        sampled=work.sampled,
        reference=None if work.reference is None else work.reference.version,
        measures=tuple(artifacts.measures.values()),
        checks=checks if work.form is not None else without_form(checks),
        findings=findings,
        form=submitted_form(work.form),
    )


def _artifacts(work: Collected, aligned: _Aligned, sound: SoundComparison | None) -> Artifacts:
    """What the rules read, as far as it is there."""
    measures = _measures(work, aligned, sound)
    return Artifacts(
        config=work.config,
        bo=work.bo,
        zh=work.zh,
        media=work.media,
        speech=work.speech,
        alignment=aligned.alignment,
        sound=sound,
        burned_in=work.burned_in,
        sampled=work.sampled,
        form=work.form,
        opening=work.opening,
        measures={m.id: m for m in measures},
        models=(*work.models, *aligned.models),
        backends=aligned.backends,
        missing=_explained(work),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Aligned:
    """The beads with their risk, and what made it; no alignment without two tracks."""

    alignment: Alignment | None = None
    measures: tuple[Measure, ...] = ()
    models: tuple[ModelUse, ...] = ()
    backends: tuple[BackendUse, ...] = ()


def _align(work: Collected, *, backed: bool = True) -> _Aligned:
    """Pair the cues, and weigh each pair.

    :param backed: whether the backends that the settings name are asked as well.
    """
    paired = _paired(work)
    if paired is None:
        return _Aligned()
    from bilingual.translation.backends.running import back

    bo, zh, alignment, result = paired.bo, paired.zh, paired.alignment, paired.result
    config = work.config
    if not backed:
        config = msgspec.structs.replace(config, backends=Backends())
    found = back(bo, zh, alignment, result, config, work.progress, work.answers)
    beads = tuple(
        replace(bead, risk=found.risk.get(number), evidence=found.evidence.get(number))
        if BeadTexts.of(bo, zh, bead).readable
        else bead  # nothing is made of words that cannot be relied on
        for number, bead in enumerate(alignment.beads)
    )
    work.progress("align", 2, 2)
    return _Aligned(
        alignment=replace(alignment, beads=beads),
        measures=(*result.measures, *found.measures),
        models=tuple(found.models),
        backends=tuple(found.uses),
    )


def _paired(work: Collected) -> Paired | None:
    """The cues paired and weighed, once for the same two tracks."""
    bo, zh = work.bo, work.zh
    if bo is None or zh is None or not bo.cues or not zh.cues:
        return None
    if work.paired is not None and (work.paired.bo, work.paired.zh) == (bo, zh):
        return work.paired
    from bilingual.alignment import align
    from bilingual.translation.risk import assess

    work.progress("align", 0, 2)
    # Parts that were joined without shifting are aligned one after the other.
    alignment = align(unjoined(bo), unjoined(zh), config=work.config)
    work.progress("align", 1, 2)
    own = work.glossaries
    result = assess(
        bo,
        zh,
        alignment,
        glossary=own.merged if own else None,
        own=own.own if own else None,
    )
    work.paired = Paired(bo=bo, zh=zh, alignment=alignment, result=result)
    return work.paired


def _compared_with_sound(work: Collected, alignment: Alignment | None) -> SoundComparison | None:
    """Which words were said, and how each track's clock lies against the sound."""
    if work.speech is None or work.speech.spans is None:
        return None
    from bilingual.alignment.speech.comparison import compare_with_sound

    return compare_with_sound(
        work.bo,
        work.zh,
        work.speech,
        alignment,
        settings=work.config.sync,
    )


def _explained(work: Collected) -> dict[Need, Missing]:
    """A reason for everything that is missing."""
    known = replace(work, missing=dict(work.missing))
    if known.media is None:
        video: tuple[Need, ...] = ("media", "whole", "audio", "speech", "transcript")
        known.set_missing(*video, reason=Reason(code="no-video"), unknown=False)
    if known.zh is not None and known.zh.source == "transcript":
        reason = Reason(code="transcript-stands-in")
        known.set_missing("zh-written", reason=reason, unknown=False)
    known.set_missing("bo", reason=Reason(code="no-bo-track"), unknown=False)
    known.set_missing("zh", "zh-written", reason=Reason(code="no-zh-track"), unknown=False)
    absent = known.without_track()
    for side in absent:
        known.missing.setdefault("alignment", known.missing[side])
    if len(absent) == len(LANGUAGES):
        known.set_missing("track", reason=Reason(code="no-track"), unknown=False)
    second: tuple[Need, ...] = ("alignment", "track")
    known.set_missing(*second, reason=Reason(code="no-second-track"), unknown=False)
    known.set_missing("form", "opening", reason=Reason(code="no-form"), unknown=False)
    return known.missing


def _measures(
    work: Collected, aligned: _Aligned, sound: SoundComparison | None
) -> tuple[Measure, ...]:
    """Every figure, by its id."""
    from bilingual.measures.work import Subject, work_measures

    return work_measures(
        Subject(
            bo=work.bo,
            zh=work.zh,
            alignment=aligned.alignment,
            speech=work.speech,
            sound=sound,
            own_terms=None if work.glossaries is None else work.glossaries.own,
            reference=() if work.reference is None else work.reference.measures,
            back_translation=aligned.measures,
        )
    )
