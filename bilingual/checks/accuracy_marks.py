"""Small things that turn a sentence: not, a question, an acronym."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from bilingual.checks._tracks import BO, PAIR, ZH, Cues, both_tracks, span_of
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Rule, Words
from bilingual.model import Evidence, Severity
from bilingual.text.bead import BeadTexts, two_sided_texts
from bilingual.text.length import chinese_length
from bilingual.text.numbers import western
from bilingual.translation.marks import questions
from bilingual.translation.marks_model import Mark
from bilingual.translation.negation import negations

# In a long sentence a negation often goes into another verb, and a question into
# another clause; up to here (Chinese characters) one sentence is likely.
_SHORT: Final = 16.0
_ACRONYM: Final = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*[A-Z])[A-Z0-9]{2,}(?![A-Za-z0-9])")
_TIBETAN_DIGITS_BEHIND: Final = re.compile(r"(?<=[A-Za-z])[༠-༩]+(?:[.][༠-༩]+)?")
_HAN_DIGITS: Final = {ord(han): str(k) for k, han in enumerate("零一二三四五六七八九")}
_DIGITS_FIRST: Final = re.compile("[0-9]{1,20}")
_DIGITS_LAST: Final = re.compile("[0-9]{1,20}$")
# Misplaced or reworded, a bead as a whole is another rule's matter.
_RISKY: Final = 0.5


def _sound_beads(artifacts: Artifacts) -> Iterator[BeadTexts | CannotTell]:
    """Beads whose Tibetan is in doubt for no other reason, with their texts."""
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        yield found
        return
    bo, zh, alignment = found
    for texts in two_sided_texts(bo, zh, alignment):
        if texts.bead.risk is None or texts.bead.risk < _RISKY:
            yield texts


def _negation(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    for texts in _sound_beads(artifacts):
        if isinstance(texts, CannotTell):
            yield texts
            continue
        sure = [m for m in negations(texts.zh.compared, "zh") if m.sure]
        if sure and not negations(texts.bo.compared, "bo"):
            yield _hit(texts, sure[0], "missing")


def _question(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    for texts in _sound_beads(artifacts):
        if isinstance(texts, CannotTell):
            yield texts
            continue
        asked = [m for m in questions(texts.zh.compared, "zh") if m.sure]
        if asked and not questions(texts.bo.compared, "bo"):
            yield _hit(texts, asked[0], "missing")


def _hit(texts: BeadTexts, mark: Mark, variant: str) -> Hit:
    bead, zh_text = texts.bead, texts.zh.text
    word = zh_text[mark.start : mark.end]
    long = chinese_length(zh_text) > _SHORT
    return Hit(
        bo=bead.bo,
        zh=bead.zh,
        span_ms=span_of(texts.zh.cues),
        severity=Severity.INFO if long else None,
        confidence=0.5 if long else 0.8,
        params={"variant": variant, "word": word, "zh_text": zh_text},
        evidence=(Evidence(kind="mark", side="zh", cue=bead.zh[0], params={"text": word}),),
    )


def _latin(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    for texts in _sound_beads(artifacts):
        if isinstance(texts, CannotTell):
            yield texts
            continue
        bead, bo_text, zh_text = texts.bead, texts.bo.text, texts.zh.text
        zh_plain, bo_plain = _plain(zh_text), _plain(bo_text)
        ours = {m.group() for m in _ACRONYM.finditer(zh_plain)}
        theirs = {m.group() for m in _ACRONYM.finditer(bo_plain)}
        # One that is on one side only may be written out on the other.
        lost = [w for w in sorted(ours - theirs) if not _holds(bo_plain, w, zh_plain)]
        new = [w for w in sorted(theirs - ours) if not _holds(zh_plain, w, bo_plain)]
        if not lost or not new:
            continue
        yield Hit(
            bo=bead.bo,
            zh=bead.zh,
            span_ms=span_of(texts.zh.cues),
            confidence=0.8,
            params={"bo_words": " ".join(new), "zh_words": " ".join(lost)},
            evidence=(
                *(
                    Evidence(kind="latin", side="zh", cue=bead.zh[0], params={"text": w})
                    for w in lost
                ),
                *(
                    Evidence(kind="latin", side="bo", cue=bead.bo[0], params={"text": w})
                    for w in new
                ),
            ),
        )


def _plain(text: str) -> str:
    """With acronyms as in ASCII: CO₂, CO༢ and CO2 are one, as are PM༢.༥ and PM2.5.

    Chinese digits stay: they are words beside an acronym too (这一DNA).
    """
    plain = unicodedata.normalize("NFKC", text)
    return _TIBETAN_DIGITS_BEHIND.sub(lambda m: western.fold(m.group()), plain)


def _holds(text: str, word: str, own: str) -> bool:
    """Whether an acronym of one side is in the other's text, within a longer word too.

    CO is not in CO2; MPPE is in MPPE128 where its own side has 128 elsewhere, and WIFI is in
    WIFI6 where its own side has 六.
    """
    upper, own = text.upper(), own.translate(_HAN_DIGITS)
    at = upper.find(word)
    while at >= 0:
        before, behind = (
            _DIGITS_LAST.search(upper[:at]),
            _DIGITS_FIRST.match(upper[at + len(word) :]),
        )
        if all(part is None or part.group() in own for part in (before, behind)):
            return True
        at = upper.find(word, at + 1)
    return False


def _with(cues: Cues, k: int, text: str) -> Cues:
    return tuple((*c[:2], text) if i == k else c for i, c in enumerate(cues))


RULES = (
    Rule(
        id="latin-mismatch",
        group="accuracy",
        severity=Severity.WARNING,
        needs=PAIR,
        title=Words(zh="两种语言的外文缩写不一致", en="Acronyms differ"),
        holds=Words(zh="两种语言的外文缩写一致", en="Acronyms agree"),
        asks=Words(zh="两种语言的外文缩写是否一致", en="Whether acronyms agree"),
        explanation=Words(
            zh="同一条字幕里，藏文与中文写的外文缩写不同，例如一边是 DNA，另一边是 RNA。",
            en="The cue has different acronyms in Tibetan and in Chinese, for example DNA and RNA.",
        ),
        message=Words(
            zh="藏文写的是“{bo_words}”，中文写的是“{zh_words}”",
            en="Tibetan has “{bo_words}”, Chinese “{zh_words}”",
        ),
        remedy=Words(
            zh="对照画面和解说，看哪一边写对了，把另一边改成一样；若中文用了汉字译名、藏文用了字母缩写，可以不改。",
            en="See from the picture and the narration which side is right, and write the other one the same. Leave it where Chinese uses a translated name and Tibetan the letters.",
        ),
        limits=Words(
            zh="只比较两边都写成拉丁字母的缩写；译成藏文的缩写不作判断。同一事物的不同缩写会误报。",
            en="Compared only if both sides have acronyms in Latin letters; one that is translated into Tibetan is not judged. Two acronyms for one thing cause a false alarm.",
        ),
        mqm="accuracy/mistranslation/entity",
        run=_latin,
        catches=Example(bo=_with(BO, 2, "DNA ནི་ཕྲ་ཕུང་ནང་ཡོད།"), zh=_with(ZH, 2, "细胞里有 RNA。")),
        leaves=Example(bo=_with(BO, 2, "DNA ནི་ཕྲ་ཕུང་ནང་ཡོད།"), zh=_with(ZH, 2, "细胞里有 DNA。")),
    ),
    Rule(
        id="negation-mismatch",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=PAIR,
        title=Words(zh="中文是否定句，藏文不是", en="Negation missing in Tibetan"),
        holds=Words(zh="中文的否定句，藏文也是否定", en="Negations are there in Tibetan"),
        asks=Words(
            zh="中文的否定句，藏文是否也是否定", en="Whether negations are there in Tibetan"
        ),
        explanation=Words(
            zh="中文说“不”“没有”，藏文里却没有མ、མི、མེད、མིན一类的否定词，意思可能正好相反。",
            en="The Chinese is negative and the Tibetan has none of མ, མི, མེད, མིན: it may say the opposite.",
        ),
        message=Words(
            zh="中文有否定词“{word}”，藏文里没有否定词",
            en="The Chinese is negated by “{word}”, the Tibetan has no negation",
        ),
        remedy=Words(
            zh="请懂藏文的人读这一条：藏文若漏了否定词（མ、མི、མེད、མིན），请补上；若换了肯定的说法而意思相同，可以不改。",
            en="Ask a reader of Tibetan to read this cue. If the negation (མ, མི, མེད, མིན) was lost, add it; if the same is said in a positive way, leave it.",
        ),
        limits=Words(
            zh="藏文可以换一种说法表达否定的意思（如“难以”“不及”），长句里只作提示。只查中文否定、藏文未否定的情形。",
            en="Tibetan may express a negation in another way (“hardly”). In long sentences this is only a hint. Only negation in the Chinese is checked.",
        ),
        mqm="accuracy/mistranslation",
        run=_negation,
        catches=Example(bo=_with(BO, 5, "བྱ་འདི་འཕུར་ཐུབ།"), zh=_with(ZH, 5, "这种鸟不能飞。")),
        leaves=Example(bo=_with(BO, 5, "བྱ་འདི་འཕུར་མི་ཐུབ།"), zh=_with(ZH, 5, "这种鸟不能飞。")),
    ),
    Rule(
        id="question-mismatch",
        group="accuracy",
        fixed_by="reviewer",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=PAIR,
        title=Words(zh="中文是问句，藏文不是", en="Question missing in Tibetan"),
        holds=Words(zh="中文的问句，藏文也是问句", en="Questions are there in Tibetan"),
        asks=Words(zh="中文的问句，藏文是否也是问句", en="Whether questions are there in Tibetan"),
        explanation=Words(
            zh="中文以问号或“吗”发问，藏文里却没有疑问词或疑问语气词。",
            en="The Chinese is a question, and the Tibetan has neither a question word nor a question particle.",
        ),
        message=Words(
            zh="中文是问句（“{word}”），藏文里没有疑问词",
            en="The Chinese is a question (“{word}”), the Tibetan has no question word or particle",
        ),
        remedy=Words(
            zh="请懂藏文的人读这一条：藏文若漏了疑问词或句末的疑问语气词，请补上；若本来就不是发问，可以不改。",
            en="Ask a reader of Tibetan to read this cue. If the question word or the question particle at the end was lost, add it; if nothing is asked, leave it.",
        ),
        limits=Words(
            zh="一句话分在两条字幕里时可能误报；长句里只作提示。",
            en="A sentence that runs over two cues can cause a false alarm. In long sentences this is only a hint.",
        ),
        mqm="accuracy/mistranslation",
        run=_question,
        catches=Example(
            bo=_with(BO, 4, "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།"), zh=_with(ZH, 4, "月亮绕着地球转吗？")
        ),
        leaves=Example(
            bo=_with(BO, 4, "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར་རམ།"), zh=_with(ZH, 4, "月亮绕着地球转吗？")
        ),
    ),
)
