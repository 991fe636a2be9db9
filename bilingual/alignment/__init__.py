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
    """Pair the cues of a Tibetan and a Chinese track, m to n, in time and meaning.

    :param bo: the Tibetan track; its cues may be in any order.
    :param zh: the Chinese track.
    :param config: settings (section ``sync``); the defaults unless given.
    :param lexicon: what is known of which Tibetan words go with which Chinese
        characters; the embedded one unless given.
    :param encode: turns texts into vectors of one space, a row each, as further
        evidence; none unless given.
    :returns: beads that hold every cue of both tracks exactly once, in the order
        of time; ``bo_ms = rate * zh_ms + offset_ms`` and its jumps; a confidence
        (0..1) for each bead and for the whole. Cues left out by rule (empty,
        credits, music marks; see :mod:`bilingual.alignment.exclusion`) stand
        alone. Tracks without cues yield one-sided beads and no confidence.
    :raises ArgumentError: ``argument-invalid``: an argument is of another type.
    """
    from bilingual.alignment.aligner import align_tracks

    return align_tracks(bo, zh, config=config, lexicon=lexicon, encode=encode)
