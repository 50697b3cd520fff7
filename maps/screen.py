"""Maps of a county and a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import folium
from babel.dates import format_date
from shapely import total_bounds

from geodata.county import County, Service
from geodata.labels import drive_time
from geodata.records import BOUNDARIES_FILE
from maps.colours import (
    NOTHING,
    PALETTE,
    MapColour,
    MapFigure,
    Numbered,
    by_number,
    district_colours,
    figure,
    numbered_by_town,
)
from maps.layers import Draw, Legend, OfflineMap
from maps.shapes import district_lines, district_outline, encoded
from maps.texts import MapTexts, Mark, escaped, hubs_of
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from translation import Language, Message, msg

__all__ = [
    "PALETTE",
    "MapColour",
    "Mark",
    "Numbered",
    "OfflineMap",
    "attribution",
    "district_colours",
    "district_outline",
    "escaped",
    "numbered_by_town",
    "plan_map",
]

#: y before x.
TILES = (
    "https://sgx.geodatenzentrum.de/wmts_basemapde/tile/1.0.0/de_basemapde_web_raster_grau/default/"
    "GLOBAL_WEBMERCATOR/{z}/{y}/{x}.png"
)
_FINEST_TILES = 18
_OVER_TILES = 0.55
_NO_MARKS: Mapping[Ags, Mark] = {}


def plan_map(
    county: County,
    plan: Plan,
    layer: int,
    language: Language,
    *,
    colour: MapColour = MapColour.DISTRICT,
    drives: bool = False,
    services: bool = False,
    tiles: bool = False,
    marks: Mapping[Ags, Mark] = _NO_MARKS,
    selected: Ags | None = None,
    indicator: str | None = None,
    own: MapFigure | None = None,
    beside: Sequence[Plan] = (),
    over: tuple[LayerPlan, Message] | None = None,
) -> OfflineMap:
    """The districts of a layer: fills, thick outlines, numbers, hubs, names and figures, with more in the tooltips.

    ``colour`` says what fills and labels show. ``drives`` adds lines from hub to municipality, ``services`` the
    existing services at their seats, ``tiles`` the map of basemap.de from the network. ``marks`` are symbols in
    labels; the municipality ``selected`` is outlined. People per post are those of ``indicator``
    (:mod:`maps.people`). ``own`` is a figure to be shown instead of that of ``colour``. Plans ``beside`` share the
    classes of colours. ``over`` is a layer of another plan, whose borders are drawn over the map, and what they are.
    """
    if own is not None:
        colour = MapColour.DISTRICT
    shown = own or figure(colour, county, plan, layer, indicator, beside=beside)
    texts = MapTexts(county, plan, plan.layers[layer], language, colour, shown, marks)
    drawing = _Drawing(county, plan, layer, texts, shown)
    view = _empty_map(county, texts)
    if tiles:
        _add_tiles(view, language)
    drawing.add_surroundings(view)
    drawing.add_municipalities(view, _OVER_TILES if tiles else 1)
    hatched = [ags for ags, mark in marks.items() if mark.hatched]
    if hatched:
        view.add_child(Draw("hatched", hatched))
    if over is not None:
        view.add_child(Draw("over", encoded(district_lines(county.screen.municipalities, over[0]))))
    if selected is not None:
        view.add_child(Draw("select", selected))
    if drives:
        drawing.add_drives(view)
    drawing.add_labels(view)
    if services:
        drawing.add_services(view)
    view.add_child(Draw("finish"))
    told = None if over is None else over[1]
    view.add_child(Legend(texts.legend(drives=drives, services=services and bool(county.services), over=told)))
    return view


def attribution(county: County) -> str:
    """What the sources of boundaries and places want to be shown with a map."""
    sources = [county.source_of(cover) for cover in (BOUNDARIES_FILE, "lon")]
    return "; ".join(dict.fromkeys(source.attribution for source in sources if source is not None))


def _empty_map(county: County, texts: MapTexts) -> OfflineMap:
    shapes = county.screen.municipalities
    west, south, east, north = map(float, total_bounds(list(shapes.values())))
    view = OfflineMap(
        area=county.ags,
        places=tuple(shapes),
        apology=texts.say(msg("The map cannot be drawn: a file of the application did not load. Reload the page.")),
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=10,
        zoom_snap=0.1,
        zoom_delta=0.5,
        min_zoom=6,
        max_zoom=_FINEST_TILES,
        scroll_wheel_zoom=False,
        zoom_animation=False,
        fade_animation=False,
        zoom_control=False,
    )
    words = {
        "zoomIn": texts.say(msg("Zoom in")),
        "zoomOut": texts.say(msg("Zoom out")),
        "whole": texts.say(msg("Show the whole county")),
        "sources": escaped(attribution(county)),
    }
    view.add_child(Draw("begin", [[south, west], [north, east]], words))
    return view


def _add_tiles(view: OfflineMap, language: Language) -> None:
    month = format_date(datetime.now(UTC), "LLLL yyyy", locale=language)
    folium.TileLayer(TILES, attr=f"© basemap.de / BKG {month}", max_zoom=_FINEST_TILES).add_to(view)


@dataclass(frozen=True)
class _Drawing:
    """Adds the parts of a plan's map to a view."""

    county: County
    plan: Plan
    position: int
    texts: MapTexts
    figure: MapFigure | None

    @property
    def layer(self) -> LayerPlan:
        return self.plan.layers[self.position]

    def add_surroundings(self, view: OfflineMap) -> None:
        screen = self.county.screen
        if screen.around.is_empty:
            return
        names = [[lat, lon, escaped(name)] for name, (lon, lat) in screen.names]
        view.add_child(Draw("surroundings", encoded(screen.around), encoded(screen.around_borders), names))

    def add_municipalities(self, view: OfflineMap, opacity: float) -> None:
        districts = numbered_by_town(self.layer)
        colours = by_number(self.county, self.layer, PALETTE)
        features = []
        for ags, shape in self.county.screen.municipalities.items():
            served = districts.get(ags, [])
            if self.figure is not None:
                fill = self.figure.colour(ags)
            else:
                fill = colours[served[0][0].number] if served else NOTHING
            tooltip = self.texts.tooltip(ags, served)
            features.append({"ags": ags, "shape": encoded(shape), "fill": fill, "tooltip": tooltip})
        lines = encoded(district_lines(self.county.screen.municipalities, self.layer))
        view.add_child(Draw("municipalities", features, lines, opacity))

    def add_labels(self, view: OfflineMap) -> None:
        districts, hubs = numbered_by_town(self.layer), hubs_of(self.layer)
        # Where two names would overlap, the earlier label keeps its name: hubs first, then the greater need.
        weight = {ags: supply.key for ags, supply in self.plan.municipalities.items()}
        towns = sorted(self.county.municipalities, key=lambda town: (town.ags not in hubs, -weight[town.ags], town.ags))
        labels = [[town.lat, town.lon, self.texts.label(town.ags, districts.get(town.ags, []), hubs)] for town in towns]
        view.add_child(Draw("labels", labels))

    def add_drives(self, view: OfflineMap) -> None:
        drives = []
        for district in self.layer.districts:
            start = self.county.municipality(district.hub)
            for ags in district.municipalities:
                if ags != district.hub:
                    end = self.county.municipality(ags)
                    minutes = drive_time(self.plan.problem.drive(district.hub, ags))
                    drives.append([[start.lat, start.lon], [end.lat, end.lon], self.texts.said(minutes)])
        view.add_child(Draw("drives", drives))

    def add_services(self, view: OfflineMap) -> None:
        seats: dict[Ags, list[Service]] = {}
        for service in self.county.services:
            seats.setdefault(service.seat, []).append(service)
        places = []
        for ags, services in seats.items():
            town = self.county.municipality(ags)
            places.append([town.lat, town.lon, len(services), self.texts.services_tooltip(ags, services)])
        view.add_child(Draw("services", places))
