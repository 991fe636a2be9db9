"""What an entry form says of a work, as far as it is checked or shown.

Contact, phone number, address, e-mail address and identity numbers have no place here:
whoever reads a form leaves them where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final, Literal, get_args

from bilingual.arguments import TEXT, Wanted, many, one_of, optional

PledgeKind = Literal[
    "pdf", "picture", "other", "missing", "empty", "link", "folder", "unreadable", "outside"
]
"""What lies where the scan of the pledge is said to lie. ``outside``: of the folder that it
may lie in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The fields of an entry form, as text as they were filled in.

    ``None``: the form has no such field. ``""``: it has, and nothing is filled in.
    ``pledge`` is a path; ``pledge_kind`` says what lies there and is ``None`` until
    somebody has looked. ``unknown`` are the names of fields that no form has; their
    values were not read. What looks like a phone number, an e-mail address or an identity
    number in a text is replaced by ``…`` when a form is read
    (:func:`bilingual.form.load_form`), and left as it is in a form that is made in Python.
    """

    title: str | None = None
    subject: str | None = None
    first_broadcast: str | None = None
    broadcast: str | None = None
    authors: str | None = None
    summary: str | None = None
    innovation: str | None = None
    reach: str | None = None
    channel: str | None = None
    unit: str | None = None
    rank: str | None = None
    pledge: str | None = None
    pledge_kind: PledgeKind | None = None
    unknown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """See that every field is text.

        :raises ArgumentError: ``argument-invalid``.
        """
        for name, kind in _KINDS.items():
            kind.check("Form", name, getattr(self, name))


_SPECIAL: Final[Mapping[str, Wanted]] = {
    "pledge_kind": optional(one_of(*get_args(PledgeKind))),
    "unknown": many(TEXT),
}
_KINDS: Final = {field.name: _SPECIAL.get(field.name, optional(TEXT)) for field in fields(Form)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmittedForm:
    """Of a form, what a report shows: no names of persons."""

    title: str | None = None
    subject: str | None = None
    first_broadcast: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningLine:
    """A line of text that the picture shows near the beginning.

    ``at_ms``: when; ``height``: its height as a share of the picture's (0..1); ``middle``:
    how far down its middle lies (0..1); ``confidence`` (0..1) of the reading.
    """

    text: str
    at_ms: int
    height: float
    middle: float
    confidence: float
