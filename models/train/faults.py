"""Works with faults in them, made of sentence pairs, for fitting and measuring.

A work is two tracks of cues that nearly share their timing; about one Tibetan cue
in six has a fault, and the truth says which.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bilingual.model import Cue, Language, Track
from bilingual.text.numbers import compare_numbers
from bilingual.translation.features import count_units

Row = tuple[str, str, str]
"""Document, Tibetan, Chinese."""

KINDS = ("untranslated", "other", "neighbour", "half", "mixed", "missing", "repeated")
# Faults of one word, which the risk does not weigh but takes over from other rules.
SPOTS = ("number", "syllable")
_DIGITS = re.compile("[0-9\u0f20-\u0f29]")
_ONES = ("གཅིག", "གཉིས", "གསུམ", "བཞི", "ལྔ", "དྲུག", "བདུན", "བརྒྱད", "དགུ")
_ONE = re.compile(f"(?<![\u0f40-\u0fbc])(?:{'|'.join(_ONES)})(?![\u0f40-\u0fbc])")
_VOWEL = re.compile("[\u0f72\u0f74\u0f7a\u0f7c]")
_PLAIN = re.compile("[\u0f40-\u0f69](?=\u0f0b)")
_CLOSING = re.compile(r"[\u0f0b\u0f0c\s]*([\u0f0d-\u0f11?？!！”\"’）)\s]*)$")


@dataclass
class Work:
    """Two tracks, and the kind of fault by cue index."""

    bo: Track
    zh: Track
    bo_faults: dict[int, str] = field(default_factory=dict)
    zh_faults: dict[int, str] = field(default_factory=dict)


def cut(text: str, share: float) -> tuple[str, str]:
    """A Tibetan text in two, at the syllable nearest to a share of it."""
    parts = re.split("(?<=\u0f0b)", text)
    at = min(max(1, round(len(parts) * share)), max(1, len(parts) - 1))
    return "".join(parts[:at]), "".join(parts[at:])


def closed(text: str, like: str) -> str:
    """The text, ended as the other one is."""
    found = _CLOSING.search(like)
    return _CLOSING.sub("", text) + (found.group(1) if found else "")


def misnumbered(bo: str, zh: str, rnd: random.Random) -> str | None:
    """The Tibetan with a number altered that the Chinese has too; ``None`` without any."""
    places = [
        found
        for match in compare_numbers(bo, zh).matches
        for pattern in (_DIGITS, _ONE)
        for found in pattern.finditer(bo, match.bo.start, match.bo.end)
    ]
    if not places:
        return None
    chosen = rnd.choice(places)
    old = chosen.group()
    if old in _ONES:
        new = rnd.choice([word for word in _ONES if word != old])
    else:
        zero = 0x0F20 if old >= "\u0f20" else 0x30
        new = chr(zero + (ord(old) - zero + rnd.randrange(1, 10)) % 10)
    return bo[: chosen.start()] + new + bo[chosen.end() :]


def misspelt(bo: str, rnd: random.Random) -> str | None:
    """The Tibetan with a syllable that cannot exist; ``None`` without a place for it."""
    how = rnd.choice(("vowel", "suffix", "stack"))
    places = list((_VOWEL if how == "vowel" else _PLAIN).finditer(bo))
    if not places:
        return None
    end = rnd.choice(places).end()
    more = {"vowel": bo[end - 1], "suffix": rnd.choice("ཁཕཐ"), "stack": "\u0fb2\u0fb2"}[how]
    return bo[:end] + more + bo[end:]


def work(
    rows: Sequence[Row],
    first: int,
    cues: int,
    rnd: random.Random,
    kinds: Sequence[str] = KINDS,
) -> Work:
    """A work of ``cues`` pairs from ``first`` on, with faults from the whole."""
    window = list(rows[first : first + cues])
    bo = [b for _, b, _ in window]
    zh = [z for _, _, z in window]
    sizes = [count_units(b) for b in bo]
    faulty: dict[int, str] = {}
    gone: set[int] = set()
    inside = {d for d, _, _ in window}
    for kind in (list(kinds) * cues)[rnd.randrange(len(kinds)) :]:
        if len(faulty) >= cues // 6:
            break
        free = [k for k in range(cues) if not {k - 1, k, k + 1} & faulty.keys()]
        if not free:
            break
        k = rnd.choice(free)
        if kind in ("other", "mixed"):
            pool = [
                b
                for d, b, _ in rows
                if d not in inside and abs(count_units(b) - sizes[k]) <= max(1, sizes[k] // 8)
            ]
            if not pool or sizes[k] < 6:
                continue
            stranger = rnd.choice(pool)
            if kind == "other":
                bo[k] = stranger
            else:
                share = rnd.uniform(0.4, 0.6)
                bo[k] = cut(bo[k], share)[0] + cut(stranger, share)[1]
        elif kind == "neighbour":
            if k + 1 not in free or bo[k] == bo[k + 1]:
                continue
            bo[k], bo[k + 1] = bo[k + 1], bo[k]
            faulty[k + 1] = kind
        elif kind == "half":
            if sizes[k] < 8:
                continue
            bo[k] = closed(cut(bo[k], rnd.uniform(0.4, 0.6))[0], bo[k])
        elif kind == "untranslated":
            bo[k] = zh[k]
        elif kind in SPOTS:
            altered = misnumbered(bo[k], zh[k], rnd) if kind == "number" else misspelt(bo[k], rnd)
            if altered is None:
                continue
            bo[k] = altered
        elif kind == "repeated":
            if k == 0 or bo[k] == bo[k - 1]:
                continue
            bo[k] = bo[k - 1]
        else:
            gone.add(k)
        faulty[k] = kind
    return _timed(bo, zh, faulty, gone, rnd)


def _timed(
    bo: Sequence[str],
    zh: Sequence[str],
    faulty: dict[int, str],
    gone: set[int],
    rnd: random.Random,
) -> Work:
    at = 1000.0
    sides: dict[Language, list[Cue]] = {"bo": [], "zh": []}
    done = Work(bo=Track(cues=()), zh=Track(cues=()))
    for k, (b, z) in enumerate(zip(bo, zh, strict=True)):
        length = max(1200.0, count_units(z) * 1000 / rnd.uniform(4, 5))
        for side, text in (("zh", z), ("bo", b)):
            if side == "bo" and k in gone:
                continue
            jitter = rnd.uniform(-200, 200) if side == "bo" else 0.0
            start = max(0, round(at + jitter))
            cues = sides[side]  # type: ignore[index]
            if k in faulty and k not in gone:
                faults = done.bo_faults if side == "bo" else done.zh_faults
                faults[len(cues)] = faulty[k]
            cues.append(
                Cue(index=len(cues), start_ms=start, end_ms=round(start + length), text=text)
            )
        at += length + rnd.uniform(80, 800)
    done.bo = Track(cues=tuple(sides["bo"]), language="bo")
    done.zh = Track(cues=tuple(sides["zh"]), language="zh")
    return done
