"""What is told of one person's absence, on a small county where the worst case, teams of one person and all that is
sought are known, and where time or size did not suffice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from counties import county_texts, write_county
from papers import scenario

from exploring.exploration import Exploration, explore
from exploring.query import Means, subject_of
from exploring.question import Question
from exploring.questions.absence import Away, Leave
from optimizer.way.absence import Unsought
from reports.report.shown import charts_of
from translation import LANGUAGES, translate
from wording.explore.absence import absence_told, worst_absence
from wording.explore.told import Told
from wording.plan_tables import alone_text


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Exploration:
    folder = tmp_path_factory.mktemp("absence")
    write_county(folder, county_texts(columns=3, rows=2))
    layer = "{posts: {total: 4}, districts: {minimum: 3}}"
    answer = scenario(folder, "probe", layer, county="county", key="key: {population: 1}")
    plan = answer.solution.plan
    assert plan is not None
    return explore(subject_of(answer.loaded, plan, 0), Means(), questions=[Question.ABSENCE])


def said(told: Told, language: str = "en") -> str:
    assert language in LANGUAGES
    return " ".join(translate(text, language) for text in (*told.answer, told.proof))  # type: ignore[arg-type]


def test_figures_are_those_of_the_optimizer(found: Exploration) -> None:
    about, away = found.about, found.answers[Question.ABSENCE]
    own, told = away.found.own, absence_told(about, away)
    text, worst = said(told), worst_absence(own)
    assert f"from {100 * own.plan.reached:.1f}%" in text
    assert f"to {100 * own.worst:.1f}%" in text
    assert worst.lowest_of_all == own.worst
    teams, towns, year, plans = told.tables
    districts = own.plan.layers[0].districts
    assert (len(teams.rows), len(towns.rows), len(year.rows)) == (len(districts), 6, len(districts))
    assert translate(plans.rows[0].cells[1].value, "en") == f"{100 * own.worst:.1f}%"
    alone = sum(district.persons == 1 for district in districts)
    assert (f"{alone} team" in text) == (alone > 0)
    contract = sum(float(str(translate(row.cells[3].value, "en")).replace(",", "")) for row in year.rows)
    assert contract == pytest.approx(4 * 39 * 52)
    assert (alone_text(own.plan.layers[0], about.loaded.county) is None) == (alone == 0)
    (drawn,) = charts_of(found, told, lambda value: translate(value, "en"))
    assert len(drawn.chart.to_dict()["layer"]) == 3


def test_leave_is_an_assumption(found: Exploration) -> None:
    away = replace(found.answers[Question.ABSENCE], leave=Leave(4, 5))
    assert away.leave.away == 5
    assert away.leave.short(20) == 52
    assert "4 weeks of leave and 5 working days sick" in said(absence_told(found.about, away))
    assert "Of 39 h × 52 = 2,028 h of a post, 1,833 h are worked" in said(absence_told(found.about, away))
    assert Leave(52, 260).away == 52


def test_what_was_not_found_is_told(found: Exploration) -> None:
    about, away = found.about, found.answers[Question.ABSENCE]
    whole = away.found
    assert whole.within is not None

    def text(**changed: object) -> str:
        return said(absence_told(about, Away(replace(whole, **changed))))  # type: ignore[arg-type]

    assert said(absence_told(about, away)).count("Proven") == 1
    late = replace(whole.within, proven=False, bound=whole.within.worst + 0.05)
    assert "up to 5.0 percentage points better" in text(within=late)
    assert "The time did not suffice" in text(within=None, of_all=None)
    assert "too many districts" in text(best=None, within=None, of_all=None, unsought=Unsought.TOO_LARGE)
    assert "no plan to compare" in text(best=None, within=None, of_all=None, unsought=Unsought.INFEASIBLE)
    far = replace(whole.own.absences[0], stand_in=None, within_reach=False)
    assert "Nobody can stand in within" in text(own=replace(whole.own, absences=(far, *whole.own.absences[1:])))
    usual = whole.own.plan.reached
    still = tuple(replace(one, lowest_of_all=usual) for one in whole.own.absences)
    assert "whoever it is, the lowest coverage stays" in text(own=replace(whole.own, worst=usual, absences=still))
