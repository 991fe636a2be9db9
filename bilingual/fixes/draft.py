"""A subtitle file being fixed: patched line by line, read again after each step.

What no fix touches stays to the byte: numbering, line ends, comments, styles.
A file with both languages is patched where the lines of the one are; the other's stay.
A track that has no file that can be changed so (a stream of a video, ASS) is written
anew, by ``formats.writing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bilingual.config import ReadingLimits
from bilingual.errors import BilingualError, FormatError
from bilingual.fixes.lines import bare, ending, split_lines
from bilingual.fixes.model import CueInsert
from bilingual.formats.bilingual_split import split
from bilingual.formats.reading import read_track
from bilingual.formats.registry import formats
from bilingual.formats.writing import DEFAULT, writer_of, written
from bilingual.model import LANGUAGES, Cue, Language, Track

_BOM: Final = "\ufeff"
_LIMITS: Final = ReadingLimits(
    max_bytes=2**31,
    max_line_characters=2**24,
    max_cues=1_000_000,
    max_cue_characters=2**24,
    max_text_characters=2**31,
    max_time_ms=2**53,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A file's text and the track that reading it gives.

    ``shared``: the text holds the other language too, and ``track`` is what splitting
    the file gives of this one.
    """

    side: Language
    text: str
    track: Track
    form: str
    shared: bool = False

    def edited(self, cues: Mapping[int, Cue], *, timings: frozenset[int] = frozenset()) -> Draft:
        """The file with some cues replaced.

        :param cues: new cues by index; their texts and times count.
        :param timings: indices of cues whose timing line is written anew even
            where its times stay.
        :raises FormatError: ``track-unwritable``: the file would not read back so.
        """
        wanted = tuple(cues.get(c.index, c) for c in self.track.cues)
        lines = split_lines(self.text)
        whole = {c.line: c for c in self._whole(self.text).cues} if self.shared else {}
        # From the end, so that the places of earlier cues stay.
        for old, new in sorted(
            zip(self.track.cues, wanted, strict=True), key=lambda pair: -(pair[0].line or 0)
        ):
            if new is not old or old.index in timings:
                held = whole.get(old.line)
                if held is not None:
                    old, new = held, _within(held, old, new, self.form)
                _patch(lines, old, new, self.form, old.index in timings)
        return self._confirmed("".join(lines), wanted)

    def following(self, other: Draft) -> Draft:
        """The draft of a shared file that was changed in the other language.

        :raises FormatError: ``track-unwritable``: it is no more what it was.
        """
        return self._confirmed(other.text, self.track.cues, times=False)

    def _whole(self, text: str) -> Track:
        return read_again(text, self.track, self.form)

    def with_cues(self, new: Sequence[CueInsert]) -> tuple[Draft, tuple[int, ...]]:
        """The file with further cues, each behind those that begin no later; and their indices.

        A new cue's number follows the one before it, and the numbers behind rise until one of
        them leaves a gap. All other lines stay.

        In a file with both languages a text goes below (or above) what is shown at that time
        in the other one, as the file has them; else into a cue of its own.

        :raises FormatError: ``track-unwritable``: the file would not read back so.
        """
        if self.shared:
            return self._with_texts(new)
        places = _in_order(self.track.cues, new)
        numbers = _numbered(places)
        mark = _BOM if self.text.startswith(_BOM) else ""
        lines = split_lines(self.text.removeprefix(mark))
        end = "\r\n" if sum(line.endswith("\r\n") for line in lines) * 2 > len(lines) else "\n"
        before: Cue | None = None
        spots: list[tuple[int, bool]] = []  # where each new cue goes, each known one begins
        for place in places:
            if place.known is not None:
                before = place.known
                spots.append((_first_line(lines, before), False))
            elif before is not None:
                spots.append((sum(_place(lines, before, self.form)), True))
            else:
                first = next((p.known for p in places if p.known is not None), None)
                spots.append((0 if first is None else _first_line(lines, first), True))
        # From the end, so that the places of earlier cues stay.
        for place, number, (at, fresh) in reversed(list(zip(places, numbers, spots, strict=True))):
            if fresh:
                _put(lines, at, _block(place.cue, number, self.form), end)
            elif number != _number(place.known):
                lines[at] = lines[at].replace(str(_number(place.known)), str(number), 1)
        wanted = [replace(place.cue, index=at) for at, place in enumerate(places)]
        indices = tuple(at for at, place in enumerate(places) if place.known is None)
        return self._confirmed(mark + "".join(lines), wanted), indices

    def _with_texts(self, new: Sequence[CueInsert]) -> tuple[Draft, tuple[int, ...]]:
        whole = replace(self, track=self._whole(self.text), shared=False)
        own = {cue.line for cue in self.track.cues}
        parts = [cue.part[0] for cue in self.track.cues if cue.part is not None]
        first = parts.count(0) > len(parts) / 2
        beside: dict[int, Cue] = {}
        apart: list[CueInsert] = []
        for one in new:
            held = next(
                (c for c in whole.track.cues if _at_once(c, one) and c.line not in own), None
            )
            if held is None or not parts:
                apart.append(one)
                continue
            texts = (one.text, held.text) if first else (held.text, one.text)
            beside[held.index] = replace(held, text="\n".join(texts), plain_text=None)
        if beside:
            whole = whole.edited(beside)
        if apart:
            whole = whole.with_cues(apart)[0]
        part = _part(whole.track, self.side)
        found = () if part is None else part.cues
        places = tuple(
            cue.index
            for cue in found
            if any(_at_once(cue, one) and cue.text == one.text for one in new)
        )
        kept = [cue for cue in found if cue.index not in places]
        if len(places) != len(new) or [c.text for c in kept] != [c.text for c in self.track.cues]:
            raise FormatError("track-unwritable", cue=1, format=self.form)
        return self._confirmed(whole.text, found), places

    def rewritten(self) -> Draft:
        """The file written anew: numbered from 1, every line to the letter.

        :raises FormatError: ``track-unwritable``.
        """
        end = "\r\n" if self.text.count("\r\n") * 2 > self.text.count("\n") else "\n"
        mark = _BOM if self.text.startswith(_BOM) else ""
        whole = self._whole(self.text) if self.shared else self.track
        text = mark + written(whole, self.form).replace("\n", end)
        return self._confirmed(text, self.track.cues)

    def _confirmed(self, text: str, wanted: Sequence[Cue], *, times: bool = True) -> Draft:
        try:
            track = self._whole(text)
            if self.shared:
                part = _part(track, self.side)
                track = track if part is None else part
        except FormatError as error:
            if error.code == "track-unwritable":
                raise
            raise FormatError("track-unwritable", cue=1, format=self.form) from None
        for number, cue in enumerate(wanted):
            back = track.cues[number] if number < len(track.cues) else None
            if back is None or (cue.text != back.text if not times else not _same(cue, back)):
                raise FormatError("track-unwritable", cue=number + 1, format=self.form)
        if len(track.cues) != len(wanted):
            raise FormatError("track-unwritable", cue=len(wanted), format=self.form)
        return replace(self, text=text, track=track)


def draft_of(
    side: Language, track: Track, data: bytes | None, *, shared: bool = False
) -> tuple[Draft, str]:
    """A draft to begin with, and the text that a diff starts from.

    :param data: the bytes of the track's own file, ``None`` where it has none.
    :param shared: a file with both languages may be patched; else its language is
        written to a file of its own.
    :raises FormatError: ``track-unwritable``.
    """
    own = track.format or ""
    form = own if own in formats() and formats()[own].patchable else DEFAULT
    read = None if data is None else _own_text(side, track, data)
    if read is not None and (shared or not read[1]):
        text, both = read
        return Draft(side=side, text=text, track=track, form=form, shared=both), text
    anew = written(track, form)
    # Its own format is none we patch: from here on it is the one it is written in.
    plain = replace(track, format=form, encoding="utf-8", problems=())
    return Draft(side=side, text=anew, track=read_again(anew, plain, form), form=form), anew


def _own_text(side: Language, track: Track, data: bytes) -> tuple[str, bool] | None:
    """The file's text, if the track is all that reading it gives, or what splitting it
    gives of its language; and whether it is the latter.
    """
    form = formats().get(track.format or "")
    if track.source != "sidecar" or track.encoding is None or form is None or not form.patchable:
        return None
    try:
        text = data.decode(track.encoding)
        if text.startswith(_BOM) and track.encoding != "utf-8":
            text = text[1:]
        again = read_again(text, track, form.name)
    except (UnicodeError, LookupError, BilingualError):
        return None
    for found in (again, _part(again, side)):
        if found is not None and _is(track, found):
            return text, found is not again
    return None


def _is(track: Track, found: Track) -> bool:
    """Whether two tracks have the same cues in the same lines."""
    return len(found.cues) == len(track.cues) and all(
        _same(a, b) and a.line == b.line for a, b in zip(track.cues, found.cues, strict=True)
    )


def _part(whole: Track, side: Language) -> Track | None:
    """The track of that language in a file with both; ``None`` where it has not."""
    for wanted in LANGUAGES:
        parts = split(whole, wanted=wanted)
        if len(parts) > 1:
            return next(part for part in parts if part.language == side)
    return None


def _within(held: Cue, old: Cue, new: Cue, form: str) -> Cue:
    """The cue of a file with both languages, with a new text of one of them, new times."""
    text = held.text
    if new.text != old.text:
        begin, end = old.part or (0, len(held.text))
        if held.text[begin:end] != old.text:
            raise FormatError("track-unwritable", cue=old.index + 1, format=form)
        text = held.text[:begin] + new.text + held.text[end:]
    return replace(held, text=text, start_ms=new.start_ms, end_ms=new.end_ms)


def read_again(text: str, track: Track, form: str) -> Track:
    """The track that this text gives, named and sided as the one given.

    :raises FormatError: it is none.
    """
    if not track.cues and not text.strip(_BOM + " \t\r\n"):
        return track
    again = read_track(
        text.encode("utf-8", "surrogatepass"),
        name=track.name or f"track.{form}",
        limits=_LIMITS,
        encoding="utf-8",
        form=form,
    )
    return replace(again, language=track.language, source=track.source, stream=track.stream)


def _patch(lines: list[str], old: Cue, new: Cue, form: str, anew: bool) -> None:
    assert old.line is not None  # noqa: S101 - a draft's track was read from its text
    at = old.line - 1
    if anew or (old.start_ms, old.end_ms) != (new.start_ms, new.end_ms):
        if min(new.start_ms, new.end_ms) < 0:
            raise FormatError("track-unwritable", cue=new.index + 1, format=form)
        lines[at] = _timing_line(replace(new, settings=old.settings), form) + ending(lines, at)
    if new.text != old.text:
        first, count = _place(lines, old, form)
        end = ending(lines, first if count else at) or "\n"
        last = ending(lines, first + count - 1) if count else end
        texts = new.text.split("\n") if new.text else []
        fresh = [line + end for line in texts]
        if fresh:
            fresh[-1] = texts[-1] + last
        lines[first : first + count] = fresh


def _timing_line(cue: Cue, form: str) -> str:
    clock = writer_of(formats()[form]).clock
    settings = f" {cue.settings}" if cue.settings else ""
    return f"{clock(cue.start_ms)} --> {clock(cue.end_ms)}{settings}"


def _at_once(cue: Cue, new: CueInsert) -> bool:
    """Whether a new cue is for the time of another one, or for most of it."""
    shared = min(cue.end_ms, new.end_ms) - max(cue.start_ms, new.start_ms)
    return 2 * shared > max(cue.duration_ms, new.end_ms - new.start_ms)


def _number(cue: Cue | None) -> int | None:
    name = "" if cue is None else (cue.identifier or "").strip()
    return int(name) if name.isascii() and name.isdigit() and len(name) < 10 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A cue in the order of a new file; ``known`` where the file had it before."""

    cue: Cue
    known: Cue | None = None


def _in_order(cues: Sequence[Cue], new: Sequence[CueInsert]) -> list[_Item]:
    """The cues of a file with new ones before the first that begins later than they do."""
    waiting = sorted(new, key=lambda one: one.start_ms)
    items: list[_Item] = []
    for at in range(len(cues) + 1):
        following = cues[at] if at < len(cues) else None
        ahead = [w for w in waiting if following is None or following.start_ms > w.start_ms]
        settings = _shared_settings(cues[at - 1] if at else None, following)
        for one in ahead:
            cue = Cue(
                index=0,
                start_ms=one.start_ms,
                end_ms=one.end_ms,
                text=one.text,
                settings=settings,
            )
            items.append(_Item(cue=cue))
        waiting = waiting[len(ahead) :]
        if following is not None:
            items.append(_Item(cue=following, known=following))
    return items


def _numbered(items: Sequence[_Item]) -> list[int | None]:
    """The number of each cue; ``None`` where the cues around a new one have none."""
    first = next((item.known for item in items if item.known is not None), None)
    start = _number(first) if first is not None else 1
    last = None if start is None else start - 1
    floor = last  # numbers above it, up to the last one, are taken by new cues
    numbers: list[int | None] = []
    for item in items:
        number = _number(item.known)
        if item.known is None:
            number = None if last is None else last + 1
        elif number is None or last is None or floor is None or not floor < number <= last:
            floor = number
        else:
            number = last + 1
        last = number
        numbers.append(number)
    return numbers


def _first_line(lines: Sequence[str], cue: Cue) -> int:
    """Where a cue's block begins: at its number or name, else at its timing line."""
    assert cue.line is not None  # noqa: S101 - see below
    at = cue.line - 1
    above = at - 1
    while cue.identifier and above >= 0 and not bare(lines[above]).strip():
        above -= 1
    named = cue.identifier and above >= 0
    return above if named and bare(lines[above]).strip() == str(cue.identifier).strip() else at


def _shared_settings(before: Cue | None, after: Cue | None) -> str | None:
    """The settings that both neighbours have."""
    known = {cue.settings for cue in (before, after) if cue is not None}
    return known.pop() if len(known) == 1 else None


def _block(cue: Cue, number: int | None, form: str) -> list[str]:
    """A cue's lines, without their ends."""
    named = [] if number is None else [str(number)]
    return [*named, _timing_line(cue, form), *cue.text.split("\n")]


def _put(lines: list[str], at: int, block: Sequence[str], end: str) -> None:
    """Put a block into a file, with a blank line on either side of it."""
    fresh = [line + end for line in block]
    if at and not ending(lines, at - 1):
        lines[at - 1] += end
    if at and bare(lines[at - 1]).strip():
        fresh.insert(0, end)
    if at < len(lines) and bare(lines[at]).strip():
        fresh.append(end)
    lines[at:at] = fresh


def _place(lines: Sequence[str], cue: Cue, form: str) -> tuple[int, int]:
    """Where a cue's text begins, and how many lines it takes."""
    assert cue.line is not None  # noqa: S101 - see above
    first = cue.line
    if not cue.text:
        return first, 0
    wanted = cue.text.split("\n")
    while first < len(lines) and [bare(x) for x in lines[first : first + len(wanted)]] != wanted:
        if bare(lines[first]).strip():
            break
        first += 1
    if [bare(line) for line in lines[first : first + len(wanted)]] != wanted:
        raise FormatError("track-unwritable", cue=cue.index + 1, format=form)
    return first, len(wanted)


def _same(cue: Cue, back: Cue) -> bool:
    return (
        (cue.start_ms, cue.end_ms) == (back.start_ms, back.end_ms)
        and cue.text == back.text
        and (cue.settings or None) == (back.settings or None)
    )
