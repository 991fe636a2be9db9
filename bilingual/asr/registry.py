"""The recognisers that are installed, and which of them is used."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from bilingual.asr.base import Engine, Weights
from bilingual.config import Asr
from bilingual.errors import ConfigError, DependencyError, ModelError
from bilingual.model import Segment, Word
from bilingual.plugins import Kind, Plugins, discover, objects
from bilingual.plugins.calls import named_made, named_parts
from bilingual.plugins.given import (
    Fields,
    all_of,
    functions_of,
    refuse_faults,
    seen_text,
    share,
    text,
    whole,
)


def _refuse(engine: Engine) -> None:
    languages: object = engine.languages
    listed = isinstance(languages, Set) and all(text(one) for one in languages)
    packages: object = engine.besides
    besides = isinstance(packages, (list, tuple)) and all(_is_module(one) for one in packages)
    refuse_faults(
        {
            "name": (engine.name not in ("auto", "off"), 'another name than "auto" and "off"'),
            "package": (_is_module(engine.package), "the name of a package that is imported"),
            "besides": (besides, "a tuple of such names"),
            "extra": (engine.extra is None or bool(text(engine.extra)), "a name or None"),
            "rank": (whole(engine.rank) is not None, "a whole number"),
            "languages": (listed, "a frozenset of languages"),
            **functions_of(engine, "weights", "load", "fingerprint"),
        },
        engine,
    )


def _is_module(name: object) -> bool:
    return isinstance(name, str) and all(part.isidentifier() for part in name.split("."))


_KIND: Final = Kind(
    name="engine",
    group="bilingual.engines",
    home="bilingual.asr.engines",
    attribute="ENGINE",
    read=objects(Engine, attrgetter("name")),
    refuse=_refuse,
)


def _scores(given: object, _: tuple[Any, ...]) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise TypeError(f"gave {type(given).__name__}, not a mapping of languages to 0..1")
    found = {}
    for language, score in given.items():
        name, known = text(language), share(score)
        if name is None or known is None:
            raise TypeError(f"gave {language!r}: {score!r}, not a language and 0..1")
        found[name] = known
    return found


def _heard(given: object, _: tuple[Any, ...]) -> tuple[Segment, ...]:
    return tuple(_segment(one) for one in all_of(Segment, given))


def _all_heard(given: object, asked: tuple[Any, ...]) -> list[tuple[Segment, ...]]:
    if not isinstance(given, (list, tuple)) or len(given) != len(asked[0]):
        raise TypeError(f"gave no list of one result for each of {len(asked[0])} sounds")
    return [_heard(each, ()) for each in given]


def _segment(given: Segment) -> Segment:
    fields = Fields(given)
    return Segment(
        **fields.span(),
        text=fields.text("text"),
        confidence=fields.share_or_none("confidence"),
        avg_logprob=fields.at_most_0_or_none("avg_logprob"),
        no_speech_prob=fields.share_or_none("no_speech_prob"),
        compression_ratio=fields.from_0_or_none("compression_ratio"),
        reliable=fields.truth("reliable"),
        doubts=fields.texts("doubts"),
        words=tuple(_word(word) for word in fields.items("words", Word)),
    )


def _word(given: Word) -> Word:
    fields = Fields(given)
    return Word(
        **fields.span(),
        text=fields.text("text"),
        probability=fields.share_or_none("probability"),
    )


def _weights(given: object, _: tuple[Any, ...]) -> Weights:
    if not isinstance(given, Weights):
        raise TypeError(f"gave {type(given).__name__}, not Weights")
    fields = Fields(given)
    return replace(
        given,
        name=fields.text("name"),
        path=fields.one("path", Path),
        sha256=fields.text("sha256"),
        hashes=fields.one("hashes", Mapping),
    )


def _batch(given: object, _: tuple[Any, ...]) -> int | None:
    """How many sounds at once; ``None``: one after another."""
    if given is None:
        return None
    size = whole(given)
    if size is None:
        raise TypeError(f"batch is {type(given).__name__}, not a whole number")
    if size < 1:
        raise TypeError(f"batch is {size}, not 1 or more")
    return size if size > 1 else None


# What a recogniser has (``bilingual.asr.base.Recogniser``), and may have.
_OWED: Final = {"language_scores": _scores, "recognise": _heard}
_MORE: Final = {"recognise_all": _all_heard}
_VALUES: Final = {"recognise_all": {"batch": _batch}}


@cache
def engines() -> Plugins[Engine]:
    """Every recogniser by name, the fastest first; whether it can work here or not.

    :raises PluginError: ``plugin-duplicate``: two have the same name.
    """
    found = named_made(discover(_KIND), "load", _OWED, _MORE, _VALUES)
    # A model that is not there, or not what it was, is the user's to put right; both are found
    # by functions of ours that engines call (``by_path``, ``registered``, ``Weights.as_hashed``).
    wrong_model = (ModelError,)
    found = named_parts(
        found,
        *("weights", "load", "fingerprint"),
        seen={"weights": _weights, "fingerprint": seen_text},
        passing={"weights": wrong_model, "load": wrong_model},
    )
    ordered = sorted(found.values(), key=lambda engine: (engine.rank, engine.name))
    return replace(found, found={engine.name: engine for engine in ordered})


def known_engine(settings: Asr) -> None:
    """See that the engine in the settings is one, installed or not.

    :raises ConfigError: no recogniser of Mandarin has that name.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    engines()  # two of one name are an error, whichever is asked for
    if settings.engine not in ("auto", "off"):
        _asked_for(settings.engine)


def _asked_for(name: str) -> Engine:
    """The recogniser of Mandarin of that name.

    :raises ConfigError: none has it.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    """
    engines().named(name)
    known = _for_mandarin()
    if name not in known:
        raise ConfigError("engine-unknown", name=name, known=list(known))
    return known[name]


def _for_mandarin() -> dict[str, Engine]:
    return {name: engine for name, engine in engines().items() if "zh" in engine.languages}


def choose(settings: Asr) -> tuple[Engine, Weights]:
    """The engine to use for Mandarin and its model's files.

    ``auto`` takes the fastest that is installed and has the model here; where
    none has it, the error is the fastest one's.

    :raises ConfigError: no recogniser has that name.
    :raises PluginError: ``plugin-broken``: it is installed and cannot be loaded.
    :raises DependencyError: it is not installed, or none is.
    :raises ModelError: the model is unknown, absent or altered.
    """
    if settings.engine != "auto":
        engine = _asked_for(settings.engine)
        engine.require()
        return engine, engine.weights(settings.model)
    # Only our own: a plugged-in recogniser is used when it is asked for.
    ours = [engine for name, engine in _for_mandarin().items() if name not in engines().origins]
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
