"""Between works: the same work twice, quotas, ranks, terms, and the overview."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.batch.across import findings_across
from bilingual.batch.alike import alike_works, candidates, shared_sound
from bilingual.batch.model import BatchFinding, Submission, WorkResult
from bilingual.batch.prints import (
    SAMPLE_RATE,
    VERSION,
    Prints,
    letters_of,
    picture_hash,
    prints_of,
    shingles,
    sound_hashes,
)
from bilingual.batch.rules import BATCH_RULES, batch_message
from bilingual.batch.state import PRINTS
from bilingual.batch.work import folder_of
from bilingual.config import Category, Config, RuleSettings
from bilingual.formats import read_tracks
from bilingual.model import Form
from tests.batch.works import BO, ZH, srt
from tests.support import examined, track

CONFIG = Config.load()
Samples = NDArray[np.float32]


@cache
def song(seed: int, seconds: float = 40) -> Samples:
    """Sound that changes all the time: chords of a few tones over noise."""
    chance = np.random.default_rng(seed)
    rate = SAMPLE_RATE
    whole = np.zeros(int(seconds * rate), np.float32)
    at = 0
    while at < len(whole):
        length = int(chance.uniform(0.08, 0.35) * rate)
        time = np.arange(min(length, len(whole) - at)) / rate
        fade = np.exp(-6 * time)
        for tone in chance.uniform(350, 3000, 3):
            whole[at : at + len(time)] += (
                chance.uniform(0.1, 0.3) * fade * np.sin(2 * np.pi * tone * time)
            )
        at += length
    whole += chance.normal(0, 0.002, len(whole)).astype(np.float32)
    return whole


def prints(samples: Samples) -> Prints:
    found = sound_hashes(samples)
    assert found is not None
    return Prints(sound=tuple(map(int, found[0])), sound_at=tuple(map(int, found[1])))


def resampled(samples: Samples, rate: float) -> Samples:
    places = np.arange(0, len(samples) - 1, rate)
    found: Samples = np.interp(places, np.arange(len(samples)), samples).astype(np.float32)
    return found


def worsened(samples: Samples) -> Samples:
    """As a poor codec leaves it: fewer levels, some noise, other loudness."""
    noise = np.random.default_rng(9).normal(0, 0.005, len(samples))
    coarse: Samples = (np.round(samples * 60) / 60 * 0.5 + noise).astype(np.float32)
    return coarse


@pytest.mark.parametrize(
    "change",
    [
        worsened,
        lambda s: s[5 * SAMPLE_RATE :],
        lambda s: resampled(s, 1.01),
        lambda s: resampled(s, 0.99),
        lambda s: np.concatenate([song(77, 12), s]),
        lambda s: worsened(resampled(s[5 * SAMPLE_RATE :], 1.01)),
    ],
    ids=["codec", "trimmed", "faster", "slower", "opening", "all"],
)
def test_the_same_sound_is_known_again(change: Any) -> None:
    works = {f"w{n}": prints(song(n)) for n in range(6)}
    works["again"] = prints(change(song(3)))
    (found,) = alike_works(works)
    assert found.works == ("w3", "again")
    assert found.kinds == ("sound",)
    assert found.share > 0.5


def test_a_common_opening_makes_no_work_the_same() -> None:
    jingle = song(99, 10)
    works = {f"w{n}": prints(np.concatenate([jingle, song(n)])) for n in range(4)}
    assert alike_works(works) == []


def test_silence_and_a_single_tone_have_no_fingerprint_that_others_share() -> None:
    tone = np.sin(np.arange(60 * SAMPLE_RATE) / 3).astype(np.float32)
    works = {}
    for name, sound in {"a": tone, "b": tone * 0.5, "c": np.zeros(60 * SAMPLE_RATE)}.items():
        found = sound_hashes(sound.astype(np.float32))
        works[name] = Prints(sound=() if found is None else tuple(map(int, found[0])))
    assert alike_works(works) == []
    assert sound_hashes(np.zeros(10, np.float32)) is None


def test_candidates_pass_over_what_many_have() -> None:
    common = np.arange(100, dtype=np.uint32)
    own = [np.arange(1000 * n, 1000 * n + 50, dtype=np.uint32) for n in range(1, 30)]
    works = [np.concatenate([common, mine]) for mine in own]
    works.append(np.concatenate([common, own[4]]))
    assert candidates(works) == [(4, 29)]
    assert candidates([]) == []
    times = np.arange(50, dtype=np.float32)
    assert shared_sound(own[0], times, own[1], times) == 0.0


def text_prints(zh: list[str], style: str = "{}", shift: int = 0) -> Prints:
    file = srt([style.format(line) for line in zh], shift).encode()
    return prints_of(examined(zh=read_tracks(file, name="zh.srt")[0]), None, CONFIG)


def test_subtitles_in_another_style_and_time_are_known_again() -> None:
    pytest.importorskip("rensa")
    works = {
        "a": text_prints(list(ZH)),
        "b": text_prints(list(ZH), "<i>{}</i>", 700),
        "c": text_prints([*ZH[2:], "月亮绕着地球转。"]),
        "d": text_prints([f"第{n}种动物住在高山草地的{n * 7}号洞里" for n in range(10)]),
    }
    (found,) = alike_works(works)
    assert found.works == ("a", "b", "c")
    assert found.kinds == ("text",)


@pytest.mark.parametrize("changed", [0, 4, 8, 30])
def test_how_much_texts_share_is_estimated(changed: int) -> None:
    """By the fingerprints alone, to within a tenth of their Jaccard similarity; whether they are
    as like as is asked for is found for every one of twenty works that differ by so much.
    """
    pytest.importorskip("rensa")
    chance = np.random.default_rng(changed)
    for _ in range(20):
        letters = [chr(int(c)) for c in chance.integers(0x4E00, 0x9FA5, 400)]
        other = list(letters)
        for place in chance.integers(0, 400, changed):
            other[place] = chr(int(chance.integers(0x4E00, 0x9FA5)))
        texts = ["".join(letters), "".join(other)]
        first, second = (set(shingles(text)) for text in texts)
        shared = len(first & second) / len(first | second)
        one, two = (text_prints([text]) for text in texts)
        estimate = np.mean(np.equal(one.text["zh"], two.text["zh"]))
        assert abs(estimate - shared) < 0.15
        assert bool(alike_works({"a": one, "b": two})) == (estimate >= 0.6)


def test_prints_of_another_version_are_not_compared(tmp_path: Path) -> None:
    """They are made by other means: nothing is found by them, right or wrong."""
    works = [work(name) for name in ("a", "b")]
    results = [WorkResult(id=w.id, state="done") for w in works]
    for version, expected in ((VERSION, ["duplicate-work"]), (VERSION - 1, [])):
        for name in ("a", "b"):
            path = folder_of(tmp_path, name) / PRINTS
            path.parent.mkdir(parents=True, exist_ok=True)
            same = Prints(version=version, files={"video": "00"})
            path.write_bytes(msgspec.json.encode(same))
        found, _ = findings_across(works, results, tmp_path, CONFIG)
        assert [one.rule for one in found if one.rule == "duplicate-work"] == expected


def test_short_subtitles_are_not_compared() -> None:
    assert alike_works({"a": text_prints(["太阳"]), "b": text_prints(["太阳"])}) == []


def test_letters_alone_count() -> None:
    one = read_tracks(srt([f"<b>{BO[0]}</b>", BO[1]]).encode(), name="bo.srt")[0]
    other = track("bo", [(0, 500, BO[0][:9]), (500, 1000, BO[0][9:] + "\n" + BO[1])])
    assert letters_of(one) == letters_of(other) != ""


def test_pictures() -> None:
    chance = np.random.default_rng(1)
    films = [
        [int(value) for value in chance.integers(0, 2**63, 10, dtype=np.uint64)] for _ in range(4)
    ]
    flipped = [picture ^ (1 << 5) ^ (1 << 40) for picture in films[2][1:]]
    still = [films[0][0]] * 10
    works = {
        f"w{n}": Prints(pictures=tuple(f"{p:016x}" for p in film))
        for n, film in enumerate([*films, flipped, still, still])
    }
    (found,) = alike_works(works)
    assert found.works == ("w2", "w4")
    assert found.kinds == ("picture",)


def test_a_picture_is_hashed_as_imagehash_does() -> None:
    """What ImageHash 4.3.2 (``phash``) said of the same pictures."""
    y, x = np.mgrid[0:32, 0:32].astype(np.float64)
    patches = 60 + 90 * np.exp(-((x - 8) ** 2 + (y - 10) ** 2) / 30)
    patches += 100 * np.exp(-((x - 22) ** 2 + (y - 19) ** 2) / 60)
    rings = 128 + 100 * np.sin((x - 9) ** 2 / 40 + (y - 20) ** 2 / 25)
    noise = np.random.default_rng(7).integers(0, 256, (32, 32))
    assert picture_hash(rings.astype(np.uint8)) == "cd3232cd22c63bcd"
    assert picture_hash(noise.astype(np.uint8)) == "94b0f736706c4ef0"
    assert picture_hash(patches.astype(np.uint8)) == "91636e1c3ce3c3c3"


# Quotas and ranks


def work(name: str, category: Category = "bilingual", **form: str) -> Submission:
    return Submission(id=name, zh="x", category=category, form=Form(**form))  # type: ignore[arg-type]


def across(works: list[Submission], config: Config = CONFIG) -> list[BatchFinding]:
    results = [WorkResult(id=w.id, state="failed") for w in works]
    return list(findings_across(works, results, Path("/nowhere"), config)[0])


def test_a_unit_recommends_five_of_the_chinese_category() -> None:
    some = [work(f"c{n}", "chinese", unit="科技 局", channel="推荐") for n in range(6)]
    (found,) = across(some)
    assert (found.rule, found.severity) == ("unit-quota", "error")
    assert (found.params["number"], found.params["limit"], found.params["over"]) == (6, 5, 1)
    assert across(some[:5]) == []
    assert across([work(f"b{n}", unit="科技局", channel="推荐") for n in range(9)]) == []
    mixed = [*some[:5], work("x", "bilingual", unit="科技局", channel="推荐")]
    assert across(mixed) == []


def test_a_party_nominates_itself_once() -> None:
    one = work("a", channel="自荐", authors="扎西、卓玛")
    two = work("b", channel="自荐", authors="卓玛、 扎西")
    other = work("c", channel="自荐", authors="扎西、平措")
    (found,) = across([one, two, other])
    assert (found.rule, found.works) == ("self-quota", ("a", "b"))
    assert "扎西" not in batch_message(found, "zh")


def test_two_works_of_one_rank() -> None:
    some = [
        work("a", unit="甲", channel="推荐", rank="1"),
        work("b", unit="甲", channel="推荐", rank="01"),
        work("c", unit="乙", channel="推荐", rank="1"),
        work("d", "chinese", unit="甲", channel="推荐", rank="1"),
    ]
    (found,) = across(some)
    assert (found.rule, found.works) == ("rank-order", ("a", "b"))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1", "１", True),
        ("1", "第1名", True),
        ("1", "一", True),
        ("第二", "2", True),
        ("No.3", "3", True),
        ("第十一", "11", True),
        ("十一", "１１", True),
        ("二十名", "20", True),
        ("1、", "1", True),
        ("1.", "（一）", True),
        ("①", "1", True),
        ("第1部", "1", True),
        ("第一件作品", "1", True),
        ("三号", "3", True),
        ("壹", "1", True),
        ("༡", "1", True),
        ("A1", "B1", False),
        ("1.5", "1", False),
        ("第十一", "十", False),
        ("1-2", "1", False),
        ("1", "11", False),
        ("十", "1", False),
        ("甲", "乙", False),
        ("a", "a", True),
    ],
)
def test_a_rank_is_one_number_however_it_is_written(one: str, other: str, same: bool) -> None:
    some = [
        work(name, unit="甲", channel="推荐", rank=rank)
        for name, rank in (("a", one), ("b", other))
    ]
    assert [found.rule for found in across(some)] == ["rank-order"] * same


def test_rules_across_works_can_be_switched_off_and_graded() -> None:
    import msgspec

    some = [work(n, unit="甲", channel="推荐", rank="1") for n in "ab"]
    off = msgspec.structs.replace(CONFIG, rules=RuleSettings(off=("rank-order",)))
    assert across(some, off) == []
    graded = msgspec.structs.replace(CONFIG, rules=RuleSettings(severity={"rank-order": "error"}))
    assert across(some, graded)[0].severity == "error"


@pytest.mark.parametrize("rule", BATCH_RULES.values(), ids=lambda r: r.id)
def test_every_rule_has_words(rule: Any) -> None:
    for words in (rule.title, rule.message, rule.remedy, rule.limits, *rule.messages.values()):
        assert words.zh
        assert words.en


def test_the_same_files_are_one_group_however_they_are_linked() -> None:
    """One film in three works, and the sound of a fourth in two of them."""
    video = Prints(files={"video": "a" * 64})
    both = msgspec.structs.replace(prints(song(3)), files={"video": "a" * 64})
    works = {"a": video, "b": prints(song(3)), "c": video, "d": both, "e": prints(song(4))}
    (found,) = alike_works(works)
    assert found.works == ("a", "b", "c", "d")
    assert found.kinds == ("video", "sound")
    assert {pair for pair, kind, _ in found.pairs if kind == "video"} == {("a", "c"), ("a", "d")}
    assert {pair for pair, kind, _ in found.pairs if kind == "sound"} == {("b", "d")}


def test_pictures_that_a_few_works_share_make_them_no_group() -> None:
    chance = np.random.default_rng(1)
    hashes = [f"{int(n):016x}" for n in chance.integers(1, 2**62, 60)]
    works = {"a": Prints(pictures=tuple(hashes[:30])), "b": Prints(pictures=tuple(hashes[20:50]))}
    assert alike_works(works) == []
    works["c"] = Prints(pictures=tuple(hashes[:28]))
    (found,) = alike_works(works)
    assert (found.works, found.kinds) == (("a", "c"), ("picture",))
