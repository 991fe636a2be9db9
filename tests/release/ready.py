"""Whether the tree is what a tag says: run before a release is built.

    python -m tests.release.ready v0.2.0 [https://github.com/OWNER/NAME]

Needs Python alone. Exit status 1, with a line for each thing that is lacking. With the address of the
repository that releases it, the links of the package have to lead there.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
NO_ADDRESS: Final = "ADDRESS-TO-BE-NAMED"
"""Stands for the address to report to, while the project has none that is public."""
ADDRESSED: Final = ("SECURITY.md", "SECURITY.zh.md", "CODE_OF_CONDUCT.md", "CODE_OF_CONDUCT.zh.md")
"""The pages that say where to report to."""


def lacking(root: Path, tag: str, address: str | None = None) -> list[str]:
    """What keeps this tree from being the release of that tag, of the repository at that address."""

    def text(name: str) -> str:
        return (root / name).read_text(encoding="utf-8")

    found = []
    version = re.findall(r'__version__ = "([^"]+)"', text("bilingual/_version.py"))[0]
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, and bilingual/_version.py says {version}")
    if not re.search(
        rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", text("CHANGELOG.md"), re.M
    ):
        found.append(f"CHANGELOG.md has no dated section for {version}")
    if f"\nversion: {version}\n" not in text("CITATION.cff"):
        found.append(f"CITATION.cff is not of {version}")
    urls = tomllib.loads(text("pyproject.toml"))["project"].get("urls", {})
    if not {"Source", "Documentation", "Issues", "Changelog"} <= set(urls):
        found.append(
            "pyproject.toml has no [project.urls] with Source, Documentation, Issues, Changelog: "
            "python -m tests.release.address writes them"
        )
    elif address is not None and urls["Source"] != address:
        found.append(f"[project.urls] leads to {urls['Source']}, and this is {address}")
    for name in ADDRESSED:
        if NO_ADDRESS in text(name):
            found.append(f"{name} has {NO_ADDRESS} where the address for reports is to be")
    return found


def main() -> int:
    """Say what is lacking."""
    if len(sys.argv) not in (2, 3):
        sys.stderr.write((__doc__ or "").split("\n\n")[1] + "\n")
        return 2
    found = lacking(ROOT, *sys.argv[1:])
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
