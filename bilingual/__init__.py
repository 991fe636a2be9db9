"""Checks Tibetan–Chinese bilingual subtitles and puts evidence behind them.

The names below are the public API; everything else may change. They are loaded
when first asked for, so importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from bilingual.alignment import align
    from bilingual.config import Config
    from bilingual.errors import BilingualError
    from bilingual.formats import load_track, load_tracks
    from bilingual.model import Alignment, Cue, Speech, Track
    from bilingual.result import Report
    from bilingual.speech import transcribe
    from bilingual.verification import verify

_HOMES = {
    "Alignment": "bilingual.model",
    "BilingualError": "bilingual.errors",
    "Config": "bilingual.config",
    "Cue": "bilingual.model",
    "Report": "bilingual.result",
    "Speech": "bilingual.model",
    "Track": "bilingual.model",
    "align": "bilingual.alignment",
    "load_track": "bilingual.formats",
    "load_tracks": "bilingual.formats",
    "transcribe": "bilingual.speech",
    "verify": "bilingual.verification",
}

__all__ = [
    "Alignment",
    "BilingualError",
    "Config",
    "Cue",
    "Report",
    "Speech",
    "Track",
    "__version__",
    "align",
    "load_track",
    "load_tracks",
    "transcribe",
    "verify",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
