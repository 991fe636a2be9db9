"""What a model's folder holds: the weights that are taken, and those that never are."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from bilingual.errors import ModelError
from bilingual.weights.layout import layout_of

POOLED = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"), ("Normalize", "3")]


def put(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        place.write_bytes(data)
    return folder


def listed(*modules: tuple[str, str]) -> list[dict[str, str]]:
    return [{"type": f"sentence_transformers.models.{k}", "path": p} for k, p in modules]


BERT = {"architectures": ["BertModel"], "model_type": "bert"}
M2M = {"architectures": ["M2M100ForConditionalGeneration"], "model_type": "m2m_100"}
CODES = {"added_tokens": [{"content": "bod_Tibt"}, {"content": "zho_Hans"}]}


def refused(folder: Path, kind: Any = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        layout_of(folder, kind)
    for language in ("zh", "en"):
        assert "{" not in caught.value.message(language)
    return caught.value


def test_of_all_formats_of_a_hub_those_that_are_read(tmp_path: Path) -> None:
    folder = put(
        tmp_path,
        {
            "config.json": BERT,
            "tokenizer.json": {},
            "modules.json": listed(*POOLED),
            "1_Pooling/config.json": {},
            "2_Dense/config.json": {},
            "2_Dense/model.safetensors": b"",
            "2_Dense/pytorch_model.bin": b"\x80",
            "model.safetensors": b"",
            "pytorch_model.bin": b"PK",
            "tf_model.h5": b"",
            "flax_model.msgpack": b"",
            "README.md": b"---\nlanguage: bo\nlicense: apache-2.0\n---\nlicense: other text",
            "evil.py": b"raise SystemExit",
        },
    )
    found = layout_of(folder)
    assert (found.kind, found.runtime, found.licence) == ("encoder", "transformers", "apache-2.0")
    assert found.files == (
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "2_Dense/model.safetensors",
        "README.md",
        "config.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
    )
    put(folder, {"onnx/model.onnx": b"", "onnx/model.onnx_data": b"", "onnx/model_O4.onnx": b""})
    found = layout_of(folder)
    assert found.runtime == "onnx"
    assert {"onnx/model.onnx", "onnx/model.onnx_data"} < set(found.files)
    assert not {"model.safetensors", "onnx/model_O4.onnx", "evil.py"} & set(found.files)


def test_weights_in_pieces(tmp_path: Path) -> None:
    pieces = {"a": "model-1.safetensors", "b": "model-2.safetensors", "c": "model-1.safetensors"}
    folder = put(
        tmp_path,
        {
            "config.json": BERT,
            "tokenizer.json": {},
            "model.safetensors.index.json": {"weight_map": pieces},
            "model-1.safetensors": b"",
        },
    )
    assert refused(folder).code == "model-weights-missing"
    put(folder, {"model-2.safetensors": b""})
    assert set(pieces.values()) < set(layout_of(folder).files)
    for name in ("../model.safetensors", "/etc/x.safetensors", "model.bin", 3):
        put(folder, {"model.safetensors.index.json": {"weight_map": {"a": name}}})
        assert refused(folder).code == "model-file-damaged"


@pytest.mark.parametrize("kind", ["encoder", "translator"])
@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.ckpt", "model.pkl"])
def test_a_pickle_is_never_taken(tmp_path: Path, kind: str, name: str) -> None:
    config = BERT if kind == "encoder" else M2M
    folder = put(tmp_path, {"config.json": config, "tokenizer.json": CODES, name: b"\x80\x02"})
    assert refused(folder).code == "model-pickled"
    assert refused(folder, kind).code == "model-pickled"


def test_a_pickle_in_a_part_or_under_ctranslate2s_name(tmp_path: Path) -> None:
    dense = put(
        tmp_path / "dense",
        {
            "config.json": BERT,
            "tokenizer.json": {},
            "modules.json": listed(*POOLED),
            "model.safetensors": b"",
            "2_Dense/config.json": {},
            "2_Dense/pytorch_model.bin": b"\x80",
        },
    )
    assert refused(dense).code == "model-pickled"
    for start in (b"PK\x03\x04", b"\x80\x04\x95"):
        named = put(
            tmp_path / "named", {"config.json": {}, "tokenizer.json": CODES, "model.bin": start}
        )
        assert refused(named).code == "model-pickled"


def test_translators(tmp_path: Path) -> None:
    hub = put(
        tmp_path / "hub",
        {
            "config.json": M2M,
            "generation_config.json": {},
            "tokenizer.json": CODES,
            "model.safetensors": b"",
        },
    )
    found = layout_of(hub)
    assert (found.kind, found.runtime, found.licence) == ("translator", "transformers", "")
    converted = put(
        tmp_path / "converted",
        {
            "config.json": {"add_source_eos": False},
            "tokenizer.json": CODES,
            "model.bin": b"\x06\x00\x00\x00",
            "shared_vocabulary.json": [],
        },
    )
    found = layout_of(converted)
    assert (found.kind, found.runtime) == ("translator", "ctranslate2")
    assert {"model.bin", "shared_vocabulary.json"} < set(found.files)
    # M2M-100 itself knows Chinese and no Tibetan.
    put(hub, {"tokenizer.json": {"added_tokens": [{"content": "zho_Hans"}, "x"]}})
    error = refused(hub)
    assert (error.code, error.params["missing"]) == ("model-languages-missing", "bod_Tibt")


def test_what_cannot_be_run(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(empty).code == "model-weights-missing"
    no_weights = put(tmp_path / "no-weights", {"config.json": BERT, "tokenizer.json": {}})
    assert refused(no_weights).code == "model-weights-missing"
    pieces = put(
        tmp_path / "pieces",
        {"config.json": BERT, "sentencepiece.bpe.model": b"", "model.safetensors": b""},
    )
    error = refused(pieces)
    assert (error.code, error.params["other"]) == (
        "model-tokenizer-missing",
        "sentencepiece.bpe.model",
    )
    own = {**BERT, "auto_map": {"AutoModel": "evil.Model"}}
    code = put(
        tmp_path / "code", {"config.json": own, "tokenizer.json": {}, "model.safetensors": b""}
    )
    assert refused(code).code == "model-needs-code"
    put(code, {"model.onnx": b""})
    assert layout_of(code).runtime == "onnx"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b"{"),
        ("config.json", []),
        ("config.json", b"\xff\xfe"),
        ("config.json", b"[" * 200_000),
        ("modules.json", {}),
        ("modules.json", []),
        ("modules.json", [{"type": "x"}]),
        ("modules.json", listed(("Transformer", ""), ("Pooling", "../outside"))),
        ("modules.json", listed(("Transformer", "/etc"))),
        ("modules.json", listed(("Transformer", "a\\..\\..\\b"))),
    ],
)
def test_damaged_and_hostile_settings(tmp_path: Path, name: str, content: Any) -> None:
    folder = put(
        tmp_path, {"config.json": BERT, "tokenizer.json": {}, "model.onnx": b"", name: content}
    )
    assert refused(folder).code == "model-file-damaged"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = put(tmp_path, {"tokenizer.json": {}, "model.onnx": b""})
    os.mkfifo(folder / "config.json")
    assert "config.json" not in layout_of(folder).files


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlicense: cc-by-nc-4.0\nlanguage: bo\n---\n", "cc-by-nc-4.0"),
        ("---\nlicense: 'mit'\n---\n", "mit"),
        ("---\nlicense: other\n---\n", ""),
        ("license: mit\n", ""),
        ("---\ntags: x\n---\nlicense: mit\n", ""),
        ("---\nlicense: \x1b[31mevil\n---\n", ""),
    ],
)
def test_the_licence_is_that_of_the_cards_head(tmp_path: Path, card: str, licence: str) -> None:
    folder = put(tmp_path, {"tokenizer.json": {}, "model.onnx": b"", "README.md": card.encode()})
    assert layout_of(folder).licence == licence
