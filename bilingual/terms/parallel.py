"""Texts of a work that belong together, and where each is: what terms are sought in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bilingual.model import Alignment, Track
from bilingual.text.bead import two_sided_texts
from bilingual.translation.glossary import Forms, Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pair of texts is: cue indices, or the 1-based line of a table."""

    bo: tuple[int, ...] = ()
    zh: tuple[int, ...] = ()
    start_ms: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelWork:
    """A work as pairs of texts. The three sequences are equally long."""

    name: str
    bo: tuple[str, ...]
    zh: tuple[str, ...]
    places: tuple[Place, ...]


def work_of(name: str, bo: Track, zh: Track, alignment: Alignment) -> ParallelWork:
    """The two-sided beads of two aligned tracks, in their order, their Chinese in Simplified
    characters: a term is the same in works of either kind.
    """
    beads = tuple(two_sided_texts(bo, zh, alignment))
    return ParallelWork(
        name=name,
        bo=tuple(texts.bo.text for texts in beads),
        zh=tuple(texts.zh.compared for texts in beads),
        places=tuple(
            Place(bo=t.bead.bo, zh=t.bead.zh, start_ms=min(c.start_ms for c in t.zh.cues))
            for t in beads
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TermUse:
    """How often a term of a glossary is used and answered, and where it is not.

    ``missed`` are (number of the work, number of the pair in it), both from 0.
    """

    zh: str
    bo: tuple[str, ...]
    used: int
    found: int
    missed: tuple[tuple[int, int], ...] = field(default=())


def term_uses(glossary: Glossary, works: Sequence[ParallelWork]) -> tuple[TermUse, ...]:
    """Every term of a glossary that the works use, the most used first."""
    used: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: dict[str, list[tuple[int, int]]] = {}
    for w, work in enumerate(works):
        for k, (bo, zh) in enumerate(zip(work.bo, work.zh, strict=True)):
            forms: Forms | None = None
            for use in glossary.uses(zh):
                forms = forms or Forms(bo)
                used[use.term.zh] += 1
                if forms.has_any(glossary.stems_of(use.term.zh)):
                    found[use.term.zh] += 1
                else:
                    missed.setdefault(use.term.zh, []).append((w, k))
    known = {term.zh: term for term in glossary.terms}
    return tuple(
        TermUse(zh=zh, bo=known[zh].bo, used=n, found=found[zh], missed=tuple(missed.get(zh, ())))
        for zh, n in sorted(used.items(), key=lambda item: (-item[1], item[0]))
    )
