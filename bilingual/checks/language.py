"""The language of a cue: is it the right one, and is it spelled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bilingual.alignment.exclusion import exclusion
from bilingual.checks._tracks import is_strange, span_of
from bilingual.checks._tsheg import MISSING_MESSAGE, MISSING_REMEDY, missing_tshegs
from bilingual.checks.base import (
    Artifacts,
    CannotTell,
    Example,
    Hit,
    Need,
    Rule,
    Words,
    needed,
    on_side,
)
from bilingual.formats.places import is_bare, judged
from bilingual.model import (
    CheckVerdict,
    Cue,
    Evidence,
    Language,
    Reason,
    Severity,
    Suggestion,
)
from bilingual.text.chinese import to_simplified, traditional_places
from bilingual.text.script import count_scripts, is_han, is_tibetan_letter
from bilingual.text.spelling import Misspelling, misspellings
from bilingual.tsheg import is_unseparated

_BO: Final[frozenset[Need]] = frozenset({"bo"})
_TRACK: Final[frozenset[Need]] = frozenset({"track"})
_WRITTEN: Final[frozenset[Need]] = frozenset({"zh-written"})

# Han in brackets or as a short run beside Tibetan is a name or a term given in
# the original, which good subtitles do.
_BRACKETED: Final = re.compile(r"[(（「『《〈\[【][^)）」』》〉\]】]*[)）」』》〉\]】]")
_NAME_LENGTH: Final = 4
_FEW: Final = 2
_GARBLED: Final = 5
# What the Unicode charts say to write in their place.
_DEPRECATED: Final = {"\u0f77": "\u0fb2\u0f71\u0f80", "\u0f79": "\u0fb3\u0f71\u0f80"}


def _untranslated(artifacts: Artifacts) -> Iterator[Hit]:
    bo, zh = artifacts.bo, artifacts.zh
    if bo is not None and bo.source != "transcript":
        for cue in bo.cues:
            if exclusion(cue) == "credits":
                continue
            text = _BRACKETED.sub("", cue.compared)
            counts = count_scripts(text)
            longest = _longest_run(text)
            if counts.han >= _FEW and counts.tibetan <= counts.han:
                yield _left(cue, "bo", "whole", Severity.ERROR, 0.97)
            elif longest > _NAME_LENGTH:
                yield _left(cue, "bo", "part", Severity.WARNING, 0.8)
    if zh is not None and zh.source != "transcript":
        for cue in zh.cues:
            if exclusion(cue) == "credits":
                continue
            counts = count_scripts(_BRACKETED.sub("", cue.compared))
            if counts.tibetan > 3 * counts.han and counts.tibetan >= _FEW:
                yield _left(cue, "zh", "tibetan", Severity.ERROR, 0.97)


def _left(cue: Cue, side: Language, variant: str, severity: Severity, confidence: float) -> Hit:
    is_wrong = is_han if side == "bo" else is_tibetan_letter
    return Hit(
        **on_side(side, cue.index),
        span_ms=span_of([cue]),
        severity=severity,
        confidence=confidence,
        params={"variant": variant, "cue": cue.index + 1},
        evidence=tuple(_runs(cue, side, is_wrong)),
    )


def _runs(cue: Cue, side: Language, wrong: object) -> Iterator[Evidence]:
    at = 0
    for is_wrong, chars in groupby(cue.text, key=wrong):  # type: ignore[call-overload]
        length = len(list(chars))
        if is_wrong:
            yield Evidence(kind="script", side=side, cue=cue.index, start=at, end=at + length)
        at += length


def _longest_run(text: str) -> int:
    return max((len(list(g)) for han, g in groupby(text, key=is_han) if han), default=0)


def _wrong_script(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        if is_strange(track):
            yield Hit(severity=Severity.ERROR, confidence=0.97, params={"variant": f"{side}-track"})
            continue
        for cue in track.cues:
            counts = count_scripts(cue.compared)
            foreign = counts.other_letters >= _FEW and counts.other_letters > counts.letters / 2
            if foreign or _is_garbled(cue.compared):
                yield _script_hit(cue, side, "other", Severity.WARNING)
            elif side == "zh" and counts.tibetan >= _FEW and counts.tibetan <= 3 * counts.han:
                yield _script_hit(cue, side, "tibetan", Severity.WARNING)


def _is_garbled(text: str) -> bool:
    """Whether it is UTF-8 that was read as a code of Western Europe: བོད as à½–à½¼à½‘.

    Each byte of a letter is then one of the upper half; a language of Europe has few of them.
    The first of its three is one of à to ï, which rows of · or × have none of.
    """
    shown = "".join(text.split())
    upper = sum("\u0080" <= char <= "\u00ff" for char in shown)
    first = sum("\u00e0" <= char <= "\u00ef" for char in shown)
    return upper >= _GARBLED and upper > len(shown) / 2 and first >= max(2, upper / 5)


def _script_hit(cue: Cue, side: Language, variant: str, severity: Severity) -> Hit:
    return Hit(
        **on_side(side, cue.index),
        span_ms=span_of([cue]),
        severity=severity,
        confidence=0.9,
        params={"variant": variant, "cue": cue.index + 1},
    )


def _not_simplified(artifacts: Artifacts) -> Iterator[Hit]:
    required = artifacts.config.award.simplified_required
    for cue in needed(artifacts.zh).cues:
        places = traditional_places(cue.text)
        if places:
            yield Hit(
                zh=(cue.index,),
                span_ms=span_of([cue]),
                severity=Severity.WARNING if required else Severity.INFO,
                confidence=0.9,
                params={"cue": cue.index + 1, "characters": [cue.text[i] for i in places[:10]]},
                evidence=tuple(
                    Evidence(kind="traditional", side="zh", cue=cue.index, start=i, end=i + 1)
                    for i in places
                ),
                suggestion=_simplified(cue.text, places),
            )


def _simplified(text: str, places: Sequence[int]) -> Suggestion | None:
    """The Simplified characters in place; for a person to see, as one may map to two."""
    whole = to_simplified(text)
    if len(whole) != len(text):
        return None
    edits = [{"start": i, "end": i + 1, "text": whole[i]} for i in places]
    return Suggestion(kind="replace", safety="unsafe", params={"edits": edits})


def _syllables(artifacts: Artifacts) -> Iterator[Hit | CannotTell]:
    bo = needed(artifacts.bo)
    if bo.source == "transcript":
        yield CannotTell(
            reason=Reason(code="transcript-not-written"), verdict=CheckVerdict.NOT_APPLICABLE
        )
        return
    yield from missing_tshegs(bo)
    for cue in bo.cues:
        if is_unseparated(cue.compared):
            continue
        shown = judged(cue, bo.format)
        for fault in misspellings(shown.text):
            start, end = shown.whole(fault.start, fault.end)
            yield Hit(
                bo=(cue.index,),
                span_ms=span_of([cue]),
                # A deprecated character is read as it should be; the others are not.
                severity=Severity.INFO if fault.why == "deprecated-character" else Severity.WARNING,
                confidence=fault.confidence,
                params={"variant": fault.why, "cue": cue.index + 1, "syllable": fault.text},
                evidence=(
                    Evidence(kind="syllable", side="bo", cue=cue.index, start=start, end=end),
                ),
                suggestion=_as_read(fault, start, end) if is_bare(cue, start, end) else None,
            )


def _as_read(fault: Misspelling, start: int, end: int) -> Suggestion | None:
    """What Unicode says to write in place of a deprecated character, there in the raw text."""
    fresh = "".join(_DEPRECATED.get(c, c) for c in fault.text)
    if fault.why != "deprecated-character" or fresh == fault.text:
        return None
    params = {"start": start, "end": end, "text": fresh}
    return Suggestion(kind="replace", safety="safe", params=params)


_ZH: Final = ((0, 2000, "太阳是一颗恒星。"), (2500, 4500, "地球是一颗行星。"))
_GOOD: Final = ((0, 2000, "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"), (2500, 4500, "སའི་གོ་ལ་ནི་གཡོ་སྐར་ཞིག་ཡིན།"))
_SOUND: Final = Example(bo=_GOOD, zh=_ZH)

RULES: Final = (
    Rule(
        id="untranslated",
        group="language",
        severity=Severity.ERROR,
        also=(Severity.WARNING,),
        needs=_TRACK,
        title=Words(zh="没有翻译", en="Not translated"),
        holds=Words(zh="没有照抄未译的字幕", en="No cue was left untranslated"),
        asks=Words(zh="是否有照抄未译的字幕", en="Whether a cue was left untranslated"),
        explanation=Words(
            zh="藏文字幕里留着中文（或中文字幕里留着藏文），多半是漏译，或把原文粘贴了过来。",
            en="A Tibetan cue contains Chinese, or the reverse: it was forgotten, or pasted from the original.",
        ),
        message=Words(zh="藏文第 {cue} 条还是中文。", en="Tibetan cue {cue} is still in Chinese."),
        messages={
            "part": Words(
                zh="藏文第 {cue} 条里有一段中文。",
                en="Tibetan cue {cue} contains some Chinese.",
            ),
            "tibetan": Words(
                zh="中文第 {cue} 条还是藏文。", en="Chinese cue {cue} is still in Tibetan."
            ),
        },
        remedy=Words(
            zh="在藏文字幕里，请译者把这一条译成藏文；若是人名、片名等有意保留，可以不改。",
            en="Let the translator put this cue of the Tibetan track into Tibetan. Leave it if a name or title was kept on purpose.",
        ),
        remedies={
            "part": Words(
                zh="在藏文字幕里，请译者把这一段中文译成藏文；若是人名、片名等有意保留，可以不改。",
                en="Let the translator put these words of the Tibetan track into Tibetan. Leave them if a name or title was kept on purpose.",
            ),
            "tibetan": Words(
                zh="在中文字幕里，把这一条译成中文；若两个文件的内容串了，请换回正确的文件。",
                en="Put this cue of the Chinese track into Chinese. If the contents of the two files were mixed up, put the right file back.",
            ),
        },
        limits=Words(
            zh="括号里的原文、不超过四个字的名称和署名（“字幕由…提供”“翻译：…”等）不计。",
            en="Originals in brackets, names of up to four characters and credits (“subtitles by …”) do not count.",
        ),
        run=_untranslated,
        catches=Example(bo=((0, 2000, "太阳是一颗恒星。"), _GOOD[1]), zh=_ZH),
        leaves=_SOUND,
        mqm="accuracy/untranslated",
    ),
    Rule(
        id="wrong-script",
        group="language",
        severity=Severity.WARNING,
        also=(Severity.ERROR,),
        needs=_TRACK,
        title=Words(zh="出现了别的文字", en="Wrong script"),
        holds=Words(zh="每条字幕都是该用的文字", en="Every cue is in its own script"),
        asks=Words(zh="每条字幕是否都是该用的文字", en="Whether every cue is in its own script"),
        explanation=Words(
            zh="字幕里出现了别的文字，可能是编码错误（乱码）或放错了文件。",
            en="A cue is in another script: the encoding is broken, or it is the wrong file.",
        ),
        message=Words(
            zh="第 {cue} 条大部分既不是藏文也不是中文。",
            en="Most of cue {cue} is neither Tibetan nor Chinese.",
        ),
        messages={
            "tibetan": Words(
                zh="中文第 {cue} 条里夹有藏文。", en="Chinese cue {cue} contains some Tibetan."
            ),
            "bo-track": Words(
                zh="作为藏文提交的字幕里几乎没有藏文。",
                en="The track submitted as Tibetan contains almost no Tibetan.",
            ),
            "zh-track": Words(
                zh="作为中文提交的字幕里几乎没有中文。",
                en="The track submitted as Chinese contains almost no Chinese.",
            ),
        },
        remedy=Words(
            zh="看这一条是不是乱码：是乱码，就用记事本打开原文件，另存为 UTF-8 编码；否则改正文字。",
            en="See whether this cue is garbled. If so, open the original file in a text editor and save it as UTF-8; if not, correct the text.",
        ),
        remedies={
            "bo-track": Words(
                zh="确认作为藏文字幕提交{cli:（--bo）|}的文件没有拿错；若文件打开是乱码，请译者重新导出为 UTF-8 编码的 SRT。",
                en="Make sure that the file submitted as Tibetan subtitles{cli: (--bo)|} is the right one. If it looks garbled when opened, have it exported again as SRT in UTF-8.",
            ),
            "zh-track": Words(
                zh="确认作为中文字幕提交{cli:（--zh）|}的文件没有拿错；若文件打开是乱码，请重新导出为 UTF-8 编码的 SRT。",
                en="Make sure that the file submitted as Chinese subtitles{cli: (--zh)|} is the right one. If it looks garbled when opened, export it again as SRT in UTF-8.",
            ),
        },
        limits=Words(
            zh="拉丁字母的缩写和名称不计。", en="Acronyms and names in Latin letters do not count."
        ),
        run=_wrong_script,
        catches=Example(bo=_GOOD, zh=((0, 2000, "Солнце это звезда"), _ZH[1])),
        leaves=_SOUND,
        mqm="locale-convention",
    ),
    Rule(
        id="not-simplified",
        group="language",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=_WRITTEN,
        title=Words(zh="不是简体字", en="Not in Simplified Chinese"),
        holds=Words(zh="中文都是简体字", en="All Chinese is in simplified characters"),
        asks=Words(zh="中文是否都是简体字", en="Whether all Chinese is in simplified characters"),
        explanation=Words(
            zh="科普微视频类要求文字为简体中文。双语类的通知只说中文字幕，这里只作提示。",
            en="The Chinese-only category requires Simplified characters. The bilingual category requires only “Chinese subtitles”: there it is a note.",
        ),
        message=Words(
            zh="中文第 {cue} 条有繁体字：{characters}。",
            en="Chinese cue {cue} has Traditional characters: {characters}.",
        ),
        remedy=Words(
            zh="在中文字幕里把这几个字改成简体{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改，改后请读一遍|}。",
            en="Write these characters of the Chinese track in Simplified form{cli:. bilingual fix with --unsafe --out FOLDER does it; read them afterwards|}.",
        ),
        limits=Words(
            zh="简繁通用的字（如“著”“乾”）不计；人名地名里的繁体字也会提示。",
            en="Characters used in both forms (著, 乾) do not count; Traditional characters in names do.",
        ),
        run=_not_simplified,
        catches=Example(bo=_GOOD, zh=((0, 2000, "太陽是一顆恆星。"), _ZH[1]), category="chinese"),
        leaves=Example(bo=_GOOD, zh=_ZH, category="chinese"),
        mqm="locale-convention",
    ),
    Rule(
        id="tibetan-syllable",
        group="language",
        severity=Severity.WARNING,
        also=(Severity.ERROR, Severity.INFO),
        needs=_BO,
        title=Words(zh="藏文音节拼写", en="Impossible Tibetan syllable"),
        holds=Words(zh="藏文音节拼写都成立", en="All Tibetan syllables are possible"),
        asks=Words(zh="藏文音节拼写是否都成立", en="Whether all Tibetan syllables are possible"),
        explanation=Words(
            zh="按藏文构字规则不可能存在的音节：元音重复、前加字或后加字不合规、叠字重复、符号次序颠倒、漏音节点、孤立的附加符号。",
            en="A syllable that the rules of Tibetan spelling do not allow: a repeated vowel sign, a letter that cannot end or begin a syllable, a repeated subjoined letter, signs in the wrong order, a missing tsheg, or a sign without a base letter.",
        ),
        message=Words(
            zh="藏文第 {cue} 条的音节“{syllable}”拼写有误。",
            en="The syllable {syllable} in Tibetan cue {cue} is misspelled.",
        ),
        messages={
            "doubled-vowel": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”元音符号重复。",
                en="The syllable {syllable} in Tibetan cue {cue} has a repeated vowel sign.",
            ),
            "doubled-stack": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”下加字重复。",
                en="The syllable {syllable} in Tibetan cue {cue} has a repeated subjoined letter.",
            ),
            "two-vowels": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”在一个字母上有两个元音符号。",
                en="The syllable {syllable} in Tibetan cue {cue} has two vowel signs on one letter.",
            ),
            "impossible-stack": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”的下加字组合不可能存在。",
                en="The stacked letters in {syllable}, Tibetan cue {cue}, do not combine.",
            ),
            "misordered-mark": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”的元音符号打在了下加字之前。",
                en="A vowel sign in {syllable}, Tibetan cue {cue}, was typed before a subjoined letter.",
            ),
            "tsheg-missing": Words(
                zh="藏文第 {cue} 条的“{syllable}”中间漏了音节点。",
                en="{syllable} in Tibetan cue {cue} is two syllables: a tsheg is missing.",
            ),
            "tsheg-none": MISSING_MESSAGE,
            "impossible-syllable": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”不合藏文构字规则。",
                en="The syllable {syllable} in Tibetan cue {cue} does not follow the rules of Tibetan spelling.",
            ),
            "impossible-suffix": Words(
                zh="藏文第 {cue} 条的音节“{syllable}”末尾的字母不能作后加字。",
                en="The last letter of {syllable} in Tibetan cue {cue} cannot end a syllable.",
            ),
            "stray-mark": Words(
                zh="藏文第 {cue} 条的“{syllable}”以附加符号开头。",
                en="{syllable} in Tibetan cue {cue} begins with a sign that needs a base letter.",
            ),
            "deprecated-character": Words(
                zh="藏文第 {cue} 条的“{syllable}”含有已弃用的字符。",
                en="{syllable} in Tibetan cue {cue} has a deprecated character.",
            ),
        },
        remedy=Words(
            zh="请懂藏文的人核对这个音节并改正，常见原因是多打了一个键或漏了音节点。",
            en="Ask a reader of Tibetan to correct this syllable. Usually a key was pressed twice or a tsheg is missing.",
        ),
        remedies={
            "deprecated-character": Words(
                zh="把已弃用的字符换成现行的写法。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好。",
                en="Replace the deprecated character with the current one. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it.",
            ),
            "tsheg-missing": Words(
                zh="请懂藏文的人看漏了哪个音节点（་），在藏文字幕里补上。",
                en="Ask a reader of Tibetan where the tsheg (་) is missing, and add it in the Tibetan track.",
            ),
            "tsheg-none": MISSING_REMEDY,
        },
        limits=Words(
            zh="音译词可以突破构字规则，所以只报告任何词都解释不了的拼法；可能存在但用错的音节看不出来。",
            en="Transliterations may break the rules, so only what no known word explains is reported. A valid syllable in the wrong place is not detected.",
        ),
        run=_syllables,
        catches=Example(bo=((0, 2000, "ཉི་མ་ནིི་བརྟན་སྐར་ཞིག་ཡིན།"), _GOOD[1]), zh=_ZH),
        leaves=Example(bo=((0, 2000, "སྚེན་ཕོརཌ་དང་ཨེཅ།"), _GOOD[1]), zh=_ZH),
        mqm="linguistic-conventions/spelling",
    ),
)
