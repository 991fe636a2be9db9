"""The report's page, written to a file."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from bilingual.files import write_whole
from bilingual.model import Report
from bilingual.render.html.page import render_html
from bilingual.render.review import load_review


def save_html(
    report: Report,
    path: str | PathLike[str],
    *,
    review: str | PathLike[str] | None = None,
    **options: Any,
) -> None:
    """Write a report as one self-contained HTML file, whole or not at all.

    :param review: a file with a review that was saved on this report's page.
    :param options: as :func:`bilingual.render.html.page.render_html` takes them.
    :raises InputError: the path cannot be written; the review is none, or of
        another report.
    """
    saved = None if review is None else load_review(Path(review))
    write_whole(Path(path), render_html(report, review=saved, **options))
