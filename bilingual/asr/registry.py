"""The recognisers that are installed, and which of them is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from operator import attrgetter, index
from typing import Any, Final

from bilingual.asr.base import Engine, Weights
from bilingual.config import Asr
from bilingual.errors import ConfigError, DependencyError, ModelError
from bilingual.model import Segment
from bilingual.plugins import Kind, Plugins, all_of, discover, named_made, named_parts, objects

_KIND: Final = Kind(
    name="engine",
    group="bilingual.engines",
    home="bilingual.asr.engines",
    attribute="ENGINE",
    read=objects(Engine, attrgetter("name")),
)


_ROUNDED: Final = 1e-3
"""So much a score may lie beyond 0..1: sums of float32 are rounded."""


def _scores(given: object, _: tuple[Any, ...]) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise TypeError(f"gave {type(given).__name__}, not a mapping of languages to 0..1")
    for language, score in given.items():
        if not isinstance(language, str) or not -_ROUNDED <= score <= 1 + _ROUNDED:
            raise TypeError(f"gave {language!r}: {score!r}, not a language and 0..1")
    return {language: min(1.0, max(0.0, float(score))) for language, score in given.items()}


def _heard(given: object, _: tuple[Any, ...]) -> tuple[Segment, ...]:
    return all_of(Segment, given)


def _all_heard(given: object, asked: tuple[Any, ...]) -> list[tuple[Segment, ...]]:
    if not isinstance(given, (list, tuple)) or len(given) != len(asked[0]):
        raise TypeError(f"gave no list of one result for each of {len(asked[0])} sounds")
    return [all_of(Segment, each) for each in given]


def _batch(given: Any, _: tuple[Any, ...]) -> int:
    size = index(given)
    if size < 2:
        raise TypeError(f"batch is {size}, not 2 or more")
    return size


# What a recogniser has (``bilingual.asr.base.Recogniser``), and may have.
_OWED: Final = {"language_scores": _scores, "recognise": _heard}
_MORE: Final = {"recognise_all": _all_heard, "batch": _batch}


@cache
def engines() -> Plugins[Engine]:
    """Every recogniser by name, the fastest first; whether it can work here or not.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    found = named_made(discover(_KIND), "load", _OWED, _MORE)
    found = named_parts(found, "weights", "load", "fingerprint")
    ordered = sorted(found.values(), key=lambda engine: (engine.rank, engine.name))
    return replace(found, found={engine.name: engine for engine in ordered})


def known_engine(settings: Asr) -> None:
    """See that the engine in the settings is one, installed or not.

    :raises ConfigError: no recogniser of Mandarin has that name.
    """
    known = _for_mandarin()
    engines().named(settings.engine)
    if settings.engine not in ("auto", "off", *known):
        raise _unknown(settings.engine, known)


def _unknown(name: str, known: Iterable[str]) -> ConfigError:
    return ConfigError("engine-unknown", name=name, known=list(known))


def _for_mandarin() -> dict[str, Engine]:
    return {name: engine for name, engine in engines().items() if "zh" in engine.languages}


def choose(settings: Asr) -> tuple[Engine, Weights]:
    """The engine to use for Mandarin and its model's files.

    ``auto`` takes the fastest that is installed and has the model here; where
    none has it, the error is the fastest one's.

    :raises ConfigError: no recogniser has that name.
    :raises DependencyError: it is not installed, or none is.
    :raises ModelError: the model is unknown, absent or altered.
    """
    known = _for_mandarin()
    if settings.engine != "auto":
        if settings.engine not in known:
            raise _unknown(settings.engine, known)
        engine = known[settings.engine]
        engine.require()
        return engine, engine.weights(settings.model)
    # Only our own: a plugged-in recogniser is used when it is asked for.
    ours = [engine for engine in known.values() if engine.extra]
    ready = [engine for engine in ours if engine.installed]
    if not ready:
        raise DependencyError("engine-missing", engine="auto", command=ours[0].install_command)
    first: ModelError | None = None
    for engine in ready:
        try:
            return engine, engine.weights(settings.model)
        except ModelError as error:
            if error.code == "model-hash-mismatch":
                raise
            first = first or error
    assert first is not None  # noqa: S101 - the loop ran at least once
    raise first
