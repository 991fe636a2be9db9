"""The backends run, and what they say joined to the embedded evidence.

Each adds its nats to the log-odds of the kinds of fault, beside the parts that the
library's own evidence has there, under a name of its own (``backend:labse``). None of
them is calibrated, so the joint risk is an order of what to look at first and no
probability any more; what the risk was without them stays in the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, inf
from typing import Final

from bilingual.budget import current
from bilingual.config import Config
from bilingual.errors import OverBudgetError
from bilingual.model import (
    Alignment,
    BackendScore,
    BackendUse,
    BeadEvidence,
    Measure,
    ModelUse,
    Reason,
    Track,
)
from bilingual.plugins import STOPS
from bilingual.showing import logger
from bilingual.text.bead import BeadTexts
from bilingual.translation.backends.base import (
    Answers,
    Backend,
    Outcome,
    Pair,
    Score,
    UnavailableError,
)
from bilingual.translation.backends.registry import chosen
from bilingual.translation.risk import RiskResult, risk_of

_log = logger(__name__)
_UNAVAILABLE: Final = "unavailable"

_LEAST_CHANCE: Final = 1e-4
"""A kind of fault that the embedded evidence excludes altogether stays possible."""

PART: Final = "backend:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backed:
    """Risk and evidence with the backends' say, and what became of each of them."""

    risk: Mapping[int, float]
    evidence: Mapping[int, BeadEvidence]
    measures: tuple[Measure, ...] = ()
    models: tuple[ModelUse, ...] = ()
    uses: tuple[BackendUse, ...] = ()


def back(
    bo: Track,
    zh: Track,
    alignment: Alignment,
    result: RiskResult,
    config: Config,
    advance: Callable[[str, float, float | None], None] | None = None,
    answers: Answers | None = None,
) -> Backed:
    """Run the backends that the settings name over the beads that have a risk.

    Without any the result is returned as it is. One that cannot run is in
    ``uses`` with its reason, and breaks nothing.

    :param advance: called with the stage ``backend``, how many are done and of how many.
    :param answers: what was answered before in this work; new answers are added.
    :raises ConfigError: the settings name one that there is not.
    """
    named = chosen(config.backends)
    if not named:
        return Backed(risk=result.risk, evidence=result.evidence)
    pairs = tuple(
        Pair(number=n, bo=texts.bo.compared, zh=texts.zh.compared)
        for n, bead in enumerate(alignment.beads)
        if bead.two_sided and n in result.risk
        for texts in [BeadTexts.of(bo, zh, bead)]
    )
    scores: dict[int, list[tuple[Backend, Score]]] = {}
    uses, measures, models = [], list[Measure](), list[ModelUse]()
    for backend in named:
        outcome, reason = _run(backend, pairs, config, advance, answers or Answers())
        uses.append(_use(backend, pairs, outcome, reason, backend.notices(config.backends)))
        if outcome is None:
            continue
        measures += outcome.measures
        models += outcome.models
        for number, score in outcome.scores.items():
            scores.setdefault(number, []).append((backend, score))
    risk, evidence = dict(result.risk), dict(result.evidence)
    for number, own in scores.items():
        if number in evidence:
            risk[number], evidence[number] = _joined(
                evidence[number], risk[number], own, alignment.beads[number].confidence
            )
    return Backed(
        risk=risk,
        evidence=evidence,
        measures=tuple(measures),
        models=tuple(models),
        uses=tuple(uses),
    )


def _run(
    backend: Backend,
    pairs: Sequence[Pair],
    config: Config,
    advance: Callable[[str, float, float | None], None] | None,
    answers: Answers,
) -> tuple[Outcome | None, UnavailableError | None]:
    def step(done: int, total: int) -> None:
        try:
            current().check()
        except OverBudgetError as over:
            raise UnavailableError(over.code, **over.params) from None
        if advance is not None:
            advance("backend", done, total)

    if not pairs:
        return Outcome(scores={}), None
    unavailable = answers.known(backend.name, _UNAVAILABLE)
    if isinstance(unavailable, UnavailableError):
        return None, unavailable
    try:
        step(0, len(pairs))
        outcome = backend.run(pairs, config.backends, step, answers)
    except UnavailableError as reason:
        _log.warning("backend %s: %s %s", backend.name, reason.code, reason.params)
        answers.keep(backend.name, _UNAVAILABLE, reason)
        return None, reason
    except STOPS:
        raise
    except BaseException:
        _log.exception("backend %s broke", backend.name)
        return None, UnavailableError("backend-broke", backend=backend.name)
    return outcome, outcome.missed


def _use(
    backend: Backend,
    pairs: Sequence[Pair],
    outcome: Outcome | None,
    reason: UnavailableError | None,
    notices: Sequence[Reason],
) -> BackendUse:
    judged = 0 if outcome is None else len(outcome.scores)
    state = "unknown" if outcome is None else "partial" if reason is not None else "ran"
    params = {} if reason is None else {k: v for k, v in reason.params.items() if k != "again"}
    code = None if reason is None else reason.code
    if state == "partial":
        code = "backend-partial"
        params = {"backend": backend.name, "judged": judged, "of": len(pairs), "why": reason.code}  # type: ignore[union-attr]
    return BackendUse(
        name=backend.name,
        state=state,
        licence=backend.licence,
        judged=judged,
        of=len(pairs),
        reason=None if code is None else Reason(code=code, params=params),
        calibration=backend.calibration,
        validated=backend.validated,
        notices=tuple(notices),
    )


def _joined(
    evidence: BeadEvidence,
    risk: float,
    scores: Sequence[tuple[Backend, Score]],
    paired: float | None,
) -> tuple[float, BeadEvidence]:
    """The risk and evidence of a bead with the backends' nats in its log-odds."""
    sound = max(_LEAST_CHANCE, 1 - sum(evidence.kinds.values()))
    odds = {k: max(_LEAST_CHANCE, p) for k, p in evidence.kinds.items()}
    shares: dict[str, Mapping[str, float]] = {}
    listed = []
    for backend, score in scores:
        # What nobody has validated is no reason to look away from a bead.
        least = -inf if backend.validated else 0.0
        nats = max(least, score.nats)
        given = score.by_kind
        if given is None:
            given = {kind: score.nats * weight for kind, weight in score.weights.items()}
        shares[PART + backend.name] = {k: max(least, given.get(k, 0.0)) for k in odds}
        listed.append(
            BackendScore(
                backend=backend.name,
                value=score.value,
                nats=round(nats, 3),
                calibration=backend.calibration,
                validated=backend.validated,
                params=score.params,
            )
        )
    if any(any(own.values()) for own in shares.values()):
        odds = {k: p * exp(sum(own[k] for own in shares.values())) for k, p in odds.items()}
        total = sound + sum(odds.values())
        kinds = {k: round(p / total, 4) for k, p in odds.items()}
        risk = risk_of(
            sum(odds.values()) / total,
            misspelt=evidence.misspelt,
            misnumbered=evidence.misnumbered,
            paired=paired,
        )
    else:
        kinds = dict(evidence.kinds)
    kind = max(kinds, key=lambda k: kinds[k]) if kinds else evidence.kind
    added = {
        name: round(own[kind], 2)
        for name, own in shares.items()
        if kind is not None and abs(own.get(kind, 0.0)) >= 0.005
    }
    embedded = round(min(1.0, sum(evidence.kinds.values())), 4)
    return risk, replace(
        evidence,
        kind=kind,
        kinds=kinds,
        parts={**evidence.parts, **added},
        backends=tuple(listed),
        embedded_risk=embedded,
    )
