"""Progress callbacks: a faulty one does not stop the work, a stop raised in one does."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bilingual.errors import CancelledError

Callback = Callable[[str, float, float | None], object]
"""``progress(stage, done, total)``; ``total`` is ``None`` where it is not known."""

_log = logging.getLogger(__name__)


class Progress:
    """Wraps a caller's callback: what it raises is logged and swallowed.

    ``KeyboardInterrupt`` and its like pass through, so that Ctrl-C still stops, and so
    does :class:`bilingual.errors.CancelledError`, by which a caller stops what it called.
    """

    def __init__(self, callback: Callback | None = None) -> None:
        self._callback = callback

    def __call__(self, stage: str, done: float, total: float | None = None) -> None:
        """Report that ``done`` of ``total`` of a stage is through."""
        if self._callback is None:
            return
        try:
            self._callback(stage, done, total)
        except CancelledError:
            raise
        except Exception:
            _log.exception("the progress callback failed at %s", stage)
