"""From files to a report: inputs, collecting what there is, checking, provenance."""
