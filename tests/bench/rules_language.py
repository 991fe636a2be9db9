"""Faults of script, spelling and marks, planted without a look at how the rules find them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bilingual.model import Language
from tests.bench.rules_times import SHAD, TSHEG, written
from tests.bench.rules_works import HAN, SYLLABLE, Case, Line, Pair, Plant, Work

_LETTER: Final = "[\u0f40-\u0f6c\u0f71-\u0fbc]"


def drawn(make: Callable[[str, random.Random], str | None]) -> Plant:
    """As :func:`written`, where something is drawn by lot."""

    def plant(work: Work, side: Language, k: int, rnd: random.Random) -> Sequence[Line] | None:
        line = work.lines(side)[k]
        text = make(line.text, rnd)
        if text is None or text == line.text:
            return None
        line.text = text
        return [line]

    return plant


def _from_other(part: Callable[[str, str], str | None]) -> Plant:
    """A text made of the cue's own and the other language's at the same place."""

    def plant(work: Work, side: Language, k: int, _: random.Random) -> Sequence[Line] | None:
        own, other = work.lines(side)[k], work.lines("zh" if side == "bo" else "bo")[k]
        text = part(own.text, other.text)
        if text is None:
            return None
        own.text = text
        return [own]

    return plant


def _first_half(text: str) -> str:
    parts = re.split(f"(?<={TSHEG})", text)
    return "".join(parts[: len(parts) // 2])


def _with_han(count: int) -> Callable[[str, str], str | None]:
    """So many ideographs of the original within the Tibetan."""

    def part(own: str, other: str) -> str | None:
        run = re.search(f"[\u3400-\u9fff]{{{count}}}", other)
        return (
            f"{_first_half(own)}{run.group()}{TSHEG}{own[len(_first_half(own)) :]}" if run else None
        )

    return part


_TRADITIONAL: Final = dict(
    zip(
        "国学说时们个来会对发动开关长门问间见现这过进还没东车马鸟鱼风飞电话语请谁让认识书报业产实际体龙华义乌热银铁钱历压厅广双观欢难边达运远连选迟适"
        "给经结约级红纪线组织细绿维续网罗职联肃脑脚节药荣获营虑装见规视览觉觅计订讨议讯记讲许论设证评词译试诗诚话该详误读课调谈",
        "國學說時們個來會對發動開關長門問間見現這過進還沒東車馬鳥魚風飛電話語請誰讓認識書報業產實際體龍華義烏熱銀鐵錢歷壓廳廣雙觀歡難邊達運遠連選遲適"
        "給經結約級紅紀線組織細綠維續網羅職聯肅腦腳節藥榮獲營慮裝見規視覽覺覓計訂討議訊記講許論設證評詞譯試詩誠話該詳誤讀課調談",
        strict=True,
    )
)
"""By hand, not by a table that the library uses."""


def _one_traditional(text: str, rnd: random.Random) -> str | None:
    at = [n for n, c in enumerate(text) if _TRADITIONAL.get(c, c) != c]
    if not at:
        return None
    n = rnd.choice(at)
    return text[:n] + _TRADITIONAL[text[n]] + text[n + 1 :]


def _all_traditional(text: str, _: random.Random) -> str:
    return "".join(_TRADITIONAL.get(c, c) for c in text)


def _syllable(change: Callable[[str, random.Random], str | None], least: int = 2) -> Plant:
    """Another spelling of one syllable between two tshegs."""

    def make(text: str, rnd: random.Random) -> str | None:
        found = list(re.finditer(f"(?<={TSHEG}){_LETTER}{{{least},}}(?={TSHEG})", text))
        rnd.shuffle(found)
        for m in found:
            new = change(m.group(), rnd)
            if new is not None and new != m.group():
                return text[: m.start()] + new + text[m.end() :]
        return None

    return drawn(make)


def _double(pattern: str) -> Callable[[str, random.Random], str | None]:
    def change(syllable: str, _: random.Random) -> str | None:
        m = re.search(pattern, syllable)
        return None if m is None else syllable[: m.end()] + m.group() + syllable[m.end() :]

    return change


def _second_vowel(syllable: str, rnd: random.Random) -> str | None:
    m = re.search("[\u0f72\u0f74\u0f7a\u0f7c]", syllable)
    if m is None:
        return None
    other = rnd.choice([v for v in "\u0f72\u0f74\u0f7a\u0f7c" if v != m.group()])
    return syllable[: m.end()] + other + syllable[m.end() :]


def _vowel_early(syllable: str, _: random.Random) -> str | None:
    """The vowel sign before the letter below."""
    new = re.sub("([\u0f90-\u0fbc])([\u0f72\u0f74\u0f7a\u0f7c])", r"\2\1", syllable, count=1)
    return None if new == syllable else new


def _without_tsheg(text: str, rnd: random.Random) -> str | None:
    found = list(re.finditer(f"(?<={_LETTER}){TSHEG}(?={_LETTER})", text))
    if len(found) < 4:
        return None
    m = rnd.choice(found[1:-1])
    return text[: m.start()] + text[m.end() :]


_SYLLABLES: Final[Mapping[str, Plant]] = {
    "a vowel sign doubled": _syllable(_double("[\u0f72\u0f74\u0f7a\u0f7c]")),
    "a second vowel sign": _syllable(_second_vowel),
    "a letter below doubled": _syllable(_double("[\u0f90-\u0fbc]")),
    "a vowel sign typed before the letter below": _syllable(_vowel_early),
    "a letter at the end that cannot end a syllable": _syllable(
        lambda s, rnd: s + rnd.choice("ཀཁཆཏཐཕཚཞཟཡཧ")
    ),
    "a letter at the beginning that cannot begin one": _syllable(lambda s, rnd: rnd.choice("ཀཁཆཐཔཕཚ") + s),
    "two letters exchanged": _syllable(
        lambda s, _: None if len(s) < 3 or not re.fullmatch("[\u0f40-\u0f6c]+", s) else s[1] + s[0] + s[2:]
    ),
    "a sign at the beginning": _syllable(lambda s, _: "\u0f72" + s),
    "a tsheg left out": drawn(_without_tsheg),
    "a last letter typed twice": _syllable(
        lambda s, _: s + s[-1] if "\u0f40" <= s[-1] <= "\u0f6c" else None
    ),
    "a deprecated letter": _syllable(
        lambda s, _: s.replace("ྲ", "\u0f77", 1) if "ྲ" in s else None
    ),
}  # fmt: skip

_ENDS: Final = {
    "ག": "གི",
    "ང": "གི",
    "ད": "ཀྱི",
    "བ": "ཀྱི",
    "ས": "ཀྱི",
    "ན": "གྱི",
    "མ": "གྱི",
    "ར": "གྱི",
    "ལ": "གྱི",
}
_TU: Final = {
    "ག": "ཏུ",
    "བ": "ཏུ",
    "ང": "དུ",
    "ད": "དུ",
    "ན": "དུ",
    "མ": "དུ",
    "ར": "དུ",
    "ལ": "དུ",
    "ས": "སུ",
}
_ONE: Final = {
    "ག": "ཅིག",
    "ད": "ཅིག",
    "བ": "ཅིག",
    "ང": "ཞིག",
    "ན": "ཞིག",
    "མ": "ཞིག",
    "ར": "ཞིག",
    "ལ": "ཞིག",
    "ས": "ཤིག",
}
"""The forms by the letter before, as grammars list them."""


def _particle(forms: Mapping[str, str], tail: str = "") -> Plant:
    every = sorted(set(forms.values()))
    pattern = re.compile(
        f"(?<={TSHEG})({_LETTER}+)({TSHEG})({'|'.join(f + tail for f in every)})(?={TSHEG})"
    )

    def make(text: str, rnd: random.Random) -> str | None:
        found = [m for m in pattern.finditer(text) if forms.get(m[1][-1], "") + tail == m[3]]
        if not found:
            return None
        m = rnd.choice(found)
        new = rnd.choice([f + tail for f in every if f + tail != m[3]])
        return text[: m.start(3)] + new + text[m.end(3) :]

    return drawn(make)


def _swap(pattern: str, new: str) -> Plant:
    """One place of a pattern, by lot, written in another way."""

    def make(text: str, rnd: random.Random) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        m = rnd.choice(found)
        return text[: m.start()] + m.expand(new) + text[m.end() :]

    return drawn(make)


def _everywhere(old: str, new: str) -> Plant:
    def plant(work: Work, side: Language, _k: int, _: random.Random) -> Sequence[Line]:
        for line in work.lines(side):
            line.text = line.text.replace(old, new)
        return work.lines(side)

    return plant


_BETWEEN: Final = f"(?<={_LETTER}){TSHEG}(?={_LETTER})"
_LAST: Final = f"(?<={_LETTER}){SHAD}(?=\\s|$)"
_TIBETAN_MARKS: Final[Mapping[str, Plant]] = {
    "a tsheg doubled": _swap(_BETWEEN, TSHEG * 2),
    "no tsheg between ང and shad": _swap(f"ང{TSHEG}{SHAD}", f"ང{SHAD}"),
    "a tsheg before a shad": _swap(f"(?<=[\u0f40-\u0f42\u0f44-\u0fbc]){SHAD}", TSHEG + SHAD),
    "a non-breaking tsheg": _swap(_BETWEEN, "\u0f0c"),
    "a comma of Latin": _swap(_LAST, ","),
    "a full stop of Latin": _swap(_LAST, "."),
    "a comma of Chinese": _swap(_LAST, "，"),
    "a full stop of Chinese": _swap(_LAST, "。"),
    "a space before a tsheg": _swap(_BETWEEN, f" {TSHEG}"),
    "digits of two scripts in a number": _swap("([0-9])[0-9]", "\\1༤"),
    "a space for a tsheg, once": _swap(_BETWEEN, " "),
}
_TIBETAN_TRACKS: Final = {
    "spaces for all tshegs": " ",
    "dots for all tshegs": "·",
    "zero-width spaces for all tshegs": "\u200b",
    "no tshegs at all": "",
}

_CHINESE_MARKS: Final[Mapping[str, Plant]] = {
    "a half-width comma": _swap("(?<=[\u3400-\u9fff])，", ","),
    "a half-width full stop": _swap("(?<=[\u3400-\u9fff])。", "."),
    "a half-width question mark": _swap("(?<=[\u3400-\u9fff])？", "?"),
    "half-width brackets": _swap("（([^（）]*)）", r"(\1)"),
    "straight quotation marks": _swap("“([^“”]*)”", r'"\1"'),
    "a full-width digit": drawn(
        lambda text, _: re.sub("[0-9]", lambda m: chr(ord(m[0]) + 0xFEE0), text, count=1)
    ),
    "a full-width letter": drawn(
        lambda text, _: re.sub("[A-Za-z]", lambda m: chr(ord(m[0]) + 0xFEE0), text, count=1)
    ),
    "a rare ideograph": drawn(lambda text, rnd: text[:3] + rnd.choice("𠮷𡃁㐂㑇") + text[3:]),
}


_HAVING: Final = {
    "a half-width comma": "，", "a half-width full stop": "。", "a half-width question mark": "？",
    "half-width brackets": "（", "straight quotation marks": "“",
}  # fmt: skip


def _holding(sign: str) -> Callable[[Pair], bool]:
    return lambda pair: sign in pair[1]


def _other_file(work: Work, side: Language, _k: int, _: random.Random) -> Sequence[Line]:
    """Every cue in a third language."""
    for number, line in enumerate(work.lines(side)):
        line.text = _RUSSIAN[number % len(_RUSSIAN)]
    return work.lines(side)


_RUSSIAN: Final = (
    "Солнце — это звезда.",
    "Земля вращается вокруг Солнца.",
    "Вода замерзает при нуле.",
)
_ENGLISH: Final = "The sun is a star in the middle of our solar system."
_FOREIGN: Final = {
    "a sentence in Cyrillic": "Солнце — это звезда.",
    "a sentence in Uyghur": "قۇياش بىر يۇلتۇز.",
    "a sentence in Mongolian script": "ᠨᠠᠷᠠ ᠪᠣᠯ ᠨᠢᠭᠡ ᠣᠳᠤ ᠮᠥᠨ",
    "a sentence in Thai": "ดวงอาทิตย์เป็นดาวฤกษ์",
    "a sentence in Hangul": "태양은 하나의 별입니다",
    "a sentence in Devanagari": "सूर्य एक तारा है",
}


def _garbled(text: str) -> str:
    return text.encode().decode("latin-1").replace("\x85", "…")


LANGUAGE: Final[tuple[Case, ...]] = (
    Case(rule="untranslated", name="Chinese in the Tibetan cue", plant=_from_other(lambda _, other: other), on="both"),
    Case(rule="untranslated", name="half of the cue in Chinese", on="both",
         plant=_from_other(lambda own, other: _first_half(own) + other[len(other) // 2 :] if len(other) > 11 else None)),
    *(Case(rule="untranslated", name=f"{n} ideographs in the Tibetan", plant=_from_other(_with_han(n)), on="both") for n in (5, 8)),
    Case(rule="untranslated", name="Tibetan in the Chinese cue", plant=_from_other(lambda _, other: other), on="zh"),
    Case(rule="untranslated", name="a name of 3 ideographs in the Tibetan", plant=_from_other(_with_han(3)), on="both", right=True),
    Case(rule="untranslated", name="the original in brackets", on="both", right=True,
         plant=_from_other(lambda own, other: f"{own}（{HAN.findall(other)[0] * 6}）" if HAN.search(other) else None)),
    *(Case(rule="wrong-script", name=name, plant=written(lambda _, text=text: text)) for name, text in _FOREIGN.items()),  # type: ignore[misc]
    Case(rule="wrong-script", name="UTF-8 read as Latin-1", plant=written(_garbled)),
    Case(rule="wrong-script", name="some Tibetan in the Chinese cue", on="zh",
         plant=_from_other(lambda own, other: own + TSHEG.join(SYLLABLE.findall(other)[:3]))),
    Case(rule="wrong-script", name="every cue in Russian", plant=_other_file, whole=True),
    Case(rule="wrong-script", name="a sentence in English", plant=written(lambda _: _ENGLISH), right=True),
    Case(rule="wrong-script", name="an acronym alone", plant=written(lambda _: "DNA"), right=True),
    Case(rule="not-simplified", name="one Traditional character", plant=drawn(_one_traditional), on="zh"),
    Case(rule="not-simplified", name="the whole cue", plant=drawn(_all_traditional), on="zh"),
    *(Case(rule="tibetan-syllable", name=name, plant=plant, on="bo") for name, plant in _SYLLABLES.items()),
    Case(rule="tibetan-syllable", name="no tshegs at all", plant=_everywhere(TSHEG, ""), on="bo", whole=True),
    Case(rule="tibetan-particle", name="another form of the genitive", plant=_particle(_ENDS), on="bo"),
    Case(rule="tibetan-particle", name="another form of the ergative", plant=_particle(_ENDS, "ས"), on="bo"),
    Case(rule="tibetan-particle", name="another form of ཏུ", plant=_particle(_TU), on="bo"),
    Case(rule="tibetan-particle", name="another form of ཅིག", plant=_particle(_ONE), on="bo"),
    *(Case(rule="tibetan-typography", name=name, plant=plant, on="bo") for name, plant in _TIBETAN_MARKS.items()),
    *(Case(rule="tibetan-typography", name=name, plant=_everywhere(TSHEG, sign), on="bo", whole=True)
      for name, sign in _TIBETAN_TRACKS.items() if sign),
    *(Case(rule="chinese-typography", name=name, plant=plant, on="zh", having=_holding(_HAVING.get(name, "")))
      for name, plant in _CHINESE_MARKS.items()),
    Case(rule="tibetan-typography", name="a question mark of Latin", plant=_swap(_LAST, "?"), on="bo", right=True),
)  # fmt: skip
