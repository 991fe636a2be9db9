"""Tables of pairs by family: ``Chinese | right Tibetan; … | wrong Tibetan; …``, ``–`` for none."""

from __future__ import annotations


def rows(table: str) -> list[tuple[str, list[str], list[str]]]:
    """The Chinese of each line, the right Tibetan texts and the wrong ones."""
    out = []
    for line in table.strip().splitlines():
        zh, right, wrong = (cell.strip() for cell in line.split("|"))
        texts = [
            [text.strip() for text in cell.split(";") if text.strip() != "–"]
            for cell in (right, wrong)
        ]
        out.append((zh, texts[0], texts[1]))
    return out
