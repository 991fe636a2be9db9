"""The register: everything that the documentation shows, and how the suite checks it.

    python -m tests.docs.checked            # counts by page, then each
    python -m tests.docs.checked PAGE…      # those of some pages

What belongs to no kind is an error: a new block, command or link has to be given one here.
The tests that run, compare and load take what they go over from this list.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from tests.docs.found import Item, Kind, items, pages, words_of


class How(StrEnum):
    """How something is checked."""

    RUN = "run on each page, in the test's own process"
    ONCE = "run once for all pages that show it"
    MODELS = "run with the models there, nothing is fetched"
    COMPARED = "output compared with what is printed"
    EXAMPLE = "example run"
    LOADED = "loaded by what it is for"
    TRIED = "what it says is tried"
    PARSED = "parsed, not run"
    NAMED = "what it names is there"
    LEADS = "leads to a file, page or heading"
    OUTSIDE = "outside link, not opened; only its form"
    RECORD = "record of a run, not given any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A kind of check: what it is for, how it is made, by which test; ``why`` nothing more."""

    kind: Kind
    fits: Callable[[Item], bool]
    how: How
    by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """Something on a page, and the check of it."""

    item: Item
    how: How
    by: str
    why: str = ""


class UncheckedError(ValueError):
    """Something on a page belongs to no kind."""


COMMANDS: Final = "tests/docs/test_commands.py"
EXAMPLES: Final = "tests/docs/test_examples.py"
CALLS: Final = "tests/docs/test_calls.py"
NEWS: Final = "tests/docs/test_news.py"
LINKS: Final = "tests/docs/test_links.py"
RUNS: Final = "test_commands_run"
EVERY_KIND: Final = "tests/plugins/test_every_kind.py"

_GUIDES: Final = re.compile(r"README|docs/(?!threat-model|method|glossary)")
_RECORD: Final = re.compile(r"figures taken over from an earlier table")
# "`bilingual fix`" in a sentence is a name; these are whole without an argument.
_WHOLE: Final = (
    *("bilingual doctor", "bilingual rules", "bilingual models list"),
    "bilingual notebook --method",
)
# What takes seconds: services, notebooks, and what looks at a film.
_LONG: Final = re.compile(
    r"bilingual (serve|batch|notebook|ocr|transcribe|(verify|fix) (FOLDER|文件夹|\S+\.mp4))"
)


def on(pattern: str) -> Callable[[Item], bool]:
    """Those of pages whose file begins so."""
    return lambda item: re.match(pattern, item.page) is not None


def says(pattern: str) -> Callable[[Item], bool]:
    """Those whose text begins so."""
    return lambda item: re.match(pattern, item.text) is not None


def both(*all_of: Callable[[Item], bool]) -> Callable[[Item], bool]:
    """Those that fit all."""
    return lambda item: all(fits(item) for fits in all_of)


def block(label: str) -> Callable[[Item], bool]:
    """Blocks of that language."""
    return lambda item: item.label == label


def _every(item: Item) -> bool:
    return True


def _for_users(item: Item) -> bool:
    """A command of ours that a user gives, with all that it needs."""
    if item.text in _WHOLE:
        return True
    if not _GUIDES.match(item.page) or not item.text.startswith("bilingual "):
        return False
    words = words_of(item.text)
    return bool(item.label) or ("…" not in item.text and len(words) > 2 and not _is_name(words))


def _is_name(words: list[str]) -> bool:
    """ "`bilingual models add NAME SOURCE`" or "`bilingual serve --data`": the reader fills it in."""
    return words[-1].startswith("--") or words[1] == "models"


def _record(item: Item) -> bool:
    from tests.docs.found import text

    return bool(_RECORD.search(text(item.page).splitlines()[item.line - 1]))


_INSTALLS: Final = "it installs from a package index"
_ENVIRONMENT: Final = "the environment is for an installation from a package index"
_MAKE: Final = "it installs and runs the whole of what it names"
_MACHINES: Final = (
    "its addresses are other machines'; tests/batch/test_cluster.py runs one on loopback"
)
_CONTAINER: Final = "it needs a container runtime and the released package"
_DEVELOPERS: Final = "it takes minutes, or data that is not part of the repository"
_NAME: Final = "it names a command in a sentence"

RULES: Final = (
    # Commands
    Rule(
        kind="command",
        fits=says("bilingual sample (sample|FOLDER|示例)"),
        how=How.ONCE,
        by="tests/conftest.py::sample_folder",
        why="it takes a minute",
    ),
    Rule(
        kind="command",
        fits=both(says("bilingual batch .*--scheduler"), block("(none)")),
        how=How.PARSED,
        by=f"{COMMANDS}::test_what_can_be_given",
        why=_MACHINES,
    ),
    Rule(
        kind="command",
        fits=both(on("CONTRIBUTING"), says("bilingual rules exclamation")),
        how=How.PARSED,
        by=f"{EVERY_KIND}::test_a_rule_of_ours_in_all_its_steps",
        why="the rule is the page's own example",
    ),
    *(
        Rule(kind="command", fits=both(_for_users, these), how=how, by=f"{COMMANDS}::{RUNS}")
        for these, how in (
            (says("bilingual models fetch"), How.MODELS),
            (lambda item: _LONG.match(item.text) is not None, How.ONCE),
            (_every, How.RUN),
        )
    ),
    Rule(
        kind="command",
        fits=says(r"python -c .*secrets"),
        how=How.EXAMPLE,
        by=f"{CALLS}::test_the_command_for_a_token",
    ),
    Rule(
        kind="command", fits=says("curl"), how=How.EXAMPLE, by=f"{CALLS}::test_curl_submits_a_work"
    ),
    Rule(
        kind="command",
        fits=says("sqlite3"),
        how=How.TRIED,
        by=f"{CALLS}::test_a_copy_made_while_it_runs",
        why="by SQLite's own backup, which that command of its shell calls",
    ),
    Rule(
        kind="command",
        fits=says(r"\.venv/bin/python -m pytest tests/checks/test_contract.py .*exclamation"),
        how=How.EXAMPLE,
        by=f"{EVERY_KIND}::test_a_rule_of_ours_in_all_its_steps",
    ),
    Rule(
        kind="command",
        fits=_record,
        how=How.RECORD,
        by="tests/bench/test_tables.py",
        why="of a program as it was then",
    ),
    *(
        Rule(
            kind="command",
            fits=says(program),
            how=How.PARSED,
            by=f"{COMMANDS}::test_what_can_be_given",
            why=why,
        )
        for program, why in (
            (r"((\.venv/bin/)?python -m )?pip|\.venv/bin/pre-commit", _INSTALLS),
            (r"([A-Z_]+=\S+ )*make", _MAKE),
            ("dask", _MACHINES),
            ("podman", _CONTAINER),
            ("journalctl", "it needs systemd"),
            (r"python3? -m venv", _ENVIRONMENT),
            (r"(\.venv/bin/)?python|bench_", _DEVELOPERS),
            ("", _NAME),
        )
    ),
    Rule(
        kind="output",
        fits=lambda item: item.after.startswith("bilingual"),
        how=How.COMPARED,
        by=f"{COMMANDS}::test_commands_run",
    ),
    Rule(
        kind="output",
        fits=lambda item: item.after.startswith("curl"),
        how=How.COMPARED,
        by=f"{CALLS}::test_curl_submits_a_work",
    ),
    # Options, calls, values in sentences
    Rule(
        kind="option",
        fits=both(on("CONTRIBUTING"), says("--[a-z]+ ")),
        how=How.EXAMPLE,
        by=f"{EVERY_KIND}::test_a_rule_a_format_a_backend_and_a_profile",
    ),
    Rule(kind="option", fits=_every, how=How.NAMED, by=f"{COMMANDS}::test_what_can_be_given"),
    Rule(
        kind="call",
        fits=on("docs/serve"),
        how=How.TRIED,
        by=f"{CALLS}::test_every_call_is_answered",
    ),
    Rule(kind="call", fits=_every, how=How.NAMED, by=f"{CALLS}::test_calls_that_are_named"),
    Rule(kind="value", fits=_every, how=How.NAMED, by=f"{EXAMPLES}::test_values_in_sentences"),
    # Blocks
    Rule(
        kind="code",
        fits=both(on("docs/service"), block("python")),
        how=How.EXAMPLE,
        by="tests/test_service.py",
    ),
    Rule(
        kind="code",
        fits=both(on("CONTRIBUTING"), block("python")),
        how=How.EXAMPLE,
        by=f"{EVERY_KIND}::test_what_is_printed_is_what_is_tried",
    ),
    Rule(
        kind="code",
        fits=both(on("CONTRIBUTING"), block("toml")),
        how=How.EXAMPLE,
        by=f"{EVERY_KIND}::test_what_is_printed_is_what_is_tried",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/serve"), block("python")),
        how=How.EXAMPLE,
        by=f"{CALLS}::test_the_client_in_python",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/news"), says("# 0.1.0"), block("python")),
        how=How.PARSED,
        by=f"{NEWS}::test_both_languages_show_the_same_code",
        why="it is for an earlier version, and shows what has changed",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/news"), block("python")),
        how=How.EXAMPLE,
        by=f"{NEWS}::test_the_new_code_runs",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/batch"), block("python")),
        how=How.EXAMPLE,
        by=f"{EXAMPLES}::test_the_example_for_a_cluster",
        why="with Dask in this process in the place of a cluster's machines",
    ),
    Rule(
        kind="code",
        fits=block("python"),
        how=How.EXAMPLE,
        by="tests/test_readme.py::test_the_examples_in_python_run",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/serve"), block("toml")),
        how=How.LOADED,
        by=f"{EXAMPLES}::test_files_of_the_service",
    ),
    Rule(
        kind="code",
        fits=both(on("docs/serve"), block("text")),
        how=How.LOADED,
        by=f"{EXAMPLES}::test_files_of_the_service",
    ),
    Rule(
        kind="code", fits=block("toml"), how=How.LOADED, by=f"{EXAMPLES}::test_settings_are_taken"
    ),
    Rule(
        kind="code",
        fits=block("nginx"),
        how=How.PARSED,
        by=f"{EXAMPLES}::test_the_proxy_passes_what_is_needed",
        why="it needs nginx",
    ),
    Rule(
        kind="code",
        fits=block("ini"),
        how=How.PARSED,
        by="tests/server/test_docs.py::test_the_unit_starts_the_service",
        why="it needs systemd",
    ),
    Rule(
        kind="code",
        fits=block("dockerfile"),
        how=How.PARSED,
        by="tests/server/test_docs.py::test_the_container_starts_the_service",
        why=_CONTAINER,
    ),
    # Links
    Rule(
        kind="link",
        fits=says("(https|mailto):"),
        how=How.OUTSIDE,
        by=f"{LINKS}::test_outside_links_have_the_right_form",
    ),
    Rule(
        kind="link",
        fits=lambda item: bool(item.text),
        how=How.LEADS,
        by=f"{LINKS}::test_links_lead_somewhere",
    ),
)

FAQ: Final = "tests/docs/test_faq.py"
ANSWERS: Final = (
    ("How do I install it on Windows", f"{LINKS}::test_links_lead_somewhere"),
    ("There is no ffmpeg", f"{FAQ}::test_doctor_says_which_ffmpeg_is_used"),
    ("pip wants to download", f"{FAQ}::test_torch_is_in_no_set_but_asked_for_by_those_named"),
    ("The machine has no network", f"{FAQ}::test_the_cache_can_be_elsewhere"),
    ("It says that there is no speech", f"{FAQ}::test_without_a_speech_model_the_command_is_said"),
    ("The terminal shows boxes", f"{FAQ}::test_a_page_brings_its_own_tibetan_font"),
    ("It cannot tell", f"{FAQ}::test_a_folder_with_two_that_might_be_meant"),
    ("Both languages", f"{FAQ}::test_one_file_with_both_languages"),
    ("The subtitles are in the picture", f"{FAQ}::test_the_picture_is_read"),
    ("The verdict is", f"{FAQ}::test_what_is_unknown_is_listed_at_the_end"),
    ("It takes too long", f"{FAQ}::test_the_subtitles_alone_take_neither_sound_nor_picture"),
    ("It reports something", f"{FAQ}::test_a_false_alarm_is_remembered"),
    ("Something is plainly wrong", f"{LINKS}::test_links_lead_somewhere"),
    ("The Tibetan subtitles are early", f"{FAQ}::test_what_is_early_or_late_as_a_whole"),
    ("Does “pass” mean", f"{FAQ}::test_a_pass_says_what_it_does_not_mean"),
    ("Are files sent", f"{FAQ}::test_nothing_is_sent"),
    ("Two checks differ", f"{FAQ}::test_the_same_files_give_the_same"),
    ("How do I know that an annex", f"{FAQ}::test_an_annex_that_was_changed"),
    ("Its address is refused", f"{CALLS}::test_the_answers_say_what_the_questions_say"),
    (
        "An upload broke off",
        "tests/server/pages/test_chromium.py::test_the_line_breaks_midway_and_the_page_goes_on",
    ),
    ("429 or 503", "tests/server/test_works.py::test_a_full_queue_asks_to_come_back"),
    ("How do I back up", f"{CALLS}::test_a_copy_made_while_it_runs"),
)
"""The questions in order, by how they begin in English, and what tries their answers, or looks where they lead."""


def check_of(item: Item) -> Checked:
    """How something is checked.

    :raises UncheckedError: no rule is for it.
    """
    if item.kind == "question":
        asked = [one for one in items(item.page) if one.kind == "question"]
        by = ANSWERS[asked.index(item)][1]
        # An answer that is a link alone, or asks for something to be sent.
        how = How.LEADS if by.startswith(LINKS) else How.TRIED
        return Checked(item=item, how=how, by=by)
    for rule in RULES:
        if rule.kind == item.kind and rule.fits(item):
            return Checked(item=item, how=rule.how, by=rule.by, why=rule.why)
    raise UncheckedError(f"{item.page}:{item.line}: nothing checks this {item.kind}: {item.text}")


@cache
def checked() -> tuple[Checked, ...]:
    """Everything on all pages."""
    return tuple(check_of(item) for page in pages() for item in items(page))


def lines(chosen: tuple[Checked, ...]) -> Iterator[str]:
    """The register as text: counts by kind and by page, then each."""
    counts = Counter((one.item.kind, one.how) for one in chosen)
    yield f"{len(chosen)} on {len({one.item.page for one in chosen})} pages"
    for (kind, how), number in sorted(counts.items()):
        yield f"  {number:5}  {kind:8}  {how}"
    yield ""
    of_page = Counter((one.item.page, one.how) for one in chosen)
    for page in dict.fromkeys(one.item.page for one in chosen):
        said = ", ".join(f"{how} {of_page[page, how]}" for how in How if of_page[page, how])
        yield f"{page}: {said}"
    for one in chosen:
        text = " / ".join(one.item.text.strip().splitlines()[:2])[:100]
        yield ""
        yield f"{one.item.page}:{one.item.line}  {one.item.kind}  {text}"
        yield f"    {one.how}: {one.by}{f' ({one.why})' if one.why else ''}"


def main() -> int:
    """Print the register."""
    wanted = sys.argv[1:]
    chosen = tuple(one for one in checked() if not wanted or one.item.page in wanted)
    sys.stdout.write("".join(f"{line}\n" for line in lines(chosen)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
