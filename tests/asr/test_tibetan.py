"""A recogniser of Tibetan that the user plugs in: loading, recognising, absent, deciding nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bilingual.asr import listen
from bilingual.asr.registry import engines
from bilingual.asr.tibetan import licence_of, syllable_errors
from bilingual.config import Config
from bilingual.errors import ConfigError
from bilingual.model import CheckVerdict, Report, Segment, Speech, Transcript, Word
from tests.asr.conftest import Audio, Booth, said, silence, voice
from tests.support import assert_valid, code_of, examined, track

LINES = ("ཆུ་འཁྱགས་པ་ཆགས།", "བྱ་ལ་གཤོག་པ་ཡོད།", "སྒྲ་མཁའ་རླུང་ནང་བརྒྱུད།")
BO = track("bo", [(1000 + 4000 * i, 4000 + 4000 * i, line) for i, line in enumerate(LINES)])
SOUND: Audio = np.concatenate([silence(1), voice(4), silence(3), voice(4), silence(1)])


def config(**tibetan: Any) -> Config:
    whole = Config.load()
    return msgspec.structs.replace(
        whole,
        asr=msgspec.structs.replace(whole.asr, engine="off"),
        tibetan_asr=msgspec.structs.replace(whole.tibetan_asr, **tibetan),
    )


@pytest.fixture(scope="module")
def ctc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wav2vec2 with random weights, saved as transformers saves one."""
    pytest.importorskip("transformers")
    import torch
    from transformers import (
        Wav2Vec2Config,
        Wav2Vec2CTCTokenizer,
        Wav2Vec2FeatureExtractor,
        Wav2Vec2ForCTC,
    )

    folder = tmp_path_factory.mktemp("models") / "tiny-bo"
    folder.mkdir()
    letters = sorted({c for line in LINES for c in line})
    vocabulary = {c: i for i, c in enumerate(["<pad>", "<unk>", "|", *letters])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    Wav2Vec2CTCTokenizer(
        str(folder / "vocab.json"), pad_token="<pad>", unk_token="<unk>", word_delimiter_token="|"
    ).save_pretrained(folder)
    Wav2Vec2FeatureExtractor(sampling_rate=16_000).save_pretrained(folder)
    torch.manual_seed(0)
    model = Wav2Vec2ForCTC(
        Wav2Vec2Config(
            vocab_size=len(vocabulary),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            conv_dim=(16, 16, 16),
            conv_stride=(5, 8, 8),
            conv_kernel=(10, 8, 8),
            num_conv_pos_embeddings=16,
            num_conv_pos_embedding_groups=2,
            pad_token_id=0,
        )
    )
    model.save_pretrained(folder)
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\nlanguage: bo\n---\n# tiny\n")
    return folder


@pytest.mark.slow
def test_a_ctc_model_is_loaded_and_listens(
    ctc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path))
    settings = config(model=str(ctc), dialect="Amdo", min_confidence=0.0)
    speech, absence = listen(SOUND, settings)
    assert absence is not None
    assert absence.code == "asr-off"
    heard = speech.tibetan
    assert heard is not None
    assert heard.reason is None
    assert (heard.engine, heard.model) == ("huggingface", "tiny-bo")
    assert (heard.dialect, heard.licence) == ("Amdo", "cc-by-4.0")
    assert heard.model_sha256
    assert heard.segments
    # The weights are random: what it says is nonsense, but of its letters, in time.
    for segment in heard.segments:
        assert 0 <= segment.start_ms < segment.end_ms <= SOUND.size // 16
        assert segment.avg_logprob is not None
        assert segment.avg_logprob < 0
        assert 0 < (segment.confidence or 0) < 1
        assert set(segment.text) <= {*"".join(LINES), " "}
        starts = [w.start_ms for w in segment.words]
        assert starts == sorted(starts)
        squeezed = "".join(w.text for w in segment.words)
        assert squeezed == segment.text.replace(" ", "")
    document = examined(BO, speech=speech, config=settings).to_dict()
    assert_valid(document)
    (model,) = [m for m in document["provenance"]["models"] if m["name"] == "tiny-bo"]
    assert model["sha256"] == heard.model_sha256
    assert (model["dialect"], model["licence"]) == ("Amdo", "cc-by-4.0")
    # The settings name the model, not where it lies on somebody's disk.
    assert document["provenance"]["config"]["tibetan_asr"]["model"] == "tiny-bo"
    # And the second time it is read from the cache.
    monkeypatch.setattr("bilingual.asr.engines.huggingface.CtcModel.recognise", None)
    assert listen(SOUND, settings)[0].tibetan == heard


@pytest.mark.slow
def test_a_fine_tuned_whisper_is_loaded_and_listens(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    from transformers import (
        WhisperConfig,
        WhisperFeatureExtractor,
        WhisperForConditionalGeneration,
        WhisperProcessor,
        WhisperTokenizer,
    )

    folder = tmp_path / "tiny-whisper-bo"
    folder.mkdir()
    # A tokenizer of single bytes, which is what Whisper's falls back to.
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    specials = ["<|endoftext|>", "<|startoftranscript|>", "<|transcribe|>", "<|notimestamps|>"]
    letters = list(bytes_to_unicode().values())
    vocabulary = {t: i for i, t in enumerate([*letters, *specials])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokenizer = WhisperTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    WhisperProcessor(WhisperFeatureExtractor(feature_size=8), tokenizer).save_pretrained(folder)
    size = len(tokenizer)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=size,
            num_mel_bins=8,
            d_model=16,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=16,
            decoder_ffn_dim=16,
            decoder_start_token_id=vocabulary["<|startoftranscript|>"],
            bos_token_id=vocabulary["<|endoftext|>"],
            eos_token_id=vocabulary["<|endoftext|>"],
            pad_token_id=vocabulary["<|endoftext|>"],
        )
    )
    model.generation_config.suppress_tokens = None
    model.generation_config.begin_suppress_tokens = None
    model.save_pretrained(folder)
    engine = engines()["huggingface"]
    recogniser = engine.load(engine.weights(str(folder)), Config.load().asr)
    for segment in recogniser.recognise(voice(2), "bo"):
        assert segment.text
        assert segment.avg_logprob is not None
        assert segment.end_ms == 2000


def test_it_is_not_asked_about_mandarin(booth: Booth) -> None:
    booth.install(lambda audio: (said("水在零度结成冰", 100, 3900),))
    whole = config(model="/nowhere")
    settings = msgspec.structs.replace(
        whole, asr=msgspec.structs.replace(whole.asr, engine="auto", cache=False)
    )
    speech, absence = listen(SOUND, settings)
    assert absence is None
    assert speech.tibetan is None


def plugged(booth: Booth, text: str, **changes: Any) -> None:
    booth.install(lambda audio: (said(text, 100, 3900),), name="fake-bo", **{
        "languages": frozenset({"bo"}), "extra": None, **changes
    })  # fmt: skip


def test_what_is_absent_is_reported_and_is_unknown(booth: Booth, tmp_path: Path) -> None:
    plugged(booth, LINES[0], package="no_such_package_here")
    speech, _ = listen(SOUND, config(model=str(tmp_path), engine="fake-bo"))
    assert speech.tibetan is not None
    assert speech.tibetan.segments is None
    assert speech.tibetan.reason is not None
    assert speech.tibetan.reason.code == "tibetan-engine-missing"
    check = by_time(examined(BO, speech=speech))
    assert check == (CheckVerdict.UNKNOWN, "tibetan-engine-missing")


@pytest.mark.parametrize("content", [None, "{}", "no json", '{"model_type": "whisper"}'])
def test_a_folder_that_holds_no_model_is_unusable(tmp_path: Path, content: str | None) -> None:
    pytest.importorskip("transformers")
    pytest.importorskip("torch")
    folder = tmp_path / "model"
    if content is not None:
        folder.mkdir()
        (folder / "config.json").write_text(content)
    speech, _ = listen(SOUND, config(model=str(folder)))
    assert speech.tibetan is not None
    assert speech.tibetan.reason is not None
    assert speech.tibetan.reason.code == "tibetan-model-unusable"
    assert speech.tibetan.reason.params["model"] == "model"
    assert str(tmp_path) not in json.dumps(examined(BO, speech=speech).to_dict()["checks"])


def test_an_unknown_engine_is_a_wrong_setting(tmp_path: Path) -> None:
    for name in ("parrot", "whisper"):
        with pytest.raises(ConfigError, match=f"no Tibetan recogniser named {name}"):
            listen(SOUND, config(model=str(tmp_path), engine=name))


def test_a_mandarin_recogniser_is_never_a_tibetan_one() -> None:
    whole = Config.load()
    settings = msgspec.structs.replace(
        whole, asr=msgspec.structs.replace(whole.asr, engine="huggingface")
    )
    with pytest.raises(ConfigError, match="no speech recogniser named huggingface"):
        listen(SOUND, settings)


def by_time(report: Report) -> tuple[CheckVerdict, str | None]:
    check = next(c for c in report.checks if c.rule == "foreign-subtitles")
    return check.verdict, code_of(check)


def heard_as(*texts: str) -> Speech:
    segments = tuple(
        Segment(start_ms=c.start_ms, end_ms=c.end_ms, text=text, confidence=0.9)
        for c, text in zip(BO.cues, texts, strict=True)
    )
    from bilingual.model import Span

    return Speech(
        duration_ms=20_000,
        spans=tuple(Span(start_ms=c.start_ms, end_ms=c.end_ms) for c in BO.cues),
        language_scores={"ar": 0.4},
        tibetan=Transcript(segments=segments, engine="fake-bo", model="fake", dialect="U-Tsang"),
    )


@pytest.mark.parametrize("texts", [LINES, tuple(reversed(LINES)), ("ཀ",) * 3])
def test_it_passes_and_fails_nothing(texts: tuple[str, ...]) -> None:
    with_it = examined(BO, speech=heard_as(*texts))
    without = examined(BO, speech=replace(heard_as(*texts), tibetan=None))
    assert with_it.verdict == without.verdict
    assert with_it.findings == without.findings
    assert by_time(with_it) == (CheckVerdict.UNKNOWN, "heard-in-tibetan")
    same = [(c.rule, c.verdict) for c in with_it.checks]
    assert same == [(c.rule, c.verdict) for c in without.checks]


def test_syllable_errors() -> None:
    heard = heard_as(*LINES).tibetan
    assert heard is not None
    right = syllable_errors(BO, heard)
    assert right is not None
    assert (right.errors, right.length) == (0, 14)
    other = heard_as(LINES[0].replace("ཆུ", "མེ"), *LINES[1:]).tibetan
    assert other is not None
    one = syllable_errors(BO, other)
    assert one is not None
    assert one.errors == 1
    measures = {m.id: m for m in examined(BO, speech=heard_as(*LINES)).measures}
    assert measures["agreement.tibetan_ser"].value == 0
    assert measures["agreement.tibetan_ser"].denominator == 14
    nothing = replace(heard, segments=())
    assert syllable_errors(BO, nothing) is None
    doubted = replace(
        heard, segments=tuple(replace(s, reliable=False) for s in heard.segments or ())
    )
    assert syllable_errors(BO, doubted) is None


def test_doubts_are_marked(booth: Booth, tmp_path: Path) -> None:
    low = Segment(
        start_ms=100,
        end_ms=3900,
        text=LINES[0],
        avg_logprob=-3.0,
        words=(Word(start_ms=100, end_ms=3900, text=LINES[0], probability=0.05),),
    )
    booth.install(lambda audio: (low,), name="fake-bo", languages=frozenset({"bo"}))
    speech, _ = listen(SOUND, config(model=str(tmp_path), engine="fake-bo"))
    assert speech.tibetan is not None
    assert speech.tibetan.segments
    assert {s.doubts for s in speech.tibetan.segments} == {("low-confidence",)}


def test_a_licence_is_read_from_the_models_card(tmp_path: Path) -> None:
    assert licence_of(tmp_path) is None
    card = tmp_path / "README.md"
    for text, expected in (
        ("---\nlicense: apache-2.0\n---\n", "apache-2.0"),
        ('---\nlanguage: bo\nlicense: "mit"\n---\ntext', "mit"),
        ("# no front matter\nlicense: mit\n", None),
        ("---\nlanguage: bo\n---\nlicense: mit", None),
    ):
        card.write_text(text)
        assert licence_of(tmp_path) == expected


def test_it_can_be_read_and_saved() -> None:
    from bilingual.render.transcript import render_transcript

    speech = heard_as(*LINES)
    assert [line.split()[-1] for line in render_transcript(speech, "text").splitlines()] == [*LINES]
    assert LINES[1] in render_transcript(speech, "srt")
    assert json.loads(render_transcript(speech, "json"))["tibetan"]["dialect"] == "U-Tsang"
    assert render_transcript(replace(speech, tibetan=None), "text") == ""
