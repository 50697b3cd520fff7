"""What it means for each municipality, as it is asked and told: scenario, words, tables and data."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from papers import shipped

from command.explore_json import answer_data
from exploring.exploration import Exploration
from exploring.query import Answered, Means, Subject, subject_of
from exploring.question import Question
from exploring.questions.municipality import MunicipalityQuery
from optimizer.way.consequences import Consequence, Course, shares
from optimizer.way.municipality import Municipalities
from reports.report.shown import charts_of
from scenarios.assemble import problem_of
from translation import translate
from wording.explore.municipality import municipality_told, range_sentence, town_told
from wording.municipality_page import municipality_pages

OLFEN = "05558036"


@pytest.fixture(scope="module")
def everybody() -> tuple[Subject, Municipalities]:
    """The answer for the shipped county."""
    answer = shipped("modell-1-zentral")
    assert answer.solution.plan is not None
    about = subject_of(answer.loaded, answer.solution.plan, 0)
    reply = MunicipalityQuery().ask(about, Means())
    assert isinstance(reply, Answered)
    return about, reply.found


@pytest.fixture
def asked(everybody: tuple[Subject, Municipalities]) -> tuple[Subject, Municipalities]:
    """The same where the courses of one municipality alone are asked about."""
    about, found = everybody
    return about, replace(found, consequences={OLFEN: found.consequences[OLFEN]})


def test_a_no_is_that_of_the_scenario(asked: tuple[Subject, Municipalities]) -> None:
    about, found = asked
    declined = about.loaded.declined(about.problem, OLFEN)
    changed = about.loaded.scenario.model_copy(update={"not_taking_part": (OLFEN,)})
    assert declined == problem_of(changed, about.loaded.county)
    assert list(found.consequences) == [OLFEN]
    (no, _, _) = found.consequences[OLFEN]
    assert no.plan is not None
    assert no.plan.problem == declined


def test_one_municipality_is_told(asked: tuple[Subject, Municipalities]) -> None:
    about, found = asked
    told = municipality_told(about, found)
    assert told == town_told(about, found, OLFEN)
    least, most = found.items[OLFEN].hours
    said = translate(told.answer[0], "en")
    assert said == translate(range_sentence(about, found, OLFEN), "en")
    assert f"Olfen gets {least:.1f} h to {most:.1f} h (9.1 h to 9.7 h per 1,000 people) per week" in said
    told_all = " ".join(translate(one, "en") for one in told.answer)
    assert "It is with Lüdinghausen in all of them." in told_all
    assert "If Olfen employed 0.5 of the posts (FTE) for itself, it would get 17.5 h per week" in told_all
    (table,) = told.tables
    assert [len(line.cells) for line in table.rows] == [len(table.columns)] * 4
    # Who declines is in no coverage: only hours compare.
    assert [translate(cell.value, "en") for cell in table.rows[1].cells[-2:]] == ["–", "–"]
    assert all(len(translate(line.cells[0].value, "de")) > 0 for line in table.rows)


def test_what_could_not_be_found_is_told(asked: tuple[Subject, Municipalities]) -> None:
    about, found = asked
    courses = (
        Consequence(Course.DECLINES, None, proven=True),
        Consequence(Course.OWN_STAFF, None, proven=False, fte=Fraction(1, 2)),
        found.consequences[OLFEN][2],
    )
    told = town_told(about, replace(found, consequences={OLFEN: courses}), OLFEN)
    said = " ".join(translate(one, "en") for one in told.answer)
    assert "It takes no part: the rules leave no such plan." in said
    assert "It employs its own staff: the time allowed did not suffice." in said
    assert "1 of 3 are not proven" in translate(told.proof, "en")


def test_all_municipalities_are_told_and_written(everybody: tuple[Subject, Municipalities]) -> None:
    about, found = everybody
    exploration = Exploration(about, {Question.MUNICIPALITY: Answered(found)})
    told = municipality_told(about, found)
    ranges, company, courses = told.tables
    told_on_page = [page.effects[-1] for page in municipality_pages(about.loaded, about.plan, [exploration])]
    assert [section.texts for section in told_on_page] == [(range_sentence(about, found, ags),) for ags in found.items]
    assert len(ranges.rows) == len(company.rows) == len(found.items) == 11
    assert len(courses.rows) == 4 * 11
    assert len(charts_of(exploration, told, lambda value: translate(value, "en"))) == 1
    data = answer_data(Question.MUNICIPALITY, about, Answered(found), "en")
    assert data["status"] == "proven"
    for one, (ags, possible) in zip(data["municipalities"], found.items.items(), strict=True):
        assert one["ags"] == ags
        assert one["hours"] == list(possible.hours)
        assert one["before"]["own_hours"] == shares(found.plan, ags).own_hours
        assert [course["course"] for course in one["courses"]] == [course.value for course in Course]
