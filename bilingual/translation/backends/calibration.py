"""How well a model tells sound pairs from faulty ones, and what its figure is then worth.

The library brings plain lines of narration in both languages, by topics. Of each topic
works are made in which a fifth of the Tibetan is faulty: another text of the same length,
the neighbour's, its first half, half of it from elsewhere. Each pair's figure is how far
it stands out from the unrelated pairs of its work, in their standard deviations; a
logistic regression a kind of fault turns that into nats. Lines with digits, Latin letters
or quotation marks are not among them, and the other texts have the length of those whose
place they take: a model that knows no Tibetan has nothing to go by.
"""

from __future__ import annotations

import csv
import hashlib
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bilingual.resources import model_file
from bilingual.translation.backends.contrast import LEAST, MOST, Floats
from bilingual.weights.added import Calibration, Line

SAMPLE: Final = "calibration-zh-bo.tsv"

LEAST_AUC: Final = 0.7
"""A model that tells sound pairs from other texts less often than this is not used."""

KINDS: Final = ("other", "neighbour", "half", "mixed")

_SHARE: Final = 5  # one line in so many is faulty
_ROUNDS: Final = 16
_FLOOR: Final = 0.01
_PRIOR: Final = 10.0
_RIDGE: Final = 1e-2
_TSHEG: Final = "\u0f0b"
_SHAD: Final = "\u0f0d"

Figures = Callable[[Sequence[str], Sequence[str]], Floats]
"""Tibetan and Chinese texts of a work, pair by pair, to each pair's figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Pairs by topic, Tibetan and Chinese, and the SHA-256 of the file they are from."""

    topics: Mapping[str, tuple[tuple[str, str], ...]]
    sha256: str

    def first(self, count: int) -> Sample:
        """The same with its first so many topics."""
        return Sample(topics=dict(list(self.topics.items())[:count]), sha256=self.sha256)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """All pairs, Tibetan and Chinese."""
        return [pair for pairs in self.topics.values() for pair in pairs]


def sample() -> Sample:
    """The pairs that come with the library.

    :raises ModelError: the installation is damaged.
    """
    data = model_file(SAMPLE).read_bytes()
    topics: dict[str, list[tuple[str, str]]] = {}
    rows = csv.DictReader(data.decode().splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in rows:
        topics.setdefault(row["topic"], []).append((row["bo"], row["zh"]))
    return Sample(
        topics={topic: tuple(pairs) for topic, pairs in topics.items()},
        sha256=hashlib.sha256(data).hexdigest(),
    )


def standing(own: Floats, rivals: Floats) -> Floats:
    """How far pairs stand out from unrelated ones, in standard deviations of those."""
    found: Floats = (own - rivals.mean()) / max(_FLOOR, float(rivals.std()))
    return found


def nats_by_kind(figures: Floats, calibration: Calibration) -> dict[str, Floats]:
    """What figures of a work say for each kind of fault; less in a work of few pairs."""
    trust = len(figures) / (len(figures) + _PRIOR)
    kept = np.clip(figures, calibration.lowest, calibration.highest)
    return {
        kind: np.clip(trust * (line.start + line.slope * kept), LEAST, MOST)
        for kind, line in calibration.lines.items()
    }


def texts_of(chosen: Sample) -> tuple[list[str], list[str]]:
    """All Tibetan and all Chinese texts that :func:`calibrate` asks about."""
    faults = _Faults(chosen)
    bo = [text for pair in chosen.pairs for text in (pair[0], *faults.of(pair[0]).values())]
    return list(dict.fromkeys(bo)), [zh for _, zh in chosen.pairs]


def calibrate(chosen: Sample, figures: Figures, *, unread: float) -> Calibration:
    """Judge works made of a sample, and fit what the figures say.

    :param figures: the model; it is asked about texts of :func:`texts_of` only.
    :param unread: see :class:`bilingual.weights.added.Calibration`.
    """
    found: dict[str, list[float]] = {kind: [] for kind in ("sound", *KINDS)}
    for kinds, bo, zh in _works(chosen):
        for kind, figure in zip(kinds, figures(bo, zh).tolist(), strict=True):
            found[kind].append(figure)
    by_kind = {kind: np.array(values) for kind, values in found.items()}
    everything = np.concatenate(list(by_kind.values()))
    lowest, highest = (float(x) for x in np.percentile(everything, (1, 99)))
    sound = by_kind.pop("sound")
    return Calibration(
        sample=chosen.sha256,
        pairs=len(chosen.pairs),
        auc={kind: round(auc(sound, faulty), 3) for kind, faulty in by_kind.items()},
        lines={
            kind: _line(np.clip(sound, lowest, highest), np.clip(faulty, lowest, highest))
            for kind, faulty in by_kind.items()
        },
        lowest=round(lowest, 4),
        highest=round(highest, 4),
        unread=round(unread, 3),
    )


def auc(sound: Floats, faulty: Floats) -> float:
    """How often a sound pair's figure is the higher one; equal ones count half."""
    order = np.sort(faulty)
    below = np.searchsorted(order, sound, side="left")
    upto = np.searchsorted(order, sound, side="right")
    return float((below + upto).mean() / (2 * len(faulty)))


class _Faults:
    """The faulty versions of each Tibetan text of a sample, always the same ones."""

    def __init__(self, chosen: Sample) -> None:
        rnd = random.Random(1)  # noqa: S311 - it is to be the same each time
        self._of: dict[str, dict[str, str]] = {}
        lengths = {bo: bo.count(_TSHEG) for bo, _ in chosen.pairs}
        for topic, pairs in chosen.topics.items():
            elsewhere = [bo for t, own in chosen.topics.items() if t != topic for bo, _ in own]
            for k, (bo, _) in enumerate(pairs):
                near = sorted(elsewhere, key=lambda text: abs(lengths[text] - lengths[bo]))
                other = rnd.choice(near[:5])
                next_to = pairs[k + 1 if k + 1 < len(pairs) else k - 1][0]
                self._of[bo] = {
                    "other": other,
                    "neighbour": next_to,
                    "half": _halves(bo)[0] + _SHAD,
                    "mixed": _halves(bo)[0] + _TSHEG + _halves(other)[1],
                }

    def of(self, bo: str) -> Mapping[str, str]:
        """The faulty versions of a text, by the kind of fault."""
        return self._of[bo]


def _halves(text: str) -> tuple[str, str]:
    syllables = text.split(_TSHEG)
    middle = max(1, len(syllables) // 2)
    return _TSHEG.join(syllables[:middle]), _TSHEG.join(syllables[middle:])


def _works(chosen: Sample) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Works with faults put in: the kind of each pair, its Tibetan, its Chinese."""
    faults = _Faults(chosen)
    rnd = random.Random(2)  # noqa: S311
    for pairs in chosen.topics.values():
        for turn in range(_ROUNDS):
            faulty = rnd.sample(range(len(pairs)), len(pairs) // _SHARE)
            kinds = ["sound"] * len(pairs)
            for n, k in enumerate(faulty):
                # Turned each time: where a topic is short, each kind comes all the same.
                kinds[k] = KINDS[(n + turn) % len(KINDS)]
            bo = [
                own if kind == "sound" else faults.of(own)[kind]
                for kind, (own, _) in zip(kinds, pairs, strict=True)
            ]
            yield kinds, bo, [zh for _, zh in pairs]


def _line(sound: Floats, faulty: Floats) -> Line:
    """Logistic regression by Newton's method, both sorts counting alike.

    A figure that is higher where there is a fault says nothing: that is chance.
    """
    x = np.concatenate([sound, faulty])
    rows = np.stack([np.ones_like(x), x], axis=1)
    label = np.concatenate([np.zeros(len(sound)), np.ones(len(faulty))])
    count = np.where(label > 0, 1 / len(faulty), 1 / len(sound)) * len(x) / 2
    ridge = np.diag([1e-6, _RIDGE])
    weights = np.zeros(2)
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (count * (label - p)) - ridge @ weights
        bend = (rows * (count * p * (1 - p))[:, None]).T @ rows + ridge
        weights += np.linalg.solve(bend, slope)
    if weights[1] >= 0:
        return Line(start=0.0, slope=0.0)
    return Line(start=round(float(weights[0]), 4), slope=round(float(weights[1]), 4))
