"""What a rule's own test finds out about it (``bilingual.testing``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bilingual.checks.base import Artifacts, Example, Hit, Words
from bilingual.testing import faults_of
from tests.plugins.distribution.bilingual_extras.rule import RULES

(SOUND,) = RULES
CUE = "第 {cue} 条。"


def hits(**params: Any) -> Callable[[Artifacts], Iterator[Hit]]:
    """A rule's function that finds one thing wherever there is an exclamation mark."""

    def run(artifacts: Artifacts) -> Iterator[Hit]:
        (_, track), *_ = artifacts.tracks()
        if "！" in track.cues[0].plain:
            yield Hit(zh=(0,), params=params)

    return run


def breaks(artifacts: Artifacts) -> Iterator[Hit]:
    (_, track), *_ = artifacts.tracks()
    yield Hit(zh=(len(track.cues),))


def test_a_sound_rule_has_no_faults_though_it_is_not_installed() -> None:
    assert faults_of(SOUND) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"needs": frozenset({"chinese"})}, ["needs='chinese' is none of"]),
        ({"catches": SOUND.leaves}, ["catches: has no finding; the check is pass"]),
        ({"catches": Example()}, ["the check is not-applicable: there are no subtitles"]),
        ({"leaves": SOUND.catches}, ["leaves: has a finding with the params {'cue': 1}"]),
        ({"catches": None}, ["does not say needs-human"]),
        ({"run": breaks}, ["leaves: the rule failed", "catches: the rule failed"]),
        (
            {"run": hits()},
            [
                "catches: the message in zh shows {cue}, and params has no such",
                "catches: the message in en shows {cue}, and params has no such",
            ],
        ),
        (
            {"run": hits(cue=1, variant="other"), "messages": {"one": SOUND.message}},
            ["the variant 'other' is in neither messages nor remedies (one)"],
        ),
        ({"run": hits(cue=1, variant="one"), "messages": {"one": SOUND.message}}, []),
        ({"run": hits(cue=1, variant="one"), "remedies": {"one": SOUND.remedy}}, []),
        (
            {"run": hits(cue="one"), "message": Words(zh="第 {cue:d} 条。", en="Cue {cue:d}.")},
            ["the message in zh cannot show", "the message in en cannot show"],
        ),
        (
            {"message": Words(zh=CUE, en="A cue.")},
            ["message: {cue} is in one of zh and en only"],
        ),
        ({"limits": Words(zh="Only this.", en="Only this.")}, ["limits: zh has no Chinese"]),
        ({"holds": Words(zh="没有", en="没有的")}, ["en has no English", "en has Chinese"]),
        (
            {"remedies": {"one": Words(zh="{where} 处", en="There")}},
            ["remedies['one']: {where} is in one"],
        ),
    ],
)
def test_each_fault_is_said(change: dict[str, Any], said: list[str]) -> None:
    faults = faults_of(replace(SOUND, **change))
    assert len(faults) == len(said), faults
    for fault, part in zip(faults, said, strict=True):
        assert part in fault
