"""A page for each municipality, for the talk with its mayor."""
