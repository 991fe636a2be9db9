"""``python -m bilingual`` is the command line."""

from bilingual.cli import main

main()
