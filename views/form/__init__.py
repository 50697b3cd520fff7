"""The form for everything that a scenario file may state."""
