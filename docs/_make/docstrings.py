"""Docstrings as Markdown: roles of reStructuredText become code (an extension of Griffe).

On the Chinese site a sentence of Chinese comes before each.
"""

from __future__ import annotations

import re
from typing import Any, Final

import griffe

from docs._make.api import chinese
from docs._make.pages import Language

# :class:`~bilingual.model.Media`
_ROLE: Final = re.compile(r":[a-z]+:`~?(?:[\w.]*\.)?(\w+)`")
_BLOCK: Final = re.compile(r"::(?=\n\n {4})")


def plain(text: str) -> str:
    """A docstring as Markdown."""
    return _BLOCK.sub(":", _ROLE.sub(r"`\1`", text))


class Plain(griffe.Extension):
    """Rewrites each docstring when its object has been read."""

    def __init__(self, language: Language = "en") -> None:
        super().__init__()
        self.before = chinese() if language == "zh" else {}

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Rewrite the docstring of an object, if it has one."""
        if obj.docstring:
            before = self.before.get(obj.path)
            parts = [before] if before else []
            obj.docstring.value = "\n\n".join((*parts, plain(obj.docstring.value)))
