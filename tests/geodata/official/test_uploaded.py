"""A county from uploaded files: all faults at once, nothing of the machine read, and the way back into the form."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from files.faults import Fault
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.datasets import dataset_name, save_county
from geodata.editing.figures import figures_of
from geodata.editing.plausibility import checked_cells, unconfirmed_doubts
from geodata.official.uploaded import BOUNDARIES, FIGURES, Built, Upload, build_uploaded, official_table
from geodata.records import MUNICIPALITIES_FILE, Checked

BORKEN = COUNTIES / "05554-borken"
VRT = b'{"a": "<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>/etc/passwd</SrcDataSource>"}'


@pytest.fixture(scope="module")
def borken() -> County:
    return load_county(BORKEN)


@pytest.fixture(scope="module")
def uploads(borken: County) -> dict[str, Upload]:
    """What somebody would upload who has the county's figures and boundaries."""
    boundaries = (BORKEN / "boundaries.geojson").read_bytes()
    return {FIGURES: Upload("Zahlen Borken.csv", official_table(borken)), BOUNDARIES: Upload("k.geojson", boundaries)}


def _zip(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _faults(uploads: dict[str, Upload], county: str = "", **other: Upload) -> tuple[Fault, ...]:
    found = build_uploaded(county, {**uploads, **other})
    assert isinstance(found, tuple)
    return found


def test_a_county_is_built_from_its_pattern_and_saved_as_typed(
    borken: County, uploads: dict[str, Upload], tmp_path: Path
) -> None:
    built = build_uploaded("", uploads)
    assert isinstance(built, Built)
    assert built.files[MUNICIPALITIES_FILE] == (BORKEN / MUNICIPALITIES_FILE).read_bytes()
    assert built.county.municipalities == borken.municipalities
    assert {trip.method for trip in built.county.travel.values()} == {"estimate"}
    assert built.county.source_of("travel.csv").title.startswith("Schätzung")  # type: ignore[union-attr]
    name, day = "Kreis Borken (Entwurf ß)", date(2022, 5, 15)
    saved = save_county(built.files, built.county, name=name, vintage=day, folder=tmp_path / "counties")
    assert saved.name == "05554-kreis-borken-entwurf-ss-2022-05-15"
    assert dataset_name(saved) == (name, day)
    assert load_county(saved).travel == built.county.travel


def test_faults_of_all_files_come_at_once_under_the_names_that_they_were_called(uploads: dict[str, Upload]) -> None:
    services = Upload(
        "../../Beratung.csv", b"name,provider,kind,seat,catchment,fte,credit,as_of,source,note\n,,,x,,,,,,\n"
    )
    halls = Upload("rathaus", b"ags,lon,lat\n05554004,7,52\n")
    faults = _faults(uploads, services=services, town_halls=halls)
    assert {fault.file for fault in faults} == {"Beratung.csv", "rathaus"}
    assert len([fault for fault in faults if fault.file == "rathaus"]) == 16


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<OGRVRTDataSource/>", id="virtual"),
        pytest.param(VRT, id="virtual in JSON"),
        pytest.param(_zip(**{"a.shp": VRT}), id="virtual in an archive"),
        pytest.param(b"PK\x03\x04 broken", id="broken archive"),
        pytest.param(b"x,y\n1,2\n", id="table"),
        pytest.param(b"{", id="broken JSON"),
        pytest.param(json.dumps({"type": "FeatureCollection", "features": []}).encode(), id="empty"),
        pytest.param(b"SQLite format 3\0 no", id="broken GeoPackage"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_file_without_boundaries_is_a_fault_and_nothing_else_is_read(
    uploads: dict[str, Upload], content: bytes
) -> None:
    faults = _faults(uploads, boundaries=Upload("grenzen.gpkg", content))
    assert "root:" not in str(faults)
    assert "grenzen.gpkg" in {fault.file for fault in faults}


def test_of_several_counties_one_is_to_be_named(borken: County, uploads: dict[str, Upload]) -> None:
    other = official_table(load_county(COUNTIES / "05558-coesfeld")).decode().split("\n", 1)[1]
    both = Upload("beide.csv", uploads[FIGURES].content + other.encode())
    (fault,) = _faults(uploads, figures=both)
    assert str(fault.message).startswith("the figures are of 2 counties")
    built = build_uploaded("Kreis Borken", {**uploads, FIGURES: both})
    assert isinstance(built, Built)
    assert built.county.name == borken.name


def test_what_stands_out_in_uploaded_figures_is_noted_as_checked(uploads: dict[str, Upload], tmp_path: Path) -> None:
    figures = uploads[FIGURES].content.decode("utf-8-sig").splitlines()
    at = figures[0].split(";").index(next(c for c in figures[0].split(";") if c.startswith("foreigners")))
    row = figures[1].split(";")
    figures[1] = ";".join([*row[:at], row[at] + "00", *row[at + 1 :]])
    built = build_uploaded("", {**uploads, FIGURES: Upload("z.csv", "\n".join(figures).encode())})
    assert isinstance(built, Built)
    assert [doubt.cells[0][1:] for doubt in built.doubts] == [(row[1], "foreigners")] * 2
    assert row[1] not in str(built.county.notices)
    cells = checked_cells(built.doubts, built.county, figures_of(built.county))
    about = {"name": "x", "vintage": date(2022, 5, 15), "folder": tmp_path}
    saved = load_county(save_county(built.files, built.county, **about, checked=Checked(tuple(cells), "2026-01-31")))
    assert saved.checked == (Checked(tuple(cells), "2026-01-31"),)
    assert unconfirmed_doubts(saved, date(2026, 1, 31)) == []
