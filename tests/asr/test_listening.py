"""Listening with a recogniser made here: pieces, retries, cache, reasons without a transcript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bilingual.asr import language, listen
from bilingual.asr.listening import transcribe_audio
from bilingual.asr.transcript_track import transcript_track
from bilingual.config import Config
from bilingual.errors import ConfigError, DependencyError, ModelError
from bilingual.model import Segment
from tests.asr.conftest import RATE, Audio, Booth, config, said, silence, voice


def narration(*seconds: float, gap: float = 3.0) -> Audio:
    parts = [silence(1)]
    for length in seconds:
        parts += [voice(length), silence(gap)]
    return np.concatenate(parts)


def apart(**asr: Any) -> Config:
    """Settings under which each sentence of four seconds is a window of its own."""
    return config(max_piece_ms=6000, **asr)


def sentence(audio: Audio) -> tuple[Segment, ...]:
    """One sentence through the whole piece."""
    return (said("水在零度結成冰，", 200, max(400, audio.size // 16 - 250)),)


def test_times_are_of_the_whole_and_text_is_simplified(booth: Booth) -> None:
    booth.install(sentence)
    speech, absence = listen(narration(4, 4), apart())
    assert absence is None
    assert speech.spans is not None
    assert speech.segments is not None
    assert [s.text for s in speech.segments] == ["水在零度结成冰，"] * 2
    for segment, span in zip(speech.segments, speech.spans, strict=True):
        assert segment.reliable
        assert abs(segment.start_ms - span.start_ms) < 300
        assert abs(segment.end_ms - span.end_ms) < 400
        assert segment.words[0].start_ms >= span.start_ms
    assert (speech.language, speech.engine, speech.model) == ("zh", "fake", "base")
    assert speech.vad == "silero-vad"
    assert language.judge(speech) == "mandarin"


def test_the_second_time_the_transcript_is_cached(booth: Booth) -> None:
    recogniser = booth.install(sentence)
    first, _ = listen(narration(4, 4), apart())
    assert (booth.loads, len(recogniser.heard)) == (1, 2)
    second, _ = listen(narration(4, 4), apart())
    assert second == first
    assert (booth.loads, len(recogniser.heard)) == (1, 2)
    # Other settings are other questions; the guards' thresholds are not.
    listen(narration(4, 4), apart(min_avg_logprob=-2.0))
    assert len(recogniser.heard) == 2
    listen(narration(4, 4), apart(prompt="别的"))
    assert len(recogniser.heard) == 4
    listen(narration(4, 4), apart(cache=False))
    assert len(recogniser.heard) == 6


def test_a_run_that_was_stopped_goes_on_where_it_stood(booth: Booth) -> None:
    recogniser = booth.install(sentence)

    def stop(stage: str, done: float, total: float | None) -> None:
        if stage == "transcribe" and done > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        listen(narration(4, 4, 4), apart(), stop)
    assert len(recogniser.heard) == 1
    speech, _ = listen(narration(4, 4, 4), apart())
    assert len(speech.segments or ()) == 3
    assert len(recogniser.heard) == 3


def test_a_cache_that_was_torn_is_asked_in_vain(booth: Booth, tmp_path: Path) -> None:
    recogniser = booth.install(sentence)
    listen(narration(4), config())
    for file in (tmp_path / "cache" / "transcripts").rglob("*.json"):
        file.write_bytes(b'{"torn')
    speech, _ = listen(narration(4), config())
    assert len(speech.segments or ()) == 1
    assert len(recogniser.heard) == 2


def test_progress_is_reported_in_seconds(booth: Booth) -> None:
    booth.install(sentence)
    reported: list[tuple[str, float, float | None]] = []
    listen(narration(4, 4), apart(), lambda *args: reported.append(args))
    stages = [stage for stage, _, _ in reported]
    assert stages == sorted(stages)
    assert stages[0] == "speech"
    assert reported[-1][0] == "transcribe"
    assert reported[-1][1] == reported[-1][2]
    assert reported[-1][2] == pytest.approx(8.8, abs=0.8)


def test_a_stuck_piece_is_heard_again_in_halves(booth: Booth) -> None:
    def stuck(audio: Audio) -> tuple[Segment, ...]:
        if audio.size > 8 * RATE:
            return (said("绿绿绿绿绿绿绿绿绿绿绿绿", 0, 12_000, compression_ratio=5.0),)
        return sentence(audio)

    recogniser = booth.install(stuck)
    speech, _ = listen(narration(12), config())
    assert len(recogniser.heard) == 3
    assert abs(recogniser.heard[1] + recogniser.heard[2] - recogniser.heard[0]) <= 16
    assert speech.segments is not None
    assert all(s.reliable for s in speech.segments)
    assert "绿" not in "".join(s.text for s in speech.segments)


def test_what_stays_stuck_is_marked_and_never_ends_up_in_a_track(booth: Booth) -> None:
    recogniser = booth.install(lambda audio: (said("绿" * 40, 0, audio.size // 16),))
    speech, _ = listen(narration(12), config())
    assert 3 <= len(recogniser.heard) <= 7
    assert speech.segments
    assert not any(s.reliable for s in speech.segments)
    assert transcript_track(speech) is None
    assert language.judge(speech) == "unclear"


def test_speech_after_the_last_word_is_heard_again(booth: Booth) -> None:
    def half(audio: Audio) -> tuple[Segment, ...]:
        return (said("前半句话，", 200, audio.size // 32),)

    recogniser = booth.install(half)
    speech, _ = listen(narration(10), config())
    assert len(recogniser.heard) >= 2
    assert speech.segments is not None
    assert speech.segments[-1].end_ms > 8000
    starts = [s.start_ms for s in speech.segments]
    assert starts == sorted(starts)


@pytest.mark.parametrize("scores", [{"cy": 0.4, "zh": 0.05}, {"en": 0.95, "zh": 0.01}])
def test_other_languages_are_not_written_down(booth: Booth, scores: dict[str, float]) -> None:
    recogniser = booth.install(sentence, scores)
    speech, absence = listen(narration(4, 4), apart())
    assert absence is not None
    assert absence.code == "not-mandarin"
    assert speech.segments is None
    assert recogniser.heard == []
    assert language.judge(speech) == "not-mandarin"
    assert speech.language == max(scores, key=scores.__getitem__)


def test_silence_is_an_empty_transcript(booth: Booth) -> None:
    recogniser = booth.install(sentence)
    for audio in (silence(5), silence(0)):
        speech, absence = listen(audio, config())
        assert absence is None
        assert (speech.spans, speech.segments) == ((), ())
        assert language.judge(speech) == "unclear"
    assert recogniser.heard == []
    assert booth.loads == 0


def test_switched_off_leaves_the_spans(booth: Booth) -> None:
    speech, absence = listen(narration(4), config(engine="off"))
    assert absence is not None
    assert absence.code == "asr-off"
    assert len(speech.spans or ()) == 1
    assert speech.segments is None


def test_an_engine_that_is_not_installed_is_absent_or_an_error(booth: Booth) -> None:
    booth.install(sentence, package="no_such_package_here")
    for engine in ("auto", "fake"):
        speech, absence = listen(narration(4), config(engine=engine))
        assert absence is not None
        assert absence.code == "engine-missing"
        assert speech.spans
        with pytest.raises(DependencyError, match='pip install "bilingual-subtitles'):
            transcribe_audio(narration(4), config(engine=engine))


def test_a_model_that_was_not_fetched_is_absent_or_an_error(booth: Booth) -> None:
    from bilingual.asr.base import registered

    booth.install(sentence, weights=lambda name: registered(name, "ctranslate2"))
    _, absence = listen(narration(4), config())
    assert absence is not None
    assert absence.code == "model-missing"
    with pytest.raises(ModelError, match="bilingual models fetch base"):
        transcribe_audio(narration(4), config())


def test_an_altered_model_is_always_an_error(booth: Booth, tmp_path: Path) -> None:
    from bilingual.asr.base import registered

    folder = tmp_path / "cache" / "models" / "base" / "ctranslate2"
    folder.mkdir(parents=True)
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (folder / name).write_bytes(b"altered")
    booth.install(sentence, weights=lambda name: registered(name, "ctranslate2"))
    with pytest.raises(ModelError, match="not the registered one"):
        listen(narration(4), config())


def test_unknown_engines_and_models_are_errors(booth: Booth) -> None:
    with pytest.raises(ConfigError, match="no speech recogniser named parrot"):
        listen(narration(4), config(engine="parrot"))
    from bilingual.asr.engines import faster_whisper

    booth.install(sentence, weights=faster_whisper.ENGINE.weights)
    with pytest.raises(ModelError, match="no model named bass"):
        listen(narration(4), config(model="bass"))
    with pytest.raises(ModelError, match="no speech model at"):
        listen(narration(4), config(model="/nowhere/at/all.bin"))


def test_a_broken_cache_folder_does_not_stop_it(
    booth: Booth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "file"))
    booth.install(sentence)
    speech, _ = listen(narration(4), config())
    assert len(speech.segments or ()) == 1


def test_short_pieces_that_lie_apart_are_heard_in_one_window(booth: Booth) -> None:
    def each(audio: Audio) -> tuple[Segment, ...]:
        """The whole window as one segment, its words spread evenly."""
        return (said("天亮了。月圆了。下雨了。", 200, audio.size // 16 - 200),)

    recogniser = booth.install(each)
    speech, _ = listen(narration(4, 4, 4, gap=6), config())
    assert len(recogniser.heard) == 1
    assert recogniser.heard[0] < 15 * RATE
    assert speech.spans is not None
    assert speech.segments is not None
    assert "".join(s.text for s in speech.segments) == "天亮了。月圆了。下雨了。"
    # What was heard lies where somebody speaks, and not in the pauses that were cut out.
    for segment in speech.segments:
        assert any(
            span.start_ms - 250 <= segment.start_ms <= segment.end_ms <= span.end_ms + 250
            for span in speech.spans
        ), segment


def test_a_stuck_window_of_several_pieces_is_cut_between_them(booth: Booth) -> None:
    def stuck(audio: Audio) -> tuple[Segment, ...]:
        if audio.size > 6 * RATE:
            return (said("绿绿绿绿绿绿绿绿绿绿绿绿", 0, 12_000, compression_ratio=5.0),)
        return sentence(audio)

    recogniser = booth.install(stuck)
    speech, _ = listen(narration(4, 4, 4), config())
    assert sum(recogniser.heard[1:3]) == recogniser.heard[0]
    assert speech.segments is not None
    assert [s.text for s in speech.segments] == ["水在零度结成冰，"] * 3


def test_a_recogniser_of_several_at_once_is_asked_once_and_cached_each(booth: Booth) -> None:
    sound = narration(4, 4.2, 4.4, 4.6, 4.8)
    alone = booth.install(sentence)
    single, _ = listen(sound, apart(cache=False))
    recogniser = booth.install_batch(sentence, 4)
    many, _ = listen(sound, apart())
    assert many.segments == single.segments
    assert recogniser.batches == [4, 1]
    assert recogniser.heard == alone.heard
    listen(sound, apart())
    assert recogniser.batches == [4, 1]
