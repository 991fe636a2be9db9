"""The house's directions: who may import whom, and who may do what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import bilingual

ROOT = Path(bilingual.__file__).parent
MODULES = sorted(p for p in ROOT.rglob("*.py") if "_models" not in p.parts)

# Lowest first. A module may import from its own layer's package and from lower layers.
LAYERS: list[set[str]] = [
    {"model", "errors", "progress", "_version"},
    {"locale", "resources"},
    {"config"},
    {"files"},
    {"weights"},
    {"text"},
    {"media"},
    {"ocr"},
    {"formats"},
    {"translation"},
    {"terms", "asr"},
    {"alignment"},
    {"measures"},
    {"checks"},
    {"pipeline"},
    {"fixes"},
    {"render", "sample"},
    {"cli", "__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}

# Conveniences that reach upwards, inside a function: a method that renders,
# an error that has words, the package's own version.
LAZY_UPWARDS = {
    ("errors", "locale"),
    ("model", "formats"),
    ("model", "render"),
}


def layer_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imports(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    """Every module of ours that is imported, and whether inside a function."""
    for node in ast.walk(tree):
        lazy = getattr(node, "in_function", False)
        for child in ast.iter_child_nodes(node):
            function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            child.in_function = lazy or function  # type: ignore[attr-defined]
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "bilingual":
                    yield alias.name, lazy
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "imports are absolute"
            if node.module == "bilingual":
                for alias in node.names:
                    yield f"bilingual.{alias.name}", lazy
            elif node.module.startswith("bilingual."):
                yield node.module, lazy


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_downwards(path: Path) -> None:
    here = layer_of(path)
    if here == "__init__":
        return
    assert here in LEVEL, f"{here} has no place in the house: give it one above"
    for name, lazy in imports(ast.parse(path.read_text(encoding="utf-8"))):
        parts = name.split(".")
        there = parts[1] if len(parts) > 1 else "__init__"
        if there in ("__init__", here, "_version"):
            continue
        if there not in LEVEL:  # a public name, taken from the package itself
            assert here in ("cli", "provenance"), f"{path}: import {there} from its own module"
            continue
        if lazy and (here, there) in LAZY_UPWARDS:
            continue
        assert LEVEL[there] <= LEVEL[here], f"{path} imports {name}, which lies above it"


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
