"""A track against a second version of it: paired by time, scored by sacrebleu."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import verify
from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.measures.second_version import compare_versions, paired
from bilingual.model import Cue, Language, Track
from bilingual.render.document import schema
from bilingual.render.html.page import render_html

BO = ("ས་ནི་གཟའ་སྐར་ཞིག་ཡིན།", "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།", "ཆུ་ནི་གནད་ཆེན་པོ་ཞིག་ཡིན།")
ZH = ("地球是一颗行星。", "太阳是一颗恒星。", "水非常重要。")


def track(texts: Sequence[str], language: Language = "bo", length: int = 2000) -> Track:
    cues = [
        Cue(index=k, start_ms=3000 * k, end_ms=3000 * k + length, text=t)
        for k, t in enumerate(texts)
    ]
    return Track(cues=tuple(cues), language=language, name="second.srt")


def test_the_same_words_are_alike() -> None:
    version, measures = compare_versions(track(BO), track(BO))
    assert [(c.cues, c.reference) for c in version.cues] == [((k,), (k,)) for k in range(3)]
    assert all((c.chrf, c.bleu, c.ter) == (100, 100, 0) for c in version.cues)
    assert {m.id: m.value for m in measures} == {
        "similarity.chrf": 100,
        "similarity.bleu": 100,
        "similarity.ter": 0,
    }
    assert all(m.signature and "version:" in m.signature for m in measures)
    assert set(version.signatures) == {"chrf", "bleu", "ter"}


def test_other_words_are_less_alike_and_named() -> None:
    other = (BO[0], BO[2], BO[2])
    version, measures = compare_versions(track(BO), track(other))
    assert version.cues[1].chrf < 60 < version.cues[0].chrf
    assert version.cues[1].text == BO[2]
    assert 50 < next(m.value or 0 for m in measures if m.id == "similarity.chrf") < 95


def test_cues_that_were_cut_otherwise_go_together() -> None:
    whole = Track(
        cues=(Cue(index=0, start_ms=0, end_ms=5000, text=f"{BO[0]} {BO[1]}"),), language="bo"
    )
    version, _ = compare_versions(track(BO[:2]), whole)
    assert [(c.cues, c.reference, c.chrf) for c in version.cues] == [((0, 1), (0,), 100)]


def test_what_has_no_counterpart_counts() -> None:
    version, measures = compare_versions(track(BO), track(BO[:2]))
    assert (version.cues[2].reference, version.cues[2].chrf) == ((), 0)
    whole = {m.id: m.value or 0 for m in measures}
    assert whole["similarity.bleu"] < 80
    assert whole["similarity.ter"] > 30


def test_another_timing_is_refused() -> None:
    late = Track(
        cues=tuple(
            Cue(index=k, start_ms=60_000 + 3000 * k, end_ms=62_000 + 3000 * k, text=t)
            for k, t in enumerate(BO)
        ),
        language="bo",
    )
    with pytest.raises(InputError) as caught:
        compare_versions(track(BO), late)
    assert caught.value.code == "reference-not-together"


spans = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 5000)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=12,
)


@given(spans, spans)
def test_every_cue_is_in_one_group(one: list[tuple[int, int]], two: list[tuple[int, int]]) -> None:
    def cues(times: list[tuple[int, int]]) -> list[Cue]:
        return [Cue(index=k, start_ms=a, end_ms=b, text="ཆུ།") for k, (a, b) in enumerate(times)]

    groups = paired(cues(one), cues(two))
    assert sorted(i for ours, _ in groups for i in ours) == list(range(len(one)))
    assert sorted(i for _, theirs in groups for i in theirs) == list(range(len(two)))
    mirrored = paired(cues(two), cues(one))
    assert {(b, a) for a, b in mirrored} == set(groups)


def files(folder: Path) -> dict[str, Path]:
    out = {}
    for name, texts in (("bo", BO), ("zh", ZH), ("second", (BO[0], BO[2], BO[2]))):
        side: Language = "zh" if name == "zh" else "bo"
        out[name] = folder / f"{name}.srt"
        out[name].write_text(track(texts, side).to_srt(), encoding="utf-8")
    return out


def test_a_report_says_so(tmp_path: Path) -> None:
    import jsonschema

    paths = files(tmp_path)
    report = verify(bo=paths["bo"], zh=paths["zh"], reference=paths["second"])
    document = report.to_dict()
    jsonschema.validate(document, dict(schema()))
    reference = document["reference"]
    assert (reference["language"], reference["name"]) == ("bo", "second.srt")
    assert [c["cues"] for c in reference["cues"]] == [[0], [1], [2]]
    assert {m["id"] for m in document["measures"]} >= {"similarity.chrf", "similarity.bleu"}
    assert verify(bo=paths["bo"], zh=paths["zh"]).to_dict()["reference"] is None
    page = render_html(report, "zh")
    assert "参照译文" in page
    assert f"TER 0）：{BO[0]}" in page


def test_a_reference_of_nothing_here_is_refused(tmp_path: Path) -> None:
    paths = files(tmp_path)
    with pytest.raises(InputError) as caught:
        verify(zh=paths["zh"], reference=paths["second"])
    assert caught.value.code == "reference-without-track"


def test_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = {name: str(path) for name, path in files(tmp_path).items()}
    arguments = ["verify", "--bo", paths["bo"], "--zh", paths["zh"], "--format", "json"]
    assert run([*arguments, "--reference", paths["second"]]) in (0, 1)
    assert json.loads(capsys.readouterr().out)["reference"]["sha256"]
