"""The rules about reading a track, each at its edges."""

from __future__ import annotations

import pytest

from bilingual.config import Config
from bilingual.formats import read_track, read_tracks
from bilingual.model import Finding, Problem, Severity, Track
from bilingual.render.words import message
from tests.support import examined, track

ZH = (
    (1000, 3600, "地球绕着太阳转。"),
    (4000, 7400, "水在零度结成冰。"),
    (8000, 11000, "植物需要阳光和水。"),
)


def found(rule: str, one: Track, config: Config | None = None) -> list[Finding]:
    return [f for f in examined(zh=one, config=config).findings if f.rule == rule]


def test_a_sound_file_has_no_reading_finding() -> None:
    text = "1\n00:00:01,000 --> 00:00:03,600\n<i>水</i>，1949 年。\n\n"
    text += "2\n00:00:04,000 --> 00:00:07,000\n冰。\n"
    report = examined(zh=read_track(text.encode(), name="x.srt"))
    reading = "parse-problem encoding-assumed empty-cue hidden-character cue-order cue-overlap"
    ids = {*reading.split(), "cue-too-short", "cue-too-long", "cue-gap"}
    assert [f for f in report.findings if f.rule in ids] == []


def test_problems_are_grouped_by_code() -> None:
    block = "{n}\n00:00:{s:02}.000 --> 00:00:{e:02}.500\n水。\n"
    text = "\n".join(block.format(n=n, s=n * 2, e=n * 2 + 1) for n in range(1, 26))
    text += "\n26\n00:00:99,000 --> 00:01:40,000\n冰。\n"
    findings = found("parse-problem", read_track(text.encode(), name="x.srt"))
    lost, repaired = findings
    assert (lost.severity, lost.params["code"]) == (Severity.ERROR, "time-overflow")
    assert (repaired.severity, repaired.params["code"]) == (Severity.WARNING, "timing-separator")
    assert repaired.params["count"] == 25
    assert len(repaired.zh) == 25
    assert len(repaired.evidence) == 20
    assert repaired.params["lines"][:3] == [2, 6, 10]
    assert "00:00:99,000" in message(lost, "zh")
    assert "共 1 处" in message(lost, "zh")
    assert message(lost, "zh").startswith("x.srt：")  # which of the files it is


def test_a_missing_blank_line_is_shown_by_the_times_after_it() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n水。\n{}00:00:03,000 --> 00:00:04,000\n火。\n"
    for index in ("", "2\n"):
        problems = read_track(text.format(index).encode(), name="x.srt").problems
        (missing,) = (p for p in problems if p.code == "blank-line-missing")
        assert missing.params["text"] == "00:00:03,000 --> 00:00:04,000"


def test_an_unknown_code_is_shown() -> None:
    one = Track(cues=track("zh", ZH).cues, problems=(Problem(line=3, code="novel"),), language="zh")
    (finding,) = found("parse-problem", one)
    assert finding.severity is Severity.WARNING
    assert "novel" in message(finding, "en")


def test_encoding_assumed() -> None:
    text = "1\n00:00:01,000 --> 00:00:03,600\n地球绕着太阳转。\n"
    (one,) = read_tracks(text.encode("gb18030"), name="x.srt")
    (finding,) = found("encoding-assumed", one)
    assert finding.params == {"file": "x.srt", "encoding": "gb18030"}
    assert found("parse-problem", one) == []


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("\u200b", "marks-only"),
        ("水", None),
        ("♪", None),
        ("…", None),
    ],
)
def test_empty_cue(text: str, variant: str | None) -> None:
    one = track("zh", (*ZH, (12000, 14000, text)))
    assert [f.params["variant"] for f in found("empty-cue", one)] == ([variant] if variant else [])


@pytest.mark.parametrize(
    ("char", "severity"),
    [
        ("\u202e", Severity.WARNING),
        ("\x07", Severity.WARNING),
        ("\ufffd", Severity.WARNING),
        ("\ue000", Severity.WARNING),
        ("\u200b", Severity.INFO),
        ("\u3164", Severity.INFO),
    ],
)
def test_hidden_character(char: str, severity: Severity) -> None:
    one = track("zh", (*ZH, (12000, 14000, f"植{char}物{char}")))
    (finding,) = found("hidden-character", one)
    assert finding.severity is severity
    assert finding.params["characters"] == [f"U+{ord(char):04X}"]
    assert [(e.cue, e.start, e.end) for e in finding.evidence] == [(3, 1, 2), (3, 3, 4)]


def test_cue_order() -> None:
    one = track("zh", (ZH[0], ZH[2], ZH[1]))
    (finding,) = found("cue-order", one)
    assert (finding.zh, finding.params) == ((1, 2), {"cue": 3, "seconds": 4.0})
    assert found("cue-order", track("zh", ((0, 900, "a"), (0, 900, "b")))) == []


@pytest.mark.parametrize(
    ("end", "severity"),
    [(4000, None), (4001, Severity.INFO), (4499, Severity.INFO), (4500, Severity.WARNING)],
)
def test_cue_overlap(end: int, severity: Severity | None) -> None:
    one = track("zh", ((1000, end, "a"), *ZH[1:]))
    assert [f.severity for f in found("cue-overlap", one)] == ([severity] if severity else [])


def test_a_long_cue_overlaps_all_that_it_covers() -> None:
    one = track("zh", ((1000, 20000, "长"), *ZH[1:]))
    assert [f.zh for f in found("cue-overlap", one)] == [(0, 1), (0, 2)]


def test_overlap_with_places_on_screen_is_a_note() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:05.000 line:0\n水。\n\n00:02.000 --> 00:05.000\n冰。\n"
    (finding,) = found("cue-overlap", read_track(text.encode(), name="x.vtt"))
    assert finding.severity is Severity.INFO


@pytest.mark.parametrize(
    ("end", "severity"),
    [(833, None), (832, Severity.INFO), (1, Severity.INFO), (0, Severity.WARNING)],
)
def test_cue_too_short(end: int, severity: Severity | None) -> None:
    one = track("zh", ((0, end, "水"), *ZH))
    assert [f.severity for f in found("cue-too-short", one)] == ([severity] if severity else [])


def test_a_reversed_cue_is_an_error_of_parsing_and_is_not_called_an_overlap() -> None:
    text = "1\n00:00:09,000 --> 00:00:01,000\n水。\n\n2\n00:00:10,000 --> 00:00:12,000\n冰。\n"
    one = read_track(text.encode(), name="x.srt")
    (problem,) = found("parse-problem", one)
    assert problem.severity is Severity.ERROR
    assert found("cue-overlap", one) == []
    assert [f.severity for f in found("cue-too-short", one)] == [Severity.WARNING]


@pytest.mark.parametrize(("end", "number"), [(7000, 0), (7001, 1)])
def test_cue_too_long(end: int, number: int) -> None:
    assert len(found("cue-too-long", track("zh", ((0, end, "水"),)))) == number


@pytest.mark.parametrize(("gap", "number"), [(0, 0), (1, 1), (79, 1), (80, 0), (-50, 0)])
def test_cue_gap(gap: int, number: int) -> None:
    one = track("zh", ((0, 2000, "水"), (2000 + gap, 5000, "冰")))
    assert len(found("cue-gap", one)) == number


def test_thresholds_are_settings(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "c.toml"
    path.write_text("[quality]\nmin_cue_ms = 0\nmax_cue_ms = 2000\nmin_gap_ms = 500\n")
    config = Config.load(path)
    one = track("zh", ((0, 100, "水"), *ZH))
    assert found("cue-too-short", one, config) == []
    assert len(found("cue-too-long", one, config)) == 3
    assert len(found("cue-gap", one, config)) == 1


def test_a_transcript_is_not_held_to_them() -> None:
    one = track("zh", ((0, 100, ""), *ZH), source="transcript")
    rules = {f.rule for f in examined(zh=one).findings}
    assert not rules & {"empty-cue", "cue-too-short"}


def _bo(*texts: str, gap: int = 0) -> list[tuple[int, int, str]]:
    return [(3000 * n, 3000 * (n + 1) - gap, text) for n, text in enumerate(texts)]


def test_pauses_of_a_file_without_gaps_are_one_note() -> None:
    said = "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"
    texts = (said, "", said, "", "", said)
    empty = [f for f in examined(bo=track("bo", _bo(*texts))).findings if f.rule == "empty-cue"]
    assert [(f.severity, f.bo, f.params["variant"]) for f in empty] == [
        (Severity.INFO, (1, 3, 4), "pauses")
    ]
    # With gaps, text was forgotten.
    cues = _bo(*texts, gap=400)
    empty = [f for f in examined(bo=track("bo", cues)).findings if f.rule == "empty-cue"]
    assert [(f.severity, f.bo) for f in empty] == [(Severity.WARNING, (n,)) for n in (1, 3, 4)]


def test_a_title_that_stays_is_one_finding() -> None:
    cues = [(n * 3000, n * 3000 + 2500, text) for n, text in enumerate("日月星风雨雪山水")]
    with_title = track("zh", [(0, 24_000, "片名：太阳"), *cues])
    (finding,) = found("cue-overlap", with_title)
    assert (finding.severity, finding.zh) == (Severity.WARNING, tuple(range(9)))
    assert finding.params == {
        "variant": "lasting",
        "first": 1,
        "second": 2,
        "seconds": 24.0,
        "count": 8,
    }
    assert "8" in message(finding, "zh")
    # Two that overlap below it are found as ever, and a long sentence is no title.
    below = track("zh", [(0, 24_000, "片名：太阳"), (0, 4000, "日"), *cues[1:]])
    assert [f.params.get("variant") for f in found("cue-overlap", below)].count(None) == 1
    long = track("zh", [(0, 10_000, "片名：太阳"), *cues])
    assert {f.params.get("variant") for f in found("cue-overlap", long)} == {None}


def test_a_track_of_titles_has_none() -> None:
    """Each would be reported with all cues that come and go under it: the square of the track."""
    under = [(n * 3000, n * 3000 + 2500, f"第{n}句话。") for n in range(100)]
    many = track("zh", [*((n, 300_000, f"片名{n}") for n in range(60)), *under])
    hits = found("cue-overlap", many)
    assert {hit.params.get("variant") for hit in hits} == {None}
    assert sum(len(hit.zh) for hit in hits) <= 2 * len(many.cues)
