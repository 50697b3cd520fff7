"""For which staffing of existing services the best districts stay the best, and whose answer would decide."""

from __future__ import annotations

import itertools
import math
import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from optimizer.explore.decision import Districts, Engine, engine_of, packed
from optimizer.explore.situation import Infeasible, situation_of
from optimizer.explore.uncertainty import CaseFigures, Uncertainty
from optimizer.explore.workers import Cancelled, executor_or_own, shared_out
from optimizer.problem import Ags, Problem
from optimizer.solver import Solver

#: In so many steps each range is gone through; where districts change, it is halved until posts (FTE) are this close.
STEPS, CLOSE = 8, 0.01
#: Of more services than this not all combinations of fewest and most posts are tried.
MOST_AT_CORNERS = 6
#: Cases that a worker takes at a time.
AT_A_TIME = 10
#: An answer decides where it foretells so much more of the draws than none.
_DECIDES = 0.05

Existing = Callable[[Sequence[float]], Mapping[Ags, float]]
"""The existing hours of each municipality where services have so many posts, in their order; can be pickled."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The posts (FTE) of a service: somewhere from ``low`` to ``high``; ``now`` are those that count in the plan."""

    low: float
    high: float
    now: float

    def __post_init__(self) -> None:
        if not (0 <= self.low <= self.high < math.inf and self.low <= self.now <= self.high):
            raise ValueError("posts lie in a range that begins at none or more")


@dataclass(frozen=True, slots=True)
class Change:
    """Where others become the best: with ``posts`` the ``districts``, with ``unchanged`` posts still the present ones.

    ``districts`` are ``None`` where the rules then leave no plan.
    """

    posts: float
    unchanged: float
    districts: Districts | None


@dataclass(frozen=True, slots=True)
class Holding:
    """How far the posts of one service, the others as now, can be fewer or more before the best districts change.

    ``None``: up to the end of its range they do not. ``tested`` values were decided exactly; between those without a
    change one that is undone again could hide.
    """

    fewer: Change | None
    more: Change | None
    tested: int

    @property
    def holds(self) -> bool:
        """Whether the best districts stay whatever it has in its range."""
        return self.fewer is None and self.more is None


@dataclass(frozen=True, slots=True)
class Case:
    """Posts of all services at once, a corner (``draw`` is ``None``) or a random draw, and the best districts then."""

    draw: int | None
    posts: tuple[float, ...]
    districts: Districts | None


@dataclass(frozen=True, slots=True)
class Side:
    """Some draws: how many, and the districts that are the best in most of them (``hits``)."""

    draws: int
    districts: Districts | None
    hits: int


@dataclass(frozen=True, slots=True)
class Decisive:
    """The service whose answer foretells most: whether it has fewer posts than ``threshold`` (``below``) or more."""

    service: int
    threshold: float
    below: Side
    above: Side

    @property
    def foretold(self) -> int:
        """Draws whose best districts are foretold by the answer."""
        return self.below.hits + self.above.hits


@dataclass(frozen=True)
class StaffEffect:
    """What the posts of unsure services do to the best districts (``now``).

    ``holdings`` are one for each service, ``None`` where it was cancelled. ``cases`` are all corners and the draws that
    were done, of the ``asked``; draws are a sample. ``seed`` gives the same ones again.
    """

    staff: tuple[Staff, ...]
    now: Districts
    holdings: tuple[Holding | None, ...]
    cases: tuple[Case, ...]
    corners_asked: int
    asked: int
    seed: int

    @property
    def draws(self) -> tuple[Case, ...]:
        """The random draws done."""
        return tuple(case for case in self.cases if case.draw is not None)

    @property
    def corners(self) -> tuple[Case, ...]:
        """The corners done."""
        return tuple(case for case in self.cases if case.draw is None)

    def same(self, cases: Sequence[Case]) -> int:
        """In how many cases the present districts stay the best."""
        return sum(1 for case in cases if case.districts == self.now)

    @property
    def complete(self) -> bool:
        """Whether nothing was cancelled."""
        return None not in self.holdings and len(self.cases) == self.corners_asked + self.asked

    @property
    def decisive(self) -> Decisive | None:
        """The one answer that foretells most of the draws; ``None`` where none does much better than no answer."""
        draws = self.draws
        found = [one for service in range(len(self.staff)) for one in _splits(draws, service)]
        if not found:
            return None
        best = max(found, key=lambda one: (one.foretold, -one.service, -one.threshold))
        gained = best.foretold - _side(Counter(case.districts for case in draws)).hits
        return best if gained >= _DECIDES * len(draws) else None


def _splits(draws: Sequence[Case], service: int) -> Iterator[Decisive]:
    """Every number of posts of a service that parts the draws in two."""
    ordered = sorted(draws, key=lambda case: case.posts[service])
    below: Counter[Districts | None] = Counter()
    above = Counter(case.districts for case in ordered)
    for case, following in pairwise(ordered):
        below[case.districts] += 1
        above[case.districts] -= 1
        first, second = case.posts[service], following.posts[service]
        if first < second:
            yield Decisive(service, (first + second) / 2, _side(below), _side(above))


def _side(outcomes: Counter[Districts | None]) -> Side:
    # Of several the first by the order of keys, so that it does not depend on the order of the draws.
    best = min(outcomes, key=lambda one: (-outcomes[one], sorted(map(sorted, one or ()))))
    return Side(outcomes.total(), best, outcomes[best])


def services(
    problem: Problem,
    staff: Sequence[Staff],
    existing: Existing,
    *,
    layer: int = 0,
    draws: int = 100,
    seed: int = 1,
    solver: Solver | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> StaffEffect:
    """What the posts of services do to the best districts of a layer, each service by itself and all together.

    Every case is decided exactly. ``existing`` gives the hours that services count for with so many posts: those of
    ``problem`` with the posts of ``now``. Earlier layers keep their hours. All corners are tried of up to
    ``MOST_AT_CORNERS`` services, else only all fewest and all most. ``executor``, ``progress`` and ``cancel`` as for
    :func:`robustness`.

    Raises :class:`Infeasible`, :class:`TooLarge`, and :class:`Cancelled` before anything was done.
    """
    if not staff:
        return StaffEffect((), frozenset(), (), (), 0, 0, seed)
    situation = situation_of(problem, layer, solver=solver)
    package = pickle.dumps((packed(situation, Uncertainty()), tuple(staff), existing))
    work = _work_of(package)
    now = work.districts([one.now for one in staff])
    if now is None:
        raise Infeasible
    corners = _corners(staff)
    cases: list[tuple[int | None, _Posts]] = [(None, posts) for posts in corners]
    cases += [(number, _draw(staff, seed, number)) for number in range(draws)]
    parts = [tuple(cases[start : start + AT_A_TIME]) for start in range(0, len(cases), AT_A_TIME)]
    ends = [(package, service, up, now) for service in range(len(staff)) for up in (False, True)]

    def told(before: int) -> Callable[[int, int], None] | None:
        whole = len(ends) + len(parts)
        return None if progress is None else lambda done, _: progress(before + done, whole)

    with executor_or_own(executor) as workers:
        turns = shared_out(_end, ends, workers, progress=told(0), cancel=cancel)
        tasks = [(package, part) for part in parts]
        found = shared_out(_cases, tasks, workers, progress=told(len(ends)), cancel=cancel)
    if all(one is None for one in (*turns, *found)):
        raise Cancelled
    holdings = [_holding(turns[2 * k], turns[2 * k + 1]) for k in range(len(staff))]
    done = tuple(case for some in found if some is not None for case in some)
    return StaffEffect(tuple(staff), now, tuple(holdings), done, len(corners), draws, seed)


_Posts = tuple[float, ...]
_End = tuple[Change | None, int]


@dataclass(frozen=True)
class _Work:
    """Decides which districts are best for posts of all services."""

    engine: Engine
    staff: tuple[Staff, ...]
    existing: Existing

    def districts(self, posts: Sequence[float]) -> Districts | None:
        """The best districts; ``None`` where the rules leave no plan."""
        hours = self.existing(posts)
        towns = self.engine.situation.problem.municipalities
        added = {town.ags: hours[town.ags] - town.existing_hours for town in towns if town.taking_part}
        decision = self.engine.decide(self.engine.figured(CaseFigures(added_existing=added)))
        return None if decision is None else decision.districts


@lru_cache(maxsize=2)
def _work_of(package: bytes) -> _Work:
    """The work of a package; kept, so that a process works it out once."""
    engine, staff, existing = pickle.loads(package)
    return _Work(engine_of(engine), staff, existing)


def _end(task: tuple[bytes, int, bool, Districts]) -> _End:
    """Where the districts change with fewer, or more (``up``), posts of one service, and how many values were tried."""
    package, service, up, now = task
    work = _work_of(package)
    stated = [one.now for one in work.staff]
    last = work.staff[service].high if up else work.staff[service].low
    tested = 0

    def districts(posts: float) -> Districts | None:
        nonlocal tested
        tested += 1
        return work.districts([*stated[:service], posts, *stated[service + 1 :]])

    same, way = stated[service], last - stated[service]
    for step in range(1, STEPS + 1 if way else 1):
        changed = last if step == STEPS else stated[service] + way * step / STEPS
        found = districts(changed)
        if found != now:
            while abs(changed - same) > CLOSE:
                middle = (same + changed) / 2
                other = districts(middle)
                if other == now:
                    same = middle
                else:
                    changed, found = middle, other
            return Change(changed, same, found), tested
        same = changed
    return None, tested


def _cases(task: tuple[bytes, tuple[tuple[int | None, _Posts], ...]]) -> list[Case]:
    package, part = task
    work = _work_of(package)
    return [Case(draw, posts, work.districts(posts)) for draw, posts in part]


def _corners(staff: Sequence[Staff]) -> list[_Posts]:
    """Every combination of fewest and most posts, each once."""
    if len(staff) > MOST_AT_CORNERS:
        return list(dict.fromkeys([tuple(one.low for one in staff), tuple(one.high for one in staff)]))
    return list(dict.fromkeys(itertools.product(*((one.low, one.high) for one in staff))))


def _draw(staff: Sequence[Staff], seed: int, number: int) -> _Posts:
    """The random draw with that number: every value of a range as likely."""
    random = np.random.default_rng([seed, number])
    return tuple(one.low + (one.high - one.low) * random.random() for one in staff)


def _holding(fewer: _End | None, more: _End | None) -> Holding | None:
    return None if fewer is None or more is None else Holding(fewer[0], more[0], fewer[1] + more[1])
