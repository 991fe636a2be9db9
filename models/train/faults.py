"""Works with faults in them, made of sentence pairs, for fitting and measuring.

A work is two tracks of cues that nearly share their timing; about one Tibetan cue
in six has a fault, and the truth says which.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bilingual.model import Cue, Language, Track
from bilingual.text.length import count_units
from bilingual.text.numbers import compare_numbers

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


@dataclass
class _Draft:
    """A work while faults are put into it: its texts, and which cues are faulty so far."""

    rows: Sequence[Row]
    bo: list[str]
    zh: list[str]
    sizes: list[int]
    own_documents: set[str]
    rnd: random.Random
    faulty: dict[int, str] = field(default_factory=dict)
    missing: set[int] = field(default_factory=set)

    def free(self) -> list[int]:
        """Cues that are neither faulty nor next to a faulty one."""
        return [k for k in range(len(self.bo)) if not {k - 1, k, k + 1} & self.faulty.keys()]

    def unrelated(self, k: int) -> str | None:
        """A Tibetan text of another document, about as long; ``None`` without any."""
        near = max(1, self.sizes[k] // 8)
        pool = [
            b
            for d, b, _ in self.rows
            if d not in self.own_documents
            and abs(count_units(b, glosses=False) - self.sizes[k]) <= near
        ]
        return self.rnd.choice(pool) if pool and self.sizes[k] >= 6 else None


Change = dict[int, str] | None
"""The Tibetan cues that a fault alters, with their new texts; ``None``: not possible here."""


def _other(draft: _Draft, k: int) -> Change:
    text = draft.unrelated(k)
    return None if text is None else {k: text}


def _mixed(draft: _Draft, k: int) -> Change:
    text = draft.unrelated(k)
    if text is None:
        return None
    share = draft.rnd.uniform(0.4, 0.6)
    return {k: cut(draft.bo[k], share)[0] + cut(text, share)[1]}


def _neighbour(draft: _Draft, k: int) -> Change:
    if k + 1 not in draft.free() or draft.bo[k] == draft.bo[k + 1]:
        return None
    return {k: draft.bo[k + 1], k + 1: draft.bo[k]}


def _half(draft: _Draft, k: int) -> Change:
    if draft.sizes[k] < 8:
        return None
    return {k: closed(cut(draft.bo[k], draft.rnd.uniform(0.4, 0.6))[0], draft.bo[k])}


def _untranslated(draft: _Draft, k: int) -> Change:
    return {k: draft.zh[k]}


def _number(draft: _Draft, k: int) -> Change:
    text = misnumbered(draft.bo[k], draft.zh[k], draft.rnd)
    return None if text is None else {k: text}


def _syllable(draft: _Draft, k: int) -> Change:
    text = misspelt(draft.bo[k], draft.rnd)
    return None if text is None else {k: text}


def _repeated(draft: _Draft, k: int) -> Change:
    if k == 0 or draft.bo[k] == draft.bo[k - 1]:
        return None
    return {k: draft.bo[k - 1]}


def _missing(draft: _Draft, k: int) -> Change:
    draft.missing.add(k)
    return {k: draft.bo[k]}


_FAULTS: dict[str, Callable[[_Draft, int], Change]] = {
    "untranslated": _untranslated,
    "other": _other,
    "neighbour": _neighbour,
    "half": _half,
    "mixed": _mixed,
    "missing": _missing,
    "repeated": _repeated,
    "number": _number,
    "syllable": _syllable,
}


def work(
    rows: Sequence[Row],
    first: int,
    cues: int,
    rnd: random.Random,
    kinds: Sequence[str] = KINDS,
) -> Work:
    """A work of ``cues`` pairs from ``first`` on, with faults of these kinds.

    Unrelated texts come from all ``rows``; at most one cue in six is faulty.
    """
    window = list(rows[first : first + cues])
    draft = _Draft(
        rows=rows,
        bo=[b for _, b, _ in window],
        zh=[z for _, _, z in window],
        sizes=[count_units(b, glosses=False) for _, b, _ in window],
        own_documents={d for d, _, _ in window},
        rnd=rnd,
    )
    for kind in (list(kinds) * cues)[rnd.randrange(len(kinds)) :]:
        free = draft.free()
        if len(draft.faulty) >= cues // 6 or not free:
            break
        change = _FAULTS[kind](draft, rnd.choice(free))
        for k, text in (change or {}).items():
            draft.bo[k] = text
            draft.faulty[k] = kind
    return _timed(draft)


def _timed(draft: _Draft) -> Work:
    """The texts as two tracks: 4 to 5 ideographs a second, Tibetan up to 0.2 s off."""
    rnd, faulty, missing = draft.rnd, draft.faulty, draft.missing
    at = 1000.0
    sides: dict[Language, list[Cue]] = {"bo": [], "zh": []}
    done = Work(bo=Track(cues=()), zh=Track(cues=()))
    for k, (b, z) in enumerate(zip(draft.bo, draft.zh, strict=True)):
        length = max(1200.0, count_units(z, glosses=False) * 1000 / rnd.uniform(4, 5))
        for side, text in (("zh", z), ("bo", b)):
            if side == "bo" and k in missing:
                continue
            jitter = rnd.uniform(-200, 200) if side == "bo" else 0.0
            start = max(0, round(at + jitter))
            cues = sides[side]  # type: ignore[index]
            if k in faulty and k not in missing:
                faults = done.bo_faults if side == "bo" else done.zh_faults
                faults[len(cues)] = faulty[k]
            cues.append(
                Cue(index=len(cues), start_ms=start, end_ms=round(start + length), text=text)
            )
        at += length + rnd.uniform(80, 800)
    done.bo = Track(cues=tuple(sides["bo"]), language="bo")
    done.zh = Track(cues=tuple(sides["zh"]), language="zh")
    return done
