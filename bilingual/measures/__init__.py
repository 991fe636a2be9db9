"""Every figure of a report, worked out and rounded once."""
