"""The log: a JSON object a line, with nothing in it that says who somebody is.

No name of a file or a person, no address, no token, and of the path only its pattern.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from bilingual.errors import InternalError
from bilingual.showing import ascii_controls, logger

_log: Final = logger("bilingual.server")
_FIELDS: Final = "fields"


class _Seen(Protocol):
    status: int
    received: int


class JsonLines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _said(record),
        }
        line |= getattr(record, _FIELDS, {})
        return ascii_controls(json.dumps(line, ensure_ascii=False, default=str))


def _said(record: logging.LogRecord) -> str:
    """What a record says; of other libraries' the first line, without the values in it.

    Those may be of what somebody submitted.
    """
    if record.name.partition(".")[0] == "bilingual":
        return record.getMessage()
    return str(record.msg).strip().partition("\n")[0]


def log_event(event: str, /, *, level: int = logging.INFO, **fields: Any) -> None:
    """Note that something happened; the fields are numbers, codes and the ids of works."""
    _log.log(level, event, extra={_FIELDS: fields})


def log_request(method: str, route: str, seen: _Seen, seconds: float) -> None:
    """Note a request that was answered."""
    log_event(
        "request",
        method=method if method.isalpha() and len(method) < 10 else "other",
        route=route,
        status=seen.status,
        ms=round(seconds * 1000, 1),
        received=seen.received,
    )


def log_failure(error: BaseException) -> None:
    """Note a mistake of ours: its kind and its place, never what it says.

    The words of an exception may quote what somebody submitted.
    """
    wrong = InternalError.of(error)
    log_event(
        "failure", level=logging.ERROR, kind=wrong.params["kind"], place=wrong.params["place"]
    )
