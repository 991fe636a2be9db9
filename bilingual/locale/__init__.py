"""The words people read, a folder a language: ``zh``, ``en``, ``bo``.

A rule's words are beside its code; a language's ``rules.toml`` adds to them or replaces
them (``bilingual.locale.languages``).
"""

from __future__ import annotations

import errno
import os
import re
import string
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from bilingual.arguments import FLAG, TEXT
from bilingual.installing import torch_comes_first
from bilingual.locale.languages import (
    FIRST,
    Section,
    chain,
    enumerated,
    languages,
    mark,
    shown_in,
)
from bilingual.nearest import nearest
from bilingual.showing import player_time, visible, visible_value

__all__ = [
    "FIRST",
    "Section",
    "catalogue",
    "enumerated",
    "error_sentence",
    "fill",
    "languages",
    "mark",
    "meant",
    "placed",
    "rule_words",
    "sentence",
    "shown_in",
]


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every entry by section and code: the words by language."""
    merged: dict[str, dict[str, dict[str, str]]] = {}
    for language, tongue in languages().items():
        for section, entries in tongue.words.items():
            known = merged.setdefault(section, {})
            for code, text in entries.items():
                known.setdefault(code, {})[language] = text
    return merged


@cache
def rule_words(rule: str, part: str) -> Mapping[str, str]:
    """The words that languages add to a part of a rule or replace in it, by language.

    :param part: ``title``, ``explanation``, ``message``, ``remedy``, ``limits``,
        ``holds``, ``asks``, or ``messages.`` or ``remedies.`` and a variant.
    """
    return {
        language: tongue.rules[rule][part]
        for language, tongue in languages().items()
        if part in tongue.rules.get(rule, {})
    }


class _Lenient(dict[str, Any]):
    """Parameters for a template; one that is not there shows as ``?``."""

    def __missing__(self, key: str) -> str:
        return "?"


class _Numbered(string.Formatter):
    """Words that go with a number: one for 1, another for the rest."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return format(value, format_spec)
        one, more = format_spec.split("|", 1)
        return one if value == 1 else more


_NUMBERED: Final = _Numbered()


def fill(template: str, params: Mapping[str, Any], *, cli: bool = True) -> str:
    """The template with its parameters. Values are data and never templates.

    Whatever a person reads is made here, so here text from outside becomes visible:
    a file's name can hold no escape sequence and no line break that would be obeyed.
    ``{count:cue|cues}`` is the first word where the count is 1, else the second;
    ``{cli:words|words}`` the first for whoever has a command line, the second on a page of
    the service. ``{has path: words}`` are said where there is that parameter: an earlier
    version's report may lack it.

    :param cli: whether the reader has a command line.
    """
    template = _IF_KNOWN.sub(
        lambda found: found[2] if found[1] in params else "", placed(template, cli=cli)
    )
    shown = _Lenient({key: visible_value(value) for key, value in params.items()})
    return _NUMBERED.vformat(template, (), shown) if "|" in template else template.format_map(shown)


_BY_PLACE: Final = re.compile(r"\{cli:((?:[^{}|]|\{\w+\})*)\|((?:[^{}|]|\{\w+\})*)\}")
_IF_KNOWN: Final = re.compile(r"\{has (\w+):((?:[^{}]|\{\w+\})*)\}")


def placed(template: str, *, cli: bool) -> str:
    """The template for whoever has a command line, or for a page of the service."""
    return _BY_PLACE.sub(r"\1" if cli else r"\2", template)


def sentence(
    section: Section, code: str, params: Mapping[str, Any], language: str, *, cli: bool = True
) -> str:
    """The words for a code, Chinese where there are none in that language.

    A code without words in any language comes out as itself with its parameters, so
    that nothing is lost; a test holds that there is none. Where a reason or a problem names the
    error behind it (its code as ``detail`` or ``reason``, its parameters as ``of``), that
    error's sentence is part of it. Lists are joined as the language does, and a time in
    seconds (``end_s``) is there as a player shows it too (``end``). Where a command installs
    torch first, it is said why.

    :param cli: whether the reader has a command line; else they have the service's page.
    """
    if section not in ("errors", "ui"):
        params = _player_times(_with_cause(params, language, cli=cli))
    for tongue in chain(language):
        words = tongue.words.get(section, {}).get(code)
        if words is not None:
            text = fill(words, {name: _listed(v, language) for name, v in params.items()}, cli=cli)
            if "{command}" in placed(words, cli=cli) and torch_comes_first(params.get("command")):
                text += sentence("ui", "torch-first", {}, language)
            return text
    return visible(f"{code} {dict(params)}" if params else code)


def _player_times(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Parameters, and beside each number of seconds what a player shows there."""
    shown = {
        name.removesuffix("_s"): player_time(1000 * value)
        for name, value in params.items()
        if name.endswith("_s") and isinstance(value, (int, float))
    }
    return {**shown, **params}


def _with_cause(params: Mapping[str, Any], language: str, *, cli: bool) -> Mapping[str, Any]:
    """Parameters with the code of an error replaced by what it says."""
    for name in ("detail", "reason"):
        code = params.get(name)
        if isinstance(code, str) and code in catalogue()["errors"]:
            said = error_sentence(code, params.get("of") or {}, language, cli=cli)
            return {**params, name: said.rstrip("。.")}
    return params


def error_sentence(code: str, params: Mapping[str, Any], language: str, *, cli: bool = True) -> str:
    """What a person reads for an error: what, where, and what to do.

    What the operating system or the reader of a file reported, and the names of
    languages and of roles, are in the same language.

    :param cli: as for :func:`sentence`.
    """
    TEXT.check("message", "language", language)
    FLAG.check("message", "cli", cli)
    said: dict[str, Any] = dict(params)
    number = _system_messages().get(str(said.get("detail")))
    if f"system-{number}" in catalogue()["ui"]:
        said["detail"] = sentence("ui", f"system-{number}", {}, language)
    for name in ("expected", "found", "language"):
        if f"language-{said.get(name)}" in catalogue()["ui"]:
            said[name] = sentence("ui", f"language-{said[name]}", {}, language)
    if code == "sheet-columns":
        titles = (f"sheet-{column}" for column in said["columns"])
        said["columns"] = [sentence("ui", title, {}, language) for title in titles]
    if f"input-{said.get('role')}" in catalogue()["ui"]:
        said["role"] = sentence("ui", f"input-{said['role']}", {}, language)
    if said.get("problem") in catalogue()["problems"]:
        said["problem"] = sentence("problems", said["problem"], params, language, cli=cli)
    return sentence("errors", code, said, language, cli=cli) + meant(_likest(params), language)


def _likest(params: Mapping[str, Any]) -> list[str]:
    """The names that may have been meant, where an error is about one that there is not."""
    if "nearest" in params:
        return list(params["nearest"])
    name, known = params.get("name"), params.get("known")
    if not isinstance(name, str) or not isinstance(known, (list, tuple)):
        return []
    return [one for one in nearest(name, list(map(str, known))) if one != name]


def meant(names: Sequence[str], language: str) -> str:
    """A question whether one of these names was meant; empty without any."""
    if not names:
        return ""
    either = sentence("ui", "usage-or", {}, language).join(names)
    return sentence("ui", "usage-nearest", {"names": either}, language)


def _listed(value: Any, language: str) -> Any:
    """A list as a sentence has it; anything else as it is."""
    if not isinstance(value, (list, tuple)):
        return value
    return enumerated(map(str, value), language) or sentence("ui", "none-of-these", {}, language)


@cache
def _system_messages() -> Mapping[str, str]:
    """The operating system's own words for what went wrong, to the name of its number."""
    return {os.strerror(number): name for number, name in errno.errorcode.items()}
