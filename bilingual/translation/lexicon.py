"""Which Tibetan units answer to which Chinese ones, learnt from parallel text.

A lexicon holds translation probabilities in both directions between runs of one
to three syllables and of one to three ideographs (IBM model 1, see
:mod:`models.train.lexicon`). Everything it says of two texts is a
log-likelihood ratio in nats, the texts as translations against the texts as
unrelated: above 0 speaks for the pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bilingual.errors import ModelError
from bilingual.resources import model_file
from bilingual.text.units import TSHEG, Piece, bo_names, bo_pieces, zh_names, zh_pieces, zh_runs

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

FILE: Final = "lexicon-bo-zh.npz"
FORMAT: Final = 2
# Share of a text's units that its translation can be hoped to explain.
EXPLAINED: Final = 0.5
# Likeliest answer from which on one is to be expected.
_HOPED: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A stretch of a text that nothing in the other text answers to.

    ``start`` and ``end`` are code point offsets. ``surprise`` (nats) is how much
    an answer was to be expected: 0 for words the lexicon does not know.
    """

    text: str
    start: int
    end: int
    surprise: float


class Units:
    """The known units of a language: their numbers, how common they are."""

    def __init__(self, names: Sequence[str], common: Floats) -> None:
        self.names = tuple(names)
        self.common = common
        self.index = {name: k for k, name in enumerate(self.names)}

    def find(self, runs: Sequence[tuple[str, int, int]]) -> tuple[Numbers, Numbers, Numbers]:
        """Known runs: unit numbers, first pieces, pieces after the last."""
        number = self.index.get
        found = [(k, a, b) for u, a, b in runs if (k := number(u)) is not None]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2]

    def numbers(self, names: Sequence[str]) -> Numbers:
        """The numbers of those units that are known."""
        number = self.index.get
        return np.array([k for n in names if (k := number(n)) is not None], dtype=np.int64)


class Table:
    """Sparse conditional probabilities ``p(target | source)``, by source."""

    def __init__(self, offsets: Numbers, targets: Numbers, values: Floats, size: int) -> None:
        self.offsets, self.targets, self.values, self.size = offsets, targets, values, size

    def dense(self, sources: Numbers, targets: Numbers) -> Floats:
        """Probabilities, (sources, targets). Either may be empty."""
        out = np.zeros((len(sources), len(targets)), dtype=np.float32)
        if not out.size:
            return out
        place = np.full(self.size, -1, dtype=np.int64)
        known, where = np.unique(targets, return_inverse=True)
        place[known] = np.arange(len(known))
        starts, stops = self.offsets[sources], self.offsets[sources + 1]
        counts = stops - starts
        rows = np.repeat(np.arange(len(sources)), counts)
        flat = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        flat += np.repeat(starts, counts)
        columns = place[self.targets[flat]]
        kept = columns >= 0
        small = np.zeros((len(sources), len(known)), dtype=np.float32)
        small[rows[kept], columns[kept]] = self.values[flat[kept]]
        return small if len(known) == len(targets) and _rising(targets) else small[:, where]

    def total(self, sources: Numbers) -> Floats:
        """For every target, the sum of its probabilities over some sources."""
        starts = self.offsets[sources]
        counts = self.offsets[sources + 1] - starts
        flat = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        flat += np.repeat(starts, counts)
        sums = np.bincount(self.targets[flat], self.values[flat], minlength=self.size)
        return sums.astype(np.float32)

    @cached_property
    def best(self) -> Floats:
        """For every target, its highest probability over all sources."""
        best = np.zeros(self.size, dtype=np.float32)
        np.maximum.at(best, self.targets, self.values)
        return best


class Lexicon:
    """Translation probabilities between Tibetan and Chinese units, both ways.

    ``endings`` says of Tibetan syllables how much likelier a sentence ends in them
    than goes on after them, in nats.
    """

    def __init__(
        self, bo: Units, zh: Units, to_zh: Table, to_bo: Table, endings: Mapping[str, float]
    ) -> None:
        self.bo, self.zh, self.to_zh, self.to_bo = bo, zh, to_zh, to_bo
        self.endings = endings

    def ending(self, bo_text: str) -> float:
        """How well the last syllables of a Tibetan text end a sentence, in nats.

        The last two count where they are known together. 0 for syllables that are not
        known, and for texts without one.
        """
        last = [p.text for p in bo_pieces(bo_text)[-2:]]
        if not last:
            return 0.0
        return self.endings.get(TSHEG.join(last), self.endings.get(last[-1], 0.0))

    def bo_units(self, text: str) -> Numbers:
        """Numbers of the known units of a Tibetan text, each once."""
        return np.unique(self.bo.numbers(bo_names(text)))

    def zh_units(self, text: str) -> Numbers:
        """Numbers of the known units of a Chinese text, as often as they come."""
        return self.zh.numbers(zh_names(text))

    def probabilities(self, zh: Numbers, bo: Numbers) -> NDArray[np.float64]:
        """How likely each Tibetan unit makes each Chinese one, (zh, bo)."""
        return self.to_zh.dense(bo, zh).T.astype(np.float64)

    def made(self, zh: Numbers, bo: Numbers) -> Floats:
        """For each Chinese unit, the sum of its probabilities over Tibetan ones, (zh,)."""
        return self.to_zh.total(bo)[zh]

    def reverse_probabilities(self, bo: Numbers, zh: Numbers) -> NDArray[np.float64]:
        """How likely each Chinese unit makes each Tibetan one, (bo, zh)."""
        return self.to_bo.dense(zh, bo).T.astype(np.float64)

    def background(self, zh: Numbers) -> NDArray[np.float64]:
        """How common each Chinese unit is among all units of its texts."""
        return self.zh.common[zh].astype(np.float64)

    def score(self, bo_text: str, zh_text: str) -> float:
        """Evidence in nats that two texts are translations, a unit of text.

        Above 0 speaks for it, below against; 0 where either text has no unit
        that is known. Texts that fit score about 1, unrelated ones about -0.3.
        """
        bo, zh = self.bo_units(bo_text), self.zh_units(zh_text)
        if not len(bo) or not len(zh):
            return 0.0
        forth = evidence(self.to_zh.dense(bo, zh), self.zh.common[zh]).mean()
        back = evidence(self.to_bo.dense(zh, bo), self.bo.common[bo]).mean()
        return float(forth + back) / 2

    def unanswered(self, bo_text: str, zh_text: str) -> tuple[Unanswered, ...]:
        """The stretches of a Chinese text that no Tibetan word answers to.

        Only what the lexicon knows well enough to expect an answer is named;
        words it has never met are not. In the order of the text.
        """
        pieces = zh_pieces(zh_text)
        zh, first, stop = self.zh.find(zh_runs(zh_text))
        bo = self.bo_units(bo_text)
        if not len(zh):
            return ()
        expected = self.to_zh.best[zh]
        gains = evidence(self.to_zh.dense(bo, zh), self.zh.common[zh])
        open_ = gains <= 0
        telling = ~open_ | (expected >= _HOPED)
        # A word says more than the ideographs it is made of.
        order = np.lexsort((first, first - stop))
        order = order[telling[order]]
        settled = [False] * len(pieces)
        # What was expected of each ideograph that nothing answers to.
        missed: list[float | None] = [None] * len(pieces)
        for start, end, alone, hope in zip(
            first[order].tolist(),
            stop[order].tolist(),
            open_[order].tolist(),
            expected[order].tolist(),
            strict=True,
        ):
            if any(settled[start:end]):
                continue
            settled[start:end] = [True] * (end - start)
            if alone:
                missed[start:end] = [hope] * (end - start)
        return tuple(_stretches(zh_text, pieces, missed))


def evidence(made: Floats, common: Floats) -> Floats:
    """Nats for each target, of ``made`` (sources, targets) over its commonness."""
    if not made.shape[0]:
        return np.full(made.shape[1], np.log(1 - EXPLAINED), dtype=np.float32)
    likely = made.sum(0) / made.shape[0]
    out: Floats = np.log(EXPLAINED * likely / common + 1 - EXPLAINED)
    return out


def _stretches(
    text: str, pieces: Sequence[Piece], missed: Sequence[float | None]
) -> Iterable[Unanswered]:
    first = 0
    while first < len(pieces):
        stop = first + 1
        hope = missed[first]
        if hope is not None:
            while stop < len(pieces) and pieces[stop].joined and (more := missed[stop]) is not None:
                hope = max(hope, more)
                stop += 1
            start, end = pieces[first].start, pieces[stop - 1].end
            yield Unanswered(text=text[start:end], start=start, end=end, surprise=round(hope, 3))
        first = stop


def _rising(numbers: Numbers) -> bool:
    return bool(np.all(numbers[1:] > numbers[:-1]))


def save(lexicon: Lexicon, path: Path) -> None:
    """Write a lexicon. The same tables make the same bytes."""
    parts: dict[str, NDArray[Any]] = {"format": np.array([FORMAT], dtype=np.int32)}
    for side, units in (("bo", lexicon.bo), ("zh", lexicon.zh)):
        parts[f"{side}_names"] = np.frombuffer("\n".join(units.names).encode(), dtype=np.uint8)
        parts[f"{side}_common"] = units.common.astype(np.float32)
    for name, table in (("to_zh", lexicon.to_zh), ("to_bo", lexicon.to_bo)):
        parts[f"{name}_counts"] = np.diff(table.offsets).astype(np.uint16)
        parts[f"{name}_targets"] = table.targets.astype(np.uint16)
        # Logarithms in a byte: 1/255 .. 1 over e**-8, finer than they are known.
        logs = np.clip(np.log(table.values) / 8 + 1, 0, 1)
        parts[f"{name}_values"] = np.round(logs * 255).astype(np.uint8)
    parts["endings"] = np.frombuffer("\n".join(lexicon.endings).encode(), dtype=np.uint8)
    parts["ending_odds"] = np.array(list(lexicon.endings.values()), dtype=np.float16)
    np.savez_compressed(path, **parts)  # type: ignore[arg-type]


@cache
def load(path: Path | None = None) -> Lexicon:
    """The embedded lexicon, or one from a file; read once.

    :raises ModelError: the file is missing or damaged.
    """
    place = model_file(FILE) if path is None else path
    try:
        with np.load(place, allow_pickle=False) as file:
            parts = {name: file[name] for name in file.files}
        version = int(parts["format"][0])
        lexicon = _from_parts(parts) if version == FORMAT else None
    except Exception as error:
        raise ModelError("lexicon-damaged", path=str(place), detail=str(error)) from error
    if lexicon is None:
        raise ModelError("lexicon-format", path=str(place))
    return lexicon


def _from_parts(parts: Mapping[str, NDArray[Any]]) -> Lexicon:
    sides = [
        Units(bytes(parts[f"{s}_names"]).decode().split("\n"), parts[f"{s}_common"])
        for s in ("bo", "zh")
    ]
    tables = [
        Table(
            np.concatenate([[0], np.cumsum(parts[f"{name}_counts"].astype(np.int64))]),
            parts[f"{name}_targets"].astype(np.int64),
            np.exp((parts[f"{name}_values"].astype(np.float32) / 255 - 1) * 8),
            len(sides[target].names),
        )
        for name, target in (("to_zh", 1), ("to_bo", 0))
    ]
    syllables = bytes(parts["endings"]).decode().split("\n")
    endings = dict(zip(syllables, parts["ending_odds"].astype(float).tolist(), strict=True))
    return Lexicon(sides[0], sides[1], tables[0], tables[1], endings)
