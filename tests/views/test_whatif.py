"""The page of plans made by hand without a browser. Clicks on its map are tested in tests/browser/."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import scenarios
from scenarios.drafts import Drafts
from scenarios.library import Entry, library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import as_data
from views import shortcuts
from views.handmade import widgets as whatif_widgets

pytestmark = pytest.mark.usefixtures("own_data")

PAGE = 'from views.whatif import show\nif __name__ == "__main__":\n    show()'
ASCHEBERG, COESFELD, DUELMEN, OLFEN, ROSENDAHL = "05558004", "05558012", "05558016", "05558036", "05558040"


def _run(item: Any) -> AppTest:
    app: AppTest = item.run()
    assert not app.exception
    return app


def _page(**parameters: str) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in {"language": "en", **parameters}.items():
        app.query_params[name] = value
    return _run(app)


def _widget(app: AppTest, kind: str, name: str) -> Any:
    """A widget by its name; its key has a number behind that."""
    found = [widget for widget in getattr(app, kind) if re.fullmatch(re.escape(name) + r"( \d+)?", widget.key or "")]
    assert len(found) == 1, [widget.key for widget in getattr(app, kind)]
    return found[0]


def _texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.info, *app.caption, *app.toast]
    return "\n".join(element.value for element in elements).replace("\\", "")


def _figures(app: AppTest) -> list[str]:
    """The figures of the plan as they stand."""
    return [str(value).replace("\\", "").replace("*", "") for value in app.table[0].value.iloc[:, 0]]


def _towns(app: AppTest, district: int, *towns: str) -> AppTest:
    return _run(_widget(app, "multiselect", f"what-if 0 {district} towns").set_value(list(towns)))


def _moved(app: AppTest) -> AppTest:
    """Rosendahl in a district that it does not touch."""
    shown = _widget(app, "multiselect", "what-if 0 1 towns").value
    return _towns(app, 1, *shown, ROSENDAHL)


def test_page_begins_with_the_plan_of_the_scenario() -> None:
    app = _page(scenario="modell-1-zentral")
    assert (
        "As good as the best plan (proven): lowest coverage 91.6% (9.3 h per 1,000), 20.1 h missing per week."
        in _texts(app)
    )
    assert "All rules of the scenario are kept." in _texts(app)
    assert "plan" not in app.query_params
    assert not (library().drafts_folder).exists()
    assert _widget(app, "button", "what-if undo").disabled
    assert _widget(app, "button", "what-if redo").disabled


def test_moved_municipality_changes_figures_and_breaks_a_rule_by_name() -> None:
    app = _page(scenario="modell-1-zentral")
    before = _figures(app)
    app = _moved(app)
    assert _figures(app) != before
    mine, best = r"8\d\.\d% \(8\.\d h per 1,000\)", r"91\.6% \(9\.3 h per 1,000\)"
    assert re.search(rf"Lowest coverage {mine} against {best} in the best plan \(proven\)", _texts(app))
    assert "every district connected: NOT kept" in _texts(app)
    assert "▼ worse" in str(app.table[0].value)
    assert ROSENDAHL not in _widget(app, "multiselect", "what-if 0 3 towns").value


def test_edits_are_undone_redone_and_open_again_by_their_address() -> None:
    app = _page(scenario="modell-1-zentral")
    before = _figures(app)
    app = _moved(app)
    moved = _figures(app)
    app = _run(_widget(app, "button", "what-if undo").click())
    assert _figures(app) == before
    assert _widget(app, "button", "what-if undo").disabled
    app = _run(_widget(app, "button", "what-if redo").click())
    assert _figures(app) == moved
    again = _page(plan=app.query_params["plan"])
    assert _figures(again) == moved
    assert not _widget(again, "button", "what-if undo").disabled


def test_municipality_taken_out_is_in_no_district() -> None:
    app = _page(scenario="modell-1-zentral")
    shown = _widget(app, "multiselect", "what-if 0 3 towns").value
    assert set(shown) == {COESFELD, ROSENDAHL}
    app = _towns(app, 3, COESFELD)
    assert "every municipality in exactly one district: NOT kept. Concerns: Rosendahl." in _texts(app)
    app = _run(_widget(app, "button", "what-if 0 3 dissolve").click())
    assert "Concerns: Coesfeld; Rosendahl." in _texts(app)
    assert "5.0 of 6.0 FTE placed, 1.0 left over." in _texts(app)


def test_teams_are_changed() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _run(_widget(app, "button", "what-if 0 1 more").click())
    assert "6.5 of 6.0 FTE placed, 0.5 too many." in _texts(app)
    app = _run(_widget(app, "selectbox", "what-if 0 2 posts en").select_index(0))
    assert "6.0 of 6.0 FTE placed." in _texts(app)
    app = _run(_widget(app, "button", "what-if 0 1 less").click())
    assert "5.5 of 6.0 FTE placed, 0.5 left over." in _texts(app)
    app = _run(_widget(app, "selectbox", "what-if 0 3 hub en").set_value(COESFELD))
    assert "Hub Coesfeld · " in _texts(app)
    app = _run(_widget(app, "selectbox", "what-if 0 3 employer en").set_value("awo"))
    assert "Employers that the scenario does not provide for: AWO" in _texts(app)
    # What is other than it was is listed, to be released by itself: the first team has its posts back.
    changes = [_widget(app, "button", f"what-if release 0 {position}").help for position in range(2)]
    assert [change.removeprefix("No longer kept when the rest is optimised: ") for change in changes] == [
        "District 2: 0.5 FTE",
        "District 3: AWO, 1.0 FTE, Hub: Coesfeld",
    ]
    app = _run(_widget(app, "button", "what-if release 0 0").click())
    assert _widget(app, "button", "what-if release 0 0").help.endswith("Hub: Coesfeld")


def test_team_of_one_step_does_not_shrink() -> None:
    app = _page(scenario="modell-3-kommunen")
    assert not _widget(app, "button", "what-if 0 2 less").disabled
    assert _widget(app, "button", "what-if 0 6 less").disabled
    app = _run(_widget(app, "button", "what-if 0 6 more").click())
    assert _widget(app, "selectbox", "what-if 0 6 posts en").value == pytest.approx(0.2)
    assert "4.1 of 4.0 FTE placed" in _texts(app)


def test_new_district_takes_what_is_left() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _run(_widget(app, "button", "what-if 0 5 dissolve").click())
    app = _run(_widget(app, "button", "what-if new").click())
    # The number of a district that is gone stays its own.
    assert _widget(app, "selectbox", "what-if 0 6 posts en").value == 1
    assert "No municipality yet" in _texts(app)
    # It is in hand at once.
    assert app.session_state["what-if hand"] == ("6", 1)
    app = _towns(app, 6, OLFEN)
    assert "6.0 of 6.0 FTE placed." in _texts(app)


def test_layers_are_changed_one_beside_the_other() -> None:
    app = _page(scenario="modell-3-kommunen")
    app = _run(_widget(app, "button", "what-if 0 1 more").click())
    first = _figures(app)
    app = _run(app.segmented_control(key="layer").set_value(1))
    assert _figures(app) == first
    app = _run(_widget(app, "button", "what-if 1 1 less").click())
    assert _figures(app) != first
    app = _run(_widget(app, "button", "what-if undo").click())
    assert _figures(app) == first


def test_rest_is_optimised_around_pins_as_a_further_step() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _towns(app, 1, *_widget(app, "multiselect", "what-if 0 1 towns").value, DUELMEN)
    app = _run(_widget(app, "multiselect", "what-if 0 pins").set_value([ASCHEBERG]))
    assert "pinned: Ascheberg" in _texts(app)
    by_hand = _figures(app)
    app = _run(_widget(app, "button", "what-if optimise").click())
    assert "The rest was optimised" in _texts(app)
    assert "All rules of the scenario are kept." in _texts(app)
    assert {ASCHEBERG, DUELMEN} <= set(_widget(app, "multiselect", "what-if 0 1 towns").value)
    assert _figures(app)[0] > by_hand[0]
    # Only what is released by name is no longer kept, and every step of it can be undone.
    app = _run(_run(_widget(app, "button", "what-if unlock").click()).button(key="what-if optimise").click())
    assert "As good as the best plan" in _texts(app)
    for _ in range(3):
        app = _run(_widget(app, "button", "what-if undo").click())
    assert _figures(app) == by_hand
    app = _run(_widget(app, "button", "what-if lock").click())
    assert _widget(app, "toggle", "what-if 0 2 pin").value
    assert len(_widget(app, "multiselect", "what-if 0 pins").value) == 11


def test_pins_that_cannot_hold_are_explained_and_nothing_is_lost() -> None:
    app = _page(scenario="modell-1-zentral")
    # What is left of the six posts is then one team, and three districts are the fewest.
    for _ in range(8):
        app = _run(_widget(app, "button", "what-if 0 1 more").click())
    app = _run(_widget(app, "toggle", "what-if 0 1 pin").set_value(True))
    before = _figures(app)
    app = _run(_widget(app, "button", "what-if optimise").click())
    assert "There is no plan that keeps all rules; this is proven." in _texts(app)
    assert "as pinned" in _texts(app)
    assert _figures(app) == before
    app = _run(_widget(app, "toggle", "what-if 0 1 pin").set_value(False))
    assert "There is no plan" not in _texts(app)


def test_pinned_municipality_is_not_moved() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _run(_widget(app, "multiselect", "what-if 0 pins").set_value([ROSENDAHL]))
    before = _figures(app)
    app = _moved(app)
    assert "This municipality is pinned" in _texts(app)
    assert _figures(app) == before
    assert ROSENDAHL not in _widget(app, "multiselect", "what-if 0 1 towns").value


def test_wishes_are_kept_and_forgotten() -> None:
    app = _page(scenario="modell-1-zentral")
    app.selectbox(key="what-if 0 pair one").set_value(OLFEN)
    app = _run(app.selectbox(key="what-if 0 pair other").set_value(COESFELD))
    app = _run(_widget(app, "button", "what-if together").click())
    assert "Coesfeld, Olfen in one district: NOT kept." in _texts(app)
    app = _run(_widget(app, "button", "what-if optimise").click())
    assert "All rules of the scenario are kept." in _texts(app)
    app = _run(app.button(key=f"what-if 0 {COESFELD} {OLFEN}").click())
    assert "Coesfeld and Olfen together" not in _texts(app)


def test_given_layer_is_optimised_under_rules_that_are_told() -> None:
    app = _page(scenario="kommunen-2023")
    assert "Taken instead: 3 to 6 districts, at most 40 min from the hub; employers: " in _texts(app)
    app = _run(_widget(app, "button", "what-if optimise").click())
    assert "The rest was optimised" in _texts(app)


def _save(app: AppTest, *, form: str = "plan", note: str = "") -> Entry:
    """Saves the plan in the dialogue, which then says where it is; gives what was saved last."""
    known = {entry.id for entry in library().entries()}
    app = _run(_widget(app, "button", "what-if save").click())
    app.text_area(key="what-if note").set_value(note)
    app = _run(app.radio(key="what-if form").set_value(form))
    app = _run(app.button(key="what-if save now").click())
    assert "Saved as “" in _texts(app)
    (saved,) = [entry for entry in library().entries() if entry.id not in known]
    return saved


def test_plan_is_saved_as_it_stands() -> None:
    app = _moved(_page(scenario="modell-1-zentral"))
    figures = _figures(app)
    saved = _save(app, note="Wunsch aus Rosendahl")
    assert saved.scenario is not None
    assert saved.name == "Modell 1 – zentral am KI, dezentral im Einsatz – by hand"
    # It is described by what it is, and not by what it began with.
    said = saved.scenario.description.split("\n")
    assert said[:3] == [
        "Wunsch aus Rosendahl",
        "Changed by hand, beginning with the plan of “Modell 1 – zentral am KI, dezentral im Einsatz”.",
        "1 municipality is in another district: Rosendahl (4.2% of the need).",
    ]
    assert "against 91.6% (9.3 h per 1,000) in the best plan (proven)" in said[3]
    assert _widget(app, "button", "what-if compare").label == "Compare with the plan it began with"
    opened = _page(scenario=saved.id)
    assert _figures(opened) == figures
    # Nothing is left to decide in it: the best plan that could be in its place is what it is measured by.
    assert "91.6% (9.3 h per 1,000) in the best plan (proven)" in _texts(opened)
    # What is saved after it has a name of its own.
    assert _save(opened).name == f"{saved.name} 2"


def test_saving_tells_what_is_wrong_with_the_name() -> None:
    app = _run(_widget(_page(scenario="modell-1-zentral"), "button", "what-if save").click())
    app.text_input(key="what-if name").set_value(" ")
    app = _run(app.button(key="what-if save now").click())
    assert "the name is empty: type a name" in _texts(app)
    assert all(entry.shipped for entry in library().entries())


def test_nothing_said_of_the_rules_contradicts_anything() -> None:
    app = _page(scenario="modell-1-zentral")
    assert [one.value for one in app.success] == ["All rules of the scenario are kept."]
    app = _run(_widget(app, "selectbox", "what-if 0 3 employer en").set_value("awo"))
    assert not app.success
    assert "All binding rules are kept. To be known:" in app.info[0].value
    app = _moved(app)
    assert (len(app.success), len(app.info)) == (0, 0)
    assert "NOT kept" in app.warning[0].value
    assert "Employers that the scenario does not provide for: AWO" in app.warning[0].value


def test_districts_are_named_and_keep_their_numbers() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _run(_widget(app, "text_input", "what-if 0 3 name").set_value(" Nord "))
    app = _run(_widget(app, "text_input", "what-if 0 2 name").set_value("Nord"))
    assert "Another district is called “Nord”." in _texts(app)
    assert [_widget(app, "text_input", f"what-if 0 {number} name").value for number in (2, 3)] == ["", "Nord"]
    app = _run(_widget(app, "button", "what-if 0 1 dissolve").click())
    # The others are called as before.
    assert _widget(app, "text_input", "what-if 0 3 name").value == "Nord"
    assert _widget(app, "multiselect", "what-if 0 2 towns").label == "Municipalities of district 2"
    saved = _save(app)
    assert saved.scenario is not None
    assert saved.scenario.district_names == {"Nord": ("Coesfeld", "Rosendahl")}
    # So are their numbers when the saved plan is opened, though the first is gone.
    opened = _page(scenario=saved.id)
    assert _widget(opened, "text_input", "what-if 0 3 name").value == "Nord"
    assert "what-if 0 1 name" not in str([field.key for field in opened.text_input])


def test_pins_are_saved_as_rules() -> None:
    app = _page(scenario="modell-1-zentral")
    app = _run(_widget(app, "multiselect", "what-if 0 pins").set_value([COESFELD, ROSENDAHL, OLFEN]))
    saved = _save(app, form="rules")
    assert saved.scenario is not None
    towns = saved.scenario.layers[0].municipalities
    assert towns.together == (("Coesfeld", "Rosendahl"),)
    assert towns.apart == (("Coesfeld", "Olfen"),)


@pytest.mark.parametrize("id", ["a" * 20, "../../etc/passwd", "", "\x00", "<script>"])
def test_unknown_plan_in_the_address_is_told(id: str) -> None:
    app = _page(plan=id, scenario="modell-1-zentral")
    assert "There is no plan made by hand under this address." in _texts(app)
    assert "As good as the best plan" in _texts(app)
    app = _moved(app)
    assert "There is no plan made by hand" not in _texts(app)
    assert app.query_params["plan"] != id


@pytest.mark.parametrize(("kind", "state"), [("plan", {"layers": 1}), ("rules", {}), ("plan", None)])
def test_draft_that_is_no_plan_is_told(kind: str, state: object) -> None:
    draft = Drafts(library().drafts_folder).begin(kind, "modell-1-zentral", None, state)
    assert "There is no plan made by hand under this address." in _texts(_page(plan=draft.id))


def _saved_scenario() -> Any:
    shipped = load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")
    return library().save_new(scenario_from({**as_data(shipped), "name": "Meins"}))


def test_scenario_that_is_gone_takes_no_work_along() -> None:
    entry = _saved_scenario()
    app = _moved(_page(scenario=entry.id))
    figures = _figures(app)
    entry.path.unlink()
    again = _page(plan=app.query_params["plan"])
    assert "no longer there" in _texts(again)
    assert "Meins (no longer there)" in again.selectbox[0].options
    assert _figures(again) == figures
    again = _run(_widget(again, "button", "what-if undo").click())
    assert "As good as the best plan" in _texts(again)


def test_scenario_that_was_changed_since_is_told_and_can_be_taken_over() -> None:
    entry = _saved_scenario()
    app = _moved(_page(scenario=entry.id))
    figures = _figures(app)
    changed = scenario_from({**as_data(entry.scenario), "existing_services": {"credit": 0.75}})
    library().save(entry, changed, entry.scenario.source.digest)
    again = _page(plan=app.query_params["plan"])
    assert "was changed since this plan was begun" in _texts(again)
    assert _figures(again) == figures
    again = _run(_run(again.button(key="what-if rules").click()))
    assert "was changed since" not in _texts(again)
    assert _figures(again) != figures
    again = _run(_widget(again, "button", "what-if undo").click())
    assert _figures(again) == figures


def test_plan_that_does_not_fit_its_county_is_kept() -> None:
    app = _moved(_page(scenario="modell-1-zentral"))
    id = app.query_params["plan"]
    path = library().drafts_folder / f"{id}.json"
    path.write_text(path.read_text(encoding="utf-8").replace(OLFEN, "05558999"), encoding="utf-8")
    app = _page(plan=id)
    assert "it does not fit its county" in _texts(app)
    assert "05558999" in _texts(app)
    app = _run(_run(app.button(key="what-if begin").click()))
    assert "As good as the best plan" in _texts(app)
    assert path.exists()


def test_beginning_anew_leaves_a_way_back() -> None:
    app = _moved(_page(scenario="modell-1-zentral"))
    id, figures = app.query_params["plan"], _figures(app)
    app = _run(app.selectbox(key="what-if base").set_value("ausbau-12-stellen"))
    assert app.query_params["scenario"] == "ausbau-12-stellen"
    assert "12.0" in " ".join(_figures(app))
    app = _run(app.button(key="what-if back").click())
    assert app.query_params["plan"] == id
    assert _figures(app) == figures
    app = _run(_widget(app, "button", "what-if anew").click())
    assert "plan" not in app.query_params
    assert "As good as the best plan" in _texts(app)


def test_plan_with_a_given_layer_is_not_called_the_best() -> None:
    app = _page(scenario="kommunen-2023")
    texts = _texts(app)
    assert "As good as the plan of the scenario (Layer 1 given, Layer 2 best plan (proven)): lowest" in texts
    assert "As good as the best plan" not in texts
    assert "against the start (the plan of the scenario)" in app.table[0].value.columns


def test_scenario_without_a_plan_is_explained() -> None:
    shipped = load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")
    data = as_data(shipped)
    data["layers"][0]["districts"]["max_drive_minutes"] = 1
    entry = library().save_new(scenario_from(data))
    assert "There is no plan that keeps all rules" in _texts(_page(scenario=entry.id))


def test_page_speaks_german() -> None:
    app = _page(scenario="modell-1-zentral", language="de")
    assert _figures(app)[:4] == ["9,3 h", "Coesfeld", "91,6 %", "20,1 h"]
    hours = [str(value).strip("*") for value in app.table[1].value.iloc[:, 0]]
    assert hours == ["213,9 h", "0,0 h", "6,1 h", "14,0 h", "0,0 h", "234,0 h"]
    assert _widget(app, "selectbox", "what-if 0 1 posts de").value == 1.5


def test_work_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = _page(scenario="modell-1-zentral")
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "file"))
    before = _figures(app)
    app = _moved(app)
    assert "The plan could not be kept" in _texts(app)
    assert _figures(app) == before


# -- widgets and keys -------------------------------------------------------------------------------------------------


def test_widget_in_hand_keeps_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(whatif_widgets, "st", SimpleNamespace(session_state=session))
    chosen: list[object] = []
    first = whatif_widgets.key_for("posts", 1)
    session[first] = 2
    change = whatif_widgets.when_chosen(first, (1, 2, 3), chosen.append)
    change()
    assert chosen == [2]
    assert whatif_widgets.key_for("posts", 2) == first
    # Changed elsewhere: another widget, and what the browser still says of the old one counts for nothing.
    second = whatif_widgets.key_for("posts", 3)
    assert second != first
    change()
    assert chosen == [2]
    session[second] = "not known"
    whatif_widgets.when_chosen(second, (1, 2, 3), chosen.append)()
    session[second] = [1, "not known"]
    whatif_widgets.when_chosen(second, (1, 2, 3), chosen.append)()
    assert chosen == [2]
    session[second] = [1, 3]
    whatif_widgets.when_chosen(second, (1, 2, 3), chosen.append)()
    assert chosen == [2, [1, 3]]


def test_each_key_pressed_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(shortcuts, "st", SimpleNamespace(session_state=session))
    told: list[list[str]] = []

    def press(log: object) -> None:
        session["keys"] = SimpleNamespace(log=log)
        shortcuts._pressed("keys", lambda steps: told.append(list(steps)))

    press({"run": "a", "steps": "uu"})
    press({"run": "a", "steps": "uur"})
    press({"run": "a", "steps": "uur"})
    # Drawn anew, the keys are counted from the beginning.
    press({"run": "b", "steps": "u"})
    for wrong in (None, [], {}, {"run": 1}, {"run": "b", "steps": 5}, {"run": "b", "steps": "u<x>"}):
        press(wrong)
    assert told == [["undo", "undo"], ["redo"], ["undo"]]


def test_an_existing_division_from_a_list_becomes_the_plan() -> None:
    app = _page(scenario="modell-1-zentral")
    before = _figures(app)
    rows = "Coesfeldd;West;2,5\nOlfen;Süd;3,5\nOlfen;Süd;\n"
    app = _run(app.file_uploader[0].upload("alt.csv", f"municipality;district;fte\n{rows}".encode(), "text/csv"))
    assert "“alt.csv” did not become the plan; nothing is changed." in _texts(app)
    assert "there is no municipality “Coesfeldd”" in _texts(app)
    assert "Olfen is there twice" in _texts(app)
    assert "plan" not in app.query_params
    west = ("Coesfeld", "Billerbeck", "Rosendahl", "Dülmen")
    east = ("Nottuln", "Havixbeck", "Senden", "Ascheberg", "Nordkirchen", "Lüdinghausen")
    rows = "".join(f"{town};{label}\n" for label, towns in (("West", west), ("Ost", east)) for town in towns)
    app = _run(app.file_uploader[0].upload("neu.csv", f"municipality;district\n{rows}".encode(), "text/csv"))
    assert "“neu.csv” is the plan now: 2 districts, 1 municipalities in none." in _texts(app)
    assert "did not become the plan" not in _texts(app)
    assert "Concerns: Olfen." in _texts(app)
    assert set(_widget(app, "multiselect", "what-if 0 1 towns").value) == {COESFELD, "05558008", ROSENDAHL, DUELMEN}
    # The best team sizes place all posts.
    assert "6.0 FTE" in _texts(app) or "6.0" in " ".join(_figures(app))
    app = _run(_widget(app, "button", "what-if undo").click())
    assert _figures(app) == before
