"""``bilingual annex`` from end to end."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from bilingual.cli import run
from bilingual.locale import sentence
from bilingual.render.annex import digest_of, load_public_key, load_signing_key
from bilingual.render.review import report_digest
from tests.render.annex_support import MADE, document, report_of


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is stopped, no passphrase, and no fonts to cut for the page."""
    monkeypatch.setattr("bilingual.render.annex.html.font_css", lambda text: "")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1722477784")
    monkeypatch.delenv("BILINGUAL_KEY_PASSPHRASE", raising=False)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    (tmp_path / "bo.srt").write_bytes(b"bo")
    return path


def annex(report: Path, *more: str) -> int:
    out = str(report.with_name("annex.html"))
    return run(["annex", str(report), "--title", "晴", "--party", "甲", "--out", out, *more])


def test_made_and_checked(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annex(report, "--bo", str(report.with_name("bo.srt"))) == 0
    data = report.with_name("annex.json")
    assert json.loads(data.read_bytes())["created"] == MADE
    beside = report.with_name("annex.json.sha256").read_text()
    assert beside == f"{digest_of(data.read_bytes())}  annex.json\n"
    assert not report.with_name("annex.json.sig").exists()
    assert capsys.readouterr().out == ""
    assert run(["annex", "--check", str(data), str(report), "--lang", "en"]) == 3
    output = capsys.readouterr().out
    assert "No signature was checked" in output
    assert "report: OK" in output


def test_the_same_again_is_the_same(report: Path) -> None:
    assert annex(report) == 0
    first = {p.name: p.read_bytes() for p in report.parent.glob("annex*")}
    assert annex(report, "--force") == 0
    assert {p.name: p.read_bytes() for p in report.parent.glob("annex*")} == first


def test_sha256sum_can_check_it(report: Path) -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("no sha256sum here")
    assert annex(report) == 0
    command = [program, "-c", "annex.json.sha256"]
    assert subprocess.run(command, cwd=report.parent, capture_output=True).returncode == 0


def test_signed_and_checked(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("cryptography")
    folder = report.parent
    key, public = folder / "office.pem", folder / "office.pub.pem"
    assert run(["annex", "--new-key", str(key)]) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert annex(report, "--key", str(key)) == 0
    data = folder / "annex.json"
    check = ["annex", "--check", str(data), "--public-key", str(public), "--lang", "en"]
    assert run(check) == 0
    assert "exactly what was signed" in capsys.readouterr().out
    assert run([*check, "--sig", str(folder / "annex.json.sig")]) == 0
    data.write_bytes(data.read_bytes().replace("甲".encode(), "乙".encode()))
    (folder / "annex.json.sha256").write_text(digest_of(data.read_bytes()))
    capsys.readouterr()
    assert run(check) == 1
    assert "BROKEN" in capsys.readouterr().out
    # Made anew without a key, the old signature does not stay behind.
    assert annex(report, "--force") == 0
    assert not (folder / "annex.json.sig").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_a_key_it_says_first_what_it_cannot_know(
    report: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    pytest.importorskip("cryptography")
    folder = report.parent
    for name in ("k", "o"):
        assert run(["annex", "--new-key", str(folder / f"{name}.pem")]) == 0
    assert annex(report, "--key", str(folder / "k.pem")) == 0
    capsys.readouterr()
    check = ["annex", "--check", str(folder / "annex.json"), "--lang", lang]
    named = load_public_key(folder / "k.pub.pem").sha256
    given = load_public_key(folder / "o.pub.pem").sha256
    assert run(check) == 3
    output = capsys.readouterr().out
    assert output.splitlines()[0] == sentence("ui", "annex-check-no-key", {}, lang)
    assert output.splitlines()[-1] == sentence("ui", "annex-check-unnamed", {}, lang)
    assert named in output
    # The typed hash shows that nothing was changed; who signed it shows none the less.
    digest = digest_of((folder / "annex.json").read_bytes())
    assert run([*check, "--digest", digest]) == 3
    capsys.readouterr()
    assert run([*check, "--public-key", str(folder / "o.pub.pem")]) == 1
    output = capsys.readouterr().out
    assert named in output
    assert given in output
    # Signed with the other key, whoever checks it with that one is told too.
    other = load_signing_key(folder / "o.pem")
    (folder / "annex.json.sig").write_bytes(other.sign((folder / "annex.json").read_bytes()))
    assert run([*check, "--public-key", str(folder / "o.pub.pem")]) == 1
    reason = sentence("reasons", "annex-key-other", {"named": named, "key": given}, lang)
    assert reason in capsys.readouterr().out


def test_a_key_that_others_can_read_is_warned_about(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cryptography")
    key = report.with_name("k.pem")
    assert run(["annex", "--new-key", str(key)]) == 0
    assert annex(report, "--key", str(key)) == 0
    assert "chmod" not in capsys.readouterr().err
    for mode in (0o640, 0o604):
        key.chmod(mode)
        assert annex(report, "--key", str(key), "--force") == 0
        assert f"chmod 600 {key}" in capsys.readouterr().err


def test_openssl_can_check_the_signature(report: Path) -> None:
    pytest.importorskip("cryptography")
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl here")
    folder = report.parent
    assert run(["annex", "--new-key", str(folder / "k.pem")]) == 0
    assert annex(report, "--key", str(folder / "k.pem")) == 0
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "k.pub.pem", "-rawin"]
    command += ["-in", "annex.json", "-sigfile", "annex.json.sig"]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0


def test_a_locked_key(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("cryptography")
    key = report.with_name("k.pem")
    monkeypatch.setenv("BILINGUAL_KEY_PASSPHRASE", "geheim")
    assert run(["annex", "--new-key", str(key)]) == 0
    assert b"ENCRYPTED" in key.read_bytes()
    assert annex(report, "--key", str(key)) == 0
    monkeypatch.setenv("BILINGUAL_KEY_PASSPHRASE", "other")
    assert annex(report, "--key", str(key), "--force") == 2


def test_on_a_terminal_a_passphrase_is_asked_for(
    report: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cryptography")
    monkeypatch.delenv("BILINGUAL_KEY_PASSPHRASE", raising=False)
    typed: list[str] = []
    asked: list[str] = []

    def answered(words: str) -> str:
        asked.append(words)
        return typed.pop(0)

    monkeypatch.setattr("click.termui.hidden_prompt_func", answered)
    key = report.with_name("k.pem")
    assert annex(report, "--key", str(key)) == 2  # no such file: nothing to ask for
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    typed[:] = ["口令一", "口令二", "口令一", "口令一"]  # said twice, and not alike at first
    assert run(["annex", "--new-key", str(key), "--lang", "zh"]) == 0
    assert (typed, len(asked)) == ([], 4)
    assert asked[0].startswith("私钥口令")
    assert b"ENCRYPTED" in key.read_bytes()
    typed[:] = ["口令一"]
    assert annex(report, "--key", str(key)) == 0
    typed[:] = ["口令二"]
    assert annex(report, "--key", str(key), "--force") == 2
    # Where nobody can be asked, the key stays locked.
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    capsys.readouterr()
    assert annex(report, "--key", str(key), "--force") == 2
    assert typed == []


def test_a_review_without_a_name_is_said(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review = report.with_name("review.json")
    saved = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report_of()),
        "cues": [{"bo": [0], "zh": [0], "state": "confirmed-correct"}],
    }
    review.write_text(json.dumps(saved), encoding="utf-8")
    assert annex(report, "--review", str(review)) == 0
    assert sentence("ui", "annex-review-unnamed", {}, "zh") in capsys.readouterr().err


def test_a_review_is_taken_up(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    review = report.with_name("review.json")
    saved = {
        "schema": "bilingual.review/1",
        "report_sha256": report_digest(report_of()),
        "reviewer": {"name": "卓玛"},
        "cues": [{"bo": [0], "zh": [0], "state": "confirmed-correct"}],
    }
    review.write_text(json.dumps(saved), encoding="utf-8")
    assert annex(report, "--review", str(review)) == 0
    assert "卓玛" in report.with_name("annex.html").read_text(encoding="utf-8")
    review.write_text(json.dumps({**saved, "report_sha256": "0" * 64}))
    assert annex(report, "--review", str(review), "--force") == 2
    assert "另一份报告" in capsys.readouterr().err


def test_wrong_usage(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["annex", str(report), "--title", "x"]) == 2
    assert "--party、--out" in capsys.readouterr().err
    assert annex(report, "--out", str(report.with_name("annex.docx"))) == 2
    assert annex(report) == 0
    assert annex(report) == 2  # it is there already
    assert "--force" in capsys.readouterr().err
    report.with_name("annex.json.sha256").unlink()
    assert run(["annex", "--check", str(report.with_name("annex.json"))]) == 2
    assert "--digest" in capsys.readouterr().err


def test_checking_is_not_making(report: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert annex(report) == 0
    check = ["annex", "--check", str(report.with_name("annex.json"))]
    assert run([*check, "--title", "x", "--out", "y.pdf"]) == 2
    assert "--title、--out" in capsys.readouterr().err


def test_both_forms_at_once_are_of_one_annex(report: Path) -> None:
    pytest.importorskip("typst")
    assert annex(report, "--out", str(report.with_name("annex.pdf"))) == 0
    assert report.with_name("annex.pdf").read_bytes().startswith(b"%PDF-")
    digest = digest_of(report.with_name("annex.json").read_bytes())
    html = report.with_name("annex.html").read_text(encoding="utf-8")
    assert " ".join(digest[i : i + 4] for i in range(0, 16, 4)) in html


def test_the_report_is_never_written_over(report: Path) -> None:
    before = report.read_bytes()
    command = ["annex", str(report), "--title", "x", "--party", "y", "--force"]
    assert run([*command, "--out", str(report.with_suffix(".html"))]) == 0
    assert report.read_bytes() == before
    data = report.with_name("report.annex.json")
    assert json.loads(data.read_bytes())["schema"] == "bilingual.annex/1"
    assert run(["annex", "--check", str(data)]) == 3
    page = report.with_suffix(".pdf")
    report.rename(page)
    command[1] = str(page)
    assert run([*command, "--out", str(page)]) == 2
    assert page.read_bytes() == before
