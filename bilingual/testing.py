"""For tests of rules, in this repository and in a distribution of your own: what a rule owes.

``assert faults_of(rule) == []`` applies a rule's examples and reads its sentences, and
``findings_of(rule, example)`` is what it finds in another one. The rule need not be installed.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bilingual.checks._declared import refuse_faulty
from bilingual.checks.base import Example, Rule, Words
from bilingual.checks.engine import apply_rule
from bilingual.config import Config
from bilingual.formats import read_tracks
from bilingual.locale import fill, placed
from bilingual.model import Check, CheckVerdict, Cue, Finding, Language, Track, TrackSource
from bilingual.params import PARAMS
from bilingual.pipeline.collect import Collected
from bilingual.pipeline.verify import artifacts_of

_UNREAD: Final = "〓"
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_LATIN: Final = re.compile("[A-Za-z]{2}")


def track(
    language: Language,
    cues: Iterable[tuple[int, int, str]],
    source: TrackSource = "sidecar",
) -> Track:
    """A track as a SubRip file has it.

    :param cues: (start_ms, end_ms, text) of each.
    """
    return Track(
        cues=tuple(
            Cue(index=i, start_ms=start, end_ms=end, text=text, line=4 * i + 2)
            for i, (start, end, text) in enumerate(cues)
        ),
        language=language,
        source=source,
        name=f"{language}.srt",
        encoding="utf-8",
        format="srt",
    )


def burned_track(language: Language, cues: Iterable[tuple[int, int, str]]) -> Track:
    """A track as read in the picture; a text of 〓 could not be.

    :param cues: (start_ms, end_ms, text) of each.
    """
    return Track(
        cues=tuple(
            Cue(
                index=i,
                start_ms=start,
                end_ms=end,
                text=text,
                confidence=0.2 if text == _UNREAD else 0.97,
                readable=text != _UNREAD,
            )
            for i, (start, end, text) in enumerate(cues)
        ),
        language=language,
        source="burned-in",
    )


def work_of(example: Example) -> Collected:
    """A rule's example as a work that was submitted, for ``bilingual.pipeline.verify.examine``."""
    tracks: dict[Language, Track | None] = {
        "bo": _written("bo", example.bo, example.bo_file, example.file_encoding),
        "zh": _written("zh", example.zh, example.zh_file, example.file_encoding),
    }
    beside: dict[Language, Track] = {}
    burned: Mapping[Language, tuple[tuple[int, int, str], ...] | None] = {
        "bo": example.burned_bo,
        "zh": example.burned_zh,
    }
    for side, cues in burned.items():
        if cues is None:
            continue
        if tracks[side] is None:
            tracks[side] = burned_track(side, cues)
        else:
            beside[side] = burned_track(side, cues)
    return Collected(
        config=Config.load(category=example.category),
        bo=tracks["bo"],
        zh=tracks["zh"],
        media=example.media,
        speech=example.speech,
        burned_in=beside or None,
        form=example.form,
        opening=example.opening,
    )


def _written(
    side: Language, cues: Iterable[tuple[int, int, str]] | None, file: str | None, encoding: str
) -> Track | None:
    if file is not None:
        return read_tracks(file.encode(encoding), name=f"{side}.srt")[0]
    return None if cues is None else track(side, cues)


def faults_of(rule: Rule) -> list[str]:
    """What is wrong with a rule: empty where its examples and its sentences are in order.

    ``catches`` has to give a finding and ``leaves`` none, and the rule may fail at neither; every
    sentence has to be in Chinese and in English with the same fields; those of the findings have
    to have a param for each field and a sentence for the variant. ``catches`` shows one sentence:
    the others need tests of their own.

    :return: an English sentence for each fault.
    """
    try:
        refuse_faulty(rule)
    except ValueError as error:
        return [str(error)]
    faults = [fault for name, words in _sentences(rule) for fault in _of_words(name, words)]
    check, findings = _applied(rule, rule.leaves)
    faults += _of_failure("leaves", check)
    faults += [f"leaves: has a finding with the params {dict(f.params)}" for f in findings]
    if rule.catches is None:
        reason = None if check.reason is None else check.reason.code
        if (check.verdict, reason) != (CheckVerdict.UNKNOWN, "needs-human"):
            faults.append("catches is None, and the rule does not say needs-human of leaves")
        return faults
    check, findings = _applied(rule, rule.catches)
    failed = _of_failure("catches", check)
    if not failed and not findings:
        faults.append(f"catches: has no finding; the check is {check.verdict}{_why(check)}")
    return [*faults, *failed, *(fault for f in findings for fault in _of_finding(rule, f))]


def findings_of(rule: Rule, example: Example) -> tuple[Finding, ...]:
    """What a rule finds in a work: for each variant, severity and limit that is to hold.

    Only this rule is applied, installed or not.

    :raises AssertionError: the rule fails; the message says where.
    """
    check, findings = _applied(rule, example)
    failed = _of_failure(rule.id, check)
    if failed:
        raise AssertionError(failed[0])
    return findings


def _applied(rule: Rule, example: Example) -> tuple[Check, tuple[Finding, ...]]:
    return apply_rule(rule, artifacts_of(work_of(example)))


def _why(check: Check) -> str:
    return "" if check.reason is None else f": {check.reason_text('en')}"


def _of_failure(name: str, check: Check) -> list[str]:
    if check.verdict is not CheckVerdict.ERROR:
        return []
    return [f"{name}{_why(check)}"]


def _sentences(rule: Rule) -> Iterator[tuple[str, Words]]:
    for name in ("title", "explanation", "message", "remedy", "limits", "holds", "asks"):
        words = getattr(rule, name)
        if words is not None:
            yield name, words
    for name in ("messages", "remedies"):
        for variant, words in getattr(rule, name).items():
            yield f"{name}[{variant!r}]", words


def _of_words(name: str, words: Words) -> Iterator[str]:
    if not _HAN.search(words.zh):
        yield f"{name}: zh has no Chinese: {words.zh}"
    if not _LATIN.search(words.en):
        yield f"{name}: en has no English: {words.en}"
    if re.search(f"{_HAN.pattern}{{3}}", words.en):
        yield f"{name}: en has Chinese in it: {words.en}"
    zh, en = _fields(words.zh), _fields(words.en)
    if zh != en:
        one_only = ", ".join(f"{{{field}}}" for field in sorted(zh ^ en))
        yield f"{name}: {one_only} is in one of zh and en only"


def _fields(template: str) -> set[str]:
    """The params that a sentence shows, to whoever has a command line or has none."""
    shown = (placed(template, cli=cli) for cli in (True, False))
    return {f for text in shown for _, f, _, _ in string.Formatter().parse(text) if f}


def _of_finding(rule: Rule, finding: Finding) -> Iterator[str]:
    variant = finding.params.get("variant")
    sentences = {*rule.messages, *rule.remedies}
    # A rule of ours may fall back on its first sentence: its variants are declared in PARAMS.
    if variant is not None and str(variant) not in sentences and rule.id not in PARAMS:
        known = ", ".join(sorted(sentences)) or "none"
        yield f"catches: the variant {variant!r} is in neither messages nor remedies ({known})"
    for name, words in (
        ("message", rule.messages.get(str(variant), rule.message)),
        ("remedy", rule.remedies.get(str(variant), rule.remedy)),
    ):
        for language, text in words.by_language().items():
            if lacking := _fields(text) - set(finding.params):
                fields = ", ".join(f"{{{field}}}" for field in sorted(lacking))
                yield f"catches: the {name} in {language} shows {fields}, and params has no such"
                continue
            try:
                fill(text, finding.params)
            except (ValueError, TypeError) as error:
                yield f"catches: the {name} in {language} cannot show the params: {error}"
