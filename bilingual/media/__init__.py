"""Media files through one door: binaries, runner, probe, sound, completeness."""
