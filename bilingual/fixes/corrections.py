"""Corrected texts from a sheet, put into new subtitle files.

Every row is decided by itself: what is wrong with one is said, and the others are applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bilingual.alignment import align
from bilingual.errors import FormatError
from bilingual.fixes.converted import conversion, convertible
from bilingual.fixes.draft import Draft, draft_of
from bilingual.fixes.model import CueInsert, Fix, Fixed, FixedTrack, Refused, TextEdit
from bilingual.fixes.sheet import Sheet, SheetRow, digest, even, restored, says_no_cue, showable
from bilingual.formats.codes import grade
from bilingual.model import LANGUAGES, Cue, Language, Reason, Track

_SAME_START_MS: Final = 1000
"""Times that a spreadsheet program has rounded may be off by this."""
_SHORTEST_MS: Final = 300
"""An inserted cue that its neighbours leave less than this is refused."""

_NAMED: Final = 20

ToOwn = Callable[[int], float]
"""From the other language's clock to a track's own, in milliseconds."""


def correct_tracks(
    tracks: Mapping[Language, Track], sheet: Sheet, *, files: Mapping[Language, bytes]
) -> Fixed:
    """Tracks with the corrected texts of a sheet; all else stays.

    A text beside a cue replaces the cue's. One in a row without a cue of its language is
    inserted as a cue, at the time that the row shows for it, else at the other language's
    time by the clock between the two tracks. A text that was changed in the column of the
    original is taken where the sheet's digests show that the file still is as it was.

    :param tracks: the tracks that the sheet was made of.
    :param files: the bytes of each track's own file, where it has one.
    :returns: ``refused`` names the rows that could not be applied, and why.
    """
    done: list[FixedTrack] = []
    refused: list[Refused] = []
    drafts = {
        side: draft_of(side, track, files.get(side), shared=True) for side, track in tracks.items()
    }
    for side in LANGUAGES:
        rows = [row for row in sheet.rows if row.side == side]
        track = tracks.get(side)
        if track is not None:
            desk = _Desk(sheet=sheet, side=side, tracks=tracks)
            draft, before = drafts[side]
            corrected = _corrected(desk, draft, before, rows)
            done.append(replace(corrected, encoding=track.encoding))
            if draft.shared and corrected.changed:
                drafts, done = _in_one_file(drafts, done, corrected)
            refused += desk.refused
        elif left := tuple(row.row for row in rows if row.corrected.text and says_cue(row)):
            refused.append(
                Refused(
                    rows=left,
                    reason=Reason(
                        code="sheet-row-other-track",
                        params={"option": side, "count": len(left), "rows": named_rows(left)},
                    ),
                )
            )
    return Fixed(
        tracks=tuple(done),
        refused=tuple(sorted(refused, key=lambda one: one.rows)),
        sheet=sheet.name,
    )


def says_cue(row: SheetRow) -> bool:
    """Whether a row is about a place in the work: a cue, or a time without one."""
    return row.cue is not None or row.span_ms is not None or row.other_ms is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A text for a cue, the row that it came from, and the column if it is an odd one."""

    row: int
    cue: int
    text: str
    column: str | None = None


@dataclass(slots=True, kw_only=True)
class _Desk:
    """One language's rows under decision, and which of them were refused."""

    sheet: Sheet
    side: Language
    tracks: Mapping[Language, Track]
    refused: list[Refused] = field(default_factory=list)
    grouped: dict[str, list[int]] = field(default_factory=dict)
    clock: ToOwn | None = None

    def refuse(self, row: int, code: str, column: str = "corrected", **params: Any) -> None:
        """Refuse a row, and say what about which of its cells."""
        title = self.sheet.title(f"{self.side}_{column}")
        reason = Reason(code=code, params={"row": row, "column": title, **params})
        self.refused.append(Refused(rows=(row,), reason=reason))

    def group(self, row: int, code: str) -> None:
        """Refuse a row for what may be wrong with many."""
        self.grouped.setdefault(code, []).append(row)

    def close(self, track: str) -> None:
        """Put what was grouped into one refusal each."""
        titles = {
            "corrected": self.sheet.title(f"{self.side}_corrected"),
            "column": self.sheet.title(f"{self.side}_text"),
        }
        for code, rows in self.grouped.items():
            params = {"rows": named_rows(rows), "track": track, **titles}
            self.refused.append(Refused(rows=tuple(rows), reason=Reason(code=code, params=params)))


_Drafts = dict[Language, tuple[Draft, str]]


def _in_one_file(
    drafts: _Drafts, done: Sequence[FixedTrack], last: FixedTrack
) -> tuple[_Drafts, list[FixedTrack]]:
    """What the other language of a file has of the one that was changed last."""
    one = drafts[last.side][0]
    changed = replace(one, text=last.after, track=last.track)
    following = {
        side: (draft.following(changed), before)
        if side != last.side and draft.shared and draft.text == one.text
        else (draft, before)
        for side, (draft, before) in drafts.items()
    }
    return following, [
        replace(track, after=last.after) if track.shared and track.after == one.text else track
        for track in done
    ]


def _corrected(desk: _Desk, draft: Draft, before: str, rows: Sequence[SheetRow]) -> FixedTrack:
    original = draft.track
    places = _Places(original, rows)
    wanted: list[_Wanted] = []
    missing: list[SheetRow] = []
    for row in rows:
        if not _is_text(row, desk):
            continue
        if row.corrected.text and row.cue is None:
            missing.append(row)
        elif row.corrected.text:
            wanted += _from_corrected(row, places, desk)
        else:
            wanted += _from_original(row, places, desk)
    wanted = _agreed(wanted, desk)
    draft, made = _replaced(draft, wanted, desk)
    draft, inserted, fixes = _inserted(draft, missing, desk)
    name = original.name or f"{desk.side}.{draft.form}"
    desk.close(name)
    applied = (*(_fix(desk.side, one, original) for one in made), *fixes)
    return FixedTrack(
        side=desk.side,
        name=name,
        form=draft.form,
        track=draft.track,
        original=original,
        inserted=inserted,
        before=before,
        after=draft.text,
        encoding=original.encoding,
        changed=bool(applied),
        shared=draft.shared,
        applied=applied,
    )


def _fix(side: Language, one: _Wanted, original: Track) -> Fix:
    edit = TextEdit(cue=one.cue, start=0, end=len(original.cues[one.cue].text), text=one.text)
    params = {"row": one.row, "column": one.column}
    kind = "from-sheet" if one.column is None else "from-sheet-original"
    return Fix(side=side, kind=kind, safety="safe", texts=(edit,), params=params)


def _is_text(row: SheetRow, desk: _Desk) -> bool:
    """Whether the cells that count hold text, and the row is about a place at all."""
    cell = row.corrected
    if row.cue is None and not says_no_cue(row):
        if cell.text:
            desk.refuse(row.row, "sheet-row-cue", "cue", text=row.cue_cell.text[:40])
        return False
    if not says_cue(row):
        if cell.text and cell.kind != "merged":
            desk.refuse(row.row, "sheet-row-no-place")
        return False
    kind = cell.kind
    if kind == "text":
        kind = conversion(cell.text, resaved=desk.sheet.resaved) or kind
    if kind != "text":
        desk.refuse(row.row, f"sheet-cell-{kind}", text=cell.text[:40])
        return False
    if not cell.text and row.original.kind != "text":
        kind, text = row.original.kind, row.original.text[:40]
        desk.refuse(row.row, f"sheet-cell-{kind}", "text", text=text)
        return False
    return True


def named_rows(rows: Sequence[int]) -> list[str]:
    """Row numbers for a sentence, the first twenty."""
    return [*map(str, rows[:_NAMED]), *(["…"] if len(rows) > _NAMED else [])]


class _Places:
    """Where the texts of a track are, and the cues that rows of a sheet speak of."""

    def __init__(self, track: Track, rows: Sequence[SheetRow]) -> None:
        self.cues = track.cues
        self._rows = Counter(even(row.original.text) for row in rows)
        self._by_text: dict[str, list[Cue]] = {}
        for cue in track.cues:
            self._by_text.setdefault(even(showable(cue.text)), []).append(cue)

    def at(self, row: SheetRow) -> Cue | None:
        """The cue of the number that the row names."""
        return self.cues[row.cue] if row.cue is not None and row.cue < len(self.cues) else None

    def there(self, row: SheetRow, text: str) -> Cue | None:
        """The cue with that text at the row's number or time."""
        found = self._by_text.get(even(text), [])
        start = None if row.span_ms is None else row.span_ms[0]
        for both in (True, False):
            for cue in found:
                same = (cue.index == row.cue, cue.start_ms == start)
                if all(same) if both else any(same):
                    return cue
        return None

    def moved(self, text: str) -> Cue | None:
        """The cue with that text wherever it is now, where one row and one cue have it."""
        found = self._by_text.get(even(text), [])
        return found[0] if len(found) == 1 and self._rows[even(text)] == 1 else None


def _from_corrected(row: SheetRow, places: _Places, desk: _Desk) -> Iterator[_Wanted]:
    original, corrected = row.original.text, row.corrected.text
    cue = places.there(row, original)
    if cue is None and places.there(row, corrected) is not None:
        return  # it was applied before
    cue = cue or _unchanged(row, places, desk) or places.moved(original)
    if cue is None:
        desk.group(row.row, "sheet-row-stale")
        return
    text = restored(corrected, cue.text)
    if desk.sheet.resaved and text == cue.text.lstrip("0") != cue.text:
        desk.refuse(row.row, "sheet-cell-number", text=text[:40])
    elif text != cue.text:
        yield _Wanted(row=row.row, cue=cue.index, text=text)


def _unchanged(row: SheetRow, places: _Places, desk: _Desk) -> Cue | None:
    """The cue of a row whose original was changed in the sheet, and not in the file."""
    cue = places.at(row)
    if cue is None:
        return None
    known = desk.sheet.digests.get((row.side, cue.index))
    if known is not None:
        return cue if known == digest(cue.text) else None
    if desk.sheet.resaved and convertible(row.original.text) and row.span_ms is not None:
        return cue if abs(cue.start_ms - row.span_ms[0]) <= _SAME_START_MS else None
    return None


def _from_original(row: SheetRow, places: _Places, desk: _Desk) -> Iterator[_Wanted]:
    """What was changed in the column of the original text, where that can be told."""
    text = row.original.text
    if row.cue is None or places.there(row, text) is not None:
        return
    known = desk.sheet.digests.get((row.side, row.cue))
    if known is None:
        converted = desk.sheet.resaved and convertible(text)
        if not converted and places.moved(text) is None:
            desk.group(row.row, "sheet-row-differs")
        return
    if known == digest(text):
        return  # the file has changed since, the sheet has not
    cue = _unchanged(row, places, desk)
    if cue is None:
        desk.group(row.row, "sheet-row-stale")
    elif not text:
        desk.refuse(row.row, "sheet-row-emptied", "text")
    elif kind := conversion(text, resaved=False):
        desk.refuse(row.row, f"sheet-cell-{kind}", "text", text=text[:40])
    else:
        title = desk.sheet.title(f"{row.side}_text")
        text = restored(text, cue.text)
        yield _Wanted(row=row.row, cue=cue.index, text=text, column=title)


def _agreed(wanted: Sequence[_Wanted], desk: _Desk) -> list[_Wanted]:
    """One text a cue; rows that contradict each other are refused, all of them."""
    by_cue: dict[int, list[_Wanted]] = {}
    for one in wanted:
        by_cue.setdefault(one.cue, []).append(one)
    agreed = []
    for cue, several in by_cue.items():
        if len({one.text for one in several}) == 1:
            agreed.append(several[0])
            continue
        for one, other in zip(several, [*several[1:], several[0]], strict=True):
            desk.refuse(one.row, "sheet-row-contradiction", other=other.row, cue=cue + 1)
    return agreed


def _replaced(draft: Draft, wanted: Sequence[_Wanted], desk: _Desk) -> tuple[Draft, list[_Wanted]]:
    """The draft with these texts, and those that it has; half of them at a time if need be."""
    if not wanted:
        return draft, []
    cues = {
        one.cue: replace(draft.track.cues[one.cue], text=one.text, plain_text=None)
        for one in wanted
    }
    try:
        after = draft.edited(cues)
    except FormatError:
        after = None
    # It may read back here, and other programs would stumble: a blank line, an arrow.
    if after is not None and not _problems(after.track) - _problems(draft.track):
        return after, list(wanted)
    if len(wanted) == 1:
        column = "corrected" if wanted[0].column is None else "text"
        desk.refuse(wanted[0].row, "sheet-row-unwritable", column)
        return draft, []
    half = len(wanted) // 2
    draft, first = _replaced(draft, wanted[:half], desk)
    draft, second = _replaced(draft, wanted[half:], desk)
    return draft, first + second


def _problems(track: Track) -> Counter[str]:
    return Counter(p.code for p in track.problems if grade(p.code) != "info")


def _inserted(
    draft: Draft, rows: Sequence[SheetRow], desk: _Desk
) -> tuple[Draft, tuple[int, ...], list[Fix]]:
    """The draft with a cue for each row that has a text and no cue, and their indices."""
    cues = list(draft.track.cues)
    new: dict[CueInsert, int] = {}
    for row in rows:
        text = row.corrected.text
        span = row.span_ms or _by_clock(row, desk)
        if _there(cues, text, span):
            continue
        room = _room(cues, span)
        if isinstance(room, Cue):
            desk.refuse(row.row, "sheet-row-time-taken", cue=room.index + 1)
            continue
        one = CueInsert(start_ms=room[0], end_ms=room[1], text=text)
        new[one] = row.row
        cues.append(Cue(index=len(cues), start_ms=room[0], end_ms=room[1], text=text))
    draft, made, indices = _put_in(draft, tuple(new), new, desk)
    fixes = [
        Fix(
            side=desk.side,
            kind="cue-from-sheet",
            safety="safe",
            inserts=(one,),
            params={"row": new[one]},
        )
        for one in made
    ]
    return draft, indices, fixes


def _put_in(
    draft: Draft, new: Sequence[CueInsert], rows: Mapping[CueInsert, int], desk: _Desk
) -> tuple[Draft, tuple[CueInsert, ...], tuple[int, ...]]:
    """The draft with these cues, those that it has and where; half of them if need be."""
    if not new:
        return draft, (), ()
    try:
        after, indices = draft.with_cues(new)
    except FormatError:
        after, indices = None, ()
    if after is not None and not _problems(after.track) - _problems(draft.track):
        return after, tuple(new), indices
    if len(new) == 1:
        desk.refuse(rows[new[0]], "sheet-row-unwritable")
        return draft, (), ()
    half = len(new) // 2
    draft, first, places = _put_in(draft, new[:half], rows, desk)
    draft, second, later = _put_in(draft, new[half:], rows, desk)
    for at in later:
        places = (*(place + (place >= at) for place in places), at)
    return draft, first + second, tuple(sorted(places))


def _there(cues: Sequence[Cue], text: str, span: tuple[int, int]) -> bool:
    """Whether a cue with that text is there at that time already."""
    return any(
        cue.start_ms < span[1] and span[0] < cue.end_ms and even(cue.text) == even(text)
        for cue in cues
    )


def _room(cues: Sequence[Cue], span: tuple[int, int]) -> tuple[int, int] | Cue:
    """The span without what other cues take of it, or the cue that leaves too little."""
    start, end = span
    for cue in cues:
        if cue.start_ms >= span[1] or cue.end_ms <= span[0]:
            continue
        if cue.start_ms + cue.end_ms <= sum(span):  # it lies before
            start = max(start, cue.end_ms)
        else:
            end = min(end, cue.start_ms)
        if end - start < max(_SHORTEST_MS, (span[1] - span[0]) / 2):
            return cue
    return start, end


def _by_clock(row: SheetRow, desk: _Desk) -> tuple[int, int]:
    """A row's time from the other language's, by the clock between the two tracks."""
    assert row.other_ms is not None  # noqa: S101 - a row without any time was refused
    if desk.clock is None:
        desk.clock = _clock(desk)
    start, end = row.other_ms
    first = max(0, round(desk.clock(start)))
    return first, max(first + 1, first + end - start)


def _clock(desk: _Desk) -> ToOwn:
    if len(desk.tracks) == len(LANGUAGES):
        between = align(desk.tracks["bo"], desk.tracks["zh"])
        return between.to_bo_ms if desk.side == "bo" else between.to_zh_ms
    # The sheet itself shows how the two lie to each other, next to that time.
    pairs = sorted(
        (row.other_ms[0], row.span_ms[0])
        for row in desk.sheet.rows
        if row.side == desk.side and row.cue is not None and row.other_ms and row.span_ms
    )
    if not pairs:
        return float

    def near(ms: int) -> float:
        other, own = min(pairs, key=lambda pair: (abs(pair[0] - ms), pair))
        return ms + own - other

    return near
