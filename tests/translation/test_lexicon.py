from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bilingual.errors import ModelError
from bilingual.translation import lexicon as lexicons
from models.train.lexicon import RUN, read_pairs, read_sentences, train

PAIRS = [
    ("ཉི་མ་ཤར།", "太阳升起"),
    ("ཉི་མ་ནུབ།", "太阳落下"),
    ("ཟླ་བ་ཤར།", "月亮升起"),
    ("ཟླ་བ་ནུབ།", "月亮落下"),
    ("ཆུ་རྒྱུག", "水流动"),
    ("ཆུ་འཁོལ།", "水沸腾"),
]


def test_learns_what_goes_with_what() -> None:
    lexicon = train(PAIRS)
    assert lexicon.score("ཉི་མ་ནུབ།", "太阳落下") > lexicon.score("ཉི་མ་ནུབ།", "月亮升起")
    assert lexicon.score("ཉི་མ་ནུབ།", "水流动") < 0
    sun, moon = lexicon.zh.index["太阳"], lexicon.zh.index["月亮"]
    odds = lexicon.probabilities(np.array([sun, moon]), lexicon.bo_units("ཉི་མ"))
    assert odds[0].sum() > 5 * odds[1].sum()


def test_names_what_nothing_answers_to() -> None:
    text = "植物需要阳光和水。月亮绕着地球转。"
    found = lexicons.load().unanswered("རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།", text)
    named = " ".join(u.text for u in found)
    assert "月" in named
    assert "地球" in named
    assert all(u.start >= 9 for u in found)
    assert all(text[u.start : u.end] == u.text and 0 < u.surprise <= 1 for u in found)


def test_two_syllables_say_more_of_an_ending_than_one() -> None:
    ends = ["ཆུ་རྒྱུག་པ་རེད།", "ཉི་མ་ནུབ་པ་རེད།", "ཟླ་བ་ནུབ་པ་རེད།", "ང་ཚོ་འགྲོ་བ་རེད།"]
    goes_on = ["འདི་རེད་དེ་མ་ཤེས།", "དེ་རེད་ཟེར་བ་མང་།", "ཁྱེད་རེད་ཅེས་བཤད།"]
    lexicon = train(PAIRS, sentences=[*ends, *goes_on])
    assert lexicon.ending("ས་གཡོས་པ་རེད།") > lexicon.ending("དེ་རེད") > lexicon.ending("ས་གཡོས་པ")
    # Known alone, the last syllable decides; without any, nothing does.
    assert lexicon.ending("ཁྱི་རེད") == lexicon.endings["རེད"]
    assert lexicon.ending("ཁྱི") == lexicon.ending("123") == lexicon.ending("") == 0


def test_sentences_are_read_from_subtitles_and_from_rows(tmp_path: Path) -> None:
    srt, rows = tmp_path / "a.srt", tmp_path / "b.tsv"
    srt.write_text(
        "1\n00:00:01,000 --> 00:00:02,000\nཆུ་རྒྱུག\n\n2\n00:00:03,000 --> 00:00:04,000\n♪\n",
        encoding="utf-8",
    )
    long = "ཆུ་ནི་མཐོ་ས་ནས་དམའ་སར་རྒྱུག་པ་རེད།"
    # Rows of every other run, and only long ones.
    pairs = [(f"{long}{k}" if k % 2 else "ཆུ།", "水") for k in range(3 * RUN)]
    rows.write_text("bo\tzh\n" + "".join(f"{b}\t{z}\n" for b, z in pairs), encoding="utf-8")
    found = read_sentences([srt, rows])
    assert found[0] == "ཆུ་རྒྱུག"
    assert sorted(found[1:]) == sorted(b for b, _ in pairs[RUN : 2 * RUN] if b.startswith(long))


def test_empty_texts_say_nothing() -> None:
    lexicon = train(PAIRS)
    assert lexicon.score("", "太阳") == 0
    assert lexicon.score("ཉི་མ།", "") == 0
    assert lexicon.unanswered("", "") == ()
    with pytest.raises(ValueError, match="no pairs"):
        train([])


def test_the_file_says_the_same_and_is_the_same(tmp_path: Path) -> None:
    lexicon = train(PAIRS)
    lexicons.save(lexicon, tmp_path / "a.npz")
    lexicons.save(train(PAIRS), tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    again = lexicons.load(tmp_path / "a.npz")
    for bo, zh in PAIRS:
        assert again.score(bo, zh) == pytest.approx(lexicon.score(bo, zh), abs=0.05)


def test_damaged_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"no zip")
    with pytest.raises(ModelError, match="damaged"):
        lexicons.load(tmp_path / "x.npz")
    with pytest.raises(ModelError, match="damaged"):
        lexicons.load(tmp_path / "y.npz")


def test_sums_agree_with_the_dense_table() -> None:
    table = lexicons.load().to_zh
    sources = np.array([3, 17, 250, 4000])
    targets = np.arange(0, table.size, 7)
    dense = table.dense(sources, targets)
    assert dense.sum(0) == pytest.approx(table.total(sources)[targets], abs=1e-6)
    shuffled = targets[::-1].copy()
    assert (table.dense(sources, shuffled) == dense[:, ::-1]).all()


def test_the_embedded_lexicon_recognises_translations() -> None:
    lexicon = lexicons.load()
    pairs = [
        ("རྩི་ཤིང་ལ་ཉི་འོད་དང་ཆུ་དགོས།", "植物需要阳光和水。"),
        ("སློབ་མས་སློབ་གྲྭར་ཚན་རིག་སྦྱོང་།", "学生在学校里学习科学。"),
        ("ཟླ་བ་སའི་གོ་ལའི་མཐའ་ལ་འཁོར།", "月亮绕着地球转。"),
    ]
    for bo, zh in pairs:
        for other, _ in pairs:
            if other != bo:
                assert lexicon.score(bo, zh) > lexicon.score(other, zh) + 0.3


def test_pairs_with_and_without_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\tzh\tbo\n1\t水\tཆུ\n", encoding="utf-8")
    (tmp_path / "b.tsv").write_text("ཆུ\t水\nམེ\n", encoding="utf-8")
    assert read_pairs(tmp_path / "a.tsv") == read_pairs(tmp_path / "b.tsv") == [("ཆུ", "水")]
