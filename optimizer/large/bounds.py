"""What no plan of a large county can beat: bounds by hub prices on the coverage and on the shortfall.

Both leave out that districts are connected and that a team's hours are its own: all hours of all teams serve everyone,
from as many hubs as there are districts. How many hours there are depends on the number of persons, and so on that of
teams. For the shortfall every hour has a price, too, and every hub a range of coverage in which all are whom it serves.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import numpy as np

from optimizer.hub_prices import HubPrices
from optimizer.large.ground import Ground
from optimizer.levels import Flags, Floats, Ints
from optimizer.rounding import ROUNDING

#: Widths of the ranges of coverage that a hub is told apart by, from the threshold on; above them is one more.
RANGES = (0.01, 0.01, 0.01, 0.01, 0.02, 0.04)
#: Prices of an hour between which the best one lies, and how often the interval is narrowed.
HOUR_PRICES = 0.6, 1.0
NARROWED = 7
#: Rounds of the subgradient method for the first price of an hour, and for each further one.
FIRST_ROUNDS, MORE_ROUNDS = 400, 120
PATIENCE = 12
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True)
class Teams:
    """Prices for plans of as many teams, which have as many hours at most."""

    prices: HubPrices
    hours: float


class HubBounds:
    """The bounds of a layer."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.service = ground.service
        source = ground.source
        some = HubPrices(source, source.rules.hubs, ground.reach, source.required)
        self.teams: list[Teams] = []
        for fewest, most, hours in ground.most_hours:
            prices = copy.copy(some)
            prices.fewest, prices.most = min(some.fewest, fewest) if some.is_office.any() else fewest, most
            self.teams.append(Teams(prices, hours + ROUNDING))

    def needs(self, coverage: float) -> Floats:
        """On-site hours that each municipality must get at least for a coverage."""
        return np.array([self.ground.need(i, coverage) for i in range(self.service.size)])

    def coverage(self, high: float) -> float:
        """A coverage up to ``high`` that no plan exceeds; below 0 where there is no plan at all."""
        found = -1.0
        for teams in self.teams:
            if teams.prices.best(self.needs(max(found, 0.0)), teams.hours).total <= teams.hours:
                found = max(found, teams.prices.highest_coverage(self.needs, teams.hours, high)[0])
        return found

    def shortfall(self, coverage: float, known: float) -> float:
        """Hours that every plan with this lowest coverage misses at least; ``known`` are those of a plan."""
        return min((_Shortfall(self, teams, coverage, known).least() for teams in self.teams), default=0.0)


class _Shortfall:
    """The bound for plans of so many teams. Arrays are (hubs, ranges of coverage, municipalities)."""

    def __init__(self, bounds: HubBounds, teams: Teams, coverage: float, known: float) -> None:
        service, prices = bounds.service, teams.prices
        self.hours, self.known = teams.hours, known
        self.fewest, self.most = prices.fewest, prices.most
        self.required: Flags = prices.required
        self.own = prices.own[:, None, :]
        self.reached = prices.reached[:, None, :]
        self.per_hour = np.where(self.reached, prices.per_hour[:, None, :], 1.0)
        edges = [coverage, *(coverage + np.cumsum(RANGES))]
        self.low: Floats = np.array([bounds.needs(edge) for edge in edges])[None, :, :]
        gap = np.maximum(0.0, np.array(service.fair_supply) - np.array(service.existing))
        self.gap: Floats = np.where(np.array(service.weights) > 0, gap, 0.0)
        high = np.concatenate([self.low[:, 1:], np.maximum(self.low[:, -1:], self.gap)], axis=1)
        #: The most that is worth giving in a range: no more than is missing, no less than has to be.
        self.worth: Floats = np.clip(self.gap, self.low, high)
        self.start: Floats | None = None

    def least(self) -> float:
        """The best bound found."""
        low, high = HOUR_PRICES
        one, other = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        first, second = self._priced(one), self._priced(other)
        best = max(0.0, first, second)
        for _ in range(NARROWED):
            if first > second:
                high, other, second = other, one, first
                one = high - GOLDEN * (high - low)
                first = self._priced(one)
            else:
                low, one, first = one, other, second
                other = low + GOLDEN * (high - low)
                second = self._priced(other)
            best = max(best, first, second)
        return best

    def _priced(self, hour: float) -> float:
        """The bound at a price of an hour, by good prices of the municipalities."""
        cost = hour * self.per_hour
        given = np.where(cost < 1.0, self.worth, self.low)
        paid = np.where(self.reached, np.maximum(0.0, self.gap - given) + cost * given, np.inf)
        prices = self.start
        if prices is None:
            nearest = np.sort(paid[:, 0, :], axis=0)
            prices = np.minimum(nearest[min(1, len(nearest) - 1)], 2.0 * np.max(self.gap + self.low))
        rounds = FIRST_ROUNDS if self.start is None else MORE_ROUNDS
        best, best_prices, step, since = -math.inf, prices, 1.0, 0
        spent = hour * self.hours
        for _ in range(rounds):
            value, served = self._at(paid, np.where(self.required, prices, 0.0))
            value -= spent
            since = 0 if value > best + 1e-4 else since + 1
            if value > best:
                best, best_prices = value, prices
            wrong = np.where(self.required, 1.0 - served, 0.0)
            norm = float(np.sum(wrong * wrong))
            if norm == 0 or step < 1e-3:
                break
            if since > PATIENCE:
                prices, step, since = best_prices, step * 0.6, 0
                continue
            prices = np.maximum(0.0, prices + step * max(self.known - value, 0.01) / norm * wrong)
        self.start = best_prices
        return best

    def _at(self, paid: Floats, prices: Floats) -> tuple[float, Ints]:
        """The bound that prices give, but for what all hours cost, and how often each municipality is served."""
        reduced = paid - prices
        gains = np.where(self.own, reduced, np.minimum(reduced, 0.0))
        sums = gains.sum(axis=2)
        ranges = np.argmin(sums, axis=1)
        hubs = np.arange(len(sums))
        rho = sums[hubs, ranges]
        order = np.argsort(rho, kind="stable")[: self.most]
        if len(order) < self.fewest:
            return math.inf, np.ones(len(prices), dtype=np.int64)
        chosen = order[(np.arange(len(order)) < self.fewest) | (rho[order] < 0)]
        served = np.sum((reduced[chosen, ranges[chosen]] < 0) | self.own[chosen, 0], axis=0)
        return float(np.sum(prices) + np.sum(rho[chosen])), served
