"""axe-core on a page: WCAG 2.1 AA, and labels that are read aloud as they stand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from browser.screen import Screen

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: { type: "tag", values: arguments[0] }, resultTypes: ["violations"] }).then(
  ({ violations }) => done(violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.html, node.target]))),
  (error) => done([["axe-core failed", String(error), ""]]),
);
"""
#: What is read aloud as it stands: no escapes, nothing empty.
SPOKEN = """
return [...document.querySelectorAll("[aria-label]")].map((element) => element.getAttribute("aria-label"));
"""


@cache
def _axe() -> str:
    return (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")


def check(screen: Screen) -> None:
    """Fails with what axe-core finds on the page as it is now."""
    screen.still()
    screen.run(_axe())
    screen.driver.set_script_timeout(30)
    found = screen.driver.execute_async_script(RUN, TAGS)
    assert not found, json.dumps(found, indent=1)


def spoken(screen: Screen) -> None:
    """Fails where a label is empty or has the escapes of Markdown."""
    labels = screen.run(SPOKEN)
    assert labels
    assert all(label.strip() and "\\" not in label for label in labels)
