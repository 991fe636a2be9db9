"""Which moments of a film are read, of those that were looked at: where a row has another shape.

Finding rows, and reading Chinese in one view of them, takes a tenth of what reading them
takes. A row that is missing where the files have a cue, is much longer or shorter than
its text would be or is in the other language shows where picture and file differ.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from statistics import median
from typing import Final

from bilingual.model import LANGUAGES, Language
from bilingual.ocr.bands import Band
from bilingual.ocr.rows import Row

LOOKED_AT: Final = 3
"""So many times as many moments as are read are looked at, at most."""

_FEW: Final = 5
_USUAL: Final = 0.6  # a band that has a row in so many of its language's moments misses the others
_ODD: Final = 0.2  # from which difference (of logarithms) a row has another length
_CERTAIN: Final = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When to look, and what the files show then, by language: the text, and its length in letters.

    ``wanted``: it is read in any case. ``around_ms``: for so long before and after it they
    show the same.
    """

    at_ms: int
    wanted: bool = False
    around_ms: int = 0
    letters: Mapping[Language, float] = field(default_factory=dict)
    texts: Mapping[Language, str] = field(default_factory=dict)


def looked_at(moments: Sequence[Moment], most: int) -> list[Moment]:
    """The moments to look at: the wanted ones, and of the others some that are evenly spread."""
    wanted = [moment for moment in moments if moment.wanted]
    others = [moment for moment in moments if not moment.wanted]
    chosen = [*wanted, *spread(others, LOOKED_AT * most - len(wanted))]
    return sorted(chosen, key=lambda moment: moment.at_ms)


def chosen(
    moments: Sequence[Moment],
    bands: Iterable[Band],
    most: int,
    is_chinese: Callable[[Row], bool] | None = None,
    *,
    known: Collection[int] = (),
) -> list[int]:
    """The times (ms) of those to read: wanted ones, odd ones, and some that are evenly spread.

    :param bands: with the rows that were seen at any of the moments.
    :param is_chinese: whether a row is, as far as a glance shows.
    :param known: times of those that need no reading.
    """
    odd = _oddness(moments, bands, is_chinese)
    moments = [moment for moment in moments if moment.at_ms not in known]
    taken = {moment.at_ms for moment in [m for m in moments if m.wanted][:most]}
    left = [moment for moment in moments if moment.at_ms not in taken]
    for moment in sorted(left, key=lambda m: (-odd[m.at_ms], m.at_ms))[: most - len(taken)]:
        if odd[moment.at_ms] > _ODD:
            taken.add(moment.at_ms)
    left = [moment for moment in left if moment.at_ms not in taken]
    taken |= {moment.at_ms for moment in spread(left, most - len(taken))}
    return sorted(taken)


def spread(moments: Sequence[Moment], most: int) -> list[Moment]:
    """Some of them, evenly spread; all where there are no more."""
    if len(moments) <= most:
        return list(moments)
    return [moments[round((n + 0.5) * len(moments) / most - 0.5)] for n in range(most)]


def _oddness(
    moments: Sequence[Moment], bands: Iterable[Band], is_chinese: Callable[[Row], bool] | None
) -> dict[int, float]:
    """By time, how far the longest deviation from the usual length of a row goes."""
    odd = {moment.at_ms: 0.0 for moment in moments}
    for band in bands:
        rows = {_at(row, odd): row for row in band.rows}
        widths = {at_ms: row.box.width for at_ms, row in rows.items()}
        ratios, language = _ratios(moments, widths)
        if language is None:
            continue
        usual = median(ratios.values())
        for at_ms, ratio in ratios.items():
            odd[at_ms] = max(odd[at_ms], abs(ratio - usual))
        shown = [m.at_ms for m in moments if m.letters.get(language)]
        missing = [at_ms for at_ms in shown if at_ms not in widths]
        if len(missing) < (1 - _USUAL) * len(shown):
            odd |= dict.fromkeys(missing, _CERTAIN)
        if is_chinese is not None:
            other = [at for at, row in rows.items() if is_chinese(row) != (language == "zh")]
            if len(other) < (1 - _USUAL) * len(rows):
                odd |= dict.fromkeys(other, _CERTAIN)
    return odd


def _at(row: Row, times: Iterable[int]) -> int:
    """Which of the moments a row was seen at."""
    return min(times, key=lambda at_ms: abs(2 * at_ms - row.start_ms - row.end_ms))


def _ratios(
    moments: Sequence[Moment], widths: Mapping[int, int]
) -> tuple[dict[int, float], Language | None]:
    """Logarithms of width by letters, in the language whose letters explain the widths best."""
    best: tuple[float, dict[int, float], Language | None] = (0.0, {}, None)
    for language in LANGUAGES:
        ratios = {
            moment.at_ms: log(widths[moment.at_ms] / letters)
            for moment in moments
            if (letters := moment.letters.get(language)) and moment.at_ms in widths
        }
        if len(ratios) < _FEW:
            continue
        usual = median(ratios.values())
        wavers = median(abs(ratio - usual) for ratio in ratios.values())
        if best[2] is None or wavers < best[0]:
            best = (wavers, ratios, language)
    return best[1], best[2]
