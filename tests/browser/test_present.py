"""The page for the projector: its keys, that it fits the window, and what axe-core finds on each kind of screen."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

from browser.axe_core import check
from browser.screen import STILL, Screen

SCENARIOS = "modell-1-zentral,modell-2-wohlfahrt"


def test_keys_lead_through_the_screens_and_out(screen: Screen) -> None:
    screen.open("compare", language="de", compare=SCENARIOS)
    screen.click("Präsentieren")
    screen.until("document.querySelector('.st-key-present-text h2') !== null")
    assert screen.run("return getComputedStyle(document.querySelector('header')).display") == "none"
    # By the keyboard and by a remote control: the figures, the maps, one scenario, its map with its districts.
    for number, (key, seen) in enumerate(
        (
            (Keys.ARROW_RIGHT, ".st-key-present-text .kim-deciding"),
            (Keys.PAGE_DOWN, ".kim-map .kim-hatched"),
            (Keys.ARROW_RIGHT, ".st-key-present-text strong"),
            (Keys.PAGE_DOWN, ".kim-beside"),
        ),
        start=2,
    ):
        screen.press(key)
        screen.address(f"screen={number}")
        screen.until(f"document.querySelector('.st-key-present-body {seen}') !== null && {STILL}")
        if ".kim" in seen[:4]:
            maps = 2 if number == 3 else 1
            screen.until(f"document.querySelectorAll('.folium-map .kim-name').length >= {11 * maps}")
        check(screen)
        assert screen.run("return document.querySelectorAll('h1').length") == 1
    screen.press(Keys.PAGE_UP)
    screen.address("screen=4")
    screen.until(STILL)
    screen.press(Keys.ESCAPE)
    screen.until_it(lambda: "/compare?" in screen.driver.current_url)
    screen.until("document.querySelectorAll('.st-key-compare-head h1').length === 1")
    screen.address(f"compare={SCENARIOS.replace(',', '%2C')}")
