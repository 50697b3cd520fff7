"""Districts improved by chance: simulated annealing over the municipalities at their borders.

Kirkpatrick, Gelatt and Vecchi 1983, Optimization by simulated annealing. At a threshold of coverage the hours that a
municipality takes from a hub are known, so what a team is asked for is a sum, and a move changes two of them. Hours
above the threshold are taken to follow the coverage evenly; the true figures of a district are looked up when it is
kept. Broken rules cost hours, so that the search may pass through plans that break some. Random numbers are seeded, and
work is measured in steps: the same problem gives the same plan.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence

from optimizer.large.ground import NOWHERE, RISE, Ground, Row
from optimizer.service import mask_of, members_of
from optimizer.solver import Deadline

#: What breaking a rule costs, in hours: a piece of a district apart from the rest, two municipalities that must be
#: apart, a municipality more than may be in a district or may change; a unit of posts more or less than a limit.
BROKEN = 15.0
#: What an hour costs that a team lacks for the threshold, where missing hours are counted.
STEEP = 6.0
#: The temperature to which a search cools down, in hours.
COLD = 0.02


class Team:
    """A district with its team, and sums over its parts. ``mask`` are municipalities, ``parts`` those it holds.

    ``hours`` are asked for at the threshold, ``rise`` more for each unit of coverage; ``missing`` hours to the fair
    supply, ``mended`` fewer of them for each unit of coverage. ``broken`` counts what its rules forbid.
    """

    __slots__ = (
        "broken", "changing", "continues", "employer", "energy", "hours", "hub", "mask", "mended", "missing", "most",
        "parts", "pieces", "rise", "row", "units",
    )  # fmt: skip

    def __init__(self, employer: int, hub: int, units: int, continues: int | None = None) -> None:
        self.employer, self.hub, self.units, self.continues = employer, hub, units, continues
        self.parts: set[int] = set()
        self.mask = 0
        self.hours = self.rise = self.missing = self.mended = self.energy = 0.0
        self.pieces, self.changing, self.broken, self.most = 0, 0, 0, 0
        self.row: Row = Row((), ())

    def take(
        self,
        hours: float,
        rise: float,
        missing: float,
        mended: float,
        energy: float,
        mask: int,
        pieces: int,
        broken: int,
    ) -> None:
        """Sums after a move."""
        self.hours, self.rise, self.missing, self.mended, self.energy = hours, rise, missing, mended, energy
        self.mask, self.pieces, self.broken = mask, pieces, broken


Shape = tuple[int, int, int, int, int | None]
"""Municipalities, employer, hub, units, and the reference district continued, of a team."""


class Annealing:
    """Teams that change by steps. ``shapes`` are those to begin with; ``threshold`` is a coverage.

    Without ``shortfall`` only hours count that teams lack for the threshold; with it the missing ones, too.
    """

    def __init__(self, ground: Ground, chance: random.Random) -> None:
        self.ground = ground
        self.chance = chance
        self.hours = ground.team_hours
        self.rows: dict[tuple[int, int], Row] = {}
        self.connected = ground.source.layer.connected
        self.most_changes = ground.source.layer.most_changes
        self.teams: list[Team] = []
        self.owner: list[int] = []
        self.over = 0.0
        largest = [employer.max_municipalities for employer in ground.source.employers]
        self.most = [len(ground.towns) if most is None else most for most in largest]
        self.sizes = [part.members.bit_count() for part in ground.parts]
        self.masks = [part.members for part in ground.parts]
        self.near = [part.near for part in ground.parts]
        self.apart = [part.apart for part in ground.parts]

    # -- the state ------------------------------------------------------------------------------------------------

    def begin(self, shapes: Sequence[Shape], threshold: float, *, shortfall: bool = False) -> None:
        """Takes these teams; parts that none of them holds are nobody's."""
        self.teams = []
        for mask, employer, hub, units, continues in shapes:
            team = Team(employer, hub, units, continues)
            team.parts = {p for p, members in enumerate(self.masks) if members & mask}
            self.teams.append(team)
        self.owner = [-1] * len(self.masks)
        for number, team in enumerate(self.teams):
            for p in team.parts:
                self.owner[p] = number
        self.at(threshold, shortfall=shortfall)

    def shapes(self) -> list[Shape]:
        """The teams as they are."""
        return [(team.mask, team.employer, team.hub, team.units, team.continues) for team in self.teams]

    def at(self, threshold: float, *, shortfall: bool) -> None:
        """Asks for another threshold."""
        ground = self.ground
        self.threshold, self.shortfall = threshold, shortfall
        self.rows.clear()
        towns = [members_of(mask) for mask in self.masks]
        self.missing = [math.fsum(ground.missing(i, threshold) for i in some) for some in towns]
        after = [math.fsum(ground.missing(i, threshold + RISE) for i in some) for some in towns]
        self.mended = [(one - other) / RISE for one, other in zip(self.missing, after, strict=True)]
        for team in self.teams:
            self._sum(team)
        self.over = self._over()

    def row(self, employer: int, hub: int) -> Row:
        """What each part takes of an employer's team at a hub."""
        found = self.rows.get((employer, hub))
        if found is None:
            ground = self.ground
            usable, rates = ground.usable(employer, hub), ground.service.travel_rate[hub]
            hours, rise = [], []
            for mask in self.masks:
                if mask & ~usable:
                    hours.append(NOWHERE)
                    rise.append(0.0)
                    continue
                towns = members_of(mask)
                now = math.fsum(ground.need(i, self.threshold) * (1 + rates[i]) for i in towns)
                then = math.fsum(ground.need(i, self.threshold + RISE) * (1 + rates[i]) for i in towns)
                hours.append(now)
                rise.append((then - now) / RISE)
            found = self.rows[employer, hub] = Row(tuple(hours), tuple(rise))
        return found

    def _sum(self, team: Team) -> None:
        parts = sorted(team.parts)
        team.row = row = self.row(team.employer, team.hub)
        team.mask = mask_of(i for p in parts for i in members_of(self.masks[p]))
        team.hours = math.fsum(row.hours[p] for p in parts)
        team.rise = math.fsum(row.rise[p] for p in parts)
        team.missing = math.fsum(self.missing[p] for p in parts)
        team.mended = math.fsum(self.mended[p] for p in parts)
        team.pieces = self.ground.connected(team.mask)
        team.changing = self._changing(team, team.mask)
        team.most = self.most[team.employer]
        team.broken = self._broken(team)
        team.energy = self._energy(team.hours, team.rise, team.missing, team.mended, team.units)
        team.energy += BROKEN * (abs(team.pieces - 1) + team.broken + max(0, team.mask.bit_count() - team.most))

    def _broken(self, team: Team) -> int:
        """Pairs of parts that must be apart, and pins that are not kept."""
        pairs = sum(1 for p in team.parts for other in self.apart[p] if other > p and other in team.parts)
        return pairs + sum(self._unpinned(p, team.employer, team.hub, team.units) for p in team.parts)

    def _unpinned(self, part: int, employer: int, hub: int, units: int) -> int:
        pin = self.ground.parts[part].pin
        if pin is None:
            return 0
        wrong = (pin.employer not in (None, employer)) + (pin.units not in (None, units))
        return wrong + (not pin.hubs >> hub & 1)

    def _changing(self, team: Team, mask: int) -> int:
        if self.most_changes is None:
            return 0
        known = self.ground.source.known
        return (mask & ~(0 if team.continues is None else known[team.continues])).bit_count()

    def _energy(self, hours: float, rise: float, missing: float, mended: float, units: int) -> float:
        left = self.hours[units] - hours
        if not self.shortfall:
            return -left if left < 0 else 0.0
        if left < 0:
            return missing - STEEP * left
        if rise <= 0:
            return missing
        return max(0.0, missing - mended * left / rise)

    def _over(self) -> float:
        """What the rules for all teams together are broken by, in hours."""
        broken = 0
        for employers, fewest, most in self.ground.limits:
            units = sum(team.units for team in self.teams if team.employer in employers)
            broken += max(0, fewest - units) + max(0, units - most)
        if self.most_changes is not None:
            source = self.ground.source
            lost = source.lost & ~mask_of(i for team in self.teams for i in members_of(team.mask))
            changing = sum(team.changing for team in self.teams) + lost.bit_count()
            broken += max(0, changing - self.most_changes)
            continued = [team.continues for team in self.teams if team.continues is not None]
            broken += len(continued) - len(set(continued))
        unserved = sum(1 for p, owner in enumerate(self.owner) if owner < 0 and not self.ground.parts[p].optional)
        return BROKEN * (broken + 4 * unserved)

    @property
    def energy(self) -> float:
        """What is to be made small: hours lacking or missing, and what broken rules cost."""
        return math.fsum(team.energy for team in self.teams) + self.over

    @property
    def sound(self) -> bool:
        """Whether all rules are kept."""
        return not self.over and all(
            team.pieces == 1 and not team.broken and team.mask.bit_count() <= team.most for team in self.teams
        )

    def districts(self) -> list[int]:
        """The districts that break no rule of a district, as masks of municipalities."""
        return [team.mask for team in self.teams if team.parts and team.pieces == 1 and not team.broken]

    # -- steps ------------------------------------------------------------------------------------------------------

    def run(self, steps: int, look: Callable[[], None], until: Deadline, hot: float) -> None:
        """So many steps while it cools down from ``hot``, or ``until`` then. ``look`` is called where the energy has
        never been so low, and may ask for another threshold."""
        chance = self.chance.random
        parts, count = len(self.masks), len(self.teams)
        several = len(self.ground.source.employers) > 1
        energy = lowest = self.energy
        look()
        if self.energy != energy:
            energy = lowest = self.energy
        heat, cooling = hot, (COLD / hot) ** (1 / max(1, steps // 50))
        for step in range(steps):
            if step % 50 == 0:
                heat *= cooling
                if until.passed:
                    return
            limit = -heat * math.log(1.0 - chance())
            drawn = chance()
            if drawn < 0.9:
                gained = self._shift(int(chance() * parts), limit, swap=drawn < 0.35)
            elif drawn < 0.94:
                gained = self._move_posts(int(chance() * count), int(chance() * count), limit)
            elif drawn < 0.98 or not (several or self.most_changes is not None):
                gained = self._move_hub(int(chance() * count), limit)
            else:
                gained = self._rename(int(chance() * count), limit)
            if gained is None:
                continue
            energy += gained
            if energy < lowest - 1e-9:
                lowest = energy = self.energy
                threshold = self.threshold
                look()
                if self.threshold != threshold:
                    energy = lowest = self.energy

    def _shift(self, p: int, limit: float, *, swap: bool) -> float | None:
        """A part to a district beside it, with ``swap`` one of that district back. What the energy gains, ``None``
        where nothing is moved."""
        owner = self.owner
        d = owner[p]
        near = self.near[p]
        if not near:
            return None
        e = owner[near[int(self.chance.random() * len(near))]]
        if e == d:
            return None
        if e < 0 or d < 0:
            return self._join_or_leave(p, d, e, limit)
        giver, taker = self.teams[d], self.teams[e]
        if self._is_home(giver, p):
            return None
        back = -1
        if swap:
            back = self._neighbour_of(d, e)
            if back < 0 or back == p or self._is_home(taker, back):
                return None
        return self._exchange(giver, taker, d, e, p, back, limit)

    def _neighbour_of(self, d: int, e: int) -> int:
        """A part of district ``e`` beside district ``d``, tried for a few times; -1 where none was met."""
        owner, near, chance = self.owner, self.near, self.chance.random
        parts = len(owner)
        for _ in range(12):
            part = int(chance() * parts)
            if owner[part] == e and any(owner[other] == d for other in near[part]):
                return part
        return -1

    def _is_home(self, team: Team, p: int) -> bool:
        return self.masks[p] >> team.hub & 1 == 1 and self.ground.inside(team.employer)

    def _exchange(self, giver: Team, taker: Team, d: int, e: int, p: int, back: int, limit: float) -> float | None:
        """``p`` from one team to the other, and ``back`` the other way unless it is -1."""
        one, two = giver.row, taker.row
        hours, more = giver.hours - one.hours[p], taker.hours + two.hours[p]
        rise, further = giver.rise - one.rise[p], taker.rise + two.rise[p]
        missing, mended = self.missing[p], self.mended[p]
        if back >= 0:
            hours, more = hours + one.hours[back], more - two.hours[back]
            rise, further = rise + one.rise[back], further - two.rise[back]
            missing, mended = missing - self.missing[back], mended - self.mended[back]
        left = self._energy(hours, rise, giver.missing - missing, giver.mended - mended, giver.units)
        taken = self._energy(more, further, taker.missing + missing, taker.mended + mended, taker.units)
        before = giver.energy + taker.energy
        if left + taken - before > limit:
            return None
        mask, other = giver.mask ^ self.masks[p], taker.mask | self.masks[p]
        if back >= 0:
            mask, other = mask | self.masks[back], other ^ self.masks[back]
        broken, breaks = giver.broken, taker.broken
        if self.apart[p] or (back >= 0 and self.apart[back]) or broken or breaks or self.ground.source.pins:
            broken, breaks = self._broken_after(giver, taker, p, back)
        first = self.ground.connected(mask)
        second = self.ground.connected(other)
        left += BROKEN * (abs(first - 1) + broken + max(0, mask.bit_count() - giver.most))
        taken += BROKEN * (abs(second - 1) + breaks + max(0, other.bit_count() - taker.most))
        gained = left + taken - before
        over = self.over
        if self.most_changes is not None:
            over = self._over_after(giver, taker, mask, other)
            gained += over - self.over
        if gained > limit:
            return None
        self.over = over
        giver.hours, giver.rise, giver.mask, giver.energy, giver.pieces, giver.broken = (
            hours,
            rise,
            mask,
            left,
            first,
            broken,
        )
        taker.hours, taker.rise, taker.mask, taker.energy, taker.pieces, taker.broken = (
            more,
            further,
            other,
            taken,
            second,
            breaks,
        )
        giver.missing, giver.mended = giver.missing - missing, giver.mended - mended
        taker.missing, taker.mended = taker.missing + missing, taker.mended + mended
        giver.parts.remove(p)
        taker.parts.add(p)
        self.owner[p] = e
        if back >= 0:
            taker.parts.remove(back)
            giver.parts.add(back)
            self.owner[back] = d
        if self.most_changes is not None:
            giver.changing, taker.changing = self._changing(giver, mask), self._changing(taker, other)
        return gained

    def _broken_after(self, giver: Team, taker: Team, p: int, back: int) -> tuple[int, int]:
        giver.parts.remove(p)
        taker.parts.add(p)
        if back >= 0:
            taker.parts.remove(back)
            giver.parts.add(back)
        found = self._broken(giver), self._broken(taker)
        giver.parts.add(p)
        taker.parts.remove(p)
        if back >= 0:
            taker.parts.add(back)
            giver.parts.remove(back)
        return found

    def _over_after(self, giver: Team, taker: Team, mask: int, other: int) -> float:
        before = giver.changing, taker.changing
        giver.changing, taker.changing = self._changing(giver, mask), self._changing(taker, other)
        over = self._over()
        giver.changing, taker.changing = before
        return over

    # -- steps that sum a team up anew --------------------------------------------------------------------------------

    def _join_or_leave(self, p: int, d: int, e: int, limit: float) -> float | None:
        """A part that is nobody's joins a district, or one leaves to be nobody's."""
        team = self.teams[max(d, e)]
        if d >= 0 and (self._is_home(team, p) or len(team.parts) == 1):
            return None
        self.owner[p] = e
        team.parts.symmetric_difference_update({p})

        def undo() -> None:
            self.owner[p] = d
            team.parts.symmetric_difference_update({p})

        return self._settled([team], limit, undo)

    def _move_posts(self, d: int, e: int, limit: float) -> float | None:
        """Units of posts from one team to another, or the sizes of two exchanged."""
        giver, taker = self.teams[d], self.teams[e]
        drawn = self.chance.random()
        units = giver.units - taker.units if drawn < 0.3 else 1 + int(drawn * 3) % 2
        if d == e or units == 0 or giver.units - units < 1 or taker.units + units < 1:
            return None
        giver.units, taker.units = giver.units - units, taker.units + units

        def undo() -> None:
            giver.units, taker.units = giver.units + units, taker.units - units

        return self._settled([giver, taker], limit, undo)

    def _move_hub(self, d: int, limit: float) -> float | None:
        """Another hub for a team."""
        team = self.teams[d]
        hubs = self.ground.hubs(team.employer, team.mask)
        before = team.hub
        hub = self.chance.choice(hubs) if hubs else before
        if hub == before:
            return None
        team.hub = hub

        def undo() -> None:
            team.hub = before

        return self._settled([team], limit, undo)

    def _rename(self, d: int, limit: float) -> float | None:
        """Another employer for a team, or another reference district that it continues."""
        team = self.teams[d]
        before = team.employer, team.hub, team.continues
        if self.most_changes is not None and self.chance.random() < 0.5:
            team.continues = self.chance.choice((None, *range(len(self.ground.source.known))))
        else:
            team.employer = int(self.chance.random() * len(self.ground.source.employers))
            hubs = self.ground.hubs(team.employer, team.mask)
            if not hubs:
                team.employer = before[0]
                return None
            team.hub = team.hub if team.hub in hubs else self.chance.choice(hubs)

        def undo() -> None:
            team.employer, team.hub, team.continues = before

        return self._settled([team], limit, undo)

    def _settled(self, changed: Sequence[Team], limit: float, undo: Callable[[], None]) -> float | None:
        """What the energy gains by changed teams, or ``None`` and everything as before where that is too much."""
        before, over = math.fsum(team.energy for team in changed), self.over
        for team in changed:
            self._sum(team)
        self.over = self._over()
        gained = math.fsum(team.energy for team in changed) - before + self.over - over
        if gained <= limit:
            return gained
        undo()
        for team in changed:
            self._sum(team)
        self.over = over
        return None
