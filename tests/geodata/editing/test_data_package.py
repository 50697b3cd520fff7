"""The data package says what its files hold: read by the descriptor alone, they give the figures of the county."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county

from command.main import main
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.data_package import DESCRIPTOR, data_package, package_files
from geodata.records import MUNICIPALITIES_FILE, SERVICES_FILE, TRAVEL_FILE

Rows = list[dict[str, Any]]


def described(files: dict[str, bytes]) -> dict[str, Any]:
    """The descriptor, checked as the specification asks, and its resources by name."""
    package = json.loads(files[DESCRIPTOR])
    assert re.fullmatch(r"[-a-z0-9._]+", package["name"])
    assert all(re.fullmatch(r"[-a-zA-Z0-9._]+", one["name"]) and one["path"] for one in package["licenses"])
    assert all(source["title"] for source in package["sources"])
    resources = {one["name"]: one for one in package["resources"]}
    assert [one["path"] for one in package["resources"]] == [name for name in files if name != DESCRIPTOR]
    for one in resources.values():
        content = files[one["path"]]
        assert (one["bytes"], one["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    return resources


def rows_of(resource: dict[str, Any], files: dict[str, bytes]) -> Rows:
    """A table read by its descriptor alone; every constraint is checked."""
    dialect, schema = resource["dialect"], resource["schema"]
    text = files[resource["path"]].decode(resource["encoding"])
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect["delimiter"], quotechar=dialect["quoteChar"], strict=True
    )
    assert next(reader) == [field["name"] for field in schema["fields"]]
    return [
        {field["name"]: value_of(cell, field, schema) for cell, field in zip(row, schema["fields"], strict=True)}
        for row in reader
    ]


def value_of(cell: str, field: dict[str, Any], schema: dict[str, Any]) -> float | str | None:
    limits = field.get("constraints", {})
    assert limits.keys() <= {"required", "pattern", "enum", "minimum", "maximum"}
    if cell in schema["missingValues"]:
        assert not limits.get("required"), field
        return None
    if field["type"] == "string":
        assert re.search(limits.get("pattern", ""), cell), (field, cell)
        assert cell in limits.get("enum", [cell])
        return cell
    assert field["type"] == "number"
    value = float(cell)
    assert limits.get("minimum", value) <= value <= limits.get("maximum", value), (field, cell)
    return value


def check_keys(resources: dict[str, Any], tables: dict[str, Rows]) -> None:
    for name, rows in tables.items():
        schema = resources[name]["schema"]
        keys = [tuple(row[column] for column in schema.get("primaryKey", row)) for row in rows]
        assert len(set(keys)) == len(keys)
        for key in schema.get("foreignKeys", ()):
            there = {
                tuple(row[column] for column in key["reference"]["fields"])
                for row in tables[key["reference"]["resource"]]
            }
            assert {tuple(row[column] for column in key["fields"]) for row in rows} <= there


def check_figures(county: County, tables: dict[str, Rows]) -> None:
    towns = [{"ags": m.ags, "name": m.name, "lon": m.lon, "lat": m.lat, **m.indicators} for m in county.municipalities]
    assert tables["municipalities"] == towns
    trips = {(row["from"], row["to"]): (row["km"], row["minutes"], row["method"]) for row in tables["travel"]}
    assert trips == {pair: trip.cells for pair, trip in county.travel.items()}
    for row, service in zip(tables["services"], county.services, strict=True):
        ends = [] if row["fte"] is None else [float(end) for end in str(row["fte"]).split("-")]
        assert (sum(ends) / len(ends) if ends else None) == service.fte
        assert (row["seat"], row["catchment"]) == (service.seat, service.cell("catchment"))
        assert row["credit"] == service.credit


def test_a_shipped_county_is_its_files_and_a_description_of_them() -> None:
    county = load_county(COUNTIES / "05558-coesfeld")
    files = package_files(county, "de")
    for name, content in files.items():
        assert name == DESCRIPTOR or content == (county.folder / name).read_bytes(), name
    resources = described(files)
    tables = {name: rows_of(one, files) for name, one in resources.items() if one.get("type") == "table"}
    assert set(tables) == {"municipalities", "travel", "services"}
    check_keys(resources, tables)
    check_figures(county, tables)
    fields = resources["municipalities"]["schema"]["fields"]
    assert {field["name"]: field.get("unit") for field in fields}["area_km2"] == "km²"
    assert all(field["title"] for field in fields)
    covered = [cover for source in resources["boundaries"]["sources"] for cover in source["covers"]]
    assert "boundaries.geojson" in covered
    assert [licence["name"] for licence in resources["travel"]["licenses"]] == ["ODbL-1.0"]


def test_a_folder_in_another_dialect_is_described_as_it_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts: dict[str, str | bytes] = {**county_texts()}
    for name in (MUNICIPALITIES_FILE, TRAVEL_FILE, SERVICES_FILE):
        german = str(texts[name]).replace(",all,1.5,", ",all,1-3,").replace(",", ";").replace(".", ",")
        texts[name] = german.replace("05999", "5999").encode("cp1252")
    folder = write_county(tmp_path, texts)
    county = load_county(folder)
    files = package_files(county, "en")
    resources = described(files)
    tables = {name: rows_of(one, files) for name, one in resources.items() if one.get("type") == "table"}
    check_keys(resources, tables)
    check_figures(county, tables)
    assert tables["services"][0]["fte"] == "1-3"
    assert main(["county", "package", str(folder), "--out", str(tmp_path / "out"), "--lang", "en"]) == 0
    packed = (tmp_path / "out" / "county.zip").read_bytes()
    assert packed == data_package(county, "en")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path / "again")
    again = load_county(tmp_path / "again")
    assert (again.municipalities, again.travel, again.services, again.sources) == (
        county.municipalities,
        county.travel,
        county.services,
        county.sources,
    )
    capsys.readouterr()
    assert main(["county", "package", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
