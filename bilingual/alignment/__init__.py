"""Which cues of two tracks belong together, and how their clocks relate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bilingual.arguments import CALLABLE, Wanted, checked, well_typed
from bilingual.config import SETTINGS, Config
from bilingual.model import Alignment, Track

if TYPE_CHECKING:
    from bilingual.alignment.evidence import Lexicon
    from bilingual.alignment.vectors import Encoder

__all__ = ["align"]

_LEXICON: Final = Wanted(
    "Lexicon",
    lambda value: all(callable(getattr(value, name, None)) for name in ("bo_units", "zh_units")),
)


@checked(
    bo=well_typed(Track),
    zh=well_typed(Track),
    config=SETTINGS,
    lexicon=_LEXICON,
    encode=CALLABLE,
)
def align(
    bo: Track,
    zh: Track,
    *,
    config: Config | None = None,
    lexicon: Lexicon | None = None,
    encode: Encoder | None = None,
) -> Alignment:
    """Find which Tibetan cues translate which Chinese cues, and how the two clocks relate.

    :param bo: the Tibetan track; its cues may be in any order.
    :param zh: the Chinese track.
    :param config: settings, of which the section ``sync`` is used; default: the defaults.
    :param lexicon: which Tibetan words translate which Chinese characters; default: the
        lexicon that comes with the library.
    :param encode: function from texts to sentence vectors of one space (one row per text), as
        further evidence; default: none.
    :returns: the alignment. Its beads (groups of cues that translate each other, m to n) hold
        every cue of both tracks exactly once, in the order of time, each with a confidence
        (0..1). Times relate as ``bo_ms = rate * zh_ms + offset_ms``, with jumps. Cues that
        need no translation (empty, credits, music marks; see
        :mod:`bilingual.alignment.exclusion`) have a bead of their own. If a track has no
        cues, all beads are one-sided and ``confidence`` is ``None``.
    :raises ArgumentError: ``argument-invalid``: an argument has the wrong type.
    """
    from bilingual.alignment.aligner import align_tracks

    return align_tracks(bo, zh, config=config, lexicon=lexicon, encode=encode)
