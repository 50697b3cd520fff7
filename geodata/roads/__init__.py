"""Drives by road: computed on an extract of OpenStreetMap, or read from the matrix of a routing engine."""
