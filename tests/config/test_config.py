from __future__ import annotations

from pathlib import Path

import pytest

from bilingual import Config
from bilingual.config import profiles
from bilingual.errors import ConfigError


def test_defaults_hold_the_award_as_data() -> None:
    config = Config.load()
    assert config.profile.name == "sichuan-2024"
    assert config.profile.media.min_duration_ms == 120_000
    assert config.clause("duration") == "二(二)1"
    assert Config.load(category="chinese").clause("duration") == "二(一)1"
    assert config.clause("hidden-character") is None


def test_config_is_frozen() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Config.load().category = "chinese"  # type: ignore[misc]


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('category = "chinese"\n[quality]\nmax_lines = 3\n', encoding="utf-8")
    config = Config.load(path)
    assert config.category == "chinese"
    assert config.quality.max_lines == 3
    assert config.quality.max_cue_ms == Config.load().quality.max_cue_ms


@pytest.mark.parametrize(
    "text",
    [
        "nonsense = 1",
        "[quality]\nmax_linez = 3",
        "[quality]\nmax_lines = 0",
        "[asr]\nmax_cer = 2.0",
        "[asr]\nmin_avg_logprob = nan",
        "[media]\ntimeout_s = inf",
        "[media]\ntimeout_s = 1e999",
        'category = "other"',
        "= broken",
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"c\.toml"):
        Config.load(path)


def test_missing_file_and_profile() -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        Config.load("nowhere.toml")
    with pytest.raises(ConfigError, match=r"null (byte|character)"):
        Config.load("a\0b.toml")
    with pytest.raises(ConfigError, match="sichuan-2024"):
        Config.load(profile="../secret")


@pytest.mark.parametrize("name", profiles())
def test_every_profile_loads_in_every_category(name: str) -> None:
    for category in ("bilingual", "chinese"):
        config = Config.load(profile=name, category=category)
        assert config.award.clauses
        assert config.to_dict()["profile"] == name
