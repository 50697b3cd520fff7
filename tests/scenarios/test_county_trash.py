"""Data sets are renamed, removed and restored; what rests on them finds them again, and nobody else's name is taken."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from files.faults import InputError
from geodata import COUNTIES, county_folder
from geodata.county import load_county
from geodata.editing.datasets import dataset_name, name_dataset, save_dataset
from geodata.editing.figures import figures_of
from scenarios.library import Library

DAY = date(2025, 12, 31)


def test_a_data_set_is_renamed_removed_and_restored(tmp_path: Path) -> None:
    kept = Library(tmp_path)
    county = load_county(COUNTIES / "05966-olpe")

    def save() -> Path:
        return save_dataset(county, figures_of(county), name="Neu", vintage=DAY, folder=kept.counties_folder)

    folder = save()
    before = kept.counties()[-1]
    name_dataset(folder, "Ä: neu / geprüft")
    assert dataset_name(folder) == ("Ä: neu / geprüft", DAY)
    with pytest.raises(InputError):
        name_dataset(folder, "\u200b")
    assert kept.counties()[-1] == before  # what scenarios name stays
    kept.remove_county(before, "ab")
    assert before not in kept.counties()
    (removed,) = kept.removed_counties()
    assert (removed.folder, removed.record.who) == (folder, "ab")
    assert dataset_name(removed.folder) == ("Ä: neu / geprüft", DAY)
    with pytest.raises(InputError, match="in the trash"):
        save()
    # A scenario that rests on it is told where it is, and not that there is none.
    kept.scenarios_folder.mkdir()
    with pytest.raises(InputError, match=r"is in the trash: restore it on the page “Data”"):
        county_folder(before.name, kept.scenarios_folder)
    with pytest.raises(InputError, match="no longer there"):
        kept.remove_county(before)
    assert kept.restore_county(removed) == before
    assert kept.removed_counties() == ()
    assert load_county(folder).municipalities == county.municipalities
    with pytest.raises(InputError, match="somebody else"):
        kept.restore_county(removed)


def test_what_stands_there_by_now_is_not_replaced(tmp_path: Path) -> None:
    kept = Library(tmp_path)
    kept.counties_folder.mkdir()
    folder = kept.counties_folder / "von-hand"
    shutil.copytree(COUNTIES / "05966-olpe", folder)
    kept.remove_county(kept.counties()[-1])
    folder.mkdir()
    (removed,) = kept.removed_counties()
    with pytest.raises(InputError, match="already"):
        kept.restore_county(removed)
    with pytest.raises(InputError, match="comes with the planner"):
        kept.remove_county(kept.counties()[0])
