"""Data sets: a new folder, complete and checked, that never takes the place of another."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.faults import InputError
from files.typed import invisible
from geodata import COUNTIES
from geodata.county import County, load_county
from geodata.editing.changes import changes
from geodata.editing.datasets import dataset_folder_name, dataset_name, name_dataset, save_dataset, saved_by
from geodata.editing.figures import Figures, dated, figures_of
from geodata.editing.plausibility import local_today
from geodata.records import FILES, NO_DRIVE, Connection, Employer, Service, Source
from tests.counties import county_texts, write_county

DAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def coesfeld() -> County:
    return load_county(COUNTIES / "05558-coesfeld")


def changed(county: County) -> Figures:
    old = figures_of(county)
    higher = {ags: value + 0.5 for ags, value in old.indicators["foreigners"].items()}
    return dataclasses.replace(old, indicators={**old.indicators, "foreigners": higher})


def test_a_new_vintage_is_a_folder_of_its_own(coesfeld, tmp_path):
    before = {file: (coesfeld.folder / file).read_bytes() for file in FILES}
    path = save_dataset(coesfeld, changed(coesfeld), name="Zählung Ä", vintage=DAY, folder=tmp_path / "counties")
    assert path == tmp_path / "counties" / "05558-zaehlung-ae-2025-12-31"
    new = load_county(path)
    assert new.municipality("05558036").indicators["foreigners"] == 561.5
    assert new.source_of("foreigners").reference_date == "2025-12-31"
    assert new.source_of("population").reference_date == "2022-05-15"
    assert new.source_of("foreigners").attribution == coesfeld.source_of("foreigners").attribution
    assert {file: (coesfeld.folder / file).read_bytes() for file in FILES} == before
    untouched = ("boundaries.geojson", "travel.csv", "services.csv")
    assert all((path / file).read_bytes() == before[file] for file in untouched)
    assert sorted(item.name for item in path.parent.iterdir()) == [".lock", ".names", path.name]


def test_who_saved_it_stays_with_it_whatever_it_is_called(coesfeld, tmp_path):
    path = save_dataset(coesfeld, changed(coesfeld), name="Zählung Ä", vintage=DAY, folder=tmp_path, by="MM")
    assert saved_by(path) == (local_today(), "MM")
    name_dataset(path, "Zählung Ö")
    assert dataset_name(path) == ("Zählung Ö", DAY)
    assert saved_by(path) == (local_today(), "MM")
    assert saved_by(save_dataset(coesfeld, changed(coesfeld), name="x", vintage=DAY, folder=tmp_path)) == (
        local_today(),
        "",
    )
    # Made by hand, or by another hand.
    (tmp_path / ".names" / f"{path.name}.txt").write_text("Zählung\nheute\nMM", encoding="utf-8")
    assert saved_by(path) is None
    assert saved_by(tmp_path / "05558-ohne-2025-12-31") is None


def test_all_that_was_changed_is_saved(coesfeld, tmp_path):
    old = figures_of(coesfeld)
    new = dataclasses.replace(
        old,
        services=(
            *old.services,
            Service('=cmd|"x"', "A; B, C", "<b>", "05558036", ("05558036",), 0.5, 1.0, "", "", ""),
        ),
        travel={pair: dataclasses.replace(trip, minutes=trip.minutes + 0.25) for pair, trip in old.travel.items()},
        employers=(*old.employers, Employer("kolping", "welfare", "Kolping: 'true' # & *", "05558016")),
        sources=(dataclasses.replace(old.sources[0], title="null"), *old.sources[1:]),
    )
    saved = load_county(save_dataset(coesfeld, new, name="alles", vintage=DAY, folder=tmp_path))
    assert figures_of(saved) == new
    assert saved.name == "Kreis Coesfeld"


def test_gaps_ranges_ferries_and_pairs_not_by_car_are_kept(coesfeld, tmp_path):
    county, old = coesfeld, figures_of(coesfeld)
    known = {**old.indicators["foreigners"], "05558036": None}
    first = dataclasses.replace(old.services[0], fte=2.25, fte_range=(1.5, 3), target_group="junge Menschen")
    new = dataclasses.replace(
        old,
        indicators={**old.indicators, "foreigners": known},
        services=(first, *old.services[1:]),
        travel={**old.travel, ("05558004", "05558008"): NO_DRIVE},
        connections=(Connection("05558004", "05558008", "ferry"),),
        sources=(dataclasses.replace(old.sources[0], title="neu"), *old.sources[1:]),
    )
    saved = load_county(save_dataset(county, new, name="alles", vintage=DAY, folder=tmp_path))
    assert "05558008" in saved.neighbours["05558004"]
    assert figures_of(saved) == dated(old, new, DAY)
    assert len(changes(county, figures_of(saved))) == 9


def test_a_county_without_a_table_of_drives_stays_without(tmp_path):
    texts = county_texts()
    del texts["travel.csv"]
    county = load_county(write_county(tmp_path, texts))
    path = save_dataset(county, changed(county), name="x", vintage=DAY, folder=tmp_path / "new")
    assert not (path / "travel.csv").exists()


def test_an_existing_data_set_is_never_overwritten(coesfeld, tmp_path):
    first = save_dataset(coesfeld, figures_of(coesfeld), name="Stand", vintage=DAY, folder=tmp_path)
    before = {file.name: file.read_bytes() for file in first.iterdir()}
    with pytest.raises(InputError, match="there is a data set 05558-stand-2025-12-31 already"):
        save_dataset(coesfeld, changed(coesfeld), name="stand", vintage=DAY, folder=tmp_path)
    assert {file.name: file.read_bytes() for file in first.iterdir()} == before


def test_who_comes_second_is_told_and_overwrites_nothing(coesfeld, tmp_path, monkeypatch):
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        if target.parent == tmp_path:
            target.mkdir()
            (target / "theirs").touch()
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", late)
    with pytest.raises(InputError, match="already"):
        save_dataset(coesfeld, changed(coesfeld), name="x", vintage=DAY, folder=tmp_path)
    assert sorted(item.name for item in tmp_path.rglob("*")) == [".lock", "05558-x-2025-12-31", "theirs"]


def test_figures_that_do_not_agree_are_not_saved(coesfeld, tmp_path):
    old = figures_of(coesfeld)
    wrong = dataclasses.replace(old, employers=old.employers[1:])
    with pytest.raises(InputError, match="exactly one"):
        save_dataset(coesfeld, wrong, name="x", vintage=DAY, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", " ", "…", "\x00", "a" * 300, "…/.."])
def test_a_name_that_is_none_is_refused(coesfeld, tmp_path, name):
    with pytest.raises(InputError):
        save_dataset(coesfeld, changed(coesfeld), name=name, vintage=DAY, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_names_stay_within_the_folder(coesfeld):
    assert dataset_folder_name(coesfeld, "../../etc", DAY) == "05558-etc-2025-12-31"
    assert dataset_folder_name(coesfeld, "CON", DAY) == "05558-con-2025-12-31"


def test_a_place_that_cannot_be_written_is_told(coesfeld, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="the folder cannot be made"):
        save_dataset(coesfeld, changed(coesfeld), name="x", vintage=DAY, folder=tmp_path / "file")


SEEN = st.characters(codec="utf-8", exclude_categories=("C", "Z")).filter(lambda one: invisible(one) is None)
TEXT = st.text(SEEN, min_size=1, max_size=30)
FIGURE = st.just(0.0) | st.floats(1e-9, 100)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=9, max_size=9), value=st.floats(0, 1e9), fte=st.none() | FIGURE)
def test_any_text_and_figure_survives_saving(tmp_path_factory, texts, value, fte):
    folder = tmp_path_factory.mktemp("county")
    county = load_county(write_county(folder))
    old = figures_of(county)
    seat = county.municipalities[0].ags
    new = dataclasses.replace(
        old,
        indicators={**old.indicators, "population": dict.fromkeys(old.indicators["population"], value + 1)},
        services=(Service(texts[0], texts[1], texts[2], seat, None, fte, None, texts[3], texts[4], texts[5]),),
        sources=(Source(("population",), *texts[4:]), *old.sources[1:]),
    )
    saved = load_county(save_dataset(county, new, name="x", vintage=DAY, folder=folder))
    # An apostrophe before the sign of a formula is how tables are kept from a spreadsheet.
    assert figures_of(saved) == new or any(text.startswith("'") for text in texts)
