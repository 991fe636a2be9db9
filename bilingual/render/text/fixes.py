"""What was fixed and what was not, for a terminal: a diff, then what is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bilingual.fixes import Fix, Fixed, FixedTrack, HeldFix
from bilingual.model import LANGUAGES, Track
from bilingual.render.text.columns import shorten
from bilingual.render.words import (
    clock,
    exact_clock,
    message,
    reason,
    remedy,
    rule_title,
    ui,
    visible,
)

_SHOWN: Final = 40
_WIDTH: Final = 90


def render_fixes(fixed: Fixed, language: str = "zh", *, held: bool = True) -> str:
    """Each track's changes as a unified diff, then the fixes that were not made.

    Control and hidden characters are made visible, so the diff is for reading;
    ``FixedTrack.diff`` gives one for ``patch``.

    :param held: whether to list the fixes that were not made.
    """
    lines: list[str] = []
    shown: set[str] = set()
    for track in fixed.tracks:
        lines += _track(track, language)
        # A file with both languages that is changed in both has one diff.
        if track.changed and not (track.shared and track.after in shown):
            lines += _diff(track, language)
            shown.add(track.after)
    lines += _one_file(fixed, language)
    if held and fixed.held:
        lines += ["", ui("fix-held", language, count=len(fixed.held))]
        tracks = {t.side: t.track for t in fixed.tracks}
        for one in fixed.held[:_SHOWN]:
            lines += _held(one, tracks[one.fix.side], language)
        if len(fixed.held) > _SHOWN:
            lines.append(ui("fix-held-more", language, count=len(fixed.held) - _SHOWN))
    lines += _refused(fixed, language)
    return "\n".join(lines) + "\n"


def _refused(fixed: Fixed, language: str) -> Iterator[str]:
    """The rows of a sheet that were left out, and why."""
    if not fixed.refused:
        return
    count = len({row for one in fixed.refused for row in one.rows})
    yield ""
    yield ui("fix-refused", language, count=count, name=visible(fixed.sheet))
    for one in fixed.refused:
        sentence = visible(reason(one.reason, language))
        yield ui("fix-refused-line", language, sentence=sentence)


def _track(track: FixedTrack, language: str) -> Iterator[str]:
    params = {"role": ui("role-" + track.side, language), "name": visible(track.name)}
    if not track.changed:
        yield ui("fix-track-none", language, **params)
        return
    yield ui("fix-track", language, count=len(track.applied), **params)
    for title, count in Counter(fix_title(f, language) for f in track.applied).items():
        yield ui("fix-made", language, title=title, count=count)
    if track.encoding not in (None, "utf-8"):
        yield ui("fix-encoding", language, encoding=track.encoding)


def _diff(track: FixedTrack, language: str) -> Iterator[str]:
    diff = track.diff()
    if not diff:
        yield ui("fix-same-lines", language)
    yield from (visible(line) for line in diff.split("\n") if line)


def _one_file(fixed: Fixed, language: str) -> Iterator[str]:
    """What becomes of a file with both languages."""
    if not any(track.changed for track in fixed.tracks):
        return
    name = visible(fixed.tracks[0].name)
    if fixed.apart:
        yield ui("fix-apart", language, name=name)
    elif len(fixed.tracks) == len(LANGUAGES) and all(track.shared for track in fixed.tracks):
        yield ui("fix-shared", language, name=name)


def fix_title(fix: Fix, language: str) -> str:
    """What a fix is called: its rule's title, or its own where no rule speaks of it."""
    return (
        ui("fix-kind-" + fix.kind, language) if fix.rule is None else rule_title(fix.rule, language)
    )


def _held(one: HeldFix, track: Track, language: str) -> Iterator[str]:
    fix = one.fix
    place = _place(fix, track, language)
    yield f"  {place}{fix_title(fix, language)}  [{ui('fix-why-' + one.why, language)}]"
    if fix.finding is not None:
        yield f"      {message(fix.finding, language)}"
    change = changes(fix, track)
    for before, after in change[:3]:
        code = "fix-times" if fix.times else "fix-before-after"
        yield ui(code, language, before=shorten(before, _WIDTH // 2), after=shorten(after, _WIDTH))
    if fix.finding is not None and not change:
        yield f"      → {remedy(fix.finding, language)}"


def _place(fix: Fix, track: Track, language: str) -> str:
    cues = fix.cues
    if fix.finding is not None and not cues:
        cues = fix.finding.bo if fix.side == "bo" else fix.finding.zh
    if not cues or len(cues) >= len(track.cues):
        return ""
    numbers = ",".join(str(i + 1) for i in cues[:6]) + ("…" if len(cues) > 6 else "")
    start = clock(track.cues[cues[0]].start_ms)
    return f"{start}  {ui('cue-number-' + fix.side, language, numbers=numbers)}  "


def changes(fix: Fix, track: Track) -> Sequence[tuple[str, str]]:
    """What a fix would change, as pairs of texts or of times, made visible."""
    pairs: list[tuple[str, str]] = []
    by_cue: dict[int, list[Any]] = {}
    for edit in fix.texts:
        by_cue.setdefault(edit.cue, []).append(edit)
    for cue, edits in by_cue.items():
        before = after = track.cues[cue].text
        for edit in sorted(edits, key=lambda e: -e.start):
            after = after[: edit.start] + edit.text + after[edit.end :]
        pairs.append((visible(before), visible(after)))
    for time in fix.times:
        old = track.cues[time.cue]
        pairs.append((_span(old.start_ms, old.end_ms), _span(time.start_ms, time.end_ms)))
    return [(before, after) for before, after in pairs if before != after]


def _span(start_ms: int, end_ms: int) -> str:
    return f"{exact_clock(start_ms)}–{exact_clock(end_ms)}"
