"""Which works are the same: by their fingerprints, near-linear in their number.

A hash that many works have (a common jingle, silence) tells nothing of any and is passed
over, so the number of pairs that are looked at grows with the works and not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bilingual.batch.prints import PERMUTATIONS, Prints

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMMON: Final = 12  # works that have a hash, from which on it tells nothing
_SHARED: Final = 12  # hashes that two works have in common, to be looked at
_LINE_S: Final = 1.0  # two moments fit where they lie so near the line of the others
_BLOCK_S: Final = 10
_SOUND: Final = 0.5  # share of the shorter work's blocks that the other has, in order
_RATES: Final = tuple(1 + n / 200 for n in range(-10, 11))
_TEXT: Final = 0.6  # Jaccard similarity of the runs of five characters
_ROWS: Final = 4  # values of a band: of texts that share .6, 99 of 100 have one of 32 in common
_LEAST_SHINGLES: Final = 30
_PICTURE: Final = 0.6
_LEAST_PICTURES: Final = 6
_BITS: Final = 8  # of 64 by which two pictures may differ
_DISTINCT: Final = 12

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Works that are the same, in their order; ``pairs`` say which two by what, and how much
    of the shorter one they share (0..1).
    """

    works: tuple[str, ...]
    kinds: tuple[str, ...]
    share: float
    pairs: tuple[tuple[Pair, str, float], ...]


def alike_works(prints: Mapping[str, Prints]) -> list[Alike]:
    """The groups of works that are the same."""
    order = {name: number for number, name in enumerate(prints)}
    found: dict[Pair, dict[str, float]] = defaultdict(dict)
    for kind, pairs in (
        ("video", _same(prints, lambda p: p.files.get("video"))),
        ("sound", _sounds(prints)),
        ("picture", _pictures(prints)),
        ("text", _texts(prints)),
    ):
        for (one, other), share in pairs:
            pair = (one, other) if order[one] < order[other] else (other, one)
            found[pair][kind] = max(share, found[pair].get(kind, 0.0))
    return list(_groups(found, order))


def _groups(found: Mapping[Pair, Mapping[str, float]], order: Mapping[str, int]) -> Iterator[Alike]:
    leader: dict[str, str] = {}

    def root(name: str) -> str:
        while leader.get(name, name) != name:
            leader[name] = leader.get(leader[name], leader[name])
            name = leader[name]
        return name

    for one, other in found:
        first, second = sorted((root(one), root(other)), key=order.__getitem__)
        leader[second] = first
    pairs: dict[str, list[tuple[Pair, str, float]]] = defaultdict(list)
    members: dict[str, set[str]] = defaultdict(set)
    for pair, kinds in found.items():
        members[root(pair[0])] |= set(pair)
        pairs[root(pair[0])] += [(pair, kind, share) for kind, share in kinds.items()]
    for name in sorted(members, key=order.__getitem__):
        yield Alike(
            works=tuple(sorted(members[name], key=order.__getitem__)),
            kinds=tuple(dict.fromkeys(kind for _, kind, _ in pairs[name])),
            share=_weakest(pairs[name]),
            pairs=tuple(pairs[name]),
        )


def _weakest(pairs: Sequence[tuple[Pair, str, float]]) -> float:
    """The share of the pair that has least in common, by what it has most in common."""
    best: dict[Pair, float] = {}
    for pair, _, share in pairs:
        best[pair] = max(share, best.get(pair, 0.0))
    return min(best.values())


def _same(
    prints: Mapping[str, Prints], key: Callable[[Prints], str | None]
) -> Iterator[tuple[Pair, float]]:
    """Works with one and the same value; each with the first that has it."""
    first: dict[str, str] = {}
    for name, one in prints.items():
        value = key(one)
        if value and first.setdefault(value, name) != name:
            yield (first[value], name), 1.0


# Texts


def _texts(prints: Mapping[str, Prints]) -> Iterator[tuple[Pair, float]]:
    for side in ("bo", "zh"):
        rest: dict[str, Prints] = {}
        first: dict[str, str] = {}
        for name, one in prints.items():
            words = one.words.get(side)
            if words is None or one.shingles.get(side, 0) < _LEAST_SHINGLES:
                continue
            if first.setdefault(words, name) != name:
                yield (first[words], name), 1.0
            elif one.text.get(side):
                rest[name] = one
        yield from _like_texts({name: one.text[side] for name, one in rest.items()})


def _like_texts(hashes: Mapping[str, Sequence[int]]) -> Iterator[tuple[Pair, float]]:
    """Those that have all values of a band in common are looked at (locality-sensitive hashing)."""
    index: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, values in hashes.items():
        bands = [(n, *values[n : n + _ROWS]) for n in range(0, PERMUTATIONS, _ROWS)]
        for other in dict.fromkeys(other for band in bands for other in index[band]):
            share = sum(a == b for a, b in zip(values, hashes[other], strict=True)) / PERMUTATIONS
            if share >= _TEXT:
                yield (other, name), share
        for band in bands:
            index[band].append(name)


# Sound


def _sounds(prints: Mapping[str, Prints]) -> Iterator[tuple[Pair, float]]:
    import numpy as np

    names = [name for name, one in prints.items() if one.sound]
    hashes = [np.array(prints[name].sound, np.uint32) for name in names]
    times = [(np.array(prints[name].sound_at) / 10).astype(np.float32) for name in names]
    for one, other in candidates(hashes):
        share = shared_sound(hashes[one], times[one], hashes[other], times[other])
        if share >= _SOUND:
            yield (names[one], names[other]), share


def candidates(hashes: Sequence[NDArray[np.uint32]], least: int = _SHARED) -> list[tuple[int, int]]:
    """Pairs of works that have enough hashes in common, by their numbers."""
    import numpy as np

    if not hashes:
        return []
    distinct = [np.unique(own) for own in hashes]
    owners = np.repeat(np.arange(len(hashes), dtype=np.uint32), [len(own) for own in distinct])
    values = np.concatenate(distinct) if distinct else np.empty(0, np.uint32)
    order = np.argsort(values, kind="stable")
    values, owners = values[order], owners[order]
    begins = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    sizes = np.diff(np.r_[begins, len(values)])
    wanted = (sizes > 1) & (sizes <= _COMMON)
    pairs = []
    for size in range(2, _COMMON + 1):
        rows = begins[wanted & (sizes == size)]
        held = owners[rows[:, None] + np.arange(size)].astype(np.uint64)
        pairs += [
            held[:, first] << np.uint64(32) | held[:, second]
            for first in range(size)
            for second in range(first + 1, size)
        ]
    keys, counts = np.unique(np.concatenate(pairs), return_counts=True)
    return [
        (int(key >> np.uint64(32)), int(key & np.uint64(0xFFFFFFFF)))
        for key in keys[counts >= least]
    ]


def shared_sound(
    hashes: NDArray[np.uint32],
    times: NDArray[np.float32],
    others: NDArray[np.uint32],
    other_times: NDArray[np.float32],
) -> float:
    """How much of the shorter of two works the other has as well, in the same order (0..1).

    The two may begin at different moments and run at speeds that differ by 5 %.
    """
    import numpy as np

    order = np.argsort(others, kind="stable")
    sorted_others, sorted_times = others[order], other_times[order]
    left = np.searchsorted(sorted_others, hashes, side="left")
    right = np.searchsorted(sorted_others, hashes, side="right")
    few = (right > left) & (right - left <= _COMMON)
    mine = np.repeat(times[few], (right - left)[few])
    theirs = np.concatenate(
        [sorted_times[a:b] for a, b in zip(left[few], right[few], strict=True)]
        or [np.empty(0, np.float32)]
    )
    if len(mine) < _SHARED:
        return 0.0
    best = 0.0
    for rate in _RATES:
        gaps = theirs - rate * mine
        places, counts = np.unique(np.round(gaps / _LINE_S), return_counts=True)
        middle = places[counts.argmax()] * _LINE_S
        near = np.abs(gaps - middle) <= _LINE_S
        if near.sum() < _SHARED:
            continue
        for own, whole in ((mine, times), (theirs, other_times)):
            blocks = len(np.unique(whole // _BLOCK_S))
            shared = len(np.unique(own[near] // _BLOCK_S))
            best = max(best, min(1.0, shared / max(3, blocks)))
    return best


# Pictures


def _pictures(prints: Mapping[str, Prints]) -> Iterator[tuple[Pair, float]]:
    distinct = {name: _distinct(one.pictures or ()) for name, one in prints.items()}
    distinct = {name: own for name, own in distinct.items() if len(own) >= _LEAST_PICTURES}
    bands: dict[tuple[int, int], list[str]] = defaultdict(list)
    for name, own in distinct.items():
        for picture in own:
            for band in range(4):
                bands[band, picture >> 16 * band & 0xFFFF].append(name)
    shared: dict[Pair, int] = defaultdict(int)
    for names in bands.values():
        owners = tuple(dict.fromkeys(names))
        if 1 < len(owners) <= _COMMON:
            for first, one in enumerate(owners):
                for other in owners[first + 1 :]:
                    shared[one, other] += 1
    for (one, other), count in shared.items():
        if count >= _LEAST_PICTURES // 2:
            share = _shared_pictures(distinct[one], distinct[other])
            if share >= _PICTURE:
                yield (one, other), share


def _distinct(pictures: Iterable[str]) -> list[int]:
    """The pictures that differ from each other: a film of one scene has few."""
    kept: list[int] = []
    for text in pictures:
        picture = int(text, 16)
        if all((picture ^ other).bit_count() > _DISTINCT for other in kept):
            kept.append(picture)
    return kept


def _shared_pictures(one: Sequence[int], other: Sequence[int]) -> float:
    few, many = sorted((one, other), key=len)
    found = sum(any((a ^ b).bit_count() <= _BITS for b in many) for a in few)
    return found / len(few)
