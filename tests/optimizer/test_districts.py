"""Connected sets against all subsets: the same sets and hubs, each once, whatever bounds the growth."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples

from optimizer.districts import Growth, connected_reach, connected_sets
from optimizer.service import mask_of, members_of

MANY = settings(deadline=None, max_examples=examples(200), derandomize=True)


def unbounded(neighbours: list[int]) -> Growth:
    size = len(neighbours)
    everyone = (1 << size) - 1
    return Growth(
        neighbours=neighbours,
        inside=everyone,
        outside=0,
        reach=[everyone] * size,
        apart=[0] * size,
        cost=[[0.0] * size] * size,
        budget=0.0,
        detour=[[0.0] * size] * size,
        allowance=[0.0] * size,
        largest=size,
    )


@st.composite
def planar(draw: st.DrawFn) -> list[int]:
    """Neighbours of cells of a grid, most of them touching; diagonals of a square too, but never both."""
    cells: list[tuple[int, int]] = [(0, 0)]
    for _ in range(draw(st.integers(0, 8))):
        near = {(x + a, y + b) for x, y in cells for a, b in ((1, 0), (0, 1), (-1, 0), (0, -1), (3, 0))}
        cells.append(draw(st.sampled_from(sorted(near - set(cells)))))
    cells = draw(st.permutations(cells))
    steps = {(1, 0), (0, 1), (-1, 0), (0, -1)} | (set() if draw(st.booleans()) else {(1, 1), (-1, -1)})
    return [mask_of(j for j, (u, v) in enumerate(cells) if (u - x, v - y) in steps) for x, y in cells]


@st.composite
def growths(draw: st.DrawFn) -> Growth:
    """Bounds of every kind. Costs are whole hours, so that no sum depends on its order."""
    neighbours = draw(planar())
    size = len(neighbours)
    masks = st.integers(0, (1 << size) - 1)
    table = st.lists(st.lists(st.integers(0, 4).map(float), min_size=size, max_size=size), min_size=size, max_size=size)
    everyone = (1 << size) - 1
    apart = [0] * size
    for one, other in draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)), max_size=3)):
        if one != other:
            apart[one] |= 1 << other
            apart[other] |= 1 << one
    return Growth(
        neighbours=neighbours,
        inside=draw(st.sampled_from([everyone, draw(masks)])),
        outside=draw(st.sampled_from([0, 0, draw(masks)])),
        reach=[draw(st.sampled_from([everyone, everyone, draw(masks)])) | 1 << b for b in range(size)],
        apart=apart,
        cost=draw(table),
        budget=draw(st.sampled_from([99.0, 99.0, 9.0, 4.0, 0.0])),
        detour=draw(table),
        allowance=[draw(st.sampled_from([99.0, 99.0, 99.0, 8.0, 3.0, -1.0])) for _ in range(size)],
        largest=draw(st.sampled_from([size, size, draw(st.integers(1, size))])),
    )


def is_connected(members: int, neighbours: list[int]) -> bool:
    reached = members & -members
    while True:
        wider = reached | members & mask_of(j for i in members_of(reached) for j in members_of(neighbours[i]))
        if wider == reached:
            return reached == members
        reached = wider


def by_definition(growth: Growth) -> dict[int, int]:
    """Every set that keeps the bounds, with the hubs that reach it: all subsets are looked at."""
    found = {}
    for mask in range(1, 1 << len(growth.neighbours)):
        members = members_of(mask)
        hubs = [
            b
            for b in range(len(growth.neighbours))
            if (growth.outside >> b & 1 or (growth.inside & mask) >> b & 1) and not mask & ~growth.reach[b]
        ]
        served = any(
            sum(growth.cost[b][i] for i in members) <= growth.budget
            and sum(growth.detour[b][i] for i in members) <= growth.allowance[b]
            for b in hubs
        )
        if (
            served
            and len(members) <= growth.largest
            and not any(growth.apart[i] & mask for i in members)
            and is_connected(mask, list(growth.neighbours))
        ):
            found[mask] = mask_of(hubs)
    return found


@given(planar())
@MANY
def test_without_bounds_they_are_all_connected_sets(neighbours: list[int]) -> None:
    found = [mask for mask, _ in connected_sets(unbounded(neighbours))]
    assert len(found) == len(set(found)), "a set comes twice"
    assert set(found) == {m for m in range(1, 1 << len(neighbours)) if is_connected(m, neighbours)}


@given(growths())
@MANY
def test_with_bounds_they_are_those_that_some_hub_can_serve(growth: Growth) -> None:
    found = list(connected_sets(growth))
    assert len(found) == len(dict(found)), "a set comes twice"
    assert dict(found) == by_definition(growth)


@given(growths())
@MANY
def test_the_order_is_fixed_and_by_lowest_member(growth: Growth) -> None:
    found = [mask for mask, _ in connected_sets(growth)]
    assert found == [mask for mask, _ in connected_sets(growth)]
    roots = [mask & -mask for mask in found]
    assert roots == sorted(roots)


def test_a_row_of_eleven_has_its_sixty_six_stretches() -> None:
    row = [mask_of(j for j in (i - 1, i + 1) if 0 <= j < 11) for i in range(11)]
    found = [mask for mask, _ in connected_sets(unbounded(row))]
    assert len(found) == 66
    assert set(found) == {((1 << length) - 1) << start for length in range(1, 12) for start in range(12 - length)}


def test_the_hub_mask_holds_all_that_reach_the_set_though_the_bounds_leave_one() -> None:
    # From 1 the set is too dear, from 0 it is not; which of them is best is not for the bounds to say.
    growth = replace(unbounded([0b10, 0b01]), cost=[[1.0, 1.0], [5.0, 5.0]], budget=2.0)
    assert dict(connected_sets(growth)) == {0b01: 0b01, 0b11: 0b11}


def test_an_office_serves_from_outside() -> None:
    growth = replace(unbounded([0b010, 0b101, 0b010]), inside=0, outside=0b100, reach=[0b111, 0b111, 0b011])
    assert dict(connected_sets(growth)) == {0b001: 0b100, 0b011: 0b100, 0b010: 0b100}


@given(growths())
@MANY
def test_a_hub_in_its_district_reaches_whoever_is_with_it_in_some(growth: Growth) -> None:
    sharper = connected_reach(growth)
    inside = growth.inside & ~growth.outside
    free = replace(growth, budget=1e9, allowance=[1e9] * len(sharper), largest=len(sharper), outside=0)
    together = [0] * len(sharper)
    for members, hubs in connected_sets(free):
        for hub in members_of(hubs):
            together[hub] |= members
    for hub, reach in enumerate(sharper):
        assert reach == growth.reach[hub] if not inside >> hub & 1 else together[hub] & ~reach == 0
        assert not reach & ~growth.reach[hub]
