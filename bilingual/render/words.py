"""Prose for codes: what every rendering says in the same words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from bilingual.checks.engine import rules
from bilingual.locale import catalogue, enumerated, fill, mark, sentence
from bilingual.model import (
    Alignment,
    AudioStream,
    BackendUse,
    Check,
    CheckVerdict,
    Finding,
    Measure,
    Reason,
    Report,
)
from bilingual.model.codec import to_builtins
from bilingual.model.review import Settled
from bilingual.showing import visible as visible

MAIN_MEASURES: Final = (
    "coverage.zh_translated",
    "coverage.bo_translated",
    "coverage.speech_subtitled",
    "coverage.subtitle_spoken",
    "agreement.transcript_cer",
    "consistency.numbers",
    "consistency.terms",
    "consistency.own_terms",
    "coverage.weakest_link",
)
"""Measures that come first, in this order."""


def ui(code: str, language: str, **params: Any) -> str:
    """A piece of the interface."""
    return sentence("ui", code, params, language)


def rule_title(rule: str, language: str) -> str:
    """A rule's title; the id itself where the rule is not installed here."""
    known = rules().get(rule)
    return known.title.get(language) if known else visible(rule)


def rule_holds(rule: str, language: str) -> str:
    """What holds where a rule finds nothing; its title where nothing else is known."""
    known = rules().get(rule)
    words = None if known is None else known.holds
    return rule_title(rule, language) if words is None else words.get(language)


def rule_asks(rule: str, language: str) -> str:
    """What a rule is to find out; its title where nothing else is known."""
    known = rules().get(rule)
    words = None if known is None else known.asks
    return rule_title(rule, language) if words is None else words.get(language)


def check_title(check: Check, language: str) -> str:
    """A check under the words that its verdict calls for: what holds, which fault there is,
    or, where it was not made or could not be judged, what is to be found out (and the
    rule's id, where the rule broke).
    """
    if check.verdict is CheckVerdict.PASS:
        return rule_holds(check.rule, language)
    if check.verdict is CheckVerdict.FAIL:
        return rule_title(check.rule, language)
    asks = rule_asks(check.rule, language)
    if check.verdict is CheckVerdict.ERROR and asks != check.rule:
        # Whoever corrects the rule has to find it.
        brackets = ui("in-brackets", language, words=check.rule)
        asks += brackets if brackets[0] == "（" else f" {brackets}"
    return asks


def decided_words(state: str, who: str, note: str, language: str) -> str:
    """A reader's decision, by whom, and the remark."""
    parts = (ui(f"html-state-{state}", language), visible(who), visible(note))
    return mark("comma", language).join(part for part in parts if part)


def settled_words(settled: Settled, language: str) -> str:
    """The verdict with a reader's decisions: how many it rests on, and whose they are."""
    names = enumerated(map(visible, settled.by), language) or ui("html-unnamed", language)
    by = ui("html-settled-by", language, points=settled.points, names=names)
    return f"{ui('html-settled-' + settled.verdict, language)}{by if settled.points else ''}"


def message(finding: Finding, language: str) -> str:
    """What a finding says, made from its code and params."""
    rule = rules().get(finding.rule)
    if rule is None:
        return visible(f"{finding.rule} {to_builtins(finding.params)}")
    words = rule.messages.get(str(finding.params.get("variant")), rule.message).get(language)
    said = fill(words, _displayed(finding.params, language))
    count = finding.params.get("count")
    if isinstance(count, int) and count > 1 and "{count}" not in words:
        said += ui("message-count", language, count=count)
    return said


def remedy(finding: Finding, language: str, *, cli: bool = True) -> str:
    """What is done about it; empty where the rule is not installed here.

    :param cli: whether the reader has a command line; else they have the service's page.
    """
    rule = rules().get(finding.rule)
    if rule is None:
        return ""
    words = rule.remedies.get(str(finding.params.get("variant")), rule.remedy)
    return fill(words.get(language), _displayed(finding.params, language), cli=cli)


def reason(given: Reason | None, language: str, *, cli: bool = True) -> str:
    """Why something is absent or could not be judged; empty where no reason is given.

    :param cli: as for :func:`remedy`.
    """
    if given is None:
        return ""
    return sentence("reasons", given.code, to_builtins(given.params), language, cli=cli)


def backend_line(use: BackendUse, language: str) -> str:
    """A backend's name, how many beads it looked at, its licence."""
    names = {"name": visible(use.name), "licence": visible(use.licence)}
    return ui("backend-line", language, judged=use.judged, of=use.of, **names)


def backend_notes(use: BackendUse, language: str) -> list[str]:
    """Why a backend could not look at all, and what its user has to know."""
    notes = [] if use.reason is None else [reason(use.reason, language)]
    if use.calibration == "none" and use.judged:
        notes.append(ui("backend-uncalibrated", language))
    return notes + [
        sentence("ui", notice.code, _displayed(notice.params, language), language)
        for notice in use.notices
    ]


def _displayed(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Params as a sentence shows them: as in JSON, lists joined, hidden characters visible."""
    displayed: dict[str, Any] = {}
    for key, value in to_builtins(params).items():
        if isinstance(value, list):
            displayed[key] = enumerated((visible(str(v)) for v in value), language)
        else:
            displayed[key] = visible(value) if isinstance(value, str) else value
    return displayed


_TIMES = frozenset(
    {
        "coverage.speech_subtitled",
        "coverage.speech_translated",
        "coverage.subtitle_spoken",
        "coverage.bo_translated_time",
        "coverage.zh_translated_time",
    }
)


def label(measure: Measure, language: str) -> str:
    """A measure's name, with that of the one it was picked from."""
    words = _name(measure.id, language)
    return words + colon(language) + _name(measure.of, language) if measure.of else words


def explained(measure: Measure, language: str) -> str:
    """What a measure counts, out of what; empty where there are no words for it."""
    code = f"measured-{(measure.of or measure.id).replace('.', '-')}"
    return ui(code, language) if code in catalogue()["ui"] else ""


def _name(measure_id: str, language: str) -> str:
    return ui("measure-" + measure_id.replace(".", "-"), language)


def figure(measure: Measure) -> str:
    """A measure's value with what it was divided by; times in seconds."""
    # As in JSON, so that a report shows the same before and after it is saved.
    value, numerator, denominator = to_builtins(
        (measure.value, measure.numerator, measure.denominator)
    )
    if value is None:
        return "–"
    if measure.id.startswith("timing.") and measure.unit == "ratio":
        return f"{value:.4f}"
    if measure.unit == "sacrebleu":  # 0 to 100, explained by the signature beside it
        return f"{value:.1f}"
    if measure.unit != "ratio":
        return f"{value:g} {measure.unit}"
    share = f"{100 * value:.1f} %"
    if numerator is None or denominator is None:
        return share
    if (measure.of or measure.id) in _TIMES:
        return f"{share}  ({numerator / 1000:.1f}/{denominator / 1000:.1f} s)"
    return f"{share}  ({numerator:g}/{denominator:g})"


def sound_streams(streams: Sequence[AudioStream], used: int | None, language: str) -> str:
    """Every sound stream of a film: number, codec, channels, language, and which was heard.

    Empty where there is none.
    """
    shown = []
    for stream in streams:
        facts = [ui("sound-number", language, index=stream.index), visible(stream.codec)]
        if stream.channels:
            facts.append(ui("sound-channels", language, count=stream.channels))
        facts += [
            visible(tag) for tag in (stream.language, stream.title) if tag not in (None, "und")
        ]
        said = [
            ui(f"sound-{state}", language)
            for state, there in (
                ("default", stream.default and len(streams) > 1),
                ("listened", stream.index == used and stream.decodes is not False),
                ("undecodable", stream.decodes is False),
            )
            if there
        ]
        brackets = ui("sound-said", language, said=enumerated(said, language)) if said else ""
        shown.append(" ".join(facts) + brackets)
    return mark("semicolon", language).join(shown)


def clocks(alignment: Alignment, language: str) -> str:
    """How the two tracks' clocks relate: offset, rate, number of jumps."""
    return ui(
        "clocks",
        language,
        offset=f"{alignment.offset_ms / 1000:+.2f}",
        rate=f"{alignment.rate:.4f}",
        jumps=len(alignment.jumps),
    )


def colon(language: str) -> str:
    """The colon of the language's own typography."""
    return mark("colon", language)


def disclaimer(report: Report, language: str) -> str:
    """What a report is worth, and what a reader of Tibetan has to do."""
    listed = any(f.bo or f.zh for f in report.findings)
    more = ui("disclaimer-listed" if listed else "disclaimer-none", language)
    return ui("disclaimer", language) + more


def moment(given: str) -> str:
    """A moment in ISO 8601 as this computer's clock shows it; as it is where it is none."""
    try:
        here = datetime.fromisoformat(given).astimezone()
    except (ValueError, OverflowError, OSError):
        return visible(given)
    offset = f"{here:%z}"
    zone = offset[:1] + offset[1:3].lstrip("0").rjust(1, "0") + f":{offset[3:5]}".replace(":00", "")
    return f"{here:%Y-%m-%d %H:%M} (UTC{zone})"


def clock(ms: int | float) -> str:
    """Milliseconds as ``00:01:23.4``, with a sign where it is negative."""
    tenths = round(abs(ms) / 100)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    return f"{'-' if ms < 0 else ''}{hours:02}:{minutes:02}:{rest // 10:02}.{rest % 10}"


def exact_clock(ms: int) -> str:
    """Milliseconds (0 and up) as ``00:01:23.456``."""
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def size(count: int) -> str:
    """Bytes as a person reads them, in powers of ten."""
    for unit, scale in (("MB", 1_000_000), ("kB", 1000)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"
