"""A running application and a real browser that reaches nothing but this machine."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.webdriver import WebDriver

from browser.screen import WAIT, Screen

ROOT = Path(__file__).parents[2]
CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
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

#: On a page that is not the first, Streamlit tries out under which path it is served.
SOUGHT = re.compile(r"/\w+/_stcore/(health|host-config) ")


@contextmanager
def application(folder: Path, data_directory: Path, *options: str, port: int | None = None) -> Iterator[str]:
    """The address of a running application, whose log goes into ``folder``; ``options`` are further ones."""
    port = free_port() if port is None else port
    # As “kim app” does, with the plans that were found by now.
    start = "import sys, kept_plans; kept_plans.keep(); from hosting.server import main; sys.exit(main())"
    command = [sys.executable, "-c", start, "--no-browser", "--no-token", f"--port={port}", *options]
    environment = {**os.environ, "KIM_DATA": str(data_directory), "PYTHONPATH": str(ROOT / "tests")}
    with server(command, port, folder, cwd=ROOT, environment=environment) as address:
        yield address


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def server(command: list[str], port: int, folder: Path, *, cwd: Path, environment: dict[str, str]) -> Iterator[str]:
    """The address of the application that ``command`` starts on ``port``; its log goes into ``folder``."""
    log = (folder / "log.txt").open("w+")
    started = subprocess.Popen(command, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(url, started)
        yield url
    finally:
        started.terminate()
        started.wait(WAIT)
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


@contextmanager
def driver() -> Iterator[WebDriver]:
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
    started = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    try:
        yield started
    finally:
        started.quit()


def leave(driver: WebDriver) -> None:
    """Closes what the browser shows and forgets what it told of it.

    The page of a test before would go on asking for its server, which has ended.
    """
    driver.get("about:blank")
    driver.get_log("browser")


@contextmanager
def screen(driver: WebDriver, address: str) -> Iterator[Screen]:
    """The application in the browser; the test fails where a request failed or a script broke."""
    leave(driver)
    driver.set_window_size(1400, 1500)
    yield Screen(driver, address)
    wrong = [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"]
    wrong = [message for message in wrong if not SOUGHT.search(message)]
    assert not wrong, wrong
