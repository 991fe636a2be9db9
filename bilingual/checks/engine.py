"""Finding the rules, applying them, and adding up what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import replace
from functools import cache
from operator import attrgetter
from typing import Final, Literal

from bilingual.checks._declared import id_for, refuse_faulty, refuse_outcome
from bilingual.checks._tsheg import unseparated, without_words
from bilingual.checks.base import Artifacts, CannotTell, Hit, Missing, Need, Rule, Seen, Words
from bilingual.config import Config
from bilingual.errors import ConfigError
from bilingual.locale import rule_words
from bilingual.model import Check, CheckVerdict, Finding, Reason, Severity, Span, Verdict
from bilingual.nearest import nearest
from bilingual.plugins import STOPS, Kind, Plugins, discover, objects
from bilingual.plugins.calls import failure
from bilingual.showing import logger

_KIND: Final = Kind(
    name="rule",
    group="bilingual.rules",
    home="bilingual.checks",
    attribute="RULES",
    read=objects(Rule, attrgetter("id")),
    refuse=refuse_faulty,
)

_PAIRED_GROUPS = frozenset({"reading", "alignment", "accuracy"})
_NOT_SUBMITTED = Missing(reason=Reason(code="not-handed-in"), verdict=CheckVerdict.NOT_APPLICABLE)

_ABOUT_TIMES = frozenset(
    {"cue-order", "cue-overlap", "cue-too-short", "cue-too-long", "cue-gap"}
    | {"speech-uncovered", "subtitle-without-speech"}
)
_ABOUT_MARKS = frozenset(
    {"hidden-character", "line-break", "tibetan-typography", "chinese-typography"}
)

# What is judged by words, and what by syllables, beside the rules on accuracy.
_BY_WORDS: Final = frozenset({"line-break", "tibetan-particle"})
_BY_SYLLABLES: Final = _BY_WORDS | {"line-length", "reading-speed", "tibetan-syllable"}

CLAUSES_BESIDE: Final = frozenset(
    {"accuracy", "originality", "duplicate-work", "unit-quota", "self-quota", "rank-order"}
)
"""What a profile's clauses may name beside rules about a work: all rules on accuracy as one, what
a person confirms, and the rules about works together (``bilingual.batch.rules``)."""

MOST_IN_A_CUE: Final = 40
"""How many findings of one rule and severity are kept of the same cues. What is made to be
broken in two thousand places is not told by two thousand sentences."""

_log = logger(__name__)


@cache
def rules() -> Plugins[Rule]:
    """Every rule by its id, in the order of groups and modules.

    :raises PluginError: ``plugin-duplicate``: two rules have the same id.
    """
    found = discover(_KIND)
    return replace(found, found={name: _worded(rule) for name, rule in found.items()})


def _worded(rule: Rule) -> Rule:
    """The rule with the words that languages add to it or replace."""

    def words(part: str, own: Words) -> Words:
        more = rule_words(rule.id, part)
        return replace(own, more=more) if more else own

    return replace(
        rule,
        title=words("title", rule.title),
        explanation=words("explanation", rule.explanation),
        message=words("message", rule.message),
        remedy=words("remedy", rule.remedy),
        limits=words("limits", rule.limits),
        holds=None if rule.holds is None else words("holds", rule.holds),
        asks=None if rule.asks is None else words("asks", rule.asks),
        messages={v: words(f"messages.{v}", own) for v, own in rule.messages.items()},
        remedies={v: words(f"remedies.{v}", own) for v, own in rule.remedies.items()},
    )


def refuse_unknown(config: Config) -> None:
    """See that the rules which the settings name are there.

    :raises ConfigError: ``rule-unknown``: one that was to be left out, or graded
        otherwise, is none; it would go on as if nothing had been said.
    """
    for name in (*config.rules.off, *config.rules.severity):
        if name not in rules() and name not in rules().broken:
            raise ConfigError("rule-unknown", name=name, nearest=nearest(name, rules()))
    idle = [name for name in config.award.clauses if not _has_clause(name)]
    if idle:
        _tell_of_clauses(config.profile.name, tuple(idle))


def _has_clause(name: str) -> bool:
    known = rules()
    if name in known:
        return known[name].group != "accuracy"  # they have the one of "accuracy"
    return name in CLAUSES_BESIDE


@cache
def _tell_of_clauses(profile: str, names: tuple[str, ...]) -> None:
    """Log once that clauses go to nothing: to a rule misspelt, or one that is not installed."""
    _log.warning(
        "%s.toml: clauses of rules that are not here, or that have the clause of accuracy: %s",
        profile,
        ", ".join(names),
    )


def apply_rules(artifacts: Artifacts) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
    """Apply every rule: a check for each, and the findings, gravest first.

    A rule that breaks becomes a check with the verdict ``error``, and so do rules
    of other distributions that cannot be used: by their ids where these are known, else by
    their entry point's name. Whether they are required is not known. The others are not
    troubled.
    """
    checks: list[Check] = []
    findings: list[Finding] = []
    joined = frozenset(unseparated(artifacts.bo))
    for rule in rules().values():
        check, found = _apply(rule, artifacts, joined)
        checks.append(check)
        findings += found
    for name, broken in rules().broken.items():
        if name in artifacts.config.rules.off:
            checks.append(_switched_off(id_for(name)))
            continue
        params = {"origin": broken.origin, "detail": broken.detail}
        checks.append(
            Check(
                rule=id_for(name),
                verdict=CheckVerdict.ERROR,
                reason=Reason(code="plugin-not-loaded", params=params),
            )
        )
    findings.sort(key=lambda f: _order(f, artifacts))
    return tuple(checks), tuple(findings)


def apply_rule(rule: Rule, artifacts: Artifacts) -> tuple[Check, tuple[Finding, ...]]:
    """Apply one rule, whether it is installed or not: its check, and its findings in its order."""
    check, findings = _apply(rule, artifacts, frozenset(unseparated(artifacts.bo)))
    return check, tuple(findings)


def without_form(checks: Iterable[Check]) -> tuple[Check, ...]:
    """The checks but for those of the entry form, for a work that came without one.

    Whoever checks subtitles has no form yet: eight lines that do not apply say nothing.
    """
    known = rules()
    return tuple(c for c in checks if c.rule not in known or "form" not in known[c.rule].needs)


_CHEAP: Final[frozenset[Need]] = frozenset({"media", "track", "bo", "zh", "zh-written", "form"})


def first_look(artifacts: Artifacts) -> tuple[Finding, ...]:
    """The findings of the rules that need neither the sound nor the picture, gravest first.

    With an alignment those that compare the two tracks, too.
    """
    known = _CHEAP | ({"alignment"} if artifacts.alignment is not None else set())
    joined = frozenset(unseparated(artifacts.bo))
    found = [
        finding
        for rule in rules().values()
        if rule.needs <= known
        for finding in _apply(rule, artifacts, joined)[1]
    ]
    return tuple(sorted(found, key=lambda f: _order(f, artifacts)))


def _switched_off(name: str) -> Check:
    reason = Reason(code="switched-off")
    return Check(rule=name, verdict=CheckVerdict.NOT_APPLICABLE, reason=reason)


def _apply(
    rule: Rule, artifacts: Artifacts, joined: Set[int] = frozenset()
) -> tuple[Check, list[Finding]]:
    """A rule's check and findings. ``joined`` are Tibetan cues whose syllables nothing parts."""
    required = is_required(rule, artifacts)
    if rule.id in artifacts.config.rules.off:
        return _switched_off(rule.id), []
    missing = [
        m for need in sorted(rule.needs) if (m := reason_missing(artifacts, need)) is not None
    ]
    if missing:
        # What was not submitted outweighs what could not be made of it.
        first = min(missing, key=lambda m: m.verdict is not CheckVerdict.NOT_APPLICABLE)
        return Check(
            rule=rule.id,
            verdict=first.verdict,
            reason=first.reason,
            required=required and first.verdict is not CheckVerdict.NOT_APPLICABLE,
        ), []
    findings: list[Finding] = []
    doubt = _joined_doubt(rule, joined)
    seen: Seen | None = None
    counts: Counter[tuple[object, ...]] = Counter()
    outcomes: Iterable[Hit | CannotTell | Seen] = ()
    try:
        outcomes = rule.run(artifacts)
        for outcome in outcomes:
            refuse_outcome(outcome, artifacts)
            if isinstance(outcome, Hit):
                if not _rests_on_unread(rule, outcome, artifacts, joined):
                    finding = _finding(rule, outcome, artifacts)
                    at = (finding.bo, finding.zh, finding.severity)
                    counts[at] += 1
                    if counts[at] <= MOST_IN_A_CUE or at[:2] == ((), ()):
                        findings.append(finding)
            elif isinstance(outcome, Seen):
                seen = outcome
            else:
                doubt = outcome
    except STOPS:
        raise
    except BaseException as error:
        _log.exception("rule %s broke", rule.id)
        why = failure(error, rule.run, rules().origin(rule.id), outcomes)
        return Check(
            rule=rule.id,
            verdict=CheckVerdict.ERROR,
            reason=Reason(code="rule-broke", params=why),
            required=required,
        ), []
    if any(f.severity is not Severity.INFO for f in findings):
        return Check(rule=rule.id, verdict=CheckVerdict.FAIL, required=required), findings
    if doubt is not None:
        return Check(
            rule=rule.id, verdict=doubt.verdict, reason=doubt.reason, required=required
        ), findings
    return Check(
        rule=rule.id,
        verdict=CheckVerdict.PASS,
        reason=seen.reason if seen else None,
        required=required,
    ), findings


def _finding(rule: Rule, hit: Hit, artifacts: Artifacts) -> Finding:
    config = artifacts.config
    regraded = config.rules.severity.get(rule.id)
    severity = Severity(regraded) if regraded else hit.severity or rule.severity
    if severity is Severity.ERROR and _rests_on_recognition(rule, artifacts):
        severity = Severity.WARNING
    return Finding(
        rule=rule.id,
        severity=severity,
        confidence=round(min(1.0, max(0.0, hit.confidence)), 4),
        mqm=rule.mqm,
        clause=_clause(rule, config),
        bo=hit.bo,
        zh=hit.zh,
        span_ms=hit.span_ms,
        params=hit.params,
        evidence=hit.evidence,
        suggestion=hit.suggestion,
    )


def _rests_on_recognition(rule: Rule, artifacts: Artifacts) -> bool:
    """Whether one of the two texts compared was recognised, not written.

    Recognition alone, of speech or of text in the picture, fails no translation.
    """
    heard = artifacts.zh is not None and artifacts.zh.source == "transcript"
    if heard and not rule.needs.isdisjoint({"zh", "alignment"}):
        return True
    # Text read in a picture fails none either; its times are measured.
    # A row may be overlooked, too.
    pictured = any(track.source == "burned-in" for _, track in artifacts.tracks())
    one_sided = rule.id in ("missing-translation", "extra-translation")
    return pictured and (one_sided or rule.group in ("language", "accuracy"))


def _joined_doubt(rule: Rule, joined: Set[int]) -> CannotTell | None:
    """What a rule that goes by syllables cannot tell of cues that have nothing between them."""
    if not joined or not (rule.group == "accuracy" or rule.id in _BY_SYLLABLES):
        return None
    return without_words(joined)


def _rests_on_unread(rule: Rule, hit: Hit, artifacts: Artifacts, joined: Set[int]) -> bool:
    """Whether a hit is about the words of a cue that was read in the picture and
    cannot be relied on, or about marks that such a reading does not show, or about the
    words of one whose syllables nothing parts.
    """
    by_words = rule.group == "accuracy" or rule.id in _BY_WORDS
    if by_words and not joined.isdisjoint(hit.bo):
        return True
    if rule.group in ("alignment", "burned-in") or rule.id in _ABOUT_TIMES:
        return False
    for side, indices in (("bo", hit.bo), ("zh", hit.zh)):
        track = artifacts.track(side)  # type: ignore[arg-type]
        if track is None or track.source != "burned-in" or not indices:
            continue
        if rule.id in _ABOUT_MARKS or any(not track.cues[i].readable for i in indices):
            return True
    return False


def _clause(rule: Rule, config: Config) -> str | None:
    # The notice's promise of an accurate translation covers the accuracy rules
    # as one; the other rules have a clause of their own or none.
    return config.clause("accuracy" if rule.group == "accuracy" else rule.id)


def _order(finding: Finding, artifacts: Artifacts) -> tuple[object, ...]:
    span = finding.span_ms or _span_of(finding, artifacts)
    return (
        -finding.severity.rank,
        -finding.confidence,
        span.start_ms if span else -1,
        finding.rule,
        finding.zh,
        finding.bo,
    )


def _span_of(finding: Finding, artifacts: Artifacts) -> Span | None:
    cues = [*artifacts.cues("zh", finding.zh), *artifacts.cues("bo", finding.bo)]
    if not cues:
        return None
    return Span(start_ms=min(c.start_ms for c in cues), end_ms=max(c.end_ms for c in cues))


def reason_missing(artifacts: Artifacts, need: Need) -> Missing | None:
    """Why an artifact is not there; ``None`` where it is."""
    speech = artifacts.speech
    there = {
        "track": any(True for _ in artifacts.tracks()),
        "bo": artifacts.bo is not None,
        "zh": artifacts.zh is not None,
        "zh-written": artifacts.zh is not None and artifacts.zh.source != "transcript",
        "alignment": artifacts.alignment is not None,
        "media": artifacts.media is not None,
        "whole": artifacts.media is not None and "whole" not in artifacts.missing,
        "audio": artifacts.media is not None and bool(artifacts.media.audio),
        "speech": speech is not None and speech.spans is not None,
        "transcript": speech is not None and speech.segments is not None,
        "burned-in": artifacts.burned_in is not None
        or any(track.source == "burned-in" for _, track in artifacts.tracks()),
        "form": artifacts.form is not None,
        "opening": artifacts.opening is not None,
    }[need]
    return None if there else artifacts.missing.get(need, _NOT_SUBMITTED)


def when_required(rule: Rule) -> Literal["always", "both", "never"]:
    """In which works ``unknown`` here keeps the work from passing: all, with both languages, none.

    Required are the award's rules that a machine can judge, and reading,
    alignment and accuracy where both languages are there.
    """
    if rule.award:
        return "always" if rule.required else "never"
    return "both" if rule.group in _PAIRED_GROUPS else "never"


def is_required(rule: Rule, artifacts: Artifacts) -> bool:
    """Whether ``unknown`` here keeps this work from passing."""
    when = when_required(rule)
    if when == "both":
        return artifacts.bo is not None and reason_missing(artifacts, "zh-written") is None
    return when == "always"


def verdict_of(checks: Iterable[Check], findings: Iterable[Finding]) -> Verdict:
    """An error finding fails; a required check unknown leaves it unknown; a
    warning asks for a review; else it passes.
    """
    severities = {f.severity for f in findings}
    if Severity.ERROR in severities:
        return Verdict.FAIL
    undecided = (CheckVerdict.UNKNOWN, CheckVerdict.ERROR)
    if any(c.required and c.verdict in undecided for c in checks):
        return Verdict.UNKNOWN
    return Verdict.REVIEW if Severity.WARNING in severities else Verdict.PASS
