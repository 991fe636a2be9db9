"""Everything that the service says has words in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import bilingual.server
from bilingual.locale import catalogue
from bilingual.server.records import ENDED

HERE = Path(bilingual.server.__file__).parent


def named(function: str) -> set[str]:
    """The codes that a function is called with, in the modules of the service."""
    found = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function:
                values = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
                found |= {
                    value.value
                    for value in values[:1]
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
    return found


def test_every_error_of_the_service_has_words() -> None:
    codes = named("ServiceError")
    assert len(codes) > 40
    assert codes <= catalogue()["errors"].keys()


def test_every_reason_and_state_has_words() -> None:
    assert named("Cause") <= catalogue()["reasons"].keys()
    states = {"queued", "running", *ENDED}
    roles = {"video", "bo", "zh", "both", "form", "pledge", "none"}
    wanted = {f"work-{state}" for state in states} | {f"inspect-{role}" for role in roles}
    assert wanted <= catalogue()["ui"].keys()
