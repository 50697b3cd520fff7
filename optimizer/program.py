"""The linear program: columns, constraints, and how a choice of columns is found and bounded.

Every column is a binary variable. Each municipality stands in exactly one chosen column, or in at most one where it
needs no team; posts, districts, limits and the KI's share are sums over them. Every objective is linear, the lowest
coverage by one more variable.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.column import Column
from optimizer.columns import ColumnSource
from optimizer.solver import Deadline, Outcome, Solver, Termination, run

if TYPE_CHECKING:
    import pulp


@dataclass(frozen=True)
class Row:
    """A constraint: ``low <= sum of coefficient * column <= high``; ``None`` is no bound."""

    name: str
    coefficients: Sequence[tuple[int, float]]
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Choice:
    """Columns chosen (positions, ascending), or none; and why the solver stopped."""

    termination: Termination
    columns: tuple[int, ...] | None


@dataclass(frozen=True)
class Relaxation:
    """A lower bound on the cost of every plan, and by how much each column raises it.

    ``bound + reduced[j]`` bounds every plan that has column ``j``. Computed from the duals here, not taken from the
    solver, so that a rounded or even wrong dual gives a weaker bound but never a false one
    (Neumaier and Shcherbina 2004, Safe bounds in linear and mixed-integer programming).
    """

    bound: float
    reduced: tuple[float, ...]

    def within(self, limit: float) -> list[int]:
        """The columns that a plan with a cost up to the limit can have."""
        return [j for j, cost in enumerate(self.reduced) if self.bound + cost <= limit]


class Program:
    """The linear program over some columns of a layer.

    Where changes against a reference are limited or cost something, these are copies (``ColumnSource.copies``).
    """

    def __init__(self, source: ColumnSource, columns: Sequence[Column], solver: Solver, deadline: Deadline) -> None:
        self.source = source
        self.columns = columns
        self.solver = solver
        self.deadline = deadline
        self.covering = self._covering()
        self.rows = [*self.covering, *self._sums(), *self._changes()]

    def _covering(self) -> list[Row]:
        covering: list[list[tuple[int, float]]] = [[] for _ in range(self.source.rows)]
        for j, column in enumerate(self.columns):
            for i in column.covers:
                covering[i].append((j, 1.0))
        required = self.source.required
        return [
            Row(f"cover_{i}", entries, 1 if required >> i & 1 else None, 1)
            for i, entries in enumerate(covering)
            if entries or required >> i & 1
        ]

    def _sums(self) -> list[Row]:
        layer, columns = self.source.layer, self.columns
        rows = [self._posts("posts", lambda _: True, self.source.units, self.source.units)]
        if layer.plan is None:
            every = [(j, 1.0) for j in range(len(columns))]
            rows.append(Row("districts_minimum", every, layer.districts_minimum, None))
            rows.append(Row("districts_maximum", every, None, layer.districts_maximum))
        ids = [employer.id for employer in self.source.employers]
        for number, limit in enumerate(layer.limits):
            members = {e for e, id in enumerate(ids) if id in limit.employers}
            if limit.minimum > 0:
                least = math.ceil(limit.minimum / layer.step)
                rows.append(self._posts(f"least_{number}", members.__contains__, least, None))
            if limit.maximum is not None:
                most = math.floor(limit.maximum / layer.step)
                rows.append(self._posts(f"most_{number}", members.__contains__, None, most))
        if self.source.ki_units > 0:
            ki = {e for e, employer in enumerate(self.source.employers) if employer.is_ki}
            rows.append(self._posts("ki_share", ki.__contains__, self.source.ki_units, None))
        return rows

    def _changes(self) -> Iterator[Row]:
        """Each reference district is continued by at most one, and not too many municipalities change."""
        continuing: dict[int, list[tuple[int, float]]] = {}
        for j, column in enumerate(self.columns):
            if column.continues is not None:
                continuing.setdefault(column.continues, []).append((j, 1.0))
        for k in sorted(continuing):
            yield Row(f"continues_{k}", continuing[k], None, 1)
        most = self.source.layer.most_changes
        if most is not None:
            numbers = [(j, float(self.source.changes(column)[0])) for j, column in enumerate(self.columns)]
            yield Row("changes", [one for one in numbers if one[1]], None, most - self.source.changes_at_least[0])

    def _posts(self, name: str, counts: object, low: float | None, high: float | None) -> Row:
        chosen = [(j, float(c.units)) for j, c in enumerate(self.columns) if counts(c.employer)]  # type: ignore[operator]
        return Row(name, chosen, low, high)

    def _hopeless(self) -> bool:
        return _unfillable(self.rows)

    def may_add_up(self) -> bool:
        """Whether the posts, districts, limits and KI's share of some of the columns are right, whatever they cover.

        Also where the time was up.
        """
        sums = self._sums()
        if _unfillable(sums):
            return False
        model, variables = self._model(sums)
        model.setObjective(_sum(variables, []))
        return run(model, self.solver, self.deadline).termination is not Termination.INFEASIBLE

    def minimise(self, costs: Sequence[float], *extra: Row) -> Choice:
        """The columns of a plan with the least cost that also keeps the ``extra`` rows."""
        if self._hopeless():
            return Choice(Termination.INFEASIBLE, None)
        model, variables = self._model([*self.rows, *extra])
        model.setObjective(_sum(variables, list(enumerate(costs))))
        return self._choice(run(model, self.solver, self.deadline), variables)

    def raise_lowest(self) -> Choice:
        """The columns of a plan with the highest lowest level."""
        if self._hopeless():
            return Choice(Termination.INFEASIBLE, None)
        model, variables = self._model(self.rows, maximise=True)
        lowest = model.add_variable("lowest")
        model.setObjective(lowest)
        fair = self.source.service.fair_level
        # A column without need counts as fully served many times over, but finitely.
        worth = [min(column.level / fair, 1e3) for column in self.columns]
        for row in self.covering:
            if row.low is not None:
                reached = _sum(variables, [(j, worth[j]) for j, _ in row.coefficients])
                model.addConstraint(reached - lowest >= 0, f"lowest_{row.name}")
        return self._choice(run(model, self.solver, self.deadline), variables)

    @property
    def most_chosen(self) -> int:
        """No choice has more columns than this."""
        return min(self.source.rows, self.source.district_range[1])

    def relax(self, costs: Sequence[float]) -> Relaxation | Outcome:
        """Bounds from the linear relaxation; the outcome instead where there are none."""
        if self._hopeless():
            return Outcome(Termination.INFEASIBLE, False)
        model, variables = self._model(self.rows, category="Continuous")
        model.setObjective(_sum(variables, list(enumerate(costs))))
        outcome = run(model, self.solver, self.deadline, relaxed=True)
        if outcome.termination is not Termination.OPTIMAL:
            return outcome
        reduced = list(costs)
        parts = []
        for row in self.rows:
            dual = model.get_constraint_by_name(row.name).pi or 0.0
            if row.low is None:
                dual = min(dual, 0.0)
            elif row.high is None:
                dual = max(dual, 0.0)
            side = row.low if row.low is not None else row.high
            parts.append(dual * (side or 0.0))
            for j, coefficient in row.coefficients:
                reduced[j] -= dual * coefficient
        # A column whose reduced cost is negative by rounding may be chosen, at most as often as there are districts.
        parts.append(self.most_chosen * min(0.0, min(reduced)))
        return Relaxation(math.fsum(parts), tuple(max(0.0, cost) for cost in reduced))

    def _model(
        self, rows: Sequence[Row], category: str = "Integer", *, maximise: bool = False
    ) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
        import pulp

        model = pulp.LpProblem("layer", pulp.LpMaximize if maximise else pulp.LpMinimize)
        high = 1 if category == "Integer" else None
        variables = [model.add_variable(f"x{j}", 0, high, category) for j in range(len(self.columns))]
        for row in rows:
            expression = _sum(variables, row.coefficients)
            if row.low is not None and row.low == row.high:
                model.addConstraint(expression == row.low, row.name)
                continue
            if row.low is not None:
                model.addConstraint(expression >= row.low, row.name if row.high is None else f"{row.name}_low")
            if row.high is not None:
                model.addConstraint(expression <= row.high, row.name if row.low is None else f"{row.name}_high")
        return model, variables

    def _choice(self, outcome: Outcome, variables: Sequence[pulp.LpVariable]) -> Choice:
        if not outcome.has_solution:
            return Choice(outcome.termination, None)
        chosen = tuple(j for j, variable in enumerate(variables) if (variable.value() or 0.0) > 0.5)
        if not self.source.complete([i for j in chosen for i in self.columns[j].covers]):
            # A time limit may leave a rounded, fractional "solution".
            return Choice(Termination.TIME_LIMIT, None)
        return Choice(outcome.termination, chosen)


def _unfillable(rows: Sequence[Row]) -> bool:
    # A constraint that no column can fill needs no solver.
    return any(
        not row.coefficients and ((row.low is not None and row.low > 0) or (row.high is not None and row.high < 0))
        for row in rows
    )


def _sum(variables: Sequence[pulp.LpVariable], entries: Sequence[tuple[int, float]]) -> pulp.LpAffineExpression:
    import pulp

    return pulp.LpAffineExpression([(variables[j], value) for j, value in entries])
