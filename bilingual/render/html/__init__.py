"""The report as one HTML file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import quote

from bilingual.model import Report
from bilingual.render.base import Options, Renderer


def _render(report: Report, options: Options) -> str:
    from bilingual.render.html.page import render_html
    from bilingual.render.html.pagemedia import media_for_page
    from bilingual.render.review import load_review

    href = media = None
    if options.video is not None:
        base = Path.cwd() if options.out is None else options.out.resolve().parent
        # As bytes: a name need not be UTF-8. Links are not followed.
        href = quote(os.fsencode(Path(os.path.relpath(options.video, base)).as_posix()))
        media = media_for_page(report, options.video, options.config, clips=options.clips)
    review = None if options.review is None else load_review(options.review)
    return render_html(report, options.language, href, media=media, review=review)


RENDERER: Final = Renderer(
    name="html",
    media_type="text/html",
    suffix=".html",
    render=_render,
    takes=frozenset({"video", "clips", "review"}),
)
