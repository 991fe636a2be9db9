"""Arguments of another type, or out of range: one error of ours, at every function of the API."""

from __future__ import annotations

import asyncio
import inspect
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import bilingual
from bilingual import batch
from bilingual.arguments import CHECKED, Wanted
from bilingual.config import Config
from bilingual.errors import ArgumentError, ConfigError, InputError
from bilingual.form import load_form
from bilingual.model import Check, Cue, Finding, Form, Report, Track

WRONG: tuple[Any, ...] = (
    3,
    -1,
    10**5000,
    2.5,
    float("nan"),
    float("-inf"),
    True,
    "\N{SNOWMAN}",
    b"bo.srt",
    [],
    [3],
    {},
    {3: 3},
    object(),
    int,
    lambda a, b, c, d, e: None,
)

# What a call hands on as it is, and why.
FREE: Mapping[str, frozenset[str]] = {
    "Report.from_dict": frozenset({"document"}),  # any object: it is read as a report is
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every function of the public names, and every method of their classes."""
    for module in (bilingual, batch):
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield name, value
            elif inspect.isclass(value) and not issubclass(value, BaseException | batch.BatchStage):
                yield from methods(value)
    yield "load_form", load_form
    for kind in (Finding, Check):
        yield from methods(kind)


def methods(of: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, value in vars(of).items():
        value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if inspect.isfunction(value) and not name.startswith("_"):
            yield f"{of.__name__}.{name}", value


def parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


FUNCTIONS = {name: function for name, function in functions() if parameters(function)}
ONE_BY_ONE = sorted((n, p) for n, f in FUNCTIONS.items() for p in parameters(f))


def test_every_function_is_among_them() -> None:
    assert {"verify", "averify", "align", "transcribe", "load_track", "load_tracks"} <= set(
        FUNCTIONS
    )
    assert {"load_table", "verify_many", "Config.load", "Report.to_html"} <= set(FUNCTIONS)
    assert {"Finding.message", "Finding.remedy", "Check.reason_text"} <= set(FUNCTIONS)


NEEDED: Mapping[str, object] = {
    "self": None,
    "cls": None,
    "bo": Track(cues=()),
    "zh": Track(cues=()),
    "works": (),
    "side": "bo",
}
"""What a call needs besides; a path unless named here. Nothing of it is opened."""


@pytest.mark.parametrize(("name", "parameter"), ONE_BY_ONE)
def test_each_parameter_states_what_it_takes(name: str, parameter: str) -> None:
    """What does not fit is refused by name, before anything is done."""
    function = FUNCTIONS[name]
    if parameter in FREE.get(name, ()):
        return
    kind: Wanted = getattr(function, CHECKED)[parameter]
    needed = [
        other
        for other, about in inspect.signature(function).parameters.items()
        if about.default is about.empty
    ]
    refused = 0
    for value in WRONG:
        if fits(kind, value):
            continue
        given = {other: NEEDED.get(other, "there-is-none") for other in needed}
        with pytest.raises(ArgumentError) as caught:
            called(function, given | {parameter: value})
        assert caught.value.params["name"] == parameter
        for language in ("zh", "en"):
            assert parameter in caught.value.message(language)
        refused += 1
    assert refused >= 5


def fits(kind: Wanted, value: object) -> bool:
    try:
        return kind.fits(value)
    except Exception:
        return False


def called(function: Callable[..., Any], given: dict[str, Any]) -> object:
    result = function(**given)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


SRT = "1\n00:00:00,100 --> 00:00:00,900\n太阳是一颗恒星。\n"


@pytest.fixture
def zh(tmp_path: Path) -> Path:
    path = tmp_path / "zh.srt"
    path.write_text(SRT, encoding="utf-8")
    return path


class Path2:
    """A path whose name is none."""

    def __init__(self, name: object) -> None:
        self.name = name

    def __fspath__(self) -> object:
        if isinstance(self.name, Exception):
            raise self.name
        return self.name


def settings(**sections: Any) -> Config:
    return msgspec.structs.replace(Config.load(), **sections)


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"cancel": 3}, "cancel"),
        ({"cancel": threading.Event}, "cancel"),
        ({"cancel": lambda one: True}, "cancel"),
        ({"timeout_s": "3"}, "timeout_s"),
        ({"timeout_s": -1.5}, "timeout_s"),
        ({"timeout_s": float("nan")}, "timeout_s"),
        ({"timeout_s": 10**400}, "timeout_s"),
        ({"timeout_s": True}, "timeout_s"),
        ({"progress": 3}, "progress"),
        ({"video": 3}, "video"),
        ({"video": b"v.mp4"}, "video"),
        ({"video": Path2(b"v.mp4")}, "video"),
        ({"video": Path2(RuntimeError("no"))}, "video"),
        ({"form": {"title": "题"}}, "form"),
        ({"form": replace(Form(), title="题"), "reference": ["a"]}, "reference"),
        ({"config": "sichuan-2024"}, "config"),
    ],
)
def test_what_verify_is_given(zh: Path, given: dict[str, Any], parameter: str) -> None:
    for function in (bilingual.verify, bilingual.averify):
        with pytest.raises(ArgumentError) as caught:
            called(function, {"zh": zh, **given})
        assert caught.value.code == "argument-invalid"
        assert caught.value.params["name"] == parameter


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("media", "timeout_s", "x"),
        ("media", "max_pixels", 0),
        ("burned_in", "mode", "sometimes"),
        ("sync", "max_offset_ms", 10**15),
        ("accuracy", "wrong_risk", 2),
        ("asr", "threads", None),
        ("rules", "off", 3),
    ],
)
def test_settings_put_together_by_hand_are_looked_into(
    zh: Path, section: str, field: str, value: object
) -> None:
    loaded = Config.load()
    inner = msgspec.structs.replace(getattr(loaded, section), **{field: value})
    track = bilingual.load_track(zh)
    for function, given in (
        (bilingual.verify, {"zh": zh}),
        (bilingual.align, {"bo": track, "zh": track}),
        (bilingual.transcribe, {"video_or_audio": zh}),
        (batch.verify_many, {"works": (), "out": zh.parent}),
    ):
        with pytest.raises(ArgumentError) as caught:
            called(function, {**given, "config": settings(**{section: inner})})
        assert f"$.{section}.{field}" in caught.value.message("zh")


@pytest.mark.parametrize("value", [3, b"x", [3], object()])
def test_a_form_holds_text(value: object) -> None:
    for name in ("title", "authors", "pledge", "unit"):
        with pytest.raises(ArgumentError, match=name):
            Form(**{name: value})  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="unknown"):
        Form(unknown=value)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="pledge_kind"):
        Form(pledge_kind=value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cue",
    [
        Cue(index=0, start_ms="1", end_ms=2, text="太阳"),  # type: ignore[arg-type]
        Cue(index=0, start_ms=1, end_ms=2, text=3),  # type: ignore[arg-type]
        Cue(index=0, start_ms=1, end_ms=2.5, text="太阳"),  # type: ignore[arg-type]
        "太阳",
    ],
)
def test_tracks_made_by_hand_are_looked_into(zh: Path, cue: Any) -> None:
    track = bilingual.load_track(zh)
    with pytest.raises(ArgumentError, match=r"cues\[0\]"):
        bilingual.align(replace(track, cues=(cue,)), track)


def test_submissions_made_by_hand_are_looked_into(zh: Path) -> None:
    for works in ([3], [batch.Submission(id="A", zh=zh)], [batch.Submission(id=3)]):  # type: ignore[arg-type]
        with pytest.raises(ArgumentError, match="works"):
            batch.verify_many(works, out=zh.parent)  # type: ignore[arg-type]


def test_settings_over_a_day_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[sync]\nmax_offset_ms = 1000000000000000\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="max_offset_ms"):
        Config.load(path)


def test_the_error_crosses_processes(zh: Path) -> None:
    with pytest.raises(ArgumentError) as caught:
        bilingual.verify(zh=zh, cancel=3)  # type: ignore[arg-type]
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.message("zh") == caught.value.message("zh")
    with pytest.raises(ArgumentError, match="language"):
        again.message(3)
    with pytest.raises(ArgumentError, match="cli"):
        again.message("zh", cli="no")


def test_for_people_without_a_command_line_no_option_is_named() -> None:
    with pytest.raises(InputError) as caught:
        bilingual.verify()
    for language in ("zh", "en"):
        assert "--bo" in caught.value.message(language)
        assert "--bo" not in caught.value.message(language, cli=False)


def test_what_fits_is_taken(zh: Path) -> None:
    """Subclasses, event-like objects, numbers of other libraries."""
    import numpy as np

    class Name(str):
        __slots__ = ()

    class Never:
        def is_set(self) -> bool:
            return False

    off = settings(asr=msgspec.structs.replace(Config.load().asr, engine="off"))
    for given in (
        {"zh": Name(zh), "cancel": Never(), "timeout_s": np.float32(60)},
        {"zh": Path2(str(zh)), "cancel": lambda: False, "timeout_s": np.int64(60)},
        {"zh": zh, "timeout_s": float("inf"), "form": Form(title="题")},
    ):
        assert isinstance(bilingual.verify(config=off, **given), Report)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="there-is-none"):
        bilingual.verify(zh="there-is-none.srt")
