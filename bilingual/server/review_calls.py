"""Calls about reviews: every version is kept, with who and when, and none takes another's place."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual.budget import MIB
from bilingual.errors import InputError
from bilingual.files import write_new
from bilingual.server.access import needs
from bilingual.server.answers import body_of, json_response, media_type_of, moment, unchanged
from bilingual.server.context import language_of
from bilingual.server.jobs import checked_review, compared_reviews
from bilingual.server.making import done_work
from bilingual.server.problems import ServiceError
from bilingual.server.records import SavedReview, own_review
from bilingual.server.service import Service, service_of
from bilingual.server.space import unwritable
from bilingual.server.tokens import SCOPES
from bilingual.server.views import WORK

REVIEW_BYTES: Final = 16 * MIB


async def put(request: Request) -> Response:
    """A review, kept with the work beside those that are there."""
    service, caller = service_of(request), needs(request, "review")
    name = request.path_params["work"]
    work = await run_in_threadpool(done_work, service, caller, name)
    if media_type_of(request) != "application/json":
        raise ServiceError("not-json", 415)
    data = await body_of(request, REVIEW_BYTES)
    folder = service.folders.work(work.id)
    checked = await service.workers.short(checked_review, str(folder), data)
    document: bytes = checked["document"]
    review = SavedReview(
        n=0,
        work=work.id,
        caller=caller.name,
        name=checked["name"],
        at=time.time(),
        sha256=hashlib.sha256(document).hexdigest(),
        decisions=checked["decisions"],
    )
    expected = request.headers.get("if-match")
    known = None if expected in (None, "*") else str(expected).strip().strip('"')
    number = await run_in_threadpool(_kept, service, review, document, known)
    if number is None:
        raise ServiceError("review-changed", 412)
    service.hub.changed(work.id)
    shown = _shown(review, number)
    return json_response(shown, headers={"ETag": f'"{review.sha256}"'})


def _kept(
    service: Service, review: SavedReview, document: bytes, expected: str | None
) -> int | None:
    """Keep a version, and the latest of each reviewer where the overview looks for it.

    :raises ServiceError: ``disk-full``, ``disk-broken``; ``work-unknown``: the work has been
        deleted meanwhile. Nothing of the version is kept then.
    """
    folder = service.folders.work(review.work)
    who = hashlib.sha256(f"{review.caller}\n{review.name}".encode()).hexdigest()[:16]
    place = folder / f"review-{who}.json"
    try:
        return service.store.add_review(
            review,
            document,
            expected,
            keep=lambda: write_new(place, document, overwrite=True, mode=0o600),
        )
    except InputError as error:  # it names the place on this machine
        if not folder.is_dir():
            raise ServiceError("work-unknown", 404) from None
        raise unwritable(error) from None


def _shown(review: SavedReview, number: int, *, latest: bool = True) -> dict[str, Any]:
    return {
        "n": number,
        "name": review.name,
        "by": review.caller,
        "at": moment(review.at),
        "sha256": review.sha256,
        "decisions": review.decisions,
        "url": f"/api/v1/works/{review.work}/reviews/{number}",
        "latest": latest,
    }


async def own(request: Request) -> Response:
    """The caller's review, as he saved it last."""
    service, caller = service_of(request), needs(request, *SCOPES)
    work = await run_in_threadpool(done_work, service, caller, request.path_params["work"])
    reviews = await run_in_threadpool(service.store.reviews, work.id)
    found = own_review(reviews, caller.name, request.query_params.get("reviewer"))
    if found is None:
        raise ServiceError("review-none", 404)
    return await _document(request, found)


async def _document(request: Request, review: SavedReview) -> Response:
    headers = {"ETag": f'"{review.sha256}"', "Cache-Control": "private, no-cache"}
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    document = await run_in_threadpool(service_of(request).store.review_document, review.n)
    if not document:  # the work has been deleted meanwhile
        raise ServiceError("work-unknown", 404)
    return Response(document, media_type="application/json", headers=headers)


async def listed(request: Request) -> Response:
    """Every version of every review of a work, the newest first."""
    service, caller = service_of(request), needs(request, *SCOPES)
    work = await run_in_threadpool(done_work, service, caller, request.path_params["work"])
    reviews = await run_in_threadpool(service.store.reviews, work.id)
    newest = {review.n for review in _latest(reviews)}
    return json_response(
        {"reviews": [_shown(one, one.n, latest=one.n in newest) for one in reviews]}
    )


def _latest(reviews: Sequence[SavedReview]) -> list[SavedReview]:
    """Of each reviewer the version that counts, those who saved first before the others."""
    found: dict[tuple[str, str], SavedReview] = {}
    for review in reviews:
        found.setdefault((review.caller, review.name), review)
    return sorted(found.values(), key=lambda review: review.n)


async def version(request: Request) -> Response:
    """One version of a review."""
    service, caller = service_of(request), needs(request, *SCOPES)
    work = await run_in_threadpool(done_work, service, caller, request.path_params["work"])
    reviews = await run_in_threadpool(service.store.reviews, work.id)
    number = request.path_params["number"]
    found = next((review for review in reviews if str(review.n) == number), None)
    if found is None:
        raise ServiceError("review-none", 404)
    return await _document(request, found)


async def compared(request: Request) -> Response:
    """What each reviewer decided, side by side."""
    service, caller = service_of(request), needs(request, *SCOPES)
    work = await run_in_threadpool(done_work, service, caller, request.path_params["work"])

    def documents() -> list[tuple[str, SavedReview, bytes]]:
        reviews = _latest(service.store.reviews(work.id))
        return [
            (f"r{number}", review, service.store.review_document(review.n))
            for number, review in enumerate(reviews, 1)
        ]

    keyed = await run_in_threadpool(documents)
    found = await service.workers.short(
        compared_reviews,
        str(service.folders.work(work.id)),
        [(key, document) for key, _, document in keyed if document],
        language_of(request),
    )
    who = [
        {
            "id": key,
            "name": review.name,
            "by": review.caller,
            "at": moment(review.at),
            **found["reviewers"][key],
        }
        for key, review, document in keyed
        if document
    ]
    return json_response({"reviewers": who, "rows": found["rows"]})


ROUTES: Final = (
    Route(f"{WORK}/review", put, methods=["PUT"]),
    Route(f"{WORK}/review", own, methods=["GET"]),
    Route(f"{WORK}/reviews", listed, methods=["GET"]),
    Route(f"{WORK}/reviews/compared", compared, methods=["GET"]),
    Route(f"{WORK}/reviews/{{number}}", version, methods=["GET"]),
)
