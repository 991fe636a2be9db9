"""An ``encode()`` backend as evidence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bilingual import align
from bilingual.errors import ModelError
from tests.support import track

TEXTS = "水火土风山河日月星云雨雪花草木鸟鱼马牛羊"
# So far apart that the Tibetan cues, all of one text, are no repeats of each other.
TIMES = [(1000 + 3000 * k, 2800 + 3000 * k) for k in range(len(TEXTS))]
ZH = [(a, b, f"{t}很多很多很多") for (a, b), t in zip(TIMES, TEXTS, strict=True)]
BO = [(a, b, "མང་པོ་འདུག་མང་པོ་འདུག") for a, b in TIMES]


def knowing(order: Sequence[int]) -> object:
    """An encoder that knows which Tibetan cue is which Chinese one."""
    rnd = np.random.default_rng(1)
    vectors = rnd.normal(size=(len(TEXTS), 16))

    def encode(texts: Sequence[str]) -> np.ndarray:
        numbers = range(len(texts)) if "很" in texts[0] else order
        return vectors[list(numbers)] + rnd.normal(0, 0.2, size=(len(texts), 16))

    return encode


def test_it_reports_where_texts_and_times_are_alike() -> None:
    # The Tibetan is without its first cue and runs a cue early: by time all fits.
    bo = track("bo", [(a, b, t) for (a, b), (_, _, t) in zip(TIMES[:-1], BO[1:], strict=True)])
    zh = track("zh", ZH)
    found = align(bo, zh, encode=knowing(range(1, len(TEXTS))))  # type: ignore[arg-type]
    assert [(b.zh, b.bo) for b in found.beads if b.two_sided] == [
        ((k,), (k - 1,)) for k in range(1, len(TEXTS))
    ]
    assert found.offset_ms == pytest.approx(-3000, abs=20)


def test_noise_is_not_listened_to() -> None:
    rnd = np.random.default_rng(2)

    def noise(texts: Sequence[str]) -> np.ndarray:
        return rnd.normal(size=(len(texts), 16))

    bo, zh = track("bo", BO), track("zh", ZH)
    assert align(bo, zh, encode=noise).beads == align(bo, zh).beads


def test_a_wrong_shape_is_an_error() -> None:
    with pytest.raises(ModelError, match="shape"):
        align(track("bo", BO), track("zh", ZH), encode=lambda texts: [0.0] * len(texts))
