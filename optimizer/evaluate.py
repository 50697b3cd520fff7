"""The figures of districts: of a column of the program, and of a layer whose plan is given."""

from __future__ import annotations

import math
from fractions import Fraction

from optimizer.column import Column
from optimizer.columns import ColumnSource, given_hubs
from optimizer.plan import District, LayerPlan
from optimizer.problem import GivenDistrict, Layer, Problem
from optimizer.service import Delivery, Service


def district_of(source: ColumnSource, column: Column) -> District:
    """A column with all its figures."""
    delivery = source.service.deliver(column.members, column.hub, column.level)
    employer = source.employers[column.employer].id
    return _built(source.problem, source.layer, employer, column.units * source.layer.step, delivery)


def _built(problem: Problem, layer: Layer, employer: str, fte: Fraction, delivery: Delivery) -> District:
    towns = problem.municipalities
    return District(
        employer=employer,
        fte=fte,
        hub=towns[delivery.hub].ags,
        level=delivery.level,
        municipalities=tuple(towns[i].ags for i in delivery.members),
        hours=delivery.hours,
        travel_hours=delivery.travel_hours,
        coordination_hours=layer.coordination_hours * math.ceil(fte),
        contract_hours=float(fte) * layer.hours_per_week,
        fits=delivery.fits,
    )


def evaluate_layer(problem: Problem, layer: Layer, service: Service) -> LayerPlan:
    """The figures of a layer whose plan is given in full; the plan may break rules."""
    districts = [_evaluated(problem, layer, service, row) for row in layer.plan or ()]
    districts.sort(key=lambda district: (district.municipalities, district.employer, district.fte, district.hub))
    return LayerPlan(layer, tuple(districts))


def _evaluated(problem: Problem, layer: Layer, service: Service, row: GivenDistrict) -> District:
    assert row.fte is not None
    members = tuple(sorted(problem.index[ags] for ags in row.municipalities))
    hubs = given_hubs(problem, layer, service, layer.employer(row.employer), members, row.hub)
    return _built(problem, layer, row.employer, row.fte, service.evaluate(members, hubs, row.fte))
