"""Everything that the service says has words in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import bilingual.server
from bilingual.errors import InputError
from bilingual.locale import catalogue
from bilingual.server.jobs import Bounds, make_page
from bilingual.server.problems import problem_of
from bilingual.server.records import ENDED
from bilingual.server.shown import finding_shown
from tests.support import examined, track

HERE = Path(bilingual.server.__file__).parent


def named(function: str) -> set[str]:
    """The codes that a function is called with, in the modules of the service."""
    found = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == function:
                values = [*node.args, *(k.value for k in node.keywords if k.arg == "code")]
                found |= {
                    value.value
                    for value in values[:1]
                    if isinstance(value, ast.Constant) and isinstance(value.value, str)
                }
    return found


def test_every_error_of_the_service_has_words() -> None:
    codes = named("ServiceError")
    assert len(codes) > 40
    assert codes <= catalogue()["errors"].keys()


def test_every_reason_and_state_has_words() -> None:
    assert named("Cause") <= catalogue()["reasons"].keys()
    states = {"queued", "running", *ENDED}
    roles = {"video", "bo", "zh", "both", "form", "pledge", "none"}
    wanted = {f"work-{state}" for state in states} | {f"inspect-{role}" for role in roles}
    wanted |= {f"web-role-{role}" for role in roles}  # a kept file may have any
    assert wanted <= catalogue()["ui"].keys()


def test_no_page_tells_its_reader_to_type_a_command(tmp_path: Path) -> None:
    """In the report's page, in the lists beside it and in problems; elsewhere advice names it."""
    broken = track("bo", [(0, 2000, "ཉི་མ་ཤར་སོང་།\u200b"), (1500, 4000, "ང་ཚོ་བོད་ལ་འགྲོ།")])
    report = examined(
        broken, track("zh", [(0, 2000, "太阳升起来了。"), (2000, 4000, "我们去西藏。")])
    )
    (tmp_path / "report.json").write_text(report.to_json(), encoding="utf-8")
    bounds = Bounds(timeout_s=60, memory_mib=65536)
    for language, tab in (("zh", "“自动修复”"), ("en", "“Automatic fixes”")):
        make_page(str(tmp_path), str(tmp_path / "page.html"), None, language, bounds)
        page = (tmp_path / "page.html").read_text(encoding="utf-8")
        assert tab in page
        assert "bilingual fix" not in page
        said = "".join(finding_shown(f, language)["remedy"] for f in report.findings)
        assert tab in said
        assert "bilingual fix" not in said
        assert any("bilingual fix" in f.remedy(language) for f in report.findings)
        assert "--bo" not in problem_of(InputError("nothing-handed-in"), language)["detail"]
