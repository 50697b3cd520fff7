"""What it would cost to serve one municipality from another district of a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import add, gt, lt, sub

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.evaluate import evaluate_layer
from optimizer.plan import District, LayerPlan, Plan, added_hours
from optimizer.problem import Ags, Employer, GivenDistrict, Layer, Pin, Problem
from optimizer.rounding import ROUNDING, less
from optimizer.rules import RuleCheck, broken, check_plan
from optimizer.service import Service, possible_hubs
from optimizer.solve import needed_ki_units
from optimizer.solver import Deadline, Solver

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Move:
    """A plan with one municipality in another district, compared with the plan that it comes from.

    ``district`` is the position of that district in the layer of the plan before; the number of districts there stands
    for a new district of its own. ``breaches`` are all rules that ``plan`` breaks. ``lost_coverage`` of the lowest
    coverage and ``lost_hours`` per week (more shortfall) are below zero where the move is a gain.
    """

    district: int
    plan: Plan
    breaches: tuple[RuleCheck, ...]
    lost_coverage: float
    lost_hours: float

    @property
    def kept(self) -> bool:
        """Whether the plan keeps all binding rules."""
        return not any(check.binding for check in self.breaches)


def moves(plan: Plan, layer: int, ags: Ags) -> tuple[Move, ...]:
    """The plan with a municipality in each other district of a layer, the highest lowest coverage first, then the
    smallest shortfall.

    Other districts are those that touch it, all where districts need not be connected, and a new one of its own where
    the rules allow one more. Employers stay, hubs are chosen anew, and all team sizes of the layer are the best for
    its new districts after the earlier layers, as solving for the given districts finds them (pinned hubs and sizes
    stay). Where no sizes keep the rules, the present ones stay, those of an emptied district with the municipality.
    Earlier layers stay as they are; later ones keep districts, hubs and sizes and are evaluated anew. None for a
    municipality that takes no part; ``KeyError`` for an unknown one.
    """
    rules, districts = plan.problem.layers[layer], plan.layers[layer].districts
    if not plan.problem.municipalities[plan.problem.index[ags]].taking_part:
        return ()
    homes = [position for position, district in enumerate(districts) if ags in district.municipalities]
    near = plan.problem.neighbours.get(ags, frozenset())
    found = []
    for position, district in enumerate(districts):
        if homes != [position] and (not rules.connected or not near.isdisjoint(district.municipalities)):
            found.append(_move(plan, layer, position, _moved(districts, ags, position)))
    left = _moved(districts, ags, None)
    if len(left) < rules.districts_maximum and not any(districts[home].municipalities == (ags,) for home in homes):
        own = [
            _move(plan, layer, len(districts), [*left, GivenDistrict(employer.id, (ags,))])
            for employer in rules.employers
            if _may_serve(employer, ags, plan.problem, rules)
        ]
        found.extend(sorted((move for move in own if move is not None), key=_rank)[:1])
    return tuple(sorted((move for move in found if move is not None), key=_rank))


def _rank(move: Move) -> tuple[float, float, int]:
    return -move.plan.lowest_coverage, move.plan.shortfall_hours, move.district


def _moved(districts: Sequence[District], ags: Ags, target: int | None) -> list[GivenDistrict]:
    """The districts with a municipality in ``target`` alone, with their present sizes; empty ones are gone."""
    rows = []
    emptied = (d.fte for position, d in enumerate(districts) if d.municipalities == (ags,) and position != target)
    freed = sum(emptied, Fraction(0))
    for position, district in enumerate(districts):
        towns = set(district.municipalities) - {ags} | ({ags} if position == target else set())
        if towns:
            fte = district.fte + (freed if position == target else 0)
            rows.append(GivenDistrict(district.employer, tuple(sorted(towns)), fte))
    return rows


def _may_serve(employer: Employer, ags: Ags, problem: Problem, layer: Layer) -> bool:
    """Whether an employer may have a district of that one municipality."""
    hubs = possible_hubs(employer, problem)
    if employer.base == "district":
        hubs &= 1 << problem.index[ags]
    return hubs != 0 and employer.id in layer.fixed_employers.get(ags, {employer.id})


def _move(plan: Plan, number: int, district: int, rows: Sequence[GivenDistrict]) -> Move | None:
    """The plan with these districts in a layer; ``None`` where a district can have no posts."""
    done = plan.layers[:number]
    later = [replace(one.layer, plan=_as_given(one)) for one in plan.layers[number + 1 :]]
    layer = plan.problem.layers[number]
    rows = sorted((replace(row, hub=_pinned_hub(row, layer)) for row in rows), key=lambda row: row.municipalities)
    sized = _with_best_sizes(plan.problem, number, layer, rows, done, later)
    if sized is None and any(row.fte is None for row in rows):
        return None
    given = replace(layer, plan=tuple(sized or rows))
    problem = replace(plan.problem, layers=(*plan.problem.layers[:number], given, *later))
    layers = list(done)
    for one in problem.layers[number:]:
        layers.append(evaluate_layer(problem, one, Service(problem, one, added_hours(problem, layers))))
    moved = Plan(problem, tuple(layers))
    return Move(
        district,
        moved,
        broken(check_plan(moved)),
        plan.lowest_coverage - moved.lowest_coverage,
        moved.shortfall_hours - plan.shortfall_hours,
    )


def _as_given(layer: LayerPlan) -> tuple[GivenDistrict, ...]:
    return tuple(GivenDistrict(d.employer, d.municipalities, d.fte, d.hub) for d in layer.districts)


def _pin_of(row: GivenDistrict, layer: Layer) -> Pin | None:
    return next((pin for pin in layer.pins if pin.municipalities <= set(row.municipalities)), None)


def _pinned_hub(row: GivenDistrict, layer: Layer) -> Ags | None:
    pin = _pin_of(row, layer)
    return None if pin is None else pin.hub


# -- the best team sizes of given districts -------------------------------------------------------------------------


def _with_best_sizes(
    problem: Problem,
    number: int,
    layer: Layer,
    rows: Sequence[GivenDistrict],
    done: Sequence[LayerPlan],
    later: Sequence[Layer],
) -> list[GivenDistrict] | None:
    """The districts with the team sizes and hubs that solving for them finds; ``None`` where no sizes keep the rules.

    The same values as the first two stages of a layer's solve (optimizer/stages.py), by a search through all sizes.
    """
    towns = [ags for row in rows for ags in row.municipalities]
    absent = {town.ags for town in problem.municipalities if not town.taking_part}
    if len(set(towns)) < len(towns) or not absent.isdisjoint(towns):
        # What a team in an overlap is worth depends on the other team; who takes no part is in no district to be found.
        return None
    free = replace(layer, plan=tuple(replace(row, fte=None) for row in rows))
    asked = replace(problem, layers=(*problem.layers[:number], free, *later))
    # Later layers are given, so no program is solved for the KI's share.
    ki_units = needed_ki_units(asked, number, done, Solver.HIGHS, Deadline(None))
    source = ColumnSource(asked, free, Service(asked, free, added_hours(asked, done)), ki_units)
    options: list[list[Column]] = [[] for _ in rows]
    for column in source.columns(0.0, Deadline(None)):
        position = column.covers[0]
        pin = _pin_of(rows[position], layer)
        if pin is None or pin.fte in (None, column.units * layer.step):
            options[position].append(column)
    chosen = _best_sizes(source, options, problem.fairness_tolerance)
    if chosen is None:
        return None
    return [
        replace(row, fte=column.units * layer.step, hub=problem.municipalities[column.hub].ags)
        for row, column in zip(rows, chosen, strict=True)
    ]


def _best_sizes(
    source: ColumnSource, options: Sequence[Sequence[Column]], tolerance: float
) -> tuple[Column, ...] | None:
    """One column for each district: the highest lowest coverage, within the tolerance the smallest shortfall."""
    counting = _Counting(source)
    fairest = counting.least(options, lambda column: -column.level, max)
    if fairest is None:
        return None
    fair = source.service.fair_level
    lowest = min(source.ceiling, min(column.level for column in fairest) / fair)
    enough = less(lowest - tolerance, ROUNDING) * fair
    near = [[column for column in columns if column.level >= enough] for columns in options]
    return counting.least(near, source.shortfall, add)


class _Counting:
    """Chooses a column for each district so that the counts of posts come out right."""

    def __init__(self, source: ColumnSource) -> None:
        layer, employers = source.layer, source.employers
        everyone = frozenset(employer.id for employer in employers)
        # Whose posts are counted, the fewest and the most of them, in units.
        sums: list[tuple[frozenset[str], int, int]] = [(everyone, source.units, source.units)]
        for limit in layer.limits:
            most = source.units if limit.maximum is None else math.floor(limit.maximum / layer.step)
            sums.append((limit.employers, math.ceil(limit.minimum / layer.step), most))
        sums.append((frozenset(e.id for e in employers if e.is_ki), source.ki_units, source.units))
        sums = [one for one in sums if one[1] > 0 or one[2] < source.units]
        self.fewest = tuple(fewest for _, fewest, _ in sums)
        self.most = tuple(most for _, _, most in sums)
        #: Per employer, which of the sums its posts belong to.
        self.member = [[int(employer.id in whose) for whose, _, _ in sums] for employer in employers]

    def least(
        self,
        options: Sequence[Sequence[Column]],
        cost: Callable[[Column], float],
        join: Callable[[float, float], float],
    ) -> tuple[Column, ...] | None:
        """The choice with the least cost, ``join`` of the costs of its columns; among equals smaller teams first.

        ``None`` where no choice has the right counts. A dynamic program over the counts that can be reached.
        """
        if not all(options):
            return None
        parts = [[(self._counted(column), cost(column), column) for column in columns] for columns in options]
        most = self._most_before(parts)
        reached: dict[Counts, tuple[float, tuple[Column, ...]]] = {(0,) * len(self.most): (-math.inf, ())}
        for part, room in zip(parts, most, strict=True):
            following: dict[Counts, tuple[float, tuple[Column, ...]]] = {}
            for counts, (value, chosen) in reached.items():
                for counted, price, column in part:
                    after = tuple(map(add, counts, counted))
                    if any(map(gt, after, room)):
                        continue
                    total = join(value, price) if chosen else price
                    if after not in following or total < following[after][0]:
                        following[after] = total, (*chosen, column)
            reached = following
        enough = [found for counts, found in reached.items() if not any(map(lt, counts, self.fewest))]
        return min(enough, key=lambda found: found[0], default=(0.0, None))[1]

    def _counted(self, column: Column) -> Counts:
        return tuple(column.units * belongs for belongs in self.member[column.employer])

    def _most_before(self, parts: Sequence[Sequence[tuple[Counts, float, Column]]]) -> list[Counts]:
        """The most of each sum up to a district, so that those after it still can have the least that they may."""
        room = [self.most]
        for part in reversed(parts[1:]):
            least = [min(counted[k] for counted, _, _ in part) for k in range(len(self.most))]
            room.append(tuple(map(sub, room[-1], least)))
        return room[::-1]
