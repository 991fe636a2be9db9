"""The distribution has tests of its own, which are run where it is installed (``test_every_kind``)."""

from __future__ import annotations

collect_ignore = ["distribution"]
