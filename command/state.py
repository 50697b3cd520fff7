"""``kim state``: the counties of a state under the same rules, in one call that can be broken off and resumed."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from dataclasses import asdict
from datetime import date, datetime

from command import printed as tables
from command.explore_options import WORKERS, Values
from command.screen import Screen
from command.solving import scenario_path
from command.state_run import RESULTS, StateRun
from command.status import ExitStatus
from command.workers import workers
from files.faults import Fault, InputError
from files.system import reason
from files.writing import write_atomically
from geodata import county_names
from maps.state import state_shapes
from reports.state.files import StatePapers, state_files
from scenarios.layer import MOST_POSTS
from scenarios.scenario import load_scenario
from scenarios.schema import Scenario
from scenarios.template import LEAST, PostsByCounty, check_template, read_posts_table
from scenarios.values import posts as posts_of
from scenarios.values import real
from translation import msg
from wording.about import planner_version
from wording.result_json import written
from wording.state import MORE, state_table

FORMAT = "kim-state/1"
_PEOPLE, _FTE = real(0, 1_000_000_000, above=True), posts_of(MOST_POSTS, above=True)


def run(options: argparse.Namespace, screen: Screen) -> ExitStatus:
    """Solves the counties and writes the table and the maps; a county without a plan is named with its reason."""
    template, posts, count = _read(options)
    with ExitStack() as stack:
        # A cluster that cannot be reached is told before anything is computed.
        executor = stack.enter_context(workers(count, options.scheduler, time_limit=options.time_limit))
        try:
            (options.out / RESULTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            wrong = msg("the folder cannot be made ({reason})", reason=reason(error))
            raise InputError([Fault(str(options.out), wrong, msg("a folder that may be written to"))]) from None
        found = StateRun(options, screen, template, posts)
        found.prepare(options.folders or county_names())
        found.compute(executor)
    _publish(found, options, screen)
    return found.status


def _read(options: argparse.Namespace) -> tuple[Scenario, PostsByCounty, int | None]:
    values = Values()
    count = values.value("--workers", options.workers, WORKERS)
    per = values.value("--posts-per", options.posts_per, _PEOPLE)
    least = values.value("--posts-least", options.posts_least, _FTE)
    listed = None
    try:
        listed = None if options.posts_table is None else read_posts_table(options.posts_table)
        template = load_scenario(scenario_path(options.scenario))
    except InputError as error:
        values.faults += error.faults
    if options.posts_per is not None and options.posts_table is not None:
        values.fault("--posts-table", msg("posts are also stated with --posts-per"), msg("one of both"))
    if options.posts_least is not None and options.posts_per is None:
        values.fault("--posts-least", msg("it belongs to --posts-per"), msg("both, or none"))
    if values.faults:
        raise InputError(values.faults)
    posts = PostsByCounty(per, LEAST if least is None else least, listed)
    check_template(template, posts)
    return template, posts, count


def _publish(found: StateRun, options: argparse.Namespace, screen: Screen) -> None:
    """Writes the files, and shows the table."""
    rows = [found.rows[folder] for folder in sorted(found.rows)]
    counties = [found.counties[folder] for folder in sorted(found.counties)]
    day: date = options.date or datetime.now().astimezone().date()
    shapes = state_shapes(counties) if counties else None
    papers = StatePapers(rows, shapes, found.template.name, day, screen.language)
    document = {
        "format": FORMAT,
        "scenario": found.template.name,
        "version": planner_version(),
        "counties": [asdict(row) for row in rows],
    }
    write_atomically(options.out / "state.json", written(document).encode(), private=False)
    with screen.err.status(screen.line(msg("Writing the table and the maps …"))):
        for name, content in state_files(papers):
            write_atomically(options.out / name, content, private=False)
    screen.show(tables.grid_table(state_table(rows).without(MORE), screen.language))
    screen.done(msg("Table and maps are in {folder}", folder=str(options.out)))
