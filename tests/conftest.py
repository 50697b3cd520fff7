"""What many tests share: lanes, hypothesis profiles, a data directory of their own, a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import running
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from browser.screen import Screen
    from selenium.webdriver.remote.webdriver import WebDriver

    from optimizer.joint.decide import JointPlan
    from optimizer.problem import Problem
    from optimizer.solver import Deadline

HERE = Path(__file__).parent
BROWSER = HERE / "browser"
#: Rooms whose tests run whole pages, worker processes or typeset papers, and files that ask for many plans: not in the
#: fast lane.
SLOW = tuple(
    HERE / room
    for room in ("views", "serving", "reports", "maps/paper", "exploring", "command/test_explore.py", "test_docs.py",
                 "test_one_table.py", "wording/explore", "optimizer/explore")
)  # fmt: skip
#: Machines differ and tests never judge times; the same examples every time, so that a failure is not chance.
settings.register_profile(
    "usual", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=True
)
#: Other examples each time, and more of them where a test does not say how many: for hunting.
settings.register_profile("hunt", settings.get_profile("usual"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in tests/browser/ is marked so, and what takes long by its nature."""
    for item in items:
        places = {item.path, *item.path.parents}
        if BROWSER in places:
            item.add_marker(pytest.mark.browser)
        elif not places.isdisjoint(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def decided_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers of the same problem are decided together once in a process: it takes seconds, and many tests about other
    things begin with a shipped scenario. Not in those of the optimizer, nor where time is limited."""
    if HERE / "optimizer" in request.path.parents:
        return
    from optimizer import solve as solving

    decide = solving.solve_jointly

    def once(problem: Problem, start: Any, deadline: Deadline, progress: Any = None) -> JointPlan:
        if deadline.remaining is not None:
            return decide(problem, start, deadline, progress)
        key = repr((problem, start))
        if key not in _DECIDED:
            _DECIDED[key] = decide(problem, start, deadline, progress)
        return _DECIDED[key]

    monkeypatch.setattr(solving, "solve_jointly", once)


_DECIDED: dict[str, JointPlan] = {}


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
