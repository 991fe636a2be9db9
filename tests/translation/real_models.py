"""A small encoder that really knows some Tibetan, made in a second and saved in every layout.

It learns from the project's narration which syllables and characters are met together
(singular vectors of their association), without the topics that models are calibrated on.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.train.calibration import NARRATION, TOPICS
from tests.translation import tiny_models

SIZE: Final = 64
SPECIALS: Final = ("<s>", "<pad>", "</s>", "<unk>")
CODES: Final = ("bod_Tibt", "zho_Hans")
CARD: Final = "---\nlanguage:\n- bo\n- zh\nlicense: apache-2.0\n---\n# A small encoder\n"
_TIBETAN: Final = re.compile("[\u0f40-\u0fbc]+")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_LEAST: Final = 3


@cache
def narration() -> tuple[tuple[str, str, str], ...]:
    """Topic, Tibetan, Chinese of each line."""
    with NARRATION.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple((row["topic"], row["bo"], row["zh"]) for row in rows)


def works(count: int) -> list[list[tuple[str, str]]]:
    """Films that the calibration uses, Tibetan and Chinese."""
    return [[(bo, zh) for t, bo, zh in narration() if t == topic] for topic in TOPICS[:count]]


def _counted(texts: Iterable[str], unit: re.Pattern[str]) -> tuple[list[str], Any]:
    """Units that are met often enough, and for each text (a row) whether it has them."""
    found = [set(unit.findall(text)) for text in texts]
    counts = Counter(word for words in found for word in words)
    kept = sorted(word for word, n in counts.items() if n >= _LEAST)
    place = {word: k for k, word in enumerate(kept)}
    table = np.zeros((len(found), len(kept)), dtype=np.float32)
    for row, words in enumerate(found):
        table[row, [place[word] for word in words if word in place]] = 1
    return kept, table


@cache
def learnt() -> tuple[dict[str, int], Any]:
    """Numbers of the tokens, and the tokens' vectors (a row each)."""
    pairs = [(bo, zh) for topic, bo, zh in narration() if topic not in TOPICS]
    syllables, left = _counted((bo for bo, _ in pairs), _TIBETAN)
    characters, right = _counted((zh for _, zh in pairs), _HAN)
    chance = np.outer(left.sum(axis=0), right.sum(axis=0)) / len(pairs)
    u, s, v = np.linalg.svd((left.T @ right - chance) / np.sqrt(chance + 1), full_matrices=False)
    scale = np.sqrt(s[:SIZE])
    words = [*SPECIALS, *CODES, *syllables, *characters]
    table = np.zeros((len(words), SIZE), dtype=np.float32)
    first = len(SPECIALS) + len(CODES)
    table[first : first + len(syllables)] = u[:, :SIZE] * scale
    table[first + len(syllables) :] = v[:SIZE].T * scale
    return {word: k for k, word in enumerate(words)}, table


def tokenizer(path: Path, vocabulary: dict[str, int], *, codes: bool = False) -> None:
    """``tokenizer.json``: Tibetan by syllables, Chinese by characters."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    if not codes:  # the numbers stay what they were
        vocabulary = {f"<{k}>" if k in CODES else k: n for k, n in vocabulary.items()}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split(
        Regex("[\u0f40-\u0fbc]+|[^\u0f40-\u0fbc]"), "isolated"
    )
    made.decoder = decoders.Fuse()
    made.add_special_tokens([*SPECIALS, *(CODES if codes else ())])
    path.mkdir(parents=True, exist_ok=True)
    made.save(str(path / "tokenizer.json"))
    (path / "README.md").write_text(CARD, encoding="utf-8")


def table(path: Path) -> None:
    """As model2vec saves one: a table in safetensors, no network."""
    from safetensors.numpy import save_file

    tokenizer(path, learnt()[0])
    save_file({"embeddings": learnt()[1]}, path / "model.safetensors")
    (path / "config.json").write_text(json.dumps({"model_type": "model2vec", "normalize": True}))


def onnx(path: Path, *, beside: bool = False) -> None:
    """As sentence-transformers exports one, with mean pooling.

    :param beside: whether the weights lie in a file of their own, as large ones do.
    """
    import onnx as library
    from onnx import TensorProto, helper, numpy_helper

    vocabulary, weights = learnt()
    tokenizer(path, vocabulary)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "table",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["b", "t"])
            for name in ("input_ids", "attention_mask")
        ],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["b", "t", SIZE])],
        [numpy_helper.from_array(weights, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (path / "onnx").mkdir()
    library.save_model(
        model,
        str(path / "onnx" / "model.onnx"),
        save_as_external_data=beside,
        location="model.onnx_data" if beside else None,
        size_threshold=0,
    )
    (path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    tiny_models.modules(path, "Transformer", "Pooling", "Normalize")


def bert(path: Path) -> None:
    """As transformers saves one, in safetensors: embeddings and no layer above them."""
    import torch
    from transformers import BertConfig, BertModel

    vocabulary = learnt()[0]
    tokenizer(path, vocabulary)
    model = BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=SIZE,
            num_hidden_layers=0,
            num_attention_heads=2,
            intermediate_size=SIZE,
            max_position_embeddings=300,
        )
    )
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.copy_(torch.from_numpy(learnt()[1]))
        model.embeddings.position_embeddings.weight.zero_()
        model.embeddings.token_type_embeddings.weight.zero_()
    model.eval().save_pretrained(path)
    tiny_models.modules(path, "Transformer", "Pooling", "Normalize")


def sonar(path: Path) -> None:
    """As SONAR's text encoder is saved: the first half of an M2M100, with tokens of languages."""
    import torch
    from transformers import M2M100Config
    from transformers.models.m2m_100.modeling_m2m_100 import M2M100Encoder

    vocabulary = learnt()[0]
    tokenizer(path, vocabulary, codes=True)
    model = M2M100Encoder(
        M2M100Config(
            vocab_size=len(vocabulary),
            d_model=SIZE,
            encoder_layers=0,
            encoder_attention_heads=2,
            encoder_ffn_dim=SIZE,
            max_position_embeddings=300,
            pad_token_id=1,
            scale_embedding=False,
        )
    )
    with torch.no_grad():  # the positions, of size 1, are to be little beside it
        model.embed_tokens.weight.copy_(torch.from_numpy(100 * learnt()[1]))
    model.eval().save_pretrained(path)


def translator(path: Path, pairs: Sequence[tuple[str, str]]) -> None:
    """An M2M100, as NLLB-200 is one, that knows some pairs by heart.

    To translate what it has not seen takes far more than a test has.
    """
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    split = re.compile("[\u0f40-\u0fbc]+|[^\u0f40-\u0fbc]")
    words = sorted(
        {word for pair in pairs for text in pair for word in split.findall(text)} - {" "}
    )
    vocabulary = {word: k for k, word in enumerate((*SPECIALS, *CODES, *words))}
    tokenizer(path, vocabulary, codes=True)
    torch.set_num_threads(1)  # so small a model only waits for more
    torch.manual_seed(0)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(vocabulary),
            d_model=64,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=64,
            decoder_ffn_dim=64,
            max_position_embeddings=512,
            dropout=0.0,
            attention_dropout=0.0,
            activation_dropout=0.0,
            encoder_layerdrop=0.0,
            decoder_layerdrop=0.0,
            pad_token_id=1,
            bos_token_id=0,
            eos_token_id=2,
            decoder_start_token_id=2,
        )
    )

    def numbers(text: str) -> list[int]:
        return [vocabulary[word] for word in split.findall(text) if word != " "]

    source = [[vocabulary["bod_Tibt"], *numbers(bo), 2] for bo, _ in pairs]
    target = [[vocabulary["zho_Hans"], *numbers(zh), 2] for _, zh in pairs]
    ids = _padded(source, 1)
    labels = _padded(target, -100)
    optimiser = torch.optim.Adam(model.parameters(), lr=4e-3)
    model.train()
    for _ in range(150):
        optimiser.zero_grad()
        loss = model(input_ids=ids, attention_mask=(ids != 1).long(), labels=labels).loss
        loss.backward()
        optimiser.step()
        if loss.item() < 0.02:
            break
    model.eval().save_pretrained(path)
    (path / "README.md").write_text(CARD.replace("apache-2.0", "cc-by-nc-4.0"), encoding="utf-8")


def _padded(rows: list[list[int]], filling: int) -> Any:
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [filling] * (longest - len(row)) for row in rows])
