"""The imports of the package: which module imports which, and the layers of the house.

The tests of directions hold it to these; the drawing of the architecture shows them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import bilingual

ROOT = Path(bilingual.__file__).parent
MODULES = sorted(p for p in ROOT.rglob("*.py") if "_models" not in p.parts)

# Lowest first. A module may import from its own layer's package and from lower layers.
LAYERS: list[set[str]] = [
    {"hooks", "_version", "installing", "nearest", "params", "showing", "tsheg"},
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
    {"render", "sample", "testing"},
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
