"""How a cue reads: speed, lines and their breaks. All of it advice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._examples import CHINESE, CORRECT, TIBETAN, with_tibetan
from bilingual.checks._tracks import span_of
from bilingual.checks.base import Artifacts, Example, Hit, Need, Rule, Words, needed, on_side
from bilingual.formats.places import judged
from bilingual.hidden import seen
from bilingual.model import Cue, Evidence, Language, Severity, Suggestion
from bilingual.text.breaks import broken_in_two, rebroken
from bilingual.text.length import reading_length
from bilingual.text.script import is_tibetan_letter
from bilingual.text.sequence import groups_of, repeats, shown_before
from bilingual.text.syllables import SHAD, TSHEG
from bilingual.text.tibetan import tokenize

_TRACK: Final[frozenset[Need]] = frozenset({"track"})
_BO: Final[frozenset[Need]] = frozenset({"bo"})
_SHORTEST_MS: Final = 200  # below it a speed says nothing


def _limits(artifacts: Artifacts, side: Language) -> tuple[float, float]:
    """Most units a line and a second."""
    quality = artifacts.config.quality
    if side == "bo":
        return quality.bo_line_syllables, quality.bo_syllables_per_second
    return quality.zh_line_characters, quality.zh_characters_per_second


def _cues(artifacts: Artifacts) -> Iterator[tuple[Language, Cue]]:
    for side, track in artifacts.tracks():
        for cue in track.cues:
            yield side, cue


def _shown(artifacts: Artifacts) -> Iterator[tuple[Language, Cue, str, int]]:
    """Each cue, what of it is new, and how long that is on screen: with those that repeat it, once."""
    for side, track in artifacts.tracks():
        again = repeats(track.cues)
        for group in groups_of(track.cues) if again else ((c.index,) for c in track.cues):
            first, last = track.cues[group[0]], track.cues[group[-1]]
            shown = last.duration_ms if len(group) == 1 else last.end_ms - first.start_ms
            new = [track.cues[n].compared[shown_before(track.cues, n) :] for n in group]
            yield side, last, max(reversed(new), key=len), shown


def _speed(artifacts: Artifacts) -> Iterator[Hit]:
    for side, cue, text, shown_ms in _shown(artifacts):
        _, most = _limits(artifacts, side)
        if shown_ms < _SHORTEST_MS:
            continue
        speed = 1000 * reading_length(text, side) / shown_ms
        if speed > most:
            params = {"variant": side, "cue": cue.index + 1, "speed": round(speed, 1), "most": most}
            yield Hit(**on_side(side, cue.index), span_ms=span_of([cue]), params=params)


def _lines(artifacts: Artifacts) -> Iterator[Hit]:
    for side, cue in _cues(artifacts):
        most, _ = _limits(artifacts, side)
        longest = max(
            (reading_length(line, side) for line in cue.compared.split("\n")), default=0.0
        )
        if longest > most:
            params = {"variant": side, "cue": cue.index + 1, "length": longest, "most": most}
            yield Hit(
                **on_side(side, cue.index),
                span_ms=span_of([cue]),
                params=params,
                suggestion=_in_two(artifacts, cue, side, most),
            )


def _in_two(artifacts: Artifacts, cue: Cue, side: Language, most: float) -> Suggestion | None:
    """A cue of one long line as two lines, where there is a good place for the break."""
    # Tags around the line stay where they are.
    line = cue.compared.strip() if cue.compared.strip() in cue.text else cue.text.strip()
    if "\n" in line or artifacts.config.quality.max_lines < 2:
        return None
    if seen(line).at is not None:  # once they are gone, there is one
        return None
    broken = broken_in_two(line, side, most, artifacts.config.text.words)
    if broken is None:
        return None
    start = cue.text.index(line)
    params = {"start": start, "end": start + len(line), "text": broken}
    return Suggestion(kind="replace", safety="safe", params=params)


def _count(artifacts: Artifacts) -> Iterator[Hit]:
    most = artifacts.config.quality.max_lines
    for side, cue in _cues(artifacts):
        lines = sum(1 for line in cue.compared.split("\n") if line.strip())
        if lines > most:
            params = {"cue": cue.index + 1, "lines": lines, "most": most}
            yield Hit(**on_side(side, cue.index), span_ms=span_of([cue]), params=params)


def _breaks(artifacts: Artifacts) -> Iterator[Hit]:
    bo = needed(artifacts.bo)
    words = artifacts.config.text.words
    for cue in bo.cues:
        shown = judged(cue, bo.format)
        at = -1
        while (at := shown.text.find("\n", at + 1)) >= 0:
            before, after = shown.text[:at].rstrip(), shown.text[at + 1 :].lstrip()
            if not (before and after):
                continue
            if after[0] == SHAD and not before.endswith(SHAD):
                variant = "before-shad"
            elif not is_tibetan_letter(after[0]):
                continue
            elif is_tibetan_letter(before[-1]):
                variant = "in-syllable"
            elif before[-1] == TSHEG and _in_word(before, after, words):
                variant = "in-word"
            else:
                continue
            start, end = shown.whole(at, at + 1)
            yield Hit(
                bo=(cue.index,),
                span_ms=span_of([cue]),
                confidence=0.8,
                params={"variant": variant, "cue": cue.index + 1},
                evidence=(Evidence(kind="break", side="bo", cue=cue.index, start=start, end=end),),
                suggestion=_elsewhere(artifacts, cue, at) if shown.at is None else None,
            )


def _elsewhere(artifacts: Artifacts, cue: Cue, at: int) -> Suggestion | None:
    """The break where one may stand."""
    most = artifacts.config.quality.bo_line_syllables
    rewritten = rebroken(cue.text, at, most, artifacts.config.text.words)
    if rewritten is None:
        return None
    params = {"start": rewritten.start, "end": rewritten.end, "text": rewritten.text}
    return Suggestion(kind="replace", safety="safe", params=params)


def _in_word(before: str, after: str, words: tuple[str, ...]) -> bool:
    """Whether a word of botok's reaches from one line into the next."""
    head, tail = before.split("\n")[-1], after.split("\n")[0]
    return any(
        token.kind == "word" and token.start < len(head) < token.end
        for token in tokenize(head + tail, words=words)
    )


RULES: Final = (
    Rule(
        id="reading-speed",
        group="reading",
        fixed_by="translator",
        severity=Severity.INFO,
        needs=_TRACK,
        title=Words(zh="阅读速度", en="Reading speed"),
        holds=Words(zh="阅读速度合适", en="Reading speed is right"),
        asks=Words(zh="阅读速度是否合适", en="Whether reading speed is right"),
        explanation=Words(
            zh="字幕停留太短，观众来不及读完。",
            en="The cue disappears before viewers have read it.",
        ),
        message=Words(
            zh="第 {cue} 条每秒 {speed}，建议不超过 {most}。",
            en="Cue {cue} has {speed} per second; at most {most} is recommended.",
        ),
        messages={
            "zh": Words(
                zh="中文第 {cue} 条每秒 {speed} 字，建议不超过 {most} 字。",
                en="Chinese cue {cue} has {speed} characters per second; at most {most} is recommended.",
            ),
            "bo": Words(
                zh="藏文第 {cue} 条每秒 {speed} 个音节，建议不超过 {most} 个。",
                en="Tibetan cue {cue} has {speed} syllables per second; at most {most} is recommended.",
            ),
        },
        remedy=Words(
            zh="把这一条的结束时间推后到每秒不超过 {most}；后面没有空，就请译者精简文字。",
            en="End this cue later, so that it has no more than {most} a second. If there is no room after it, shorten the text.",
        ),
        limits=Words(
            zh="中文限值取自公开的字幕规范，藏文限值由音节与汉字之比推算，都只作参考。",
            en="The Chinese limit is from a published guide; the Tibetan one is derived from syllables per character. Both are advice only.",
        ),
        run=_speed,
        catches=with_tibetan("ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", 300),
        leaves=CORRECT,
    ),
    Rule(
        id="line-length",
        group="reading",
        fixed_by="translator",
        severity=Severity.INFO,
        needs=_TRACK,
        title=Words(zh="行太长", en="Line too long"),
        holds=Words(zh="每行长度合适", en="Lines are short enough"),
        asks=Words(zh="每行长度是否合适", en="Whether lines are short enough"),
        explanation=Words(
            zh="一行太长会挤到画面边缘，或被播放器自动换行。",
            en="A long line reaches the edge of the picture or is wrapped by the player.",
        ),
        message=Words(
            zh="第 {cue} 条有一行长 {length}，建议不超过 {most}。",
            en="A line of cue {cue} has {length}; at most {most} is recommended.",
        ),
        messages={
            "zh": Words(
                zh="中文第 {cue} 条有一行 {length} 字，建议不超过 {most} 字（半角算半字）。",
                en="A line of Chinese cue {cue} has {length} characters; at most {most} is recommended.",
            ),
            "bo": Words(
                zh="藏文第 {cue} 条有一行 {length} 个音节，建议不超过 {most} 个。",
                en="A line of Tibetan cue {cue} has {length} syllables; at most {most} is recommended.",
            ),
        },
        remedy=Words(
            zh="把这一行分成两行，或把这一条分成两条。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，能分成两行的会自动分好。",
            en="Split the line in two, or the cue into two. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} breaks the lines that have a good place for it.",
        ),
        limits=Words(
            zh="不知道字体大小，只数字数。",
            en="Characters are counted; the width of the font is not known.",
        ),
        run=_lines,
        catches=Example(bo=TIBETAN, zh=((0, 5000, "太阳是一颗恒星" * 4), CHINESE[1])),
        leaves=CORRECT,
    ),
    Rule(
        id="line-count",
        group="reading",
        fixed_by="translator",
        severity=Severity.INFO,
        needs=_TRACK,
        title=Words(zh="行数太多", en="Too many lines"),
        holds=Words(zh="行数合适", en="Cues have few enough lines"),
        asks=Words(zh="行数是否合适", en="Whether cues have few enough lines"),
        explanation=Words(zh="行数太多会遮挡画面。", en="Many lines cover the picture."),
        message=Words(
            zh="第 {cue} 条有 {lines} 行，建议不超过 {most} 行。",
            en="Cue {cue} has {lines} lines; at most {most} are recommended.",
        ),
        remedy=Words(
            zh="合并短行，或把这一条按解说拆成两条，每条不超过 {most} 行。",
            en="Merge short lines, or split the cue in two where the narrator pauses; at most {most} lines each.",
        ),
        limits=Words(zh="空行不计。", en="Empty lines do not count."),
        run=_count,
        catches=with_tibetan("ཉི་མ་\nནི་བརྟན་སྐར་\nཞིག་ཡིན།"),
        leaves=CORRECT,
    ),
    Rule(
        id="line-break",
        group="reading",
        fixed_by="translator",
        severity=Severity.INFO,
        needs=_BO,
        title=Words(zh="换行位置", en="Line breaks"),
        holds=Words(zh="换行位置合适", en="Lines break in the right places"),
        asks=Words(zh="换行位置是否合适", en="Whether lines break in the right places"),
        explanation=Words(
            zh="藏文只能在音节点或垂符之后换行，从音节中间断开无法阅读；一个词最好不要断在两行。",
            en="Tibetan lines break only after a tsheg or shad. A broken syllable cannot be read, and a word is better kept on one line.",
        ),
        message=Words(
            zh="藏文第 {cue} 条在没有音节点的地方换了行。",
            en="A line of Tibetan cue {cue} breaks where there is no tsheg.",
        ),
        messages={
            "before-shad": Words(
                zh="藏文第 {cue} 条把垂符断到了下一行开头。",
                en="A line of Tibetan cue {cue} begins with the shad of the previous line.",
            ),
            "in-word": Words(
                zh="藏文第 {cue} 条把一个词断在了两行。",
                en="A line of Tibetan cue {cue} breaks within a word.",
            ),
        },
        remedy=Words(
            zh="在藏文字幕里把换行移到音节点（་）或垂符（།）之后。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好。",
            en="Move the line break in the Tibetan track behind a tsheg (་) or shad (།). {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it.",
        ),
        limits=Words(
            zh="词以 botok 和词表为准；没有下载词表时只看有没有音节点。",
            en="Words are found by botok with its word list. Without the list only the tsheg is checked.",
        ),
        run=_breaks,
        catches=with_tibetan("ཉི་མ་ནི་བརྟན\nསྐར་ཞིག་ཡིན།"),
        leaves=with_tibetan("ཉི་མ་ནི་\nབརྟན་སྐར་ཞིག་ཡིན།"),
    ),
)
