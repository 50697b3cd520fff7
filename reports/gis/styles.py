"""How QGIS draws the tables of a plan: its own style format (QML), made of the colours of our maps.

A legend of districts names each with its municipalities; columns have headings in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from optimizer.plan import Plan
from reports.gis.features import DISTRICTS, DRIVES, HUBS, MUNICIPALITIES, FeatureTable
from translation import Language, Message, msg, translate
from wording import sentences as wording

_VERSION = "3.28.0"
_BORDER, _DARK = "#ffffff", "#303030"
_HEADINGS: Mapping[str, Message] = {
    "ags": msg("Municipality key (AGS)"),
    "name": msg("Municipality"),
    "taking_part": msg("takes part"),
    "key": msg("Key"),
    "existing_hours": msg("Existing (h)"),
    "hours": msg("On site (h)"),
    "on_site_hours": msg("On site (h)"),
    "hours_per_1000": msg("Hours per 1,000 people"),
    "coverage": msg("Coverage"),
    "shortfall_hours": msg("Shortfall (h)"),
    "travel_hours": msg("Travel (h)"),
    "coordination_hours": msg("Coordination (h)"),
    "contract_hours": msg("Contract hours"),
    "district": msg("District"),
    "district_name": msg("Name of the district"),
    "municipalities": msg("Municipalities"),
    "employer": msg("Employer"),
    "fte": msg("Posts (FTE)"),
    "persons": msg("Persons"),
    "hub": msg("Hub"),
    "minutes": msg("Drive (min)"),
    "colour": msg("Colour"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a table: ``qml`` is what QGIS reads."""

    name: str
    description: str
    qml: str


def style(table: FeatureTable, plan: Plan, language: Language) -> Style:
    """The style of a table of a plan."""
    root = Element("qgis", version=_VERSION, styleCategories="Symbology|Labeling|Fields")
    name, label = _TITLES[table.kind], None
    match table.kind:
        case kind if kind == DISTRICTS:
            _by_district(root, table)
            label = "label"
        case kind if kind == MUNICIPALITIES:
            _single(root, _symbol("fill", "0", "SimpleFill", {"style": "no", "outline_color": _rgb(_DARK)}))
            label = "name"
        case kind if kind == HUBS:
            look = {"name": "square", "color": _rgb(_DARK), "outline_color": _rgb(_BORDER), "size": "3.2"}
            _single(root, _symbol("marker", "0", "SimpleMarker", look))
        case kind if kind == DRIVES:
            look = {"line_color": _rgb(_DARK), "line_width": "0.3", "line_style": "dash"}
            _single(root, _symbol("line", "0", "SimpleLine", look))
    if label is not None:
        _label(root, label, strong=table.kind == DISTRICTS)
    _aliases(root, table.features[0].columns, language)
    title = translate(name, language)
    about = title
    if table.layer is not None and len(plan.layers) > 1:
        about = f"{title}: {translate(wording.layer_title(plan.layers[table.layer]), language)}"
    ElementTree.indent(root, " ")
    return Style(title, about, ElementTree.tostring(root, encoding="unicode"))


_TITLES: Mapping[str, Message] = {
    MUNICIPALITIES: msg("Municipalities"),
    DISTRICTS: msg("Districts"),
    HUBS: msg("Hubs"),
    DRIVES: msg("Drives from the hub"),
}


def _by_district(root: Element, table: FeatureTable) -> None:
    """A colour for each district, named in the legend with its municipalities."""
    renderer = SubElement(root, "renderer-v2", type="categorizedSymbol", attr="district", symbollevels="0")
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for place, feature in enumerate(table.features):
        said = f"{feature.columns['label']}: {feature.columns['municipalities']}"
        SubElement(
            categories,
            "category",
            value=str(feature.columns["district"]),
            type="integer",
            symbol=str(place),
            label=said,
            render="true",
        )
        look = {
            "color": _rgb(str(feature.columns["colour"])),
            "style": "solid",
            "outline_color": _rgb(_DARK),
            "outline_width": "0.6",
        }
        symbols.append(_symbol("fill", str(place), "SimpleFill", look))


def _single(root: Element, symbol: Element) -> None:
    renderer = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0")
    SubElement(renderer, "symbols").append(symbol)


def _symbol(kind: str, name: str, drawn: str, look: Mapping[str, str]) -> Element:
    symbol = Element("symbol", type=kind, name=name, alpha="1", clip_to_extent="1")
    layer = SubElement(symbol, "layer", {"class": drawn, "enabled": "1", "locked": "0", "pass": "0"})
    _options(SubElement(layer, "Option", type="Map"), look.items())
    return symbol


def _options(parent: Element, values: Iterable[tuple[str, str]]) -> None:
    for name, value in values:
        SubElement(parent, "Option", type="QString", name=name, value=value)


def _label(root: Element, column: str, *, strong: bool) -> None:
    labeling = SubElement(root, "labeling", type="simple")
    settings = SubElement(labeling, "settings", calloutType="simple")
    look = {"fieldName": column, "isExpression": "0", "fontSize": "12" if strong else "8", "textColor": _rgb(_DARK)}
    text = SubElement(settings, "text-style", look)
    SubElement(text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferColor=_rgb(_BORDER))
    SubElement(settings, "placement", placement="1", priority="9" if strong else "5")


def _aliases(root: Element, columns: Sequence[str] | Mapping[str, object], language: Language) -> None:
    found = SubElement(root, "aliases")
    for place, column in enumerate(columns):
        base, _, layer = column.rpartition("_")
        several = layer.isdigit() and base in _HEADINGS
        heading = _HEADINGS.get(base if several else column)
        if heading is None:
            continue
        said = translate(heading, language)
        SubElement(found, "alias", field=column, index=str(place), name=f"{said} ({layer})" if several else said)


def _rgb(colour: str) -> str:
    """``#rrggbb`` as QGIS writes it: red, green, blue, opacity."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return ",".join(map(str, (*parts, 255)))
