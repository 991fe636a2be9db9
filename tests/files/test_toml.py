"""TOML of others: what takes Python's reader long, or makes a number that nothing can write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bilingual import Config, Form
from bilingual.errors import BilingualError
from bilingual.files import toml_of
from bilingual.form import load_form

HOSTILE = {
    "hexadecimal": "rank = 0x" + "f" * 5000,
    "octal": "rank = 0o" + "7" * 9000,
    "binary": "rank = 0b" + "1" * 20_000,
    "decimal": "rank = " + "9" * 5000,
    "64-bits": f"rank = {2**63}",
    "below": f"rank = {-(2**63)}",
    "in-a-list": "title = [[0x" + "f" * 5000 + "]]",
    "in-a-table": "[a]\nb = {c = [{d = 0x" + "f" * 5000 + "}]}",
    "nan": "rank = nan",
    "infinite": "rank = -inf",
    "dots": "a." * 50_000 + "b = 1",
    "quoted-parts": "'a'." * 50_000 + "b = 1",
    "an-escaped-quote": r'"\"".' + "a." * 50_000 + '"x" = 1',
    "dots-in-a-heading": "[" + "a." * 50_000 + "b]",
    "dots-in-a-table": "a = {" + "b." * 50_000 + "c = 1}",
    "lists": "a = " + "[" * 100_000,
    "tables": "a = " + "{b = " * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_an_error_of_a_value(name: str) -> None:
    with pytest.raises(ValueError, match=r"TOML|nested|number|Invalid|Exceeds|Expected|Unclosed"):
        toml_of(HOSTILE[name])


@pytest.mark.parametrize("reader", [load_form, Config.load])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_form_and_settings_are_refused_with_one_error(
    tmp_path: Path, name: str, reader: Callable[[Path], Form | Config]
) -> None:
    path = tmp_path / "written.toml"
    path.write_text(HOSTILE[name], encoding="utf-8")
    with pytest.raises(BilingualError) as caught:
        reader(path)
    assert "written.toml" in caught.value.message("zh")


def test_what_is_ordinary_is_read() -> None:
    text = 'summary = "' + "一……二...三。" * 30 + f'"\nrank = {2**63 - 1}\n[a.b]\nc = 0xff\n'
    assert toml_of(text)["a"]["b"]["c"] == 255
    assert toml_of(text)["rank"] == 2**63 - 1
