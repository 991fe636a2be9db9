"""Text cut into the units that lexical evidence is learnt and weighed in.

Tibetan is cut at the tsheg into syllables, Chinese into ideographs; runs of one
to three of them are the units, so no word list and no segmenter is needed. A
syllable's sound, roughly, is a unit too: names are written by ear, and hardly
twice the same. Numbers and Latin words are evidence of their own and stay out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bilingual.text.script import is_han

# Signs within a syllable; U+0F0B and U+0F0C, the tsheg, end one.
_SYLLABLE: Final = re.compile(r"[\u0f00\u0f35\u0f37\u0f39\u0f40-\u0fbc]+")
_BREAK: Final = re.compile(r"[^\u0f00\u0f0b\u0f0c\u0f35\u0f37\u0f39\u0f40-\u0fbc]")
# What is written onto an open syllable: པའི, པའོ, པའང, པའམ.
_AFFIX: Final = re.compile(r"(?<=.)\u0f60(?:\u0f72|\u0f72\u0f66|\u0f7c|\u0f44|\u0f58)$")
# Spellings of one radical that Unicode keeps apart from the ideograph and that
# compatibility normalization leaves alone; after EquivalentUnifiedIdeograph.txt.
_RADICALS: Final = str.maketrans(
    "⺁⺈⺍⺝⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "厂刀小月母虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
# Letters of a fixed form, which some fonts and old files have for the plain ones: ཪྙེད for རྙེད.
_FIXED_FORMS: Final = str.maketrans("\u0f6a\u0fba\u0fbb\u0fbc", "\u0f62\u0fad\u0fb1\u0fb2")
# Letters that write foreign sounds alike, by the sound they are taken for.
_SOUNDS: Final = {
    letter: sound
    for letters, sound in (
        ("ཀཁག", "k"),
        ("ཅཆཇཙཚཛ", "c"),
        ("ཏཐདཊཋཌ", "t"),
        ("པཕབ", "p"),
        ("ནཎ", "n"),
        ("ང", "ng"),
        ("ཉ", "ny"),
        ("མ", "m"),
        ("ཝ", "w"),
        ("ཞཟཤཥས", "s"),
        ("ཡ", "y"),
        ("ར", "r"),
        ("ལ", "l"),
        ("ཧ", "h"),
        ("ིེཻྀ", "i"),
        ("ོཽུ", "u"),
    )
    for letter in letters
}
# Subjoined letters are 0x50 above the letters; three have a fixed form besides.
_SUBJOINED: Final = {chr(ord(c) + 0x50): s for c, s in _SOUNDS.items() if c <= "\u0f6a"}
_SKELETON: Final = str.maketrans(
    {chr(c): "" for c in range(0x0F00, 0x1000)}
    | _SOUNDS
    | _SUBJOINED
    | {"\u0fba": "w", "\u0fbb": "y", "\u0fbc": "r"}
)
MAX_RUN: Final = 3
"""Longest unit, in syllables or ideographs."""

TSHEG: Final = "\u0f0b"
_TWO_LETTERS: Final = re.compile("[གདབམའ][\u0f40-\u0f6c]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A syllable or an ideograph. ``start`` and ``end`` are code point offsets.

    ``joined``: nothing but a tsheg lies between it and the one before.
    """

    text: str
    start: int
    end: int
    joined: bool


@lru_cache(maxsize=8192)
def bo_pieces(text: str) -> tuple[Piece, ...]:
    """The syllables of a Tibetan text, without the case marks joined to them.

    Offsets are into the text as given. Empty text has none.
    """
    pieces: list[Piece] = []
    last = -1
    for match in _SYLLABLE.finditer(text):
        joined = last >= 0 and _BREAK.search(text, last, match.start()) is None
        syllable = bo_syllable(match.group())
        pieces.append(Piece(syllable, match.start(), match.end(), joined))
        last = match.end()
    return tuple(pieces)


def bo_syllables(text: str) -> list[str]:
    """The syllables of a Tibetan text alone, as :func:`bo_pieces` has them."""
    return [bo_syllable(raw) for raw in _SYLLABLE.findall(text)]


@lru_cache(maxsize=16_384)
def bo_syllable(raw: str) -> str:
    """A syllable for comparison: canonical order, genitive and the like taken off."""
    whole = unicodedata.normalize("NFC", raw).translate(_FIXED_FORMS)
    bare = _AFFIX.sub("", whole)
    # མཁའ and its like end in an འ that the affix takes the place of: མཁའི.
    return f"{bare}འ" if bare != whole and _TWO_LETTERS.fullmatch(bare) else bare


@lru_cache(maxsize=8192)
def zh_pieces(text: str) -> tuple[Piece, ...]:
    """The ideographs of a Chinese text. Offsets are into the text as given."""
    pieces: list[Piece] = []
    last = -1
    for place, char in enumerate(text):
        plain = char
        if not is_han(char):
            if ord(char) < 0x2E80:
                continue
            plain = unicodedata.normalize("NFKC", char.translate(_RADICALS))
            if len(plain) != 1 or not is_han(plain):
                continue
        pieces.append(Piece(plain, place, place + 1, place == last))
        last = place + 1
    return tuple(pieces)


@lru_cache(maxsize=16_384)
def sound_of(syllable: str) -> str:
    """What a syllable sounds like, very roughly, marked with ``~``.

    Its consonants by place of articulation, front and back vowels; not the
    pronunciation of any dialect.
    """
    key = syllable.translate(_SKELETON).replace("hp", "f").replace("ph", "f")
    return f"~{key}"


def bo_runs(text: str) -> list[tuple[str, int, int]]:
    """Runs of syllables, and their sounds, as (unit, first piece, piece after the last)."""
    pieces = bo_pieces(text)
    found = _runs(pieces, TSHEG)
    return found + [(sound_of(p.text), k, k + 1) for k, p in enumerate(pieces)]


def zh_runs(text: str) -> list[tuple[str, int, int]]:
    """Runs of ideographs as (unit, first piece, piece after the last)."""
    return _runs(zh_pieces(text), "")


def bo_names(text: str) -> list[str]:
    """The units of :func:`bo_runs` without their places, in another order; much faster."""
    pieces = bo_pieces(text)
    return _names(pieces, TSHEG) + [sound_of(piece.text) for piece in pieces]


def zh_names(text: str) -> list[str]:
    """The units of :func:`zh_runs` without their places, in another order; much faster."""
    return _names(zh_pieces(text), "")


def _names(pieces: tuple[Piece, ...], joint: str) -> list[str]:
    texts = [piece.text for piece in pieces]
    names = texts.copy()
    # Runs of 1, 2, … by their first piece; "" where a stretch ends before.
    runs = texts
    for width in range(2, MAX_RUN + 1):
        later = pieces[width - 1 :]
        runs = [
            f"{run}{joint}{piece.text}" if run and piece.joined else ""
            for run, piece in zip(runs, later, strict=False)
        ]
        names += filter(None, runs)
    return names


def _runs(pieces: tuple[Piece, ...], joint: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    texts = [piece.text for piece in pieces]
    # Where the stretch of joined pieces that each one is in ends.
    ends = [0] * len(pieces)
    end = len(pieces)
    for place in range(len(pieces) - 1, -1, -1):
        ends[place] = end
        if not pieces[place].joined:
            end = place
    for first, unit in enumerate(texts):
        found.append((unit, first, first + 1))
        for stop in range(first + 1, min(first + MAX_RUN, ends[first])):
            unit = f"{unit}{joint}{texts[stop]}"
            found.append((unit, first, stop + 1))
    return found
