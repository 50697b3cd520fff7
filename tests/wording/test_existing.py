"""How far a plan rests on existing services, and the plan without them."""

from __future__ import annotations

import pytest
from papers import MODELS, shipped

from optimizer.plan import Plan
from optimizer.solve import solve
from scenarios.assemble import without_existing_services
from translation import translate
from wording.existing import YEARS, existing_remarks, existing_share
from wording.plan_tables import municipalities_table


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = shipped(MODELS[0]).solution.plan
    assert found is not None
    return found


def test_a_remark_names_who_rests_on_existing_services_and_old_figures(plan: Plan) -> None:
    loaded = shipped(MODELS[0]).loaded
    counted = {service for advice in loaded.existing.values() for service, _ in advice.services}
    years = [service.year for service in counted if service.year is not None]
    told = [translate(text, "de") for text in existing_remarks(loaded, plan, max(years) + YEARS + 1)]
    resting = [ags for ags in plan.municipalities if (share := existing_share(plan, ags)) and share.value > 0.25]
    for town in loaded.county.municipalities:
        assert (town.name in " ".join(told[:-1])) is (town.ags in resting)
    assert all(service.name in told[-1] for service in counted if service.year is not None)
    fresh = [translate(text, "de") for text in existing_remarks(loaded, plan, min(years))]
    assert fresh == told[:-1]


def test_share_and_year_stand_in_the_table(plan: Plan) -> None:
    loaded = shipped(MODELS[0]).loaded
    table = municipalities_table(loaded, plan)
    headings = [str(column.heading) for column in table.columns]
    at = headings.index("Existing, share")
    for supply, row in zip(plan.municipalities.values(), table.rows, strict=False):
        assert row.cells[at].value == existing_share(plan, supply.ags)
        assert row.cells[at + 1].value == str(loaded.existing[supply.ags].oldest)


def test_the_plan_without_existing_services() -> None:
    loaded = without_existing_services(shipped(MODELS[0]).loaded, "Ohne")
    found = solve(loaded.problem).plan
    assert found is not None
    assert loaded.scenario.name == "Ohne"
    assert all(supply.existing_hours == 0 for supply in found.municipalities.values())
    assert list(existing_remarks(loaded, found, 2100)) == []
    assert loaded.problem.layers == shipped(MODELS[0]).loaded.problem.layers
    assert found.fair_level == pytest.approx(234)
