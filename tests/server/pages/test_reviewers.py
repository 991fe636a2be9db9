"""Whose review a page is given where several people review on one machine, or in an office."""

from __future__ import annotations

import pytest

from bilingual.server.records import SavedReview, own_review


def saved(n: int, caller: str, name: str) -> SavedReview:
    return SavedReview(n=n, work="w", caller=caller, name=name, at=0.0, sha256="", decisions=1)


@pytest.mark.parametrize(
    ("caller", "named", "expected"),
    [
        ("", None, 4),
        ("", "", 4),
        ("", "卓玛", 3),
        ("", "谁", None),
        ("office", "卓玛", 2),  # a token tells who it is
        ("office", None, 2),
        ("other", None, None),
    ],
)
def test_the_latest_of_the_one_who_asks(
    caller: str, named: str | None, expected: int | None
) -> None:
    newest_first = [
        saved(4, "", "李老师"),
        saved(3, "", "卓玛"),
        saved(2, "office", "李老师"),
        saved(1, "", "卓玛"),
    ]
    found = own_review(newest_first, caller, named)
    assert (None if found is None else found.n) == expected
