"""Small words that turn a sentence: questions; loose ends.

Tibetan asks with question words and with particles at the end.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from bilingual.model import Language
from bilingual.text.units import Piece, bo_pieces
from bilingual.translation.marks_model import Mark
from bilingual.translation.negation import VERBS, or_not


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ZH_ASKS: Final = re.compile(
    r"什么|甚么|怎么|怎样|如何|为何|为什么|多少|哪[里个些种儿一]?|谁|是否|能否|可否|几[个时种岁天]"
    r"|吗(?![啡哪])|呢[？?]?|[？?]"
)
_BO_ASKS: Final = _words("ཅི ཅིས གང ཇི ག སུ སུས ནམ གར ཨེ")
# Before these, question words say "any" and "none": གང་ཡང, སུ་ཡང, ནམ་ཡང, སུས་ཀྱང; written on
# in སུའང. A case may lie between: གང་དུ་ཡང, སུ་ལའང.
_ANY: Final = _words("ཡང ཀྱང འང")
_ANY_WRITTEN_ON: Final = "\u0f60\u0f44"
_BEFORE_ANY: Final = _words("ལ དུ ན ནས ལས གི གིས དང")
# ནམ is the sky too, and the end of the night: ནམ་མཁའ, ནམ་ཟླ, ནམ་གུང, ནམ་རྒྱུན.
_BEHIND_SKY: Final = _words("མཁའ ཟླ གུང ཕྱེད ལངས རྒྱུན སྟོད སྨད ཐོ ལྡང")
# What comes behind གར, where to (a dance otherwise), and behind ག, which is in names too.
_BEHIND: Final = {
    "གར": _words("འགྲོ ཕྱིན སོང ཡོང ཡོད འདུག སླེབས"),
    "ག": _words("རེ རེས རེར དུས ཚོད ཚད པ པར བ འདྲ ན ནས ནང"),
}
_BEHIND_WHETHER: Final = VERBS | _words("ཡོད འདུག")
# Names that have a question word for a syllable: ཨེ་ཅི, Egypt, དབྱིན་ཇི, England.
_NAMES: Final = {"ཅི": _words("ཨེ ཨའེ"), "ཇི": _words("དབྱིན ཨིན")}
_QUOTED: Final = (["ཞེས"], ["ཅེས"], ["ཟེར"], ["སྙམ"])
_NOUN_ENDINGS: Final = _words("པ བ པོ བོ མ མོ")
_BO_ASKS_END: Final = _words("གམ ངམ དམ ནམ བམ མམ རམ སམ པས ཡིནནམ ཡོདདམ རེདདམ")
# Within a text they ask before a mark, behind the letter that each goes with: ལམ is a way
# too, དམ an oath.
_BO_PARTICLES: Final = _words("གམ ངམ དམ ནམ བམ མམ རམ ལམ སམ")
_BO_AFTER_ANY: Final = _words("འམ ཏམ")
_OR: Final = "\u0f60\u0f58"
"""འམ, which is written into an open syllable: བཞུའམ."""
# A sentence that is to be completed asks: … ནི།
_BO_TO_COMPLETE: Final = "ནི"
# 吗啡 is no question, and 体积呢？ asks with a topic.
_ZH_SURE: Final = _words("？ ? 吗")
_ZH_SURE_WITH_A_WORD: Final = _words("呢？ 呢?")
_OPEN_WORDS: Final = _words("གི ཀྱི གྱི ཡི གིས ཀྱིས གྱིས ཡིས དང ལ ནས ལས ཞིང ཅིང ཤིང སྟེ ཏེ ན རུ སུ ཏུ དུ ཀྱང ཡང")
_OPEN_AFFIX: Final = re.compile(r"\u0f60\u0f72(?:\u0f66)?$")


def questions(text: str, language: Language) -> tuple[Mark, ...]:
    """The words and marks of a text that ask, in order."""
    if language == "zh":
        return _chinese(text)
    pieces = bo_pieces(text)
    found = [
        Mark(text=p.text, start=p.start, end=p.end, sure=False)
        for k, p in enumerate(pieces)
        if (p.text in _BO_ASKS and _is_question_word(pieces, k, text)) or _asks(pieces, k, text)
    ]
    found += [
        Mark(text=m.group(), start=m.start(), end=m.end()) for m in re.finditer("[?？]", text)
    ]
    return tuple(sorted(found, key=lambda mark: mark.start))


def _chinese(text: str) -> tuple[Mark, ...]:
    found = list(_ZH_ASKS.finditer(text))
    # 体积呢？ asks with a topic, 它们怎么过冬呢？ with a word.
    words = any(m.group()[0] not in "吗呢？?" for m in found)
    sure = _ZH_SURE | _ZH_SURE_WITH_A_WORD if words else _ZH_SURE
    return tuple(
        Mark(text=m.group(), start=m.start(), end=m.end(), sure=m.group() in sure) for m in found
    )


def _is_question_word(pieces: tuple[Piece, ...], at: int, text: str) -> bool:
    """Whether a syllable that may be a question word is one, by what stands beside it."""
    word = pieces[at].text
    before = _before(pieces, at)
    joined = at + 1 < len(pieces) and pieces[at + 1].joined
    after = pieces[at + 1].text if joined else ""
    if _means_any(pieces, at, text):
        return False
    if word == "སུ":
        # The case behind ས, as in རྗེས་སུ.
        return not before.endswith("\u0f66")
    if word == "ནམ":
        # The particle behind ན, as in ཡིན་ནམ, asks by its place.
        return after not in _BEHIND_SKY and not before.endswith("\u0f53")
    if before in _NAMES.get(word, ()):
        return False
    # ཨེ, whether, comes before a verb, and in names.
    return after in _BEHIND_WHETHER if word == "ཨེ" else after in _BEHIND.get(word, (after,))


def _means_any(pieces: tuple[Piece, ...], at: int, text: str) -> bool:
    """Whether a question word says "any" or "none" by the particle that goes with it."""
    own = pieces[at : at + 1]
    behind = tuple(takewhile(lambda p: p.joined, pieces[at + 1 : at + 3]))
    if behind and behind[0].text in _BEFORE_ANY:
        own, behind = (*own, behind[0]), behind[1:]
    written_on = any(text.endswith(_ANY_WRITTEN_ON, p.start, p.end) for p in own)
    return written_on or (bool(behind) and behind[0].text in _ANY)


def _asks(pieces: tuple[Piece, ...], at: int, text: str) -> bool:
    """Whether a syllable asks by its place: at the end of the text or before a mark."""
    piece = pieces[at]
    if or_not(pieces, at):
        return True
    if _offers_another(pieces, at, text):
        return True
    ends = at + 1 == len(pieces)
    if ends and (piece.text in _BO_ASKS_END or piece.text == _BO_TO_COMPLETE):
        return True
    if not ends and pieces[at + 1].joined:
        return False
    return _asked_of(pieces, at, text) is not None


def _before(pieces: tuple[Piece, ...], at: int) -> str:
    """The syllable before a place; empty where a mark is between them."""
    return pieces[at - 1].text if at and pieces[at].joined else ""


def _asked_of(pieces: tuple[Piece, ...], at: int, text: str) -> str | None:
    """The syllable that a particle at a place, or written on there, asks of; else ``None``."""
    piece, before = pieces[at], _before(pieces, at)
    agrees = piece.text in _BO_PARTICLES and before.endswith(piece.text[0])
    if agrees or piece.text in _BO_AFTER_ANY:
        return before
    raw = text[piece.start : piece.end]
    return piece.text if raw != _OR and raw.endswith(_OR) else None


def _offers_another(pieces: tuple[Piece, ...], at: int, text: str) -> bool:
    """Whether a particle asks which of two, or in words that are quoted.

    མང་ངམ་རྒྱ་མཚོ་མང་, ཉལ་ལམ་ཡང་ན་…, ཐུབ་བམ་ཞེས་…; not where it joins nouns: བཅོས་པའམ་སུབ་པ.
    """
    verb = _asked_of(pieces, at, text)
    if verb is None or verb in _NOUN_ENDINGS:
        return False
    behind = [p.text for p in takewhile(lambda p: p.joined, pieces[at + 1 :])]
    return behind[:1] in _QUOTED or behind[:2] == ["ཡང", "ན"] or verb in behind


def ends_open(text: str) -> bool:
    """Whether a Tibetan text ends in a particle that asks for more."""
    pieces = bo_pieces(text)
    if not pieces:
        return False
    last = pieces[-1]
    return last.text in _OPEN_WORDS or bool(_OPEN_AFFIX.search(text[last.start : last.end]))
