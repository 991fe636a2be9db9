"""What the processes do for the service: everything that opens what somebody submitted.

Each of these functions runs in a process that may be killed, takes and returns small
values, and writes files by path. None of them knows of HTTP.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bilingual.batch.columns import FILES
from bilingual.batch.model import Submission, WorkResult
from bilingual.batch.names import Called
from bilingual.batch.state import result_of, saved_of
from bilingual.batch.work import Task, called, category_config, do_work, folder_of, watched
from bilingual.config import Category, Config
from bilingual.errors import BilingualError, CancelledError, InputError, InternalError
from bilingual.files import write_new, write_whole
from bilingual.form import FIELDS, form_of, load_form
from bilingual.form import Look as FormLook
from bilingual.form import looked_at as form_looked_at
from bilingual.model import LANGUAGES, Finding, FirstLook, Form
from bilingual.pipeline.submitted import Look, looked_at, recognise
from bilingual.pipeline.verify import first_findings
from bilingual.server.folders import INPUT
from bilingual.server.logs import log_as_json
from bilingual.server.shown import SPOKEN, error_shown, finding_shown

_PAUSE_S: Final = 0.25  # between two notes of how far a work is
_FIRST: Final = 20  # findings of the first look that are passed on


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a call may take: seconds by the clock, MiB of memory."""

    timeout_s: float
    memory_mib: int


@contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """Run within the bounds; a mistake of ours comes back as an error without its words.

    :raises InternalError: something unexpected was raised.
    """
    log_as_json(logging.ERROR)
    with watched(timeout_s=bounds.timeout_s, memory_mib=bounds.memory_mib):
        try:
            yield
        except (BilingualError, CancelledError):
            raise
        except (Exception, SystemExit) as error:
            wrong = InternalError.of(error)
            raise InternalError(wrong.code, **(wrong.params | {"detail": ""})) from None


def ready() -> bool:
    """Have the library loaded, so that the first call need not wait for it."""
    log_as_json(logging.ERROR)
    from bilingual.checks.engine import rules

    return bool(rules())


# A work.


def run_work(task: Task, form: Mapping[str, str] | None, note: str) -> WorkResult:
    """Check a work as :func:`bilingual.batch.work.do_work` does.

    :param form: the fields of its form.
    :param note: the file that says how far it is.
    """
    log_as_json(logging.ERROR)
    if form is not None:
        # In the work's folder the pledge is looked for, and nowhere else.
        folder = folder_of(Path(task.out), task.work.id) / INPUT
        task = replace(task, work=replace(task.work, form=form_from(form, folder)))
    return do_work(task, _Note(Path(note), called(task)))


def form_from(fields: Mapping[str, str], folder: Path) -> Form:
    """The form of a work, whose pledge lies in a folder or is not there."""
    return form_looked_at(form_of(dict(fields)), FormLook(base=folder, within=folder))


class _Note:
    """Writes how far a work is into a small file, which the service reads."""

    def __init__(self, path: Path, names: Called) -> None:
        self._path, self._names = path, names
        self._stage, self._began, self._first = "", 0.0, 0.0
        self._next = 0.0
        self._found: list[dict[str, Any]] = []

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        """Note a step."""
        now = time.monotonic()
        if isinstance(stage, FirstLook):
            first = stage.findings[:_FIRST]
            self._found += [to_note(finding) for finding in self._names.in_findings(first)]
            self._next = 0.0
            return
        if stage != self._stage:
            self._stage, self._began, self._first = str(stage), now, done
        elif now < self._next:
            return
        self._next = now + _PAUSE_S
        left = None
        elapsed, made = now - self._began, done - self._first
        if total and elapsed > 2 and made >= 0.02 * total and done < total:
            left = round(elapsed * (total - done) / made, 1)
        document = {
            "stage": self._stage, "done": done, "total": total, "left_s": left,
            "first": self._found[:_FIRST],
        }  # fmt: skip
        with suppress(OSError):
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(document), encoding="utf-8")
            draft.replace(self._path)


def to_note(finding: Finding) -> dict[str, Any]:
    """A finding in every language, as it is shown while the work runs."""
    return {language: finding_shown(finding, language) for language in SPOKEN}


# Before a work: what the files are, and what is wrong with them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that may become part of a work. ``role`` is given or to be found out.

    ``kept``: it is there already, of an earlier work; another one with its role takes its
    place.
    """

    key: str
    path: str
    name: str
    role: str | None = None
    kept: bool = False


def inspect(
    files: Sequence[Candidate],
    form: Mapping[str, str] | None,
    config: Config,
    language: str,
    bounds: Bounds,
) -> dict[str, Any]:
    """What each file is taken for, what is wrong with them, what the cheap rules find.

    The role of a file is ``None`` where it is one of several that may be meant.
    """
    with bounded(bounds):
        looks: dict[str, Look] = {}
        problems: list[BilingualError] = []
        for one in files:
            try:
                looks[one.key] = looked_at(one.path, name=one.name, config=config)
            except BilingualError as error:
                problems.append(_named(error, files))
        roles, wrong = _roles(files, looks, config)
        problems += wrong
        findings: Sequence[Any] = ()
        if not problems:
            try:
                findings = _first_findings(files, roles, form, config)
            except BilingualError as error:
                problems.append(_named(error, files))
        shown = [
            {
                "key": one.key,
                "kind": "other" if (look := looks.get(one.key)) is None else look.kind,
                "languages": [] if look is None else sorted(look.languages),
                "role": roles[one.key],
            }
            for one in files
        ]
        return {
            "files": shown,
            "problems": [error_shown(error, language) for error in problems],
            "findings": [finding_shown(finding, language) for finding in findings],
        }


def _roles(
    files: Sequence[Candidate], looks: Mapping[str, Look], config: Config
) -> tuple[dict[str, str | None], list[BilingualError]]:
    """The role of each file by its key: as chosen, else as found out; and what is in doubt.

    A doubt about some files leaves the roles of the others as they are.
    """
    roles: dict[str, str | None] = {
        one.key: "none" if one.kept else one.role or "none" for one in files
    }
    problems: list[BilingualError] = []
    given: dict[str, Path] = {}
    for one in files:
        for role in () if one.kept else sides_of(one.role):
            if role not in given:
                given[role] = Path(one.path)
            elif all(wrong.params["role"] != role for wrong in problems):
                problems.append(InputError("inputs-role-twice", role=role))
    open_ones = [one for one in files if one.role is None and one.key in looks]
    replaced = {role for one in open_ones for role in _fits(looks[one.key])}
    for one in files:
        if one.kept and not {*given, *replaced} & {*sides_of(one.role)}:
            roles[one.key] = one.role
            given[str(one.role)] = Path(one.path)
    try:
        found = recognise(
            [one.path for one in open_ones],
            given=given,
            names={Path(one.path): one.name for one in files},
            looks={Path(one.path): looks[one.key] for one in open_ones},
            of_folder=True,
            leave_open=True,
            config=config,
        )
    except BilingualError as error:
        return roles, [*problems, _named(error, files)]
    doubtful = {path for doubt in found.doubts for path in doubt.files}
    for one in open_ones:
        path = Path(one.path)
        taken: list[str] = [role for role, own in found.taken() if own == path]
        unused = None if path in doubtful else "none"
        roles[one.key] = "both" if len(taken) > 1 else next(iter(taken), unused)
    return roles, [*problems, *(_named(doubt.error, files) for doubt in found.doubts)]


def sides_of(role: str | None) -> tuple[str, ...]:
    """The roles that a file fills: two where it holds both languages."""
    if role == "both":
        return LANGUAGES
    return () if role in (None, "none") else (str(role),)


def _fits(look: Look) -> Iterable[str]:
    """The roles that a file can fill by what is in it."""
    return look.languages if look.kind == "subtitles" else sides_of(look.kind)


def _first_findings(
    files: Sequence[Candidate],
    roles: Mapping[str, str | None],
    form: Mapping[str, str] | None,
    config: Config,
) -> Sequence[Any]:
    named: dict[str, str | None] = dict.fromkeys(FILES)
    own: Form | None = None if form is None else form_of(dict(form))
    for one in files:
        role = roles.get(one.key)
        if role == "form" and own is None:
            own = load_form(one.path)
        for side in sides_of(role):
            if side in named:
                named[side] = one.path
    found = first_findings(named, form=own, config=config)
    return Called((one.path, one.name) for one in files).in_findings(found)


def _named(error: BilingualError, files: Sequence[Candidate]) -> BilingualError:
    """An error with the names that the files have for their owner."""
    names = {place: one.name for one in files for place in (one.path, Path(one.path).name)}

    def said(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        return [said(v) for v in value] if isinstance(value, list | tuple) else value

    params = {key: said(value) for key, value in error.params.items()}
    return type(error)(error.code, **params)


def read_form(path: str, bounds: Bounds) -> tuple[dict[str, str], list[str]]:
    """The fields of a form's file without anything personal, and names that no form has.

    :raises InputError: as :func:`bilingual.form.load_form`.
    """
    with bounded(bounds):
        form = load_form(path)
        fields = {name: getattr(form, name) for name in FIELDS}
        return {name: text for name, text in fields.items() if text is not None}, list(form.unknown)


# What is made of a report.


def make_page(
    folder: str, target: str, review: bytes | None, language: str, bounds: Bounds
) -> None:
    """The report's page, with the caller's review to be gone on with."""
    from bilingual.render.document import read_report
    from bilingual.render.html.page import render_html
    from bilingual.render.review import parse_review

    with bounded(bounds):
        report = read_report(Path(folder) / "report.json").report
        saved = None if review is None else parse_review(review)
        href = "video" if any(i.role == "video" for i in report.inputs) else None
        page = render_html(report, language, href, review=saved, cli=False)
        write_whole(Path(target), page)


def make_sheet(
    folder: str, target: str, review: bytes | None, language: str, bounds: Bounds
) -> None:
    """The sheet for a translator."""
    from bilingual.render.document import read_report
    from bilingual.render.review import parse_review, with_review
    from bilingual.render.sheet import render_sheet

    with bounded(bounds):
        report = read_report(Path(folder) / "report.json").report
        if review is not None:
            report = with_review(report, parse_review(review))
        sheet = render_sheet(report, "xlsx", language, cli=False)
        write_new(Path(target), sheet, overwrite=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexWords:
    """What stands on the annex besides the report: the work's title and who pledges."""

    title: str
    party: str


def make_annex(
    folder: str,
    target: str,
    review: bytes | None,
    words: AnnexWords,
    language: str,
    bounds: Bounds,
) -> None:
    """The annex as PDF."""
    from bilingual.render.annex import build_annex, digest_of, read_report, render_annex_pdf
    from bilingual.render.review import parse_review

    with bounded(bounds):
        annex = build_annex(
            read_report(Path(folder) / "report.json"),
            title=words.title,
            party=words.party,
            review=None if review is None else parse_review(review),
        )
        pdf = render_annex_pdf(annex, digest_of(annex.to_bytes()), language)
        write_new(Path(target), pdf, overwrite=True)


def checked_review(folder: str, data: bytes, bounds: Bounds) -> dict[str, Any]:
    """A review that holds for a work: by whom, how many decisions, as it is kept.

    :raises InputError: it is none, or of the first version and on another report.
    """
    from bilingual.render.document import read_report
    from bilingual.render.review import apply_review, parse_review, review_json

    with bounded(bounds):
        saved = read_report(Path(folder) / "report.json")
        review = parse_review(data).on(saved.report, saved.sha256)
        apply_review(review, saved.report)
        return {
            "name": review.reviewer.name,
            "decisions": len(review.decisions()),
            "document": review_json(review).encode(),
        }


def compared_reviews(
    folder: str, reviews: Sequence[tuple[str, bytes]], language: str, bounds: Bounds
) -> dict[str, Any]:
    """The decisions of several reviewers beside each other.

    :param reviews: by a key for each reviewer, the document.
    """
    from bilingual.render.document import read_report
    from bilingual.server.comparing import side_by_side

    with bounded(bounds):
        saved = read_report(Path(folder) / "report.json")
        return side_by_side(saved, reviews, language)


def changes_between(folder: str, before: str, language: str, bounds: Bounds) -> dict[str, Any]:
    """What is new, gone and the same since another report."""
    from bilingual.render.document import read_report
    from bilingual.server.comparing import changes

    with bounded(bounds):
        now = read_report(Path(folder) / "report.json").report
        then = read_report(Path(before) / "report.json").report
        return changes(now, then, language)


# Fixes, and a translator's sheet.


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The submitted files of a work by role, and what each is called."""

    paths: Mapping[str, str]
    names: Mapping[str, str]


def make_fixes(
    given: Given, sheet: str | None, target: str, config: Config, bounds: Bounds
) -> dict[str, dict[str, str]]:
    """New files with what can be fixed for certain, or with the texts of a sheet.

    :param target: the folder that they are written to, with ``fixes.LANGUAGE.json`` beside
        them, which say what was changed.
    :returns: by role (``bo``, ``zh``) the name and the file of each new track.
    """
    from bilingual.server.fixing import kept, write_fixes

    with bounded(bounds):
        own = None if sheet is None else Path(sheet)
        files, roles = write_fixes(given.paths, given.names, own, config)
        kept(Path(target), files)
        return roles


# The overview.


def make_overview(
    works: Sequence[tuple[Submission, Mapping[str, str] | None, str]],
    root: str,
    target: str,
    config: Config,
    language: str,
    bounds: Bounds,
) -> None:
    """The overview of all works, as ``batch`` makes it: ``.json`` and ``.html``.

    :param works: each with the fields of its form and what it is called in lists; one
        without a report is passed over.
    """
    from bilingual.batch.engine import batch_of
    from bilingual.batch.page import render_batch

    with bounded(bounds):
        submissions, results = [], []
        for work, fields, title in works:
            folder = folder_of(Path(root), work.id)
            saved = saved_of(folder)
            result = None if saved is None else result_of(saved)
            if result is not None:
                form = None if fields is None else form_from(fields, folder / INPUT)
                submissions.append(replace(work, form=form))
                results.append(replace(result, title=result.title or title))
        batch = batch_of(results, submissions, Path(root), config)
        write_whole(Path(f"{target}.json"), batch.to_json())
        write_whole(Path(f"{target}.html"), render_batch(batch, language))


def config_of(config: Config, choices: Mapping[str, Any]) -> Config:
    """The service's settings with what a caller chose."""
    import msgspec

    category: Category | None = choices.get("category")
    if category is not None:
        config = category_config(config, Submission(id="x", category=category))
    if (engine := choices.get("asr")) is not None:
        config = msgspec.structs.replace(
            config, asr=msgspec.structs.replace(config.asr, engine=engine)
        )
    if (mode := choices.get("burned_in")) is not None:
        picture = msgspec.structs.replace(config.burned_in, mode=mode)
        config = msgspec.structs.replace(config, burned_in=picture)
    if (stream := choices.get("audio_stream")) is not None:
        media = msgspec.structs.replace(config.media, audio_stream=stream)
        config = msgspec.structs.replace(config, media=media)
    if choices.get("fail_fast"):
        config = msgspec.structs.replace(config, fail_fast=True)
    return config
