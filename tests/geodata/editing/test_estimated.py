from __future__ import annotations

import dataclasses
from datetime import date

from geodata import COUNTIES
from geodata.county import load_county
from geodata.editing.figures import county_with, figures_of
from geodata.official.estimated import with_estimated_drives
from geodata.records import NO_DRIVE
from geodata.travel import estimated_trip


def test_all_drives_are_estimated_and_say_so_but_none_over_water() -> None:
    county = load_county(COUNTIES / "05558-coesfeld")
    before = figures_of(county)
    island = next(iter(before.travel))
    before = dataclasses.replace(before, travel={**before.travel, island: NO_DRIVE})
    after = with_estimated_drives(county, before, date(2026, 11, 28))
    assert after.travel.keys() == before.travel.keys()
    for (origin, target), trip in after.travel.items():
        places = county.municipality(origin).place, county.municipality(target).place
        assert trip == (NO_DRIVE if (origin, target) == island else estimated_trip(*places))
    source = county_with(county, after).source_of("travel.csv")
    assert source is not None
    assert (source.title, source.reference_date) == ("Schätzung: Luftlinie × 1,3 bei 61 km/h", "2026-11-28")
    assert len(after.sources) == len(before.sources)
