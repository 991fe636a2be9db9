"""The unit and the container of the docs: what they start is what there is."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path

import click
import pytest

from bilingual.cli.serve import serve

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("serve.md", "serve.zh.md")

pytestmark = pytest.mark.skipif(not DOCS.is_dir(), reason="the docs lie in the checkout")


def blocks(language: str) -> list[str]:
    """The blocks of that kind, the same in both languages of the page."""
    found = [
        re.findall(rf"```{language}\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
        for page in PAGES
    ]
    assert found[0]
    assert found[0] == found[1]
    return found[0]


def started(words: list[str]) -> dict[str, object]:
    """The options of a command line of `bilingual serve`, as it reads them."""
    place = words.index("serve")
    assert Path(words[place - 1]).name == "bilingual"
    context = click.Context(serve)
    options, left, _ = serve.make_parser(context).parse_args(words[place + 1 :])
    assert left == []
    return options


def test_the_unit_starts_the_service() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    (text,) = blocks("ini")
    unit.read_string(text)
    service = unit["Service"]
    options = started(shlex.split(service["ExecStart"]))
    assert options["data"] == f"/var/lib/{service['StateDirectory']}"
    assert options["token_file"] == "${CREDENTIALS_DIRECTORY}/tokens"
    assert service["LoadCredential"].split(":")[0] == "tokens"
    assert service["Environment"].split("=")[1].startswith("/var/lib/bilingual")
    assert service["UMask"] == "0077"


@pytest.mark.parametrize("more", [[], ["--keep", "30"]])
def test_the_container_starts_the_service(more: list[str]) -> None:
    (text,) = blocks("dockerfile")
    said = dict(line.split(" ", 1) for line in text.splitlines())
    words = json.loads(said["ENTRYPOINT"]) + (more or json.loads(said["CMD"]))
    options = started(words)
    assert options["host"] == "0.0.0.0"
    assert options["token_file"]
    assert options["data"] == said["VOLUME"]
    assert said["EXPOSE"] == "8765"
    assert said["USER"] != "root"


def test_the_client_is_of_thirty_lines() -> None:
    client = blocks("python")[0]
    assert client.startswith("import json\n")
    assert len(client.splitlines()) <= 30
