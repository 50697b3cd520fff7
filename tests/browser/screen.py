"""The application as a person sees and uses it: open a page, wait for what is drawn, click, type."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from selenium.common.exceptions import (
    JavascriptException,
    NoSuchElementException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

#: Seconds that a page may stay as it is, with nothing going on, before what a test waits for will not come any more.
WAIT = 30
#: Seconds after which a page that is still at work is taken to be so for ever.
MOST = 600
#: The municipalities drawn on the maps of a page.
SHAPES = "document.querySelectorAll('path.leaflet-interactive').length"
#: The page is neither being computed nor redrawn.
STILL = "document.querySelector('[data-testid=stApp]')?.getAttribute('data-test-script-state') === 'notRunning'"
#: Nothing on the page says that it is being worked on.
IDLE = "document.querySelector('[data-testid=stProgress]') === null"
#: Every page ends with something of its own, by which it is known to be drawn in full.
PAGES = {
    "": "document.querySelectorAll('[data-testid=stExpander]').length >= 2",
    "explore": "document.querySelectorAll('[data-testid=stExpander]').length >= 2"
    " && document.querySelector('[data-testid=stTable] td') !== null",
    "way": "document.querySelectorAll('[data-testid=stExpander]').length >= 2"
    " && document.querySelector('[data-testid=stTable] td') !== null",
    "compare": "document.querySelectorAll('[data-testid=stExpander]').length >= 1",
    "whatif": "document.querySelectorAll('[data-testid=stExpander]').length >= 1",
    "rules": "document.querySelector('.st-key-rules-plan .kim-table') !== null",
    "data": "document.querySelector('[data-testid=stDataFrame]') !== null",
    "method": "document.querySelectorAll('[data-testid=stTable]').length >= 2",
}
#: A place where a shape is on top of all else, once its map is in the middle of the window.
_POINT = """
const shape = document.querySelectorAll(`path.leaflet-interactive[data-ags="${arguments[0]}"]`)[arguments[1]];
if (shape === undefined) return null;
shape.closest(".kim-map").scrollIntoView({ block: "center", behavior: "instant" });
const { left, top, width, height } = shape.getBoundingClientRect();
const on = (x, y) => document.elementFromPoint(x, y) === shape;
for (let step = 1; step < 20; step += 1) {
  for (let other = 1; other < 20; other += 1) {
    const [x, y] = [left + width * step / 20, top + height * other / 20];
    if (on(x, y) && on(x - 3, y) && on(x + 3, y) && on(x, y - 3) && on(x, y + 3)) {
      return [Math.round(x), Math.round(y)];
    }
  }
}
return null;
"""


class Screen:
    """A browser at an application."""

    def __init__(self, driver: WebDriver, application: str) -> None:
        self.driver = driver
        self.application = application

    # -- pages --------------------------------------------------------------------------------------------------------

    def open(self, page: str = "", **parameters: str) -> None:
        """Opens a page afresh."""
        query = urlencode({"language": "en", **parameters})
        self.driver.get(f"{self.application}/{page}?{query}")

    def open_whole(self, page: str = "", **parameters: str) -> None:
        """Opens a page afresh and waits until it is drawn to its end."""
        self.open(page, **parameters)
        self.whole(page)

    def whole(self, page: str) -> None:
        """Waits until a page is drawn to its end."""
        self.until(f"{PAGES[page]} && {STILL}")

    # -- what is seen -------------------------------------------------------------------------------------------------

    def until(self, condition: str) -> object:
        """Waits until a JavaScript condition holds; what it speaks of may not be there yet."""
        return self._patiently(lambda: self.run(f"return {condition}"), JavascriptException, condition)

    def until_it(self, condition: Callable[[], object], what: str = "") -> Any:
        """Waits until ``condition`` holds, and gives it; what it looks at may be drawn anew meanwhile."""
        return self._patiently(condition, WebDriverException, what)

    def _patiently(self, condition: Callable[[], object], missing: type[WebDriverException], what: str) -> Any:
        """Waits as long as the page is at work, however busy the machine; and ``WAIT`` seconds when it is not."""
        begun = at_work = time.monotonic()
        while True:
            with suppress(missing):
                found = condition()
                if found:
                    return found
            now = time.monotonic()
            if not self._is_still():
                at_work = now
            if now - at_work > WAIT or now - begun > MOST:
                raise TimeoutException(f"not seen: {what}")
            time.sleep(0.1)

    def _is_still(self) -> bool:
        """Whether nothing is being computed or redrawn; before a page answers, its server is at work."""
        try:
            return bool(self.run(f"return {STILL} && {IDLE}"))
        except WebDriverException:
            return False

    def still(self) -> None:
        """Waits until the page is drawn."""
        self.until(STILL)

    def map(self, shapes: int = 11) -> None:
        """Waits until so many municipalities are drawn."""
        self.until(f"{SHAPES} === {shapes}")

    def text(self) -> str:
        """All that the page says."""
        return str(self.run("return document.body.innerText"))

    def says(self, text: str) -> None:
        """Waits until the page says ``text``."""
        self.until_it(lambda: text in self.text(), text)

    def cells(self) -> list[str]:
        """The cells of the tables that are drawn on a canvas: their copies for screen readers."""
        script = "return [...document.querySelectorAll('[role=gridcell]')].map(cell => cell.textContent)"
        return [str(cell) for cell in self.run(script)]

    def address(self, part: str) -> None:
        """Waits until the address has ``part``."""
        self.until_it(lambda: part in self.driver.current_url, part)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    @contextmanager
    def window(self, width: int, height: int) -> Iterator[None]:
        """A page of exactly this size."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        chromium: Any = self.driver
        chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        try:
            yield
        finally:
            chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    # -- what is done -------------------------------------------------------------------------------------------------

    def act(self, action: Callable[[], object], what: str = "") -> None:
        """Does something to elements of the page, once they are there to have it done."""

        def done() -> bool:
            action()
            return True

        self.until_it(done, what)

    def click(self, text: str) -> None:
        """Clicks the button that says ``text``."""

        # Streamlit keeps an unseen copy of a button with a tooltip.
        script = """return [...document.querySelectorAll('button')].find(button => !button.disabled
            && button.checkVisibility() && (button.querySelector('p') ?? button).textContent.trim() === arguments[0])"""

        def clicked() -> bool:
            button = self.run(script, text)
            return button is not None and button.click() is None

        self.until_it(clicked, text)

    def unfold(self, title: str) -> None:
        """Opens the folded part of the page that has this title."""
        script = """const parts = [...document.querySelectorAll('details')];
            const part = parts.find(part => part.querySelector('summary p')?.textContent === arguments[0]);
            if (!part.open) part.querySelector('summary').click(); return part.open"""
        self.until_it(lambda: self.run(script, title), title)

    def field(self, label: str) -> WebElement:
        """The field, list or switch with that label."""
        return _only(e for e in self.all("input, textarea") if e.get_attribute("aria-label") == label)

    def choose(self, label: str, option: str) -> None:
        """Chooses from a list."""

        def opened() -> bool:
            field = self.field(label)
            if field.get_attribute("aria-expanded") != "true":
                field.click()
            return self.field(label).get_attribute("aria-expanded") == "true"

        def choose() -> None:
            _only(e for e in self.all("[role=option]") if e.text == option).click()

        self.until_it(opened, label)
        self.act(choose, option)

    def switch(self, label: str) -> None:
        """Turns a switch."""
        self.act(lambda: self.field(label).find_element(By.XPATH, "ancestor::label").click(), label)

    def type(self, label: str, text: str) -> None:
        """Replaces what stands in a field, and hands it in."""

        def typed() -> None:
            field = self.field(label)
            field.click()
            field.send_keys(Keys.CONTROL, "a")
            field.send_keys(text, Keys.ENTER)

        self.act(typed, label)

    def upload(self, file: Path) -> None:
        """Hands a file in."""
        self.act(lambda: self.all("input[type=file]")[0].send_keys(str(file)), file.name)

    def press(self, *keys: str) -> None:
        """Presses keys together."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain.key_down(key)
        for key in reversed(keys):
            chain.key_up(key)
        chain.perform()

    # -- maps ---------------------------------------------------------------------------------------------------------

    def take(self, tool: str) -> None:
        """Takes a swatch in hand, to paint with it: that of a district by its number."""
        self.act(lambda: self.all(f".kim-swatches [data-tool='{tool}']")[0].click(), tool)

    def point_at(self, ags: str, on_map: int = 0) -> None:
        """Moves the pointer onto a municipality."""

        def on_it() -> bool:
            point = self.run(_POINT, ags, on_map)
            if point is None:
                return False
            pointer = ActionBuilder(self.driver, duration=0)
            pointer.pointer_action.move_to_location(*point)
            pointer.perform()
            # The page may have moved meanwhile.
            return bool(self.run("return document.querySelector(`path[data-ags='${arguments[0]}']:hover`)", ags))

        self.until_it(on_it, ags)

    def click_on(self, ags: str, on_map: int = 0) -> None:
        """Clicks on a municipality."""
        self.point_at(ags, on_map)
        pointer = ActionBuilder(self.driver, duration=0)
        pointer.pointer_action.click()
        pointer.perform()

    def fills(self) -> list[str]:
        """The colours of the municipalities."""
        script = (
            "return [...document.querySelectorAll('path.leaflet-interactive')].map(path => path.getAttribute('fill'))"
        )
        return [str(fill) for fill in self.run(script)]

    def districts(self) -> list[list[str]]:
        """The municipalities that share a colour."""
        script = "return [...document.querySelectorAll('path.leaflet-interactive')]"
        script += ".map(path => [path.getAttribute('fill'), path.dataset.ags])"
        found: dict[str, list[str]] = {}
        for fill, ags in self.run(script):
            found.setdefault(fill, []).append(str(ags))
        return sorted(sorted(group) for group in found.values())


def _only(found: Iterable[WebElement]) -> WebElement:
    """The first element; that there is none may change while somebody waits."""
    for element in found:
        return element
    raise NoSuchElementException
