"""Findings of one kind, once: how many there are, and every place.

A kind is a rule's findings of one severity that say the same (their ``variant``). Where
there are more than a few of a kind, a list shows the first of them with the number and
the places of all, so that no list is filled by one kind.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final, TypeVar

from bilingual.locale import mark
from bilingual.model import Finding
from bilingual.render.timeline import SIDES
from bilingual.render.words import ui

FEW: Final = 3
"""So many of a kind are shown one by one."""

T = TypeVar("T")


def kind_of(finding: Finding) -> Hashable:
    """What findings of one kind have in common."""
    return finding.rule, finding.severity, str(finding.params.get("variant", ""))


def kinds(items: Iterable[T], key: Callable[[T], Hashable]) -> list[tuple[T, ...]]:
    """The items by kind, in the order of the first of each; a few of a kind apart."""
    listed = list(items)
    members: dict[Hashable, list[int]] = {}
    for place, item in enumerate(listed):
        members.setdefault(key(item), []).append(place)
    groups = []
    for found in members.values():
        groups += [found] if len(found) > FEW else [[place] for place in found]
    return [tuple(listed[place] for place in group) for group in sorted(groups)]


def kinds_of(findings: Iterable[Finding]) -> list[tuple[Finding, ...]]:
    """The findings by kind."""
    return kinds(findings, kind_of)


def places(findings: Sequence[Finding], language: str) -> str:
    """The numbers of the cues of findings, on one line; empty where they have none."""
    parts = []
    for side in SIDES:
        indices = [i for f in findings for i in (f.bo if side == "bo" else f.zh)]
        if indices:
            parts.append(ui("cue-number-" + side, language, numbers=ranges(indices)))
    return mark("comma", language).join(parts)


def ranges(indices: Iterable[int]) -> str:
    """Indices as numbers from 1, runs as ``3–7``."""
    runs: list[list[int]] = []
    for index in sorted(set(indices)):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in runs)
