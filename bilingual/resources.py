"""Files of the ``models`` and ``notebooks`` folders and the results of the benches.

In the wheel they lie beside the code, in a checkout at its root.
"""

from __future__ import annotations

from pathlib import Path

from bilingual.errors import InputError, ModelError

_PACKAGE = Path(__file__).resolve().parent


def models_folder() -> Path:
    """Where the files that come with the library lie.

    ``bilingual/_models`` of an installed wheel, else ``models`` at the root of
    the checkout.
    """
    installed = _PACKAGE / "_models"
    return installed if installed.is_dir() else _PACKAGE.parent / "models"


def model_file(name: str) -> Path:
    """The path of a file that comes with the library.

    :param name: its path within the models folder (``lexicon-bo-zh.npz``).
    :raises ModelError: it is not there; the installation is damaged.
    """
    path = models_folder() / name
    if not path.is_file():
        raise ModelError("model-file-missing", path=str(path), name=name)
    return path


def notebook_file(name: str) -> Path:
    """The path of a notebook that comes with the library.

    :param name: ``verification.ipynb`` or ``method.ipynb``.
    :raises InputError: ``notebook-absent``: the installation has none.
    """
    installed = _PACKAGE / "_notebooks"
    folder = installed if installed.is_dir() else _PACKAGE.parent / "notebooks"
    path = folder / name
    if not path.is_file():
        raise InputError("notebook-absent", name=name)
    return path


def guard_file() -> Path:
    """The script that starts a program with limits and ties it to us (``media/_guard.py``)."""
    return _PACKAGE / "media" / "_guard.py"


def measured_files() -> tuple[Path, ...]:
    """The benches' results, JSON files with figures of how good the checks are, by name.

    ``bilingual/_measured/*.json`` of an installed wheel, else ``tests/bench/results``;
    empty where an installation has none.
    """
    installed = _PACKAGE / "_measured"
    folder = installed if installed.is_dir() else _PACKAGE.parent / "tests" / "bench" / "results"
    return tuple(sorted(folder.glob("*.json")))
