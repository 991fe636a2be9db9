"""Which file is which: the video, the subtitles and the form among files or in a folder.

A file is known by what is in it, not by its name: a video by its first bytes, a subtitle
file by its cues, its language by their script. Names decide only where that leaves several.
Where they do not decide either, nothing is guessed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bilingual.config import Config
from bilingual.errors import BilingualError, InputError
from bilingual.files import (
    StrPath,
    checked_path,
    display_name,
    is_folder,
    opened_plain,
    read_at_most,
)
from bilingual.form import FIELDS, load_form
from bilingual.formats import is_subtitle_name, load_tracks, refuse_unusable
from bilingual.media.sources import HEAD_BYTES, family_of
from bilingual.model import LANGUAGES, Language, Track

Role = Literal["video", "bo", "zh", "form"]
Kind = Literal["video", "subtitles", "form", "other"]

FIXED: Final = ".fixed"
"""What the name of a file that ``bilingual fix`` writes ends with, before its ending."""

_SOUND_FAMILIES: Final = frozenset({"wav", "flac", "mp3", "ogg"})
_SOUND_SUFFIXES: Final = frozenset({".m4a", ".m4b", ".mka", ".aac", ".wma"})
_OTHER_SUFFIXES: Final = frozenset(
    """
    .csv .doc .docx .gif .htm .html .ipynb .jpeg .jpg .json .key .log .md .pdf .pem .png
    .ppt .pptx .prproj .psd .py .rar .rtf .sig .toml .tsv .wps .xls .xlsx .xml .yaml .yml
    .zip
    """.split()  # noqa: SIM905
)
"""No subtitles are looked for in these, unless one is named."""
_FORM_SUFFIXES: Final = frozenset({".json", ".toml"})
_FORM_NAMES: Final = re.compile("form|报名|申报|推荐表|自荐表|申请表")
_FEWEST_FIELDS: Final = 2  # that make a form of a file of another name
_COMPARED_BYTES: Final = 50_000_000  # more than a subtitle file may have

_SYSTEM_NAMES: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx", "icon\r"})
_DEPTH: Final = 3
_MOST_FILES: Final = 500
_COPIED_S: Final = 60  # that copying a folder takes: the files of one copy are of one age
_SHOWN: Final = 12

_WORDS: Final[Mapping[Language, tuple[frozenset[str], str]]] = {
    "bo": (frozenset({"bo", "bod", "tib", "tibetan", "xizang", "zangwen"}), "藏|བོད"),
    "zh": (
        frozenset({"zh", "chi", "zho", "chs", "cn", "sc", "chinese", "hans", "zhongwen"}),
        "中|汉|漢|简|རྒྱ",
    ),
}
"""Words in a name that point to a language: whole ones in Latin letters, parts in others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Files of which it cannot be told which one is meant; ``error`` says so."""

    files: tuple[Path, ...]
    error: InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """Which file is which. One with both languages is both ``bo`` and ``zh``.

    ``unused`` are the files of a folder that nothing was done with; what systems leave in
    folders, and hidden files, are not among them. ``replaced`` are those in whose place the
    file that ``bilingual fix`` made of them is used. ``doubts``: what is left to be chosen.
    """

    video: Path | None = None
    bo: Path | None = None
    zh: Path | None = None
    form: Path | None = None
    unused: tuple[Path, ...] = ()
    replaced: tuple[Path, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    def taken(self) -> Iterator[tuple[Role, Path]]:
        """The role and path of every file that is used."""
        for role in _ROLES:
            path: Path | None = getattr(self, role)
            if path is not None:
                yield role, path


_ROLES: Final[tuple[Role, ...]] = ("video", "bo", "zh", "form")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file is by what is in it.

    ``languages`` are those of a subtitle file. ``broken``: it has the name of a subtitle
    file, and cannot be read.
    """

    kind: Kind
    languages: frozenset[Language] = frozenset()
    broken: bool = False


def looked_at(path: StrPath, *, name: str | None = None, config: Config | None = None) -> Look:
    """What a file is: a video, subtitles, a form or something else.

    :param name: what it is called where its path does not say.
    :raises InputError: as ``checked_path``.
    """
    place = checked_path(path)
    shown = display_name(name or str(place))
    found = _looked_at(_Entry(place, shown, 0, True), config or Config.load())
    return Look(kind=found.kind, languages=found.languages, broken=found.broken)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file that was looked at. ``broken``: it has a subtitle file's name, and is unreadable."""

    path: Path
    name: str  # as it is shown: from the folder that was given
    depth: int
    named: bool  # itself, not by its folder
    kind: Kind
    languages: frozenset[Language] = frozenset()
    broken: bool = False

    @property
    def stem(self) -> str:
        """Its name without folders and ending."""
        return Path(self.name).stem

    def points_to(self, language: Language) -> bool:
        """Whether its name says this language, and not the other one too."""
        return _languages_of(Path(self.name).name) == [language]


def recognise(
    paths: Iterable[StrPath],
    *,
    given: Mapping[str, StrPath | None] | None = None,
    names: Mapping[Path, str] | None = None,
    looks: Mapping[Path, Look] | None = None,
    of_folder: bool = False,
    leave_open: bool = False,
    config: Config | None = None,
) -> Submitted:
    """Find out which of these files is the video, which the subtitles, which the form.

    A folder stands for the files in it; those of a folder inside count where the upper ones
    leave a role empty. Hidden files, those that systems leave behind, links and empty files
    are passed over in a folder.

    :param given: files whose role is known; nothing else is looked for in their place.
    :param names: what files are called where their paths do not say (of an upload).
    :param looks: what :func:`looked_at` said of a file; it is not read again.
    :param of_folder: the files that are given are what somebody has in a folder: one that is
        of no use is passed over, and no error.
    :param leave_open: where it cannot be told which to take, that is no error: the roles that
        are sure are filled, and the others are among the ``doubts``.
    :raises InputError: ``inputs-ambiguous``, ``inputs-several-works``: it cannot be told
        which to take, with all that was found; ``inputs-none``: there is neither a video
        nor a subtitle file; ``inputs-unrecognised``: a file that was named is neither, or
        in neither language; ``inputs-too-many``: a folder holds over 500 files; or, of a
        file that was named, as ``checked_path``.
    """
    settings = config or Config.load()
    known = {role: Path(path) for role, path in (given or {}).items() if path is not None}
    seen = looks or {}
    files = [
        _as_seen(entry, seen[entry.path]) if entry.path in seen else _looked_at(entry, settings)
        for entry in _listed(paths, names or {}, named=not of_folder)
    ]
    choice = _Choice(files, known)
    chosen = choice.made()
    if choice.doubts and not leave_open:
        raise choice.doubts[0].error
    used = {*chosen.values(), *choice.copies, *choice.replaced}
    for file in files:
        if file.named and file.path not in used:
            choice.refuse(file)
    if not choice.doubts and not set(chosen) & {"video", "bo", "zh"}:
        raise InputError("inputs-none", found=_names(files))
    return Submitted(
        **chosen,
        unused=tuple(f.path for f in files if f.path not in used and not f.named),
        replaced=tuple(sorted(choice.replaced - set(chosen.values()))),
        doubts=tuple(choice.doubts),
    )


# What there is.


@dataclass(frozen=True, slots=True)
class _Entry:
    path: Path
    name: str
    depth: int
    named: bool


def _listed(paths: Iterable[StrPath], names: Mapping[Path, str], *, named: bool) -> list[_Entry]:
    """The files that are meant, each once."""
    entries: list[_Entry] = []
    for given in paths:
        path = Path(given)
        if is_folder(path):
            entries += _inside(path)
        else:
            name = display_name(names.get(path, str(given)))
            entries.append(_Entry(checked_path(path), name, 0, named))
    once: dict[tuple[int, int] | str, _Entry] = {}
    for entry in entries:
        status = entry.path.stat()
        key = (status.st_dev, status.st_ino) if status.st_ino else str(entry.path.resolve())
        if key not in once or entry.named:
            once[key] = entry
    return list(once.values())


def _inside(folder: Path) -> list[_Entry]:
    """The files of a folder and of those in it, the upper ones first.

    :raises InputError: ``inputs-too-many``; ``file-unreadable``: it cannot be listed.
    """
    entries: list[_Entry] = []
    level = [folder]
    for depth in range(_DEPTH):
        below: list[Path] = []
        for place in level:
            for path in _contents(place):
                if path.is_symlink() or _of_system(path.name):
                    continue
                if path.is_dir():
                    below.append(path)
                elif path.is_file() and path.stat().st_size:
                    name = display_name(str(path.relative_to(folder)))
                    entries.append(_Entry(path, name, depth, False))
                if len(entries) > _MOST_FILES:
                    raise InputError("inputs-too-many", path=str(folder), limit=_MOST_FILES)
        level = below
    return entries


def _contents(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda path: (path.name.casefold(), path.name))
    except OSError as error:
        detail = error.strerror or str(error)
        raise InputError("file-unreadable", path=str(folder), detail=detail) from error


def _of_system(name: str) -> bool:
    """Whether a file is hidden, or one that systems and programs leave behind."""
    return name.startswith((".", "~$")) or name.casefold() in _SYSTEM_NAMES


def _as_seen(entry: _Entry, look: Look) -> _File:
    """A file that was looked at."""
    return _File(
        path=entry.path,
        name=entry.name,
        depth=entry.depth,
        named=entry.named,
        kind=look.kind,
        languages=look.languages,
        broken=look.broken,
    )


def _looked_at(entry: _Entry, config: Config) -> _File:
    """What a file is."""

    def is_a(kind: Kind, languages: Iterable[Language] = (), *, broken: bool = False) -> _File:
        return _as_seen(entry, Look(kind=kind, languages=frozenset(languages), broken=broken))

    path, suffix = entry.path, entry.path.suffix.lower()
    try:
        with opened_plain(path) as file:
            head = file.read(HEAD_BYTES)
    except InputError:
        return is_a("other")
    family = family_of(head)
    if family is not None:
        sound = family in _SOUND_FAMILIES or suffix in _SOUND_SUFFIXES
        return is_a("other" if sound else "video")
    if suffix in _FORM_SUFFIXES and _is_form(path, entry.name):
        return is_a("form")
    if suffix in _OTHER_SUFFIXES and not entry.named:
        return is_a("other")
    try:
        tracks = load_tracks(path, limits=config.reading)
    except BilingualError:
        broken = is_subtitle_name(path)
        return is_a("subtitles" if broken else "other", broken=broken)
    if not any(track.cues for track in tracks):
        broken = is_subtitle_name(path)
        return is_a("subtitles" if broken else "other", broken=broken)
    languages = [track.language for track in tracks if track.cues and track.language]
    if not languages and not _in_latin_letters(tracks):  # garbled, or too little of either
        languages = _languages_of(Path(entry.name).name)
    return is_a("subtitles", languages if languages else ())


def _is_form(path: Path, name: str) -> bool:
    """Whether a file is a submission form, by its name or by the fields in it."""
    if _FORM_NAMES.search(Path(name).stem.casefold()):
        return True
    try:
        form = load_form(path)
    except BilingualError:
        return False
    filled = sum(getattr(form, name) is not None for name in FIELDS)
    return filled >= _FEWEST_FIELDS


def _languages_of(name: str) -> list[Language]:
    """The language that a name says; none where it says both."""
    stem = name.rsplit(".", 1)[0].casefold()
    latin = set(re.findall("[a-z]+", stem))
    said = [
        side for side, (words, parts) in _WORDS.items() if words & latin or re.search(parts, stem)
    ]
    return said if len(said) == 1 else []


def _in_latin_letters(tracks: Iterable[Track]) -> bool:
    letters = [c for track in tracks for cue in track.cues for c in cue.compared if c.isalpha()]
    return 2 * sum(c.isascii() for c in letters) > len(letters)


# Which to take.


class _Choice:
    """The file of each role, out of those that were looked at."""

    def __init__(self, files: Sequence[_File], known: Mapping[str, Path]) -> None:
        self._files, self._known = files, known
        self.copies: set[Path] = set()  # of files that were chosen
        self.replaced: set[Path] = set()  # by the files that were made of them
        self.doubts: list[Doubt] = []

    def made(self) -> dict[Role, Path]:
        """The path of each role that has one; ``doubts`` are known then, too."""
        chosen: dict[Role, Path] = {}
        both = self._of(lambda f: f.languages == frozenset(LANGUAGES))
        candidates: dict[Role, list[_File]] = {
            "video": self._of(lambda f: f.kind == "video"),
            "form": self._of(lambda f: f.kind == "form"),
        }
        for side in LANGUAGES:
            own = self._of(lambda f, side=side: f.languages == {side})  # type: ignore[misc]
            candidates[side] = own or both or self._broken(side)
        for role in _ROLES:
            if role in self._known:
                chosen[role] = self._known[role]
            elif candidates.get(role):
                several = self._narrowed(role, candidates[role], chosen.get("video"))
                if len(several) > 1:
                    self._doubt(role, several)
                else:
                    chosen[role] = several[0].path
        return chosen

    def _of(self, fits: Callable[[_File], bool]) -> list[_File]:
        """The files that fit, of the uppermost folders that have any."""
        found = [f for f in self._files if fits(f)]
        upper = min((f.depth for f in found), default=0)
        return [f for f in found if f.depth == upper]

    def _broken(self, side: Language) -> list[_File]:
        """A subtitle file that cannot be read, in the place of one that is not there."""
        found = self._of(lambda f: f.broken)
        other: Language = "zh" if side == "bo" else "bo"
        return [f for f in found if f.points_to(side)] or (
            [f for f in found if not f.points_to(other)]
            if any(f.languages == {other} for f in self._files)
            else []
        )

    def _narrowed(self, role: Role, found: Sequence[_File], video: Path | None) -> Sequence[_File]:
        """Those of the files that names leave: one, where they decide."""
        several = found if role == "video" else self._fixed(self._distinct(found))
        for narrower in (
            lambda f: role in LANGUAGES and f.points_to(role),
            lambda f: self._goes_with(f, video),
        ):
            if len(several) > 1:
                fitting = [f for f in several if narrower(f)]
                several = fitting if len(fitting) == 1 else several
        return several

    def _doubt(self, role: str, several: Sequence[_File]) -> None:
        """Note that it cannot be told which of these has a role."""
        paths = tuple(f.path for f in several)
        if role == "zh" and self.doubts and self.doubts[-1].files == paths:
            self.doubts.pop()  # files with both languages are in doubt once, not by language
            role = "both"
        folders = {str(Path(f.name).parent) for f in several}
        if len(folders) == len(several):
            error = InputError("inputs-several-works", folders=sorted(folders)[:_SHOWN])
        else:
            error = self._ambiguous(role, len(several), several)
        self.doubts.append(Doubt(files=paths, error=error))

    def _ambiguous(self, role: str, count: int, meant: Sequence[_File]) -> InputError:
        lists: dict[str, Sequence[_File]] = {
            "files": meant,
            "video": [f for f in self._files if f.kind == "video"],
            "both": [f for f in self._files if len(f.languages) > 1],
        }
        for side in LANGUAGES:
            lists[side] = [f for f in self._files if f.languages == {side}]
        names = {name: _names(files) for name, files in lists.items()}
        return InputError("inputs-ambiguous", count=count, role=role, **names)

    def refuse(self, file: _File) -> None:
        """Say why a file that was named is not used.

        :raises BilingualError: always.
        """
        if file.broken:  # reading it says what is wrong
            refuse_unusable(load_tracks(file.path), file.path)
        if file.kind == "video":
            raise self._ambiguous("video", 2, [file])
        if file.languages:
            raise self._ambiguous(min(file.languages), 2, [file])
        code = "inputs-other-language" if file.kind == "subtitles" else "inputs-unrecognised"
        raise InputError(code, path=file.name)

    def _distinct(self, found: Sequence[_File]) -> Sequence[_File]:
        """The files without copies of one another."""
        once: dict[bytes, _File] = {}
        for file in sorted(found, key=lambda f: len(f.name)):  # the original has no addition
            data = read_at_most(file.path, _COMPARED_BYTES)
            if once.setdefault(hashlib.sha256(data).digest(), file) is not file:
                self.copies.add(file.path)
        return list(once.values())

    def _fixed(self, found: Sequence[_File]) -> Sequence[_File]:
        """The files without those of which a fixed one is beside them.

        One that was changed after it was fixed stays: which of the two is meant is not known.
        """
        before = {
            one.path
            for one in found
            for fixed in found
            if not one.named and _is_fixed(fixed.path, one.path)
        }
        self.replaced |= before
        return [file for file in found if file.path not in before]

    def _goes_with(self, file: _File, video: Path | None) -> bool:
        """Whether a video is called as a subtitle file is, or the other way round."""
        if file.kind != "video":
            films = (
                [f.stem for f in self._files if f.path == video] or [video.stem] if video else []
            )
            return any(_extends(file.stem, film) for film in films)
        beside = [f for f in self._files if f.kind == "subtitles" and f.depth == file.depth]
        return any(_extends(other.stem, file.stem) for other in beside)


def _is_fixed(path: Path, before: Path) -> bool:
    """Whether a file is named as the one that ``bilingual fix`` makes of another, and no older."""
    stem = path.stem.casefold()
    made = {f"{before.stem.casefold()}{part}{FIXED}" for part in ("", ".bo", ".zh")}
    if path.parent != before.parent or stem not in made:
        return False
    return path.stat().st_mtime + _COPIED_S >= before.stat().st_mtime


def _extends(name: str, stem: str) -> bool:
    """Whether a name is another's, with something added to it: ``sun.bo`` to ``sun``."""
    rest = name.casefold().removeprefix(stem.casefold())
    return len(rest) < len(name) and not rest[:1].isalnum()


def _names(files: Sequence[_File]) -> list[str]:
    """Names as they are shown, not too many of them."""
    names = [f.name for f in files]
    return [*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])]
