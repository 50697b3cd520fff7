"""What one more hour a week brings, district by district."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.evaluate import evaluate_layer
from optimizer.plan import District, Plan
from optimizer.problem import GivenDistrict, Problem
from optimizer.service import Service


@dataclass(frozen=True, slots=True)
class HourValue:
    """What more hours of the team of a district bring.

    ``district`` is its position in the layer of the plan. ``on_site_hours`` per week more reach people in it; the
    county's shortfall falls by ``shortfall_hours`` per week, and its lowest coverage rises by ``lowest_coverage``: by
    nothing where another district has the lowest.
    """

    district: int
    on_site_hours: float
    shortfall_hours: float
    lowest_coverage: float


def hour_values(problem: Problem, plan: Plan, *, layer: int = 0, hours: float = 1.0) -> tuple[HourValue, ...]:
    """What ``hours`` more contract hours per week bring in each district of a layer of ``plan``, in the plan's order.

    The team of the one district gets them for visits and drives: its meetings take as long as before, and its district,
    its hub and all other teams stay as they are. ``plan`` is one of ``problem`` or of its first layers, with ``layer``
    among them; it may break rules, and later layers are left out of account.

    This is a marginal figure of the plan as it is, by the fair level of the problem as it is. It is no new optimum:
    with more hours other districts, hubs or team sizes may be the best. Nor does it tell what many hours bring: once
    another district has the lowest coverage, further hours raise it no more.

    Raises ``ValueError`` where ``hours`` are negative.
    """
    if hours < 0:
        raise ValueError("hours must not be negative")
    asked = Plan(problem, plan.layers[: layer + 1])
    found = []
    for position, district in enumerate(asked.layers[layer].districts):
        helped = _helped(asked, layer, district, hours)
        more = _with(asked, layer, position, helped)
        found.append(
            HourValue(
                position,
                helped.on_site_hours - district.on_site_hours,
                asked.shortfall_hours - more.shortfall_hours,
                more.reached - asked.reached,
            )
        )
    return tuple(found)


def _helped(plan: Plan, number: int, district: District, hours: float) -> District:
    """The district when its team has so many more hours per week."""
    rules = plan.problem.layers[number]
    row = GivenDistrict(district.employer, district.municipalities, district.fte, district.hub)
    # So many more for each of its posts; the number of posts, and with it of persons, stays.
    longer = replace(rules, hours_per_week=rules.hours_per_week + hours / float(district.fte), plan=(row,))
    # The fair level comes from the problem, where posts have the hours that they had.
    service = Service(plan.problem, longer, plan.earlier_hours(number))
    return evaluate_layer(plan.problem, longer, service).districts[0]


def _with(plan: Plan, number: int, position: int, district: District) -> Plan:
    """The plan with another district at a position of its last layer."""
    last = plan.layers[number]
    districts = (*last.districts[:position], district, *last.districts[position + 1 :])
    return replace(plan, layers=(*plan.layers[:number], replace(last, districts=districts)))
