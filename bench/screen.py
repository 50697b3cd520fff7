"""How long a planner waits: medians, measured in a real browser (Debian: chromium, chromium-driver).

python bench/screen.py [--rounds N] prints a line for each: start of the server to a drawn plan, reload, a changed rule
to a new proven plan on the map, a moved municipality to new figures and to the new map, and ten planners who do these
at the same time. Ten browsers on the machine of the server are more work than ten planners with computers of their own
are: therefore the server is also measured alone, asked by ten connections that draw nothing.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--window-size=1400,1400",
)
#: Writes down when a condition first holds, in the page itself, so that nobody's looking is measured.
WATCH = """
(() => {
  window.kimSeen = { ...window.kimSeen, NAME: null };
  const holds = () => { try { return CONDITION; } catch { return false; } };
  const watch = new MutationObserver(() => {
    if (holds()) { window.kimSeen.NAME = Date.now(); watch.disconnect(); }
  });
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
})();
"""
SHAPES = "document.querySelectorAll('path.leaflet-interactive').length === 11"
LABELS = "document.querySelectorAll('.folium-map .kim-name').length === 11"
PLAN = f"{SHAPES} && {LABELS} && document.body.innerText.includes('Best plan (proven)')"
#: The map drawn before a step is marked as old.
OLD = "document.querySelectorAll('.kim-map-body').forEach((body) => { body.dataset.old = 'old'; });"
REDRAWN = f"{SHAPES} && document.querySelector('.kim-map-body[data-old]') === null"
FIGURES = "document.querySelector('[data-testid=stTable]').innerText"
FIELD = "[aria-label='Posts (FTE)']"
HAND_IN = f"""
const field = document.querySelector("{FIELD}");
field.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Enter", bubbles: true }}));
"""
MUNICIPALITY = "05558028"
CLICK = f"""
const shape = document.querySelector("path[data-ags='{MUNICIPALITY}']");
for (const name of ["pointerdown", "pointerup"]) {{
  shape.dispatchEvent(new PointerEvent(name, {{ bubbles: true, isPrimary: true, pointerId: 1 }}));
}}
"""
LIMIT = 60.0
PLANNERS = 10
#: None of them is the number that the scenario has, and each is solved once only.
POSTS = [str(half / 2) for half in range(7, 60) if half != 12]


@dataclass(frozen=True)
class Aim:
    """What is measured, and the seconds that it should take at most."""

    what: str
    seconds: float | None = None


@contextmanager
def server(data: str) -> Iterator[str]:
    """The address of the application, started as README says."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += ["--server.address=127.0.0.1", f"--server.port={port}"]
    environment = {**os.environ, "KIM_DATA": data}
    running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(LIMIT)


@contextmanager
def browser() -> Iterator[WebDriver]:
    """A browser without a way outside."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Waits until a condition holds."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        try:
            if condition():
                return
        except (WebDriverException, urllib.error.URLError, OSError):
            pass
        time.sleep(0.01)
    sys.exit(f"gave up after a minute: {what}")


def wait_until(driver: WebDriver, condition: str) -> None:
    """Waits until a JavaScript condition holds."""
    wait_for(lambda: driver.execute_script(f"return {condition}"), condition)


def answers(address: str) -> bool:
    """Whether the server is there."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
        return True


def seen(driver: WebDriver, start: float, name: str = "it") -> float:
    """Seconds from ``start`` to the moment that was written down."""
    wait_until(driver, f"Boolean(window.kimSeen?.{name})")
    return float(driver.execute_script(f"return window.kimSeen.{name}")) / 1000 - start


def watching(condition: str, name: str) -> str:
    """The script that watches for a condition."""
    return WATCH.replace("CONDITION", condition).replace("NAME", name)


def watch(driver: WebDriver, condition: str, name: str = "it") -> None:
    """Begins to watch for a condition, which does not hold yet, in the page."""
    driver.execute_script(watching(condition, name))


def watch_next(driver: WebDriver, condition: str) -> None:
    """Watches for a condition in every page that is opened from now on."""
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": watching(condition, "it")})


def told(aim: Aim, seconds: list[float]) -> None:
    """A line of the result."""
    aimed = "" if aim.seconds is None else f"aim {aim.seconds:4.1f} s"
    median, worst = statistics.median(seconds), max(seconds)
    print(f"{aim.what:62} {aimed:11} median {median:5.2f} s   worst {worst:5.2f} s   of {len(seconds)}", flush=True)


# -- one planner ------------------------------------------------------------------------------------------------------


def measure_start(rounds: int) -> None:
    """Nothing is running yet; the browser is open."""
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as data, browser() as driver:
            watch_next(driver, PLAN)
            start = time.time()
            with server(data) as address:
                wait_for(lambda address=address: answers(address), "the server")
                driver.get(f"{address}/?language=en")
                found.append(seen(driver, start))
    told(Aim("start of the server to a drawn plan", 5), found)


def measure_reload(driver: WebDriver, address: str, rounds: int) -> None:
    """The plan page, opened again and again."""
    watch_next(driver, PLAN)
    found = []
    for _ in range(rounds + 1):
        start = time.time()
        driver.get(f"{address}/?language=en")
        found.append(seen(driver, start))
    told(Aim("warm reload to a drawn map", 1), found[1:])


def open_rules(driver: WebDriver, address: str) -> None:
    """The form, as it is when a planner begins."""
    driver.get(f"{address}/rules?language=en")
    wait_until(driver, f"{SHAPES} && document.querySelector(\"{FIELD}\").value === '6'")


def type_posts(driver: WebDriver, posts: str) -> None:
    """Types a number without handing it in, and watches for its plan."""
    field = driver.find_element("css selector", FIELD)
    field.click()
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(posts)
    plan = "document.querySelector('.st-key-rules-plan').innerText"
    shown = f"{plan}.includes('Best plan (proven)') && {plan}.includes('{float(posts):.1f}')"
    driver.execute_script(OLD)
    watch(driver, f"{shown} && {REDRAWN}")


def measure_rule(driver: WebDriver, address: str, rounds: int) -> None:
    """Posts that nobody asked for yet, so that each plan is computed."""
    open_rules(driver, address)
    found = []
    for posts in POSTS[PLANNERS : PLANNERS + rounds + 1]:
        type_posts(driver, posts)
        start = time.time()
        driver.execute_script(HAND_IN)
        found.append(seen(driver, start))
    told(Aim("changed rule (posts) to a new proven plan on the map", 0.5), found[1:])


def open_editor(driver: WebDriver, address: str) -> None:
    """A plan to be changed by clicks on the map, which paint a municipality with what is in hand."""
    driver.get(f"{address}/whatif?language=en")
    wait_until(driver, f"{SHAPES} && {FIGURES} !== '' && document.querySelector('.kim-swatches') !== null")
    choose_target(driver, 4)


def choose_target(driver: WebDriver, number: int) -> None:
    """Has clicks on the map move to that district."""
    driver.find_element("css selector", f".kim-swatches [data-tool='{number}']").click()
    still = "document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'"
    wait_until(driver, still)
    time.sleep(0.3)


def measure_move(driver: WebDriver, address: str, rounds: int) -> None:
    """One municipality to and fro."""
    open_editor(driver, address)
    figures, maps = [], []
    for turn in range(rounds + 1):
        choose_target(driver, 4 if turn % 2 == 0 else 1)
        driver.execute_script(OLD)
        watch(driver, watch_figures(driver), "figures")
        watch(driver, REDRAWN, "map")
        start = time.time()
        driver.execute_script(CLICK)
        figures.append(seen(driver, start, "figures"))
        maps.append(seen(driver, start, "map"))
    told(Aim("moved municipality (click on the map) to new figures", 0.5), figures[1:])
    told(Aim("moved municipality to the new map"), maps[1:])


def watch_figures(driver: WebDriver) -> str:
    """The condition that the figures are others than now."""
    driver.execute_script(f"window.kimFigures = {FIGURES}")
    return f"{FIGURES} !== window.kimFigures"


# -- ten planners -----------------------------------------------------------------------------------------------------


def at_once(driver: WebDriver, windows: list[str], act: str) -> list[float]:
    """Does the same in all windows and gives the seconds until each had what it watched for."""
    starts = []
    for window in windows:
        driver.switch_to.window(window)
        starts.append(time.time())
        driver.execute_script(act)
    found = []
    for window, start in zip(windows, starts, strict=True):
        driver.switch_to.window(window)
        found.append(seen(driver, start))
    return found


def measure_planners(driver: WebDriver, address: str) -> None:
    """Ten windows."""
    windows = []
    for _ in range(PLANNERS):
        driver.switch_to.new_window("window")
        windows.append(driver.current_window_handle)
        watch_next(driver, PLAN)
        driver.get(f"{address}/?language=en")
        wait_until(driver, PLAN)
    ten = f"{PLANNERS} planners at once"
    told(Aim(f"{ten}: reload to a drawn map", 1), at_once(driver, windows, "setTimeout(() => location.reload())"))
    for window, posts in zip(windows, POSTS, strict=False):
        driver.switch_to.window(window)
        open_rules(driver, address)
        type_posts(driver, posts)
    told(Aim(f"{ten}: changed rule to a new proven plan", 1), at_once(driver, windows, HAND_IN))
    for window in windows:
        driver.switch_to.window(window)
        open_editor(driver, address)
        watch(driver, watch_figures(driver))
    told(Aim(f"{ten}: moved municipality to new figures", 1), at_once(driver, windows, CLICK))


# -- the server alone -------------------------------------------------------------------------------------------------


class Connection:
    """What a browser says to the server, and when the server has said all in return."""

    def __init__(self, address: str, page: str, open_until: ExitStack) -> None:
        socket_address = f"{address.replace('http', 'ws')}/_stcore/stream"
        self.socket = open_until.enter_context(
            connect(socket_address, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=Origin(address))
        )
        self.page = page
        self.query = "language=en"
        self.fields: dict[str, str] = {}

    def ask(self, field: str | None = None, text: str = "") -> float:
        """Seconds to a page drawn anew, after ``text`` was typed into a field or without a change."""
        start = time.perf_counter()
        request = BackMsg()
        request.rerun_script.query_string = self.query
        request.rerun_script.page_name = self.page
        if field is not None:
            changed = request.rerun_script.widget_states.widgets.add()
            changed.id, changed.string_value = self.fields[field], text
        self.socket.send(request.SerializeToString())
        while not self._finished():
            pass
        return time.perf_counter() - start

    def _finished(self) -> bool:
        message = ForwardMsg()
        message.ParseFromString(bytes(self.socket.recv()))
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "text_input":
            field = message.delta.new_element.text_input
            self.fields[field.label] = field.id
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        return kind == "script_finished"


def measure_server(address: str) -> None:
    """Ten connections without browsers."""
    ten = f"{PLANNERS} planners at once, the server alone"
    with ExitStack() as open_until, ThreadPoolExecutor(PLANNERS) as threads:
        for page, name in (("", "plan"), ("compare", "comparison")):
            visitors = [Connection(address, page, open_until) for _ in range(PLANNERS)]
            told(Aim(f"{ten}: {name} opened"), list(threads.map(Connection.ask, visitors)))
        planners = [Connection(address, "rules", open_until) for _ in range(PLANNERS)]
        told(Aim(f"{ten}: form opened"), list(threads.map(Connection.ask, planners)))
        posts = POSTS[-PLANNERS:]
        changes = threads.map(lambda planner, text: planner.ask("Posts (FTE)", text), planners, posts)
        told(Aim(f"{ten}: changed rule"), list(changes))


def main() -> None:
    """Reads the arguments and measures."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=9, help="how often each is measured (default: 9)")
    rounds = arguments.parse_args().rounds
    measure_start(max(1, rounds // 3))
    with tempfile.TemporaryDirectory() as data, server(data) as address:
        wait_for(lambda: answers(address), "the server")
        for measure in (measure_reload, measure_rule, measure_move):
            with browser() as driver:
                measure(driver, address, rounds)
        measure_server(address)
        with browser() as driver:
            measure_planners(driver, address)


if __name__ == "__main__":
    main()
