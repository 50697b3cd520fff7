"""The trade-off between evenness and hours, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exploring.query import Subject
from exploring.question import Question
from optimizer.explore.frontier import Frontier, Point
from optimizer.explore.situation import districts_of
from optimizer.plan import Plan
from translation import Message, msg, msgs, number, percent
from wording.differences import less
from wording.explore.told import Told, changes, hours_cells, hours_columns
from wording.grid import GridColumn, GridTable, row
from wording.yardstick import beside, both_beside

SHORTFALL, TRAVEL = msg("Missing hours per week"), msg("Hours on the road per week")
"""What the lowest coverage is set against."""


def frontier_told(about: Subject, found: Frontier) -> Told:
    """The answer to “What does evenness cost?”."""
    shortfall = _points_table(
        about, msg("Lowest coverage against missing hours"), msg("Shortfall (h)"), found.shortfall
    )
    travel = _points_table(about, msg("Lowest coverage against hours on the road"), msg("Travel (h)"), found.travel)
    answer = (*_shortfall(found.shortfall, about.until), *_travel(found.travel, about.until))
    proof = msg(
        "Proven: each point was solved exactly, and no plan lies beyond them. A point stands for the plan with the "
        "fewest hours among all that reach its coverage."
    )
    return Told(Question.FRONTIER, answer, (shortfall, travel), proof)


def _shortfall(points: Sequence[Point], asked: Plan) -> Iterator[Message]:
    first, last = points[0], points[-1]
    if len(points) == 1:
        yield msg(
            "Evenness costs nothing here: the plan with the highest lowest coverage, {coverage}, also leaves the "
            "fewest hours missing, {hours} per week.",
            coverage=beside(asked.problem, last.coverage),
            hours=number(last.hours, 1),
        )
        return
    least, highest = both_beside(asked.problem, first.coverage, last.coverage)
    yield msg(
        "The most even plan of all reaches {highest} instead of {least} lowest coverage, and leaves {more} hours per "
        "week more missing than the plan with the fewest.",
        highest=highest,
        least=least,
        more=less(number(last.hours, 1), number(first.hours, 1)),
    )
    yield msgs(
        "Between the two there is nothing to gain without a loss but {count} plan.",
        "In all, {count} plans cannot be bettered in one without a loss in the other.",
        len(points),
    )
    near = next((p for p in points if abs(p.hours - asked.shortfall_hours) < 0.01), None)
    if near is not None:
        yield msg(
            "This plan is one of them: {coverage} at {hours} missing hours.",
            coverage=beside(asked.problem, asked.reached),
            hours=number(asked.shortfall_hours, 1),
        )


def _travel(points: Sequence[Point], asked: Plan) -> Iterator[Message]:
    first, last = points[0], points[-1]
    if len(points) > 1:
        yield msg(
            "The fewest hours on the road are {least} per week, at a lowest coverage of only {low}; the most even plan "
            "takes {most}, this plan {own}.",
            least=number(first.hours, 1),
            low=beside(asked.problem, first.coverage),
            most=number(last.hours, 1),
            own=number(asked.travel_hours, 1),
        )


def _points_table(about: Subject, title: Message, hours: Message, points: Sequence[Point]) -> GridTable:
    county, layer = about.loaded.county, about.layer
    before = districts_of(about.plan, layer)
    rows = []
    for position, point in enumerate(points, start=1):
        rows.append(
            row(
                [
                    number(position),
                    percent(point.coverage),
                    *hours_cells(about, point.coverage),
                    number(point.hours, 1),
                    changes(county, before, districts_of(point.plan, layer)),
                ]
            )
        )
    columns = (
        GridColumn(msg("Point")),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(hours),
        GridColumn(msg("New districts against this plan"), figures=False),
    )
    return GridTable(title, columns, tuple(rows))
