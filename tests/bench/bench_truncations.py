"""How many of a thousand truncations of a clip pass as complete.

    python -m tests.bench.bench_truncations [COUNT]

For each layout (index last, index first, fragments, Matroska) the clip is cut
at COUNT places spread evenly over it, at box borders and a byte to either side.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bilingual.config import MediaLimits
from bilingual.errors import BilingualError
from bilingual.media.completeness import check
from bilingual.media.probe import probe
from tests.media.clips import make, picture, tone

LAYOUTS: dict[str, tuple[str, dict[str, Any]]] = {
    "index first": (".mp4", {"movflags": "faststart"}),
    "index last": (".mp4", {}),
    "fragments": (".mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "matroska": (".mkv", {}),
}
LIMITS = MediaLimits()


def say(*words: object) -> None:
    """A line on stdout, at once."""
    sys.stdout.write(" ".join(str(w) for w in words) + "\n")
    sys.stdout.flush()


def outcome(path: Path) -> str:
    """``complete``, a reason, or an error's code."""
    try:
        media = check(path, probe(path, LIMITS), LIMITS)
    except BilingualError as error:
        return error.code
    return "complete" if media.complete else str(media.complete_reason)


def main(count: int) -> None:
    """Cut, judge and count."""
    with tempfile.TemporaryDirectory() as scratch:
        for layout, (ending, options) in LAYOUTS.items():
            whole = make(Path(scratch) / f"whole{ending}", picture(), tone(), **options)
            data = whole.read_bytes()
            cuts = {1 + i * (len(data) - 2) // max(1, count - 1) for i in range(count)}
            cut = Path(scratch) / "cut.bin"
            came: Counter[str] = Counter()
            start = time.monotonic()
            for length in sorted(cuts):
                cut.write_bytes(data[:length])
                came[outcome(cut)] += 1
            say(
                f"{layout}: {len(data)} bytes, whole: {outcome(whole)}; {len(cuts)} truncations in "
                f"{time.monotonic() - start:.0f} s: {came['complete']} complete;",
                dict(came.most_common()),
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
