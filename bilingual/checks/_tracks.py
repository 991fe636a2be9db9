"""What the rules about two tracks share: times for people, and an example pair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bilingual.alignment.residuals import Deviation, deviations
from bilingual.checks._tsheg import unseparated, without_words
from bilingual.checks.base import Artifacts, CannotTell, Example, Need
from bilingual.model import Alignment, Bead, Cue, Reason, Severity, Span, Track
from bilingual.showing import player_time as player_time
from bilingual.text.script import count_scripts
from bilingual.text.sequence import parts_of

_FEW_LETTERS: Final = 2
# From how many letters on, and in which share of the cues that have letters, a track
# is another language's and no string of names and formulas.
_STRANGE_LETTERS: Final = 12
_STRANGE_SHARE: Final = 0.9
# From which share of the Tibetan cues on that have no tsheg, words cannot show that two tracks
# are of different works, and not that they are of one work either.
MANY: Final = 0.2
MOST: Final = 0.6


def seconds(ms: float) -> float:
    return round(ms / 1000, 2)


def span_of(cues: Sequence[Cue]) -> Span:
    """From the first cue's start to the last one's end, never backwards."""
    first, last = cues[0], cues[-1]
    return Span(start_ms=first.start_ms, end_ms=max(first.start_ms, last.end_ms))


def bead_span(zh: Track, bead: Bead) -> Span:
    """The time of a bead's Chinese cues."""
    return span_of([zh.cues[i] for i in bead.zh])


def is_foreign(artifacts: Artifacts, alignment: Alignment) -> bool:
    confidence = alignment.confidence
    return confidence is not None and confidence < artifacts.config.sync.foreign_confidence


def severity_of(artifacts: Artifacts, ms: float) -> Severity | None:
    """How bad a time difference is, ``None`` where it cannot be noticed."""
    sync, size = artifacts.config.sync, abs(ms)
    if size > sync.error_ms:
        return Severity.ERROR
    if size > sync.warning_ms:
        return Severity.WARNING
    return Severity.INFO if size > sync.info_ms else None


def joined(*tracks: Track | None) -> CannotTell | None:
    """What cannot be judged by times where those of a track begin again half-way."""
    if any(track is not None and parts_of(track) for track in tracks):
        return CannotTell(reason=Reason(code="parts-joined"))
    return None


def is_strange(track: Track) -> bool:
    """Whether nearly all that can be read of a track is neither Tibetan nor Chinese."""
    counted = [count_scripts(cue.compared) for cue in track.cues if cue.readable]
    lettered = [c for c in counted if c.letters >= _FEW_LETTERS]
    strange = [c for c in lettered if not c.tibetan and not c.han]
    return sum(c.letters for c in strange) >= _STRANGE_LETTERS and len(
        strange
    ) >= _STRANGE_SHARE * len(lettered)


def strange(*tracks: Track | None) -> CannotTell | None:
    """What cannot be judged by words where those of a track are in neither script."""
    if any(track is not None and is_strange(track) for track in tracks):
        return CannotTell(reason=Reason(code="track-strange"))
    return None


def without_tsheg(bo: Track | None, *, share: float = MANY) -> CannotTell | None:
    """What words cannot show where that share of the Tibetan has nothing between syllables."""
    cues = unseparated(bo)
    if bo is None or not cues or len(cues) < share * len(bo.cues):
        return None
    return without_words(cues)


def both_tracks(artifacts: Artifacts) -> tuple[Track, Track, Alignment] | CannotTell:
    bo, zh, alignment = artifacts.bo, artifacts.zh, artifacts.alignment
    if bo is None or zh is None or alignment is None:
        return CannotTell(reason=Reason(code="not-handed-in"))
    if (doubt := strange(bo, zh)) is not None:
        return doubt
    if is_foreign(artifacts, alignment):
        doubt = joined(bo, zh) or without_tsheg(bo)
        return doubt or CannotTell(reason=Reason(code="tracks-foreign"))
    return bo, zh, alignment


FEW_PAIRS: Final = 3


def timed(
    artifacts: Artifacts,
) -> tuple[Track, Track, Alignment, list[Deviation]] | CannotTell:
    """Both tracks, and how far each pair of cues is from where the clocks put it."""
    found = both_tracks(artifacts)
    if isinstance(found, CannotTell):
        return found
    bo, zh, alignment = found
    doubt = joined(bo, zh)
    if doubt is not None:
        return doubt
    measured = deviations(bo, zh, alignment)
    if len(measured) < FEW_PAIRS:
        return CannotTell(reason=Reason(code="too-few-pairs", params={"pairs": len(measured)}))
    return bo, zh, alignment, measured


ZH: Final = (
    (1000, 3600, "地球绕着太阳转。"),
    (4000, 7400, "水在零度结成冰。"),
    (8000, 11000, "植物需要阳光和水。"),
    (11600, 14800, "声音在空气中传播。"),
    (15400, 19000, "月亮绕着地球转。"),
    (19600, 22800, "鸟有翅膀，会飞。"),
)
BO: Final = (
    (1000, 3600, "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"),
    (4000, 7400, "ཆུ་ཀླད་ཀོར་ཏུའུ་ལ་འཁྱགས་པ་ཆགས།"),
    (8000, 11000, "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།"),
    (11600, 14800, "སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད།"),
    (15400, 19000, "ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།"),
    (19600, 22800, "བྱ་ལ་གཤོག་པ་ཡོད་པས་འཕུར་ཐུབ།"),
)
Cues = tuple[tuple[int, int, str], ...]


def without(cues: Cues, index: int) -> Cues:
    return cues[:index] + cues[index + 1 :]


def retimed(cues: Cues, rate: float, offset: int, since: int = 0) -> Cues:
    return tuple(
        (round(a * rate) + offset, round(b * rate) + offset, t) if a >= since else (a, b, t)
        for a, b, t in cues
    )


def readings(count: int) -> tuple[Cues, Cues]:
    """Chinese and Tibetan cues of a long work: what was measured, time after time."""
    zh: list[tuple[int, int, str]] = []
    bo: list[tuple[int, int, str]] = []
    start = 1000
    for n in range(1, count + 1):
        grams = 120 + 37 * n * n % 811
        end = start + 1900 + 450 * (n * n % 5)
        zh.append((start, end, f"第 {n} 次称得 {grams} 克。"))
        said = f"ཐེངས་ {n} པར་བཏེགས་ནས་ཁེ་ {grams} བྱུང་།"
        bo.append((start, end, said.translate(_TIBETAN_DIGITS)))
        start = end + 200 + 170 * (n * n % 7)
    return tuple(zh), tuple(bo)


_TIBETAN_DIGITS: Final = {ord("0") + k: 0x0F20 + k for k in range(10)}
LONG_ZH, LONG_BO = readings(40)
FINE = Example(bo=BO, zh=ZH)
PAIR: Final[frozenset[Need]] = frozenset({"alignment"})
TRACK: Final[frozenset[Need]] = frozenset({"track"})
