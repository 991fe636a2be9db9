"""Files, code and values that the pages print are taken by what they are for."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import openpyxl
import pytest

import bilingual
from bilingual import Config
from bilingual.cli import run
from bilingual.server.telling import delivery_of
from bilingual.server.tokens import load_tokens
from bilingual.server.webhooks import load_webhooks
from tests.docs.checked import EXAMPLES, checked
from tests.docs.found import ROOT, Item

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the docs lie in the checkout")


def of(test: str) -> list[Item]:
    """What that test is for."""
    return [one.item for one in checked() if one.by == f"{EXAMPLES}::{test}"]


def id_of(item: Item) -> str:
    """Where it is."""
    return f"{item.page}:{item.line}"


@pytest.mark.parametrize("item", of("test_settings_are_taken"), ids=id_of)
def test_settings_are_taken(item: Item, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(item.text.replace('"…"', f'"{"0" * 64}"'), encoding="utf-8")
    taken = Config.load(path)
    assert taken != Config.load() or "[limits]" in item.text  # those are the defaults


def test_files_of_the_service(tmp_path: Path) -> None:
    found = of("test_files_of_the_service")
    assert [item.label for item in found] == ["text", "toml"] * 2
    for item in found:
        path = tmp_path / "file"
        path.write_text(item.text, encoding="utf-8")
        if item.label == "toml":
            assert len(load_webhooks(path).addresses) == 1
        else:  # with a token in place of what stands for one
            rows = [row.split() for row in item.text.splitlines()[1:]]
            made = [f"{name} {scopes} {name}-{'0' * 20}" for name, scopes, _ in rows]
            path.write_text("\n".join(made), encoding="utf-8")
            scopes = {token.name: set(token.scopes) for token in load_tokens(path)}
            assert scopes == {
                "studio": {"submit"},
                "reader": {"review"},
                "office": {"submit", "operate"},
            }


def test_the_proxy_passes_what_is_needed() -> None:
    found = of("test_the_proxy_passes_what_is_needed")
    assert found[0].text == found[1].text
    lines = [line.strip() for line in found[0].text.splitlines()]
    assert all(re.fullmatch(r"[a-z_]+( \S+)+;|[a-z]+( \S+)? \{|\}", line) for line in lines)
    assert found[0].text.count("{") == found[0].text.count("}")
    told = dict(line.rstrip(";").split(" ", 1) for line in lines if line.endswith(";"))
    assert told["proxy_pass"] == "http://127.0.0.1:8765"  # where the service is by default
    assert told["proxy_set_header"] == "Host $host"
    assert told["proxy_request_buffering"] == told["proxy_buffering"] == "off"
    assert told["client_max_body_size"] == "1100m"  # above --max-upload, 1024 by default


@pytest.mark.slow
def test_the_example_for_a_cluster(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a thread of this process in the place of SLURM's jobs."""
    from distributed import LocalCluster

    class SLURMCluster(LocalCluster):
        def __init__(self, *, cores: int, processes: int, memory: str, walltime: str) -> None:
            super().__init__(  # type: ignore[no-untyped-call]
                n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
            )

        def adapt(self, *, maximum_jobs: int) -> None:  # type: ignore[override]
            assert maximum_jobs

    # A worker's bounds would end this process.
    monkeypatch.setattr("bilingual.batch.work.watched", lambda **_: contextlib.nullcontext())
    monkeypatch.setitem(sys.modules, "dask_jobqueue", SimpleNamespace(SLURMCluster=SLURMCluster))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "bo", "zh"])
    sheet.append(["1", "bo.srt", "zh.srt"])
    book.save(tmp_path / "works.xlsx")
    for name in ("bo.srt", "zh.srt"):
        (tmp_path / name).write_bytes((work / name).read_bytes())
    one, other = of("test_the_example_for_a_cluster")
    assert one.text == other.text
    code = one.text.replace("/shared/", f"{tmp_path}/")
    exec(compile(code, one.page, "exec"), {"__name__": "__main__"})
    assert (tmp_path / "result" / "works" / "1" / "report.json").is_file()
    assert (tmp_path / "result" / "index.html").is_file()


# Values in sentences


def _settings(section: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(_temporary())
            (folder / "s.toml").write_text(f"[{section}]\n{value}\n", encoding="utf-8")
            Config.load(folder / "s.toml")

    return check


def _temporary() -> Any:
    from bilingual.files import scratch_folder

    return scratch_folder("docs")


def _error_in_json(value: str) -> None:
    """The keys of an error on standard output."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert run(["verify", "nonesuch.mp4", "--format", "json"]) == 2
    error = json.loads(out.getvalue())
    shown = re.findall(r'"([a-z]+)"', value)
    assert [*error, *error["error"]] == shown


def _event(value: str) -> None:
    """What is sent when a work has ended."""
    hooks = SimpleNamespace(addresses=("https://award.example.cn/hooks/bilingual",))
    record = SimpleNamespace(webhook=hooks.addresses[0])
    work: Any = SimpleNamespace(id="ID", record=record)
    sent = delivery_of(work, "done", "fail", hooks)  # type: ignore[arg-type]
    assert sent is not None
    assert json.loads(sent.body) == json.loads(value)


def _setting_of_a_work(value: str) -> None:
    """A field of a submission."""
    assert list(json.loads(f"{{{value}}}")) == ["settings"]


def _call(value: str) -> None:
    """A function of the library with arguments that it takes."""
    node = ast.parse(value.replace("…", "..."), mode="eval").body
    call = node.value if isinstance(node, ast.Await) else node
    assert isinstance(call, ast.Call)
    function = getattr(bilingual, ast.unparse(call.func))
    parameters = inspect.signature(function).parameters
    assert {word.arg for word in call.keywords} <= set(parameters)


def _of_the_example(value: str) -> None:
    """Names of the example for Celery."""
    page = (ROOT / "docs/service.md").read_text(encoding="utf-8")
    tree = ast.parse(value)
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - {"id"}
    known = set(re.findall(r"\w+", page.replace(value, "")))
    assert names <= known | {"AbortableAsyncResult"}


def _key_of_a_report(value: str) -> None:
    schema = (ROOT / "bilingual/render/report-1.schema.json").read_text(encoding="utf-8")
    assert all(word in schema for word in re.findall(r"[a-z-]+", value) if word != "false")


def _is_words(value: str) -> None:
    """Words that are no command, code or file."""


VALUES: Final[tuple[tuple[str, Callable[[str], None]], ...]] = (
    (r'ffmpeg = "path"', _settings("media")),
    (r'\{"error": ', _error_in_json),
    (r'\{"type": "work.ended"', _event),
    (r'"settings": ', _setting_of_a_work),
    (r"(await )?a?verify\(…", _call),
    (r"check\.delay|AbortableAsyncResult", _of_the_example),
    (r'"readable": false|source: "burned-in"', _key_of_a_report),
    (r"NAME SCOPES TOKEN|名字 权限 口令", _is_words),  # of the file that is loaded above
    (r"Authorization: Bearer (TOKEN|口令)", _is_words),  # sent by the calls of test_calls
    (r'help="藏文字幕 / Tibetan subtitles"', _is_words),
    (r"except BilingualError", _is_words),
    (r"\[[a-z]+\] [a-z]+$", _is_words),  # a section and a key
    (r"12\. …|stacks, 1[05] of 6[46]", _is_words),
)
"""Values by how they begin; what is none of these is an error."""


def test_values_in_sentences() -> None:
    found = of("test_values_in_sentences")
    assert found
    for item in found:
        fitting = [check for pattern, check in VALUES if re.match(pattern, item.text)]
        assert fitting, f"nothing checks {item}"
        fitting[0](item.text)
