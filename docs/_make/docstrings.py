"""Docstrings as Markdown: roles of reStructuredText become code (an extension of Griffe).

On the Chinese site a sentence of Chinese comes before each. A class that has fields lists them with
their types.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import griffe

from docs._make.api import chinese
from docs._make.pages import Language, Said

# :class:`~bilingual.model.Media`
_ROLE: Final = re.compile(r":[a-z]+:`~?(?:[\w.]*\.)?(\w+)`")
_BLOCK: Final = re.compile(r"::(?=\n\n {4})")


def plain(text: str) -> str:
    """A docstring as Markdown."""
    return _BLOCK.sub(":", _ROLE.sub(r"`\1`", text))


def with_fields(text: str, fields: Mapping[str, str], language: Language) -> str:
    """A class's docstring with its fields and their types, before what is said of parameters."""
    if not fields:
        return text
    title = Said("字段：", "Fields:").get(language)
    listed = "\n".join(f"- `{name}`: `{kind}`" for name, kind in fields.items())
    about, sign, rest = text.partition("\n:")
    return f"{about.rstrip()}\n\n{title}\n\n{listed}\n" + (f"\n:{rest}" if sign else "")


class Plain(griffe.Extension):
    """Rewrites each docstring when its object has been read."""

    def __init__(self, language: Language = "en") -> None:
        super().__init__()
        self.before = chinese() if language == "zh" else {}
        self.language = language

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Rewrite the docstring of an object, if it has one."""
        if obj.docstring:
            before = self.before.get(obj.path)
            parts = [before] if before else []
            obj.docstring.value = "\n\n".join((*parts, plain(obj.docstring.value)))

    def on_class_members(self, *, cls: griffe.Class, **_kwargs: Any) -> None:
        """Add the fields of a class: what it declares with a type, and no names of its own use."""
        fields = {
            name: str(found.annotation)
            for name, found in cls.attributes.items()
            if found.annotation is not None
            and not name.startswith("_")
            and "ClassVar" not in str(found.annotation)
            and not found.docstring
        }
        if cls.docstring:
            cls.docstring.value = with_fields(cls.docstring.value, fields, self.language)
