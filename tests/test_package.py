"""What importing the package costs and gives."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from importlib import import_module

import pytest

import bilingual
from bilingual import errors
from bilingual.hooks import provided

HEAVY = {
    "torch",
    "whisper",
    "faster_whisper",
    "ctranslate2",
    "matplotlib",
    "botok",
    "onnxruntime",
    "opencc",
    "sacrebleu",
    "numpy",
    "scipy",
    "numba",
    "pysrt",
    "webvtt",
}


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}; import sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_import_is_light() -> None:
    assert not loaded_after("import bilingual") & HEAVY


def test_settings_and_errors_are_light() -> None:
    assert not loaded_after("import bilingual; bilingual.Config.load()") & HEAVY


def test_public_names_are_all_there() -> None:
    for name in bilingual.__all__:
        assert getattr(bilingual, name) is not None
    assert set(bilingual.__all__) <= set(dir(bilingual))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        bilingual.nonsense  # noqa: B018


def test_public_names_stay_functions_whatever_is_imported() -> None:
    code = (
        "import bilingual.alignment, bilingual.pipeline.verify, bilingual.asr, bilingual;"
        "print(*map(callable, (bilingual.align, bilingual.verify, bilingual.transcribe)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


def test_errors_survive_pickling() -> None:
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.BilingualError)
    ]
    assert len(kinds) > 5
    for kind in kinds:
        error = kind("file-missing", path="a.srt")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert (again.code, again.params) == ("file-missing", {"path": "a.srt"})
        assert "a.srt" in str(again)


def test_what_values_have_done_above_them_is_there() -> None:
    """A place that a provider names is loaded at the first call only: it has to exist."""
    for place in bilingual._PROVIDERS.values():
        home, _, name = place.partition(":")
        assert callable(getattr(import_module(home), name)), place


def test_nothing_provided_is_one_error() -> None:
    with pytest.raises(LookupError, match="nonsense"):
        provided("nonsense")
