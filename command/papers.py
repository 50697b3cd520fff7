"""What ``kim report --why`` adds to the papers: all answers about the proposed plan."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from contextlib import ExitStack

from command.explore import Screen, line, solver_of
from command.explore_arguments import ALL, DRAWS
from command.explore_options import Values, Wanted, draws_for
from command.workers import workers
from exploring.exploration import Exploration
from exploring.exploration import explore as explored
from files.faults import Fault
from translation import msg
from wording.compared_tables import Solved
from wording.explore.told import ASKED


def draws_wanted(options: argparse.Namespace) -> tuple[int, list[Fault]]:
    """How many draws ``kim report`` is to make, and what is wrong with that."""
    values = Values()
    draws = values.value("--draws", options.draws, draws_for(ALL))
    if options.draws is not None and not options.why:
        values.fault("--draws", msg("there are no draws without --why"), msg("add --why, or leave the option out"))
    return int(DRAWS) if draws is None else draws, values.faults


def explorations(
    answers: Sequence[Solved], proposed: int, draws: int, options: argparse.Namespace, screen: Screen
) -> tuple[Exploration, ...]:
    """All answers about each layer of the plan in position ``proposed``; the other plans are marked. Empty without one.

    Raises ``KeyboardInterrupt`` and ``SolverError``.
    """
    chosen = answers[proposed]
    plan = chosen.solution.plan
    if plan is None:
        return ()
    others = [
        (other.loaded.scenario.name, other.solution.plan)
        for other in answers
        if other is not chosen and other.solution.plan is not None
    ]
    with ExitStack() as stack:
        status = stack.enter_context(screen.err.status(""))
        executor = stack.enter_context(workers(Wanted())) if draws else None
        return tuple(
            explored(
                chosen.loaded,
                plan,
                layer,
                others,
                draws=draws,
                solver=solver_of(options),
                time_limit=options.time_limit,
                executor=executor,
                progress=lambda asked: status.update(line(msg("{question} …", question=ASKED[asked]), screen)),
            )
            for layer in range(len(plan.layers))
        )
