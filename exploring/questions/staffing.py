"""How many posts does a standard take?"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.problem import Layer
from optimizer.way.staffing import Staffing, Standard, staffing

#: Hours per week for 1,000 people where nobody says otherwise, and minutes to a stand-in: set, no statistics.
HOURS_PER_1000, STAND_IN_MINUTES = 8.0, 20.0
#: Largest standard that is looked for: beyond it the posts are more than any county has.
MOST_HOURS_PER_1000 = 100


@dataclass(frozen=True)
class Cases:
    """A need told by cases: ``per_1000`` people and year.

    Each takes ``hours`` with people, or a post has ``per_post`` cases a year. A person is there in so many ``weeks`` of
    a year (``None``: the scenario's working weeks).
    """

    per_1000: float
    hours: float | None = None
    per_post: float | None = None
    weeks: float | None = None

    def hours_per_1000(self, layer: Layer, weeks: float) -> float:
        """Hours with people per week for 1,000 of them.

        A post has its contract hours but coordination for its cases; the road comes on top, and depends on the plan.
        """
        if self.hours is not None:
            return self.per_1000 * self.hours / weeks
        assert self.per_post is not None
        return self.per_1000 / self.per_post * (layer.hours_per_week - layer.coordination_hours)


@dataclass(frozen=True)
class Need:
    """The posts that a standard takes; ``cases`` where it was told by them."""

    found: Staffing
    cases: Cases | None = None


@dataclass(frozen=True)
class StaffingQuery(Query[Need]):
    """The standard: ``hours_per_1000``, else ``cases``, else the yardstick that the scenario states or the usual hours.

    ``presence`` is that of the scenario where it is ``None``; with ``stand_in_minutes`` ``None`` teams of one person
    need nobody.
    """

    question = Question.STAFFING
    hours_per_1000: float | None = None
    cases: Cases | None = None
    presence: float | None = None
    stand_in_minutes: float | None = STAND_IN_MINUTES

    def find(self, about: Subject, means: Means) -> Need:
        """The fewest posts, the best plan with them, and what each part of the standard costs."""
        problem, layer, scenario = about.problem, about.layer, about.loaded.scenario
        hours, cases = self.hours_per_1000, None
        if hours is None and self.cases is not None:
            cases = replace(self.cases, weeks=self.cases.weeks or scenario.funding.weeks_per_year)
            hours = cases.hours_per_1000(problem.layers[layer], cases.weeks or 1.0)
        standard = Standard(
            hours or scenario.yardstick.hours_per_1000 or HOURS_PER_1000, self.presence, self.stand_in_minutes
        )
        found = staffing(problem, standard, layer=layer, progress=means.progress, **means.exact)
        return Need(found, cases)
