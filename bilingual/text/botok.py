"""The way to botok: imported when first needed, and quietly.

It opens a table on import and leaves closing it to the garbage collector, which
is a warning under ``-W error``.
"""

from __future__ import annotations

import warnings
from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def module(name: str) -> ModuleType:
    """A module of botok, e.g. ``tokenizers.wordtokenizer``; ``""`` for itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        import_module("botok")
        return import_module(f"botok.{name}" if name else "botok")
