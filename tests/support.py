"""Helpers that several tests share."""

from __future__ import annotations

import os
import signal
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from bilingual.checks.base import Example
from bilingual.config import Config
from bilingual.model import (
    BackendUse,
    Check,
    Form,
    Language,
    Media,
    OpeningLine,
    Report,
    Speech,
    Track,
)
from bilingual.pipeline.verify import Collected, examine
from bilingual.render.document import schema
from bilingual.testing import burned_track, track, work_of

__all__ = ["burned_track", "track"]


def examined(
    bo: Track | None = None,
    zh: Track | None = None,
    media: Media | None = None,
    speech: Speech | None = None,
    config: Config | None = None,
    burned_in: dict[Language, Track] | None = None,
    form: Form | None = None,
    opening: tuple[OpeningLine, ...] | None = None,
) -> Report:
    """A report on artifacts that lie in memory."""
    work = Collected(
        config=config or Config.load(),
        bo=bo,
        zh=zh,
        media=media,
        speech=speech,
        burned_in=burned_in,
        form=form,
        opening=opening,
    )
    return examine(work)


def examined_example(example: Example) -> Report:
    """A report on a rule's example."""
    return examine(work_of(example))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(dict(schema()))


def assert_valid(document: dict[str, Any]) -> None:
    """The document is a valid ``bilingual.report/1``."""
    errors = [f"{e.json_path}: {e.message}" for e in _validator().iter_errors(document)]
    assert not errors, errors[:5]


def code_of(value: Check | BackendUse) -> str | None:
    """The code of its reason, ``None`` without one."""
    return None if value.reason is None else value.reason.code


def params_of(value: Check | BackendUse) -> dict[str, Any]:
    """The params of its reason, empty without one."""
    return {} if value.reason is None else dict(value.reason.params)


def unmeasured() -> dict[str, str]:
    """The environment for a child that coverage is not to measure.

    Where it measures, it imports modules before the program begins and handles SIGTERM itself
    (``coverage.process_startup``): what a test says of either would be said of coverage.
    """
    return {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_PROCESS_")}


def default_signals() -> None:
    """For ``preexec_fn``: the child reacts to an interrupt, whatever this process ignores.

    A shell starts a background job with SIGINT and SIGQUIT ignored, and ignored signals
    stay ignored in a program's children.
    """
    if os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
