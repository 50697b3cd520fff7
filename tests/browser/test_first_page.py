"""The first page in a real browser that reaches nothing but this machine: the map, what it tells, and its address."""

from __future__ import annotations

import csv
import re

from selenium.webdriver.common.keys import Keys

from browser import expected
from browser.screen import Screen

ASCHEBERG, NOTTULN = "05558004", "05558032"
FIRST_FIGURE = "document.querySelector('[data-testid=stMetricValue]').innerText.trim()"
SOURCES = ".leaflet-control-attribution"
SOUTH = (
    "Math.max(...[...document.querySelectorAll('path.leaflet-interactive')]"
    ".map(path => path.getBoundingClientRect().bottom))"
)
NAMES = "document.querySelectorAll('.folium-map .kim-name:not(.kim-hidden)')"


def test_map_is_drawn_without_a_network(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    outer = screen.run("return document.querySelector('.leaflet-container').getBoundingClientRect().toJSON()")
    boxes = screen.run(
        "return [...document.querySelectorAll('path.leaflet-interactive')].map(p => p.getBoundingClientRect().toJSON())"
    )
    for box in boxes:
        assert min(box["width"], box["height"]) > 20
        assert outer["left"] <= box["left"] < box["right"] <= outer["right"]
        assert outer["top"] <= box["top"] < box["bottom"] <= outer["bottom"]
    assert screen.districts() == expected.districts(expected.plan())
    assert "GeoBasis-DE" in screen.run("return document.querySelector('.leaflet-control-attribution').textContent")
    assert screen.run("return typeof window.jQuery") == "undefined"
    loaded = screen.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert any("/app/static/leaflet/leaflet.js" in name for name in loaded)
    assert all(name.startswith((screen.application, "data:", "blob:")) for name in loaded)
    # On a narrow page the sources take two lines, and hide nothing of the county.
    with screen.window(360, 800):
        screen.until(f"document.querySelector('{SOURCES}').offsetHeight > 20")
        screen.run("document.querySelector('.kim-whole').click()")
        screen.until(f"{SOUTH} <= document.querySelector('{SOURCES}').getBoundingClientRect().top")


def test_names_are_shown_and_do_not_overlap(screen: Screen) -> None:
    screen.open()
    screen.until(f"{NAMES}.length === 11")
    names = screen.run(f"return [...{NAMES}].map(name => name.innerText.split('\\n')[0])")
    assert {"Coesfeld", "Dülmen", "Lüdinghausen"} <= set(names)
    screen.run("for (let i = 0; i < 4; i += 1) document.querySelector('.leaflet-control-zoom-out').click()")
    screen.until("document.querySelectorAll('.folium-map .kim-name.kim-hidden').length > 0")
    boxes = screen.run(f"return [...{NAMES}].map(name => name.getBoundingClientRect().toJSON())")
    assert boxes
    for at, one in enumerate(boxes):
        for two in boxes[at + 1 :]:
            apart_sideways = one["right"] <= two["left"] or two["right"] <= one["left"]
            assert apart_sideways or one["bottom"] <= two["top"] or two["bottom"] <= one["top"]


def test_tooltip_says_what_a_municipality_gets(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    screen.point_at(ASCHEBERG)
    screen.until("document.querySelector('.leaflet-tooltip') !== null")
    text = screen.run("return document.querySelector('.leaflet-tooltip').innerText")
    assert text.split("\n")[0] == "Ascheberg"
    assert "Coverage: " in text
    assert "h per week" in text
    assert "min by car from" in text


def test_click_tells_why_a_municipality_is_where_it_is(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    screen.click_on(NOTTULN)
    screen.says("Why is Nottuln here?")
    screen.says("Instead in")
    screen.address(f"municipality={NOTTULN}")
    screen.click_on(NOTTULN)
    screen.until_it(lambda: "Why is Nottuln here?" not in screen.text())
    assert "municipality=" not in screen.driver.current_url


def test_map_is_used_with_the_keyboard(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    screen.run("document.querySelector('.leaflet-container').focus()")
    screen.press(Keys.TAB)
    screen.until("document.activeElement.matches('path[role=button]')")
    assert screen.run("return document.activeElement.getAttribute('aria-label')").startswith("Ascheberg; ")
    # What has the focus is seen to have it.
    screen.until("document.querySelectorAll('.leaflet-kim-ring-pane path').length === 3")
    screen.press(Keys.TAB)
    screen.until("document.activeElement.getAttribute('aria-label').startsWith('Billerbeck')")
    screen.press(Keys.ENTER)
    screen.says("Why is Billerbeck here?")
    # The map is drawn anew, and the keyboard stays where it was.
    screen.until("document.activeElement.getAttribute('aria-pressed') === 'true'")
    assert screen.run("return document.activeElement.getAttribute('aria-label')").startswith("Billerbeck")


def test_colour_drives_and_services_are_switched(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    districts = screen.fills()
    screen.choose("The colour shows", "Coverage")
    screen.until_it(lambda: screen.fills() not in ([], districts))
    screen.address("colour=coverage")
    screen.switch("Drives")
    # From the hubs to all other municipalities.
    drives = len(expected.driven_to(expected.plan()))
    screen.until(f"document.querySelectorAll('.leaflet-marker-icon .kim-drive').length === {drives}")
    screen.switch("Existing advice")
    # In three towns there are services.
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-service').length === 3")
    screen.switch("Drives")
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-drive').length === 0")
    assert "drives" not in screen.driver.current_url


def test_plan_without_existing_services_is_one_click_away(screen: Screen) -> None:
    plan, alone = expected.plan(), expected.without_existing()
    assert expected.districts(plan) != expected.districts(alone)
    told = "This is the best plan as if there were no existing services."
    screen.open_whole()
    screen.map()
    assert told not in screen.text()
    screen.switch("Without existing services")
    screen.says(told)
    screen.address("without-existing=1")
    screen.until_it(lambda: screen.districts() == expected.districts(alone))
    screen.until(f"{FIRST_FIGURE} === '{expected.lowest_coverage(alone)}'")
    screen.switch("Without existing services")
    screen.until_it(lambda: screen.districts() == expected.districts(plan))
    screen.until(f"{FIRST_FIGURE} === '{expected.lowest_coverage(plan)}'")
    assert told not in screen.text()
    assert "without-existing" not in screen.driver.current_url


def test_first_screen_answers_on_a_laptop(screen: Screen) -> None:
    screen.driver.set_window_size(1366, 635 + 1500 - int(screen.run("return window.innerHeight")))
    screen.open_whole()
    screen.map()
    screen.until("window.innerHeight === 635")
    screen.until("document.querySelector('.st-key-sums').innerText.includes('best plans: ')")
    low = "Math.max(...[...document.querySelectorAll(`.st-key-verdict, .kim-map, .kim-beside, .st-key-sums`)]"
    screen.until(f"{low}.map(part => part.getBoundingClientRect().bottom)) <= 635")
    assert screen.run("return document.querySelector('.kim-map').clientHeight") > 380
    assert screen.run("return document.querySelector('.kim-beside').scrollHeight") < 300
    # Higher windows have higher maps of the whole county, and lower ones lower maps.
    whole = _width(screen)
    screen.driver.set_window_size(1366, 1500)
    screen.until_it(lambda: _width(screen) > 1.3 * whole)
    screen.driver.set_window_size(1366, 635 + 1500 - int(screen.run("return window.innerHeight")))
    screen.until_it(lambda: abs(_width(screen) - whole) < 1)


def test_row_beside_the_map_shows_its_district(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    whole = _width(screen)
    row = expected.number(expected.plan(), NOTTULN)
    button = f".kim-beside tbody tr:nth-child({row}) button"
    towns = len(next(towns for towns in expected.districts(expected.plan()) if NOTTULN in towns))
    dimmed = "document.querySelectorAll('path.kim-dim').length"
    screen.run(f"document.querySelector('{button}').focus()")
    screen.press(Keys.ENTER)
    screen.until(f"{dimmed} === {11 - towns}")
    assert _width(screen) > 1.2 * whole
    assert screen.run(f"return document.querySelector('{button}').getAttribute('aria-pressed')") == "true"
    # It stays so when the map is drawn anew, and the whole county is one click away.
    screen.switch("Drives")
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-drive').length > 0")
    screen.until(f"{dimmed} === {11 - towns}")
    screen.run(f"document.querySelector('{button}').click()")
    screen.until(f"{dimmed} === 0")
    assert abs(_width(screen) - whole) < 0.15 * whole


def test_heading_sorts_its_table_which_is_saved_and_copied(screen: Screen) -> None:
    screen.open_whole(language="de")
    screen.until("document.querySelectorAll('.kim-table').length >= 2")
    heads = "[...document.querySelectorAll('.kim-table')].at(-1).querySelectorAll('thead button')"
    first = "[...document.querySelectorAll('.kim-table')].at(-1).querySelector('tbody th').innerText"
    total = "[...document.querySelectorAll('.kim-table')].at(-1).querySelector('tfoot th').innerText"
    before = screen.run(f"return {total}")
    screen.run(f"[...{heads}].find(head => head.innerText === 'Verteilungsschlüssel').click()")
    assert screen.run(f"return {first}") == "Nordkirchen"
    screen.run(f"[...{heads}].find(head => head.innerText === 'Verteilungsschlüssel').click()")
    assert screen.run(f"return {first}") == "Dülmen"
    assert screen.run(f"return {total}") == before
    # As it is sorted it is saved, for a German Excel, and copied.
    screen.run(_CATCH)
    screen.run("[...document.querySelectorAll('[data-kim-csv]')].at(-1).click()")
    name, content = screen.run("return [window.savedAs, window.saved]")
    assert name == "kommunen-stunden-je-woche.csv"
    assert content.startswith("\ufeffKommune;")
    lines = list(csv.reader(content.splitlines(), delimiter=";"))
    assert [lines[1][0], lines[-1][0], len(lines)] == ["Dülmen", before, 13]
    assert re.fullmatch(r"\d\d,\d %", lines[1][lines[0].index("Verteilungsschlüssel")])
    screen.run("[...document.querySelectorAll('[data-kim-copy]')].at(-1).click()")
    screen.says("Kopiert")
    assert [row.split("\t") for row in screen.run("return window.copied").split("\n")][1:] == lines[1:]


#: What would be saved and copied is kept instead.
_CATCH = """
window.Blob = class extends Blob { constructor(parts, kind) { super(parts, kind); window.saved = parts.join(""); } };
HTMLAnchorElement.prototype.click = function () { window.savedAs = this.download; };
Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } });
"""


def test_map_stays_where_it_was_moved_to(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    whole = _width(screen)
    screen.run("document.querySelector('.leaflet-control-zoom-in').click()")
    near = _width(screen)
    assert near > 1.3 * whole
    districts = screen.fills()
    screen.choose("The colour shows", "Need (key)")
    screen.until_it(lambda: screen.fills() not in ([], districts))
    assert abs(_width(screen) - near) < 1
    screen.run("document.querySelector('.kim-whole').click()")
    # The legend of this colour is higher, and the map lower.
    assert abs(_width(screen) - whole) < 0.15 * whole


def _width(screen: Screen) -> float:
    shape = f"document.querySelector('path[data-ags=\"{NOTTULN}\"]')"
    return float(screen.run(f"return {shape}.getBoundingClientRect().width"))


def test_link_opens_what_was_seen(screen: Screen) -> None:
    screen.open_whole()
    screen.map()
    screen.choose("Scenario", "Kommunen 2023 – wie verteilt, dazu sechs Stellen beim KI")
    screen.address("scenario=kommunen-2023")
    screen.click("Stellen beim KI")
    screen.address("layer=1")
    screen.choose("The colour shows", "Hours on site")
    screen.address("colour=hours")
    screen.switch("Drives")
    screen.address("drives=1")
    # The map is drawn anew with the drives: what is clicked on is to be the new one.
    screen.still()
    screen.click_on(NOTTULN)
    screen.says("Why is Nottuln here?")
    # The page does not wait for this one; the link is to be opened when it is there.
    screen.until_it(lambda: "Were everything free to change" in _seen(screen)[3])
    screen.still()
    screen.until_it(lambda: "" not in _seen(screen)[1:])
    before, link = _seen(screen), screen.driver.current_url
    window = screen.driver.current_window_handle
    screen.driver.switch_to.new_window("tab")
    try:
        screen.driver.delete_all_cookies()
        screen.driver.get(link)
        screen.until_it(lambda: _seen(screen) == before)
    finally:
        screen.driver.close()
        screen.driver.switch_to.window(window)


def _seen(screen: Screen) -> list[str]:
    """What is chosen and what is told: colours, drives and hubs of the map, lists, switches, texts."""
    return screen.run(
        """const all = (selector, told) => [...document.querySelectorAll(selector)].map(told).join("; ");
        return [
          all("path.leaflet-interactive", (shape) => shape.getAttribute("fill") + shape.getAttribute("aria-pressed")),
          all(".leaflet-marker-icon .kim-drive", (drive) => drive.textContent),
          all("[data-testid=stMain] input", (field) => field.checked + field.value),
          all("[data-testid=stMain] [data-testid=stMarkdownContainer]", (text) => text.textContent),
        ];"""
    )


def test_pages_keep_the_scenario(screen: Screen) -> None:
    screen.open_whole(scenario="modell-2-wohlfahrt")
    for page in ("Why this plan", "What if", "Plan"):
        screen.act(lambda page=page: next(a for a in screen.all("header a") if a.text == page).click(), page)
        screen.until("document.querySelector('[data-testid=stSelectbox] input').value.startsWith('Modell 2')")
        screen.address("scenario=modell-2-wohlfahrt")
        screen.map()
