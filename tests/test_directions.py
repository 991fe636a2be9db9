"""The house's directions: who may import whom, and who may do what."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.imports import GRAPH, LEVEL, MODULES, ROOT, layer_of, module_of


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    here = layer_of(path)
    assert here in LEVEL, f"{here} has no place in the house: give it one above"
    for name in GRAPH[module_of(path)]:
        there = name.split(".")[1] if "." in name else "__init__"
        assert there == here or LEVEL[there] < LEVEL[here], (
            f"{path} imports {name}, which does not lie below it"
        )


def test_no_two_modules_hold_each_other() -> None:
    """The graph of all imports, ``__init__`` modules among them, has no circle."""
    for name, found in GRAPH.items():
        assert found <= set(GRAPH), f"{name} imports {found - set(GRAPH)}, which is not there"
    assert "bilingual.formats.srt" in GRAPH["bilingual.formats.registry"]  # by its FORMAT
    order = TopologicalSorter({name: found - {name} for name, found in GRAPH.items()})
    try:
        order.prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])))


def test_nothing_below_the_command_line_prints_or_exits() -> None:
    for path in MODULES:
        if layer_of(path) in ("cli", "__main__") or path.name.startswith("train"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func)
                assert name not in ("print", "exit", "quit", "sys.exit", "logging.basicConfig"), (
                    f"{path}:{node.lineno} calls {name}"
                )


def test_only_the_runner_starts_programs() -> None:
    doors = {"media/process.py", "weights/sources.py", "media/_guard.py"}
    for path in MODULES:
        if path.relative_to(ROOT).as_posix() in doors:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {"subprocess", "pty"} & set(names), f"{path} starts programs"
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node) not in (
                    "os.system",
                    "os.popen",
                    "os.execv",
                    "os.spawnv",
                ), f"{path}:{node.lineno} starts programs"


def test_modules_stay_readable() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in MODULES
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert not long, f"split these by topic: {long}"
