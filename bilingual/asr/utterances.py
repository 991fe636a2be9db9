"""A recogniser's segments in our terms: utterances with times, in Simplified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bilingual.asr.guards import compression_ratio
from bilingual.model import Segment, Span, Word

MAX_MS = 7000
MAX_CHARACTERS = 24
PAUSE_MS = 400
_MIN_CHARACTERS = 6
_ENDS = tuple("。！？；…!?;")
_COMMAS = tuple("，、：,:")


def utterances(segment: Segment, *, chinese: bool) -> tuple[Segment, ...]:
    """The segment cut at pauses and punctuation, as long as a subtitle at most.

    A segment without word times stays whole. Whisper's own figures stay those
    of the whole segment; ``compression_ratio`` is of the whole text too, since
    a loop shows there.
    """
    whole = replace(
        segment,
        text=_tidy(segment.text, chinese=chinese),
        compression_ratio=segment.compression_ratio
        if segment.compression_ratio is not None
        else compression_ratio(segment.text),
    )
    if not segment.words:
        return (whole,) if whole.text else ()
    parts = []
    for words in _runs(segment.words):
        text = _tidy("".join(word.text for word in words), chinese=chinese)
        if not text:
            continue
        parts.append(
            replace(
                whole,
                start_ms=words[0].start_ms,
                end_ms=max(words[-1].end_ms, words[0].start_ms),
                text=text,
                words=tuple(
                    replace(word, text=_tidy(word.text, chinese=chinese)) for word in words
                ),
            )
        )
    return tuple(parts)


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    run: list[Word] = []
    length = 0
    for i, word in enumerate(words):
        run.append(word)
        length += sum(char.isalnum() for char in word.text)
        after = words[i + 1] if i + 1 < len(words) else None
        if after is None:
            break
        text = word.text.rstrip()
        long = length >= MAX_CHARACTERS or after.end_ms - run[0].start_ms > MAX_MS
        pause = after.start_ms - word.end_ms >= PAUSE_MS
        comma = text.endswith(_COMMAS) and length >= _MIN_CHARACTERS
        if long or pause or comma or text.endswith(_ENDS):
            yield run
            run, length = [], 0
    if run:
        yield run


def _tidy(text: str, *, chinese: bool) -> str:
    text = " ".join(text.replace("\ufffd", "").split())
    if not chinese:
        return text
    from bilingual.text.chinese import to_simplified

    return to_simplified(text)


def shifted(segment: Segment, by_ms: int, within: Span) -> Segment:
    """The segment in the time of the whole sound, kept within its piece."""

    def move(time: int) -> int:
        return min(max(time + by_ms, within.start_ms), within.end_ms)

    return replace(
        segment,
        start_ms=move(segment.start_ms),
        end_ms=max(move(segment.end_ms), move(segment.start_ms)),
        words=tuple(
            replace(
                word,
                start_ms=move(word.start_ms),
                end_ms=max(move(word.end_ms), move(word.start_ms)),
            )
            for word in segment.words
        ),
    )
