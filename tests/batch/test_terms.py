"""Terms that works of a batch translate differently."""

from __future__ import annotations

from pathlib import Path

import bilingual
from bilingual.batch.model import Submission
from bilingual.batch.state import REPORT
from bilingual.batch.terms import terms_across
from bilingual.batch.work import folder_of
from tests.terms.test_command import srt
from tests.terms.test_mining import FILL, OTHER, PAIRS


def checked(out: Path, name: str, pairs: list[tuple[str, str]]) -> Submission:
    """A work whose report lies where a batch keeps it."""
    folder = folder_of(out, name)
    folder.mkdir(parents=True)
    paths = {}
    for side, texts in (("zh", [z for z, _ in pairs]), ("bo", [b for _, b in pairs])):
        paths[side] = folder / f"{side}.srt"
        paths[side].write_text(srt(texts), encoding="utf-8")
    report = bilingual.verify(bo=paths["bo"], zh=paths["zh"])
    (folder / REPORT).write_text(report.to_json(), encoding="utf-8")
    return Submission(id=name, bo=str(paths["bo"]), zh=str(paths["zh"]))


def test_a_term_that_two_works_translate_differently(tmp_path: Path) -> None:
    works = [checked(tmp_path, "one", PAIRS), checked(tmp_path, "two", [*OTHER, *FILL])]
    terms, findings = terms_across(works, tmp_path)
    (term,) = [one for one in terms if one["zh"] == "地球"]
    forms = {form["bo"]: form for form in term["forms"]}
    assert (forms["འཛམ་གླིང"]["works"], forms["འཛམ་གླིང"]["number"]) == (["two"], 3)
    assert any(form["works"] == ["one"] for form in term["forms"])
    (finding,) = [one for one in findings if one.params["term"] == "地球"]
    assert set(finding.works) == {"one", "two"}
    assert "འཛམ་གླིང" in finding.params["forms"]


def test_works_without_a_report_and_a_single_one_say_nothing(tmp_path: Path) -> None:
    one = checked(tmp_path, "one", PAIRS)
    assert terms_across([one, Submission(id="gone")], tmp_path) == ((), [])
    damaged = folder_of(tmp_path, "damaged")
    damaged.mkdir()
    (damaged / REPORT).write_text("{", encoding="utf-8")
    assert terms_across([one, Submission(id="damaged")], tmp_path) == ((), [])
