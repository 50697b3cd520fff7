"""The first page in a real browser that reaches nothing but this machine: the map is drawn, and nothing is missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import JavascriptException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[2]
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
WAIT = 60
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--window-size=1400,1500",
)
FILLS = "document.querySelectorAll('path.leaflet-interactive').length"
OUTLINES = "document.querySelectorAll('.leaflet-overlay-pane path:not(.leaflet-interactive)').length"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running application."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("server") / "log.txt").open("w+")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(WAIT)
        log.close()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=WAIT):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def started() -> Iterator[WebDriver]:
    """A browser without a way outside."""
    if not (CHROMIUM.exists() and DRIVER.exists()):
        if os.environ.get("KIM_BROWSER") == "required":
            pytest.fail("KIM_BROWSER=required, but Chromium and its driver are not there (chromium, chromium-driver)")
        pytest.skip("Chromium and its driver are not there (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def browser(started: WebDriver) -> Iterator[WebDriver]:
    """The browser; the test fails where a request failed or a script broke."""
    started.get_log("browser")
    yield started
    wrong = [entry["message"] for entry in started.get_log("browser") if entry["level"] == "SEVERE"]
    assert not wrong


def _until(browser: WebDriver, condition: str) -> None:
    """Waits until a JavaScript condition holds in the current frame; what it speaks of may not be there yet."""
    wait = WebDriverWait(browser, WAIT, ignored_exceptions=[JavascriptException])
    wait.until(lambda driver: driver.execute_script(f"return {condition}"), condition)


def _open_map(browser: WebDriver, outlines: int, condition: str = "true") -> None:
    """Waits for a map with that many district outlines, on which the condition holds, and enters its frame."""

    def drawn(driver: WebDriver) -> bool:
        driver.switch_to.default_content()
        frames = driver.find_elements(By.CSS_SELECTOR, "iframe[src*=streamlit_folium]")
        if len(frames) != 1:
            return False
        driver.switch_to.frame(frames[0])
        return bool(driver.execute_script(f"return {FILLS} === 11 && {OUTLINES} === {outlines} && {condition}"))

    # The frame of the map before may go while it is looked at.
    WebDriverWait(browser, WAIT, ignored_exceptions=[WebDriverException]).until(drawn)


def _names(browser: WebDriver) -> list[str]:
    names = browser.find_elements(By.CSS_SELECTOR, ".kim-name:not(.kim-hidden)")
    return [name.text.split("\n")[0] for name in names]


def test_map_is_drawn_without_a_network(browser: WebDriver, address: str) -> None:
    browser.get(f"{address}/?language=de&scenario=modell-1-zentral")
    _open_map(browser, outlines=4)
    outer = browser.execute_script(
        "return document.querySelector('.leaflet-container').getBoundingClientRect().toJSON()"
    )
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('path.leaflet-interactive')].map(p => p.getBoundingClientRect().toJSON())"
    )
    for box in boxes:
        assert min(box["width"], box["height"]) > 20
        assert outer["left"] <= box["left"] < box["right"] <= outer["right"]
        assert outer["top"] <= box["top"] < box["bottom"] <= outer["bottom"]
    text = browser.find_element(By.CLASS_NAME, "leaflet-control-attribution").text
    assert "GeoBasis-DE" in text
    assert browser.execute_script("return typeof window.jQuery") == "undefined"
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert any(name.endswith("/app/static/leaflet/leaflet.js") for name in loaded)
    assert all(name.startswith((address, "data:", "blob:")) for name in loaded)


def test_names_are_shown_and_do_not_overlap(browser: WebDriver, address: str) -> None:
    browser.get(f"{address}/?language=de&scenario=modell-1-zentral")
    _open_map(browser, outlines=4)
    _until(browser, "document.querySelectorAll('.kim-name:not(.kim-hidden)').length === 11")
    assert {"Coesfeld", "Dülmen", "Lüdinghausen"} <= set(_names(browser))
    browser.execute_script("map_div.setZoom(map_div.getZoom() - 2, {animate: false})")
    _until(browser, "document.querySelectorAll('.kim-name.kim-hidden').length > 0")
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('.kim-name:not(.kim-hidden)')]"
        ".map(name => name.getBoundingClientRect().toJSON())"
    )
    assert boxes
    for at, one in enumerate(boxes):
        for two in boxes[at + 1 :]:
            apart_sideways = one["right"] <= two["left"] or two["right"] <= one["left"]
            assert apart_sideways or one["bottom"] <= two["top"] or two["bottom"] <= one["top"]


def test_tooltip_says_what_a_municipality_gets(browser: WebDriver, address: str) -> None:
    browser.get(f"{address}/?language=en&scenario=modell-1-zentral")
    _open_map(browser, outlines=4)
    shapes = browser.find_elements(By.CSS_SELECTOR, "path.leaflet-interactive")
    ActionChains(browser).move_to_element(shapes[0]).perform()
    _until(browser, "document.querySelector('.leaflet-tooltip') !== null")
    text = browser.find_element(By.CLASS_NAME, "leaflet-tooltip").text
    assert text.split("\n")[0] == "Ascheberg"
    assert "Coverage: " in text
    assert "h per week" in text
    assert "min by car from" in text


def test_language_is_switched(browser: WebDriver, address: str) -> None:
    browser.get(f"{address}/?language=de")
    _open_map(browser, outlines=4)
    browser.switch_to.default_content()
    _until(browser, "document.documentElement.lang === 'de'")
    _button(browser, "English").click()
    _until(browser, "document.documentElement.lang === 'en'")
    _until(browser, "document.querySelector('h2').textContent === 'Plan – what is proposed?'")
    assert "language=en" in browser.current_url
    _open_map(browser, 4, "/\\d\\.\\d%/.test(document.querySelector('.kim-name').textContent)")


def test_scenario_and_layer_are_switched(browser: WebDriver, address: str) -> None:
    browser.get(f"{address}/?language=en&scenario=modell-1-zentral")
    _open_map(browser, outlines=4)
    browser.switch_to.default_content()
    browser.find_element(By.CSS_SELECTOR, "[data-testid=stSelectbox] [role=combobox]").click()
    _until(browser, "document.querySelectorAll('[role=option]').length >= 6")
    options = browser.find_elements(By.CSS_SELECTOR, "[role=option]")
    next(option for option in options if option.text.startswith("Kommunen 2023")).click()
    _until(browser, "location.search.includes('scenario=kommunen-2023')")
    _open_map(browser, outlines=3)
    browser.switch_to.default_content()
    _button(browser, "Stellen beim KI").click()
    _open_map(browser, outlines=5)


def _button(browser: WebDriver, text: str) -> WebElement:
    buttons = browser.find_elements(By.CSS_SELECTOR, "[data-testid=stButtonGroup] button")
    return next(button for button in buttons if button.text == text)
