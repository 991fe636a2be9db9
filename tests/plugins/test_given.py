"""What plug-ins of other distributions give: numbers of any type are taken, wrong fields named."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bilingual.asr import registry as engines
from bilingual.asr.base import BatchRecogniser, Engine, Weights
from bilingual.config import Asr, BurnedIn
from bilingual.errors import PluginError
from bilingual.model import Reason, Segment, Word
from bilingual.ocr import registry as readers
from bilingual.ocr.base import ReaderKind, Reading
from bilingual.plugins import Broken, Plugins
from bilingual.plugins.calls import failure

WEIGHTS = Weights(name="w", path=Path("w"), sha256="0" * 64)
ENGINE = Engine(
    name="parrot",
    package="bilingual",
    extra=None,
    rank=9,
    languages=frozenset({"zh"}),
    weights=lambda model: WEIGHTS,
    load=lambda weights, settings: recogniser(),
    fingerprint=lambda settings: "parrot 1",
)
READER = ReaderKind(
    name="oracle",
    language="zh",
    rank=-1,
    trusted=0.5,
    missing=lambda settings: None,
    load=lambda settings: _reader(),
    fingerprint=lambda settings: "oracle 1",
)

NOWHERE: Any = "w"

Engined = Callable[..., Engine]
Kinded = Callable[..., ReaderKind]


@pytest.fixture
def engined(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engined]:
    """An engine of another distribution with these fields."""

    def make(**fields: Any) -> Engine:
        found = {"parrot": replace(ENGINE, **fields)}
        held = Plugins(kind="engine", found=found, origins={"parrot": "extras 1.0"})
        monkeypatch.setattr(engines, "discover", lambda kind: held)
        engines.engines.cache_clear()
        return engines.engines()["parrot"]

    yield make
    engines.engines.cache_clear()


@pytest.fixture
def kinded(monkeypatch: pytest.MonkeyPatch) -> Kinded:
    """A reader of another distribution with these fields."""

    def make(**fields: Any) -> ReaderKind:
        found = {"oracle": replace(READER, **fields)}
        held = Plugins(kind="reader", found=found, origins={"oracle": "extras 1.0"})
        monkeypatch.setattr(readers, "discover", lambda kind: held)
        (kind,) = readers.reader_kinds.__wrapped__()
        return kind

    return make


def recogniser(**members: Any) -> Any:
    """What an engine loads, with these members."""
    owed: dict[str, Any] = {
        "language_scores": lambda audio: {"zh": 1.0},
        "recognise": lambda audio, language: (),
    }
    return SimpleNamespace(**(owed | members))


def _reader() -> Any:
    """What reads nothing."""
    return SimpleNamespace(read=lambda rows: [])


def heard(engined: Engined, given: object) -> Any:
    """What comes of what a recogniser gave."""
    loaded = engined(
        load=lambda weights, settings: recogniser(recognise=lambda audio, language: given)
    ).load(WEIGHTS, Asr())
    return loaded.recognise(np.zeros(1, np.float32), "zh")


def read(kinded: Kinded, given: object) -> Any:
    """What comes of what a reader gave for a row."""
    reader = SimpleNamespace(read=lambda rows: given)
    return kinded(load=lambda settings: reader).load(BurnedIn()).read([[]])


def error_of(call: Callable[[], object]) -> str:
    """What a plug-in is told to have done wrong."""
    with pytest.raises(PluginError) as met:
        call()
    assert met.value.code == "plugin-failed"
    assert met.value.params["origin"] == "extras 1.0"
    return str(met.value.params["error"])


def test_numbers_of_numpy_become_pythons(engined: Engined, kinded: Kinded) -> None:
    one = np.float32(1.0005)
    word = Word(start_ms=np.int64(3), end_ms=np.int64(5), text="水", probability=one)  # type: ignore[arg-type]
    segment = Segment(
        start_ms=np.int64(0),  # type: ignore[arg-type]
        end_ms=np.int32(9),  # type: ignore[arg-type]
        text=np.str_("水"),
        avg_logprob=np.float32(0.0005),  # type: ignore[arg-type]
        no_speech_prob=np.float64(-0.0005),
        compression_ratio=np.float16(2),  # type: ignore[arg-type]
        reliable=np.bool_(True),  # type: ignore[arg-type]
        doubts=["loop"],  # type: ignore[arg-type]
        words=[word],  # type: ignore[arg-type]
    )
    (found,) = heard(engined, [segment])
    assert found == Segment(
        start_ms=0,
        end_ms=9,
        text="水",
        avg_logprob=0.0,
        no_speech_prob=0.0,
        compression_ratio=2.0,
        doubts=("loop",),
        words=(Word(start_ms=3, end_ms=5, text="水", probability=1.0),),
    )
    held = [found.start_ms, found.end_ms, found.text, found.avg_logprob, found.reliable]
    assert [type(one) for one in held] == [int, int, str, float, bool]
    (reading,) = read(kinded, [Reading(text="水", confidence=np.float32(1.0005))])  # type: ignore[arg-type]
    assert reading == Reading(text="水", confidence=1.0)
    assert type(reading.confidence) is float


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start_ms": 0.5}, "Segment(start_ms=0.5), not whole milliseconds from 0"),
        ({"start_ms": -1}, "Segment(start_ms=-1), not whole milliseconds from 0"),
        ({"start_ms": 2**40}, "not whole milliseconds from 0"),
        ({"start_ms": 10}, "Segment(start_ms=10, end_ms=9), which ends before it starts"),
        ({"text": None}, "Segment(text=None), not text that UTF-8 can hold"),
        ({"text": "\ud800"}, "not text that UTF-8 can hold"),
        ({"confidence": "0.5"}, "Segment(confidence='0.5'), not 0..1 or None"),
        ({"avg_logprob": math.nan}, "Segment(avg_logprob=nan), not a number of at most 0 or None"),
        ({"avg_logprob": 0.5}, "Segment(avg_logprob=0.5), not a number of at most 0 or None"),
        ({"no_speech_prob": 2}, "Segment(no_speech_prob=2), not 0..1 or None"),
        ({"compression_ratio": -1}, "Segment(compression_ratio=-1), not a number from 0 or None"),
        ({"compression_ratio": math.inf}, "Segment(compression_ratio=inf), not a number from 0"),
        ({"reliable": None}, "Segment(reliable=None), not True or False"),
        ({"doubts": "loop"}, "Segment(doubts='loop'), not a list or tuple of text"),
        ({"doubts": (1,)}, "Segment(doubts=(1,)), not a list or tuple of text"),
        ({"words": None}, "Segment(words=None), not a list or tuple of Word"),
        ({"words": ("水",)}, "Segment(words=('水',)), not a list or tuple of Word"),
        (
            {"words": (Word(start_ms=0, end_ms=1, text="水", probability=-1),)},
            "Word(probability=-1), not 0..1 or None",
        ),
    ],
)
def test_a_segment_with_a_wrong_field_is_named(
    fields: dict[str, Any], said: str, engined: Engined
) -> None:
    segment = replace(Segment(start_ms=0, end_ms=9, text="水"), **fields)
    error = error_of(lambda: heard(engined, [segment]))
    assert error.startswith("TypeError: recognise() gave ")
    assert said.encode("ascii", "backslashreplace") in error.encode("ascii", "backslashreplace")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"confidence": 97.0}, "Reading(confidence=97.0), not 0..1"),
        ({"confidence": -1}, "Reading(confidence=-1), not 0..1"),
        ({"confidence": None}, "Reading(confidence=None), not 0..1"),
        ({"text": None}, "Reading(text=None), not text that UTF-8 can hold"),
        ({"others": [None]}, "Reading(others=[None]), not a list or tuple of text"),
    ],
)
def test_a_reading_with_a_wrong_field_is_named(
    fields: dict[str, Any], said: str, kinded: Kinded
) -> None:
    error = error_of(lambda: read(kinded, [Reading(**fields)]))
    assert error.startswith(f"TypeError: read() gave {said}")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda e: e(weights=lambda model: "w").weights("w"), "weights() gave str, not Weights"),
        (
            lambda e: e(weights=lambda model: replace(WEIGHTS, path=NOWHERE)).weights("w"),
            "weights() gave Weights(path='w'), not of Path",
        ),
        (
            lambda e: e(fingerprint=lambda settings: None).fingerprint(Asr()),
            "fingerprint() gave None, not text that UTF-8 can hold",
        ),
        (
            lambda e: (
                e(
                    load=lambda weights, settings: recogniser(
                        language_scores=lambda audio: {"zh": "1"}
                    )
                )
                .load(WEIGHTS, Asr())
                .language_scores(np.zeros(1))
            ),
            "language_scores() gave 'zh': '1', not a language and 0..1",
        ),
    ],
)
def test_other_functions_of_an_engine_are_seen(
    call: Callable[[Engined], object], said: str, engined: Engined
) -> None:
    assert error_of(lambda: call(engined)) == f"TypeError: {said}"


def test_other_functions_of_a_reader_are_seen(kinded: Kinded) -> None:
    wrong: Any = lambda settings: "ocr-missing"  # noqa: E731
    call = lambda: kinded(missing=wrong).missing(BurnedIn())  # noqa: E731
    assert error_of(call) == "TypeError: missing() gave str, not Reason or None"
    reason = Reason(code="ocr-missing", params={"command": ""})
    assert kinded(missing=lambda settings: reason).missing(BurnedIn()) == reason
    assert kinded(fingerprint=lambda settings: np.str_("a")).fingerprint(BurnedIn()) == "a"


def test_functions_are_told_from_values_by_their_names(engined: Engined, kinded: Kinded) -> None:
    def loaded(**members: Any) -> Any:
        return engined(load=lambda weights, settings: recogniser(**members)).load(WEIGHTS, Asr())

    def all_heard(sounds: Any, language: str) -> list[tuple[Segment, ...]]:
        return [() for _ in sounds]

    fewer: list[dict[str, Any]] = [
        {"recognise_all": None, "batch": "many"},  # which is not looked at
        {"recognise_all": all_heard, "batch": 1},
        {"recognise_all": all_heard},
    ]
    for members in fewer:
        assert not isinstance(loaded(**members), BatchRecogniser)
    several = loaded(recognise_all=all_heard, batch=np.int64(4))
    assert isinstance(several, BatchRecogniser)
    assert type(several.batch) is int
    assert several.recognise_all([1, 2], "zh") == [(), ()]  # type: ignore[list-item]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"recognise_all": all_heard, "batch": lambda: 4}, "batch is function, not a whole number"),
        ({"recognise_all": all_heard, "batch": 0}, "batch is 0, not 1 or more"),
        ({"recognise_all": 3}, "recognise_all is int, not a function"),
        ({"recognise": True}, "recognise is bool, not a function"),
        ({"recognise": None}, "SimpleNamespace has no recognise()"),
    ]
    for members, said in wrong:
        assert error_of(partial(loaded, **members)) == f"TypeError: {said}"
    reader = SimpleNamespace(read=lambda rows: [], glance=True)
    call = lambda: kinded(load=lambda settings: reader).load(BurnedIn())  # noqa: E731
    assert error_of(call) == "TypeError: glance is bool, not a function"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"rank": "9"}, "rank='9' is not a whole number"),
        ({"languages": "zh"}, "languages='zh' is not a frozenset of languages"),
        ({"name": "auto"}, "name='auto' is not another name"),
        ({"package": ".x"}, "package='.x' is not the name of a package"),
        ({"extra": 3}, "extra=3 is not a name or None"),
        ({"besides": "json"}, "besides='json' is not a tuple"),
        ({"load": None}, "load=None is not a function"),
    ],
)
def test_an_engine_has_to_be_declared_rightly(fields: dict[str, Any], fault: str) -> None:
    assert engines._KIND.refuse is not None
    engines._KIND.refuse(ENGINE)
    with pytest.raises(ValueError, match="is not") as met:
        engines._KIND.refuse(replace(ENGINE, **fields))
    assert str(met.value).startswith(fault)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"rank": "x"}, "rank='x' is not a whole number"),
        ({"language": "fr"}, "language='fr' is not one of bo, zh"),
        ({"trusted": 50}, "trusted=50 is not 0..1"),
        ({"missing": None, "load": 1}, "missing=None is not a function; load=1 is not a function"),
    ],
)
def test_a_reader_has_to_be_declared_rightly(fields: dict[str, Any], fault: str) -> None:
    assert readers._KIND.refuse is not None
    readers._KIND.refuse(READER)
    with pytest.raises(ValueError, match="is not") as met:
        readers._KIND.refuse(replace(READER, **fields))
    assert str(met.value) == fault


def test_a_package_within_one_that_is_not_there_is_not_installed() -> None:
    assert not replace(ENGINE, package="no_such_package.part").installed


def test_a_class_that_fails_is_shown_at_its_init() -> None:
    class Made:
        def __init__(self) -> None: ...

    at = failure(KeyError("x"), Made, "extras 1.0")
    assert at["file"] == Path(__file__).name
    assert at["line"] == Made.__init__.__code__.co_firstlineno
    assert "file" not in failure(KeyError("x"), Word, "extras 1.0")  # its own is in no file


@pytest.mark.parametrize("setting", ["auto", "off"])
def test_a_plug_in_that_was_refused_for_its_name_is_not_asked_for_by_the_setting(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Broken(kind="engine", name=setting, origin="extras 1.0", detail="its name")
    held = replace(engines.engines(), broken={setting: refused})
    monkeypatch.setattr(engines, "engines", lambda: held)
    engines.known_engine(Asr(engine=setting))
