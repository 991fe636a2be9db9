"""What reading a track brought up: problems of the file, empty cues, hidden characters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from bilingual.checks._tracks import FINE, TRACK, ZH
from bilingual.checks._tsheg import instead_of_tsheg
from bilingual.checks.base import Artifacts, Example, Hit, Rule, Words, on_side
from bilingual.formats.codes import grade, grades
from bilingual.formats.places import Spans, written
from bilingual.formats.registry import formats
from bilingual.hidden import Hidden, find_hidden
from bilingual.locale import catalogue
from bilingual.model import Cue, Evidence, Language, Problem, Severity, Suggestion, Track
from bilingual.text.script import has_right_to_left

_SHOWN: Final = 20
_MEETING: Final = 0.9
_EXCERPT: Final = 80
_SEVERITIES: Final[Mapping[str, Severity]] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
}
# Facts about a track that are no faults; they stay with the track.
_FACTS: Final = frozenset(
    {
        "drawing",
        "encoding-assumed",
        "language-by-script",
        "language-by-tag",
        "layered-copy",
        "split-by-script",
        "tags-seen",
        "third-language",
    }
)
# What changes or may change the words, apart from what is merely of no use.
_GRAVE: Final = frozenset(
    {"replacement", "control", "bidi", "private-use", "noncharacter", "tag", "surrogate"}
)
# What was there cannot be recovered.
_LOST: Final = frozenset({"replacement", "private-use", "noncharacter", "surrogate"})
# Read with certainty, and written so that every player does.
_LINE_MENDED: Final = frozenset(
    {
        "timing-arrow",
        "timing-characters",
        "timing-fraction-length",
        "timing-fraction-missing",
        "timing-hours-missing",
        "timing-separator",
        "timing-short-field",
        "timing-spacing",
    }
)
_FILE_MENDED: Final = frozenset(
    {
        "blank-line-after-index",
        "blank-line-before-text",
        "blank-line-missing",
        "index-missing",
        "index-not-a-number",
        "index-repeated",
        "line-breaks-doubled",
        "mark-repeated",
    }
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
    reported = set(lines)
    cues = [cue.index for cue in track.cues if cue.line in reported]
    params = {name: _excerpt(value) for name, value in first.params.items()}
    return Hit(
        **on_side(side, *cues),
        severity=_SEVERITIES[grade(code)],
        params={
            **params,
            "file": track.name or side,
            "variant": code if code in grades() else "other",
            "code": code,
            "count": len(problems),
            "lines": lines[:_SHOWN],
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
        suggestion=_written_anew(side, track, code, bool(cues)),
    )


def _written_anew(side: Language, track: Track, code: str, placed: bool) -> Suggestion | None:
    """Writing what was read; a whole file only where nothing in it was left unread."""
    params = {"track": side, "code": code}
    if code in _LINE_MENDED and placed:
        return Suggestion(kind="write-timings-anew", safety="safe", params=params)
    form = formats().get(track.format or "")
    whole = form is not None and form.rewrites
    whole = whole and all(grade(p.code) != "error" for p in track.problems)
    if code in _FILE_MENDED and whole:
        return Suggestion(kind="write-file-anew", safety="safe", params=params)
    return None


def _excerpt(value: object) -> object:
    if not isinstance(value, str):
        return value
    flat = " ⏎ ".join(part for part in value.split("\n") if part.strip())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT] + "…"


def _encoding_assumed(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for problem in track.problems:
            if problem.code == "encoding-assumed":
                encoding = problem.params["encoding"]
                yield Hit(
                    **on_side(side),
                    params={"file": track.name or side, "encoding": encoding},
                    suggestion=Suggestion(
                        kind="save-as-utf-8",
                        safety="safe",
                        params={"track": side, "encoding": encoding},
                    ),
                )


def _empty_cue(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        empty = [cue for cue in track.cues if not _visible(cue)]
        pauses = [cue for cue in empty if not cue.text.strip()] if _without_gaps(track) else []
        if pauses:
            yield Hit(
                **on_side(side, *(cue.index for cue in pauses)),
                severity=Severity.INFO,
                params={"variant": "pauses", "cue": pauses[0].index + 1, "count": len(pauses)},
            )
            empty = [cue for cue in empty if cue.text.strip()]
        for cue in empty:
            marked = cue.text.strip() != ""
            yield Hit(
                **on_side(side, cue.index),
                params={"variant": "marks-only" if marked else "empty", "cue": cue.index + 1},
            )


def _without_gaps(track: Track) -> bool:
    """Whether each cue begins where the last one ends: then pauses are cues without text."""
    pairs = list(pairwise(track.cues))
    meeting = sum(one.end_ms == two.start_ms for one, two in pairs)
    return meeting >= _MEETING * len(pairs) > 0


def _visible(cue: Cue) -> str:
    # Lost letters and blanks of other scripts are still in the plain text.
    hidden = {found.at for found in find_hidden(cue.compared)}
    return "".join(c for at, c in enumerate(cue.compared) if at not in hidden).strip()


def _hidden_character(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for cue in track.cues:
            text, spans = written(cue, track.format)
            found = find_hidden(text)
            if found and side == "bo":  # what is in place of the tsheg is reported as that
                tshegs = frozenset(start for start, _ in instead_of_tsheg(cue, track.format))
                found = tuple(one for one in found if _place(one, spans)[0] not in tshegs)
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
                    "characters": names,
                    "count": len(found),
                },
                evidence=tuple(
                    Evidence(
                        kind="hidden-character",
                        side=side,
                        cue=cue.index,
                        start=_place(one, spans)[0],
                        end=_place(one, spans)[1],
                        params={"code_point": one.code_point, "kind": one.kind},
                    )
                    for one in found[:_SHOWN]
                ),
                suggestion=_without(found, text, spans),
            )


def _place(one: Hidden, spans: Spans | None) -> tuple[int, int]:
    """Where a hidden character is in the raw text."""
    return (one.at, one.at + 1) if spans is None else spans[one.at]


def _without(found: Sequence[Hidden], text: str, spans: Spans | None) -> Suggestion | None:
    """The text without them, where no letter goes with them.

    What is only between letters can go; what may replace one, or selects a form of
    one, is for a person to see; a lost letter cannot be restored.
    """
    kinds = {one.kind for one in found}
    if kinds & _LOST:
        return None
    free = kinds <= ({"zero-width"} if has_right_to_left(text) else {"zero-width", "bidi"})
    return Suggestion(
        kind="replace",
        safety="safe" if free else "unsafe",
        params={
            "edits": [
                {
                    "start": _place(one, spans)[0],
                    "end": _place(one, spans)[1],
                    "text": "\n" if one.kind == "line-separator" else "",
                }
                for one in found
            ]
        },
    )


def _problem_messages() -> dict[str, Words]:
    """The words of each problem, with how often and where."""
    words = catalogue().get("problems", {})
    found: dict[str, Words] = {}
    for code in grades():
        if code in words:
            said = {
                language: whole.replace("{problem}", words[code].get(language, ""))
                for language, whole in catalogue()["ui"]["problem-in-file"].items()
                if language in words[code]
            }
            found[code] = Words(zh=said["zh"], en=said["en"], more=said)
    return found


_NEGATIVE: Final = Words(
    zh="时间是负数的字幕在影片开始之前，播放器不会显示：多半是整条字幕往前移得太多，或者时间前面多了负号。"
    "在字幕软件（如 Subtitle Edit）里把列出的行改成正确的时间，另存为 UTF-8 编码的 SRT，再核查一次。",
    en="A cue before 0:00 is never shown: most likely the track was moved back too far, or a minus sign slipped in. "
    "Correct the times of the lines named in a subtitle editor (such as Subtitle Edit), save as SRT in UTF-8, and check again.",
)

_DAMAGED: Final = "1\n00:00:01,000 --> 00:00:03,000\n地球绕着太阳转。\n\n2\n00:61:04,000 --> 00:00:07,000\n水在零度结成冰。\n"
_SOUND: Final = "1\n00:00:01,000 --> 00:00:03,000\n地球绕着太阳转。\n\n2\n00:00:04,000 --> 00:00:07,000\n水在零度结成冰。\n"

RULES = (
    Rule(
        id="parse-problem",
        group="reading",
        severity=Severity.WARNING,
        also=(
            Severity.ERROR,
            Severity.INFO,
        ),
        needs=TRACK,
        title=Words(zh="字幕文件有写法上的问题", en="Errors in the subtitle file"),
        holds=Words(zh="字幕文件写法正确", en="The subtitle file is well formed"),
        asks=Words(zh="字幕文件写法是否正确", en="Whether the subtitle file is well formed"),
        explanation=Words(
            zh="读取字幕文件时，每一行都要有着落：不能识别的时间、不属于任何字幕的文字、缺少的空行都会列出来，不会悄悄丢掉。丢失文字或时间的报错，能可靠修正的警告，其余只提示。",
            en="Every line of a subtitle file is accounted for: unreadable times, text that belongs to no cue and missing blank lines are listed, never silently dropped. Lost text or times are errors, what could be corrected safely is a warning, the rest is a note.",
        ),
        message=Words(
            zh="{file}：读取时遇到问题 {code}（共 {count} 处，行：{lines}）",
            en="{file}: problem {code} while reading ({count} in all, line: {lines})",
        ),
        messages=_problem_messages(),
        remedy=Words(
            zh="用字幕软件（如 Subtitle Edit）打开这个文件，改正列出的行，再另存为 UTF-8 编码的 SRT。格式上的小错，{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好。",
            en="Open the file in a subtitle editor (such as Subtitle Edit), correct the lines named, and save it as SRT in UTF-8. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} corrects what is only a matter of form.",
        ),
        remedies={"time-negative": _NEGATIVE},
        limits=Words(
            zh="SRT 没有正式标准：这里按多数播放器的读法判断。WebVTT 按 W3C 标准判断。",
            en="SRT has no formal standard: it is judged by what most players accept. WebVTT is judged by the W3C standard.",
        ),
        catches=Example(zh_file=_DAMAGED),
        leaves=Example(zh_file=_SOUND),
        run=_parse_problem,
    ),
    Rule(
        id="encoding-assumed",
        group="reading",
        severity=Severity.WARNING,
        needs=TRACK,
        title=Words(zh="文字编码是推测的", en="Text encoding guessed"),
        holds=Words(zh="文字编码明确", en="The text encoding is certain"),
        asks=Words(zh="文字编码是否明确", en="Whether the text encoding is certain"),
        explanation=Words(
            zh="文件不是 UTF-8，也没有标明编码。内容按推测的编码读取后是通顺的字幕，但播放器可能显示乱码。",
            en="The file is not UTF-8 and does not declare its encoding. The guessed encoding gives sensible subtitles, but players may show garbage.",
        ),
        message=Words(
            zh="{file} 按 {encoding} 编码读取，这是推测的",
            en="{file} was read as {encoding}, which was guessed",
        ),
        remedy=Words(
            zh="看报告里的文字有没有乱码。没有：用记事本打开文件，“另存为”，编码选 UTF-8（{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好）；有：请制作者重新导出。",
            en="See whether the text in this report is garbled. If not, open the file in a text editor and save it as UTF-8 ({cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it too); if so, have it exported again.",
        ),
        limits=Words(
            zh="只推测 GB18030（含 GBK、GB2312）和 UTF-16，其他编码一律报错，不猜。",
            en="Only GB18030 (with GBK and GB2312) and UTF-16 are guessed; any other encoding is an error.",
        ),
        catches=Example(zh_file=_SOUND, file_encoding="gb18030"),
        leaves=Example(zh_file=_SOUND),
        run=_encoding_assumed,
    ),
    Rule(
        id="empty-cue",
        group="reading",
        fixed_by="translator",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=TRACK,
        title=Words(zh="字幕没有文字", en="Empty cue"),
        holds=Words(zh="每条字幕都有文字", en="Every cue has text"),
        asks=Words(zh="每条字幕是否都有文字", en="Whether every cue has text"),
        explanation=Words(
            zh="有时间、没有文字的字幕什么也不显示，往往是漏填或误删。",
            en="A cue with times but no text shows nothing; usually the text was forgotten or deleted.",
        ),
        message=Words(zh="第 {cue} 条没有文字", en="Cue {cue} has no text"),
        messages={
            "empty": Words(zh="第 {cue} 条没有文字", en="Cue {cue} has no text"),
            "pauses": Words(
                zh="没有文字的有 {count} 条，第一条是第 {cue} 条：各条首尾相接，像是停顿",
                en="Cues without text: {count}, the first is cue {cue}. Each cue begins where the last one ends, so they seem to be pauses",
            ),
            "marks-only": Words(
                zh="第 {cue} 条只有标记或看不见的字符，没有文字",
                en="Cue {cue} has only tags or invisible characters, no text",
            ),
        },
        remedy=Words(
            zh="补上这一条的文字；没有话要说，就删去这一条。",
            en="Fill in the text of this cue, or delete it if nothing is said.",
        ),
        remedies={
            "pauses": Words(
                zh="不影响播放，可以不改；要改，就在字幕软件里删去没有文字的各条。",
                en="It does no harm in playing. To be tidy, delete the cues without text in a subtitle editor.",
            )
        },
        limits=Words(
            zh="有意用空字幕清屏的做法也会列出。各条首尾相接的文件里，空字幕视为停顿，合为一条提示；其中也可能有漏填的。",
            en="Empty cues that clear the screen on purpose are reported too. In a file without gaps between cues, they are taken for pauses and are one note; text may have been forgotten in some.",
        ),
        catches=Example(zh=(*ZH[:2], (8000, 11000, ""), *ZH[3:])),
        run=_empty_cue,
        leaves=FINE,
    ),
    Rule(
        id="hidden-character",
        group="reading",
        severity=Severity.WARNING,
        also=(Severity.INFO,),
        needs=TRACK,
        title=Words(zh="文字里有看不见的字符", en="Invisible characters"),
        holds=Words(zh="文字里没有看不见的字符", en="There are no invisible characters"),
        asks=Words(zh="文字里是否有看不见的字符", en="Whether there are invisible characters"),
        explanation=Words(
            zh="控制字符、方向控制符、零宽字符、私用区字符等在屏幕上看不见，却会让显示、检索和比对出错。核查时只报告位置；bilingual fix 可以在新文件里删去零宽和方向控制符。",
            en="Control, direction, zero-width and private-use characters are invisible but disturb display, search and comparison. They are reported with their position; bilingual fix can remove zero-width and direction characters, in a new file.",
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
                en="Text in cue {cue} was damaged and has replacement characters ({characters}, {count} in all)",
            ),
        },
        remedy=Words(
            zh="删去这些字符。{cli:运行 bilingual fix 并加 --out 新文件夹|用“自动修复”}，可自动改好能确定的各处，其余请重新输入那几个字。",
            en="Delete these characters. {cli:bilingual fix with --out FOLDER|“Automatic fixes”} does it where it is certain; retype the words elsewhere.",
        ),
        remedies={
            "replacement": Words(
                zh="这里的原文已经丢失：请对照原稿重新输入这一条，并把文件存为 UTF-8 编码。",
                en="The original text is lost here: retype this cue from the script, and save the file as UTF-8.",
            )
        },
        limits=Words(
            zh="零宽空格等在网页文字里常见，多半无害，只作提示；表情符号内部的连接符不算。",
            en="Zero-width spaces are common in text from the web and mostly harmless: they are a note. Joiners within emoji do not count.",
        ),
        catches=Example(zh=(*ZH[:2], (8000, 11000, "植物\u202e需要阳光和水。"), *ZH[3:])),
        run=_hidden_character,
        leaves=FINE,
    ),
)
