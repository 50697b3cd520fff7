"""The counties of a state as files: one table, and maps."""
