"""Readers of our own files: whatever is done to one, one error of ours or a result.

`python -m tests.bench.bench_readers` tries 5,000 mutations of each.
"""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from pathlib import Path

import pytest

from bilingual.config import Config
from bilingual.errors import BilingualError, ConfigError, InputError
from bilingual.fixes.sheet import read_sheet
from bilingual.model import Report, codec
from bilingual.model.codec import MAX_NUMBER
from bilingual.render.annex import Annex, check_annex, parse_report, read_report
from bilingual.render.review import load_review, parse_review
from bilingual.terms.glossary_file import read_glossary
from tests.bench.mutations import mutated, mutated_json, mutated_zip
from tests.bench.readers import faults, readers
from tests.render.annex_support import document

NAMES = (
    "report",
    "review",
    "review-1",
    "annex",
    "sheet-csv",
    "sheet-xlsx",
    "glossary",
    "settings",
    "form-json",
    "form-toml",
    "table-csv",
    "table-xlsx",
    "table-json",
)


def test_every_reader_is_tried(tmp_path: Path) -> None:
    assert tuple(readers(tmp_path)) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_mutations_raise_nothing_foreign(name: str, tmp_path: Path) -> None:
    reader = readers(tmp_path)[name]
    reader.read(reader.sound)
    found, refused = faults(name, reader, 120, 7)
    assert found == []
    assert 0 < refused < 120  # some are let through, some are not: both paths are tried


def test_mutations_are_the_same_every_time() -> None:
    data = json.dumps(document()).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/worksheets/sheet1.xml", "<a/>")
    for change, sound in ((mutated, b"abc\n"), (mutated_json, data), (mutated_zip, out.getvalue())):
        one, other = (change(sound, random.Random(k)) for k in (1, 2))
        assert one != other
        assert change(sound, random.Random(2)) != sound


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (10**400, "$.measures[0].numerator"),
        (-(10**30), "$.measures[0].numerator"),
        (MAX_NUMBER + 1, "$.measures[0].numerator"),
        (1e300, "$.measures[0].value"),
    ],
)
def test_a_number_without_bounds_is_refused_with_its_place(value: float, place: str) -> None:
    report = document()
    report["measures"][0][place.rpartition(".")[2]] = value
    with pytest.raises(InputError) as caught:
        parse_report(json.dumps(report).encode())
    assert caught.value.code == "report-invalid"
    assert f"`{place}`" in caught.value.params["detail"]


@pytest.mark.parametrize("many", ["[],", "0,", "{},"])
def test_values_are_counted_before_they_are_read(
    many: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """180 MB of ``[],`` took 7 GB."""
    monkeypatch.setattr(codec, "MAX_VALUES", 20_000)
    crowded = f"[{many * 20_000}0]"
    report = json.dumps(document()).replace('"params": {}', f'"params": {{"x": {crowded}}}', 1)
    assert crowded in report
    parse_report(json.dumps(document()).encode())
    for read in (parse_report, Report.from_json, parse_review, Annex.from_json):
        with pytest.raises(InputError, match="20000 values"):
            read(report.encode())


@pytest.mark.parametrize("rate", [0, 5e-324, -1, 1e9])
def test_a_rate_that_no_clock_has(rate: float) -> None:
    report = document()
    report["alignment"]["rate"] = rate
    with pytest.raises(InputError, match=r"\$\.alignment\.rate"):
        parse_report(json.dumps(report).encode())


@pytest.mark.parametrize("text", ["a = " + "[" * 20_000, "a" + ".a" * 20_000 + " = 1", "a = nan"])
def test_settings_that_are_nested_without_end(text: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(ConfigError):
        Config.load(path)


def test_holes_of_thirty_gigabytes(tmp_path: Path) -> None:
    """Nothing is read beyond its bound, whatever the file's size says."""
    path = tmp_path / "hole"
    path.touch()
    os.truncate(path, 30 * 1024**3)
    for read in (read_report, load_review, read_sheet, read_glossary, check_annex, Config.load):
        with pytest.raises(BilingualError):
            read(path)


@pytest.mark.parametrize(
    "data",
    [
        b"zh_cue,zh_text,zh_corrected\n1," + b"a" * 10_000_000,
        b'zh_cue,zh_text,zh_corrected\n1,"' + b"a\n" * 4_000_000,
        b"zh_cue,zh_text,zh_corrected\n" + b"1,a,b\n" * 300_000,
        b"," * 5_000_000,
        b"\xff\xfe" + b"\x00\xd8" * 1000,
    ],
    ids=["cell", "quote", "rows", "columns", "surrogates"],
)
def test_sheets_without_bounds(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(data)
    with pytest.raises(InputError):
        read_sheet(path)


@pytest.mark.parametrize("kind", ["bomb", "parts", "entities", "utf16"])
def test_workbooks_that_unpack_without_end(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.xlsx"
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    parts = {
        "bomb": {"xl/worksheets/sheet1.xml": b" " * 200_000_000},
        "parts": {f"{k}.xml": b"<a/>" for k in range(500)},
        "entities": {"xl/workbook.xml": laughs.encode()},
        "utf16": {"xl/workbook.xml": laughs.encode("utf-16")},
    }[kind]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    with pytest.raises(InputError):
        read_sheet(path)


def test_a_glossary_of_a_million_rows(tmp_path: Path) -> None:
    path = tmp_path / "glossary.tsv"
    path.write_text("zh\tbo\n" + "太阳\tཉི་མ\n" * 1_000_000)
    with pytest.raises(InputError):
        read_glossary(path)


@pytest.mark.parametrize(
    "text",
    [
        '{"schema":"bilingual.review/1","report_sha256":"x","items":[{"finding":'
        + "9" * 5000
        + "}]}",
        '{"schema":"bilingual.review/1","report_sha256":"x","cues":[{"state":"wrong","zh":[1e999]}]}',
        '{"schema":"bilingual.review/1","report_sha256":"\\ud800"}',
        '{"schema":"bilingual.review/2","work":"\\ud800"}',
        '{"schema":"bilingual.review/2","cues":[{"state":"wrong"}]}',
        '{"schema":"bilingual.review/2","cues":[{"key":"","state":"wrong"}]}',
        '{"schema":"bilingual.review/2","cues":{"key":"k","state":"wrong"}}',
        '{"schema":"bilingual.review/2","points":[{"key":"k","state":"perhaps"}]}',
        '{"schema":"bilingual.review/2","reviewer":{"name":"' + "a" * 201 + '"}}',
        '{"schema":"bilingual.review/2","findings":[' + "{}," * 60_000 + "{}]}",
        '{"schema":"bilingual.review/2","more":' + "[" * 100 + "]" * 100 + "}",
        '{"schema":"bilingual.review/2","more":1e300}',
        '{"schema":"bilingual.review/3"}',
        "[" * 100_000,
        "NaN",
    ],
)
def test_reviews_that_are_none(text: str) -> None:
    with pytest.raises(InputError):
        parse_review(text.encode())


@pytest.mark.parametrize("name", ["report", "review", "review-1", "annex", "form-json"])
@pytest.mark.parametrize("again", ["first", "last", "escaped"])
def test_a_key_that_comes_twice(name: str, again: str, tmp_path: Path) -> None:
    """Of two values one reader takes the first, another the last."""
    reader = readers(tmp_path)[name]
    document = json.loads(reader.sound)
    key = next(k for k in ("verdict", "reviewer", "title", "微视频名称") if k in document)
    pair = json.dumps(key), json.dumps(document[key], ensure_ascii=False)
    if again == "escaped":
        pair = '"' + "".join(f"\\u{ord(c):04x}" for c in key) + '"', pair[1]
    text = json.dumps(document, ensure_ascii=False)
    first = f"{{{': '.join(pair)}, {text[1:]}"
    last = f"{text[:-1]}, {': '.join(pair)}}}"
    with pytest.raises(InputError) as caught:
        reader.read((first if again == "first" else last).encode())
    assert caught.value.code in (f"{name.removesuffix('-1')}-invalid", "form-twice")
    if name != "form-json":
        assert f"'{key}' comes twice" in caught.value.params["detail"]


def test_a_key_that_comes_twice_far_within() -> None:
    report = json.dumps(document())
    text = report.replace('"severity": ', '"severity": "info", "severity": ', 1)
    assert text != report
    with pytest.raises(InputError, match="'severity' comes twice"):
        parse_report(text.encode())
