"""How the Chinese is set: marks of two widths, letters of the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._tracks import span_of
from bilingual.checks.base import Artifacts, Example, Hit, Rule, Words, needed
from bilingual.formats.places import is_bare, judged
from bilingual.model import Evidence, Severity, Suggestion
from bilingual.text.typography import chinese_slips


def _typography(artifacts: Artifacts) -> Iterator[Hit]:
    zh = needed(artifacts.zh)
    for cue in zh.cues:
        shown = judged(cue, zh.format)
        for slip in chinese_slips(shown.text):
            text = shown.text[slip.start : slip.end]
            start, end = shown.whole(slip.start, slip.end)
            yield Hit(
                zh=(cue.index,),
                span_ms=span_of([cue]),
                confidence=0.8,
                params={"variant": slip.code, "cue": cue.index + 1, "text": text},
                evidence=(
                    Evidence(kind="typography", side="zh", cue=cue.index, start=start, end=end),
                ),
                suggestion=None
                if slip.fitting is None or not is_bare(cue, start, end)
                else Suggestion(
                    kind="replace",
                    safety="unsafe",
                    params={"start": start, "end": end, "text": slip.fitting},
                ),
            )


RULES: Final = (
    Rule(
        id="chinese-typography",
        group="language",
        severity=Severity.INFO,
        needs=frozenset({"zh-written"}),
        title=Words(zh="中文标点与字符", en="Chinese typography"),
        holds=Words(zh="中文标点与字符规范", en="Chinese punctuation and characters are in order"),
        asks=Words(
            zh="中文标点与字符是否规范",
            en="Whether Chinese punctuation and characters are in order",
        ),
        explanation=Words(
            zh="汉字后面用了半角标点、用了全角的字母或数字，或用了许多字体没有的生僻字。",
            en="Half-width punctuation after a Chinese character, full-width letters or digits, or a character that many fonts lack.",
        ),
        message=Words(
            zh="中文第 {cue} 条的“{text}”不合惯例。", en="“{text}” in Chinese cue {cue} is unusual."
        ),
        messages={
            "half-width-punctuation": Words(
                zh="中文第 {cue} 条的标点“{text}”是半角的。",
                en="The punctuation mark “{text}” in Chinese cue {cue} is half-width.",
            ),
            "full-width-letter": Words(
                zh="中文第 {cue} 条的“{text}”是全角字母或数字。",
                en="“{text}” in Chinese cue {cue} has full-width letters or digits.",
            ),
            "rare-ideograph": Words(
                zh="中文第 {cue} 条的“{text}”是生僻字，可能显示不出来。",
                en="“{text}” in Chinese cue {cue} is a rare character that may not be displayed.",
            ),
        },
        remedy=Words(
            zh="在中文字幕里把它改成惯用的写法。", en="Write it in the Chinese track as is usual."
        ),
        remedies={
            "half-width-punctuation": Words(
                zh="在中文字幕里把它改成全角标点（，。？！：；）{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="Change it to full-width punctuation (，。？！：；) in the Chinese track{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
            "full-width-letter": Words(
                zh="在中文字幕里把它改成半角字母或数字{cli:。运行 bilingual fix 并加 --unsafe --out 新文件夹，可自动改|}。",
                en="Change it to half-width letters or digits in the Chinese track{cli:. bilingual fix with --unsafe --out FOLDER does it|}.",
            ),
            "rare-ideograph": Words(
                zh="播放这一处，看这个字能不能显示；显示不出就换一种字体，或改用通用的字。",
                en="Play it and see whether the character is shown. If not, take another font or a common character.",
            ),
        },
        limits=Words(
            zh="字幕里常省去句末标点，缺标点不报告。",
            en="Subtitles often have no closing punctuation: a missing mark is not reported.",
        ),
        run=_typography,
        catches=Example(zh=((0, 2000, "今天,我们一起来认识太阳。"),)),
        leaves=Example(zh=((0, 2000, "今天，太阳离我们1.5亿公里，合1:1。"),)),
        mqm="linguistic-conventions/punctuation",
    ),
)
