"""Small words that turn a sentence: questions; loose ends.

Tibetan asks with question words and with particles at the end.
"""

from __future__ import annotations

import re
from typing import Final

from bilingual.model import Language
from bilingual.text.units import Piece, bo_pieces
from bilingual.translation.marks_model import Mark
from bilingual.translation.negation import or_not


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ZH_ASKS: Final = re.compile(
    r"什么|甚么|怎么|怎样|如何|为何|为什么|多少|哪[里个些种儿一]?|谁|是否|能否|可否|几[个时种岁天]"
    r"|吗(?![啡哪])|呢[？?]?|[？?]"
)
_BO_ASKS: Final = _words("ཅི གང སུ ནམ ག ཇི དུས ཨེ")
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
_OPEN_WORDS: Final = _words("གི ཀྱི གྱི ཡི གིས ཀྱིས གྱིས ཡིས དང ལ ནས ལས ཞིང ཅིང ཤིང སྟེ ཏེ ན རུ སུ ཏུ དུ ཀྱང ཡང")
_OPEN_AFFIX: Final = re.compile(r"\u0f60\u0f72(?:\u0f66)?$")


def questions(text: str, language: Language) -> tuple[Mark, ...]:
    """The words and marks of a text that ask, in order."""
    if language == "zh":
        return tuple(
            Mark(text=m.group(), start=m.start(), end=m.end(), sure=m.group() in _ZH_SURE)
            for m in _ZH_ASKS.finditer(text)
        )
    pieces = bo_pieces(text)
    found = [
        Mark(text=p.text, start=p.start, end=p.end, sure=False)
        for k, p in enumerate(pieces)
        if p.text in _BO_ASKS or _asks(pieces, k, text)
    ]
    found += [
        Mark(text=m.group(), start=m.start(), end=m.end()) for m in re.finditer("[?？]", text)
    ]
    return tuple(sorted(found, key=lambda mark: mark.start))


def _asks(pieces: tuple[Piece, ...], at: int, text: str) -> bool:
    """Whether a syllable asks by its place: at the end of the text or before a mark."""
    piece = pieces[at]
    before = pieces[at - 1].text if at and piece.joined else ""
    if or_not(pieces, at):
        return True
    ends = at + 1 == len(pieces)
    if ends and (piece.text in _BO_ASKS_END or piece.text == _BO_TO_COMPLETE):
        return True
    if not ends and pieces[at + 1].joined:
        return False
    raw = text[piece.start : piece.end]
    agrees = piece.text in _BO_PARTICLES and before.endswith(piece.text[0])
    return agrees or piece.text in _BO_AFTER_ANY or (raw != _OR and raw.endswith(_OR))


def ends_open(text: str) -> bool:
    """Whether a Tibetan text ends in a particle that asks for more."""
    pieces = bo_pieces(text)
    if not pieces:
        return False
    last = pieces[-1]
    return last.text in _OPEN_WORDS or bool(_OPEN_AFFIX.search(text[last.start : last.end]))
