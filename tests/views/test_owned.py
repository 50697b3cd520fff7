"""The list of scenarios as things one owns, and what a link to a removed one says."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import scenarios
from scenarios.library import library
from scenarios.scenario import load_scenario, scenario_from
from scenarios.schema import as_data
from views.copy_link import link_to
from views.speech import Speech

LIST = """
import streamlit as st
from views.owned_button import offer_owned
from views.parts.choices import chosen_entry
from views.speech import Speech
entry = chosen_entry(Speech("en"))
st.caption(f"shown: {entry and entry.id}")
offer_owned(Speech("en"))
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of its own."""
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def saved(name: str, who: str = "") -> str:
    shipped = load_scenario(scenarios.SCENARIOS / "modell-1-zentral.yaml")
    return library().save_new(scenario_from({**as_data(shipped), "name": name}), who).id


def page(code: str = LIST, **parameters: str) -> AppTest:
    app = AppTest.from_string(code, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return run(app)


def run(item: object) -> AppTest:
    app: AppTest = item.run()  # type: ignore[attr-defined]
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.success, *app.info, *app.caption]
    return "\n".join(element.value for element in elements).replace("\\", "")


def click(app: AppTest, key: str) -> AppTest:
    return run(next(button for button in app.button if (button.key or "").startswith(key)).click())


def typed(app: AppTest, key: str, text: str) -> AppTest:
    fields = [*app.text_input, *app.text_area]
    return run(next(field for field in fields if (field.key or "").startswith(key)).input(text))


def test_a_scenario_is_renamed_noted_copied_brought_back_and_removed() -> None:
    hostile = "<b>x</b> :red[y] ${z}"
    id = saved(hostile, "AB")
    app = click(page(scenario=id), "owned")
    assert f"{hostile} (saved here)" in texts(app)
    assert ", AB. " in texts(app)
    typed(app, "owned who", "c.d")
    typed(app, "owned name", "Neu")
    typed(app, "owned note", "Warum so")
    click(app, "owned rename")
    entry = library().entry(id)
    assert entry is not None
    assert entry.scenario is not None
    assert (entry.name, entry.scenario.description) == ("Neu", "Warum so")
    assert [version.who for version in library().versions(entry)] == ["cd", "AB"]
    assert ", cd. Warum so" in texts(app)
    first = library().versions(entry)[-1]
    run(next(box for box in app.selectbox if (box.key or "").startswith("owned version")).set_value(first.id))
    click(app, "owned restore")
    assert "is restored" in texts(app)
    click(app, "owned copy")
    assert [one.name for one in library().entries() if not one.shipped] == [f"{hostile} (copy)", hostile]
    click(app, "owned remove")
    assert [one.name for one in library().removed()] == [f"{hostile} (copy)"]
    run(next(iter(app.get("button_group"))).set_value("trash"))  # type: ignore[attr-defined]
    click(app, "owned purge")
    click(app, "owned keep")
    click(app, "owned purge")
    assert len(library().removed()) == 1
    click(app, "owned sure")
    assert "was removed for good" in texts(app)
    assert library().removed() == ()


def test_somebody_elses_change_is_not_written_over() -> None:
    id = saved("Meins")
    app = click(page(scenario=id), "owned")
    entry = library().entry(id)
    assert entry is not None
    assert entry.scenario is not None
    theirs = entry.scenario.model_copy(update={"description": "Anders"})
    library().save(entry, theirs, entry.scenario.source.digest)
    entry.path.touch()
    button = next(button for button in app.button if button.key == "owned rename")
    run(button.click())
    assert "Not done" in texts(app)
    found = library().entry(id)
    assert found is not None
    assert found.scenario == theirs


def test_a_link_to_a_removed_scenario_says_so_and_shows_no_other() -> None:
    id = saved("Weg")
    entry = library().entry(id)
    assert entry is not None
    assert entry.scenario is not None
    library().remove(entry, entry.scenario.source.digest, "AB")
    viewed = page(scenario=id, view="1")
    assert "is in the trash since" in texts(viewed)
    assert [button.key for button in viewed.button] == []
    for view in ("", "rules", "whatif", "compare", "present"):
        code = f"from views.{view} import show\nshow()" if view else LIST
        app = page(code, scenario=id, compare=id, present=id, language="en")
        assert "The scenario “Weg” is in the trash since" in texts(app)
        assert ", AB." in texts(app)
        assert app.selectbox == [] or app.selectbox[0].value is None
    app = page(scenario=id)
    assert "shown: None" in texts(app)
    click(app, "restore removed")
    assert f"shown: {id}" in texts(app)
    library().remove(entry, entry.scenario.source.digest)
    library().purge(library().removed()[0])
    assert "was removed for good" in texts(page(scenario=id))


def test_changes_to_a_removed_scenario_go_on() -> None:
    id = saved("Weg")
    code = "from views.rules import show\nshow()"
    app = page(code, scenario=id, language="en")
    typed(app, "rules layers[0].posts.total", "7")
    entry = library().entry(id)
    assert entry is not None
    assert entry.scenario is not None
    library().remove(entry, entry.scenario.source.digest)
    run(app)
    assert "is in the trash" in texts(app)
    click(app, "rules go on")
    assert app.text_input(key="rules layers[0].posts.total").value == "7"
    assert "is in the trash" not in texts(app)


def test_an_address_for_viewing_offers_no_page_that_changes_things() -> None:
    app = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60)
    app.query_params["view"] = "1"
    app.switch_page("views/rules.py")
    assert "nur zum Ansehen" in texts(run(app))


def test_a_link_opens_the_plan_with_that_scenario(monkeypatch: pytest.MonkeyPatch) -> None:
    class Context:
        url = "https://kim.example/planer/rules?scenario=x"

    monkeypatch.setattr("views.copy_link.st.context", Context)
    link = link_to("saved/neu", Speech("de"), view=False)
    assert link == "https://kim.example/planer/?scenario=saved/neu&language=de"
    assert link_to("saved/neu", Speech("de"), view=True) == f"{link}&view=1"
