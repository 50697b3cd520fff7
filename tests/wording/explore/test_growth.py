"""What is told of the steps in which posts are filled: the figures of the optimizer, and why there is no path."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from counties import county_texts, write_county
from papers import scenario

from exploring.exploration import Exploration
from exploring.query import Answered, Means, Subject, subject_of
from exploring.question import Question
from exploring.questions.growth import Grown, GrowthQuery, month_of, steps_of
from reports.report.shown import charts_of
from scenarios.funding import Funding, FundingYear
from translation import translate
from wording.explore.growth import growth_told
from wording.explore.told import Told

HALF = Fraction(1, 2)
STEPS = (Fraction(0), Fraction(2), Fraction(4))


@pytest.fixture(scope="module")
def about(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    folder = tmp_path_factory.mktemp("growth")
    write_county(folder, county_texts(columns=3, rows=2))
    layer = "{posts: {total: 4}, districts: {minimum: 2}}"
    answer = scenario(folder, "probe", layer, county="county", key="key: {population: 1}")
    plan = answer.solution.plan
    assert plan is not None
    return subject_of(answer.loaded, plan, 0)


def asked(about: Subject, query: GrowthQuery, means: Means | None = None) -> Grown:
    reply = query.ask(about, means or Means())
    assert isinstance(reply, Answered)
    return reply.found


def said(told: Told, language: str = "en") -> str:
    return " ".join(translate(text, language) for text in (*told.answer, told.proof))  # type: ignore[arg-type]


def test_figures_are_those_of_the_optimizer(about: Subject) -> None:
    dates = (date(2027, 1, 1), date(2027, 7, 1), date(2028, 4, 1))
    grown = asked(about, GrowthQuery(STEPS, dates, nobody_less=True))
    found, told = grown.growth, growth_told(about, grown)
    assert found.found
    text = said(told)
    assert text.startswith("From 0.0 to 4.0 posts districts are only divided: ")
    assert "Nobody gets fewer hours on site than at the step before, as was asked for." in text
    assert "Only ways count by which nobody gets fewer hours" in text
    steps, hiring, hours, money = told.tables
    assert [translate(row.cells[1].value, "en") for row in steps.rows] == ["January 2027", "July 2027", "April 2028"]
    assert [translate(row.cells[0].value, "de") for row in steps.rows] == ["0,0", "2,0", "4,0"]
    assert len(hiring.rows) >= sum(len(step.plan.layers[0].districts) for step in found.steps[:2] if step.plan)
    last = found.steps[-1].plan
    assert last is not None
    assert [row.cells[3].value.value for row in hours.rows] == [one.hours for one in last.municipalities.values()]
    # Two posts for half of 2027, then until March, then four; and a whole year with all of them.
    months = next(row for row in money.rows if translate(row.cells[0].value, "en").startswith("post months"))
    assert [translate(cell.value, "en") for cell in months.cells[1:]] == ["12", "42", "48", "102"]
    (drawn,) = charts_of(
        Exploration(about, {Question.GROWTH: Answered(grown)}), told, lambda value: translate(value, "en")
    )
    assert len(drawn.chart.to_dict()["layer"]) == 2
    # A district is known by the same number as long as it is continued.
    for before, now in zip(found.steps[1:], found.steps[2:], strict=False):
        assert before.plan is not None
        assert now.plan is not None
        assert now.changes is not None
        known = [one.number for one in before.plan.layers[0].identities]
        for identity, at in zip(now.plan.layers[0].identities, now.changes.continued, strict=True):
            assert at is None or identity.number == known[at]


def test_without_a_path_it_is_told_why(about: Subject) -> None:
    # One half post cannot be in two districts.
    grown = asked(about, GrowthQuery((HALF, Fraction(4))))
    told = growth_told(about, grown)
    assert "with 0.5 posts the rules leave no plan at all" in said(told)
    assert translate(told.tables[0].rows[0].cells[1].value, "de") == "kein Plan"  # type: ignore[arg-type]
    found = replace(asked(about, GrowthQuery(STEPS)).growth, needed=0.034)
    assert "the smallest loss with which there is one is 3.40 points" in said(growth_told(about, Grown(found, ())))
    nothing = replace(found, steps=tuple(replace(step, plan=None) for step in found.steps))
    for needed, proven, words in (
        (0.034, False, "3.40 points. The path itself was not found in the time"),
        (None, False, "With which one there is was not found in the time"),
        (None, True, "However much the earlier steps may lose"),
    ):
        told = growth_told(about, Grown(replace(nothing, needed=needed, proven=proven), ()))
        assert words in said(told)
    late = growth_told(about, Grown(replace(found, proven=False), ()))
    assert "Not proven: the time did not suffice." in said(late)


def test_steps_come_from_the_financial_plan(about: Subject) -> None:
    assert list(steps_of(about.loaded, 0)) == [Fraction(3, 2), Fraction(5, 2), Fraction(4)]
    years = tuple(
        FundingYear(year=year, filled=filled)
        for year, filled in ((2027, {4: Fraction(1), 7: Fraction(2)}), (2028, {1: Fraction(4)}))
    )
    funding = Funding(years=years)
    loaded = replace(about.loaded, scenario=about.loaded.scenario.model_copy(update={"funding": funding}))
    expected = {Fraction(1): "2027-04", Fraction(2): "2027-07", Fraction(4): "2028-01"}
    assert steps_of(loaded, 0) == {total: month_of(text) for total, text in expected.items()}
    assert month_of("2027-13") is None
