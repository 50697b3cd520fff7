"""``kim explore``: the questions about a plan, each answered in words and tables, and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from rich.console import RenderableType

from command import explore_json as data
from command import printed as tables
from command.explore_arguments import ALL
from command.explore_options import Wanted, read
from command.result_json import result, written
from command.screen import Screen
from command.solving import Solved, load, solved, solver_of
from command.status import Status
from command.workers import late, stopping, workers
from exploring.exploration import comparable, ranked
from exploring.question import Question
from exploring.unanswered import no_time, too_large
from files.faults import Fault, InputError
from optimizer.explore.alternatives import alternatives
from optimizer.explore.frontier import frontier
from optimizer.explore.hours import hour_values
from optimizer.explore.posts import posts_value
from optimizer.explore.prices import prices
from optimizer.explore.reasons import why, why_not
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.sensitivity import sensitivity
from optimizer.explore.situation import TooLarge, given_rows
from optimizer.explore.workers import Cancelled
from optimizer.plan import Plan, until
from optimizer.stages import Infeasible, NoPlanInTime
from scenarios.assemble import LoadedScenario
from scenarios.handmade_problem import with_free_layer
from translation import Message, msg, number, percent
from wording.explore.alternatives import alternatives_told
from wording.explore.frontier import frontier_told
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told
from wording.explore.rank import rank_told
from wording.explore.robustness import robustness_told
from wording.explore.sensitivity import sensitivity_told
from wording.explore.told import ASKED, Told, layer_remarks
from wording.explore.why import why_not_told, why_told

EVERYTHING = tuple(question for question in Question if question is not Question.WHY)

Answer = tuple[Told, data.Data]


@dataclass(frozen=True)
class Asked:
    """A question with what it is asked of. ``stack`` keeps the workers until all is answered."""

    options: argparse.Namespace
    screen: Screen
    loaded: LoadedScenario
    wanted: Wanted
    plan: Plan
    stack: ExitStack
    cluster: Executor | None

    @property
    def limits(self) -> dict[str, Any]:
        """Layer, solver and time of a question."""
        return {"layer": self.wanted.layer, "solver": solver_of(self.options), "time_limit": self.options.time_limit}

    @cached_property
    def executor(self) -> Executor:
        """The workers, begun when they are first needed."""
        return self.cluster or self.stack.enter_context(workers(self.wanted))

    @contextmanager
    def progress(self, question: Question) -> Iterator[Callable[[int, int], None]]:
        """A status line with the share done, of a question that tells how far it is."""
        screen, name = self.screen, ASKED[question]
        with screen.err.status(screen.line(msg("{question} …", question=name))) as status:

            def done(count: int, of: int) -> None:
                text = msg("{question} {share} …", question=name, share=percent(count / of if of else 0.0, 0))
                status.update(screen.line(text))

            yield done


# -- asking and showing -----------------------------------------------------------------------------------------------


def run(options: argparse.Namespace, screen: Screen) -> Status:
    """Answers the question that is asked, or all; returns the exit status. Raises ``InputError`` with every fault."""
    loaded, wanted = read(options, partial(load, options=options))
    screen.notices([*loaded.notices, *wanted.notices])
    with ExitStack() as stack:
        # A cluster that cannot be reached is told before anything is computed.
        cluster = stack.enter_context(workers(wanted)) if wanted.scheduler is not None else None
        answer = solved(loaded, options, screen)
        if answer.solution.plan is None:
            return _impossible(answer, wanted, options, screen)
        # A given layer is compared with what could be done in its place.
        free = with_free_layer(loaded, wanted.layer)
        asked = Asked(options, screen, free, wanted, answer.solution.plan, stack, cluster)
        if options.json != "-":
            screen.show(tables.remarks(layer_remarks(free.problem, asked.plan, wanted.layer), screen.language))
        return _all(asked) if options.question == ALL else _one(asked, Question(options.question))


def _impossible(answer: Solved, wanted: Wanted, options: argparse.Namespace, screen: Screen) -> Status:
    told = result(*answer, screen.language)["conflicts"]
    body = {"status": data.INFEASIBLE, "conflicts": told}
    document = data.explored_data(options.question, answer.loaded, None, wanted.layer, body)
    _deliver(document, tables.plan(*answer, screen.language), options, screen)
    return answer.status


def _one(asked: Asked, question: Question) -> Status:
    options, screen, loaded, layer = asked.options, asked.screen, asked.loaded, asked.wanted.layer
    try:
        told, body = _ANSWERS[question](asked)
    except (TooLarge, NoPlanInTime, Infeasible) as reason:
        status, text, exit_status = _unanswered(reason)
        document = data.explored_data(question, loaded, asked.plan, layer, {"status": status})
        _deliver(document, (), options, screen)
        screen.err.print(screen.line(text), soft_wrap=True)
        return exit_status
    document = data.explored_data(question, loaded, asked.plan, layer, body)
    _deliver(document, tables.told(told, screen.language), options, screen)
    return Status.DONE


def _all(asked: Asked) -> Status:
    """Every question but why; one without an answer does not keep the others from theirs."""
    options, screen, loaded, layer = asked.options, asked.screen, asked.loaded, asked.wanted.layer
    answers: list[data.Data] = []
    statuses = [Status.DONE]
    for question in EVERYTHING:
        if question is Question.ROBUSTNESS and not asked.wanted.draws:
            continue
        parts: Iterable[RenderableType]
        try:
            told, body = _ANSWERS[question](asked)
            parts = tables.told(told, screen.language)
        except (TooLarge, NoPlanInTime, Infeasible) as reason:
            status, text, exit_status = _unanswered(reason)
            body = {"status": status}
            statuses.append(exit_status)
            parts = tables.unanswered(ASKED[question], text, screen.language)
        answers.append({"question": question.value, **body})
        if options.json != "-":
            screen.show([*parts, ""])
    document = data.explored_data(ALL, loaded, asked.plan, layer, {"answers": answers})
    _deliver(document, (), options, screen)
    return max(statuses)


def _unanswered(reason: Exception) -> tuple[str, Message, Status]:
    match reason:
        case TooLarge():
            return data.TOO_LARGE, too_large(), Status.NO_ANSWER
        case NoPlanInTime():
            return data.NO_TIME, no_time(), Status.NO_ANSWER
        case _:
            return data.INFEASIBLE, msg("The rules leave no plan."), Status.INFEASIBLE


def _deliver(document: data.Data, parts: Iterable[RenderableType], options: argparse.Namespace, screen: Screen) -> None:
    unwritten = [] if options.json is None else screen.save(written(document), options.json)
    if options.json != "-":
        # What took long to find is shown also where its file cannot be written.
        screen.show(parts)
    if unwritten:
        raise InputError(unwritten)


# -- the questions ----------------------------------------------------------------------------------------------------


def _alternatives(asked: Asked) -> Answer:
    wanted = asked.wanted
    with asked.progress(Question.ALTERNATIVES) as progress:
        found = alternatives(
            asked.loaded.problem,
            **asked.limits,
            count=wanted.count,
            coverage_within=wanted.within_coverage,
            hours_within=wanted.within_hours,
            distinct="teams" if wanted.teams else "districts",
            progress=progress,
        )
    return alternatives_told(asked.loaded, found, asked.plan, wanted.layer), data.alternatives_data(found)


def _rank(asked: Asked) -> Answer:
    wanted, loaded, plan = asked.wanted, asked.loaded, asked.plan
    others = _marks(asked)
    if wanted.by_hand is not None:
        solution = solved(wanted.by_hand, asked.options, asked.screen).solution
        if solution.plan is None:
            raise Infeasible
        others, plan, loaded = [(loaded.scenario.name, plan), *others], solution.plan, wanted.by_hand
        # All plans that the rules allow are those of the scenario itself.
        loaded = replace(loaded, problem=asked.loaded.problem)
    with asked.progress(Question.RANK) as progress:
        found = ranked(loaded, plan, others=others, progress=progress, **asked.limits)
    body = data.rank_data(found)
    if wanted.by_hand is not None:
        body = {"plan": data.plan_data(plan, wanted.layer), **body}
    return rank_told(loaded, found, plan, wanted.layer), body


def _marks(asked: Asked) -> list[tuple[str, Plan]]:
    """The plans of the scenarios to be marked; where they were named, it is told which cannot be."""
    layer = asked.wanted.layer
    found: list[tuple[str, Plan]] = []
    for other in asked.wanted.marks:
        wrong = msg("it has no plan")
        plan = None
        try:
            plan = solved(other, asked.options, asked.screen).solution.plan
        except NoPlanInTime:
            wrong = msg("its plan was not found in the time allowed")
        if plan is not None and comparable(until(asked.plan, layer), plan) is None:
            plan, wrong = (
                None,
                msg("with other posts, key or existing advice its coverage has another measure"),
            )
        if plan is not None:
            found.append((other.scenario.name, plan))
        elif asked.wanted.marks_named:
            place = msg("“{name}” is not marked", name=other.scenario.name)
            asked.screen.notices([Fault("--mark", place, wrong)])
    return found


def _frontier(asked: Asked) -> Answer:
    with asked.progress(Question.FRONTIER):
        found = frontier(asked.loaded.problem, **asked.limits)
    layer = asked.wanted.layer
    return frontier_told(asked.loaded, found, asked.plan, layer), data.frontier_data(found, layer)


def _prices(asked: Asked) -> Answer:
    loaded, layer = asked.loaded, asked.wanted.layer
    with asked.progress(Question.PRICES) as progress:
        found = prices(loaded.problem, **asked.limits, progress=progress)
    body = data.prices_data(found, loaded, layer, asked.screen.language)
    return prices_told(loaded, found, asked.plan, layer), body


def _posts(asked: Asked) -> Answer:
    loaded, layer, problem = asked.loaded, asked.wanted.layer, asked.loaded.problem
    free = asked.wanted.free_districts
    with asked.progress(Question.POSTS) as progress:
        found = posts_value(problem, asked.wanted.totals, **asked.limits, free_districts=free, progress=progress)
        hours = hour_values(problem, asked.plan, layer=layer)
    return posts_told(loaded, found, hours, asked.plan, layer), data.posts_data(found, hours, layer)


def _robustness(asked: Asked) -> Answer:
    wanted, screen = asked.wanted, asked.screen
    over = late(asked.options.time_limit)
    with asked.progress(Question.ROBUSTNESS) as progress, stopping() as stopped:
        try:
            found = robustness(
                asked.loaded.problem,
                wanted.uncertainty,
                layer=wanted.layer,
                plan=given_rows(asked.plan, wanted.layer),
                draws=wanted.draws,
                seed=wanted.seed,
                solver=solver_of(asked.options),
                executor=asked.executor,
                progress=progress,
                cancel=lambda: stopped() or over(),
            )
        except Cancelled:
            if stopped():
                raise KeyboardInterrupt from None
            raise NoPlanInTime from None
        if stopped() and not found.draws:
            raise KeyboardInterrupt
    if not found.complete:
        screen.err.print(screen.line(_stopped(found)), soft_wrap=True)
    told = robustness_told(asked.loaded, found, wanted.uncertainty, asked.plan, wanted.layer)
    return told, data.robustness_data(found, wanted.uncertainty)


def _stopped(found: Robustness) -> Message:
    if found.draws < found.asked:
        return msg(
            "Stopped: what is told rests on {draws} of {asked} draws.",
            draws=number(found.draws),
            asked=number(found.asked),
        )
    return msg(
        "Stopped: plans were compared in {compared} of {cases} cases.",
        compared=number(found.compared),
        cases=number(len(found.cases)),
    )


def _sensitivity(asked: Asked) -> Answer:
    layer, over = asked.wanted.layer, late(asked.options.time_limit)
    with asked.progress(Question.SENSITIVITY) as progress:
        found = sensitivity(
            asked.loaded.problem,
            layer=layer,
            solver=solver_of(asked.options),
            executor=asked.executor,
            progress=progress,
            cancel=over,
        )
    if over():
        # The figures left out could be the ones that decide.
        raise NoPlanInTime
    return sensitivity_told(asked.loaded, found, asked.plan, layer), data.sensitivity_data(found)


def _why(asked: Asked) -> Answer:
    loaded, plan, layer, towns = asked.loaded, asked.plan, asked.wanted.layer, asked.wanted.towns
    with asked.progress(Question.WHY):
        if len(towns) == 1:
            found = why(loaded.problem, plan, towns[0], **asked.limits)
            told = why_told(loaded, found, towns[0], plan, layer)
        else:
            found = why_not(loaded.problem, plan, towns[0], towns[1], **asked.limits)
            told = why_not_told(loaded, found, towns[0], towns[1], plan, layer)
    return told, data.why_data(found, towns, layer)


_ANSWERS: dict[Question, Callable[[Asked], Answer]] = {
    Question.ALTERNATIVES: _alternatives,
    Question.RANK: _rank,
    Question.FRONTIER: _frontier,
    Question.PRICES: _prices,
    Question.POSTS: _posts,
    Question.ROBUSTNESS: _robustness,
    Question.SENSITIVITY: _sensitivity,
    Question.WHY: _why,
}
