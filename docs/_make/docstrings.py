"""Docstrings as Markdown: roles of reStructuredText become code (an extension of Griffe)."""

from __future__ import annotations

import re
from typing import Any, Final

import griffe

# :class:`~bilingual.model.Media`
_ROLE: Final = re.compile(r":[a-z]+:`~?(?:[\w.]*\.)?(\w+)`")
_BLOCK: Final = re.compile(r"::(?=\n\n {4})")


def plain(text: str) -> str:
    """A docstring as Markdown."""
    return _BLOCK.sub(":", _ROLE.sub(r"`\1`", text))


class Plain(griffe.Extension):
    """Rewrites each docstring when its object has been read."""

    def on_object(self, *, obj: griffe.Object, **_kwargs: Any) -> None:
        """Rewrite the docstring of an object, if it has one."""
        if obj.docstring:
            obj.docstring.value = plain(obj.docstring.value)
