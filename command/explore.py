"""``kim explore``: the questions about a plan, each answered in words and tables, and as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from rich.console import RenderableType

from command import printed as tables
from command.explore_json import answer_data, explored_data
from command.explore_options import Wanted, read
from command.explore_parser import ALL
from command.explored_data import Data
from command.limits import ended_when_late, late
from command.schedule_files import save_schedule
from command.screen import Screen
from command.solving import SolvedScenario, load, solved, solver_of
from command.status import ExitStatus
from command.workers import stopping, workers
from exploring.query import Answered, Means, Query, Reply, Subject, subject_of
from exploring.question import Question, Topic, questions
from exploring.questions.change import ChangeQuery, Reference, own_reference, reference_of
from exploring.questions.rank import RankQuery, comparable
from exploring.unanswered import FAILURES, Unanswered
from files.faults import Fault, InputError
from optimizer.explore.robustness import Robustness
from optimizer.plan import Plan
from optimizer.stages import Infeasible, NoPlanInTime
from optimizer.way.schedule import Schedule
from scenarios.assemble import LoadedScenario
from translation import Message, msg, number, percent
from wording.explore.all import TOLD
from wording.explore.told import ASKED, layer_remarks, measure_remarks, size_remarks
from wording.result_json import conflicts_data, written

EVERYTHING = tuple(question for question in questions(Topic.PLAN) if question is not Question.WHY)


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Answers the question that is asked, or all. Raises ``InputError`` with every fault."""
    loaded, wanted = read(options, partial(load, options=options))
    screen.notices([*loaded.notices, *wanted.notices])
    with ExitStack() as stack:
        # A cluster that cannot be reached is told before anything is computed.
        cluster = None if wanted.scheduler is None else stack.enter_context(workers(wanted.workers, wanted.scheduler))
        answer = solved(loaded, options, screen)
        if answer.solution.plan is None:
            return _impossible(answer, wanted, options, screen)
        about = subject_of(loaded, answer.solution.plan, wanted.layer)
        session = _Session(options, screen, about, wanted, stack, cluster)
        if options.json != "-":
            screen.show(tables.remarks(layer_remarks(about), screen.language))
        return _all(session) if options.question == ALL else _one(session, Question(options.question))


@dataclass(frozen=True)
class _Session:
    """Asks questions about a plan. ``stack`` keeps the workers until all is answered."""

    options: argparse.Namespace
    screen: Screen
    about: Subject
    wanted: Wanted
    stack: ExitStack
    cluster: Executor | None

    def ask(self, question: Question) -> tuple[Subject, Reply[Any]]:
        """What comes of a question, and what it was asked about: with ``--plan``, a plan made by hand."""
        about, query = self.about, self.wanted.query(question)
        try:
            if question is Question.RANK:
                about, query = self._rank()
            elif question is Question.KEY and self.wanted.by_hand is not None:
                about = Subject(self.wanted.by_hand, self._by_hand(self.wanted.by_hand), about.layer)
            elif question is Question.CHANGE:
                query = ChangeQuery(self._reference())
        except FAILURES as failure:
            return about, Unanswered.of(failure)
        for remark in size_remarks(about, question):
            self.screen.err.print(self.screen.line(remark), soft_wrap=True)
        with self._progress(question) as progress:
            means = Means(solver_of(self.options), self.options.time_limit, progress=progress)
            if query.in_parts:
                return about, self._in_parts(query, about, means)
            with ended_when_late(means.time_limit, self.screen):
                return about, query.ask(about, means)

    def _in_parts(self, query: Query[Any], about: Subject, means: Means) -> Reply[Any]:
        over = late(means.time_limit)
        with stopping() as stopped:
            reply = query.ask(about, replace(means, executor=self._executor, cancel=lambda: stopped() or over()))
        match reply:
            case Answered(Robustness() as found, whole=False) if found.draws or not stopped():
                self.screen.err.print(self.screen.line(_part(found)), soft_wrap=True)
            case Answered(whole=False) | Unanswered.STOPPED:
                # The figures left out could be the ones that decide.
                if stopped():
                    raise KeyboardInterrupt
                return Unanswered.NO_TIME
        return reply

    @cached_property
    def _executor(self) -> Executor:
        """The workers, begun when they are first needed."""
        limit = self.options.time_limit
        return self.cluster or self.stack.enter_context(workers(self.wanted.workers, time_limit=limit))

    @contextmanager
    def _progress(self, question: Question) -> Iterator[Callable[[int, int], None]]:
        """A status line with the share done, of a question that tells how far it is."""
        screen, name = self.screen, ASKED[question]
        with screen.err.status(screen.line(msg("{question} …", question=name))) as status:

            def done(count: int, of: int) -> None:
                text = msg("{question} {share} …", question=name, share=percent(count / of if of else 0.0, 0))
                status.update(screen.line(text))

            yield done

    def _rank(self) -> tuple[Subject, RankQuery]:
        """The plan whose rank is asked about, and those to be marked. Raises one of ``FAILURES``."""
        about, by_hand, others = self.about, self.wanted.by_hand, self._marks()
        if by_hand is None:
            return about, RankQuery(others)
        # All plans that the rules allow are those of the scenario itself.
        own = Subject(replace(by_hand, problem=about.problem), self._by_hand(by_hand), about.layer)
        return own, RankQuery(((about.loaded.scenario.name, about.plan), *others))

    def _by_hand(self, loaded: LoadedScenario) -> Plan:
        """The plan of a scenario with one made by hand. Raises one of ``FAILURES``."""
        plan = solved(loaded, self.options, self.screen).solution.plan
        if plan is None:
            raise Infeasible
        return plan

    def _reference(self) -> Reference | None:
        """The districts from which to change: those named, else the scenario's own, else of a shipped plan."""
        wanted, own = self.wanted.reference, own_reference(self.about)
        if own is not None and self.options.reference is None:
            return own
        if wanted is None or isinstance(wanted, Reference):
            return wanted
        plan = solved(wanted, self.options, self.screen).solution.plan
        layer = self.wanted.reference_layer
        return (
            None
            if plan is None
            else reference_of(wanted.scenario.name, plan, self.about.layer if layer is None else layer)
        )

    def _marks(self) -> tuple[tuple[str, Plan], ...]:
        """The plans of the scenarios to be marked; where they were named, it is told which cannot be."""
        found: list[tuple[str, Plan]] = []
        for other in self.wanted.marks:
            wrong = msg("it has no plan")
            plan = None
            try:
                plan = solved(other, self.options, self.screen).solution.plan
            except NoPlanInTime:
                wrong = msg("its plan was not found in the time allowed")
            if plan is not None and comparable(self.about.until, plan) is None:
                plan, wrong = (
                    None,
                    msg("with other posts, key or existing advice its coverage has another measure"),
                )
            if plan is not None:
                found.append((other.scenario.name, plan))
            elif self.wanted.marks_named:
                place = msg("“{name}” is not marked", name=other.scenario.name)
                self.screen.notices([Fault("--mark", place, wrong)])
        return tuple(found)


def _part(found: Robustness) -> Message:
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


def _impossible(answer: SolvedScenario, wanted: Wanted, options: argparse.Namespace, screen: Screen) -> ExitStatus:
    told = conflicts_data(answer.conflicts, answer.loaded, screen.language)
    body = {"status": Unanswered.INFEASIBLE.value, "conflicts": told}
    document = explored_data(options.question, answer.loaded, None, wanted.layer, body)
    _deliver(document, tables.plan(*answer, screen.language), options, screen)
    return answer.status


def _one(session: _Session, question: Question) -> ExitStatus:
    options, screen, loaded = session.options, session.screen, session.about.loaded
    about, reply = session.ask(question)
    body = answer_data(question, about, reply, screen.language)
    document = explored_data(question, loaded, about.plan, about.layer, body)
    if isinstance(reply, Unanswered):
        _deliver(document, (), options, screen)
        screen.err.print(screen.line(reply.text), soft_wrap=True)
        return _status(reply)
    measured = tables.remarks(measure_remarks(about), screen.language)
    told = tables.told(TOLD[question](about, reply.found), screen.language)
    start = session.wanted.start
    files = [] if start is None else save_schedule(about, reply.found, start, options, screen)
    _deliver(document, (*measured, *told), options, screen, files)
    return _done(reply.found)


def _all(session: _Session) -> ExitStatus:
    """Every question but why; one without an answer does not keep the others from theirs."""
    options, screen, own = session.options, session.screen, session.about
    answers: list[Data] = []
    statuses = [ExitStatus.DONE]
    if options.json != "-":
        screen.show(tables.remarks(measure_remarks(own), screen.language))
    for question in EVERYTHING:
        if question is Question.ROBUSTNESS and not session.wanted.values["draws"]:
            continue
        parts: Iterable[RenderableType]
        about, reply = session.ask(question)
        if isinstance(reply, Unanswered):
            statuses.append(_status(reply))
            parts = tables.unanswered(ASKED[question], reply.text, screen.language)
        else:
            parts = tables.told(TOLD[question](about, reply.found), screen.language)
        answers.append({"question": question.value, **answer_data(question, about, reply, screen.language)})
        if options.json != "-":
            screen.show([*parts, ""])
    _deliver(explored_data(ALL, own.loaded, own.plan, own.layer, {"answers": answers}), (), options, screen)
    return max(statuses)


def _done(found: object) -> ExitStatus:
    """How a command ends that has an answer; a schedule that does not fit is one, too."""
    return ExitStatus.INFEASIBLE if isinstance(found, Schedule) and not found.fits else ExitStatus.DONE


def _status(reason: Unanswered) -> ExitStatus:
    return ExitStatus.INFEASIBLE if reason is Unanswered.INFEASIBLE else ExitStatus.NO_ANSWER


def _deliver(
    document: Data,
    parts: Iterable[RenderableType],
    options: argparse.Namespace,
    screen: Screen,
    faults: Sequence[Fault] = (),
) -> None:
    """Shows ``parts`` and saves the document; ``faults`` are what kept other files from being written."""
    unwritten = [*faults, *([] if options.json is None else screen.save(written(document), options.json))]
    if options.json != "-":
        # What took long to find is shown also where its file cannot be written.
        screen.show(parts)
    if unwritten:
        raise InputError(unwritten)
