"""Files of the ``models`` folder: in the wheel beside the code, in a checkout at its root."""

from __future__ import annotations

from pathlib import Path

from bilingual.errors import ModelError

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
