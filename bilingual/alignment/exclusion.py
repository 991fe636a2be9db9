"""Cues that need no translation, by stated rule.

Coverage counts what is said. A cue that says nothing is left out of it, and
counted as left out, with the name of the rule:

``empty``    nothing but spaces, tags and invisible characters;
``music``    music marks, or a bracketed note of sound such as ［音乐］ or (掌声);
``credits``  every line names a role of the crew and, after a colon, who had it;
``symbols``  no letter, ideograph or digit in it at all.

A cue in doubt is not left out: an unpaired cue too many is seen by a reader, an
excluded one is not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from bilingual.model import Cue

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
_ZH_ROLE: Final = (
    r"(?:总|联合|执行|副)?(?:出品|制片|监制|策划|导演|编导|编剧|撰稿|文案|脚本|摄影|摄像|拍摄|剪辑|后期|"
    r"配音|解说|旁白|播音|录音|配乐|音乐|作曲|美术|美工|动画|特效|字幕|翻译|译制|译文|校对|审校|审核|"
    r"审定|顾问|主演|主创|主讲|作者|制作|指导|指导老师|技术支持|统筹|时间轴|听译|压制)"
    r"(?:人|员|者|师|组|单位|机构|老师|总监|顾问|制作|统筹)?"
)
_BO_ROLE: Final = (
    r"(?:ཡིག་སྒྱུར(?:་བ|་པ|་མཁན)?|ལོ་ཙཱ་བ|སྒྲ་འཇུག(?:་པ|་མཁན)?|འཁྲབ་སྟོན(?:་པ)?|འཁྲབ་གཞུང(?:་འབྲི་མཁན)?|"
    r"རྩོམ་སྒྲིག(?:་པ|་མཁན)?|རྩོམ་པ་པོ|རྩོམ་འབྲི|པར་ལེན(?:་པ|་མཁན)?|བརྙན་ལེན(?:་པ|་མཁན)?|ཞུ་དག(?:་པ|་མཁན)?|"
    r"བཟོ་མཁན|བཟོ་སྐྲུན(?:་པ|་མཁན|་སྡེ་ཁག)?|གཙོ་འཁྲབ(?:་པ|་མཁན)?|འགྲེལ་བཤད(?:་པ|་མཁན)?|སྐད་སྒྱུར(?:་བ|་མཁན)?)་?"
)
_CREDIT: Final = re.compile(rf"\s*(?:{_ZH_ROLE}|{_BO_ROLE})\s*(?:[:：]|༔)\s*\S.{{0,40}}")
_SENTENCE_END: Final = re.compile(r"[。！？!?]\s*$")


# A letter of the two scripts, and what the rules below look for.
_SAYS_SOMETHING: Final = re.compile(r"[\u0f40-\u0f6c\u3400-\u9fff]")
_SUSPECT: Final = re.compile(r"[:：༔♩-♯🎵🎶🎼\[\]()（）［］【】〔〕<>〈〉]")


def exclusion(cue: Cue) -> Exclusion | None:
    """The rule that leaves a cue out of coverage, ``None`` where none does."""
    if _SAYS_SOMETHING.search(cue.plain) and not _SUSPECT.search(cue.plain):
        return None  # nearly every cue
    text = _visible(cue.plain)
    if not text:
        return "empty"
    has_note = any(char in _NOTES for char in text)
    rest = _BRACKETED.sub(_keep_if_said, text)
    words = any(unicodedata.category(char)[0] in "LN" for char in rest)
    if not words and (has_note or rest != text):
        return "music"
    if not words:
        return "symbols"
    lines = [line for line in text.splitlines() if line.strip()]
    if all(_CREDIT.fullmatch(line) and not _SENTENCE_END.search(line) for line in lines):
        return "credits"
    return None


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
    return _TITLE.fullmatch(cue.plain) is not None
