"""Reports, reviews and annexes that were saved earlier: read back, and damaged.

``saved/`` holds what the version before the typed report (commit 68e2784) wrote:
signatures are over exactly those bytes.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

import bilingual
from bilingual.errors import InputError
from bilingual.locale import error_sentence
from bilingual.render.annex import (
    Annex,
    KeyUse,
    build_annex,
    check_annex,
    digest_of,
    parse_report,
    read_report,
    render_annex_html,
    render_annex_pdf,
)
from bilingual.render.document import load_report
from bilingual.render.html.page import render_html
from bilingual.render.notebook.review_sheet import ReviewSheet
from bilingual.render.notebook.shown import Pairs, report_html
from bilingual.render.review import (
    FirstReview,
    apply_review,
    load_review,
    parse_review,
    report_digest,
    review_json,
    tidied,
)
from bilingual.render.sheet import render_sheet
from bilingual.render.text.report import render as render_text

SAVED = Path(__file__).parent / "saved"
NAMES = ("pair-mixed", "video-burned-in-and-file", "video-truncated")
MUTATIONS = 170
"""Of each file: of every kind some five hundred."""
JUNK: tuple[Any, ...] = (
    None, True, -1, 7, 2**53, 10**30, 1e300, 0.5, "", "x", "\u202e<b>", "\ud800", "{0.__class__}",
    "{x!r:>9999999999}", "9" * 400, [], [None], ["x"], [-1], [10**9], {}, {"x": []}, {"reason": 1},
    [[0, 0]], "error", "pass", "bo",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without their fonts, which take a while to cut."""
    monkeypatch.setattr("bilingual.render.annex.html.font_css", lambda text: "")
    monkeypatch.setattr("bilingual.render.html.page.font_css", lambda text: "")


def file(name: str, kind: str) -> Path:
    return SAVED / f"{name}.{kind}.json"


@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_the_same_text_as_before(name: str) -> None:
    assert load_report(file(name, "report")).to_json() == file(name, "report").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_an_annex_is_the_same_bytes_as_before(name: str) -> None:
    before = file(name, "annex").read_bytes()
    annex = build_annex(
        read_report(file(name, "report")),
        title="阳光 “x”",
        party="甘孜\u202e科普",
        created="2024-08-01T02:03:04+00:00",
        review=load_review(file(name, "review")),
        key=KeyUse(sha256="ab" * 32),
    )
    made, kept = json.loads(annex.to_bytes()), json.loads(before)
    # What annexes say since then of a reader's decisions, and nothing else.
    for item in (*made["findings"]["items"], *made["review"]["cues"]):
        item.pop("by", None)
    assert made["review"].pop("settled")["verdict"] in ("pass", "review", "fail", "unknown")
    assert made["review"].pop("changed") == 0
    # The program that wrote it is named, with the version that it has.
    assert made.pop("tool") == kept.pop("tool") | {"version": bilingual.__version__}
    assert made == kept
    assert Annex.from_json(before).to_bytes() == before


@pytest.mark.parametrize("name", NAMES)
def test_an_annex_of_before_is_unchanged(name: str, tmp_path: Path) -> None:
    path = tmp_path / "annex.json"
    path.write_bytes(file(name, "annex").read_bytes())
    path.with_name("annex.json.sha256").write_text(digest_of(path.read_bytes()))
    result = check_annex(path, report=file(name, "report"))
    assert result.holds
    assert [result.outcome(what) for what in ("form", "digest", "report")] == ["holds"] * 3


@pytest.mark.parametrize("name", NAMES)
def test_a_review_says_the_same_as_before(name: str) -> None:
    before = json.loads(file(name, "review").read_bytes())
    saved = load_review(file(name, "review"))
    assert isinstance(saved.review, FirstReview)
    report = read_report(file(name, "report")).report
    review = saved.on(report)
    assert before["report_sha256"] == review.report_sha256 == report_digest(report)
    applied = apply_review(review, report)
    states = [applied.state(n) for n in range(len(report.findings))]
    assert states == [item["state"] for item in before["items"]]
    assert [(d.state, d.note) for d in applied.cues.values()] == [
        (cue["state"], cue["note"]) for cue in before["cues"]
    ]
    assert applied.changed == ()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value, as keys and indices from its root."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


def damaged(document: dict[str, Any], seed: int) -> Iterator[bytes]:
    """The document with a place of it replaced, removed or added to, or its text cut."""
    chance = random.Random(seed)
    everywhere = list(places(document))
    for _ in range(MUTATIONS):
        broken = deepcopy(document)
        *way, last = chance.choice(everywhere)
        at: Any = broken
        for key in way:
            at = at[key]
        kind = chance.random()
        if kind < 0.7:
            at[last] = deepcopy(chance.choice(JUNK))
        elif kind < 0.85:
            del at[last]
        elif isinstance(at, dict):
            at["more"] = deepcopy(chance.choice(JUNK))
        else:
            at.append(deepcopy(chance.choice(JUNK)))
        text = json.dumps(broken, separators=(",", ":")).encode()
        if chance.random() < 0.1:
            text = text[: chance.randrange(len(text))]
        yield text


def outcomes(
    document: dict[str, Any], seed: int, used: Callable[[bytes], None]
) -> tuple[int, list[InputError]]:
    """How many damaged documents can be used all the same, and the errors of the others."""
    fine, errors = 0, []
    for data in damaged(document, seed):
        try:
            used(data)
            fine += 1
        except InputError as error:
            errors.append(error)
    assert fine + len(errors) == MUTATIONS
    return fine, errors


def assert_named(errors: list[InputError], code: str) -> None:
    """One error, which says where: a place, or that the text is no JSON."""
    assert {error.code for error in errors} == {code}
    for error in errors:
        detail = error.params["detail"]
        assert re.search(r"`\$|missing required field|JSON|truncated|char \d", detail), detail


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_report_is_shown_or_refused(name: str) -> None:
    def used(data: bytes) -> None:
        report = parse_report(data).report
        report_html(report, "en" if len(data) % 2 else "zh")
        Pairs(report)
        ReviewSheet(report)._repr_html_()
        report_digest(report)

    document = json.loads(file(name, "report").read_bytes())
    fine, errors = outcomes(document, 1, used)
    assert fine > 20
    assert len(errors) > 20
    assert_named(errors, "report-invalid")


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_report_is_rendered_or_refused(name: str) -> None:
    def used(data: bytes) -> None:
        report = parse_report(data).report
        language = "en" if len(data) % 2 else "zh"
        assert render_text(report, language).endswith("\n")
        assert render_html(report, language).rstrip().endswith("</html>")
        assert render_sheet(report, "csv", language).count(b"\n") > 1

    document = json.loads(file(name, "report").read_bytes())
    fine, errors = outcomes(document, 6, used)
    assert fine > 20
    assert len(errors) > 20
    assert_named(errors, "report-invalid")
    for error in errors:
        params = error.params | {"path": "report.json"}
        for language in ("zh", "en"):
            assert error.params["detail"] in error_sentence(error.code, params, language)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_report_makes_an_annex_or_none(name: str) -> None:
    def used(data: bytes) -> None:
        annex = build_annex(parse_report(data), title="t", party="p", created="2024-08-01")
        render_annex_html(annex, digest_of(annex.to_bytes()))

    document = json.loads(file(name, "report").read_bytes())
    fine, errors = outcomes(document, 2, used)
    assert fine > 20
    assert {e.code for e in errors} <= {"report-invalid", "annex-report-incomplete"}
    assert_named([e for e in errors if e.code == "report-invalid"], "report-invalid")


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_review_is_read_or_refused(name: str) -> None:
    report = read_report(file(name, "report")).report

    def used(data: bytes) -> None:
        saved = parse_review(data)
        try:
            review = saved.on(report)
            assert parse_review(review_json(review).encode()).review == tidied(review)
            apply_review(review, report)
        except InputError as error:
            assert error.code in (  # noqa: PT017 - it is a review, of something else
                "review-other-report",
                "review-unknown-finding",
                "review-unknown-cue",
            )

    document = json.loads(file(name, "review").read_bytes())
    fine, errors = outcomes(document, 3, used)
    assert fine > 20
    assert_named(errors, "review-invalid")


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_annex_is_shown_or_refused_and_never_unchanged(name: str, tmp_path: Path) -> None:
    whole = file(name, "annex").read_bytes()
    path = tmp_path / "annex.json"
    path.with_name("annex.json.sha256").write_text(digest_of(whole))

    def used(data: bytes) -> None:
        assert data != whole
        path.write_bytes(data)
        result = check_annex(path, digest=digest_of(whole))
        assert not result.holds
        assert result.outcome("digest") == result.outcome("paper") == "broken"
        annex = Annex.from_json(data)
        render_annex_html(annex, digest_of(data), "en" if len(data) % 2 else "zh")

    fine, errors = outcomes(json.loads(whole), 4, used)
    assert fine > 20
    assert len(errors) > 20
    assert_named(errors, "annex-invalid")


def test_a_damaged_annex_is_set_as_pdf_or_refused() -> None:
    pytest.importorskip("typst", reason="needs the extra annex")
    whole = json.loads(file("pair-mixed", "annex").read_bytes())
    for data in list(damaged(whole, 5))[:: MUTATIONS // 20]:
        try:
            annex = Annex.from_json(data)
        except InputError:
            continue
        assert render_annex_pdf(annex, "0" * 64).startswith(b"%PDF")
