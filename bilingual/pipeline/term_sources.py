"""Works to look for terms in: pairs of tracks, saved reports, tables of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bilingual.alignment import align
from bilingual.config import Config
from bilingual.config.thresholds import MAX_REPORT_BYTES
from bilingual.errors import InputError
from bilingual.files import display_name, read_at_most
from bilingual.formats import load_track, load_tracks
from bilingual.model import Report, Track
from bilingual.terms.parallel import ParallelWork, Place, work_of


def paired_work(bo: Path, zh: Path, config: Config) -> ParallelWork:
    """A work of two subtitle files, aligned.

    :raises BilingualError: one of them cannot be read.
    """
    tibetan = load_track(bo, language="bo", limits=config.reading)
    chinese = load_track(zh, language="zh", limits=config.reading)
    return _aligned(display_name(bo.name), tibetan, chinese, config)


def load_work(path: Path, config: Config) -> ParallelWork:
    """A work of one file: a saved report, a table, or subtitles in both languages.

    A table is tab-separated with the columns ``bo`` and ``zh``, a pair a line.

    :raises InputError: the file is none of these, or holds one language only.
    :raises BilingualError: it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".json":
        return _from_report(path)
    if suffix in (".tsv", ".txt"):
        return _from_table(path)
    tracks = {t.language: t for t in load_tracks(path, limits=config.reading) if t.cues}
    if "bo" not in tracks or "zh" not in tracks:
        raise InputError("work-one-sided", path=display_name(path.name))
    return _aligned(display_name(path.name), tracks["bo"], tracks["zh"], config)


def load_works(
    paths: Sequence[Path], pairs: Sequence[tuple[Path, Path]], config: Config
) -> tuple[ParallelWork, ...]:
    """Several works: pairs of tracks first, then files.

    :raises InputError: ``work-none`` where none is named; as :func:`load_work`.
    """
    works = [paired_work(bo, zh, config) for bo, zh in pairs]
    works += [load_work(path, config) for path in paths]
    if not works:
        raise InputError("work-none")
    return tuple(works)


def _aligned(name: str, bo: Track, zh: Track, config: Config) -> ParallelWork:
    if not bo.cues or not zh.cues:
        raise InputError("work-one-sided", path=name)
    return work_of(name, bo, zh, align(bo, zh, config=config))


def _bytes(path: Path) -> bytes:
    data = read_at_most(path, MAX_REPORT_BYTES + 1)
    if len(data) > MAX_REPORT_BYTES:
        detail = f"> {MAX_REPORT_BYTES} bytes"
        raise InputError("report-invalid", path=display_name(path.name), detail=detail)
    return data


def _from_report(path: Path) -> ParallelWork:
    """The two-sided beads of a saved report, as it aligned them."""
    shown = display_name(path.name)
    try:
        report = Report.from_json(_bytes(path))
    except InputError as error:
        raise InputError(error.code, **({"path": shown} | error.params)) from None
    if report.alignment is None or report.bo is None or report.zh is None:
        raise InputError("work-one-sided", path=shown)
    return work_of(shown, report.bo, report.zh, report.alignment)


def _from_table(path: Path) -> ParallelWork:
    shown = display_name(path.name)
    data = _bytes(path)
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        broken = data.count(b"\n", 0, error.start) + 1
        raise InputError("work-table", path=shown, line=broken) from error
    columns = [c.strip().lower() for c in (lines[0] if lines else "").split("\t")]
    if "bo" not in columns or "zh" not in columns:
        raise InputError("work-table", path=shown, line=1)
    bo_at, zh_at = columns.index("bo"), columns.index("zh")
    bo, zh, places = [], [], []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) <= max(bo_at, zh_at):
            raise InputError("work-table", path=shown, line=number)
        bo.append(cells[bo_at])
        zh.append(cells[zh_at])
        places.append(Place(line=number))
    if not bo:
        raise InputError("work-one-sided", path=shown)
    return ParallelWork(name=shown, bo=tuple(bo), zh=tuple(zh), places=tuple(places))
