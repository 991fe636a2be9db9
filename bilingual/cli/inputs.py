"""Which of the files that a command line names is which, and saying so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from bilingual.cli.quoting import pasted
from bilingual.cli.shared import Lang, say
from bilingual.cli.wording import WrongUsage
from bilingual.config import Config
from bilingual.files import display_name, exists, is_folder
from bilingual.formats import is_subtitle_name
from bilingual.locale import enumerated, sentence
from bilingual.model import Report
from bilingual.pipeline.submitted import Submitted, recognise

_MOST_NAMES = 8


def submitted(
    files: tuple[Path, ...], given: Mapping[str, Path | None], config: Config, lang: Lang
) -> Submitted:
    """The files by their roles. What was told by looking into them is said.

    :param files: those that no option named: a video, a folder, or several.
    :param given: those that an option named, by role.
    :raises InputError: as ``recognise``.
    :raises WrongUsage: ``spaces``: they are the words of one name.
    """
    _refuse_words_of_a_name(files)
    if len(files) > 1 or (files and is_folder(files[0])):
        found = recognise(files, given=given, config=config)
        _say_taken(found, given, lang)
        return found
    video = files[0] if files else None
    return Submitted(video=video, bo=given["bo"], zh=given["zh"], form=given["form"])


def _refuse_words_of_a_name(files: tuple[Path, ...]) -> None:
    whole = Path(" ".join(map(str, files)))
    if len(files) > 1 and exists(whole) and not all(map(exists, files)):
        raise WrongUsage("spaces", click.get_current_context(), name=pasted(whole))


def _say_taken(found: Submitted, given: Mapping[str, Path | None], lang: Lang) -> None:
    say(sentence("ui", "taken-reading", {}, lang))
    for role, path in found.taken():
        if given.get(role) is not None or (role == "zh" and path == found.bo):
            continue
        code = "taken-both" if role == "bo" and path == found.zh else f"taken-{role}"
        say("  " + sentence("ui", code, {"name": display_name(str(path))}, lang))
    if found.replaced:
        names = [display_name(path.name) for path in found.replaced]
        say("  " + sentence("ui", "taken-replaced", {"names": names}, lang))
    if found.unused:
        names = [display_name(path.name) for path in found.unused[:_MOST_NAMES]]
        names += ["…"] if len(found.unused) > _MOST_NAMES else []
        say("  " + sentence("ui", "taken-unused", {"names": enumerated(names, lang)}, lang))


def say_what_is_missing(files: tuple[Path, ...], report: Report, lang: Lang) -> None:
    """Where a subtitle file was given alone and by its name alone, say what that leaves out."""
    if len(files) != 1 or not is_subtitle_name(files[0]):
        return
    if report.zh is None and report.bo is not None:
        say(sentence("ui", "only-bo", {}, lang))
    elif report.bo is None and report.zh is not None:
        say(sentence("ui", "only-zh", {}, lang))
