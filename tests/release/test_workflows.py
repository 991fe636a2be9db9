"""The public workflows, forms and CITATION.cff are well formed and do what make and .ci/run do."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.docs import commands

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/*-*.yml"))

pytestmark = pytest.mark.skipif(not WORKFLOWS, reason="the workflows lie in the checkout")


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
            assert step["with"]["persist-credentials"] is False
            assert step["with"].keys() <= {"persist-credentials", "fetch-depth"}
        assert "${{" not in step.get("run", "")


def test_one_commit_an_action() -> None:
    """All workflows use the same release of the same action."""
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for step in steps(path):
            if "uses" in step:
                name, _, commit = step["uses"].partition("@")
                pins.setdefault(name, set()).add(commit)
    assert {name for name, commits in pins.items() if len(commits) > 1} == set()


def test_what_they_run_is_there() -> None:
    """Each step is a target of the Makefile, a script of this tree, or a command of the program."""
    for path in WORKFLOWS:
        for step in steps(path):
            for line in step.get("run", "").split("&&"):
                if line.strip():
                    assert_there(shlex.split(line))


def assert_there(words: list[str]) -> None:
    """What a command names is there, and a command of the program takes its options."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    if words[0] in {"cp", "gh", "git", "mkdir", "sha256sum"}:
        return
    if words[0] == "bilingual":
        assert words[1:]
        commands.bilingual(words[1:])
    elif words[0] == "make":
        targets = [word for word in words[1:] if "=" not in word]
        assert targets
        assert all(f"\n{target}:" in makefile for target in targets), words
    elif words[0] == "bash":
        assert (ROOT / words[1]).is_file()
    else:
        assert words[:2] == ["python", "-m"]
        if words[2] != "pip":
            assert (ROOT / f"{words[2].replace('.', '/')}.py").is_file()
        for named in words:
            assert not named.startswith("requirements/") or (ROOT / named).is_file()


@pytest.mark.parametrize(
    "line",
    [
        "bilingual verify film.mp4 --nonesuch",
        "bilingual nonesuch",
        "bilingual",
        "make nonesuch",
        "make lint nonesuch",
        "make",
        "bash nonesuch.sh",
        "python -m tests.nonesuch",
        "python -m pip install -r requirements/nonesuch.txt",
        "curl example.org",
    ],
)
def test_a_step_that_cannot_run_is_seen(line: str) -> None:
    with pytest.raises((click.ClickException, AssertionError)):
        assert_there(shlex.split(line))


def test_the_whole_suite_and_every_python_are_run() -> None:
    test = jobs(GITHUB / "workflows/test.yml")
    assert "bash .ci/run" in [step.get("run") for step in test["suite"]["steps"]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [c.rsplit(" ", 1)[1] for c in project["classifiers"] if re.search(r"Python :: 3\.", c)]
    assert test["pythons"]["strategy"]["matrix"]["python"] == named


def test_what_no_test_runs_is_there_to_look_at() -> None:
    """On main and weekly: the pages that `make coverage` writes, below the floor as well."""
    test: dict[Any, Any] = read(GITHUB / "workflows/test.yml")
    assert "schedule" in test[True]  # the word "on" is a truth value in YAML 1.1
    job = test["jobs"]["coverage"]
    assert job["if"] == "github.event_name != 'pull_request'"
    assert "make coverage" in [step.get("run") for step in job["steps"]]
    (kept,) = (s for s in job["steps"] if s.get("uses", "").startswith("actions/upload-artifact@"))
    assert kept["if"] == "always()"
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ncoverage:")[2]
    html, report = recipe.index("coverage html"), recipe.index("coverage report")
    assert html < report  # the pages are written before the floor is looked at
    assert f"--directory {kept['with']['path'].rstrip('/')}\n" in recipe


def needed(release: dict[str, dict[str, Any]], name: str) -> set[str]:
    """The jobs that have to succeed before one begins."""
    before = release[name].get("needs", [])
    first = {before} if isinstance(before, str) else set(before)
    return first.union(*(needed(release, one) for one in first))


def test_each_right_is_had_by_the_job_that_needs_it() -> None:
    release = jobs(GITHUB / "workflows/release.yml")
    rights = {
        name: {right for right, how in job["permissions"].items() if how == "write"}
        for name, job in release.items()
    }
    assert {name: had for name, had in rights.items() if had} == {
        "attest": {"id-token", "attestations"},
        "publish": {"id-token"},
        "announce": {"contents"},
    }
    assert release["publish"]["environment"] == "pypi"
    for name in ("attest", "publish", "announce"):
        assert {"suite", "build"} <= needed(release, name)
        used = [step["uses"] for step in release[name]["steps"] if "uses" in step]
        assert not [one for one in used if "checkout" in one]
        if name != "publish":  # what is not GitHub's own has one right, and nothing to write to
            assert all(one.startswith("actions/") for one in used)


def test_a_release_is_tested_and_of_main() -> None:
    release = jobs(GITHUB / "workflows/release.yml")
    suite = [step.get("run") for step in release["suite"]["steps"]]
    assert {"bash .ci/run", "make licences"} <= set(suite)
    build = release["build"]["steps"]
    assert build[0]["with"]["fetch-depth"] == 0  # origin/main is there to be looked into
    lines = [step.get("run", "") for step in build]
    assert lines.index("git merge-base --is-ancestor HEAD origin/main") < lines.index("make dist")
    address = '"$GITHUB_SERVER_URL/$GITHUB_REPOSITORY"'  # what publishes is what the links lead to
    assert f'python -m tests.release.ready "$GITHUB_REF_NAME" {address}' in lines
    assert not any(job.get("continue-on-error") for job in release.values())


def test_what_publishes_the_site_runs_nothing_of_the_repository() -> None:
    site = jobs(GITHUB / "workflows/site.yml")
    assert [step["run"] for step in site["build"]["steps"] if "run" in step] == ["make site"]
    assert site["build"]["permissions"] == {"contents": "read"}
    assert site["publish"]["permissions"] == {"id-token": "write", "pages": "write"}
    assert all(step["uses"].startswith("actions/") for step in site["publish"]["steps"])


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
        assert " ".join(entry).replace(".venv", "$(TEST)") in makefile
    assert {hook["language"] for repo in hooks for hook in repo["hooks"]} == {"system"}


def test_clean_removes_what_the_other_targets_make() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nclean:\n")[2]
    removed = set(recipe.partition("\n\n")[0].split())
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    venvs = {f"$({name})" for name in re.findall(r"^(\w+) := \.venv", makefile, re.MULTILINE)}
    assert len(venvs) == 4
    assert {*venvs, "$(OUT)", "build", "dist", ".coverage", ".coverage.*"} <= removed
