"""Corrected texts from a sheet, put into new subtitle files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bilingual.errors import FormatError, InputError
from bilingual.fixes.draft import draft_of
from bilingual.fixes.model import Fix, Fixed, FixedTrack, TextEdit
from bilingual.fixes.sheet import Correction, named_rows, showable
from bilingual.formats.codes import grade
from bilingual.model import LANGUAGES, Language, Track


def correct_tracks(
    tracks: Mapping[Language, Track],
    corrections: Sequence[Correction],
    *,
    files: Mapping[Language, bytes],
    sheet: str = "",
) -> Fixed:
    """Tracks with the corrected texts of a sheet; times and all else stay.

    :param tracks: the tracks that the sheet was made of.
    :param files: the bytes of each track's own file, where it has one.
    :param sheet: the sheet's name, for messages.
    :raises InputError: ``sheet-track-missing``: a correction's track is not given;
        ``sheet-stale``: a cue is not there or reads otherwise than in the sheet;
        ``sheet-text-unwritable``: no subtitle file can hold a corrected text.
    """
    for side in LANGUAGES:
        own = [c for c in corrections if c.side == side]
        if own and side not in tracks:
            raise InputError("sheet-track-missing", path=sheet, option=side, count=len(own))
    return Fixed(
        tracks=tuple(
            _corrected(side, track, [c for c in corrections if c.side == side], files, sheet)
            for side, track in tracks.items()
        )
    )


def _corrected(
    side: Language,
    track: Track,
    corrections: Sequence[Correction],
    files: Mapping[Language, bytes],
    sheet: str,
) -> FixedTrack:
    draft, before = draft_of(side, track, files.get(side))
    stale = [c.row for c in corrections if not _fits(c, draft.track)]
    if stale:
        raise InputError(
            "sheet-stale", path=sheet, rows=named_rows(stale), track=draft.track.name or side
        )
    made = []
    for one in corrections:
        cue = draft.track.cues[one.cue]
        if one.text == cue.text:
            continue
        try:
            after = draft.edited({one.cue: replace(cue, text=one.text, plain_text=None)})
        except FormatError:
            raise InputError("sheet-text-unwritable", path=sheet, row=one.row) from None
        # It reads back here, but other programs would stumble: a blank line, an arrow.
        if _problems(after.track) - _problems(draft.track):
            raise InputError("sheet-text-unwritable", path=sheet, row=one.row)
        draft = after
        edit = TextEdit(cue=one.cue, start=0, end=len(cue.text), text=one.text)
        made.append(Fix(side=side, kind="from-sheet", safety="safe", texts=(edit,)))
    return FixedTrack(
        side=side,
        name=draft.track.name or f"{side}.{draft.form}",
        form=draft.form,
        track=draft.track,
        before=before,
        after=draft.text,
        encoding=track.encoding,
        changed=bool(made),
        applied=tuple(made),
    )


def _problems(track: Track) -> Counter[str]:
    return Counter(p.code for p in track.problems if grade(p.code) != "info")


def _fits(one: Correction, track: Track) -> bool:
    """Whether the cue reads as the sheet says; blank lines' ends and spaces aside."""
    if one.cue >= len(track.cues):
        return False
    return _even(showable(track.cues[one.cue].text)) == _even(one.original)


def _even(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().split("\n")]
