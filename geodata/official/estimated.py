"""Drives estimated from the air line in place of what is there, and labelled as an estimate."""

from __future__ import annotations

import dataclasses
from datetime import date

from geodata.county import County
from geodata.editing.figures import Figures, with_travel
from geodata.neighbours import parts_by_land
from geodata.official.figures import read_vintage
from geodata.records import TRAVEL_FILE
from geodata.travel import estimated_travel


def with_estimated_drives(county: County, figures: Figures, day: date) -> Figures:
    """``figures`` with every drive estimated, and their source as of ``day``.

    Where nobody can drive, as to an island, it stays so, and so does a ferry: water is no road.
    """
    around = [one.shape for one in county.surroundings]
    parts = parts_by_land(county.boundaries, county.border_metres, figures.connections, around)
    estimates = estimated_travel({town.ags: town.place for town in county.municipalities}, parts)
    travel = {
        pair: known
        if (known := figures.travel.get(pair)) is not None and "none" in (known.method, trip.method)
        else trip
        for pair, trip in estimates.items()
    }
    vintage = read_vintage()
    dated = dict.fromkeys(vintage.indicators, day)
    (source,) = (one for one in vintage.sources_of({"estimate"}, dated) if TRAVEL_FILE in one.covers)
    return with_travel(figures, travel, dataclasses.replace(source, covers=(TRAVEL_FILE,)))
