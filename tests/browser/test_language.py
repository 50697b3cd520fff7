"""The language is switched on each page, with everything on it."""

from __future__ import annotations

import pytest
from selenium.webdriver.remote.webelement import WebElement

from browser.screen import PAGES, Screen

TITLES = {
    "": ("Plan –", "Plan –"),
    "explore": ("Why this plan?", "Warum dieser Plan?"),
    "way": ("The way there", "Der Weg dorthin"),
    "compare": ("Comparison –", "Vergleich –"),
    "whatif": ("What if –", "Was wäre wenn –"),
    "rules": ("Scenario –", "Szenario –"),
    "data": ("Data –", "Daten –"),
    "method": ("Method –", "Methode –"),
}
HEADING = "document.querySelector('h1').textContent"


def _links(screen: Screen) -> list[WebElement]:
    """The links to the pages."""
    return [link for link in screen.all("header a") if link.text]


@pytest.mark.parametrize("page", PAGES)
def test_language_is_switched(screen: Screen, page: str) -> None:
    english, german = TITLES[page]
    screen.open_whole(page)
    screen.until("document.documentElement.lang === 'en'")
    first = screen.run(f"return {HEADING}")
    assert first.startswith(english)
    screen.click("Deutsch")
    screen.until("document.documentElement.lang === 'de'")
    screen.until(f"{HEADING}.startsWith('{german}')")
    assert screen.run(f"return {HEADING}") != first
    screen.address("language=de")
    pages = [
        "Plan",
        "Warum dieser Plan",
        "Der Weg dorthin",
        "Vergleich",
        "Was wäre wenn",
        "Szenario",
        "Daten",
        "Methode",
    ]
    screen.until_it(lambda: [link.text for link in _links(screen)][-len(pages) :] == pages)


def test_figures_are_written_as_the_language_does(screen: Screen) -> None:
    screen.open_whole()
    screen.until(r"/\d\.\d%/.test(document.querySelector('.kim-name').textContent)")
    screen.says("330,000 €")
    screen.click("Deutsch")
    screen.until(r"/\d,\d\s%/.test(document.querySelector('.kim-name').textContent)")
    screen.says("330.000 €")


def test_language_stays_on_the_next_page(screen: Screen) -> None:
    screen.open_whole("data", language="de")
    screen.until_it(lambda: _links(screen)[-1:])
    screen.act(lambda: _links(screen)[-1].click())
    screen.until(f"{HEADING}.startsWith('Methode')")
    screen.address("language=de")
