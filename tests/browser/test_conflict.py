"""Two people change the same saved scenario: whoever saves later sees both changes, and none is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser.screen import Screen
from scenarios import SCENARIOS
from scenarios.scenario import load_scenario

ID = "saved/geteilt"
POSTS = "Posts (FTE)"
DIALOGUE = "document.querySelector('[data-testid=stDialog]')"

UNCOVERED = """
const button = [...document.querySelectorAll("button")].find((button) => button.textContent === arguments[0]);
const { left, top, width, height } = button.getBoundingClientRect();
return [0.1, 0.9].every((x) => button.contains(document.elementFromPoint(left + width * x, top + height / 2)));
"""


@pytest.fixture
def shared(data_directory: Path) -> Iterator[Path]:
    """A saved scenario with six posts."""
    folder = data_directory / "scenarios"
    folder.mkdir(exist_ok=True)
    path = folder / "geteilt.yaml"
    text = (SCENARIOS / "modell-1-zentral.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("name: Modell 1 – zentral am KI, dezentral im Einsatz", "name: Geteilt"), "utf-8")
    yield path
    for saved in folder.glob("geteilt*.yaml"):
        saved.unlink()


@pytest.fixture
def windows(screen: Screen) -> Iterator[tuple[str, str]]:
    """Two windows, each a session of its own."""
    first = screen.driver.current_window_handle
    screen.driver.switch_to.new_window("tab")
    second = screen.driver.current_window_handle
    yield first, second
    screen.driver.switch_to.window(second)
    screen.driver.close()
    screen.driver.switch_to.window(first)


def _edit(screen: Screen, window: str, posts: str) -> None:
    screen.driver.switch_to.window(window)
    screen.open_whole("rules", scenario=ID)
    screen.type(POSTS, posts)
    screen.until(f"/{posts}\\.0/.test(document.querySelector('.st-key-rules-plan').innerText)")


def _save(screen: Screen, window: str) -> None:
    screen.driver.switch_to.window(window)
    screen.click("Save")
    screen.act(lambda: screen.all(".st-key-rules-save-save button")[0].click(), "Save")


def _total(path: Path) -> int:
    return int(load_scenario(path).layers[0].posts.total)


def _clash(screen: Screen, windows: tuple[str, str], shared: Path) -> None:
    """The second window saves eight posts, then the first seven."""
    mine, theirs = windows
    _edit(screen, mine, "7")
    _edit(screen, theirs, "8")
    _save(screen, theirs)
    screen.says("Saved as “Geteilt”.")
    assert _total(shared) == 8
    _save(screen, mine)
    screen.until(f"{DIALOGUE} !== null")
    screen.says("was saved by somebody else since you began. Nothing of yours is lost.")
    # What it was, what they made of it, what I did.
    told = screen.until_it(lambda: screen.run(f"return {DIALOGUE}.querySelector('[data-testid=stTable]').innerText"))
    assert told.split()[-6:] == ["6", "FTE", "8", "FTE", "7", "FTE"]
    assert _total(shared) == 8
    # Nothing covers the answers.
    for text in ("Save mine as a copy", "Replace theirs by mine", "Take theirs over"):
        assert screen.run(UNCOVERED, text)


def test_both_versions_are_kept(screen: Screen, windows: tuple[str, str], shared: Path) -> None:
    _clash(screen, windows, shared)
    screen.click("Save mine as a copy")
    screen.until(f"{DIALOGUE} === null")
    copies = screen.until_it(lambda: list(shared.parent.glob("geteilt?*.yaml")))
    assert [_total(path) for path in copies] == [7]
    assert _total(shared) == 8
    screen.address(f"scenario=saved%2F{copies[0].stem}")
    assert screen.field(POSTS).get_attribute("value") == "7"


def test_theirs_is_taken_over(screen: Screen, windows: tuple[str, str], shared: Path) -> None:
    _clash(screen, windows, shared)
    screen.click("Take theirs over")
    screen.until(f"{DIALOGUE} === null")
    screen.until_it(lambda: screen.field(POSTS).get_attribute("value") == "8")
    assert _total(shared) == 8


def test_dialogue_that_is_closed_loses_nothing(screen: Screen, windows: tuple[str, str], shared: Path) -> None:
    _clash(screen, windows, shared)
    screen.act(lambda: screen.all("[data-testid=stDialog] button[aria-label=Close]")[0].click())
    screen.until(f"{DIALOGUE} === null")
    assert screen.field(POSTS).get_attribute("value") == "7"
    assert _total(shared) == 8
