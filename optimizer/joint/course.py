"""All layers in their order: what a plan of them gives, and its layers with all figures."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.evaluate import district_of, evaluate_layer
from optimizer.joint.districts import Districts, Placed, Plans, Team, settled_districts
from optimizer.joint.method import TooMany
from optimizer.joint.supply import County, hours_at
from optimizer.levels import Flags, Floats, levels
from optimizer.plan import LayerPlan, added_hours
from optimizer.problem import Layer, Problem
from optimizer.service import TIE, Service, mask_of, members_of

#: More plans that differ in employers of a kind alone are not looked at.
MOST_ALIKE = 20_000


@dataclass(frozen=True, slots=True)
class Figures:
    """What the stages of a plan compare, and the supply of each municipality."""

    lowest: float
    shortfall: float
    travel: float
    supply: Floats


def _replaced(plans: Plans, position: int, place: int, team: Team) -> Plans:
    placed = plans[position]
    return (*plans[:position], (*placed[:place], team, *placed[place + 1 :]), *plans[position + 1 :])


class Course:
    """The layers of a problem in order, those that are optimised and those whose plan is given."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.first = next(number for number, layer in enumerate(problem.layers) if not layer.evaluated_only)
        before: list[LayerPlan] = []
        for layer in problem.layers[: self.first]:
            before.append(evaluate_layer(problem, layer, Service(problem, layer, added_hours(problem, before))))
        self.before = tuple(before)
        self.county = County(problem, added_hours(problem, before))
        self.travel_before = sum(district.total_travel_hours for one in before for district in one.districts)
        self.steps = tuple(self._step(number) for number in range(self.first, len(problem.layers)))
        #: The layers of which a plan has teams: those that are optimised, and given ones that are like them.
        self.layers = tuple(step for step in self.steps if isinstance(step, Districts))
        self._served: dict[Team, tuple[Floats, float] | None] = {}
        self._inside: dict[tuple[int, int, int], tuple[Flags, Floats]] = {}

    def _step(self, number: int) -> Districts | Layer:
        layer = self.problem.layers[number]
        if not layer.evaluated_only:
            return Districts(self.problem, number)
        return settled_districts(self.problem, number) or layer

    @property
    def plain(self) -> bool:
        """Whether every layer from the first that is optimised on is as if it were."""
        return len(self.steps) == len(self.layers)

    # -- figures ------------------------------------------------------------------------------------------------

    def figures(self, plans: Plans) -> Figures | None:
        """What a plan gives; ``None`` where some team cannot give the fewest hours of its district."""
        county = self.county
        hours, travel = county.given, self.travel_before
        for step in self.steps:
            if isinstance(step, Districts):
                position = self.layers.index(step)
                served = self._serve_first(plans[0]) if position == 0 else self.serve(step, plans[position], hours)
            else:
                served = self._evaluated(step, hours)
            if served is None:
                return None
            hours, travel = hours + served[0], travel + served[1]
        supply = county.existing + hours
        return Figures(county.lowest(supply), county.missing(supply), travel, supply)

    def strongest(self, plans: Plans) -> Plans | None:
        """The plan with the employers of each kind that reach most; ``None`` where nobody can give the fewest hours.

        More hours in a municipality never mean fewer anywhere later, so none of the others has a higher lowest coverage
        or a smaller shortfall.
        """
        hours = self.county.given
        found: list[Placed] = []
        for step in self.steps:
            if isinstance(step, Districts):
                placed = self._strongest(step, plans[len(found)], hours)
                served = None if placed is None else self.serve(step, placed, hours)
                if placed is None or served is None:
                    return None
                found.append(placed)
                hours = hours + served[0]
            else:
                hours = hours + self._evaluated(step, hours)[0]
        return tuple(found)

    def _strongest(self, layer: Districts, placed: Placed, earlier: Floats) -> Placed | None:
        found = []
        for team in placed:
            alike = layer.teams_of(team.mask, layer.kind_of(team.employer), team.units)
            if len(alike) == 1:
                found.append(team)
                continue
            served = [(self.serve(layer, (one,), earlier), one) for one in alike]
            able = [(float(done[0].sum()), one) for done, one in served if done is not None]
            if not able:
                return None
            found.append(max(able, key=lambda pair: pair[0])[1])
        return tuple(found)

    def alike(self, plans: Plans, enough: Callable[[Figures], bool]) -> Iterator[tuple[Figures, Plans]]:
        """The plans with other employers of the same kinds that are good ``enough``, with their figures.

        An employer that makes the strongest plan too weak alone does so with others, too.
        """
        strongest = self.strongest(plans)
        figures = None if strongest is None else self.figures(strongest)
        if strongest is None or figures is None or not enough(figures):
            return
        choices = []
        for position, layer in enumerate(self.layers):
            for place, team in enumerate(strongest[position]):
                able = [team]
                for other in layer.teams_of(team.mask, layer.kind_of(team.employer), team.units):
                    weaker = self.figures(_replaced(strongest, position, place, other)) if other != team else None
                    if weaker is not None and enough(weaker):
                        able.append(other)
                choices.append(able)
        if math.prod(map(len, choices)) > MOST_ALIKE:
            raise TooMany
        for teams in itertools.product(*choices):
            left = iter(teams)
            other_plans = tuple(tuple(itertools.islice(left, len(placed))) for placed in strongest)
            other_figures = self.figures(other_plans)
            if other_figures is not None and enough(other_figures):
                yield other_figures, other_plans

    def hours_of(self, team: Team) -> tuple[Floats, float] | None:
        """On-site hours and travel of a team of the first layer; ``None`` where it cannot give the fewest hours."""
        if team not in self._served:
            self._served[team] = self.serve(self.layers[0], (team,), self.county.given)
        return self._served[team]

    def _serve_first(self, placed: Placed) -> tuple[Floats, float] | None:
        # Teams of the first layer do not depend on any others.
        hours, travel = np.zeros(self.county.size), 0.0
        for team in placed:
            served = self.hours_of(team)
            if served is None:
                return None
            hours, travel = hours + served[0], travel + served[1]
        return hours, travel

    def serve(self, layer: Districts, placed: Placed, earlier: Floats) -> tuple[Floats, float] | None:
        """On-site hours and travel of teams after ``earlier`` on-site hours; ``None`` where one cannot do its fewest.

        Each team starts from the hub with the largest level, the lower municipality key on a tie.
        """
        parts = [self._rows(layer, team) for team in placed]
        counts = [len(cost) for _, cost in parts]
        inside = np.concatenate([part[0] for part in parts])
        cost = np.concatenate([part[1] for part in parts])
        to_spend = np.repeat([layer.hours[team.units] for team in placed], counts)
        supply = self.county.existing + earlier
        fewest = np.maximum(layer.fewest - earlier, 0.0)
        reached = levels(cost, to_spend, supply, fewest, self.county.weights)
        chosen = np.empty(len(placed), dtype=np.int64)
        start = 0
        for position, count in enumerate(counts):
            mine = reached[start : start + count]
            best = mine.max()
            if best == -np.inf:
                return None
            # The first of those that no other hub beats by more than a tie.
            chosen[position] = start + int(np.argmax(mine * (1 + TIE) >= best))
            start += count
        hours = hours_at(reached[chosen], inside[chosen], supply, fewest, self.county.weights)
        return hours.sum(axis=0), float(np.sum(hours * np.maximum(cost[chosen] - 1, 0.0)))

    def _rows(self, layer: Districts, team: Team) -> tuple[Flags, Floats]:
        """By hub of a team: who is in its district, and what one on-site hour there takes."""
        key = layer.number, team.mask, team.employer
        if key not in self._inside:
            hubs = layer.hubs(team.mask, team.employer)
            inside = np.array([team.mask >> i & 1 for i in range(self.county.size)], dtype=bool)
            rows = np.broadcast_to(inside, (len(hubs), self.county.size))
            self._inside[key] = rows, np.where(rows, layer.cost[list(hubs)], 0.0)
        return self._inside[key]

    def _evaluated(self, layer: Layer, earlier: Floats) -> tuple[Floats, float]:
        done = evaluate_layer(self.problem, layer, Service(self.problem, layer, earlier.tolist()))
        added = np.array(added_hours(self.problem, [done]))
        return added, sum(district.total_travel_hours for district in done.districts)

    # -- rules --------------------------------------------------------------------------------------------------

    def hold(self, plans: Plans) -> bool:
        """Whether plans whose districts are allowed and cover everything keep the rules of layers and scenario."""
        return self.ki_suffices(plans) and all(map(Districts.hold, self.layers, plans))

    def change_cost(self, plans: Plans) -> float | None:
        """What changes against the references, municipalities first, then their key; ``None`` without a reference."""
        both = zip(self.layers, plans, strict=True)
        costs = [layer.changes(placed).cost for layer, placed in both if layer.layer.reference is not None]
        return math.fsum(costs) if costs else None

    def ki_suffices(self, plans: Plans) -> bool:
        """Whether the KI has its share, where that binds."""
        problem = self.problem
        if not problem.ki_binding:
            return True
        parts = [one.layer.step * one.ki_units(placed) for one, placed in zip(self.layers, plans, strict=True)]
        decided = {layer.number for layer in self.layers}
        for number, layer in enumerate(problem.layers):
            if number not in decided:
                parts += [row.fte for row in layer.plan or () if row.fte and layer.employer(row.employer).is_ki]
        return sum(parts, Fraction(0)) >= problem.ki_minimum * problem.placed_posts

    # -- to and from layers with all figures --------------------------------------------------------------------

    def plans_of(self, done: Sequence[LayerPlan]) -> Plans:
        """The teams of solved layers."""
        found = []
        for layer in self.layers:
            ids = [employer.id for employer in layer.employers]
            found.append(
                tuple(
                    Team(
                        mask_of(self.problem.index[ags] for ags in district.municipalities),
                        ids.index(district.employer),
                        int(district.fte / layer.layer.step),
                    )
                    for district in done[layer.number].districts
                )
            )
        return tuple(found)

    def layer_plans(self, plans: Plans) -> tuple[LayerPlan, ...]:
        """The layers of a plan whose teams all fit, with all figures."""
        done = list(self.before)
        for step in self.steps:
            earlier = added_hours(self.problem, done)
            if isinstance(step, Districts) and step.settled is None:
                done.append(self._built(step, plans[self.layers.index(step)], earlier))
            else:
                given = self.problem.layers[len(done)]
                done.append(evaluate_layer(self.problem, given, Service(self.problem, given, earlier)))
        return tuple(done)

    def _built(self, layer: Districts, placed: Placed, earlier: list[float]) -> LayerPlan:
        service = Service(self.problem, layer.layer, earlier)
        source = ColumnSource(self.problem, layer.layer, service, 0)
        districts = []
        for team in sorted(placed, key=lambda one: one.order):
            members = members_of(team.mask)
            ordered = sorted(members, key=lambda i: (service.kinks[i], i))
            best = service.best_hub(ordered, layer.hubs(team.mask, team.employer), float(layer.hours[team.units]))
            assert best is not None
            districts.append(district_of(source, Column(members, members, team.employer, team.units, *best)))
        return LayerPlan(layer.layer, tuple(districts))
