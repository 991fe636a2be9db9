"""Sources of models: folders, archives of all sorts, and an address on this machine."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import stat
import tarfile
import threading
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable, Iterator
from email.message import Message
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request

import pytest

from bilingual.errors import ModelError
from bilingual.locale import error_sentence
from bilingual.weights import intake
from bilingual.weights.intake import address_shown, bring

FILES = {"model/config.json": b"{}", "model/1_Pooling/config.json": b"[]", "model/model.onnx": b"x"}


def quiet(stage: str, done: float, total: float | None) -> None:
    assert stage in ("fetch", "unpack")
    assert total is None or done <= total


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes], mode: str = "w:gz") -> Path:
    with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return path


ARCHIVES: tuple[Callable[..., Path], ...] = (zipped, tarred)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def refused(source: Path | str, scratch: Path, sha256: str | None = None) -> ModelError:
    with pytest.raises(ModelError) as caught:
        bring(str(source), scratch, sha256, quiet)
    for language in ("zh", "en"):
        assert "{" not in caught.value.message(language)
    return caught.value


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.mark.parametrize("mode", ["zip", "stored", "w", "w:gz", "w:bz2", "w:xz"])
def test_archives_are_known_by_what_they_hold(tmp_path: Path, scratch: Path, mode: str) -> None:
    path = tmp_path / "a-name-that-says-nothing"
    if mode in ("zip", "stored"):
        zipped(path, FILES, zipfile.ZIP_STORED if mode == "stored" else zipfile.ZIP_DEFLATED)
    else:
        tarred(path, FILES, mode)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    found = bring(str(path), scratch, sha256.upper(), quiet)
    assert found.name == "model"  # the folder that held all there was
    assert contents(found) == {k.removeprefix("model/"): v for k, v in FILES.items()}
    other = refused(path, tmp_path / "unused", "0" * 64)
    assert other.code == "model-source-differs"
    assert other.params["found"] == sha256


def test_a_folder_stays_where_it_is(tmp_path: Path, scratch: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "config.json").write_text("{}")
    assert bring(str(tmp_path / "here"), scratch, None, quiet) == tmp_path / "here"
    assert not list(scratch.iterdir())


def linked(path: Path, target: str) -> Path:
    with zipfile.ZipFile(path, "w") as packed:
        member = zipfile.ZipInfo("config.json")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(member, target)
    return path


def odd_member(kind: bytes, **fields: object) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        with tarfile.open(path, "w:gz") as packed:
            member = tarfile.TarInfo("config.json")
            member.type = kind
            for name, value in fields.items():
                setattr(member, name, value)
            # Not by addfile: it writes no header that is wrong.
            assert packed.fileobj is not None
            packed.fileobj.write(member.tobuf())
        return path

    return make


def encrypted(path: Path) -> Path:
    zipped(path, {"config.json": b"{}"}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[6] |= 1  # in the member's own head
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "make",
    [
        *(
            partial(archive, files={name: b"{}"})
            for archive in ARCHIVES
            for name in (
                "../config.json",
                "a/../../config.json",
                "/etc/config.json",
                "a\\..\\config.json",
                "C:config.json",
                "x" * 1001,
                "x" * 256,
                "བོད" * 30,
            )
        ),
        *(
            partial(archive, files=dict.fromkeys(names, b"{}"))
            for archive in ARCHIVES
            for names in (("a", "a/b"), ("a/b/c", "A/B"))
        ),
        partial(zipped, files={"model/a.json": b"1", "MODEL/A.json": b"2"}),
        partial(tarred, files={"./config.json": b"1", "config.json": b"2"}),
        partial(linked, target="/etc/passwd"),
        odd_member(tarfile.SYMTYPE, linkname="/etc/passwd"),
        odd_member(tarfile.LNKTYPE, linkname="other"),
        odd_member(tarfile.CHRTYPE, devmajor=1, devminor=5),
        odd_member(tarfile.FIFOTYPE),
        odd_member(tarfile.REGTYPE, size=-512),
        encrypted,
    ],
)
def test_what_an_archive_must_not_hold(
    tmp_path: Path, scratch: Path, make: Callable[[Path], Path]
) -> None:
    error = refused(make(tmp_path / "model.archive"), scratch)
    assert error.code == "model-archive-unsafe"
    assert not contents(tmp_path / "scratch")
    assert {p.name for p in tmp_path.iterdir()} == {"model.archive", "scratch"}


def test_an_archive_is_bounded(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", 1000)
    monkeypatch.setattr(intake, "MAX_FILES", 5)
    bomb = zipped(tmp_path / "bomb.zip", {"config.json": bytes(100_000)})
    assert bomb.stat().st_size < 1000
    assert refused(bomb, scratch).code == "model-too-large"
    many = {f"{n}.json": b"" for n in range(6)}
    for k, archive in enumerate(ARCHIVES):
        (tmp_path / str(k)).mkdir()
        assert refused(archive(tmp_path / "many", many), tmp_path / str(k)).code == (
            "model-too-large"
        )


LARGE = 12 * 1024 * 1024


def long_name(path: Path, kind: bytes, mode: str) -> Path:
    """A tar whose first name is unpacked to :data:`LARGE` bytes."""
    head = tarfile.TarInfo("././@LongLink")
    head.type, head.size = kind, LARGE
    with tarfile.open(path, mode) as packed:  # type: ignore[call-overload]
        packed.addfile(head, io.BytesIO(b"x" * LARGE))
        packed.addfile(tarfile.TarInfo("config.json"))
    return path


def folders(path: Path, mode: str) -> Path:
    """A tar of folders alone."""
    head = tarfile.TarInfo("a")
    head.type = tarfile.DIRTYPE
    packing: dict[str, Callable[[bytes], bytes]] = {
        "w:gz": gzip.compress,
        "w:bz2": bz2.compress,
        "w:xz": lzma.compress,
    }
    path.write_bytes(packing[mode](head.tobuf() * (LARGE // tarfile.BLOCKSIZE)))
    return path


def backwards(path: Path) -> Path:
    """A tar whose second head says that the third comes 512 bytes before it: for ever."""
    head = tarfile.TarInfo("a")
    head.type = tarfile.DIRTYPE
    inner = tarfile.TarInfo("././@PaxHeader")
    inner.type, data = tarfile.XHDTYPE, b"14 size=-1024\n"
    inner.size = len(data)
    file = tarfile.TarInfo("config.json")
    blocks = (head.tobuf(), inner.tobuf(), data.ljust(512, b"\0"), file.tobuf(), bytes(1024))
    path.write_bytes(b"".join(blocks))
    return path


def crowded(path: Path) -> Path:
    """A zip of a directory of more than :data:`intake.MAX_LISTING` bytes: one entry, again."""
    zipped(path, {"config.json": b"{}"}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry, last = data[start:end], bytearray(data[end:])
    count = intake.MAX_LISTING // len(entry) + 1
    last[12:16] = (count * len(entry)).to_bytes(4, "little")
    path.write_bytes(data[:start] + entry * count + last)
    return path


@pytest.mark.parametrize(
    "make",
    [
        *(
            partial(long_name, kind=kind, mode="w:gz")
            for kind in (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE, tarfile.XGLTYPE)
        ),
        *(partial(folders, mode=mode) for mode in ("w:gz", "w:bz2", "w:xz")),
        crowded,
    ],
)
def test_what_says_what_is_in_an_archive_is_bounded(
    tmp_path: Path, scratch: Path, make: Callable[[Path], Path]
) -> None:
    """50 kB of gzip were a name of 50 MB or 100,000 folders in memory; there was no end."""
    path = make(tmp_path / "bomb")
    tracemalloc.start()
    try:
        assert refused(path, scratch).code == "model-too-large"
        assert tracemalloc.get_traced_memory()[1] < 6 * intake.MAX_LISTING
    finally:
        tracemalloc.stop()
    assert not contents(scratch)


def test_a_tar_that_goes_backwards_ends(tmp_path: Path, scratch: Path) -> None:
    error = refused(backwards(tmp_path / "backwards.tar"), scratch)
    assert error.code in ("model-archive-unsafe", "model-archive-damaged", "model-too-large")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_that_is_unpacked_all_at_once_is_refused(
    tmp_path: Path, scratch: Path, method: int
) -> None:
    """A megabyte of bzip2 was 20 GB in memory, whatever size the directory said."""
    path = zipped(tmp_path / "packed.zip", {"model.onnx": bytes(2**20)}, method)
    error = refused(path, scratch)
    assert (error.code, error.params["member"]) == ("model-archive-packing", "model.onnx")
    assert "Deflate" in error_sentence(error.code, error.params, "zh")
    assert not contents(scratch)


def of_window(data: bytes, code: int) -> bytes:
    """A stream of xz whose first block asks for another window: 40 is the largest, 4 GiB.

    The head of the block follows the stream's 12 bytes: its size, flags, the filter and the
    size of what says more of it, the code of the window, zeros, and a CRC-32 of all that.
    """
    packed = bytearray(lzma.compress(data, lzma.FORMAT_XZ))
    size = (packed[12] + 1) * 4
    assert packed[14:16] == b"\x21\x01"  # LZMA2
    packed[16] = code
    packed[12 + size - 4 : 12 + size] = zlib.crc32(packed[12 : 12 + size - 4]).to_bytes(4, "little")
    return bytes(packed)


@pytest.mark.parametrize("code", [28, 30, 40])  # 64 MiB, as xz -9 has, 128 MiB, 4 GiB
def test_the_memory_that_xz_may_ask_for_is_bounded(
    tmp_path: Path, scratch: Path, code: int
) -> None:
    tarred(tmp_path / "plain.tar", FILES, "w")
    path = tmp_path / "model.tar.xz"
    path.write_bytes(of_window((tmp_path / "plain.tar").read_bytes(), code))
    if code < 40:
        assert len(contents(bring(str(path), scratch, None, quiet))) == len(FILES)
        return
    error = refused(path, scratch)
    assert (error.code, error.params["mib"]) == ("model-archive-memory", 192)
    assert not contents(scratch)


def test_xz_in_several_streams_is_read_as_one(tmp_path: Path, scratch: Path) -> None:
    """As ``xz`` of several threads and ``cat`` make it; members lie before and after a seam."""
    noise = hashlib.shake_128(b"model").digest(600_000)
    files = {**FILES, "model/large.bin": noise, "model/last.json": b"{}"}
    data = tarred(tmp_path / "plain.tar", files, "w").read_bytes()
    path = tmp_path / "model.tar.xz"
    parts = (data[:3000], data[3000:300_000], data[300_000:])
    path.write_bytes(bytes(8).join(map(lzma.compress, parts)) + bytes(4))
    found = bring(str(path), scratch, None, quiet)
    assert contents(found) == {k.removeprefix("model/"): v for k, v in files.items()}


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="a file that cannot be read")
@pytest.mark.parametrize("sha256", [None, "0" * 64])
def test_a_source_that_cannot_be_read_is_named(
    tmp_path: Path, scratch: Path, sha256: str | None
) -> None:
    """The folder that it would have been unpacked to was blamed."""
    error = refused("/proc/self/mem", scratch, sha256)
    assert (error.code, error.params["path"]) == ("model-unreadable", "/proc/self/mem")


def test_a_size_that_is_a_lie_is_found_out(
    tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MAX_BYTES", 1000)
    path = zipped(tmp_path / "lie.zip", {"config.json": bytes(100_000)})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    assert refused(path, scratch).code in ("model-archive-damaged", "model-too-large")
    assert sum(map(len, contents(scratch).values())) <= 1000


@pytest.mark.parametrize("archive", ARCHIVES)
def test_cut_off_and_damaged_archives(
    tmp_path: Path, archive: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    noise = hashlib.shake_128(b"model").digest(20_000)
    whole = archive(tmp_path / "whole", {"model.onnx": noise}).read_bytes()
    for k, data in enumerate((whole[: len(whole) // 2], whole[:9000] + bytes(500) + whole[9500:])):
        path = tmp_path / f"damaged-{k}"
        path.write_bytes(data)
        (tmp_path / f"scratch-{k}").mkdir()
        error = refused(path, tmp_path / f"scratch-{k}")
        assert error.code in ("model-archive-damaged", "model-source-unusable")


def test_what_is_no_source(tmp_path: Path, scratch: Path) -> None:
    assert refused(tmp_path / "absent", scratch).code == "model-source-missing"
    page = tmp_path / "page.html"
    page.write_text("<html>a model hub</html>")
    assert refused(page, scratch).code == "model-source-unusable"


# --- an address ---------------------------------------------------------------


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path.startswith("/odd"):
            self.wfile.write(b"no status line of any kind\r\n\r\n")
        elif self.path.startswith("/torn"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"ffff\r\nx")
        elif self.path.startswith("/short"):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"x")
        else:
            super().do_GET()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    zipped(tmp_path / "served" / "model.zip", FILES)
    handler: Callable[..., BaseHTTPRequestHandler] = partial(
        _Quiet, directory=str(tmp_path / "served")
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_an_address_that_the_user_gives(server: str, tmp_path: Path, scratch: Path) -> None:
    found = bring(f"{server}/model.zip", scratch, None, quiet)
    assert len(contents(found)) == len(FILES)
    (tmp_path / "again").mkdir()
    found = bring(f"{server}/to//model.zip", tmp_path / "again", None, quiet)
    assert len(contents(found)) == len(FILES)


def test_addresses_that_give_nothing(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(url: str, sha256: str | None = None) -> ModelError:
        folder = tmp_path / hashlib.sha256(url.encode()).hexdigest()
        folder.mkdir()
        return refused(url, folder, sha256)

    assert fails(f"{server}/absent.zip").code == "model-source-unreachable"
    for answer in ("short", "odd", "torn"):
        assert fails(f"{server}/{answer}").code == "model-source-unreachable"
    assert fails("http://127.0.0.1:1/model.zip").code == "model-source-unreachable"
    # Another machine over http is not even asked; nor is one that a redirect names.
    assert fails("http://models.example/model.zip").code == "model-address-insecure"
    onwards = fails(f"{server}/to/http://models.example/model.zip")
    assert onwards.code == "model-source-unreachable"
    assert "https" in onwards.params["detail"]
    assert fails(f"{server}/to/file:///etc/passwd").code == "model-source-unreachable"
    monkeypatch.setattr(intake, "MAX_BYTES", 100)
    assert fails(f"{server}/model.zip?large").code == "model-too-large"


@pytest.mark.parametrize(
    "after",
    [
        "http://127.0.0.1:631/x",
        "https://localhost/x",
        "http://[::1]/",
        "https://localhost./x",
        "https://0.0.0.0/",
        "https://[::]/",
    ],
)
def test_no_other_machine_sends_us_to_a_service_of_this_one(after: str) -> None:
    before = Request("https://models.example/model.zip")
    headers = Message()
    with pytest.raises(URLError):
        intake._SecureRedirects().redirect_request(
            before, io.BytesIO(), 302, "Found", headers, after
        )
    onwards = intake._SecureRedirects().redirect_request(
        before, io.BytesIO(), 302, "Found", headers, "https://files.example/model.zip"
    )
    assert onwards is not None
    assert onwards.full_url == "https://files.example/model.zip"


def test_secrets_of_an_address_are_not_kept() -> None:
    url = "https://user:secret@hub.example:8443/a/model.zip?token=secret#secret"
    assert address_shown(url) == "https://hub.example:8443/a/model.zip"
    assert address_shown("/models/LaBSE") == "/models/LaBSE"
