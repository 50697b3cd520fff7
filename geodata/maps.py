"""Maps of a county and a plan. Everything on them comes from the application itself, nothing from a network."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import folium
from branca.element import MacroElement
from folium.template import Template
from shapely import union_all
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from geodata.records import BOUNDARIES_FILE
from optimizer.plan import District, LayerPlan, Plan
from optimizer.problem import Ags
from translation import Language, Message, msg, number, percent, translate

#: Relative to the page of the map's frame, so that it also holds where the application has a base path.
STATIC = "../../app/static"
#: Okabe and Ito's colours without black, mixed with white so that dark text is easy to read on them.
PALETTE = ("#f3c86b", "#9ed3f1", "#69c6ac", "#f6ee89", "#6ba9d1", "#e89a69", "#e1b1ca")
NO_DISTRICT = "#e6e6e6"
LINE = "#1b1f24"
_HOUSE = '<svg viewBox="0 0 12 12" aria-hidden="true"><path d="M6 0 0 6h2v6h3V8h2v4h3V6h2z"/></svg>'

Numbered = tuple[int, District]
"""A district with its number: its place in the layer, from 1."""


class OfflineMap(folium.Map):
    """A folium map whose Leaflet the application serves. jQuery, Bootstrap and icon fonts are not there."""

    def __init__(self, **options: Any) -> None:
        """``options`` are those of ``folium.Map``."""
        super().__init__(tiles=None, **options)
        self.default_js = [("leaflet", f"{STATIC}/leaflet/leaflet.js"), ("kim_map", f"{STATIC}/map.js")]
        self.default_css = [("leaflet_css", f"{STATIC}/leaflet/leaflet.css"), ("kim_map_css", f"{STATIC}/map.css")]


class _Label(MacroElement):
    """HTML at a place, under which the shapes keep their tooltips.

    A ``folium.Marker`` would first ask for the picture of Leaflet's own marker.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        L.marker({{ this.place|tojson }}, {
            icon: L.divIcon({html: {{ this.html|tojson }}, iconSize: [0, 0], className: "kim-label"}),
            interactive: false,
            keyboard: false
        }).addTo({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, place: tuple[float, float], html: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.place = place
        self.html = html


class _Finish(MacroElement):
    """The attribution as text, and labels kept apart."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.attributionControl.setPrefix(false).addAttribution({{ this.text|tojson }});
        kimKeepLabelsApart({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, text: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.text = text


def escaped(text: str) -> str:
    """``text`` as HTML that shows just that, also inside a JavaScript template, where ``${…}`` would be run."""
    result = html.escape(text)
    for character in "\\`${}":
        result = result.replace(character, f"&#{ord(character)};")
    return result


def districts_of(layer: LayerPlan) -> dict[Ags, list[Numbered]]:
    """The numbered districts of each municipality: one by the rules, none or several in a plan that breaks them."""
    found: dict[Ags, list[Numbered]] = {}
    for numbered in enumerate(layer.districts, start=1):
        for ags in numbered[1].municipalities:
            found.setdefault(ags, []).append(numbered)
    return found


def district_colours(county: County, layer: LayerPlan) -> tuple[str, ...]:
    """A fill for each district of a layer: its own while there are enough, else one that no neighbour has."""
    near = [
        {ags for town in district.municipalities for ags in county.neighbours[town]} for district in layer.districts
    ]
    colours: list[str] = []
    for number_, district in enumerate(layer.districts):
        beside = {colours[other] for other in range(number_) if near[other] & set(district.municipalities)}
        free = [colour for colour in PALETTE if colour not in beside] or list(PALETTE)
        colours.append(min(free, key=colours.count))
    return tuple(colours)


def district_outline(county: County, district: District) -> BaseGeometry:
    """The shapes of a district's municipalities as one, in WGS 84 degrees."""
    return union_all([county.boundaries[ags] for ags in district.municipalities])


def plan_map(county: County, plan: Plan, layer: int, language: Language) -> OfflineMap:
    """The districts of a layer: fills, thick outlines, numbers, hubs and names, with figures in the tooltips."""
    chosen = plan.layers[layer]
    colours = district_colours(county, chosen)
    districts = districts_of(chosen)
    west, south, east, north = union_all(list(county.boundaries.values())).bounds
    view = OfflineMap(
        location=((south + north) / 2, (west + east) / 2),
        zoom_start=10,
        zoom_snap=0.25,
        scroll_wheel_zoom=False,
        zoom_animation=False,
    )
    for ags, shape in county.boundaries.items():
        served = districts.get(ags, [])
        fill = colours[served[0][0] - 1] if served else NO_DISTRICT
        _add_shape(view, shape, {"fillColor": fill, "fillOpacity": 1, "color": "#5c6670", "weight": 1}).add_child(
            folium.Tooltip(_tooltip(county, plan, ags, served, language))
        )
    for district in chosen.districts:
        outline = district_outline(county, district)
        _add_shape(view, outline, {"fill": False, "color": LINE, "weight": 3.5}, interactive=False)
    hubs = _hubs(chosen)
    # Where two names would overlap, the earlier label keeps its name: hubs first, then the greater need.
    weight = {ags: supply.key for ags, supply in plan.municipalities.items()}
    for town in sorted(county.municipalities, key=lambda town: (town.ags not in hubs, -weight[town.ags], town.ags)):
        label = _label(county, plan, town.ags, districts.get(town.ags, []), hubs, language)
        view.add_child(_Label((town.lat, town.lon), label))
    view.fit_bounds(((south, west), (north, east)), padding=(12, 12))
    view.add_child(_Finish(escaped(attribution(county))))
    return view


def attribution(county: County) -> str:
    """What the sources of boundaries and places want to be shown with a map."""
    sources = [county.source_of(cover) for cover in (BOUNDARIES_FILE, "lon")]
    return "; ".join(dict.fromkeys(source.attribution for source in sources if source is not None))


def _add_shape(
    view: OfflineMap, shape: BaseGeometry, style: Mapping[str, object], interactive: bool = True
) -> folium.GeoJson:
    feature = {"type": "Feature", "properties": {}, "geometry": mapping(shape)}
    drawn = folium.GeoJson(feature, style_function=lambda _: dict(style), interactive=interactive, smooth_factor=0.5)
    drawn.add_to(view)
    return drawn


def _hubs(layer: LayerPlan) -> dict[Ags, list[int]]:
    """The numbers of the districts that are served from each hub."""
    found: dict[Ags, list[int]] = {}
    for number_, district in enumerate(layer.districts, start=1):
        found.setdefault(district.hub, []).append(number_)
    return found


def _label(
    county: County,
    plan: Plan,
    ags: Ags,
    served: Sequence[Numbered],
    hubs: Mapping[Ags, Sequence[int]],
    language: Language,
) -> str:
    own = [number_ for number_, _ in served]
    text = f'<span class="kim-number">{" · ".join(map(str, own)) or "–"}</span>'
    if ags in hubs:
        others = "" if list(hubs[ags]) == own else " " + " · ".join(map(str, hubs[ags]))
        text += f'<span class="kim-hub">{_HOUSE}{others}</span>'
    coverage = plan.municipalities[ags].coverage
    figure = "" if coverage is None else f"<small>{escaped(translate(percent(coverage), language))}</small>"
    return f'<div>{text}<span class="kim-name">{escaped(county.name_of(ags))}{figure}</span></div>'


def _tooltip(county: County, plan: Plan, ags: Ags, served: Sequence[Numbered], language: Language) -> str:
    supply = plan.municipalities[ags]
    lines: list[Message] = []
    if supply.coverage is not None:
        lines.append(msg("Coverage: {coverage}", coverage=percent(supply.coverage)))
    lines.append(msg("On site: {hours} per week", hours=number(supply.hours, 1, "h")))
    for number_, district in served:
        hub = county.name_of(district.hub)
        if district.hub == ags:
            lines.append(msg("District {number}, hub here", number=number_))
        else:
            drive = number(plan.problem.minutes[district.hub, ags], 0, "min")
            lines.append(msg("District {number}, {drive} by car from {hub}", number=number_, drive=drive, hub=hub))
    if not served:
        lines.append(msg("In no district"))
    texts = [escaped(translate(line, language)) for line in lines]
    return "<br>".join([f"<strong>{escaped(county.name_of(ags))}</strong>", *texts])
