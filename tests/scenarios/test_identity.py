"""Number and name of districts: from the one that a district continues, else saved with the scenario, else by key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, key, write_county
from hypothesis import given
from hypothesis import strategies as st

from files.faults import InputError
from maps.colours import PALETTE, by_number, district_colours
from maps.paper.hatching import district_hatches
from optimizer.plan import Identity, LayerPlan, Naming, Plan
from optimizer.problem import GivenDistrict
from optimizer.solve import Solution, solve
from scenarios.assemble import LoadedScenario, load_problem, with_plan
from scenarios.identity import Before, continuing, identified_by, labelled, listed

A, B, C, D, E, F = (key(position) for position in range(6))
WEIGHTS = dict.fromkeys((A, B, C, D, E, F), 1 / 6)
HEAD = "name: Versuch\ncounty: county\nkey: {population: 1}\n"
LAYER = "layers:\n  - posts: {total: 6}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six squares, three in a row."""
    folder = tmp_path_factory.mktemp("identity")
    write_county(folder, county_texts(columns=3, rows=2))
    return folder


def load(folder: Path, more: str = "", name: str = "s.yaml", **solve: object) -> LoadedScenario:
    (folder / name).write_text(HEAD + more + (LAYER if "layers:" not in more else ""), encoding="utf-8")
    return load_problem(folder / name, **solve)  # type: ignore[arg-type]


def plan_of(loaded: LoadedScenario, *districts: Collection[str]) -> Plan:
    rows = [GivenDistrict("ki", tuple(sorted(towns)), Fraction(1), min(towns)) for towns in districts]
    plan = solve(with_plan(loaded.problem, loaded.county, rows)).plan
    assert plan is not None
    return plan


def known(layer: LayerPlan) -> dict[int, str]:
    """The districts by number: which of A to F they have."""
    letters = dict(zip(WEIGHTS, "ABCDEF", strict=True))
    return {one.number: "".join(letters[ags] for ags in district.municipalities) for one, district in layer.numbered}


def names(layer: LayerPlan) -> list[str | None]:
    """The names in the order of numbers."""
    return [identity.name for identity, _ in layer.numbered]


# -- by itself --------------------------------------------------------------------------------------------------------


def test_without_anything_saved_numbers_are_in_the_order_of_keys(folder: Path) -> None:
    loaded = load(folder)
    plan = plan_of(loaded, (B, C), (A, D), (E, F))
    found = loaded.identified(plan)
    assert known(found.layers[0]) == {1: "AD", 2: "BC", 3: "EF"}
    assert (found, found.layers[0].identities) == (plan, plan.layers[0].identities)
    assert district_colours(loaded.county, found.layers[0]) == PALETTE[:3]


def test_the_order_of_saved_names_is_a_numbering_and_a_name_alone_changes_no_number(folder: Path) -> None:
    districts = ((A, D), (B, C), (E, F))

    def found(saved: str) -> LayerPlan:
        loaded = load(folder, f"district_names: {saved}\n")
        return loaded.identified(plan_of(loaded, *districts)).layers[0]

    assert known(found("{Ost: [Efeld]}")) == {1: "AD", 2: "BC", 3: "EF"}
    assert names(found("{Ost: [Efeld]}")) == [None, None, "Ost"]
    # Those with names share out their numbers, here 1 and 3.
    assert known(found("{Ost: [Efeld], West: [Adorf]}")) == {1: "EF", 2: "BC", 3: "AD"}
    assert names(found("{Ost: [Efeld], West: [Adorf]}")) == ["Ost", None, "West"]
    assert known(found("{Mitte: [Bestadt], Ost: [Efeld], West: [Adorf]}")) == {1: "BC", 2: "EF", 3: "AD"}
    # A name that no district has says nothing.
    assert known(found("{Weg: [Efeld, Adorf], Ost: [Eheim]}")) == {1: "AD", 2: "BC", 3: "EF"}


def test_the_rows_of_a_plan_that_the_scenario_gives_are_its_numbering(folder: Path) -> None:
    rows = [f"{{employer: ki, fte: 2, municipalities: [{towns}]}}" for towns in ("Eheim, Efeld", "Adorf, Dekirchen")]
    rows.append("{employer: ki, fte: 2, municipalities: [Bestadt, Cehausen]}")
    loaded = load(
        folder, f"district_names: {{West: [Adorf]}}\nlayers:\n  - posts: {{total: 6}}\n    plan: [{', '.join(rows)}]\n"
    )
    plan = solve(loaded.problem).plan
    assert plan is not None
    (layer,) = loaded.identified(plan).layers
    # The plan itself stays in the order of keys.
    assert [district.municipalities[0] for district in layer.districts] == [A, B, E]
    assert known(layer) == {1: "EF", 2: "AD", 3: "BC"}
    assert names(layer) == [None, "West", None]
    # A row may have a number of its own: that of a plan from which districts are gone.
    rows[1] = rows[1].replace("fte", "number: 7, fte")
    stated = load(folder, f"layers:\n  - posts: {{total: 6}}\n    plan: [{', '.join(rows)}]\n")
    assert known(stated.identified(plan).layers[0]) == {1: "EF", 3: "BC", 7: "AD"}
    with pytest.raises(InputError, match="another district has the number 1"):
        load(folder, f"layers:\n  - posts: {{total: 6}}\n    plan: [{', '.join(rows).replace('7', '1')}]\n")


def test_labels_of_a_table_are_numbers_or_names() -> None:
    districts = [(A, D), (B, C), (E,)]
    assert labelled(districts, ["2", "3", "1"]).identities == (Identity(2), Identity(3), Identity(1))
    assert labelled(districts, ["2", "3", "1"]).known == {2: (A, D), 3: (B, C), 1: (E,)}
    assert labelled(districts, ["Nord", "2", "Süd"]).identities == (
        Identity(1, "Nord"), Identity(2, "2"), Identity(3, "Süd"),
    )  # fmt: skip


# -- continuing -------------------------------------------------------------------------------------------------------


@st.composite
def parted(draw: st.DrawFn) -> list[frozenset[str]]:
    """All municipalities in some districts, in some order."""
    labels = [draw(st.integers(0, 4)) for _ in WEIGHTS]
    found = [frozenset(t for t, of in zip(WEIGHTS, labels, strict=True) if of == k) for k in range(5)]
    return [district for district in draw(st.permutations(found)) if district]


def before_of(base: Sequence[frozenset[str]]) -> Before:
    """Districts with names in some order."""
    labels = [f"Bezirk {place}" for place in range(len(base))]
    return Before(base, listed(base, labels, labels))


def by_district(districts: Sequence[frozenset[str]], naming: Naming) -> dict[frozenset[str], Identity]:
    return dict(zip(districts, naming.identities, strict=True))


@given(parted(), parted(), st.randoms(use_true_random=False))
def test_the_order_of_districts_makes_no_difference(districts: list, base: list, random: object) -> None:
    shuffled = sorted(districts, key=lambda _: random.random())  # type: ignore[attr-defined]
    none: list[str | None] = [None] * len(districts)
    assert by_district(districts, listed(districts, none)) == by_district(shuffled, listed(shuffled, none))
    before = before_of(base)
    one, other = (continuing(some, before, WEIGHTS, none) for some in (districts, shuffled))
    assert by_district(districts, one) == by_district(shuffled, other)
    assert one.known == other.known
    # No number twice, and those of before stand for the same as before.
    assert len({identity.number for identity in one.identities}) == len(districts)
    assert {**one.known, **before.naming.known} == one.known


@given(parted(), parted())
def test_what_is_the_same_district_keeps_number_and_name(districts: list, base: list) -> None:
    before = before_of(base)
    found = by_district(districts, continuing(districts, before, WEIGHTS, [None] * len(districts)))
    old = by_district(base, before.naming)
    assert all(found[district] == old[district] for district in found.keys() & old.keys())


def test_one_municipality_that_moves_changes_no_number_and_no_look(folder: Path) -> None:
    loaded = load(folder)
    base = loaded.identified(plan_of(loaded, (A,), (B, C), (D, E, F)))
    # The first district takes in who comes first by key of the last: in the order of keys all would be others.
    moved = identified_by(plan_of(loaded, (B, C), (A, D), (E, F)), base).layers[0]
    assert known(moved) == {1: "AD", 2: "BC", 3: "EF"}
    again = identified_by(plan_of(loaded, (A, B), (C,), (D, E, F)), base).layers[0]
    assert known(again) == {1: "AB", 2: "C", 3: "DEF"}
    for looks in (district_colours, district_hatches):
        of = {i.number: look for i, look in zip(again.identities, looks(loaded.county, again), strict=True)}
        assert tuple(of.values()) == looks(loaded.county, base.layers[0])


def test_new_districts_have_free_numbers_and_those_of_ended_ones_stay_free(folder: Path) -> None:
    loaded = load(folder)
    base = loaded.identified(plan_of(loaded, (A, B), (C,), (D, E, F)))
    found = identified_by(plan_of(loaded, (A, B, C), (D,), (E,), (F,)), base)
    assert known(found.layers[0]) == {1: "ABC", 3: "F", 4: "D", 5: "E"}
    # What comes after it, goes on from there.
    assert known(identified_by(plan_of(loaded, (A, B), (C,), (D, E, F)), found).layers[0]) == {
        1: "AB",
        3: "DEF",
        6: "C",
    }


def test_a_name_goes_with_the_district_unless_it_has_one_of_its_own(folder: Path) -> None:
    named = load(folder, "district_names: {Nord: [Adorf, Bestadt], Süd: [Efeld]}\n")
    plain = load(folder)
    base = named.identified(plan_of(named, (A, B, C), (D, E, F)))
    assert names(base.layers[0]) == ["Nord", "Süd"]
    beside = identified_by(plain.identified(plan_of(plain, (A, C), (B, D), (E, F))), base)
    assert names(beside.layers[0]) == ["Nord", "Süd", None]
    other = load(folder, "district_names: {Süd: [Adorf]}\n")
    # The name is another district's now, so that the one that continues the south has none.
    assert names(identified_by(other.identified(plan_of(other, (A, C), (E, F))), base).layers[0]) == ["Süd", None]


def test_more_districts_than_colours_leave_those_of_before_as_they_were(folder: Path) -> None:
    loaded = load(folder)
    looks = PALETTE[:4]
    base = loaded.identified(plan_of(loaded, (A,), (B, C), (D, E, F)))
    layer = identified_by(plan_of(loaded, (A,), (B,), (C,), (D,), (E,), (F,)), base).layers[0]
    found = by_number(loaded.county, layer, looks)
    assert {*found.values()} <= {*looks}
    assert [found[number] for number in (1, 2, 3)] == list(looks[:3])


# -- the reference plan -----------------------------------------------------------------------------------------------


def test_a_reference_plan_gives_numbers_and_names(folder: Path) -> None:
    reference = load(folder, "district_names: {Ost: [Efeld], West: [Adorf]}\n", "r.yaml")
    base = plan_of(reference, (A, D), (B, C), (E, F))
    loaded = load(folder, "reference_plan: r.yaml\n", solve=lambda _: base)
    assert loaded.reference is base
    found = loaded.identified(plan_of(loaded, (A, B, D), (C,), (E, F))).layers[0]
    assert known(found) == {1: "EF", 2: "C", 3: "ABD"}
    assert names(found) == ["Ost", None, "West"]


def test_the_table_of_a_reference_plan_gives_numbers_or_names(folder: Path) -> None:
    (folder / "t.csv").write_text(
        "municipality,district\nAdorf,Süd\nDekirchen,Süd\nBestadt,Mitte\nCehausen,Mitte\nEheim,Nord\nEfeld,Nord\n",
        encoding="utf-8",
    )
    loaded = load(folder, "reference_plan: t.csv\n")
    found = loaded.identified(plan_of(loaded, (E, F), (A, D), (B,), (C,))).layers[0]
    assert names(found) == ["Süd", "Mitte", "Nord", None]


def test_an_answer_has_names_where_it_has_a_plan(folder: Path) -> None:
    loaded = load(folder, "district_names: {Ost: [Efeld]}\n")
    plan = plan_of(loaded, (A, D), (B, C), (E, F))
    answer = Solution(plan.problem, plan, 0.0)
    named = loaded.answered(answer).plan
    assert named is not None
    assert names(named.layers[0]) == [None, None, "Ost"]
    assert loaded.answered(replace(answer, plan=None)).plan is None
