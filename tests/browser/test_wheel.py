"""An ordinary install: a wheel in an environment of its own has all that the program needs, from whatever folder."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.remote.webdriver import WebDriver

from browser import expected, started
from browser.started import ROOT
from reports.package import Format

SETUPTOOLS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
FOLDERS = sorted({package.partition(".")[0] for package in SETUPTOOLS["packages"]})
#: Variables that make Python or Streamlit behave as they would not for somebody else.
OWN = ("PYTHON", "STREAMLIT_", "KIM_", "VIRTUAL_ENV")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy, since building leaves files behind that the next wheel would hold."""
    copy, made = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("made")
    ignored = shutil.ignore_patterns("__pycache__")
    for folder in (*FOLDERS, *SETUPTOOLS["package-dir"].values()):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    for file in ("app.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, copy)
    _pip("wheel", "--no-build-isolation", "--no-deps", "--wheel-dir", made, copy)
    (found,) = made.iterdir()
    return found


@pytest.fixture(scope="module")
def commands(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of ``python`` and ``kim`` of a new environment: the program from the wheel, all else from here."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    _pip("--python", environment / "bin" / "python", "install", "--no-deps", "--no-index", wheel)
    (packages,) = environment.glob("lib/python*/site-packages")
    # The packages of these folders only: what their own .pth files add, such as this checkout, is left out.
    others = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "others.pth").write_text("\n".join(others), encoding="utf-8")
    return environment / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with modules and settings of somebody else, called as ours are."""
    folder = tmp_path / "elsewhere"
    (folder / ".streamlit").mkdir(parents=True)
    (folder / ".streamlit" / "config.toml").write_text("[server]\nenableStaticServing = false\n", encoding="utf-8")
    for name in ("app", "files", "optimizer"):
        (folder / f"{name}.py").write_text("raise AssertionError\n", encoding="utf-8")
    return folder


def _pip(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *map(str, arguments)], check=True)


def _variables(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(OWN)} | more


def test_all_that_lies_in_the_rooms_is_in_the_wheel(wheel: Path) -> None:
    lie = {path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()}
    wanted = {path.relative_to(ROOT).as_posix() for path in lie if "__pycache__" not in path.parts}
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == wanted | {"app.py", "command/settings/config.toml"}


def test_the_command_makes_every_paper_in_german(commands: Path, elsewhere: Path) -> None:
    where = "import optimizer, app; print(optimizer.__file__, app.__file__)"
    told = subprocess.run(
        [commands / "python", "-P", "-c", where], cwd=elsewhere, env=_variables(), capture_output=True, check=True
    )
    assert told.stdout.decode().count(str(commands.parent)) == 2
    made = subprocess.run(
        [commands / "kim", "report", "modell-1-zentral", "--out", "papers"],
        cwd=elsewhere,
        env=_variables(KIM_DATA="data"),
        capture_output=True,
        check=True,
    )
    assert made.stdout.decode().startswith("Gespeichert: ")
    papers = {path.suffix for path in (elsewhere / "papers").iterdir()}
    endings = {kind: f".{kind.value}" for kind in Format} | {Format.MUNICIPALITIES: ".zip"}
    assert papers == set(endings.values())


def test_the_application_draws_solves_and_asks_nobody_outside(
    commands: Path, elsewhere: Path, tmp_path: Path, driver: WebDriver
) -> None:
    port = started.free_port()
    command = [str(commands / "kim"), "app", "--no-browser", "--address=127.0.0.1", f"--port={port}"]
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        # The browser has no way outside, and what the server asks for outside comes to this proxy.
        address = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        ways = {name: address for way in ("http", "https", "all") for name in (f"{way}_proxy", f"{way}_proxy".upper())}
        near = dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost")
        variables = _variables(KIM_DATA="data", **ways, **near)
        with (
            started.server(command, port, tmp_path, cwd=elsewhere, environment=variables) as application,
            started.screen(driver, application) as screen,
        ):
            # Nobody gets in but with the address that was printed, and then without it.
            screen.open()
            assert "token=" in screen.text()
            printed = re.search(rf"{re.escape(application)}/\?token=\S+", (tmp_path / "log.txt").read_text("utf-8"))
            assert printed is not None
            screen.driver.get(printed[0])
            screen.until("location.search === '' && document.querySelector('[data-testid=stApp]') !== null")
            driver.get_log("browser")
            screen.open_whole()
            screen.map()
            # The plan has been found, by a process that the server began.
            assert screen.districts() == expected.districts(expected.plan())
            screen.says("Best plan (proven)")
            loaded = screen.run("return performance.getEntriesByType('resource').map(entry => entry.name)")
            assert any("/app/static/leaflet/leaflet.js" in name for name in loaded)
            assert all(name.startswith((application, "data:", "blob:")) for name in loaded)
            # Our look, of which a list of sizes is a part.
            assert screen.run("return getComputedStyle(document.querySelector('h1')).fontSize") == "25.6px"
            screen.open_whole("method")
            screen.says("EUPL-1.2")
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()
    assert {path.name for path in elsewhere.iterdir()} <= {".streamlit", "app.py", "data", "files.py", "optimizer.py"}
