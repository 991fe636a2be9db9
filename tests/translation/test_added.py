"""Models that a user adds: small real ones in every layout, from the source to the report."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bilingual.cli import run
from bilingual.config import Backends, Config, Labse
from bilingual.errors import ConfigError, ModelError
from bilingual.model import CheckVerdict, Report
from bilingual.translation.backends import added as module
from bilingual.translation.backends import calibration
from bilingual.translation.backends.added import Wish, add, recalibrate, state_of, usable
from bilingual.translation.backends.base import UnavailableError, load_transformers
from bilingual.translation.backends.calibration import (
    KINDS,
    LEAST_AUC,
    Sample,
    auc,
    calibrate,
    nats_by_kind,
    sample,
    texts_of,
)
from bilingual.translation.backends.contrast import LEAST, MOST, Floats
from bilingual.translation.backends.registry import backends, chosen
from bilingual.weights import added as records
from bilingual.weights.added import Added
from models.train.calibration import lines
from tests.support import assert_valid, code_of, examined, track
from tests.translation import real_models, tiny_models

LAYOUTS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "table": ("table", real_models.table),
    "onnx": ("onnx", real_models.onnx),
    "onnx-beside": ("onnx", lambda path: real_models.onnx(path, beside=True)),
    "bert": ("transformers", real_models.bert),
    "sonar": ("transformers", real_models.sonar),
}
FEW = Sample(
    topics={str(k): tuple(work[:12]) for k, work in enumerate(real_models.works(2))},
    sha256=sample().sha256,
)
"""What the translator of the tests has learnt, and is calibrated on."""


def quiet(stage: str, done: float, total: float | None) -> None:
    assert stage in ("copy", "unpack", "calibrate")
    assert total is not None
    assert done <= total


class Sources:
    """A folder for each layout, and one with a model that knows nothing, made when asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __truediv__(self, name: str) -> Path:
        place = self._folder / name
        if not place.exists():
            make = LAYOUTS[name][1] if name in LAYOUTS else tiny_models.bert
            make(place)
        return place


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    return Sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home") / "cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BILINGUAL_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def kept(sources: Sources, cache: Path) -> Callable[[str], Added]:
    """One of them, added."""

    def once(name: str) -> Added:
        found = records.added(name)
        if found is None:
            found = add(Wish(name=name, source=str(sources / name)), backends(), quiet)
        return found

    return once


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it."""
    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def verified(*use: str, swap: bool = True, **changes: Any) -> Report:
    """A film that no model here has learnt from, with two lines that changed places."""
    pairs = real_models.works(3)[2][:20]
    bo = [b for b, _ in pairs]
    if swap:
        bo[3], bo[14] = bo[14], bo[3]
    config = msgspec.structs.replace(Config.load(), backends=Backends(use=use, **changes))

    def timed(texts: list[str]) -> list[tuple[int, int, str]]:
        return [(4000 * k, 4000 * k + 3500, text) for k, text in enumerate(texts)]

    return examined(
        track("bo", timed(bo)), track("zh", timed([z for _, z in pairs])), config=config
    )


def refused(wish: Wish) -> ModelError:
    before = records.names()
    with pytest.raises(ModelError) as caught:
        add(wish, backends(), quiet)
    assert records.names() == before
    for language in ("zh", "en"):
        assert "{" not in caught.value.message(language)
    return caught.value


# --- the sample -----------------------------------------------------------------


def test_the_sample_is_plain_lines_of_the_narration() -> None:
    found = sample()
    assert [(t, zh, bo) for t, pairs in found.topics.items() for bo, zh in pairs] == lines(), (
        "run python -m models.train.calibration models/calibration-zh-bo.tsv"
    )
    assert len(found.topics) == 6
    assert len(found.pairs) > 200


def test_faulty_versions_are_other_texts_of_like_length() -> None:
    bo, zh = texts_of(sample())
    assert len(bo) == len(set(bo))
    assert len(bo) > 2.5 * len(zh)
    faults = calibration._Faults(sample())
    gaps = []
    for own, _ in sample().pairs:
        versions = faults.of(own)
        assert set(versions) == set(KINDS)
        assert own not in versions.values()
        assert own.startswith(versions["half"].rstrip("\u0f0d"))
        gaps.append(abs(versions["other"].count("\u0f0b") - own.count("\u0f0b")))
    assert np.mean(gaps) < 1


def by_length(bo: Any, zh: Any) -> Floats:
    """A model that reads nothing, and sees how long texts are."""
    return np.array([-abs(len(b) / 4 - len(z)) for b, z in zip(bo, zh, strict=True)])


def by_chance(bo: Any, zh: Any) -> Floats:
    return np.random.default_rng(len("".join(bo))).normal(size=len(bo))


@pytest.mark.parametrize("figures", [by_length, by_chance])
def test_what_knows_no_tibetan_is_found_out(figures: Any) -> None:
    found = calibrate(sample(), figures, unread=0.0)
    assert 0.4 < found.auc["other"] < 0.65
    assert not usable(found)


def test_a_figure_that_tells_becomes_nats() -> None:
    right = dict(sample().pairs)

    def knows(bo: Any, zh: Any) -> Floats:
        sound = [right.get(b) == z for b, z in zip(bo, zh, strict=True)]
        return by_chance(bo, zh) + np.where(sound, 4.0, 0.0)

    found = calibrate(sample(), knows, unread=0.0)
    assert min(found.auc.values()) > 0.98
    assert usable(found)
    told = nats_by_kind(np.array([-9.0, 0.0, 4.0, 9.0] * 10), found)
    assert set(told) == set(KINDS)
    for nats in told.values():
        assert LEAST <= nats.min() < -1.5
        assert 1.5 < nats.max() <= MOST
        assert (np.diff(nats[:4]) <= 0).all()
        few = nats_by_kind(np.array([0.0]), found)
    assert abs(few["other"][0]) < abs(told["other"][1]) / 3
    # Turned round it would speak for the faults: it says nothing.
    backward = calibrate(sample(), lambda bo, zh: -knows(bo, zh), unread=0.0)
    assert (nats_by_kind(np.array([-9.0, 9.0]), backward)["other"] == 0).all()


def test_auc() -> None:
    assert auc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1
    assert auc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5
    assert auc(np.array([0.0, 2.0]), np.array([1.0])) == 0.5


# --- added, and used ------------------------------------------------------------


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_real_encoder_in_every_layout(kept: Callable[[str], Added], name: str) -> None:
    record = kept(name)
    assert (record.kind, record.runtime) == ("encoder", LAYOUTS[name][0])
    assert record.licence == "apache-2.0"
    assert records.added(name) == record
    assert state_of(record) == "ready"
    assert record.calibration.auc["other"] > 0.93
    assert record.calibration.auc["mixed"] > 0.75
    assert record.calibration.unread < 0.2
    plain, backed = verified(), verified(name)
    document = backed.to_dict()
    assert_valid(document)
    (use,) = document["provenance"]["backends"]
    assert (use["name"], use["state"], use["judged"]) == (name, "ran", 20)
    assert (use["calibration"], use["licence"]) == ("calibration-zh-bo", "apache-2.0")
    assert document["provenance"]["models"] == [{"name": name, "sha256": record.sha256}]
    nats = [b["evidence"]["backends"][0]["nats"] for b in document["alignment"]["beads"]]
    assert set(np.argsort(nats)[-2:]) == {3, 14}
    assert min(nats[3], nats[14]) > 1
    assert np.median(nats) < -0.5
    assert plain.alignment is not None
    assert backed.alignment is not None

    before = [bead.risk or 0.0 for bead in plain.alignment.beads]
    after = [bead.risk or 0.0 for bead in backed.alignment.beads]
    limit = Config.load().accuracy.wrong_risk
    assert all(after[k] >= before[k] for k in (3, 14))
    assert max(risk for k, risk in enumerate(after) if k not in (3, 14)) < limit
    assert "AUC" in backed.to_text("zh")
    assert "未经校准" not in backed.to_text("zh")


def test_one_model_in_two_formats_says_the_same(kept: Callable[[str], Added]) -> None:
    assert kept("onnx").calibration == kept("onnx-beside").calibration
    for kind, value in kept("table").calibration.auc.items():
        assert kept("onnx").calibration.auc[kind] == pytest.approx(value, abs=0.01)


def test_one_that_knows_no_tibetan_is_not_used(kept: Callable[[str], Added]) -> None:
    assert not usable(kept("ignorant").calibration)
    plain, found = verified(swap=False), verified("ignorant", swap=False)
    document = found.to_dict()
    assert_valid(document)
    assert document["alignment"] == plain.to_dict()["alignment"]
    (use,) = found.provenance.backends
    assert (use.state, code_of(use), use.judged) == ("unknown", "backend-not-telling", 0)
    checks = {c.rule: c for c in found.checks}
    before = {c.rule: c for c in plain.checks}
    passed = [
        r
        for r in ("wrong-translation", "partial-translation")
        if before[r].verdict is CheckVerdict.PASS
    ]
    assert passed
    for rule in passed:
        assert checks[rule].verdict is CheckVerdict.UNKNOWN
        assert code_of(checks[rule]) == "backend-not-telling"
    assert "大概不懂藏文" in found.to_text("zh")
    assert "probably knows no Tibetan" in found.to_text("en")


def test_a_translator(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "sample", lambda: FEW)
    real_models.translator(tmp_path / "mine", FEW.pairs)
    record = add(Wish(name="mine", source=str(tmp_path / "mine")), backends(), quiet)
    assert (record.kind, record.runtime) == ("translator", "transformers")
    assert record.licence == "cc-by-nc-4.0"
    assert record.calibration.auc["other"] > 0.9
    found = chosen(Backends(use=("mine",)))[0]
    assert [n.code for n in found.notices(Backends())] == [
        "backend-non-commercial",
        "backend-calibrated",
    ]
    # The same in ctranslate2's layout, by the name that stands for NLLB.
    tiny_models.converted(tmp_path / "mine", tmp_path / "converted")
    other = add(Wish(name="nllb", source=str(tmp_path / "converted")), backends(), quiet)
    assert (other.kind, other.runtime, other.licence) == ("translator", "ctranslate2", "")
    assert other.calibration.auc["other"] > 0.9
    config = msgspec.structs.replace(Config.load(), backends=Backends(use=("nllb",)))
    bo, zh = (list(side) for side in zip(*FEW.pairs[:12], strict=True))
    bo[2], bo[8] = bo[8], bo[2]
    timed = [[(4000 * k, 4000 * k + 3500, t) for k, t in enumerate(side)] for side in (bo, zh)]
    report = examined(track("bo", timed[0]), track("zh", timed[1]), config=config)
    document = report.to_dict()
    assert_valid(document)
    assert {"similarity.chrf", "similarity.bleu"} <= {m["id"] for m in document["measures"]}
    scores = [b["evidence"]["backends"][0] for b in document["alignment"]["beads"]]
    nats = [s["nats"] for s in scores]
    assert min(nats[2], nats[8]) > 0 > np.median(nats)
    assert scores[0]["params"]["text"]
    (use,) = report.provenance.backends
    assert use.notices[0].code == "backend-licence-unknown"


# --- first sight, and ever after --------------------------------------------------


def added_again(sources: Sources, name: str = "mine", layout: str = "onnx", **more: Any) -> Added:
    return add(Wish(name=name, source=str(sources / layout), **more), backends(), quiet)


def test_a_file_that_is_another_is_not_loaded(sources: Sources, fresh: Path) -> None:
    record = added_again(sources)
    (record.path / "evil.py").write_text("raise SystemExit")  # not of the model: not looked at
    assert verified("mine").provenance.backends[0].state == "ran"
    weights = record.path / "onnx" / "model.onnx"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert state_of(record) == "damaged"
    found = verified("mine")
    (use,) = found.provenance.backends
    assert (use.state, code_of(use)) == ("unknown", "backend-model-changed")
    assert "model.onnx" in found.to_text("zh")
    with pytest.raises(ModelError) as caught:
        recalibrate(record, quiet)
    assert caught.value.code == "model-unusable"
    weights.unlink()
    assert state_of(record) == "absent"
    assert verified("mine").provenance.backends[0].state == "unknown"
    records.forget("mine")
    assert records.names() == ()
    with pytest.raises(ConfigError):
        verified("mine")


def test_the_users_own_folder_in_place(sources: Sources, fresh: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(sources / "table", folder)
    record = add(Wish(name="own", source=str(folder), in_place=True), backends(), quiet)
    assert record.path == folder
    assert not (fresh / "added" / "own" / "files").exists()
    assert verified("own").provenance.backends[0].state == "ran"
    (folder / "tokenizer.json").write_text("{}")
    assert code_of(verified("own").provenance.backends[0]) == "backend-model-changed"
    records.forget("own")
    assert folder.is_dir()
    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w"):
        pass
    assert refused(Wish(name="x", source=str(archive), in_place=True)).code == "model-not-in-place"


def test_a_hash_that_the_user_knows(sources: Sources, fresh: Path) -> None:
    record = added_again(sources, layout="table")
    again = added_again(sources, "again", "table", sha256=record.sha256.upper())
    assert again.files == record.files
    wrong = Wish(name="other", source=str(sources / "table"), sha256="0" * 64)
    assert refused(wrong).code == "model-source-differs"


def test_a_record_that_cannot_be_relied_on(sources: Sources, fresh: Path) -> None:
    added_again(sources, layout="table")
    place = fresh / "added" / "mine" / "record.json"
    whole = json.loads(place.read_bytes())
    for damage in (b"{", json.dumps({**whole, "name": "other"}).encode()):
        place.write_bytes(damage)
        with pytest.raises(ModelError) as caught:
            verified("mine")
        assert caught.value.code == "model-record-unusable"
    place.write_text(json.dumps(whole))
    place.chmod(0o666)  # anybody may have written it
    with pytest.raises(ModelError) as caught:
        records.added("mine")
    assert caught.value.code == "model-record-unusable"
    records.forget("mine")
    assert added_again(sources, layout="table")


def test_nothing_stays_of_one_that_cannot_be_run(sources: Sources, fresh: Path) -> None:
    folder = fresh.parent / "damaged"
    shutil.copytree(sources / "table", folder)
    (folder / "model.safetensors").write_bytes(b"nonsense")
    assert refused(Wish(name="damaged", source=str(folder))).code == "model-unusable"
    assert list((fresh / "added").iterdir()) == []


def test_a_package_that_is_not_there(
    sources: Sources, fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    error = refused(Wish(name="x", source=str(sources / "onnx")))
    assert error.code == "model-needs-package"
    assert "bilingual-subtitles[labse]" in error.message("zh")


def test_weights_that_are_pickled_are_not_loaded_by_settings_either(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80")
    with pytest.raises(UnavailableError) as caught:
        load_transformers("AutoModel", tmp_path, 1)
    assert caught.value.code == "backend-model-pickled"


# --- names ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "model-name-invalid"),
        ("../up", "model-name-invalid"),
        ("a/b", "model-name-invalid"),
        (".hidden", "model-name-invalid"),
        ("-option", "model-name-invalid"),
        ("名字", "model-name-invalid"),
        ("a\n", "model-name-invalid"),
        ("x" * 65, "model-name-invalid"),
        ("con", "model-name-invalid"),
        ("NUL.txt", "model-name-invalid"),
        ("end.", "model-name-invalid"),
        ("base", "model-name-taken"),
        ("Large", "model-name-taken"),
        ("judge", "model-name-taken"),
        ("LaBSE", "model-name-taken"),
        ("nllb", "model-name-taken"),  # of a translator, and this is none
    ],
)
def test_names_that_a_model_cannot_have(
    sources: Sources, fresh: Path, name: str, code: str
) -> None:
    kind: Any = "encoder" if name == "nllb" else None
    assert refused(Wish(name=name, source=str(sources / "table"), kind=kind)).code == code
    assert records.added(name) is None


def test_a_name_twice(sources: Sources, fresh: Path) -> None:
    added_again(sources, layout="table")
    for name in ("mine", "MINE"):
        assert refused(Wish(name=name, source=str(sources / "onnx"))).code == "model-exists"


def test_a_model_in_the_place_of_ours(sources: Sources, fresh: Path, tmp_path: Path) -> None:
    assert code_of(verified("labse").provenance.backends[0]) == "backend-model-unset"
    added_again(sources, "labse", "table")
    assert verified("labse").provenance.backends[0].calibration == "calibration-zh-bo"
    # What the settings name goes first.
    named = verified("labse", labse=Labse(model=str(tmp_path / "absent")))
    assert code_of(named.provenance.backends[0]) == "backend-model-missing"


# --- the command line -------------------------------------------------------------


def test_from_the_command_to_the_report(
    sources: Sources, fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*arguments: str) -> tuple[int, str]:
        status = run(["models", *arguments])
        output = capsys.readouterr()
        return status, output.out or output.err

    archive = tmp_path / "model.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for place in sorted((sources / "onnx").rglob("*")):
            packed.write(place, f"model/{place.relative_to(sources / 'onnx')}")
    status, text = said("add", "mine", str(archive), "--lang", "zh")
    assert status == 0, text
    assert "可以用了：核查时加上 --backend mine" in text
    assert "许可：apache-2.0" in text
    shown = json.loads(said("show", "mine", "--format", "json")[1])
    assert (shown["state"], shown["usable"]) == ("ready", True)
    assert shown["sha256"] in text
    listed = said("list", "--lang", "en")[1].splitlines()
    assert any(words.startswith("mine ") and "sentence encoder" in words for words in listed)
    assert said("path", "mine")[1].strip().endswith("mine")
    assert said("calibrate", "mine")[0] == 0
    status, text = said("add", "mine", str(archive), "--lang", "en")
    assert status == 2
    assert "bilingual models remove mine" in text
    (fresh / "added" / "mine" / "files" / "mine" / "tokenizer.json").write_text("{}")
    status, text = said("show", "mine", "--lang", "zh")
    assert status == 1
    assert "注意：有文件与添加时不同" in text
    assert "可以用了" not in text
    assert said("remove", "mine")[0] == 0
    assert said("show", "mine")[0] == 2
    assert said("remove", "mine")[0] == 2


def test_the_command_says_that_a_model_knows_no_tibetan(
    sources: Sources, fresh: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["models", "add", "ignorant", str(sources / "ignorant"), "--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert "cannot tell right translations from wrong ones" in said
    assert f"at least {LEAST_AUC} is needed" in said
    assert "make sure that you may use it" in said
    run(["models", "list", "--lang", "en"])
    assert "not used" in capsys.readouterr().out
