"""Where things stand on a page's timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def start_of(finding: Mapping[str, Any], document: Mapping[str, Any]) -> int | None:
    """When a finding begins (ms): its own span, else its first cue; ``None`` without either."""
    if finding["span_ms"]:
        return int(finding["span_ms"][0])
    starts = [
        int(document["tracks"][side]["cues"][i]["start_ms"])
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in finding[side]
    ]
    return min(starts, default=None)


def bead_list(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The beads; without an alignment a bead for each cue of the one track."""
    if document["alignment"]:
        beads: Sequence[Mapping[str, Any]] = document["alignment"]["beads"]
        return beads
    empty: dict[str, Any] = {"bo": [], "zh": [], "risk": None}
    return [
        {**empty, side: [i]}
        for side in ("zh", "bo")
        if document["tracks"][side]
        for i in range(len(document["tracks"][side]["cues"]))
    ]


def timeline(document: Mapping[str, Any], peaks: Sequence[float] = ()) -> dict[str, Any] | None:
    """Places in thousandths of the work's length, for sound, speech, cues and links.

    :param peaks: loudness (0..1), evenly spread over the work.
    """
    ends = [c["end_ms"] for t in document["tracks"].values() if t for c in t["cues"]]
    if document["media"] and document["media"]["duration_ms"]:
        ends.append(document["media"]["duration_ms"])
    total = max(ends, default=0)
    if total <= 0:
        return None

    def place(start: int, end: int) -> tuple[float, float]:
        left = 1000 * min(max(start, 0), total) / total
        return round(left, 2), round(max(0.6, 1000 * (end - start) / total), 2)

    speech = document["speech"]
    spans = speech["spans"] if speech and speech["spans"] else []
    rows = {
        side: [place(c["start_ms"], c["end_ms"]) for c in track["cues"]]
        for side, track in document["tracks"].items()
        if track
    }
    links = []
    for bead in bead_list(document):
        for z in bead["zh"]:
            for b in bead["bo"]:
                (zx, zw), (bx, bw) = rows["zh"][z], rows["bo"][b]
                links.append((round(zx + zw / 2, 2), round(bx + bw / 2, 2)))
    found = [
        (place(start, start)[0], f["severity"])
        for f in document["findings"]
        if f["severity"] != "info" and (start := start_of(f, document)) is not None
    ]
    return {
        "total": total,
        "wave": _wave(peaks),
        "speech": [place(a, b) for a, b in spans],
        "rows": rows,
        "links": links,
        "found": found,
    }


def _wave(peaks: Sequence[float]) -> str:
    """An SVG path of the loudness, mirrored about the middle of its strip."""
    if not peaks or not max(peaks):
        return ""
    step, top = 1000 / len(peaks), max(peaks)
    upper = [(round(k * step, 1), round(11 - 9 * p / top, 1)) for k, p in enumerate(peaks)]
    lower = [(x, round(22 - y, 1)) for x, y in reversed(upper)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in (*upper, *lower)) + "Z"
