"""A track compared with a second version of it: another's translation, an earlier draft.

Both are in one language and belong to one work, so that their times pair the cues;
sacrebleu then measures how similar the words are, of the work and of each cue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bilingual.errors import InputError
from bilingual.model import Cue, CueScore, Language, Measure, SecondVersion, Track
from bilingual.text.bead import BeadText
from bilingual.translation.scores import METRICS, cue_scores, similarity_measures


def compare_versions(
    track: Track, reference: Track, *, sha256: str | None = None
) -> tuple[SecondVersion, tuple[Measure, ...]]:
    """How similar a track is to a second version: each cue, and the whole.

    Cues of which one lasts half of the other or more at the same time go together,
    as many as hang on one another. Cues of either that have no counterpart are
    scored against nothing: BLEU and TER of the whole count them (chrF passes over what
    is not in the reference).

    :param track: the one that is judged, :param reference: the version it is
        compared with, in the same language.
    :returns: the cues with their scores, in the order of time; and ``similarity.chrf``,
        ``similarity.bleu`` and ``similarity.ter`` of the whole, none where neither has
        a cue.
    :raises InputError: ``reference-not-together``: fewer than half of the track's cues
        have a counterpart, so that the two are hardly of one work or one timing.
    """
    language: Language = track.language or reference.language or "bo"
    groups = paired(track.cues, reference.cues)
    met = sum(len(ours) for ours, theirs in groups if theirs)
    if 2 * met < len(track.cues):
        raise InputError(
            "reference-not-together",
            name=reference.name or "",
            met=met,
            cues=len(track.cues),
        )
    ours = [BeadText.of(language, track, own).line for own, _ in groups]
    theirs = [BeadText.of(language, reference, other).line for _, other in groups]
    scores = {metric: cue_scores(ours, theirs, language, metric) for metric in METRICS}
    version = SecondVersion(
        language=language,
        name=reference.name,
        sha256=sha256,
        signatures={metric: found[0].signature for metric, found in scores.items() if found},
        cues=tuple(
            CueScore(
                cues=own,
                reference=other,
                text=theirs[k],
                **{metric: found[k].value for metric, found in scores.items()},
            )
            for k, (own, other) in enumerate(groups)
        ),
    )
    return version, similarity_measures(ours, theirs, language)


def paired(
    ours: Sequence[Cue], theirs: Sequence[Cue]
) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Indices of the cues of two versions that go together, in the order of time.

    Every cue is in exactly one group; a group with one side empty has no counterpart.
    """
    group = {("ours", c.index): k for k, c in enumerate(ours)}
    group |= {("theirs", c.index): len(ours) + k for k, c in enumerate(theirs)}
    parent = list(range(len(group)))
    for cue, other in _simultaneous(ours, theirs):
        one, two = group["ours", cue.index], group["theirs", other.index]
        parent[_root(parent, one)] = _root(parent, two)
    found: dict[int, tuple[list[Cue], list[Cue]]] = {}
    for side, cues in enumerate((ours, theirs)):
        for cue in cues:
            key = _root(parent, group["theirs" if side else "ours", cue.index])
            found.setdefault(key, ([], []))[side].append(cue)
    ordered = sorted(found.values(), key=lambda g: min(c.start_ms for c in (*g[0], *g[1])))
    return tuple((tuple(c.index for c in a), tuple(c.index for c in b)) for a, b in ordered)


def _root(parent: list[int], k: int) -> int:
    """The one that stands for all of a group; the way there is made shorter."""
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


def _simultaneous(ours: Sequence[Cue], theirs: Sequence[Cue]) -> Iterator[tuple[Cue, Cue]]:
    """The pairs of cues of which one lasts half of the other at the same time."""
    later = sorted(theirs, key=lambda c: c.start_ms)
    first = 0
    longest = max((c.duration_ms for c in later), default=0)
    for cue in sorted(ours, key=lambda c: c.start_ms):
        while first < len(later) and later[first].start_ms < cue.start_ms - longest:
            first += 1
        for other in later[first:]:
            if other.start_ms >= cue.end_ms:
                break
            if _together(cue, other):
                yield cue, other


def _together(a: Cue, b: Cue) -> bool:
    common = min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms)
    return common > 0 and 2 * common >= min(a.duration_ms, b.duration_ms)
