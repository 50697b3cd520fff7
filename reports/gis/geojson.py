"""A plan as GeoJSON (RFC 7946): the municipalities with their figures and the district that each belongs to."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import shapely

from optimizer.plan import Plan
from reports.gis.features import MUNICIPALITIES, Feature, feature_tables
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording import sentences as wording

#: Decimals of a degree: a centimetre.
_DECIMALS = 7


def plan_geojson(loaded: LoadedScenario, plan: Plan, language: Language, *, day: date) -> bytes:
    """One feature for each municipality; scenario, day and sources stand beside them as members of the collection."""
    tables = feature_tables(loaded.county, plan, language)
    towns = next(table for table in tables if table.name == MUNICIPALITIES)
    collection = {
        "type": "FeatureCollection",
        "name": loaded.scenario.name,
        "county": loaded.county.name,
        "date": day.isoformat(),
        "sources": [translate(source, language) for source in wording.sources(loaded.county)],
        "features": [_feature(feature) for feature in towns.features],
    }
    return (json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _feature(feature: Feature) -> dict[str, Any]:
    # The format wants outer rings to run against the clock.
    shape = shapely.orient_polygons(feature.shape)
    rounded = shapely.transform(shape, lambda corners: corners.round(_DECIMALS))
    return {
        "type": "Feature",
        "id": feature.columns["ags"],
        "geometry": shapely.geometry.mapping(rounded),
        "properties": dict(feature.columns),
    }
