"""A CTranslate2 Whisper model rewritten as an openai-whisper checkpoint.

CTranslate2 stores the attention's query, key and value projections as one
matrix (in cross attention, key and value) and gives the keys a bias, which is
zero because Whisper has none. The binary format is that of
``ctranslate2/specs/model_spec.py``, version 6, little-endian.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bilingual.asr.base import Weights
from bilingual.errors import ModelError
from bilingual.weights import sha256_of
from bilingual.weights.fetching import convert_into

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[np.generic]]

_VERSION = 6
_TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}
_HEAD_SIZE = 64
"""Whisper's attention heads are 64 wide in every size."""


def openai_checkpoint(source: Weights, target: Path) -> Weights:
    """The checkpoint made from a CTranslate2 model, made now if it is not there.

    Its hash is recorded beside it as it is made, together with the source's,
    and checked every time before it is handed out; one made from another source
    is made again.

    :param source: a folder with ``model.bin`` and ``config.json``.
    :param target: where the checkpoint lies or is to lie (``….pt``).
    :raises ModelError: the source is no such model, or the checkpoint is not
        the one that was made (``model-hash-mismatch``).
    """
    record = target.with_suffix(".json")
    if _recorded(record).get("source") != source.sha256:
        target.unlink(missing_ok=True)
        record.unlink(missing_ok=True)

    def make(fresh: Path) -> None:
        _write_checkpoint(source, fresh)
        facts = {"source": source.sha256, "sha256": sha256_of(fresh)}
        fresh.with_suffix(".json").write_text(json.dumps(facts), encoding="utf-8")
        # The record first: a checkpoint without one is never taken for good.
        fresh.with_suffix(".json").replace(record)

    convert_into(target, make)
    expected = _recorded(record).get("sha256", "")
    found = sha256_of(target)
    if found != expected:
        raise ModelError(
            "model-hash-mismatch",
            name=source.name,
            path=str(target),
            expected=expected or "?",
            found=found,
        )
    return Weights(name=source.name, path=target, sha256=found)


def _recorded(record: Path) -> dict[str, str]:
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _write_checkpoint(source: Weights, target: Path) -> None:
    import numpy as np
    import torch

    arrays = read_model(source.path / "model.bin", sha256=source.sha256)
    state = {
        name: torch.from_numpy(np.array(value))
        for name, value in state_dict(arrays, source.path).items()
    }
    heads = json.loads((source.path / "config.json").read_text(encoding="utf-8"))
    torch.save(
        {
            "dims": dimensions(arrays),
            "model_state_dict": state,
            # Ours, beside OpenAI's two keys: which heads follow the words.
            "alignment_heads": heads["alignment_heads"],
        },
        target,
    )


def read_model(path: Path, *, sha256: str | None = None) -> dict[str, NDArray[Any]]:
    """The named arrays of a CTranslate2 ``model.bin``, aliases resolved.

    :param sha256: what its bytes must hash to.
    :raises ModelError: it is no Whisper model in that format, or it is cut off.
    """
    try:
        data = path.read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if sha256 not in (None, found):
            raise ModelError(
                "model-hash-mismatch",
                name=path.name,
                path=str(path),
                expected=sha256,
                found=found,
            )
        return _parse(data)
    except (struct.error, ValueError, KeyError, IndexError, UnicodeDecodeError) as error:
        raise ModelError(
            "model-not-convertible", path=str(path), detail=str(error) or type(error).__name__
        ) from error
    except OSError as error:
        raise ModelError("model-unreadable", path=str(path), detail=str(error.strerror)) from error


def _parse(data: bytes) -> dict[str, NDArray[Any]]:
    import numpy as np

    position = 0

    def number(code: str) -> int:
        nonlocal position
        (value,) = struct.unpack_from("<" + code, data, position)
        position += struct.calcsize("<" + code)
        return int(value)

    def string() -> str:
        nonlocal position
        length = number("H")
        value = data[position : position + length]
        position += length
        if len(value) != length or not value.endswith(b"\0"):
            raise ValueError("a name is cut off")
        return value[:-1].decode("utf-8")

    if (found := number("I")) != _VERSION:
        raise ValueError(f"format version {found}, not {_VERSION}")
    if (spec := string()) != "WhisperSpec":
        raise ValueError(f"a {spec}, not a WhisperSpec")
    number("I")  # revision
    arrays: dict[str, NDArray[Any]] = {}
    for _ in range(number("I")):
        name = string()
        shape = tuple(number("I") for _ in range(number("B")))
        kind = np.dtype(_TYPES[number("B")])
        size = number("I")
        if size != kind.itemsize * int(np.prod(shape)) or position + size > len(data):
            raise ValueError(f"{name} is cut off")
        arrays[name] = np.frombuffer(data, kind, size // kind.itemsize, position).reshape(shape)
        position += size
    for _ in range(number("I")):
        alias = string()
        arrays[alias] = arrays[string()]
    return arrays


def dimensions(arrays: Arrays) -> dict[str, int]:
    """openai-whisper's ``ModelDimensions`` as a dictionary, read off the shapes."""
    audio_state, mels, _ = arrays["encoder/conv1/weight"].shape
    vocabulary, text_state = arrays["decoder/embeddings/weight"].shape
    return {
        "n_mels": mels,
        "n_audio_ctx": arrays["encoder/position_encodings/encodings"].shape[0],
        "n_audio_state": audio_state,
        "n_audio_head": audio_state // _HEAD_SIZE,
        "n_audio_layer": _layers(arrays, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": arrays["decoder/position_encodings/encodings"].shape[0],
        "n_text_state": text_state,
        "n_text_head": text_state // _HEAD_SIZE,
        "n_text_layer": _layers(arrays, "decoder"),
    }


def _layers(arrays: Arrays, side: str) -> int:
    numbers = [
        int(match.group(1)) for name in arrays if (match := re.match(rf"{side}/layer_(\d+)/", name))
    ]
    return max(numbers) + 1


def state_dict(arrays: Arrays, path: Path) -> dict[str, NDArray[Any]]:
    """openai-whisper's parameters by their names, in the source's precision.

    :raises ModelError: the source is quantised, a key has a bias that is not
        zero, or arrays are missing.
    """
    try:
        return dict(_parameters(arrays))
    except (KeyError, ValueError) as error:
        raise ModelError("model-not-convertible", path=str(path), detail=str(error)) from error


def _parameters(arrays: Arrays) -> Iterator[tuple[str, NDArray[Any]]]:
    for name in ("conv1", "conv2"):
        for what in ("weight", "bias"):
            yield f"encoder.{name}.{what}", _float(arrays, f"encoder/{name}/{what}")
    yield (
        "encoder.positional_embedding",
        _float(arrays, "encoder/position_encodings/encodings"),
    )
    yield "decoder.token_embedding.weight", _float(arrays, "decoder/embeddings/weight")
    yield (
        "decoder.positional_embedding",
        _float(arrays, "decoder/position_encodings/encodings"),
    )
    for side, final in (("encoder", "ln_post"), ("decoder", "ln")):
        yield from _norm(arrays, f"{side}/layer_norm", f"{side}.{final}")
        for layer in range(_layers(arrays, side)):
            source, target = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
            yield from _self_attention(arrays, f"{source}/self_attention", f"{target}.attn")
            if side == "decoder":
                yield from _cross_attention(arrays, f"{source}/attention", f"{target}.cross_attn")
            yield from _norm(arrays, f"{source}/ffn/layer_norm", f"{target}.mlp_ln")
            yield from _linear(arrays, f"{source}/ffn/linear_0", f"{target}.mlp.0")
            yield from _linear(arrays, f"{source}/ffn/linear_1", f"{target}.mlp.2")


def _self_attention(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield from _norm(arrays, f"{source}/layer_norm", f"{target}_ln")
    yield from _split(arrays, f"{source}/linear_0", target, ("query", "key", "value"))
    yield from _linear(arrays, f"{source}/linear_1", f"{target}.out")


def _cross_attention(
    arrays: Arrays, source: str, target: str
) -> Iterator[tuple[str, NDArray[Any]]]:
    yield from _norm(arrays, f"{source}/layer_norm", f"{target}_ln")
    yield from _linear(arrays, f"{source}/linear_0", f"{target}.query")
    yield from _split(arrays, f"{source}/linear_1", target, ("key", "value"))
    yield from _linear(arrays, f"{source}/linear_2", f"{target}.out")


def _split(
    arrays: Arrays, source: str, target: str, roles: tuple[str, ...]
) -> Iterator[tuple[str, NDArray[Any]]]:
    import numpy as np

    weights = np.split(_float(arrays, f"{source}/weight"), len(roles))
    biases = np.split(_float(arrays, f"{source}/bias"), len(roles))
    for role, weight, bias in zip(roles, weights, biases, strict=True):
        yield f"{target}.{role}.weight", weight
        if role != "key":
            yield f"{target}.{role}.bias", bias
        elif bias.any():
            raise ValueError(f"{source}: the key has a bias, which Whisper's has not")


def _linear(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{target}.weight", _float(arrays, f"{source}/weight")
    yield f"{target}.bias", _float(arrays, f"{source}/bias")


def _norm(arrays: Arrays, source: str, target: str) -> Iterator[tuple[str, NDArray[Any]]]:
    yield f"{target}.weight", _float(arrays, f"{source}/gamma")
    yield f"{target}.bias", _float(arrays, f"{source}/beta")


def _float(arrays: Arrays, name: str) -> NDArray[Any]:
    value = arrays[name]
    if value.dtype.kind != "f":
        raise ValueError(f"{name} is quantised ({value.dtype})")
    return value
