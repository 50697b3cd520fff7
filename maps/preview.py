"""The municipalities of a county as a small picture, for a look before there is any plan."""

from __future__ import annotations

import base64
import math
from html import escape

import shapely

from geodata.county import County

_WIDTH, _HEIGHT, _EDGE = 720.0, 480.0, 40.0
_FONT = 'font-family="sans-serif" font-size="12"'


def county_picture(county: County, label: str) -> str:
    """An image as HTML with borders, town halls and names of a county; ``label`` is what a screen reader says."""
    shapes = county.screen.municipalities
    west, south, east, north = (float(bound) for bound in shapely.total_bounds(list(shapes.values())))
    shrink = math.cos(math.radians((south + north) / 2))
    scale = min((_WIDTH - 2 * _EDGE) / ((east - west) * shrink), (_HEIGHT - 2 * _EDGE) / (north - south))
    wide, high = (east - west) * shrink * scale + 2 * _EDGE, (north - south) * scale + 2 * _EDGE

    def at(lon: float, lat: float) -> str:
        return f"{(lon - west) * shrink * scale + _EDGE:.1f} {(north - lat) * scale + _EDGE:.1f}"

    parts = []
    for shape in shapes.values():
        rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
        lines = "".join(f"M{'L'.join(at(*point) for point in ring.coords)}Z" for ring in rings)
        parts.append(f'<path d="{lines}" fill="#dbe6f0" stroke="#5b6b7a" fill-rule="evenodd"/>')
    for town in county.municipalities:
        x, y = at(town.lon, town.lat).split()
        parts.append(f'<circle cx="{x}" cy="{y}" r="3" fill="#0b4f8a"/>')
        parts.append(
            f'<text x="{x}" y="{float(y) - 6:.1f}" text-anchor="middle" fill="#1b1f24">{escape(town.name)}</text>'
        )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" {_FONT}>{"".join(parts)}</svg>'
    )
    content = base64.b64encode(drawing.encode()).decode()
    style = f"width:100%;max-width:{wide:.0f}px"
    return f'<img alt="{escape(label)}" src="data:image/svg+xml;base64,{content}" style="{style}">'
