"""The sentences on the first screen: one for every case of what is known of a plan, and each tells its figures."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from counties import county_texts, write_county

from optimizer.explore.alternatives import alternatives
from optimizer.plan import Stage
from optimizer.solve import Solution, solve
from scenarios.assemble import LoadedScenario, load_problem
from translation import LANGUAGES, translate
from wording.explore.alternatives import how_settled
from wording.verdict import facts, hours_missing, hours_used, verdict

ONE = "{posts: {total: 2, step: 1}, districts: {minimum: 2, maximum: 2}, employers: [{id: ki}]}"
TWO = (
    "{name: Freie, posts: {total: 2, step: 1}, districts: {minimum: 2, maximum: 2}, employers: [{id: awo}]}, "
    "{name: KI, posts: {total: 1, step: 1}, districts: {minimum: 1}, employers: [{id: ki}]}"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)).parent


def _load(folder: Path, layers: str, key: str = "{population: 1}") -> LoadedScenario:
    path = folder / "probe.yaml"
    path.write_text(f"name: Probe\ncounty: county\nkey: {key}\nlayers: [{layers}]\n", encoding="utf-8")
    return load_problem(path)


def _said(loaded: LoadedScenario, solution: Solution) -> list[str]:
    for language in LANGUAGES:
        assert all("{" not in translate(text, language) for text in verdict(loaded, solution))
    return [translate(text, "en") for text in verdict(loaded, solution)]


def _staged(solution: Solution, *stages: Stage) -> Solution:
    plan = solution.plan
    assert plan is not None
    return replace(solution, plan=replace(plan, stages=stages or plan.stages))


def test_what_is_proven_of_a_plan(folder: Path) -> None:
    loaded = _load(folder, ONE)
    solution = solve(loaded.problem)
    plan = solution.plan
    assert plan is not None
    first, *others = plan.stages
    size, least, proven = _said(loaded, solution)
    assert size == "2 districts with 2 posts, all at the KI."
    names = [name for name in ("Adorf", "Bestadt", "Cehausen", "Dekirchen") if name in least]
    assert names
    assert loaded.county.name_of(plan.least_covered.ags) in names
    assert f"({100 * plan.reached:.1f}% of the yardstick)" in least
    assert f"{plan.hours_per_1000(plan.least_covered.ags):.1f} hours per 1,000 people and week" in least
    assert proven.startswith("Best plan (proven): no plan that keeps the rules gives more")
    higher = replace(first, value=plan.reached + 0.015, bound=plan.reached + 0.015)
    more = f"more than {100 * (plan.reached + 0.015):.1f}% to the one served worst"
    assert more in _said(loaded, _staged(solution, higher, *others))[2]
    # Not proven: the highest coverage is, or is not, or nothing is known of it.
    open_ = [replace(stage, proven=False, bound=0.0) for stage in others]
    assert "(not proven); proven is that no plan" in _said(loaded, _staged(solution, first, *open_))[2]
    assert more in _said(loaded, _staged(solution, higher, *open_))[2]
    bound = replace(first, proven=False, bound=0.987)
    assert "at most 98.7% is possible" in _said(loaded, _staged(solution, bound, *open_))[2]
    unknown = replace(first, proven=False, bound=math.inf)
    assert "is not known" in _said(loaded, _staged(solution, unknown, *open_))[2]


def test_layers_are_told_one_by_one(folder: Path) -> None:
    loaded = _load(folder, TWO)
    size, _, proven, *_ = _said(loaded, solve(loaded.problem))
    first = "Freie: 2 districts with 2 posts at 1 welfare organisation"
    assert size == f"{first}; KI: 1 district with 1 post at the KI."
    assert proven.startswith("Layers 1, 2 together the best plan (proven): ")


def test_given_plans_no_plan_and_no_posts(folder: Path) -> None:
    given = "plan: [{municipalities: [Adorf, Bestadt], employer: ki, fte: 2, hub: Adorf}]"
    loaded = _load(folder, f"{{posts: {{total: 2}}, employers: [{{id: ki}}], {given}}}")
    *_, told, broken = _said(loaded, solve(loaded.problem))
    assert told == "This plan is given: it was evaluated, not optimised."
    assert "rule" in broken
    narrow = _load(folder, ONE.replace("maximum: 2", "maximum: 2, max_drive_minutes: 1"))
    assert _said(narrow, solve(narrow.problem)) == ["There is no plan that keeps all rules; this is proven."]
    nothing = _load(folder, "")
    none, least = _said(nothing, solve(nothing.problem))
    assert "nothing" in none
    assert "gets the least: " in least or "get the least: " in least


def test_hours_are_one_sum(folder: Path) -> None:
    loaded = _load(folder, ONE)
    plan = solve(loaded.problem).plan
    assert plan is not None
    told = translate(hours_used(plan), "en")
    assert told.endswith(f"{plan.problem.offered_hours:.1f} h")
    assert ("=" in told) != ("≈" in told)
    assert translate(hours_missing(plan), "en") == f"Missing to the yardstick: {plan.shortfall_hours:.1f} h per week"
    assert translate(facts(loaded), "de").startswith("Kreis")


def test_what_is_settled_among_the_best_plans(folder: Path) -> None:
    loaded = _load(folder, ONE)
    found = alternatives(loaded.problem, count=10, coverage_within=1.0)
    assert len(found.items) > 1
    told = translate(how_settled(loaded.county, found), "en")
    assert f"all {len(found.items)} best plans" in told
    assert "a matter of taste is most of all the district of " in told
    alone = replace(found, items=found.items[:1])
    assert translate(how_settled(loaded.county, alone), "en") == "Settled: there is no other plan near the best one."
    still = replace(found, items=tuple(replace(one, moved=()) for one in (found.items[0], found.items[0])))
    assert "every municipality is where it is here" in translate(how_settled(loaded.county, still), "en")
