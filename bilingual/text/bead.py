"""The texts of a bead, and the way from a place in them back to the cue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from bilingual.hidden import seen
from bilingual.model import Alignment, Bead, Cue, Language, Stretch, Track
from bilingual.text.chinese import with_simplified
from bilingual.text.labels import labels_of, unsaid_head
from bilingual.text.numbers import read_numbers
from bilingual.text.sequence import Repeat, repeats, shown_before
from bilingual.tsheg import is_unseparated

SEPARATOR: Final = "\n"
"""Between the cues of a bead, as between the lines of a cue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadText:
    """The plain text of one language of a bead: its cues in order, one after another.

    ``text`` is empty where the bead has no cue of that language. A cue whose text the
    next one says again is left out, of lines that roll up those that the cue before
    shows, and a number that counts the cues: ``heads`` are how many code points each cue's
    plain text begins with that are not in ``text``.
    """

    side: Language
    cues: tuple[Cue, ...]
    text: str
    heads: tuple[int, ...] = ()

    @classmethod
    def of(
        cls, side: Language, track: Track, indices: Iterable[int], *, labelled: bool = False
    ) -> BeadText:
        """The text of those cues of a track of that language, in that order.

        :param labelled: with the numbers that count the cues.
        """
        found = [track.cues[i] for i in indices]
        if len(found) > 1 and (again := repeats(found)):
            found = _said_once(found, again)
        head_of = shown_before if labelled else unsaid_head
        heads = [head_of(track.cues, cue.index) for cue in found]
        new = [(c, head) for c, head in zip(found, heads, strict=True) if c.compared[head:].strip()]
        if not any(heads) or not new:
            new = [(cue, 0) for cue in found]
        return cls(
            side=side,
            cues=tuple(cue for cue, _ in new),
            text=SEPARATOR.join(cue.compared[head:] for cue, head in new),
            heads=tuple(head for _, head in new),
        )

    @property
    def compared(self) -> str:
        """The text that is judged: Chinese in Simplified characters, each in its place."""
        return with_simplified(self.text) if self.side == "zh" else self.text

    @property
    def line(self) -> str:
        """The text as a single line, line breaks as spaces."""
        return self.text.replace("\n", " ")

    def place(self, start: int, end: int, *, weight: float = 1.0) -> Stretch:
        """Where a stretch of the text is in its cue.

        :param start: code points into ``text``, in 0..its length; ``end`` likewise.
        :returns: the cue that it begins in, as far as that cue goes; its offsets into
            ``Cue.text`` are ``None`` where markup hides which place is meant.
        :raises ValueError: ``start`` is not in the text, or there are no cues.
        """
        for cue, head in zip(self.cues, self.heads or (0,) * len(self.cues), strict=True):
            text = cue.compared[head:]
            if 0 <= start <= len(text):
                words = text[start:end]
                place = _in_markup(cue, head + start, words)
                return Stretch(
                    side=self.side,
                    cue=cue.index,
                    text=words,
                    start=None if place is None else place[0],
                    end=None if place is None else place[1],
                    weight=weight,
                )
            start, end = (offset - len(text) - len(SEPARATOR) for offset in (start, end))
        raise ValueError("the place is outside of the bead's text")


@dataclass(frozen=True, slots=True, kw_only=True)
class BeadTexts:
    """A bead with its texts of both languages."""

    bead: Bead
    bo: BeadText
    zh: BeadText

    @classmethod
    def of(cls, bo: Track, zh: Track, bead: Bead) -> BeadTexts:
        """The texts of a bead of two aligned tracks.

        A number that counts the cues of one of them stays where the other says it in words:
        ``1、`` beside དང་པོ།.
        """
        bo_text, zh_text = BeadText.of("bo", bo, bead.bo), BeadText.of("zh", zh, bead.zh)
        if not any((*bo_text.heads, *zh_text.heads)):  # as nearly always: nothing was left out
            return cls(bead=bead, bo=bo_text, zh=zh_text)
        ours, theirs = labels_of(bo.cues, bead.bo), labels_of(zh.cues, bead.zh)
        if ours and not theirs and _says_one_of(zh_text, ours):
            bo_text = BeadText.of("bo", bo, bead.bo, labelled=True)
        if theirs and not ours and _says_one_of(bo_text, theirs):
            zh_text = BeadText.of("zh", zh, bead.zh, labelled=True)
        return cls(bead=bead, bo=bo_text, zh=zh_text)

    @property
    def readable(self) -> bool:
        """Whether all words can be relied on.

        Of those read in the picture some cannot; nor can Tibetan without tsheg be read.
        """
        cues = (*self.bo.cues, *self.zh.cues)
        return all(cue.readable and not is_unseparated(cue.compared) for cue in cues)


def _says_one_of(text: BeadText, numbers: Iterable[int]) -> bool:
    wanted = {*map(Fraction, numbers)}
    return any(wanted & q.values for q in read_numbers(text.compared, text.side))


def two_sided_texts(bo: Track, zh: Track, alignment: Alignment) -> Iterator[BeadTexts]:
    """The beads that have both languages, in their order, with their texts."""
    return (BeadTexts.of(bo, zh, bead) for bead in alignment.beads if bead.two_sided)


def _said_once(cues: Sequence[Cue], again: Mapping[int, Repeat]) -> list[Cue]:
    """The cues without those whose text a later one of them has."""
    last = {repeat.first: index for index, repeat in again.items()}
    return [
        cue
        for cue in cues
        if last.get(again[cue.index].first if cue.index in again else cue.index, cue.index)
        == cue.index
    ]


def _in_markup(cue: Cue, start: int, words: str) -> tuple[int, int] | None:
    """Where words of the plain text are in the raw one, ``None`` where it is not clear."""
    raw, end = seen(cue.text), start + len(words)
    if raw.text[:end] == cue.compared[:end]:
        return raw.whole(start, end)
    places = _places(raw.text, words)
    among = _places(cue.compared, words)
    # As often in either: markup and entities do not hold the words too.
    if not words or len(places) != len(among):
        return None
    at = places[among.index(start)]
    return raw.whole(at, at + len(words))


def _places(text: str, words: str) -> list[int]:
    """Where words begin in a text, also within each other."""
    places, at = [], -1
    while (at := text.find(words, at + 1)) >= 0:
        places.append(at)
    return places
