"""What only shows between works: the same work twice, quotas, ranks, terms."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import msgspec

from bilingual.batch.alike import Alike, alike_works
from bilingual.batch.model import BatchFinding, Submission, WorkResult
from bilingual.batch.prints import VERSION, Prints
from bilingual.batch.state import PRINTS
from bilingual.batch.terms import terms_across
from bilingual.batch.work import category_config, folder_of
from bilingual.config import Config
from bilingual.errors import BilingualError
from bilingual.files import read_at_most
from bilingual.form import channel_of, party_of
from bilingual.model import Severity
from bilingual.text.numbers import read_numbers

_MAX_BYTES: Final = 16 * 1024 * 1024
_NAMED: Final = 50  # works of one finding that are named
_LONGEST_RANK: Final = 40  # characters
_FORMAL: Final = str.maketrans("壹贰叁肆伍陆柒捌玖拾", "一二三四五六七八九十")
_RANK: Final = re.compile(
    r"(?:第|no|排名|排序|序号|名次)?(?:[名位号部件个项]|顺位|序位)?(?:作品)?", re.IGNORECASE
)
"""What stands around the number of a rank."""


def findings_across(
    works: Sequence[Submission], results: Sequence[WorkResult], out: Path, config: Config
) -> tuple[tuple[BatchFinding, ...], tuple[Mapping[str, Any], ...]]:
    """The findings between works, the gravest first, and the terms with several translations."""
    done = {result.id for result in results if result.state == "done"}
    by_id = {work.id: work for work in works}
    listed = [work for work in works if work.wrong is None]
    found = [
        *_duplicates({name: by_id[name] for name in by_id if name in done}, out, config),
        *_unit_quota(listed, config),
        *_self_quota(listed, config),
        *_rank_order(listed, config),
    ]
    terms, inconsistent = terms_across([by_id[r.id] for r in results if r.id in done], out)
    found += inconsistent
    off = set(config.rules.off)
    graded = [_graded(finding, config) for finding in found if finding.rule not in off]
    graded.sort(key=lambda f: (-f.severity.rank, f.rule, f.works))
    return tuple(graded), terms


def _graded(finding: BatchFinding, config: Config) -> BatchFinding:
    severity = config.rules.severity.get(finding.rule)
    return finding if severity is None else replace(finding, severity=Severity(severity))


def _duplicates(
    works: Mapping[str, Submission], out: Path, config: Config
) -> Iterator[BatchFinding]:
    prints = {name: found for name in works if (found := _prints(folder_of(out, name)))}
    for group in alike_works(prints):
        forms = [works[name].form for name in group.works]
        channels = {channel_of(form) for form in forms if form is not None} - {"none", "unclear"}
        parties = {party for form in forms if form is not None and (party := party_of(form))}
        apart = len(channels) > 1 or len(parties) > 1
        yield BatchFinding(
            rule="duplicate-work",
            severity=Severity.ERROR if apart else Severity.WARNING,
            works=group.works[:_NAMED],
            clause=category_config(config, works[group.works[0]]).clause("duplicate-work"),
            params={
                "variant": "channels" if len(channels) > 1 else "parties" if apart else "same",
                "kinds": list(group.kinds),
                "share": round(group.share, 3),
                "number": len(group.works),
            },
            evidence=_evidence(group),
        )


def _evidence(group: Alike) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {"kind": kind, "works": list(pair), "share": round(share, 3)}
        for pair, kind, share in group.pairs[:_NAMED]
    )


def _prints(folder: Path) -> Prints | None:
    try:
        found = msgspec.json.decode(read_at_most(folder / PRINTS, _MAX_BYTES), type=Prints)
    except (BilingualError, ValueError):
        return None
    return found if found.version == VERSION else None


def _by(works: Iterable[Submission], key: str) -> dict[tuple[str, ...], list[Submission]]:
    """The works by who submits them, of one channel."""
    found: dict[tuple[str, ...], list[Submission]] = defaultdict(list)
    for work in works:
        if work.form is not None and channel_of(work.form) == key:
            party = party_of(work.form)
            if party:
                found[party].append(work)
    return found


def _unit_quota(works: Sequence[Submission], config: Config) -> Iterator[BatchFinding]:
    for owned in _by(works, "unit").values():
        by_category: dict[str, list[Submission]] = defaultdict(list)
        for work in owned:
            by_category[work.category or config.category].append(work)
        for category, some in by_category.items():
            limit = config.profile.categories[category].unit_quota  # type: ignore[index]
            if limit is not None and len(some) > limit:
                unit = "" if some[0].form is None else (some[0].form.unit or "").strip()
                yield BatchFinding(
                    rule="unit-quota",
                    severity=Severity.ERROR,
                    works=tuple(work.id for work in some)[:_NAMED],
                    clause=category_config(config, some[0]).clause("unit-quota"),
                    params={
                        "unit": unit[:80],
                        "number": len(some),
                        "limit": limit,
                        "over": len(some) - limit,
                    },
                )


def _self_quota(works: Sequence[Submission], config: Config) -> Iterator[BatchFinding]:
    limit = config.profile.form.self_quota
    if limit is None:
        return
    for owned in _by(works, "self").values():
        if len(owned) > limit:
            yield BatchFinding(
                rule="self-quota",
                severity=Severity.ERROR,
                works=tuple(work.id for work in owned)[:_NAMED],
                clause=category_config(config, owned[0]).clause("self-quota"),
                params={"number": len(owned), "limit": limit, "over": len(owned) - limit},
            )


def _as_number(rank: str) -> str:
    """A rank as people write it (1, 01, １, 第1名, 一、) as its number; itself where it is none."""
    plain = unicodedata.normalize("NFKC", rank).translate(_FORMAL)
    found = read_numbers(plain, "zh") if len(plain) <= _LONGEST_RANK else ()
    if len(found) != 1 or found[0].value.denominator != 1:
        return rank
    (number,) = found
    around = plain[: number.start] + plain[number.end :]
    words = "".join(char for char in around if char.isalnum())
    return str(number.value) if _RANK.fullmatch(words) else rank


def _rank_order(works: Sequence[Submission], config: Config) -> Iterator[BatchFinding]:
    for owned in _by(works, "unit").values():
        ranks: dict[tuple[str, str], list[Submission]] = defaultdict(list)
        for work in owned:
            rank = "" if work.form is None else (work.form.rank or "").strip()
            if rank:
                ranks[work.category or config.category, _as_number(rank)].append(work)
        for (_, rank), some in ranks.items():
            if len(some) > 1:
                unit = "" if some[0].form is None else (some[0].form.unit or "").strip()
                yield BatchFinding(
                    rule="rank-order",
                    severity=Severity.WARNING,
                    works=tuple(work.id for work in some)[:_NAMED],
                    clause=category_config(config, some[0]).clause("rank-order"),
                    params={"unit": unit[:80], "rank": rank[:20], "number": len(some)},
                )
