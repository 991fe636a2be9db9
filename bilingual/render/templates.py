"""What all pages have in common: how their templates are read, and data within a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from bilingual.showing import ascii_controls, visible

if TYPE_CHECKING:
    from jinja2 import Environment

_IN_MARKUP = "<>&\u2028\u2029"


def template_environment(read: Callable[[str], str]) -> Environment:
    """Templates that escape what they are given, and refuse a name that nothing was given for.

    Control and bidi characters of any text are made visible, as on a terminal: an id in a
    report that somebody sent would else turn the words after it around.

    :param read: the text of a template by its name.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _visible(value: object) -> object:
    """Text made visible; markup of ours and what is no text as they are."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return visible(value, keep_breaks=True)
    return value


def script_json(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = ascii_controls(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    for char in _IN_MARKUP:
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
