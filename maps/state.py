"""Maps of a state: a figure of each county in classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from geodata.screen import DECIMALS, Place
from geodata.simplify import simplified
from maps.classes import natural_limits
from maps.colours import RAMP, MapFigure, plain_limit, ramp, share_limit
from maps.layers import Draw, Legend, OfflineMap
from maps.screen import attribution
from maps.shapes import encoded
from maps.texts import escaped
from translation import Language, Message, msg, number, percent, translate

_BENDS, _EXACT = 250.0, 1e-3
_FINEST = 14
_KREIS = "Kreis "


@dataclass(frozen=True)
class StateShapes:
    """The counties of a map by folder: outlines in WGS 84 degrees, common borders identical; names, places for them."""

    outlines: Mapping[str, BaseGeometry]
    names: Mapping[str, str]
    places: Mapping[str, Place]
    attribution: str


def state_shapes(counties: Sequence[County]) -> StateShapes:
    """The outlines of ``counties``, without bends smaller than a quarter of a kilometre."""
    whole = {county.folder.name: _outline(county) for county in counties}
    outlines = simplified(whole, _BENDS, DECIMALS)
    # The middle of the widest part, where a name fits best.
    circles = shapely.maximum_inscribed_circle(np.array(list(outlines.values()), dtype=object), np.array([_EXACT]))
    middles = [shapely.get_point(circle, 0) for circle in circles]
    return StateShapes(
        outlines,
        {county.folder.name: county.name.removeprefix(_KREIS) for county in counties},
        {
            folder: (round(point.x, DECIMALS), round(point.y, DECIMALS))
            for folder, point in zip(outlines, middles, strict=True)
        },
        "; ".join(dict.fromkeys(part for county in counties for part in attribution(county).split("; "))),
    )


def state_figures(
    coverage: Mapping[str, float | None], per_1000: Mapping[str, float | None], road: Mapping[str, float | None]
) -> dict[str, MapFigure]:
    """Lowest coverage, hours per 1,000 people there and share on the road of each county, by the name of a file."""

    def figure(
        title: Message,
        values: Mapping[str, float | None],
        digits: int,
        written: Callable[[float], object],
        limit: Callable[[float], object],
        *,
        worse: bool = False,
    ) -> MapFigure:
        limits = natural_limits((one for one in values.values() if one is not None), len(RAMP), digits)
        colours = ramp(len(limits) + 1)
        return MapFigure(
            title, values, limits, written, limit, digits, msg("no plan"), colours[::-1] if worse else colours
        )

    hours = msg("Hours per week for 1,000 people where they are fewest")
    return {
        "coverage": figure(msg("Lowest coverage"), coverage, 3, percent, share_limit),
        "hours": figure(hours, per_1000, 1, lambda value: number(value, 1, "h"), plain_limit),
        "road": figure(msg("Share of the contract hours on the road"), road, 3, percent, share_limit, worse=True),
    }


def _outline(county: County) -> BaseGeometry:
    return shapely.union_all(list(county.boundaries.values()))


def state_map(
    shapes: StateShapes, figure: MapFigure, tooltips: Mapping[str, Sequence[str]], language: Language
) -> OfflineMap:
    """The map of a figure whose values are by county folder; ``tooltips`` are lines of text, the name first."""

    def say(value: object) -> str:
        return escaped(translate(value, language))

    west, south, east, north = shapely.union_all(list(shapes.outlines.values())).bounds
    view = OfflineMap(
        area="state",
        places=tuple(shapes.outlines),
        apology=say(msg("The map cannot be drawn: a file of the application did not load. Reload the page.")),
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=8,
        zoom_snap=0.1,
        zoom_delta=0.5,
        min_zoom=5,
        max_zoom=_FINEST,
        scroll_wheel_zoom=False,
        zoom_animation=False,
        fade_animation=False,
        zoom_control=False,
    )
    words = {
        "zoomIn": say(msg("Zoom in")),
        "zoomOut": say(msg("Zoom out")),
        "whole": say(msg("Show the whole state")),
        "sources": escaped(shapes.attribution),
    }
    view.add_child(Draw("begin", [[south, west], [north, east]], words))
    features, labels = [], []
    for folder, outline in shapes.outlines.items():
        first, *more = tooltips[folder]
        lines = "<br>".join([f"<strong>{escaped(first)}</strong>", *map(escaped, more)])
        features.append({"ags": folder, "shape": encoded(outline), "fill": figure.colour(folder), "tooltip": lines})
        lon, lat = shapes.places[folder]
        value = figure.values[folder]
        written = "" if value is None else f"<small>{say(figure.written(value))}</small>"
        labels.append([lat, lon, f'<div><span class="kim-name">{escaped(shapes.names[folder])}{written}</span></div>'])
    view.add_child(Draw("municipalities", features, [], 1))
    view.add_child(Draw("labels", labels))
    view.add_child(Draw("finish"))
    items = [
        f'<li><span class="kim-swatch" style="background:{colour}"></span>{say(text)}</li>'
        for colour, text in figure.classes()
    ]
    view.add_child(Legend(f"<div><strong>{say(figure.title)}</strong><ul>{''.join(items)}</ul></div>"))
    return view
