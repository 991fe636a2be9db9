"""Bounds that more than one part of the library holds and that are no settings.

Settings are in :class:`bilingual.config.Config`; a bound that one module alone uses
stands in that module.
"""

from __future__ import annotations

from typing import Final

NUMBER_CLASH_NATS: Final = 1.5
"""From so much evidence on two numbers disagree: for the rule ``number-mismatch`` as for
the measure ``consistency.numbers``. One or two sound lines in a hundred reach it."""

LENGTH_RATIO: Final = 0.08
"""Tibetan over Chinese units of :func:`bilingual.text.length.count_units`, in logs: the mean
on the development half of FLORES-200 dev and of short quiz lines."""

LENGTH_SPREAD: Final = 0.2
"""The standard deviation of that; it does not depend on length between 3 and 80 units."""

MAX_REPORT_BYTES: Final = 256 * 1024 * 1024
"""A saved report larger than this is not read."""
