"""An alignment by itself, as ``bilingual align`` shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bilingual.model import Alignment, Track
from bilingual.model.codec import to_builtins
from bilingual.render.words import clock, ui, visible


def beads_document(bo: Track, zh: Track, alignment: Alignment) -> dict[str, Any]:
    """Both tracks and their alignment in the report's own form."""
    return {
        "tracks": {"bo": to_builtins(bo), "zh": to_builtins(zh)},
        "alignment": to_builtins(alignment),
    }


def render_beads(document: Mapping[str, Any], language: str) -> str:
    """The clocks, then every bead: its confidence, Chinese, Tibetan."""
    alignment, tracks = document["alignment"], document["tracks"]
    lines = [
        ui(
            "clocks",
            language,
            offset=f"{alignment['offset_ms'] / 1000:+.2f}",
            rate=f"{alignment['rate']:.4f}",
            jumps=len(alignment["jumps"]),
        )
    ]
    for jump in alignment["jumps"]:
        offset = f"{jump['offset_ms'] / 1000:+.2f}"
        lines.append("  " + ui("jump", language, at=clock(jump["at_ms"]), offset=offset))
    for bead in alignment["beads"]:
        confidence = bead["confidence"]
        lines += ["", "--" if confidence is None else f"{confidence:.2f}"]
        for side in ("zh", "bo"):
            for index in bead[side]:
                cue = tracks[side]["cues"][index]
                lines.append(
                    f"  {ui('mark-' + side, language)}{index + 1:>4}  {clock(cue['start_ms'])}"
                    f"  {visible(cue['plain'])}"
                )
            if not bead[side]:
                lines.append(f"  {ui('mark-' + side, language)}   -")
    return "\n".join(lines) + "\n"
