"""Profiles with mistakes: those that nobody can have meant are refused, by the file's name."""

from __future__ import annotations

import logging
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from bilingual.batch.rules import BATCH_RULES
from bilingual.checks.engine import CLAUSES_BESIDE, refuse_unknown, rules
from bilingual.config import Config, _profiles_in
from bilingual.config.notice import Profile

EXAMPLE = Path(__file__).parents[1] / "plugins/distribution/bilingual_extras/profiles"
TEXT = (EXAMPLE / "lhasa-2025.toml").read_text(encoding="utf-8")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package for profiles, still empty."""
    folder = tmp_path / "noticed"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("noticed")
    del sys.modules["noticed"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('name = "lhasa-2025"', 'name = "lhasa-2026"', "'lhasa-2026' is not the name"),
        (
            "[2024-01-01, 2024-12-31]",
            "[2024-12-31, 2024-01-01]",
            "form.first_broadcast: 2024-12-31 comes after 2024-01-01",
        ),
        ("max_duration_ms = 600_000", "max_duration_ms = 1", "60000 comes after 1"),
        ("max_bytes = 1_073_741_824", "max_bytes = 1", "1000000 comes after 1"),
        ("max_authors = 3", "max_authors = 0", "max_authors"),
        ("max_authors = 3", "max_author = 3", "max_author"),
        ("max_authors = 3", "max_authors =", "line"),
    ],
)
def test_a_mistake_is_refused_by_the_files_name(
    package: ModuleType, tmp_path: Path, before: str, after: str, said: str
) -> None:
    assert before in TEXT
    file = tmp_path / "noticed/lhasa-2025.toml"
    file.write_text(TEXT.replace(before, after), encoding="utf-8")
    with pytest.raises(ValueError, match=r"^lhasa-2025\.toml: ") as raised:
        list(_profiles_in(package, "notices"))
    assert said in str(raised.value)


def test_the_example_is_none(package: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "noticed/lhasa-2025.toml").write_text(TEXT, encoding="utf-8")
    assert [name for name, _ in _profiles_in(package, "notices")] == ["lhasa-2025"]


def test_a_clause_that_goes_to_nothing_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    more = 'first-broadcats = "三(一)"\nwrong-translation = "三(二)"\naccuracy = "三(三)"\n'
    profile = msgspec.convert(tomllib.loads(TEXT + more), Profile)
    config = msgspec.structs.replace(Config.load(), profile=profile)
    with caplog.at_level(logging.WARNING):
        refuse_unknown(config)
        refuse_unknown(config)
    (record,) = caplog.records
    assert record.getMessage().startswith("lhasa-2025.toml: clauses of rules that are not here")
    assert record.getMessage().endswith(": first-broadcats, wrong-translation")


def test_our_own_clauses_are_all_used(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        refuse_unknown(Config.load())
        refuse_unknown(Config.load(category="chinese"))
    assert not caplog.records
    assert set(BATCH_RULES) - set(rules()) < CLAUSES_BESIDE
