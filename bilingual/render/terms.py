"""What the commands about terms say, as JSON values, tables and text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bilingual.locale import enumerated, sentence
from bilingual.model import Problem
from bilingual.render.words import clock, ui, visible
from bilingual.showing import shown_lines
from bilingual.terms.consistency import TermVariants
from bilingual.terms.glossary_file import NOTES, GlossaryFile
from bilingual.terms.mining import Mined
from bilingual.terms.parallel import ParallelWork, Place, TermUse

SHOWN: Final = 40
"""Terms that the text rendering lists."""


def place_document(work: ParallelWork, number: int) -> dict[str, Any]:
    """The place of a pair: its work's name, cue indices from 0, time or line."""
    place: Place = work.places[number]
    return {
        "work": work.name,
        "bo": list(place.bo),
        "zh": list(place.zh),
        "start_ms": place.start_ms,
        "line": place.line,
    }


def check_document(
    file: GlossaryFile, uses: Sequence[TermUse] | None, works: Sequence[ParallelWork]
) -> dict[str, Any]:
    """What ``bilingual terms check`` found; ``uses`` is ``None`` without works."""
    document: dict[str, Any] = {
        "schema": "bilingual.terms-check/1",
        "name": file.name,
        "sha256": file.sha256,
        "encoding": file.encoding,
        "columns": list(file.columns),
        "entries": len(file.entries),
        "problems": [
            {
                "line": p.line,
                "code": p.code,
                "note": p.code in NOTES,
                "params": dict(p.params),
            }
            for p in file.problems
        ],
        "uses": None,
    }
    if uses is not None:
        document["uses"] = {
            "works": [w.name for w in works],
            "used": sum(u.used for u in uses),
            "found": sum(u.found for u in uses),
            "terms": [
                {
                    "zh": u.zh,
                    "bo": list(u.bo),
                    "used": u.used,
                    "found": u.found,
                    "missed": [place_document(works[w], k) for w, k in u.missed],
                }
                for u in uses
            ],
        }
    return document


def problem_text(problem: Problem, language: str) -> str:
    """A problem of a glossary's line in words."""
    params = {k: visible(v) if isinstance(v, str) else v for k, v in problem.params.items()}
    return sentence("problems", problem.code, params, language)


def check_text(file: GlossaryFile, uses: Sequence[TermUse] | None, language: str) -> str:
    """What ``bilingual terms check`` found, for people."""
    notes = sum(p.code in NOTES for p in file.problems)
    lines = [
        ui(
            "terms-summary",
            language,
            name=visible(file.name),
            entries=len(file.entries),
            problems=len(file.problems) - notes,
            notes=notes,
        )
    ]
    lines += [
        ui("terms-line", language, line=p.line, text=problem_text(p, language))
        for p in file.problems
    ]
    if uses is not None:
        lines += _share(uses, language)
    return shown_lines(lines)


def _share(uses: Sequence[TermUse], language: str) -> list[str]:
    used, found = sum(u.used for u in uses), sum(u.found for u in uses)
    if not used:
        return [ui("terms-share-none", language)]
    share = f"{100 * found / used:.1f} %"
    lines = [
        ui("terms-share", language, used=used, found=found, share=share, terms=len(uses)),
    ]
    # What is answered least often is what a person wants to look at.
    worst = sorted(uses, key=lambda u: (u.found - u.used, u.zh))
    lines += [
        ui(
            "terms-row",
            language,
            zh=visible(use.zh),
            bo=visible("、".join(use.bo)),
            found=use.found,
            used=use.used,
        )
        for use in worst[:SHOWN]
    ]
    if len(uses) > SHOWN:
        lines.append(ui("terms-more", language, count=len(uses) - SHOWN))
    return lines


def check_table(file: GlossaryFile, uses: Sequence[TermUse] | None) -> str:
    """What ``bilingual terms check`` found as TSV: terms with works, else problems."""
    rows: list[tuple[str, ...]]
    if uses is None:
        rows = [("line", "code", "params")]
        rows += [
            (str(p.line), p.code, "; ".join(f"{k}={v}" for k, v in p.params.items()))
            for p in file.problems
        ]
    else:
        rows = [("zh", "bo", "used", "found")]
        rows += [(u.zh, ";".join(u.bo), str(u.used), str(u.found)) for u in uses]
    return table(rows)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as tab-separated text; tabs and breaks within a cell become spaces."""
    return "".join("\t".join(visible(c).replace("\t", " ") for c in row) + "\n" for row in rows)


def mined_document(mined: Sequence[Mined], works: Sequence[ParallelWork]) -> dict[str, Any]:
    """What ``bilingual terms mine`` proposes."""
    return {
        "schema": "bilingual.terms-mined/1",
        "works": [w.name for w in works],
        "pairs": sum(len(w.bo) for w in works),
        "terms": [
            {
                "zh": m.zh,
                "zh_count": m.zh_count,
                "candidates": [
                    {"bo": c.bo, "both": c.both, "bo_count": c.bo_count, "g2": c.g2, "seed": c.seed}
                    for c in m.candidates
                ],
                "places": [place_document(works[w], k) for w, k in m.places],
                "without": [place_document(works[w], k) for w, k in m.without],
            }
            for m in mined
        ],
    }


def mined_table(mined: Sequence[Mined]) -> str:
    """Proposals in a glossary's columns, with counts after them, to be gone over."""
    rows: list[tuple[str, ...]] = [
        (
            "zh",
            "bo",
            "variants",
            "field",
            "attested",
            "both",
            "zh_count",
            "bo_count",
            "g2",
            "others",
        )
    ]
    rows += [
        (
            m.zh,
            m.candidates[0].bo,
            "",
            "",
            "",
            str(m.candidates[0].both),
            str(m.zh_count),
            str(m.candidates[0].bo_count),
            f"{m.candidates[0].g2:.1f}",
            ";".join(c.bo for c in m.candidates[1:]),
        )
        for m in mined
    ]
    return table(rows)


def mined_text(mined: Sequence[Mined], works: Sequence[ParallelWork], language: str) -> str:
    """Proposals for people: the term, what its Tibetan may be, and where."""
    pairs = sum(len(w.bo) for w in works)
    lines = [ui("terms-mined", language, terms=len(mined), works=len(works), pairs=pairs)]
    for m in mined:
        lines.append(ui("terms-mined-term", language, zh=visible(m.zh), count=m.zh_count))
        lines += [
            ui("terms-mined-candidate", language, bo=visible(c.bo), both=c.both, count=c.bo_count)
            for c in m.candidates
        ]
        lines.append("      " + _places(m.places, works, language))
    return shown_lines(lines)


def variants_document(
    variants: Sequence[TermVariants], works: Sequence[ParallelWork]
) -> dict[str, Any]:
    """What ``bilingual terms consistency`` found."""
    return {
        "schema": "bilingual.terms-consistency/1",
        "works": [w.name for w in works],
        "pairs": sum(len(w.bo) for w in works),
        "terms": [
            {
                "term": v.term,
                "language": v.language,
                "forms": [
                    {
                        "text": text,
                        "count": len(places),
                        "places": [place_document(works[w], k) for w, k in places],
                    }
                    for text, places in v.forms
                ],
            }
            for v in variants
        ],
    }


def variants_table(variants: Sequence[TermVariants], works: Sequence[ParallelWork]) -> str:
    """Terms of several translations, a translation a line."""
    rows: list[tuple[str, ...]] = [("term", "language", "translation", "count", "places")]
    rows += [
        (
            v.term,
            v.language,
            text,
            str(len(places)),
            "; ".join(_place(works[w], k, "en") for w, k in places),
        )
        for v in variants
        for text, places in v.forms
    ]
    return table(rows)


def variants_text(
    variants: Sequence[TermVariants], works: Sequence[ParallelWork], language: str
) -> str:
    """Terms of several translations for people, with every place."""
    pairs = sum(len(w.bo) for w in works)
    lines = [ui("terms-several", language, terms=len(variants), works=len(works), pairs=pairs)]
    for v in variants:
        lines.append(f"  {visible(v.term)}")
        for text, places in v.forms:
            lines.append(ui("terms-form", language, text=visible(text), count=len(places)))
            lines.append("        " + _places(places, works, language, most=None))
    return shown_lines(lines)


_FEW: Final = 5


def _places(
    places: Sequence[tuple[int, int]],
    works: Sequence[ParallelWork],
    language: str,
    most: int | None = _FEW,
) -> str:
    shown = [_place(works[w], k, language) for w, k in places[:most]]
    more = " …" if most is not None and len(places) > most else ""
    return enumerated(shown, language, by="semicolon") + more


def _place(work: ParallelWork, number: int, language: str) -> str:
    place = work.places[number]
    name = visible(work.name)
    if place.line is not None:
        return ui("terms-place-line", language, name=name, line=place.line)
    when = "" if place.start_ms is None else clock(place.start_ms)
    numbers = ",".join(str(i + 1) for i in place.zh)
    return ui("terms-place", language, name=name, numbers=numbers, when=when)
