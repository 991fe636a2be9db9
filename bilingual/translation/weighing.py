"""From features to the risk of each kind of fault: a logistic model in a file.

A multinomial logistic regression whose weights change with the length of the
Chinese text, linearly between a few lengths: words tell little of a short cue and
much of a long one. What words, parts and terms say is compared with the other beads
of the work, since the lexicon knows the words of one work better than those of another.
Fitted by ``models/train/risk.py``; see ``models/risk.md``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.translation.features import GROUPS, NAMES

Row = Mapping[str, float]
"""The features of a bead, by name."""
Floats = NDArray[np.float64]

FILE: Final = "risk.json"
SOUND: Final = "sound"
_FAR: Final = 4.0
"""Spreads from the mean beyond which a feature says no more."""

WITHIN_WORK: Final = tuple(n for group in ("words", "parts", "terms") for n in GROUPS[group])
"""Features that are compared with the work's own median and spread."""
_TYPICAL_WORKS_BEADS: Final = 15.0
"""Beads of a work for which the median and spread of all works count."""
_LEAST_SPREAD: Final = 0.25
"""Of a feature within a work, as a share of its spread over all works."""

LENGTHS: Final = (3.0, 9.0, 20.0, 40.0)
"""Chinese units between which the weights change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A fitted model. ``weights`` is (lengths * (features + 1), kinds).

    ``kinds`` begins with ``sound``; ``means`` and ``scales`` bring features to
    mean 0 and spread 1 over all works, and those of ``within_work`` are then
    compared with the beads that they are judged together with.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    means: Floats
    scales: Floats
    weights: Floats
    within_work: tuple[str, ...] = WITHIN_WORK

    def matrix(self, rows: Sequence[Row]) -> Floats:
        """The features of a work's beads as the model takes them."""
        plain = self.plain(rows)
        columns = [k for k, name in enumerate(self.names) if name in self.within_work]
        plain[:, columns] = within_work(plain[:, columns])
        # What could not be measured (too few fellows) says nothing either way.
        known = np.where(np.isnan(plain), 0.0, np.clip(plain, -_FAR, _FAR))
        full = np.hstack([np.ones((len(rows), 1)), known])
        near = nearness(np.array([row["units"] for row in rows], dtype=np.float64))
        out: Floats = (near[:, :, None] * full[:, None, :]).reshape(len(rows), -1)
        return out

    def plain(self, rows: Sequence[Row]) -> Floats:
        """The features by the mean and spread over all works, (beads, features)."""
        table = [[row.get(name, np.nan) for name in self.names] for row in rows]
        out: Floats = (np.array(table, dtype=np.float64) - self.means) / self.scales
        return out

    def probabilities(self, matrix: Floats) -> Floats:
        """Probability of each kind for each bead of a ``matrix``, (beads, kinds)."""
        return softmax(matrix @ self.weights)

    def shares(self, bead: Floats, kind: str) -> dict[str, float]:
        """What each group of evidence adds for a kind of fault over none, in nats.

        Above 0 speaks for the fault. What the length alone says is left out.

        :param bead: its row of a ``matrix``.
        """
        away = self.weights[:, self.kinds.index(kind)] - self.weights[:, 0]
        parts = (bead * away).reshape(len(LENGTHS), len(self.names) + 1).sum(0)
        by_name = dict(zip(self.names, parts[1:].tolist(), strict=True))
        return {
            group: sum(by_name[n] for n in names if n in by_name) for group, names in GROUPS.items()
        }


def within_work(plain: Floats) -> Floats:
    """Features of the beads of one work, by its own median and spread.

    The fewer beads a work has, the more the median 0 and the spread 1 of all works
    count. What is not a number stays so.
    """
    count = (~np.isnan(plain)).sum(0)
    known = np.where(count > 0, plain, 0.0)
    if not len(plain):
        return plain
    median = np.nanmedian(known, axis=0)
    # Of a normal distribution, 1.48 times the median distance is the standard deviation.
    spread = 1.48 * np.nanmedian(np.abs(known - median), axis=0)
    own = count / (count + _TYPICAL_WORKS_BEADS)
    out: Floats = (plain - own * median) / np.maximum(_LEAST_SPREAD, own * spread + 1 - own)
    return out


def nearness(units: Floats) -> Floats:
    """Shares of the lengths that a text lies between, (texts, lengths); sums to 1."""
    places = np.log(np.array(LENGTHS))
    at = np.clip(np.log(np.maximum(units, 1.0)), places[0], places[-1])
    return np.stack([np.interp(at, places, row) for row in np.eye(len(places))], axis=1)


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, along the last axis."""
    high = np.exp(scores - scores.max(-1, keepdims=True))
    out: Floats = high / high.sum(-1, keepdims=True)
    return out


def save(model: Weighing, path: Path) -> None:
    """Write a model as JSON, rounded to what matters."""
    blocks = model.weights.reshape(len(LENGTHS), -1, len(model.kinds)).round(4)
    scaling = zip(model.names, model.means, model.scales, strict=True)
    document = {
        "format": 2,
        "kinds": model.kinds,
        "lengths": LENGTHS,
        "features": {
            name: {
                "mean": round(float(m), 5),
                "scale": round(float(s), 5),
                "within_work": name in model.within_work,
                "weights": blocks[:, k + 1].tolist(),
            }
            for k, (name, m, s) in enumerate(scaling)
        },
        "constant": blocks[:, 0].tolist(),
    }
    lines = json.dumps(document, indent=1, ensure_ascii=False)
    path.write_text(lines + "\n", encoding="utf-8")


@cache
def load(path: Path | None = None) -> Weighing:
    """The model that comes with the library, or one from a file; read once.

    :raises ModelError: the file is missing, damaged, or knows features that this
        version does not measure.
    """
    place = model_file(FILE) if path is None else path
    try:
        document = json.loads(place.read_text(encoding="utf-8"))
        features = document["features"]
        names = tuple(features)
        unknown = set(names) - set(NAMES)
        kinds = tuple(document["kinds"])
        blocks = [document["constant"], *(features[n]["weights"] for n in names)]
        weights = np.array(blocks, dtype=np.float64).transpose(1, 0, 2).reshape(-1, len(kinds))
        model = Weighing(
            names=names,
            kinds=kinds,
            means=np.array([features[n]["mean"] for n in names]),
            scales=np.array([features[n]["scale"] for n in names]),
            weights=weights,
            within_work=tuple(n for n in names if features[n]["within_work"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("risk-damaged", path=str(place), detail=str(error)) from error
    if unknown or tuple(document["lengths"]) != LENGTHS or kinds[0] != SOUND:
        raise ModelError("risk-format", path=str(place))
    return model
