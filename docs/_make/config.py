"""MkDocs' settings, in Python: no file of its own has to be kept in step with the pages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from pymdownx.slugs import slugify

from docs._make.pages import (
    ROOT,
    Chapter,
    Entry,
    Language,
    Made,
    Said,
    Titled,
    navigation,
)

THEME: Final = Path(__file__).parent / "theme"
_NAME: Final = Said("bilingual：藏汉双语字幕核查", "bilingual: Tibetan–Chinese subtitle checks")
_ABOUT: Final = Said(
    "核查藏汉双语字幕，给出依据", "Checks Tibetan–Chinese bilingual subtitles, with evidence"
)
# Han characters are words of their own in the index, Tibetan is cut at its tshegs. A name of
# Python is one word.
_CUT: Final = r"[\s\-་།，。、；：！？（）“”‘’.,;:!?()`]+|(?<=[一-鿿])(?=[一-鿿])"

# At first as the reader's system has it; the button leads to the other.
_SCHEMES: Final = (
    ("light", "default", "material/weather-night", Said("换成深色", "Dark colours")),
    ("dark", "slate", "material/weather-sunny", Said("换成浅色", "Light colours")),
)


class ConfigError(ValueError):
    """MkDocs refuses the settings."""


def _named(entries: Iterable[Entry], language: Language) -> list[Any]:
    found: list[Any] = []
    for entry in entries:
        if isinstance(entry, Chapter):
            found.append({entry.title.get(language): _named(entry.entries, language)})
        elif isinstance(entry, Titled):
            found.append({entry.title.get(language): entry.place})
        else:
            found.append(entry)
    return found


def settings(
    language: Language, made: Mapping[str, Made], *, sources: Path, out: Path
) -> MkDocsConfig:
    """What MkDocs is told for one language of the site.

    :raises ConfigError: a setting is not one that MkDocs takes.
    """
    config = MkDocsConfig(config_file_path=str(ROOT / "docs" / "mkdocs.yml"))
    config.load_dict(
        {
            "site_name": _NAME.get(language),
            "site_description": _ABOUT.get(language),
            "docs_dir": str(sources),
            "site_dir": str(out),
            "use_directory_urls": False,
            # No repo_url: the theme would ask GitHub for its stars.
            "copyright": _source(language),
            "strict": True,
            "nav": _named(navigation(made), language),
            "theme": {
                "name": "material",
                "custom_dir": str(THEME),
                "language": language,
                "font": False,
                "features": [
                    "content.code.copy",
                    "navigation.sections",
                    "navigation.tabs",
                    "navigation.top",
                    "search.highlight",
                    "toc.follow",
                ],
                "icon": {"logo": "material/subtitles-outline"},
                "palette": [
                    {
                        "media": f"(prefers-color-scheme: {scheme})",
                        "scheme": name,
                        "primary": "teal",
                        "accent": "teal",
                        "toggle": {"icon": icon, "name": said.get(language)},
                    }
                    for scheme, name, icon, said in _SCHEMES
                ],
            },
            "extra": {
                "generator": False,
                "site_language": language,
                # Lets the search run in pages that are opened as files.
                "polyfills": ["assets/iframe-worker.js"],
            },
            "extra_css": ["assets/site.css"],
            "plugins": [
                {"material/offline": {}},
                {"material/search": {"lang": [language], "separator": _CUT}},
                *_reference(language),
            ],
            "markdown_extensions": [
                "admonition",
                "attr_list",
                "md_in_html",
                "sane_lists",
                "tables",
                "pymdownx.superfences",
                # A line of a block is an element of its own, which the copy leaves out or takes.
                {"pymdownx.highlight": {"use_pygments": True, "line_spans": "__span"}},
                {"toc": {"permalink": True, "slugify": slugify(case="lower"), "toc_depth": 3}},
            ],
            "validation": {
                "nav": {"omitted_files": "warn", "not_found": "warn", "absolute_links": "warn"},
                "links": {
                    "not_found": "warn",
                    "anchors": "warn",
                    "absolute_links": "warn",
                    "unrecognized_links": "warn",
                },
            },
        }
    )
    errors, warnings = config.validate()
    if errors or warnings:
        raise ConfigError("; ".join(f"{key}: {said}" for key, said in (*errors, *warnings)))
    return config


def _source(language: Language) -> str:
    """A link to the repository, for the foot of each page; empty while it has no public address."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project.get("urls", {}).get("Source")
    words = Said("源代码", "Source code").get(language)
    return f'<a href="{escape(address)}">{words}</a>' if address else ""


def _reference(language: Language) -> list[dict[str, Any]]:
    """Docstrings are read from the source; nothing is imported for them."""
    options: dict[str, Any] = {
        "docstring_style": "sphinx",
        "show_source": False,
        "show_root_heading": True,
        "show_root_full_path": False,
        "heading_level": 2,
        "members_order": "source",
        "show_signature_annotations": True,
        "separate_signature": True,
        "line_length": 88,
        "filters": ["!^_"],
    }
    options["extensions"] = [{"docs._make.docstrings": {"language": language}}]
    return [{"mkdocstrings": {"handlers": {"python": {"paths": [str(ROOT)], "options": options}}}}]
