"""chrF, BLEU and TER against a second version, with settings fit for both scripts.

sacrebleu's defaults mislead here: Tibetan has no spaces, so two identical lines
are one word each, BLEU of them is 0 and TER jumps from 0 to 100. Tibetan is cut
into syllables before it is scored, Chinese into characters by sacrebleu's ``zh``
tokenizer. Each figure carries sacrebleu's signature and what was done before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bilingual.model import Language, Measure
from bilingual.model.codec import DIGITS
from bilingual.text.normalize import comparison_key
from bilingual.text.syllables import split_syllables

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

METRICS: Final = ("chrf", "bleu", "ter")

_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextScore:
    """A figure of sacrebleu's: 0..100 for chrF and BLEU (more is better), 0 and up
    for TER (less is better). ``segments`` is how many lines it was taken over.
    """

    metric: str
    value: float
    signature: str
    segments: int


def prepared(text: str, language: Language) -> str:
    """A text as it is scored: one line, Tibetan with its syllables apart."""
    if language == "zh":
        return _SPACE.sub(" ", text).strip()
    return " ".join(t.text for t in split_syllables(comparison_key(text)) if t.kind != "space")


def work_scores(
    hypotheses: Sequence[str], references: Sequence[str], language: Language
) -> tuple[TextScore, ...]:
    """chrF, BLEU and TER of a whole work, in that order.

    :param hypotheses: the texts to judge, a line or cue each.
    :param references: what each is compared with; as many.
    :param language: the language both are in.
    :returns: nothing where there are no lines.
    :raises ValueError: the two are not equally many.
    """
    pairs = _paired(hypotheses, references, language)
    if not pairs:
        return ()
    ours, theirs = [p[0] for p in pairs], [p[1] for p in pairs]
    out = []
    for name in METRICS:
        metric = _metric(name, language)
        score = metric.corpus_score(ours, [theirs])
        out.append(
            TextScore(
                metric=name,
                value=round(float(score.score), DIGITS),
                signature=_signature(metric, language),
                segments=len(pairs),
            )
        )
    return tuple(out)


def cue_scores(
    hypotheses: Sequence[str], references: Sequence[str], language: Language, metric: str = "chrf"
) -> tuple[TextScore, ...]:
    """One metric for each line by itself; parameters as for :func:`work_scores`.

    :param metric: ``chrf``, ``bleu`` or ``ter``. Of single lines chrF tells most.
    """
    pairs = _paired(hypotheses, references, language)
    scorer = _metric(metric, language)
    return tuple(
        TextScore(
            metric=metric,
            value=round(float(scorer.sentence_score(ours, [theirs]).score), DIGITS),
            signature=_signature(scorer, language),
            segments=1,
        )
        for ours, theirs in pairs
    )


def similarity_measures(
    hypotheses: Sequence[str], references: Sequence[str], language: Language
) -> tuple[Measure, ...]:
    """``similarity.chrf``, ``similarity.bleu`` and ``similarity.ter`` for a report.

    The denominator is the number of lines.
    """
    return tuple(
        Measure(
            id=f"similarity.{score.metric}",
            value=score.value,
            unit="sacrebleu",
            denominator=score.segments,
            signature=score.signature,
        )
        for score in work_scores(hypotheses, references, language)
    )


def _paired(
    hypotheses: Sequence[str], references: Sequence[str], language: Language
) -> list[tuple[str, str]]:
    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses, {len(references)} references")
    return [
        (prepared(ours, language), prepared(theirs, language))
        for ours, theirs in zip(hypotheses, references, strict=True)
    ]


def _metric(name: str, language: Language) -> Metric:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    settings: dict[str, Any]
    if name == "chrf":
        return CHRF(word_order=0)
    if name == "bleu":
        # Lines of less than four syllables have no 4-grams and would count as nothing.
        settings = {"tokenize": "zh" if language == "zh" else "none", "effective_order": True}
        return BLEU(**settings)
    if name == "ter":
        settings = {"normalized": language == "zh", "asian_support": language == "zh"}
        return TER(**settings)
    raise ValueError(f"no metric {name!r}: {', '.join(METRICS)}")


def _signature(metric: Metric, language: Language) -> str:
    before = "syllables" if language == "bo" else "lines"
    return f"{metric.get_signature().format(short=False)}|prepared:{before}"
