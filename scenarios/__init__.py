"""Scenarios: what a planner states about posts and rules, in files. Read, checked, saved, joined with a county."""

from pathlib import Path

SCENARIOS = Path(__file__).parent
"""The folder of the scenarios that come with the planner."""
