"""A folder with a sub-folder for each work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bilingual.batch.ids import folded, made_fit
from bilingual.batch.model import Submission
from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from bilingual.files import display_name
from bilingual.form import load_form
from bilingual.model import Form, Reason
from bilingual.pipeline.submitted import recognise

_MOST: Final = 10_000


def folder_works(folder: Path) -> tuple[Submission, ...]:
    """The works of a folder: each sub-folder that holds a video or subtitles is one.

    Which file in it is which is found out as for a single work
    (:func:`bilingual.pipeline.submitted.recognise`). What is hidden is passed over. Links
    are not followed: one to a folder is a work that says so. A work's id is the folder's
    name, or what is nearest to it: of two that some file system takes for one, the second
    gets a number.

    :raises InputError: ``table-empty``: there is none; ``folder-too-many``: more
        sub-folders than are gone through; ``file-unreadable``.
    """
    shown = display_name(str(folder))
    places: list[Path] = []
    try:
        for place in folder.iterdir():
            if not place.name.startswith(".") and place.is_dir():
                places.append(place)
                if len(places) > _MOST:
                    raise InputError("folder-too-many", path=shown, limit=_MOST)
    except OSError as error:
        raise InputError("file-unreadable", path=shown, detail=str(error.strerror)) from None
    config = Config.load()
    works = [_work(place.absolute(), config) for place in sorted(places)]
    found = tuple(work for work in works if work is not None)
    if not found:
        raise InputError("table-empty", path=shown)
    return tuple(_told_apart(found))


def _told_apart(works: Sequence[Submission]) -> Iterator[Submission]:
    """The works, each with an id of its own."""
    taken: set[str] = set()
    for work in works:
        name, number = work.id, 1
        while folded(name) in taken:
            number += 1
            name = f"{work.id}-{number}"
        taken.add(folded(name))
        yield replace(work, id=name)


def _work(folder: Path, config: Config) -> Submission | None:
    name = made_fit(folder.name)
    if folder.is_symlink():
        params: dict[str, Any] = {"code": "file-is-link", "params": {"path": name}}
        return Submission(id=name, wrong=Reason(code="work-error", params=params))
    try:
        found = recognise([folder], config=config)
    except InputError as error:
        if error.code == "inputs-none":
            return None
        params = {"code": error.code, "params": error.params | {"path": name}}
        return Submission(id=name, wrong=Reason(code="work-error", params=params))
    problems: list[Reason] = []
    if found.video is None:
        problems.append(Reason(code="folder-no-video", params={"folder": name}))
    return Submission(
        id=name,
        video=None if found.video is None else str(found.video),
        bo=None if found.bo is None else str(found.bo),
        zh=None if found.zh is None else str(found.zh),
        form=None if found.form is None else _form(found.form, problems),
        problems=tuple(problems),
    )


def _form(path: Path, problems: list[Reason]) -> Form | None:
    try:
        return load_form(path)
    except BilingualError as error:
        params = {"code": error.code, "params": error.params | {"path": path.name}}
        problems.append(Reason(code="work-error", params=params))
    return None
