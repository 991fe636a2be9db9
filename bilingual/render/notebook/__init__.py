"""The report in a notebook: tables, figures, the reviewer's sheet."""
