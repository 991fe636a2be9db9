"""The languages that the library speaks: a folder each.

A folder holds ``language.toml`` (its name, its place in lists, the language that stands
in where it has no words, its punctuation), catalogues of words by topic, each with the
tables ``errors``, ``problems``, ``reasons`` and ``ui``, and, where words of rules are
added or replaced, ``rules.toml``::

    [number-mismatch]
    title = "…"
    messages.count = "…"

A language of another distribution comes through the entry points ``bilingual.languages``:
the entry point's name is the language's code, and it names a package with such files.
One for a language that is here already adds to its words and replaces those it has too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Any, Final, Literal

from bilingual.plugins import Kind, Plugins, discover, folder_of

Section = Literal["errors", "problems", "reasons", "ui"]
Mark = Literal["list", "comma", "semicolon", "colon"]

FIRST: Final = "zh"
"""The language whose words are all there; it stands in where no other is named."""

_ABOUT: Final = "language.toml"
_RULES: Final = "rules.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """A language's words by section and code, its punctuation, and its rules' words.

    ``tag`` is its BCP 47 tag. ``order`` is its place among the
    languages. ``rules`` are words by rule and part (``title``, ``messages.count``).
    """

    code: str
    name: str
    tag: str
    fallback: str = FIRST
    order: int = 100
    marks: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def _read(package: object, code: str) -> Iterable[tuple[str, Tongue]]:
    """The languages in the folder of this package, or the one that another is."""
    folder = folder_of(package)
    if code:
        return [(code, _tongue(folder, code))]
    inner = [f for f in folder.iterdir() if f.is_dir() and (f / _ABOUT).is_file()]
    return [(f.name, _tongue(f, f.name)) for f in inner]


def _tongue(folder: Traversable, code: str) -> Tongue:
    about: dict[str, Any] = {}
    words: dict[str, dict[str, str]] = {}
    rules: dict[str, Mapping[str, str]] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        if file.name == _ABOUT:
            about = tables
        elif file.name == _RULES:
            rules = {rule: _flat(parts) for rule, parts in tables.items()}
        else:
            _add(words, tables, f"{code}/{file.name}")
    return Tongue(
        code=code,
        name=about.get("name", code),
        tag=about.get("tag", code),
        fallback=about.get("fallback", FIRST),
        order=about.get("order", 100),
        marks=about.get("punctuation", {}),
        words=words,
        rules=rules,
    )


def _add(words: dict[str, dict[str, str]], tables: Mapping[str, Any], name: str) -> None:
    """Add a catalogue. ``ValueError`` where two of them claim one code."""
    for section, entries in tables.items():
        known = words.setdefault(section, {})
        for code, text in entries.items():
            if code in known:
                raise ValueError(f"{name}: {section}.{code} is there already")
            known[code] = _template(text)


def _flat(parts: Mapping[str, Any]) -> dict[str, str]:
    """Words by part, those of variants as ``messages.variant``."""
    found: dict[str, str] = {}
    for part, text in parts.items():
        if isinstance(text, Mapping):
            found |= {f"{part}.{variant}": _template(one) for variant, one in text.items()}
        else:
            found[part] = _template(text)
    return found


def _template(text: object) -> str:
    """Words that can be filled in. ``TypeError`` or ``ValueError`` where they cannot."""
    if not isinstance(text, str):
        raise TypeError(f"{text!r} is no text")
    for _ in Formatter().parse(text):
        pass
    return text


def _joined(ours: Tongue, more: Tongue) -> Tongue:
    """A language with the words of a further folder added; the latter's win."""
    sections = (*ours.words, *(s for s in more.words if s not in ours.words))
    rules = (*ours.rules, *(r for r in more.rules if r not in ours.rules))
    return Tongue(
        code=ours.code,
        name=ours.name,
        tag=ours.tag,
        fallback=ours.fallback,
        order=ours.order,
        marks={**ours.marks, **more.marks},
        words={s: {**ours.words.get(s, {}), **more.words.get(s, {})} for s in sections},
        rules={r: {**ours.rules.get(r, {}), **more.rules.get(r, {})} for r in rules},
    )


_KIND: Final = Kind(
    name="language",
    group="bilingual.languages",
    home="bilingual.locale",
    read=_read,
    join=_joined,
)


@cache
def languages() -> Plugins[Tongue]:
    """Every language by its code, in the order in which they are offered."""
    found = discover(_KIND)
    ordered = sorted(found.values(), key=lambda tongue: (tongue.order, tongue.code))
    return Plugins(
        kind=found.kind, found={tongue.code: tongue for tongue in ordered}, broken=found.broken
    )


def chain(language: str) -> tuple[Tongue, ...]:
    """The language and those that stand in for it, in order; Chinese comes last."""
    known, found = languages(), []
    code = language
    while code in known and known[code] not in found:
        found.append(known[code])
        code = known[code].fallback
    if known[FIRST] not in found:
        found.append(known[FIRST])
    return tuple(found)


def mark(name: Mark, language: str) -> str:
    """A mark of punctuation as the language writes it, with the space it takes."""
    return next(tongue.marks[name] for tongue in chain(language) if name in tongue.marks)


def enumerated(items: Iterable[str], language: str, by: Mark = "list") -> str:
    """Things one after the other, with the language's own mark between them."""
    return mark(by, language).join(items)


def shown_in(language: str) -> Tongue:
    """The language whose words are shown: itself where it has any, else its fallback."""
    return next(tongue for tongue in chain(language) if tongue.words)
