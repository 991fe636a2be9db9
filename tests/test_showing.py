"""Text from outside is made visible at every door: errors, messages, progress, log, JSON."""

from __future__ import annotations

import json
import logging
import string
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bilingual
from bilingual.cli import run
from bilingual.cli.running import progress
from bilingual.cli.shared import as_json, say
from bilingual.errors import BilingualError, InputError, InternalError
from bilingual.formats.writing import write_track
from bilingual.locale import catalogue, error_sentence, languages, sentence
from bilingual.showing import ascii_controls, logger, visible
from tests.fixes.test_fixing import BO, ZH, srt

OBEYED = ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
NAME = "a\x1b]0;owned\x07\x1b[2J\x9b31m\n[pass]\r\u202efdp\u2066\u200b\u2028\ufeff\U000e0041.srt"
NO_UNICODE = "b\udcff.srt"
IMPOSSIBLE = "c\udc1b.srt"


def obeyed(text: str, *, breaks: bool = True) -> list[str]:
    """Characters that a terminal, a log or a reader's eye would obey."""
    allowed = "\n" if breaks else ""
    return [c for c in text if c not in allowed and unicodedata.category(c) in OBEYED]


def assert_plain(text: str) -> None:
    """Nothing is obeyed, and no line begins as the name would have it."""
    assert obeyed(text) == []
    assert not any(row.startswith("[pass]") for row in text.splitlines())


@given(st.text() | st.text(st.characters(categories=["C", "Z"])))
def test_what_is_shown_is_obeyed_by_nothing(text: str) -> None:
    shown = visible(text)
    assert obeyed(shown, breaks=False) == []
    assert visible(shown) == shown
    kept = visible(text, keep_breaks=True)
    assert obeyed(kept) == []
    assert kept.count("\n") == text.count("\n")
    assert visible("བོད་ཡིག 中文，abc") == "བོད་ཡིག 中文，abc"


@given(st.dictionaries(st.text(), st.text(st.characters(exclude_categories=["Cs"]))))
def test_json_reads_back_the_same_and_holds_nothing_raw(value: dict[str, str]) -> None:
    text = as_json(value)
    assert json.loads(text) == value
    assert [c for c in obeyed(text) if unicodedata.category(c) != "Cn"] == []


def test_every_character_that_is_obeyed_is_escaped_in_json() -> None:
    every = (chr(code) for code in range(0x7F, 0x110000))
    raw = "".join(
        c for c in every if unicodedata.category(c) in OBEYED and unicodedata.category(c) != "Cn"
    )
    escaped = ascii_controls(raw)
    assert escaped.isascii()
    assert json.loads(f'"{escaped}"').encode("utf-16", "surrogatepass") == raw.encode(
        "utf-16", "surrogatepass"
    )


@pytest.mark.parametrize("language", sorted(languages()))
def test_every_sentence_of_every_catalogue(language: str) -> None:
    """Whatever the parameters are called, all of them hostile."""
    for section, entries in catalogue().items():
        for code, words in entries.items():
            names = {
                name
                for text in words.values()
                for _, name, spec, _ in string.Formatter().parse(text)
                if name and not spec
            }
            numbers = {
                name
                for text in words.values()
                for _, name, spec, _ in string.Formatter().parse(text)
                if name and spec
            }
            params = dict.fromkeys(names, NAME) | dict.fromkeys(numbers, 1.0)
            assert_plain(sentence(section, code, params, language))  # type: ignore[arg-type]
    assert_plain(error_sentence(NAME, {"detail": NAME, NAME: [NAME]}, language))


@pytest.mark.parametrize("name", [NAME, NO_UNICODE])
def test_errors_show_nothing_raw(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    tries: list[Callable[[], object]] = [
        lambda: bilingual.load_track(path),
        lambda: bilingual.load_tracks(path),
        lambda: bilingual.verify(bo=path),
        lambda: bilingual.verify(path),
        lambda: bilingual.transcribe(path),
        lambda: bilingual.Config.load(path),
        lambda: bilingual.Config.load(profile=name),
    ]
    raised = 0
    for attempt in tries:
        for content in (None, b"nothing of use", srt(ZH).encode()):
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
            try:
                attempt()
            except BilingualError as error:
                raised += 1
                assert_plain(str(error))
                assert_plain(repr(error))
                for language in languages():
                    assert_plain(error.message(language))
    assert raised >= 12


def test_a_name_that_no_file_can_have_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "zh.srt").write_text(srt(ZH), encoding="utf-8")
    report = bilingual.verify(zh=tmp_path / "zh.srt")
    assert report.zh is not None
    zh = report.zh
    for name in (IMPOSSIBLE, "a\0b", "x" * 300, "ཀ" * 90):
        tries: list[Callable[[], object]] = [
            lambda name=name: bilingual.load_track(tmp_path / name),  # type: ignore[misc]
            lambda name=name: bilingual.verify(bo=name),  # type: ignore[misc]
            lambda name=name: report.to_html(tmp_path / name),  # type: ignore[misc]
            lambda name=name: bilingual.Config.load(tmp_path / name),  # type: ignore[misc]
            lambda name=name: write_track(zh, tmp_path / name),  # type: ignore[misc]
        ]
        for attempt in tries:
            with pytest.raises(BilingualError) as caught:
                attempt()
            assert_plain(str(caught.value))


def test_an_internal_error_shows_nothing_raw() -> None:
    assert_plain(str(InternalError.of(TypeError(NAME))))


def test_an_error_in_the_program_names_the_file_and_no_folder() -> None:
    """Also where it is in a module at its import, a new rule's say."""
    code = compile("\n\nTypeError.nothing\n", "/home/somebody/bilingual/checks/shouting.py", "exec")
    with pytest.raises(AttributeError) as raised:
        exec(code, {})
    error = InternalError.of(raised.value)
    assert error.params["place"] == "shouting.py:3"
    assert "somebody" not in str(error)


@pytest.mark.parametrize("name", [NAME, NO_UNICODE])
def test_commands_show_nothing_raw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("zh.srt").write_text(srt(ZH), encoding="utf-8")
    Path(f"s{name}").write_text(srt(BO), encoding="utf-8")
    (tmp_path / f"d{name}").mkdir()
    lines = [
        ["verify", name],
        ["verify", "--bo", name],
        ["verify", "--bo", f"s{name}", "--zh", "zh.srt"],
        ["verify", "--bo", f"s{name}", "--format", "json"],
        ["verify", "--bo", f"s{name}", "--out", f"d{name}"],
        ["verify", "--bo", "zh.srt", "--lang", name],
        ["verify", "--zh", "zh.srt", "--profile", name],
        ["verify", "--zh", "zh.srt", "--asr", name],
        ["verify", "--zh", "zh.srt", "--config", f"s{name}"],
        ["verify", "--zh", "zh.srt", "--glossary", f"s{name}"],
        ["verify", f"--{name}"],
        ["verify", "zh.srt", name, name],
        ["--" + name],
        [name],
        ["align", "--bo", f"s{name}", "--zh", f"s{name}"],
        ["fix", "--bo", f"s{name}", "--out", f"o{name}"],
        ["ocr", f"s{name}"],
        ["transcribe", name],
        ["show", f"s{name}"],
        ["annex", f"s{name}", "--title", name, "--party", name, "--out", "a.html"],
        ["annex", "--check", f"s{name}", "--digest", name],
        ["annex", "--new-key", f"k{name}"],
        ["terms", "check", f"s{name}"],
        ["terms", "add", f"g{name}", name, name, "--force"],
        ["terms", "mine", f"s{name}"],
        ["models", "fetch", name],
        ["models", "path", name],
        ["rules", name],
        ["sample", f"s{name}/x"],
        ["notebook", "--bo", f"s{name}", "--out", f"s{name}/n.ipynb"],
    ]
    for line in lines:
        status = run(line)
        shown = capsys.readouterr()
        assert status in (0, 1, 2), line
        assert "internal" not in shown.err, (line, shown.err)
        assert "程序内部出错" not in shown.err, (line, shown.err)
        assert_plain(shown.out)
        assert_plain(shown.err)


def test_progress_and_messages_show_nothing_raw(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("zh") as on_progress:
        on_progress(NAME, 0, None)
        say(f"{visible(NAME)}\x1b]0;forged")
    assert_plain(capsys.readouterr().err)


def test_the_log_shows_nothing_raw() -> None:
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(logging.Formatter("%(message)s").format(record))

    log = logger("bilingual.tests.showing")
    handler = Keep()
    log.addHandler(handler)
    log.propagate = False
    try:
        log.error("%s", NAME)
        log.error("%(path)s", {"path": NAME})
        log.error(NAME)
        for number, error in enumerate((InputError("file-missing", path=NAME), TypeError(NAME))):
            log.error("%d of %s", number, Path(NO_UNICODE), exc_info=error)
    finally:
        log.removeHandler(handler)
    assert len(records) == 5
    for record in records:
        assert_plain(record)


def test_every_logger_of_ours_is_that_one() -> None:
    """None is had past the door, and nothing is printed past the other one."""
    root = Path(bilingual.__file__).parent
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name not in ("showing.py", "group.py"):
            assert "logging.getLogger(" not in text, path
        if path.parent.name == "cli" and path.name != "shared.py":
            assert "click.echo(" not in text, path
