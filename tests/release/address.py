"""Writes the public address of the repository wherever it belongs: once, before the first release.

    python -m tests.release.address https://github.com/OWNER/NAME [--reports-to MAIL]

The links of the package's page (``[project.urls]``), CITATION.cff, the site's link to its source,
and where SECURITY.md and CODE_OF_CONDUCT.md, in both languages, say whom to write to. Vulnerabilities
go to ``MAIL``, or on GitHub to the private advisories of the repository where none is given.
Needs Python alone. A second run replaces the first one's addresses.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.release.ready import ADDRESSED, NO_ADDRESS, ROOT

# "<…>" in CommonMark is a link or an address that can be clicked.
_REPORTS: Final = re.compile(rf"`{NO_ADDRESS}`|<(?:mailto:)?[^<>\s]+[@/][^<>\s]+><!-- reports -->")
# What is said of the address while there is none: in parentheses, behind it.
_NONE_YET: Final = re.compile(
    r"\s*(?:\(The\s+project\s+has\s+no\s+public\s+address\s+yet\.[^()]*\)|（项目还没有公开的地址[^（）]*）)"
)
_URLS: Final = re.compile(r"^\[project\.urls\]\n(?:[^\[\n][^\n]*\n)+\n", re.MULTILINE)


def repository(address: str) -> str:
    """The address of a repository, without what may stand behind it.

    :raises ValueError: it is no https address of two or more names (an owner's and the
        repository's), or holds a user, a query or a character that is not of an address.
    """
    parts = urlsplit(address)
    path = parts.path.removesuffix("/").removesuffix(".git")
    if (
        parts.scheme != "https"
        or "@" in parts.netloc
        or "." not in parts.netloc
        or parts.query
        or parts.fragment
        or not re.fullmatch(r"(/[\w.-]+){2,}", path, re.ASCII)
    ):
        raise ValueError(address)
    return f"https://{parts.netloc}{path}"


def reports(address: str, mail: str | None) -> str:
    """Where vulnerabilities are reported in private.

    :raises ValueError: ``mail`` is no address of a person, or there is none and the repository
        lies elsewhere than on GitHub, whose private advisories take reports.
    """
    if mail is not None:
        if not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", mail, re.ASCII):
            raise ValueError(mail)
        return mail
    if urlsplit(address).netloc != "github.com":
        raise ValueError(address)
    return f"{address}/security/advisories/new"


def urls(address: str) -> Mapping[str, str]:
    """The links of the package's page, by name.

    The documentation is the site that ``.github/workflows/site.yml`` publishes on GitHub Pages,
    elsewhere the folder that it is made from.
    """
    host, _, path = address.removeprefix("https://").partition("/")
    owner, _, name = path.partition("/")
    site = f"https://{owner.lower()}.github.io/{name}/"
    return {
        "Source": address,
        "Documentation": site if host == "github.com" else f"{address}/blob/main/docs/index.zh.md",
        "Issues": f"{address}/issues",
        "Changelog": f"{address}/blob/main/CHANGELOG.md",
    }


def named(root: Path, address: str, mail: str | None) -> Iterator[tuple[Path, str]]:
    """Each file that the address belongs in, and its text with it."""

    def text(name: str) -> str:
        return (root / name).read_text(encoding="utf-8")

    links = "".join(f'{name} = "{url}"\n' for name, url in urls(address).items())
    project = _URLS.sub("", text("pyproject.toml"))
    yield (
        root / "pyproject.toml",
        project.replace("[project.scripts]\n", f"[project.urls]\n{links}\n[project.scripts]\n"),
    )
    citation = re.sub(r"^repository-code: .*\n", "", text("CITATION.cff"), flags=re.MULTILINE)
    yield (
        root / "CITATION.cff",
        citation.replace("\nlicense: ", f'\nrepository-code: "{address}"\nlicense: '),
    )
    to = f"<{reports(address, mail)}><!-- reports -->"
    for name in ADDRESSED:
        yield root / name, _NONE_YET.sub("", _REPORTS.sub(to, text(name)))


def main(words: list[str] | None = None) -> int:
    """Write the address; exit status 2 where it is none."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("address", help="https://github.com/OWNER/NAME")
    parser.add_argument("--reports-to", metavar="MAIL", help="who gets reports of vulnerabilities")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    try:
        address = repository(given.address)
        # All texts before the first is written: a refusal leaves the tree as it was.
        texts = dict(named(given.root, address, given.reports_to))
    except ValueError as error:
        parser.error(f"not an address that can be used: {error}")
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
