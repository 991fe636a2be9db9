"""What is seen of a command while it runs and when it has run, on stderr."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bilingual.cli.carried import carried
from bilingual.cli.quoting import pasted
from bilingual.cli.shared import Lang, say, say_in_place
from bilingual.locale import sentence
from bilingual.model import FirstLook, Report, Severity, Verdict
from bilingual.pipeline.submitted import Submitted
from bilingual.render.text.columns import columns_of, shorten
from bilingual.showing import visible

_SHEETS: Final = frozenset({"csv", "xlsx"})
_TOLD: Final = 8
"""Findings of the first look that are shown before the report."""

_BAR: Final = 20
_WAIT_S: Final = 3.0  # before it is said how long a stage will take
_LEAST_SHARE: Final = 0.02  # of a stage, from which the rest can be estimated


@contextlib.contextmanager
def progress(lang: Lang) -> Iterator[Callable[[str, float, float | None], None]]:
    """A line in place on a terminal, a line a stage elsewhere; always on stderr."""
    line = StageLine(lang, time.monotonic) if sys.stderr.isatty() else None
    said: set[str] = set()  # of a stage that comes back for a moment nothing is said again

    def on_progress(stage: str, done: float, total: float | None) -> None:
        if isinstance(stage, FirstLook):
            if line is not None:
                line.clear()
            for words in _told(stage, lang):
                say(words)
            return
        if line is not None:
            line.show(stage, done, total)
        elif stage not in said:
            said.add(stage)
            say(sentence("ui", f"stage-{stage}", {}, lang))

    try:
        yield on_progress
    finally:
        if line is not None:
            line.clear()


class StageLine:
    """The line of a terminal that says which stage is at work, how far, and how long still.

    It is written over itself with blanks, so that it needs no escape sequence and every
    console can show it; it is never wider than the terminal.

    :param clock: seconds from any moment on.
    """

    def __init__(self, lang: Lang, clock: Callable[[], float]) -> None:
        self._lang, self._clock = lang, clock
        self._stage, self._begun, self._first = "", 0.0, 0.0
        self._shown = ""

    def show(self, stage: str, done: float, total: float | None) -> None:
        """Show how far a stage is.

        :param total: what ``done`` is a part of; ``None`` where nobody knows.
        """
        now = self._clock()
        if stage != self._stage:
            self._stage, self._begun, self._first = stage, now, done
        text = visible(sentence("ui", f"stage-{stage}", {}, self._lang))
        if total:
            share = min(1.0, max(0.0, done / total))
            filled = round(_BAR * share)
            text += f" [{'█' * filled}{'·' * (_BAR - filled)}] {share:>4.0%}"
            left = self._left_s(now, done, total)
            if left is not None:
                duration = spoken_duration(left, self._lang)
                text += "  " + sentence("ui", "time-left", {"time": duration}, self._lang)
        else:
            text += " …"
        self.write(text)

    def clear(self) -> None:
        """Leave the line empty."""
        if self._shown:
            self.write("")

    def _left_s(self, now: float, done: float, total: float) -> float | None:
        """Seconds that the stage still takes if it goes on as it went; ``None`` at first."""
        elapsed, made = now - self._begun, done - self._first
        if elapsed < _WAIT_S or made < _LEAST_SHARE * total or done >= total:
            return None
        return elapsed * (total - done) / made

    def write(self, text: str) -> None:
        """Show a text in place of the one before, shortened to the terminal's width."""
        text = shorten(text, max(10, shutil.get_terminal_size((80, 24)).columns - 1))
        if text == self._shown:
            return
        blanks = " " * max(0, columns_of(self._shown) - columns_of(text))
        say_in_place(f"{text}{blanks}" + ("" if text else "\r"))
        self._shown = text


def spoken_duration(seconds: float, lang: Lang) -> str:
    """A length of time as people say it, no finer than they need it."""
    whole = max(1, round(seconds))
    if whole < 60:
        return sentence("ui", "time-seconds", {"seconds": whole}, lang)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return sentence("ui", "time-minutes", {"minutes": minutes, "seconds": rest}, lang)
    hours, minutes = divmod(round(whole / 60), 60)
    return sentence("ui", "time-hours", {"hours": hours, "minutes": minutes}, lang)


def _told(look: FirstLook, lang: Lang) -> Iterator[str]:
    """What the first look found, gravest first: all that a person has to know at once."""
    from bilingual.render.words import colon, rule_title

    grave = [f for f in look.findings if f.severity is not Severity.INFO]
    if not grave:
        return
    yield sentence("ui", "first-look", {"count": len(grave)}, lang)
    for finding in grave[:_TOLD]:
        mark = sentence("ui", f"severity-{finding.severity}", {}, lang)
        yield f"  {mark} {rule_title(finding.rule, lang)}{colon(lang)}{finding.message(lang)}"
    if len(grave) > _TOLD:
        yield sentence("ui", "first-look-more", {"count": len(grave) - _TOLD}, lang)


def say_outcome(report: Report, work: Submitted, out: Path, form: str, lang: Lang) -> None:
    """Say the verdict, where the report is, and what to do next."""
    counts = dict.fromkeys(Severity, 0)
    for finding in report.findings:
        counts[finding.severity] += 1
    tally = {f"{level}s": count for level, count in counts.items()}
    verdict = sentence("ui", "verdict", {}, lang)
    say("")
    say(f"{verdict}{sentence('ui', f'outcome-{report.verdict}', {}, lang)}")
    say(f"  {sentence('ui', 'tally', tally, lang)}")
    say(sentence("ui", "report-written", {"path": str(out)}, lang))
    command = pasted(*_next_words(report, work, out, form, lang))
    step = "pass-data" if report.verdict is Verdict.PASS and form != "json" else report.verdict
    words = [sentence("ui", f"next-{step}", {"command": command}, lang)]
    if report.verdict is Verdict.FAIL and (work.bo or work.zh):  # else there is nothing to fix
        words.append(sentence("ui", "next-fixes", {"command": command}, lang))
    say(("" if lang == "zh" else " ").join(words))
    if form == "json":
        shown: list[str | Path] = ["bilingual", "show", out, "--format", "html"]
        if work.video is not None:
            shown += ["--video", work.video]
        shown += ["--out", out.with_suffix(".html")]
        say(sentence("ui", "next-json", {"command": pasted(*shown)}, lang))
    elif form in _SHEETS and (work.bo or work.zh):
        fixed = out.with_name(f"{out.stem}-fixed")
        back = ["bilingual", "fix", *work_words(work), "--from-sheet", out, "--out", fixed]
        back += carried("fix")
        say(sentence("ui", "next-sheet", {"command": pasted(*back)}, lang))


def work_words(work: Submitted) -> list[str | Path]:
    """The files of a work as a command line names them."""
    words: list[str | Path] = [] if work.video is None else [work.video]
    for side in ("bo", "zh"):
        path: Path | None = getattr(work, side)
        if path is not None:
            words += [f"--{side}", path]
    return words


def _next_words(
    report: Report, work: Submitted, out: Path, form: str, lang: Lang
) -> list[str | Path]:
    """The command of the next step: what can be fixed; of a work in order its annex, for which
    the report's data are needed.
    """
    if report.verdict is not Verdict.PASS:
        return ["bilingual", "fix", *work_words(work), *carried("fix")]
    if form == "json":
        title, party, name = (
            sentence("ui", f"annex-example-{one}", {}, lang) for one in ("title", "party", "out")
        )
        words: list[str | Path] = ["bilingual", "annex", out, "--title", title, "--party", party]
        return [*words, "--out", out.with_name(name)]
    with_form: list[str | Path] = [] if work.form is None else ["--form", work.form]
    checked: list[str | Path] = ["bilingual", "verify", *work_words(work), *with_form]
    return [*checked, *carried("verify"), "--format", "json", "--out", out.with_suffix(".json")]


def open_page(page: Path, lang: Lang) -> None:
    """Show a page in the browser; say where it is if that cannot be done."""
    try:
        opened = webbrowser.open(page.resolve().as_uri())
    except (OSError, webbrowser.Error):
        opened = False
    if not opened:
        say(sentence("ui", "page-not-opened", {"path": str(page.resolve())}, lang))
