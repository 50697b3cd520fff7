"""``kim report``: the papers for the committee, with all answers about the proposed plan where they are wanted."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from command.explore_options import Values, draws_for
from command.explore_parser import ALL, DRAWS
from command.limits import ended_when_late
from command.screen import Screen
from command.solving import SolvedScenario, all_solved, as_if_none, solved, solver_of, status_of_all
from command.status import ExitStatus
from command.workers import workers
from exploring.exploration import EXACT, IN_PARTS, THE_WAY, Exploration, explore
from exploring.query import Means, subject_of
from exploring.question import Question
from exploring.questions.change import ChangeQuery, usual_reference
from exploring.questions.rank import RankQuery
from exploring.questions.robustness import RobustnessQuery
from files.faults import Fault, InputError
from files.typed import name_fault
from files.writing import write_atomically
from maps.paper.png import Paper
from reports.package import Format, MapSheet, papers
from reports.style import Style, colour_fault, read_logo, style_in
from scenarios.library import library
from translation import msg
from wording.explore.told import ASKED
from wording.money_remarks import money_warnings


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Writes the papers. Raises ``InputError`` with the faults of options and scenarios."""
    style, faults = _style(options)
    count = len(options.scenarios)
    if not 1 <= options.proposed <= count:
        wrong = msg("there is no scenario {number}", number=options.proposed)
        faults.append(Fault("--proposed", wrong, msg("a number from 1 to {most}", most=count)))
    wrong_title = None if options.title is None else name_fault(options.title)
    if wrong_title is not None:
        faults.append(Fault("--title", *wrong_title))
    draws, wrong_draws = _draws(options)
    answers = all_solved(options, screen, [*faults, *wrong_draws])
    if options.without_existing_services:
        loaded = as_if_none(answers[options.proposed - 1].loaded, screen)
        answers.append(solved(loaded, options, screen))
    exploration = _explorations(answers, draws, options, screen) if options.why or options.way else ()
    day = options.date or datetime.now().astimezone().date()
    with screen.err.status(screen.line(msg("Papers …"))) as status:
        files = papers(
            answers,
            screen.language,
            day=day,
            title=options.title,
            formats=[kind for kind in Format if not options.formats or kind.option in options.formats],
            style=style,
            proposed=options.proposed - 1,
            sheet=MapSheet(next(paper for paper in Paper if paper.label == options.paper), options.landscape),
            exploration=exploration,
            progress=lambda doing: status.update(screen.line(doing)),
        )
    chosen = answers[options.proposed - 1]
    if chosen.solution.plan is not None:
        for text in money_warnings(chosen.loaded, chosen.solution.plan, day.year):
            screen.note(text)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_atomically(options.out / name, content, private=False)
        screen.done(msg("Written: {file}", file=options.out / name))
    return status_of_all(answers)


def _style(options: argparse.Namespace) -> tuple[Style, list[Fault]]:
    """The look of the papers, and what is wrong with it."""
    style = Style()
    faults: list[Fault] = []
    try:
        style = style_in(library().folder)
        if options.logo is not None:
            style = replace(style, logo=read_logo(options.logo, str(options.logo)))
    except InputError as error:
        faults.extend(error.faults)
    if options.accent is not None:
        wrong = colour_fault(options.accent)
        if wrong is None:
            style = replace(style, accent=options.accent)
        else:
            faults.append(Fault("--accent", *wrong))
    return style, faults


def _draws(options: argparse.Namespace) -> tuple[int, list[Fault]]:
    """How many draws are to be made for the robustness, and what is wrong with that."""
    values = Values()
    draws = values.value("--draws", options.draws, draws_for(ALL))
    if options.draws is not None and not options.why:
        values.fault("--draws", msg("there are no draws without --why"), msg("add --why, or leave the option out"))
    return int(DRAWS) if draws is None else draws, values.faults


def _explorations(
    answers: Sequence[SolvedScenario], draws: int, options: argparse.Namespace, screen: Screen
) -> tuple[Exploration, ...]:
    """The answers about each layer of the proposed plan; the other plans are marked. Empty without one."""
    chosen = answers[options.proposed - 1]
    plan = chosen.solution.plan
    if plan is None:
        return ()
    asked = (*(EXACT if options.why else ()), *(IN_PARTS if options.why and draws else ()))
    asked += THE_WAY if options.way else ()
    others = tuple((other.loaded.scenario.name, other.solution.plan) for other in answers if other is not chosen)
    with ExitStack() as stack:
        status = stack.enter_context(screen.err.status(""))
        executor = stack.enter_context(workers(time_limit=options.time_limit)) if IN_PARTS[0] in asked else None
        means = Means(solver_of(options), options.time_limit, executor)
        if options.time_limit is not None:
            # That of one question counts for each.
            stack.enter_context(ended_when_late(options.time_limit * len(plan.layers) * len(asked), screen))
        subjects = [subject_of(chosen.loaded, plan, layer) for layer in range(len(plan.layers))]
        return tuple(
            explore(
                about,
                means,
                questions=[question for question in Question if question in asked],
                queries=[
                    RankQuery(others),
                    RobustnessQuery(draws=draws),
                    ChangeQuery(usual_reference(about, others)),
                ],
                progress=lambda one: status.update(screen.line(msg("{question} …", question=ASKED[one]))),
            )
            for about in subjects
        )
