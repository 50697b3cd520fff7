"""A small county's plan with all answers of ``optimizer.explore`` about it, for tests of charts and papers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from counties import NAMES, county_texts, write_county
from papers import Answer, scenario

from exploring.exploration import Exploration, explore
from exploring.query import Means, subject_of
from exploring.question import Question
from exploring.questions.change import ChangeQuery, reference_of
from exploring.questions.rank import RankQuery
from exploring.questions.robustness import RobustnessQuery
from exploring.questions.services import ServicesQuery
from exploring.unanswered import Unanswered

LONG = "Sankt Maria-Magdalena-Neukirchen im Oberen Tecklenburger Land"
HOSTILE = '=1+1 #strong[x] *y* $z$ `w` <b> ${alert(1)} "q" \\ @ref & 🚀'
_LAYER = "{posts: {total: 4}, districts: {minimum: 2}}"


@cache
def answers(name: str = NAMES[0], draws: int = 20) -> tuple[Answer, Exploration]:
    """A scenario called ``name`` like the first municipality, and the answers about its plan.

    There are nine municipalities where they have their usual names, else six, to be quick.
    Another plan is marked among all: that with most districts, called ``name`` too.
    """
    texts = county_texts(columns=3, rows=3 if name == NAMES[0] else 2)
    quoted = '"' + name.replace('"', '""') + '"'
    texts["municipalities.csv"] = texts["municipalities.csv"].replace(NAMES[0], quoted)
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as executor:
        write_county(Path(folder), texts)
        called = "'" + name.replace("'", "''") + "'"
        answer, other = (
            scenario(Path(folder), called, layer, county="county", key="key: {population: 1}")
            for layer in (_LAYER, _LAYER.replace("2}", "4}"))
        )
        plan, rival = answer.solution.plan, other.solution.plan
        assert plan is not None
        assert rival is not None
        queries = [
            RankQuery(((name, rival),)),
            RobustnessQuery(draws=draws),
            ChangeQuery(reference_of(name, rival, 0)),
            ServicesQuery(draws=3),
        ]
        return answer, explore(subject_of(answer.loaded, plan, 0), Means(executor=executor), queries=queries)


def without(exploration: Exploration, question: Question) -> Exploration:
    """The same where the county is too large for a question."""
    return replace(exploration, replies={**exploration.replies, question: Unanswered.TOO_LARGE})
