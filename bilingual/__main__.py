"""``python -m bilingual`` is the command line.

Python puts the working directory in front of the path that modules come from and has
imported a few of its own by now. Where somebody else's files are, start the program
as ``bilingual`` or ``python -P -m bilingual``, which do not do that.
"""

import sys

if sys.path and not sys.flags.safe_path:
    # Before anything else is imported; it is left for good where that can be done.
    sys.path.append(sys.path.pop(0))

from bilingual.cli import main

main()
