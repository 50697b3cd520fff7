"""One asker: whatever is asked of a plan has its query, words, file, arguments and part of the page."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace

import pytest

from command.explore_json import DATA
from command.explore_options import Wanted
from command.explore_parser import ALL
from command.parser import parser
from exploring.exploration import EXACT, IN_PARTS, QUERIES
from exploring.query import Answered, Means, Query, Subject
from exploring.question import Question, Topic
from exploring.questions.robustness import DEFAULT, staff_ranges
from exploring.unanswered import FAILURES, Unanswered
from optimizer.explore.situation import Infeasible
from optimizer.explore.uncertainty import Uncertainty
from optimizer.explore.workers import Cancelled
from scenarios import SCENARIOS
from scenarios.assemble import load_problem, without_existing_services
from scenarios.existing import fewest_posts, most_posts
from translation import LANGUAGES, translate
from views import explore, way
from wording.explore.all import TOLD
from wording.explore.told import ASKED


@pytest.mark.parametrize("table", [QUERIES, ASKED, TOLD, DATA, {**explore.PARTS, **way.PARTS}])
def test_nothing_is_missing_for_any_question(table: Mapping[Question, object]) -> None:
    assert list(table) == list(Question)


@pytest.mark.parametrize("question", [*Question, ALL])
def test_every_question_has_arguments(question: str) -> None:
    more = ["Olfen"] if question == Question.WHY else []
    options = parser("en").parse_args(["explore", question, "modell-1-zentral", *more])
    assert (options.run, options.question) == ("explore", question)


@pytest.mark.parametrize("question", list(Question))
def test_a_query_is_that_of_its_question_and_can_be_sent_to_a_process(question: Question) -> None:
    for query in (QUERIES[question](), Wanted().query(question)):
        assert query.question is question
        assert pickle.loads(pickle.dumps(query)) == query
    if question.topic is Topic.PLAN:
        assert question in (IN_PARTS if QUERIES[question].in_parts else EXACT)


def test_every_reason_has_words_and_every_failure_a_reason() -> None:
    # The solver itself fails by another error, and memory ends a process.
    others = (Unanswered.FAILED, Unanswered.NO_MEMORY)
    assert [Unanswered.of(kind()) for kind in FAILURES] == [one for one in Unanswered if one not in others]
    for language in LANGUAGES:
        assert len({translate(reason.text, language) for reason in Unanswered}) == len(Unanswered)


class _Ends(Query[int]):
    question = Question.WHY

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure

    def find(self, about: Subject, means: Means) -> int:  # noqa: ARG002 - as every query
        if self.failure is not None:
            raise self.failure
        return 7


def test_a_reply_is_an_answer_or_a_reason(about: Subject) -> None:
    assert _Ends().ask(about, Means()) == Answered(7)
    assert _Ends().ask(about, Means(cancel=lambda: True)) == Answered(7, whole=False)
    assert _Ends(Cancelled()).ask(about, Means()) is Unanswered.STOPPED
    assert _Ends(Infeasible()).ask(about, Means()) is Unanswered.INFEASIBLE
    with pytest.raises(RuntimeError):
        _Ends(RuntimeError()).ask(about, Means())


def test_staff_known_as_a_range_is_drawn_within_it() -> None:
    loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml")
    ranged = [service for service in loaded.county.services if service.fte_range is not None]
    uncertainty = Uncertainty(services=staff_ranges(loaded))
    assert len(uncertainty.services) == len(ranged) == 1
    (service,), (staff,) = ranged, uncertainty.services
    least, most = service.fte_range or (0.0, 0.0)
    for share in (0.0, 0.2, 0.5, 0.9, 1.0):
        posts = least + share * (most - least)
        counted = loaded.existing_with(lambda other: posts if other is service else other.fte)  # noqa: B023
        for ags, advice in loaded.existing.items():
            assert advice.counted + staff.at(share, ags) == pytest.approx(counted[ags].counted)
    fewest, highest = loaded.existing_with(fewest_posts), loaded.existing_with(most_posts)
    drawn = set()
    for number in range(40):
        figures = uncertainty.draw(loaded.problem, 1, number)
        for town in figures.applied(loaded.problem, 0).municipalities:
            assert fewest[town.ags].counted - 1e-9 <= town.existing_hours <= highest[town.ags].counted + 1e-9
        drawn.add(town.existing_hours)
    assert len(drawn) == 40
    # Whatever else is drawn stays as it was.
    bare = replace(DEFAULT, services=()).draw(loaded.problem, 1, 3)
    assert replace(DEFAULT, services=(staff,)).draw(loaded.problem, 1, 3) == replace(
        bare, added_existing=replace(DEFAULT, services=(staff,)).draw(loaded.problem, 1, 3).added_existing
    )
    assert not staff_ranges(without_existing_services(loaded, "ohne"))


@pytest.fixture(scope="module")
def about() -> Subject:
    from explored_answers import answers

    return answers()[1].about
