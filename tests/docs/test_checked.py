"""Nothing is on a page that the suite does not check, and each check that is named is there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache

import pytest

from tests.docs import checked as register
from tests.docs.checked import RULES, How, UncheckedError, check_of, checked
from tests.docs.found import ROOT, Item, _items, pages, text

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")


def test_everything_belongs_to_a_kind() -> None:
    found = checked()  # what belongs to none is an error here
    assert {one.item.page for one in found} <= set(pages())
    assert len(found) > 1000
    assert {one.how for one in found} == set(How)
    unchecked = [page for page in pages() if page not in {one.item.page for one in found}]
    assert [p for p in unchecked if re.search("```|`bilingual |https?://", text(p))] == []


@pytest.mark.parametrize(
    "written",
    [
        "```rust\nfn main() {}\n```\n",
        "```\nls -la\n```\n",
        "```console\n$ pip list\nnumpy 2\n```\n",
        "[x]()\n",
    ],
)
def test_what_is_new_does_not_slip_in(written: str) -> None:
    *_, last = _items("docs/guide.md", written)
    with pytest.raises(UncheckedError):
        check_of(last)


def test_a_command_is_found_wherever_it_is() -> None:
    page = (
        "Run `bilingual doctor`,\nthen `make test` or ``bilingual rules\nx``.\n\n"
        "```console\n$ bilingual fix a \\\n    --out b  # c\nwritten\n$ curl x\n```\n"
        "```\npip install x\n```\n"
        "1. See\n\n   ```console\n   $ pip list\n\n   numpy 2\n   ```\n\n2. Run `make lint`.\n"
    )
    found = list(_items("docs/x.md", page))
    assert [(i.kind, i.line, i.text) for i in found] == [
        ("command", 1, "bilingual doctor"),
        ("command", 2, "make test"),
        ("command", 2, "bilingual rules x"),
        ("command", 7, "bilingual fix a --out b  # c"),
        ("output", 8, "written\n"),
        ("command", 9, "curl x"),
        ("command", 12, "pip install x"),
        ("command", 17, "pip list"),
        ("output", 18, "\nnumpy 2\n"),
        ("command", 22, "make lint"),
    ]
    assert found[4].after == found[3].text


@cache
def _named(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_tests_that_are_named_are_there() -> None:
    for by in {one.by for one in checked()}:
        file, _, name = by.partition("::")
        assert (ROOT / file).is_file(), by
        assert not name or name in _named(file), by


def test_no_rule_is_without_use() -> None:
    used = {(one.how, one.by, one.why) for one in checked()}
    assert [r for r in RULES if (r.how, r.by, r.why) not in used] == []


def test_what_is_not_run_says_why() -> None:
    for one in checked():
        assert one.how is not How.PARSED or one.why, one


def test_the_register_is_printed() -> None:
    command = [sys.executable, "-m", register.__name__, "docs/faq.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith(f"{sum(1 for o in checked() if o.item.page == 'docs/faq.md')} on")
    assert (
        f"docs/faq.md:3  command  bilingual doctor\n    {How.RUN}: tests/docs/test_commands"
        in done.stdout
    )


def test_both_languages_are_checked_alike() -> None:
    """A page's commands that are run, in order, are the same in both languages."""

    def of(page: str) -> list[tuple[How, str]]:
        found = [one for one in checked() if one.item.page == page and one.item.label == "console"]
        return [
            (one.how, " ".join(one.item.text.split()[:2]))
            for one in found
            if one.item.kind == "command"
        ]

    for page in pages():
        if page.endswith(".zh.md"):
            assert of(page) == of(page.replace(".zh.md", ".md")), page


def _item(**fields: str) -> Item:
    return Item(page="docs/faq.md", line=1, kind="command", **fields)


def test_a_name_in_a_sentence_is_not_run() -> None:
    for name in ("bilingual fix", "bilingual annex --check", "bilingual models add X Y"):
        assert check_of(_item(text=name)).how is How.PARSED
    for whole in ("bilingual doctor", "bilingual verify --bo bo.srt --zh zh.srt"):
        assert check_of(_item(text=whole)).how is How.RUN
    for long in ("bilingual verify FOLDER --asr off", "bilingual serve --port 1"):
        assert check_of(_item(text=long)).how is How.ONCE
    assert check_of(_item(text="bilingual models fetch whisper-base")).how is How.PARSED
