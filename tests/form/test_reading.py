"""Forms in files; what is personal in them comes out nowhere."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

import bilingual
from bilingual.cli import run
from bilingual.errors import InputError
from bilingual.form import load_form
from bilingual.model import Form
from tests.support import assert_valid

ZH = "1\n00:00:01,000 --> 00:00:03,000\n太阳从东方升起。\n"
PLANTED = {
    "联系人": "索朗多吉甲",
    "手机号": "13987654321",
    "联系地址": "拉萨市城关区虚构路77号",
    "电子邮箱": "suolang.plant@example.org",
    "身份证号": "540102199001011234",
    "统一社会信用代码": "91540100MA6T1AAB2C",
    "contact": "卓嘎乙乙",
    "phone": "0891-7654321",
    "email": "second.plant@example.org",
    "id_number": "540102880101123",
}


def form_file(folder: Path, text: str, name: str = "form.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_toml_and_json_are_the_same_form(tmp_path: Path) -> None:
    (tmp_path / "p.pdf").write_bytes(b"%PDF-1.7 ...")
    toml = form_file(
        tmp_path,
        'title = "认识太阳"\nfirst_broadcast = 2023-05-01\nauthors = ["扎西", "卓玛"]\n'
        'rank = 3\npledge = "p.pdf"\n',
    )
    as_json = {
        "微视频名称": "认识太阳",
        "首次播出时间": "2023-05-01",
        "主创人员（或单位）": "扎西、卓玛",
        "排序": 3,
        "承诺书扫描件": "p.pdf",
        "备注": None,
    }
    other = form_file(tmp_path, json.dumps(as_json), "form.json")
    wanted = Form(
        title="认识太阳",
        first_broadcast="2023-05-01",
        authors="扎西、卓玛",
        rank="3",
        pledge="p.pdf",
        pledge_kind="pdf",
    )
    assert load_form(toml) == wanted
    assert load_form(other) == Form(**{**_fields(wanted), "unknown": ("备注",)})  # type: ignore[arg-type]


def _fields(form: Form) -> dict[str, object]:
    from dataclasses import fields

    return {f.name: getattr(form, f.name) for f in fields(form)}


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.4", "pdf"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture"),
        (b"\0\0\0\x18ftypheic", "picture"),
        (b"\0\0\0\x18ftypisom", "other"),
        (b"PK\x03\x04 a docx", "other"),
        (b"", "empty"),
        (None, "missing"),
    ],
)
def test_the_pledge_is_looked_for(tmp_path: Path, data: bytes | None, kind: str) -> None:
    if data is not None:
        (tmp_path / "scan").write_bytes(data)
    assert load_form(form_file(tmp_path, 'pledge = "scan"\n')).pledge_kind == kind


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("{", "f.json", "form-invalid"),
        ("title = ", "f.toml", "form-invalid"),
        ("just words", "f.txt", "form-invalid"),
        ("title = true", "f.toml", "form-value"),
        ("[title]\na = 1", "f.toml", "form-value"),
        ("title = [1, 2]", "f.toml", "form-value"),
        ('title = "' + "太" * 30_000 + '"', "f.toml", "form-value"),
        ("", "f.toml", "file-empty"),
    ],
)
def test_what_is_no_form_is_an_error_of_ours(
    tmp_path: Path, text: str, name: str, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_form(form_file(tmp_path, text, name))
    assert caught.value.code == code
    for language in ("zh", "en"):
        assert name in caught.value.message(language)


def test_no_form_no_checks_of_it(tmp_path: Path) -> None:
    zh = tmp_path / "zh.srt"
    zh.write_text(ZH, encoding="utf-8")
    report = bilingual.verify(zh=zh)
    assert "pledge" not in {check.rule for check in report.checks}
    assert "form" not in report.to_dict()


def test_the_form_is_checked_and_its_title_shown(tmp_path: Path) -> None:
    zh = tmp_path / "zh.srt"
    zh.write_text(ZH, encoding="utf-8")
    form = form_file(tmp_path, 'title = "认识太阳"\nfirst_broadcast = "2021-03-01"\n')
    report = bilingual.verify(zh=zh, form=form)
    assert [f.rule for f in report.findings if f.severity == "error"] == ["first-broadcast"]
    assert report.verdict == "fail"
    document = report.to_dict()
    assert_valid(document)
    assert document["form"]["title"] == "认识太阳"
    assert bilingual.Report.from_dict(document).form == report.form
    assert "认识太阳" in report.to_text("zh")
    assert bilingual.verify(zh=zh, form=bilingual.Form(title="甲")).form is not None


def test_planted_personal_data_comes_out_nowhere(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("BILINGUAL_CACHE", str(cache))
    caplog.set_level(logging.DEBUG)
    zh = tmp_path / "zh.srt"
    zh.write_text(ZH, encoding="utf-8")
    lines = [f'"{key}" = "{value}"' for key, value in PLANTED.items()]
    free = " ".join(v for v in PLANTED.values() if v != "索朗多吉甲" and v != "卓嘎乙乙")
    lines += [
        'title = "认识太阳"',
        f'summary = "{free} {"长" * 101}"',
        f'broadcast = "{free}"',
        f'first_broadcast = "2021-01-01 {PLANTED["手机号"]}"',
        f'unit = "科技局 {PLANTED["电子邮箱"]}"',
        f'"{PLANTED["手机号"]}" = "a key that is a number"',
    ]
    form = form_file(tmp_path, "\n".join(lines))
    shown: list[str] = []
    for options in (["--format", "json"], ["--format", "text"], ["--format", "html"]):
        out = tmp_path / f"out{len(shown)}"
        run(["-vv", "verify", "--zh", str(zh), "--form", str(form), "--out", str(out), *options])
        shown.append(out.read_text(encoding="utf-8"))
    report = bilingual.Report.from_json(shown[0])
    for language in ("zh", "en"):
        shown += [report.to_text(language)]
    form_file(tmp_path, "\n".join([*lines, "title = 3"]))  # now the file is wrong
    run(["verify", "--zh", str(zh), "--form", str(form), "--format", "json"])
    said = capsys.readouterr()
    shown += [said.out, said.err, caplog.text]
    shown += [p.read_text("utf-8", "replace") for p in cache.rglob("*") if p.is_file()]
    for value in PLANTED.values():
        for text in shown:
            assert value not in text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.json", '{"title": "认识太阳", "微视频名称": "认识月亮"}'),
        ("f.json", '{"title": "认识太阳", "title": "认识太阳"}'),
        ("f.toml", 'title = "认识太阳"\n"微视频名称" = "认识月亮"\n'),
    ],
)
def test_a_field_that_is_filled_in_twice(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InputError) as caught:
        load_form(form_file(tmp_path, text, name))
    assert caught.value.code == "form-twice"
    assert caught.value.params["field"] == "微视频名称"


def test_a_personal_field_twice_shows_nothing(tmp_path: Path) -> None:
    text = '{"联系人": "索朗多吉甲", "联系人": "卓嘎乙乙"}'
    with pytest.raises(InputError) as caught:
        load_form(form_file(tmp_path, text, "f.json"))
    assert caught.value.code == "form-invalid"
    assert not any(word in str(caught.value.params) for word in ("联系人", "索朗", "卓嘎"))


@pytest.mark.parametrize("where", ["../scan.pdf", "{}/scan.pdf", "inner/../../scan.pdf", "link"])
def test_a_form_asks_for_nothing_outside_of_its_folder(tmp_path: Path, where: str) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "scan.pdf")
    path = form_file(folder, f'pledge = "{where.format(tmp_path)}"\n')
    assert load_form(path).pledge_kind == "outside"


def test_a_form_has_so_many_fields_and_no_more(tmp_path: Path) -> None:
    """Each personal value is looked for in each text: 170 kB took twelve seconds, 1 MB minutes."""
    many = form_file(tmp_path, json.dumps({f"u{n}": 1 for n in range(201)}), "many.json")
    personal = {"contact": [f"{n:05}" for n in range(201)], "title": "认识太阳"}
    for path in (many, form_file(tmp_path, json.dumps(personal), "personal.json")):
        with pytest.raises(InputError) as caught:
            load_form(path)
        assert caught.value.code == "form-invalid"
        assert "> 200" in caught.value.params["detail"]
    personal["contact"] = personal["contact"][:200]
    assert load_form(form_file(tmp_path, json.dumps(personal), "p.json")).title == "认识太阳"


def test_personal_values_are_found_however_deep(tmp_path: Path) -> None:
    """Some hundreds of levels were Python's own error of too deep a recursion."""
    deep = "[" * 900 + json.dumps("索朗多吉甲") + "]" * 900
    path = form_file(tmp_path, f'{{"contact": {deep}, "summary": "作者索朗多吉甲"}}', "deep.json")
    assert load_form(path).summary == "作者…"


def test_a_moment_is_a_date_and_what_is_personal_goes_however_deep_it_lies(tmp_path: Path) -> None:
    text = (
        'title = "认识太阳"\nfirst_broadcast = 2023-05-01T20:30:00\n'
        '["联系人"]\n"姓名" = "索朗多吉甲"\n"电话" = ["13987654321", {"也" = "0891-7654321"}]\n'
    )
    form = load_form(form_file(tmp_path, text))
    assert (form.title, form.first_broadcast) == ("认识太阳", "2023-05-01")
    said = repr(form)
    for planted in ("索朗多吉甲", "13987654321", "0891-7654321"):
        assert planted not in said


@pytest.mark.parametrize(
    ("text", "name", "detail"),
    [
        ("[1, 2]", "form.json", "at line 1, column 3"),
        ('"认识太阳"', "form.json", "at end of document"),
        ('{"title": "a"} x', "form.json", "line 1"),
        ('title = "' + "x" * 2_000_000 + '"', "form.toml", "bytes"),
    ],
)
def test_what_is_no_form_or_too_large_is_one_error(
    tmp_path: Path, text: str, name: str, detail: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_form(form_file(tmp_path, text, name))
    assert caught.value.code == "form-invalid"
    assert detail in caught.value.params["detail"]
