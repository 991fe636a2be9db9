"""Each rule catches its one example, leaves the other alone, and has all of its sentences."""

from __future__ import annotations

import pytest
from bilingual_extras.rule import RULES

from bilingual.checks.base import Rule
from bilingual.testing import faults_of


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule(rule: Rule) -> None:
    assert faults_of(rule) == []
