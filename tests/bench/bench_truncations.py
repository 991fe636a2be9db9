"""How many truncations of a clip are accepted as complete.

    python -m tests.bench.bench_truncations [COUNT]

For each layout (index last, index first, fragments, Matroska) the clip is cut
at COUNT places spread evenly over it, at box borders and a byte to either side.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bilingual.config import MediaLimits
from bilingual.errors import BilingualError
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from bilingual.render.notebook.results import Entry
from tests.bench.results import column, table, write
from tests.media.clips import make, picture, tone

LAYOUTS: dict[str, tuple[str, dict[str, Any]]] = {
    "index first": (".mp4", {"movflags": "faststart"}),
    "index last": (".mp4", {}),
    "fragments": (".mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "Matroska": (".mkv", {}),
}
LIMITS = MediaLimits()


def outcome(path: Path) -> str:
    """``complete``, a reason, or an error's code."""
    try:
        media = check(path, probe(path, LIMITS), LIMITS)
    except BilingualError as error:
        return error.code
    return "complete" if media.complete else str(media.complete_reason)


def main(count: int) -> None:
    """Cut, judge and count."""
    rows: list[list[Entry]] = []
    size = 0
    with tempfile.TemporaryDirectory() as scratch:
        for layout, (ending, options) in LAYOUTS.items():
            whole = make(Path(scratch) / f"whole{ending}", picture(), tone(), **options)
            data = whole.read_bytes()
            size = max(size, len(data))
            cuts = {1 + i * (len(data) - 2) // max(1, count - 1) for i in range(count)}
            cut = Path(scratch) / "cut.bin"
            came: Counter[str] = Counter()
            for length in sorted(cuts):
                cut.write_bytes(data[:length])
                came[outcome(cut)] += 1
            complete, no_media = came["complete"], came["media-not-media"]
            cut_off = came.total() - complete - no_media
            rows.append([layout, came.total(), complete, cut_off, no_media])
            sys.stdout.write(f"{layout}, the whole file: {outcome(whole)}; {dict(came)}\n")
    columns = (
        column("layout"),
        column("truncations", n="count"),
        column("accepted as complete", accepted="count"),
        column("cut off (`media-truncated`)", found="count"),
        column("not a media file", no_media="count"),
    )
    source = [f"a clip of {size // 1000} kB in four layouts"]
    write("truncations", tables={"layouts": table("Truncations", columns, rows)}, data=source)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
