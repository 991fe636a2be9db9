"""What the service does by the clock: works that are kept no longer, what was left behind."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool

from bilingual.server.folders import is_id
from bilingual.server.logs import log_event, log_failure
from bilingual.server.service import Service
from bilingual.server.uploads import LASTS_S, place_of

_EVERY_S: Final = 60.0
_DAY_S: Final = 24 * 3600


def tidy(service: Service, *, at_start: bool = False) -> None:
    """Remove what is over: old works, uploads nobody used, files of ours that belong to nothing.

    :param at_start: nothing is on its way yet, so that no file is too young.
    """
    now = time.time()
    keep = service.settings.keep_days
    if keep is not None:
        for name in service.store.older_than(now - keep * _DAY_S):
            service.forget(name)
            log_event("kept-no-longer", work=name)
    for upload in service.store.uploads():
        path = place_of(service, upload)
        if now - max(_touched(path) or 0.0, upload.created) > LASTS_S:
            service.store.remove_upload(upload.id)
            service.folders.remove(path)
    service.store.remove_old_keys(now - _DAY_S)
    # What is younger may be on its way: a film of gigabytes on a slow line, or copied.
    oldest = now if at_start else now - LASTS_S
    known = {place_of(service, upload).name for upload in service.store.uploads()}
    for path in service.folders.uploads.iterdir():
        ours = is_id(path.name.partition(".")[0]) and path.name not in known
        touched = _touched(path) if ours else None
        if touched is not None and touched < oldest:
            service.folders.remove(path)
    for path in service.folders.works.iterdir():
        # Before the store is asked: a work that is being made is in one of them at any moment.
        making = path.name in service.making
        if not making and is_id(path.name) and service.store.work(path.name) is None:
            service.folders.remove(path)
    service.folders.empty_trash()


def _touched(path: Path) -> float | None:
    """When a file was written to, in seconds since 1970; ``None``: it has gone meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


async def keep_tidy(service: Service) -> None:
    """Do so every minute, for as long as the service runs."""
    while True:
        await asyncio.sleep(_EVERY_S)
        try:
            await run_in_threadpool(tidy, service)
        except Exception as error:  # the next minute may do better
            log_failure(error)
