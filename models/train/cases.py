"""Tracks with known alignments: cases for fitting and for measuring.

A case is a folder with ``zh.srt``, ``bo.srt`` and ``truth.json`` (``beads``, ``faults``
and perhaps ``condition``); cue indices are 0-based.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bilingual import load_track
from bilingual.model import Cue, Language, Track

BeadKey = tuple[tuple[int, ...], tuple[int, ...]]
"""The Chinese and the Tibetan cue indices of a bead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Two tracks and their true beads; ``altered`` cues are not counted."""

    bo: Track
    zh: Track
    beads: tuple[BeadKey, ...]
    altered_bo: frozenset[int] = frozenset()
    altered_zh: frozenset[int] = frozenset()
    condition: str = ""

    def unaltered(self, beads: Iterable[BeadKey]) -> set[BeadKey]:
        """The beads without an altered cue."""
        return {
            b for b in beads if not self.altered_zh & set(b[0]) and not self.altered_bo & set(b[1])
        }


def track_of(cues: Iterable[tuple[float, float, str]], language: Language) -> Track:
    """A track from times in milliseconds and texts."""
    made = tuple(
        Cue(index=i, start_ms=max(0, round(a)), end_ms=max(0, round(b)), text=t)
        for i, (a, b, t) in enumerate(cues)
    )
    return Track(cues=made, language=language)


def read_cases(folders: Iterable[Path]) -> Iterator[Case]:
    """The cases of some folders, in the order of their names."""
    for folder in folders:
        for truth_file in sorted(folder.glob("*/truth.json")):
            truth: dict[str, Any] = json.loads(truth_file.read_text(encoding="utf-8"))
            altered = [f for f in truth["faults"] if f["kind"] != "missing"]
            yield Case(
                bo=load_track(truth_file.with_name("bo.srt"), language="bo"),
                zh=load_track(truth_file.with_name("zh.srt"), language="zh"),
                beads=tuple((tuple(b["zh"]), tuple(b["bo"])) for b in truth["beads"]),
                altered_bo=frozenset(i for f in altered for i in f["bo"]),
                altered_zh=frozenset(i for f in altered for i in f["zh"]),
                condition=truth.get("condition", "shared timing, faults"),
            )
