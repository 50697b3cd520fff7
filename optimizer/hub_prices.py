"""Hub prices: a bound on the hours that every plan of a coverage takes, for counties of many municipalities.

At a coverage the on-site hours of every municipality are known, and so are those that it costs from each hub. A plan
has at most so many hubs as districts, and a hub in its own district serves itself. The cheapest choice of hubs is a
p-median; without the rule that each municipality is served once, paid for by a price per municipality instead, it
falls apart into one sum per hub (Lagrangian relaxation: Cornuejols, Fisher and Nemhauser 1977, Location of bank
accounts to optimize float). Whatever the prices, the bound is true; good ones are found by the subgradient method
(Held, Wolfe and Crowder 1974, Validation of subgradient optimization).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.levels import Flags, Floats, Ints, product
from optimizer.service import members_of
from optimizer.teams import IMPOSSIBLE, Teams

#: Rounds of the subgradient method from prices of no threshold, and from those of another threshold.
FIRST_ROUNDS, MORE_ROUNDS = 300, 150
#: Rounds without a better bound after which the step is shortened, and the shortest step.
PATIENCE, SHORTEST = 15, 1e-3
#: More hours than any plan has: what costs so many is out of the question.
FAR = 1e15
#: Thresholds of coverage closer than this, relatively, are not told apart by the bound.
COVERAGE_WIDTH = 5e-4


@dataclass(frozen=True)
class Prices:
    """Prices at a threshold and the bound that they give.

    Rows are hubs. ``cost`` are hours per municipality from each hub, infinite beyond its reach; ``prices`` hours per
    municipality. ``reduced`` is cost less price, ``gains`` its negative part (of a hub in its own district all of its
    own), ``rho`` the sum of each row. ``total`` bounds the hours of every plan from below.
    """

    needs: Floats
    cost: Floats
    prices: Floats
    reduced: Floats
    gains: Floats
    rho: Floats
    total: float


class HubPrices:
    """The hubs of a layer, and the bounds that prices give.

    ``reach`` are masks of what each position may serve as a hub. Only what ``required`` (a mask) holds is served in
    every plan and has a price. An office serves any number of districts: together they cost at least its ``rho``.
    """

    def __init__(self, teams: Teams, hub_masks: Sequence[int], reach: Sequence[int], required: int) -> None:
        service = teams.service
        inside, outside = teams.hubs(hub_masks)
        self.size = service.size
        self.hubs: Ints = np.array(members_of(inside | outside), dtype=np.int64)
        self.is_office: Flags = np.array([bool(outside >> b & 1) for b in self.hubs], dtype=bool)
        towns = range(self.size)
        reached = [[bool(reach[b] >> i & 1) for i in towns] for b in self.hubs]
        self.reached: Flags = np.array(reached, dtype=bool).reshape(-1, self.size)
        rates = np.array([service.travel_rate[b] for b in self.hubs]).reshape(-1, self.size)
        #: Hours that one on-site hour takes from each hub.
        self.per_hour: Floats = np.where(self.reached, 1.0 + rates, np.inf)
        self.required: Flags = np.array([bool(required >> i & 1) for i in towns])
        # A hub that must lie in its district serves itself.
        self.own: Flags = (self.hubs[:, None] == np.arange(self.size)) & ~self.is_office[:, None]
        # All districts may have the same office for their hub.
        self.fewest = 0 if outside else teams.layer.districts_minimum
        self.most = teams.layer.districts_maximum
        self.scale = max(1.0, 2.0 * teams.hours) if teams.hours != IMPOSSIBLE else 1.0

    def cost(self, needs: Floats) -> Floats:
        """Hours that each municipality takes from each hub with these on-site hours."""
        return np.where(self.reached, np.where(self.reached, self.per_hour, 0.0) * needs, np.inf)

    def at(self, needs: Floats, prices: Floats) -> Prices:
        """The bound that some prices give."""
        return self._at(needs, self.cost(needs), prices)

    def _at(self, needs: Floats, cost: Floats, prices: Floats) -> Prices:
        prices = np.where(self.required, prices, 0.0)
        reduced = cost - prices
        gains = np.where(self.own, reduced, np.minimum(reduced, 0.0))
        rho = np.sum(gains, axis=1)
        total = float(np.sum(prices) + _least(rho, self.fewest, self.most))
        return Prices(needs, cost, prices, reduced, gains, rho, total)

    def best(self, needs: Floats, goal: float, known: Prices | None = None) -> Prices:
        """Good prices: those of the best bound found, none looked for beyond ``goal``, from ``known`` ones if any."""
        cost = self.cost(needs)
        now = best = self._at(needs, cost, self._begin(needs, cost, known))
        step, since = 1.0, 0
        for _ in range(FIRST_ROUNDS if known is None else MORE_ROUNDS):
            if best.total > goal or step < SHORTEST:
                break
            order = np.argsort(now.rho, kind="stable")[: self.most]
            chosen = order[(np.arange(len(order)) < self.fewest) | (now.rho[order] < 0)]
            served = np.sum((now.reduced[chosen] < 0) | self.own[chosen], axis=0)
            missing = np.where(self.required, 1.0 - served, 0.0)
            norm = float(np.sum(missing * missing))
            if norm == 0:
                break
            length = step * max(goal - now.total, 0.002 * abs(best.total)) / norm
            # No price is worth more than all hours: so that sums of prices stay exact enough.
            now = self._at(needs, cost, np.clip(now.prices + length * missing, 0.0, self.scale))
            since = 0 if now.total > best.total + 1e-5 * abs(best.total) else since + 1
            if now.total > best.total:
                best = now
            if since > PATIENCE:
                now, step, since = best, step * 0.7, 0
        return best

    def _begin(self, needs: Floats, cost: Floats, known: Prices | None) -> Floats:
        if known is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                scaled = known.prices * needs / known.needs
            begun: Floats = np.clip(np.where(known.needs > 0, scaled, known.prices), 0.0, self.scale)
            return begun
        if not len(self.hubs):
            return np.zeros(self.size)
        second: Floats = np.sort(cost, axis=0)[min(1, len(self.hubs) - 1)]
        return np.minimum(second, self.scale)

    def highest_coverage(self, needs: Callable[[float], Floats], hours: float, high: float) -> tuple[float, Prices]:
        """A coverage up to ``high`` that no plan with so many hours exceeds, and the last prices."""
        prices = self.best(needs(high), hours)
        if prices.total <= hours:
            return high, prices
        low, middle = 0.0, 0.95 * high
        while high - low > COVERAGE_WIDTH * high and high > COVERAGE_WIDTH:
            prices = self.best(needs(middle), hours, prices)
            low, high = (low, middle) if prices.total > hours else (middle, high)
            middle = (low + high) / 2
        return high, prices

    # -- what a district leaves ---------------------------------------------------------------------------------

    def growing(self, prices: Prices, spare: float) -> tuple[Floats, Floats]:
        """What each municipality of a district takes of the hours to spare from each hub, and how many there are.

        ``spare`` are hours for all. What a hub in its own district gains counts with its district alone. What an office
        gains can also come from others of its districts, so theirs only takes what costs more than its price.
        """
        weights = np.where(self.is_office[:, None], np.maximum(prices.reduced, 0.0), prices.reduced)
        left = []
        for row, office in enumerate(self.is_office):
            others = _least(np.delete(prices.rho, row), max(0, self.fewest - 1), self.most - 1)
            left.append(spare - float(np.sum(prices.prices)) - float(others) - (prices.rho[row] if office else 0.0))
        return weights, np.array(left)

    def leaves(self, prices: Prices, spare: float, row: int, inside: Floats) -> Floats:
        """What districts of a hub (its ``row``) may take of the hours to spare, ``inside`` as in :meth:`rest_hours`.

        No more than :meth:`growing` says: nobody else gains from what is in the district, nor has a hub there.
        """
        rho = self._rho_outside(prices, inside)
        office = prices.rho[row] if self.is_office[row] else 0.0
        rho[:, row] = np.inf
        others = _least(rho, max(0, self.fewest - 1), self.most - 1)
        left: Floats = spare - float(np.sum(prices.prices)) - others - office
        return left

    def rest_hours(self, prices: Prices, inside: Floats, districts: Sequence[int] = (1,)) -> Floats:
        """Hours that the municipalities outside so many districts need at least, the road included.

        ``inside`` (rows, municipalities) is 1 in the districts, else 0. A row for each number of ``districts``.
        """
        ordered = np.sort(self._rho_outside(prices, inside), axis=-1)
        paid = float(np.sum(prices.prices)) - product(inside, prices.prices)
        plain = float(np.sum(prices.needs)) - product(inside, prices.needs)
        further = [(max(0, self.fewest - number), max(0, self.most - number)) for number in districts]
        needed: Floats = np.array([np.maximum(paid + _least_of(ordered, *range_), plain) for range_ in further])
        return needed

    def _rho_outside(self, prices: Prices, inside: Floats) -> Floats:
        """The sums of hubs that are not inside, over municipalities that are not; of those inside beyond all hours."""
        shared = np.where(self.own, -FAR, prices.gains)
        rho: Floats = prices.rho - product(inside, shared.T)
        return rho


def _least(rho: Floats, fewest: int, most: int) -> Floats:
    """The least sum of ``fewest`` to ``most`` entries of each row; infinite where there are too few."""
    return _least_of(np.sort(rho, axis=-1), fewest, most)


def _least_of(ordered: Floats, fewest: int, most: int) -> Floats:
    """The same of rows that are in order."""
    if ordered.shape[-1] < fewest:
        return np.full(ordered.shape[:-1], math.inf)
    least: Floats = np.zeros(ordered.shape[:-1])
    for place in range(min(max(fewest, most), ordered.shape[-1])):
        least += ordered[..., place] if place < fewest else np.minimum(ordered[..., place], 0.0)
    return least
