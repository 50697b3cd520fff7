"""A map as one HTML file, opened from a folder in a browser without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.support.ui import WebDriverWait

from browser.screen import SHAPES, WAIT
from browser.started import leave
from optimizer.plan import Plan
from optimizer.solve import solve
from reports.maps.page import plan_html
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from translation import Language

AXE = Path(__file__).parent / "axe" / "axe.min.js"
DAY = date(2025, 3, 14)


@pytest.fixture(scope="module")
def answer() -> tuple[LoadedScenario, Plan]:
    loaded = load_problem(SCENARIOS / "modell-2-wohlfahrt.yaml", solve=lambda _: [])
    plan = solve(loaded.problem).plan
    assert plan is not None
    return loaded, plan


@pytest.fixture
def quiet(driver: WebDriver) -> Iterator[WebDriver]:
    """The browser; the test fails where a script broke or a file was asked for."""
    leave(driver)
    yield driver
    assert [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []


def _open(driver: WebDriver, folder: Path, page: str) -> None:
    file = folder / "Karte der Bezirke.html"
    file.write_text(page, encoding="utf-8")
    driver.get(file.as_uri())
    WebDriverWait(driver, WAIT).until(lambda browser: browser.execute_script(f"return {SHAPES} === 11"))


def test_the_file_shows_map_and_tables_without_a_network(
    quiet: WebDriver, answer: tuple[LoadedScenario, Plan], tmp_path: Path
) -> None:
    loaded, plan = answer
    county = loaded.county
    _open(quiet, tmp_path, plan_html(loaded, plan, 0, "de", title="Modell 2", day=DAY))
    assert quiet.execute_script("return performance.getEntriesByType('resource').length") == 0
    text = quiet.execute_script("return document.body.innerText")
    for town in county.municipalities:
        assert text.count(town.name) >= 2, town.name
    assert "Modell 2" in text
    assert "14.03.2025" in text
    assert "© GeoBasis-DE / BKG 2016" in text
    size = quiet.execute_script("return document.querySelector('.folium-map').getBoundingClientRect().toJSON()")
    assert size["width"] > 800
    assert size["height"] > 400


def test_a_municipality_says_its_figures_to_the_keyboard(
    quiet: WebDriver, answer: tuple[LoadedScenario, Plan], tmp_path: Path
) -> None:
    loaded, plan = answer
    county = loaded.county
    _open(quiet, tmp_path, plan_html(loaded, plan, 0, "en"))
    shape = quiet.find_element(By.CSS_SELECTOR, f'[data-ags="{county.municipalities[0].ags}"]')
    assert shape.get_attribute("tabindex") == "0"
    quiet.execute_script("arguments[0].focus()", shape)
    WebDriverWait(quiet, WAIT).until(
        lambda browser: (
            county.municipalities[0].name
            in browser.execute_script("return document.querySelector('.leaflet-tooltip')?.innerText ?? ''")
        )
    )


def test_hostile_names_stay_text(quiet: WebDriver, answer: tuple[LoadedScenario, Plan], tmp_path: Path) -> None:
    loaded, plan = answer
    county = loaded.county
    name = "</script><script>document.title='broken'</script>${1}<b>&Bad"
    towns = tuple(replace(town, name=f"{name}{position}") for position, town in enumerate(county.municipalities))
    _open(
        quiet,
        tmp_path,
        plan_html(replace(loaded, county=replace(county, municipalities=towns)), plan, 0, "de", title=f"A {name}"),
    )
    assert quiet.title == f"A {name}"
    assert f"{name}3" in quiet.execute_script("return document.querySelector('main').innerText")


@pytest.mark.parametrize("language", ["de", "en"])
def test_everybody_can_read_it(
    quiet: WebDriver, answer: tuple[LoadedScenario, Plan], tmp_path: Path, language: Language
) -> None:
    _open(quiet, tmp_path, plan_html(*answer, 0, language, title="Modell 2", day=DAY))
    quiet.execute_script(AXE.read_text(encoding="utf-8"))
    found = quiet.execute_async_script(
        "const done = arguments[0];"
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}).then((found) => done(found.violations));"
    )
    assert [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []
