"""One file, one identity: whatever is done to a file while it is read, no report, page or
cache says of one file what was read in another."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bilingual import BilingualError, Config, load_tracks, verify
from bilingual.errors import FormatError, InputError, MediaError
from bilingual.files import confirm, fingerprint, held, holding, opened_plain, read_at_most
from bilingual.model import Report
from bilingual.pipeline.verify import collect
from tests.media.clips import make, picture, tone

STAGES = ("hash", "media", "read", "audio")
A_ZH = "1\n00:00:00,100 --> 00:00:00,900\n太阳是一颗恒星。\n"
B_ZH = "1\n00:00:00,100 --> 00:00:00,900\n地球是一颗行星。\n"
BO = "1\n00:00:00,100 --> 00:00:00,900\nཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།\n"

posix = pytest.mark.skipif(os.name != "posix", reason="open files are moved as on POSIX")


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Two films of other lengths, the longer one first; as many bytes of each."""
    folder = tmp_path_factory.mktemp("films")
    a = make(folder / "a.mp4", picture("64x36", 3), tone(3)).read_bytes()
    b = make(folder / "b.mp4", picture("64x36", 1), tone(1)).read_bytes()
    room = len(a) - len(b) - 8
    assert room >= 0
    return a, b + (room + 8).to_bytes(4, "big") + b"free" + bytes(room)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    path = tmp_path_factory.mktemp("config") / "c.toml"
    path.write_text('[asr]\nengine = "off"\n[burned_in]\nmode = "off"\n')
    return Config.load(path)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# What can be done to a file while it is read. Each is given the path and other bytes.


def renamed_over(path: Path, other: bytes) -> None:
    new = path.with_name("other")
    new.write_bytes(other)
    new.replace(path)


def in_place(path: Path, other: bytes) -> None:
    with path.open("r+b") as file:
        file.write(other)


def in_place_with_its_time(path: Path, other: bytes) -> None:
    before = path.stat()
    in_place(path, other)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(path: Path, other: bytes) -> None:
    os.truncate(path, path.stat().st_size // 2)


def grown(path: Path, other: bytes) -> None:
    with path.open("ab") as file:
        file.write(other)


def linked(path: Path, other: bytes) -> None:
    new = path.with_name("other")
    new.write_bytes(other)
    path.unlink()
    path.symlink_to(new)


def folder_moved(path: Path, other: bytes) -> None:
    path.parent.rename(path.parent.with_name("moved"))
    path.parent.mkdir()
    path.write_bytes(other)


def gone(path: Path, other: bytes) -> None:
    path.unlink()


SWAPS = (
    renamed_over,
    in_place,
    in_place_with_its_time,
    cut,
    grown,
    linked,
    folder_moved,
    gone,
)


class At:
    """Progress that does something when a stage begins."""

    def __init__(self, stage: str, act: Callable[[], None]) -> None:
        self.stage, self.act, self.done = stage, act, False

    def __call__(self, stage: str, done: float, total: float | None) -> None:
        if stage == self.stage and not self.done:
            self.done = True
            self.act()


@pytest.fixture(params=["copied", "kept open"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small files are copied as they are opened, large ones kept open."""
    if request.param == "kept open":
        monkeypatch.setattr(holding, "COPIED_BYTES", 0)
    return str(request.param)


def outcome(call: Callable[[], Report]) -> Report | None:
    """The report, or none where it is refused as it should be."""
    try:
        return call()
    except InputError as error:
        if error.code != "file-changed":
            raise
        return None


@posix
@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("swap", SWAPS)
def test_no_film_is_judged_under_the_hash_of_another(
    tmp_path: Path,
    films: tuple[bytes, bytes],
    config: Config,
    way: str,
    swap: Callable[[Path, bytes], None],
    stage: str,
) -> None:
    path = tmp_path / "work" / "film.mp4"
    path.parent.mkdir()
    path.write_bytes(films[0])
    at = At(stage, lambda: swap(path, films[1]))
    report = outcome(lambda: verify(path, config=config, progress=at))
    assert at.done
    if report is not None:
        assert report.inputs[0].sha256 == sha256(films[0])
        assert report.media is not None
        assert report.media.duration_ms == pytest.approx(3000, abs=100)
        assert report.media.complete
    if way == "copied":
        assert report is not None
    elif swap in (in_place, in_place_with_its_time, cut, grown):
        assert report is None


@posix
@pytest.mark.parametrize("stage", ["hash", "read"])
@pytest.mark.parametrize("swap", SWAPS)
@pytest.mark.parametrize("role", ["bo", "zh", "reference"])
def test_no_subtitles_are_judged_under_the_hash_of_others(
    tmp_path: Path, way: str, swap: Callable[[Path, bytes], None], stage: str, role: str
) -> None:
    paths = {name: tmp_path / name / f"{name}.srt" for name in ("bo", "zh", "reference")}
    texts = {"bo": BO, "zh": A_ZH, "reference": A_ZH}
    for name, path in paths.items():
        path.parent.mkdir()
        path.write_text(texts[name], encoding="utf-8")
    other = (B_ZH if role != "bo" else BO.replace("ཉི་མ", "ཟླ་བ")).encode()
    at = At(stage, lambda: swap(paths[role], other))
    report = outcome(
        lambda: verify(bo=paths["bo"], zh=paths["zh"], reference=paths["reference"], progress=at)
    )
    assert at.done
    assert report is not None or way == "kept open"
    if report is not None:
        assert {i.role: i.sha256 for i in report.inputs} == {
            name: sha256(texts[name].encode()) for name in ("bo", "zh")
        }
        assert report.bo is not None
        assert report.zh is not None
        assert report.reference is not None
        assert report.bo.cues[0].text == "ཉི་མ་ནི་བརྟན་སྐར་ཞིག་ཡིན།"
        assert report.zh.cues[0].text == "太阳是一颗恒星。"
        assert report.reference.sha256 == sha256(A_ZH.encode())


@posix
def test_a_file_changed_and_changed_back_is_refused(
    tmp_path: Path, films: tuple[bytes, bytes], config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "COPIED_BYTES", 0)
    path = tmp_path / "film.mp4"
    path.write_bytes(films[0])
    there = At("media", lambda: in_place_with_its_time(path, films[1]))
    back = At("audio", lambda: in_place_with_its_time(path, films[0]))

    def tell(stage: str, done: float, total: float | None) -> None:
        there(stage, done, total)
        back(stage, done, total)

    with pytest.raises(InputError) as caught:
        verify(path, config=config, progress=tell)
    assert (there.done, back.done) == (True, True)
    assert caught.value.code == "file-changed"
    assert caught.value.params == {"path": str(path)}


@posix
def test_a_write_that_leaves_no_time_stamp_is_found_by_the_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "COPIED_BYTES", 0)
    path = tmp_path / "film.mp4"
    path.write_bytes(bytes(5000))
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        mapped[0] = 1  # from here on the page is dirty, and no stamp tells of more
        with held(path):
            fingerprint(path, "video", lambda done, total: None)
            monkeypatch.setattr(holding._Held, "look_again", lambda self: None)
            mapped[1] = 1
            with pytest.raises(InputError) as caught:
                confirm(path)
            assert caught.value.code == "file-changed"


@posix
def test_a_held_path_means_what_it_meant(tmp_path: Path, way: str) -> None:
    path = tmp_path / "zh.srt"
    path.write_text(A_ZH, encoding="utf-8")

    def read() -> None:
        with held(path):
            renamed_over(path, B_ZH.encode())
            with opened_plain(path) as one, opened_plain(path) as two:
                one.read(5)
                assert two.read() == A_ZH.encode()
                assert one.read() == A_ZH.encode()[5:]
            with held(path):  # again, by a part of the work
                assert read_at_most(path, 1 << 20) == A_ZH.encode()
            assert load_tracks(path)[0].cues[0].text == "太阳是一颗恒星。"
            confirm(path)

    if way == "copied":
        read()
    else:
        with pytest.raises(InputError, match="changed"):
            read()
    assert read_at_most(path, 1 << 20) == B_ZH.encode()


def test_nothing_stays_open(tmp_path: Path, way: str) -> None:
    path = tmp_path / "zh.srt"
    path.write_text(A_ZH, encoding="utf-8")
    missing = tmp_path / "missing.srt"

    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0

    before = count()
    with held(path), held(path):
        read_at_most(path, 10)
    for given in ((path, missing), (missing, path)):
        with pytest.raises(InputError), held(*given):
            pass
    assert count() == before


@posix
def test_no_text_of_one_film_is_kept_under_the_hash_of_another(
    tmp_path: Path, films: tuple[bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bilingual import ocr
    from bilingual.media.probe import probe
    from bilingual.ocr import recognise

    monkeypatch.setenv("BILINGUAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(holding, "COPIED_BYTES", 0)
    monkeypatch.setattr(recognise, "require", lambda: None)
    path = tmp_path / "film.mp4"
    path.write_bytes(films[0])
    config = Config.load()
    media = probe(path, config.media)

    def kept() -> list[Path]:
        return list((tmp_path / "cache").rglob("burned-in/*/*.json"))

    def swapped(*_: object) -> bool:
        in_place_with_its_time(path, films[1])
        return False

    monkeypatch.setattr(recognise, "worth_reading", swapped)
    with pytest.raises(InputError) as caught:
        ocr.read_burned_in(path, media, config)
    assert caught.value.code == "file-changed"
    assert kept() == []
    monkeypatch.setattr(recognise, "worth_reading", lambda *_: False)
    assert ocr.read_burned_in(path, media, config).tracks == {}
    assert len(kept()) == 1


@pytest.mark.parametrize("where", ["page", "notebook"])
def test_no_page_shows_another_film_than_the_reports(
    tmp_path: Path, films: tuple[bytes, bytes], config: Config, where: str
) -> None:
    from bilingual.model import PageMedia
    from bilingual.render.html.pagemedia import media_for_page
    from bilingual.render.notebook.sound import listen

    path = tmp_path / "film.mp4"
    path.write_bytes(films[0])
    report = verify(path, config=config)
    if where == "page":
        assert media_for_page(report, path, config).peaks
        path.write_bytes(films[1])
        assert media_for_page(report, path, config) == PageMedia()
    else:
        assert "SHA-256" not in listen(report, path, config=config).html
        path.write_bytes(films[1])
        assert "SHA-256" in listen(report, path, config=config).html


def test_what_a_page_holds_is_bounded(tmp_path: Path, films: tuple[bytes, bytes]) -> None:
    from bilingual.budget import Budget
    from bilingual.errors import OverBudgetError
    from bilingual.media.probe import probe
    from bilingual.media.stills import stills

    path = tmp_path / "film.mp4"
    path.write_bytes(films[0])
    limits = Config.load().media
    media = probe(path, limits)
    (still,) = stills(path, media, limits, [500], width=64)
    with Budget(disk_bytes=len(still.jpeg)).active():
        assert stills(path, media, limits, [500], width=64) == (still,)
        with pytest.raises(OverBudgetError) as caught:
            stills(path, media, limits, [500], width=64)
        assert caught.value.code == "over-disk"


# Sizes and kinds before anything is hashed.


@posix
@pytest.mark.parametrize("name", ["film.mp4", "zh.srt", "zh.vtt", "film.mkv"])
@pytest.mark.parametrize("role", ["video", "bo", "zh", "reference"])
def test_a_hole_is_refused_before_it_is_hashed(tmp_path: Path, name: str, role: str) -> None:
    path, small = tmp_path / name, tmp_path / "small.srt"
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)
    small.write_text(A_ZH, encoding="utf-8")
    stages: list[str] = []
    named = {role: path} if role != "reference" else {"zh": small}
    with pytest.raises((MediaError, FormatError)) as caught:
        collect(
            named,
            reference=path if role == "reference" else None,
            progress=lambda stage, done, total: stages.append(stage),
        )
    assert stages == []
    assert caught.value.code == ("media-too-big" if role == "video" else "subtitle-too-large")


@posix
def test_a_hole_that_begins_like_a_film_is_refused_as_subtitles_too(tmp_path: Path) -> None:
    path = tmp_path / "bo.srt"
    with path.open("wb") as file:
        file.write(b"\0\0\0\x18ftypisom")
        file.truncate(20 * 1024**3)
    with pytest.raises(MediaError) as caught:
        verify(bo=path)
    assert caught.value.code == "media-too-big"


@posix
@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "socket", "proc"])
@pytest.mark.parametrize("role", ["video", "bo", "reference", "glossary", "settings", "words"])
def test_what_is_no_file_is_refused_and_not_waited_for(
    tmp_path: Path, kind: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    monkeypatch.chdir(tmp_path)  # a socket's path may not be long
    path = Path("thing")
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "proc":
        path = Path("/proc/self/mem")
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    settings = tmp_path / "c.toml"
    settings.write_text(
        f'[accuracy]\nglossary = ["{path}"]\n'
        if role == "glossary"
        else f'[text]\nwords = ["{path}"]\n'
    )
    small = tmp_path / "zh.srt"
    small.write_text(A_ZH, encoding="utf-8")
    bo = tmp_path / "bo.srt"
    bo.write_text(BO, encoding="utf-8")
    calls: dict[str, Callable[[], object]] = {
        "video": lambda: verify(path),
        "bo": lambda: verify(bo=path),
        "reference": lambda: verify(zh=small, reference=path),
        "glossary": lambda: verify(zh=small, config=Config.load(settings)),
        "settings": lambda: Config.load(path),
        "words": lambda: verify(bo=bo, zh=small, config=Config.load(settings)),
    }
    with pytest.raises(BilingualError) as caught:
        calls[role]()
    assert str(path) in str(caught.value.params)
