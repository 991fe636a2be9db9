"""Ends of works that other systems are told of: written down first, sent until they arrive."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import msgspec
from starlette.concurrency import run_in_threadpool

from bilingual.server.logs import log_event, log_failure
from bilingual.server.records import Delivery, Work
from bilingual.server.store import Store
from bilingual.server.webhooks import TRIES_S, Webhooks, deliver, signed

_LOOK_S: Final = 2.0


def delivery_of(
    work: Work, state: str, verdict: str | None, hooks: Webhooks | None
) -> Delivery | None:
    """What is to be told of the end of a work; ``None`` where nobody asked for it."""
    address = work.record.webhook
    if address is None or hooks is None or address not in hooks.addresses:
        return None
    body = {"type": "work.ended", "work": work.id, "state": state, "verdict": verdict}
    return Delivery(
        id=f"{work.id}.{state}",
        address=address,
        body=msgspec.json.encode(body),
        tries=0,
        next=time.time(),
    )


async def tell(store: Store, hooks: Webhooks) -> None:
    """Send what is to be told, for as long as the service runs."""
    while True:
        try:
            await _tell_due(store, hooks)
        except Exception as error:  # the next round may do better
            log_failure(error)
        await asyncio.sleep(_LOOK_S)


async def _tell_due(store: Store, hooks: Webhooks) -> None:
    """Send what is due now."""
    for delivery in await run_in_threadpool(store.due, time.time()):
        if delivery.address not in hooks.addresses:  # the operator has changed his mind
            await run_in_threadpool(store.tried, delivery.id, None)
            continue
        headers = signed(hooks, delivery.id, int(time.time()), delivery.body)
        arrived = await run_in_threadpool(deliver, delivery.address, headers, delivery.body)
        number = delivery.tries + 1
        again = None if arrived or number >= len(TRIES_S) else time.time() + TRIES_S[number]
        await run_in_threadpool(store.tried, delivery.id, again)
        log_event("told", work=delivery.id, arrived=arrived, tries=number)
