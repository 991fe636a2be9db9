"""The entry form, and the title that the film shows."""

from __future__ import annotations

from pathlib import Path

from bilingual.errors import BilingualError
from bilingual.files import StrPath
from bilingual.form import Look, load_form, looked_at, masked
from bilingual.model import Form, Reason
from bilingual.pipeline.collect import Collected, reason_of
from bilingual.showing import logger

_log = logger(__name__)


def read_form(work: Collected, form: Form | StrPath | None) -> None:
    """Take the form, or read it from its file, and see whether the pledge is there.

    :raises InputError: the file is no form (``form-invalid``, ``form-value``, ``file-…``).
    """
    if form is not None and not isinstance(form, Form):
        form = load_form(form)
    work.form = None if form is None else looked_at(masked(form), Look(base=Path.cwd()))


def read_title(work: Collected, path: Path) -> None:
    """Read the text in the film's opening, where the form has a title to compare it with."""
    from bilingual import ocr

    if work.media is None or work.form is None or not (work.form.title or "").strip():
        return
    if work.config.burned_in.mode == "off":
        work.set_missing("opening", reason=Reason(code="burned-in-off"), unknown=False)
        return
    reason = ocr.unavailable()
    if reason is not None:
        work.set_missing("opening", reason=reason)
        return
    try:
        work.opening = ocr.read_opening(path, work.media, work.config)
    except BilingualError as error:
        _log.warning("opening: %s", error)
        work.set_missing("opening", reason=reason_of("burned-in-failed", error))
