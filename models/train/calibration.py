"""Take the pairs that models of the user are calibrated on from the narration.

    python -m models.train.calibration models/calibration-zh-bo.tsv

Whole topics, in their order, without the lines that a model may match and know no
Tibetan: those with digits, Latin letters, or quotation marks on either side.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path
from typing import Final

NARRATION: Final = Path(__file__).parent / "narration.tsv"
TOPICS: Final = (
    "altitude-sickness",
    "geometry",
    "heat",
    "snow-leopard",
    "waste-sorting",
    "weather",
)
"""Medicine, mathematics, physics, animals, environment, the Earth: many lines of each are plain."""

_ZH: Final = re.compile("[\u4e00-\u9fff，。？！、；：]+")
_BO: Final = re.compile("[\u0f0b\u0f0d\u0f40-\u0fbc ]+")


def lines() -> list[tuple[str, str, str]]:
    """Topic, Chinese and Tibetan of each line that is taken."""
    with NARRATION.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        (row["topic"], row["zh"], row["bo"])
        for row in rows
        if row["topic"] in TOPICS and _ZH.fullmatch(row["zh"]) and _BO.fullmatch(row["bo"])
    ]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    table = [("topic", "zh", "bo"), *lines()]
    out.write_text("".join("\t".join(row) + "\n" for row in table), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
