"""Why a municipality is in its district, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

import scenarios
from optimizer.explore.reasons import Reason
from optimizer.moves import moves
from optimizer.plan import Plan
from optimizer.solve import solve
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.schema import ExistingServices
from translation import Language, translate
from wording import reasons

NORDKIRCHEN, BILLERBECK, SENDEN, COESFELD = "05558028", "05558008", "05558044", "05558012"


@pytest.fixture(scope="module")
def loaded() -> LoadedScenario:
    return load_problem(scenarios.SCENARIOS / "modell-1-zentral.yaml")


@pytest.fixture(scope="module")
def plan(loaded: LoadedScenario) -> Plan:
    found = solve(loaded.problem).plan
    assert found is not None
    return found


def _alternatives(loaded: LoadedScenario, plan: Plan, ags: str) -> list[reasons.Alternative]:
    return reasons.alternatives(plan, 0, moves(plan, 0, ags), loaded)


def test_hub_is_said_to_be_here(loaded: LoadedScenario, plan: Plan) -> None:
    (text,) = map(str, reasons.places(loaded, plan, 0, SENDEN))
    assert text == (
        "District 1: 1.5 FTE of Kommunales Integrationszentrum Kreis Coesfeld, hub here. "
        "Together with Ascheberg, Nordkirchen."
    )


def test_municipality_without_a_district_is_said_to_have_none(loaded: LoadedScenario, plan: Plan) -> None:
    empty = Plan(plan.problem, (type(plan.layers[0])(plan.layers[0].layer, plan.layers[0].districts[1:]),))
    assert [str(text) for text in reasons.places(loaded, empty, 0, SENDEN)] == ["In no district: no hours."]


def test_allowed_alternatives_come_first(loaded: LoadedScenario, plan: Plan) -> None:
    for town in loaded.county.municipalities:
        allowed = [one.allowed for one in _alternatives(loaded, plan, town.ags)]
        assert allowed == sorted(allowed, reverse=True)


def test_second_best_states_what_it_costs(loaded: LoadedScenario, plan: Plan) -> None:
    found = _alternatives(loaded, plan, NORDKIRCHEN)
    assert found[0].allowed
    text = str(reasons.second_best(plan, found))
    assert text.startswith(
        "Second best would be district 5 (hub Lüdinghausen): lowest coverage 83.1% (8.4 h per 1,000) instead of 91.6% "
        "(9.3 h per 1,000)"
    )
    assert "hours more missing" in text
    assert "no further one" in str(reasons.second_best(plan, []))


def test_what_rounds_to_the_same_is_called_the_same(plan: Plan) -> None:
    same = "the same lowest coverage of 91.6% (9.3 h per 1,000), and as many hours missing per week"
    assert str(reasons.cost(plan, plan)) == same


def test_gain_is_said_as_one(loaded: LoadedScenario, plan: Plan) -> None:
    worse = _alternatives(loaded, plan, NORDKIRCHEN)[0].move.plan
    back = str(reasons.second_best(worse, _alternatives(loaded, worse, NORDKIRCHEN)))
    assert "fewer missing" in back


def test_rule_in_the_way_is_named() -> None:
    loaded = load_problem(scenarios.SCENARIOS / "abruf-4-stellen.yaml")
    plan = solve(loaded.problem).plan
    assert plan is not None
    found = _alternatives(loaded, plan, BILLERBECK)
    assert not any(one.allowed for one in found)
    first, *_, last = map(str, reasons.remarks(found, loaded))
    assert first == (
        "district 4 (hub Senden): every district connected: NOT kept. Concerns: Coesfeld, Havixbeck, Rosendahl."
    )
    assert last.startswith("Team sizes")


def test_why_here_says_what_falls_apart_and_what_freedom_would_cost() -> None:
    loaded = load_problem(scenarios.SCENARIOS / "abruf-4-stellen.yaml")
    plan = solve(loaded.problem).plan
    assert plan is not None
    worse = _alternatives(loaded, plan, SENDEN)[0].move.plan

    def said(now: Plan, then: Plan | None, language: Language = "en") -> list[str]:
        reason = Reason(then, None, None, True)
        found = reasons.why_here(loaded, now, 0, BILLERBECK, _alternatives(loaded, plan, BILLERBECK), reason)
        return [translate(text, language) for text in found]

    apart, dearer = said(plan, worse, "de")
    assert apart == "Havixbeck grenzt nicht an Coesfeld, Rosendahl; ohne Billerbeck zerfiele der Bezirk."
    hours = round(worse.shortfall_hours, 1) - round(plan.shortfall_hours, 1)
    assert dearer == f"Dürfte sich alles ändern, kostete die Trennung {hours:.1f} Stunden pro Woche.".replace(
        ".", ",", 1
    )
    assert (
        said(worse, plan)[1] == f"Were everything free to change, the parting would bring {hours:.1f} hours per week."
    )
    assert "make no difference" in said(plan, plan)[1]
    assert "the rules allow no plan" in said(plan, None)[1]
    # Fairer, and with more hours missing: both are told, and nothing as its own opposite.
    fairer = replace(plan, problem=replace(plan.problem, stated_level=plan.problem.fair_level * 0.9))
    assert " would cost " in said(fairer, plan)[1]
    assert " percentage points of the lowest coverage" in said(fairer, plan)[1]


def test_two_that_do_not_touch_are_said_not_to() -> None:
    loaded = load_problem(scenarios.SCENARIOS / "abruf-4-stellen.yaml")
    plan = solve(loaded.problem).plan
    assert plan is not None
    by_name = {town.name: town.ags for town in loaded.county.municipalities}

    def said(one: str, other: str) -> str | None:
        found = reasons.between_two(loaded, plan, 0, by_name[one], by_name[other])
        return None if found is None else translate(found, "de")

    assert said("Rosendahl", "Nottuln") == "Rosendahl grenzt nicht an Nottuln."
    assert said("Coesfeld", "Havixbeck") == "Coesfeld grenzt nicht an Havixbeck; ohne Billerbeck zerfiele der Bezirk."
    assert said("Coesfeld", "Rosendahl") is None


def test_existing_services_are_named_with_what_is_cut_and_what_nobody_knows(loaded: LoadedScenario) -> None:
    services = ExistingServices(credit=0.25, most=1.5)
    cut = replace(loaded, scenario=loaded.scenario.model_copy(update={"existing_services": services}))
    texts = [str(text) for text in reasons.existing_texts(cut, COESFELD)]
    assert texts[0] == "Kommunale Flüchtlingsbetreuung (DRK Kreisverband Coesfeld): 32.8 h per week"
    assert any(text.startswith("Of ") and "at most 1.5 times the county's average" in text for text in texts)
    assert texts[-1].endswith("staff not published")
