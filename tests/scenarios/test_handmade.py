"""Plans made by hand: every edit, what it refuses, and what a plan asks of the optimizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.colours import PALETTE, by_number
from optimizer.plan import Identity, Plan
from optimizer.problem import Pin
from optimizer.rules import RuleName, broken, check_plan
from optimizer.solve import Solution, Status, solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem, problem_from
from scenarios.drafts import Draft
from scenarios.handmade import HandmadeLayer, HandmadePlan, Refused, begun, read_handmade
from scenarios.handmade_problem import free_layer, in_order, opened, pins_of, places, rest_of, unfit
from scenarios.handmade_scenarios import as_plan, as_rules
from scenarios.rendering import rendered
from scenarios.scenario import parse_scenario, scenario_from
from scenarios.schema import Scenario
from serving import answers

#: Without posts there is nothing to be made by hand.
SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml") if path.stem != "nichts")
ASCHEBERG, BILLERBECK, COESFELD, DUELMEN = "05558004", "05558008", "05558012", "05558016"
HAVIXBECK, LUEDINGHAUSEN, NOTTULN, OLFEN, ROSENDAHL = "05558020", "05558024", "05558032", "05558036", "05558040"


@cache
def _solved(stem: str = "modell-1-zentral") -> tuple[LoadedScenario, Solution]:
    loaded = load_problem(SCENARIOS / f"{stem}.yaml")
    return loaded, solve(loaded.problem)


def _begun(stem: str = "modell-1-zentral") -> HandmadePlan:
    loaded, solution = _solved(stem)
    assert solution.plan is not None
    return begun(loaded.scenario, solution.plan)


def _layer(stem: str = "modell-1-zentral") -> HandmadeLayer:
    return _begun(stem).layers[0]


def _evaluated(stem: str, plan: HandmadePlan) -> Plan:
    rows = {position: layer.rows for position, layer in enumerate(plan.layers)}
    return in_order(answers.evaluate(opened(_solved(stem)[0], plan), rows), plan)


def _towns(layer: HandmadeLayer) -> dict[int, tuple[str, ...]]:
    return {district.number: district.municipalities for district in layer.districts}


# -- the plan itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", SHIPPED)
def test_plan_begins_as_that_of_the_scenario(stem: str) -> None:
    loaded, solution = _solved(stem)
    assert solution.plan is not None
    plan = begun(loaded.scenario, solution.plan)
    mine = _evaluated(stem, plan)
    assert mine.lowest_coverage == pytest.approx(solution.plan.lowest_coverage, abs=1e-12)
    assert mine.travel_hours == pytest.approx(solution.plan.travel_hours, abs=1e-9)
    assert [[d.hub for d in layer.districts] for layer in mine.layers] == [
        [d.hub for d in layer.districts] for layer in solution.plan.layers
    ]
    assert not broken(check_plan(mine))
    assert scenario_from(plan.scenario) == loaded.scenario


def test_hub_that_the_scenario_states_is_kept() -> None:
    loaded, _ = _solved("kommunen-2023")
    first, *others = loaded.problem.layers[0].plan or ()
    layer = replace(loaded.problem.layers[0], plan=(replace(first, hub=ROSENDAHL), *others))
    found = solve(replace(loaded.problem, layers=(layer, *loaded.problem.layers[1:]))).plan
    assert found is not None
    hubs = {district.municipalities: district.hub for district in begun(loaded.scenario, found).layers[0].districts}
    assert hubs.pop(tuple(sorted(first.municipalities))) == ROSENDAHL
    assert set(hubs.values()) == {None}


@pytest.mark.parametrize("stem", SHIPPED)
def test_plan_is_plain_json(stem: str) -> None:
    plan = _begun(stem)
    assert read_handmade(json.loads(json.dumps(plan.data()))) == plan


def _broken_data() -> list[Any]:
    def changed(path: tuple[str | int, ...], value: Any) -> Any:
        data = json.loads(json.dumps(_begun().data()))
        inner = data
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value
        return data

    first = ("layers", 0, "districts", 0)
    return [
        None,
        [],
        {},
        "x",
        changed(("layers",), []),
        changed(("start",), []),
        changed((*first, "fte"), "0"),
        changed((*first, "fte"), "1/0"),
        changed((*first, "fte"), "nan"),
        changed((*first, "number"), 2),
        changed((*first, "municipalities"), [ASCHEBERG, ASCHEBERG]),
        changed((*first, "strange"), 1),
        changed(("layers", 0, "districts"), []),
        changed(("layers", 0, "together"), [[ASCHEBERG]]),
    ]


@pytest.mark.parametrize("data", _broken_data())
def test_data_that_are_no_plan_are_none(data: Any) -> None:
    assert read_handmade(data) is None


# -- edits ------------------------------------------------------------------------------------------------------------


def test_moved_municipality_is_in_its_new_district_only() -> None:
    moved = _layer().moved(DUELMEN, 1)
    assert [number for number, towns in _towns(moved).items() if DUELMEN in towns] == [1]
    assert moved.district(1).municipalities == tuple(sorted((*_layer().district(1).municipalities, DUELMEN)))


def test_municipality_may_be_in_no_district() -> None:
    plan = _begun()
    plan = plan.with_layer(0, plan.layers[0].moved(OLFEN, None))
    mine = _evaluated("modell-1-zentral", plan)
    assert mine.municipalities[OLFEN].hours == 0
    (breach,) = [check for check in broken(check_plan(mine)) if check.rule.name is RuleName.ONE_DISTRICT]
    assert places(breach, mine) == (OLFEN,)


def test_emptied_district_goes_last_and_stays() -> None:
    layer = _layer()
    numbers = [district.number for district in layer.districts]
    for ags in layer.district(1).municipalities:
        layer = layer.moved(ags, 2)
    assert [district.number for district in layer.districts] == [*numbers[1:], 1]
    assert layer.district(2).identity == Identity(2)
    assert len(layer.rows) == len(numbers) - 1


def test_last_municipality_stays_in_a_district() -> None:
    layer = _layer()
    *others, last = [ags for district in layer.districts for ags in district.municipalities]
    for ags in others:
        layer = layer.moved(ags, None)
    with pytest.raises(Refused, match="last one"):
        layer.moved(last, None)
    home = layer.district_of(last)
    assert home is not None
    with pytest.raises(Refused, match="last one"):
        layer.dissolved(home.number)


def test_new_district_has_a_number_of_its_own() -> None:
    layer = _layer().added("awo", Fraction(1)).added("ki", Fraction(1, 2))
    assert [district.number for district in layer.districts][-2:] == [6, 7]
    assert layer.moved(OLFEN, 7).district_of(OLFEN) == layer.moved(OLFEN, 7).district(7)
    assert layer.dissolved(7).added("ki", Fraction(1)).districts[-1].number == 7


def test_team_is_changed() -> None:
    layer = _layer().sized(2, Fraction(3, 2)).employed(2, "drk").based(2, ROSENDAHL)
    (row,) = [row for row in layer.rows if BILLERBECK in row.municipalities]
    assert (row.fte, row.employer, row.hub) == (Fraction(3, 2), "drk", ROSENDAHL)


@pytest.mark.parametrize("fte", [Fraction(0), Fraction(-1), Fraction(501)])
def test_impossible_team_is_refused(fte: Fraction) -> None:
    with pytest.raises(Refused, match="A team has more than 0"):
        _layer().sized(1, fte)


PINNED: list[tuple[Callable[[HandmadeLayer], HandmadeLayer], Callable[[HandmadeLayer], HandmadeLayer]]] = [
    (lambda layer: layer.with_pin(COESFELD, True), lambda layer: layer.moved(COESFELD, 1)),
    (lambda layer: layer.with_pin(COESFELD, True), lambda layer: layer.moved(COESFELD, None)),
    (lambda layer: layer.with_pin(COESFELD, True), lambda layer: layer.dissolved(3)),
    (lambda layer: layer.team_pinned(3, COESFELD), lambda layer: layer.dissolved(3)),
    (lambda layer: layer.team_pinned(3, COESFELD), lambda layer: layer.sized(3, Fraction(2))),
    (lambda layer: layer.team_pinned(3, COESFELD), lambda layer: layer.employed(3, "awo")),
    (lambda layer: layer.team_pinned(3, COESFELD), lambda layer: layer.based(3, ROSENDAHL)),
    (
        lambda layer: layer.moved(ROSENDAHL, 1).team_pinned(3, COESFELD),
        lambda layer: layer.moved(COESFELD, 1),
    ),
]


@pytest.mark.parametrize(("pin", "edit"), PINNED)
def test_what_is_pinned_stays(
    pin: Callable[[HandmadeLayer], HandmadeLayer], edit: Callable[[HandmadeLayer], HandmadeLayer]
) -> None:
    edit(_layer().moved(ROSENDAHL, 3))
    with pytest.raises(Refused):
        edit(pin(_layer()))


def test_pins_are_loosened() -> None:
    layer = _layer()
    assert layer.with_pin(DUELMEN, True).with_pin(DUELMEN, False) == layer
    assert layer.team_pinned(3, DUELMEN).team_pinned(3, None) == layer


def test_pin_needs_something_to_pin_to() -> None:
    with pytest.raises(Refused, match="in no district"):
        _layer().moved(OLFEN, None).with_pin(OLFEN, True)
    with pytest.raises(Refused, match="no municipality yet"):
        _layer().added("ki", Fraction(1)).team_pinned(6, OLFEN)


def test_pair_is_kept_together_or_apart_not_both() -> None:
    layer = _layer().kept(OLFEN, COESFELD, together=True)
    assert layer.together == ((COESFELD, OLFEN),)
    layer = layer.kept(COESFELD, OLFEN, together=False)
    assert (layer.together, layer.apart) == ((), ((COESFELD, OLFEN),))
    assert layer.released(OLFEN, COESFELD) == _layer()
    with pytest.raises(Refused, match="not two"):
        layer.kept(OLFEN, OLFEN, together=True)


def test_district_keeps_number_and_name_whatever_becomes_of_it() -> None:
    layer = _layer().named(3, "  Nord ").added("ki", Fraction(1)).moved(OLFEN, 6)
    plan = _begun().with_layer(0, layer.dissolved(1))
    before, after = (_evaluated("modell-1-zentral", one).layers[0] for one in (_begun(), plan))
    assert [identity.number for identity in before.identities] == [1, 2, 3, 4, 5]
    assert {identity.number: identity.name for identity in after.identities}.items() <= {
        2: None, 3: "Nord", 4: None, 5: None, 6: None,
    }.items()  # fmt: skip
    county = _solved()[0].county
    looks = [by_number(county, one, PALETTE) for one in (before, after)]
    assert looks[0].items() <= looks[1].items()
    assert layer.named(3, "").district(3).identity == Identity(3)


@pytest.mark.parametrize(
    ("name", "wrong"), [("Nord", "Another district"), ("a" * 201, "The name"), ("a\u200bb", "The name")]
)
def test_name_of_another_district_or_no_name_is_refused(name: str, wrong: str) -> None:
    with pytest.raises(Refused, match=wrong):
        _layer().named(1, "Nord").named(2, name)


def test_plan_begins_with_the_names_and_numbers_of_the_plan_that_it_was() -> None:
    loaded, solution = _solved("kommunen-2023")
    assert solution.plan is not None
    named = loaded.identified(solution.plan)
    layer = begun(loaded.scenario, named).layers[0]
    # In the order of the scenario's rows.
    assert [(one.number, one.name, one.hub or COESFELD) for one in layer.districts][:2] == [
        (1, None, COESFELD),
        (2, "Mitte", COESFELD),
    ]
    assert COESFELD in layer.district(1).municipalities
    plan = begun(loaded.scenario, named)
    assert _evaluated("kommunen-2023", plan).layers[0].identities == (Identity(1), Identity(2, "Mitte"), Identity(3))
    assert plan.layers[0].optimised(solution.plan.layers[0]).district(2).identity == Identity(2, "Mitte")


@pytest.mark.parametrize("save", [as_plan, lambda *asked: as_rules(asked[0], asked[1], 0, asked[2])])
def test_names_are_saved_with_the_scenario(save: Callable[..., Scenario]) -> None:
    loaded, _ = _solved()
    plan = _begun().with_layer(0, _layer().named(4, "Süd").named(2, "Nord"))
    saved = save(loaded, plan, "Benannt")
    assert list(saved.district_names) == ["Nord", "Süd"]
    again = parse_scenario(rendered(None, saved, "s.yaml"), "s.yaml")
    assert (again, list(again.district_names)) == (saved, ["Nord", "Süd"])
    found = problem_from(again, loaded.path, load=lambda _: loaded.county)
    solution = found.answered(solve(found.problem))
    assert solution.plan is not None
    # The order of the rows is the numbering: the same as by hand.
    assert solution.plan.layers[0].identities == _evaluated("modell-1-zentral", plan).layers[0].identities


def test_a_name_stays_known_by_what_the_scenario_says() -> None:
    loaded, solution = _solved("kommunen-2023")
    assert solution.plan is not None
    plan = begun(loaded.scenario, loaded.identified(solution.plan))
    layer = plan.layers[0].moved(OLFEN, 2)
    assert as_plan(loaded, plan.with_layer(0, layer), "x").district_names == {"Mitte": ("Dülmen", "Nottuln")}
    layer = layer.moved(NOTTULN, 1)
    assert as_plan(loaded, plan.with_layer(0, layer), "x").district_names == {"Mitte": ("Dülmen", "Olfen")}


EDITS: list[Callable[[HandmadeLayer, int, str, int], HandmadeLayer]] = [
    lambda layer, number, ags, _: layer.moved(ags, number),
    lambda layer, _, ags, __: layer.moved(ags, None),
    lambda layer, _, __, size: layer.added("awo", Fraction(size, 10)),
    lambda layer, number, _, __: layer.dissolved(number),
    lambda layer, number, _, size: layer.sized(number, Fraction(size, 10)),
    lambda layer, number, _, size: layer.employed(number, ("ki", "awo", "drk", COESFELD)[size % 4]),
    lambda layer, number, ags, size: layer.based(number, ags if size % 2 else None),
    lambda layer, _, ags, size: layer.with_pin(ags, size % 2 == 0),
    lambda layer, number, ags, size: layer.team_pinned(number, ags if size % 2 else None),
    lambda layer, _, ags, size: layer.kept(ags, OLFEN, together=size % 2 == 0),
    lambda layer, _, ags, __: layer.released(ags, OLFEN),
    lambda layer, number, _, size: layer.named(number, f"Bezirk {size % 5}" if size % 5 else ""),
]
STEP = st.tuples(
    st.integers(0, len(EDITS) - 1), st.integers(0, 9), st.integers(0, 10), st.integers(1, 70), st.integers(0, 1)
)


@pytest.mark.parametrize("stem", ["modell-2-wohlfahrt", "modell-3-kommunen"])
@settings(max_examples=15, deadline=None)
@given(steps=st.lists(STEP, max_size=60))
def test_any_edits_are_evaluated_and_undone(stem: str, steps: list[tuple[int, int, int, int, int]]) -> None:
    loaded, _ = _solved(stem)
    towns = [town.ags for town in loaded.county.municipalities]
    draft = Draft("a" * 20, "plan", stem, None, (_begun(stem).data(),))
    for edit, which, town, size, position in steps:
        plan = read_handmade(draft.state)
        assert plan is not None
        layer = plan.layers[position % len(plan.layers)]
        number = layer.districts[which % len(layer.districts)].number
        try:
            changed = EDITS[edit](layer, number, towns[town], size)
        except Refused:
            continue
        plan = plan.with_layer(position % len(plan.layers), changed)
        assert read_handmade(plan.data()) == plan
        draft = draft.changed(plan.data())
        _check_evaluation(stem, plan)
    plan = read_handmade(draft.state)
    assert plan is not None
    assert problem_from(as_plan(loaded, plan, "x"), loaded.path, load=lambda _: loaded.county).problem.layers
    final = draft.state
    count = draft.position
    for _ in range(count):
        draft = draft.undone()
    assert read_handmade(draft.state) == _begun(stem)
    for _ in range(count):
        draft = draft.redone()
    assert draft.state == final


def _check_evaluation(stem: str, plan: HandmadePlan) -> None:
    mine = _evaluated(stem, plan)
    for layer, handmade in zip(mine.layers, plan.layers, strict=True):
        assert [(set(d.municipalities), d.employer, d.fte) for d in layer.districts] == [
            (set(row.municipalities), row.employer, row.fte) for row in handmade.rows
        ]
        for district, row in zip(layer.districts, handmade.rows, strict=True):
            assert row.hub in (None, district.hub)
    for check in broken(check_plan(mine)):
        offenders = {ags for group in check.offenders for ags in group}
        assert set(places(check, mine)) <= offenders
        assert bool(places(check, mine)) == bool(offenders)
    assert not unfit(plan, _solved(stem)[0])


# -- evaluation -------------------------------------------------------------------------------------------------------


def test_districts_keep_the_order_of_the_hand() -> None:
    plan = _begun()
    # Without Ascheberg its district is no longer the first by municipality keys.
    plan = plan.with_layer(0, plan.layers[0].moved(ASCHEBERG, 4))
    mine = _evaluated("modell-1-zentral", plan)
    assert [set(d.municipalities) for d in mine.layers[0].districts] == [
        set(r.municipalities) for r in plan.layers[0].rows
    ]


def test_same_districts_with_other_hubs_are_told_apart() -> None:
    plan = _begun("kommunen-2023")
    first, *others = plan.layers[0].districts
    twin = first.model_copy(update={"number": 9, "hub": OLFEN})
    for order in ((first, twin), (twin, first)):
        layer = plan.layers[0].model_copy(update={"districts": (*order, *others)})
        mine = _evaluated("kommunen-2023", plan.with_layer(0, layer))
        hubs = [district.hub for district in mine.layers[0].districts[:2]]
        assert hubs[order.index(twin)] == OLFEN
        assert hubs[order.index(first)] == ASCHEBERG


def test_breach_points_to_those_cut_off() -> None:
    plan = _begun()
    plan = plan.with_layer(0, plan.layers[0].moved(ROSENDAHL, 1))
    mine = _evaluated("modell-1-zentral", plan)
    (breach,) = broken(check_plan(mine))
    assert breach.rule.name is RuleName.CONNECTED
    assert places(breach, mine) == (ROSENDAHL,)


def test_breach_points_to_those_too_far_out() -> None:
    plan = _begun()
    layer = plan.layers[0].moved(ROSENDAHL, 1).based(1, ROSENDAHL)
    mine = _evaluated("modell-1-zentral", plan.with_layer(0, layer))
    (breach,) = [check for check in broken(check_plan(mine)) if check.rule.name is RuleName.MAX_DRIVE]
    far = set(places(breach, mine))
    assert ASCHEBERG in far
    assert far == {a for a in layer.district(1).municipalities if mine.problem.minutes.get((ROSENDAHL, a), 0) > 40}
    assert len(far) < len(layer.district(1).municipalities) - 1


def test_wishes_are_rules_of_the_evaluation() -> None:
    plan = _begun()
    layer = plan.layers[0].kept(OLFEN, COESFELD, together=True).kept(LUEDINGHAUSEN, OLFEN, together=False)
    mine = _evaluated("modell-1-zentral", plan.with_layer(0, layer))
    assert {check.rule.name for check in broken(check_plan(mine))} == {RuleName.TOGETHER, RuleName.APART}


def test_layer_whose_plan_is_given_has_no_rules_on_the_number_of_districts() -> None:
    plan = _begun("kommunen-2023")
    layer = plan.layers[0].added("ki", Fraction(1, 2)).sized(1, Fraction(2)).moved(OLFEN, 4)
    mine = _evaluated("kommunen-2023", plan.with_layer(0, layer))
    assert not broken(check_plan(mine))


def test_plan_of_another_county_does_not_fit() -> None:
    loaded, _ = _solved()
    text = json.dumps(_begun().data()).replace(OLFEN, "05558999").replace('"ki"', '"strange"')
    plan = read_handmade(json.loads(text))
    assert plan is not None
    assert [str(reason) for reason in unfit(plan, loaded)] == [
        "The county has no municipality with the key 05558999.",
        "The county has no employer with the id strange.",
    ]
    assert len(unfit(_begun("modell-3-kommunen"), loaded)) == 1


# -- the rest ---------------------------------------------------------------------------------------------------------


def _rest(stem: str, plan: HandmadePlan, *positions: int) -> tuple[Solution, HandmadePlan]:
    solution = solve(rest_of(_solved(stem)[0], plan, positions))
    if solution.plan is not None:
        for position in positions:
            found = plan.layers[position].optimised(solution.plan.layers[position])
            plan = plan.with_layer(position, found)
    return solution, plan


def test_nothing_pinned_gives_the_best_plan_again() -> None:
    plan = _begun()
    moved = plan.layers[0].moved(OLFEN, 1).moved(COESFELD, 2).sized(1, Fraction(1))
    assert moved.changes == 3
    worse = plan.with_layer(0, moved.loosened())
    solution, rest = _rest("modell-1-zentral", worse, 0)
    assert solution.status is Status.OPTIMAL
    assert rest == plan


def test_rest_keeps_what_was_changed_by_hand() -> None:
    loaded, _ = _solved()
    plan = _begun()
    start = plan.layers[0]
    moved = start.moved(OLFEN, 1)
    (pin,) = pins_of(moved, loaded.problem)
    assert (OLFEN in pin.municipalities, len(pin.municipalities)) == (True, 2)
    # A district that is all new stays apart from those that it comes from.
    alone = start.added("ki", Fraction(1)).moved(OLFEN, 6)
    assert [*pins_of(alone, loaded.problem)] == [Pin(frozenset({LUEDINGHAUSEN})), Pin(frozenset({OLFEN}))]
    layer = moved.sized(3, Fraction(3, 2)).based(3, ROSENDAHL).with_pin(HAVIXBECK, True)
    assert layer.changes == 2
    solution, rest = _rest("modell-1-zentral", plan.with_layer(0, layer), 0)
    assert solution.status is Status.OPTIMAL
    kept = rest.layers[0]
    assert (kept.moves, kept.changes, kept.pinned) == (layer.moves, 2, (HAVIXBECK,))
    # Its only way there leads through Lüdinghausen, which follows.
    assert {OLFEN, LUEDINGHAUSEN} <= set(kept.district(1).municipalities)
    assert (kept.district(3).fte, kept.district(3).hub) == (Fraction(3, 2), ROSENDAHL)
    # Asked again, the same is asked, and nothing moves.
    assert {*pins_of(kept, loaded.problem)} == {*pins_of(layer, loaded.problem)}
    assert _rest("modell-1-zentral", rest, 0)[1] == rest
    assert _rest("modell-1-zentral", plan.with_layer(0, kept.unlocked()), 0)[1] == plan


def test_change_that_is_taken_back_is_none() -> None:
    start = _layer()
    assert start.moved(OLFEN, 1).moved(OLFEN, 2).moved(OLFEN, 5) == start
    assert start.moved(OLFEN, 5) == start
    assert start.sized(1, Fraction(2)).sized(1, start.district(1).fte) == start
    assert start.employed(1, "awo").employed(1, "ki") == start
    taken = start.moved(OLFEN, None)
    assert (len(taken.moves), taken.changes) == (1, 0)
    painted, refused = start.with_pin(OLFEN, True).painted([OLFEN, LUEDINGHAUSEN, DUELMEN], 1)
    assert painted.changes == 2
    assert [str(one.message) for one in refused] == ["This municipality is pinned. Loosen it to move it."]
    assert painted.loosened([DUELMEN], []).changes == 1
    assert painted.employed(2, "awo").loosened([], [2]).changes == 2


def test_all_is_locked_and_unlocked() -> None:
    start = _layer()
    locked = start.locked({district.number: district.municipalities[0] for district in start.districts})
    assert len(locked.pinned) == 11
    assert all(district.pinned for district in locked.districts)
    assert locked.unlocked() == start


def test_rest_keeps_what_is_pinned() -> None:
    plan = _begun()
    layer = plan.layers[0].moved(COESFELD, 2).sized(2, Fraction(5, 2)).employed(2, "awo")
    layer = layer.with_pin(COESFELD, True).with_pin(BILLERBECK, True).with_pin(OLFEN, True).team_pinned(2, BILLERBECK)
    layer = layer.kept(DUELMEN, OLFEN, together=True)
    solution, rest = _rest("modell-1-zentral", plan.with_layer(0, layer), 0)
    assert solution.status is Status.OPTIMAL
    kept = rest.layers[0].district(2)
    assert {COESFELD, BILLERBECK} <= set(kept.municipalities)
    assert OLFEN not in kept.municipalities
    assert (kept.fte, kept.employer, kept.held) == (Fraction(5, 2), "awo", BILLERBECK)
    assert rest.layers[0].district_of(DUELMEN) == rest.layers[0].district_of(OLFEN)
    assert rest.layers[0].pinned == layer.pinned
    # Nobody else goes to an employer that the scenario does not provide for.
    assert [d.employer for d in rest.layers[0].districts if d.number != 2] == ["ki"] * (len(rest.layers[0].rows) - 1)
    mine = _evaluated("modell-1-zentral", rest)
    assert solution.plan is not None
    assert mine.lowest_coverage == pytest.approx(solution.plan.lowest_coverage, abs=1e-12)


def test_pinned_team_without_pinned_municipality_stays_at_its_hub() -> None:
    loaded, _ = _solved()
    assert pins_of(_layer().team_pinned(4, DUELMEN), loaded.problem) == (
        Pin(frozenset({DUELMEN}), "ki", Fraction(3, 2), DUELMEN),
    )
    # With its hub elsewhere, where the need is greatest.
    assert pins_of(_layer().team_pinned(2, DUELMEN), loaded.problem)[0].municipalities == {NOTTULN}


def test_pins_that_cannot_hold_are_explained_or_refused() -> None:
    plan = _begun()
    odd = plan.with_layer(0, plan.layers[0].sized(1, Fraction(7, 10)).team_pinned(1, ASCHEBERG))
    with pytest.raises(Refused, match="not a multiple of the step"):
        rest_of(_solved()[0], odd, [0])
    large = plan.with_layer(0, plan.layers[0].sized(1, Fraction(7)).team_pinned(1, ASCHEBERG))
    with pytest.raises(Refused, match="more posts than the whole layer"):
        rest_of(_solved()[0], large, [0])
    greedy = plan.with_layer(0, plan.layers[0].sized(1, Fraction(6)).team_pinned(1, ASCHEBERG))
    assert _rest("modell-1-zentral", greedy, 0)[0].status is Status.INFEASIBLE


def test_two_pinned_teams_for_the_same_municipality_are_refused() -> None:
    plan = _begun("kommunen-2023")
    first, *others = plan.layers[0].districts
    twin = first.model_copy(update={"number": 9})
    layer = plan.layers[0].model_copy(update={"districts": (first, twin, *others)})
    layer = layer.team_pinned(1, ASCHEBERG).team_pinned(9, ASCHEBERG)
    with pytest.raises(Refused, match="same municipality"):
        pins_of(layer, _solved("kommunen-2023")[0].problem)


def test_given_layer_gets_default_rules_and_the_employers_of_its_plan() -> None:
    loaded, _ = _solved("kommunen-2023")
    rules = free_layer(loaded, 0)
    assert (rules.plan, rules.districts_minimum, rules.districts_maximum, rules.max_drive_minutes) == (None, 3, 6, 40.0)
    assert {employer.id for employer in rules.employers} == {ASCHEBERG, COESFELD, DUELMEN}
    assert free_layer(loaded, 1) is loaded.problem.layers[1]


def test_layers_that_are_not_optimised_stay() -> None:
    plan = _begun("modell-3-kommunen")
    tenth, layer = Fraction(1, 10), plan.layers[0]
    plan = plan.with_layer(0, layer.sized(1, layer.district(1).fte + tenth).sized(4, layer.district(4).fte - tenth))
    solution, rest = _rest("modell-3-kommunen", plan, 1)
    assert solution.plan is not None
    assert rest.layers[0] == plan.layers[0]
    assert [d.fte for d in solution.plan.layers[0].districts] == [d.fte for d in plan.layers[0].districts]
    plan = plan.with_layer(0, plan.layers[0].loosened())
    solution, rest = _rest("modell-3-kommunen", plan, 0, 1)
    assert rest == _begun("modell-3-kommunen")


# -- saving -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stem", SHIPPED)
def test_plan_saved_as_it_stands_has_the_same_figures(stem: str) -> None:
    loaded, _ = _solved(stem)
    plan = _begun(stem)
    layer = plan.layers[0].sized(1, Fraction(7, 10)).based(2, plan.layers[0].district(2).municipalities[-1])
    plan = plan.with_layer(0, layer.moved(OLFEN, 1).moved(HAVIXBECK, None).kept(OLFEN, COESFELD, together=True))
    scenario = as_plan(loaded, plan, "Von Hand", "Wie besprochen")
    assert scenario.description == "Wie besprochen"
    found = solve(problem_from(scenario, loaded.path, load=lambda _: loaded.county).problem)
    mine = _evaluated(stem, plan)
    assert found.status is Status.GIVEN
    assert found.plan is not None
    assert (scenario.name, found.plan.lowest_coverage) == ("Von Hand", mine.lowest_coverage)
    assert found.plan.shortfall_hours == pytest.approx(mine.shortfall_hours, abs=1e-9)
    assert RuleName.TOGETHER in {check.rule.name for check in broken(check_plan(found.plan))}


def test_pins_and_wishes_saved_as_rules() -> None:
    loaded, _ = _solved()
    plan = _begun()
    layer = plan.layers[0].moved(COESFELD, 2).employed(2, "awo").loosened().team_pinned(2, BILLERBECK)
    for ags in (COESFELD, BILLERBECK, OLFEN):
        layer = layer.with_pin(ags, True)
    layer = layer.kept(DUELMEN, OLFEN, together=True).kept(DUELMEN, HAVIXBECK, together=False)
    rules = as_rules(loaded, plan.with_layer(0, layer), 0, "Regeln").layers[0]
    assert rules.plan is None
    assert [employer.id for employer in rules.employers] == ["ki", "awo"]
    assert rules.municipalities.together == (("Dülmen", "Olfen"), ("Billerbeck", "Coesfeld"))
    assert rules.municipalities.apart == (("Dülmen", "Havixbeck"), ("Billerbeck", "Olfen"))
    assert rules.municipalities.employer == {"Billerbeck": "awo", "Coesfeld": "awo"}


def test_rules_of_a_given_layer_can_be_saved() -> None:
    loaded, _ = _solved("kommunen-2023")
    plan = _begun("kommunen-2023")
    layer = plan.layers[0].with_pin(OLFEN, True).with_pin(COESFELD, True)
    scenario = as_rules(loaded, plan.with_layer(0, layer), 0, "Regeln")
    first, second = scenario.layers
    assert first.plan is None
    assert {employer.id for employer in first.employers} == {"Ascheberg", "Coesfeld", "Dülmen"}
    assert second == loaded.scenario.layers[1]
    assert solve(problem_from(scenario, loaded.path, load=lambda _: loaded.county).problem).status is Status.OPTIMAL
    other = as_rules(loaded, plan.with_layer(0, layer.moved(HAVIXBECK, 1)), 1, "Regeln").layers[0]
    assert other.plan is not None
    assert [row.municipalities for row in other.plan if "Havixbeck" in row.municipalities] == [
        ("Ascheberg", "Havixbeck", "Lüdinghausen", "Nordkirchen", "Olfen", "Senden")
    ]
