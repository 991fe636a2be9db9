"""The log: a JSON object a line, with nothing in it that says who somebody is.

No name of a file or a person, no address, no token, and of the path only its pattern. The
service's process and those of its works log alike.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from bilingual.errors import InternalError
from bilingual.showing import ascii_controls, logger

_log: Final = logger("bilingual.server")
_FIELDS: Final = "fields"
_TRACKER: Final = "ignore:resource_tracker:UserWarning"


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
            **_said(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= _raised(record.exc_info[1])
        line |= getattr(record, _FIELDS, {})
        return ascii_controls(json.dumps(line, ensure_ascii=False, default=str))


def _said(record: logging.LogRecord) -> dict[str, str]:
    """What a record says; of another library's only where it was made.

    Its words may hold what somebody submitted, filled in before they get here.
    """
    if record.name.partition(".")[0] == "bilingual":
        return {"event": record.getMessage()}
    return {"event": "library", "place": f"{record.funcName}:{record.lineno}"}


def _raised(error: BaseException) -> dict[str, str]:
    """An exception's kind and place, never what it says: that may quote what was submitted."""
    wrong = InternalError.of(error).params
    return {"kind": wrong["kind"], "place": wrong["place"]}


def log_as_json(level: int) -> None:
    """Send the log of this process to stderr as JSON, and nothing as plain text.

    :param level: from which on ours is logged; of every other library it is warnings, those
        of Python's ``warnings`` among them.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    ours, root = logger("bilingual"), logging.root
    for log, least in ((ours, level), (root, logging.WARNING)):
        log.handlers[:] = [handler]
        log.setLevel(least)
    ours.propagate = False
    logging.captureWarnings(True)
    # Python's tracker of semaphores is a process of its own, started with these options: where
    # a worker was killed it would write a warning of its own, as plain text.
    if _TRACKER not in sys.warnoptions:
        sys.warnoptions.append(_TRACKER)


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
    """Note a mistake of ours: its kind and its place."""
    log_event("failure", level=logging.ERROR, **_raised(error))
