"""What an installation takes: megabytes on the disk and seconds, for the base and each extra.

    python -m tests.bench.bench_install [EXTRA …] [--warm]

Each is installed by pip with the versions of ``.ci/constraints.txt`` into an environment of its
own that holds nothing but pip, from the package index that pip is set up for. Without ``--warm``
pip has no cache (``--no-cache-dir``), so that everything is fetched; with it, each is installed
twice and the second time is the figure. Where torch is needed it comes first, in the version that
the Makefile names: left to itself pip takes gigabytes of CUDA builds. The seconds hold for this
machine and its connection; the processor's time is that of pip (unpacking and compiling). Lines
of extras that are not named stay as they were measured before.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Final

from bilingual.render.notebook.results import Entry, read_result
from tests.bench.results import RESULTS, column, table, write

ROOT: Final = Path(__file__).parents[2]
PINS: Final = ROOT / ".ci/constraints.txt"
NAME: Final = "bilingual-subtitles"
_TORCH: Final = {"asr", "tibetan-asr", "transformers", "all"}
_OTHERS: Final = {"dev", "docs", "release"}  # for whoever works on the library


def extras() -> tuple[str, ...]:
    """The extras that a user of the library may want, by their names in ``pyproject.toml``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return tuple(sorted(set(project["optional-dependencies"]) - _OTHERS))


def torch_version() -> str:
    """The requirement for torch by which the Makefile installs it."""
    found = re.search(r"torch==[\d.]+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("the Makefile names no torch")
    return found[0]


def install(wheel: Path, extra: str, *, cache: bool) -> tuple[float, float, dict[str, int]]:
    """Install the wheel with an extra: seconds, those of the processor, bytes by package."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "venv"
        venv.create(home, with_pip=True)
        (site,) = (home / "lib").glob("python*/site-packages")
        before = {d.name for d in distributions(path=[str(site)])}
        pip = [str(home / "bin/python"), "-m", "pip", "install", "--quiet"]
        pip += ["--disable-pip-version-check", "-c", str(PINS)]
        pip += [] if cache else ["--no-cache-dir"]
        began, used = time.monotonic(), _processor_s()
        if extra in _TORCH:
            subprocess.run([*pip, torch_version()], check=True)
        subprocess.run([*pip, f"{wheel}[{extra}]" if extra else str(wheel)], check=True)
        took = time.monotonic() - began, _processor_s() - used
        sizes = {
            found.name: size_of(found)
            for found in distributions(path=[str(site)])
            if found.name not in before
        }
    return *took, sizes


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def size_of(found: Distribution) -> int:
    """Bytes of the files of an installed distribution, compiled modules included."""
    paths = [Path(str(found.locate_file(file))) for file in found.files or ()]
    return sum(path.stat().st_size for path in set(paths) if path.is_file())


def built(out: Path) -> Path:
    """The wheel of this tree."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    subprocess.run([*command, str(ROOT)], check=True, stdout=subprocess.DEVNULL)
    (wheel,) = out.glob("*.whl")
    return wheel


def main() -> None:
    """Install each and write down what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extras", nargs="*", default=["", *extras()])
    parser.add_argument("--warm", action="store_true")
    asked = parser.parse_args()
    state = "warm" if asked.warm else "cold"
    rows = measured_before(f"install-{state}")
    with tempfile.TemporaryDirectory() as name:
        wheel = built(Path(name))
        for extra in asked.extras:
            for _ in range(2 if asked.warm else 1):
                clock, processor, sizes = install(wheel, extra, cache=asked.warm)
            heavy = sorted(sizes, key=lambda one: -sizes[one])[:4]
            named = ", ".join(f"{one} {sizes[one] / 1e6:.0f}" for one in heavy)
            rows[extra] = (sum(sizes.values()) / 1e6, clock, processor, len(sizes), named)
            sys.stderr.write(f"{extra}: {rows[extra]}\n")
    columns = [
        column("installed"),
        column("MB", "{:.0f}", on_the_disk="MB"),
        column("s", "{:.0f}", by_the_clock="s"),
        column("s, processor", "{:.0f}", of_the_processor="s"),
        column("packages", packages="count"),
        column("heaviest, MB"),
    ]
    title = f"Installations, pip's cache {state}; each with all that it needs"
    lines = [[_label(extra), *rows[extra]] for extra in ("", *extras()) if extra in rows]
    write(f"install-{state}", tables={"install": table(title, columns, lines, n=len(lines))})


def measured_before(name: str) -> dict[str, tuple[Entry, ...]]:
    """The lines of the result that is there, by extra."""
    path = RESULTS / f"{name}.json"
    lines = read_result(path).tables["install"].rows if path.is_file() else ()
    return {
        extra: tuple(line[1:])
        for line in lines
        for extra in ("", *extras())
        if line[0] == _label(extra)
    }


def _label(extra: str) -> str:
    return f"`[{extra}]`" if extra else f"`{NAME}` alone"


if __name__ == "__main__":
    main()
