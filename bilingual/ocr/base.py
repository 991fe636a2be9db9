"""What a reader of text in pictures is: one small protocol, however it works inside.

A reader is one module of ``bilingual.ocr.readers`` (or an entry point of the
group ``bilingual.readers``) that holds ``READER``, a ``ReaderKind``.
"""

from __future__ import annotations

import pkgutil
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, Protocol

from bilingual.config import BurnedIn
from bilingual.errors import DependencyError
from bilingual.model import Language

if TYPE_CHECKING:
    from bilingual.ocr.frames import Luma

ENTRY_POINTS: Final = "bilingual.readers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a row says, and how sure that is (0..1); empty text where nothing was read.

    ``others`` are what else it might say, the likeliest first.
    """

    text: str = ""
    confidence: float = 0.0
    others: tuple[str, ...] = ()


class Reader(Protocol):
    """A loaded reader. It is given brightness, uint8, never a path."""

    def read(self, rows: Sequence[Sequence[Luma]]) -> list[Reading]:
        """A reading for each row, of which there are one or more views."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderKind:
    """A way to read one language. ``trusted`` is the confidence from which its
    text can be relied on, as measured; ``rank`` orders those of one language.

    ``missing`` says what it lacks here as a reason's code and params, ``None``
    where it can work; ``fingerprint`` names its versions, for the cache.
    """

    name: str
    language: Language
    rank: int
    trusted: float
    missing: Callable[[BurnedIn], tuple[str, Mapping[str, str]] | None]
    load: Callable[[BurnedIn], Reader]
    fingerprint: Callable[[BurnedIn], str]


@cache
def reader_kinds() -> tuple[ReaderKind, ...]:
    """Every reader, whether it can work here or not.

    :raises ValueError: two have the same name.
    """
    from bilingual.ocr import readers as home

    found: list[ReaderKind] = []
    for module in pkgutil.iter_modules(home.__path__):
        if module.name.startswith("_"):
            continue
        kind = getattr(import_module(f"{home.__name__}.{module.name}"), "READER", None)
        if kind is not None:
            found.append(kind)
    found += [point.load() for point in entry_points(group=ENTRY_POINTS)]
    names = [kind.name for kind in found]
    if len(set(names)) < len(names):
        raise ValueError(f"two readers have the same name: {sorted(names)}")
    return tuple(sorted(found, key=lambda kind: (kind.language, kind.rank, kind.name)))


def reader_for(language: Language, settings: BurnedIn) -> ReaderKind:
    """The reader to use for a language: the first that can work here.

    :raises DependencyError: none can; code and params say how to get the first.
    """
    kinds = [kind for kind in reader_kinds() if kind.language == language]
    lacks = None
    for kind in kinds:
        missing = kind.missing(settings)
        if missing is None:
            return kind
        lacks = lacks or missing
    code, params = lacks or ("ocr-missing", {"command": ""})
    raise DependencyError(code, **params)


def vote(readings: Sequence[Reading]) -> Reading:
    """One reading from several of the same row: the one with most confidence behind it.

    Its confidence is the best that a reading of that text had, weighed by the
    share of all confidence that stands behind it. Nothing is put together that
    no view said.
    """
    behind: dict[str, float] = defaultdict(float)
    best: dict[str, float] = defaultdict(float)
    for reading in readings:
        if reading.text and reading.confidence**2 > 0:
            # Squared: a doubtful reading has little to say.
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
