"""Where fetched models lie, and which of them are whole."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bilingual.errors import ModelError
from bilingual.files import cache_folder
from bilingual.weights.files import verify_file
from bilingual.weights.registry import File, entry, models_folder

State = Literal["bundled", "ready", "absent", "damaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of one layout of a model on this machine.

    ``path`` is where it is or would be, ``bytes`` its size there.
    """

    name: str
    form: str
    state: State
    path: Path
    bytes: int


def make_cache_folder() -> None:
    """Make the cache folder where it is not there: for its user alone.

    :raises OSError: it cannot be made.
    """
    folder = cache_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)


def incoming_folder() -> Path:
    """Where a person without a network puts downloads for ``fetch`` to take."""
    return cache_folder() / "incoming"


def folder_of(name: str, form: str) -> Path:
    """The folder of one layout of a model in the cache, there or not."""
    return cache_folder() / "models" / entry(name).name / form


def place_of(file: File, folder: Path) -> Path:
    """Where a file of the registry lies: bundled or in its cache folder."""
    return models_folder() / file.bundled if file.bundled else folder / file.name


def path(name: str, form: str | None = None) -> Path:
    """The file (or folder of several) of a model, its hashes checked just now.

    :param form: the layout; the first that is on this machine unless named.
    :raises ModelError: the name or layout is unknown, it has not been fetched
        (``model-absent``), or a file is not what the registry records
        (``model-hash-mismatch``).
    """
    model = entry(name)
    forms = (form,) if form is not None else model.forms
    for candidate in forms:
        files = model.files_of(candidate)
        folder = folder_of(model.name, candidate)
        places = [place_of(file, folder) for file in files]
        if not all(os.path.lexists(place) for place in places):
            continue
        for file, place in zip(files, places, strict=True):
            verify_file(place, sha256=file.sha256, size=file.bytes, name=model.name)
        return places[0] if len(places) == 1 else folder
    raise ModelError(
        "model-absent", name=model.name, form=forms[0], path=str(folder_of(model.name, forms[0]))
    )


def read(name: str) -> bytes:
    """The bytes of a model of one file: those that were checked, not a second look at it.

    :raises ModelError: as :func:`path`.
    """
    place = path(name)
    (file,) = next(f for f in map(entry(name).files_of, entry(name).forms) if len(f) == 1)
    try:
        data = place.read_bytes()
    except OSError as error:
        raise ModelError("model-unreadable", path=str(place), detail=str(error.strerror)) from error
    found = hashlib.sha256(data).hexdigest()
    if found != file.sha256:
        raise ModelError(
            "model-hash-mismatch", name=name, path=str(place), expected=file.sha256, found=found
        )
    return data


def is_present(name: str, form: str | None = None) -> bool:
    """Whether a layout of the model (any unless named) is on this machine.

    Only looks whether its files are there; ``path`` and ``status`` check hashes.

    :raises ModelError: the name or layout is unknown.
    """
    model = entry(name)
    return any(
        all(os.path.lexists(place_of(file, folder_of(model.name, f))) for file in model.files_of(f))
        for f in ((form,) if form is not None else model.forms)
    )


def status(name: str) -> tuple[Status, ...]:
    """The state of each layout of a model. Hashes what is there, so it takes a moment.

    :raises ModelError: the name is unknown.
    """
    model = entry(name)
    found = []
    for form in model.forms:
        files = model.files_of(form)
        folder = folder_of(model.name, form)
        places = [place_of(file, folder) for file in files]
        found.append(
            Status(
                name=model.name,
                form=form,
                state=_state(model.name, files, places),
                path=places[0] if len(places) == 1 else folder,
                bytes=model.size_of(form),
            )
        )
    return tuple(found)


def _state(name: str, files: tuple[File, ...], places: list[Path]) -> State:
    there = [os.path.lexists(place) for place in places]
    if not any(there):
        return "absent"
    if not all(there):
        return "damaged"
    try:
        for file, place in zip(files, places, strict=True):
            verify_file(place, sha256=file.sha256, size=file.bytes, name=name)
    except ModelError:
        return "damaged"
    return "bundled" if all(file.bundled for file in files) else "ready"
