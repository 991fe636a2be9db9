"""Rounds of fixes keep what the first run knew, and ask nothing twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bilingual.fixes import fix_tracks
from bilingual.hidden import seen
from bilingual.model import Language
from bilingual.pipeline.verify import examine
from bilingual.translation.backends.base import Outcome, Score
from tests.fixes.test_fixing import BO, ZH, collected, srt
from tests.translation.test_backends import plugged


def test_a_backend_is_asked_once_about_a_text_however_many_rounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    runs: list[int] = []

    def answer(new: list[str]) -> list[float]:
        asked.extend(new)
        return [0.0] * len(new)

    def counting(pairs: Any, own: Any, tell: Any, answers: Any) -> Outcome:
        runs.append(len(pairs))
        answers.ask("plug", [p.bo for p in pairs], answer)
        return Outcome(scores={p.number: Score(value=0.0, nats=0.0) for p in pairs})

    dirty = ("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན་་།", BO[1], "ཟླ་བ་\u200bསའི་གོ་ལའི་མཐའ་ལ་འཁོར།", *BO[3:])
    files: dict[Language, bytes] = {"bo": srt(dirty).encode(), "zh": srt(ZH).encode()}
    work = collected(files)
    work.config = plugged(monkeypatch, counting)
    done = fix_tracks(work, examine(work), files=files)
    assert [cue.text for cue in done.tracks[0].track.cues] == list(BO)
    assert len(runs) > 2
    assert len(asked) == len(set(asked))
    assert {*(seen(text).text for text in dirty), *BO} <= set(asked)


def test_what_was_read_in_the_picture_is_still_known_after_the_fixes() -> None:
    files: dict[Language, bytes] = {
        "bo": srt(("ཉི་མ་་ནི་བརྟན་སྐར་ཞིག་ཡིན།", *BO[1:])).encode(),
        "zh": srt(ZH).encode(),
    }
    work = collected(files)
    seen = collected({"zh": srt((*ZH[:4], "动物需要空气和食物。")).encode()}).zh
    assert seen is not None
    work.burned_in = {"zh": replace(seen, source="burned-in", format=None, encoding=None)}
    first = examine(work)
    done = fix_tracks(work, first, files=files)
    assert done.tracks[0].changed
    before = [f.rule for f in first.findings if f.rule.startswith("burned-in")]
    assert before
    assert [one.finding.rule for one in done.left if one.finding.rule in before] == before
