"""What is agreed, as it is asked and told: words, tables and data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from papers import shipped

from command.explore_json import answer_data
from exploring.query import Answered, Means, Subject, subject_of
from exploring.question import Question
from exploring.questions.agreements import AgreementsQuery
from optimizer.options import Option, What
from optimizer.problem import Problem
from optimizer.way.agreements import Agreements
from translation import translate
from wording.explore.agreements import agreements_told

ROSENDAHL, SENDEN, OLFEN = "05558040", "05558044", "05558036"
ASKED = (
    Option(What.TAKES_PART, ROSENDAHL),
    Option(What.ROOM, SENDEN),
    Option(What.TAKES_PART, OLFEN, agreed=True),
)


@pytest.fixture(scope="module")
def asked() -> tuple[Subject, Agreements]:
    answer = shipped("modell-1-zentral")
    assert answer.solution.plan is not None
    about = subject_of(answer.loaded, answer.solution.plan, 0)
    reply = AgreementsQuery(ASKED).ask(about, Means())
    assert isinstance(reply, Answered)
    return about, reply.found


def test_what_is_open_and_what_holds_is_told(asked: tuple[Subject, Agreements]) -> None:
    about, found = asked
    told = agreements_told(about, found)
    said = [translate(one, "en") for one in told.answer]
    assert said[0].startswith("Who is with whom in the best plan still hangs on: ")
    assert "Rosendahl takes part (in 2 of 2 cases)" in said[0]
    assert said[-1] == "Agreed by 1 of 11 municipalities: to all that was asked of them."
    assert "4 cases" in translate(told.proof, "en")
    assert [len(table.rows) for table in told.tables] == [3, len(found.candidates), 4]
    assert all(len(line.cells) == len(table.columns) for table in told.tables for line in table.rows)
    # A no is that of the scenario: the key, existing advice and people of those who are left.
    assert found.agreed is not None
    assert found.agreed.problem.municipalities == _without(about).municipalities


def _without(about: Subject) -> Problem:
    found = about.loaded.declined(about.problem, ROSENDAHL)
    assert found is not None
    return found


def test_what_cannot_be_kept_is_told(asked: tuple[Subject, Agreements]) -> None:
    about, found = asked
    none = [replace(one, plans=(*one.plans[:-1], None)) for one in found.candidates]
    said = " ".join(translate(one, "en") for one in agreements_told(about, replace(found, candidates=none)).answer)
    assert "No districts can be kept whatever is answered; these can in 3 of 4 cases" in said
    nothing = agreements_told(about, replace(found, options=(), open=(), cases=found.cases[:1]))
    assert "Nothing is entered yet" in translate(nothing.answer[0], "en")


def test_it_is_written_as_data(asked: tuple[Subject, Agreements]) -> None:
    about, found = asked
    data = answer_data(Question.AGREEMENTS, about, Answered(found), "en")
    assert [one["agreed"] for one in data["answers"]] == [None, None, True]
    assert [one["changes"] for one in data["answers"]] == [*found.matters, None]
    assert [case["yes"] for case in data["cases"]] == [[True, True], [True, False], [False, True], [False, False]]
    assert data["candidates"][0]["worst_loss"] == found.candidates[0].worst_loss
