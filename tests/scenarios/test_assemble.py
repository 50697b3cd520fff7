from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, write_county
from openpyxl import Workbook

from files.faults import InputError
from geodata.county import County, Employer, load_county
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, PostLimit, Problem
from optimizer.rules import RuleName, broken, check_plan
from optimizer.solve import solve
from scenarios.assemble import LoadedScenario, load_problem, problem_of, with_plan
from scenarios.key import KeyPeople, people_of
from scenarios.scenario import parse_scenario
from serving.answers import question_of

# The county of four squares in a row: Adorf, Bestadt, Cehausen, Dekirchen.
A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))
HEAD = "name: Versuch\ncounty: county\nkey: {population: 1}\n"
LAYER = "layers:\n  - posts: {total: 6}\n"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return load_county(write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)))


def pose(county: County, text: str, **arguments: object) -> Problem:
    return problem_of(parse_scenario(text.encode(), "s.yaml"), county, **arguments)  # type: ignore[arg-type]


def in_layer(lines: str) -> str:
    return HEAD + LAYER + "".join(f"    {line}\n" for line in lines.splitlines())


def faults(county: County, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        pose(county, text)
    return caught.value.lines("en")


def test_the_problem_has_the_county_and_the_defaults(county: County) -> None:
    problem = pose(county, HEAD + LAYER)
    assert [municipality.ags for municipality in problem.municipalities] == [A, B, C, D]
    assert problem.minutes == {pair: trip.minutes for pair, trip in county.travel.items()}
    assert problem.neighbours == county.neighbours
    assert (problem.ki_minimum, problem.ki_binding, problem.fairness_tolerance) == (Fraction(1, 3), True, 0.02)
    layer = problem.layers[0]
    assert (layer.total, layer.step, layer.hours_per_week) == (6, Fraction(1, 2), 39)
    assert (layer.districts_minimum, layer.districts_maximum, layer.max_drive_minutes) == (3, 6, 40)
    assert [(employer.id, employer.is_ki, employer.hubs) for employer in layer.employers] == [("ki", True, None)]
    assert (layer.limits, layer.plan, layer.reference) == ((), None, None)


def test_every_setting_of_a_layer_arrives(county: County) -> None:
    layer = pose(
        county,
        HEAD
        + "ki_share: {minimum: 1/2, binding: false}\nobjective: {fairness_tolerance: 0.1}\n"
        + "layers:\n  - name: Eins\n"
        + "    posts: {total: 2, step: 1/4, hours_per_week: 41, coordination_hours: 3}\n"
        + "    visits: {block_hours: 5}\n"
        + "    districts: {minimum: 1, maximum: 2, max_drive_minutes: null, minimum_persons: 2, connected: false}\n"
        + "    municipalities: {minimum_hours: 1.5}\n",
    ).layers[0]
    assert (layer.name, layer.total, layer.step) == ("Eins", 2, Fraction(1, 4))
    assert (layer.hours_per_week, layer.coordination_hours, layer.block_hours) == (41, 3, 5)
    assert (layer.districts_minimum, layer.districts_maximum, layer.max_drive_minutes) == (1, 2, None)
    assert (layer.minimum_persons, layer.connected, layer.minimum_hours) == (2, False, 1.5)


def test_the_key_mixes_the_shares_of_indicators(county: County) -> None:
    problem = pose(county, HEAD.replace("1}", "3, foreigners: 1, equal: 1}") + LAYER)
    # population 1000, 2000, 3000, 4000; foreigners 100, 101, 102, 103.
    expected = [(3 * (i + 1) / 10 + (100 + i) / 406 + 1 / 4) / 5 for i in range(4)]
    assert [municipality.weight for municipality in problem.municipalities] == pytest.approx(expected, rel=1e-12)


def test_the_services_of_the_county_arrive(county: County) -> None:
    problem = pose(county, HEAD + "existing_services: {credit: 0.5}\n" + LAYER)
    # 1.5 FTE for the whole county; the other service has no known staff.
    assert math.fsum(m.existing_hours for m in problem.municipalities) == pytest.approx(0.5 * 1.5 * 39)


def test_who_takes_no_part_has_no_need_and_the_key_is_that_of_the_others(county: County) -> None:
    problem = pose(county, HEAD + "not_taking_part: {Cehausen: Beschluss}\n" + LAYER)
    assert [(m.taking_part, m.weight) for m in problem.municipalities] == [
        (True, pytest.approx(1 / 7)),
        (True, pytest.approx(2 / 7)),
        (False, 0),
        (True, pytest.approx(4 / 7)),
    ]
    assert (problem.municipalities[2].existing_hours, problem.people) == (0, 7000)
    # What a service does for it stays there: 1.5 FTE for the county.
    hours = math.fsum(m.existing_hours for m in problem.municipalities)
    assert hours == pytest.approx(0.25 * 1.5 * 39 * 0.7)
    assert problem.neighbours == county.neighbours


def test_presence_is_asked_of_the_last_layer_that_can_serve(county: County) -> None:
    text = (
        HEAD
        + "presence: {hours: 4, Dekirchen: 8}\nlayers:\n"
        + "  - {posts: {total: 2}, municipalities: {minimum_hours: {default: 1, Adorf: 2}}}\n"
        + "  - {posts: {total: 1}, plan: [{employer: ki, fte: 1, municipalities: [Bestadt, Dekirchen]}]}\n"
    )
    first, second = pose(county, text).layers
    assert [first.fewest_hours(ags) for ags in (A, B, C, D)] == [4, 1, 4, 1]
    assert [second.fewest_hours(ags) for ags in (A, B, C, D)] == [0, 4, 0, 8]
    only = pose(county, text.replace("not", "not") + "not_taking_part: [Dekirchen]\n").layers[0]
    assert (only.minimum_hours, only.minimum_hours_of) == (4, {B: 1})


def test_the_same_presence_for_all_is_one_figure(county: County) -> None:
    layer = pose(county, HEAD + "presence: 4\n" + LAYER).layers[0]
    assert (layer.minimum_hours, layer.minimum_hours_of) == (4, {})
    single = pose(county, in_layer("municipalities: {minimum_hours: {Adorf: 8}}")).layers[0]
    assert (single.minimum_hours, single.minimum_hours_of) == (0, {A: 8})


@pytest.mark.parametrize(
    ("stated", "level"),
    [
        ("null", None),
        # 1.5 FTE relieve by 14.625 h; no municipality has more than its share.
        ("{posts: 12}", 12 * 39 + 14.625),
        ("{hours_per_1000: 10}", 100.0),
    ],
)
def test_a_yardstick_may_be_stated(county: County, stated: str, level: float | None) -> None:
    problem = pose(county, HEAD + f"yardstick: {stated}\n" + LAYER)
    assert problem.stated_level == (None if level is None else pytest.approx(level))
    if level is None:
        assert problem.fair_level == pytest.approx(6 * 39 + 14.625)


def test_nothing_has_no_layer_and_the_yardstick_that_it_states(county: County) -> None:
    for text in ("layers: []\n", "layers: [{posts: {total: 0, hours_per_week: 20}}]\n"):
        problem = pose(county, HEAD + text)
        assert (problem.layers, problem.fair_level, problem.people) == ((), 0, 10_000)
    stated = pose(county, HEAD + "yardstick: {posts: 6}\n" + text)
    assert stated.stated_level == pytest.approx(6 * 20 + 14.625)


def test_people_are_those_of_the_key(county: County) -> None:
    def people(key: str) -> KeyPeople | None:
        return people_of(parse_scenario(f"{key}\nname: a\ncounty: b\nlayers: []\n".encode(), "").key, county)

    assert people("key: {population: 1}") == KeyPeople("population", 10_000, weighted=False)
    assert people("key: {population: 1, foreigners: 2}") == KeyPeople("foreigners", 406, weighted=True)
    assert people("key: {population: 1, foreigners: 1}") == KeyPeople("population", 10_000, weighted=True)
    assert people("key: {equal: 1}") == KeyPeople("population", 10_000, weighted=True)
    gap = replace(county.municipalities[1], indicators={"population": None, "foreigners": 1.0})
    gaps = replace(county, municipalities=(county.municipalities[0], gap))
    assert people_of({"population": 1}, gaps) is None
    assert people_of({"population": 1}, gaps, {B}) == KeyPeople("population", 1000, weighted=False)


def test_a_key_needs_the_figure_of_every_municipality(county: County) -> None:
    gap = replace(county.municipalities[1], indicators={"population": None, "foreigners": 1.0})
    gaps = replace(county, municipalities=(county.municipalities[0], gap, *county.municipalities[2:]))
    (line,) = faults(gaps, HEAD + LAYER)
    assert line == (
        "s.yaml:3, key.population: the indicator “population” has no figure for Bestadt: "
        "an indicator with a figure for every municipality"
    )
    pose(gaps, HEAD.replace("population: 1", "foreigners: 1") + LAYER)


def test_a_limit_of_changes_goes_to_every_layer_with_a_reference(county: County) -> None:
    text = HEAD + "reference_plan: a.yaml\nchanges: {maximum_municipalities: 1}\nnot_taking_part: [Cehausen]\n"
    text += "layers:\n  - posts: {total: 1}\n  - posts: {total: 2}\n"
    first, second = pose(county, text, reference=[None, [[A, B], [C], [D]]]).layers
    assert (first.reference, first.changes_maximum) == (None, None)
    assert (second.reference, second.changes_maximum) == ((frozenset({A, B}), frozenset(), frozenset({D})), 1)


def test_each_municipality_employs_for_itself(county: County) -> None:
    layer = pose(
        county, in_layer("employers:\n  - {id: municipalities, minimum: 2, maximum: 4}\n  - {id: ki, minimum: 1}")
    ).layers[0]
    assert [employer.id for employer in layer.employers] == [A, B, C, D, "ki"]
    first = layer.employers[0]
    assert (first.is_ki, first.base, first.office, first.hubs, first.max_municipalities) == (
        False,
        "district",
        A,
        frozenset({A}),
        1,
    )
    assert layer.limits == (
        PostLimit("municipalities", frozenset({A, B, C, D}), Fraction(2), Fraction(4)),
        PostLimit("ki", frozenset({"ki"}), Fraction(1), None),
    )


def test_hubs_of_the_group_choose_the_municipalities(county: County) -> None:
    layer = pose(county, in_layer("employers: [{id: municipalities, hubs: [Bestadt, 05999016]}]")).layers[0]
    assert {employer.id: employer.hubs for employer in layer.employers} == {B: frozenset({B}), D: frozenset({D})}


def test_a_municipality_listed_by_itself_has_its_own_settings(county: County) -> None:
    text = in_layer(
        "employers:\n  - {id: municipalities, maximum: 3, hubs: [Adorf, Bestadt]}\n"
        "  - {id: cehausen, maximum: 1, hubs: [Dekirchen], max_municipalities: 3}\n  - {id: Adorf}"
    )
    layer = pose(county, text).layers[0]
    found = {employer.id: (employer.hubs, employer.max_municipalities) for employer in layer.employers}
    assert found == {B: (frozenset({B}), 1), C: (frozenset({D}), 3), A: (frozenset({A}), None)}
    assert {employer.id for employer in layer.employers if employer.group == "municipalities"} == {B}
    assert layer.limits == (
        PostLimit("municipalities", frozenset({A, B, C}), Fraction(0), Fraction(3)),
        PostLimit(C, frozenset({C}), Fraction(0), Fraction(1)),
    )


def test_employers_may_start_from_their_office(county: County) -> None:
    layer = pose(
        county, in_layer("employers:\n  - {id: awo, base: office}\n  - {id: Bestadt, base: office}\n  - {id: KI}")
    ).layers[0]
    assert [(employer.id, employer.base, employer.office) for employer in layer.employers] == [
        ("awo", "office", A),
        (B, "office", B),
        ("ki", "district", A),
    ]


def test_the_centre_is_called_ki_whatever_its_id(county: County) -> None:
    employers = (Employer("kiz-muster", "ki", "KIZ", A), *county.employers[1:])
    problem = pose(replace(county, employers=employers), HEAD + LAYER)
    assert [(employer.id, employer.is_ki) for employer in problem.layers[0].employers] == [("kiz-muster", True)]


def test_groups_become_pairs(county: County) -> None:
    layer = pose(
        county,
        in_layer(
            "municipalities:\n  together: [[Adorf, 05999008, Cehausen]]\n  apart: [[05999004, adorf-x, Dekirchen]]"
        ).replace("adorf-x", "Cehausen"),
    ).layers[0]
    assert layer.together == ((A, B), (B, C))
    assert layer.apart == ((A, C), (A, D), (C, D))


def test_together_and_apart_is_no_fault_of_the_input(county: County) -> None:
    layer = pose(county, in_layer("municipalities: {together: [[Adorf, Bestadt]], apart: [[Bestadt, Adorf]]}")).layers[
        0
    ]
    assert (layer.together, layer.apart) == (((A, B),), ((B, A),))


def test_employers_may_be_fixed(county: County) -> None:
    text = in_layer(
        "municipalities: {employer: {05999004: ki, Bestadt: municipalities}}\n"
        "employers: [{id: ki}, {id: municipalities, hubs: [Adorf, Bestadt]}]"
    )
    assert pose(county, text).layers[0].fixed_employers == {A: frozenset({"ki"}), B: frozenset({A, B})}


def test_a_plan_is_given_without_rules_for_districts(county: County) -> None:
    text = in_layer(
        "plan:\n  - {employer: Adorf, municipalities: [Adorf, 5999008], fte: 2.5}\n"
        "  - {employer: ki, municipalities: [Dekirchen], fte: 1}"
    )
    layer = pose(county, text).layers[0]
    assert layer.plan == (
        GivenDistrict(A, (A, B), Fraction(5, 2)),
        GivenDistrict("ki", (D,), Fraction(1)),
    )
    # Nobody stated rules for districts: none is broken but that districts are connected.
    assert (layer.districts_minimum, layer.districts_maximum, layer.max_drive_minutes) == (1, 2, None)
    assert layer.connected
    added = layer.employer(A)
    assert (added.hubs, added.max_municipalities, added.base) == (frozenset({A}), None, "district")


def broken_rules(problem: Problem) -> set[RuleName]:
    plan = solve(problem).plan
    assert plan is not None
    return {check.rule.name for check in broken(check_plan(plan))}


def test_a_plan_may_break_rules_and_every_breach_is_named(county: County) -> None:
    text = in_layer(
        "plan:\n  - {employer: ki, municipalities: [Adorf, Cehausen], fte: 2}\n"
        "  - {employer: ki, municipalities: [Cehausen], fte: 3, hub: Bestadt}"
    )
    problem = pose(county, text)
    assert problem.layers[0].plan == (
        GivenDistrict("ki", (A, C), Fraction(2)),
        GivenDistrict("ki", (C,), Fraction(3), B),
    )
    assert broken_rules(problem) == {RuleName.ONE_DISTRICT, RuleName.CONNECTED, RuleName.HUB, RuleName.POSTS}
    supply = solve(problem).plan.municipalities  # type: ignore[union-attr]
    alone = pose(county, text.replace("[Adorf, Cehausen]", "[Adorf]"))
    # Both teams give hours to Cehausen.
    assert supply[C].hours > solve(alone).plan.municipalities[C].hours > 0  # type: ignore[union-attr]
    assert supply[D].hours == 0


def test_sizes_are_found_for_a_hub_outside_the_district(county: County) -> None:
    text = in_layer(
        "plan:\n  - {employer: ki, municipalities: [Adorf, Bestadt], hub: Dekirchen}\n"
        "  - {employer: ki, municipalities: [Cehausen, Dekirchen]}"
    )
    assert broken_rules(pose(county, text)) == {RuleName.HUB}


def test_the_reference_plan_arrives_by_position(county: County) -> None:
    text = HEAD + "layers:\n  - posts: {total: 1}\n  - posts: {total: 1}\n"
    problem = pose(county, text, reference=[None, [[A, B], (C, D)], [[A]]])
    assert [layer.reference for layer in problem.layers] == [None, (frozenset({A, B}), frozenset({C, D}))]


@pytest.mark.parametrize(
    ("text", "place", "wrong"),
    [
        (HEAD.replace("population", "populaton") + LAYER, "s.yaml:3, key.populaton", "did you mean “population”?"),
        (in_layer("employers: [{id: aw}]"), "s.yaml:6, layers[0].employers[0].id", "did you mean “awo”?"),
        (in_layer("employers: [{id: Adorff}]"), "s.yaml:6, layers[0].employers[0].id", "did you mean “Adorf”?"),
        (in_layer("employers: [{id: ki}, {id: KI}]"), "s.yaml:6, layers[0].employers[1].id", "“KI” stands twice"),
        (in_layer("employers: [{id: Adorf}, {id: 05999004}]"), "s.yaml:6, layers[0].employers[1].id", "stands twice"),
        (
            in_layer("employers: [{id: ki, hubs: [Xdorf]}]"),
            "s.yaml:6, layers[0].employers[0].hubs[0]",
            "no municipality",
        ),
        (
            HEAD + "presence: {hours: 4, Xdorf: 1}\n" + LAYER,
            "s.yaml:4, presence.Xdorf",
            "no municipality “Xdorf”",
        ),
        (
            HEAD + "presence:\n  Adorf: 4\n  05999004: 1\n" + LAYER,
            "s.yaml:6, presence.05999004",
            "“05999004” stands twice",
        ),
        (
            in_layer("municipalities: {minimum_hours: {Xdorf: 1}}"),
            "s.yaml:6, layers[0].municipalities.minimum_hours.Xdorf",
            "no municipality “Xdorf”",
        ),
        (HEAD + "not_taking_part: [Xdorf]\n" + LAYER, "s.yaml:4, not_taking_part[0]", "no municipality “Xdorf”"),
        (
            HEAD + "not_taking_part: [Adorf, 05999004]\n" + LAYER,
            "s.yaml:4, not_taking_part[1]",
            "“05999004” stands twice",
        ),
        (
            HEAD + "not_taking_part: [Adorf, Bestadt, Cehausen, Dekirchen]\n" + LAYER,
            "s.yaml:4, not_taking_part",
            "no municipality takes part: at least one that takes part",
        ),
        (
            in_layer("municipalities: {together: [[Adorf, Bestadt]]}") + "not_taking_part: [Adorf]\n",
            "s.yaml:6, layers[0].municipalities.together[0]",
            "Adorf does not take part: municipalities that take part",
        ),
        (
            in_layer("plan: [{employer: ki, municipalities: [Adorf]}]") + "not_taking_part: [Adorf]\n",
            "s.yaml:6, layers[0].plan[0].municipalities",
            "Adorf does not take part",
        ),
        (
            in_layer("employers: [{id: awo, base: office, hubs: [Bestadt]}]"),
            "s.yaml:6, layers[0].employers[0].hubs",
            "the office in Adorf is none of the hubs",
        ),
        (
            in_layer("municipalities:\n  together: [[Adorf, adorf]]"),
            "s.yaml:7, layers[0].municipalities.together[0][1]",
            "“adorf” stands twice",
        ),
        (
            in_layer("municipalities: {apart: [[Adorf, 05558004]]}"),
            "s.yaml:6, layers[0].municipalities.apart[0][1]",
            "no municipality “05558004”",
        ),
        (
            in_layer("municipalities: {employer: {Adorf: awo}}"),
            "s.yaml:6, layers[0].municipalities.employer.Adorf",
            "“awo” is none of this layer: allowed: ki",
        ),
        (
            in_layer("municipalities: {employer: {Adorf: municipalities}}"),
            "s.yaml:6, layers[0].municipalities.employer.Adorf",
            "none of this layer",
        ),
        (
            in_layer("municipalities: {employer: {Adorf: ki, 05999004: ki}}"),
            "s.yaml:6, layers[0].municipalities.employer.05999004",
            "stands twice",
        ),
        (
            in_layer("plan:\n  - {employer: ki, municipalities: [Adorf]}\n  - {employer: ki, municipalities: [Adorf]}"),
            "s.yaml:8, layers[0].plan[1].municipalities",
            "Adorf is in two districts: each municipality in one district, or fte stated for all",
        ),
        (
            in_layer("plan:\n  - {employer: ki, municipalities: [Adorf], hub: Xdorf}"),
            "s.yaml:7, layers[0].plan[0].hub",
            "no municipality “Xdorf”",
        ),
        (
            in_layer("plan:\n  - {employer: municipalities, municipalities: [Adorf]}"),
            "s.yaml:7, layers[0].plan[0].employer",
            "a district has one employer",
        ),
        (
            in_layer("plan:\n  - {employer: nobody, municipalities: [Adorf]}"),
            "s.yaml:7, layers[0].plan[0].employer",
            "no employer “nobody”",
        ),
    ],
)
def test_what_the_county_does_not_have_is_a_fault(county: County, text: str, place: str, wrong: str) -> None:
    found = faults(county, text)
    assert len(found) == 1
    assert found[0].startswith(f"{place}: ")
    assert wrong in found[0]


def test_an_indicator_without_figures_is_a_fault(county: County) -> None:
    towns = tuple(replace(town, indicators={"population": 0.0}) for town in county.municipalities)
    found = faults(replace(county, municipalities=towns), HEAD + LAYER)
    assert "“population” is zero everywhere" in found[0]


def test_a_name_of_two_is_a_fault(county: County) -> None:
    towns = (*county.municipalities[:3], replace(county.municipalities[3], name="Adorf"))
    found = faults(replace(county, municipalities=towns), in_layer("municipalities: {apart: [[Adorf, Bestadt]]}"))
    assert f"the name of several municipalities: one of {A}, {D}" in found[0]


def test_all_faults_of_all_layers_are_told_at_once(county: County) -> None:
    text = HEAD.replace("population", "x") + "layers:\n" + "  - {posts: {total: 1}, employers: [{id: x}]}\n" * 2
    assert [line.split(": ")[0] for line in faults(county, text)] == [
        "s.yaml:3, key.x",
        "s.yaml:5, layers[0].employers[0].id",
        "s.yaml:6, layers[1].employers[0].id",
    ]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_county(tmp_path, county_texts(columns=4))
    return tmp_path


def never(loaded: LoadedScenario) -> None:
    raise AssertionError(f"{loaded.path.name} needs no plan")


def test_a_scenario_file_leads_to_its_county(folder: Path) -> None:
    path = write(folder, "s.yaml", HEAD + LAYER + "    employers: [{id: 5999004}]\n")
    loaded = load_problem(path, solve=never)
    assert (loaded.path, loaded.scenario.name, loaded.county.name) == (path, "Versuch", "Kreis Musterland")
    assert loaded.problem.layers[0].employers[0].id == A
    assert [notice.column for notice in loaded.notices] == ["layers[0].employers[0].id"]


def test_an_unknown_county_is_a_fault_of_the_scenario(folder: Path) -> None:
    path = write(folder, "s.yaml", HEAD.replace("county: county", "county: 05558-coesfelt") + LAYER)
    with pytest.raises(InputError, match=r"s\.yaml:2, county: .*did you mean “05558-coesfeld”"):
        load_problem(path, solve=never)


def test_a_reference_plan_is_solved_for_by_default(folder: Path) -> None:
    plan = "    plan: [{employer: ki, municipalities: [Adorf, Bestadt]}, {employer: ki, municipalities: [Cehausen]}]\n"
    write(folder, "a.yaml", HEAD + LAYER + plan)
    path = write(folder, "s.yaml", HEAD + "reference_plan: a.yaml\n" + LAYER)
    assert load_problem(path).problem.layers[0].reference == (frozenset({A, B}), frozenset({C}))
    write(folder, "a.yaml", HEAD + LAYER + "    municipalities: {minimum_hours: 1000}\n")
    assert load_problem(path).problem.layers[0].reference is None


def test_the_reference_plan_is_solved_for_by_whom_one_likes(folder: Path) -> None:
    write(folder, "a.yaml", HEAD.replace("Versuch", "Bezug") + LAYER)
    path = write(folder, "s.yaml", HEAD + "reference_plan: a.yaml\n" + LAYER)
    asked: list[str] = []

    def solved(loaded: LoadedScenario) -> Plan | None:
        asked.append(loaded.scenario.name)
        rows = [GivenDistrict("ki", towns, Fraction(1), towns[0]) for towns in ((A, B), (C, D))]
        return solve(with_plan(loaded.problem, loaded.county, rows)).plan

    found = load_problem(path, solve=solved)
    assert found.reference is not None
    assert [district.hub for district in found.reference.layers[0].districts] == [A, C]
    problem = found.problem
    assert problem.layers[0].reference == (frozenset({A, B}), frozenset({C, D}))
    assert asked == ["Bezug"]


@pytest.mark.parametrize(
    ("files", "place", "wrong"),
    [
        ({"s.yaml": "s.yaml"}, "s.yaml:4", "in a circle: s.yaml, s.yaml"),
        (
            {"s.yaml": "a.yaml", "a.yaml": "b.yaml", "b.yaml": "a.yaml"},
            "b.yaml:4",
            "in a circle: a.yaml, b.yaml, a.yaml",
        ),
        (
            {"s.yaml": "bb.yaml", "b.yaml": "s.yaml"},
            "s.yaml:4",
            "no file “bb.yaml” in this folder: did you mean “b.yaml”",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_fault(folder: Path, files: dict[str, str], place: str, wrong: str) -> None:
    for name, other in files.items():
        write(folder, name, f"{HEAD}reference_plan: {other}\n{LAYER}")
    with pytest.raises(InputError) as caught:
        load_problem(folder / "s.yaml", solve=never)
    (line,) = caught.value.lines("en")
    # Files that a file refers to are told by their names, and not by where they lie.
    assert line.startswith((f"{folder / place}, reference_plan: ", f"{place}, reference_plan: "))
    assert wrong in line


def test_the_table_of_a_plan_may_be_the_reference(folder: Path) -> None:
    write(folder, "p.csv", "municipality;district\nAdorf;Nord\nBestadt;Nord\nCehausen;Süd\n")
    path = write(folder, "s.yaml", HEAD + "reference_plan: p.csv\n" + LAYER)
    assert load_problem(path, solve=never).problem.layers[0].reference == (frozenset({A, B}), frozenset({C}))
    given = "layers:\n  - {posts: {total: 1}, plan: [{employer: ki, municipalities: [Adorf]}]}\n  - posts: {total: 6}\n"
    layers = load_problem(write(folder, "s.yaml", HEAD + "reference_plan: p.csv\n" + given)).problem.layers
    assert [layer.reference for layer in layers] == [None, (frozenset({A, B}), frozenset({C}))]
    write(folder, "p.csv", "municipality;district;fte\nAdorf;Nord;1\nAdorf;Süd;1\nXdorf;Süd;1\n")
    with pytest.raises(InputError, match=r"p\.csv:4, municipality: there is no municipality “Xdorf”"):
        load_problem(path)
    write(folder, "p.csv", "municipality;district;fte\nAdorf;Nord;1\nAdorf;Süd;1\n")
    with pytest.raises(InputError, match=r"p\.csv: Adorf is in two districts: each municipality in one district of a"):
        load_problem(path)
    write(folder, "s.yaml", HEAD + "reference_plan: q.csv\n" + LAYER)
    with pytest.raises(InputError, match=r"no file “q\.csv” in this folder: did you mean “p\.csv”"):
        load_problem(path)


def test_a_workbook_of_a_plan_may_be_the_reference(folder: Path) -> None:
    book = Workbook()
    for row in (["Gemeinde", "Bezirk"], ["Adorf, Stadt", 1], ["Bestadt", 1], ["Cehausen", 2]):
        book.worksheets[0].append(row)
    book.save(folder / "p.xlsx")
    path = write(folder, "s.yaml", HEAD + "reference_plan: p.xlsx\n" + LAYER)
    loaded = load_problem(path, solve=never)
    assert loaded.problem.layers[0].reference == (frozenset({A, B}), frozenset({C}))
    before = question_of(loaded.scenario, path)
    book.worksheets[0]["B3"] = 2
    book.save(folder / "p.xlsx")
    assert question_of(loaded.scenario, path) != before


def test_a_file_of_before_is_told_what_the_new_default_cuts(folder: Path) -> None:
    services = folder / "county" / "services.csv"
    services.write_text(services.read_text() + "Beratung,DRK,MBE,05999004,05999004,4,,2016,Zeitung,\n")
    path = write(folder, "s.yaml", HEAD + LAYER)
    (notice,) = load_problem(path).notices
    assert notice.text("en") == (
        f"{path}:1, existing_services.most: existing advice is cut in Adorf: it counts for at most 1.5 times the "
        "county's average per head: new with this version; to count all of it as before: most: null"
    )
    for stated in ("{most: 1.5}", "{most: null}", "{most: 10}"):
        assert not load_problem(write(folder, "s.yaml", HEAD + f"existing_services: {stated}\n" + LAYER)).notices


def test_a_limit_of_changes_without_districts_to_count_against_is_told(folder: Path) -> None:
    write(folder, "a.yaml", HEAD + LAYER + "    municipalities: {minimum_hours: 1000}\n")
    text = HEAD + "reference_plan: a.yaml\nchanges: {maximum_municipalities: 0}\n" + LAYER
    (notice,) = load_problem(write(folder, "s.yaml", text)).notices
    assert ":4, reference_plan: the reference plan has no districts for these layers" in notice.text("en")


def test_a_loaded_scenario_says_who_takes_no_part_and_what_existing_advice_there_is(folder: Path) -> None:
    loaded = load_problem(write(folder, "s.yaml", HEAD + "not_taking_part: {Cehausen: Beschluss}\n" + LAYER))
    assert loaded.not_taking_part == {C: "Beschluss"}
    assert loaded.people == KeyPeople("population", 7000, weighted=False)
    assert {town.ags: town.existing_hours for town in loaded.problem.municipalities} == {
        ags: advice.counted for ags, advice in loaded.existing.items()
    }
    assert loaded.existing[A].oldest == 2018


def test_a_reference_is_about_the_same_county(folder: Path) -> None:
    write(folder, "a.yaml", f"name: A\ncounty: 05558-coesfeld\n{LAYER}")
    path = write(folder, "s.yaml", HEAD + "reference_plan: a.yaml\n" + LAYER)
    with pytest.raises(InputError, match=r"s\.yaml:4, reference_plan: .* another county: Kreis Coesfeld"):
        load_problem(path, solve=never)


def test_a_plan_is_put_into_a_layer_that_keeps_its_rules(county: County) -> None:
    problem = pose(county, HEAD + "layers:\n  - posts: {total: 1}\n  - posts: {total: 2}\n")
    plan = (GivenDistrict("awo", (A, B), Fraction(1)), GivenDistrict(C, (C,), Fraction(1)))
    other = with_plan(problem, county, plan, layer=1)
    assert other.layers[0] == problem.layers[0]
    assert other.layers[1].plan == plan
    assert (other.layers[1].total, other.layers[1].districts_minimum, other.layers[1].max_drive_minutes) == (2, 3, 40)
    assert [(employer.id, employer.hubs) for employer in other.layers[1].employers] == [
        ("ki", None),
        (C, frozenset({C})),
        ("awo", None),
    ]
