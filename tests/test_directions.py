"""The house's directions: who may import whom, and who may do what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import bilingual

ROOT = Path(bilingual.__file__).parent
MODULES = sorted(p for p in ROOT.rglob("*.py") if "_models" not in p.parts)

# Lowest first. A module may import from its own layer's package and from lower layers.
LAYERS: list[set[str]] = [
    {"hooks", "_version", "nearest", "params", "showing", "tsheg"},
    {"errors", "hidden"},
    {"budget", "arguments"},
    {"model", "progress", "plugins"},
    {"locale", "resources"},
    {"files"},
    {"config"},
    {"weights"},
    {"text"},
    {"form"},
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
    {"batch"},
    {"server"},
    {"__init__"},
    {"cli"},
    {"__main__"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def layer_of(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def module_of(path: Path) -> str:
    parts = ("bilingual", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


NAMES = {module_of(path): path for path in MODULES}


def imports(path: Path) -> Iterator[str]:
    """Every module of ours that a module imports: at its top, inside functions, for types,
    by looking for plug-ins (``bilingual.plugins``).

    ``from package import name`` is an import of ``package.name`` where that is a
    module, else of the package, whose ``__init__`` has to have run.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == "bilingual")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module and node.module.split(".")[0] == "bilingual":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    yield whole if whole in NAMES else node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Kind":
            said = {
                k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)
            }
            yield from plugins(str(said["home"]), said.get("attribute"))


def plugins(home: str, attribute: object) -> Iterator[str]:
    """The modules of a package that have the attribute by which plug-ins are found."""
    for name, path in NAMES.items():
        if name.rpartition(".")[0] == home:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                targets = node.targets if isinstance(node, ast.Assign) else []
                targets += [node.target] if isinstance(node, ast.AnnAssign) else []
                if any(ast.unparse(target) == attribute for target in targets):
                    yield name


GRAPH = {name: set(imports(path)) for name, path in NAMES.items()}


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
