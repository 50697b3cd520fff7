"""Which charts and tables show an answer: on screen, in the report and on slides the same."""

from __future__ import annotations

from dataclasses import dataclass

from exploring.exploration import Exploration
from exploring.question import Question
from optimizer.explore.alternatives import Alternatives
from translation import Message, msg, msgs
from wording.explore.absence_chart import absence_chart
from wording.explore.change import asked_changes
from wording.explore.change_chart import change_chart
from wording.explore.charts import (
    HEIGHT,
    WIDTH,
    Chart,
    Say,
    distribution_chart,
    frontier_chart,
    outcomes_chart,
    posts_chart,
    sensitivity_chart,
    together_chart,
)
from wording.explore.frontier import SHORTFALL, TRAVEL
from wording.explore.growth_chart import growth_chart
from wording.explore.key import shares
from wording.explore.key_chart import key_chart
from wording.explore.municipality_chart import ranges_chart
from wording.explore.schedule_chart import has_chart, schedule_chart
from wording.explore.sensitivity import figure_name
from wording.explore.staffing_charts import workload_chart
from wording.explore.told import Told
from wording.grid import GridTable

#: With more municipalities the cells of the matrix are too small for figures.
MOST_IN_MATRIX = 24


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart with its caption."""

    title: Message
    chart: Chart


def charts_of(exploration: Exploration, told: Told, say: Say, width: float = WIDTH) -> tuple[Drawn, ...]:
    """The charts of one of the answers of ``exploration``; ``say`` writes in the reader's language."""
    about, asked, found = exploration.about, exploration.about.until, exploration.answers[told.question]
    county = about.loaded.county
    match told.question:
        case Question.ALTERNATIVES if _has_matrix(exploration):
            names = {town.ags: county.name_of(town.ags) for town in asked.problem.municipalities}
            title = msgs(
                "In how many of {count} plan two municipalities share a district",
                "In how many of {count} plans two municipalities share a district",
                len(found.items),
            )
            return (Drawn(title, together_chart(found, names, say, width)),)
        case Question.RANK:
            title = msg("All plans by lowest coverage; numbers are those of the table")
            return (Drawn(title, distribution_chart(found, asked.problem, say, width)),)
        case Question.FRONTIER:
            own, means, high = asked.reached, (asked.problem, say), 0.9 * HEIGHT
            return (
                Drawn(
                    msg("Lowest coverage against missing hours: no plan lies below the line"),
                    frontier_chart(found.shortfall, (own, asked.shortfall_hours), *means, SHORTFALL, width, high),
                ),
                Drawn(
                    msg("Lowest coverage against hours on the road: no plan lies below the line"),
                    frontier_chart(found.travel, (own, asked.travel_hours), *means, TRAVEL, width, high),
                ),
            )
        case Question.POSTS:
            planned = about.plan.problem.layers[about.layer].total
            title = msg("Lowest coverage by number of posts, all by one yardstick")
            return (Drawn(title, posts_chart(found.posts, planned, asked.problem, say, width)),)
        case Question.ROBUSTNESS if found.draws:
            title = msg("Which districts are the best in how many draws; lines: 95% certainty")
            return (Drawn(title, outcomes_chart(found, say, width)),)
        case Question.MUNICIPALITY:
            title = msg("From the fewest to the most hours of each municipality; diamond: the proposed plan")
            return (Drawn(title, ranges_chart(about, found, say, width)),)
        case Question.SENSITIVITY if found:
            called = [figure_name(county, one) for one in found]
            title = msg("How far a figure may be off alone; arrow: further than was tried")
            return (Drawn(title, sensitivity_chart(found, called, say, width)),)
        case Question.CHANGE:
            mine = len(asked_changes(about, found).municipalities), asked.reached, asked.shortfall_hours
            return tuple(
                Drawn(title, change_chart(found, mine, asked.problem, say, width, 0.9 * HEIGHT, hours=hours))
                for hours, title in (
                    (False, msg("How high the lowest coverage is with how many changes; filled: recommended")),
                    (True, msg("How few hours are missing with how many changes")),
                )
            )
        case Question.GROWTH if found.growth.found:
            title = msg("The lowest coverage at each step, on the path and at best, by one yardstick")
            return (Drawn(title, growth_chart(found, say, width)),)
        case Question.ABSENCE:
            title = msg(
                "From the lowest coverage while one person is away to the usual one; diamond: own team one short"
            )
            return (Drawn(title, absence_chart(about, found.found.own, say, width)),)
        case Question.STAFFING if found.found.workload is not None:
            contract = about.problem.layers[about.layer].hours_per_week
            title = msg("What the fewest posts for the standard are made of")
            return (Drawn(title, workload_chart(found.found.workload, contract, say, width)),)
        case Question.SCHEDULE if has_chart(found):
            title = msg("Who is where when: dark on a visit, pale at the hub")
            return (Drawn(title, schedule_chart(about, found, say, width)),)
        case Question.KEY:
            title = msg("Share of all hours of each district, and its need by two keys")
            return (Drawn(title, key_chart(shares(about, found), say, width)),)
    return ()


def tables_beside(exploration: Exploration, told: Told) -> tuple[GridTable, ...]:
    """The tables of an answer beside its charts in the report; the workbook has all.

    Not those whose figures all stand in the cells of a matrix, nor the many points against travel.
    """
    if told.question is Question.FRONTIER:
        return told.tables[:1]
    if told.question is Question.ALTERNATIVES and _has_matrix(exploration):
        return told.tables[:1]
    return told.tables


def _has_matrix(exploration: Exploration) -> bool:
    found: Alternatives = exploration.answers[Question.ALTERNATIVES]
    return len(found.items) > 1 and len(exploration.about.problem.municipalities) <= MOST_IN_MATRIX
