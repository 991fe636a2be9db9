"""What the rules about the entry form share: an example, and what is filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from bilingual.checks._media import WORK
from bilingual.checks.base import Artifacts, CannotTell, Example, Hit, needed
from bilingual.model import CheckVerdict, Reason
from bilingual.model.form import Form

FILLED: Final = Form(
    title="认识太阳",
    subject="天文",
    first_broadcast="2023-05-01",
    broadcast="四川科普网 https://video.example.cn/sun",
    authors="扎西、卓玛、四川科普中心",
    summary="用四分钟讲清太阳为什么东升西落。",
    innovation="藏汉双语对照。",
    reach="播放 3000 次。",
    channel="推荐",
    unit="四川科普中心",
    rank="1",
    pledge="pledge.pdf",
    pledge_kind="pdf",
)
"""A form that every rule about it leaves alone."""

GOOD: Final = Example(form=FILLED, media=WORK)


def with_form(**changes: Any) -> Example:
    """The sound form but for these fields."""
    return Example(form=replace(FILLED, **changes), media=WORK)


def form_of(artifacts: Artifacts) -> Form:
    """The form of a rule that needs it."""
    return needed(artifacts.form)


def absent(*fields: str) -> CannotTell:
    """A form without the field: not every form has all."""
    return CannotTell(
        reason=Reason(code="form-field-absent", params={"fields": list(fields)}),
        verdict=CheckVerdict.NOT_APPLICABLE,
    )


def filled(text: str | None, field: str) -> Iterator[Hit | CannotTell]:
    """What to yield where nothing is filled in; nothing where something is."""
    if text is None:
        yield absent(field)
    elif not text.strip():
        yield Hit(params={"variant": "blank"})
