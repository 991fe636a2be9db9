"""What is kept of works, uploads, reviews and deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import msgspec

State = Literal["queued", "running", "done", "failed", "cancelled"]
STATES: Final[tuple[State, ...]] = get_args(State)
ENDED: Final[tuple[State, ...]] = ("done", "failed", "cancelled")

Role = Literal["video", "bo", "zh", "form", "pledge"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""What a file of a work may be."""


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A submitted file. ``name`` as its owner calls it, ``file`` as it lies in the folder."""

    name: str
    file: str
    bytes: int
    sha256: str


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a work failed: a code and its params."""

    code: str
    params: dict[str, Any] = msgspec.field(default_factory=dict)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a work besides its state and times.

    ``files`` by role. ``choices`` are the settings that the caller chose; ``form`` the
    fields of the form that came with the call, nothing personal among them. ``previous`` is
    the work that this one checks again.
    """

    files: dict[str, File] = msgspec.field(default_factory=dict)
    choices: dict[str, Any] = msgspec.field(default_factory=dict)
    form: dict[str, str] | None = None
    title: str = ""
    previous: str | None = None
    webhook: str | None = None
    verdict: str | None = None
    errors: int = 0
    warnings: int = 0
    unknown_required: int = 0
    seconds: float = 0.0
    reason: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A work as it is known: ``place`` is its number in the order of arrival."""

    place: int
    id: str
    owner: str
    state: State
    created: float
    started: float | None
    finished: float | None
    attempts: int
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that comes in pieces; how much of it is there, its file says."""

    id: str
    owner: str
    name: str
    bytes: int
    created: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReview:
    """A version of a review: whose, by which caller's token, when; what it says is kept beside."""

    n: int
    work: str
    caller: str
    name: str
    at: float
    sha256: str
    decisions: int


def own_review(
    reviews: Iterable[SavedReview], caller: str, named: str | None
) -> SavedReview | None:
    """The first of these that is the caller's.

    :param named: the reviewer who is asked for; it counts where no tokens tell people apart.
    """
    for review in reviews:
        if review.caller == caller and (caller or not named or review.name == named):
            return review
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An end of a work that is to be told; ``next`` is when it is tried again."""

    id: str
    address: str
    body: bytes
    tries: int
    next: float
