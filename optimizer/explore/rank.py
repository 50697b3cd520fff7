"""How many plans the rules allow, counted exactly, and where a given plan stands among them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.explore.cover import Floats
from optimizer.explore.situation import NoPlanInTime, Situation, situation_of
from optimizer.explore.table import Table
from optimizer.plan import Plan
from optimizer.problem import GivenDistrict, Problem
from optimizer.reference import changes, weights_of
from optimizer.rounding import less, more
from optimizer.service import mask_of
from optimizer.solver import Solver, TimeUp
from optimizer.stages import SHORTFALL_TOLERANCE, Infeasible

#: Plans are ordered by shortfall one by one only up to so many.
MOST_ORDERED = 5_000_000
#: Bars counted together.
AT_ONCE = 15
#: Widths that the bars of the distribution may have, in coverage.
WIDTHS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """How many plans have a lowest coverage of at least ``low`` and less than ``high``."""

    low: float
    high: float
    plans: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A given plan among all: how many have a higher, equal or lower lowest coverage.

    ``before`` and ``level`` count those that come before it and that are equal in the order of the model: plans within
    the fairness tolerance of the highest lowest coverage come first, by shortfall; the others follow by lowest
    coverage, then by shortfall. ``None`` where too many plans would have to be ordered. ``is_among``: the plan keeps
    the rules and has the best hubs, so it is itself one of the plans counted.
    """

    plan: Plan
    better: int
    equal: int
    worse: int
    before: int | None
    level: int | None
    is_among: bool


@dataclass(frozen=True, slots=True)
class Rank:
    """All plans of a layer under its rules: districts with employers, team sizes and the best hub. Counts are exact.

    ``better``: for each of the coverages asked about, how many plans have a higher lowest coverage.
    """

    plans: int
    highest_coverage: float
    bars: tuple[Bar, ...]
    standing: Standing | None
    better: tuple[int, ...] = ()


def rank(
    problem: Problem,
    *,
    layer: int = 0,
    plan: Sequence[GivenDistrict] | None = None,
    coverages: Sequence[float] = (),
    bars: int = 60,
    solver: Solver | None = None,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rank:
    """The number of plans of a layer, their lowest coverages (in at most ``bars`` bars), and where ``plan`` stands.

    ``plan`` has sizes and may break rules; its employers are employers of the layer. ``coverages`` are lowest coverages
    of plans from elsewhere, which need not be plans of this layer: those of another scenario with as many posts, say.
    ``progress`` gets the number of bars counted and of all.

    Raises :class:`Infeasible`, :class:`NoPlanInTime` and :class:`TooLarge`.
    """
    situation = situation_of(problem, layer, solver=solver, time_limit=time_limit)
    try:
        return _rank(situation, plan, coverages, bars, progress)
    except TimeUp:
        raise NoPlanInTime from None


def _rank(
    situation: Situation,
    plan: Sequence[GivenDistrict] | None,
    coverages: Sequence[float],
    bars: int,
    progress: Callable[[int, int], None] | None,
) -> Rank:
    table = Table(situation, situation.columns())
    highest = table.highest_coverage()
    if highest == -math.inf:
        raise Infeasible
    total = _count(table, [table.reaching(0.0)])[0]
    standing = None if plan is None else _standing(table, situation.evaluated(plan), highest, total)
    above = [_above(table, coverage) for coverage in coverages]
    better = [
        count for start in range(0, len(above), AT_ONCE) for count in _count(table, above[start : start + AT_ONCE])
    ]
    return Rank(total, highest, _bars(table, highest, bars, progress), standing, tuple(better))


def _count(table: Table, choices: Sequence[NDArray[np.bool_]]) -> list[int]:
    return table.cover.count(np.array([table.number(chosen) for chosen in choices]))


def _above(table: Table, coverage: float) -> NDArray[np.bool_]:
    above: NDArray[np.bool_] = table.coverage > more(coverage)
    return above


def _bars(table: Table, highest: float, most: int, progress: Callable[[int, int], None] | None) -> tuple[Bar, ...]:
    lowest = float(table.coverage.min())
    top = more(highest)
    width = next((w for w in WIDTHS if top // w - lowest // w < most), top - lowest)
    edges = [number * width for number in range(int(lowest // width), int(top // width) + 1)]
    counts: list[int] = []
    for start in range(0, len(edges), AT_ONCE):
        if progress:
            progress(start, len(edges))
        counts += _count(table, [table.reaching(edge) for edge in edges[start : start + AT_ONCE]])
    fewer = [*counts[1:], 0]
    found = [Bar(low, low + width, here - above) for low, here, above in zip(edges, counts, fewer, strict=True)]
    first = next(number for number, bar in enumerate(found) if bar.plans)
    return tuple(found[first:])


def _standing(table: Table, plan: Plan, highest: float, total: int) -> Standing:
    lowest, shortfall = plan.reached, plan.shortfall_hours
    above, reaching = _above(table, lowest), table.reaching(lowest)
    better, at_least = _count(table, [above, reaching])
    window = highest - table.situation.problem.fairness_tolerance
    before: int | None
    level: int | None
    if lowest >= less(window):
        before, level = _by_shortfall(table, [table.reaching(window)], shortfall)
    else:
        before, level = _by_shortfall(table, _with_lowest(table, reaching & ~above, above), shortfall)
        before = None if before is None else better + before
    return Standing(plan, better, at_least - better, total - at_least, before, level, _is_among(table, plan))


def _with_lowest(table: Table, lowest: NDArray[np.bool_], above: NDArray[np.bool_]) -> Iterator[NDArray[np.bool_]]:
    """Choices of columns whose plans are together, each once, those with one of the ``lowest`` and else ``above``."""
    masks = np.array(table.cover.districts, dtype=object)[table.district]
    left = lowest.copy()
    for district, kind in sorted(set(zip(table.district[lowest].tolist(), table.kind[lowest].tolist(), strict=True))):
        here = left & (table.district == district) & (table.kind == kind)
        left &= ~here
        # No other column touches the district, so one of these is in every plan of the choice.
        beside = (masks & table.cover.districts[district]) == 0
        yield here | ((above | left) & beside.astype(np.bool_))


def _by_shortfall(
    table: Table, choices: Iterable[NDArray[np.bool_]], shortfall: float
) -> tuple[int | None, int | None]:
    """How many plans of the choices of columns have less shortfall, and how many an equal one."""
    before = level = seen = 0
    for chosen in choices:
        seen += _count(table, [chosen])[0]
        if seen > MOST_ORDERED:
            return None, None
        sums = _sums(table, chosen)
        less = int((sums < shortfall - SHORTFALL_TOLERANCE).sum())
        before += less
        level += int((sums <= shortfall + SHORTFALL_TOLERANCE).sum()) - less
    return before, level


def _sums(table: Table, chosen: NDArray[np.bool_]) -> Floats:
    """The shortfalls of all plans of the chosen columns, in no order."""
    cover, counters = table.cover, table.counters
    by_district: dict[int, list[int]] = {}
    for column in np.flatnonzero(chosen).tolist():
        by_district.setdefault(int(table.district[column]), []).append(column)
    useful = cover.useful(table.cheapest(table.shortfall, chosen))
    after = [dict(zip(kind.before.tolist(), kind.after.tolist(), strict=True)) for kind in counters.kinds]
    # Per uncovered set and count the sums of all ways to cover it.
    found: list[dict[int, Floats]] = [{} for _ in cover.uncovered]
    found[0] = {0: np.zeros(1)}
    for uncovered, steps in cover.steps.items():
        cover.deadline.check()
        wanted = set(np.flatnonzero(useful[uncovered]).tolist())
        parts: dict[int, list[Floats]] = {}
        for district, rest in steps if wanted else ():
            for j in by_district.get(district, ()) if found[rest] else ():
                for state, sums in found[rest].items():
                    reached = after[table.kind[j]].get(state)
                    if reached in wanted:
                        parts.setdefault(reached, []).append(sums + table.shortfall[j])
        for state, sums in found[cover.left[uncovered]].items() if uncovered in cover.left else ():
            parts.setdefault(state, []).append(sums)
        found[uncovered] = {state: np.concatenate(sums) for state, sums in parts.items()}
    whole = [found[cover.whole][a] for a in counters.accepted.tolist() if a in found[cover.whole]]
    return np.concatenate(whole) if whole else np.zeros(0)


def _is_among(table: Table, plan: Plan) -> bool:
    """Whether a plan is one of those of the table: its districts part the county and each is a column."""
    situation = table.situation
    problem, layer = situation.problem, situation.layer
    ids = [employer.id for employer in situation.source().employers]
    columns = {(mask_of(c.members), ids[c.employer], c.units * layer.step): c for c in table.columns}
    met, counts = 0, [0] * len(table.counters.states[0])
    for district in plan.layers[situation.number].districts:
        mask = mask_of(problem.index[ags] for ags in district.municipalities)
        column = columns.get((mask, district.employer, district.fte))
        if column is None or met & mask or problem.municipalities[column.hub].ags != district.hub:
            return False
        met |= mask
        counts[0] += 1
        counts[1 + table.counters.group_of[column.employer]] += column.units
    most = layer.most_changes
    if most is not None:
        districts = [district.municipalities for district in plan.layers[situation.number].districts]
        if len(changes(districts, layer.reference or (), weights_of(problem)).municipalities) > most:
            return False
    state = table.counters.index.get(tuple(counts))
    return not situation.source().required & ~met and state in table.counters.accepted.tolist()
