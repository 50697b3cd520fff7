"""In which steps are the posts filled?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from exploring.query import Means, Query, Subject
from exploring.question import Question
from optimizer.problem import Layer
from optimizer.way.growth import Growth, GrowthStep, growth
from optimizer.way.path import Conditions
from scenarios.assemble import LoadedScenario
from scenarios.identity import identified_by

LOSS = 0.02
"""What each earlier step may lose of its lowest coverage where nothing else is said."""
MOST_STEPS = 12
"""More steps than this nobody reads."""
#: The posts come in so many parts where the scenario does not say when they are filled.
_PARTS = 3
_MONTH = re.compile(r"(20[2-9]\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Grown:
    """The path, its districts known by the same numbers from step to step, and the month from which each step holds.

    ``dates`` has the first day of these months, in the order of the steps; none where nobody stated them.
    """

    growth: Growth
    dates: tuple[date, ...]


@dataclass(frozen=True)
class GrowthQuery(Query[Grown]):
    """The numbers of posts, by default those of :func:`steps_of`, and from when each is filled, both ascending."""

    question = Question.GROWTH
    steps: tuple[Fraction, ...] = ()
    dates: tuple[date, ...] = ()
    loss: float = LOSS
    nobody_less: bool = False
    hubs_stay: bool = False
    free_districts: bool = False

    def find(self, about: Subject, means: Means) -> Grown:
        """The best plans of which each continues the one before."""
        usual = steps_of(about.loaded, about.layer)
        steps, dates = (self.steps, self.dates) if self.steps else (tuple(usual), tuple(usual.values()))
        found = growth(
            about.problem,
            steps,
            layer=about.layer,
            loss=self.loss,
            conditions=Conditions(self.nobody_less, self.hubs_stay),
            free_districts=self.free_districts,
            progress=means.progress,
            **means.exact,
        )
        known = tuple(day for day in dates if day is not None)
        return Grown(replace(found, steps=_known(found.steps)), known if len(known) == len(steps) else ())


def _known(steps: tuple[GrowthStep, ...]) -> tuple[GrowthStep, ...]:
    """The steps with their districts numbered like those that they continue."""
    found: list[GrowthStep] = []
    for step in steps:
        before = found[-1].plan if found else None
        plan = step.plan if step.plan is None or before is None else identified_by(step.plan, before)
        found.append(replace(step, plan=plan))
    return tuple(found)


def steps_of(loaded: LoadedScenario, layer: int) -> dict[Fraction, date | None]:
    """The numbers of posts worth asking about with the month from which each is filled.

    Those of the scenario's financial plan where it fills its posts one after the other; else a third, two thirds and
    all posts of the layer, at least those that its employers must have, without a month.
    """
    rules = loaded.problem.layers[layer]
    planned = _planned(loaded, rules) if len(loaded.problem.layers) == 1 else {}
    if len(planned) > 1:
        return dict(planned)
    least = min(rules.total, sum((limit.minimum for limit in rules.limits), Fraction(0)))
    parts = (rules.total * part / _PARTS for part in range(1, _PARTS + 1))
    whole = {max(rules.step, least, round(part / rules.step) * rules.step) for part in parts}
    return dict.fromkeys(sorted(min(total, rules.total) for total in whole))


def _planned(loaded: LoadedScenario, rules: Layer) -> dict[Fraction, date]:
    """The numbers of posts of the financial plan with their months, as long as they rise in steps of the layer."""
    found: dict[Fraction, date] = {}
    for year in loaded.scenario.funding.years:
        for month, filled in (year.filled or {}).items():
            whole = (filled / rules.step).denominator == 1
            if not whole or filled > rules.total or (found and filled <= max(found)):
                return {}
            found[filled] = date(year.year, month, 1)
    return found


def month_of(text: str) -> date | None:
    """The first day of a month written like 2027-04; ``None``: it is not written so."""
    match = _MONTH.fullmatch(text.strip())
    return None if match is None else date(int(match[1]), int(match[2]), 1)
