"""Listening to sound: who speaks when, in which language, and what is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bilingual.asr import guards, language, vad
from bilingual.asr.base import BatchRecogniser, Engine, Recogniser, Weights
from bilingual.asr.cache import Cache
from bilingual.asr.pieces import APART, pieces_of
from bilingual.asr.registry import choose
from bilingual.asr.utterances import utterances
from bilingual.asr.windows import Window, windows_of
from bilingual.budget import current
from bilingual.config import Config
from bilingual.errors import BilingualError, DependencyError, ModelError, OverBudgetError
from bilingual.model import Reason, Segment, Span, Speech
from bilingual.progress import Callback

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bilingual.asr.base import Audio

SPEECH, TRANSCRIBE = "speech", "transcribe"
"""Stages, counted in seconds of sound."""

MIN_RETRY_MS = 6000
"""A piece in which the recogniser got stuck is tried again in halves, down to
halves of half this length."""
_MAX_LEAD_MS = 500
_SHOWN = 3
MIN_LEFT_MS = 1500
"""Speech of this length after the recogniser's last word is listened to again."""


def listen(
    audio: Audio, config: Config, progress: Callback | None = None
) -> tuple[Speech, Reason | None]:
    """Where somebody speaks, and what they say where it is Mandarin.

    :param audio: mono at 16 kHz, shape (samples,), about -1..1; may be empty.
    :param progress: called with the stage, seconds done and seconds in all;
        what it raises passes through, and what was heard until then is kept.
    :returns: what was heard, and why there is no transcript, ``None`` where
        there is one. ``segments`` is ``None`` where no recogniser listened for
        words: it is switched off or not there, or the narration is not Mandarin.
    :raises ModelError: a model's hash is not the registered one.
    :raises ConfigError: no recogniser has the name in the settings.
    """
    try:
        speech = _listen(audio, config, progress or _silent)
    except _NotHeardError as stop:
        return _with_tibetan(audio, stop.speech, config, progress), stop.reason
    return _with_tibetan(audio, speech, config, progress), None


def transcribe_audio(audio: Audio, config: Config, progress: Callback | None = None) -> Speech:
    """As ``listen``, but a recogniser or model that is not there is an error.

    :raises DependencyError: no recogniser is installed.
    :raises ModelError: the model is absent, altered or cannot be loaded.
    """
    try:
        speech = _listen(audio, config, progress or _silent)
    except _NotHeardError as stop:
        if stop.error is not None:
            raise stop.error from None
        speech = stop.speech
    return _with_tibetan(audio, speech, config, progress)


def _with_tibetan(
    audio: Audio, speech: Speech, config: Config, progress: Callback | None
) -> Speech:
    """What was not heard as Mandarin is given to the Tibetan recogniser, if there is one."""
    if language.by_scores(speech.language_scores) == "mandarin":
        return speech
    from bilingual.asr.tibetan import hear_tibetan

    return replace(speech, tibetan=hear_tibetan(audio, speech, config, progress or _silent))


class _NotHeardError(Exception):
    def __init__(self, speech: Speech, reason: Reason, error: BilingualError | None = None) -> None:
        super().__init__(reason.code)
        self.speech, self.reason, self.error = speech, reason, error


def _batch(recogniser: Recogniser) -> int:
    return recogniser.batch if isinstance(recogniser, BatchRecogniser) else 1


def _heard(recogniser: Recogniser, sounds: Sequence[Audio]) -> Sequence[tuple[Segment, ...]]:
    if isinstance(recogniser, BatchRecogniser):
        return recogniser.recognise_all(sounds, language.MANDARIN)
    return [recogniser.recognise(sound, language.MANDARIN) for sound in sounds]


def _silent(stage: str, done: float, total: float | None) -> None:
    pass


def _listen(audio: Audio, config: Config, progress: Callback) -> Speech:
    duration_ms = audio.size * 1000 // vad.SAMPLE_RATE
    probabilities = vad.speech_probabilities(
        audio, progress=lambda done, total: progress(SPEECH, done, total)
    )
    spans = vad.spans_of(probabilities, duration_ms, config.vad)
    facts: dict[str, Any] = {"duration_ms": duration_ms, "spans": spans, "vad": vad.MODEL}
    if config.asr.engine == "off":
        raise _NotHeardError(Speech(**facts), Reason(code="asr-off"))
    _within_budget(facts)
    try:
        engine, weights = choose(config.asr)
    except DependencyError as error:
        reason = Reason(code="engine-missing", params=error.params)
        raise _NotHeardError(Speech(**facts), reason, error) from None
    except ModelError as error:
        if error.code != "model-absent":
            raise
        reason = Reason(code="model-missing", params=error.params)
        raise _NotHeardError(Speech(**facts), reason, error) from None
    facts |= {"engine": engine.name, "model": weights.name, "model_sha256": weights.sha256}
    if not spans:
        # Examined, and without speech: an empty transcript, not an absent one.
        return Speech(**facts, segments=())
    session = _Session(audio, probabilities, spans, engine, weights, config)
    pieces = pieces_of(
        spans,
        probabilities,
        max_ms=config.asr.max_piece_ms,
        pad_ms=config.vad.pad_ms,
        duration_ms=duration_ms,
        max_silence_ms=APART,
    )
    windows = windows_of(pieces, max_ms=config.asr.max_piece_ms)
    scores = session.language_scores(windows)
    facts |= {"language_scores": scores, "language": next(iter(scores), None)}
    if language.by_scores(scores) == "not-mandarin":
        raise _NotHeardError(
            Speech(**facts),
            Reason(code="not-mandarin", params={"scores": dict(list(scores.items())[:_SHOWN])}),
        )
    total = sum(window.duration_ms for window in windows) / 1000

    def done(seconds: float) -> None:
        _within_budget(facts)
        progress(TRANSCRIBE, min(seconds, total), total)

    segments = session.transcribe(windows, done)
    progress(TRANSCRIBE, total, total)
    return Speech(**facts, segments=tuple(segments))


def _within_budget(facts: dict[str, Any]) -> None:
    """Go on only while the work may take more: what was found until here is kept."""
    try:
        current().check()
    except OverBudgetError as over:
        reason = Reason(code=over.code, params=over.params)
        raise _NotHeardError(Speech(**facts), reason, over) from None


class _Session:
    """One recogniser at work on one sound. The model is loaded when the cache cannot answer."""

    def __init__(
        self,
        audio: Audio,
        probabilities: NDArray[np.float32],
        spans: Sequence[Span],
        engine: Engine,
        weights: Weights,
        config: Config,
    ) -> None:
        self._audio, self._probabilities, self._spans = audio, probabilities, spans
        self._engine, self._weights, self._config = engine, weights, config
        self._cache = Cache(engine, weights, config.asr)
        self._loaded: Recogniser | None = None

    @property
    def _recogniser(self) -> Recogniser:
        if self._loaded is None:
            self._loaded = self._engine.load(self._weights, self._config.asr)
        return self._loaded

    def _sound(self, window: Window) -> Audio:
        return window.sound(self._audio, vad.SAMPLE_RATE)

    def language_scores(self, windows: Sequence[Window]) -> dict[str, float]:
        """Mean over several windows, by their length."""
        found = []
        for i in language.spread([window.duration_ms for window in windows]):
            sound = self._sound(windows[i])
            scores = self._cache.get("language", sound, dict[str, float])
            if scores is None:
                scores = dict(self._recogniser.language_scores(sound))
                self._cache.put("language", sound, scores)
            found.append((float(windows[i].duration_ms), scores))
        return language.mean_scores(found)

    def transcribe(self, windows: Sequence[Window], done: Callable[[float], None]) -> list[Segment]:
        """What is said in the windows, in order of time, each utterance judged by the guards.

        :param done: called with the seconds listened to, as they come.
        """
        segments: list[Segment] = []
        seconds = 0.0

        def going_on() -> None:
            done(seconds)

        waiting = tuple(windows)
        while waiting:
            again: list[Window] = []
            for window, heard in self._recognised(waiting, going_on):
                kept, further = self._examined(window, heard)
                segments += kept
                again += further
                seconds += window.duration_ms / 1000
            waiting = tuple(again)
        return sorted(segments, key=lambda segment: segment.start_ms)

    def _examined(
        self, window: Window, heard: Sequence[Segment]
    ) -> tuple[list[Segment], tuple[Window, ...]]:
        """Utterances judged by the guards, and what must be listened to again."""
        parts = [
            self._begun(part)
            for segment in heard
            for placed in window.placed(segment)
            for part in utterances(placed, chinese=True)
        ]
        limit = self._config.asr.max_compression_ratio
        # The ratio of the whole segment tells of a loop that its parts hide.
        if window.duration_ms >= MIN_RETRY_MS and any(
            guards.loops(s.text, limit) or (s.compression_ratio or 0) > limit for s in parts
        ):
            return [], self._halves(window)
        end = max((s.end_ms for s in parts), default=window.parts[0].start_ms)
        left = self._rest(window, end)
        judged = [guards.judge(s, self._config.asr, voiced=self._voiced(s)) for s in parts]
        return judged, (left,) if left else ()

    def _begun(self, segment: Segment) -> Segment:
        """The utterance begins no sooner than the voice.

        Whisper lets the first word after a pause begin in the pause, by a tenth
        of a second on the mean.
        """
        for span in self._spans:
            voice = span.start_ms
            if segment.start_ms < voice <= segment.start_ms + _MAX_LEAD_MS:
                words = tuple(
                    replace(w, start_ms=max(w.start_ms, voice), end_ms=max(w.end_ms, voice))
                    for w in segment.words
                )
                return replace(
                    segment, start_ms=voice, end_ms=max(segment.end_ms, voice), words=words
                )
        return segment

    def _recognised(
        self, windows: Sequence[Window], going_on: Callable[[], None]
    ) -> Iterator[tuple[Window, tuple[Segment, ...]]]:
        """The windows in order with what is heard in each, as many at a time as it takes."""
        question = f"words {language.MANDARIN}"
        group: list[tuple[Window, Audio]] = []

        def heard() -> Iterator[tuple[Window, tuple[Segment, ...]]]:
            going_on()
            answers = _heard(self._recogniser, [sound for _, sound in group])
            for (window, sound), found in zip(group, answers, strict=True):
                self._cache.put(question, sound, found)
                yield window, found
            group.clear()

        for window in windows:
            sound = self._sound(window)
            known = self._cache.get(question, sound, tuple[Segment, ...])
            if known is not None:
                going_on()
                yield window, known
                continue
            group.append((window, sound))
            if len(group) == _batch(self._recogniser):
                yield from heard()
        if group:
            yield from heard()

    def _halves(self, window: Window) -> tuple[Window, ...]:
        """The window cut where the voice is least likely around its middle."""
        if len(window.parts) == 1:
            return window.split(self._quiet_middle(window.parts[0]))
        # At the join that is nearest to the middle.
        half, length = window.duration_ms / 2, 0
        joins = []
        for part in window.parts[:-1]:
            length += part.duration_ms
            joins.append((abs(length - half), part.end_ms))
        return window.split(min(joins)[1])

    def _quiet_middle(self, piece: Span) -> int:
        import numpy as np

        step = vad.frame_ms(1000) / 1000
        third = piece.duration_ms / 3
        first = int((piece.start_ms + third) / step)
        frames = self._probabilities[first : int((piece.end_ms - third) / step)]
        smooth = np.convolve(frames, np.ones(5) / 5, mode="same")
        smooth[:2] = smooth[-2:] = 1.0
        return vad.frame_ms(first + int(smooth.argmin()) + 0.5)

    def _rest(self, window: Window, heard_until: int) -> Window | None:
        """What is left of the window after the last word, if somebody speaks there."""
        if heard_until <= window.parts[0].start_ms:
            return None
        left = window.after(heard_until)
        if left is None:
            return None
        spoken = sum(self._spoken_ms(part) for part in left.parts)
        return left if spoken >= MIN_LEFT_MS else None

    def _spoken_ms(self, stretch: Span) -> int:
        return sum(
            max(0, min(s.end_ms, stretch.end_ms) - max(s.start_ms, stretch.start_ms))
            for s in self._spans
        )

    def _voiced(self, segment: Segment) -> float:
        length = segment.end_ms - segment.start_ms
        if length <= 0:
            return 1.0
        stretch = Span(start_ms=segment.start_ms, end_ms=segment.end_ms)
        return self._spoken_ms(stretch) / length
