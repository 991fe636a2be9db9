"""From features to the risk of each kind of fault: a logistic model in a file.

A multinomial logistic regression whose weights change with the length of the
Chinese text, linearly between a few lengths: words tell little of a short cue and
much of a long one. Fitted by ``models/train/risk.py``; see ``models/risk.md``.
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

Floats = NDArray[np.float64]

FILE: Final = "risk.json"
SOUND: Final = "sound"
_FAR: Final = 4.0
"""Spreads from the mean beyond which a feature says no more."""

LENGTHS: Final = (3.0, 9.0, 20.0, 40.0)
"""Chinese units between which the weights change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A fitted model. ``weights`` is (lengths * (features + 1), kinds).

    ``kinds`` begins with ``sound``; ``means`` and ``scales`` bring features to
    mean 0 and spread 1.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    means: Floats
    scales: Floats
    weights: Floats

    def matrix(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """The features of beads as the model takes them."""
        return design(rows, self.names, self.means, self.scales)

    def probabilities(self, rows: Sequence[Mapping[str, float]]) -> Floats:
        """Probability of each kind for each bead, (beads, kinds)."""
        if not rows:
            return np.zeros((0, len(self.kinds)))
        return softmax(self.matrix(rows) @ self.weights)

    def shares(self, row: Mapping[str, float], kind: str) -> dict[str, float]:
        """What each group of evidence adds for a kind of fault over none, in nats.

        Above 0 speaks for the fault. What the length alone says is left out.
        """
        x = self.matrix([row])[0]
        away = self.weights[:, self.kinds.index(kind)] - self.weights[:, 0]
        parts = (x * away).reshape(len(LENGTHS), len(self.names) + 1).sum(0)
        by_name = dict(zip(self.names, parts[1:].tolist(), strict=True))
        return {
            group: sum(by_name[n] for n in names if n in by_name) for group, names in GROUPS.items()
        }


def design(
    rows: Sequence[Mapping[str, float]], names: Sequence[str], means: Floats, scales: Floats
) -> Floats:
    """Features times how near each length is; a constant stands before them."""
    plain = np.array([[row.get(name, np.nan) for name in names] for row in rows], dtype=np.float64)
    # What could not be measured (too few fellows) says nothing either way.
    plain = np.where(np.isnan(plain), 0.0, np.clip((plain - means) / scales, -_FAR, _FAR))
    full = np.hstack([np.ones((len(rows), 1)), plain])
    near = nearness(np.array([row["units"] for row in rows], dtype=np.float64))
    return (near[:, :, None] * full[:, None, :]).reshape(len(rows), -1)


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
        "format": 1,
        "kinds": model.kinds,
        "lengths": LENGTHS,
        "features": {
            name: {
                "mean": round(float(m), 5),
                "scale": round(float(s), 5),
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
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError("risk-damaged", path=str(place), detail=str(error)) from error
    if unknown or tuple(document["lengths"]) != LENGTHS or kinds[0] != SOUND:
        raise ModelError("risk-format", path=str(place))
    return model
