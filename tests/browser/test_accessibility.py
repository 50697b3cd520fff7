"""Each page as axe-core sees it, against WCAG 2.1 AA, and what axe-core does not look at."""

from __future__ import annotations

from itertools import pairwise

import pytest

from browser import expected
from browser.axe_core import check, spoken
from browser.screen import PAGES, Screen

NOTTULN = "05558032"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_page_has_no_fault_that_axe_finds(screen: Screen, page: str, language: str) -> None:
    # The comparison with all that is folded at first.
    screen.open_whole(page, language=language, open="figures,towns,changes,about", borders="1")
    if page not in ("data", "method"):
        screen.until("document.querySelectorAll('.folium-map .kim-name').length >= 11")
    check(screen)
    spoken(screen)
    levels = screen.run(
        "return [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_statement_is_one_click_from_the_foot_of_a_page(screen: Screen) -> None:
    screen.open_whole("method")
    screen.until_it(lambda: screen.run("document.querySelector('[data-testid=stPageLink] a').click(); return true"))
    screen.says("What does not work yet")
    screen.says("www.mags.nrw/ombudsstelle-barrierefreie-informationstechnik")
    check(screen)


def test_explanation_has_no_fault_that_axe_finds(screen: Screen) -> None:
    screen.open_whole(municipality=NOTTULN, drives="1", services="1", colour="coverage")
    screen.says("Why is Nottuln here?")
    drives = len(expected.driven_to(expected.plan()))
    screen.until(f"document.querySelectorAll('.leaflet-marker-icon .kim-drive').length === {drives}")
    check(screen)


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
    check(screen)
