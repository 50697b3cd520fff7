"""What a geographic information system is given of a plan: tables of features, the same for every kind of file.

Names of tables and columns are English keys, as in every file of ours; hours are per week, shares are from 0 to 1.
With several layers the tables of districts, hubs and drives, and the columns of a municipality's district, end with the
number of their layer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.county import County
from maps.colours import NOTHING, district_colours, identity_text, numbered_by_town
from maps.shapes import district_outline
from optimizer.plan import District, Identity, LayerPlan, Plan
from optimizer.problem import Ags
from translation import Language, translate
from wording import sentences as wording

Value = str | int | float | bool | None

MUNICIPALITIES = "municipalities"
DISTRICTS = "districts"
HUBS = "hubs"
DRIVES = "drives"


@dataclass(frozen=True, slots=True)
class Feature:
    """A shape in WGS 84 (degrees) with its columns."""

    shape: BaseGeometry
    columns: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Features of one kind, all with the same columns. ``layer`` is the position of the layer they belong to."""

    name: str
    kind: str
    layer: int | None
    features: tuple[Feature, ...]


def feature_tables(county: County, plan: Plan, language: Language) -> tuple[FeatureTable, ...]:
    """Municipalities, then districts, hubs and drives of each layer; from below to above on a map.

    ``language`` is that of employers' names. A table without any feature is left out.
    """
    several = len(plan.layers) > 1
    found = [FeatureTable(MUNICIPALITIES, MUNICIPALITIES, None, _municipalities(county, plan, language))]
    for position, layer in enumerate(plan.layers):
        suffix = f"_{position + 1}" if several else ""
        colours = dict(zip(layer.identities, district_colours(county, layer), strict=True))
        of_layer = {
            DISTRICTS: _districts(county, plan, layer, colours, language),
            HUBS: _hubs(county, layer),
            DRIVES: _drives(county, layer),
        }
        found += [FeatureTable(kind + suffix, kind, position, features) for kind, features in of_layer.items()]
    return tuple(table for table in found if table.features)


def _municipalities(county: County, plan: Plan, language: Language) -> tuple[Feature, ...]:
    supplies = plan.municipalities
    lying = {town.ags: town for town in plan.problem.municipalities}
    columns: dict[Ags, dict[str, Value]] = {}
    for ags, supply in supplies.items():
        columns[ags] = {
            "ags": ags,
            "name": county.name_of(ags),
            "taking_part": lying[ags].taking_part,
            "key": supply.key,
            "existing_hours": supply.existing_hours,
            "hours": supply.hours,
            "hours_per_1000": plan.hours_per_1000(ags),
            "coverage": supply.coverage,
            "shortfall_hours": supply.shortfall_hours if plan.fair_level else None,
            "travel_hours": supply.travel_hours,
        }
    for position, layer in enumerate(plan.layers):
        suffix = f"_{position + 1}" if len(plan.layers) > 1 else ""
        served = numbered_by_town(layer)
        colours = dict(zip(layer.identities, district_colours(county, layer), strict=True))
        for ags, found in columns.items():
            # A plan that breaks the rules may serve a municipality twice: the first is told, the count beside it.
            first = next(iter(served.get(ags, ())), None)
            of_district = _of_district(county, *first, language) if first else dict.fromkeys(_OF_DISTRICT)
            found |= {f"{name}{suffix}": value for name, value in of_district.items()}
            found[f"districts_serving{suffix}"] = len(served.get(ags, ()))
            found[f"colour{suffix}"] = colours[first[0]] if first else NOTHING
    for ags, found in columns.items():
        # A county names its indicators as it likes: one may be called as a figure of ours.
        figures = county.municipality(ags).indicators
        found |= {f"indicator_{name}" if name in found else name: figure for name, figure in figures.items()}
    return tuple(Feature(county.boundaries[ags], found) for ags, found in columns.items())


_OF_DISTRICT = ("district", "district_name", "employer", "fte", "hub")


def _of_district(county: County, identity: Identity, district: District, language: Language) -> dict[str, Value]:
    employer = translate(wording.employer_name(district.employer, county), language)
    values = (identity.number, identity.name, employer, float(district.fte), county.name_of(district.hub))
    return dict(zip(_OF_DISTRICT, values, strict=True))


def _districts(
    county: County, plan: Plan, layer: LayerPlan, colours: Mapping[Identity, str], language: Language
) -> tuple[Feature, ...]:
    found = []
    for identity, district in layer.numbered:
        columns: dict[str, Value] = {
            **_of_district(county, identity, district, language),
            "label": translate(identity_text(identity), language),
            "municipalities": ", ".join(county.name_of(ags) for ags in district.municipalities),
            "persons": district.persons,
            "on_site_hours": district.on_site_hours,
            "travel_hours": district.total_travel_hours,
            "coordination_hours": district.coordination_hours,
            "contract_hours": district.contract_hours,
            "key": sum(plan.municipalities[ags].key for ags in district.municipalities),
            "colour": colours[identity],
        }
        found.append(Feature(district_outline(county.boundaries, district.municipalities), columns))
    return tuple(found)


def _hubs(county: County, layer: LayerPlan) -> tuple[Feature, ...]:
    return tuple(
        Feature(
            _place(county, district.hub),
            {
                "district": identity.number,
                "ags": district.hub,
                "name": county.name_of(district.hub),
                "fte": float(district.fte),
            },
        )
        for identity, district in layer.numbered
    )


def _drives(county: County, layer: LayerPlan) -> tuple[Feature, ...]:
    found = []
    for identity, district in layer.numbered:
        for ags, road in zip(district.municipalities, district.travel_hours, strict=True):
            if ags == district.hub:
                continue
            trip = county.travel[district.hub, ags]
            by_car = math.isfinite(trip.minutes)
            columns: dict[str, Value] = {
                "district": identity.number,
                "hub": county.name_of(district.hub),
                "name": county.name_of(ags),
                "minutes": trip.minutes if by_car else None,
                "km": trip.km if by_car else None,
                "travel_hours": road,
            }
            found.append(Feature(shapely.LineString([_place(county, district.hub), _place(county, ags)]), columns))
    return tuple(found)


def _place(county: County, ags: Ags) -> shapely.Point:
    town = county.municipality(ags)
    return shapely.Point(town.lon, town.lat)
