"""A folder with a sub-folder for each work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bilingual.batch.ids import folded, made_fit
from bilingual.batch.model import Submission
from bilingual.batch.names import hidden_names, impersonal
from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from bilingual.files import display_name
from bilingual.form import load_form, without_personal
from bilingual.formats import is_subtitle_name
from bilingual.model import Form, Reason
from bilingual.pipeline.submitted import recognise

_MOST: Final = 10_000
_MOST_ENTRIES: Final = 20 * _MOST
_DEPTH: Final = 3  # folders of folders of works
_TABLES: Final = (".xlsx", ".csv", ".tsv")
_FILMS: Final = (".mp4", ".mov", ".mkv", ".avi", ".wmv", ".flv", ".ts", ".mpg", ".m4v", ".webm")
_RESULTS: Final = "batch.json"
_SYSTEM: Final = ("__macosx", "$recycle.bin", "system volume information")
_SHOWN: Final = 40


def folder_works(folder: Path) -> tuple[tuple[Submission, ...], tuple[Reason, ...]]:
    """The works of a folder, and what in it was passed over.

    Each sub-folder that holds a video or subtitles is a work; one that holds several in
    sub-folders of its own stands for these. Which file in it is which is found out as for a
    single work (:func:`bilingual.pipeline.submitted.recognise`). What is hidden and the
    results of an earlier batch are passed over. Links are not followed: one to a folder is a
    work that says so. A work's id is the folder's name, or what is nearest to it: of two that
    some file system takes for one, the second gets a number.

    :raises InputError: ``table-empty``: there is none; ``folder-too-many``: more sub-folders
        than are gone through; ``file-unreadable``.
    """
    notes: list[Reason] = []
    config = Config.load()
    found = list(_within(folder.absolute(), config, notes, "", _DEPTH))
    if not found:
        raise InputError("table-empty", path=display_name(str(folder)))
    loose = [place for place in _listed(folder) if place.is_file() and not place.is_symlink()]
    tables = [place for place in loose if place.suffix.lower() in _TABLES]
    if tables:
        notes.append(Reason(code="folder-table", params={"name": _shown(tables[0])}))
    works = [place for place in loose if _is_of_a_work(place)]
    if works:
        notes.append(
            Reason(code="folder-loose", params={"name": _shown(works[0]), "count": len(works)})
        )
    return tuple(_told_apart(found)), tuple(notes)


def _within(
    folder: Path, config: Config, notes: list[Reason], above: str, depth: int
) -> Iterator[Submission]:
    """The works of a folder's sub-folders; their ids begin with ``above``."""
    places = [place for place in _listed(folder) if place.is_dir()]
    if len(places) > _MOST:
        shown = display_name(str(folder))
        raise InputError("folder-too-many", path=shown, limit=_MOST)
    for place in places:
        name = made_fit(f"{above}{place.name}")
        if place.is_symlink():
            params: dict[str, Any] = {"code": "file-is-link", "params": {"path": name}}
            yield Submission(id=name, wrong=Reason(code="work-error", params=params))
            continue
        if (place / _RESULTS).is_file():
            continue
        work = _work(place, name, config)
        if work is None:
            if any(_listed(place)):
                notes.append(Reason(code="folder-nothing", params={"name": _shown(place)}))
        elif _is_several(work) and depth:
            yield from _within(place, config, notes, f"{above}{place.name}-", depth - 1)
        else:
            yield work


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder by name, without what is hidden or the system's.

    :raises InputError: ``file-unreadable``; ``folder-too-many``: it has very many entries.
    """
    places: list[Path] = []
    try:
        for place in folder.iterdir():
            places.append(place)
            if len(places) > _MOST_ENTRIES:
                raise InputError("folder-too-many", path=display_name(str(folder)), limit=_MOST)
    except OSError as error:
        shown = display_name(str(folder))
        raise InputError("file-unreadable", path=shown, detail=str(error.strerror)) from None
    return [
        p for p in sorted(places) if not p.name.startswith(".") and p.name.lower() not in _SYSTEM
    ]


def _is_of_a_work(place: Path) -> bool:
    """Whether a file is named as a video or as subtitles."""
    return is_subtitle_name(place) or place.suffix.lower() in _FILMS


def _is_several(work: Submission) -> bool:
    return work.wrong is not None and work.wrong.params.get("code") == "inputs-several-works"


def _shown(place: Path) -> str:
    return without_personal(display_name(place.name))[:_SHOWN]


def _told_apart(works: Sequence[Submission]) -> Iterator[Submission]:
    """The works, each with an id of its own."""
    taken: set[str] = set()
    numbers: dict[str, int] = {}  # the last that was tried of each id: of many alike, too
    for work in works:
        name, own = work.id, folded(work.id)
        while folded(name) in taken:
            numbers[own] = numbers.get(own, 1) + 1
            name = f"{work.id}-{numbers[own]}"
        taken.add(folded(name))
        yield replace(work, id=name)


def _work(folder: Path, name: str, config: Config) -> Submission | None:
    try:
        found = recognise([folder], config=config)
    except InputError as error:
        if error.code == "inputs-none":
            return None
        inner = {key: impersonal(value) for key, value in error.params.items()}
        params = {"code": error.code, "params": inner | {"path": name}}
        return Submission(id=name, wrong=Reason(code="work-error", params=params))
    problems: list[Reason] = []
    if found.video is None:
        problems.append(Reason(code="folder-no-video", params={"folder": name}))
    files = {"video": found.video, "bo": found.bo, "zh": found.zh}
    paths = {role: str(path) for role, path in files.items() if path is not None}
    names = hidden_names(paths, ())
    if names:
        problems.append(Reason(code="folder-file-personal", params={"folder": name}))
    return Submission(
        id=name,
        video=paths.get("video"),
        bo=paths.get("bo"),
        zh=paths.get("zh"),
        names=names,
        form=None if found.form is None else _form(found.form, problems),
        problems=tuple(problems),
    )


def _form(path: Path, problems: list[Reason]) -> Form | None:
    try:
        return load_form(path)
    except BilingualError as error:
        params = {"code": error.code, "params": error.params | {"path": _shown(path)}}
        problems.append(Reason(code="work-error", params=params))
    return None
