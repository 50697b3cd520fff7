"""Where the classes of a map's colours part."""

from __future__ import annotations

from bisect import bisect_right
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.classes import limits_around_one, natural_limits


def test_near_coverages_share_a_class_and_far_ones_do_not() -> None:
    limits, below = limits_around_one([0.897, 0.9, 0.987], 3, 5)
    assert (limits, below) == ((0.95, 1.0), 2)
    assert [bisect_right(limits, share) for share in (0.897, 0.9, 0.987)] == [0, 0, 1]


@pytest.mark.parametrize(
    ("figures", "most", "limits"),
    [
        ([], 5, ()),
        ([7.0, 7.0], 5, ()),
        ([1.0, 2.0, 9.0, 10.0], 2, (5.0,)),
        ([8.9, 9.4, 12.3], 3, (9.0, 10.0)),
        ([0.0, 0.1], 2, (0.1,)),
        ([120.4, 980.0, 1033.0], 2, (500.0,)),
    ],
)
def test_limits_lie_in_the_gaps_and_are_round(figures: list[float], most: int, limits: tuple[float, ...]) -> None:
    assert natural_limits(figures, most, 1) == limits


def test_above_the_fair_supply_there_are_two_classes() -> None:
    limits, below = limits_around_one([0.82, 0.99, 1.0, 1.21, 2.01, 2.3], 3, 5)
    assert (limits, below) == ((0.9, 1.0, 2.0), 2)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9), st.integers(1, 5), st.integers(1, 4))
def test_no_other_classes_hold_figures_that_differ_less(known: list[int], most: int, least: int) -> None:
    limits = natural_limits(map(float, known), most, 0, least)
    values = sorted(set(known))
    assert all(low < high for low, high in pairwise(limits))
    gaps = [at for at in range(1, len(values)) if values[at] - values[at - 1] >= least]
    assert len(limits) == min(most - 1, len(gaps))
    parted = [next(at for at in range(len(values)) if values[at] >= limit) for limit in limits]
    assert set(parted) <= set(gaps)
    assert _spread(values, parted) == pytest.approx(
        min(_spread(values, choice) for choice in combinations(gaps, len(limits)))
    )


def _spread(values: list[int], starts: object) -> float:
    edges = [0, *starts, len(values)]  # type: ignore[misc]
    classes = [values[low:high] for low, high in pairwise(edges)]
    return sum(sum((value - sum(one) / len(one)) ** 2 for value in one) for one in classes)
