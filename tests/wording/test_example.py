"""The worked example: its figures are those of the plan, and every sum in it comes out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from counties import county_texts, write_county

from optimizer.plan import Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from translation import LANGUAGES, translate
from wording.example import Line, Step, StepName, worked_example

SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
COESFELD, LUEDINGHAUSEN, OLFEN = "05558012", "05558024", "05558036"
A, B, C = "05999004", "05999008", "05999012"
EXACT = 1e-9


@cache
def solved(stem: str) -> tuple[LoadedScenario, Plan]:
    return planned(load_problem(SCENARIOS / f"{stem}.yaml"))


def planned(loaded: LoadedScenario) -> tuple[LoadedScenario, Plan]:
    plan = solve(loaded.problem).plan
    assert plan is not None
    return loaded, plan


def made(tmp_path: Path, layers: str, key: str = "{population: 1}", **texts: str) -> tuple[LoadedScenario, Plan]:
    """A scenario for the small county, with some of its files replaced."""
    write_county(tmp_path, {**county_texts(), **{name.replace("_", "."): text for name, text in texts.items()}})
    path = tmp_path / "probe.yaml"
    path.write_text(f"name: Probe\ncounty: county\nkey: {key}\nlayers: [{layers}]\n", encoding="utf-8")
    return planned(load_problem(path))


def given(loaded: LoadedScenario, *rows: GivenDistrict, **rules: float) -> tuple[LoadedScenario, Plan]:
    layer = replace(loaded.problem.layers[0], plan=rows, **rules)
    return planned(replace(loaded, problem=replace(loaded.problem, layers=(layer,))))


def steps(loaded: LoadedScenario, plan: Plan, layer: int = 0, position: int = 0) -> Mapping[StepName, Step]:
    return {step.name: step for step in worked_example(loaded, plan, layer, position)}


def towns(step: Step) -> dict[str, Line]:
    return {line.ags: line for line in step.lines if line.ags is not None}


def total(step: Step) -> float:
    return math.fsum(line.exact for line in towns(step).values())


def said(value: object) -> str:
    return translate(value, "en")


def check(loaded: LoadedScenario, plan: Plan, layer: int, position: int) -> None:
    """Every sum of the example of one district, from its own lines and from the statistics."""
    district, rules = plan.layers[layer].districts[position], plan.layers[layer].layer
    found = steps(loaded, plan, layer, position)
    assert list(found) == list(StepName)
    contract, coordination, to_spend = (line.exact for line in found[StepName.TEAM].lines)
    assert contract == pytest.approx(float(district.fte) * rules.hours_per_week, abs=EXACT)
    assert contract - coordination == pytest.approx(to_spend, abs=EXACT)
    used = total(found[StepName.ON_SITE]) + total(found[StepName.ROAD])
    assert used == pytest.approx(to_spend, abs=EXACT)
    # On site, road, coordination and their sum: nothing is left over.
    *parts, whole = (line.exact for line in found[StepName.CHECK].lines)
    assert len(parts) == 3
    assert math.fsum(parts) == pytest.approx(contract, abs=EXACT)
    assert whole == pytest.approx(contract, abs=EXACT)
    (level,) = (line.exact for line in found[StepName.LEVEL].lines)
    key, existing, rate, hours, road, coverage = (
        towns(found[name])
        for name in (
            StepName.KEY,
            StepName.EXISTING,
            StepName.ROAD_RATE,
            StepName.ON_SITE,
            StepName.ROAD,
            StepName.COVERAGE,
        )
    )
    everywhere = [hours_of.hours_by_municipality() for hours_of in plan.layers]
    for ags in district.municipalities:
        wanted = level * key[ags].exact - existing[ags].exact
        before = math.fsum(part.get(ags, 0.0) for part in everywhere[:layer])
        assert hours[ags].exact == pytest.approx(max(0.0, rules.fewest_hours(ags) - before, wanted), abs=EXACT)
        minutes = 0.0 if ags == district.hub else loaded.county.travel[district.hub, ags].minutes
        assert rate[ags].exact == pytest.approx(2 * minutes / 60 / rules.block_hours, abs=EXACT)
        assert road[ags].exact == pytest.approx(hours[ags].exact * rate[ags].exact, abs=EXACT)
        earlier = math.fsum(part.get(ags, 0.0) for part in everywhere[:layer])
        supply = existing[ags].exact - earlier + math.fsum(part.get(ags, 0.0) for part in everywhere)
        fair = key[ags].exact * plan.fair_level
        assert coverage[ags].exact == pytest.approx(supply / fair, abs=EXACT)
        assert coverage[ags].exact == pytest.approx(plan.municipalities[ags].coverage, abs=EXACT)
    for step in found.values():
        for line in (*step.lines, Line(step.title, step.about, "", 0.0)):
            for language in LANGUAGES:
                assert "{" not in "".join(translate(v, language) for v in (line.subject, line.reckoning, line.shown))


@pytest.mark.parametrize("stem", SHIPPED)
def test_every_sum_comes_out_in_every_district_of_the_shipped_scenarios(stem: str) -> None:
    loaded, plan = solved(stem)
    for layer, placed in enumerate(plan.layers):
        for position in range(len(placed.districts)):
            check(loaded, plan, layer, position)


def test_the_key_is_the_share_of_the_statistics() -> None:
    loaded, plan = solved("modell-1-zentral")
    figures = {town.ags: town.indicators["migration_history"] for town in loaded.county.municipalities}
    for position in range(len(plan.layers[0].districts)):
        for ags, line in towns(steps(loaded, plan, 0, position)[StepName.KEY]).items():
            assert line.exact == pytest.approx(figures[ags] / sum(figures.values()), abs=EXACT)


def test_the_example_of_the_papers_is_told_with_its_figures() -> None:
    loaded, plan = solved("modell-1-zentral")
    districts = [district.municipalities for district in plan.layers[0].districts]
    found = steps(loaded, plan, 0, districts.index((LUEDINGHAUSEN, OLFEN)))
    lines = {name: [(said(x.subject), said(x.reckoning), said(x.shown)) for x in s.lines] for name, s in found.items()}
    assert lines[StepName.TEAM][2] == ("Hours to spend", "39.00 h − 2.00 h", "37.00 h")
    indicator = "3,768 of 31,474 (people with migration history)"
    assert lines[StepName.KEY][0] == ("Lüdinghausen", indicator, "11.9718%")
    whole = ("Jugendmigrationsdienst (AWO)", "2.0 FTE × 39 h × 25%, for the whole county", "19.50 h")
    assert lines[StepName.EXISTING][0] == whole
    five = ("Fachdienst Integration und Migration (SkF Lüdinghausen)", "1.0 FTE × 39 h × 25%, for 5 municipalities")
    assert lines[StepName.EXISTING][1] == (*five, "9.75 h")
    states = ("Durchstarten und Gemeinsam klappt's (Wohlfahrtsverbände im Kreis Coesfeld)", "3.5 FTE × 39 h × 25%")
    assert lines[StepName.EXISTING][2] == (states[0], f"{states[1]}, for the whole county", "34.12 h")
    parts = "2.33 h from Jugendmigrationsdienst, 3.05 h from Fachdienst Integration und Migration"
    assert lines[StepName.EXISTING][3] == (
        "Lüdinghausen",
        f"{parts}, 4.09 h from {states[0].partition(' (')[0]}",
        "9.47 h",
    )
    assert lines[StepName.ROAD_RATE] == [
        ("Lüdinghausen", "the team’s desk is here: no drive", "0.00 min"),
        ("Olfen", "2 × 10.7 min for a visit of 4 h", "5.35 min"),
    ]
    assert lines[StepName.LEVEL] == [("Level", "the highest for which 37.00 h suffice", "305.25 h")]
    assert lines[StepName.ON_SITE][0] == ("Lüdinghausen", "305.25 h × 11.9718% − 9.47 h", "27.08 h")
    assert lines[StepName.ROAD][1] == ("Olfen", "9.11 h × 5.35 min", "0.81 h")
    assert lines[StepName.CHECK][0] == ("On site", "27.08 h + 9.11 h", "36.19 h")
    fair = "fair: 319.66 h × 4.0287% = 12.88 h; here: 3.19 h existing + 9.11 h on site; missing: 0.58 h"
    assert lines[StepName.COVERAGE][2] == ("Olfen", fair, "95.49%")


def test_a_peak_that_is_cut_is_told() -> None:
    loaded, plan = solved("modell-1-zentral")
    districts = [district.municipalities for district in plan.layers[0].districts]
    coesfeld = next(position for position, towns_ in enumerate(districts) if COESFELD in towns_)
    line = towns(steps(loaded, plan, 0, coesfeld)[StepName.EXISTING])[COESFELD]
    assert said(line.reckoning).endswith("cut to 28.82 h, 1.5 times the county's average per head")
    assert said(line.shown) == "28.82 h"


def test_hours_of_earlier_layers_count_as_existing() -> None:
    loaded, plan = solved("modell-3-kommunen")
    line = towns(steps(loaded, plan, 1)[StepName.EXISTING])
    before = plan.layers[0].hours_by_municipality()
    for ags, existing in line.items():
        own = plan.municipalities[ags].existing_hours
        assert existing.exact == pytest.approx(own + before[ags], abs=EXACT)
        assert f"{before[ags]:.2f} h from the layer “Anteile der Kommunen”" in said(existing.reckoning)
    first = towns(steps(loaded, plan, 0)[StepName.EXISTING])
    assert not any("from the layer" in said(existing.reckoning) for existing in first.values())


def test_the_fewest_hours_are_told_where_they_hold() -> None:
    loaded, _ = solved("modell-1-zentral")
    layer = replace(loaded.problem.layers[0], minimum_hours=8.0)
    loaded, plan = planned(replace(loaded, problem=replace(loaded.problem, layers=(layer,))))
    fewest = []
    for position in range(len(plan.layers[0].districts)):
        check(loaded, plan, 0, position)
        for line in towns(steps(loaded, plan, 0, position)[StepName.ON_SITE]).values():
            by_level = "is less than the fewest hours, 8.00 h" not in said(line.reckoning)
            assert by_level == (line.exact > 8)
            fewest.append(not by_level)
    assert any(fewest)
    assert not all(fewest)


def test_several_indicators_are_told_with_their_weights(tmp_path: Path) -> None:
    key = "{population: 3, equal: 1, foreigners: 0}"
    loaded, plan = made(tmp_path, "{posts: {total: 1}, districts: {minimum: 1}}", key)
    line = towns(steps(loaded, plan)[StepName.KEY])[B]
    assert line.exact == pytest.approx(0.75 * 2000 / 6000 + 0.25 / 3, abs=EXACT)
    text = "2,000 of 6,000 (population (census)), counting 75%, one of 3 municipalities, counting 25%"
    assert said(line.reckoning) == text


def test_a_municipality_without_need_gets_the_fewest_hours(tmp_path: Path) -> None:
    table = county_texts()["municipalities.csv"].replace(",100\n", ",0\n")
    layers = "{posts: {total: 1}, districts: {minimum: 1}, municipalities: {minimum_hours: 2}}"
    loaded, plan = made(tmp_path, layers, "{foreigners: 1}", municipalities_csv=table)
    found = steps(loaded, plan)
    assert said(towns(found[StepName.ON_SITE])[A].reckoning) == "no need here: the fewest hours, 2.00 h"
    assert said(towns(found[StepName.COVERAGE])[A].shown) == "–"
    assert said(towns(found[StepName.EXISTING])[A].reckoning) == "no service counts here"
    alone = steps(*given(loaded, *(GivenDistrict("ki", (ags,), Fraction(1, 2)) for ags in (A, B))))
    assert said(alone[StepName.LEVEL].lines[0].shown) == "–"
    names = [said(line.subject) for line in alone[StepName.CHECK].lines]
    assert names == ["On site", "On the road", "Coordination", "Not spent", "Together"]
    assert alone[StepName.CHECK].lines[3].exact == pytest.approx(39 / 2 - 2 - 2, abs=EXACT)


def test_a_team_that_is_too_small_is_told(tmp_path: Path) -> None:
    loaded, _ = made(tmp_path, "{posts: {total: 1}, districts: {minimum: 1}}")
    tight = steps(*given(loaded, GivenDistrict("ki", (A, B, C), Fraction(1, 2)), minimum_hours=9.0))
    assert "do not fit" in said(tight[StepName.LEVEL].lines[0].reckoning)
    assert said(towns(tight[StepName.ON_SITE])[A].reckoning) == "part of the fewest hours, 9.00 h"
    assert tight[StepName.CHECK].lines[-1].exact == pytest.approx(39 / 2, abs=EXACT)
    none = steps(*given(loaded, GivenDistrict("ki", (A, B, C), Fraction(1, 2)), coordination_hours=30.0))
    assert said(none[StepName.CHECK].lines[3].subject) == "Hours missing"
    assert none[StepName.CHECK].lines[3].exact == pytest.approx(39 / 2 - 30, abs=EXACT)
