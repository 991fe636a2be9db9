"""The call before a work: what uploaded files are taken for, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bilingual.batch.columns import FILES
from bilingual.errors import InputError
from bilingual.locale import sentence
from bilingual.server.access import needs
from bilingual.server.answers import json_of, json_response
from bilingual.server.context import Caller, language_of
from bilingual.server.jobs import Candidate, config_of, inspect, sides_of
from bilingual.server.making import Choices, form_of_json, previous_of
from bilingual.server.records import Role, Work
from bilingual.server.service import Service, service_of
from bilingual.server.session_calls import MOST_FILES
from bilingual.server.shown import error_shown
from bilingual.server.uploads import place_of, whole_upload

Name = Annotated[str, msgspec.Meta(max_length=64)]
"""The id of an upload or a work."""


class _Looked(msgspec.Struct, forbid_unknown_fields=True):
    upload: Name
    role: Literal["video", "bo", "zh", "both", "form", "pledge", "none"] | None = None


class _Inspect(msgspec.Struct, forbid_unknown_fields=True):
    files: Annotated[list[_Looked], msgspec.Meta(max_length=MOST_FILES)] = []
    form: dict[str, Any] | None = None
    settings: Choices = Choices()
    previous: Name | None = None
    keep: list[Role] = []


async def look(request: Request) -> Response:
    """What uploaded files are taken for, and what is wrong with them, before anything runs."""
    service, caller = service_of(request), needs(request, "submit")
    asked = await json_of(request, _Inspect)
    language = language_of(request)
    previous = await run_in_threadpool(previous_of, service, caller, asked.previous)
    candidates = await run_in_threadpool(_candidates, service, caller, asked, previous)
    form = None if asked.form is None else await form_of_json(service, asked.form)
    config = config_of(service.settings.config, msgspec.to_builtins(asked.settings))
    found = await service.workers.short(inspect, candidates, form, config, language)
    names = {one.key: one for one in candidates}
    files = [
        {
            "upload": one["key"],
            "name": names[one["key"]].name,
            "kind": one["kind"],
            "languages": one["languages"],
            "role": one["role"],
            "text": sentence("ui", f"inspect-{one['role'] or 'open'}", {}, language),
        }
        for one in found["files"]
    ]
    kept: set[Role] = set() if previous is None else set(asked.keep)
    given = {side for one in files for side in sides_of(one["role"])}
    there: Mapping[str, object] = {} if previous is None else previous.record.files
    lacking = sorted(kept - {"form", *given, *there})
    problems = [
        *found["problems"],
        *(error_shown(InputError("work-without-file", role=r), language) for r in lacking),
    ]
    ready = not problems and bool((given | kept) & {*FILES})
    answer = {"ready": ready, "problems": problems, "findings": found["findings"]}
    looked = [one for one in files if not names[one["upload"]].kept]
    return json_response({**answer, "files": looked})


def _candidates(
    service: Service, caller: Caller, asked: _Inspect, previous: Work | None
) -> list[Candidate]:
    """The files to be looked at: uploads, and those of an earlier work that are kept."""
    found = []
    for one in asked.files:
        upload = whole_upload(service, caller, one.upload)
        path = str(place_of(service, upload))
        # What a pledge looks like is the form's rule to say; it is no part of the work.
        role = "none" if one.role == "pledge" else one.role
        found.append(Candidate(key=upload.id, path=path, name=upload.name, role=role))
    if previous is not None:
        files = previous.record.files
        for kept, path in service.folders.paths(previous.id, files).items():
            if kept in asked.keep and kept in FILES:
                name = files[kept].name
                found.append(
                    Candidate(key=f"kept-{kept}", path=path, name=name, role=kept, kept=True)
                )
    return found


ROUTES: Final = (Route("/api/v1/inspect", look, methods=["POST"]),)
