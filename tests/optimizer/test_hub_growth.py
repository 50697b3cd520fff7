"""Sets grown as arrays against all subsets: those of each hub, each once, whatever they cost and in chunks or not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lanes import examples

from optimizer import hub_growth
from optimizer.districts import Growth
from optimizer.hub_growth import HubGrowth
from optimizer.service import members_of
from optimizer.solver import Deadline, TimeUp
from tests.optimizer.test_districts import growths, is_connected, unbounded

MANY = settings(deadline=None, max_examples=examples(200), derandomize=True)
NEVER = Deadline(None)


def by_definition(growth: Growth, hub: int, weights: list[float], allowance: float) -> set[int]:
    """The sets of a hub, of all subsets."""
    outside = growth.outside >> hub & 1
    return {
        mask
        for mask in range(1, 1 << len(weights))
        if (outside or mask >> hub & 1)
        and not mask & ~growth.reach[hub]
        and sum(growth.cost[hub][i] for i in members_of(mask)) <= growth.budget
        and sum(weights[i] for i in members_of(mask)) <= allowance
        and mask.bit_count() <= growth.largest
        and not any(growth.apart[i] & mask for i in members_of(mask))
        and is_connected(mask, list(growth.neighbours))
    }


@given(growths(), st.data())
@MANY
def test_they_are_the_sets_that_the_hub_can_serve(growth: Growth, data: st.DataObject) -> None:
    size = len(growth.neighbours)
    hub = data.draw(st.integers(0, size - 1))
    weights = data.draw(st.lists(st.integers(-4, 4).map(float), min_size=size, max_size=size))
    allowance = float(data.draw(st.integers(-6, 6)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hub_growth, "CHUNK", data.draw(st.sampled_from([1, 3, 1 << 17])))
        grown = HubGrowth(growth, hub, np.array(growth.cost[hub]), np.array(weights), allowance)
        found = np.concatenate([np.empty(0, dtype=np.uint64), *grown.sets(NEVER)]).tolist()
    assert len(found) == len(set(found)), "a set comes twice"
    assert set(found) == by_definition(growth, hub, weights, allowance)


def test_the_last_of_sixty_four_municipalities_is_one_like_the_others() -> None:
    row = [(1 << i + 1 if i < 63 else 0) | (1 << i - 1 if i else 0) for i in range(64)]
    grown = HubGrowth(unbounded(row), 63, np.zeros(64), np.zeros(64), 0.0)
    found = np.concatenate(list(grown.sets(NEVER))).tolist()
    assert sorted(found) == sorted((1 << 64) - (1 << start) for start in range(64))
    assert grown.seen == 64


def test_the_deadline_is_kept() -> None:
    grown = HubGrowth(unbounded([0]), 0, np.zeros(1), np.zeros(1), 0.0)
    with pytest.raises(TimeUp):
        list(grown.sets(Deadline(0.0)))
