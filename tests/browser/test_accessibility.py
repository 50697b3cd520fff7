"""Each page as axe-core sees it, against WCAG 2.1 AA, and what axe-core does not look at."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from browser.screen import PAGES, Screen

NOTTULN = "05558032"
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


def _check(screen: Screen) -> None:
    screen.still()
    screen.run(_axe())
    screen.driver.set_script_timeout(30)
    found = screen.driver.execute_async_script(RUN, TAGS)
    assert not found, json.dumps(found, indent=1)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_fault_that_axe_finds(screen: Screen, page: str, language: str) -> None:
    screen.open_whole(page, language=language)
    if page not in ("data", "method"):
        screen.until("document.querySelectorAll('.folium-map .kim-name').length >= 11")
    _check(screen)
    spoken = screen.run(SPOKEN)
    assert spoken
    assert all(label.strip() and "\\" not in label for label in spoken)
    levels = screen.run(
        "return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_explanation_has_no_fault_that_axe_finds(screen: Screen) -> None:
    screen.open_whole(municipality=NOTTULN, drives="1", services="1", colour="coverage")
    screen.says("Why is Nottuln here?")
    screen.until("document.querySelectorAll('.leaflet-marker-icon .kim-drive').length === 7")
    _check(screen)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("question", ["rank", "frontier", "prices", "posts", "robustness", "sensitivity", "why"])
def test_answer_has_no_fault_that_axe_finds(screen: Screen, question: str, language: str) -> None:
    screen.open_whole("explore", question=question, language=language, municipality=NOTTULN)
    if question not in ("rank", "sensitivity"):
        screen.until("document.querySelectorAll('.folium-map .kim-name').length >= 11")
    if question == "robustness":
        screen.act(lambda: screen.all("[data-testid=stExpander] summary")[0].click())
        screen.until("document.querySelector('[data-testid=stExpander][open], [data-testid=stExpander] details[open]')")
    _check(screen)
    spoken = screen.run(SPOKEN)
    assert all(label.strip() and "\\" not in label for label in spoken)


def test_unfolded_form_has_no_fault_that_axe_finds(screen: Screen) -> None:
    screen.open_whole("rules")
    titles = screen.run(
        "return [...document.querySelectorAll('.st-key-rules-form details summary p')].map(p => p.innerText)"
    )
    assert len(titles) >= 6
    for title in titles:
        screen.unfold(title)
    screen.until("document.querySelectorAll('.st-key-rules-form details:not([open])').length === 0")
    screen.until("document.querySelectorAll('.st-key-rules-form input').length > 20")
    _check(screen)
