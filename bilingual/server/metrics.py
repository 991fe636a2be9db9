"""What the service counts, in the text format of Prometheus (0.0.4)."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counts of requests and of works that ended; what lies there is asked when it is shown."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[Labels] = Counter()
        self._buckets = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0
        self._open = 0
        self._works: Counter[str] = Counter()
        self._work_seconds = 0.0

    def begun(self) -> None:
        """A request has come."""
        with self._lock:
            self._open += 1

    def ended(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        shown = method if method in _METHODS else "other"
        labels = (("method", shown), ("route", route), ("status", str(status)))
        with self._lock:
            self._open -= 1
            self._requests[labels] += 1
            self._buckets[bisect_left(_BUCKETS, seconds)] += 1
            self._seconds += seconds

    def worked(self, state: str, seconds: float) -> None:
        """A work has ended."""
        with self._lock:
            self._works[state] += 1
            self._work_seconds += seconds

    def text(self, gauges: Mapping[str, float]) -> str:
        """All of it; ``gauges`` are further values, by their names without the prefix."""
        with self._lock:
            lines = [
                *_family("http_requests_total", "counter", "Requests.", self._requests.items()),
                *self._histogram(),
                *_family("http_requests_open", "gauge", "Requests at hand.", [((), self._open)]),
                *_family(
                    "works_ended_total",
                    "counter",
                    "Works that ended, by how.",
                    [((("state", state),), n) for state, n in sorted(self._works.items())],
                ),
                *_family(
                    "works_seconds_total",
                    "counter",
                    "Seconds that works took.",
                    [((), round(self._work_seconds, 3))],
                ),
            ]
        for name, value in gauges.items():
            lines += _family(
                name, "gauge", f"{name.replace('_', ' ').capitalize()}.", [((), value)]
            )
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "bilingual_http_request_seconds"
        lines = [f"# HELP {name} Seconds until the answer was sent.", f"# TYPE {name} histogram"]
        total = 0
        for bound, count in zip((*_BUCKETS, "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        return [*lines, f"{name}_sum {self._seconds:.6f}", f"{name}_count {total}"]


def _family(
    name: str, kind: str, text: str, values: Iterable[tuple[Labels, float]]
) -> Iterable[str]:
    whole = f"bilingual_{name}"
    yield f"# HELP {whole} {text}"
    yield f"# TYPE {whole} {kind}"
    for labels, value in values:
        shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels)
        yield f"{whole}{{{shown}}} {value}" if shown else f"{whole} {value}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
