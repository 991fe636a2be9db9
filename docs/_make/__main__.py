"""Makes the site: ``python -m docs._make [--out FOLDER]``."""

from __future__ import annotations

import argparse
import logging
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mkdocs.commands.build import build
from mkdocs.exceptions import Abort

from docs._make.config import settings
from docs._make.made import pages
from docs._make.pages import LANGUAGES, ROOT, Language, Made
from docs._make.search import set_right
from docs._make.staging import Site

BUILD: Final = ROOT / "build"


def make(out: Path, *, staging: Path) -> None:
    """Build the site into a folder: Chinese at its root, English below ``en``.

    :raises mkdocs.exceptions.Abort: a page, a link or an anchor is not there.
    """
    made = pages()
    shutil.rmtree(out, ignore_errors=True)
    for language in LANGUAGES:
        _build(language, made, staging / language, out if language == "zh" else out / language)
    # Servers show the one at the root, which is in both languages.
    (out / "en" / "404.html").unlink()


def _build(language: Language, made: Mapping[str, Made], sources: Path, out: Path) -> None:
    Site(language, made, sources).write()
    config = settings(language, made, sources=sources, out=out)
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
        set_right(out)
    finally:
        config.plugins.on_shutdown()


def main() -> int:
    """Make the site and say where it lies."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=BUILD / "site")
    logging.basicConfig(format="%(levelname)s: %(message)s")
    out = parser.parse_args().out.resolve()
    try:
        make(out, staging=BUILD / "site-src")
    except Abort as stopped:
        sys.stderr.write(f"{stopped}\n")
        return 1
    sys.stdout.write(f"{out / 'index.html'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
