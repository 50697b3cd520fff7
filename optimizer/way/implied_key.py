"""The key that a plan amounts to: the mixture of indicators by which it is as even as it can be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from optimizer.evaluate import evaluate_layer
from optimizer.explore.situation import NoPlanInTime
from optimizer.plan import District, LayerPlan, Plan, added_hours
from optimizer.problem import Ags, GivenDistrict, Problem
from optimizer.service import Service
from optimizer.solver import Deadline, Solver, Termination, TimeUp, default_solver, run

if TYPE_CHECKING:
    import pulp

Weights = Mapping[str, float]
#: How much of the best level, relatively, may be given up by rounding where the key closest to another is looked for.
_SLACK = 1e-7
#: By how much more each indicator counts than the next where keys are as close.
_FIRST = 1e-3
#: A weight below this is none: it comes from the solver's rounding.
_NO_WEIGHT = 1e-5


@dataclass(frozen=True, slots=True)
class ImpliedKey:
    """A mixture of indicators as the key of a plan.

    ``weights`` are the parts of the indicators in the key, in the order in which they were named; they add up to one.
    ``level`` is the lowest supply that it gives, in hours per week and unit of key, and ``bound`` what none gives more
    than. ``plan`` is the one asked about by this key, with existing services and earlier layers as they were.
    """

    weights: Weights
    level: float
    bound: float
    plan: Plan

    @property
    def proven(self) -> bool:
        """Whether no key gives more, but for rounding."""
        return self.level >= self.bound * (1 - 10 * _SLACK)


def implied_key(
    problem: Problem,
    plans: Sequence[Sequence[GivenDistrict]],
    indicators: Mapping[str, Mapping[Ags, float]],
    stated: Weights,
    *,
    spread: float = 0.0,
    solver: Solver | None = None,
    time_limit: float | None = None,
) -> ImpliedKey:
    """The mixture of ``indicators`` by which the lowest supply per unit of key is highest in the last of ``plans``.

    Each indicator has a share for every municipality; those of the municipalities that take part add up to one.
    ``plans`` are the districts of each layer up to the one asked about, with sizes; they may break rules. The teams of
    that layer keep their districts, posts and hubs, and share their hours out by the key as the model has it, and so
    are existing hours as far as they are ``spread``, in hours per week and unit of key. Earlier layers and all other
    existing hours stay as they are by the key of ``problem``, and so do those of a team that cannot give the fewest
    hours; where two teams serve a municipality each counts by itself.

    Of several such keys it is the one closest to the ``stated`` weights: with the least sum of differences, of which
    those of indicators named first count a little more, so that there is one answer.

    Exact by a linear program: with ``u_i`` the level beyond what is spread times the key of municipality ``i``, which
    is a sum over indicators, the hours ``h_i`` of a team are at least ``u_i`` less what is there, and no more in all
    than it has; the sum of the ``u_i``, which is that level, is as large as it can be.

    Raises :class:`NoPlanInTime`.
    """
    asked = with_plans(problem, plans)
    program = _Program(asked, indicators, spread, solver or default_solver(), Deadline(time_limit))
    try:
        best = program.most()
        parts = program.closest(best, stated) if best > 0 else dict(stated)
    except TimeUp:
        raise NoPlanInTime from None
    whole = math.fsum(parts.values())
    parts = {name: part / whole for name, part in parts.items() if part > _NO_WEIGHT * whole}
    whole = math.fsum(parts.values())
    weights = {name: part / whole for name, part in parts.items()}
    keyed = _keyed(problem, indicators, weights, spread)
    level = program.level(keyed)
    last = evaluate_layer(keyed, asked.layers[-1].layer, program.service_of(keyed))
    return ImpliedKey(weights, level, max(best + spread, level), Plan(keyed, (*asked.layers[:-1], last)))


def with_plans(problem: Problem, plans: Sequence[Sequence[GivenDistrict]]) -> Plan:
    """The figures of plans of the first layers, with sizes, by the key of the problem; they may break rules."""
    done: list[LayerPlan] = []
    for layer, rows in zip(problem.layers, plans, strict=False):
        given = replace(layer, plan=tuple(rows))
        done.append(evaluate_layer(problem, given, Service(problem, given, added_hours(problem, done))))
    return Plan(problem, tuple(done))


def _keyed(problem: Problem, indicators: Mapping[str, Mapping[Ags, float]], weights: Weights, spread: float) -> Problem:
    """The problem with a mixture of indicators as its key; of the existing hours only those spread follow it."""
    raw = {
        town.ags: math.fsum(weight * indicators[name][town.ags] for name, weight in weights.items())
        for town in problem.municipalities
    }
    total = math.fsum(raw.values())
    towns = []
    for town in problem.municipalities:
        weight = raw[town.ags] / total
        existing = max(0.0, town.existing_hours - spread * town.weight) + spread * weight
        towns.append(replace(town, weight=weight, existing_hours=existing if town.taking_part else 0.0))
    return replace(problem, municipalities=tuple(towns))


class _Program:
    """The linear program of a plan: ``amounts`` are the parts of the indicators in the key, times the level.

    Levels in it are those beyond what is ``spread``.
    """

    def __init__(
        self,
        plan: Plan,
        indicators: Mapping[str, Mapping[Ags, float]],
        spread: float,
        solver: Solver,
        deadline: Deadline,
    ) -> None:
        self.problem = plan.problem
        self.layer = plan.layers[-1].layer
        self.earlier = plan.earlier_hours(len(plan.layers) - 1)
        self.service = self.service_of(plan.problem)
        pairs = zip(self.service.existing, self.service.weights, strict=True)
        #: What no key changes of the hours that are there.
        self.kept = [max(0.0, existing - spread * weight) for existing, weight in pairs]
        self.indicators = indicators
        self.solver, self.deadline = solver, deadline
        districts = plan.layers[-1].districts
        self.teams = [district for district in districts if district.fits]
        self.fixed = self._fixed([district for district in districts if not district.fits])

    def service_of(self, problem: Problem) -> Service:
        """What teams of the layer deliver by the key of ``problem``."""
        return Service(problem, self.layer, self.earlier)

    def _fixed(self, unfit: Sequence[District]) -> list[tuple[int, float]]:
        """Municipalities with a supply that no key changes."""
        problem = self.problem
        rows = [pair for district in unfit for pair in zip(district.municipalities, district.hours, strict=True)]
        led = {ags for district in (*self.teams, *unfit) for ags in district.municipalities}
        rows += [(town.ags, 0.0) for town in problem.municipalities if town.taking_part and town.ags not in led]
        return [(problem.index[ags], self.kept[problem.index[ags]] + hours) for ags, hours in rows]

    def level(self, problem: Problem) -> float:
        """The lowest supply per unit of key that the plan gives by the key of ``problem``."""
        service = self.service_of(problem)
        fixed = [(supply - self.kept[i] + service.existing[i], service.weights[i]) for i, supply in self.fixed]
        levels = [supply / weight for supply, weight in fixed if weight > 0]
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
        """Amounts that reach a level, closest to the ``stated`` weights. Raises ``TimeUp``."""
        import pulp

        whole = math.fsum(stated.values())
        model, amounts = self._model("closest")
        model.addConstraint(_sum(amounts.values()) >= level * (1 - _SLACK), "level")
        apart = []
        for k, (name, amount) in enumerate(amounts.items()):
            distance = model.add_variable(f"apart{k}", 0)
            wanted = level * stated.get(name, 0.0) / whole
            model.addConstraint(distance >= amount - wanted, f"above{k}")
            model.addConstraint(distance >= wanted - amount, f"below{k}")
            apart.append((distance, 1 + _FIRST * (len(amounts) - k)))
        model.setObjective(pulp.LpAffineExpression(apart))
        self._run(model)
        return {name: _value(amount) for name, amount in amounts.items()}

    def _model(self, name: str, *, maximise: bool = False) -> tuple[pulp.LpProblem, dict[str, pulp.LpVariable]]:
        import pulp

        problem, service = self.problem, self.service
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
                model.addConstraint(hours[i] >= wanted(i) - self.kept[i], f"served{k}_{i}")
            spent = pulp.LpAffineExpression([(hours[i], 1 + rates[i]) for i in members])
            model.addConstraint(spent <= max(fewest, service.hours_to_spend(team.fte)), f"team{k}")
        return model, amounts

    def _run(self, model: pulp.LpProblem) -> None:
        outcome = run(model, self.solver, self.deadline, relaxed=True)
        if outcome.termination is not Termination.OPTIMAL:
            # The program has a solution, that of no level, and is bounded: only the time can be up.
            raise TimeUp


def _sum(variables: Iterable[pulp.LpVariable]) -> pulp.LpAffineExpression:
    import pulp

    return pulp.LpAffineExpression([(variable, 1.0) for variable in variables])


def _value(expression: pulp.LpAffineExpression | pulp.LpVariable) -> float:
    return float(expression.value() or 0.0)
