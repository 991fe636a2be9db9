"""``verify`` for ``asyncio``: on a thread of its own, stopped with its task."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import dataclass

from bilingual.budget import Cancel, stop_asked
from bilingual.config import Config
from bilingual.files import StrPath
from bilingual.model import Form, Report
from bilingual.pipeline.verify import SUBMITTED, verify
from bilingual.progress import Callback


@SUBMITTED
async def averify(  # noqa: PLR0913 - as verify
    video: StrPath | None = None,
    *,
    bo: StrPath | None = None,
    zh: StrPath | None = None,
    reference: StrPath | None = None,
    form: Form | StrPath | None = None,
    config: Config | None = None,
    progress: Callback | None = None,
    timeout_s: float | None = None,
    cancel: Cancel | None = None,
) -> Report:
    """:func:`verify` for ``asyncio``: the same arguments, run on a worker thread.

    If the awaiting task is cancelled, the check is stopped first, and then
    ``asyncio.CancelledError`` is raised: no thread is left running. ``progress`` is called on
    the worker thread; use ``loop.call_soon_threadsafe`` to reach the event loop from it.
    """
    stop = _EitherSet(threading.Event(), cancel)
    work = asyncio.ensure_future(
        asyncio.to_thread(
            verify,
            video,
            bo=bo,
            zh=zh,
            reference=reference,
            form=form,
            config=config,
            progress=progress,
            timeout_s=timeout_s,
            cancel=stop,
        )
    )
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        stop.own.set()
        while not work.done():
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # looked at: it is the stop that was asked for
        raise


@dataclass(frozen=True, slots=True)
class _EitherSet:
    """An event of our own, or what the caller gave."""

    own: threading.Event
    given: Cancel | None

    def is_set(self) -> bool:
        return self.own.is_set() or stop_asked(self.given)
