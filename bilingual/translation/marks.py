"""Small words that turn a sentence: negations and questions; Latin words; loose ends.

Tibetan negates with མ and མི before the verb and with the verbs མིན and མེད; it
asks with question words and with particles at the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bilingual.model import Language
from bilingual.text.units import bo_pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A word that turns a sentence. Offsets in code points into the text.

    ``sure`` is false where the same letters often are another word.
    """

    text: str
    start: int
    end: int
    sure: bool = True


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9]*")

_BO_SURE_NOT: Final = _words("མེད མིན མེན")
_BO_NOT: Final = _words("མ མི")
# A verb follows མི and མ; མི is a person, མ a mother or part of a name otherwise.
_BO_NO_VERB: Final = _words(
    "རིགས སྣ ཚེ དམངས འབོར མང ཆེན ཚོ ལུས རྣམས ཞིག དེ འདི གཉིས གསུམ ཕྱི རབས ཁྱིམ མཐུན སེར ལ ཡི ནི ཁ"
)
_ZH_NOT: Final = re.compile(
    r"没有|没能|不能|不会|不是|不可|不得|不再|不同|不仅|不但|不过|不断|不久|不止|不只|不管|不论|不如|不少|"
    r"不错|不满|不足|不幸|不安|差不多|对不起|了不起|来不及|无论|无法|无数|无线|无人机|无疑|无锡|未来|未必|"
    r"非常|非洲|非凡|除非|并非|绝非|是非|特别|别人|别的|区别|分别|性别|级别|识别|类别|个别|鉴别|辨别|告别|"
    r"不|没|无|未|非|勿|莫|别"
)
# What these say is no plain negation.
_ZH_NO_NOT: Final = _words(
    "不仅 不但 不过 不断 不久 不止 不只 不管 不论 不如 不少 不错 差不多 对不起 了不起 无论 "
    "无数 无线 无人机 "
    "无锡 未来 非常 非洲 非凡 除非 是非 特别 别人 别的 区别 分别 性别 级别 识别 类别 "
    "个别 鉴别 辨别 告别 "
    "不同 不满 不足 不幸 不安 无疑 未必 别"
)
_ZH_SURE_NOT: Final = _words("没有 没能 不能 不会 不是 不得 不再 无法 并非 绝非")

_ZH_ASKS: Final = re.compile(
    r"什么|甚么|怎么|怎样|如何|为何|为什么|多少|哪[里个些种儿一]?|谁|是否|能否|可否|几[个时种岁天]|吗|呢|[？?]"
)
_BO_ASKS: Final = _words("ཅི གང སུ ནམ ག ཇི དུས ཨེ")
_BO_ASKS_END: Final = _words("གམ ངམ དམ ནམ བམ མམ འམ རམ ལམ སམ ཏམ པས ཡིནནམ ཡོདདམ རེདདམ")
_OPEN_WORDS: Final = _words("གི ཀྱི གྱི ཡི གིས ཀྱིས གྱིས ཡིས དང ལ ནས ལས ཞིང ཅིང ཤིང སྟེ ཏེ ན རུ སུ ཏུ དུ ཀྱང ཡང")
_OPEN_AFFIX: Final = re.compile(r"\u0f60\u0f72(?:\u0f66)?$")


def latin_words(text: str) -> frozenset[str]:
    """Words in Latin letters of two letters or more, in lower case."""
    return frozenset(m.group().lower() for m in _LATIN.finditer(text) if len(m.group()) > 1)


def negations(text: str, language: Language) -> tuple[Mark, ...]:
    """The words of a text that negate, in order."""
    if language == "zh":
        return tuple(
            Mark(text=m.group(), start=m.start(), end=m.end(), sure=m.group() in _ZH_SURE_NOT)
            for m in _ZH_NOT.finditer(text)
            if m.group() not in _ZH_NO_NOT
        )
    pieces = bo_pieces(text)
    found = []
    for place, piece in enumerate(pieces):
        after = pieces[place + 1].text if place + 1 < len(pieces) else ""
        if piece.text in _BO_SURE_NOT:
            found.append(Mark(text=piece.text, start=piece.start, end=piece.end))
        elif piece.text in _BO_NOT and after and after not in _BO_NO_VERB:
            found.append(Mark(text=piece.text, start=piece.start, end=piece.end, sure=False))
    return tuple(found)


def questions(text: str, language: Language) -> tuple[Mark, ...]:
    """The words and marks of a text that ask, in order."""
    if language == "zh":
        return tuple(
            Mark(text=m.group(), start=m.start(), end=m.end(), sure=m.group() in "？?吗")
            for m in _ZH_ASKS.finditer(text)
        )
    pieces = bo_pieces(text)
    found = [
        Mark(text=p.text, start=p.start, end=p.end, sure=False)
        for k, p in enumerate(pieces)
        if p.text in _BO_ASKS or (p.text in _BO_ASKS_END and k + 1 == len(pieces))
    ]
    found += [
        Mark(text=m.group(), start=m.start(), end=m.end()) for m in re.finditer("[?？]", text)
    ]
    return tuple(sorted(found, key=lambda mark: mark.start))


def ends_open(text: str) -> bool:
    """Whether a Tibetan text ends in a particle that asks for more."""
    pieces = bo_pieces(text)
    if not pieces:
        return False
    last = pieces[-1]
    return last.text in _OPEN_WORDS or bool(_OPEN_AFFIX.search(text[last.start : last.end]))
