"""The data directory: what is listed, saved and removed, and what a disk that refuses says."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import geodata
import scenarios
from files.faults import InputError
from geodata import county_folder
from scenarios.library import VARIABLE, Entry, Library, library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from scenarios.store import ConflictError

SHIPPED = sorted(path.stem for path in scenarios.SCENARIOS.glob("*.yaml"))


@pytest.fixture
def kept(tmp_path: Path) -> Library:
    """A data directory in which nothing is yet."""
    return Library(tmp_path / "data")


@pytest.fixture
def scenario() -> Scenario:
    """A scenario that can be saved."""
    return load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")


def renamed(scenario: Scenario, name: str) -> Scenario:
    return scenario_from(as_data(scenario) | {"name": name})


def digest(entry: Entry) -> str | None:
    assert entry.scenario is not None
    return entry.scenario.source.digest


def test_folder_is_the_one_that_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert library() == Library(tmp_path)
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv(VARIABLE)
        else:
            monkeypatch.setenv(VARIABLE, unset)
        assert library().folder.name.startswith("kim-planer")


def test_shipped_scenarios_come_first_and_nothing_is_made_by_looking(kept: Library, scenario: Scenario) -> None:
    assert [entry.id for entry in kept.entries()] == SHIPPED
    assert all(entry.shipped and entry.scenario is not None for entry in kept.entries())
    assert not kept.folder.exists()
    kept.save_new(renamed(scenario, "Abc"))
    assert [entry.id for entry in kept.entries()] == [*SHIPPED, "saved/abc"]


def test_saved_scenario_is_found_by_its_id(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Größe & Maß"))
    assert entry.id == "saved/groesse-mass"
    assert kept.entry(entry.id) == entry
    assert entry.name == "Größe & Maß"
    assert not entry.shipped


@pytest.mark.parametrize("id", ["saved/../modell-1-zentral", "../x", "", "saved/", "\x00", "x" * 9999, "saved/.x"])
def test_unknown_ids_are_nobody(kept: Library, scenario: Scenario, id: str) -> None:
    kept.save_new(scenario)
    assert kept.entry(id) is None


def test_a_name_that_is_taken_gets_a_file_of_its_own(kept: Library, scenario: Scenario) -> None:
    ids = [kept.save_new(renamed(scenario, "Gleich")).id for _ in range(3)]
    assert ids == ["saved/gleich", "saved/gleich-2", "saved/gleich-3"]


def test_many_who_save_the_same_name_at_once_all_keep_theirs(kept: Library, scenario: Scenario) -> None:
    found: list[Entry] = []
    mine = [renamed(scenario, "Gleich").model_copy(update={"description": str(number)}) for number in range(8)]
    threads = [threading.Thread(target=lambda one=one: found.append(kept.save_new(one))) for one in mine]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({entry.path for entry in found}) == 8
    stored = [load_scenario(entry.path).description for entry in found]
    assert sorted(stored) == sorted(scenario.description for scenario in mine)


def test_a_change_is_saved_with_the_digest_of_the_beginning(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(scenario)
    changed = kept.save(entry, renamed(scenario, "Neu"), digest(entry))
    assert changed.id == entry.id
    assert changed.name == "Neu"
    with pytest.raises(ConflictError) as conflict:
        kept.save(entry, renamed(scenario, "Verloren"), digest(entry))
    assert conflict.value.theirs == changed.scenario
    assert load_scenario(entry.path).name == "Neu"


def test_what_comes_with_the_planner_is_neither_changed_nor_removed(kept: Library, scenario: Scenario) -> None:
    shipped = kept.entries()[0]
    content = shipped.path.read_bytes()
    with pytest.raises(InputError, match="comes with the planner"):
        kept.save(shipped, scenario, digest(shipped))
    with pytest.raises((InputError, ConflictError)):
        kept.remove(shipped, digest(shipped))
    assert shipped.path.read_bytes() == content


def test_a_faulty_file_is_listed_with_its_faults(kept: Library) -> None:
    kept.scenarios_folder.mkdir(parents=True)
    (kept.scenarios_folder / "kaputt.yaml").write_text("name: [", encoding="utf-8")
    entry = kept.entries()[-1]
    assert (entry.id, entry.scenario, entry.name) == ("saved/kaputt", None, "kaputt.yaml")
    assert entry.faults


def test_a_saved_scenario_is_removed_unless_it_changed(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(scenario)
    kept.save(entry, renamed(scenario, "Neu"), digest(entry))
    with pytest.raises(ConflictError):
        kept.remove(entry, digest(entry))
    assert entry.path.exists()
    kept.remove(entry, digest(kept.entries()[-1]))
    assert not entry.path.exists()


@pytest.mark.parametrize("where", ["folder", "scenarios_folder"])
def test_a_disk_that_refuses_is_told(kept: Library, scenario: Scenario, where: str) -> None:
    place: Path = getattr(kept, where)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("a file stands where the folder should be")
    assert [entry.id for entry in kept.entries()] == SHIPPED
    with pytest.raises(InputError, match="the folder cannot be made"):
        kept.save_new(scenario)


def test_county_data_sets_are_named_as_a_scenario_states_them(kept: Library) -> None:
    (shipped,) = (county for county in kept.counties() if county.name == "05558-coesfeld")
    assert shipped.folder == geodata.COUNTIES / "05558-coesfeld"
    assert all(county.shipped for county in kept.counties())
    for name in ("b-2025", "a-2024", ".tmp"):
        (kept.counties_folder / name).mkdir(parents=True)
    (kept.counties_folder / "file").write_text("")
    saved = [county for county in kept.counties() if not county.shipped]
    assert [county.name for county in saved] == ["../counties/a-2024", "../counties/b-2025"]
    kept.scenarios_folder.mkdir()
    assert [county_folder(county.name, kept.scenarios_folder).resolve() for county in saved] == [
        county.folder.resolve() for county in saved
    ]
