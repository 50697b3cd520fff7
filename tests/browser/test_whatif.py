"""A plan changed by hand: painted on the map, taken back, kept when the rest is optimised, saved and compared."""

from __future__ import annotations

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import expected
from browser.axe_core import check
from browser.screen import Screen

BILLERBECK, LUEDINGHAUSEN, NORDKIRCHEN, NOTTULN = "05558008", "05558024", "05558028", "05558032"
#: The lowest coverage and the shortfall of the plan as it stands.
FIGURES = """
const rows = [...document.querySelector("[data-testid=stTable]").querySelectorAll("tr")];
return rows.map((row) => row.innerText).join("\\n");
"""
#: Where a part of the page is: left, top, right, bottom.
PLACE = """
const { left, top, right, bottom } = document.querySelector(arguments[0]).getBoundingClientRect();
return [left, top, right, bottom].map(Math.round);
"""
MAP, BAR, FOOT = ".st-key-what-if-stage .folium-map", ".kim-swatches", ".st-key-what-if-foot"
FILLS = """
const map = document.querySelectorAll(".folium-map")[arguments[0]];
const shapes = [...map.querySelectorAll("path[data-ags]")];
return Object.fromEntries(shapes.map((shape) => [shape.dataset.ags, shape.getAttribute("fill")]));
"""


def _figures(screen: Screen) -> str:
    return str(screen.run(FIGURES))


def _other(screen: Screen, before: str) -> str | None:
    """The figures, where they are others than before."""
    now = _figures(screen)
    return None if now == before else now


def _open(screen: Screen) -> str:
    screen.open_whole("whatif")
    screen.map()
    return _figures(screen)


def _district(ags: str) -> str:
    return str(expected.number(expected.plan(), ags))


def _fill(screen: Screen, ags: str) -> str:
    return str(screen.run(FILLS, 0)[ags])


def _kept(screen: Screen, text: str) -> None:
    screen.until(f"document.querySelector('.st-key-what-if-kept').innerText.includes('{text}')")
    screen.still()


def test_municipalities_are_painted_and_every_step_can_be_undone(screen: Screen) -> None:
    with screen.window(1366, 635):
        _paint_and_undo(screen)


def _paint_and_undo(screen: Screen) -> None:
    before = _open(screen)
    assert expected.lowest_coverage(expected.plan()) in before
    fills = screen.run(FILLS, 0)
    # Map, swatches and what is done with the plan are in sight on a small laptop, and stay where they are.
    places = [screen.run(PLACE, part) for part in (MAP, BAR, FOOT)]
    assert all(top >= 0 and right <= 1366 and bottom <= 635 for _, top, right, bottom in places)
    target = _district(LUEDINGHAUSEN)
    assert target != _district(NORDKIRCHEN)
    screen.take(target)
    screen.click_on(NORDKIRCHEN)
    # Seen at once, whenever the answer comes.
    assert _fill(screen, NORDKIRCHEN) == fills[LUEDINGHAUSEN]
    _kept(screen, "1 change kept")
    clicked = _figures(screen)
    assert "▼ worse" in clicked
    # Two in one stroke, which is one step.
    other = _district(NOTTULN)
    assert other == _district(BILLERBECK)
    screen.point_at(NOTTULN)
    ActionChains(screen.driver).click_and_hold().perform()
    screen.point_at(BILLERBECK)
    ActionChains(screen.driver).release().perform()
    assert {_fill(screen, ags) for ags in (NOTTULN, BILLERBECK)} == {fills[LUEDINGHAUSEN]}
    _kept(screen, "3 changes kept")
    # They have no common border with that district.
    screen.says("Rules that the plan breaks:")
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-mark').length > 0")
    screen.run("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    assert [screen.run(PLACE, part) for part in (MAP, BAR, FOOT)] == places
    drawn = _figures(screen)
    screen.address("plan=")
    screen.driver.refresh()
    screen.whole("whatif")
    screen.until_it(lambda: _figures(screen) == drawn)
    screen.map()
    screen.press(Keys.CONTROL, "z")
    _kept(screen, "1 change kept")
    screen.until_it(lambda: _figures(screen) == clicked)
    screen.click("Undo")
    screen.until_it(lambda: _figures(screen) == before)
    screen.until_it(lambda: screen.run(FILLS, 0) == fills)
    # Keys count each, however fast.
    for _ in range(2):
        screen.press(Keys.CONTROL, Keys.SHIFT, "z")
    screen.until_it(lambda: _figures(screen) == drawn)


def test_what_was_painted_by_key_stays_when_the_rest_is_optimised(screen: Screen) -> None:
    before = _open(screen)
    fills = screen.run(FILLS, 0)
    # Without a mouse: the arrows take the next swatch, the return key paints.
    screen.act(lambda: screen.all(".kim-swatches [aria-checked=true]")[0].send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT))
    assert screen.all(".kim-swatches [aria-checked=true]")[0].get_attribute("data-tool") == "new"
    screen.act(lambda: screen.all(f"path[data-ags='{NORDKIRCHEN}']")[0].send_keys(Keys.ENTER))
    _kept(screen, "1 change kept")
    new = screen.all(".kim-swatches [aria-checked=true]")[0]
    assert new.get_attribute("aria-label") == "District 6 (Nordkirchen)"
    painted, by_hand = _fill(screen, NORDKIRCHEN), screen.until_it(lambda: _other(screen, before))
    screen.click("Optimise the rest")
    screen.says("The rest was optimised")
    after = screen.until_it(lambda: _other(screen, by_hand))
    _kept(screen, "1 change kept")
    # The new district is there still, whatever else has changed.
    assert _fill(screen, NORDKIRCHEN) == painted
    assert painted not in fills.values()
    assert "As good as the best plan" not in screen.text()
    screen.click("Unlock all")
    _kept(screen, "No change is kept")
    assert _figures(screen) == after
    screen.click("Undo")
    _kept(screen, "1 change kept")
    screen.click("Undo")
    screen.until_it(lambda: _figures(screen) == by_hand)
    screen.click("Undo")
    screen.until_it(lambda: screen.run(FILLS, 0) == fills)


def test_saved_plan_has_the_same_numbers_and_colours_beside_the_one_it_began_with(screen: Screen) -> None:
    _open(screen)
    screen.take(_district(LUEDINGHAUSEN))
    screen.click_on(NORDKIRCHEN)
    _kept(screen, "1 change kept")
    painted = screen.run(FILLS, 0)
    screen.click("Save …")
    screen.says("Changed by hand, beginning with the plan of")
    check(screen)
    screen.click("Save")
    screen.says("Saved as “")
    check(screen)
    screen.click("Compare with the plan it began with")
    screen.whole("compare")
    screen.map(22)
    first, second = screen.run(FILLS, 0), screen.run(FILLS, 1)
    assert second == painted
    assert {ags for ags in first if first[ags] != second[ags]} == {NORDKIRCHEN}


def test_long_label_of_a_switch_is_read_to_its_end(screen: Screen) -> None:
    screen.open_whole("whatif", scenario="modell-3-kommunen", language="de")
    labels = "[...document.querySelectorAll('[data-testid=stCheckbox] p')]"
    screen.until(f"{labels}.some(label => label.textContent.endsWith('Ergänzung durch das KI'))")
    texts = "[...document.querySelectorAll('[data-testid=stCheckbox] [data-testid=stMarkdownContainer]')]"
    assert screen.run(f"return {texts}.filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)") == []
