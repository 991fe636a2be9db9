"""The public workflows, forms and CITATION.cff are well formed and do what make and .ci/run do."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/*-*.yml"))

pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="the READMEs lie in the checkout")


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read(path)["jobs"]
    return found


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in jobs(path).values() for step in job["steps"]]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE/config.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_each_is_what_its_schema_asks(schema: str, paths: list[Path], tmp_path: Path) -> None:
    """By the schemas that check-jsonschema carries; a key that none knows is refused."""
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*check, *map(str, paths)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    broken = tmp_path / paths[0].name
    broken.write_text(paths[0].read_text("utf-8") + "\nnonsense: true\n", encoding="utf-8")
    done = subprocess.run([*check, str(broken)], capture_output=True, text=True, check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_actions_are_pinned_and_nothing_has_more_rights_than_it_needs(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (.+)$", text, re.MULTILINE)
    assert used
    for one in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one
    assert read(path)["permissions"] == {}
    for job in jobs(path).values():
        assert "permissions" in job
        assert job["timeout-minutes"] <= 120
    for step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"persist-credentials": False}
        assert "${{" not in step.get("run", "")


def test_one_commit_an_action() -> None:
    """The two workflows use the same release of the same action."""
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for step in steps(path):
            if "uses" in step:
                name, _, commit = step["uses"].partition("@")
                pins.setdefault(name, set()).add(commit)
    assert {name for name, commits in pins.items() if len(commits) > 1} == set()


def test_what_they_run_is_there() -> None:
    """Each step is a target of the Makefile, a script of this tree, or a command of the program."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    other = {"sha256sum", "mkdir", "gh", "bilingual"}
    for path in WORKFLOWS:
        for step in steps(path):
            words = step.get("run", "").split()
            if not words or words[0] in other:
                continue
            if words[0] == "make":
                assert f"\n{words[1]}:" in makefile
            elif words[0] == "bash":
                assert (ROOT / words[1]).is_file()
            else:
                assert words[:2] == ["python", "-m"]
                if words[2] != "pip":
                    assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file()
                for named in re.findall(r"requirements/\S+", step["run"]):
                    assert (ROOT / named).is_file()


def test_the_whole_suite_and_every_python_are_run() -> None:
    test = jobs(GITHUB / "workflows/test.yml")
    assert "bash .ci/run" in [step.get("run") for step in test["suite"]["steps"]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [c.rsplit(" ", 1)[1] for c in project["classifiers"] if re.search(r"Python :: 3\.", c)]
    assert test["pythons"]["strategy"]["matrix"]["python"] == named


def test_only_what_publishes_may_sign() -> None:
    release = jobs(GITHUB / "workflows/release.yml")
    signing = [name for name, job in release.items() if "id-token" in job["permissions"]]
    assert signing == ["publish"]
    assert release["publish"]["needs"] == "build"
    assert release["publish"]["environment"] == "pypi"
    assert not [s for s in release["publish"]["steps"] if "checkout" in s.get("uses", "")]


def test_forms_are_there_in_chinese_and_english_alike() -> None:
    """A form in each language with the same fields, Chinese first."""
    assert len(FORMS) == 4
    for chinese, english in zip(FORMS[::2], FORMS[1::2], strict=True):
        assert re.sub("zh", "en", chinese.stem)[2:] == english.stem[2:]
        zh, en = read(chinese), read(english)
        assert [(f["type"], f.get("id"), f.get("validations")) for f in zh["body"]] == [
            (f["type"], f.get("id"), f.get("validations")) for f in en["body"]
        ]
        assert zh["labels"] == en["labels"]
        assert re.search("[\u4e00-\u9fff]", zh["name"] + zh["description"])
        assert (en["name"] + en["description"]).isascii()


def test_hooks_are_those_of_make_lint_and_fetch_nothing() -> None:
    hooks = read(ROOT / ".pre-commit-config.yaml")["repos"]
    assert [repo["repo"] for repo in hooks] == ["local"]
    entries = [hook["entry"].split()[:2] for repo in hooks for hook in repo["hooks"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for entry in entries:
        assert (
            " ".join(entry).replace(".venv", "$(TEST)").removesuffix(" --force-exclude") in makefile
        )
    assert {hook["language"] for repo in hooks for hook in repo["hooks"]} == {"system"}
