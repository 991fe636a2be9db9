"""Further evidence that two texts say the same: one file a backend, all optional."""
