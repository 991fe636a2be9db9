"""Runs the library on a case, and takes out of what it says what may differ.

Only the public API and the command line are used, each case in a folder of its
own, with a cache of its own that holds those models alone that the case names.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from tests.golden.cases import Case, all_cases
from tests.golden.heard import replayed

DATA: Final = Path(__file__).with_name("data")
ROOT: Final = Path(__file__).parents[2]
Outputs = dict[str, bytes]


# What may differ between two runs or two machines


@dataclass(frozen=True, slots=True)
class Volatile:
    """A place in ``report.json`` whose value is no part of the golden.

    ``path`` is a path of keys, ``*`` for any one; an input goes by its role, and
    items of other lists by their number. ``where``: in every report, or only where
    there is a video, whose bytes are ffmpeg's.
    """

    path: str
    put: Any
    why: str
    where: Literal["all", "video"] = "all"


_SPEECH: Final = "the recogniser's floats depend on the processor"
_OCR: Final = "the reader's floats depend on the processor"
_FILM: Final = "the file is made by ffmpeg, and its bytes are those of that ffmpeg"

VOLATILE: Final = (
    Volatile("provenance.created", "(time)", "the time of the run"),
    Volatile("provenance.version", "(version)", "the library's own version"),
    Volatile("provenance.dependencies", "(versions)", "what happens to be installed"),
    Volatile("provenance.ffmpeg", "(version)", "the ffmpeg that happens to be there"),
    Volatile("provenance.models.*.sha256", "(hash)", "a model may be replaced by a better one"),
    Volatile("inputs.video.bytes", 0, _FILM, "video"),
    Volatile("inputs.video.sha256", "(hash)", _FILM, "video"),
    Volatile("media.bytes", 0, _FILM, "video"),
    Volatile("media.video.*.bit_rate", 0, _FILM, "video"),
    Volatile("media.mean_volume_db", 0, "decoded sound depends on ffmpeg", "video"),
    Volatile("media.max_volume_db", 0, "decoded sound depends on ffmpeg", "video"),
    Volatile("speech.model_sha256", "(hash)", "a model may be replaced by a better one"),
    Volatile("speech.language_scores.*", 0, _SPEECH),
    Volatile("speech.segments.*.confidence", 0, _SPEECH),
    Volatile("speech.segments.*.avg_logprob", 0, _SPEECH),
    Volatile("speech.segments.*.no_speech_prob", 0, _SPEECH),
    Volatile("speech.segments.*.compression_ratio", 0, _SPEECH),
    Volatile("speech.segments.*.words", "(words)", "their times and probabilities: " + _SPEECH),
    Volatile("tracks.*.cues.*.confidence", 0, _OCR + ", and so are those of a transcript", "video"),
    Volatile("burned_in.*.cues.*.confidence", 0, _OCR, "video"),
    Volatile("burned_in.*.cues.*.rows", "(rows)", _OCR, "video"),
)
"""What is normalised in ``report.json``. A value that is ``null`` stays so."""

VOLATILE_TEXT: Final = (
    (re.compile(r"\bversion:\d[\w.]*"), "version:(version)"),  # sacrebleu's, in its signatures
)
"""Normalised in every text: (pattern, what stands in its place).

Besides, what a finding on the file's size says of it is ``(size)``, the folder of the run becomes
``(folder)`` everywhere, and where there is a video its size in MB becomes ``(size)``.
"""

_SIZE: Final = re.compile(r"[\d.]+ (?:[kMG]i?)?B\b(?:（[\d.]+ MiB）| \([\d.]+ MiB\))?")


def normalised(document: dict[str, Any], video: bool) -> dict[str, Any]:
    """The report without what may differ, and without ``plain`` where it is ``text``."""
    patterns = [(v.path.split("."), v.put) for v in VOLATILE if video or v.where == "all"]

    def walk(value: Any, path: tuple[str, ...]) -> Any:
        if value is not None:
            for keys, put in patterns:
                if len(keys) == len(path) and all(
                    key in ("*", step) for key, step in zip(keys, path, strict=True)
                ):
                    return put
        if isinstance(value, dict):
            if value.get("rule") == "file-size" and "params" in value and video:
                sizes = ("found_mb", "found_mib", "bytes")
                params = {k: "(size)" if k in sizes else v for k, v in value["params"].items()}
                value = value | {"params": params}
            if "plain" in value and value["plain"] == value.get("text"):
                value = {key: inner for key, inner in value.items() if key != "plain"}
            return {key: walk(inner, (*path, key)) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, (*path, _step(n, inner))) for n, inner in enumerate(value)]
        return value

    clean: dict[str, Any] = walk(document, ())
    return clean


def folded(document: dict[str, Any], case: Case) -> dict[str, Any]:
    """The report in less room, and with nothing lost that a change could alter.

    A check is a line; settings that are the defaults are a hash but for one case, which
    shows them.
    """
    checks = [_check_line(check) for check in document["checks"]]
    settings = document["provenance"]["config"]
    if not case.settings and case.name != "pair-sound":
        text = json.dumps(settings, ensure_ascii=False)
        short = hashlib.sha256(text.encode()).hexdigest()[:16]
        settings = f"(the defaults, as in pair-sound: {short})"
    provenance = {**document["provenance"], "config": settings}
    return {**document, "checks": checks, "provenance": provenance}


def _check_line(check: dict[str, Any]) -> str:
    rest = {k: v for k, v in check.items() if k not in ("rule", "verdict", "required")}
    words = f"{check['rule']}: {check['verdict']}{', required' if check['required'] else ''}"
    plain = rest == {"reason": None, "params": {}}
    return words if plain else f"{words}, {json.dumps(rest, ensure_ascii=False)}"


def _step(number: int, item: Any) -> str:
    return str(item["role"]) if isinstance(item, dict) and "role" in item else str(number)


def shown(value: Any, indent: str = "") -> str:
    """JSON for people who compare: what fits goes on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 160 or not isinstance(value, (dict, list)) or not value:
        return line
    inner = indent + " "
    if isinstance(value, dict):
        rows = [f"{inner}{json.dumps(k)}: {shown(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(rows) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + shown(v, inner) for v in value) + f"\n{indent}]"


# Running a case


def command(arguments: Sequence[str]) -> tuple[int, bytes, str]:
    """``bilingual`` with these arguments: status, standard output, standard error."""
    from bilingual.cli import main

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    status: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(arguments))
        except SystemExit as done:
            status = done.code
    out.flush()
    err.flush()
    said = err.buffer.getvalue().decode()
    return int(status or 0), out.buffer.getvalue(), said


def run_case(case: Case, folder: Path) -> Outputs:
    """The outputs of a case by file name, normalised; its inputs go into the folder."""
    folder.mkdir()
    with contextlib.chdir(folder):
        case.make(folder)
        if case.settings:
            Path("settings.toml").write_text(case.settings, encoding="utf-8")
        found: Outputs = {"report": _report, "error": _error, "commands": _also}[case.kind](case)
    return {name: _clean(case, name, data, folder) for name, data in found.items()}


def _clean(case: Case, name: str, data: bytes, folder: Path) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data
    if name.startswith("fixed/"):
        return data
    text = text.replace(str(folder), "(folder)").replace(str(folder.parent), "(folders)")
    for pattern, put in VOLATILE_TEXT:
        text = pattern.sub(put, text)
    if case.video is not None and name.endswith((".txt", ".csv")):
        text = _SIZE.sub("(size)", text)
    return text.encode()


def _verified(case: Case) -> Any:
    from bilingual import Config, verify

    config = Config.load("settings.toml") if case.settings else None
    return verify(case.video, bo=case.bo, zh=case.zh, reference=case.reference, config=config)


def _report(case: Case) -> Outputs:
    report = _verified(case)
    document = report.to_dict()
    assert json.loads(report.to_json()) == document
    found: Outputs = {}
    clean = folded(normalised(document, case.video is not None), case)
    found["report.json"] = (shown(clean) + "\n").encode()
    Path("report.json").write_text(report.to_json(), encoding="utf-8")
    for lang in ("zh", "en"):
        found[f"report.{lang}.txt"] = report.to_text(lang).encode()
        status, again, said = command(["show", "report.json", "--lang", lang])
        if status or again.decode().strip() != report.to_text(lang).strip():
            found[f"show.{lang}.txt"] = again + said.encode()  # no golden: a saved report differs
    status, sheet, said = command(["show", "report.json", "--format", "csv"])
    found["sheet.csv"] = sheet if status == 0 else said.encode()
    if case.fix is not None:
        found |= _fixed(case)
    for name in case.keep:
        found[name] = Path(name).read_bytes()
    return found | _also(case)


def _fixed(case: Case) -> Outputs:
    arguments = ["fix", *case.arguments, *case.fix, "--out", "fixed"]  # type: ignore[misc]
    status, out, said = command(arguments)
    found = {"fix.zh.txt": out + _told(status, said)}
    if "--unsafe" in arguments or "--from-sheet" in arguments:
        status, out, said = command([*arguments[:-2], "--lang", "en"])
        found["fix.en.txt"] = out + _told(status, said)
    if Path("fixed").is_dir():
        for path in sorted(Path("fixed").iterdir()):
            found[f"fixed/{path.name}"] = path.read_bytes()
    return found


def _told(status: int, said: str) -> bytes:
    """The exit status and the last line on standard error."""
    last = said.strip().splitlines()[-1:] or [""]
    return f"\n[exit status {status}; {last[0]}]\n".encode()


def _error(case: Case) -> Outputs:
    from bilingual import BilingualError

    told: dict[str, Any] = {}
    try:
        _verified(case)
    except BilingualError as error:
        kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, BilingualError)]
        told = {"kinds": kinds, "code": error.code, "params": error.params, "str": str(error)}
    else:
        told = {"code": None}
    for lang in ("zh", "en"):
        reference = [] if case.reference is None else ["--reference", case.reference]
        status, out, said = command(["verify", *case.arguments, *reference, "--lang", lang])
        told |= {
            f"{lang}.status": status,
            f"{lang}.out": out.decode(),
            f"{lang}.err": said.strip().splitlines()[-1],
        }
    return {"error.json": (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()}


def _also(case: Case) -> Outputs:
    found: Outputs = {}
    for name, arguments in case.also.items():
        status, out, said = command(arguments)
        found[name] = out if status == 0 else out + said.encode()
    if case.kind == "commands":
        for lang in ("zh", "en"):
            listed = command(["rules", "--lang", lang])[1].decode().splitlines()
            names = [line.split()[0] for line in listed if re.match(r"[a-z]+(-[a-z]+)*\s", line)]
            texts = [command(["rules", rule, "--lang", lang])[1].decode() for rule in names]
            found[f"rules-each.{lang}.txt"] = "\n".join(texts).encode()
    return found


# Models, and processes of their own


def models_folder() -> Path | None:
    """Where the fetched models of this machine lie, ``None`` without any."""
    for name in ("botok-words", "whisper-base"):
        status, out, _ = command(["models", "path", name])
        path = Path(out.decode().strip())
        if status == 0:
            return next(parent for parent in path.parents if parent.name == "models")
    return None


def lacking(case: Case) -> str | None:
    """Why a case cannot be run here, ``None`` where it can."""
    for module in case.extras:
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed"
    for name in case.needs:
        if command(["models", "path", name])[0]:
            return f"{name} has not been fetched: bilingual models fetch {name}"
    return None


def make_outputs(cases: Sequence[Case], target: Path) -> None:
    """Run the cases and write what they give below the folder, each under its name.

    Cases that need the same models share a process, so that nothing that stays
    in a process's memory passes from one kind to the other.
    """
    kinds: dict[tuple[str, ...], list[str]] = {}
    for case in cases:
        kinds.setdefault(case.needs, []).append(case.name)
    models = models_folder()
    for needs, names in kinds.items():
        with TemporaryDirectory() as cache:
            for name in needs:
                assert models is not None
                place = Path(cache) / "models"
                place.mkdir(exist_ok=True)
                for source in models.iterdir():
                    if source.name in (name, name.removeprefix("whisper-")):
                        (place / source.name).symlink_to(source)
            environment = {**os.environ, "BILINGUAL_CACHE": cache, "PYTHONIOENCODING": "utf-8"}
            subprocess.run(
                [sys.executable, "-m", "tests.golden.outputs", str(target), *names],
                cwd=ROOT,
                env=environment,
                check=True,
            )


def main(arguments: Sequence[str]) -> None:
    """``python -m tests.golden.outputs FOLDER NAME…``: run cases in this process."""
    target = Path(arguments[0])
    cases = {case.name: case for case in all_cases()}
    with TemporaryDirectory() as scratch, replayed():
        for name in arguments[1:]:
            folder = Path(scratch).resolve() / name
            try:
                found = run_case(cases[name], folder)
            except Exception:
                found = {"crash.txt": traceback.format_exc().encode()}
            write(target / name, found)


def write(folder: Path, found: Mapping[str, bytes]) -> None:
    """Write outputs below a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in found.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def read(folder: Path) -> Outputs:
    """The outputs below a folder, by file name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# Comparing


def differences(golden: Outputs, found: Outputs, name: str, most: int = 60) -> str:
    """The first differences as a unified diff; nothing where there are none."""
    import difflib

    lines: list[str] = []
    for file in sorted({*golden, *found}):
        if file not in found:
            lines.append(f"{name}/{file}: the golden is there, and the library no longer gives it")
        elif file not in golden:
            lines.append(f"{name}/{file}: the library gives it, and there is no golden")
            lines += [f"+{line}" for line in _lines(found[file])[:15]]
        elif golden[file] != found[file]:
            lines += difflib.unified_diff(
                _lines(golden[file]),
                _lines(found[file]),
                f"golden/{name}/{file}",
                f"now/{name}/{file}",
                lineterm="",
                n=2,
            )
    more = [f"… and {len(lines) - most} lines more"] if len(lines) > most else []
    return "\n".join([*lines[:most], *more])


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "backslashreplace")
    return [line.replace("\r", "␍") for line in text.split("\n")]


if __name__ == "__main__":
    main(sys.argv[1:])
