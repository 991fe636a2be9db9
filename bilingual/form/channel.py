"""The way a work is submitted by: recommended by a unit, or by its makers themselves."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from bilingual.form.people import names
from bilingual.model.form import Form

Channel = Literal["unit", "self", "both", "none", "unclear"]
"""``unit``: recommended; ``self``: self-nominated; ``both``; ``none``: nothing is filled in;
``unclear``: what is filled in says neither."""

_SELF: Final = re.compile(r"自荐|自我推荐|社会征集|self", re.IGNORECASE)
_UNIT: Final = re.compile(
    r"推荐|部门|地方|recommend|\bunit\b",
    re.IGNORECASE,
)
_TICKED: Final = re.compile(r"[☑☒√✓✔■●]")
_OPEN: Final = re.compile(r"[□☐○]")


def channel_of(form: Form) -> Channel:
    """The channel that a form names."""
    filled = unicodedata.normalize("NFC", form.channel or "").strip()
    if not filled:
        return "unit" if (form.unit or "").strip() else "none"
    own, recommended = _ticked(filled)
    if not own and not recommended:
        return "unclear"
    if own and (recommended or (form.unit or "").strip()):
        return "both"
    return "self" if own else "unit"


def _ticked(filled: str) -> tuple[bool, bool]:
    """Whether self-nomination and recommendation are named; of boxes, those that are ticked."""
    if _TICKED.search(filled):
        parts = re.split(r"(?=[☑☒√✓✔■●□☐○])", filled)
        filled = " ".join(part for part in parts if _TICKED.match(part))
    elif _OPEN.search(filled):
        return False, False
    own = bool(_SELF.search(filled))
    return own, bool(_UNIT.search(re.sub("自我推荐", "", filled)))


def party_of(form: Form) -> tuple[str, ...]:
    """Who submits: the unit, or the authors; empty where the form does not say."""
    unit = _folded(form.unit or "")
    if unit and channel_of(form) != "self":
        return (unit,)
    return tuple(sorted(_folded(name) for name in names(form.authors or "")))


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()
