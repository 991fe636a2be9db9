"""What goes with a release: metadata, pinned sets, licences, workflows, forms."""
