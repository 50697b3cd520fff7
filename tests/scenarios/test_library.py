"""The data directory: what is listed, saved and removed, and what a disk that refuses says."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

import geodata
import scenarios
from files.faults import InputError
from geodata import county_folder
from scenarios.history import versions_of
from scenarios.library import VARIABLE, Entry, Library, library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from scenarios.store import ConflictError, save_scenario
from serving import answers

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


def test_every_save_keeps_the_version_before_and_restoring_is_one(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Eins"), "AB")
    first = entry.path.read_bytes()
    assert kept.restore_version(entry, kept.versions(entry)[0], digest(entry)) == entry
    changed = kept.save(entry, renamed(scenario, "Zwei"), digest(entry), "../ä b&cdef")
    by_hand = changed.path.read_bytes() + b"# von Hand\n"
    changed.path.write_bytes(by_hand)
    found = kept.entry(entry.id)
    assert found is not None
    third = kept.save(found, renamed(scenario, "Drei"), digest(found))
    versions = kept.versions(third)
    assert [version.who for version in versions] == ["", "", "äbcde", "AB"]
    assert len({version.when for version in versions}) == 4
    assert versions[1].path.read_bytes() == by_hand
    with pytest.raises(ConflictError) as conflict:
        kept.restore_version(found, versions[-1], digest(found))
    assert conflict.value.theirs == third.scenario
    again = kept.restore_version(third, versions[-1], digest(third), "CD")
    assert again.path.read_bytes() == first
    assert [version.who for version in kept.versions(again)] == ["CD", "", "", "äbcde", "AB"]
    assert [one.id for one in kept.entries()] == [*SHIPPED, "saved/eins"]
    assert kept.versions(kept.entries()[0]) == ()
    with pytest.raises(InputError, match="comes with the planner"):
        kept.restore_version(kept.entries()[0], versions[0], None)


def test_so_many_versions_are_kept_and_foreign_files_are_left_alone(
    kept: Library, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.history.MOST_VERSIONS", 3)
    entry = kept.save_new(scenario)
    folder = kept.scenarios_folder / ".versions" / entry.path.stem
    strange = ("fremd.yaml", "20261399T000000000000Z.yaml", "20261128T000000000000Z-..yaml")
    for name in strange:
        (folder / name).write_text("name: [", "utf-8")
    for number in range(4):
        entry = kept.save(entry, renamed(scenario, f"Nr. {number}"), digest(entry))
    names = [load_scenario(version.path).name for version in kept.versions(entry)]
    assert names == ["Nr. 3", "Nr. 2", "Nr. 1"]
    assert all((folder / name).exists() for name in strange)


def test_what_is_removed_waits_in_the_trash_and_keeps_its_id(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Alt"), "AB")
    changed = kept.save(entry, scenario_from(as_data(entry.scenario or scenario) | {"description": "x"}), digest(entry))
    with pytest.raises(ConflictError):
        kept.remove(changed, digest(entry), "CD")
    kept.remove(changed, digest(changed), "CD")
    assert kept.entry(entry.id) is None
    removed = kept.removed_entry(entry.id)
    assert removed is not None
    assert (removed.name, removed.record.who, removed.scenario) == ("Alt", "CD", changed.scenario)
    assert kept.removed_entry("saved/../alt") is None
    assert not kept.purged(entry.id)
    # A link to what was removed never shows another scenario.
    assert kept.save_new(renamed(scenario, "Alt")).id == "saved/alt-2"
    back = kept.restore(removed)
    assert (back.id, back.scenario) == (entry.id, changed.scenario)
    assert len(kept.versions(back)) == 2
    assert kept.removed() == ()
    with pytest.raises(ConflictError) as conflict:
        kept.restore(removed)
    assert conflict.value.theirs == changed.scenario


def test_what_comes_back_replaces_nothing(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Alt"))
    kept.remove(entry, digest(entry))
    mine = kept.save(entry, renamed(scenario, "Meins"), None)
    (removed,) = kept.removed()
    back = kept.restore(removed)
    assert (back.id, back.name) == ("saved/alt-2", "Alt")
    assert load_scenario(mine.path).name == "Meins"


def test_what_is_removed_for_good_leaves_its_name_alone(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Alt"))
    kept.remove(entry, digest(entry))
    (kept.scenarios_folder / "kaputt.yaml").write_text("name: [", "utf-8")
    broken = kept.entries()[-1]
    kept.remove(broken, None)
    faulty, removed = kept.removed()
    assert (faulty.name, faulty.scenario) == ("kaputt.yaml", None)
    assert kept.restore(faulty).faults
    kept.purge(removed)
    kept.purge(removed)
    assert kept.removed() == ()
    assert kept.purged(entry.id)
    assert not kept.purged("saved/nie")
    files = [path.name for path in kept.folder.rglob("*") if path.is_file()]
    assert sorted(files) == [".lock", "kaputt.yaml"]
    new = kept.save_new(renamed(scenario, "Alt"))
    assert new.id == "saved/alt-2"
    (kept.scenarios_folder / "kaputt.yaml").write_bytes(new.path.read_bytes())
    with pytest.raises(ConflictError):
        kept.remove(broken, None)


@pytest.mark.skipif(os.name == "nt", reason="no such names")
def test_what_somebody_else_put_there_is_listed_as_faulty_and_stands_in_nobodys_way(
    kept: Library, scenario: Scenario
) -> None:
    good = kept.save_new(renamed(scenario, "Abc"))
    folder = kept.scenarios_folder
    (folder / os.fsdecode(b"caf\xe9.yaml")).write_bytes(good.path.read_bytes())
    (folder / "a\u202eb.yaml").write_bytes(good.path.read_bytes())
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    (folder / "link.yaml").symlink_to("nowhere")
    entries = kept.entries()[len(SHIPPED) :]
    assert {entry.id: entry.faults[0].text("en").split(": ")[1] for entry in entries if entry.faults} == {
        "saved/a%E2%80%AEb": "its name cannot be shown",
        "saved/caf%E9": "its name cannot be shown",
        "saved/folder": "this is a folder and no file",
        "saved/link": "the link leads to no file",
        "saved/pipe": "this is a pipe or device and no file",
    }
    assert [entry.id for entry in entries if entry.scenario is not None] == ["saved/abc"]
    assert all(entry.name.encode() and str(kept.folder) not in str(entry.faults) for entry in entries)
    named = kept.entry("saved/caf%E9")
    assert named is not None
    kept.remove(named, None)
    assert [one.name for one in kept.removed()] == ["Abc"]
    assert kept.restore(kept.removed()[0]).id == "saved/caf%E9"


def test_a_county_folder_without_a_name_in_text_is_told(kept: Library) -> None:
    folder = kept.counties_folder / os.fsdecode(b"k\xe4se")
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"k\xe4se.csv")).touch()
    [county] = [county for county in kept.counties() if not county.shipped]
    assert county.name == "../counties/k%E4se"
    with pytest.raises(InputError, match="its name cannot be shown"):
        answers.county(county.folder)


@pytest.mark.parametrize(
    "county",
    [
        "/etc",
        "\\\\server\\share",
        "//server/share",
        "C:\\x",
        "C:x",
        "../..",
        "../counties/../drafts",
        "../counties/",
        "a/b",
    ],
)
def test_a_scenario_of_the_data_directory_names_no_county_elsewhere(
    kept: Library, scenario: Scenario, county: str
) -> None:
    other = scenario_from(as_data(scenario) | {"county": county})
    with pytest.raises(InputError, match="is none of the list"):
        kept.save_new(other)
    saved = kept.save_new(scenario)
    with pytest.raises(InputError, match="is none of the list"):
        kept.save(saved, other, digest(saved))
    save_scenario(saved.path, other, digest=digest(saved))  # as by hand, or from an upload of an earlier version
    [entry] = kept.entries()[len(SHIPPED) :]
    assert entry.scenario is None
    assert "is none of the list" in entry.faults[0].text("en")
    assert entry.faults[0].column == "county"


def test_a_clock_that_jumps_keeps_the_order_of_versions(kept: Library, scenario: Scenario) -> None:
    entry = kept.save_new(renamed(scenario, "Erste"))
    last = versions_of(entry.path) / "99991231T235959999999Z.yaml"
    last.write_bytes(entry.path.read_bytes())
    future = versions_of(entry.path) / "21000101T000000000000Z.yaml"
    future.write_bytes(entry.path.read_bytes())
    for name, written in (("Zweite", -1e14), ("Dritte", 1e11), ("Vierte", 5e9)):
        os.utime(entry.path, (written, written))
        entry = kept.save(entry, renamed(scenario, name), digest(entry))
    versions = kept.versions(entry)
    assert versions[0].when > datetime(2100, 1, 1, tzinfo=UTC) > versions[-1].when
    assert load_scenario(versions[0].path).name == "Vierte"
    assert last.exists()


SAVING = """
import sys
from pathlib import Path
from scenarios.library import Library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import as_data
from scenarios.store import ConflictError, save_scenario
who, kept = sys.argv[1], Library(Path(sys.argv[2]))
path = kept.scenarios_folder / "gemeinsam.yaml"
input()
for number in range(int(sys.argv[3])):
    data = as_data(load_scenario(path))
    kept.save_new(scenario_from(data | {"name": "Neu", "description": f"{who}{number}"}))
    while True:
        known = load_scenario(path)
        data = as_data(known)
        data["description"] += f" {who}{number}"
        try:
            save_scenario(path, scenario_from(data), digest=known.source.digest, who=who)
            break
        except ConflictError:
            pass
"""


def test_two_processes_lose_no_edit_of_each_other(kept: Library) -> None:
    rules = {"name": "Gemeinsam", "county": "x", "layers": [{"posts": {"total": 1}}]}
    kept.save_new(scenario_from(rules))
    each = 15
    running = [
        subprocess.Popen([sys.executable, "-c", SAVING, who, str(kept.folder), str(each)], stdin=subprocess.PIPE)
        for who in "ab"
    ]
    for process in running:  # both are ready: now
        assert process.stdin is not None
        process.stdin.write(b"\n")
        process.stdin.close()
    assert [process.wait() for process in running] == [0, 0]
    expected = sorted(f"{who}{number}" for who in "ab" for number in range(each))
    entry = kept.entry("saved/gemeinsam")
    assert entry is not None
    assert entry.scenario is not None
    assert sorted(entry.scenario.description.split()) == expected
    others = [one.scenario.description for one in kept.entries() if one.scenario is not None and one.name == "Neu"]
    assert sorted(others) == expected
