"""What was changed in a track, cue by cue: between the track before and the one after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bilingual.fixes.model import Fix, FixedTrack
from bilingual.model import Cue


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A cue that was changed or put in, and the fixes that did it.

    ``before`` is ``None`` for one that was put in. ``after.index`` is its place in the new
    file.
    """

    before: Cue | None
    after: Cue
    fixes: tuple[Fix, ...]

    @property
    def moved_ms(self) -> int | None:
        """By how much a cue was moved as it is; ``None`` where more than that was changed."""
        old, new = self.before, self.after
        if old is None or old.text != new.text or old.duration_ms != new.duration_ms:
            return None
        return (new.start_ms - old.start_ms) or None


def changes_of(track: FixedTrack) -> Iterator[Change]:
    """The changes of a track, in the order of its cues."""
    by_cue: dict[int, list[Fix]] = {}
    for fix in track.applied:
        for index in fix.cues:
            by_cue.setdefault(index, []).append(fix)
    inserted = frozenset(track.inserted)
    old = iter(track.original.cues)
    for cue in track.track.cues:
        if cue.index in inserted:
            span = (cue.start_ms, cue.end_ms)
            own = (f for f in track.applied if span in {(i.start_ms, i.end_ms) for i in f.inserts})
            yield Change(before=None, after=cue, fixes=tuple(own))
            continue
        before = next(old)
        same = (before.text, before.start_ms, before.end_ms)
        if same != (cue.text, cue.start_ms, cue.end_ms):
            yield Change(before=before, after=cue, fixes=tuple(by_cue.get(before.index, ())))


def unseen(track: FixedTrack) -> tuple[Fix, ...]:
    """The fixes that changed no cue's text or time: how a file is encoded, or written."""
    seen = {id(fix) for change in changes_of(track) for fix in change.fixes}
    return tuple(fix for fix in track.applied if id(fix) not in seen)
