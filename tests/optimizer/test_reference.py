"""Which district continues which, against every way in which they could; and what becomes of reference districts."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples

from optimizer.problem import GivenDistrict, Municipality
from optimizer.reference import change_cost, changes, continued, matched, weights_of
from optimizer.rules import RuleName, check_plan
from optimizer.solve import solve
from optimizer.solver import Solver
from tests.optimizer.test_columns import NEVER, county, source_of

TOWNS = "abcdefg"
EQUAL = dict.fromkeys(TOWNS, 1 / 7)
Parts = list[frozenset[str]]


def parts(*districts: str) -> Parts:
    return [frozenset(district) for district in districts]


@st.composite
def parted(draw: st.DrawFn) -> Parts:
    """Some of the towns in some districts."""
    labels = [draw(st.integers(0, 4)) for _ in TOWNS]
    # Those with the last label are in no district.
    found = [frozenset(t for t, of in zip(TOWNS, labels, strict=True) if of == k) for k in range(4)]
    return [district for district in draw(st.permutations(found)) if district]


def least(districts: Sequence[frozenset[str]], reference: Parts, weights: dict[str, float]) -> tuple[int, float]:
    """The fewest who change and then their least key, by trying every way to continue districts."""
    concerned = {t for district in (*districts, *reference) for t in district}
    found = []
    for way in itertools.permutations([*range(len(reference)), *([-1] * len(districts))], len(districts)):
        kept = {t for district, k in zip(districts, way, strict=True) if k >= 0 for t in district & reference[k]}
        found.append((len(concerned - kept), sum(weights[t] for t in concerned - kept)))
    return min(found, key=lambda one: (one[0], round(one[1], 9)))


@given(parted(), parted(), st.lists(st.integers(0, 5), min_size=7, max_size=7))
@settings(deadline=None, max_examples=examples(200), derandomize=True)
def test_the_fewest_change_and_then_the_least_key(districts: Parts, reference: Parts, keys: list[int]) -> None:
    weights = {town: key / max(1, sum(keys)) for town, key in zip(TOWNS, keys, strict=True)}
    found = changes(districts, reference, weights)
    count, key = least(districts, reference, weights)
    assert len(found.municipalities) == count
    assert sum(weights[town] for town in found.municipalities) == pytest.approx(key)
    assert found.cost == pytest.approx(count + key / 2)
    assert found.cost == change_cost(found.municipalities, weights)
    # Each continues at most one and is continued by at most one, with which it shares a municipality.
    taken = [k for k in found.continued if k is not None]
    assert len(set(taken)) == len(taken)
    assert all(districts[n] & reference[k] for n, k in enumerate(found.continued) if k is not None)
    assert set(found.new) == {n for n, k in enumerate(found.continued) if k is None}
    assert set(found.ended) == set(range(len(reference))) - set(taken)


@given(parted(), parted())
@settings(deadline=None, max_examples=examples(100), derandomize=True)
def test_the_order_of_districts_makes_no_difference(districts: Parts, reference: Parts) -> None:
    found = changes(districts, reference, EQUAL)
    turned = changes(districts[::-1], reference[::-1], EQUAL)
    assert turned.municipalities == found.municipalities
    assert [None if k is None else len(reference) - 1 - k for k in turned.continued[::-1]] == list(found.continued)


@given(st.lists(st.lists(st.integers(0, 9), min_size=4, max_size=4), max_size=4))
@settings(deadline=None, max_examples=examples(100), derandomize=True)
def test_the_matching_has_the_greatest_sum(values: list[list[int]]) -> None:
    found = matched(values, 4)
    assert len({k for k in found if k is not None}) == len(values)
    ways = itertools.permutations(range(4), len(values))
    best = max(sum(row[k] for row, k in zip(values, way, strict=True)) for way in ways)
    assert sum(row[k] for row, k in zip(values, found, strict=True) if k is not None) == best


def test_of_equal_ways_the_one_in_which_the_first_stays() -> None:
    # Two halves of one district: that with a continues it, whichever stands first.
    assert continued(parts("cd", "ab"), parts("abcd"), EQUAL) == (None, 0)
    # Two districts become one: who was with a stays.
    assert continued(parts("abcd"), parts("cd", "ab"), EQUAL) == (1,)
    assert changes(parts("abcd"), parts("cd", "ab"), EQUAL).municipalities == ("c", "d")


def test_fewest_municipalities_come_before_the_smallest_key() -> None:
    heavy = {**dict.fromkeys(TOWNS, 0.05), "a": 0.7}
    found = changes(parts("abc"), parts("a", "bc"), heavy)
    assert (found.municipalities, found.continued) == (("a",), (1,))
    assert found.cost == pytest.approx(1.35)


@pytest.mark.parametrize(
    ("districts", "reference", "moving", "new", "ended", "split", "merged"),
    [
        # Nothing.
        (("ab", "cd"), ("cd", "ab"), "", "", "", "", ""),
        # One moves: nothing is split or merged.
        (("abc", "d"), ("ab", "cd"), "c", "", "", "", ""),
        # One district in two.
        (("ab", "c", "d"), ("ab", "cd"), "d", "2", "", "1", ""),
        # Two in one.
        (("abc", "de"), ("ab", "c", "de"), "c", "", "1", "", "0"),
        # A third one out of two: both give to it.
        (("ab", "de", "cf"), ("abc", "def"), "cf", "2", "", "01", ""),
        # Somebody gets a district for the first time, or loses it.
        (("ab",), ("a",), "b", "", "", "", ""),
        (("a",), ("ab",), "b", "", "", "", ""),
        # All else.
        (("ab",), (), "ab", "0", "", "", ""),
        ((), ("ab",), "ab", "", "0", "", ""),
    ],
)
def test_what_becomes_of_districts(
    districts: tuple[str, ...], reference: tuple[str, ...], moving: str, new: str, ended: str, split: str, merged: str
) -> None:
    found = changes(parts(*districts), parts(*reference), EQUAL)
    assert "".join(found.municipalities) == moving
    told = ("".join(map(str, positions)) for positions in (found.new, found.ended, found.split, found.merged))
    assert tuple(told) == (new, ended, split, merged)


def test_who_takes_no_part_does_not_change() -> None:
    problem = county((0.5, 0.5, 0.0))
    absent = replace(problem, municipalities=(*problem.municipalities[:2], Municipality("c", 0.0, taking_part=False)))
    weights = weights_of(absent)
    assert changes(parts("ab"), parts("ab", "c"), weights).municipalities == ()
    assert changes(parts("abc"), parts("ab"), weights).municipalities == ()


# --- copies


def test_a_column_is_copied_for_each_district_that_it_can_continue() -> None:
    problem = county((0.4, 0.3, 0.3), reference=tuple(parts("ab", "c")))
    source = source_of(problem)
    (column,) = [c for c in source.columns(0.0, NEVER) if c.members == (1, 2) and c.units == 1]
    copies = source.copies([column])
    assert [copy.continues for copy in copies] == [None, 0, 1]
    assert [source.changes(copy)[0] for copy in copies] == [2, 1, 1]
    assert [source.changes(copy)[1] for copy in copies] == pytest.approx([2.3, 1.15, 1.15])
    # As one that continues the first district, ``a`` would change, too.
    limited = replace(source.layer, changes_maximum=1)
    assert [c.continues for c in source_of(replace(problem, layers=(limited,))).copies([column])] == [1]


# --- the limit


def test_no_more_change_than_may() -> None:
    # Three posts, three equal towns far apart: each for itself is best, and two of them then change.
    problem = county((1 / 3,) * 3, total=3, reference=tuple(parts("abc")), districts_maximum=3)
    for most, expected in ((None, 3), (2, 3), (1, 2), (0, 1)):
        layer = replace(problem.layers[0], changes_maximum=most)
        plan = solve(replace(problem, layers=(layer,)), solver=Solver.HIGHS).plan
        assert plan is not None
        assert len(plan.layers[0].districts) == expected
        if most is not None:
            (check,) = [one for one in check_plan(plan) if one.rule.name is RuleName.CHANGES_MAXIMUM]
            assert check.holds
            assert (check.rule.limit, check.value) == (most, expected - 1)


def test_too_many_changes_of_a_given_plan_are_a_breach_that_names_them() -> None:
    plan = tuple(GivenDistrict("ki", tuple(towns), Fraction(1)) for towns in ("a", "bc"))
    problem = county((0.4, 0.3, 0.3), plan=plan, reference=tuple(parts("abc")), changes_maximum=0)
    found = solve(problem).plan
    assert found is not None
    (check,) = [one for one in check_plan(found) if one.rule.name is RuleName.CHANGES_MAXIMUM]
    assert (check.holds, check.value, check.offenders) == (False, 1, (("a",),))
