"""Cues that need no translation, by stated rule.

Coverage counts what is said. A cue that says nothing is left out of it, and
counted as left out, with the name of the rule:

``empty``    nothing but spaces, tags and invisible characters;
``music``    music marks, or a bracketed note of sound such as ［音乐］ or (掌声);
``credits``  every line names who made the film or its subtitles, whose it is or where
             to find it (``credits.py``);
``symbols``  no letter, ideograph or digit in it at all.

A cue in doubt is not left out: an unpaired cue too many is seen by a reader, an
excluded one is not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from bilingual.alignment.credits import is_credit
from bilingual.model import Cue
from bilingual.text.chinese import with_simplified

Exclusion = Literal["empty", "music", "credits", "symbols"]

EXCLUSIONS: Final[tuple[Exclusion, ...]] = ("empty", "music", "credits", "symbols")

_NOTES: Final = frozenset("♩♪♫♬♭♮♯🎵🎶🎼")
_BRACKETED: Final = re.compile(
    r"[\[(（［【〔<〈]\s*([^\[\](（）)［］【】〔〕<>〈〉]{1,12})\s*[\])）］】〕>〉]"
)
_SOUNDS: Final = re.compile(
    r"(?:(?:片头|片尾|背景|轻|配|主题|舒缓|欢快|激昂|紧张)?(?:音乐|乐曲|配乐|歌曲|歌声|掌声|笑声|鼓掌|欢呼声|音效|铃声)"
    r"(?:声|响起|渐起|渐弱|停|结束|起)?|music|applause|laughter|རོལ་དབྱངས|རོལ་མོ|ཐལ་སྒྲ)་?",
    re.IGNORECASE,
)


# A letter of the two scripts, and what the rules below look for.
_SAYS_SOMETHING: Final = re.compile(r"[\u0f40-\u0f6c\u3400-\u9fff]")
_SUSPECT: Final = re.compile(r"[♩-♯🎵🎶🎼\[\]()（）［］【】〔〕<>〈〉]")


def exclusion(cue: Cue) -> Exclusion | None:
    """The rule that leaves a cue out of coverage, ``None`` where none does."""
    shown = with_simplified(cue.compared)
    if _SAYS_SOMETHING.search(shown) and not _SUSPECT.search(shown):
        return "credits" if _names_makers(shown) else None  # nearly every cue
    text = _visible(shown)
    if not text:
        return "empty"
    has_note = any(char in _NOTES for char in text)
    rest = _BRACKETED.sub(_keep_if_said, text)
    words = any(unicodedata.category(char)[0] in "LN" for char in rest)
    if not words and (has_note or rest != text):
        return "music"
    if not words:
        return "symbols"
    return "credits" if _names_makers(text) else None


def _names_makers(text: str) -> bool:
    return all(is_credit(line) for line in text.split("\n") if line.strip())


def _keep_if_said(match: re.Match[str]) -> str:
    return "" if _SOUNDS.fullmatch(match.group(1).strip()) else match.group()


def _visible(text: str) -> str:
    # Format and control characters (zero-width spaces, bidi marks) show nothing.
    return "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cf", "Cc")
    ).strip()


_TITLE: Final = re.compile(r"\s*(?:《[^《》]+》|【[^【】]+】|༼[^༼༽]+༽)[།་\s]*")


def is_title_card(cue: Cue) -> bool:
    """Whether a cue is a bare title, set in title marks from end to end.

    Such a cue at the very beginning or end of a track that has no partner is a
    title card that one version shows in its picture: no fault, and no speech.
    """
    return _TITLE.fullmatch(cue.compared) is not None


# Wholly thanks for watching, as a card has them: one phrase without a full stop. Bare thanks,
# thanks for anything else, and thanks with a goodbye or as a sentence are heard.
_WATCH_ZH: Final = "(?:观看|收看|收听|观赏|欣赏|聆听)"
_WATCH_BO: Final = (
    "(?:གཟིགས|བ?ལྟས?|གསན|ཉན)་(?:[པབ]ར?|[པབ]ས|[པབ]འི|མོ|མཁན|རོགས|གནང|ཐུབ)(?![\u0f40-\u0fbc])"
)
_THANKS: Final = re.compile(
    r"(?:非常|衷心|再次)?(?:感谢|谢谢|多谢)(?:"
    rf"(?:您|你们?|大家|各位(?:观众)?|观众朋友们?)?的?{_WATCH_ZH}(?:[和与、]?(?:{_WATCH_ZH}|支持|陪伴|关注)){{0,2}}"
    r"|(?:各位|广大)?观众(?:朋友)?们?)[!！～~…]{0,3}"
    rf"|(?:[\u0f40-\u0fbc]+་){{0,6}}?{_WATCH_BO}(?:་[\u0f40-\u0fbc]+){{0,4}}?་"
    r"(?:(?:ཁྱེད|ཚང་མ|ཚོ|རྣམ་པ|ལ|ར)་){0,4}"
    r"(?:ཐུགས་རྗེ|བཀའ་དྲིན)་ཆེ(?:་ཞུ(?:་བ་ཡིན|་རྒྱུ་ཡིན)?)?[།༎་!！]{0,3}"
    r"|thank(?:s| you)(?: (?:all|so much|very much))? for (?:watching|listening)!{0,3}",
    re.IGNORECASE,
)


def is_farewell(cue: Cue) -> bool:
    """Whether a cue does nothing but thank for watching, as a card at the end does.

    Such a cue at the end of a track that has no partner is a card that one version shows:
    no fault, as with who made it. Where both have it, they are a pair like others.
    """
    said = with_simplified(cue.compared).strip()
    return len(said) <= _LONGEST_FAREWELL and _THANKS.fullmatch(said) is not None


_LONGEST_FAREWELL: Final = 80
