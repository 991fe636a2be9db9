"""Any accidental change is found, and with the signature any at all."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bilingual.cli import run
from bilingual.errors import ConfigError, DependencyError, InputError
from bilingual.render.annex import (
    KeyUse,
    check_annex,
    digest_of,
    load_public_key,
    load_signing_key,
    new_key,
)
from tests.render.annex_support import document, finding, written

pytest.importorskip("cryptography", reason="needs the extra annex")


def signed(folder: Path) -> tuple[Path, Path]:
    """A short annex with its signature, and the public key."""
    small = {**document(), "checks": [], "measures": [], "findings": [finding()]}
    made = new_key()
    (folder / "k.pem").write_bytes(made.private_pem)
    (folder / "k.pub.pem").write_bytes(made.public_pem)
    key = load_signing_key(folder / "k.pem")
    path = written(folder, key=KeyUse(sha256=key.sha256, public=key.public_hex), found=small)
    (folder / "annex.json.sig").write_bytes(key.sign(path.read_bytes()))
    return path, folder / "k.pub.pem"


def test_as_made_it_holds(tmp_path: Path) -> None:
    result = check_annex(written(tmp_path))
    assert result.holds
    assert result.accident_checked
    assert not result.forgery_checked
    assert {i.what: i.outcome for i in result.items} == {
        "form": "holds",
        "digest": "holds",
        "signature": "unchecked",
    }


def test_signed_it_holds(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    result = check_annex(path, public_key=public)
    assert result.holds
    assert result.forgery_checked
    assert result.outcome("signature") == "holds"


@pytest.mark.slow
@pytest.mark.parametrize("bits", [0x01, 0x20])
def test_every_flipped_byte_is_found(tmp_path: Path, bits: int) -> None:
    path, public = signed(tmp_path)
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :])
        result = check_annex(path, public_key=public)
        assert not result.holds, at
        assert result.outcome("digest") == "broken", at
        assert result.outcome("signature") == "broken", at
    path.write_bytes(data)
    assert check_annex(path, public_key=public).holds


@pytest.mark.parametrize("change", ["cut", "longer", "line-end", "indented", "twice"])
def test_other_changes_are_found(tmp_path: Path, change: str) -> None:
    path = written(tmp_path)
    data = path.read_bytes()
    path.write_bytes(
        {
            "cut": data[:-1],
            "longer": data + b" ",
            "line-end": data + b"\n",
            "indented": json.dumps(json.loads(data), indent=1, ensure_ascii=False).encode(),
            "twice": data[:-1] + b',"title":"x"}',
        }[change]
    )
    result = check_annex(path)
    assert result.outcome("digest") == "broken"
    assert result.outcome("form") == "broken"


def test_every_flipped_byte_of_the_hash_is_found(tmp_path: Path) -> None:
    path = written(tmp_path)
    beside = tmp_path / "annex.json.sha256"
    data = beside.read_bytes()
    for at in range(64):
        beside.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert not check_annex(path).holds


def test_a_forged_hash_is_found_by_paper_and_signature(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    paper = digest_of(path.read_bytes())
    document = json.loads(path.read_bytes())
    document["findings"]["items"] = []
    none = {"open": 0, "confirmed": 0, "dismissed": 0}
    document["findings"]["counts"] = dict.fromkeys(("error", "warning", "info"), none)
    forged = rfc8785.dumps(document)
    path.write_bytes(forged)
    (tmp_path / "annex.json.sha256").write_text(f"{digest_of(forged)}  annex.json\n")
    # The key that the annex holds finds it, unless the forger puts in one of his own.
    assert check_annex(path).outcome("signature") == "broken"
    (tmp_path / "annex.json.sig").unlink()
    unaware = check_annex(path)
    assert unaware.holds  # and it says that no signature was checked
    assert not unaware.forgery_checked
    assert unaware.conclusion == "not-signed-by-given"
    assert not check_annex(path, digest=paper).holds
    assert not check_annex(path, digest=paper[:16]).holds
    assert not check_annex(path, public_key=public).holds


def test_signature_and_key_cannot_be_swapped(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    one.mkdir()
    other.mkdir()
    path, public = signed(one)
    _, other_public = signed(other)
    assert not check_annex(path, public_key=other_public).holds
    result = check_annex(path, signature=other / "annex.json.sig", public_key=public)
    assert result.outcome("signature") == "broken"
    assert not check_annex(path, signature=other / "annex.json.sig", public_key=other_public).holds


def test_the_named_key_is_the_key_that_signed(tmp_path: Path) -> None:
    """An annex that names one key and is signed with another is refused by either key."""
    path, named = signed(tmp_path)
    (tmp_path / "o").mkdir()
    _, other = signed(tmp_path / "o")
    key = load_signing_key(tmp_path / "o" / "k.pem")
    (tmp_path / "annex.json.sig").write_bytes(key.sign(path.read_bytes()))
    result = check_annex(path, public_key=other)
    assert result.conclusion == "changed"
    assert next(i.why for i in result.items if i.what == "signature") == "annex-key-other"
    assert (result.named_key, result.given_key) == (load_public_key(named).sha256, key.sha256)
    for known in (named, None):
        assert check_annex(path, public_key=known).conclusion == "changed"


def test_a_key_that_is_not_the_one_its_fingerprint_says(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    key, other = load_signing_key(tmp_path / "k.pem"), new_key()
    path = written(tmp_path, key=KeyUse(sha256=other.sha256, public=key.public_hex))
    (tmp_path / "annex.json.sig").write_bytes(key.sign(path.read_bytes()))
    for known in (None, public):
        result = check_annex(path, public_key=known)
        assert result.conclusion == "changed"
        assert next(i.why for i in result.items if i.what == "signature") == "annex-key-other"


def test_without_a_given_key_the_signer_stays_unknown(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    result = check_annex(path)
    assert result.outcome("signature") == "unnamed"
    assert not result.forgery_checked
    assert result.conclusion == "not-signed-by-given"
    assert check_annex(path, public_key=public).conclusion == "signed"
    # An annex of an earlier version holds only the fingerprint.
    key = load_signing_key(tmp_path / "k.pem")
    path = written(tmp_path, key=KeyUse(sha256=key.sha256))
    (tmp_path / "annex.json.sig").write_bytes(key.sign(path.read_bytes()))
    assert check_annex(path).outcome("signature") == "unchecked"
    assert check_annex(path).conclusion == "not-signed-by-given"
    (tmp_path / "annex.json.sha256").unlink()
    assert check_annex(path).conclusion == "unknown"
    assert check_annex(path, public_key=public).conclusion == "signed"


def test_an_unsigned_annex_is_never_signed(tmp_path: Path) -> None:
    _, public = signed(tmp_path)
    (tmp_path / "annex.json.sig").unlink()
    path = written(tmp_path)
    paper = digest_of(path.read_bytes())
    for known in (None, public):
        for digest in (None, paper):
            result = check_annex(path, public_key=known, digest=digest)
            assert result.conclusion == "not-signed-by-given"


@pytest.mark.parametrize(
    "trick", ["twice", "decomposed", "minus-zero", "more-keys", "order", "escaped", "number"]
)
def test_another_spelling_of_what_was_signed(tmp_path: Path, trick: str) -> None:
    """What reads the same, or nearly so, is not what was signed."""
    path, public = signed(tmp_path)
    data = path.read_bytes()
    document = json.loads(data)
    changed = {
        "twice": b'{"title":"x",' + data[1:],
        "decomposed": unicodedata.normalize("NFD", data.decode().replace("阳", "é")).encode(),
        "minus-zero": data.replace(b'"bytes":2', b'"bytes":-0.0'),
        "more-keys": rfc8785.dumps({**document, "zz": 1}),
        "order": json.dumps(
            dict(reversed(document.items())), ensure_ascii=False, separators=(",", ":")
        ).encode(),
        "escaped": data.replace("阳".encode(), b"\\u9633"),
        "number": data.replace(b'"bytes":2', b'"bytes":2.0'),
    }[trick]
    assert changed != data
    path.write_bytes(changed)
    (tmp_path / "annex.json.sha256").write_text(f"{digest_of(changed)}  annex.json\n")
    for known in (public, None):
        assert check_annex(path, public_key=known).conclusion == "changed"


def test_every_flipped_byte_of_the_signature_is_found(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    beside = tmp_path / "annex.json.sig"
    data = beside.read_bytes()
    assert len(data) == 64
    for at in range(64):
        beside.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        assert check_annex(path, public_key=public).outcome("signature") == "broken"
    for wrong in (data[:-1], data + b"\n", b"x"):
        beside.write_bytes(wrong)
        assert check_annex(path, public_key=public).outcome("signature") == "broken"


def test_a_removed_signature_is_reported(tmp_path: Path) -> None:
    path, public = signed(tmp_path)
    (tmp_path / "annex.json.sig").unlink()
    assert not check_annex(path, public_key=public).holds
    missing = next(i for i in check_annex(path).items if i.what == "signature")
    assert (missing.outcome, missing.why) == ("unchecked", "annex-signature-missing")
    # One that is named and not there is never said to be there, with a key or without.
    for key in (None, public):
        with pytest.raises(InputError) as refused:
            check_annex(path, signature=tmp_path / "nowhere.sig", public_key=key)
        assert refused.value.code == "file-missing"


def test_with_nothing_to_compare_it_is_not_confirmed(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "annex.json.sha256").unlink()
    result = check_annex(path)
    assert not result.accident_checked
    assert not result.holds
    assert check_annex(path, digest=result.sha256).holds


@pytest.mark.parametrize("spelt", ["{}", " {} ", "upper", "grouped", "short"])
def test_the_hash_as_a_person_types_it(tmp_path: Path, spelt: str) -> None:
    path = written(tmp_path)
    found = digest_of(path.read_bytes())
    typed = {
        "upper": found.upper(),
        "grouped": " ".join(found[i : i + 8] for i in range(0, 64, 8)),
        "short": found[:16],
    }.get(spelt, spelt.format(found))
    assert check_annex(path, digest=typed).outcome("paper") == "holds"


@pytest.mark.parametrize("typed", ["", "abc", "x" * 64, "0" * 65, "0" * 15])
def test_what_is_no_hash(tmp_path: Path, typed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_annex(written(tmp_path), digest=typed)
    assert caught.value.code == "annex-digest-invalid"


def test_files_are_compared_with_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    for name in ("bo", "zh", "video"):
        (tmp_path / name).write_bytes(name.encode())
    result = check_annex(path, files={"bo": tmp_path / "bo", "zh": tmp_path / "zh"})
    assert result.holds
    assert (result.outcome("bo"), result.outcome("zh")) == ("holds", "holds")
    assert not check_annex(path, files={"zh": tmp_path / "bo"}).holds
    assert not check_annex(path, files={"video": tmp_path / "video"}).holds
    assert check_annex(path, report=tmp_path / "bo").outcome("report") == "broken"


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "null",
        '{"schema":"bilingual.annex/1"}',
        '{"schema":"bilingual.annex/1","files":7,"report":"x"}',
        '{"schema":"bilingual.annex/1","files":[1,{"role":[]}],"report":[],"signing_key":1}',
        '{"schema":1e999}',
        "[" * 50_000,
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_foreign_files_are_reported_without_an_exception(tmp_path: Path, text: str) -> None:
    path = tmp_path / "annex.json"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "bo").write_bytes(b"bo")
    result = check_annex(path, files={"bo": tmp_path / "bo"}, report=tmp_path / "bo")
    assert not result.holds


def test_keys(tmp_path: Path) -> None:
    made = new_key("geheim")
    private, public = tmp_path / "k.pem", tmp_path / "p.pem"
    private.write_bytes(made.private_pem)
    public.write_bytes(made.public_pem)
    key = load_signing_key(private, "geheim")
    assert key.sha256 == made.sha256 == load_public_key(public).sha256
    assert load_public_key(public).holds(key.sign(b"x"), b"x")
    for passphrase, code in ((None, "annex-key-locked"), ("wrong", "annex-key-passphrase")):
        with pytest.raises(InputError) as caught:
            load_signing_key(private, passphrase)
        assert caught.value.code == code
    open_key = new_key()
    private.write_bytes(open_key.private_pem)
    assert load_signing_key(private, "not needed").sha256 == open_key.sha256


def test_what_is_no_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    made, other = new_key(), ec.generate_private_key(ec.SECP256R1())
    foreign = other.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    foreign_public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path = tmp_path / "k"
    for data in (b"x", made.public_pem, foreign, made.private_pem[:60]):
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            load_signing_key(path)
        assert caught.value.code == "annex-key-invalid"
    for data in (b"x", made.private_pem, foreign_public):
        path.write_bytes(data)
        with pytest.raises(InputError) as caught:
            load_public_key(path)
        assert caught.value.code == "annex-key-not-public"


@pytest.mark.parametrize("passphrase", ["\udcff", "པདྨ་蓮", " ", "x" * 1023])
def test_odd_passphrases(tmp_path: Path, passphrase: str) -> None:
    """Bytes of the environment that are no text come as halves of pairs."""
    private = tmp_path / "k.pem"
    made = new_key(passphrase)
    private.write_bytes(made.private_pem)
    assert load_signing_key(private, passphrase).sha256 == made.sha256


def test_a_passphrase_that_is_too_long() -> None:
    with pytest.raises(ConfigError) as caught:
        new_key("x" * 1024)
    assert caught.value.code == "annex-passphrase-long"


def test_without_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, public = signed(tmp_path)
    for name in [n for n in sys.modules if n.startswith("cryptography")]:
        monkeypatch.setitem(sys.modules, name, None)
    assert check_annex(path).holds  # without a key it needs none
    for call in (new_key, lambda: load_signing_key(tmp_path / "k.pem")):
        with pytest.raises(DependencyError, match="bilingual-subtitles\\[annex\\]"):
            call()
    with pytest.raises(DependencyError):
        check_annex(path, public_key=public)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ).map(lambda value: json.dumps({"schema": "bilingual.annex/1", "x": value}).encode())
)
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_reported_without_an_exception(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "annex.json"
    path.write_bytes(data or b"x")
    (tmp_path / "annex.json.sha256").unlink(missing_ok=True)
    if data.startswith(b'{"schema"'):  # nothing beside it says what it should be
        assert not check_annex(path).holds
    else:
        with pytest.raises(InputError) as caught:
            check_annex(path)
        assert caught.value.code == "annex-invalid"
    (tmp_path / "annex.json.sha256").write_bytes(data or b"x")
    result = check_annex(path)
    assert result.outcome("digest") == "broken"
    assert result.sha256 == digest_of(data or b"x")


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"3",
        b"nonsense",
        b"\xff\xfe",
        b'{"schema": "bilingual.report/1", "verdict": "pass"}',
        b'{"schema": ["bilingual.annex/1"]}',
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_annex_cannot_be_checked(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1 would say that an annex was changed; of this nobody knows that it ever was one."""
    path = tmp_path / "annex.json"
    path.write_bytes(content)
    key = tmp_path / "k.pub.pem"
    key.write_bytes(new_key().public_pem)
    for more in ([], ["--public-key", str(key)], ["--digest", digest_of(content)]):
        assert run(["annex", "--check", str(path), *more]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    # Beside a hash of its own it is what it was, and still none.
    path.with_name("annex.json.sha256").write_text(digest_of(content), encoding="ascii")
    assert run(["annex", "--check", str(path)]) == 2


def test_what_was_an_annex_is_changed(tmp_path: Path) -> None:
    """Its hash or its signature shows that it is not what it was, whatever it is now."""
    path, public = signed(tmp_path)
    path.write_bytes(b"{}")
    assert run(["annex", "--check", str(path), "--public-key", str(public)]) == 1
    path.with_name("annex.json.sig").unlink()
    assert run(["annex", "--check", str(path)]) == 1
    (tmp_path / "other").mkdir()
    path = written(tmp_path / "other")
    path.with_name("annex.json.sha256").unlink()
    path.write_bytes(path.read_bytes().replace(b'"claim"', b'"cl"'))
    assert run(["annex", "--check", str(path)]) == 1
