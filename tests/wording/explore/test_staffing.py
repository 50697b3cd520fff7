"""What is told of the posts that a standard takes, where there is a plan and where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from counties import county_texts, write_county
from papers import scenario

from exploring.exploration import Exploration, explore
from exploring.query import Answered, Means, Subject, subject_of
from exploring.question import Question
from exploring.questions.staffing import Cases, Need, StaffingQuery
from exploring.unanswered import Unanswered
from optimizer.way.staffing import Part
from reports.report.shown import charts_of
from translation import LANGUAGES, translate
from wording.explore.staffing import staffing_told
from wording.explore.staffing_charts import standard_chart
from wording.explore.told import Told


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    folder = tmp_path_factory.mktemp("staffing")
    write_county(folder, county_texts(columns=3, rows=2))
    layer = "{posts: {total: 4}, districts: {minimum: 2}}"
    answer = scenario(folder, "probe", layer, county="county", key="key: {population: 1}")
    plan = answer.solution.plan
    assert plan is not None
    return explore(subject_of(answer.loaded, plan, 0), Means(), questions=[Question.STAFFING])


def asked(about: Subject, query: StaffingQuery, means: Means | None = None) -> Need:
    reply = query.ask(about, means or Means())
    assert isinstance(reply, Answered)
    need: Need = reply.found
    return need


def said(told: Told, language: str = "en") -> str:
    assert language in LANGUAGES
    return " ".join(translate(text, language) for text in (*told.answer, told.proof))  # type: ignore[arg-type]


def test_figures_are_those_of_the_optimizer(found: Exploration) -> None:
    about, need = found.about, found.answers[Question.STAFFING]
    told, staffing = staffing_told(about, need), need.found
    assert staffing.fewest.posts is not None
    assert f"take {float(staffing.fewest.posts):.1f} posts (FTE)" in said(told)
    costs, work, teams = told.tables
    assert len(costs.rows) == 1 + len(staffing.costs)
    cells = [translate(row.cells[1].value, "en") for row in work.rows]
    assert sum(map(float, cells[:-1])) == pytest.approx(float(cells[-1]), abs=0.3)
    assert float(cells[-1]) == pytest.approx(float(staffing.fewest.posts) * 39, abs=0.05)
    assert len(teams.rows) == len(staffing.plan.layers[0].districts)
    (drawn,) = charts_of(found, told, lambda value: translate(value, "en"))
    assert len(drawn.chart.to_dict()["layer"]) == 2


def test_cases_become_hours(found: Exploration) -> None:
    about = found.about
    layer = about.problem.layers[0]
    assert Cases(20, hours=11).hours_per_1000(layer, 44) == pytest.approx(5)
    assert Cases(20, per_post=100).hours_per_1000(layer, 44) == pytest.approx(0.2 * 37)
    need = asked(about, StaffingQuery(cases=Cases(20, hours=11), stand_in_minutes=None))
    assert need.cases == Cases(20, hours=11, weeks=44)
    assert need.found.standard.hours_per_1000 == pytest.approx(5)
    assert Part.TWO_PERSONS not in {part for cost in need.found.costs for part in cost.parts}
    text = said(staffing_told(about, need))
    assert "20 cases per 1,000 people and year with 11 hours each, and 44 weeks" in text
    people, posts = about.problem.people, need.found.fewest.posts
    assert people is not None
    assert posts is not None
    assert need.found.workload is not None
    # Existing advice does a part of them.
    left = 20 * people / 1000 * need.found.workload.advice / (5 * people / 1000)
    assert f"{20 * people / 1000:,.0f} cases a year. By the hours {left:,.0f} of them are left" in text
    assert f"{left / float(posts):,.0f} for each" in text


def test_no_plan_no_time_and_no_people_are_told(found: Exploration) -> None:
    about = found.about
    late = asked(about, StaffingQuery(), Means(time_limit=0.0))
    told = staffing_told(about, late)
    assert "take at least" in said(told)
    assert said(told).endswith("Proven is that fewer posts than these do not suffice.")
    # All apart from each other, in too few districts.
    layer = about.problem.layers[0]
    pairs = tuple((one.ags, two.ags) for one in about.problem.municipalities for two in about.problem.municipalities)
    apart = replace(layer, apart=tuple(pair for pair in pairs if pair[0] < pair[1]), districts_maximum=3)
    few = replace(about, loaded=replace(about.loaded, problem=replace(about.problem, layers=(apart,))))
    none = asked(few, StaffingQuery(hours_per_1000=0.5))
    told = staffing_told(few, none)
    assert "no plan with up to" in said(told)
    assert "Without “2 to 3 districts” it takes" in said(told)
    assert standard_chart(few, none.found, lambda value: translate(value, "de")).to_dict()
    nobody = replace(about, loaded=replace(about.loaded, problem=replace(about.problem, people=None)))
    assert StaffingQuery().ask(nobody, Means()) is Unanswered.NO_PEOPLE
