"""Small models that are real: saved here, read by the same code as big ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

PAIRS = [
    ("地球绕着太阳转", "སའི་གོ་ལ་ཉི་མའི་མཐའ་ལ་འཁོར།"),
    ("医生给病人看病", "སྨན་པས་ནད་པར་ནད་བལྟ།"),
    ("学生在学校学习", "སློབ་མས་སློབ་གྲྭར་སློབ་སྦྱོང་བྱེད།"),
    ("植物需要阳光和水", "རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།"),
    ("鸟有翅膀会飞", "བྱ་ལ་གཤོག་པ་ཡོད་པས་འཕུར་ཐུབ།"),
    ("声音在空气中传播", "སྒྲ་མཁའ་རླུང་ནང་དུ་བརྒྱུད།"),
    ("飞机比汽车快", "གནམ་གྲུ་རླངས་འཁོར་ལས་མགྱོགས།"),
    ("孩子们在草原上骑马", "ཕྲུ་གུ་ཚོས་རྩྭ་ཐང་དུ་རྟ་བཞོན།"),
    ("动物生活在森林里", "སྲོག་ཆགས་ནགས་ཚལ་ནང་དུ་འཚོ།"),
    ("科学家建造了天文台", "ཚན་རིག་པས་གནམ་རིག་བརྟག་དཔྱད་ཁང་བརྒྱབ།"),
    ("火山里有岩浆", "མེ་རིའི་ནང་བརྡོལ་རྡོ་ཡོད།"),
    ("冬天的湖面结冰", "དགུན་ཁར་མཚོའི་ཁར་འཁྱགས་པ་ཆགས།"),
]
ZH = [zh for zh, _ in PAIRS]
BO = [bo for _, bo in PAIRS]


def tokenizer(
    texts: Iterable[str], path: Path, extra: Sequence[str] = (), pair: bool = True
) -> dict[str, int]:
    """A tokenizer of single characters, saved as ``tokenizer.json``; its vocabulary."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors

    specials = ["<s>", "<pad>", "</s>", "<unk>", *extra]
    letters = sorted({c for text in texts for c in text if not c.isspace()})
    vocabulary = {token: k for k, token in enumerate([*specials, *letters])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    made.decoder = decoders.Fuse()
    made.add_special_tokens(specials)
    if pair:
        made.post_processor = processors.TemplateProcessing(
            single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
        )
    path.mkdir(parents=True, exist_ok=True)
    made.save(str(path / "tokenizer.json"))
    return vocabulary


def modules(path: Path, *kinds: str) -> None:
    """A ``modules.json`` as sentence-transformers writes it, with mean pooling."""
    folders = {
        "Transformer": "",
        "Pooling": "1_Pooling",
        "Dense": "2_Dense",
        "Normalize": "3_Normalize",
    }
    listed = [
        {
            "idx": k,
            "name": str(k),
            "path": folders.get(kind, kind),
            "type": f"sentence_transformers.models.{kind}",
        }
        for k, kind in enumerate(kinds)
    ]
    (path / "modules.json").write_text(json.dumps(listed), encoding="utf-8")
    (path / "1_Pooling").mkdir(exist_ok=True)
    (path / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": 8, "pooling_mode_mean_tokens": True})
    )


def bert(path: Path, size: int = 16) -> Any:
    """A random BERT of one layer over the characters of ``PAIRS``."""
    import torch
    from transformers import BertConfig, BertModel

    vocabulary = tokenizer([*ZH, *BO], path)
    torch.manual_seed(0)
    model = BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=size,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=2 * size,
            max_position_embeddings=300,
        )
    )
    model.eval()
    model.save_pretrained(path)
    return model


def onnx_encoder(path: Path) -> None:
    """An encoder by table that knows what ``PAIRS`` mean, through ONNX and no torch.

    Every pair has a direction of its own; the letters of its two texts lie along it.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    vocabulary = tokenizer([*ZH, *BO], path, pair=False)
    table = np.full((len(vocabulary), len(PAIRS)), 0.01, dtype=np.float32)
    for k, pair in enumerate(PAIRS):
        for text in pair:
            for letter in text:
                table[vocabulary[letter], k] += 1
    # A letter of many texts says little of any.
    table /= np.maximum(table.sum(axis=1, keepdims=True), 1e-6) ** 2
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "table",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["b", "t"])],
        [
            helper.make_tensor_value_info(
                "last_hidden_state", TensorProto.FLOAT, ["b", "t", len(PAIRS)]
            )
        ],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, str(path / "model.onnx"))
    modules(path, "Transformer", "Pooling", "Normalize")


def nllb(path: Path) -> Any:
    """A random M2M100, as NLLB-200 is one, over the characters of ``PAIRS``."""
    import torch
    from transformers import M2M100Config, M2M100ForConditionalGeneration

    vocabulary = tokenizer([*ZH, *BO], path, ("bod_Tibt", "zho_Hans"), pair=False)
    torch.manual_seed(0)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(vocabulary),
            d_model=16,
            encoder_layers=1,
            decoder_layers=1,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=32,
            decoder_ffn_dim=32,
            max_position_embeddings=128,
            pad_token_id=1,
            bos_token_id=0,
            eos_token_id=2,
            decoder_start_token_id=2,
        )
    )
    model.eval()
    model.save_pretrained(path)
    return model


def converted(source: Path, target: Path) -> None:
    """The same model in ctranslate2's layout."""
    import ctranslate2.converters
    import transformers

    class Converter(ctranslate2.converters.TransformersConverter):  # type: ignore[misc]
        def load_tokenizer(self, *_: Any, **__: Any) -> Any:
            return transformers.PreTrainedTokenizerFast(
                tokenizer_file=str(source / "tokenizer.json"),
                bos_token="<s>",
                eos_token="</s>",
                unk_token="<unk>",
                pad_token="<pad>",
            )

    Converter(str(source)).convert(str(target))
    shutil.copy(source / "tokenizer.json", target)
