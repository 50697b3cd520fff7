"""Three scenarios side by side: their maps move together, and what differs is told and marked."""

from __future__ import annotations

from browser import expected
from browser.screen import Screen
from wording.differences import moved

NOTTULN = "05558032"
#: Where a municipality is on each map, as seen from the map's corner.
PLACES = """
const found = [];
for (const shape of document.querySelectorAll(`path[data-ags="${arguments[0]}"]`)) {
  const [box, frame] = [shape, shape.closest(".leaflet-container")].map((one) => one.getBoundingClientRect());
  found.push([box.left - frame.left, box.top - frame.top, box.width].map(Math.round));
}
return found;
"""
#: How many municipalities have signs, on each map.
SIGNS = """
const maps = [...document.querySelectorAll(".folium-map")];
return maps.map((map) => map.querySelectorAll(".kim-town .kim-number").length);
"""
#: Signs that lie over those of another municipality.
COVERED = """
const found = [];
for (const map of document.querySelectorAll(".folium-map")) {
  const signs = [...map.querySelectorAll(".kim-number, .kim-hub, .kim-mark")].map((sign) => (
    { town: sign.closest(".kim-town"), box: sign.getBoundingClientRect() }));
  for (const { town, box } of signs) {
    const over = (other) => box.left < other.right && other.left < box.right
      && box.top < other.bottom && other.top < box.bottom;
    if (signs.some((other) => other.town !== town && over(other.box))) found.push(town.innerText);
  }
}
return found;
"""


def test_three_plans_are_drawn_and_compared(screen: Screen) -> None:
    screen.open_whole("compare")
    screen.map(shapes=33)
    fills = screen.fills()
    assert fills[:11] != fills[11:22] != fills[22:]
    text = screen.text()
    for title in ("Modell 1", "Modell 2", "Modell 3"):
        assert title in text
    # What changes district is told in words, and hatched on its map.
    first, *others = map(expected.plan, ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen"))
    changes = [[move.ags for move in moved(first, other, 0)] for other in others]
    for towns in changes:
        told = f"{len(towns)} municipalities change district against (1): "
        assert told + expected.names(towns[:5]) in text
    hatched = "return document.querySelectorAll('.folium-map path[fill^=\"url(#\"]').length"
    assert screen.run(hatched) == sum(map(len, changes))
    screen.unfold("All figures")
    figures = screen.until("document.querySelector('[data-testid=stTable]').innerText")
    assert isinstance(figures, str)
    assert "lowest coverage" in figures
    assert "▼ worse" in figures
    screen.unfold("Coverage by municipality")
    screen.until("document.querySelectorAll('[data-testid=stVegaLiteChart] :is(canvas, svg)').length === 1")
    screen.until("document.querySelectorAll('.kim-table tbody tr').length === 11")


def test_maps_stand_in_line_and_no_sign_covers_another(screen: Screen) -> None:
    screen.open_whole("compare")
    screen.map(shapes=33)
    # Names of one line and of two, legends with and without what changes.
    for side in ("top", "height"):
        script = f"return [...document.querySelectorAll('.folium-map')].map(e => e.getBoundingClientRect().{side})"
        screen.until_it(lambda script=script: max(screen.run(script)) - min(screen.run(script)) <= 1, side)
    assert screen.until_it(lambda: screen.run(SIGNS)) == [11, 11, 11]
    screen.until_it(lambda: screen.run(COVERED) == [], "no sign over that of another municipality")


def test_the_verdict_and_the_figures_are_read_before_anything_is_moved(screen: Screen) -> None:
    size = {"width": 1366, "height": 635, "deviceScaleFactor": 1, "mobile": False}
    screen.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        screen.open_whole("compare")
        screen.map(shapes=33)
        last = "document.querySelector('.kim-deciding').getBoundingClientRect().bottom"
        first = "document.querySelector('.folium-map').getBoundingClientRect().top"
        screen.until(f"{last} < {first} && {first} < window.innerHeight - 60")
    finally:
        screen.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_maps_move_together(screen: Screen) -> None:
    screen.open_whole("compare")
    screen.map(shapes=33)
    first = screen.until_it(lambda: _places_agree(screen))
    screen.run("document.querySelectorAll('.leaflet-control-zoom-in')[1].click()")
    nearer = screen.until_it(lambda: _places_agree(screen))
    assert nearer[2] > 1.3 * first[2]
    screen.run("document.querySelectorAll('.leaflet-container')[2].focus()")
    screen.run("document.querySelectorAll('.kim-whole')[0].click()")
    assert screen.until_it(lambda: _places_agree(screen))[2] == first[2]


def _places_agree(screen: Screen) -> list[int] | None:
    places = screen.run(PLACES, NOTTULN)
    assert len(places) == 3
    near = all(abs(a - b) <= 1 for place in places[1:] for a, b in zip(places[0], place, strict=True))
    return places[0] if near else None


def test_municipality_is_compared_by_a_click_on_any_map(screen: Screen) -> None:
    screen.open_whole("compare")
    screen.map(shapes=33)
    screen.click_on(NOTTULN, on_map=1)
    screen.address(f"municipality={NOTTULN}")
    screen.until("document.querySelectorAll('path[aria-pressed=true]').length === 3")
    screen.until("document.querySelectorAll('[data-testid=stTable]').length >= 1")


def test_other_scenarios_are_one_click_away(screen: Screen) -> None:
    screen.open_whole("compare")
    screen.map(shapes=33)
    screen.click("2023 and freely placed")
    screen.map(shapes=33)
    screen.address("compare=kommunen-2023%2Ckommunen-frei%2Causbau-12-stellen")
    screen.says("(2) Kommunale Stellen frei verteilt")
