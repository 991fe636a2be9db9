"""Faults between the two languages, planted without a look at how the rules find them."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from bilingual.model import Language
from tests.bench.rules_times import SHAD, TSHEG
from tests.bench.rules_works import SYLLABLE, Case, Line, Pair, Plant, Work, timed


def _paired(change: Callable[[Line, Line, random.Random], bool]) -> Plant:
    """Alters a Tibetan cue (the first) or its Chinese; false: there is no place for it."""

    def plant(work: Work, _: Language, k: int, rnd: random.Random) -> Sequence[Line] | None:
        bo, zh = work.bo[k], work.zh[k]
        return [bo, zh] if change(bo, zh, rnd) else None

    return plant


_ACRONYM: Final = re.compile("(?<![A-Za-z])[A-Z]{2,5}(?![A-Za-z])")


def _acronym_altered(bo: Line, zh: Line, rnd: random.Random) -> bool:
    """One letter of an acronym that both have is another one in the Tibetan."""
    both = sorted(set(_ACRONYM.findall(bo.text)) & set(_ACRONYM.findall(zh.text)))
    if not both:
        return False
    word = rnd.choice(both)
    at = rnd.randrange(len(word))
    letter = rnd.choice([c for c in "ABCDEFGHKLMNPRSTU" if c != word[at]])
    bo.text = bo.text.replace(word, word[:at] + letter + word[at + 1 :])
    return True


def _added(bo_word: str, zh_word: str) -> Callable[[Line, Line, random.Random], bool]:
    """A word in Latin letters at the end of each."""

    def change(bo: Line, zh: Line, _: random.Random) -> bool:
        bo.text = f"{bo.text.rstrip(SHAD + ' ')} ({bo_word}){SHAD}"
        zh.text = f"{zh.text.rstrip('。')}（{zh_word}）。"
        return True

    return change


_NOT: Final = re.compile(f"(?<={TSHEG})(?:མི|མ){TSHEG}")
_IS_NOT: Final = {"མེད": "ཡོད", "མིན": "ཡིན", "མེན": "ཡིན", "མྱེད": "ཡོད"}
_ZH_NOT: Final = re.compile("不|没|无|未|非|别")


def _negation_lost(bo: Line, zh: Line, _: random.Random) -> bool:
    """The only negation of a Tibetan cue whose Chinese is negative too."""
    if len(_ZH_NOT.findall(zh.text)) != 1:
        return False
    whole = re.compile("|".join(f"(?<={TSHEG}){word}(?=[{TSHEG}{SHAD} ])" for word in _IS_NOT))
    found = [*_NOT.finditer(bo.text), *whole.finditer(bo.text)]
    if len(found) != 1:
        return False
    (m,) = found
    new = _IS_NOT.get(m.group(), "")
    bo.text = bo.text[: m.start()] + new + bo.text[m.end() :]
    return True


_ASKING: Final = {"གང": "འདི", "ཅི": "དེ", "སུ": "ཁོ", "ནམ": "ད", "ཇི": "དེ"}
_ASKS: Final = re.compile(f"{TSHEG}?(?:གམ|ངམ|དམ|ནམ|བམ|མམ|རམ|ལམ|སམ|ཏམ|འམ)(?={TSHEG}?[{SHAD} ]|$)")


def _question_lost(bo: Line, zh: Line, _: random.Random) -> bool:
    """A Chinese question whose Tibetan says it as a statement."""
    if not re.search("[？?]$|吗", zh.text):
        return False
    text = _ASKS.sub("", bo.text.rstrip("? ？"))
    for word, other in _ASKING.items():
        text = re.sub(f"(?<![\u0f40-\u0fbc]){word}(?![\u0f40-\u0fbc])", other, text)
    if text == bo.text:
        return False
    bo.text = text
    return True


def _pasted(altered: bool) -> Plant:
    """The Tibetan of the third cue before, in place of its own."""

    def plant(work: Work, _: Language, k: int, rnd: random.Random) -> Sequence[Line] | None:
        if k < 3 or work.zh[k].text == work.zh[k - 3].text:
            return None
        parts = SYLLABLE.findall(work.bo[k - 3].text)
        if len(parts) < 7:
            return None
        text = work.bo[k - 3].text
        if altered:
            at = rnd.randrange(1, len(parts) - 1)
            text = TSHEG.join((*parts[:at], "དེ", *parts[at + 1 :])) + SHAD
        work.bo[k].text = text
        return [work.bo[k], work.bo[k - 3]]

    return plant


def _moved(*, start: int = 0, end: int = 0) -> Plant:
    def change(bo: Line, _: Line, __: random.Random) -> bool:
        bo.start += start
        bo.end += end
        return bo.end > bo.start + 300

    return _paired(change)


_MOVED: Final = {
    **{
        f"{abs(ms):,} ms {'late' if ms > 0 else 'early'}": _moved(start=ms, end=ms)
        for ms in (250, -250, 700, -700, 2000)
    },
    "starts 700 ms late, ends in time": _moved(start=700),
    "ends 1.5 s late": _moved(end=1500),
}

ACCURACY: Final[tuple[Case, ...]] = (
    Case(rule="latin-mismatch", name="a letter of an acronym altered", plant=_paired(_acronym_altered), on="both",
         having=lambda p: bool(set(_ACRONYM.findall(p[0])) & set(_ACRONYM.findall(p[1])))),
    Case(rule="latin-mismatch", name="DNA for RNA", plant=_paired(_added("DNA", "RNA")), on="both"),
    Case(rule="latin-mismatch", name="CO for CO2", plant=_paired(_added("CO", "CO2")), on="both"),
    Case(rule="latin-mismatch", name="Darwin for Newton", plant=_paired(_added("Darwin", "Newton")), on="both"),
    Case(rule="latin-mismatch", name="the same acronym", plant=_paired(_added("DNA", "DNA")), on="both", right=True),
    Case(rule="negation-mismatch", name="the only negation left out", plant=_paired(_negation_lost), on="both",
         having=lambda p: len(_ZH_NOT.findall(p[1])) == 1),
    Case(rule="question-mismatch", name="the question made a statement", plant=_paired(_question_lost), on="both",
         having=lambda p: re.search("[？?]$|吗", p[1]) is not None),
    Case(rule="repeated-translation", name="another cue's Tibetan", plant=_pasted(altered=False), on="both"),
    Case(rule="repeated-translation", name="another cue's Tibetan but for a syllable", plant=_pasted(altered=True), on="both"),
    *(Case(rule="cue-timing", name=name, plant=plant, on="both") for name, plant in _MOVED.items()),
    Case(rule="cue-timing", name="50 ms late", plant=_moved(start=50, end=50), on="both", right=True),
)  # fmt: skip


def has_term(bo: str, term: str) -> bool:
    """Whether a text has these syllables in a row, with or without a particle's letter."""
    return (
        re.search(f"(?<![\u0f40-\u0fbc]){re.escape(term)}(?:འི|ས|ར)?(?![\u0f40-\u0fbc])", bo)
        is not None
    )


def terms_in(pairs: Sequence[Pair], listed: Sequence[Pair]) -> Mapping[Pair, list[Pair]]:
    """The pairs of a text that have a listed term in both languages, a term each.

    Terms of two syllables or more and two ideographs or more.
    """
    found: defaultdict[Pair, list[Pair]] = defaultdict(list)
    for bo, zh in listed:
        stem = bo.strip(f"{TSHEG}{SHAD} ")
        if len(zh) < 2 or TSHEG not in stem:
            continue
        for pair in pairs:
            if zh in pair[1] and has_term(pair[0], stem):
                found[stem, zh].append(pair)
    return found


def works_of_two_words(
    terms: Mapping[Pair, list[Pair]], share: float, rnd: random.Random
) -> Iterator[tuple[Work, Pair]]:
    """Works in which a term that comes six times or more has another translation now and then."""
    names = sorted(terms)
    for term in names:
        own = list(dict.fromkeys(terms[term]))[:12]
        if len(own) < 6:
            continue
        # A word for something else, as long.
        others = [
            o[0] for o in names if o[0].count(TSHEG) == term[0].count(TSHEG) and o[1] != term[1]
        ]
        if not others:
            continue
        other = rnd.choice(others)
        altered = set(rnd.sample(range(len(own)), max(2, round(share * len(own)))))
        fill = [p for t in names if t != term for p in terms[t] if term[1] not in p[1]]
        lines = [
            (bo.replace(term[0], other) if n in altered else bo, zh)
            for n, (bo, zh) in enumerate(own)
        ]
        lines += rnd.sample(sorted(set(fill)), min(24, len(set(fill))))
        rnd.shuffle(lines)
        yield timed(lines, rnd), term


def term_replaced(terms: Mapping[Pair, list[Pair]]) -> Plant:
    """A term's Tibetan replaced by a word for something else."""
    names = sorted(terms)

    def plant(work: Work, _: Language, k: int, rnd: random.Random) -> Sequence[Line] | None:
        bo, zh = work.bo[k], work.zh[k]
        own = [t for t in names if t[1] in zh.text and has_term(bo.text, t[0])]
        if not own:
            return None
        term = max(own, key=lambda t: (len(t[1]), t))
        other = rnd.choice([t[0] for t in names if t[1] != term[1]])
        bo.text = bo.text.replace(term[0], other)
        return [bo, zh]

    return plant
