"""The calls as OpenAPI 3.1 describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from bilingual._version import __version__
from bilingual.batch.columns import FILES
from bilingual.render.sheet import XLSX
from bilingual.server.multipart import MOST_PARTS
from bilingual.server.problems import MEDIA_TYPE
from bilingual.server.records import ROLES, STATES
from bilingual.server.session_calls import MOST_FILES
from bilingual.server.tokens import SCOPES
from bilingual.server.uploads import PIECE
from bilingual.server.views import WORK, WORKS

_Schema = Mapping[str, Any]

_JSON: Final = "application/json"
_HTML: Final = "text/html"
_FORM: Final = "multipart/form-data"
_ID: Final = {"type": "string", "maxLength": 64}
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "number"}
_COUNT: Final = {"type": "integer", "minimum": 0}


def _object(_required: Sequence[str] = (), /, *, closed: bool = False, **fields: Any) -> Any:
    found: dict[str, Any] = {"type": "object", "properties": fields}
    if _required:
        found["required"] = list(_required)
    if closed:
        found["additionalProperties"] = False
    return found


def _list(items: _Schema, most: int | None = None) -> Any:
    return {"type": "array", "items": items, **({} if most is None else {"maxItems": most})}


def _or_null(schema: _Schema) -> Any:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(*values: str) -> Any:
    return {"type": "string", "enum": list(values)}


def _ref(name: str) -> Any:
    return {"$ref": f"#/components/schemas/{name}"}


def _schemas() -> dict[str, Any]:
    finding = _object(
        ("rule", "severity", "title", "message", "remedy"),
        rule=_TEXT, severity=_one_of("error", "warning", "info"), severity_text=_TEXT,
        title=_TEXT, message=_TEXT, remedy=_TEXT, span_ms=_or_null(_list(_COUNT)),
        bo=_list(_COUNT), zh=_list(_COUNT),
    )  # fmt: skip
    return {
        "Problem": _object(
            ("type", "title", "status", "detail", "code", "params"),
            type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, code=_TEXT,
            params={"type": "object"},
            errors=_list(_object(("where", "code", "message"), where=_TEXT, code=_TEXT,
                                 params={"type": "object"}, message=_TEXT)),
        ),
        "Finding": finding,
        "Session": _object(
            ("name", "scopes", "token_needed", "version", "limits"),
            name=_TEXT, scopes=_list(_one_of(*SCOPES)), token_needed={"type": "boolean"},
            version=_TEXT, limits={"type": "object"}, keep_days=_or_null(_NUMBER),
            languages=_list(_TEXT), can={"type": "object"},
        ),
        "LogIn": _object(("token",), closed=True, token=_TEXT),
        "NewUpload": _object(
            ("name", "bytes"), closed=True, name=_TEXT, bytes={"type": "integer", "minimum": 1}
        ),
        "Upload": _object(
            ("id", "url", "name", "bytes", "received", "chunk_bytes"),
            id=_ID, url=_TEXT, name=_TEXT, bytes=_COUNT, received=_COUNT, chunk_bytes=_COUNT,
        ),
        "Choices": _object(
            (), closed=True,
            category=_or_null(_one_of("bilingual", "chinese")),
            asr=_or_null(_one_of("auto", "off")),
            burned_in=_or_null(_one_of("auto", "on", "off")),
            fail_fast={"type": "boolean"},
            audio_stream={"anyOf": [{"type": "integer", "minimum": 0, "maximum": 99},
                                    {"const": "auto"}, {"type": "null"}]},
            webhook=_or_null({"type": "string", "maxLength": 2000}),
        ),
        "Inspect": _object(
            (), closed=True,
            files=_list(_object(("upload",), closed=True, upload=_ID,
                                role=_or_null(_one_of(*ROLES, "both", "none"))), MOST_FILES),
            form=_or_null({"type": "object"}), settings=_ref("Choices"), previous=_or_null(_ID),
            keep=_list(_one_of(*ROLES)),
        ),
        "Inspected": _object(
            ("ready", "files", "problems", "findings"),
            ready={"type": "boolean"}, files=_list({"type": "object"}),
            problems=_list({"type": "object"}), findings=_list(_ref("Finding")),
        ),
        "NewWork": _object(
            (), closed=True,
            files={"type": "object", "propertyNames": _one_of(*ROLES),
                   "additionalProperties": _ID},
            form=_or_null({"type": "object"}), settings=_ref("Choices"), previous=_or_null(_ID),
            keep=_list(_one_of(*ROLES)), use=_one_of("submitted", "fixed", "corrected"),
        ),
        "Accepted": _object(("id", "url", "page"), id=_ID, url=_TEXT, page=_TEXT),
        "Work": _object(
            ("id", "url", "state", "stage", "done", "total", "verdict", "links"),
            id=_ID, url=_TEXT, page=_TEXT, state=_one_of(*STATES),
            state_text=_TEXT, stage=_or_null(_TEXT), stage_text=_or_null(_TEXT),
            done=_or_null(_NUMBER), total=_or_null(_NUMBER), left_s=_or_null(_NUMBER),
            position=_or_null(_COUNT),
            verdict=_or_null(_one_of("pass", "review", "fail", "unknown")),
            verdict_text=_or_null(_TEXT), title=_TEXT, owner=_TEXT, created=_TEXT,
            started=_or_null(_TEXT), finished=_or_null(_TEXT), files=_list({"type": "object"}),
            category=_TEXT, counts=_or_null({"type": "object"}),
            reason=_or_null({"type": "object"}), first=_list(_ref("Finding")),
            previous=_or_null(_ID), next=_list(_ID), reviews=_COUNT, rev=_COUNT,
            links={"type": "object"},
        ),
        "Works": _object(("works", "next"), works=_list(_ref("Work")), next=_or_null(_ID)),
        "Fixes": _object(
            ("nothing", "files", "changes", "text"),
            nothing={"type": "boolean"}, files=_list({"type": "object"}),
            changes=_list({"type": "object"}), more=_COUNT, left=_COUNT,
            doubtful=_COUNT, doubtful_first=_list({"type": "object"}),
            refused=_list({"type": "object"}), text=_TEXT,
        ),
        "Changes": _object(
            ("work", "previous", "new", "gone", "same"),
            work=_ID, previous=_ID, new=_list(_ref("Finding")), gone=_list(_ref("Finding")),
            same=_list(_ref("Finding")), verdicts=_list(_TEXT), verdict_texts=_list(_TEXT),
        ),
        "Review": {
            "type": "object",
            "description": "bilingual.review/2; bilingual.review/1 is taken, too",
            "required": ["schema"],
            "properties": {"schema": _TEXT},
        },
        "SavedReview": _object(
            ("n", "name", "by", "at", "sha256", "decisions", "url"),
            n=_COUNT, name=_TEXT, by=_TEXT, at=_TEXT, sha256=_TEXT, decisions=_COUNT, url=_TEXT,
            latest={"type": "boolean"},
        ),
        "Reviews": _object(("reviews",), reviews=_list(_ref("SavedReview"))),
        "Compared": _object(
            ("reviewers", "rows"), reviewers=_list({"type": "object"}),
            rows=_list({"type": "object"}),
        ),
    }  # fmt: skip


_LANGUAGE: Final = {
    "name": "lang", "in": "query", "schema": _one_of("zh", "en"),
    "description": "language of the sentences; Accept-Language unless given",
}  # fmt: skip
_NO_WORDS: Final = frozenset({"/healthz", "/metrics", "/api/v1/openapi.json"})


def _path(name: str, schema: _Schema = _ID) -> Any:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _query(name: str, schema: _Schema) -> Any:
    return {"name": name, "in": "query", "schema": schema}


def _header(name: str, schema: _Schema, *, required: bool = False) -> Any:
    return {"name": name, "in": "header", "required": required, "schema": schema}


def _content(kind: str, schema: Any = None) -> Any:
    if schema is None:
        schema = {"type": "string"} if kind.startswith("text/") else {}
    return {kind: {"schema": schema}}


def _call(
    summary: str,
    answer: tuple[int, str | None, Any],
    *problems: int,
    scopes: Sequence[str] = SCOPES,
    body: Any = None,
    parameters: Sequence[Any] = (),
) -> dict[str, Any]:
    """A call: what it does, how it is answered, with which problems, and who may make it."""
    status, kind, schema = answer
    good: dict[str, Any] = {"description": summary}
    if kind is not None:
        good["content"] = _content(kind, schema)
    answers: dict[str, Any] = {str(status): good}
    if 304 in problems:
        answers["304"] = {"description": "The caller has it."}
    usual = (400, 401, 403, 408, 421, 429, 503, *problems)
    for code in sorted({*usual} - {304, 204, 206}):
        answers[str(code)] = {"$ref": "#/components/responses/Problem"}
    for code in sorted({204, 206} & {*problems}):
        answers[str(code)] = {"description": "No more." if code == 204 else "A part of it."}
    found: dict[str, Any] = {
        "summary": summary,
        "responses": answers,
        "description": f"Scopes: {', '.join(scopes)}." if scopes else "Open to everybody.",
        "security": [{"token": []}, {"session": []}] if scopes else [],
    }
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    if parameters:
        found["parameters"] = list(parameters)
    return found


def _multipart() -> Any:
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    fields = dict.fromkeys((*FILES, "pledge"), file)
    text = {"type": "string", "contentMediaType": _JSON}
    return _object(
        (), closed=True, **fields, form=text, settings=text, files=_list(file, MOST_PARTS)
    )


_TAG: Final = _header("If-None-Match", {"type": "string", "maxLength": 2000})


def _result(summary: str, kind: str, schema: Any = None, *parameters: Any) -> dict[str, Any]:
    return {
        "get": _call(
            summary, (200, kind, schema), 304, 404, 409, 422, 501,
            parameters=(_TAG, *parameters),
        )
    }  # fmt: skip


def _paths() -> dict[str, Any]:
    submit, change = ("submit",), ("submit", "operate")
    offset = _header("Upload-Offset", {"type": "string", "pattern": "^[0-9]+$"}, required=True)
    words = {"type": "string", "maxLength": 200}
    short = {"type": "string", "maxLength": 200, "minLength": 1}
    sheet = {XLSX: {"schema": {}}, "text/csv": {"schema": _TEXT}}
    return {
        "/healthz": {"get": _call("Whether the service is well", (200, _JSON, _object()),
                                  scopes=())},
        "/metrics": {"get": _call("Counts, for Prometheus", (200, "text/plain", None),
                                  scopes=("operate",))},
        "/api/v1/openapi.json": {"get": _call("This", (200, _JSON, _object()), scopes=())},
        "/api/v1/session": {
            "get": _call("Who calls, and the limits", (200, _JSON, _ref("Session"))),
            "post": _call("Log a browser in", (204, None, None), 413, 415, 422, scopes=(),
                          body=_content(_JSON, _ref("LogIn"))),
            "delete": _call("Log a browser out", (204, None, None)),
        },
        "/api/v1/uploads": {
            "post": _call("Announce a file", (201, _JSON, _ref("Upload")), 413, 415, 422, 507,
                          scopes=submit, body=_content(_JSON, _ref("NewUpload"))),
        },
        "/api/v1/uploads/{upload}": {
            "parameters": [_path("upload")],
            "get": _call("How much of a file is there", (200, _JSON, _ref("Upload")), 404,
                         scopes=submit),
            "patch": _call("The next piece of a file", (200, _JSON, _ref("Upload")),
                           404, 409, 413, 415, 507, scopes=submit,
                           body=_content(PIECE), parameters=(offset,)),
            "delete": _call("Forget a file", (204, None, None), 404, scopes=submit),
        },
        "/api/v1/inspect": {
            "post": _call("What files are taken for, and what is wrong with them",
                          (200, _JSON, _ref("Inspected")), 404, 409, 413, 415, 422, 507,
                          scopes=submit, body=_content(_JSON, _ref("Inspect"))),
        },
        WORKS: {
            "get": _call("The works that the caller sees", (200, _JSON, _ref("Works")), 404, 422,
                         parameters=(
                             _query("state", _one_of(*STATES)),
                             _query("limit", {"type": "integer", "minimum": 1, "maximum": 1000}),
                             _query("after", _ID))),
            "post": _call("Submit a work", (202, _JSON, _ref("Accepted")),
                          404, 409, 413, 415, 422, 507, scopes=submit,
                          body={**_content(_FORM, _multipart()),
                                **_content(_JSON, _ref("NewWork"))},
                          parameters=(_header("Idempotency-Key", short),)),
        },
        "/api/v1/events": {
            "get": _call("Every change of a work", (200, "text/event-stream", None)),
        },
        WORK: {
            "parameters": [_path("work")],
            "get": _call("A work", (200, _JSON, _ref("Work")), 304, 404, parameters=(_TAG,)),
            "delete": _call("Delete a work", (204, None, None), 404, scopes=change),
        },
        f"{WORK}/cancel": {
            "parameters": [_path("work")],
            "post": _call("Stop a work", (202, _JSON, _ref("Work")), 404, 409, scopes=change),
        },
        f"{WORK}/events": {
            "parameters": [_path("work")],
            "get": _call("The states of a work", (200, "text/event-stream", None), 204, 404,
                         parameters=(_header("Last-Event-ID", {"type": "string"}),)),
        },
        **_results(words, sheet),
        **_reviews(),
        "/api/v1/overview.html": {
            "get": _call("The overview of all works", (200, _HTML, None), 304, 422,
                         scopes=("review", "operate"), parameters=(_TAG,))},
        "/api/v1/overview.json": {
            "get": _call("The overview, bilingual.batch/1", (200, _JSON, _object()), 304, 422,
                         scopes=("review", "operate"), parameters=(_TAG,))},
    }  # fmt: skip


def _results(words: _Schema, sheet: Any) -> dict[str, Any]:
    found = {
        "report.json": _result("The report, bilingual.report/1", _JSON, _object()),
        "report.html": _result("The report as a page", _HTML),
        "sheet.xlsx": _result("The sheet for a translator", XLSX),
        "annex.pdf": _result("The annex to the pledge", "application/pdf", None,
                             _query("title", words), _query("party", words)),
        "fixes": _result("What can be fixed for certain", _JSON, _ref("Fixes")),
        "fixed.zip": _result("The fixed files", "application/zip"),
        "corrected.zip": _result("The files with a sheet's corrections", "application/zip"),
        "changes": _result("What is new, gone and the same since another work", _JSON,
                           _ref("Changes"), _query("with", _ID)),
    }  # fmt: skip
    paths = {
        f"{WORK}/{name}": {"parameters": [_path("work")], **one} for name, one in found.items()
    }
    paths[f"{WORK}/video"] = {
        "parameters": [_path("work")],
        "get": _call("The film", (200, "video/*", None), 206, 304, 404, 416,
                     parameters=(_TAG, _header("Range", _TEXT))),
    }  # fmt: skip
    paths[f"{WORK}/sheet"] = {
        "parameters": [_path("work")],
        "get": _call("What the last sheet changed", (200, _JSON, _ref("Fixes")), 404, 409),
        "put": _call("A translator's sheet", (200, _JSON, _ref("Fixes")),
                     404, 409, 413, 415, 422, 501, 507, scopes=("submit", "operate"), body=sheet),
    }  # fmt: skip
    return paths


def _reviews() -> dict[str, Any]:
    review = _content(_JSON, _ref("Review"))
    return {
        f"{WORK}/review": {
            "parameters": [_path("work")],
            "get": _call("The caller's review", (200, _JSON, _ref("Review")), 304, 404, 409,
                         parameters=(_TAG,)),
            "put": _call("Save a review beside the others", (200, _JSON, _ref("SavedReview")),
                         404, 409, 412, 413, 415, 422, scopes=("review",), body=review,
                         parameters=(_header("If-Match", {"type": "string"}),)),
        },
        f"{WORK}/reviews": {
            "parameters": [_path("work")],
            "get": _call("Every version of every review", (200, _JSON, _ref("Reviews")), 404, 409),
        },
        f"{WORK}/reviews/compared": {
            "parameters": [_path("work")],
            "get": _call("Reviewers side by side", (200, _JSON, _ref("Compared")), 404, 409, 422),
        },
        f"{WORK}/reviews/{{number}}": {
            "parameters": [_path("work"), _path("number", {"type": "integer", "minimum": 1})],
            "get": _call("A version of a review", (200, _JSON, _ref("Review")), 304, 404, 409,
                         parameters=(_TAG,)),
        },
    }  # fmt: skip


@cache
def document() -> Mapping[str, Any]:
    """The document that describes every call."""
    paths = _paths()
    for path, item in paths.items():
        if path not in _NO_WORDS:
            item.setdefault("parameters", []).append(_LANGUAGE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "bilingual serve",
            "version": __version__,
            "description": "Checks Tibetan–Chinese bilingual subtitles. Errors are "
            "application/problem+json (RFC 9457) with the library's code and params.",
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "responses": {
                "Problem": {
                    "description": "What went wrong, in the caller's language.",
                    "content": _content(MEDIA_TYPE, _ref("Problem")),
                }
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "bilingual_session"},
            },
        },
    }
