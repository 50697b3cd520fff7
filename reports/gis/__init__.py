"""A plan as data for a geographic information system."""
