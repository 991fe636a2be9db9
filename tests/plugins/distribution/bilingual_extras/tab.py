"""A format: a cue a line, begin, end and text parted by tabs."""

from __future__ import annotations

from collections.abc import Sequence

from bilingual.formats.base import TEXT, Entry, Format, Sheet, Writer
from bilingual.model import Cue


def _plain(text: str) -> str:
    return text.replace("\\n", "\n")


def _escape(text: str) -> str:
    return text.replace("\n", "\\n")


def _read(sheet: Sheet) -> None:
    for at, line in enumerate(sheet.lines):
        if not line.strip():
            continue
        start, _, rest = line.partition("\t")
        end, _, text = rest.partition("\t")
        if not (start.isdigit() and end.isdigit()):
            sheet.reject(at, at + 1, "timing-unreadable")
            continue
        sheet.mark(at, at + 1, TEXT)
        plain = _plain(text)
        sheet.add(
            Cue(
                index=len(sheet.cues),
                start_ms=int(start),
                end_ms=int(end),
                text=text,
                plain_text=None if plain == text else plain,
                line=at + 1,
            )
        )


def _claims(first: Sequence[str], suffix: str) -> int:
    return 7 if suffix == ".tab" else 0


def _compose(entries: Sequence[Entry]) -> str:
    return "".join(f"{e.start_ms}\t{e.end_ms}\t{e.text}\n" for e in entries)


FORMAT = Format(
    name="tab",
    claims=_claims,
    read=_read,
    plain=_plain,
    suffixes=(".tab",),
    cue_mark="\t",
    html_tags=False,
    writer=Writer(compose=_compose, escape=_escape, clock=str),
)
