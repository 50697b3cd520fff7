"""The plan of a scenario for a page: while it is computed, the page says so."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from optimizer.conflicts import Conflict, explain
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solve import NoPlanInTime, Solution, first_plan
from optimizer.solver import SolverError, SolverHung
from scenarios.assemble import LoadedScenario, problem_from, without_existing_services
from scenarios.identity import identified_by
from scenarios.schema import Scenario
from serving.answers import PLAN_ENDED, PLANS, TIME_LIMIT, Answer, county, digest_of, plan_of, question_of
from serving.kept import Kept
from serving.processes import CancelledError, ProcessExpired, work
from translation import Message, msg, number
from views.parts import waiting
from views.speech import Speech
from wording.yardstick import beside

#: Seconds for the reasons why there is none.
EXPLAIN_LIMIT = 60
#: Failures that stand: to ask again is left to the planner.
_OUTCOMES = (NoPlanInTime, SolverHung, TimeoutError, MemoryError)
#: Without it, a solver that hangs would keep a second process.
_FIRST = partial(first_plan, time_limit=TIME_LIMIT)
#: A conflict that was found stays one.
_CONFLICTS = Kept(lambda _: True)


class NoAnswer(Exception):  # noqa: N818 - an outcome, not an error of the program
    """There is no plan to show; ``message`` says why. ``again`` is the key of the work, which can be begun again.

    ``wanted``: the planner stopped it.
    """

    def __init__(self, message: Message, again: str, *, wanted: bool = False) -> None:
        self.message, self.again, self.wanted = message, again, wanted
        super().__init__(str(message))


def answer(scenario: Scenario, path: Path, speech: Speech) -> Answer:
    """The plan of ``scenario``, which stands in the file ``path`` or would stand there.

    While it is computed, the page says so. Raises ``InputError`` with every fault of the scenario and of what it
    refers to, :class:`NoAnswer` where there is no answer.
    """
    digest = digest_of(scenario, path)
    loaded = _loaded(scenario, path, digest, speech)
    question = question_of(scenario, path)
    solution = _solution(loaded.problem, question, speech)
    conflicts = conflicts_of(solution, question, speech) if solution.plan is None else ()
    return Answer(loaded, _named(loaded, solution, digest), conflicts, digest)


def without_existing(found: Answer, name: str, speech: Speech) -> Answer:
    """The answer to the scenario, to be called ``name``, without any existing service. Raises :class:`NoAnswer`."""
    loaded = without_existing_services(found.loaded, name)
    digest = f"{found.digest} without existing services"
    solution = _solution(loaded.problem, digest, speech)
    conflicts = conflicts_of(solution, digest, speech) if solution.plan is None else ()
    solution = loaded.answered(solution)
    if solution.plan is not None and found.solution.plan is not None:
        solution = replace(solution, plan=identified_by(solution.plan, found.solution.plan))
    return Answer(loaded, solution, conflicts, digest)


def posed(scenario: Scenario, path: Path, speech: Speech) -> LoadedScenario:
    """The problem of a scenario, without its plan. Raises as :func:`answer`, where it has a reference plan."""
    return _loaded(scenario, path, digest_of(scenario, path), speech)


def solved(problem: Problem, digest: str, speech: Speech) -> Solution:
    """The best plan of a ``problem`` made from an answer; ``digest`` says all that it depends on.

    Raises :class:`NoAnswer`.
    """
    return _solution(problem, digest, speech)


_LOADED: dict[str, LoadedScenario] = {}
_MOST_LOADED = 256
#: By the digest of an answer the solution as it was computed, whatever districts are called, and with their names.
_NAMED: dict[str, tuple[Solution, Solution]] = {}


def _named(loaded: LoadedScenario, solution: Solution, digest: str) -> Solution:
    found, named = _NAMED.get(digest, (None, solution))
    if found is not solution:
        named = loaded.answered(solution)
        while len(_NAMED) >= _MOST_LOADED:
            _NAMED.pop(next(iter(_NAMED)), None)
        _NAMED[digest] = solution, named
    return named


def _loaded(scenario: Scenario, path: Path, digest: str, speech: Speech) -> LoadedScenario:
    known = _LOADED.get(digest)
    if known is None:

        def reference(other: LoadedScenario) -> Plan | None:
            return _solution(other.problem, question_of(other.scenario, other.path), speech).plan

        known = problem_from(scenario, path, solve=reference, load=county)
        while len(_LOADED) >= _MOST_LOADED:
            _LOADED.pop(next(iter(_LOADED)), None)
        _LOADED[digest] = known
    return known


def _solution(problem: Problem, digest: str, speech: Speech) -> Solution:
    key = f"plan {digest}"
    try:
        found = waiting.answer_of(
            key,
            lambda: work().ask(key, plan_of, problem, timeout=PLAN_ENDED, outcomes=_OUTCOMES, shelf=PLANS),
            msg("The best plan is being computed"),
            TIME_LIMIT,
            speech,
            lambda: first_known(problem, digest),
        )
    except waiting.Stopped as stopped:
        raise NoAnswer(msg("The computation was stopped."), stopped.key, wanted=True) from None
    except NoPlanInTime:
        wrong = msg("No plan was found within {seconds} seconds. Fewer posts or larger steps help.", seconds=TIME_LIMIT)
        raise NoAnswer(wrong, key) from None
    except (TimeoutError, SolverHung):
        wrong = msg(
            "The computation hung and was ended. Please try again; if that does not help, tell who looks after this "
            "planner."
        )
        raise NoAnswer(wrong, key) from None
    except MemoryError:
        wrong = msg(
            "The computation needed more memory than it is allowed. Fewer posts or larger steps help, or whoever looks "
            "after this planner allows it more."
        )
        raise NoAnswer(wrong, key) from None
    except ProcessExpired:
        wrong = msg(
            "The process that was computing this was ended from outside or for want of memory. Please try again; if "
            "that does not help, tell who looks after this planner."
        )
        raise NoAnswer(wrong, key) from None
    except SolverError:
        wrong = msg("The solver failed. Please try again, or tell who looks after this planner.")
        raise NoAnswer(wrong, key) from None
    assert isinstance(found, Solution)
    return found


def first_known(problem: Problem, digest: str) -> Message | None:
    """What a plan that is there at once has, for who waits for the best; nothing until there is one."""
    outcomes = (*_OUTCOMES, SolverError)
    job = work().ask(f"first {digest}", _FIRST, problem, timeout=PLAN_ENDED, outcomes=outcomes)
    if not job.done:
        return None
    try:
        plan = job.result(0)
    except (*outcomes, ProcessExpired, CancelledError):
        return None
    if plan is None:
        return None
    return msg(
        "A plan is there already: lowest coverage {coverage}, {hours} missing per week; its layers were decided one "
        "after the other. The best of all layers together is being looked for.",
        coverage=beside(problem, plan.reached),
        hours=number(plan.shortfall_hours, 1, "h"),
    )


def conflicts_of(solution: Solution, digest: str, speech: Speech) -> tuple[Conflict, ...]:
    """Why the problem of ``solution`` has no plan; nothing where the reasons were not found in time."""
    key = f"conflicts {digest}"
    try:
        found: tuple[Conflict, ...] = waiting.answer_of(
            key,
            lambda: work().ask(
                key, explain, solution, timeout=EXPLAIN_LIMIT, outcomes=(TimeoutError,), shelf=_CONFLICTS
            ),
            msg("There is no such plan; the reasons are being looked for"),
            EXPLAIN_LIMIT,
            speech,
        )
    except (waiting.Stopped, TimeoutError, MemoryError, SolverError, ProcessExpired):
        return ()
    return found
