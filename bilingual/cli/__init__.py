"""The command line: prints and exits, and nothing else.

Only what was asked for goes to stdout; progress and messages go to stderr.
Exit status: 0 no finding at or above the fail level, 1 some, 2 no report could
be made or wrong usage, 130 interrupted, 143 terminated (a run started with SIGINT
ignored, as a shell's background job is, goes on). The commands are in
``bilingual.cli.group``, which is loaded only when all that this module does is done:
an interrupt during the imports has to end the program in order, too, and nothing may
be imported from the folder that it is started in.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from bilingual.cli.paths import leave_import_path


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    leave_import_path(sys.argv[1:] if argv is None else argv)
    from bilingual.cli.starting import end_at_once, open_streams

    end_at_once()
    open_streams()
    sys.exit(run(argv))


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status instead of an exit."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # Before the block: a signal during the imports ends the program without more ado. An
    # exception could not be answered, for what was half imported is not imported again.
    from bilingual.cli.group import interrupted, run_group
    from bilingual.cli.starting import stops

    try:
        with stops():
            return run_group([os.fspath(word) for word in arguments])
    except KeyboardInterrupt as stop:
        return interrupted(stop)
