"""Where somebody speaks: Silero VAD through onnxruntime, with hysteresis."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from bilingual.config import Vad
from bilingual.model import Span
from bilingual.weights import read as read_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Audio = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
FRAME_SAMPLES: Final = 512
"""Samples a frame: 32 ms at 16 kHz, as the model was trained."""

TAIL_MS: Final = 64
"""The network lets go of a voice two frames after its end (the median on
synthesised narration; its starts are on time)."""

MODEL: Final = "silero-vad"

_CONTEXT_SAMPLES = 64
_BLOCK_FRAMES = 512


def frame_ms(frame: float) -> int:
    """When a frame starts, in milliseconds."""
    return round(frame * FRAME_SAMPLES * 1000 / SAMPLE_RATE)


def speech_probabilities(
    audio: Audio,
    sample_rate: int = SAMPLE_RATE,
    progress: Callable[[float, float], object] | None = None,
) -> NDArray[np.float32]:
    """How likely somebody speaks (0..1) in each frame of 32 ms.

    :param audio: mono, shape (samples,), about -1..1. Samples that are no
        number count as silence.
    :param progress: called with seconds done and seconds in all.
    :returns: shape (frames,), empty for empty audio; the last frame is padded.
    :raises ValueError: the audio is not mono, or not at 16 kHz.
    :raises ModelError: the bundled model is missing or altered.
    """
    import numpy as np

    if sample_rate != SAMPLE_RATE:
        raise ValueError(f"voice activity detection needs {SAMPLE_RATE} Hz, not {sample_rate}")
    if audio.ndim != 1:
        raise ValueError(f"audio must be mono, shape (samples,), not {audio.shape}")
    session = _session()
    frames = -(-audio.size // FRAME_SAMPLES)
    hidden = cell = np.zeros((1, 1, 128), dtype=np.float32)
    context = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)
    found = []
    for first in range(0, frames, _BLOCK_FRAMES):
        samples = audio[first * FRAME_SAMPLES : (first + _BLOCK_FRAMES) * FRAME_SAMPLES]
        block = np.zeros((-(-samples.size // FRAME_SAMPLES), FRAME_SAMPLES), dtype=np.float32)
        block.reshape(-1)[: samples.size] = np.nan_to_num(samples, posinf=0.0, neginf=0.0)
        # Each frame is heard with the end of the one before it.
        before = np.vstack((context, block[:-1, -_CONTEXT_SAMPLES:]))
        context = block[-1, -_CONTEXT_SAMPLES:]
        probabilities, hidden, cell = session.run(
            ["speech_probs", "hn", "cn"],
            {"input": np.hstack((before, block)), "h": hidden, "c": cell},
        )
        found.append(probabilities.reshape(-1))
        if progress is not None:
            done = min(audio.size, (first + _BLOCK_FRAMES) * FRAME_SAMPLES)
            progress(done / SAMPLE_RATE, audio.size / SAMPLE_RATE)
    return np.concatenate(found) if found else np.zeros(0, dtype=np.float32)


def speech_spans(
    audio: Audio, sample_rate: int = SAMPLE_RATE, settings: Vad | None = None
) -> tuple[Span, ...]:
    """The stretches in which somebody speaks, in order, apart from each other.

    Empty where nobody does. See ``speech_probabilities`` for what it takes and
    raises.
    """
    duration_ms = audio.size * 1000 // sample_rate
    return spans_of(
        speech_probabilities(audio, sample_rate), duration_ms, settings if settings else Vad()
    )


def spans_of(
    probabilities: NDArray[np.float32], duration_ms: int, settings: Vad
) -> tuple[Span, ...]:
    """Speech spans from frame probabilities, by hysteresis.

    A span opens at ``start_threshold`` and closes where the probability has
    stayed below ``end_threshold`` for ``min_silence_ms``; one shorter than
    ``min_speech_ms`` is dropped.
    """
    opened: int | None = None
    quiet: int | None = None
    raw: list[tuple[int, int]] = []
    for frame, probability in enumerate(probabilities):
        if opened is None:
            if probability >= settings.start_threshold:
                opened, quiet = frame, None
        elif probability >= settings.end_threshold:
            quiet = None
        else:
            quiet = frame if quiet is None else quiet
            if frame_ms(frame + 1 - quiet) >= settings.min_silence_ms:
                raw.append((frame_ms(opened), frame_ms(quiet) - TAIL_MS))
                opened = None
    if opened is not None:
        end = duration_ms if quiet is None else frame_ms(quiet) - TAIL_MS
        raw.append((frame_ms(opened), min(end, duration_ms)))
    return tuple(
        Span(start_ms=start, end_ms=end)
        for start, end in raw
        if end - start >= settings.min_speech_ms
    )


@cache
def _session() -> Any:
    from bilingual.weights.onnx import onnxruntime

    runtime = onnxruntime()
    options = runtime.SessionOptions()
    # One thread: the model is tiny, and the caller may check several works.
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # The bytes that were checked are the bytes that are run.
    data = read_model(MODEL)
    return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
