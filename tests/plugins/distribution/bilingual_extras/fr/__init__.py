"""French, as far as a test needs it."""
