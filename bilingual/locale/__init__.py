"""The words people read: Simplified Chinese first, English second.

Catalogues are TOML files beside this module, one a wing of the house, each with
tables ``errors``, ``problems``, ``reasons`` and ``ui``; an entry holds ``zh``
and ``en`` (``bo`` where we can stand behind it). A rule's words stand beside
its code instead.
"""

from __future__ import annotations

import errno
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Literal

Section = Literal["errors", "problems", "reasons", "ui"]


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Every entry, by section and code. ``ValueError`` where two files claim one."""
    merged: dict[str, dict[str, Mapping[str, str]]] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml"):
            continue
        for section, entries in tomllib.loads(file.read_text(encoding="utf-8")).items():
            known = merged.setdefault(section, {})
            for code, words in entries.items():
                if code in known:
                    raise ValueError(f"{file.name}: {section}.{code} is there already")
                known[code] = words
    return merged


class _Lenient(dict[str, Any]):
    """Parameters for a template; one that is not there shows as ``?``."""

    def __missing__(self, key: str) -> str:
        return "?"


def fill(template: str, params: Mapping[str, Any]) -> str:
    """The template with its parameters. Values are data and never templates."""
    return template.format_map(_Lenient(params))


def sentence(section: Section, code: str, params: Mapping[str, Any], language: str) -> str:
    """The words for a code, Chinese where there are none in that language.

    A code nobody wrote words for comes out as itself with its parameters, so
    that nothing is lost; a test holds that there is none.
    """
    words = catalogue().get(section, {}).get(code)
    if words is None:
        return f"{code} {dict(params)}" if params else code
    return fill(words.get(language) or words["zh"], params)


def error_sentence(code: str, params: Mapping[str, Any], language: str) -> str:
    """What a person reads for an error: what, where, and what to do.

    What the operating system or the reader of a file said stands in the same language.
    """
    said: dict[str, Any] = dict(params)
    number = _system_messages().get(str(said.get("detail")))
    if f"system-{number}" in catalogue()["ui"]:
        said["detail"] = sentence("ui", f"system-{number}", {}, language)
    if said.get("problem") in catalogue()["problems"]:
        said["problem"] = sentence("problems", said["problem"], params, language)
    return sentence("errors", code, said, language)


@cache
def _system_messages() -> Mapping[str, str]:
    """The operating system's own words for what went wrong, to the name of its number."""
    return {os.strerror(number): name for number, name in errno.errorcode.items()}
