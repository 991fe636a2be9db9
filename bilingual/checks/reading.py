"""What reading a track brought up: problems of the file, hidden characters, times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from bilingual.checks._tracks import FINE, ZH
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, Need, Rule, Words, on_side
from bilingual.formats.codes import GRADES, grade
from bilingual.formats.hidden import find_hidden
from bilingual.locale import catalogue
from bilingual.model import Cue, Language, Problem, Span, Track
from bilingual.result import Evidence, Severity

_SHOWN: Final = 20
_EXCERPT: Final = 80
_SLACK_MS: Final = 500
_TRACK: Final[frozenset[Need]] = frozenset({"track"})
_SEVERITIES: Final[Mapping[str, Severity]] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
}
# Facts about a track that are nobody's fault; they stay with the track.
_FACTS: Final = frozenset(
    {"tags-seen", "split-by-script", "language-by-tag", "language-by-script", "encoding-assumed"}
)
# What changes or may change the words, apart from what is merely of no use.
_GRAVE: Final = frozenset(
    {"replacement", "control", "bidi", "private-use", "noncharacter", "tag", "surrogate"}
)


def _parse_problem(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        by_code: dict[str, list[Problem]] = {}
        for problem in track.problems:
            if problem.code not in _FACTS:
                by_code.setdefault(problem.code, []).append(problem)
        for code, problems in by_code.items():
            yield _problem_hit(side, track, code, problems)


def _problem_hit(side: Language, track: Track, code: str, problems: list[Problem]) -> Hit:
    first = problems[0]
    lines = [p.line for p in problems if p.line is not None]
    told = set(lines)
    cues = [cue.index for cue in track.cues if cue.line in told]
    shown = ", ".join(map(str, lines[:_SHOWN])) + (" …" if len(lines) > _SHOWN else "")
    params = {name: _excerpt(value) for name, value in first.params.items()}
    return Hit(
        **on_side(side, *cues),
        severity=_SEVERITIES[grade(code)],
        params={
            **params,
            "variant": code if code in GRADES else "other",
            "code": code,
            "count": len(problems),
            "lines": shown or "–",
        },
        evidence=tuple(
            Evidence(
                kind="problem",
                side=side,
                params={
                    "line": p.line,
                    **{name: _excerpt(value) for name, value in p.params.items()},
                },
            )
            for p in problems[:_SHOWN]
        ),
    )


def _excerpt(value: object) -> object:
    if not isinstance(value, str):
        return value
    flat = " ⏎ ".join(part for part in value.split("\n") if part.strip())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT] + "…"


def _encoding_assumed(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for problem in track.problems:
            if problem.code == "encoding-assumed":
                yield Hit(**on_side(side), params={"encoding": problem.params["encoding"]})


def _empty_cue(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for cue in track.cues:
            if not _visible(cue):
                marked = cue.text.strip() != ""
                yield Hit(
                    **on_side(side, cue.index),
                    params={"variant": "marks-only" if marked else "empty", "cue": cue.index + 1},
                )


def _visible(cue: Cue) -> str:
    hidden = {found.at for found in find_hidden(cue.plain)}
    return "".join(c for at, c in enumerate(cue.plain) if at not in hidden).strip()


def _hidden_character(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for cue in track.cues:
            found = find_hidden(cue.text)
            if not found:
                continue
            names = list(dict.fromkeys(one.code_point for one in found))
            grave = [one.kind for one in found if one.kind in _GRAVE]
            variant = grave[0] if grave else found[0].kind
            yield Hit(
                **on_side(side, cue.index),
                severity=Severity.WARNING if grave else Severity.INFO,
                params={
                    "variant": "replacement" if variant == "replacement" else "hidden",
                    "cue": cue.index + 1,
                    "kind": variant,
                    "characters": ", ".join(names),
                    "count": len(found),
                },
                evidence=tuple(
                    Evidence(
                        kind="hidden-character",
                        side=side,
                        cue=cue.index,
                        start=one.at,
                        end=one.at + 1,
                        params={"code_point": one.code_point, "kind": one.kind},
                    )
                    for one in found[:_SHOWN]
                ),
            )


def _cue_order(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for before, cue in pairwise(track.cues):
            if cue.start_ms < before.start_ms:
                yield Hit(
                    **on_side(side, before.index, cue.index),
                    params={
                        "cue": cue.index + 1,
                        "seconds": _seconds(before.start_ms - cue.start_ms),
                    },
                )


def _in_time(track: Track) -> list[Cue]:
    """The cues that last, by when they begin."""
    lasting = [cue for cue in track.cues if cue.end_ms > cue.start_ms]
    return sorted(lasting, key=lambda cue: (cue.start_ms, cue.index))


def _cue_overlap(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        latest: Cue | None = None
        for cue in _in_time(track):
            if latest is not None and cue.start_ms < latest.end_ms:
                overlap = min(latest.end_ms, cue.end_ms) - cue.start_ms
                placed = latest.settings or cue.settings or track.format == "ass"
                sure = overlap >= _SLACK_MS and not placed
                first, second = sorted((latest.index, cue.index))
                yield Hit(
                    **on_side(side, first, second),
                    span_ms=Span(start_ms=cue.start_ms, end_ms=cue.start_ms + overlap),
                    severity=Severity.WARNING if sure else Severity.INFO,
                    params={"first": first + 1, "second": second + 1, "seconds": _seconds(overlap)},
                )
            if latest is None or cue.end_ms > latest.end_ms:
                latest = cue


def _cue_too_short(artifacts: Artifacts) -> Iterator[Hit]:
    least = artifacts.config.quality.min_cue_ms
    for side, track in artifacts.tracks():
        for cue in track.cues:
            if cue.duration_ms >= least or not cue.plain.strip():
                continue
            never = cue.duration_ms <= 0
            yield Hit(
                **on_side(side, cue.index),
                severity=Severity.WARNING if never else Severity.INFO,
                params={
                    "variant": "never" if never else "short",
                    "cue": cue.index + 1,
                    "seconds": _seconds(cue.duration_ms),
                    "limit": _seconds(least),
                },
            )


def _cue_too_long(artifacts: Artifacts) -> Iterator[Hit]:
    most = artifacts.config.quality.max_cue_ms
    for side, track in artifacts.tracks():
        for cue in track.cues:
            if cue.duration_ms > most:
                yield Hit(
                    **on_side(side, cue.index),
                    params={
                        "cue": cue.index + 1,
                        "seconds": _seconds(cue.duration_ms),
                        "limit": _seconds(most),
                    },
                )


def _cue_gap(artifacts: Artifacts) -> Iterator[Hit]:
    least = artifacts.config.quality.min_gap_ms
    for side, track in artifacts.tracks():
        for before, cue in pairwise(_in_time(track)):
            gap = cue.start_ms - before.end_ms
            if 0 < gap < least:
                yield Hit(
                    **on_side(side, *sorted((before.index, cue.index))),
                    span_ms=Span(start_ms=before.end_ms, end_ms=cue.start_ms),
                    params={
                        "first": before.index + 1,
                        "second": cue.index + 1,
                        "milliseconds": gap,
                        "limit": least,
                    },
                )


def _seconds(ms: int) -> float:
    return round(ms / 1000, 3)


def _problem_messages() -> dict[str, Words]:
    """The words of each problem, with how often and where."""
    words = catalogue().get("problems", {})
    found: dict[str, Words] = {}
    for code in GRADES:
        if code in words:
            found[code] = Words(
                zh=words[code]["zh"] + "（共 {count} 处，行：{lines}）",
                en=words[code]["en"] + " ({count} in all, line: {lines})",
            )
    return found


def _reading(
    name: str,
    severity: Severity,
    run: Callable[[Artifacts], Iterator[Hit | CannotTell]] | Callable[[Artifacts], Iterator[Hit]],
    *,
    title: Words,
    explanation: Words,
    message: Words,
    remedy: Words,
    limits: Words,
    catches: Example,
    messages: Mapping[str, Words] | None = None,
    leaves: Example = FINE,
) -> Rule:
    return Rule(
        id=name,
        group="reading",
        severity=severity,
        needs=_TRACK,
        title=title,
        explanation=explanation,
        message=message,
        messages=messages or {},
        remedy=remedy,
        limits=limits,
        run=run,
        catches=catches,
        leaves=leaves,
    )


_DAMAGED: Final = "1\n00:00:01,000 --> 00:00:03,000\n地球绕着太阳转。\n\n2\n00:61:04,000 --> 00:00:07,000\n水在零度结成冰。\n"
_SOUND: Final = "1\n00:00:01,000 --> 00:00:03,000\n地球绕着太阳转。\n\n2\n00:00:04,000 --> 00:00:07,000\n水在零度结成冰。\n"

RULES = (
    _reading(
        "parse-problem",
        Severity.WARNING,
        _parse_problem,
        title=Words(zh="字幕文件有写法上的问题", en="The subtitle file is not written soundly"),
        explanation=Words(
            zh="读取字幕文件时，每一行都要有着落：不能识别的时间、不属于任何字幕的文字、缺少的空行都会列出来，不会悄悄丢掉。丢失文字或时间的报错，能可靠修正的警告，其余只提示。",
            en="Every line of a subtitle file has to be accounted for: times that cannot be read, text that belongs to no cue, missing blank lines are listed and never dropped in silence. Lost text or times are errors, what could be mended with certainty is a warning, the rest a note.",
        ),
        message=Words(
            zh="读取时遇到问题 {code}（共 {count} 处，行：{lines}）",
            en="reading met the problem {code} ({count} in all, line: {lines})",
        ),
        messages=_problem_messages(),
        remedy=Words(
            zh="请用字幕软件打开这个文件，改正列出的行，再导出为 UTF-8 编码的 SRT 或 WebVTT。",
            en="Open the file in a subtitle editor, correct the lines named, and export it as SRT or WebVTT in UTF-8.",
        ),
        limits=Words(
            zh="SRT 没有正式标准：这里按多数播放器的读法判断。WebVTT 按 W3C 标准判断。",
            en="SRT has no formal standard: it is judged by what most players read. WebVTT is judged by the W3C standard.",
        ),
        catches=Example(zh_file=_DAMAGED),
        leaves=Example(zh_file=_SOUND),
    ),
    _reading(
        "encoding-assumed",
        Severity.WARNING,
        _encoding_assumed,
        title=Words(zh="文字编码是推测的", en="The text encoding is a guess"),
        explanation=Words(
            zh="文件不是 UTF-8，也没有标明编码。内容按推测的编码读取后是通顺的字幕，但播放器可能显示乱码。",
            en="The file is not UTF-8 and does not say what it is. Read by a guess it gives sensible subtitles, but players may show garbage.",
        ),
        message=Words(
            zh="按 {encoding} 编码读取，这是推测的", en="Read as {encoding}, which is a guess"
        ),
        remedy=Words(
            zh="请用记事本或字幕软件打开，另存为 UTF-8 编码。",
            en="Open the file in a text or subtitle editor and save it as UTF-8.",
        ),
        limits=Words(
            zh="只推测 GB18030（含 GBK、GB2312）和 UTF-16，其他编码一律报错，不猜。",
            en="Only GB18030 (with GBK and GB2312) and UTF-16 are guessed; anything else is an error and no guess.",
        ),
        catches=Example(zh_file=_SOUND, file_encoding="gb18030"),
        leaves=Example(zh_file=_SOUND),
    ),
    _reading(
        "empty-cue",
        Severity.WARNING,
        _empty_cue,
        title=Words(zh="字幕没有文字", en="A cue has no text"),
        explanation=Words(
            zh="有时间、没有文字的字幕什么也不显示，往往是漏填或误删。",
            en="A cue with times and no text shows nothing; mostly something was forgotten or deleted.",
        ),
        message=Words(zh="第 {cue} 条没有文字", en="Cue {cue} has no text"),
        messages={
            "empty": Words(zh="第 {cue} 条没有文字", en="Cue {cue} has no text"),
            "marks-only": Words(
                zh="第 {cue} 条只有标记或看不见的字符，没有文字",
                en="Cue {cue} has tags or invisible characters only, no text",
            ),
        },
        remedy=Words(zh="请补上文字，或删除这一条。", en="Fill in the text, or delete the cue."),
        limits=Words(
            zh="有意用空字幕清屏的做法也会列出。",
            en="An empty cue put there on purpose, to clear the screen, is listed too.",
        ),
        catches=Example(zh=(*ZH[:2], (8000, 11000, ""), *ZH[3:])),
    ),
    _reading(
        "hidden-character",
        Severity.WARNING,
        _hidden_character,
        title=Words(zh="文字里有看不见的字符", en="Invisible characters in the text"),
        explanation=Words(
            zh="控制字符、方向控制符、零宽字符、私用区字符等在屏幕上看不见，却会让显示、检索和比对出错。只报告位置，不删除。",
            en="Control, direction, zero-width and private-use characters are not seen on screen and yet upset display, search and comparison. They are reported with their place and never removed.",
        ),
        message=Words(
            zh="第 {cue} 条有 {count} 个看不见的字符：{characters}",
            en="Cue {cue} has {count} invisible characters: {characters}",
        ),
        messages={
            "hidden": Words(
                zh="第 {cue} 条有 {count} 个看不见的字符：{characters}",
                en="Cue {cue} has {count} invisible characters: {characters}",
            ),
            "replacement": Words(
                zh="第 {cue} 条有文字已经损坏成替换符（{characters}，共 {count} 个）",
                en="In cue {cue} text was damaged into replacement characters ({characters}, {count} in all)",
            ),
        },
        remedy=Words(
            zh="请删除这些字符后重新输入这一处文字。", en="Delete them and type that place again."
        ),
        limits=Words(
            zh="零宽空格等在网页文字里常见，多半无害，只作提示；表情符号内部的连接符不算。",
            en="Zero-width spaces are common in text from the web and mostly harmless: a note only. What holds an emoji together does not count.",
        ),
        catches=Example(zh=(*ZH[:2], (8000, 11000, "植物\u202e需要阳光和水。"), *ZH[3:])),
    ),
    _reading(
        "cue-order",
        Severity.WARNING,
        _cue_order,
        title=Words(zh="字幕的先后次序不对", en="Cues are out of order"),
        explanation=Words(
            zh="文件里后面的一条比前面的一条先开始。有的播放器会漏掉它。",
            en="A cue begins before the one that stands above it in the file. Some players skip it.",
        ),
        message=Words(
            zh="第 {cue} 条比它前面的一条早开始 {seconds} 秒",
            en="Cue {cue} begins {seconds} s before the one above it",
        ),
        remedy=Words(
            zh="请用字幕软件按时间排序，并确认时间没有写错。",
            en="Sort the file by time in a subtitle editor, and make sure that the times are right.",
        ),
        limits=Words(zh="只看开始时间。", en="Looks at the times of beginning only."),
        catches=Example(zh=(*ZH[:2], ZH[3], ZH[2], *ZH[4:])),
    ),
    _reading(
        "cue-overlap",
        Severity.WARNING,
        _cue_overlap,
        title=Words(zh="两条字幕的时间重叠", en="Two cues overlap"),
        explanation=Words(
            zh="后一条出现时前一条还没有消失，两条会叠在一起。重叠不到半秒、或者指定了显示位置的只作提示。",
            en="A cue comes up while the one before is still there, so both are shown at once. Below half a second, or where places on screen are set, it is a note.",
        ),
        message=Words(
            zh="第 {first} 条和第 {second} 条重叠 {seconds} 秒",
            en="Cues {first} and {second} overlap by {seconds} s",
        ),
        remedy=Words(
            zh="请把前一条的结束时间提前，或把后一条的开始时间推后。",
            en="Let the first end earlier or the second begin later.",
        ),
        limits=Words(
            zh="两人同时说话时重叠可能是有意的。",
            en="Where two people speak at once it may be meant.",
        ),
        catches=Example(zh=(*ZH[:2], (6000, 11000, ZH[2][2]), *ZH[3:])),
    ),
    _reading(
        "cue-too-short",
        Severity.INFO,
        _cue_too_short,
        title=Words(zh="字幕显示时间太短", en="A cue is shown too briefly"),
        explanation=Words(
            zh="少于 0.833 秒（20 帧）的字幕来不及看（Netflix 简体中文规范；可在设置中修改）。时长为零或为负的根本不会显示，作为警告。",
            en="Below 0.833 s (20 frames) nobody can read it (Netflix's guide; settings). A cue that lasts no time at all is never shown: a warning.",
        ),
        message=Words(
            zh="第 {cue} 条只显示 {seconds} 秒，少于 {limit} 秒",
            en="Cue {cue} is shown for {seconds} s, less than {limit} s",
        ),
        messages={
            "short": Words(
                zh="第 {cue} 条只显示 {seconds} 秒，少于 {limit} 秒",
                en="Cue {cue} is shown for {seconds} s, less than {limit} s",
            ),
            "never": Words(
                zh="第 {cue} 条的时长是 {seconds} 秒，不会显示",
                en="Cue {cue} lasts {seconds} s and is never shown",
            ),
        },
        remedy=Words(
            zh="请延长显示时间，或与相邻的一条合并。",
            en="Show it longer, or join it with its neighbour.",
        ),
        limits=Words(
            zh="只是建议，与文字长短无关。", en="Advice, whatever the length of the text."
        ),
        catches=Example(zh=(*ZH[:2], (8000, 8300, ZH[2][2]), *ZH[3:])),
    ),
    _reading(
        "cue-too-long",
        Severity.INFO,
        _cue_too_long,
        title=Words(zh="字幕显示时间太长", en="A cue is shown too long"),
        explanation=Words(
            zh="超过 7 秒的字幕观众会重读（Netflix 简体中文规范；可在设置中修改）。",
            en="Above 7 s viewers read it again (Netflix's guide; settings).",
        ),
        message=Words(
            zh="第 {cue} 条显示 {seconds} 秒，超过 {limit} 秒",
            en="Cue {cue} is shown for {seconds} s, more than {limit} s",
        ),
        remedy=Words(zh="请拆成两条，或提前结束。", en="Split it in two, or end it earlier."),
        limits=Words(
            zh="只是建议；片头片尾的署名常常停留更久。",
            en="Advice; credits often stay longer.",
        ),
        catches=Example(zh=(*ZH[:-1], (19600, 29800, ZH[-1][2]))),
    ),
    _reading(
        "cue-gap",
        Severity.INFO,
        _cue_gap,
        title=Words(zh="两条字幕之间的间隔太小", en="The gap between two cues is too small"),
        explanation=Words(
            zh="两条字幕之间不到 80 毫秒（2 帧）的间隔看起来像闪烁。要么紧接，要么留够 2 帧。",
            en="A gap below 80 ms (2 frames) looks like a flicker. Leave none, or 2 frames.",
        ),
        message=Words(
            zh="第 {first} 条和第 {second} 条之间只有 {milliseconds} 毫秒，少于 {limit} 毫秒",
            en="Only {milliseconds} ms between cues {first} and {second}, less than {limit} ms",
        ),
        remedy=Words(
            zh="请让两条紧接，或把前一条的结束时间提前。",
            en="Let the second follow at once, or the first end earlier.",
        ),
        limits=Words(zh="只是建议。", en="Advice only."),
        catches=Example(zh=(*ZH[:2], (7440, 11000, ZH[2][2]), *ZH[3:])),
    ),
)
