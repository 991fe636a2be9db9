"""Stretches of time: put together, taken from each other, measured."""

from __future__ import annotations

from collections.abc import Iterable

from bilingual.model import Span


def merged(spans: Iterable[Span], gap_ms: int = 0) -> tuple[Span, ...]:
    """The union of spans, in order; those at most ``gap_ms`` apart become one."""
    out: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start_ms, s.end_ms)):
        if span.end_ms <= span.start_ms:
            continue
        if out and span.start_ms - out[-1].end_ms <= gap_ms:
            last = out[-1]
            out[-1] = Span(start_ms=last.start_ms, end_ms=max(last.end_ms, span.end_ms))
        else:
            out.append(span)
    return tuple(out)


def subtracted(spans: Iterable[Span], holes: Iterable[Span]) -> tuple[Span, ...]:
    """What is left of merged ``spans`` outside of ``holes``, in order."""
    out: list[Span] = []
    cuts = merged(holes)
    for span in merged(spans):
        start = span.start_ms
        for cut in cuts:
            if cut.end_ms <= start or cut.start_ms >= span.end_ms:
                continue
            if cut.start_ms > start:
                out.append(Span(start_ms=start, end_ms=cut.start_ms))
            start = cut.end_ms
        if start < span.end_ms:
            out.append(Span(start_ms=start, end_ms=span.end_ms))
    return tuple(out)


def overlap_ms(span: Span, others: Iterable[Span]) -> int:
    """How much of a span lies in others that do not overlap each other."""
    return sum(
        max(0, min(span.end_ms, other.end_ms) - max(span.start_ms, other.start_ms))
        for other in others
    )


def length_ms(spans: Iterable[Span]) -> int:
    """The sum of the spans' lengths."""
    return sum(span.duration_ms for span in spans)
