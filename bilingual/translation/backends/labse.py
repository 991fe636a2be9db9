"""LaBSE: do two texts lie near each other among the sentences of all languages?

A sentence encoder in a folder, as sentence-transformers saves it: run by onnxruntime
where it holds ``model.onnx`` (or ``onnx/model.onnx``), by transformers otherwise. The
pooling, dense layer and scaling named in ``modules.json`` are done here; without that
file the encoder's own pooled output is taken. See ``models/labse.md``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from bilingual.budget import threads
from bilingual.config import Backends, Labse
from bilingual.translation.backends.base import (
    Advance,
    Answers,
    Backend,
    Located,
    Outcome,
    Pair,
    Score,
    UnavailableError,
    load_transformers,
    locate,
    require,
)
from bilingual.translation.backends.contrast import MIN_PAIRS, Floats, fault_nats, margins

NAME: Final = "labse"
_BATCH: Final = 16
# Works are compared bead by bead with their neighbourhood; all with all costs too much.
_BLOCK: Final = 400

Encode = Callable[[list[list[int]]], tuple[Floats, Floats | None]]
"""Token numbers of a batch to (texts, tokens, size) states and (texts, size) pooled."""


def _run(pairs: Sequence[Pair], settings: Backends, advance: Advance, answers: Answers) -> Outcome:
    if len(pairs) < MIN_PAIRS:
        raise UnavailableError("backend-too-few", backend=NAME, least=MIN_PAIRS)
    own = settings.labse
    model = locate(NAME, own.model, own.sha256)
    texts = [p.bo for p in pairs] + [p.zh for p in pairs]
    vectors = np.stack(
        answers.ask(NAME, texts, lambda new: list(_embedded(model, own, new, advance)))
    )
    bo, zh = vectors[: len(pairs)], vectors[len(pairs) :]
    scores: dict[int, Score] = {}
    blocks = -(-len(pairs) // _BLOCK)
    for k in range(blocks):
        first, stop = k * len(pairs) // blocks, (k + 1) * len(pairs) // blocks
        table = bo[first:stop] @ zh[first:stop].T
        margin, rivals = margins(table)
        nats = fault_nats(margin, rivals)
        for row, pair in enumerate(pairs[first:stop]):
            scores[pair.number] = Score(
                value=round(float(table[row, row]), 4),
                nats=round(float(nats[row]), 3),
                params={"measure": "cosine", "margin": round(float(margin[row]), 4)},
            )
    return Outcome(scores=scores, models=(model.use,))


def _embedded(model: Located, settings: Labse, texts: list[str], advance: Advance) -> Floats:
    """Unit vectors of texts, (texts, size)."""
    folder = model.path
    try:
        with model.as_hashed() as opened:
            tokens = _tokenizer(opened, settings)
            encode = _encoder(opened, settings)
            layers = _layers(opened)
        # Texts of like length together: less padding.
        order = sorted(range(len(texts)), key=lambda k: (len(texts[k]), k))
        rows: list[Floats] = [np.empty(0)] * len(texts)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            numbers = [tokens(texts[k]) for k in batch]
            states, pooled = encode(numbers)
            for place, k in enumerate(batch):
                rows[k] = layers(states[place, : len(numbers[place])], pooled, place)
            advance(min(first + _BATCH, len(order)), len(order))
        vectors: Floats = np.stack(rows).astype(np.float64)
    except UnavailableError:
        raise
    except Exception as error:
        # A damaged model shows as whatever its reader raises.
        raise UnavailableError(
            "backend-model-damaged", backend=NAME, model=folder.name, detail=type(error).__name__
        ) from error
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or not (lengths > 0).all():
        raise UnavailableError(
            "backend-model-damaged", backend=NAME, model=folder.name, detail="not finite"
        )
    unit: Floats = vectors / lengths
    return unit


def _tokenizer(folder: Path, settings: Labse) -> Callable[[str], list[int]]:
    require("tokenizers", NAME)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(settings.max_tokens)

    def tokens(text: str) -> list[int]:
        found: list[int] = tokenizer.encode(text).ids
        return found or [0]

    return tokens


def _encoder(folder: Path, settings: Labse) -> Encode:
    onnx = next(
        (p for p in (folder / "model.onnx", folder / "onnx" / "model.onnx") if p.exists()), None
    )
    if settings.runtime == "onnx" or (settings.runtime == "auto" and onnx is not None):
        if onnx is None:
            raise UnavailableError(
                "backend-model-missing", backend=NAME, model=f"{folder.name}/model.onnx"
            )
        return _onnx(onnx, settings)
    return _transformers(folder, settings)


def _padded(numbers: list[list[int]]) -> tuple[Any, Any]:
    longest = max(map(len, numbers))
    ids = np.zeros((len(numbers), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, own in enumerate(numbers):
        ids[row, : len(own)], mask[row, : len(own)] = own, 1
    return ids, mask


def _onnx(path: Path, settings: Labse) -> Encode:
    from bilingual.weights.onnx import onnxruntime

    runtime = onnxruntime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads(settings.threads)
    options.log_severity_level = 3
    session = runtime.InferenceSession(
        str(path), sess_options=options, providers=["CPUExecutionProvider"]
    )
    wanted = {i.name for i in session.get_inputs()}
    outputs = [o.name for o in session.get_outputs()]

    def encode(numbers: list[list[int]]) -> tuple[Floats, Floats | None]:
        ids, mask = _padded(numbers)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = session.run(None, {k: v for k, v in given.items() if k in wanted})
        by_name = dict(zip(outputs, found, strict=True))
        pooled = by_name.get("sentence_embedding", by_name.get("pooler_output"))
        return by_name.get("last_hidden_state", found[0]), pooled

    return encode


def _transformers(folder: Path, settings: Labse) -> Encode:
    model = load_transformers("AutoModel", folder, settings.threads)
    import torch

    def encode(numbers: list[list[int]]) -> tuple[Floats, Floats | None]:
        ids, mask = _padded(numbers)
        with torch.inference_mode():
            found = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        pooled = getattr(found, "pooler_output", None)
        return found.last_hidden_state.numpy(), None if pooled is None else pooled.numpy()

    return encode


Layers = Callable[[Floats, Floats | None, int], Floats]


def _layers(folder: Path) -> Layers:
    """What stands between the encoder's states and a sentence's vector."""
    listed = folder / "modules.json"
    if not listed.exists():
        return lambda states, pooled, row: states[0] if pooled is None else pooled[row]
    pool: Callable[[Floats], Floats] = lambda states: states[0]  # noqa: E731
    dense: list[Callable[[Floats], Floats]] = []
    for module in json.loads(listed.read_text(encoding="utf-8")):
        kind = str(module["type"]).rpartition(".")[2]
        place = folder / str(module["path"])
        if not place.resolve().is_relative_to(folder.resolve()):
            raise UnavailableError(
                "backend-model-damaged", backend=NAME, model=folder.name, detail="path outside"
            )
        if kind == "Pooling":
            pool = _pooling(place)
        elif kind == "Dense":
            dense.append(_dense(place))
        elif kind not in ("Transformer", "Normalize"):
            raise UnavailableError(
                "backend-model-damaged", backend=NAME, model=folder.name, detail=kind[:40]
            )

    def layers(states: Floats, pooled: Floats | None, row: int) -> Floats:
        vector = pool(states)
        for layer in dense:
            vector = layer(vector)
        return vector

    return layers


def _pooling(folder: Path) -> Callable[[Floats], Floats]:
    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if settings.get("pooling_mode_mean_tokens"):
        return lambda states: states.mean(axis=0)
    return lambda states: states[0]


def _dense(folder: Path) -> Callable[[Floats], Floats]:
    require("safetensors", NAME)
    from safetensors.numpy import load_file

    settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tensors = load_file(str(folder / "model.safetensors"))
    weight = tensors["linear.weight"]
    bias = tensors.get("linear.bias", np.zeros(len(weight), dtype=weight.dtype))
    bent = str(settings.get("activation_function", "")).endswith("Tanh")

    def layer(vector: Floats) -> Floats:
        found: Floats = weight @ vector + bias
        return np.tanh(found) if bent else found

    return layer


BACKEND = Backend(name=NAME, licence="Apache-2.0", run=_run)
