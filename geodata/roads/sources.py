"""What drives on the road network rest on, as ``county.yaml`` has it."""

from __future__ import annotations

from geodata.records import TRAVEL_FILE, Source


def openstreetmap(title: str, as_of: str) -> Source:
    """The source of drives computed on data of OpenStreetMap of the day ``as_of``; ``title`` says how."""
    return Source(
        covers=(TRAVEL_FILE,),
        publisher="OpenStreetMap contributors",
        title=title,
        reference_date=as_of,
        licence="ODbL 1.0",
        attribution="© OpenStreetMap contributors, ODbL 1.0",
    )
