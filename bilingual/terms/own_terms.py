"""The glossaries a verification is made under: the library's and the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bilingual.errors import InputError
from bilingual.model import ModelUse
from bilingual.terms.glossary_file import GlossaryFile, read_glossary
from bilingual.translation import glossary as terms
from bilingual.translation.glossary import Glossary


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTerms:
    """The user's glossaries read.

    ``merged`` holds their terms over the library's: where both know a Chinese
    term, only the user's Tibetan is accepted. ``own`` holds theirs alone,
    ``sources`` names the files they come from, by name and hash.
    """

    merged: Glossary
    own: Glossary
    sources: tuple[ModelUse, ...]


def own_terms(paths: Sequence[str | Path]) -> OwnTerms | None:
    """The user's glossaries, the first named winning; ``None`` where there are none.

    :raises InputError: a file cannot be read, or ``glossary-invalid``: a line of it
        is no entry. ``bilingual terms check`` lists all of them.
    """
    if not paths:
        return None
    files = []
    for path in map(Path, paths):
        file = read_glossary(path)
        fatal = file.fatal()
        if fatal is not None:
            raise InputError(
                "glossary-invalid",
                path=file.name,
                line=fatal.line,
                problem=fatal.code,
                **{k: v for k, v in fatal.params.items() if k not in ("path", "line")},
            )
        files.append(file)
    return _merged(files)


def _merged(files: Sequence[GlossaryFile]) -> OwnTerms:
    own: dict[str, terms.Term] = {}
    for file in files:
        for term in file.terms():
            own.setdefault(term.zh, term)
    embedded = {term.zh: term for term in terms.load().terms}
    return OwnTerms(
        merged=Glossary((embedded | own).values()),
        own=Glossary(own.values()),
        sources=tuple(ModelUse(name=f"glossary:{f.name}", sha256=f.sha256) for f in files),
    )
