"""Lists of works that break a quota or a ranking, and lists that keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bilingual.batch.across import findings_across
from bilingual.batch.model import Submission
from bilingual.config import Config
from bilingual.model import Form
from tests.bench.rules_run import Bench, Measured, keep
from tests.bench.rules_works import Tally

_UNIT: Final = "四川省科普中心"
_SPELLED: Final = ("四川省科普中心", " 四川省 科普中心", "四川省科普中心\u3000")
_PEOPLE: Final = ("扎西、卓玛", "卓玛、扎西", "扎西，卓玛", "扎西\n卓玛")


def _recommended(count: int, *, units: Sequence[str] = (_UNIT,)) -> list[Form]:
    return [
        Form(title=f"作品{n}", authors=f"作者{n}", channel="推荐", unit=units[n % len(units)], rank=str(n + 1))
        for n in range(count)
    ]  # fmt: skip


def _own(count: int, people: Sequence[str]) -> list[Form]:
    return [
        Form(title=f"作品{n}", authors=people[n % len(people)], channel="自荐", unit="")
        for n in range(count)
    ]


def _ranked(*ranks: str) -> list[Form]:
    return [
        Form(title=f"作品{n}", authors=f"作者{n}", channel="推荐", unit=_UNIT, rank=rank)
        for n, rank in enumerate(ranks)
    ]


WRONG: Final[Mapping[str, Mapping[str, list[Form]]]] = {
    "unit-quota": {
        "6 works": _recommended(6),
        "9 works": _recommended(9),
        "6 works, spaces in the unit's name": _recommended(6, units=_SPELLED),
        "6 works, the unit's name with and without 省": _recommended(
            6, units=(_UNIT, "四川科普中心")
        ),
    },
    "self-quota": {
        "2 works": _own(2, ["扎西"]),
        "4 works": _own(4, ["扎西"]),
        "2 works, the authors in another order": _own(2, _PEOPLE[:2]),
        "4 works, the authors with other marks between": _own(4, _PEOPLE),
        "2 works, one of them with another author": _own(2, ["扎西", "扎西、卓玛"]),
    },
    "rank-order": {
        "1, 1": _ranked("1", "1"),
        "1, 2, 3, 2": _ranked("1", "2", "3", "2"),
        "1 and 01": _ranked("1", "01"),
        "1 and １": _ranked("1", "１"),
        "1 and 第1": _ranked("1", "第1"),
        "1 and 一": _ranked("1", "一"),
        "11 and 第十一": _ranked("11", "第十一"),
        "1 and 1、": _ranked("1", "1、"),
        "1 and 第1部": _ranked("1", "第1部"),
    },
}
RIGHT: Final[Mapping[str, Mapping[str, list[Form]]]] = {
    "unit-quota": {
        "5 works": _recommended(5),
        "10 works of two units": _recommended(10, units=(_UNIT, "甘孜州科协")),
    },
    "self-quota": {
        "1 work each": _own(3, ["扎西", "卓玛", "达瓦"]),
        "recommended works": _recommended(3),
    },
    "rank-order": {
        "1, 2, 3": _ranked("1", "2", "3"),
        "1, 11, 第二十一": _ranked("1", "11", "第二十一"),
        "no ranks": _ranked("", ""),
    },
}


def is_found(rule: str, forms: Sequence[Form], bench: Bench) -> bool:
    """Whether a list of works with these forms gives a finding of a rule."""
    works = [Submission(id=f"w{n}", category="chinese", form=form) for n, form in enumerate(forms)]
    found, _ = findings_across(works, [], bench.scratch, Config.load(category="chinese"))
    return any(finding.rule == rule for finding in found)


def measure_lists(bench: Bench, measured: Measured) -> None:
    """Each list: is the quota or the ranking reported?"""
    for cases, rows, right in ((WRONG, measured.planted, False), (RIGHT, measured.right, True)):
        for rule in filter(bench.wants, cases):
            for name, forms in cases[rule].items():
                tally = Tally()
                tally.add(is_found(rule, forms, bench), name)
                keep(bench, rows, rule, name, tally, right=right)
