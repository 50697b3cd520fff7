"""Drives computed on an extract of OpenStreetMap against the table that the county has: difference, seconds, memory.

python bench/travel.py roads_coesfeld.osm.pbf [COUNTY]
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from statistics import fmean

from geodata import county_folder
from geodata.county import load_county
from geodata.roads.drives import road_drives


def main(extract: str, name: str = "05558-coesfeld") -> None:
    """Prints what drives computed on ``extract`` differ by from those of the county."""
    county = load_county(county_folder(name, Path()))
    places = {town.ags: town.place for town in county.municipalities}
    names = {town.ags: town.name for town in county.municipalities}
    wall, cpu = time.perf_counter(), time.process_time()
    drives = road_drives(Path(extract), places, names)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    pairs = [pair for pair, trip in drives.trips.items() if trip.method == "road"]
    for what in ("minutes", "km"):
        off = {pair: getattr(drives.trips[pair], what) - getattr(county.travel[pair], what) for pair in pairs}
        origin, target = max(pairs, key=lambda pair: abs(off[pair]))
        print(
            f"{what}: mean difference {fmean(map(abs, off.values())):.2f}, bias {fmean(off.values()):+.2f}, "
            f"worst {off[origin, target]:+.1f} ({names[origin]} – {names[target]}: "
            f"{getattr(county.travel[origin, target], what)} in the table)"
        )
    slower = fmean(drives.slower[pair] for pair in pairs) / fmean(drives.trips[pair].minutes for pair in pairs)
    print(f"with the speeds of OSRM's car profile: {100 * (slower - 1):+.1f} %")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{len(pairs)} drives, {wall:.0f} s ({cpu:.0f} s of CPU), {memory:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
