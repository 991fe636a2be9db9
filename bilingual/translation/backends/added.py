"""Models that the user added as backends: taken in, calibrated, and run.

``bilingual models add`` comes here. What a model is and which files it takes says
:mod:`bilingual.weights.layout`, where it is brought from :mod:`bilingual.weights.intake`,
what is recorded of it :mod:`bilingual.weights.added`. A model that does not tell sound
pairs from others (``LEAST_AUC``) is recorded with its figures, and unavailable.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bilingual.config import Backends, Labse, Nllb
from bilingual.errors import ModelError
from bilingual.files import cache_folder, home_expanded, scratch_folder
from bilingual.model import ModelUse, Reason
from bilingual.translation.backends.base import (
    Advance,
    Answers,
    Backend,
    Located,
    Outcome,
    Pair,
    Score,
    UnavailableError,
    require,
)
from bilingual.translation.backends.calibration import (
    LEAST_AUC,
    SAMPLE,
    Sample,
    calibrate,
    nats_by_kind,
    sample,
    standing,
    texts_of,
)
from bilingual.translation.backends.contrast import MIN_PAIRS, Floats, margins, neighbourhoods
from bilingual.translation.backends.encoder import EXTRA, Text, embedded, unread_share
from bilingual.translation.backends.nllb import NAME as NLLB
from bilingual.translation.backends.nllb import back_translated, outcome_of, strangers
from bilingual.translation.scores import cue_scores
from bilingual.weights import added as records
from bilingual.weights.added import Added, Calibration, FileRecord
from bilingual.weights.files import hash_over, hashes_of
from bilingual.weights.intake import Progress, address_shown, bring, copied, is_address
from bilingual.weights.layout import Kind, Layout, Runtime, layout_of
from bilingual.weights.private import private_folder

STAND_INS: Final[Mapping[str, Kind]] = {"labse": "encoder", "nllb": "translator"}
"""Backends of ours whose name a model of their kind may have: it then takes their place
where the settings name no folder for them."""

_TOPICS: Final[Mapping[Kind, int]] = {"encoder": 6, "translator": 2}
"""Topics of the sample that a model is asked about: to translate takes far longer."""

_PACKAGES: Final[Mapping[Runtime, tuple[tuple[str, str], ...]]] = {
    "onnx": (("tokenizers", EXTRA),),
    "table": (("tokenizers", EXTRA), ("safetensors", EXTRA)),
    "transformers": (
        ("tokenizers", EXTRA),
        ("torch", "transformers"),
        ("transformers", "transformers"),
    ),
    "ctranslate2": (("tokenizers", NLLB), ("ctranslate2", NLLB)),
}
_UNKNOWN: Final = "?"
_CALIBRATED: Final = SAMPLE.removesuffix(".tsv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A model to be added, as the user names it.

    ``source`` is a folder, an archive or an address, ``kind`` what it is taken for (found
    out unless given). ``sha256`` is what an archive or download must hash to, or of a
    folder its files together. ``in_place``: a folder is used where it lies, and not copied.
    """

    name: str
    source: str
    kind: Kind | None = None
    sha256: str | None = None
    in_place: bool = False
    licence: str = ""


def add(wish: Wish, taken: Iterable[str], progress: Progress) -> Added:
    """Take a model in: record what its files are, and calibrate it.

    Nothing is kept unless all of it succeeds.

    :param taken: names of backends, which only a stand-in may have.
    :param progress: stages ``fetch``, ``unpack``, ``copy`` (bytes) and ``calibrate`` (texts).
    :raises ModelError: why it cannot be added.
    """
    records.check_name(wish.name)
    if not wish.source:  # pathlib takes it for the folder one is in
        raise ModelError("model-source-empty")
    names = {name.casefold() for name in taken}
    if wish.name.casefold() in names and wish.name not in STAND_INS:
        raise ModelError("model-name-taken", name=wish.name)
    kind = wish.kind or STAND_INS.get(wish.name)
    if wish.name in STAND_INS and kind != STAND_INS[wish.name]:
        raise ModelError("model-name-taken", name=wish.name)
    try:
        with scratch_folder("model", within=private_folder(records.FOLDER)) as scratch:
            return _added(wish, kind, scratch, progress)
    except OSError as error:
        detail, place = str(error.strerror or error), cache_folder()
        named = Path(str(error.filename or place)).absolute()
        if named.is_relative_to(place):
            raise ModelError("model-cache-unwritable", path=str(place), detail=detail) from error
        raise ModelError("model-unreadable", path=str(named), detail=detail) from error


def _added(wish: Wish, kind: Kind | None, scratch: Path, progress: Progress) -> Added:
    is_folder = not is_address(wish.source) and home_expanded(wish.source).is_dir()
    if wish.in_place and not is_folder:
        raise ModelError("model-not-in-place", source=address_shown(wish.source))
    folder = bring(wish.source, scratch, None if is_folder else wish.sha256, progress)
    layout = layout_of(folder, kind)
    _require(layout)
    files: Path | None = None
    if not wish.in_place:
        files = scratch / wish.name
        copied(folder, layout.files, files, progress)
    place = (files or folder).resolve()
    hashes = hashes_of(place, layout.files)
    found = hash_over(hashes)
    if is_folder and wish.sha256 is not None and wish.sha256.lower() != found:
        raise ModelError(
            "model-source-differs",
            source=wish.source,
            expected=wish.sha256.lower(),
            found=found,
        )
    record = Added(
        name=wish.name,
        kind=layout.kind,
        runtime=layout.runtime,
        source=address_shown(wish.source),
        folder=str(place) if wish.in_place else "",
        added=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        licence=wish.licence.strip() or layout.licence,
        files={
            name: FileRecord(bytes=(place / name).stat().st_size, sha256=sha256)
            for name, sha256 in hashes.items()
        },
        calibration=_measured(_located(wish.name, layout, place, hashes), layout, progress),
    )
    return records.keep(record, files)


def recalibrate(record: Added, progress: Progress) -> Added:
    """Calibrate a model once more, on the pairs that come with this version.

    :raises ModelError: it cannot be used any more.
    """
    layout = _layout(record)
    _require(layout)
    model = _located(record.name, layout, record.path, record.hashes)
    return records.keep_calibration(record, _measured(model, layout, progress))


def usable(calibration: Calibration) -> bool:
    """Whether a model told sound pairs from others well enough to be heard."""
    return calibration.auc["other"] >= LEAST_AUC


def state_of(record: Added) -> str:
    """``ready``; ``absent`` where a file of a model is gone, ``damaged`` where one is another."""
    if not all((record.path / name).is_file() for name in record.files):
        return "absent"
    try:
        return "ready" if hashes_of(record.path, record.files) == record.hashes else "damaged"
    except ModelError:
        return "damaged"


def added_backend(name: str) -> Backend | None:
    """A model that the user added as a backend; ``None`` where there is none of that name.

    :raises ModelError: its record cannot be used.
    """
    record = records.added(name)
    if record is None:
        return None

    def run(
        pairs: Sequence[Pair], settings: Backends, advance: Advance, answers: Answers
    ) -> Outcome:
        if not usable(record.calibration):
            raise UnavailableError(
                "backend-not-telling",
                backend=name,
                auc=record.calibration.auc["other"],
                least=LEAST_AUC,
            )
        if len(pairs) < MIN_PAIRS:
            raise UnavailableError("backend-too-few", backend=name, least=MIN_PAIRS)
        ran = _encoder_outcome if record.kind == "encoder" else _translator_outcome
        return ran(record, pairs, settings, advance, answers)

    return Backend(
        name=name,
        licence=record.licence or _UNKNOWN,
        run=run,
        notices=lambda _: _notices(record),
        calibration=_CALIBRATED,
    )


def _notices(record: Added) -> tuple[Reason, ...]:
    notices = []
    if not record.licence:
        notices.append(Reason(code="backend-licence-unknown", params={"name": record.name}))
    elif "nc" in record.licence.lower().replace("_", "-").split("-"):
        notices.append(Reason(code="backend-non-commercial", params={"licence": record.licence}))
    if usable(record.calibration):
        auc = record.calibration.auc
        params = {kind: auc[kind] for kind in ("other", "half")}
        notices.append(Reason(code="backend-calibrated", params=params))
    if record.calibration.sample != sample().sha256:
        notices.append(Reason(code="backend-calibration-old", params={"name": record.name}))
    return tuple(notices)


def _encoder_outcome(
    record: Added,
    pairs: Sequence[Pair],
    settings: Backends,
    advance: Advance,
    answers: Answers,
) -> Outcome:
    model = _located(record.name, _layout(record), record.path, record.hashes)
    own = _encoder_settings(record.runtime, settings.labse)
    texts: list[Text] = [("bo", p.bo) for p in pairs]
    texts += [("zh", p.zh) for p in pairs]

    def ask(new: list[Text]) -> list[Floats]:
        return list(embedded(record.name, model, own, new, advance))

    found = answers.ask(record.name, texts, ask)
    vectors = np.stack(found)
    scores: dict[int, Score] = {}
    for first, cosines, margin, rivals in neighbourhoods(vectors):
        figures = standing(margin, rivals)
        told = nats_by_kind(figures, record.calibration)
        for row, pair in enumerate(pairs[first : first + len(margin)]):
            by_kind = {kind: round(float(nats[row]), 3) for kind, nats in told.items()}
            scores[pair.number] = Score(
                value=round(float(cosines[row]), 4),
                nats=by_kind["other"],
                by_kind=by_kind,
                params={"measure": "cosine", "margin": round(float(margin[row]), 4)},
            )
    return Outcome(scores=scores, models=(model.use,))


def _translator_outcome(
    record: Added,
    pairs: Sequence[Pair],
    settings: Backends,
    advance: Advance,
    answers: Answers,
) -> Outcome:
    model = _located(record.name, _layout(record), record.path, record.hashes)
    own = _translator_settings(record.runtime, settings.nllb)

    def ask(new: list[str]) -> list[str]:
        return back_translated(record.name, model, own, new, advance)

    def judge(chrf: Floats, chance: Floats) -> list[tuple[float, Mapping[str, float]]]:
        told = nats_by_kind(standing(chrf, chance), record.calibration)
        rows = [
            {kind: round(float(nats[row]), 3) for kind, nats in told.items()}
            for row in range(len(chrf))
        ]
        return [(by_kind["other"], by_kind) for by_kind in rows]

    backward = answers.ask(record.name, [p.bo for p in pairs], ask)
    return outcome_of(pairs, backward, judge, model)


def _encoder_settings(runtime: Runtime, given: Labse) -> Labse:
    return Labse(
        runtime="onnx" if runtime == "onnx" else "transformers",
        max_tokens=given.max_tokens,
        threads=given.threads,
    )


def _translator_settings(runtime: Runtime, given: Nllb) -> Nllb:
    return Nllb(
        runtime="ctranslate2" if runtime == "ctranslate2" else "transformers",
        source=given.source,
        target=given.target,
        beam_size=given.beam_size,
        max_tokens=given.max_tokens,
        threads=given.threads,
    )


def _layout(record: Added) -> Layout:
    return Layout(
        kind=record.kind,
        runtime=record.runtime,
        files=tuple(record.files),
        licence=record.licence,
    )


def _located(name: str, layout: Layout, place: Path, hashes: Mapping[str, str]) -> Located:
    use = ModelUse(name=name, sha256=hash_over(hashes))
    return Located(path=place, use=use, hashes=hashes)


def _require(layout: Layout) -> None:
    for package, extra in _PACKAGES[layout.runtime]:
        try:
            require(package, extra)
        except UnavailableError as error:
            raise ModelError("model-needs-package", **error.params) from error


def _measured(model: Located, layout: Layout, progress: Progress) -> Calibration:
    """Ask a model about the sample, and see how well it tells.

    :raises ModelError: ``model-unusable``: it cannot be run.
    """
    chosen = sample().first(_TOPICS[layout.kind])

    def advance(done: int, total: int) -> None:
        progress("calibrate", done, total)

    try:
        if layout.kind == "encoder":
            return _encoder_calibration(model, layout, chosen, advance)
        return _translator_calibration(model, layout, chosen, advance)
    except UnavailableError as error:
        raise ModelError(
            "model-unusable",
            name=model.use.name,
            detail=str(error.params.get("detail", error.code)),
        ) from error


def _encoder_calibration(
    model: Located, layout: Layout, chosen: Sample, advance: Advance
) -> Calibration:
    bo, zh = texts_of(chosen)
    texts: list[Text] = [*(("bo", text) for text in bo), *(("zh", text) for text in zh)]
    settings = _encoder_settings(layout.runtime, Labse())
    vectors = dict(
        zip(texts, embedded(model.use.name, model, settings, texts, advance), strict=True)
    )

    def figures(own: Sequence[str], theirs: Sequence[str]) -> Floats:
        left = np.stack([vectors["bo", text] for text in own])
        right = np.stack([vectors["zh", text] for text in theirs])
        return standing(*margins(left @ right.T))

    unread = unread_share(model, [own for own, _ in chosen.pairs])
    return calibrate(chosen, figures, unread=unread)


def _translator_calibration(
    model: Located, layout: Layout, chosen: Sample, advance: Advance
) -> Calibration:
    bo, _ = texts_of(chosen)
    settings = _translator_settings(layout.runtime, Nllb())
    made = back_translated(model.use.name, model, settings, bo, advance)
    backward = dict(zip(bo, made, strict=True))

    def figures(own: Sequence[str], theirs: Sequence[str]) -> Floats:
        ours, chinese = [backward[text] for text in own], list(theirs)
        chrf = np.array([s.value for s in cue_scores(ours, chinese, "zh", "chrf")]) / 100
        return standing(chrf, strangers(ours, chinese))

    unread = unread_share(model, [own for own, _ in chosen.pairs])
    return calibrate(chosen, figures, unread=unread)
