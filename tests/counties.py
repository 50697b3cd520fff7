"""A small county that is in order, as the texts of its files, for tests that break one thing at a time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from geodata.travel import estimated_trip

Ring = list[list[float]]

WEST, SOUTH, SIDE = 7.0, 51.8, 0.1
NAMES = ("Adorf", "Bestadt", "Cehausen", "Dekirchen", "Eheim", "Efeld", "Gemünde", "Haburg", "Ilingen")


def key(position: int) -> str:
    """The municipality key of a square: 05999004, 05999008, ..."""
    return f"05999{4 * (position + 1):03}"


def square(column: int, row: int) -> Ring:
    """A square of the grid, counter-clockwise in degrees."""
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return [[round(west + x * SIDE, 6), round(south + y * SIDE, 6)] for x, y in corners]


def features(rings: Mapping[str, Ring]) -> str:
    """The GeoJSON text for the outlines of municipalities."""
    content = [
        {"type": "Feature", "properties": {"ags": ags}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for ags, ring in rings.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": content})


def county_texts(columns: int = 3, rows: int = 1) -> dict[str, str]:
    """The five files of a county of ``columns`` × ``rows`` squares, each a tenth of a degree wide."""
    grid = [(column, row) for row in range(rows) for column in range(columns)]
    centres = {
        key(i): (round(WEST + (c + 0.5) * SIDE, 6), round(SOUTH + (r + 0.5) * SIDE, 6)) for i, (c, r) in enumerate(grid)
    }
    municipalities = ["ags,name,lon,lat,population,foreigners"]
    for i, (ags, (lon, lat)) in enumerate(centres.items()):
        municipalities.append(f"{ags},{NAMES[i]},{lon},{lat},{1000 * (i + 1)},{100 + i}")
    travel = ["from,to,km,minutes,method"]
    for origin, start in centres.items():
        for target, end in centres.items():
            if origin < target:
                trip = estimated_trip(start, end)
                travel.append(f"{origin},{target},{trip.km},{trip.minutes},road")
    return {
        "county.yaml": _COUNTY,
        "municipalities.csv": "\n".join(municipalities) + "\n",
        "boundaries.geojson": features({key(i): square(c, r) for i, (c, r) in enumerate(grid)}),
        "travel.csv": "\n".join(travel) + "\n",
        "services.csv": _SERVICES,
    }


def write_county(parent: Path, texts: Mapping[str, str | bytes] | None = None) -> Path:
    """Writes the files of a county into ``parent/county`` and gives that folder."""
    folder = parent / "county"
    folder.mkdir(exist_ok=True)
    for name, text in (county_texts() if texts is None else texts).items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


_COUNTY = """\
ags: 05999
name: Kreis Musterland
employers:
  - {id: ki, kind: ki, name: Kommunales Integrationszentrum, office: 05999004}
  - {id: awo, kind: welfare, name: AWO, office: 05999004}
sources:
  - covers: [population, foreigners]
    publisher: Statistisches Amt
    title: Zählung
    reference_date: 2022-05-15
    licence: dl-de/by-2-0
    attribution: © Statistisches Amt
"""
_SERVICES = """\
name,provider,kind,seat,catchment,fte,credit,as_of,source,note
Jugendmigrationsdienst,AWO,JMD,05999004,all,1.5,,2018,Zeitung,
Flüchtlingsberatung,DRK,Beratung,05999004,05999004,,0.5,,Zeitung,nicht veröffentlicht
"""
