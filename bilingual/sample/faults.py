"""Faults planted in the sample, each one that a film-maker could make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from bilingual.model import Cue, Track

CHANGED: Final = 11
MISSING: Final = 24
ELSEWHERE: Final = 20
CHINESE: Final = 28
JUMP: Final = 30
JUMP_MS: Final = 2500

# «The school's teacher taught the pupils languages.»
_UNRELATED: Final = "སློབ་གྲྭའི་དགེ་རྒན་གྱིས་སློབ་མ་ཚོར་སྐད་ཡིག་བསླབས།"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault: what it is, the rule that must find it, and the cues it is in."""

    kind: str
    rule: str
    zh: tuple[int, ...] = ()
    bo: tuple[int, ...] = ()
    note: str = ""
    span_ms: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As it is in ``planted.json``: indices from 0, the Chinese track's time."""
        return {
            "kind": self.kind,
            "rule": self.rule,
            "zh": list(self.zh),
            "bo": list(self.bo),
            "span_ms": None if self.span_ms is None else list(self.span_ms),
            "note": self.note,
        }


def plant(bo: Track, zh: Track) -> tuple[Track, tuple[Planted, ...]]:
    """The Tibetan track with five faults, and what they are.

    Behind the missing cue the Tibetan indices are one lower than the Chinese.
    """
    cues: list[Cue | None] = list(bo.cues)
    changed = bo.cues[CHANGED]
    assert "༡༠༩" in changed.text  # noqa: S101 - the script is ours
    cues[CHANGED] = replace(changed, text=changed.text.replace("༡༠༩", "༡༩༠"))
    cues[ELSEWHERE] = replace(bo.cues[ELSEWHERE], text=_UNRELATED)
    cues[CHINESE] = replace(bo.cues[CHINESE], text=zh.cues[CHINESE].text)
    cues[MISSING] = None
    kept = [cue for cue in cues if cue is not None]
    moved = tuple(
        replace(
            cue,
            index=index,
            start_ms=cue.start_ms + (JUMP_MS if cue.index >= JUMP else 0),
            end_ms=cue.end_ms + (JUMP_MS if cue.index >= JUMP else 0),
        )
        for index, cue in enumerate(kept)
    )
    place = {cue.index: index for index, cue in enumerate(kept)}
    faults = (
        Planted(
            kind="number",
            rule="number-mismatch",
            zh=(CHANGED,),
            bo=(place[CHANGED],),
            note="109 in Chinese, 190 in Tibetan",
        ),
        Planted(
            kind="elsewhere",
            rule="wrong-translation",
            zh=(ELSEWHERE,),
            bo=(place[ELSEWHERE],),
            note="the Tibetan speaks of a teacher and pupils",
        ),
        Planted(
            kind="missing",
            rule="missing-translation",
            zh=(MISSING,),
            note="the Tibetan cue is gone",
        ),
        Planted(
            kind="untranslated",
            rule="untranslated",
            zh=(CHINESE,),
            bo=(place[CHINESE],),
            note="left in Chinese",
        ),
        Planted(
            kind="shift",
            rule="sync-jump",
            zh=tuple(range(JUMP, len(zh.cues))),
            bo=tuple(range(place[JUMP], len(moved))),
            note=f"from here on the Tibetan comes {JUMP_MS} ms late",
        ),
    )
    timed = tuple(
        replace(f, span_ms=(zh.cues[f.zh[0]].start_ms, zh.cues[f.zh[-1]].end_ms)) for f in faults
    )
    return replace(bo, cues=moved), timed
