"""What many tests share: lanes, hypothesis profiles, a data directory of their own, a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import kept_plans
import lanes
import pytest
import running
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from browser.screen import Screen
    from selenium.webdriver.remote.webdriver import WebDriver

HERE = Path(__file__).parent
BROWSER, OPTIMIZER = HERE / "browser", HERE / "optimizer"
#: Rooms whose tests run whole pages, worker processes or typeset papers, and files that ask for many plans: not in the
#: fast lane.
SLOW = tuple(
    HERE / room
    for room in ("views", "serving", "workers", "reports", "maps/paper", "exploring", "command/test_explore.py",
                 "test_docs.py", "test_one_table.py", "wording/explore", "optimizer/explore")
)  # fmt: skip
#: The scenario whose plan takes longest: what is asked of each is asked of all others in the fast lane.
SLOWEST = "kommunen-frei"
#: Machines differ and tests never judge times; the same examples every time, so that a failure is not chance.
settings.register_profile(
    "usual", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=True
)
#: Other examples each time, and more of them where a test does not say how many: for hunting.
settings.register_profile("hunt", settings.get_profile("usual"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_configure(config: pytest.Config) -> None:
    """The lane is known before tests are read; plans are kept from the process that starts the others, till it ends."""
    lanes.choose(config.option.markexpr)
    if kept_plans.VARIABLE not in os.environ:
        folder = TemporaryDirectory(prefix="kept-plans-")
        os.environ[kept_plans.VARIABLE] = folder.name
        config.add_cleanup(partial(os.environ.pop, kept_plans.VARIABLE))
        config.add_cleanup(folder.cleanup)
    kept_plans.keep()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What the lane leaves out is not read either: it imports more than all the rest."""
    marks = config.option.markexpr
    left = [*(SLOW if "not slow" in marks else ()), *([BROWSER] if "not browser" in marks else ())]
    return True if collection_path in left else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in tests/browser/ is marked so, and what takes long by its nature."""
    for item in items:
        places = {item.path, *item.path.parents}
        if BROWSER in places:
            item.add_marker(pytest.mark.browser)
        elif not places.isdisjoint(SLOW) or SLOWEST in _parameters(item):
            item.add_marker(pytest.mark.slow)


def _parameters(item: pytest.Item) -> tuple[object, ...]:
    found = getattr(item, "callspec", None)
    return () if found is None else tuple(found.params.values())


@pytest.fixture(autouse=True)
def _found_anew(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests about the optimizer itself are told no plan that was found before (:mod:`kept_plans`)."""
    with kept_plans.suspended() if OPTIMIZER in request.path.parents else nullcontext():
        yield


@pytest.fixture(scope="session", autouse=True)
def no_data_of_the_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests keep is kept beside their other files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIM_DATA", str(tmp_path_factory.mktemp("shared") / "data"))
        yield


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory of the planner."""
    monkeypatch.setenv("KIM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Path]:
    """Writes a scenario about the county of four municipalities (:func:`running.scenario_writer`)."""
    return running.scenario_writer(tmp_path)


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the application in the browser."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def application(tmp_path_factory: pytest.TempPathFactory, data_directory: Path) -> Iterator[str]:
    """The address of a running application."""
    from browser import started

    with started.application(tmp_path_factory.mktemp("server"), data_directory) as address:
        yield address


@pytest.fixture(scope="session")
def driver() -> Iterator[WebDriver]:
    """A browser without a way outside."""
    from browser import started

    with started.driver() as found:
        yield found


@pytest.fixture
def screen(driver: WebDriver, application: str) -> Iterator[Screen]:
    """The application in the browser; the test fails where a request failed or a script broke."""
    from browser import started

    with started.screen(driver, application) as found:
        yield found
