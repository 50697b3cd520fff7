"""Saving: under a name, over what was there, and where two planners save the same scenario."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import scenarios
from scenarios.changes import differences
from scenarios.library import Entry, library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from translation import translate
from views.speech import Speech

PAGE = """
import streamlit as st
from scenarios.library import library
from scenarios.scenario import scenario_from
from views import address
from views.parts.saving import offer_saving
from views.speech import Speech


def kept(entry, told):
    st.session_state["kept"], st.session_state["told"] = entry, told


offer_saving(
    scenario_from(st.session_state["mine"]),
    origin=library().entry(st.session_state["origin"]),
    digest=st.session_state["digest"],
    key="here",
    speech=Speech("en"),
    began=st.session_state["began"],
    kept=kept if st.session_state["listening"] else None,
)
"""
TOTAL = ("layers", 0, "posts", "total")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own."""
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def entry() -> Entry:
    """A saved scenario."""
    return library().save_new(load_scenario(scenarios.SCENARIOS / "modell-2-wohlfahrt.yaml"))


def changed(scenario: Scenario, value: Any, *place: Any) -> Scenario:
    """The scenario with another value at a place."""
    data = as_data(scenario)
    section = data
    for key in place[:-1]:
        section = section[key]
    section[place[-1]] = value
    return scenario_from(data)


def stated(entry: Entry) -> Scenario:
    assert entry.scenario is not None
    return entry.scenario


def session(entry: Entry, mine: Scenario, *, began: bool = True, listening: bool = True) -> AppTest:
    """Somebody who began with ``entry`` and made it ``mine``."""
    app = AppTest.from_string(PAGE, default_timeout=30)
    app.session_state["origin"] = entry.id
    app.session_state["digest"] = stated(entry).source.digest
    app.session_state["mine"] = as_data(mine)
    app.session_state["listening"] = listening
    app.session_state["began"] = stated(entry) if began else None
    return run(app)


def run(item: Any) -> AppTest:
    app: AppTest = item.run()
    assert not app.exception
    return app


def click(app: AppTest, name: str) -> AppTest:
    return run(app.button(key=f"here {name}").click())


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.info, *app.caption]
    return "\n".join(element.value for element in elements).replace("\\", "")


def cells(app: AppTest) -> list[list[str]]:
    (table,) = app.table
    rows = [[name, *row] for name, row in zip(table.value.index, table.value.to_numpy().tolist(), strict=True)]
    return [[cell.replace("\\", "") for cell in row] for row in rows]


def on_disk() -> dict[str, Scenario]:
    return {listed.id: stated(listed) for listed in library().entries() if not listed.shipped}


def test_saved_over_what_was_there(entry: Entry) -> None:
    mine = changed(stated(entry), 8, *TOTAL)
    app = click(session(entry, mine), "save")
    assert on_disk() == {entry.id: mine}
    assert app.query_params["scenario"] == entry.id
    assert stated(app.session_state["kept"]) == mine
    assert entry.path.name in str(app.session_state["told"])
    assert not app.success


def test_saved_as_a_new_scenario_under_a_name(entry: Entry) -> None:
    app = session(entry, stated(entry), listening=False)
    app.text_input[0].set_value("Mein Versuch")
    app = click(app, "save new")
    assert sorted(on_disk()) == sorted([entry.id, "saved/mein-versuch"])
    assert app.query_params["scenario"] == "saved/mein-versuch"
    assert "Saved as “Mein Versuch”" in texts(app)
    assert not run(app).success


def test_what_comes_with_the_planner_is_saved_only_as_new() -> None:
    shipped = next(entry for entry in library().entries() if entry.shipped)
    app = session(shipped, stated(shipped))
    assert [button.key for button in app.button] == ["here save new"]
    click(app, "save new")
    assert list(on_disk().values()) == [shipped.scenario]


def test_name_follows_the_scenario_until_another_is_typed(entry: Entry) -> None:
    app = session(entry, stated(entry))
    assert app.text_input[0].value == stated(entry).name
    app.session_state["mine"] = as_data(changed(stated(entry), "Umbenannt", "name"))
    assert run(app).text_input[0].value == "Umbenannt"
    run(app.text_input[0].set_value("Anders"))
    assert run(app).text_input[0].value == "Anders"


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "the name is empty"), ("   ", "the name is empty"), ("x" * 201, "201 characters"), ("a\u202eb", "invisible")],
)
def test_a_name_that_cannot_be_one_is_told(entry: Entry, name: str, said: str) -> None:
    app = session(entry, changed(stated(entry), 8, *TOTAL))
    app.text_input[0].set_value(name)
    for button in ("save", "save new"):
        app = click(app, button)
        assert said in texts(app)
        assert "Not saved" in texts(app)
        assert on_disk() == {entry.id: entry.scenario}
    assert app.text_input[0].value == name


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "../../x", "${a} **b** :red[c]", "CON", "ü/ö\\ä", "."]
)
def test_hostile_names_stay_text(entry: Entry, name: str) -> None:
    app = session(entry, stated(entry), listening=False)
    app.text_input[0].set_value(name)
    app = click(app, "save new")
    (new,) = [found for found in library().entries() if not found.shipped and found.id != entry.id]
    assert stated(new).name == name
    assert new.path.parent == entry.path.parent
    assert Speech("en").markdown(name) in app.success[0].value
    assert f"“{name}”" in texts(app).replace("\\", "") or "\\" in name


def test_a_disk_that_cannot_be_written_is_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data.write_text("a file stands where the folder should be")
    shipped = next(entry for entry in library().entries() if entry.shipped)
    app = click(session(shipped, stated(shipped)), "save new")
    assert "Not saved" in texts(app)
    assert "the folder cannot be made" in texts(app)
    assert "kept" not in app.session_state
    data.unlink()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    fsync = os.fsync
    monkeypatch.setattr("os.fsync", full)
    app.text_input[0].set_value("Mein Plan")
    app = click(app, "save new")
    assert "(the disk is full): make room on the disk, then try again" in texts(app)
    assert str(data) not in texts(app)
    assert app.text_input[0].value == "Mein Plan"
    monkeypatch.setattr("os.fsync", fsync)
    click(app, "save new")
    assert [one.name for one in library().entries() if not one.shipped] == ["Mein Plan"]


# Two planners


@pytest.fixture
def conflict(entry: Entry) -> tuple[Entry, AppTest]:
    """Somebody saved; then this session, which began before, wants to save too."""
    click(session(entry, changed(stated(entry), "1/4", "ki_share", "minimum")), "save")
    return entry, click(session(entry, changed(stated(entry), 8, *TOTAL)), "save")


def test_both_changes_are_shown_and_nothing_is_written(conflict: tuple[Entry, AppTest]) -> None:
    entry, app = conflict
    assert cells(app) == [
        ["Least share of the KI", "1/3", "25%", "unchanged"],
        ["Layer “Case-Management” – Posts", "6 FTE", "unchanged", "8 FTE"],
    ]
    assert list(on_disk().values()) == [changed(stated(entry), "1/4", "ki_share", "minimum")]
    assert "kept" not in app.session_state
    assert cells(run(app)) == cells(app)


def test_without_the_beginning_both_versions_are_shown(entry: Entry) -> None:
    click(session(entry, changed(stated(entry), "1/4", "ki_share", "minimum")), "save")
    app = click(session(entry, changed(stated(entry), 8, *TOTAL), began=False), "save")
    assert cells(app) == [
        ["Least share of the KI", "25%", "1/3"],
        ["Layer “Case-Management” – Posts", "6 FTE", "8 FTE"],
    ]


def test_mine_is_saved_as_a_copy(conflict: tuple[Entry, AppTest]) -> None:
    entry, app = conflict
    app = click(app, "copy")
    name = f"{stated(entry).name} (copy)"
    mine = changed(changed(stated(entry), 8, *TOTAL), name, "name")
    assert sorted(on_disk().values(), key=lambda scenario: scenario.name) == [
        changed(stated(entry), "1/4", "ki_share", "minimum"),
        mine,
    ]
    assert not app.table
    assert stated(app.session_state["kept"]) == mine


def test_a_copy_needs_a_name(conflict: tuple[Entry, AppTest]) -> None:
    _, app = conflict
    run(app.text_input(key="here name of the copy").set_value(""))
    app = click(app, "copy")
    assert "the name is empty" in texts(app)
    assert len(on_disk()) == 1
    assert app.table


def test_theirs_is_replaced_knowingly(conflict: tuple[Entry, AppTest]) -> None:
    entry, app = conflict
    app = click(app, "replace")
    assert on_disk() == {entry.id: changed(stated(entry), 8, *TOTAL)}
    assert not app.table


def test_theirs_is_taken_over(conflict: tuple[Entry, AppTest]) -> None:
    entry, app = conflict
    theirs = changed(stated(entry), "1/4", "ki_share", "minimum")
    app = click(app, "take")
    assert on_disk() == {entry.id: theirs}
    kept = stated(app.session_state["kept"])
    assert kept == theirs
    assert kept.source.digest == load_scenario(entry.path).source.digest


def test_who_was_quicker_once_more_is_shown_before_anything_is_replaced(conflict: tuple[Entry, AppTest]) -> None:
    entry, app = conflict
    third = changed(load_of(entry), "Dritte", "description")
    library().save(entry, third, load_of(entry).source.digest)
    app = click(app, "replace")
    assert on_disk() == {entry.id: third}
    assert ["Description", "Dritte", "unchanged"] in [[row[0], *row[2:]] for row in cells(app)]
    click(app, "replace")
    assert on_disk() == {entry.id: changed(stated(entry), 8, *TOTAL)}


@pytest.mark.parametrize(("content", "said"), [(None, "was removed"), (b"name: [", "can no longer be read")])
def test_a_scenario_that_is_gone_or_broken_can_be_saved_all_the_same(
    entry: Entry, content: bytes | None, said: str
) -> None:
    mine = changed(stated(entry), 8, *TOTAL)
    app = session(entry, mine)
    if content is None:
        entry.path.unlink()
    else:
        entry.path.write_bytes(content)
    app = click(app, "save")
    assert said in texts(app)
    offered = {button.key for button in app.button}
    assert "here take" not in offered
    # What cannot be read is not replaced: nobody knows what is in it.
    assert ("here replace" in offered) == (content is None)
    click(app, "replace" if content is None else "copy")
    assert any(scenario.layers == mine.layers for scenario in saved_scenarios())


def load_of(entry: Entry) -> Scenario:
    return load_scenario(entry.path)


def saved_scenarios() -> list[Scenario]:
    return [entry.scenario for entry in library().entries() if not entry.shipped and entry.scenario is not None]


# Differences in plain words


def words(old: Scenario, new: Scenario) -> list[tuple[str, str, str, str]]:
    return [(d.path, str(d.about), translate(d.old, "en"), translate(d.new, "en")) for d in differences(old, new)]


def test_equal_scenarios_have_no_differences(entry: Entry) -> None:
    assert differences(stated(entry), load_of(entry)) == ()


def test_differences_name_setting_and_both_values(entry: Entry) -> None:
    old = stated(entry)
    new = changed(old, {"equal": 1}, "key")
    new = changed(new, False, "layers", 0, "districts", "connected")
    new = changed(new, None, "layers", 0, "districts", "max_drive_minutes")
    new = changed(new, [["Olfen", "Senden"]], "layers", 0, "municipalities", "together")
    new = changed(new, "office", "layers", 0, "employers", 0, "base")
    layer = "Layer “Case-Management” – "
    assert words(old, new) == [
        ("key", "Key", "migration_history: 1", "equal: 1"),
        ("layers[0].districts.max_drive_minutes", f"{layer}Longest drive", "45 min", "no limit"),
        ("layers[0].districts.connected", f"{layer}Connected districts", "yes", "no"),
        ("layers[0].municipalities.together", f"{layer}Together", "nothing", "(Olfen, Senden)"),
        (
            "layers[0].employers[0].base",
            f"{layer}Employer the KI – Start",
            "hub in the district",
            "office of the employer",
        ),
    ]


def test_entries_that_come_go_and_change_places_are_told(entry: Entry) -> None:
    old = stated(entry)
    employers = as_data(old)["layers"][0]["employers"]
    new = changed(old, [employers[2], employers[0], {"id": "skf", "maximum": 1}], "layers", 0, "employers")
    layer = "Layer “Case-Management” – "
    assert words(old, new) == [
        ("layers[0].employers[1]", f"{layer}Employer awo", "at least 1 FTE, at most 2 FTE", "not there"),
        ("layers[0].employers[3]", f"{layer}Employer caritas", "at least 1 FTE, at most 2 FTE", "not there"),
        ("layers[0].employers[+2]", f"{layer}Employer skf", "not there", "at least 0 FTE, at most 1 FTE"),
        (
            "layers[0].employers[]",
            f"{layer}Order of the employers",
            "Employer the KI, Employer awo, Employer drk, Employer caritas",
            "Employer drk, Employer the KI, Employer skf",
        ),
    ]


def test_a_renamed_layer_is_the_same_and_a_given_plan_is_told(entry: Entry) -> None:
    old = stated(entry)
    new = changed(old, "Neu", "layers", 0, "name")
    assert words(old, new) == [
        ("layers[0].name", "Layer “Case-Management” – Name of the layer", "Case-Management", "Neu")
    ]
    data = as_data(old)
    del data["layers"][0]["districts"]
    data["layers"][0]["plan"] = [{"employer": "ki", "fte": 6, "municipalities": ["Olfen"]}]
    ((path, about, before, after),) = words(old, scenario_from(data))
    assert (path, about) == ("layers[0].plan", "Layer “Case-Management” – Plan")
    assert (before, after) == ("is to be found", "District Olfen (the KI, 6 FTE)")
