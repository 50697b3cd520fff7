"""The key that a plan amounts to: the mixture of indicators by which it is as even as it can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.explore.situation import NoPlanInTime, Situation, situation_of
from optimizer.plan import District, added_hours
from optimizer.problem import Ags, GivenDistrict, Problem
from optimizer.service import Service
from optimizer.solver import Solver, Termination, TimeUp, run

if TYPE_CHECKING:
    import pulp

Weights = Mapping[str, float]
#: How much of the best level, relatively, may be given up by rounding where the key closest to another is looked for.
_SLACK = 1e-7
#: A weight below this is none: it comes from the solver's rounding.
_NO_WEIGHT = 1e-5


@dataclass(frozen=True, slots=True)
class ImpliedKey:
    """A mixture of indicators as the key of a plan.

    ``weights`` are the parts of the indicators in the key, in the order in which they were named; they add up to one.
    ``level`` is the lowest supply that it gives, in hours per week and unit of key, and ``bound`` what none gives more
    than. ``problem`` is the one asked about with this key, existing hours as they were.
    """

    weights: Weights
    level: float
    bound: float
    problem: Problem

    @property
    def proven(self) -> bool:
        """Whether no key gives more, but for rounding."""
        return self.level >= self.bound * (1 - 10 * _SLACK)


def implied_key(
    problem: Problem,
    plan: Sequence[GivenDistrict],
    indicators: Mapping[str, Mapping[Ags, float]],
    stated: Weights,
    *,
    layer: int = 0,
    solver: Solver | None = None,
    time_limit: float | None = None,
) -> ImpliedKey:
    """The mixture of ``indicators`` by which the lowest supply per unit of key in ``plan`` is highest.

    Each indicator has a share for every municipality; those of the municipalities that take part add up to one.
    ``plan`` are the districts of the layer with sizes; it may break rules. Its teams keep their districts, posts and
    hubs, and share their hours out by the key as the model has it; earlier layers and existing services keep their
    hours, and so does a team that cannot give the fewest hours, and where two teams serve a municipality each counts by
    itself. Of several such keys the one closest to the ``stated`` weights (the least sum of differences), then the one
    with most of the indicator named first.

    Exact by a linear program: with ``u_i`` the level times the key of municipality ``i``, which is a sum over
    indicators, the hours ``h_i`` of a team are at least ``u_i - s_i`` and no more in all than it has; the sum of the
    ``u_i``, which is the level, is as large as it can be.

    Raises :class:`NoPlanInTime` and what :func:`situation_of` raises.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit, any_size=True)
    program = _Program(situation, plan, indicators)
    try:
        best = program.most()
        parts = program.closest(best, stated) if best > 0 else dict(stated)
    except TimeUp:
        raise NoPlanInTime from None
    whole = math.fsum(parts.values())
    parts = {name: part / whole for name, part in parts.items() if part > _NO_WEIGHT * whole}
    whole = math.fsum(parts.values())
    weights = {name: part / whole for name, part in parts.items()}
    keyed = with_weights(problem, indicators, weights)
    level = program.level(keyed)
    return ImpliedKey(weights, level, max(best, level), keyed)


def with_weights(problem: Problem, indicators: Mapping[str, Mapping[Ags, float]], weights: Weights) -> Problem:
    """The problem with a mixture of indicators as its key, existing hours as they are."""
    raw = {
        town.ags: math.fsum(weight * indicators[name][town.ags] for name, weight in weights.items())
        for town in problem.municipalities
    }
    total = math.fsum(raw.values())
    towns = tuple(replace(town, weight=raw[town.ags] / total) for town in problem.municipalities)
    return replace(problem, municipalities=towns)


class _Program:
    """The linear program of a plan: ``amounts`` are the parts of the indicators in the key, times the level."""

    def __init__(
        self, situation: Situation, plan: Sequence[GivenDistrict], indicators: Mapping[str, Mapping[Ags, float]]
    ) -> None:
        self.situation = situation
        self.indicators = indicators
        layer = situation.evaluated(plan).layers[situation.number]
        self.teams = [district for district in layer.districts if district.fits]
        self.fixed = self._fixed([district for district in layer.districts if not district.fits])

    def _fixed(self, unfit: Sequence[District]) -> list[tuple[int, float]]:
        """Municipalities with a supply that no key changes."""
        problem, service = self.situation.problem, self.situation.service
        rows = [pair for district in unfit for pair in zip(district.municipalities, district.hours, strict=True)]
        led = {ags for district in (*self.teams, *unfit) for ags in district.municipalities}
        rows += [(town.ags, 0.0) for town in problem.municipalities if town.taking_part and town.ags not in led]
        return [(problem.index[ags], service.existing[problem.index[ags]] + hours) for ags, hours in rows]

    def level(self, problem: Problem) -> float:
        """The lowest supply per unit of key that the plan gives by the key of ``problem``."""
        earlier = added_hours(self.situation.problem, self.situation.done)
        service = Service(problem, self.situation.layer, earlier)
        levels = [supply / service.weights[i] for i, supply in self.fixed if service.weights[i] > 0]
        for team in self.teams:
            members = sorted((problem.index[ags] for ags in team.municipalities), key=lambda i: (service.kinks[i], i))
            found = service.level(members, problem.index[team.hub], service.hours_to_spend(team.fte))
            assert found is not None  # what fits does not depend on the key
            levels.append(found)
        return min(levels)

    def most(self) -> float:
        """The highest lowest level. Raises ``TimeUp``."""
        model, amounts = self._model("most", maximise=True)
        model.setObjective(_sum(amounts.values()))
        self._run(model)
        return max(0.0, _value(_sum(amounts.values())))

    def closest(self, level: float, stated: Weights) -> dict[str, float]:
        """Amounts that reach a level, closest to the ``stated`` weights, then most of the first. Raises ``TimeUp``."""
        whole = math.fsum(stated.values())
        model, amounts = self._model("closest")
        model.addConstraint(_sum(amounts.values()) >= level * (1 - _SLACK), "level")
        apart = []
        for k, (name, amount) in enumerate(amounts.items()):
            distance = model.add_variable(f"apart{k}", 0)
            wanted = level * stated.get(name, 0.0) / whole
            model.addConstraint(distance >= amount - wanted, f"above{k}")
            model.addConstraint(distance >= wanted - amount, f"below{k}")
            apart.append(distance)
        model.setObjective(_sum(apart))
        self._run(model)
        model.addConstraint(_sum(apart) <= _value(_sum(apart)) + level * _SLACK, "close")
        for k, amount in enumerate(amounts.values()):
            model.setObjective(-amount)
            self._run(model)
            model.addConstraint(amount >= _value(amount) - level * _SLACK, f"first{k}")
        return {name: _value(amount) for name, amount in amounts.items()}

    def _model(self, name: str, *, maximise: bool = False) -> tuple[pulp.LpProblem, dict[str, pulp.LpVariable]]:
        import pulp

        problem, service = self.situation.problem, self.situation.service
        model = pulp.LpProblem(name, pulp.LpMaximize if maximise else pulp.LpMinimize)
        amounts = {name: model.add_variable(f"amount{k}", 0) for k, name in enumerate(self.indicators)}

        def wanted(i: int) -> pulp.LpAffineExpression:
            ags = problem.municipalities[i].ags
            shares = [(amount, self.indicators[name][ags]) for name, amount in amounts.items()]
            return pulp.LpAffineExpression([(amount, share) for amount, share in shares if share])

        for k, (i, supply) in enumerate(self.fixed):
            model.addConstraint(wanted(i) <= supply, f"fixed{k}")
        for k, team in enumerate(self.teams):
            members = [problem.index[ags] for ags in team.municipalities]
            rates = service.travel_rate[problem.index[team.hub]]
            fewest = math.fsum(service.fewest[i] * (1 + rates[i]) for i in members)
            hours = {i: model.add_variable(f"hours{k}_{i}", service.fewest[i]) for i in members}
            for i in members:
                model.addConstraint(hours[i] >= wanted(i) - service.existing[i], f"served{k}_{i}")
            spent = pulp.LpAffineExpression([(hours[i], 1 + rates[i]) for i in members])
            model.addConstraint(spent <= max(fewest, service.hours_to_spend(team.fte)), f"team{k}")
        return model, amounts

    def _run(self, model: pulp.LpProblem) -> None:
        outcome = run(model, self.situation.solver, self.situation.deadline, relaxed=True)
        if outcome.termination is not Termination.OPTIMAL:
            # The program has a solution, that of no level, and is bounded: only the time can be up.
            raise TimeUp


def _sum(variables: Iterable[pulp.LpVariable]) -> pulp.LpAffineExpression:
    import pulp

    return pulp.LpAffineExpression([(variable, 1.0) for variable in variables])


def _value(expression: pulp.LpAffineExpression | pulp.LpVariable) -> float:
    return float(expression.value() or 0.0)
