"""Where plans stand among all that the rules allow, in words."""

from __future__ import annotations

from collections.abc import Iterator

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.rank import Ranked
from optimizer.explore.rank import Standing
from translation import Message, msg, number, percent
from wording.explore.told import Told, hours_cells, hours_columns
from wording.grid import GridColumn, GridTable, Weight, row
from wording.yardstick import beside


def rank_told(about: Subject, found: Ranked) -> Told:
    """The answer to “Where does it stand among all plans?”."""
    return Told(
        Question.RANK,
        tuple(_answer(about, found)),
        (_marks_table(about, found),),
        msg(
            "Counted exactly, none estimated: every way to part the county into districts and to share out teams and "
            "employers under the rules, each district with its best hub."
        ),
    )


def _answer(about: Subject, found: Ranked) -> Iterator[Message]:
    problem = about.problem
    total, standing = found.rank.plans, found.rank.standing
    if standing is not None:
        yield _place(standing, total)
        if standing.before == 0 and standing.better:
            yield msg(
                "{better} of them ({share}) have a higher lowest coverage, by no more than {tolerance} percentage "
                "points and with more hours missing.",
                better=number(standing.better),
                share=percent(standing.better / total, _digits(standing.better / total)),
                tolerance=number(100 * problem.fairness_tolerance, 1),
            )
        if not standing.is_among:
            yield msg("It is none of them itself: it breaks a rule of this layer, or a hub could be a better one.")
    else:
        yield msg("The rules allow {plans} plans.", plans=number(total))
    yield msg("The highest lowest coverage of all is {highest}.", highest=beside(problem, found.rank.highest_coverage))
    for mark in found.marks:
        if not mark.own:
            yield msg(
                "“{name}” reaches {coverage}: {better} of {plans} plans reach more.",
                name=mark.name,
                coverage=beside(problem, mark.coverage),
                better=number(mark.better),
                plans=number(total),
            )


def _place(standing: Standing, total: int) -> Message:
    if standing.before == 0:
        return msg("Of {plans} plans that the rules allow none is better than this one.", plans=number(total))
    if standing.before is None:
        return msg(
            "{better} of {plans} plans ({share}) have a higher lowest coverage than this one.",
            better=number(standing.better),
            plans=number(total),
            share=percent(standing.better / total, _digits(standing.better / total)),
        )
    return msg(
        "This plan is beaten by {before} of {plans} plans ({share}); {better} have a higher lowest coverage.",
        before=number(standing.before),
        plans=number(total),
        share=percent(standing.before / total, _digits(standing.before / total)),
        better=number(standing.better),
    )


def _digits(share: float) -> int:
    """Decimals that keep a small share from reading as none."""
    return next((digits for digits in (1, 2, 3, 4) if share == 0 or share >= 10 ** -(digits + 2)), 5)


def _marks_table(about: Subject, found: Ranked) -> GridTable:
    total = found.rank.plans
    columns = (
        GridColumn(msg("No.")),
        GridColumn(msg("Plan"), figures=False),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Plans with a higher one")),
        GridColumn(msg("Share of all")),
    )
    rows = [
        row(
            [
                number(position),
                mark.name,
                percent(mark.coverage),
                *hours_cells(about, mark.coverage),
                number(mark.better),
                percent(mark.better / total, _digits(mark.better / total)),
            ],
            Weight.STRONG if mark.own else Weight.PLAIN,
        )
        for position, mark in enumerate(found.marks, start=1)
    ]
    notes = (
        msg(
            "Bold: the plan asked about. Scenarios with other posts, another key or other existing advice are left "
            "out: their coverage has another measure."
        ),
    )
    return GridTable(msg("Plans marked among all {plans}", plans=number(total)), columns, tuple(rows), notes)
