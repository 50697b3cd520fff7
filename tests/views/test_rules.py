"""The page of rules without a browser: every setting has its field, every fault its place, nothing typed is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from markdown import injected
from streamlit.testing.v1 import AppTest

import scenarios
from files.faults import InputError
from files.yaml_file import key_path
from geodata import COUNTIES
from geodata.county import load_county
from optimizer.solve import solve
from scenarios.assemble import problem_of
from scenarios.library import library
from scenarios.scenario import load_scenario, parse_scenario, scenario_from
from scenarios.schema import Scenario, as_data
from scenarios.store import list_scenarios
from views.form.state import (
    SETTINGS,
    completed,
    empty_state,
    scenario_of,
    setting_at,
    state_of,
    value_at,
    with_entry,
    with_moved,
    with_value,
    without,
)
from views.speech import Speech
from wording.yardstick import measured_by

PAGE = 'from views.rules import show\nif __name__ == "__main__":\n    show()'
GROUPS = (
    "scenario", "presence", "employers", "municipalities", "teams", "further", "funding", "papers", "plan", "layers"
)  # fmt: skip
TOTAL = "rules layers[0].posts.total"
MODEL = "modell-1-zentral"
COUNTY = load_county(COUNTIES / "05558-coesfeld")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("KIM_DATA", str(folder))
    return folder


def run(item: Any) -> AppTest:
    """Runs the page, or what was done to one of its elements."""
    app: AppTest = item.run()
    assert not app.exception
    return app


def page(*opened: str, **parameters: str) -> AppTest:
    """The page with some of its groups unfolded."""
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, value in {"language": "en", **parameters}.items():
        app.query_params[name] = value
    for group in opened:
        app.session_state[f"rules open {group}"] = True
    return run(app)


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.info, *app.caption]
    return "\n".join(element.value for element in elements).replace("\\", "")


def typed(app: AppTest, key: str, text: str) -> AppTest:
    app.text_input(key=key).set_value(text)
    return run(app)


def figures(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def stored(name: str) -> Scenario:
    return load_scenario(scenarios.SCENARIOS / f"{name}.yaml")


def with_posts(total: int) -> Scenario:
    return scenario_of(with_value(state_of(stored(MODEL)), ("layers", 0, "posts", "total"), str(total)))


def saved(scenario: Scenario) -> str:
    return library().save_new(scenario).id


# The state of the form


@pytest.mark.parametrize("listed", list_scenarios(scenarios.SCENARIOS), ids=lambda listed: listed.path.stem)
def test_form_states_the_scenario_it_was_filled_with(listed: object) -> None:
    scenario = listed.scenario  # type: ignore[attr-defined]
    assert scenario_of(state_of(scenario)) == scenario
    assert completed(state_of(scenario)) == state_of(scenario)


@pytest.mark.parametrize(("text", "value"), [("0,5", "1/2"), (" 7.5 ", "15/2"), ("1/3", "1/3"), ("8", "8")])
def test_numbers_are_taken_as_people_type_them(text: str, value: str) -> None:
    state = with_value(state_of(stored("modell-1-zentral")), ("ki_share", "minimum"), "0")
    state = with_value(state, ("layers", 0, "posts", "step"), "1/6")
    state = with_value(state, ("layers", 0, "posts", "total"), text)
    assert str(scenario_of(state).layers[0].posts.total) == value


@pytest.mark.parametrize("text", ["33,5 %", "33.5%", "0,335"])
def test_shares_may_be_in_per_cent(text: str) -> None:
    state = with_value(state_of(stored("modell-1-zentral")), ("existing_services", "credit"), text)
    assert scenario_of(state).existing_services.credit == pytest.approx(0.335)


def test_every_fault_is_told_at_its_place() -> None:
    state = empty_state("Neu", "05558-coesfeld")
    state["key"] = {"migration_history": "1.234", "population": " "}
    state["layers"][0]["posts"]["step"] = "1,000"
    state["layers"][0]["municipalities"]["employer"] = [["Olfen", None], ["Senden", "ki"], ["Senden", "ki"]]
    with pytest.raises(InputError) as caught:
        scenario_of(state)
    fixed = "layers[0].municipalities.employer"
    assert sorted(str(fault.column) for fault in caught.value.faults) == [
        "key.migration_history",
        f"{fixed}[0]",
        f"{fixed}[2]",
        "layers[0].posts.step",
        "layers[0].posts.total",
    ]


def test_state_of_an_older_version_is_filled_in_and_nonsense_refused() -> None:
    state = state_of(stored("kommunen-2023"))
    older = {name: value for name, value in state.items() if name != "funding"}
    older["layers"] = [{name: value for name, value in layer.items() if name != "visits"} for layer in state["layers"]]
    assert completed(older) == state
    for nonsense in (None, [], "x", {"layers": 1}, {"layers": [1]}, {"layers": [{"posts": 3}]}):
        assert completed(nonsense) is None


def test_values_by_name_are_pairs_in_the_form() -> None:
    data = {
        **as_data(stored("modell-1-zentral")),
        "presence": {"hours": 4, "Olfen": 8},
        "not_taking_part": {"Senden": "Beschluss", "Nottuln": ""},
        "district_names": {"Nord": ["Rosendahl", "Billerbeck"]},
        "papers": {"number": "SV-1"},
    }
    scenario = scenario_from(data)
    state = state_of(scenario)
    assert state["presence"] == [[None, 4], ["Olfen", 8]]
    assert state["not_taking_part"] == [["Senden", "Beschluss"], ["Nottuln", ""]]
    assert state["district_names"] == [["Nord", ["Rosendahl", "Billerbeck"]]]
    assert state["papers"] == [["number", "SV-1"]]
    assert state["layers"][0]["municipalities"]["minimum_hours"] == [[None, 0]]
    assert scenario_of(state) == scenario
    assert scenario_of(with_value(state, ("presence", 1, 1), "2,5")).presence == {"hours": 4.0, "Olfen": 2.5}
    assert scenario_of(without(state, ("presence", 1))).presence == 4


def test_faults_of_pairs_are_told_at_their_lines() -> None:
    state = state_of(stored("modell-1-zentral"))
    state["presence"] = [[None, "1.234"], ["Olfen", "x"], ["Olfen", 1], [None, 2], ["Senden", "2.500"]]
    state["not_taking_part"] = [[None, ""], ["Olfen", ""], ["Olfen", "nein"]]
    state["district_names"] = [["", ["Olfen"]], ["Nord", []]]
    state["papers"] = [["", "x"]]
    with pytest.raises(InputError) as caught:
        scenario_of(state)
    assert sorted({str(fault.column) for fault in caught.value.faults}) == [
        "district_names.Nord",
        "district_names[0]",
        "not_taking_part[0]",
        "not_taking_part[2]",
        "papers[0]",
        "presence.Olfen",
        "presence[0]",
        "presence[2]",
        "presence[3]",
        "presence[4]",
    ]


def test_hours_of_an_older_version_become_those_of_all() -> None:
    state = state_of(stored("kommunen-2023"))
    older = with_value(state, ("layers", 1, "municipalities", "minimum_hours"), "1,5")
    del older["presence"]
    found = completed(older)
    assert found is not None
    assert found["presence"] == [[None, 0]]
    assert scenario_of(found).layers[1].municipalities.minimum_hours == 1.5


def test_entries_are_added_moved_and_removed() -> None:
    state = state_of(stored("modell-2-wohlfahrt"))
    place = ("layers", 0, "employers")

    def ids(changed: dict[str, object]) -> list[str]:
        return [employer["id"] for employer in value_at(changed, place)]

    assert ids(with_moved(state, (*place, 1), -1)) == ["awo", "ki", "drk", "caritas"]
    assert ids(with_moved(state, (*place, 0), -1)) == ids(state)
    assert ids(without(state, (*place, 3))) == ["ki", "awo", "drk"]
    assert ids(with_entry(state, place, {"id": "skf"}))[-1] == "skf"
    assert ids(state) == ["ki", "awo", "drk", "caritas"]


# Every setting has a field


@pytest.mark.parametrize("stem", ["modell-2-wohlfahrt", "kommunen-2023"])
def test_every_setting_has_a_field(stem: str) -> None:
    app = page(*GROUPS, scenario=stem)
    widgets = [*app.text_input, *app.text_area, *app.selectbox, *app.multiselect, *app.toggle, *app.button]
    keys = {str(widget.key) for widget in widgets}
    given = stored(stem).layers[0].plan is not None
    for path in SETTINGS:
        if path.startswith("layers[].districts" if given else "layers[].plan"):
            continue
        if path.startswith("agreements"):
            continue  # has its table on the page “The way there”
        place = path.replace("[]", "[0]")
        # A list that is empty has a button to add to it.
        parts = tuple(
            int(part) if part.isdigit() else part for part in place.replace("[", ".").replace("]", "").split(".")
        )
        added = {f"rules add {parts}", f"rules add {parts[: parts.index(0)] if 0 in parts else parts}"}
        assert f"rules {place}" in keys or added & keys, path


def test_fields_say_what_they_mean() -> None:
    app = page("teams", scenario="modell-1-zentral")
    field = app.text_input(key="rules layers[0].posts.coordination_hours")
    assert field.label == "Coordination (h)"
    assert field.value == "2"
    said = [caption.value.replace("\\", "") for caption in app.caption]
    meaning = "Hours per person and week for team meetings, supervision and records"
    assert f":gray-badge[Assumption] {meaning} · 0 to 60 · default: 2" in said
    assert any(caption.startswith("Contract hours per post and week · above 0 to 60 · default: 39") for caption in said)


def test_german_fields_have_a_decimal_comma() -> None:
    assert page("further", language="de").text_input(key="rules existing_services.credit").value == "0,25"
    assert page("further", language="en").text_input(key="rules existing_services.credit").value == "0.25"


# Rules and their plan


def test_more_posts_give_a_new_proven_plan_with_the_change() -> None:
    app = page(scenario=MODEL)
    before = figures(app)
    assert not any(metric.delta for metric in app.metric)
    typed(app, TOTAL, "8")
    assert figures(app)[0] == "8.0"
    assert figures(app) != before
    assert app.metric[0].delta.replace("\\", "") == "+2.0"
    assert "Best plan (proven): " in texts(app)
    assert app.text_input(key=TOTAL).value == "8"
    # Both are measured by six posts: eight leave less missing, where by their own yardstick they would leave more.
    by_label = {metric.label: metric for metric in app.metric}
    six, eight = (solve(problem_of(scenario, COUNTY)).plan for scenario in (stored(MODEL), with_posts(8)))
    assert six is not None
    assert eight is not None
    assert "Measured by 6.0 posts" in texts(app)
    measured = measured_by(six, eight)
    assert measured.reached > six.reached > eight.reached - 0.1
    assert by_label["lowest coverage"].value == f"{measured.reached:.1%}"
    assert by_label["shortfall h per week"].value == f"{measured.shortfall_hours:.1f} h"
    assert by_label["shortfall h per week"].delta.replace("\\", "").startswith("−")
    assert by_label["lost through unevenness h per week"].value == "–"


def test_with_another_key_only_hours_are_told() -> None:
    app = page(scenario=MODEL)
    run(app.multiselect(key="rules key").set_value(["population"]))
    by_label = {metric.label: metric for metric in app.metric}
    for label in ("lowest coverage", "shortfall h per week", "lost through unevenness h per week"):
        assert by_label[label].value == "–"
    assert by_label["lowest hours per 1,000 people"].value.endswith(" h")
    assert not any(metric.delta for metric in app.metric)
    assert "only hours are shown" in texts(app)


@pytest.mark.parametrize(
    ("opened", "path", "text", "said"),
    [
        ("", "layers[0].posts.total", "acht", "is not a number"),
        ("", "layers[0].posts.total", "1.234", "can be read in two ways"),
        ("", "layers[0].posts.total", "6,3", "is not a multiple of the step"),
        ("", "layers[0].posts.total", "", "is not a number"),
        ("", "layers[0].districts.minimum", "2,5", "is not a whole number"),
        ("", "layers[0].districts.minimum", "9", "the minimum must not exceed the maximum"),
        ("", "ki_share.minimum", "1/0", "is not a number"),
        ("", "ki_share.minimum", "120 %", "is out of range"),
        ("teams", "layers[0].posts.hours_per_week", "-3", "is out of range"),
        ("teams", "layers[0].posts.coordination_hours", "39", "coordination leaves no hour"),
        ("teams", "layers[0].districts.max_drive_minutes", "NaN", "is not a number"),
        ("further", "existing_services.credit", "\x00", "is not a number"),
        ("employers", "layers[0].employers[0].maximum", "0,25", "is not a multiple of the step"),
        ("scenario", "name", " ", "the text is empty"),
        ("scenario", "name", "x" * 201, "characters long"),
        ("scenario", "name", "a\u202eb", "invisible character"),
        ("layers", "layers[0].name", "", "the text is empty"),
        ("funding", "funding.months", "13", "is out of range"),
    ],
)
def test_wrong_text_is_told_at_its_field_and_kept(opened: str, path: str, text: str, said: str) -> None:
    app = page(opened)
    plan = figures(app)
    typed(app, f"rules {path}", text)
    assert app.text_input(key=f"rules {path}").value == text
    assert len(app.error) == 2
    assert all(said in error.value.replace("\\", "") for error in app.error[:1])
    assert "One entry has to be mended" in app.error[1].value
    assert "the last plan there was" in texts(app)
    assert figures(app) == plan
    app.button(key="rules undo").click()
    run(app)
    assert not app.error
    assert app.text_input(key=f"rules {path}").value != text


def test_two_faults_are_told_together_and_keep_what_was_typed() -> None:
    app = page()
    typed(app, TOTAL, "viele")
    typed(app, "rules layers[0].districts.maximum", "einige")
    assert "2 entries have to be mended" in texts(app)
    assert [app.text_input(key=key).value for key in (TOTAL, "rules layers[0].districts.maximum")] == [
        "viele",
        "einige",
    ]
    typed(app, TOTAL, "8")
    assert "One entry has to be mended" in texts(app)
    typed(app, "rules layers[0].districts.maximum", "6")
    assert figures(app)[0] == "8.0"


def test_rules_that_cannot_hold_together_are_explained_beside_the_last_plan() -> None:
    app = page("teams")
    plan = figures(app)
    typed(app, "rules layers[0].districts.max_drive_minutes", "1")
    assert "There is no plan that keeps all rules" in texts(app)
    assert "it would work with" in texts(app)
    assert figures(app) == plan


def test_a_fault_unfolds_the_group_that_it_is_in() -> None:
    app = page("teams")
    typed(app, "rules layers[0].posts.coordination_hours", "x")
    again = page(rules=app.query_params["rules"])
    assert again.text_input(key="rules layers[0].posts.coordination_hours").value == "x"


# What the second edition has


def test_presence_may_differ_between_municipalities() -> None:
    app = page("presence")
    typed(app, "rules presence[0][1]", "1")
    run(app.button(key="rules add ('presence',)").click())
    assert "the line is not complete" in texts(app)
    run(app.selectbox(key="rules presence[1][0]").set_value("05558036"))
    typed(app, "rules presence[1][1]", "2,5")
    assert not app.error
    assert app.text_input(key="rules presence[1][1]").value == "2,5"
    typed(app, "rules presence[1][1]", "viel")
    assert any("“viel” is not a number" in error.value for error in app.error)
    run(app.button(key="rules remove ('presence', 1)").click())
    assert not app.error


def test_a_reason_may_be_stated_and_texts_and_names_are_kept() -> None:
    app = page("presence", "papers")
    run(app.button(key="rules add ('district_names',)").click())
    typed(app, "rules district_names[0][0]", "Nord")
    run(app.multiselect(key="rules district_names[0][1]").set_value(["05558040", "05558008"]))
    run(app.button(key="rules add ('papers',)").click())
    typed(app, "rules papers[0][0]", "number")
    app.text_area(key="rules papers[0][1]").set_value("SV-1\nzwei")
    run(app)
    assert not app.error
    run(app.button(key="rules save save new").click())
    (kept,) = (entry.scenario for entry in library().entries() if not entry.shipped)
    assert kept is not None
    assert kept.district_names == {"Nord": ("Billerbeck", "Rosendahl")} or kept.district_names == {
        "Nord": ("Rosendahl", "Billerbeck")
    }
    assert kept.papers == {"number": "SV-1\nzwei"}


def test_without_layers_the_form_has_what_is_left() -> None:
    app = page("layers")
    run(app.button(key=f"rules :material/delete: {('layers', 0)}").click())
    assert not app.error
    assert "this is the alternative “nothing”" in texts(app)
    assert "rules layers[0].posts.total" not in {str(widget.key) for widget in app.text_input}
    run(app.button(key="rules add layers").click())
    assert app.text_input(key=TOTAL).value == "1"


def test_a_yardstick_is_stated_once() -> None:
    app = page("further")
    typed(app, "rules yardstick.posts", "12")
    assert not app.error
    typed(app, "rules yardstick.hours_per_1000", "10")
    assert "stated twice" in texts(app)
    typed(app, "rules yardstick.posts", "")
    assert not app.error


def test_changes_are_limited_against_a_reference_plan() -> None:
    app = page("further")
    typed(app, "rules changes.maximum_municipalities", "1")
    assert "there is no reference plan that they are counted against" in texts(app)


# Nothing is lost


def test_reload_shows_the_changes_with_undo_and_redo() -> None:
    app = page()
    typed(app, TOTAL, "8")
    typed(app, TOTAL, "9,x")
    again = page(rules=app.query_params["rules"])
    assert again.text_input(key=TOTAL).value == "9,x"
    run(again.button(key="rules undo").click())
    assert again.text_input(key=TOTAL).value == "8"
    run(again.button(key="rules undo").click())
    assert again.text_input(key=TOTAL).value == "6"
    assert again.button(key="rules undo").disabled
    run(again.button(key="rules redo").click())
    assert again.text_input(key=TOTAL).value == "8"
    run(again.button(key="rules back").click())
    assert again.text_input(key=TOTAL).value == "6"
    run(again.button(key="rules undo").click())
    assert again.text_input(key=TOTAL).value == "8"


def test_changes_wait_while_another_scenario_is_open() -> None:
    app = page(scenario="modell-1-zentral")
    typed(app, TOTAL, "8")
    choice = app.selectbox(key="rules scenario chosen")
    run(choice.set_value("ausbau-12-stellen"))
    assert app.text_input(key=TOTAL).value == "12"
    assert app.query_params["scenario"] == "ausbau-12-stellen"
    assert "rules" not in app.query_params
    run(app.selectbox(key="rules scenario chosen").set_value("modell-1-zentral"))
    assert app.text_input(key=TOTAL).value == "8"


def test_a_scenario_chosen_on_another_page_is_opened() -> None:
    app = page(scenario="modell-1-zentral")
    typed(app, TOTAL, "8")
    app.query_params["scenario"] = "ausbau-12-stellen"
    run(app)
    assert app.text_input(key=TOTAL).value == "12"
    app.query_params["scenario"] = "modell-1-zentral"
    run(app)
    assert app.text_input(key=TOTAL).value == "8"


@pytest.mark.parametrize("id", ["../../etc/passwd", "a" * 20, "<script>", ""])
def test_unknown_draft_in_the_address_is_told(id: str) -> None:
    app = page(rules=id)
    assert app.text_input(key=TOTAL).value == "6"
    assert "There are no changes under this address" in texts(app)


@pytest.mark.parametrize("id", ["../../etc/passwd", "<script>alert(1)</script>", "saved/none"])
def test_unknown_scenario_in_the_address_is_told(id: str) -> None:
    app = page(scenario=id)
    assert app.text_input(key=TOTAL).value == "6"
    assert "There is no scenario" in texts(app)


def test_read_only_data_directory_is_told_and_work_goes_on(data: Path) -> None:
    data.parent.mkdir(exist_ok=True)
    data.write_text("a file stands where the folder should be")
    app = page()
    typed(app, TOTAL, "8")
    assert "cannot be kept" in texts(app)
    assert figures(app)[0] == "8.0"
    run(app.button(key="rules undo").click())
    assert app.text_input(key=TOTAL).value == "6"
    run(app.button(key="rules save save new").click())
    assert "Not saved" in texts(app)


# Lists


def test_employer_is_added_limited_moved_and_removed() -> None:
    app = page("employers")
    place = ("layers", 0, "employers")
    run(app.button(key=f"rules add {place}").click())
    assert app.selectbox(key="rules layers[0].employers[1].id").value == "awo"
    typed(app, "rules layers[0].employers[1].minimum", "2")
    # At least two of the six posts: the best plan has two and a half there.
    assert figures(app)[1] == "58.3%"
    run(app.button(key=f"rules :material/arrow_upward: {(*place, 1)}").click())
    assert app.selectbox(key="rules layers[0].employers[0].id").value == "awo"
    assert app.text_input(key="rules layers[0].employers[0].minimum").value == "2"
    run(app.button(key=f"rules :material/delete: {(*place, 0)}").click())
    assert figures(app)[1] == "100.0%"


def test_municipalities_are_kept_together_apart_and_fixed() -> None:
    app = page("municipalities", "employers")
    towns = ("layers", 0, "municipalities")
    run(app.button(key=f"rules add {(*towns, 'together')}").click())
    assert "the list has too few entries" in texts(app)
    group = app.multiselect(key="rules layers[0].municipalities.together[0]")
    run(group.set_value(["05558036", "05558040"]))
    assert not app.error
    run(app.button(key=f"rules add {(*towns, 'employer')}").click())
    assert "the line is not complete" in texts(app)
    run(app.selectbox(key="rules layers[0].municipalities.employer[0][0]").set_value("05558012"))
    run(app.selectbox(key="rules layers[0].municipalities.employer[0][1]").set_value("awo"))
    assert "is none of this layer" in texts(app)
    run(app.selectbox(key="rules layers[0].municipalities.employer[0][1]").set_value("ki"))
    assert not app.error
    run(app.button(key=f"rules remove {(*towns, 'employer', 0)}").click())
    assert not app.error


def test_key_takes_several_indicators_with_weights() -> None:
    app = page()
    before = figures(app)
    run(app.multiselect(key="rules key").set_value(["migration_history", "equal"]))
    assert figures(app) != before
    typed(app, "rules key.equal", "0,5 oder mehr")
    assert "is not a number" in app.error[0].value
    typed(app, "rules key.equal", "0")
    assert figures(app) == before
    run(app.multiselect(key="rules key").set_value([]))
    assert "the list has too few entries" in texts(app)


def test_layer_is_switched_to_the_plan_shown_and_back() -> None:
    app = page("plan", scenario="modell-2-wohlfahrt")
    before = figures(app)
    run(app.segmented_control(key="rules layers[0].given").set_value(True))
    assert "it was evaluated, not optimised" in texts(app)
    assert figures(app) == before
    assert app.text_input(key="rules layers[0].plan[0].fte").value == "0.5"
    typed(app, "rules layers[0].plan[0].fte", "")
    assert "this district has no team size" in texts(app)
    typed(app, "rules layers[0].plan[0].fte", "0.5")
    run(app.segmented_control(key="rules layers[0].given").set_value(False))
    assert "Best plan (proven): " in texts(app)
    assert figures(app) == before


def test_layers_are_added_chosen_and_removed() -> None:
    app = page("layers")
    run(app.button(key="rules add layers").click())
    assert app.query_params["layer"] == "1"
    assert figures(app)[0] == "7.0"
    assert app.text_input(key="rules layers[1].posts.total").value == "1"
    run(app.button(key="rules :material/arrow_upward: ('layers', 1)").click())
    assert app.text_input(key=TOTAL).value == "1"
    run(app.button(key="rules :material/delete: ('layers', 0)").click())
    assert figures(app)[0] == "6.0"


def test_towns_keep_the_names_of_the_file() -> None:
    scenario = stored("kommunen-2023")
    app = page("plan", scenario="kommunen-2023")
    towns = app.multiselect(key="rules layers[0].plan[1].municipalities")
    assert towns.value == ["05558016", "05558032"]
    run(towns.set_value(["05558016"]))
    run(app.button(key="rules save save new").click())
    changed = library().entries()[-1].scenario
    assert changed is not None
    assert changed.layers[0].plan is not None
    assert scenario.layers[0].plan is not None
    assert changed.layers[0].plan[1].municipalities == ("Dülmen",)
    assert changed.layers[0].plan[0] == scenario.layers[0].plan[0]


# Files


def test_an_empty_scenario_waits_for_its_posts() -> None:
    app = page()
    run(app.button(key="rules empty").click())
    assert "is not a number" in app.error[0].value
    assert not app.metric
    assert app.selectbox(key="rules scenario chosen").value == app.query_params["rules"]
    typed(app, TOTAL, "4")
    assert figures(app)[0] == "4.0"
    again = page(rules=app.query_params["rules"])
    assert again.text_input(key=TOTAL).value == "4"


def test_a_scenario_of_another_county_begins_with_its_own_posts() -> None:
    app = page()
    run(app.selectbox(key="rules new county").set_value("05966-olpe"))
    run(app.text_input(key="rules new posts").set_value("6.5"))
    run(app.button(key="rules empty").click())
    assert app.text_input(key=TOTAL).value == "6.5"
    assert any("Kreis Olpe, 6.5 posts" in name for name in app.selectbox(key="rules scenario chosen").options)
    assert figures(app)[0] == "6.5"


def test_a_file_is_read_in_and_not_yet_saved() -> None:
    app = page()
    content = (scenarios.SCENARIOS / "ausbau-12-stellen.yaml").read_bytes()
    run(app.file_uploader[0].set_value(("plan.yaml", content, "application/yaml")))
    assert "It is not saved yet" in texts(app)
    assert app.text_input(key=TOTAL).value == "12"
    assert not list(library().scenarios_folder.glob("*.yaml"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00binary", "UTF-8"),
        (b"name: A\nlayers: [{posts: {totl: 6}}]\n", "unknown key"),
        (b"a: &x [1]\nb: *x\n", "anchors and aliases"),
        (b"", "the file is empty"),
    ],
)
def test_a_faulty_file_is_refused_with_every_fault(content: bytes, said: str) -> None:
    app = page()
    run(app.file_uploader[0].set_value(("<b>.yaml", content, "application/yaml")))
    assert "cannot be read in" in texts(app)
    assert said in texts(app)
    assert app.text_input(key=TOTAL).value == "6"


def test_county_of_a_file_read_in_must_be_one_of_the_list(tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    scenario = as_data(stored("modell-1-zentral")) | {"county": str(outside)}
    content = "\n".join([f"name: X\ncounty: {scenario['county']}\nlayers: [{{posts: {{total: 6}}}}]", ""])
    app = page("scenario")
    run(app.file_uploader[0].set_value(("x.yaml", content.encode(), "application/yaml")))
    assert "there is no county data set" in app.error[0].value.replace("\\", "")
    run(app.selectbox(key="rules county").set_value("05558-coesfeld"))
    assert figures(app)[0] == "6.0"


def test_reference_plan_is_chosen_from_the_list() -> None:
    app = page("further")
    choice = app.selectbox(key="rules reference_plan")
    assert "Kommunen 2023 – wie verteilt, dazu sechs Stellen beim KI" in choice.options
    run(choice.set_value("kommunen-2023.yaml"))
    assert not app.error
    assert figures(app)[0] == "6.0"


def test_a_saved_scenario_is_removed_after_a_question() -> None:
    id = saved(stored("modell-1-zentral"))
    app = page(scenario=id)
    run(app.button(key="rules remove").click())
    assert "from there it can be restored" in texts(app)
    run(app.button(key="rules keep").click())
    assert library().entry(id) is not None
    run(app.button(key="rules remove").click())
    run(app.button(key="rules remove now").click())
    assert library().entry(id) is None
    assert "is in the trash" in texts(app)
    assert "rules remove" not in {button.key for button in page(scenario="modell-1-zentral").button}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "${alert(1)}", "[x](javascript:alert(1)) **b** :red[c]"])
def test_hostile_names_stay_text(name: str) -> None:
    data = as_data(stored("modell-3-kommunen")) | {"name": name}
    data["layers"][0]["name"] = name
    app = page("layers", "scenario", scenario=saved(scenario_from(data)))
    assert app.text_input(key="rules name").value == name
    assert f"{name} (saved here)" in app.selectbox(key="rules scenario chosen").options
    escaped = Speech("en").markdown(name)
    for element in [*app.markdown, *app.caption, *app.error]:
        assert name not in element.value.replace(escaped, "")
    assert app.segmented_control(key="layer").options[0] == escaped != name
    assert injected(app) == []


def test_saving_keeps_the_file_and_ends_the_changes() -> None:
    entry = library().save_new(stored("modell-1-zentral"))
    entry.path.write_bytes(b"# my remark\n" + entry.path.read_bytes())
    app = page(scenario=entry.id)
    typed(app, TOTAL, "8")
    run(app.button(key="rules save save").click())
    assert entry.path.read_text(encoding="utf-8").startswith("# my remark\n")
    assert load_scenario(entry.path).layers[0].posts.total == 8
    assert "Saved as" in texts(app)
    assert "rules" not in app.query_params
    assert app.button(key="rules undo").disabled


def test_place_of_a_fault_has_its_name() -> None:
    place = ("layers", 0, "employers", 2, "hubs")
    assert setting_at(place).about.label.msgid == "Possible hubs"
    assert key_path(place) == "layers[0].employers[2].hubs"
    with pytest.raises(KeyError):
        setting_at(("nothing",))


def test_what_is_downloaded_says_the_scenario() -> None:
    from views.form.files import _content

    scenario = stored("modell-2-wohlfahrt")
    assert parse_scenario(_content(None, scenario), "x") == scenario
