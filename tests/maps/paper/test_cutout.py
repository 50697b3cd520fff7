"""The cut-out of a district for the page of one of its municipalities."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import shapely
from papers import shipped

from maps.colours import PALETTE, by_number
from maps.paper.cutout import Cutout, cutout_svg

NAME = "{http://www.w3.org/2000/svg}"


def test_the_district_is_tinted_its_municipality_hatched_and_every_drive_written() -> None:
    answer = shipped("modell-1-zentral")
    county, plan = answer.loaded.county, answer.solution.plan
    assert plan is not None
    layer = plan.layers[0]
    fills = by_number(county, layer, PALETTE)
    for place, (identity, district) in enumerate(zip(layer.identities, layer.districts, strict=True)):
        ags = district.municipalities[-1]
        look = {"width_mm": 88.0, "height_mm": 94.0, "title": "a", "description": "<b>"}
        text = cutout_svg(county, plan, Cutout(ags, 0, place), "de", **look)  # type: ignore[arg-type]
        root = ElementTree.fromstring(text)
        shapes = [one for one in root.iter(f"{NAME}path") if one.get("class") == "municipality"]
        tinted = {one.get("data-ags") for one in shapes if one.get("fill") == fills[identity.number]}
        assert tinted == {*district.municipalities}
        assert len(shapes) > len(tinted)
        assert [one for one in root.iter(f"{NAME}path") if one.get("class") == "hatch"]
        labels = [one for one in root.iter(f"{NAME}g") if one.get("class") == "label"]
        found = {one.get("data-ags"): [line.text for line in one.iter(f"{NAME}text")] for one in labels}
        assert found == {
            town: [
                county.name_of(town),
                "Standort" if town == district.hub else f"{plan.problem.drive(district.hub, town):.0f} min",
            ]
            for town in district.municipalities
        }
        boxes = [
            shapely.box(x, y, x + w, y + h)
            for plate in (one.find(f"{NAME}rect") for one in labels)
            if plate is not None
            for x, y, w, h in [[float(plate.get(side) or 0) for side in ("x", "y", "width", "height")]]
        ]
        assert not any(one.intersects(other) for one, other in combinations(boxes, 2))
