"""CTranslate2's file to OpenAI's checkpoint, on a tiny model made here."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.asr.base import Weights
from bilingual.asr.convert import dimensions, openai_checkpoint, read_model, state_dict
from bilingual.errors import ModelError
from bilingual.weights import sha256_of

STATE, LAYERS, MELS, VOCABULARY, AUDIO, TEXT = 64, 2, 80, 51_865, 1500, 448
RNG = np.random.default_rng(11)

Arrays = dict[str, NDArray[np.float16]]


def tiny() -> Arrays:
    """A Whisper of one head and two layers in CTranslate2's names."""
    arrays: Arrays = {}

    def put(name: str, *shape: int) -> None:
        arrays[name] = (RNG.normal(size=shape) * 0.05).astype(np.float16)

    def norm(name: str) -> None:
        put(f"{name}/gamma", STATE)
        put(f"{name}/beta", STATE)

    def linear(name: str, rows: int, columns: int = STATE, zero: slice | None = None) -> None:
        put(f"{name}/weight", rows, columns)
        put(f"{name}/bias", rows)
        if zero is not None:
            arrays[f"{name}/bias"][zero] = 0

    put("encoder/conv1/weight", STATE, MELS, 3)
    put("encoder/conv1/bias", STATE)
    put("encoder/conv2/weight", STATE, STATE, 3)
    put("encoder/conv2/bias", STATE)
    put("encoder/position_encodings/encodings", AUDIO, STATE)
    put("decoder/position_encodings/encodings", TEXT, STATE)
    put("decoder/embeddings/weight", VOCABULARY, STATE)
    for side in ("encoder", "decoder"):
        norm(f"{side}/layer_norm")
        for layer in range(LAYERS):
            here = f"{side}/layer_{layer}"
            norm(f"{here}/self_attention/layer_norm")
            keys = slice(STATE, 2 * STATE)
            linear(f"{here}/self_attention/linear_0", 3 * STATE, zero=keys)
            linear(f"{here}/self_attention/linear_1", STATE)
            if side == "decoder":
                norm(f"{here}/attention/layer_norm")
                linear(f"{here}/attention/linear_0", STATE)
                linear(f"{here}/attention/linear_1", 2 * STATE, zero=slice(0, STATE))
                linear(f"{here}/attention/linear_2", STATE)
            norm(f"{here}/ffn/layer_norm")
            linear(f"{here}/ffn/linear_0", 4 * STATE)
            linear(f"{here}/ffn/linear_1", STATE, 4 * STATE)
    return arrays


def written(arrays: Arrays, spec: str = "WhisperSpec", version: int = 6) -> bytes:
    """As ``ctranslate2/specs/model_spec.py`` writes it."""

    def string(text: str) -> bytes:
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    out = struct.pack("<I", version) + string(spec) + struct.pack("<I", 3)
    out += struct.pack("<I", len(arrays))
    for name, value in arrays.items():
        out += string(name) + struct.pack("<B", value.ndim)
        out += b"".join(struct.pack("<I", size) for size in value.shape)
        data = value.tobytes()
        out += struct.pack("<BI", 1 if value.dtype == np.int8 else 4, len(data)) + data
    out += struct.pack("<I", 1)
    return out + string("decoder/projection/weight") + string("decoder/embeddings/weight")


def model_folder(folder: Path, data: bytes) -> Weights:
    folder.mkdir(exist_ok=True)
    (folder / "model.bin").write_bytes(data)
    (folder / "config.json").write_text(json.dumps({"alignment_heads": [[0, 0], [1, 0]]}))
    return Weights(name="tiny-test", path=folder, sha256=sha256_of(folder / "model.bin"))


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    return tiny()


@pytest.fixture
def source(arrays: Arrays, tmp_path: Path) -> Weights:
    return model_folder(tmp_path / "ct2", written(arrays))


def test_every_array_comes_back(arrays: Arrays, source: Weights) -> None:
    found = read_model(source.path / "model.bin")
    assert set(found) == {*arrays, "decoder/projection/weight"}
    for name, value in arrays.items():
        np.testing.assert_array_equal(found[name], value)
    assert found["decoder/projection/weight"] is found["decoder/embeddings/weight"]


def test_fused_matrices_are_split_in_order(arrays: Arrays, source: Weights) -> None:
    state = state_dict(read_model(source.path / "model.bin"), source.path)
    fused = arrays["encoder/layer_1/self_attention/linear_0/weight"]
    for i, role in enumerate(("query", "key", "value")):
        np.testing.assert_array_equal(
            state[f"encoder.blocks.1.attn.{role}.weight"], fused[i * STATE : (i + 1) * STATE]
        )
    crossed = arrays["decoder/layer_0/attention/linear_1/bias"]
    np.testing.assert_array_equal(state["decoder.blocks.0.cross_attn.value.bias"], crossed[STATE:])
    assert not any(name.endswith("key.bias") for name in state)


@pytest.mark.slow
def test_the_checkpoint_loads_into_openai_whisper(source: Weights, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    model = pytest.importorskip("whisper.model")
    made = openai_checkpoint(source, tmp_path / "out" / "openai.pt")
    checkpoint = torch.load(made.path, map_location="cpu", weights_only=True)
    whisper = model.Whisper(model.ModelDimensions(**checkpoint["dims"]))
    whisper.load_state_dict(checkpoint["model_state_dict"], strict=True)
    assert whisper.is_multilingual
    assert checkpoint["alignment_heads"] == [[0, 0], [1, 0]]
    assert made.sha256 == sha256_of(made.path)


def test_it_is_made_once_and_again_for_another_source(
    source: Weights, arrays: Arrays, tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    target = tmp_path / "out" / "openai.pt"
    first = openai_checkpoint(source, target)
    stamp = target.stat().st_mtime_ns
    assert openai_checkpoint(source, target) == first
    assert target.stat().st_mtime_ns == stamp
    changed = arrays | {"encoder/conv1/bias": arrays["encoder/conv1/bias"] + np.float16(1)}
    other = openai_checkpoint(model_folder(tmp_path / "other", written(changed)), target)
    assert other.sha256 != first.sha256


def test_a_checkpoint_altered_afterwards_is_refused(source: Weights, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    target = tmp_path / "openai.pt"
    openai_checkpoint(source, target)
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="not the registered one"):
        openai_checkpoint(source, target)


def test_dimensions_are_read_off_the_shapes(arrays: Arrays) -> None:
    found = dimensions(arrays)
    assert found["n_vocab"] == VOCABULARY
    assert found["n_audio_head"] == found["n_text_head"] == 1
    assert (found["n_audio_layer"], found["n_text_layer"]) == (LAYERS, LAYERS)


@pytest.mark.parametrize("kept", [0, 3, 20, 1000, 300_000, -10])
def test_a_file_cut_off_is_an_error(arrays: Arrays, tmp_path: Path, kept: int) -> None:
    source = model_folder(tmp_path / "cut", written(arrays)[:kept])
    with pytest.raises(ModelError, match="cannot be converted"):
        read_model(source.path / "model.bin")


def test_other_formats_and_quantised_models_are_errors(arrays: Arrays, tmp_path: Path) -> None:
    for data, message in (
        (written(arrays, spec="TransformerSpec"), "TransformerSpec"),
        (written(arrays, version=7), "version 7"),
    ):
        source = model_folder(tmp_path / "bad", data)
        with pytest.raises(ModelError, match=message):
            read_model(source.path / "model.bin")
    name = "encoder/layer_0/ffn/linear_0/weight"
    small = arrays | {name: np.zeros(arrays[name].shape, dtype=np.int8)}
    source = model_folder(tmp_path / "int8", written(small))
    with pytest.raises(ModelError, match="quantised"):
        state_dict(read_model(source.path / "model.bin"), source.path)


def test_a_key_with_a_bias_is_no_whisper(arrays: Arrays, source: Weights) -> None:
    name = "encoder/layer_0/self_attention/linear_0/bias"
    with pytest.raises(ModelError, match="key has a bias"):
        state_dict(arrays | {name: np.ones(3 * STATE, dtype=np.float16)}, source.path)


def test_missing_arrays_are_an_error(arrays: Arrays, source: Weights) -> None:
    less = {k: v for k, v in arrays.items() if k != "decoder/layer_norm/gamma"}
    with pytest.raises(ModelError, match="decoder/layer_norm/gamma"):
        state_dict(less, source.path)
