"""A plan changed by hand: on the map, taken back, kept, and optimised around what is pinned."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from browser import expected
from browser.screen import Screen

LUEDINGHAUSEN, NORDKIRCHEN, NOTTULN = "05558024", "05558028", "05558032"
#: The lowest coverage and the shortfall of the plan as it stands.
FIGURES = """
const rows = [...document.querySelector("[data-testid=stTable]").querySelectorAll("tr")];
return rows.map((row) => row.innerText).join("\\n");
"""


def _figures(screen: Screen) -> str:
    return str(screen.run(FIGURES))


def _open(screen: Screen) -> str:
    screen.open_whole("whatif")
    screen.map()
    return _figures(screen)


def _move(screen: Screen, ags: str, to: str, before: str) -> str:
    """Moves a municipality on the map into the district of another and gives the figures after it."""
    number = expected.number(expected.plan(), to)
    assert number != expected.number(expected.plan(), ags)
    screen.click("Move")
    screen.choose("moves the municipality to", f"District {number}")
    screen.click_on(ags)
    screen.until_it(lambda: _figures(screen) != before)
    screen.still()
    return _figures(screen)


def test_municipality_is_moved_on_the_map_and_back(screen: Screen) -> None:
    before = _open(screen)
    assert expected.lowest_coverage(expected.plan()) in before
    fills = screen.fills()
    after = _move(screen, NORDKIRCHEN, LUEDINGHAUSEN, before)
    assert "▼ worse" in after
    changed = screen.until_it(lambda: found if (found := screen.fills()) not in ([], fills) else None)
    assert sum(old != new for old, new in zip(fills, changed, strict=True)) == 1
    assert "As good as the best plan" not in screen.text()
    screen.click("Undo")
    screen.until_it(lambda: _figures(screen) == before)
    screen.until_it(lambda: screen.fills() == fills)
    screen.click("Redo")
    screen.until_it(lambda: _figures(screen) == after)
    screen.until_it(lambda: screen.fills() == changed)


def test_usual_keys_take_a_step_back(screen: Screen) -> None:
    before = _open(screen)
    after = _move(screen, NORDKIRCHEN, LUEDINGHAUSEN, before)
    screen.press(Keys.CONTROL, "z")
    screen.until_it(lambda: _figures(screen) == before)
    screen.press(Keys.CONTROL, Keys.SHIFT, "z")
    screen.until_it(lambda: _figures(screen) == after)
    screen.press(Keys.CONTROL, "z")
    screen.until_it(lambda: _figures(screen) == before)
    screen.press(Keys.CONTROL, "y")
    screen.until_it(lambda: _figures(screen) == after)


def test_reload_keeps_the_work_and_its_steps(screen: Screen) -> None:
    before = _open(screen)
    after = _move(screen, NORDKIRCHEN, LUEDINGHAUSEN, before)
    screen.address("plan=")
    screen.driver.refresh()
    screen.whole("whatif")
    screen.until_it(lambda: _figures(screen) == after)
    screen.map()
    screen.click("Undo")
    screen.until_it(lambda: _figures(screen) == before)


def test_broken_rule_is_told_and_marked(screen: Screen) -> None:
    before = _open(screen)
    # Nottuln has no common border with the district of Lüdinghausen.
    _move(screen, NOTTULN, LUEDINGHAUSEN, before)
    screen.says("Rules that the plan breaks:")
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-mark').length > 0")


def test_rest_is_optimised_around_a_pin(screen: Screen) -> None:
    before = _open(screen)
    moved = _move(screen, NORDKIRCHEN, LUEDINGHAUSEN, before)
    screen.click("Pin")
    screen.click_on(NORDKIRCHEN)
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-mark').length === 1")
    screen.click_on(LUEDINGHAUSEN)
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-mark').length === 2")
    screen.click("Optimise the rest")
    screen.says("The rest was optimised")
    after = screen.until_it(lambda: found if (found := _figures(screen)) != moved else None)
    assert after != before
    # What is pinned stays together, and the best plan has it in two districts.
    screen.says("pinned: Lüdinghausen, Nordkirchen")
    assert "As good as the best plan" not in screen.text()


def test_posts_are_changed_step_by_step(screen: Screen) -> None:
    before = _open(screen)
    screen.click("+")
    screen.says("6.5 of 6.0 FTE placed, 0.5 too many.")
    screen.until_it(lambda: _figures(screen) != before)
    screen.says("Rules that the plan breaks:")


def test_long_label_of_a_switch_is_read_to_its_end(screen: Screen) -> None:
    screen.open_whole("whatif", scenario="modell-3-kommunen", language="de")
    labels = "[...document.querySelectorAll('[data-testid=stCheckbox] p')]"
    screen.until(f"{labels}.some(label => label.textContent.endsWith('Ergänzung durch das KI'))")
    texts = "[...document.querySelectorAll('[data-testid=stCheckbox] [data-testid=stMarkdownContainer]')]"
    assert screen.run(f"return {texts}.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)") == []
