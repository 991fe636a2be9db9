"""What a renderer is: a report in, a text or a file's bytes out.

A renderer is one module or folder of this package (or an entry point of the group
``bilingual.renderers``) that holds ``RENDERER``, a :class:`Renderer` or a sequence of
them. It computes nothing but the rendering; words are made with ``render.words``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bilingual.config import Config
from bilingual.model import Report

Extra = Literal["video", "clips", "review"]
"""Options that only some renderers can do anything with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a report is to be rendered.

    ``language`` is that of the words. ``out`` is where the rendering will be kept,
    ``None`` where it is printed; links are relative to it. ``video`` is the work's
    video, to be played or to take pictures from under ``config``'s limits; ``clips``:
    also cuts of it. ``review`` is a saved review of the work, to be gone on with.
    """

    language: str = "zh"
    out: Path | None = None
    video: Path | None = None
    clips: bool = False
    review: Path | None = None
    config: Config | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """A way to show a report.

    ``name`` is what ``--format`` takes, ``suffix`` (with its dot) what a file of it
    ends in. ``takes`` are the options that it can do something with: another is
    refused, and ``video``, which most runs have, is passed over.
    """

    name: str
    media_type: str
    suffix: str
    render: Callable[[Report, Options], str | bytes]
    takes: frozenset[Extra] = frozenset()
