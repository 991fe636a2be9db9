"""An alignment by itself, as ``bilingual align`` shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bilingual.model import Alignment, Cue, Language, Track
from bilingual.model.codec import Plain, to_builtins
from bilingual.render.words import clock, clocks, ui, visible


def beads_document(bo: Track, zh: Track, alignment: Alignment) -> Plain:
    """Both tracks and their alignment in the report's own form."""
    return {
        "tracks": {"bo": to_builtins(bo), "zh": to_builtins(zh)},
        "alignment": to_builtins(alignment),
    }


def render_beads(bo: Track, zh: Track, alignment: Alignment, language: str) -> str:
    """The clocks, then every bead: its confidence, Chinese, Tibetan."""
    lines = [clocks(alignment, language)]
    for jump in alignment.jumps:
        offset = f"{jump.offset_ms / 1000:+.2f}"
        lines.append("  " + ui("jump", language, at=clock(jump.at_ms), offset=offset))
    for bead in alignment.beads:
        lines += ["", "--" if bead.confidence is None else f"{bead.confidence:.2f}"]
        lines += _side("zh", [zh.cues[index] for index in bead.zh], language)
        lines += _side("bo", [bo.cues[index] for index in bead.bo], language)
    return "\n".join(lines) + "\n"


def _side(side: Language, cues: Sequence[Cue], language: str) -> Iterator[str]:
    name = ui("mark-" + side, language)
    for cue in cues:
        yield f"  {name}{cue.index + 1:>4}  {clock(cue.start_ms)}  {visible(cue.shown)}"
    if not cues:
        yield f"  {name}   -"
