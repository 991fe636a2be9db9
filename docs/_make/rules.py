"""A page for each rule, made from the rule: its words, its examples and what was measured."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import cache, partial
from typing import Final

from bilingual import Config
from bilingual.batch.rules import BATCH_RULES, BatchRule
from bilingual.checks.base import Example, Fixer, Group, Need, Rule, Words
from bilingual.checks.engine import rules, when_required
from bilingual.locale import placed
from bilingual.model import Finding, Form, Media
from bilingual.render.notebook.measured import label_in
from bilingual.render.rules import cases
from bilingual.render.text.columns import shorten
from bilingual.render.words import clock, ui
from docs._make.markdown import figures, literal, measured, run_of, table, why_no_figure
from docs._make.pages import Language, Made, Said
from tests.support import examined_example

GROUPS: Final[Mapping[Group, Said]] = {
    "reading": Said("字幕文件与时间", "Subtitle files and times"),
    "language": Said("文字与拼写", "Script and spelling"),
    "alignment": Said("两种语言的对应", "How the two languages correspond"),
    "accuracy": Said("译文与原文", "Translation against original"),
    "speech": Said("字幕与声音", "Subtitles against sound"),
    "media": Said("视频文件", "The video file"),
    "burned-in": Said("画面里的字幕", "Subtitles in the picture"),
    "award": Said("评选通知与申报表", "The award's notice and entry form"),
}
_ACROSS: Final = Said("作品之间（成批核查）", "Across works (many at once)")
_NEEDS: Final[Mapping[Need, Said]] = {
    "track": Said("任一种字幕", "any subtitles"),
    "bo": Said("藏文字幕", "Tibetan subtitles"),
    "zh": Said("中文字幕或普通话转写", "Chinese subtitles or a Mandarin transcript"),
    "zh-written": Said("提交的中文字幕", "Chinese subtitles as submitted"),
    "alignment": Said("对齐的两种字幕", "both languages, aligned"),
    "media": Said("视频", "a video"),
    "whole": Said("从头到尾读过的视频", "a video, read from end to end"),
    "audio": Said("能解码的声音", "sound that decodes"),
    "speech": Said("人声检测", "detected speech"),
    "transcript": Said("普通话转写", "a Mandarin transcript"),
    "burned-in": Said("画面里读到的字幕", "subtitles read in the picture"),
    "form": Said("申报表", "an entry form"),
    "opening": Said("片头画面的文字", "text in the opening's picture"),
}
_FIXERS: Final[Mapping[Fixer, Said]] = {
    "translator": Said("译者", "the translator"),
    "film-maker": Said("制作者", "the film-maker"),
    "reviewer": Said("复核人", "a reviewer"),
}

_REQUIRED: Final[Mapping[str, Said]] = {
    "always": Said(
        "是：没能检查时，作品不会“通过”", "yes: a work in which it could not be made does not pass"
    ),
    "both": Said(
        "两种语言都有时是：没能检查时，作品不会“通过”",
        "where both languages are there: a work in which it could not be made does not pass",
    ),
    "never": Said("否", "no"),
}

# Figures of a rule: a result, its table, and the rows of it (by the beginning of their names)
# that are the rule's own; none: all of them.
Measured = tuple[str, str, tuple[str, ...]]
MEASURED: Final[Mapping[str, tuple[Measured, ...]]] = {
    "wrong-translation": (
        ("risk-flores", "kinds", ("other", "neighbour", "untranslated")),
        ("risk-quiz", "kinds", ("other", "neighbour", "untranslated")),
    ),
    "partial-translation": (
        ("risk-flores", "kinds", ("half", "mixed")),
        ("risk-quiz", "kinds", ("half", "mixed")),
    ),
    "number-mismatch": (
        ("numbers", "recall", ("a ", "one ", "digits", "another Tibetan")),
        ("numbers", "alarms", ("pairs", "of these", "false alarms")),
    ),
    "unit-mismatch": (
        ("numbers", "recall", ("another unit",)),
        ("numbers", "alarms", ("unit alarms",)),
    ),
    "term-inconsistent": (("terms-inconsistent", "hints", ()),),
    "missing-translation": (
        ("alignment-faults-flores", "f1", ()),
        ("alignment-faults-quiz", "f1", ()),
    ),
    "extra-translation": (
        ("alignment-faults-flores", "f1", ()),
        ("alignment-faults-quiz", "f1", ()),
    ),
    "foreign-tracks": (
        ("alignment-foreign-flores", "foreign", ()),
        ("alignment-foreign-quiz", "foreign", ()),
    ),
    "sync-offset": (("speech-sync", "sync", ()), ("speech-sync-deviations", "findings", ())),
    "sync-drift": (("speech-sync", "sync", ("drift",)),),
    "sync-jump": (("speech-sync", "sync", ("jump",)),),
    "transcript-mismatch": (("speech-cer", "engines", ()),),
    "transcript-unreliable": (("speech-hallucinations", "engines", ()),),
    "speech-uncovered": (("speech-vad", "frames", ()),),
    "subtitle-without-speech": (("speech-vad", "frames", ()),),
    "media-truncated": (("truncations", "layouts", ()),),
    "burned-in-mismatch": (("burned-in-planted", "faults", ()),),
    "burned-in-unreadable": (("burned-in-flores", "conditions", ()),),
    "burned-in-shaping": (("burned-in-shaping", "faces", ()),),
    "duplicate-work": (("batch-alike", "alike", ()),),
}
# Of what share of correct pairs the risk alarms, beside the recall of these rules.
_ALARMS: Final = {"wrong-translation", "partial-translation"}


def pages() -> Iterator[Made]:
    """A list of the rules, and a page for each."""
    yield Made(place="rules/index.md", text=_list, source="bilingual/checks")
    for name in _all():
        yield Made(
            place=f"rules/{name}.md",
            text=partial(_page, name),
            chapter=GROUPS[rules()[name].group] if name in rules() else _ACROSS,
            source=f"{'bilingual/batch/rules.py' if name in BATCH_RULES else 'bilingual/checks'}#{name}",
        )


def _all() -> list[str]:
    return [*rules(), *(name for name in BATCH_RULES if name not in rules())]


def _said(words: Words, language: Language) -> str:
    """A rule's words; what a finding fills in is open."""
    text = placed(words.get(language), cli=True)
    return literal(re.sub(r"\{[^{}]*\}", "…", text))


def _graded(rule: Rule, language: Language) -> str:
    joint = Said("、", ", ").get(language)
    return joint.join(ui(f"severity-{one}", language) for one in rule.severities)


def _list(language: Language) -> str:
    parts = [
        Said(
            "# 规则\n\n每条规则一页：指出什么，怎么改，有什么局限，测得多准；针对一件作品的规则还有例子。"
            "命令行里用 `bilingual rules` 列出，`bilingual rules 规则名` 查看一条。\n\n"
            "级别：**错误**使结论为不通过，**警告**使结论为待复核，**提示**不影响结论。",
            "# Rules\n\nA page for each: what it reports, what to do, its limits, and how well it was measured to "
            "do; rules about one work come with examples. `bilingual rules` lists them on the command line, and `bilingual rules ID` "
            "explains one.\n\nSeverities: an **error** makes a work fail, a **warning** asks for a review, a "
            "**note** changes no verdict.",
        ).get(language)
    ]
    head = (
        Said("规则 | 名称 | 级别", "rule | what it reports | severity").get(language).split(" | ")
    )
    for group, name in GROUPS.items():
        rows = [
            [f"[`{r.id}`]({r.id}.md)", _said(r.title, language), _graded(r, language)]
            for r in rules().values()
            if r.group == group
        ]
        parts += [f"## {name.get(language)}", table(head, rows)]
    across = [[f"[`{r.id}`]({r.id}.md)", _said(r.title, language)] for r in BATCH_RULES.values()]
    parts += [f"## {_ACROSS.get(language)}", table(head[:2], across)]
    return "\n\n".join(parts)


def _page(name: str, language: Language) -> str:
    rule, across = rules().get(name), BATCH_RULES.get(name)
    # The search finds a rule's page first by what the rule is called.
    parts = [f"---\ntags: [{name}]\n---"]
    if rule is not None:
        parts += [f"# {_said(rule.title, language)}", *_within(rule, language)]
    if across is not None:
        if rule is None:
            parts += [f"# {_said(across.title, language)}", f"`{name}`"]
        else:
            parts += [f"## {_ACROSS.get(language)}", _said(across.title, language)]
        parts += _between(across, language, "##" if rule is None else "###")
    parts += _measured(name, language)
    return "\n\n".join(parts) + "\n"


def _within(rule: Rule, language: Language) -> Iterator[str]:
    yield _facts(rule, language)
    yield _said(rule.explanation, language)
    yield Said("## 会指出的例子", "## What it reports").get(language)
    if rule.catches is None:
        yield Said(
            "每次都请人来看，程序不判断。", "It asks a person every time and judges nothing."
        ).get(language)
    else:
        yield from _example(rule.catches, language)
        yield Said("报告里的话：", "What the report says:").get(language)
        for finding in found(rule.id):
            yield f"> {literal(finding.message(language))}\n>\n> → {literal(finding.remedy(language))}"
    yield Said("## 不会指出的例子", "## What it leaves alone").get(language)
    yield from _example(rule.leaves, language)
    yield Said("## 怎么办", "## What to do").get(language)
    yield from _remedies(rule, language)
    yield Said("## 局限", "## Limits").get(language)
    yield _said(rule.limits, language)


def _remedies(rule: Rule, language: Language) -> Iterator[str]:
    """What is done about the rule's findings, below what they say where that differs."""
    found = cases(rule)
    if len(found) == 1:
        yield _said(found[0].remedy, language)
        return
    for case in found:
        said = [_said(words, language) for words in case.messages]
        about = "<br>".join(f"**{one}**" for one in said or [ui("rule-other-cases", language)])
        yield f"- {about}\n\n    → {_said(case.remedy, language)}"


def _facts(rule: Rule, language: Language) -> str:
    joint = Said("、", ", ").get(language)
    needs = joint.join(_NEEDS[need].get(language) for need in sorted(rule.needs))
    rows = [
        [Said("级别", "Severity").get(language), _graded(rule, language)],
        [Said("类别", "Group").get(language), GROUPS[rule.group].get(language)],
        [Said("需要", "Needs").get(language), needs],
        [Said("必查项目", "Required").get(language), _REQUIRED[when_required(rule)].get(language)],
        [Said("由谁来改", "Fixed by").get(language), _FIXERS[rule.fixer].get(language)],
    ]
    if clause := _clause(rule.id, rule.group):
        rows.append([Said("通知条款", "Clause of the notice").get(language), clause])
    if rule.mqm:
        rows.append(["MQM", f"`{rule.mqm}`"])
    return table([Said("规则", "Rule").get(language), f"`{rule.id}`"], rows)


@cache
def _notice() -> Config:
    return Config.load()


def _clause(name: str, group: Group | None) -> str:
    clause = _notice().clause("accuracy" if group == "accuracy" else name)
    return f"{_notice().profile.notice} {clause}" if clause else ""


@cache
def found(name: str) -> tuple[Finding, ...]:
    """What a rule reports in its own example."""
    example = rules()[name].catches
    return (
        ()
        if example is None
        else tuple(f for f in examined_example(example).findings if f.rule == name)
    )


_FEW: Final = 8
_MOST: Final = 60
"""Columns of a text of the form."""


def _example(example: Example, language: Language) -> Iterator[str]:
    """The example's subtitles, sound and form, as far as there are any."""
    for side, cues, file, seen in (
        ("zh", example.zh, example.zh_file, example.burned_zh),
        ("bo", example.bo, example.bo_file, example.burned_bo),
    ):
        name = ui(f"role-{side}", language)
        if file is not None:
            yield f"{name} ({example.file_encoding}):"
            yield f"```text\n{file.strip()}\n```"
        if cues:
            yield _cues(name, cues, language)
        if seen:
            picture = Said("画面里的{name}", "{name} in the picture").get(language)
            yield _cues(picture.format(name=name), seen, language)
    if example.media is not None:
        yield Said("视频：", "A video: ").get(language) + _media(example.media)
    if example.form is not None:
        yield _form(example.form, language)
    if example.opening:
        opening = literal("; ".join(line.text for line in example.opening))
        yield Said("片头画面的文字：", "Text in the opening: ").get(language) + opening


def _media(media: Media) -> str:
    parts = [media.container, f"{(media.duration_ms or 0) / 1000:g} s"]
    parts += [f"{video.width}×{video.height}" for video in media.video]
    return literal(", ".join((*parts, f"{media.bytes / 1e6:g} MB")))


def _form(form: Form, language: Language) -> str:
    said = {field.name: getattr(form, field.name) for field in fields(form)}
    rows = [
        [f"`{name}`", literal(shorten(str(value), _MOST))] for name, value in said.items() if value
    ]
    return table([Said("申报表", "Entry form").get(language), ""], rows)


def _cues(name: str, cues: Iterable[tuple[int, int, str]], language: Language) -> str:
    rows = [
        [str(number), f"{clock(start)}–{clock(end)}", literal(text) or "—"]
        for number, (start, end, text) in enumerate(cues, 1)
    ]
    if len(rows) > _FEW + 1:
        rest = ui("rule-more-cues", language, count=len(rows) - _FEW)
        rows[_FEW - 1 : -1] = [["…", "", rest]]
    times = Said("时间", "time").get(language)
    return table(["", times, name], rows)


def _between(rule: BatchRule, language: Language, heading: str) -> Iterator[str]:
    yield _said(rule.message, language)
    yield from (_said(words, language) for words in rule.messages.values())
    if clause := _clause(rule.id, None):
        yield Said("通知条款：", "Clause of the notice: ").get(language) + clause
    yield Said(f"{heading} 怎么办", f"{heading} What to do").get(language)
    yield _said(rule.remedy, language)
    yield Said(f"{heading} 局限", f"{heading} Limits").get(language)
    yield _said(rule.limits, language)


# Why nothing can be measured of a rule.
UNMEASURED: Final[Mapping[str, Said]] = {
    "credits": Said(
        "没有可测的：程序从不判断署名，每次都请人看。",
        "There is nothing to measure: the program never judges credits and asks a person every time.",
    ),
}
RESULT: Final = "rules"
"""The result with figures of every rule, a row each."""
_SUMS: Final[Mapping[str, Said]] = {
    "planted": Said(
        "放进这一类错误 {of} 处，指出 {found} 处。",
        "Of {of} faults of this kind that were planted, {found} are reported.",
    ),
    "right": Said(
        "看似有错、或正好在界限上而没有错的 {of} 处，误报 {found} 处。",
        "Of {of} cases that look like a fault or lie at a limit and are right, {found} are reported (false alarms).",
    ),
    "texts": Said(
        "在没有改动的文本上指出多少处（括号内为每千条字幕）；文本自己的错误也算在内：",
        "Findings on texts as they are (in brackets, a thousand cues); faults that the texts have themselves are among them:",
    ),
}


def _of_every_rule(name: str, language: Language) -> Iterator[str]:
    """What the bench of all rules found out about one."""
    found = measured()[RESULT]
    shown = False
    for part, said in _SUMS.items():
        made = found.tables[part]
        rows = [n for n, row in enumerate(made.rows) if row[0] == f"`{name}`"]
        if not rows:
            continue
        shown = True
        sums = {}
        if part != "texts":
            sums = {
                key: sum(int(v or 0) for n, v in enumerate(made.values(2, place)) if n in rows)
                for place, key in enumerate(("found", "of"))
            }
        yield said.get(language).format(**sums)
        if part != "texts":
            yield figures(made, language, rows, first=1)
            continue
        # How many cues each text has is its first row.
        yield figures(made, language, [0, *rows])
        yield from why_no_figure(made, language, [0, *rows])
    if name in found.notes:
        yield label_in(found.notes[name], language)
    if shown:
        yield run_of(found, language)


def _measured(name: str, language: Language) -> Iterator[str]:
    yield Said("## 测得多准", "## Measured").get(language)
    if name in UNMEASURED:
        yield UNMEASURED[name].get(language)
        return
    yield from _of_every_rule(name, language)
    known = measured()
    for result, part, beginnings in MEASURED.get(name, ()):
        found_in = known[result]
        rows = [
            row
            for row, label in enumerate(found_in.tables[part].names())
            if not beginnings or label.startswith(beginnings)
        ]
        if not rows:
            raise KeyError(f"{name}: no rows {beginnings} in {result}")
        yield figures(found_in.tables[part], language, rows)
        if name in _ALARMS:
            alarms, limit = (found_in.figures[one].text() for one in ("false_alarms", "limit"))
            beads = found_in.figures["correct_beads"].text()
            yield Said(
                f"在 {beads} 对正确的句对里，{alarms} 的风险达到 {limit}（误报）。",
                f"Of {beads} correct pairs, {alarms} have a risk of {limit} or more (false alarms).",
            ).get(language)
        yield run_of(found_in, language)
    yield Said(
        "全部数据见[实测](../measured/index.md)。", "All figures: [measured](../measured/index.md)."
    ).get(language)
