"""The words of the rules across works: beside the code, as every rule's are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bilingual.batch.model import BatchFinding
from bilingual.checks.base import Words
from bilingual.checks.engine import rules
from bilingual.locale import enumerated, fill
from bilingual.model import Reason
from bilingual.render.words import ui
from bilingual.showing import visible


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRule:
    """A rule across works; ``messages`` by ``params["variant"]``."""

    id: str
    title: Words
    message: Words
    remedy: Words
    limits: Words
    messages: Mapping[str, Words]


_RULES: Final = (
    BatchRule(
        id="duplicate-work",
        title=Words(zh="重复提交", en="Submitted twice"),
        message=Words(
            zh="{number} 件作品内容相同（{kinds}，较短的一件有 {percent}% 与另一件相同）。",
            en="{number} works are the same ({kinds}; {percent} % of the shorter one is in the other).",
        ),
        messages={
            "channels": Words(
                zh="{number} 件作品内容相同（{kinds}，较短的一件有 {percent}% 与另一件相同），却从推荐和自荐两个渠道提交。",
                en="{number} works are the same ({kinds}; {percent} % of the shorter one is in the other), and came by both channels.",
            ),
            "parties": Words(
                zh="{number} 件作品内容相同（{kinds}，较短的一件有 {percent}% 与另一件相同），却由不同的单位或作者提交。",
                en="{number} works are the same ({kinds}; {percent} % of the shorter one is in the other), and came from different units or authors.",
            ),
        },
        remedy=Words(
            zh="请对照这些作品，确认以后只保留一件。",
            en="Compare the works, and keep one of them.",
        ),
        limits=Words(
            zh="改换编码、裁剪几秒、变速 5% 以内、改字幕样式仍能认出；大幅剪辑、镜像或重新配音的认不出。不到 30 个片段的字幕和画面单一的影片不比较。",
            en="Another codec, a few seconds cut, up to 5 % of speed and other subtitle styles are seen through; heavy editing, mirroring or a new narration is not. Very short subtitles and films of one scene are not compared.",
        ),
    ),
    BatchRule(
        id="unit-quota",
        title=Words(zh="推荐数量超出", en="Too many recommended"),
        message=Words(
            zh="“{unit}”推荐了 {number} 件，最多 {limit} 件，多了 {over} 件。",
            en="“{unit}” recommends {number} works; at most {limit} are allowed: {over} too many.",
        ),
        messages={},
        remedy=Words(
            zh="请推荐单位减少到规定的数量。", en="Ask the unit to keep as many as are allowed."
        ),
        limits=Words(
            zh="按表上的单位名称计，同一单位写法不同时算作两个。双语类别不限数量。",
            en="By the unit's name on the form; two spellings count as two units. The bilingual category has no limit.",
        ),
    ),
    BatchRule(
        id="self-quota",
        title=Words(zh="自荐数量超出", en="Too many self-nominated"),
        message=Words(
            zh="同样的作者自荐了 {number} 件，最多 {limit} 件，多了 {over} 件。",
            en="The same authors nominate {number} works; at most {limit} are allowed: {over} too many.",
        ),
        messages={},
        remedy=Words(zh="请作者只保留一件。", en="Ask the authors to keep one."),
        limits=Words(
            zh="按主创人员（或单位）是否完全相同判断，不看联系方式。",
            en="Decided by whether all authors are the same; contact details are not looked at.",
        ),
    ),
    BatchRule(
        id="rank-order",
        title=Words(zh="排序重复", en="Same rank twice"),
        message=Words(
            zh="“{unit}”有 {number} 件作品的排序都是 {rank}。",
            en="“{unit}” gives {number} works the rank {rank}.",
        ),
        messages={},
        remedy=Words(zh="请推荐单位重新排序。", en="Ask the unit to rank its works again."),
        limits=Words(
            zh="只看同一类别里重复的排序，不看是否连续。",
            en="Only ranks that come twice in one category are found, not gaps.",
        ),
    ),
    BatchRule(
        id="term-inconsistent",
        title=Words(zh="各作品术语不一", en="A term translated differently between works"),
        message=Words(
            zh="“{term}”在不同作品里有多种译法：{forms}。",
            en="“{term}” has several translations in different works: {forms}.",
        ),
        messages={},
        remedy=Words(
            zh="请译者商定一种译法，可写入自备词汇表。",
            en="Agree on one translation, and put it into a glossary.",
        ),
        limits=Words(
            zh="近义词和语法变化也会列出，仅供参考。",
            en="Synonyms and inflected forms are listed as well; for information only.",
        ),
    ),
)

BATCH_RULES: Final[Mapping[str, BatchRule]] = {rule.id: rule for rule in _RULES}
"""The rules across works by id."""


def batch_message(finding: BatchFinding, language: str) -> str:
    """What a finding across works says."""
    rule = BATCH_RULES[finding.rule]
    words = rule.messages.get(str(finding.params.get("variant")), rule.message)
    shown = {
        name: enumerated((visible(str(v)) for v in value), language)
        if isinstance(value, list)
        else visible(value)
        if isinstance(value, str)
        else value
        for name, value in finding.params.items()
    }
    if "kinds" in finding.params:
        kinds = (ui(f"alike-{kind}", language) for kind in finding.params["kinds"])
        shown["kinds"] = enumerated(kinds, language)
        shown["percent"] = round(100 * float(finding.params.get("share", 0)))
    return fill(words.get(language), shown)


def rule_document(rule: BatchRule) -> dict[str, Any]:
    """A rule as JSON values, its words by language."""
    parts = ("title", "message", "remedy", "limits")
    return {"id": rule.id, "group": "across"} | {
        part: getattr(rule, part).by_language() for part in parts
    }


def rule_text(rule: BatchRule, language: str) -> str:
    """A rule explained: what it finds, what to do, what it cannot see."""
    lines = [f"{rule.id}  {rule.title.get(language)}", ""]
    lines += [rule.remedy.get(language), rule.limits.get(language)]
    return "\n".join(lines) + "\n"


def title_of(rule: str, language: str) -> str:
    """The title of a rule, across works or within one; its id where it is not known."""
    if rule in BATCH_RULES and rule not in rules():
        return BATCH_RULES[rule].title.get(language)
    known = rules().get(rule)
    return known.title.get(language) if known else visible(rule)


def reason_words(reason: Reason, language: str, *, cli: bool = True) -> str:
    """Why a work failed or a row is wrong.

    :param cli: as for :func:`bilingual.locale.error_sentence`.
    """
    from bilingual.locale import error_sentence, sentence

    if reason.code == "work-error":
        inner = reason.params.get("params", {})
        return error_sentence(str(reason.params["code"]), dict(inner), language, cli=cli)
    return sentence("reasons", reason.code, dict(reason.params), language, cli=cli)
