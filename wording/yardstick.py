"""What counts as 100 %, what 1,000 people get, and which plans may be measured with one yardstick.

The yardstick grows with the posts: 90 % of four posts and 90 % of twelve are different things. Hours per 1,000 people
need no yardstick.
"""

from __future__ import annotations

import math
from dataclasses import replace

from geodata.labels import covered
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from scenarios.assemble import LoadedScenario
from translation import Message, Number, Percent, msg, number, percent
from wording.sentences import fte


def has_yardstick(plan: Plan) -> bool:
    """Whether anything counts as 100 %: without posts, only what is stated does."""
    return plan.fair_level > 0


def per_1000(plan: Plan, ags: Ags) -> Number | None:
    """What a municipality gets for 1,000 people of the key; ``None`` where these or the municipality are unknown."""
    hours = plan.hours_per_1000(ags) if ags in plan.municipalities else None
    return None if hours is None else number(hours, 1, "h")


def both_beside(problem: Problem, first: float, other: float) -> tuple[object, object]:
    """Two coverages to be told against each other, each with its hours where these differ as they are printed."""
    hours = [hours_at(problem, coverage) for coverage in (first, other)]
    if len({round(one.value, one.digits) for one in hours if one is not None}) == 1:
        return percent(first), percent(other)
    return beside(problem, first), beside(problem, other)


def hours_at(problem: Problem, coverage: float, digits: int = 1) -> Number | None:
    """The hours per 1,000 people of the key that a coverage is, by the yardstick of ``problem``.

    ``None`` where the people are not known.
    """
    if problem.people is None:
        return None
    return number(1000 * coverage * problem.fair_level / problem.people, digits, "h")


def beside(problem: Problem, coverage: float) -> Message | Percent:
    """A coverage with the hours per 1,000 people beside it, as sentences have it."""
    hours = hours_at(problem, coverage)
    if hours is None:
        return percent(coverage)
    return msg("{coverage} ({hours} per 1,000)", coverage=percent(coverage), hours=hours)


def same_need(first: Plan, other: Plan) -> bool:
    """Whether two plans are for the same municipalities with the same key: only then are they compared."""
    one, two = first.municipalities, other.municipalities
    return one.keys() == two.keys() and all(math.isclose(one[ags].key, two[ags].key, rel_tol=1e-9) for ags in one)


def same_yardstick(first: Plan, other: Plan) -> bool:
    """Whether 100 % is the same of two plans with the same need."""
    return has_yardstick(first) and math.isclose(first.fair_level, other.fair_level, rel_tol=1e-9)


def same_advice(first: Plan, other: Plan) -> bool:
    """Whether existing advice counts alike in two plans with the same need."""
    one, two = first.municipalities, other.municipalities
    pairs = ((one[ags].existing_hours, two[ags].existing_hours) for ags in one)
    return all(math.isclose(before, now, rel_tol=1e-9, abs_tol=1e-9) for before, now in pairs)


def same_posts(first: Plan, other: Plan) -> bool:
    """Whether two plans are for as many posts."""
    return first.problem.total_posts == other.problem.total_posts


def measured_by(first: Plan, other: Plan) -> Plan:
    """The plan ``other`` with the yardstick of ``first``: the same hours, but 100 % is what it is there."""
    if not has_yardstick(first) or not same_need(first, other) or same_yardstick(first, other):
        return other
    return replace(other, problem=replace(other.problem, stated_level=first.fair_level))


def yardstick_meaning(loaded: LoadedScenario, plan: Plan) -> Message:
    """What 100 % means for a plan, in one sentence: what so many posts would give, its own or those stated."""
    problem, stated = plan.problem, loaded.scenario.yardstick.posts
    per = None if problem.people is None else number(1000 * plan.fair_level / problem.people, 1)
    if problem.stated_level is None or stated is not None:
        posts = fte(problem.total_posts if stated is None else stated)
        if per is None:
            return msg("Measured by {posts} posts: 100 % is what they would give if no hour were lost.", posts=posts)
        return msg(
            "Measured by {posts} posts: 100 % is what they would give if no hour were lost, {hours} hours "
            "per 1,000 people.",
            posts=posts,
            hours=per,
        )
    if per is None:
        return msg("Measured by a stated yardstick: 100 % does not come from the posts.")
    return msg("Measured by a stated yardstick: 100 % is {hours} hours per 1,000 people.", hours=per)


def per_1000_heading(loaded: LoadedScenario) -> Message:
    """The heading of a column of hours per 1,000 people, which says where the people are weighted."""
    if loaded.people is not None and loaded.people.weighted:
        return msg("h per 1,000 (weighted)")
    return msg("h per 1,000")


def per_1000_label(loaded: LoadedScenario) -> Message:
    """The name of the fewest hours per 1,000 people, which says where the people are weighted."""
    if loaded.people is not None and loaded.people.weighted:
        return msg("Lowest hours per 1,000 people (weighted)")
    return msg("Lowest hours per 1,000 people")


def per_1000_text(loaded: LoadedScenario) -> Message:
    """Whose hours per 1,000 people are told."""
    if loaded.people is None:
        return msg("Hours per 1,000 people: not known, for nobody published how many people the key stands for.")
    counted = covered(loaded.people.indicator)
    if loaded.people.weighted:
        return msg(
            "Hours per 1,000 people (weighted): weekly hours, existing advice with them; the people are those of "
            "“{indicator}”, weighted by the key.",
            indicator=counted,
        )
    return msg(
        "Hours per 1,000 people: weekly hours, existing advice with them; the people are those of “{indicator}”.",
        indicator=counted,
    )
