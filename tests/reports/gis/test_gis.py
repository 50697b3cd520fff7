"""A plan as data for GIS, opened again by other libraries than those that wrote it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas
import pyogrio
import pytest
from papers import DAY, answered, shipped
from running import SMALL

from optimizer.plan import Plan
from reports.gis.features import feature_tables
from reports.package import Format, papers
from translation import Language
from wording.compared_tables import Solved


def _files(answer: Solved, language: Language = "de") -> tuple[bytes, bytes]:
    package, features = papers([answer], language, day=DAY, formats=[Format.GPKG, Format.GEOJSON]).values()
    return package, features


def _plan(answer: Solved) -> Plan:
    assert answer.solution.plan is not None
    return answer.solution.plan


@pytest.mark.parametrize("name", ["modell-1-zentral", "modell-3-kommunen"])
def test_a_geopackage_has_every_layer_with_a_style_and_the_figures_of_the_plan(tmp_path: Path, name: str) -> None:
    answer = shipped(name)
    plan, county = _plan(answer), answer.loaded.county
    package, _ = _files(answer)
    path = tmp_path / "plan.gpkg"
    path.write_bytes(package)
    tables = feature_tables(county, plan, "de")
    names = [table.name for table in tables]
    assert pyogrio.list_layers(path)[:, 0].tolist() == [*names, "about", "layer_styles"]
    towns = geopandas.read_file(path, layer="municipalities").set_index("ags")
    assert towns.crs.to_epsg() == 25832
    assert towns.is_valid.all()
    assert {ags: (row.hours, row.coverage) for ags, row in towns.iterrows()} == {
        ags: (supply.hours, supply.coverage) for ags, supply in plan.municipalities.items()
    }
    # Square kilometres of the shapes and of the official list: the same place on earth.
    assert towns.area.sum() / 1e6 == pytest.approx(towns.area_km2.sum(), rel=0.01)
    for position, layer in enumerate(plan.layers, start=1):
        table = "districts" if len(plan.layers) == 1 else f"districts_{position}"
        drawn = geopandas.read_file(path, layer=table)
        assert drawn.district.tolist() == [identity.number for identity, _ in layer.numbered]
        assert drawn.fte.sum() == float(layer.fte)
    with closing(sqlite3.connect(path)) as base:
        styles = base.execute("SELECT f_table_name, styleName, styleQML, useAsDefault FROM layer_styles").fetchall()
        assert [row[0] for row in styles] == names
        assert {row[1] for row in styles} <= {"Kommunen", "Bezirke", "Standorte", "Fahrten vom Standort"}
        assert all(row[3] == 1 for row in styles)
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    qml = ElementTree.fromstring(next(row[2] for row in styles if row[0].startswith("districts")))
    labels = [one.get("label", "") for one in qml.iter("category")]
    assert len(labels) == len(plan.layers[0].districts)
    assert all(label.startswith(f"{number}: ") for number, label in enumerate(labels, start=1))
    assert {"Stellen (VZÄ)", "Kommunen"} <= {one.get("name") for one in qml.iter("alias")}


def test_geojson_says_the_same_and_bytes_are_the_same_again(tmp_path: Path) -> None:
    answer = shipped("modell-3-kommunen")
    package, content = _files(answer)
    assert _files(answer) == (package, content)
    (tmp_path / "plan.geojson").write_bytes(content)
    read = geopandas.read_file(tmp_path / "plan.geojson")
    assert read.crs.to_epsg() == 4326
    assert read.is_valid.all()
    assert dict(zip(read.ags, read.hours, strict=True)) == {
        ags: supply.hours for ags, supply in _plan(answer).municipalities.items()
    }
    told = json.loads(content)
    assert told["county"] == "Kreis Coesfeld"
    assert any("GeoBasis-DE / BKG" in source for source in told["sources"])


def test_names_stay_text_and_without_posts_there_are_no_districts(small: Callable[[str], Path], tmp_path: Path) -> None:
    name = "<b>'); DROP TABLE x;--"
    text = SMALL.replace("name: Probe", f'name: "{name}"').replace("total: 4", "total: 0")
    answer = answered(small(text.split("    districts:")[0]))
    package, content = _files(answer, "en")
    (tmp_path / "plan.gpkg").write_bytes(package)
    assert pyogrio.list_layers(tmp_path / "plan.gpkg")[:, 0].tolist() == ["municipalities", "about", "layer_styles"]
    assert pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="about").text[0] == name
    told = json.loads(content)
    assert told["name"] == name
    assert {feature["properties"]["coverage"] for feature in told["features"]} == {None}
