"""Backends that run models: small real ones, saved here and read as big ones are."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from bilingual.config import Backends, Config, Labse, Nllb
from bilingual.errors import ConfigError
from bilingual.model import CheckVerdict, Report
from bilingual.pipeline.verify import Collected, examine
from bilingual.plugins import Plugins
from bilingual.translation.backends import labse, nllb
from bilingual.translation.backends.base import (
    Answers,
    Backend,
    Outcome,
    Pair,
    Score,
    UnavailableError,
    locate,
)
from bilingual.translation.backends.contrast import LEAST, MOST, fault_nats, margins
from bilingual.translation.backends.encoder import embedded
from bilingual.translation.backends.registry import backends, chosen
from bilingual.weights import sha256_of
from tests.support import assert_valid, code_of, examined, track
from tests.translation import tiny_models
from tests.translation.tiny_models import BO, PAIRS, ZH

ALL = tuple(Pair(number=k, bo=bo, zh=zh) for k, (zh, bo) in enumerate(PAIRS))


def quiet(done: int, total: int) -> None:
    assert 0 < done <= total


def settings(**changes: Any) -> Config:
    return msgspec.structs.replace(Config.load(), backends=Backends(**changes))


def report(config: Config | None = None, bo: list[str] | None = None) -> Report:
    return examined(track("bo", timed(bo or BO)), track("zh", timed(ZH)), config=config)


def timed(texts: list[str]) -> list[tuple[int, int, str]]:
    return [(3000 * k, 3000 * k + 2500, text) for k, text in enumerate(texts)]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny-encoder"
    tiny_models.onnx_encoder(path)
    return path


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny-bert"
    tiny_models.bert(path)
    return path


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "tiny-nllb"
    tiny_models.nllb(path)
    return path


def test_found_by_a_scan() -> None:
    assert set(backends()) == {"judge", "labse", "nllb"}
    assert chosen(Backends()) == ()
    with pytest.raises(ConfigError, match="no backend named nonsense"):
        chosen(Backends(use=("nonsense",)))
    with pytest.raises(ConfigError, match="no backend named nonsense"):
        report(settings(use=("nonsense",)))


def test_without_backends_nothing_of_them_shows() -> None:
    plain = report().to_dict()
    assert "backends" not in plain["provenance"]
    assert all("backends" not in (b["evidence"] or {}) for b in plain["alignment"]["beads"])


# --- fault_nats ---------------------------------------------------------------


def test_outliers_are_found() -> None:
    own = np.array([0.8, 0.82, 0.79, 0.81, 0.8, 0.1, 0.83, 0.8])
    rivals = np.array([0.1, 0.12, 0.08, 0.11, 0.09] * 4)
    nats = fault_nats(own, rivals)
    assert nats.argmax() == 5
    assert nats[5] == MOST
    assert (np.delete(nats, 5) == LEAST).all()


def test_an_uninformative_figure_adds_no_evidence() -> None:
    noise = np.random.default_rng(1).normal(0.5, 0.1, 400)
    assert np.abs(fault_nats(noise[:40], noise[40:])).max() < 0.8
    assert (fault_nats(np.full(8, 0.2), np.full(9, 0.4)) == 0).all()
    assert (fault_nats(np.full(8, 0.3), np.full(9, 0.3)) == 0).all()


def test_margins() -> None:
    own, rivals = margins(np.array([[0.9, 0.1], [0.3, 0.7]]))
    assert own == pytest.approx([0.9 - (0.1 + 0.3) / 2, 0.7 - (0.3 + 0.1) / 2])
    assert len(rivals) == 2


# --- LaBSE ------------------------------------------------------------------


def test_an_encoder_that_knows_better_moves_the_risk(encoder: Path) -> None:
    config = settings(use=("labse",), labse=Labse(model=str(encoder)))
    swapped = [*BO]
    swapped[2], swapped[8] = BO[8], BO[2]
    plain, backed = report(bo=swapped), report(config, bo=swapped)
    assert plain.alignment is not None
    assert backed.alignment is not None
    for number in (2, 8):
        before, after = plain.alignment.beads[number].risk, backed.alignment.beads[number].risk
        assert before is not None
        assert after is not None
        assert after > before
        assert backed.alignment is not None
        evidence = backed.alignment.beads[number].evidence
        assert evidence is not None
        assert evidence.backends is not None
        assert evidence.embedded_risk == pytest.approx(before, abs=1e-3)
        assert evidence.parts["backend:labse"] > 0
        assert evidence.backends[0].calibration == "none"
    sound = [k for k in range(len(BO)) if k not in (2, 8)]
    lower = [backed.alignment.beads[k].risk or 0 for k in sound]
    assert sum(lower) < sum(plain.alignment.beads[k].risk or 0 for k in sound)
    document = backed.to_dict()
    assert_valid(document)
    (use,) = document["provenance"]["backends"]
    assert (use["name"], use["state"], use["judged"]) == ("labse", "ran", len(BO))
    (model,) = document["provenance"]["models"]
    assert model == {"name": "labse:tiny-encoder", "sha256": sha256_of(encoder)}
    assert document["provenance"]["config"]["backends"]["labse"]["model"] == "tiny-encoder"
    assert "labse" in backed.to_text("zh")


def test_evidence_of_a_finding_names_the_backend(encoder: Path) -> None:
    config = settings(use=("labse",), labse=Labse(model=str(encoder)))
    config = msgspec.structs.replace(
        config,
        accuracy=msgspec.structs.replace(config.accuracy, wrong_risk=0.05, partial_risk=0.05),
    )
    swapped = [*BO]
    swapped[2], swapped[8] = BO[8], BO[2]
    found = [
        f
        for f in report(config, bo=swapped).findings
        if f.rule in ("wrong-translation", "partial-translation")
    ]
    assert found
    for finding in found:
        (reported,) = [e for e in finding.evidence if e.kind == "backend"]
        assert reported.params["backend"] == "labse"
        assert reported.params["calibration"] == "none"
        assert reported.params["measure"] == "cosine"


def test_a_saved_bert_by_transformers(bert: Path) -> None:
    own = Backends(labse=Labse(model=str(bert)))
    found = labse.BACKEND.run(ALL, own, quiet, Answers())
    assert sorted(found.scores) == list(range(len(ALL)))
    again = labse.BACKEND.run(ALL, own, quiet, Answers())
    assert again == found
    # A random encoder knows nothing, and is heard to say nothing.
    assert max(abs(s.nats) for s in found.scores.values()) < 1


def test_pooling_and_dense_layers_as_saved(bert: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.numpy import save_file
    from transformers import AutoModel

    folder = tmp_path / "dense"
    shutil.copytree(bert, folder)
    tiny_models.modules(folder, "Transformer", "Pooling", "Dense", "Normalize")
    (folder / "2_Dense").mkdir()
    weight = np.random.default_rng(0).normal(size=(8, 16)).astype(np.float32)
    bias = np.ones(8, dtype=np.float32)
    save_file(
        {"linear.weight": weight, "linear.bias": bias}, folder / "2_Dense" / "model.safetensors"
    )
    (folder / "2_Dense" / "config.json").write_text(
        json.dumps({"activation_function": "torch.nn.modules.activation.Tanh"})
    )
    vectors = embedded(
        "labse", locate("labse", str(folder), None), Labse(), [("bo", BO[0]), ("zh", ZH[0])], quiet
    )
    model = AutoModel.from_pretrained(bert)
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    with torch.inference_mode():
        for text, found in zip((BO[0], ZH[0]), vectors, strict=True):
            states = (
                model(input_ids=torch.tensor([tokens.encode(text).ids]))
                .last_hidden_state[0]
                .numpy()
            )
            wanted = np.tanh(weight @ states.mean(axis=0) + bias)
            assert found == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-4)


def cannot(run: Any, own: Backends, pairs: Any = ALL) -> UnavailableError:
    with pytest.raises(UnavailableError) as caught:
        run(pairs, own, quiet, Answers())
    return caught.value


def test_why_an_encoder_cannot_run(
    encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = labse.BACKEND.run
    assert cannot(run, Backends()).code == "backend-model-unset"
    absent = Backends(labse=Labse(model=str(tmp_path / "absent")))
    assert cannot(run, absent).params["model"] == "absent"
    assert cannot(run, Backends(labse=Labse(model="no-such-entry"))).code == "backend-model-missing"
    here = Backends(labse=Labse(model=str(encoder)))
    assert cannot(run, here, ALL[:3]).code == "backend-too-few"
    wrong = Backends(labse=Labse(model=str(encoder), sha256="0" * 64))
    assert cannot(run, wrong).code == "backend-hash-mismatch"
    right = Backends(labse=Labse(model=str(encoder), sha256=sha256_of(encoder).upper()))
    assert run(ALL, right, quiet, Answers()).scores
    (tmp_path / "empty").mkdir()
    empty = Backends(labse=Labse(model=str(tmp_path / "empty")))
    assert cannot(run, empty).code == "backend-model-damaged"
    damaged = tmp_path / "damaged"
    shutil.copytree(encoder, damaged)
    (damaged / "model.onnx").write_bytes(b"\x08nonsense")
    assert cannot(run, Backends(labse=Labse(model=str(damaged)))).code == "backend-model-damaged"
    shutil.copy(encoder / "model.onnx", damaged)
    for bad in ("../outside", "Unheard"):
        tiny_models.modules(damaged, "Transformer", bad)
        assert (
            cannot(run, Backends(labse=Labse(model=str(damaged)))).code == "backend-model-damaged"
        )
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    gone = cannot(run, here)
    assert gone.code == "backend-not-installed"
    assert "bilingual-subtitles[labse]" in gone.params["command"]


def test_what_cannot_run_is_unknown_in_the_report(tmp_path: Path) -> None:
    config = settings(use=("labse",), labse=Labse(model=str(tmp_path / "absent")))
    plain, found = report(), report(config)
    document = found.to_dict()
    assert_valid(document)
    checks = {c.rule: c for c in found.checks}
    before = {c.rule: c for c in plain.checks}
    for rule in ("wrong-translation", "partial-translation"):
        if before[rule].verdict is CheckVerdict.PASS:
            assert checks[rule].verdict is CheckVerdict.UNKNOWN
            assert code_of(checks[rule]) == "backend-model-missing"
    assert CheckVerdict.UNKNOWN in {
        checks[r].verdict for r in ("wrong-translation", "partial-translation")
    }
    (use,) = document["provenance"]["backends"]
    assert (use["state"], use["reason"], use["judged"]) == ("unknown", "backend-model-missing", 0)
    # The embedded evidence is what it was.
    assert document["alignment"] == plain.to_dict()["alignment"]
    assert "absent" in found.to_text("zh")
    assert "of the backend labse is missing" in found.to_text("en")
    assert str(tmp_path) not in found.to_json()


# --- NLLB -------------------------------------------------------------------


def test_back_translation_by_transformers_and_ctranslate2(translator: Path, tmp_path: Path) -> None:
    own = Nllb(model=str(translator), max_tokens=16, beam_size=1)
    found = nllb.BACKEND.run(ALL, Backends(nllb=own), quiet, Answers())
    assert sorted(found.scores) == list(range(len(ALL)))
    first = found.scores[0]
    assert first.params["text"]
    assert "nw:0" in first.params["signature"]
    assert "tok:zh" in first.params["bleu_signature"]
    assert [m.id for m in found.measures] == [
        "similarity.chrf",
        "similarity.bleu",
        "similarity.ter",
    ]
    assert all(m.signature and m.denominator == len(ALL) for m in found.measures)
    assert nllb.BACKEND.run(ALL, Backends(nllb=own), quiet, Answers()) == found
    folder = tmp_path / "converted"
    tiny_models.converted(translator, folder)
    other = msgspec.structs.replace(own, model=str(folder))
    converted = nllb.BACKEND.run(ALL, Backends(nllb=other), quiet, Answers())
    # One model in two layouts: what the two write is the same but for its length.
    for number in found.scores:
        one, two = (x.scores[number].params["text"] for x in (found, converted))
        assert one[:8] == two[:8]


def test_back_translation_in_a_report(translator: Path) -> None:
    config = settings(use=("nllb",), nllb=Nllb(model=str(translator), max_tokens=8, beam_size=1))
    found = report(config)
    document = found.to_dict()
    assert_valid(document)
    measures = {m["id"]: m for m in document["measures"]}
    assert measures["similarity.chrf"]["signature"]
    assert measures["similarity.bleu"]["signature"]
    (use,) = document["provenance"]["backends"]
    assert use["licence"] == "CC-BY-NC-4.0"
    assert [n["code"] for n in use["notices"]] == ["backend-non-commercial"]
    assert "CC-BY-NC-4.0" in found.to_text("zh")
    assert "non-commercial" in found.to_text("en")
    (score,) = document["alignment"]["beads"][0]["evidence"]["backends"]
    assert score["params"]["signature"]


def test_good_and_bad_back_translations() -> None:
    from bilingual.translation.scores import cue_scores

    backward = [*ZH]
    backward[4] = ZH[9]
    own = np.array([s.value for s in cue_scores(backward, ZH, "zh")]) / 100
    nats = [told for told, _ in nllb._nats(own, nllb.strangers(backward, ZH))]
    assert max(range(len(nats)), key=lambda k: nats[k]) == 4
    assert nats[4] > 1
    assert max(nats[:4]) < 0
    assert nllb._nats(own[:3], nllb.strangers(backward[:3], ZH[:3])) == [(0.0, None)] * 3


def test_why_a_translator_cannot_run(translator: Path, tmp_path: Path) -> None:
    run = nllb.BACKEND.run
    assert cannot(run, Backends()).code == "backend-model-unset"
    incomplete = Backends(nllb=Nllb(model=str(translator), source="xyz_Abcd"))
    assert cannot(run, incomplete).params["detail"] == "no token xyz_Abcd"
    damaged = tmp_path / "damaged"
    shutil.copytree(translator, damaged)
    (damaged / "model.safetensors").write_bytes(b"nonsense")
    assert cannot(run, Backends(nllb=Nllb(model=str(damaged)))).code == "backend-model-damaged"
    assert cannot(run, Backends(nllb=Nllb(model=str(damaged), runtime="ctranslate2"))).code == (
        "backend-model-damaged"
    )


# --- joining ----------------------------------------------------------------


def plugged(monkeypatch: pytest.MonkeyPatch, run: Any, **changes: Any) -> Config:
    backend = Backend(name="plug", licence="MIT", run=run, **changes)
    known = Plugins(kind="backend", found={**backends(), "plug": backend})
    monkeypatch.setattr("bilingual.translation.backends.registry.backends", lambda: known)
    return settings(use=("plug",))


def test_what_is_not_validated_lowers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def soothing(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        return Outcome(scores={p.number: Score(value=1.0, nats=-5.0) for p in pairs})

    plain = report()
    config = plugged(monkeypatch, soothing, validated=False)
    assert plain.alignment is not None
    backed = report(config).alignment
    assert backed is not None
    assert [b.risk for b in backed.beads] == [b.risk for b in plain.alignment.beads]
    lowered = report(plugged(monkeypatch, soothing)).alignment
    assert lowered is not None
    assert sum(b.risk or 0 for b in lowered.beads) < sum(b.risk or 0 for b in plain.alignment.beads)


def test_an_alarm_raises_and_makes_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def alarming(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        return Outcome(scores={p.number: Score(value=None, nats=12.0) for p in pairs})

    found = report(plugged(monkeypatch, alarming))
    assert found.alignment is not None
    assert min(b.risk or 0 for b in found.alignment.beads) > 0.9
    wrong = [f for f in found.findings if f.rule in ("wrong-translation", "partial-translation")]
    assert len(wrong) >= len(BO) - 2
    assert {str(f.severity) for f in wrong} == {"warning"}


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3)])
def test_one_that_breaks(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        raise error

    (use,) = report(plugged(monkeypatch, broken)).provenance.backends
    assert (use.state, code_of(use)) == ("unknown", "backend-broke")


def test_one_that_misses_some(monkeypatch: pytest.MonkeyPatch) -> None:

    def partial(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        missed = UnavailableError("backend-timeout", backend="plug", host="h")
        return Outcome(scores={pairs[0].number: Score(value=1.0, nats=0.0)}, missed=missed)

    found = report(plugged(monkeypatch, partial))
    (use,) = found.provenance.backends
    assert (use.state, code_of(use), use.judged) == ("partial", "backend-partial", 1)
    assert f"only 1 of {len(BO)} pairs" in found.to_text("en")


def test_locating_hashes_a_file_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    found = locate("labse", str(tmp_path / "model.onnx"), None)
    assert found.path == tmp_path
    assert found.use.sha256 == sha256_of(tmp_path / "model.onnx")


def test_the_page_shows_the_backends(tmp_path: Path) -> None:
    config = settings(use=("labse",), labse=Labse(model=str(tmp_path / "<b>absent")))
    page = tmp_path / "report.html"
    report(config).to_html(page, language="en")
    shown = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;absent of the backend labse is missing" in shown
    assert "<b>absent" not in shown


def test_nothing_is_asked_twice_in_one_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judged again with one cue changed, only that cue's texts are new."""
    asked: list[str] = []

    def answer(new: list[str]) -> list[float]:
        asked.extend(new)
        return [0.0] * len(new)

    def counting(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        texts = [p.bo for p in pairs]
        answers.ask("plug", texts, answer)
        return Outcome(scores={p.number: Score(value=0.0, nats=0.0) for p in pairs})

    config = plugged(monkeypatch, counting)
    work = Collected(config=config, bo=track("bo", timed(BO)), zh=track("zh", timed(ZH)))
    first = examine(work)
    assert sorted(asked) == sorted(set(asked))
    before = len(asked)
    assert work.bo is not None
    cues = list(work.bo.cues)
    # Not its neighbour's, which would be the same cue shown again.
    cues[0] = replace(cues[0], text=cues[5].text, plain_text=None)
    cues[2] = replace(cues[2], text="ཀ་ཁ", plain_text=None)
    second = examine(work.with_tracks({"bo": replace(work.bo, cues=tuple(cues))}))
    assert asked[before:] == ["ཀ་ཁ"]
    assert second.provenance.backends == first.provenance.backends


def test_a_backend_that_is_unavailable_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def unavailable(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        tries.append(len(pairs))
        raise UnavailableError("backend-timeout", backend="plug", host="h")

    work = Collected(
        config=plugged(monkeypatch, unavailable),
        bo=track("bo", timed(BO)),
        zh=track("zh", timed(ZH)),
    )
    reports = [examine(work), examine(work.with_tracks({}))]
    assert len(tries) == 1
    assert [code_of(r.provenance.backends[0]) for r in reports] == ["backend-timeout"] * 2
