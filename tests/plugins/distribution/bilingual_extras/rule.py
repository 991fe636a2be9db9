"""A rule: no cue may shout."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.checks.base import Artifacts, Example, Hit, Rule, Words, on_side
from bilingual.model import Severity


def _exclamation(artifacts: Artifacts) -> Iterator[Hit]:
    for side, track in artifacts.tracks():
        for cue in track.cues:
            if "！" in cue.plain:
                yield Hit(**on_side(side, cue.index), params={"cue": cue.index + 1})


RULES = (
    Rule(
        id="exclamation",
        group="reading",
        severity=Severity.WARNING,
        needs=frozenset({"track"}),
        title=Words(zh="感叹号", en="Exclamation mark"),
        explanation=Words(zh="字幕里有感叹号。", en="A cue has an exclamation mark."),
        message=Words(zh="第 {cue} 条有感叹号。", en="Cue {cue} has an exclamation mark."),
        remedy=Words(zh="改为句号。", en="Use a full stop."),
        limits=Words(zh="只看全角。", en="Looks for the full-width mark only."),
        holds=Words(zh="没有感叹号", en="No exclamation marks"),
        asks=Words(zh="是否有感叹号", en="Whether there are exclamation marks"),
        run=_exclamation,
        catches=Example(zh=((0, 2000, "太阳升起！"),)),
        leaves=Example(zh=((0, 2000, "太阳升起。"),)),
    ),
)
