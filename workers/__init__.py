"""Processes that work for others: each ends with all that it started, at its limit or with who it works for."""
