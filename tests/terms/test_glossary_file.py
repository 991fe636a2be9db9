"""A user's own glossary: sloppy files are read, bad lines reported, entries added whole."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.errors import InputError
from bilingual.terms.glossary_adding import add_entry
from bilingual.terms.glossary_file import FATAL, MAX_CELL, Entry, parse_glossary, read_glossary
from bilingual.terms.own_terms import own_terms
from bilingual.translation.glossary import load

HEADER = "zh\tbo\tvariants\tfield\tattested\n"
EARTH = "地球\tསའི་གོ་ལ\tའཛམ་གླིང\tastronomy\t\n"
DOCTOR = "医生\tསྨན་པ\t\tmedicine\twiktionary\n"


def codes(text: str) -> list[tuple[int | None, str]]:
    return [(p.line, p.code) for p in parse_glossary(text.encode(), "g.tsv").problems]


def test_a_plain_file() -> None:
    file = parse_glossary((HEADER + EARTH + DOCTOR).encode(), "g.tsv")
    assert file.problems == ()
    assert file.entries[0] == Entry(zh="地球", bo=("སའི་གོ་ལ", "འཛམ་གླིང"), field="astronomy", line=2)
    assert file.entries[1].attested == ("wiktionary",)
    assert [t.attested for t in file.terms()] == [("g.tsv",), ("g.tsv",)]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + "zh,bo\r\n地球,སའི་གོ་ལ།\r\n医生, སྨན་པ་\r\n".encode(),
        b"\xff\xfe" + "zh\tbo\n地球\tསའི་གོ་ལ\n医生\tསྨན་པ\n".encode("utf-16-le"),
        b"\xfe\xff" + "bo\tzh\nསའི་གོ་ལ\t地球\nསྨན་པ\t医生".encode("utf-16-be"),
        '藏文,中文\n"སའི་གོ་ལ","地球"\n# 说明\n\nསྨན་པ,医生'.encode(),
        "སའི་གོ་ལ\t地球\nསྨན་པ\t医生\n".encode(),
        "地球,སའི་གོ་ལ\r医生,སྨན་པ\r".encode(),
    ],
    ids=["csv-bom-crlf", "utf16le", "utf16be-swapped", "quoted-comments", "headerless", "cr"],
)
def test_however_it_was_saved(data: bytes) -> None:
    file = parse_glossary(data, "g.csv")
    assert [(e.zh, e.bo) for e in file.entries] == [("地球", ("སའི་གོ་ལ",)), ("医生", ("སྨན་པ",))]
    assert not [p for p in file.problems if p.code != "term-header-missing"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("地球\t\t\t\t", "term-empty-side"),
        ("\tསའི་གོ་ལ\t\t\t", "term-empty-side"),
        ("地球\t་།\t\t\t", "term-empty-side"),
        ("地球", "term-empty-side"),
        ("地球\tearth\t\t\t", "term-wrong-script"),
        ("earth\tསའི་གོ་ལ\t\t\t", "term-wrong-script"),
        ("地球\tསའི་地གོ་ལ\t\t\t", "term-wrong-script"),
        ("地" * (MAX_CELL + 1) + "\tས\t\t\t", "term-too-long"),
        ("地球\tསའི་\x00གོ་ལ\t\t\t", "term-control-character"),
        ("地球\tསའི་གོ་ལ\t\t\t\textra", "term-extra-cells"),
        ("X射线\tའོད\t\t\t", "term-not-han"),
        ("地球\tསའིི་གོ་ལ\t\t\t", "term-syllable"),
    ],
)
def test_a_line_that_is_amiss(line: str, code: str) -> None:
    assert (3, code) in codes(HEADER + DOCTOR + line + "\n")
    file = parse_glossary((HEADER + DOCTOR + line + "\n").encode(), "g.tsv")
    assert len(file.entries) == (1 if code in FATAL else 2)


def test_between_lines() -> None:
    text = HEADER + EARTH + DOCTOR + EARTH + "医生\tཨེམ་ཆི\t\t\t\n世界\tསའི་གོ་ལ\t\t\t\n"
    assert codes(text) == [(4, "term-duplicate"), (5, "term-conflict"), (6, "term-shared")]
    # The first line's form is the standard one, those of later lines accepted too.
    terms = {t.zh: t.bo for t in parse_glossary(text.encode(), "g.tsv").terms()}
    assert terms["医生"] == ("སྨན་པ", "ཨེམ་ཆི")


def test_an_open_quote_spoils_its_line_only() -> None:
    text = 'zh,bo\n地球,"སའི་གོ་ལ\n医生,སྨན་པ\n'
    file = parse_glossary(text.encode(), "g.csv")
    assert [p.code for p in file.problems] == ["term-line-unreadable"]
    assert [e.zh for e in file.entries] == ["医生"]


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"a,b\nc,d\n", "Line 1"),
        (b"\n\n# nothing\n", "Line 1"),
        ("zh,bo\n地球,".encode() + b"\xff\xfe\xfa", "line 2"),
    ],
)
def test_files_that_are_none(data: bytes, match: str) -> None:
    with pytest.raises(InputError, match=match):
        parse_glossary(data, "g.csv")


@given(st.binary(max_size=300))
def test_no_foreign_errors(data: bytes) -> None:
    with suppress(InputError):
        assert parse_glossary(data, "g.tsv").columns


@given(st.lists(st.text(max_size=12), min_size=2, max_size=6))
def test_every_line_is_an_entry_or_a_problem(cells: list[str]) -> None:
    line = "\t".join(c.replace("\n", "").replace("\r", "") for c in cells)
    file = parse_glossary((HEADER + line + "\n").encode("utf-8", "replace"), "g.tsv")
    accounted = {p.line for p in file.problems if p.code in FATAL} | {e.line for e in file.entries}
    assert accounted == ({2} if line.strip() and not line.startswith("#") else set())


def test_adding_keeps_the_rest_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    before = b"\xef\xbb\xbf" + '# 说明\r\n藏文,中文,备注\r\nསྨན་པ,医生,"a, b"'.encode()
    path.write_bytes(before)
    path.chmod(0o640)
    after = add_entry(path, Entry(zh="地球", bo=("སའི་གོ་ལ",)))
    assert [e.zh for e in after.entries] == ["医生", "地球"]
    assert path.read_bytes() == before + "\r\nསའི་གོ་ལ,地球,\r\n".encode()
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_adding_begins_a_file_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    add_entry(path, Entry(zh="医生", bo=("སྨན་པ",), field="medicine"))
    with pytest.raises(InputError, match="already has “医生”"):
        add_entry(path, Entry(zh="医生", bo=("ཨེམ་ཆི",)))
    add_entry(path, Entry(zh="医生", bo=("ཨེམ་ཆི", "སྨན་པ")), replace=True)
    assert (
        path.read_text(encoding="utf-8")
        == "zh\tbo\tvariants\tfield\tattested\n医生\tཨེམ་ཆི\tསྨན་པ\t\t\n"
    )


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry(zh="", bo=("ས",)), "term-empty-side"),
        (Entry(zh="地球", bo=()), "term-empty-side"),
        (Entry(zh="地球", bo=("earth",)), "term-wrong-script"),
        (Entry(zh="地球", bo=("སའིི་གོ་ལ",)), "term-syllable"),
        (Entry(zh="地球", bo=("ས",), field="a\tb"), "term-control-character"),
        (Entry(zh="地球", bo=("ས",), field="a" * 500), "term-too-long"),
    ],
)
def test_what_is_no_entry_is_not_added(tmp_path: Path, entry: Entry, code: str) -> None:
    path = tmp_path / "g.tsv"
    with pytest.raises(InputError) as caught:
        add_entry(path, entry)
    assert caught.value.params["problem"] == code
    assert not path.exists()


def test_many_may_add_at_once(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    words = [f"词{c}" for c in "一二三四五六七八九十"]
    threads = [
        threading.Thread(target=add_entry, args=(path, Entry(zh=w, bo=("ཚིག",)))) for w in words
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.zh for e in read_glossary(path).entries) == sorted(words)


def test_own_terms_win_over_the_embedded_ones(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(HEADER + "医生\tཨེམ་ཆི\t\t\t\n", encoding="utf-8")
    own = own_terms([path])
    assert own is not None
    merged = {t.zh: t for t in own.merged.terms}
    assert merged["医生"].bo == ("ཨེམ་ཆི",)
    assert len(merged) >= len(load())
    assert [(s.name, s.sha256) for s in own.sources] == [
        ("glossary:own.tsv", read_glossary(path).sha256)
    ]
    assert own_terms([]) is None


def test_a_malformed_one_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    path.write_text(HEADER + EARTH + "医生\t\t\t\t\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"Line 3 .*the column bo is empty"):
        own_terms([path])
