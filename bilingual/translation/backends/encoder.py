"""Sentences as vectors: encoders in a folder, as sentence-transformers and others save them.

Run by onnxruntime where the folder holds ``model.onnx`` (or ``onnx/model.onnx``), as a
plain table of tokens where it is one (model2vec's layout, numpy alone), by transformers
otherwise. The pooling, dense layers and scaling named in ``modules.json`` are done here;
without that file the encoder's own pooled output is taken, or the mean of its states.
Tokens that say which language a text is in (``bod_Tibt``, as SONAR and NLLB have them)
are put first where the tokenizer knows them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bilingual.budget import threads
from bilingual.config import Labse
from bilingual.model import Language
from bilingual.text.script import count_scripts
from bilingual.translation.backends.base import (
    Advance,
    Located,
    UnavailableError,
    damage_reported,
    load_transformers,
    require,
)
from bilingual.translation.backends.contrast import Floats

EXTRA: Final = "labse"
"""The extra of this library that an encoder through onnxruntime needs."""

CODES: Final[Mapping[Language, str]] = {"bo": "bod_Tibt", "zh": "zho_Hans"}
"""The tokens by which models of FLORES' languages are told what a text is in."""

_BATCH: Final = 16
_ACTIVATIONS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "Identity": lambda vector: vector,
    "Tanh": np.tanh,
}
_POOLINGS: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "cls": lambda states: states[0],
    "max": lambda states: states.max(axis=0),
    "mean": lambda states: states.mean(axis=0),
    "mean_sqrt_len": lambda states: states.sum(axis=0) / np.sqrt(len(states)),
    "lasttoken": lambda states: states[-1],
}
"""In the order in which sentence-transformers joins several."""

Text = tuple[Language, str]
"""A text and the language that it is in."""

Encode = Callable[[list[list[int]]], tuple[Sequence[Floats], Floats | None]]
"""Token numbers of a batch to its texts' states (tokens, size) and pooled (texts, size)."""

Layers = Callable[[Floats, Floats | None, int], Floats]
"""A text's states, what is pooled of its batch, its place in that: to a vector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A model's folder, and that of the transformer in it; ``backend`` is for messages."""

    backend: str
    root: Path
    name: str

    def read(self, place: Path) -> Any:
        return json.loads(place.read_text(encoding="utf-8"))

    def below(self, relative: str) -> Path:
        place = self.root / relative
        # Names only: on Linux the files themselves are links to what was opened.
        if ".." in Path(relative).parts or Path(relative).is_absolute():
            raise self.damaged("path outside")
        return place

    def modules(self) -> list[tuple[str, Path]]:
        """The parts that ``modules.json`` lists, kind and folder; none without that file."""
        listed = self.root / "modules.json"
        if not listed.exists():
            return []
        return [
            (str(module["type"]).rpartition(".")[2], self.below(str(module["path"])))
            for module in self.read(listed)
        ]

    def base(self) -> Path:
        """Where tokenizer and weights lie."""
        found = self.modules()
        first = found[0][1] if found and found[0][0] in _FIRST else self.root
        return first if (first / "tokenizer.json").exists() else self.root

    def damaged(self, detail: str) -> UnavailableError:
        return UnavailableError(
            "backend-model-damaged", backend=self.backend, model=self.name, detail=detail[:40]
        )


_FIRST: Final = ("Transformer", "StaticEmbedding")


def embedded(
    backend: str, model: Located, settings: Labse, texts: Sequence[Text], advance: Advance
) -> Floats:
    """Unit vectors of texts, (texts, size); of one that has no token that is known, zeros.

    :param backend: for messages.
    :raises UnavailableError: a package is missing, or the model is not usable, or is not
        what it was hashed to.
    """
    folder = model.path
    with damage_reported(backend, model):
        with model.as_hashed() as opened:
            place = _Folder(backend=backend, root=opened, name=folder.name)
            tokens = _tokenizer(place, settings)
            encode = _encoder(place, settings)
            layers = _layers(place)
        # Texts of like length together: less padding.
        order = sorted(range(len(texts)), key=lambda k: (len(texts[k][1]), k))
        rows: list[Floats] = [np.empty(0)] * len(texts)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            numbers = [tokens(texts[k]) for k in batch]
            states, pooled = encode(numbers)
            for row, k in enumerate(batch):
                rows[k] = layers(states[row][: len(numbers[row])], pooled, row)
            advance(min(first + _BATCH, len(order)), len(order))
        vectors: Floats = np.stack(rows).astype(np.float64)
    if not np.isfinite(vectors).all():
        raise UnavailableError(
            "backend-model-damaged", backend=backend, model=folder.name, detail="not finite"
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = vectors / np.where(lengths > 0, lengths, 1.0)
    return unit


def _tokenizer(folder: _Folder, settings: Labse) -> Callable[[Text], list[int]]:
    require("tokenizers", EXTRA)
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder.base() / "tokenizer.json"))
    tokenizer.no_padding()
    codes = {side: tokenizer.token_to_id(code) for side, code in CODES.items()}
    named = {side: number for side, number in codes.items() if number is not None}
    end = tokenizer.token_to_id("</s>")
    if len(named) < len(CODES) or end is None:
        tokenizer.enable_truncation(settings.max_tokens)

        def tokens(text: Text) -> list[int]:
            found: list[int] = tokenizer.encode(text[1]).ids
            return found or [0]

        return tokens
    tokenizer.enable_truncation(max(1, settings.max_tokens - 2))

    def of_language(text: Text) -> list[int]:
        found = tokenizer.encode(text[1], add_special_tokens=False).ids
        return [named[text[0]], *found, end]

    return of_language


def unread_share(model: Located, texts: Sequence[str]) -> float:
    """The share (0..1) of tokens with Tibetan letters that a model's tokenizer does not know.

    :raises UnavailableError: as :func:`embedded`.
    """
    require("tokenizers", EXTRA)
    from tokenizers import Tokenizer

    with model.as_hashed() as opened:
        place = _Folder(backend=model.use.name, root=opened, name=model.path.name)
        path = place.base() / "tokenizer.json"
        tokenizer = Tokenizer.from_file(str(path))
        settings = place.read(path)["model"]
    unknown = settings.get("unk_token")
    if unknown is None and isinstance(settings.get("unk_id"), int):
        unknown = tokenizer.id_to_token(settings["unk_id"])
    tokens = []
    for text in texts:
        found = tokenizer.encode(text, add_special_tokens=False)
        for token, (start, end) in zip(found.tokens, found.offsets, strict=True):
            if count_scripts(text[start:end]).tibetan:
                tokens.append(token)
    return tokens.count(unknown) / max(1, len(tokens))


def _encoder(folder: _Folder, settings: Labse) -> Encode:
    base = folder.base()
    places = (base / "model.onnx", base / "onnx" / "model.onnx", folder.root / "model.onnx")
    onnx = next((p for p in (*places, folder.root / "onnx" / "model.onnx") if p.exists()), None)
    if settings.runtime == "onnx" or (settings.runtime == "auto" and onnx is not None):
        if onnx is None:
            raise UnavailableError(
                "backend-model-missing",
                backend=folder.backend,
                model=f"{folder.name}/model.onnx",
            )
        return _onnx(onnx, settings)
    if is_table(folder.root):
        return _table(base)
    return _transformers(base, settings)


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

    def encode(numbers: list[list[int]]) -> tuple[Sequence[Floats], Floats | None]:
        ids, mask = _padded(numbers)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        found = session.run(None, {k: v for k, v in given.items() if k in wanted})
        by_name = dict(zip(outputs, found, strict=True))
        pooled = by_name.get("sentence_embedding", by_name.get("pooler_output"))
        states = by_name.get("last_hidden_state", found[0])
        if states.ndim == 2:  # the vectors themselves, and nothing else
            return states[:, None, :].repeat(ids.shape[1], axis=1), states
        return states, pooled

    return encode


def is_table(folder: Path) -> bool:
    """Whether a model is a plain table of tokens, as model2vec saves it."""
    try:
        listed = folder / "modules.json"
        if listed.exists():
            modules = json.loads(listed.read_text(encoding="utf-8"))
            if str(modules[0]["type"]).endswith("StaticEmbedding"):
                return True
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return str(config.get("model_type")) == "model2vec"
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return False


def _table(folder: Path) -> Encode:
    require("safetensors", EXTRA)
    from safetensors.numpy import load_file

    tensors = load_file(str(folder / "model.safetensors"))
    table = tensors.get("embeddings", tensors.get("embedding.weight"))
    if table is None:
        raise KeyError("embeddings")
    rows, weights = tensors.get("mapping"), tensors.get("weights")

    def encode(numbers: list[list[int]]) -> tuple[Sequence[Floats], Floats | None]:
        states = []
        for own in numbers:
            found = table[own if rows is None else rows[own]].astype(np.float64)
            states.append(found if weights is None else found * weights[own][:, None])
        return states, None

    return encode


def _transformers(folder: Path, settings: Labse) -> Encode:
    model = load_transformers(_class_of(folder), folder, settings.threads)
    import torch

    def encode(numbers: list[list[int]]) -> tuple[Sequence[Floats], Floats | None]:
        ids, mask = _padded(numbers)
        with torch.inference_mode():
            found = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        pooled = getattr(found, "pooler_output", None)
        return found.last_hidden_state.numpy(), None if pooled is None else pooled.numpy()

    return encode


def _class_of(folder: Path) -> str:
    """The class in transformers: SONAR's is the first half of a translator."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    named = config.get("architectures") or [""]
    return "M2M100Encoder" if named[0] == "M2M100Encoder" else "AutoModel"


def _layers(folder: _Folder) -> Layers:
    """What stands between the encoder's states and a sentence's vector."""
    modules = folder.modules()
    if not modules:
        mean = _POOLINGS["mean"]
        return lambda states, pooled, row: mean(states) if pooled is None else pooled[row]
    pool = _POOLINGS["mean" if modules[0][0] == "StaticEmbedding" else "cls"]
    dense: list[Callable[[Floats], Floats]] = []
    for kind, place in modules:
        if kind == "Pooling":
            pool = _pooling(folder, place)
        elif kind == "Dense":
            dense.append(_dense(folder, place))
        elif kind not in (*_FIRST, "Normalize"):
            raise folder.damaged(kind)

    def layers(states: Floats, pooled: Floats | None, row: int) -> Floats:
        vector = pool(states)
        for layer in dense:
            vector = layer(vector)
        return vector

    return layers


def _pooling(folder: _Folder, place: Path) -> Callable[[Floats], Floats]:
    settings = folder.read(place / "config.json")
    named = settings.get("pooling_mode")
    if isinstance(named, str):
        chosen = [named]
    else:
        keys = {
            "cls": "pooling_mode_cls_token",
            "max": "pooling_mode_max_tokens",
            "mean": "pooling_mode_mean_tokens",
            "mean_sqrt_len": "pooling_mode_mean_sqrt_len_tokens",
            "lasttoken": "pooling_mode_lasttoken",
        }
        chosen = [name for name, key in keys.items() if settings.get(key)]
    if not chosen or not set(chosen) <= set(_POOLINGS):
        raise folder.damaged(f"pooling {' '.join(chosen)}")
    return lambda states: np.concatenate([_POOLINGS[name](states) for name in chosen])


def _dense(folder: _Folder, place: Path) -> Callable[[Floats], Floats]:
    require("safetensors", EXTRA)
    from safetensors.numpy import load_file

    settings = folder.read(place / "config.json")
    tensors = load_file(str(place / "model.safetensors"))
    weight = tensors["linear.weight"]
    bias = tensors.get("linear.bias", np.zeros(len(weight), dtype=weight.dtype))
    named = str(settings.get("activation_function", "Identity")).rpartition(".")[2]
    if named not in _ACTIVATIONS:
        raise folder.damaged(named)
    bent = _ACTIVATIONS[named]
    return lambda vector: bent(weight @ vector + bias)
