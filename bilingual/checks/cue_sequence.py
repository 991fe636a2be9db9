"""How the cues of a track follow each other: repeats, and parts joined without shifting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from bilingual.checks._tracks import BO, FINE, TRACK, ZH, player_time, retimed, span_of
from bilingual.checks.base import Artifacts, Example, Hit, Rule, Words, on_side
from bilingual.model import Language, Severity, Track
from bilingual.text.sequence import parts_of, repeats, rolling

_NEAR_MS: Final = 1000
_OFTEN: Final = 3
"""Repeats that show how a file was cut, whatever the other language has."""


def _repeated_cue(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        yield from _rolling(side, track)
        again = repeats(track.cues)
        groups: dict[int, list[int]] = {}
        for index, repeat in again.items():
            if repeat.kind == "rolls":  # reported as a whole
                continue
            groups.setdefault(repeat.first, []).append(index)
        for first, rest in groups.items():
            cues = [track.cues[n] for n in (first, *rest)]
            span = span_of(cues)
            grows = any(again[n].kind == "grows" for n in rest)
            yield Hit(
                **on_side(side, *sorted((first, *rest))),
                span_ms=span,
                severity=None
                if len(groups) >= _OFTEN or _other_once(artifacts, side, cues[1].start_ms)
                else Severity.INFO,
                params={
                    "variant": "grows" if grows else "same",
                    "cue": rest[0] + 1,
                    "first": first + 1,
                    "last": rest[-1] + 1,
                    "count": len(rest),
                },
            )


def _rolling(side: Language, track: Track) -> Iterator[Hit]:
    found = rolling(track.cues)
    if found:
        params = {"variant": "rolls", "cue": found[0] + 1, "count": len(found)}
        yield Hit(**on_side(side, *found), params=params)


def _other_once(artifacts: Artifacts, side: Language, at_ms: int) -> bool:
    """Whether the other language does not say something again at that time.

    Where it does, or there is no other, it may be a refrain or a call.
    """
    other: Track | None = artifacts.zh if side == "bo" else artifacts.bo
    if other is None:
        return False
    return all(abs(other.cues[n].start_ms - at_ms) > _NEAR_MS for n in repeats(other.cues))


def _parts_joined(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for part, at in enumerate(parts_of(track), 2):
            before, cue = track.cues[at - 1], track.cues[at]
            yield Hit(
                **on_side(side, at),
                span_ms=span_of([cue]),
                params={
                    "cue": at + 1,
                    "part": part,
                    "start": player_time(cue.start_ms),
                    "before": player_time(before.end_ms),
                },
            )


RULES: Final = (
    Rule(
        id="repeated-cue",
        group="reading",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=TRACK,
        title=Words(zh="重复前一条字幕", en="Cue repeats the one before"),
        holds=Words(zh="没有重复前一条的字幕", en="No cue repeats the one before"),
        asks=Words(zh="是否有重复前一条的字幕", en="Whether a cue repeats the one before"),
        explanation=Words(
            zh="紧接着的两条（或几条）文字相同，或者后一条从前一条的文字开头再往下写，或者把前一条的末行又放在最上面（滚动字幕）：一句话被拆成几条显示，"
            "或者复制时多了一条。文字相同或逐条加长的，几条作为一句与另一种语言对应，所以不会另报缺少译文。",
            en="Cues that follow each other have the same text, or each begins with the text of the one before and goes on, or with its last line (rolling captions): a sentence was cut into several cues, or a cue was copied once too often. Equal and growing cues are compared with the other language as one sentence, so no missing translation is reported for them.",
        ),
        message=Words(
            zh="第 {cue} 条重复第 {first} 条的文字", en="Cue {cue} repeats the text of cue {first}"
        ),
        messages={
            "same": Words(
                zh="第 {cue} 条重复第 {first} 条的文字（重复 {count} 次，到第 {last} 条）",
                en="Cue {cue} repeats the text of cue {first} (repeats: {count}, up to cue {last})",
            ),
            "rolls": Words(
                zh="从第 {cue} 条起，有 {count} 条把前一条的末行又显示一遍（滚动字幕），每句不止出现一次",
                en="From cue {cue} on, {count} cues show lines of the cue before once more (rolling captions), so each sentence is there more than once",
            ),
            "grows": Words(
                zh="第 {first} 条到第 {last} 条是同一句，逐条加长",
                en="Cues {first} to {last} are one sentence that grows from cue to cue",
            ),
        },
        remedy=Words(
            zh="合并成一条：从第一条的开始到最后一条的结束，文字只留一遍。如果确实说了两遍，可以不改。",
            en="Merge them into one cue, from the start of the first to the end of the last, with the text once. Leave them if it is really said twice.",
        ),
        remedies={
            "rolls": Words(
                zh="这是滚动字幕。用原字幕软件改为“逐条显示”再导出；或在每一条里删去与前一条重复的那一行。",
                en="These are rolling captions. Export them again one cue at a time, or delete from each cue the line that repeats the one before.",
            ),
            "grows": Words(
                zh="把第 {first} 条到第 {last} 条合并成一条，只留最后一条的文字，时间从第 {first} 条的开始到第 {last} 条的结束。",
                en="Merge cues {first} to {last} into one: the text of the last, from the start of cue {first} to the end of cue {last}.",
            ),
        },
        limits=Words(
            zh="两条相隔超过 1 秒、或不到三个字（音节）的不算重复。逐条加长的写法要在一条字幕轨里出现三次以上才算。"
            "另一种语言同时也重复的、只有一种语言而且不到三处的，只作提示。",
            en="Cues more than 1 s apart, or of fewer than three characters (syllables), do not count; growing cues count from the third in a track on. Where the other language repeats at the same time too, or there is none and fewer than three repeats, it is a note.",
        ),
        catches=Example(
            bo=BO,
            zh=(*ZH[:2], (8000, 9400, ZH[2][2]), (9500, 11000, ZH[2][2]), *ZH[3:]),
        ),
        leaves=FINE,
        run=_repeated_cue,
    ),
    Rule(
        id="parts-joined",
        group="reading",
        severity=Severity.ERROR,
        needs=TRACK,
        title=Words(zh="两段字幕未移动时间就接在一起", en="Parts joined without shifting"),
        holds=Words(zh="时间从头到尾连续", en="Times run from beginning to end"),
        asks=Words(zh="时间从头到尾是否连续", en="Whether times run from beginning to end"),
        explanation=Words(
            zh="文件从某一条起时间又从头开始：两段（上下集、分段翻译）的字幕接在一起时，后一段没有整体后移。"
            "播放时两段会叠在一起。对应关系按一段接一段来判断；与时间有关的项目不作判断。",
            en="From some cue on the times begin again: the subtitles of two parts were joined, and the second was not shifted to follow the first. A player shows both at once. The cues are paired as if the parts followed each other; what depends on times is not judged.",
        ),
        message=Words(
            zh="从第 {cue} 条起时间重新开始（{start}，前一条到 {before}）：第 {part} 段接在后面，时间没有后移",
            en="The times begin again at cue {cue} ({start}, after {before}): part {part} was joined without shifting it",
        ),
        remedy=Words(
            zh="在字幕软件里选中第 {cue} 条和以后的各条，一起后移到这一段在影片里开始的时间（Subtitle Edit：同步→调整所有时间→仅选中的行）。接错了文件，就删去多余的一段。",
            en="In a subtitle editor select cue {cue} and all after it, and shift them to where this part begins in the film (Subtitle Edit: Synchronization, Adjust all times, Selected lines). If the wrong file was appended, delete that part.",
        ),
        limits=Words(
            zh="每段至少三条，而且从前一段的前半以内重新开始；个别次序颠倒的字幕见“字幕的先后次序不对”。",
            en="A part has at least three cues and begins no later than the middle of the one before. Single cues out of order are reported as such.",
        ),
        catches=Example(zh=(*ZH, *retimed(ZH, 1, 200))),
        leaves=FINE,
        run=_parts_joined,
    ),
)
