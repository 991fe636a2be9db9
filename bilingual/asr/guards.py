"""Distrusting what a recogniser says: loops, inventions on silence, low confidence.

Whisper repeats itself and writes film credits where nobody speaks; its own
figures give most of it away. What is doubtful is marked, never deleted.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import replace
from typing import Final

from bilingual.config import Asr
from bilingual.model import Segment

DOUBTS: Final = (
    "loop",  # it repeats itself
    "low-confidence",  # its tokens were unlikely
    "no-speech",  # it thinks itself that nobody speaks
    "prompt-echo",  # it says the prompt back
    "stock-phrase",  # what it is known to write where nobody speaks
    "too-fast",  # more than anybody can say in that time
    "too-short",  # a word without time to say it
    "not-voiced",  # the voice activity detection heard nobody there
    "language",  # the narration may not be in that language
)

MAX_CHARACTERS_PER_SECOND: Final = 12.0
"""Announcers read Mandarin at 4–6 characters a second; nobody says twelve."""

_REPEATED = re.compile(r"(.{1,20}?)\1{3,}", re.DOTALL)
_MIN_LOOP_CHARACTERS = 6

# Credits of the subtitles it was trained on, which it writes on music and
# silence. Matched by their beginning, in Simplified characters.
_CREDITS = re.compile(
    r"(请不吝点赞|明镜与点点|(中文)?字幕(志愿者|提供|制作|组|由|by)|作词|作曲|编曲|演唱"
    r"|优优独播剧场|amara\.?org|by索兰娅|由amara|thankyouforwatching|未经作者授权)",
    re.IGNORECASE,
)
# What narrators end with too: only doubted where the sound is doubtful as well.
_FAREWELLS = re.compile(r"(谢谢(大家|您|你)?的?(观看|收看|收听)|请点赞|点赞订阅|订阅我的频道)")
_VOICED = 0.5
_SURE = 0.6
_MAX_STOCK_CHARACTERS = 40
_UNSURE = 0.7
"""Where nobody speaks, base stays below this part of the lowest log probability
unless it loops; real speech that it takes for silence stays above."""


def judge(segment: Segment, settings: Asr, *, voiced: float | None = None) -> Segment:
    """The segment with its doubts, its confidence and whether it is reliable.

    :param voiced: how much of its time (0..1) has a voice in it, where known.
    """
    doubts = [doubt for doubt, found in _signs(segment, settings, voiced) if found]
    return replace(
        segment,
        confidence=confidence_of(segment),
        doubts=(*segment.doubts, *(d for d in doubts if d not in segment.doubts)),
        reliable=segment.reliable and not doubts,
    )


def _signs(segment: Segment, settings: Asr, voiced: float | None) -> tuple[tuple[str, bool], ...]:
    text = squeezed(segment.text)
    seconds = (segment.end_ms - segment.start_ms) / 1000
    logprob, silence = segment.avg_logprob, segment.no_speech_prob
    confidence = confidence_of(segment)
    unsure = logprob is not None and logprob < settings.min_avg_logprob
    return (
        ("loop", loops(segment.text, settings.max_compression_ratio)),
        (
            "low-confidence",
            unsure or (confidence is not None and confidence < settings.min_confidence),
        ),
        # Like Whisper itself: silence only counts where it is unsure of the words.
        (
            "no-speech",
            silence is not None
            and silence > settings.max_no_speech_prob
            and (logprob is None or logprob < _UNSURE * settings.min_avg_logprob),
        ),
        ("prompt-echo", len(text) >= 4 and text in squeezed(settings.prompt)),
        ("stock-phrase", _is_stock(text, confidence, voiced)),
        ("too-fast", seconds > 0 and len(text) / seconds > MAX_CHARACTERS_PER_SECOND),
        ("too-short", bool(text) and seconds <= 0.05),
        ("not-voiced", voiced is not None and voiced < 0.2),
    )


def _is_stock(text: str, confidence: float | None, voiced: float | None) -> bool:
    if len(text) > _MAX_STOCK_CHARACTERS:
        return False
    if _CREDITS.match(text):
        return True
    unsure = confidence is None or confidence < _SURE
    return bool(_FAREWELLS.match(text)) and (unsure or voiced is None or voiced < _VOICED)


def squeezed(text: str) -> str:
    """Its letters and digits alone, in lower case."""
    return "".join(char for char in text if char.isalnum()).lower()


def compression_ratio(text: str) -> float:
    """The text's size over its zlib size, as Whisper measures it; 0 if empty."""
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def loops(text: str, max_compression_ratio: float) -> bool:
    """Whether a text repeats itself as a stuck decoder does.

    Short texts compress badly, so a run of four equal stretches counts too.
    """
    if compression_ratio(text) > max_compression_ratio:
        return True
    squeezed_text = squeezed(text)
    return any(
        len(m.group(0)) >= _MIN_LOOP_CHARACTERS and not m.group(1).isdigit()
        for m in _REPEATED.finditer(squeezed_text)
    )


def confidence_of(segment: Segment) -> float | None:
    """0..1: the mean probability of its words, else of its tokens; ``None`` unknown."""
    known = [word.probability for word in segment.words if word.probability is not None]
    if known:
        return round(sum(known) / len(known), 4)
    if segment.avg_logprob is None:
        return segment.confidence
    import math

    return round(math.exp(min(0.0, segment.avg_logprob)), 4)
