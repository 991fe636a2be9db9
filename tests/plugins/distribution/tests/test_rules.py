"""Each rule catches its one example, leaves the other alone, and has all of its sentences."""

from __future__ import annotations

import pytest
from bilingual_extras.rule import RULES

from bilingual.checks.base import Example, Rule
from bilingual.testing import faults_of, findings_of


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule(rule: Rule) -> None:
    assert faults_of(rule) == []


def test_every_mark_is_found() -> None:
    (rule,) = RULES
    found = findings_of(rule, Example(zh=((0, 2000, "太阳升起！"), (3000, 5000, "真亮！"))))
    assert [(one.params["cue"], one.severity) for one in found] == [(1, "warning"), (2, "warning")]
