"""What a backend is: pairs of texts in, a score for each out, or why there is none.

A backend is one module of this folder (or an entry point of the group
``bilingual.backends``) that holds ``BACKEND``, a :class:`Backend`. It runs only where
the settings name it. What it says is joined by :mod:`bilingual.translation.backends.running`.
"""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from bilingual.budget import threads as at_most
from bilingual.config import Backends
from bilingual.errors import BilingualError, ModelError
from bilingual.files import exists, home_expanded
from bilingual.installing import install_command
from bilingual.model import Measure, ModelUse, Reason
from bilingual.weights import as_hashed, entry, hashes_of, joint_hash
from bilingual.weights import path as registered_path

WRONG: Final[Mapping[str, float]] = {"other": 1.0, "neighbour": 1.0, "half": 0.5, "mixed": 0.5}
"""How much of what speaks against a pair as a whole speaks for each kind of fault."""

PARTIAL: Final[Mapping[str, float]] = {"half": 1.0, "mixed": 1.0, "other": 0.3}
"""The same of what speaks for part of it missing."""


class UnavailableError(BilingualError):
    """A backend cannot score anything. ``code`` is a reason of the catalogue's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A bead to judge: its number in the alignment, its Tibetan, its Chinese."""

    number: int
    bo: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a backend says of a bead.

    ``value`` is its own figure, in its own unit. ``nats`` speak for a fault above
    0 and against one below, spread over the kinds of fault by ``weights``; where
    ``by_kind`` holds them for each kind of fault by itself, those count instead.
    ``params`` hold what a reader may want to see, JSON values only.
    """

    value: float | None
    nats: float
    weights: Mapping[str, float] = field(default_factory=lambda: WRONG)
    by_kind: Mapping[str, float] | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a backend said: scores by the beads' numbers, measures, what it used.

    ``missed`` is why some beads have no score, where that is so.
    """

    scores: Mapping[int, Score]
    models: tuple[ModelUse, ...] = ()
    measures: tuple[Measure, ...] = ()
    missed: UnavailableError | None = None


Advance = Callable[[int, int], None]
"""Called with (done, total) pairs."""

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class Answers:
    """What backends answered in this work, so that no text is asked about twice.

    A work is judged several times while its subtitles are being fixed; most of its texts
    stay the same, and a backend may cost minutes or money.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, Hashable], object] = {}

    def ask(
        self, backend: str, questions: Sequence[Q], ask: Callable[[list[Q]], list[A]]
    ) -> list[A]:
        """An answer for each question, in order; ``ask`` gets each new one once."""
        new = [q for q in dict.fromkeys(questions) if (backend, q) not in self._known]
        if new:
            for question, answer in zip(new, ask(new), strict=True):
                self.keep(backend, question, answer)
        return [cast(A, self._known[backend, q]) for q in questions]

    def keep(self, backend: str, question: Hashable, answer: object) -> None:
        """Remember an answer."""
        self._known[backend, question] = answer

    def known(self, backend: str, question: Hashable) -> object | None:
        """The answer from before, ``None`` without one."""
        return self._known.get((backend, question))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A further kind of evidence.

    ``licence`` is that of the weights or service, as far as it is known. ``validated``
    is false where it was never measured on Tibetan: then its evidence may raise a
    risk and never lower one. ``calibration`` says what is known of its nats (``none``).
    ``notices`` makes from the settings what a user has to know beforehand. ``run`` gets
    the pairs, the settings, a callback for (done, total) pairs, and what was answered
    before in this work, which it looks up and adds to. It raises
    :class:`UnavailableError` where it cannot.
    """

    name: str
    licence: str
    run: Callable[[Sequence[Pair], Backends, Advance, Answers], Outcome]
    notices: Callable[[Backends], tuple[Reason, ...]] = lambda _: ()
    validated: bool = True
    calibration: str = "none"


def require(package: str, extra: str) -> None:
    """Raise unless a package can be imported. Does not import it.

    :raises UnavailableError: ``backend-not-installed`` with the command that installs it.
    """
    if importlib.util.find_spec(package) is None:
        raise UnavailableError(
            "backend-not-installed", package=package, command=install_command(extra)
        )


@contextlib.contextmanager
def quiet_transformers() -> Iterator[None]:
    """While transformers loads a model: no progress bars on the caller's terminal."""
    from transformers.utils import logging as theirs

    shown = theirs.is_progress_bar_enabled()
    theirs.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            theirs.enable_progress_bar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A model's folder on this machine, and the hash of all of its files."""

    path: Path
    use: ModelUse
    hashes: Mapping[str, str]

    def as_hashed(self) -> contextlib.AbstractContextManager[Path]:
        """The folder to load from: its files are what they were hashed to.

        :raises ModelError: as :func:`bilingual.weights.as_hashed`.
        """
        return as_hashed(self.path, self.hashes, name=self.path.name)


def locate(backend: str, model: str, sha256: str | None) -> Located:
    """The model that the settings name: a folder, or an entry of the registry.

    :param sha256: what the folder must hash to (:func:`bilingual.weights.sha256_of`);
        without it the hash is only recorded.
    :raises UnavailableError: there is none, or it is another than the hash says.
    """
    if not model:
        raise UnavailableError("backend-model-unset", backend=backend)
    path = home_expanded(model)
    try:
        if not exists(path):
            if "/" in model or "\\" in model:
                raise UnavailableError("backend-model-missing", backend=backend, model=path.name)
            path = registered_path(entry(model).name)
        hashes = hashes_of(path)
        found = joint_hash(path, hashes)
    except ModelError as error:
        raise UnavailableError(
            "backend-model-missing", backend=backend, model=Path(model).name
        ) from error
    if sha256 is not None and found != sha256.lower():
        raise UnavailableError(
            "backend-hash-mismatch", backend=backend, model=path.name, expected=sha256, found=found
        )
    folder = path if path.is_dir() else path.parent
    use = ModelUse(name=f"{backend}:{path.name}", sha256=found)
    return Located(path=folder, use=use, hashes=hashes)


def changed_since(backend: str, model: Located, error: ModelError) -> UnavailableError:
    """A model whose files are not what they were hashed to, as a reason."""
    detail = Path(str(error.params.get("path", ""))).name
    return UnavailableError(
        "backend-model-changed", backend=backend, model=model.path.name, detail=detail
    )


@contextlib.contextmanager
def damage_reported(backend: str, model: Located) -> Iterator[None]:
    """While a model is loaded and asked: whatever goes wrong with it is one error.

    :raises UnavailableError: ``backend-model-changed``: its files are not what they were
        hashed to. ``backend-model-damaged``: it cannot be read or run.
    """
    try:
        yield
    except UnavailableError:
        raise
    except ModelError as error:
        raise changed_since(backend, model, error) from error
    except Exception as error:
        # A damaged model shows as whatever its reader raises.
        raise UnavailableError(
            "backend-model-damaged",
            backend=backend,
            model=model.path.name,
            detail=type(error).__name__,
        ) from error


def load_transformers(kind: str, folder: Path, threads: int) -> Any:
    """A model of a local folder through transformers, ready to be asked.

    Weights are read from safetensors and nothing else: a pickle can run code.

    :param kind: the name of the class in transformers, such as ``AutoModel``.
    :param threads: how many torch may use.
    :raises UnavailableError: transformers or torch is not installed, or the weights are
        pickled.
    """
    require("transformers", "transformers")
    require("torch", "transformers")
    if not any(folder.glob("*.safetensors")) and any(folder.glob("*.bin")):
        raise UnavailableError("backend-model-pickled", model=folder.name)
    import torch
    import transformers

    named = getattr(transformers, kind, None)
    if named is None:  # one that is found in its own module only
        from transformers.models.m2m_100 import modeling_m2m_100

        named = getattr(modeling_m2m_100, kind)
    with quiet_transformers():
        model = named.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True
        )
    model.eval()
    torch.set_num_threads(at_most(threads))
    return model
