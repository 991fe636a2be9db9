"""What a reader of text in pictures is: one small protocol, however it works inside.

A reader is one module of ``bilingual.ocr.readers`` (or an entry point of the
group ``bilingual.readers``) that holds ``READER``, a ``ReaderKind``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bilingual.config import BurnedIn
from bilingual.model import Language, Reason

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is written in a row, and how sure that is (0..1); empty text where nothing was read.

    ``others`` are what else it might be, the likeliest first.
    """

    text: str = ""
    confidence: float = 0.0
    others: tuple[str, ...] = ()


class Reader(Protocol):
    """A loaded reader. It is given brightness, uint8, never a path."""

    def read(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        """A reading for each row, of which there are one or more views."""
        ...


@runtime_checkable
class QuickReader(Reader, Protocol):
    """A reader that can also say at little cost what a row may be."""

    def glance(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        """A reading of each row from a single picture of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderKind:
    """A way to read one language. ``trusted`` is the confidence from which its
    text can be relied on, as measured; ``rank`` orders those of one language.

    ``missing`` gives the reason why it cannot be used here, ``None``
    where it can work; ``fingerprint`` names its versions, for the cache.
    """

    name: str
    language: Language
    rank: int
    trusted: float
    missing: Callable[[BurnedIn], Reason | None]
    load: Callable[[BurnedIn], Reader]
    fingerprint: Callable[[BurnedIn], str]


def vote(readings: Sequence[Reading]) -> Reading:
    """One reading from several of the same row: the one with most confidence behind it.

    Its confidence is the best that a reading of that text had, weighed by the
    share of all confidence that it has. Nothing is put together that
    no view read.
    """
    behind: dict[str, float] = defaultdict(float)
    best: dict[str, float] = defaultdict(float)
    for reading in readings:
        if reading.text and reading.confidence**2 > 0:
            # Squared: a doubtful reading counts little.
            behind[reading.text] += reading.confidence**2
            best[reading.text] = max(best[reading.text], reading.confidence)
    if not behind:
        return Reading()
    order = sorted(behind, key=lambda text: (-behind[text], text))
    share = behind[order[0]] / sum(behind.values())
    return Reading(
        text=order[0],
        confidence=best[order[0]] * share**0.5,
        others=tuple(order[1:4]),
    )
