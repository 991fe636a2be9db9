"""Checks Tibetan–Chinese bilingual subtitles and puts evidence behind them.

The names below are the public API; everything else may change. They are loaded
when first asked for, so importing the package costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bilingual._version import __version__
from bilingual.hooks import provide

if TYPE_CHECKING:
    from bilingual.alignment import align
    from bilingual.asr import transcribe
    from bilingual.config import Config
    from bilingual.errors import BilingualError, CancelledError
    from bilingual.formats import load_track, load_tracks
    from bilingual.model import Alignment, Cue, Form, Report, Speech, Track
    from bilingual.pipeline.asynchronous import averify
    from bilingual.pipeline.verify import verify

_HOMES = {
    "Alignment": "bilingual.model",
    "BilingualError": "bilingual.errors",
    "CancelledError": "bilingual.errors",
    "Config": "bilingual.config",
    "Cue": "bilingual.model",
    "Form": "bilingual.model",
    "Report": "bilingual.model.report",
    "Speech": "bilingual.model",
    "Track": "bilingual.model",
    "align": "bilingual.alignment",
    "load_track": "bilingual.formats",
    "load_tracks": "bilingual.formats",
    "transcribe": "bilingual.asr",
    "averify": "bilingual.pipeline.asynchronous",
    "verify": "bilingual.pipeline.verify",
}

# What values have done for them by parts above (``bilingual.hooks``).
_PROVIDERS = {
    "alignment.html": "bilingual.render.notebook.shown:alignment_html",
    "batch.save_html": "bilingual.batch.page:save_html",
    "batch.save_xlsx": "bilingual.batch.workbook:save_xlsx",
    "error.message": "bilingual.locale:error_sentence",
    "finding.message": "bilingual.render.words:message",
    "finding.remedy": "bilingual.render.words:remedy",
    "reason.text": "bilingual.render.words:reason",
    "report.html": "bilingual.render.notebook.shown:report_html",
    "report.save_html": "bilingual.render.html.saving:save_html",
    "report.with_review": "bilingual.render.review.applying:with_review",
    "report.text": "bilingual.render.text.report:render",
    "track.html": "bilingual.render.notebook.shown:track_html",
    "track.written": "bilingual.formats.writing:written",
}

__all__ = [
    "Alignment",
    "BilingualError",
    "CancelledError",
    "Config",
    "Cue",
    "Form",
    "Report",
    "Speech",
    "Track",
    "__version__",
    "align",
    "averify",
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


def _provider(place: str) -> Callable[..., Any]:
    """A function whose module is loaded when it is first called."""
    home, _, name = place.partition(":")

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(home), name)(*args, **kwargs)

    return call


for _name, _place in _PROVIDERS.items():
    provide(_name, _provider(_place))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
