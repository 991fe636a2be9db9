"""``python -m tests.golden.regenerate [NAME…]``: write the goldens anew.

``--check`` only compares, ``--fast`` leaves the slow cases out, ``--list`` names them all,
``--record`` has the recogniser listen to the samples again. A case whose models are absent
is left as it is. Look at the difference (``git diff``) before committing it: a golden is
right only where somebody has read it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.golden.cases import WHISPER, Case, all_cases
from tests.golden.heard import KEPT, RECORDING
from tests.golden.outputs import DATA, differences, lacking, make_outputs, read, write


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status: 1 where something differs or crashed, 2 for an unknown name."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden.regenerate")
    parser.add_argument("names", nargs="*", metavar="NAME", help="cases; all unless named")
    parser.add_argument("--check", action="store_true", help="compare and write nothing")
    parser.add_argument("--fast", action="store_true", help="leave the slow cases out")
    parser.add_argument("--list", action="store_true", help="name the cases")
    parser.add_argument("--record", action="store_true", help="keep what is heard now")
    options = parser.parse_args(argv)
    os.environ["LANGUAGE"] = "zh"  # wherever this runs
    cases = {case.name: case for case in all_cases()}
    if options.list:
        say("\n".join(cases))
        return 0
    if unknown := [name for name in options.names if name not in cases]:
        say(f"no such case: {', '.join(unknown)}")
        return 2
    if options.record:
        record([case for case in cases.values() if WHISPER in case.needs])
    chosen = []
    for name in options.names or cases:
        if options.fast and cases[name].slow:
            continue
        if reason := lacking(cases[name]):
            say(f"{name}: left out, {reason}")
        else:
            chosen.append(cases[name])
    status = 0
    with TemporaryDirectory() as folder:
        make_outputs(chosen, Path(folder))
        for case in chosen:
            found, home = read(Path(folder) / case.name), DATA / case.name
            if "crash.txt" in found:
                say(found["crash.txt"].decode())
            differs = differences(read(home), found, case.name)
            if "crash.txt" in found or (differs and options.check):
                say(differs)
                status = 1
            elif differs:
                shutil.rmtree(home, ignore_errors=True)
                write(home, found)
                say(f"{case.name}: written")
    if not options.names and not options.check:
        for home in DATA.iterdir():
            if home.is_dir() and home.name not in cases:
                shutil.rmtree(home)
                say(f"{home.name}: removed, there is no such case")
    return status


def record(heard: Sequence[Case]) -> None:
    """Run the cases that have narration with the recogniser itself, and keep what it hears."""
    with TemporaryDirectory() as folder:
        made = Path(folder) / KEPT.name
        os.environ[RECORDING] = str(made)
        make_outputs(heard, Path(folder) / "outputs")
        del os.environ[RECORDING]
        shutil.copyfile(made, KEPT)


def say(text: str) -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
