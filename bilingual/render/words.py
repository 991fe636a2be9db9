"""Prose for codes: what every rendering says in the same words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from bilingual.checks.base import Rule
from bilingual.checks.engine import rules
from bilingual.locale import enumerated, fill, mark, sentence

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
"""Measures that are told first, in this order."""


def ui(code: str, language: str, **params: Any) -> str:
    """A piece of the interface."""
    return sentence("ui", code, params, language)


def rule_title(rule: str, language: str) -> str:
    """A rule's title; the id itself where the rule is not installed here."""
    known = rules().get(rule)
    return known.title.get(language) if known else rule


def message(finding: Mapping[str, Any], language: str) -> str:
    """What a finding says, made from its code and params."""
    rule = rules().get(finding["rule"])
    if rule is None:
        return f"{finding['rule']} {finding['params']}"
    params = finding["params"]
    words = rule.messages.get(str(params.get("variant")), rule.message)
    return fill(words.get(language), _shown(params, language))


def remedy(finding: Mapping[str, Any], language: str) -> str:
    """What a film-maker does about it."""
    rule: Rule | None = rules().get(finding["rule"])
    if rule is None:
        return ""
    return fill(rule.remedy.get(language), _shown(finding["params"], language))


def reason(check: Mapping[str, Any], language: str) -> str:
    """Why a check could not be judged."""
    code = check["reason"]
    return sentence("reasons", code, check.get("params", {}), language) if code else ""


def backend_line(use: Mapping[str, Any], language: str) -> str:
    """A backend's name, how many beads it looked at, its licence."""
    names = {"name": visible(use["name"]), "licence": visible(use["licence"])}
    return ui("backend-line", language, judged=use["judged"], of=use["of"], **names)


def backend_notes(use: Mapping[str, Any], language: str) -> list[str]:
    """Why a backend could not look at all, and what its user is told."""
    notes = [] if use["reason"] is None else [reason(use, language)]
    return notes + [
        ui(n["code"], language, **_shown(n["params"], language)) for n in use["notices"]
    ]


def _shown(params: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Params as a sentence shows them: lists joined, hidden characters visible."""
    shown: dict[str, Any] = {}
    for key, value in params.items():
        if isinstance(value, (list, tuple)):
            shown[key] = enumerated((visible(str(v)) for v in value), language)
        else:
            shown[key] = visible(value) if isinstance(value, str) else value
    return shown


_TIMES = frozenset(
    {
        "coverage.speech_subtitled",
        "coverage.speech_translated",
        "coverage.subtitle_spoken",
        "coverage.bo_translated_time",
        "coverage.zh_translated_time",
    }
)


def label(measure: Mapping[str, Any], language: str) -> str:
    """A measure's name, with that of the one it was picked from."""
    words = ui("measure-" + measure["id"].replace(".", "-"), language)
    of = measure.get("of")
    return f"{words}{colon(language)}{label({'id': of}, language)}" if of else words


def figure(measure: Mapping[str, Any]) -> str:
    """A measure's value with what it was divided by; times in seconds."""
    value, unit = measure["value"], measure["unit"]
    if value is None:
        return "–"
    if measure["id"].startswith("timing.") and unit == "ratio":
        return f"{value:.4f}"
    if unit == "sacrebleu":  # 0 to 100, told by the signature beside it
        return f"{value:.1f}"
    if unit != "ratio":
        return f"{value:g} {unit}"
    share = f"{100 * value:.1f} %"
    numerator, denominator = measure["numerator"], measure["denominator"]
    if numerator is None or denominator is None:
        return share
    if (measure.get("of") or measure["id"]) in _TIMES:
        return f"{share}  ({numerator / 1000:.1f}/{denominator / 1000:.1f} s)"
    return f"{share}  ({numerator:g}/{denominator:g})"


def colon(language: str) -> str:
    """The colon of the language's own typography."""
    return mark("colon", language)


def visible(text: str, *, keep_breaks: bool = False) -> str:
    """Text that is safe to show: control, bidi and unseen characters as ⟨U+XXXX⟩.

    Line breaks become a slash unless they are kept. What is left moves no
    cursor and reorders no line.
    """
    pieces: list[str] = []
    for char in text:
        if char == "\n":
            pieces.append(char if keep_breaks else " / ")
        elif char == "\t":
            pieces.append(" ")
        elif unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
            pieces.append(f"⟨U+{ord(char):04X}⟩")
        else:
            pieces.append(char)
    return "".join(pieces)


def clock(ms: int | float) -> str:
    """Milliseconds as ``00:01:23.4``, with a sign where it is negative."""
    tenths = round(abs(ms) / 100)
    hours, rest = divmod(tenths, 36_000)
    minutes, rest = divmod(rest, 600)
    return f"{'-' if ms < 0 else ''}{hours:02}:{minutes:02}:{rest // 10:02}.{rest % 10}"


def size(count: int) -> str:
    """Bytes as a person reads them, in powers of ten."""
    for unit, scale in (("MB", 1_000_000), ("kB", 1000)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count} B"
