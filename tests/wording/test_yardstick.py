"""One yardstick for several plans, and hours per 1,000 people beside every coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from papers import MODELS, Answer, shipped

from optimizer.plan import Plan
from optimizer.solve import solve
from scenarios.schema import Yardstick
from translation import Message, Number, Percent, translate
from wording.compared_tables import (
    ComparedPlan,
    compared,
    comparison_remarks,
    coverage_table,
    figures_table,
    with_plan,
)
from wording.for_and_against import arguments
from wording.grid import NOTHING, GridCell, GridTable
from wording.key_figures import key_figures
from wording.plan_tables import municipalities_table
from wording.yardstick import measured_by, per_1000, per_1000_heading, same_need, yardstick_meaning

POSTS = ("abruf-4-stellen", "modell-1-zentral", "ausbau-12-stellen")


def plan_of(stem: str) -> Plan:
    found = shipped(stem).solution.plan
    assert found is not None
    return found


def line(table: GridTable, name: str) -> Sequence[GridCell]:
    return next(row.cells[1:] for row in table.rows if str(row.cells[0].value) == name)


def values(table: GridTable, name: str) -> list[float]:
    cells = [cell.value for cell in line(table, name)]
    return [round(value.value, 4) for value in cells if isinstance(value, Number | Percent)]


@pytest.fixture(scope="module")
def posts() -> list[ComparedPlan]:
    return with_plan(compared([shipped(stem) for stem in POSTS]))


@pytest.fixture(scope="module")
def other_key() -> Answer:
    """Model 1 with the same part of the key for each municipality."""
    answer = shipped(MODELS[0])
    towns = answer.loaded.problem.municipalities
    even = replace(answer.loaded.problem, municipalities=tuple(replace(town, weight=1 / len(towns)) for town in towns))
    return Answer(replace(answer.loaded, problem=even), solve(even))


def test_posts_that_are_given_back_are_seen_in_every_figure(posts: list[ComparedPlan]) -> None:
    table = figures_table(posts, posts[0])
    hours, shares = values(table, "lowest hours per 1,000 people"), values(table, "lowest coverage")
    missing = values(table, "shortfall h per week")
    assert hours == sorted(hours) == [pytest.approx(share * hours[0] / shares[0], rel=1e-3) for share in shares]
    assert shares == sorted(shares)
    assert shares[0] < 1 < shares[1]
    assert missing == sorted(missing, reverse=True)
    words = [cell.difference.word for cell in line(table, "lowest coverage") if cell.difference is not None]
    assert list(map(str, words)) == ["▲ better", "▲ better"]


def test_the_yardstick_is_that_of_the_first_and_is_named(posts: list[ComparedPlan]) -> None:
    assert len({round(one.plan.fair_level, 9) for one in posts}) == 1
    assert posts[0].plan.fair_level == pytest.approx(plan_of(POSTS[0]).fair_level, rel=1e-12)
    told = " ".join(translate(remark, "de") for remark in comparison_remarks(posts, posts[0]))
    assert "Maßstab ist der von (1). Gemessen an 4,0 Stellen" in told
    assert "Alle sind daran gemessen" in told


def test_hours_lost_count_as_better_only_with_as_many_posts(posts: list[ComparedPlan]) -> None:
    table = figures_table(posts, posts[0])
    for name in ("lost on the road h per week", "lost to coordination h per week"):
        assert all(one.difference is None or one.difference.word is None for one in line(table, name))
    assert [one.value for one in line(table, "lost through unevenness h per week")][1:] == [NOTHING, NOTHING]


def test_another_yardstick_changes_no_hours() -> None:
    first, other = plan_of(POSTS[0]), plan_of(POSTS[1])
    found = measured_by(first, other)
    assert found.fair_level == first.fair_level
    assert found.layers == other.layers
    assert [town.hours for town in found.municipalities.values()] == [
        town.hours for town in other.municipalities.values()
    ]
    assert measured_by(found, first) is first


def test_with_another_key_there_are_hours_only(other_key: Answer) -> None:
    scenarios = compared([shipped(MODELS[0]), other_key])
    plans = with_plan(scenarios)
    assert not same_need(plans[0].plan, plans[1].plan)
    figures = figures_table(scenarios, scenarios[0])
    for row in figures.rows:
        assert row.cells[2].difference is None
    for name in ("lowest coverage", "shortfall h per week", "lost through unevenness h per week"):
        assert line(figures, name)[1].value == NOTHING
    assert isinstance(line(figures, "on site h per week")[1].value, Number)
    table = coverage_table(plans, plans[0])
    assert {row.cells[2].value for row in table.rows} == {NOTHING}
    assert all(isinstance(row.cells[4].value, Number) for row in table.rows)
    told = " ".join(map(str, comparison_remarks(scenarios, scenarios[0])))
    assert "nothing is called better" in told
    assert "All are measured by it" not in told


def test_where_existing_advice_counts_otherwise_coverage_is_not_judged() -> None:
    answer = shipped(MODELS[0])
    towns = answer.loaded.problem.municipalities
    problem = replace(answer.loaded.problem, municipalities=tuple(replace(town, existing_hours=0.0) for town in towns))
    scenarios = compared([answer, Answer(replace(answer.loaded, problem=problem), solve(problem))])
    figures = figures_table(scenarios, scenarios[0])
    for name in ("lowest coverage", "shortfall h per week", "lowest hours per 1,000 people"):
        change = line(figures, name)[1].difference
        assert change is not None
        assert change.word is None
    assert "existing advice counts otherwise" in " ".join(map(str, comparison_remarks(scenarios, scenarios[0])))


def test_arguments_are_measured_with_the_yardstick_of_the_proposal() -> None:
    six, four = shipped(POSTS[1]), shipped(POSTS[0])
    found = arguments(four.loaded, plan_of(POSTS[0]), plan_of(POSTS[1]), six.loaded)
    worse = " ".join(translate(text, "de") for text in found.worse)
    now, then = (translate(per_1000(plan, plan.least_covered.ags), "de") for plan in map(plan_of, (POSTS[0], POSTS[1])))
    assert f"bekommt nur {now} je 1.000 Menschen, im Vorschlag {then}" in worse
    assert "Kommunen sind schlechter versorgt" in worse
    assert not any("fehlen" in translate(text, "de") for text in found.better)


def test_hours_per_1000_stand_beside_coverage() -> None:
    answer, plan = shipped(MODELS[0]), plan_of(MODELS[0])
    table = municipalities_table(answer.loaded, plan)
    headings = [str(column.heading) for column in table.columns]
    at = headings.index("h per 1,000")
    assert headings[at - 1] == "Coverage"
    for supply, row in zip(plan.municipalities.values(), table.rows, strict=False):
        people = answer.loaded.county.municipality(supply.ags).indicators["migration_history"]
        assert people is not None
        shown = row.cells[at].value
        assert isinstance(shown, Number)
        assert shown.value == pytest.approx(1000 * (supply.existing_hours + supply.hours) / people)
    figures = {str(figure.label): figure for figure in key_figures(answer.loaded, plan)}
    assert figures["Lowest hours per 1,000 people"].where == figures["Lowest coverage"].where


def test_a_key_that_is_not_people_alone_is_called_weighted() -> None:
    loaded = shipped(MODELS[0]).loaded
    mixed = loaded.scenario.model_copy(update={"key": {"migration_history": 1.0, "area_km2": 1.0}})
    assert str(per_1000_heading(loaded)) == "h per 1,000"
    assert str(per_1000_heading(replace(loaded, scenario=mixed))) == "h per 1,000 (weighted)"


@pytest.mark.parametrize("people", [None, 1000.0])
def test_what_100_percent_is(people: float | None) -> None:
    loaded, plan = shipped(MODELS[0]).loaded, plan_of(MODELS[0])
    own = replace(plan, problem=replace(plan.problem, people=people))
    stated = replace(plan, problem=replace(plan.problem, people=people, stated_level=7.0))
    texts: list[Message] = [yardstick_meaning(loaded, own), yardstick_meaning(loaded, stated)]
    german = [translate(text, "de") for text in texts]
    assert "Gemessen an 6,0 Stellen" in german[0]
    assert "vorgegebenen Maßstab" in german[1]
    assert all(("je 1.000 Menschen" in text) is (people is not None) for text in german)
    assert people is None or "7,0 Stunden" in german[1]
    twelve = loaded.scenario.model_copy(update={"yardstick": Yardstick(posts=Fraction(12))})
    assert "Gemessen an 12,0 Stellen" in translate(yardstick_meaning(replace(loaded, scenario=twelve), stated), "de")
