"""What a recogniser is: one small protocol, however it works inside.

A recogniser is one module of ``bilingual.asr.engines`` (or an entry point of
the group ``bilingual.engines``) that holds ``ENGINE``, an ``Engine``.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bilingual.config import Asr
from bilingual.errors import DependencyError, ModelError
from bilingual.files import exists, home_expanded
from bilingual.installing import install_command, package_command
from bilingual.model import Segment
from bilingual.weights import as_hashed, entry, hashes_of, joint_hash
from bilingual.weights import path as model_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Audio = NDArray[np.float32]

MIN_WINDOW_S = 1.0
"""A rest of a piece shorter than this is not decoded by itself, in seconds."""


class Recogniser(Protocol):
    """A loaded model. It is given arrays, never a path.

    Audio is mono at 16 kHz, shape (samples,), at most 30 s long. Times in what
    it returns are milliseconds from the start of that audio.
    """

    def language_scores(self, audio: Audio) -> Mapping[str, float]:
        """How likely (0..1, summing to about 1) each language it knows is spoken."""
        ...

    def recognise(self, audio: Audio, language: str) -> tuple[Segment, ...]:
        """What is said, in the order it is said; empty where it hears nothing."""
        ...


@runtime_checkable
class BatchRecogniser(Recogniser, Protocol):
    """A recogniser that is faster on several sounds at once than on one after another."""

    @property
    def batch(self) -> int:
        """How many sounds it takes at once, 2 or more."""
        ...

    def recognise_all(
        self, sounds: Sequence[Audio], language: str
    ) -> Sequence[tuple[Segment, ...]]:
        """What is said in each of at most ``batch`` sounds, as ``recognise`` hears it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A model's files on this machine, their hash checked or recorded.

    ``name`` is the registry's, or the file's own for a model named by path. ``hashes``:
    of each file, by its relative name; those a loader may read, and no others.
    """

    name: str
    path: Path
    sha256: str
    hashes: Mapping[str, str] = field(default_factory=dict)

    def as_hashed(self) -> AbstractContextManager[Path]:
        """The files to load from, which are what they were hashed to.

        :raises ModelError: as :func:`bilingual.weights.as_hashed`.
        """
        return as_hashed(self.path, self.hashes or hashes_of(self.path), name=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A way to recognise speech.

    ``package`` is what must be importable, and ``besides`` what else, ``extra`` the extra of
    ours that installs it (``None``: it is the third party's own). ``rank`` orders engines
    for ``auto``, the fastest first. ``languages`` are those whose words it can
    write. ``weights`` finds a model's files by name or path, ``fingerprint``
    says under which version and settings it works, for the cache of transcripts.
    """

    name: str
    package: str
    extra: str | None
    rank: int
    languages: frozenset[str]
    weights: Callable[[str], Weights]
    load: Callable[[Weights, Asr], Recogniser]
    fingerprint: Callable[[Asr], str]
    besides: tuple[str, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether its packages can be imported. Does not import them."""
        needed = (self.package, *self.besides)
        try:
            return all(importlib.util.find_spec(name) is not None for name in needed)
        except ImportError:  # the package that one of them is a part of is not there
            return False

    def require(self) -> None:
        """Raise where it is not installed.

        :raises DependencyError: with the command that installs it.
        """
        if not self.installed:
            raise DependencyError("engine-missing", engine=self.name, command=self.install_command)

    @property
    def install_command(self) -> str:
        """The command that installs what the engine needs."""
        return install_command(self.extra) if self.extra else package_command(self.package)


def is_path(model: str) -> bool:
    """Whether a model's setting names a path and not an entry of the registry."""
    return "/" in model or "\\" in model or Path(model).suffix in {".pt", ".bin"}


def registered(model: str, form: str) -> Weights:
    """A model of the registry in one layout, its hashes checked just now.

    :raises ModelError: it is unknown, has no such layout, is absent or altered.
    """
    found = entry(model)
    files = found.files_of(form)
    path = model_path(found.name, form)
    hashes = {path.name if len(files) == 1 else file.name: file.sha256 for file in files}
    return Weights(name=found.name, path=path, sha256=files[0].sha256, hashes=hashes)


def by_path(model: str) -> Weights:
    """A model of the user's own; its hash is recorded, there is none to check.

    :raises ModelError: there is nothing at that path.
    """
    path = home_expanded(model).absolute()
    if not exists(path):
        raise ModelError("model-path-missing", path=str(path))
    hashes = hashes_of(path)
    return Weights(name=path.name, path=path, sha256=joint_hash(path, hashes), hashes=hashes)
