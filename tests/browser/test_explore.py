"""The page “Why this plan?” in a real browser: its charts and maps are drawn, and what is chosen is seen on them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from browser import expected
from browser.axe_core import check, spoken
from browser.screen import Screen
from exploring.question import Question, Topic, questions
from optimizer.explore.alternatives import alternatives
from optimizer.explore.posts import posts_value
from translation import percent, translate
from wording.differences import moved
from wording.yardstick import beside

NOTTULN = "05558032"
CHARTS = "document.querySelectorAll('[data-testid=stVegaLiteChart] :is(canvas, svg)').length"
WITHOUT_CHART = (Question.PRICES, Question.WHY, Question.SERVICES)
WITHOUT_MAP = (Question.RANK, Question.SENSITIVITY, Question.MUNICIPALITY, Question.SCHEDULE, Question.SERVICES)
#: With few posts the questions on the way there are answered soon.
WAY = ("way", {"scenario": "abruf-4", "language": "de"})
#: Words that are wider than their cell, or lie over the cell beside it.
TOO_WIDE = """
return [...document.querySelectorAll("[data-testid=stTable] :is(th, td)")].filter((cell) => {
  const text = cell.querySelector("div");
  if (text === null) return false;
  const beyond = text.getBoundingClientRect().right - cell.getBoundingClientRect().right;
  return text.scrollWidth > text.clientWidth + 1 || beyond > 1;
}).map((cell) => cell.innerText);
"""
#: How far the page reaches beyond the window.
BEYOND = """
const main = document.querySelector("[data-testid=stMain]");
return [document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth];
"""


def _open(screen: Screen, question: Question, **parameters: str) -> None:
    page, more = ("explore", {}) if question.topic is Topic.PLAN else WAY
    screen.open_whole(page, question=question, **{**parameters, **more})
    if question not in WITHOUT_CHART:
        screen.until(f"{CHARTS} >= 1")
    if question not in WITHOUT_MAP:
        screen.map()
    screen.still()


def _in_order(screen: Screen) -> None:
    """Nothing is broken, cut off or too wide."""
    text = screen.text()
    for broken in ("TypeError", "Error:", "undefined", "NaN", "Traceback", "Expression"):
        assert broken not in text
    assert not screen.all("[data-testid=stException], [data-testid=stAlertContentError]")
    assert screen.run(BEYOND) == [0, 0]
    assert not screen.run(TOO_WIDE)
    cut = (
        "return [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(e => e.scrollWidth - e.clientWidth)"
    )
    # A chart follows its place a moment later.
    screen.until_it(lambda: not any(screen.run(cut)), "no chart wider than its place")


@pytest.mark.parametrize(
    ("question", "language"),
    [(question, language) for question in questions(Topic.PLAN) for language in ("en", "de")]
    + [(question, "de") for question in questions(Topic.WAY) if question is not Question.AGREEMENTS],
)
def test_every_question_is_drawn(screen: Screen, question: Question, language: str) -> None:
    town = {"municipality": NOTTULN} if question.topic is Topic.PLAN else {}
    _open(screen, question, language=language, **town)
    _in_order(screen)
    drawn = screen.run(f"return {CHARTS}")
    assert (drawn > 0) == (question not in WITHOUT_CHART)
    assert len(screen.all("[data-testid=stTable] table")) >= 1
    if question is Question.ROBUSTNESS:
        screen.act(lambda: screen.all("[data-testid=stExpander] summary")[0].click())
        screen.until("document.querySelector('[data-testid=stExpander][open], [data-testid=stExpander] details[open]')")
    check(screen)
    spoken(screen)
    # Nothing moves sideways in a narrow window either.
    screen.driver.set_window_size(500, 1500)
    screen.until_it(lambda: screen.run(BEYOND) == [0, 0])
    screen.still()
    _in_order(screen)


def test_the_table_of_what_is_agreed_waits_for_answers(screen: Screen) -> None:
    page, more = WAY
    screen.open(page, question=Question.AGREEMENTS, **more)
    screen.until("document.querySelector('[data-testid=stDataFrame]') !== null")
    screen.says("Keine Namen von Personen")
    screen.still()
    assert screen.run(BEYOND) == [0, 0]
    check(screen)


def test_other_plan_is_drawn_when_it_is_chosen(screen: Screen) -> None:
    _open(screen, Question.ALTERNATIVES, shown="1")
    before = screen.fills()
    marks = "document.querySelectorAll('.leaflet-marker-icon .kim-mark').length"
    assert screen.run(f"return {marks}") == 0
    options = _options(screen, "On the map")
    screen.choose("On the map", options[2])
    screen.address("shown=2")
    screen.until_it(lambda: screen.fills() not in ([], before))
    best = expected.plan()
    second = alternatives(best.problem).items[1].plan
    moves = [move.ags for move in moved(best, second, 0)]
    screen.says(f"In another district: {expected.names(moves)}.")
    screen.until(f"{marks} === {len(moves)}")
    assert screen.districts() == expected.districts(second)


def test_plan_of_other_posts_is_measured_as_it_is_told(screen: Screen) -> None:
    _open(screen, Question.POSTS)
    problem = expected.plan().problem
    (half,) = (one for one in posts_value(problem, [Fraction(13, 2)]))
    told = translate(percent(half.lowest_coverage_as_planned), "en")
    screen.says(f"to {translate(beside(problem, half.lowest_coverage_as_planned), 'en')}; most of it goes to")
    shares = "return [...document.querySelectorAll('.kim-town small')].map(e => e.textContent)"
    lowest = screen.until_it(lambda: min(screen.run(shares), key=lambda share: float(share.rstrip("%"))))
    assert lowest == told


def _options(screen: Screen, label: str) -> list[str]:
    """What a list offers."""

    def opened() -> list[str]:
        field = screen.field(label)
        if field.get_attribute("aria-expanded") != "true":
            field.click()
        return [option.text for option in screen.all("[role=option]")]

    return list(screen.until_it(lambda: [text for text in opened() if text], label))


def test_click_on_a_municipality_shows_with_whom_it_is_together(screen: Screen) -> None:
    _open(screen, Question.ALTERNATIVES)
    screen.says("In the same district as in the best plan, share of the plans")
    before = screen.fills()
    screen.click_on(NOTTULN)
    screen.address(f"municipality={NOTTULN}")
    screen.says("In one district with Nottuln, share of the plans")
    screen.says("the municipality itself")
    screen.until_it(lambda: screen.fills() not in ([], before))
    screen.point_at("05558020")
    screen.until("document.querySelector('.leaflet-tooltip')?.innerText.includes('In one district with Nottuln')")
    screen.click_on(NOTTULN)
    screen.says("In the same district as in the best plan, share of the plans")


def test_question_is_changed_and_the_chart_with_it(screen: Screen) -> None:
    _open(screen, Question.ALTERNATIVES)
    screen.click("Rank")
    screen.address("question=rank")
    screen.says("Where does it stand among all plans?")
    screen.whole("explore")
    screen.until(f"{CHARTS} === 1")
    screen.until("document.querySelectorAll('.folium-map').length === 0")
    screen.click("Trade-off")
    screen.says("What does evenness cost?")
    screen.map()
    screen.click("hours on the road")
    screen.says("Lowest coverage against hours on the road")
    screen.until(f"{CHARTS} === 1")
    _in_order(screen)


def test_draws_show_how_far_they_are_and_are_stopped(screen: Screen) -> None:
    _open(screen, Question.ROBUSTNESS)
    screen.choose("Draws", "5,000")
    # Before the first parts are done there is nothing to be shown.
    screen.until("/[1-9]\\d*% done, for \\d+ s/.test(document.body.innerText)")
    screen.click("Stop")
    screen.says("Stopped early: shown is what was done until then.")
    screen.whole("explore")
    screen.until(f"{CHARTS} === 1")
    _in_order(screen)
    assert re.search(r"Stopped early: [\d,]+ of 5,000 draws were done\.", screen.text())
    # Few draws need not be waited for long, and are all made.
    screen.choose("Draws", "200")
    screen.until_it(lambda: "Stopped early" not in screen.text())
    screen.says("All 200 draws were done.")


def test_wrong_range_is_named_and_kept(screen: Screen) -> None:
    _open(screen, Question.ROBUSTNESS)
    screen.unfold("How far figures may be off (set, no statistics)")
    label = "coordination per person and week, in hours: to"
    screen.type(label, "1.234")
    screen.says("“1.234” can be read in two ways")
    screen.until(f"{CHARTS} === 0")
    assert screen.field(label).get_attribute("value") == "1.234"
    screen.type(label, "2.5")
    screen.until(f"{CHARTS} === 1")
    screen.until_it(lambda: "can be read in two ways" not in screen.text())


def test_alternative_is_worked_on(screen: Screen) -> None:
    _open(screen, Question.ALTERNATIVES, shown="2", scenario="modell-2-wohlfahrt")
    plan = screen.districts()
    screen.click("Open in “What if”")
    screen.until("document.querySelector('h1').textContent.startsWith('What if')")
    screen.address("plan=")
    screen.whole("whatif")
    screen.map()
    # The districts are the same; their colours may be others.
    assert screen.districts() == plan
