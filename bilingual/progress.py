"""Progress callbacks: a faulty one does not stop the work, a stop raised in one does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent import futures

from bilingual.budget import current
from bilingual.showing import logger

Callback = Callable[[str, float, float | None], object]
"""``progress(stage, done, total)``; ``total`` is ``None`` where it is not known."""

_log = logger(__name__)


class Progress:
    """Wraps a caller's callback, and asks at each step whether the caller wants to stop.

    A stop that it raises ends the work and comes back to the caller: ``CancelledError``
    (ours, and that of ``concurrent.futures`` and of ``asyncio``), ``TimeoutError``,
    ``KeyboardInterrupt`` and its like. Anything else that it raises is logged, once, and
    swallowed.
    """

    def __init__(self, callback: Callback | None = None) -> None:
        self._callback = callback
        self._failed = False

    def __call__(self, stage: str, done: float, total: float | None = None) -> None:
        """Report that ``done`` of ``total`` of a stage is through.

        :raises bilingual.budget.Stopped: the caller wants to stop, or this call's time is over.
        """
        current().check_stop()
        if self._callback is None:
            return
        try:
            self._callback(stage, done, total)
        except (futures.CancelledError, TimeoutError) as stop:
            current().stop(stop)
        except Exception:
            if not self._failed:
                self._failed = True
                _log.exception("the progress callback failed at %s", stage)
