"""What a model's folder holds: which kind of model it is, and which files running it takes.

Model hubs put the same weights into a folder several times, in formats of several
programs. What is taken is what our runtimes read: ONNX, safetensors, ctranslate2. A
pickle (``pytorch_model.bin``, ``.pt``) is never read, for loading one can run code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from bilingual.errors import ModelError

Kind = Literal["encoder", "translator"]
Runtime = Literal["onnx", "table", "transformers", "ctranslate2"]

MAX_JSON_BYTES: Final = 256 * 1024 * 1024
"""A tokenizer of a quarter of a million words takes 30 MB."""

LANGUAGES: Final = ("bod_Tibt", "zho_Hans")
"""The tokens of a translator's languages: those of FLORES, as NLLB-200 has them."""

_PLAIN: Final = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "generation_config.json",
    "sentence_bert_config.json",
    "config_sentence_transformers.json",
    "modules.json",
    "README.md",
)
_PICKLES: Final = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.pickle")
_SPM: Final = ("*.spm", "*.model", "spiece.model", "vocab.txt", "vocab.json")
_CARD_BYTES: Final = 64 * 1024
_LICENCE: Final = re.compile(r"^license:\s*[\"']?([A-Za-z0-9][A-Za-z0-9.+_-]{0,40})", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A model that can be run. ``files`` are relative names; ``licence`` its card's, or empty."""

    kind: Kind
    runtime: Runtime
    files: tuple[str, ...]
    licence: str


def layout_of(folder: Path, kind: Kind | None = None) -> Layout:
    """What a folder holds.

    :param kind: what it is taken for; found out unless given.
    :raises ModelError: nothing in it can be run (``model-pickled``, ``model-weights-missing``,
        ``model-tokenizer-missing``, ``model-needs-code``, ``model-languages-missing``), or a
        file of it is damaged (``model-file-damaged``).
    """
    config = _json(folder / "config.json")
    is_ctranslate2 = (folder / "model.bin").is_file() and "architectures" not in config
    named = str((config.get("architectures") or [""])[0])
    if kind is None:
        translates = is_ctranslate2 or named.endswith("ForConditionalGeneration")
        kind = "translator" if translates else "encoder"
    if kind == "translator":
        runtime, files = _translator(folder, config, is_ctranslate2=is_ctranslate2)
    else:
        runtime, files = _encoder(folder, config)
    present = (name for name in _PLAIN if (folder / name).is_file())
    return Layout(
        kind=kind,
        runtime=runtime,
        files=tuple(sorted({*files, *present})),
        licence=_licence(folder / "README.md"),
    )


def _translator(
    folder: Path, config: dict[str, Any], *, is_ctranslate2: bool
) -> tuple[Runtime, list[str]]:
    if not (folder / "tokenizer.json").is_file():
        raise _without_tokenizer(folder)
    # The vocabulary of a translator is large; the tokens of languages are named apart.
    tokens = {
        str(token.get("content"))
        for token in _json(folder / "tokenizer.json").get("added_tokens", ())
        if isinstance(token, dict)
    }
    missing = [code for code in LANGUAGES if code not in tokens]
    if missing:
        raise ModelError("model-languages-missing", path=str(folder), missing=", ".join(missing))
    if is_ctranslate2:
        _refuse_pickle(folder / "model.bin")
        found = (*folder.glob("*vocabulary.json"), *folder.glob("*vocabulary.txt"))
        return "ctranslate2", ["model.bin", *(place.name for place in found)]
    return "transformers", _safetensors(folder, config, folder)


def _encoder(folder: Path, config: dict[str, Any]) -> tuple[Runtime, list[str]]:
    base, files, is_table = folder, list[str](), config.get("model_type") == "model2vec"
    for number, (kind, place) in enumerate(_modules(folder)):
        where = folder / place
        if number == 0:
            base, is_table = where, is_table or kind == "StaticEmbedding"
            files += [
                (PurePosixPath(place) / name).as_posix()
                for name in _PLAIN
                if (where / name).is_file()
            ]
        elif (where / "config.json").is_file():
            files.append(f"{place}/config.json")
        if kind == "Dense":
            files += _safetensors(folder, {}, where)
    if not any((where / "tokenizer.json").is_file() for where in (base, folder)):
        raise _without_tokenizer(folder)
    for where in dict.fromkeys((base, base / "onnx", folder, folder / "onnx")):
        if (where / "model.onnx").is_file():
            # Weights beyond 2 GB lie in files beside, which the graph names.
            beside = (*where.glob("model.onnx*"), *where.glob("*.onnx.data"), *where.glob("*.data"))
            return "onnx", files + [_relative(p, folder) for p in beside if p.is_file()]
    files += _safetensors(folder, {} if is_table else config, base)
    return ("table" if is_table else "transformers"), files


def _modules(folder: Path) -> Iterator[tuple[str, str]]:
    """Kind and folder of each part that sentence-transformers lists."""
    path = folder / "modules.json"
    if not path.is_file():
        return
    listed = _read(path)
    if not isinstance(listed, list) or not listed:
        raise _damaged(path)
    for module in listed:
        if not isinstance(module, dict) or not {"type", "path"} <= module.keys():
            raise _damaged(path)
        place = PurePosixPath(str(module["path"]))
        if place.is_absolute() or ".." in place.parts or "\\" in str(place):
            raise _damaged(path)
        yield str(module["type"]).rpartition(".")[2], place.as_posix()


def _safetensors(folder: Path, config: dict[str, Any], where: Path) -> list[str]:
    """The files with a part's weights, in one piece or several.

    :raises ModelError: there are none, or running them takes code of the model's own.
    """
    if "auto_map" in config:
        raise ModelError("model-needs-code", path=str(folder))
    index = where / "model.safetensors.index.json"
    if (where / "model.safetensors").is_file():
        return [_relative(where / "model.safetensors", folder)]
    if index.is_file():
        pieces = _json(index).get("weight_map")
        names = set(pieces.values()) if isinstance(pieces, dict) else {""}
        for name in names:
            if not isinstance(name, str) or not re.fullmatch(r"[\w.-]+\.safetensors", name):
                raise _damaged(index)
            if not (where / name).is_file():
                raise ModelError("model-weights-missing", path=str(where / name))
        return [_relative(index, folder), *(_relative(where / name, folder) for name in names)]
    if any(place.is_file() for pattern in _PICKLES for place in where.glob(pattern)):
        raise ModelError("model-pickled", path=str(where))
    raise ModelError("model-weights-missing", path=str(where))


def _refuse_pickle(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((b"PK", b"\x80")):
        raise ModelError("model-pickled", path=str(path.parent))


def _without_tokenizer(folder: Path) -> ModelError:
    if not any(folder.iterdir()) or not any(folder.glob("*.json")):
        return ModelError("model-weights-missing", path=str(folder))
    other = next((p.name for pattern in _SPM for p in folder.glob(pattern)), "")
    return ModelError("model-tokenizer-missing", path=str(folder), other=other or "-")


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _json(path: Path) -> dict[str, Any]:
    """A JSON object in a file; empty where there is no such file."""
    if not path.is_file():
        return {}
    found = _read(path)
    if not isinstance(found, dict):
        raise _damaged(path)
    return found


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise _damaged(path)
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> ModelError:
    return ModelError("model-file-damaged", path=str(path))


def _licence(card: Path) -> str:
    """What a model's card says of its licence, in the head that model hubs read."""
    try:
        with card.open(encoding="utf-8", errors="replace") as file:
            text = file.read(_CARD_BYTES)
    except OSError:
        return ""
    head = text.split("\n---", 1)[0] if text.startswith("---") else ""
    found = _LICENCE.search(head)
    return "" if found is None or found[1] == "other" else found[1]
