"""What was changed and what is left, for a terminal: sentences, and the diff on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bilingual.fixes import Fix, Fixed, FixedTrack, HeldFix, Left
from bilingual.fixes.changes import Change, changes_of, unseen
from bilingual.fixes.model import Hand
from bilingual.locale import enumerated, sentence
from bilingual.model import LANGUAGES, Finding, Language, Track
from bilingual.render.text.columns import columns_of
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
from bilingual.showing import shown_lines

_WIDTH: Final = 90
_CONTEXT: Final = 12
"""Letters that are shown around a change in a text that is too long to be shown."""
_EACH: Final = 3
"""Findings of one rule that are listed one by one; more are one line with every place."""
_HANDS: Final[tuple[Hand, ...]] = ("unsafe", "translator", "film-maker", "reviewer")
_SIDES: Final[tuple[Language, ...]] = ("zh", "bo")

Tracks = dict[Language, Track]


def render_fixes(
    fixed: Fixed, language: str = "zh", *, diff: bool = False, cli: bool = True
) -> str:
    """Each track's changes as sentences, then what is left and who can fix it.

    :param diff: whether to show each track's changes as a unified diff too. Control and
        hidden characters are made visible in it, so it is for reading;
        ``FixedTrack.diff`` gives one for ``patch``.
    :param cli: as for :func:`bilingual.render.words.remedy`.
    """
    lines: list[str] = []
    shown: set[str] = set()
    for track in fixed.tracks:
        lines += _track(track, language)
        # A file with both languages that is changed in both has one diff.
        if diff and not (track.shared and track.after in shown):
            lines += [visible(line) for line in track.diff().split("\n") if line]
            shown.add(track.after)
    lines += _one_file(fixed, language)
    lines += _left(fixed, language, cli)
    lines += _refused(fixed, language, cli)
    return shown_lines(lines)


# What was changed


def _track(track: FixedTrack, language: str) -> Iterator[str]:
    params = {"role": ui("role-" + track.side, language), "name": visible(track.name)}
    if not track.changed:
        yield ui("fix-track-none", language, **params)
        return
    yield ui("fix-track", language, count=len(track.applied), **params)
    if track.encoding not in (None, "utf-8"):
        yield ui("fix-encoding", language, encoding=track.encoding)
    for run in _runs(tuple(changes_of(track)), language):
        yield from _changed(run, language)
    for fix in unseen(track):
        if fix.encoding is None:
            said = (
                fix_title(fix, language) if fix.finding is None else message(fix.finding, language)
            )
            yield ui("fix-corrected", language, message=said)


def _one_file(fixed: Fixed, language: str) -> Iterator[str]:
    """What becomes of a file with both languages."""
    if not any(track.changed for track in fixed.tracks):
        return
    name = visible(fixed.tracks[0].name)
    if fixed.apart:
        yield ui("fix-apart", language, name=name)
    elif len(fixed.tracks) == len(LANGUAGES) and all(track.shared for track in fixed.tracks):
        yield ui("fix-shared", language, name=name)


def _runs(changes: Sequence[Change], language: str) -> Iterator[list[Change]]:
    """Cues behind each other that were moved by the same time for the same reason, together."""
    run: list[Change] = []
    for change in changes:
        joins = (
            run
            and change.moved_ms is not None
            and run[-1].moved_ms is not None
            and abs(change.moved_ms - run[0].moved_ms) <= 1  # type: ignore[operator]
            and change.after.index == run[-1].after.index + 1
            and why(change.fixes, language) == why(run[-1].fixes, language)
        )
        if run and not joins:
            yield run
            run = []
        run.append(change)
    if run:
        yield run


def _changed(run: Sequence[Change], language: str) -> Iterator[str]:
    """Sentences on one cue, or on several that were moved together."""
    first, last = run[0], run[-1]
    numbers = {"first": first.after.index + 1, "last": last.after.index + 1, "count": len(run)}
    cues = ui("fix-cue" if len(run) == 1 else "fix-cues", language, **numbers)
    params: dict[str, Any] = {"cues": cues, "why": why(first.fixes, language)}
    old, new = first.before, first.after
    if old is None:
        span = _span(new.start_ms, new.end_ms)
        yield ui("fix-inserted", language, span=span, text=visible(new.text), **params)
        return
    if old.text != new.text:
        before, after = excerpts(visible(old.text), visible(new.text))
        at = clock(old.start_ms)
        yield ui("fix-text", language, at=at, before=before, after=after, **params)
    if first.moved_ms is not None:
        code = "fix-later" if first.moved_ms > 0 else "fix-earlier"
        moved = f"{abs(first.moved_ms) / 1000:.3f}"
        starts = {"before": exact_clock(old.start_ms), "after": exact_clock(new.start_ms)}
        yield ui(code, language, seconds=moved, **starts, **params)
    elif (old.start_ms, old.end_ms) != (new.start_ms, new.end_ms):
        spans = {
            "before": _span(old.start_ms, old.end_ms),
            "after": _span(new.start_ms, new.end_ms),
        }
        yield ui("fix-time", language, **spans, **params)


def why(fixes: Sequence[Fix], language: str) -> str:
    """Why something was changed: the rules' titles, or the row of the sheet."""
    return enumerated(dict.fromkeys(_reason(fix, language) for fix in fixes), language)


def _reason(fix: Fix, language: str) -> str:
    if "row" not in fix.params:
        return fix_title(fix, language)
    column = fix.params.get("column")
    code = "fix-row" if column is None else "fix-row-column"
    return ui(code, language, row=fix.params["row"], column=visible(str(column)))


def fix_title(fix: Fix, language: str) -> str:
    """What a fix is called: its rule's title, or its own where no rule speaks of it."""
    return (
        ui("fix-kind-" + fix.kind, language) if fix.rule is None else rule_title(fix.rule, language)
    )


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two texts as they are, or only where they differ if they are too long for a line."""
    from wcwidth import iter_graphemes

    if max(columns_of(before), columns_of(after)) <= _WIDTH:
        return before, after
    old, new = list(iter_graphemes(before)), list(iter_graphemes(after))
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    start, rest = max(0, head - _CONTEXT), max(0, tail - _CONTEXT)

    def cut(text: Sequence[str]) -> str:
        end = len(text) - rest
        return ("…" if start else "") + "".join(text[start:end]) + ("…" if rest else "")

    return cut(old), cut(new)


def _span(start_ms: int, end_ms: int) -> str:
    return f"{exact_clock(start_ms)}–{exact_clock(end_ms)}"


# What is left


def _left(fixed: Fixed, language: str, cli: bool) -> Iterator[str]:
    """Every finding that is left, by who can fix it; and fixes that no rule speaks of."""
    tracks: Tracks = {track.side: track.track for track in fixed.tracks}
    if fixed.left:
        yield ""
        yield ui("fix-left", language, count=len(fixed.left))
    for hand in _HANDS:
        own = [one for one in fixed.left if one.hand == hand]
        if own:
            yield sentence("ui", "fix-hand-" + hand, {"count": len(own)}, language, cli=cli)
        for several in _by_rule(own):
            if len(several) > _EACH:
                yield from _together(several, language, cli)
            else:
                for one in several:
                    yield from _alone(one, tracks, language, cli)
    for held in fixed.held:
        if held.fix.finding is None:
            yield from _held(held, tracks, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """A fix that may change the meaning and was not made, in words."""

    title: str
    message: str
    changes: tuple[str, ...]


def doubtful_fixes(fixed: Fixed, language: str) -> list[Doubtful]:
    """What could be changed too and was not, since the meaning may change."""
    tracks: Tracks = {track.side: track.track for track in fixed.tracks}
    return [
        Doubtful(
            title=_title(one.finding, language),
            message=message(one.finding, language),
            changes=tuple(
                line.strip() for held in one.held for line in _changes(held.fix, tracks, language)
            ),
        )
        for one in fixed.left
        if one.hand == "unsafe"
    ]


def _by_rule(left: Sequence[Left]) -> list[list[Left]]:
    """The findings of each rule, those of the gravest rule first."""
    rules: dict[str, list[Left]] = {}
    for one in left:
        rules.setdefault(one.finding.rule, []).append(one)
    return sorted(rules.values(), key=lambda own: -max(f.finding.severity.rank for f in own))


def _alone(one: Left, tracks: Tracks, language: str, cli: bool) -> Iterator[str]:
    finding = one.finding
    place = _place(finding, tracks, language)
    title = _title(finding, language)
    marks = [f"  [{ui('fix-why-' + h.why, language)}]" for h in one.held if h.why in _SAID]
    yield f"  {title}{'  ' if place else ''}{place}" + "".join(dict.fromkeys(marks))
    yield f"      {message(finding, language)}"
    changes = [line for held in one.held for line in _changes(held.fix, tracks, language)]
    yield from changes
    if not changes:
        yield f"      → {remedy(finding, language, cli=cli)}"


_SAID: Final = frozenset({"collides", "brings-new", "unwritable"})


def _together(several: Sequence[Left], language: str, cli: bool) -> Iterator[str]:
    """Many findings of one rule: how many, one of them in words, and where they all are."""
    finding = several[0].finding
    yield f"  {_title(finding, language)} ×{len(several)}"
    yield ui("fix-for-example", language, message=message(finding, language))
    for side in _SIDES:
        cues = {cue for one in several for cue in _cues(one.finding, side)}
        if cues and (side == "bo" or not any(one.finding.bo for one in several)):
            yield f"      {ui('cue-number-' + side, language, numbers=_numbers(sorted(cues)))}"
    remedies = {remedy(one.finding, language, cli=cli) for one in several}
    if len(remedies) == 1:
        yield f"      → {remedies.pop()}"


def _title(finding: Finding, language: str) -> str:
    severity = ui("severity-" + finding.severity, language)
    return f"[{severity}] {rule_title(finding.rule, language)}"


def _cues(finding: Finding, side: Language) -> tuple[int, ...]:
    return finding.bo if side == "bo" else finding.zh


def _numbers(cues: Sequence[int]) -> str:
    """Cue numbers, those behind each other as a range."""
    parts: list[list[int]] = []
    for cue in cues:
        if parts and cue == parts[-1][-1] + 1:
            parts[-1].append(cue)
        else:
            parts.append([cue])
    return ",".join(str(p[0] + 1) + (f"–{p[-1] + 1}" if len(p) > 1 else "") for p in parts)


def _place(finding: Finding, tracks: Tracks, language: str) -> str:
    named = [
        ui("cue-number-" + side, language, numbers=_numbers(sorted(_cues(finding, side))))
        for side in _SIDES
        if _cues(finding, side)
    ]
    starts = [
        tracks[side].cues[cue].start_ms
        for side in LANGUAGES
        if side in tracks
        for cue in _cues(finding, side)[:1]
    ]
    if finding.span_ms is not None:
        starts = [finding.span_ms.start_ms]
    return "  ".join([*(clock(start) for start in starts[:1]), *named])


def _changes(fix: Fix, tracks: Tracks, language: str) -> Iterator[str]:
    """What a fix would change, as pairs of texts or of times, made visible."""
    track = tracks[fix.side]
    pairs: list[tuple[str, str]] = []
    by_cue: dict[int, list[Any]] = {}
    for edit in fix.texts:
        by_cue.setdefault(edit.cue, []).append(edit)
    for cue, edits in by_cue.items():
        before = after = track.cues[cue].text
        for edit in sorted(edits, key=lambda e: -e.start):
            after = after[: edit.start] + edit.text + after[edit.end :]
        pairs.append(excerpts(visible(before), visible(after)))
    for time in fix.times:
        old = track.cues[time.cue]
        pairs.append((_span(old.start_ms, old.end_ms), _span(time.start_ms, time.end_ms)))
    code = "fix-times" if fix.times else "fix-before-after"
    for before, after in pairs[:_EACH]:
        yield ui(code, language, before=before, after=after)
    if len(pairs) > _EACH:
        yield ui("fix-more", language, count=len(pairs) - _EACH)


def _held(one: HeldFix, tracks: Tracks, language: str) -> Iterator[str]:
    """A fix that was not made and that no finding is about."""
    title = fix_title(one.fix, language)
    yield f"  {title}  [{ui('fix-why-' + one.why, language)}]"
    yield from _changes(one.fix, tracks, language)


def _refused(fixed: Fixed, language: str, cli: bool) -> Iterator[str]:
    """The rows of a sheet that were left out, and why."""
    if not fixed.refused:
        return
    count = len({row for one in fixed.refused for row in one.rows})
    yield ""
    yield ui("fix-refused", language, count=count, name=visible(fixed.sheet))
    for one in fixed.refused:
        words = visible(reason(one.reason, language, cli=cli))
        yield ui("fix-refused-line", language, sentence=words)
