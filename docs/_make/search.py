"""The search of the theme, set right for Chinese.

Han characters stand alone in the index. The theme cuts a query of Han characters at those that
are in the index, but leaves out the last of them (Material 9.8, ``segment``): 数字 was looked
for as 数, and found every page with that character.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_WORKER: Final = "assets/javascripts/workers/search.*.min.js"
# What is there, and what has to be: an end that may be the query's own.
_PARTS: Final = {
    "for(let o=s+1;o<t.length;o++)t.slice(s,o)in e": "for(let o=s+1;o<=t.length;o++)t.slice(s,o)in e",
    "n[a]&&a<t.length-1&&": "n[a]&&a<t.length&&",
    # A character is whole: with a “*” behind it, it is called missing although it was found.
    'invertedIndex)].join("* "))': 'invertedIndex)].join(" "))',
}


class SearchError(ValueError):
    """The theme's search is another than the one that is set right here."""


def set_right(site: Path) -> None:
    """Change the search of a site that was built.

    :raises SearchError: it is not there, or another.
    """
    workers = sorted(site.glob(_WORKER))
    if len(workers) != 1:
        raise SearchError(_WORKER)
    text = workers[0].read_text(encoding="utf-8")
    for found, wanted in _PARTS.items():
        if text.count(found) != 1:
            raise SearchError(found)
        text = text.replace(found, wanted)
    workers[0].write_text(text, encoding="utf-8")
