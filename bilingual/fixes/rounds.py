"""From findings to fixed files, in rounds.

Each round makes every fix that does not conflict with another, reads the files again
and looks at them with the same rules. A fix that does not remove its finding,
or brings one that was not there, is taken back and shown instead. The rounds
end when nothing is left to make, so that a fixed file has nothing to fix.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from bilingual.checks.engine import rules
from bilingual.errors import FormatError, InputError
from bilingual.fixes.draft import Draft, draft_of
from bilingual.fixes.model import Fix, Fixed, FixedTrack, Hand, Held, HeldFix, Left
from bilingual.fixes.suggested import fixes_of
from bilingual.model import LANGUAGES, Cue, Finding, Language, Report, Track
from bilingual.pipeline.verify import Collected, examine
from bilingual.progress import Callback, Progress
from bilingual.showing import logger

STAGE: Final = "fix"
_MOST_PASSES: Final = 16
_MOST_SINGLES: Final = 40  # refused fixes that are tried once more, one at a time
_DEEPEST: Final = 4  # fixes that follow from fixes

_log = logger(__name__)

Key = tuple[Any, ...]


@dataclass(slots=True, kw_only=True)
class _Desk:
    """The files, the report on them, and which fixes were refused."""

    work: Collected
    report: Report
    drafts: dict[Language, Draft]
    unsafe: bool
    applied: dict[Language, list[Fix]] = field(default_factory=dict)
    refused: dict[Key, Held] = field(default_factory=dict)

    @property
    def sides(self) -> tuple[Language, ...]:
        return tuple(self.drafts)

    def wanted(self) -> list[Fix]:
        """The fixes that may be made now."""
        return [f for f in self.allowed(self.report) if _key(f) not in self.refused]

    def allowed(self, report: Report) -> list[Fix]:
        """The fixes that a report suggests, of the grades asked for."""
        grades = ("safe", "unsafe") if self.unsafe else ("safe",)
        fixes = fixes_of(report, self.sides)
        return [f for f in fixes if f.is_edit and f.safety in grades]


def fix_tracks(
    work: Collected,
    report: Report,
    *,
    files: Mapping[Language, bytes],
    unsafe: bool = False,
    sides: tuple[Language, ...] = LANGUAGES,
    progress: Callback | None = None,
) -> Fixed:
    """Fix the tracks of a work as far as its report suggests how.

    Nothing is written; ``FixedTrack.to_bytes`` is what a new file would hold.
    The number of cues and the format stay (tracks without a SubRip or WebVTT
    file of their own come out as SubRip). Fixing what was fixed changes nothing.

    :param work: what the first run collected; backends are not asked again about texts
        that stay.
    :param report: what :func:`examine` made of it.
    :param files: the bytes of each track's own subtitle file, where it has one.
    :param unsafe: make unsafe fixes too: those that may change what is meant.
    :param sides: which tracks to fix; a transcript is never one.
    :param progress: called with the stage ``fix`` and the rounds done.
    :raises FormatError: ``track-unwritable``: a track cannot be written at all.
    """
    on_progress = Progress(progress)
    drafts: dict[Language, Draft] = {}
    first: dict[Language, str] = {}
    originals: dict[Language, Track] = {}
    encodings: dict[Language, str | None] = {}
    for side in sides:
        track = report.bo if side == "bo" else report.zh
        if track is None or track.source == "transcript":
            continue
        drafts[side], first[side] = draft_of(side, track, files.get(side), shared=True)
        originals[side] = drafts[side].track
        encodings[side] = track.encoding
    desk = _Desk(work=work, report=report, drafts=drafts, unsafe=unsafe)
    for number in range(_MOST_PASSES):
        on_progress(STAGE, number, None)
        # Refused for the company it was in, a fix may be good by itself: again
        # from the start, until a pass over the files as they are changes nothing.
        desk.refused.clear()
        if not _pass(desk):
            break
    on_progress(STAGE, 1, 1)
    tracks = tuple(
        FixedTrack(
            side=side,
            name=draft.track.name or f"{side}.{draft.form}",
            form=draft.form,
            track=draft.track,
            original=originals[side],
            before=first[side],
            after=draft.text,
            encoding=encodings[side],
            changed=bool(desk.applied.get(side)),
            shared=draft.shared,
            applied=tuple(desk.applied.get(side, ())),
        )
        for side, draft in desk.drafts.items()
    )
    held = _held(desk)
    return Fixed(tracks=tracks, held=held, left=tuple(_left(desk, held)))


def _pass(desk: _Desk) -> bool:
    """Rounds until none is left, then the refused one by one; whether any was made."""
    made = False
    while chosen := _compatible(desk.wanted()):
        made |= _round(desk, chosen)
    again = [f for f in fixes_of(desk.report, desk.sides) if _key(f) in desk.refused]
    for fix in again[:_MOST_SINGLES]:
        if made or _round(desk, [fix]):
            return True
    return made


def _round(desk: _Desk, chosen: list[Fix]) -> bool:
    """Make these fixes, or refuse some of them; whether they were made.

    New findings that they cause may be fixed at once (a tsheg twice before a shad);
    any that remain count against them.
    """
    made = list(chosen)
    try:
        drafts = _apply(desk.drafts, chosen)
        report = _again(desk, drafts)
        for _ in range(_DEEPEST):
            brought = _brought(desk.report, report)
            further = _compatible([f for f in desk.allowed(report) if f.finding in brought])
            if not further:
                break
            made += further
            drafts = _apply(drafts, further)
            report = _again(desk, drafts)
    except InputError as error:  # no file can hold it, or the reference fits no more
        _log.info("a fix cannot be written: %s", error)
        _refuse_unwritable(desk, chosen)
        return False
    blamed = _blamed(desk.report, report, chosen)
    for fix in blamed:
        desk.refused[_key(fix)] = "brings-new"
    if blamed:
        return False
    desk.drafts, desk.report = drafts, report
    for fix in made:
        desk.applied.setdefault(fix.side, []).append(fix)
    return True


def _compatible(fixes: Sequence[Fix]) -> list[Fix]:
    """The fixes that touch different things; what rewrites a whole comes alone."""
    chosen: list[Fix] = []
    texts: dict[tuple[Language, int], list[tuple[int, int]]] = {}
    times: set[tuple[Language, int]] = set()
    whole: set[Language] = set()
    for fix in fixes:
        moved = {(fix.side, e.cue) for e in fix.times}
        if fix.side in whole or moved & times:
            continue
        if any(_meets(texts.get((fix.side, e.cue), []), e.start, e.end) for e in fix.texts):
            continue
        if fix.whole and any(f.side == fix.side for f in chosen):
            continue
        if fix.whole:
            whole.add(fix.side)
        chosen.append(fix)
        times |= moved
        for edit in fix.texts:
            texts.setdefault((fix.side, edit.cue), []).append((edit.start, edit.end))
    return chosen


def _meets(taken: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    """Whether a stretch shares or touches one that is taken."""
    return any(start <= b and a <= end for a, b in taken)


def _apply(drafts: Mapping[Language, Draft], fixes: Sequence[Fix]) -> dict[Language, Draft]:
    """New drafts with these fixes made.

    :raises FormatError: a file would not hold them.
    """
    after = dict(drafts)
    for side in drafts:
        draft = after[side]
        own = [f for f in fixes if f.side == side]
        if not own:
            continue
        cues = _edited(draft, own)
        timings = frozenset(i for f in own for i in f.retimed)
        before, draft = draft, draft.edited(cues, timings=timings)
        if any(f.whole for f in own):
            draft = draft.rewritten()
        after[side] = draft
        for other, beside in after.items():
            # The other language of the same file.
            if other != side and beside.shared and beside.text == before.text:
                after[other] = beside.following(draft)
    return after


def _edited(draft: Draft, fixes: Sequence[Fix]) -> dict[int, Cue]:
    cues: dict[int, Cue] = {}
    texts = sorted((e for f in fixes for e in f.texts), key=lambda e: -e.start)
    for edit in texts:
        cue = cues.get(edit.cue, draft.track.cues[edit.cue])
        text = cue.text[: edit.start] + edit.text + cue.text[edit.end :]
        cues[edit.cue] = replace(cue, text=text, plain_text=None)
    for fix in fixes:
        for time in fix.times:
            cue = cues.get(time.cue, draft.track.cues[time.cue])
            cues[time.cue] = replace(cue, start_ms=time.start_ms, end_ms=time.end_ms)
    return cues


def _again(desk: _Desk, drafts: Mapping[Language, Draft]) -> Report:
    """The report on the new files; all else that is known of the work is the same."""
    return examine(desk.work.with_tracks({side: d.track for side, d in drafts.items()}))


def _brought(before: Report, after: Report) -> list[Finding]:
    """Findings that were not there before."""
    old, new = (Counter(map(_place, r.findings)) for r in (before, after))
    return [f for f in after.findings if new[_place(f)] > old[_place(f)]]


def _blamed(before: Report, after: Report, chosen: Sequence[Fix]) -> list[Fix]:
    """Fixes that brought a finding or did not remove their own."""
    old, new = (Counter(map(_place, r.findings)) for r in (before, after))
    # A finding may have a fix for each track; it counts once.
    aimed = {id(f.finding): f.finding for f in chosen if f.finding is not None}
    targets = Counter(map(_place, aimed.values()))
    remaining = {place for place, n in targets.items() if new[place] > old[place] - n}
    brought = _brought(before, after)
    blamed = [
        fix
        for fix in chosen
        if (fix.finding is not None and _place(fix.finding) in remaining)
        or any(_near(fix, finding) for finding in brought)
    ]
    return blamed or (list(chosen) if brought else [])


def _place(finding: Finding) -> Key:
    """What a finding is known again by, when the texts have changed."""
    return finding.rule, finding.bo, finding.zh, str(finding.params.get("variant", ""))


def _near(fix: Fix, finding: Finding) -> bool:
    """Whether a finding is where a fix was made, or next to it."""
    own = finding.bo if fix.side == "bo" else finding.zh
    touched = fix.cues
    if fix.whole or (fix.encoding and not own) or len(touched) > 50:
        return True
    return any(abs(a - b) <= 1 for a in own for b in touched)


def _refuse_unwritable(desk: _Desk, chosen: Sequence[Fix]) -> None:
    """Find out which of the fixes no file can hold."""
    refused = False
    for fix in chosen:
        try:
            _apply(desk.drafts, [fix])
        except FormatError:
            desk.refused[_key(fix)] = "unwritable"
            refused = True
    if not refused:  # only together, or for what follows: one at a time, then
        for fix in chosen[1:] or chosen:
            desk.refused[_key(fix)] = "collides"


def _key(fix: Fix) -> Key:
    """What a fix is known again by in the next round."""
    return fix.side, fix.rule, fix.kind, fix.cues, str(sorted(fix.params.items(), key=str))


def _held(desk: _Desk) -> tuple[HeldFix, ...]:
    """The fixes that were not made, in the order of the last report's findings."""
    held = []
    for fix in fixes_of(desk.report, desk.sides):
        why: Held
        if not fix.is_edit or fix.safety == "display-only":
            why = "display-only"
        elif _key(fix) in desk.refused:
            why = desk.refused[_key(fix)]
        elif fix.safety == "unsafe" and not desk.unsafe:
            why = "unsafe"
        else:
            why = "collides"
        held.append(HeldFix(fix=fix, why=why))
    return tuple(held)


def _left(desk: _Desk, held: Sequence[HeldFix]) -> Iterator[Left]:
    """Every finding that is there after the fixes, and who can fix it."""
    known = rules()
    by_finding: dict[int, list[HeldFix]] = {}
    for one in held:
        by_finding.setdefault(id(one.fix.finding), []).append(one)
    for finding in desk.report.findings:
        own = tuple(by_finding.get(id(finding), ()))
        # Two findings may share one suggestion; it is a fix of the first of them.
        safety = "" if finding.suggestion is None else finding.suggestion.safety
        shared = not own and safety == "unsafe" and not desk.unsafe
        rule = known.get(finding.rule)
        hand: Hand = "reviewer" if rule is None else rule.fixer
        if shared or any(one.why == "unsafe" for one in own):
            hand = "unsafe"
        yield Left(finding=finding, hand=hand, held=own)
