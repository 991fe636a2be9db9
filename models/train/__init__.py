"""What makes the files of ``models/``: run from a checkout, never installed."""
