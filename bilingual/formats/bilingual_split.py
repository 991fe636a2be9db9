"""A file with both languages: two tracks, however the languages are put together.

They are told apart by

``style``   each language has styles of its own (ASS);
``block``   all of one language comes first, and the times begin again;
``line``    a cue has lines of both;
``inline``  a line has first the one, then the other;
``cue``     a cue of one language is shown together with one of the other.

It takes two languages that go together: a cue that was left untranslated lies in a gap
of its track and is shown by itself, so a track with such cues is not split.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from bilingual.formats.registry import formats
from bilingual.formats.rows import SIZE, Row, alike, mixed_lines, pairs_in_brackets, rows_of
from bilingual.model import LANGUAGES, Cue, Language, Problem, Track
from bilingual.text.length import count_units
from bilingual.text.script import count_scripts, language_of

Side = Language | Literal["other"]
By = Literal["style", "block", "line", "inline", "cue"]

_LEAST: Final = 2
"""Fewest pairs that show that two languages go together."""
_RATE: Final = 0.03
"""Least share of pairs among the cues of the language that has more."""
_THOROUGH: Final = 0.5
"""The same where the other language has a file of its own."""
_TOGETHER: Final = 0.5
"""Least share of the shorter cue's time in which two cues are shown together; and of the
cues of the rarer language that go together with the other."""
_PURE: Final = 0.75
"""Least share of one language in a style or a block of it."""
_FEW_MIXED: Final = 0.1
"""Share of the cues that may be in styles with both languages, where the others have one each."""
_THIRD: Final = 0.3
"""From which share of the cues on words in a third language are a track of it."""
_LOOK_BACK: Final = 64

_TOKEN: Final = re.compile(r"[0-9\u0f20-\u0f29]+|[A-Za-z]{2,}")


def split(
    track: Track, *, wanted: Language | None = None, beside: bool = False
) -> tuple[Track, ...]:
    """Two tracks (Tibetan first) where the file has both languages, else the track.

    A third track, without a language, holds what is in a third language. A line without
    a script of its own (numbers, ``NASA``) goes where its place shows, and a cue that
    has nothing else goes into both. Indices are counted anew; ``Cue.line`` is the file's.

    :param wanted: the language that somebody looks for in the file: where it has less of
        it than of the other, a single pair is enough to go by.
    :param beside: the other language has a file of its own: a track that is mainly in
        the wanted one is split only where half of its cues have both.
    """
    counts = count_scripts("\n".join(cue.compared for cue in track.cues))
    if not counts.tibetan or not counts.han:
        return (track,)
    read = _Read(track)
    by = read.way(wanted, beside and wanted == track.language)
    return (track,) if by is None else read.tracks(by)


def languages_in(track: Track) -> Mapping[Language, int]:
    """How many cues of a track have text in each language."""
    found: Counter[Language] = Counter()
    for cue in track.cues:
        counts = count_scripts(cue.compared)
        found["bo"] += counts.tibetan > 0
        found["zh"] += counts.han > 0
    return {side: found[side] for side in LANGUAGES}


def other_than(side: Language) -> Language:
    """The other language of the two."""
    return "zh" if side == "bo" else "bo"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """How the languages of a track go together.

    ``both`` and ``inline`` are cues with both of them, ``shown`` those of one that are
    shown with one of the other; ``rare`` and ``common`` count the cues of the language
    that has fewer, and of the one that has more.
    """

    both: int
    inline: int
    shown: int
    rare: int
    common: int

    @property
    def count(self) -> int:
        return self.both + self.shown


class _Read:
    """A track under splitting: the rows of each cue, and the languages in them."""

    def __init__(self, track: Track) -> None:
        self.track = track
        form = formats().get(track.format or "")
        plain_of: Callable[[str], str] = str if form is None else form.plain
        brackets = pairs_in_brackets(row for cue in track.cues for row in cue.plain.split("\n"))
        self.rows = [rows_of(cue, plain_of, brackets=brackets) for cue in track.cues]
        self.sides: list[set[Side]] = [
            {row.kind for row in rows if row.kind is not None} for rows in self.rows
        ]
        self.main = [language_of(cue.compared) for cue in track.cues]
        self.order = self._order()
        self.single = self._single()
        self.third = self._third()

    # How the file is put together

    def way(self, wanted: Language | None, thorough: bool) -> By | None:
        """How the languages can be told apart; ``None`` where there is one track."""
        if not thorough:
            if self.styles() is not None:
                return "style"
            if self.block() is not None:
                return "block"
        pairs = self._pairs()
        fewer = min(LANGUAGES, key=lambda side: sum(side in s for s in self.sides))
        least, share = float(_LEAST), _THOROUGH if thorough else _RATE
        if wanted == fewer and not thorough:
            least, share = 1.0, 0.0
        if pairs.count < max(least, share * pairs.common) or pairs.count < _TOGETHER * pairs.rare:
            return None
        if thorough:
            if self.styles() is not None:
                return "style"
            if self.block() is not None:
                return "block"
        if pairs.shown > pairs.both:
            return "cue"
        return "inline" if pairs.inline > pairs.both / 2 else "line"

    def styles(self) -> Mapping[str, Side] | None:
        """The language of each style, where each has one and both languages have some.

        A style of a few titles may have both.
        """
        counted: dict[str, Counter[Side | None]] = {}
        for cue, sides, main in zip(self.track.cues, self.sides, self.main, strict=True):
            if cue.style is not None and sides:
                whole: Side | None = main or "other"
                counted.setdefault(cue.style, Counter())[
                    whole if len(sides - {"other"}) < len(LANGUAGES) else None
                ] += 1
        found: dict[str, Side] = {}
        mixed = 0
        for style, languages in counted.items():
            side, most = languages.most_common(1)[0]
            if most < _PURE * languages.total():
                mixed += languages.total()
            elif side is not None:
                found[style] = side
        if mixed > _FEW_MIXED * len(self.track.cues) or not {*LANGUAGES} <= set(found.values()):
            return None
        return found if self._sentences(found) else None

    def _sentences(self, styles: Mapping[str, Side]) -> bool:
        """Whether the texts of both languages are of a length: no labels beside sentences."""
        texts: dict[Side, list[str]] = {}
        for cue in self.track.cues:
            side = styles.get(cue.style or "")
            if side is not None and cue.compared.strip():
                texts.setdefault(side, []).append(cue.compared)
        means = [sum(map(count_units, texts[s])) / len(texts[s]) for s in LANGUAGES]
        return min(means) >= SIZE * max(means)

    def block(self) -> int | None:
        """The cue at which the second language begins and the times begin again."""
        cues = self.track.cues
        before: Counter[Language] = Counter()
        after = Counter(side for side in self.main if side)
        whole = after.copy()
        best: tuple[float, int] | None = None
        for at, side in enumerate(self.main):
            if at and cues[at].start_ms < cues[at - 1].start_ms and before and after:
                pure = max(before["bo"] + after["zh"], before["zh"] + after["bo"]) / whole.total()
                if best is None or pure > best[0]:
                    best = (pure, at)
            if side:
                before[side] += 1
                after[side] -= 1
        if best is None or best[0] < _PURE or min(whole.values()) < _LEAST:
            return None
        at = best[1]
        first, second = cues[:at], cues[at:]
        middle = sorted(cue.start_ms for cue in first)[len(first) // 2]
        began_again = min(cue.start_ms for cue in second) <= middle
        return at if began_again and self._one_language_each(at) else None

    def _one_language_each(self, at: int) -> bool:
        halves = (self.main[:at], self.main[at:])
        parts = [Counter(side for side in half if side) for half in halves]
        tops = [part.most_common(1)[0] for part in parts if part]
        return (
            len(tops) == len(LANGUAGES)
            and tops[0][0] != tops[1][0]
            and all(n >= _PURE * p.total() for (_, n), p in zip(tops, parts, strict=True))
        )

    def _order(self) -> tuple[Language, Language]:
        """Which language comes first, in a cue or among cues shown together."""
        first: Counter[Language] = Counter()
        last: tuple[int, Language] | None = None
        for cue, rows in zip(self.track.cues, self.rows, strict=True):
            sides = [row.kind for row in rows if row.kind in LANGUAGES]
            if len(set(sides)) > 1:
                first[sides[0]] += 1
            elif sides:
                side: Language = sides[0]
                if last is not None and last[1] != side and abs(last[0] - cue.start_ms) < 500:
                    first[last[1]] += 1
                last = (cue.start_ms, side)
        return ("bo", "zh") if first["bo"] > first["zh"] else ("zh", "bo")

    def _single(self) -> bool:
        """Whether a cue with both languages has a row of each and no more."""
        counts = Counter(
            len([row for row in rows if row.plain.strip() and row.kind != "other"])
            for rows, sides in zip(self.rows, self.sides, strict=True)
            if sides.issuperset(LANGUAGES)
        )
        return counts[2] >= _PURE * counts.total() > 0

    def _third(self) -> bool:
        """Whether words in a third language run through the whole file."""
        lettered = sum(1 for sides in self.sides if sides)
        other = sum(1 for sides in self.sides if "other" in sides)
        return other >= max(_LEAST, _THIRD * lettered)

    # Whether the languages go together

    def _pairs(self) -> _Pairs:
        cues = self.track.cues
        has = {side: [side in sides for sides in self.sides] for side in LANGUAGES}
        rare = min(LANGUAGES, key=lambda side: sum(has[side]))
        alone = {
            side: [n for n, sides in enumerate(self.sides) if sides - {"other"} == {side}]
            for side in LANGUAGES
        }
        together = [n for n, sides in enumerate(self.sides) if sides.issuperset(LANGUAGES)]
        fit = [n for n in together if alike(self._text(n, "bo"), self._text(n, "zh"))]
        others = sorted(alone[other_than(rare)], key=lambda n: cues[n].start_ms)
        starts = [cues[n].start_ms for n in others]
        shown = sum(
            alike(cues[n].plain, "".join(cues[k].plain for k in met))
            for n in alone[rare]
            if (met := _shown_with(cues[n], cues, others, starts))
        )
        return _Pairs(
            both=len(fit),
            inline=sum(any(row.inline for row in self.rows[n]) for n in fit),
            shown=shown,
            rare=sum(has[rare]),
            common=sum(has[other_than(rare)]),
        )

    def _text(self, number: int, side: Language) -> str:
        return "".join(row.plain for row in self.rows[number] if row.kind == side)

    # The tracks

    def tracks(self, by: By) -> tuple[Track, ...]:
        """A track for each language, told apart in that way."""
        parts: dict[Side, list[Cue]] = {"bo": [], "zh": [], "other": []}
        whole = self._whole_cues(by)
        for number, cue in enumerate(self.track.cues):
            side = whole.get(number)
            if side is not None:
                parts[side].append(replace(cue, index=len(parts[side])))
                continue
            rows = self.rows[number]
            for given, kept in self._given(rows).items():
                part = _part(cue, rows, kept, len(parts[given]))
                if part is not None:
                    parts[given].append(part)
        mixed = mixed_lines(self.track, self.rows) if not whole or by == "cue" else []
        found: list[Track] = []
        for language in LANGUAGES:
            note = Problem(
                line=None, code="split-by-script", params={"language": language, "by": by}
            )
            found.append(self._track(parts[language], language, (note,), mixed))
        if parts["other"]:
            found.append(self._track(parts["other"], None, (), []))
            count = Problem(line=None, code="third-language", params={"cues": len(parts["other"])})
            found[:2] = [replace(t, problems=(count, *t.problems)) for t in found[:2]]
        return tuple(found)

    def _track(
        self,
        cues: Sequence[Cue],
        language: Language | None,
        notes: tuple[Problem, ...],
        mixed: Sequence[Problem],
    ) -> Track:
        problems = (*notes, *self.track.problems, *mixed)
        return replace(self.track, cues=tuple(cues), problems=problems, language=language)

    def _whole_cues(self, by: By) -> dict[int, Side]:
        """The cues that go to one side whole, whatever is in them."""
        cues = self.track.cues
        styles = self.styles() if by == "style" else None
        if styles is not None:
            return {
                n: styles[cue.style]
                for n, cue in enumerate(cues)
                if cue.style in styles and cue.style is not None
            }
        at = self.block() if by == "block" else None
        if at is not None:
            first = Counter(side for side in self.main[:at] if side).most_common(1)[0][0]
            other = other_than(first)
            return {n: first if n < at else other for n in range(len(cues))}
        return self._partners() if by == "cue" else {}

    def _partners(self) -> dict[int, Side]:
        """Cues without a script, or twice in one, that are shown with one more."""
        cues = self.track.cues
        order = sorted(range(len(cues)), key=lambda n: (cues[n].start_ms, n))
        found: dict[int, Side] = {}
        groups: list[list[int]] = []
        for n in order:
            if groups and _together(cues[groups[-1][0]], cues[n]):
                groups[-1].append(n)
            else:
                groups.append([n])
        for group in groups:
            if len(group) != len(LANGUAGES):
                continue
            sides = [self.sides[n] - {"other"} for n in group]
            if sides[0] == sides[1] and len(sides[0]) < len(LANGUAGES):
                if cues[group[0]].plain == cues[group[1]].plain:
                    found |= dict(zip(sorted(group), self.order, strict=True))
                continue
            for n, own, beside in zip(group, sides, reversed(sides), strict=True):
                if not own and not self.sides[n] and len(beside) == 1:
                    (side,) = beside
                    if side in LANGUAGES:
                        found[n] = other_than(side)
        return found

    def _given(self, rows: Sequence[Row]) -> dict[Side, list[int]]:
        """Which rows of a cue go to which side; the same to both where nothing shows it."""
        kinds: list[Side | None] = [
            None if row.kind == "other" and not self.third else row.kind for row in rows
        ]
        known = {kind for kind in kinds if kind in LANGUAGES}
        inside = [n for n, kind in enumerate(kinds) if kind != "other" and rows[n].plain.strip()]
        halves = self._halves(rows, kinds, inside)
        if halves is not None:
            for n, side in halves.items():
                kinds[n] = side
        elif not known:
            return _to_both(kinds, speaks=bool(inside))
        current: Side | None = next((k for k in kinds if k is not None and k != "other"), None)
        found: dict[Side, list[int]] = {}
        for n, own in enumerate(kinds):
            # A row without a script of its own goes with the one before it.
            taken = current if own is None else own
            current = current if taken == "other" else taken
            if taken is not None:
                found.setdefault(taken, []).append(n)
        return found

    def _halves(
        self, rows: Sequence[Row], kinds: Sequence[Side | None], inside: Sequence[int]
    ) -> dict[int, Side] | None:
        """One row each by their order, where a row has no script or both have the same."""
        if len(inside) != len(LANGUAGES):
            return None
        one, two = inside
        if rows[one].plain.strip() == rows[two].plain.strip():
            return dict(zip(inside, self.order, strict=True)) if self.single else None
        known = [kinds[one], kinds[two]]
        if known == [None, None]:
            return dict(zip(inside, self.order, strict=True)) if self.single else None
        if None not in known:
            return None
        empty = known.index(None)
        side = known[1 - empty]
        if side not in LANGUAGES or self.order[empty] == side:
            return None
        text, beside = rows[inside[empty]].plain, rows[inside[1 - empty]].plain
        tokens = _TOKEN.findall(text)
        # A number below a Chinese line may be its second line; it is the Tibetan
        # where it says no more than the Chinese does.
        if not tokens or (side == "zh" and not all(token in beside for token in tokens)):
            return None
        return dict(zip(inside, self.order, strict=True))


def _shown_with(
    cue: Cue, cues: Sequence[Cue], others: Sequence[int], starts: Sequence[int]
) -> list[int]:
    """Which of the others (in order of time) are shown together with a cue.

    One that is late may be shown with its own and with the next, half with each.
    """
    last = bisect_left(starts, max(cue.end_ms, cue.start_ms + 1))
    near = others[max(0, last - _LOOK_BACK) : last]
    met = [n for n in near if _together(cues[n], cue)]
    if met:
        return met
    met = [n for n in near if _shared_ms(cues[n], cue) > 0]
    shared = sum(_shared_ms(cues[n], cue) for n in met)
    return met if shared >= _TOGETHER * cue.duration_ms > 0 else []


def _shared_ms(one: Cue, two: Cue) -> int:
    return min(one.end_ms, two.end_ms) - max(one.start_ms, two.start_ms)


def _together(one: Cue, two: Cue) -> bool:
    """Whether two cues are shown together for most of the shorter one's time."""
    shared = _shared_ms(one, two)
    shorter = min(one.duration_ms, two.duration_ms)
    return shared >= _TOGETHER * shorter if shorter > 0 else shared >= 0


def _part(cue: Cue, rows: Sequence[Row], kept: Iterable[int], index: int) -> Cue | None:
    """The kept rows of a cue as a cue of its own; ``None`` where nothing is in them."""
    numbers = list(kept)
    chosen = [rows[n] for n in numbers]
    if len(chosen) == len(rows):
        return replace(cue, index=index)
    if not any(row.plain.strip() for row in chosen):
        return None
    plain = "\n".join(row.plain for row in chosen)
    start, end = chosen[0].start, chosen[-1].end
    run = numbers == list(range(numbers[0], numbers[-1] + 1))
    if start is not None and end is not None and run:
        text = cue.text[start:end]
        part: tuple[int, int] | None = (start, end)
    else:
        pieces = [
            row.plain if row.start is None else cue.text[row.start : row.end] for row in chosen
        ]
        text, part = "\n".join(pieces), None
    return replace(
        cue,
        index=index,
        text=text,
        plain_text=None if plain == text else plain,
        part=part,
    )


def _to_both(kinds: Sequence[Side | None], *, speaks: bool) -> dict[Side, list[int]]:
    """The rows of a cue in neither script: to both sides alike, a third language apart.

    :param speaks: whether anything but the third language is in it.
    """
    given: dict[Side, list[int]] = {}
    third = [n for n, kind in enumerate(kinds) if kind == "other"]
    rest = [n for n, kind in enumerate(kinds) if kind != "other"]
    if third:
        given["other"] = third
    if rest and (speaks or not third):
        given |= {"bo": rest, "zh": rest}
    return given
