"""What the map's component is given and what it may give back. The map in a page: tests/browser/."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from maps.screen import OfflineMap, plan_map
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from views import map_view

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture(scope="module")
def view() -> OfflineMap:
    loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml", solve=lambda _: [])
    plan = solve(loaded.problem).plan
    assert plan is not None
    return plan_map(loaded.county, plan, 0, "de")


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the component was called with; its answer is ``given["chosen"]``."""
    given: dict[str, Any] = {"chosen": None}

    def component(**arguments: Any) -> SimpleNamespace:
        given.update(arguments)
        return SimpleNamespace(chosen=given["chosen"])

    monkeypatch.setattr(map_view, "_component", lambda: component)
    return given


@pytest.mark.parametrize("answer", [None, "", "05999999", 5558012, ["05558012"], {"ags": "05558012"}, True, 1.5])
def test_only_municipalities_of_the_map_are_chosen(view: OfflineMap, given: dict[str, Any], answer: object) -> None:
    given["chosen"] = answer
    assert map_view.show_map(view, key="map", height=500, label="Karte") is None
    given["chosen"] = "05558012"
    assert map_view.show_map(view, key="map", height=500, label="Karte") == "05558012"


def test_component_gets_what_folium_renders(view: OfflineMap, given: dict[str, Any]) -> None:
    map_view.show_map(view, key="map", height=500, label="Karte <b>", group="all")
    data = given["data"]
    assert (given["key"], data["height"], data["label"], data["group"]) == ("map", 500, "Karte <b>", "all")
    assert f'<div class="folium-map" id="{data["name"]}"' in data["html"]
    assert "kim-legend" in data["html"]
    assert f"var {data['name']} = L.map(" in data["script"]
    assert data["area"] == "05558"
    for address in (*data["scripts"], *data["styles"]):
        assert not address.startswith(("/", "http"))
        assert (STATIC / address.removeprefix("app/static/").partition("?")[0]).is_file()


def test_functions_that_the_script_calls_are_there(view: OfflineMap, given: dict[str, Any]) -> None:
    map_view.show_map(view, key="map", height=500, label="Karte")
    called = set(re.findall(r"kimMap\.(\w+)\(", given["data"]["script"]))
    exported = re.search(r"return \{ ([\w, ]+) \};\n\}\)\(\);", (STATIC / "map.js").read_text(encoding="utf-8"))
    assert exported is not None
    assert {"begin", "municipalities", "labels", "finish"} <= called <= set(exported[1].split(", "))


def test_map_stands_on_a_page() -> None:
    def page() -> None:
        from maps.screen import plan_map
        from optimizer.solve import solve
        from scenarios import SCENARIOS
        from scenarios.assemble import load_problem
        from views.map_view import show_map

        loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml", solve=lambda _: [])
        plan = solve(loaded.problem).plan
        assert plan is not None
        assert show_map(plan_map(loaded.county, plan, 0, "de"), key="map", height=500, label="Karte") is None

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
