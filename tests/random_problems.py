"""Small random problems for tests against the oracle (``exhaustive.py``): many ties, many rules, mostly feasible.

Municipalities are cells of a grid that touch, so that the neighbours are those of a map. Travel follows the grid
(equal times abound) or is drawn freely, both directions apart. Use ``@given(problems())``; ``tiny_problems()`` are
small enough to list every plan. Limits and minimum hours are drawn from what a layer can about hold: roughly two
thirds of the problems have a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from optimizer.problem import Ags, Base, Employer, GivenDistrict, Layer, Municipality, PostLimit, Problem

Cell = tuple[int, int]
STEPS = [Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), Fraction(1), Fraction(1, 10)]


def _seldom(draw: st.DrawFn, once_in: int) -> bool:
    # Hypothesis shrinks towards 0: a failing example loses the rule that it does not need.
    return draw(st.integers(0, once_in - 1)) == once_in - 1


def _touching(cell: Cell) -> list[Cell]:
    x, y = cell
    return [(x + 1, y), (x, y + 1), (x - 1, y), (x, y - 1)]


@st.composite
def _cells(draw: st.DrawFn, count: int) -> list[Cell]:
    """Cells that touch, but once in fifteen an island among them."""
    cells: list[Cell] = [(0, 0)]
    while len(cells) < count:
        border = sorted({near for cell in cells for near in _touching(cell)} - set(cells))
        cells.append((9, len(cells)) if _seldom(draw, 60) else draw(st.sampled_from(border)))
    return cells


@st.composite
def _minutes(draw: st.DrawFn, towns: Sequence[Ags], cells: Sequence[Cell]) -> dict[tuple[Ags, Ags], float]:
    way = draw(st.sampled_from(["grid", "uneven", "free"]))
    minutes: dict[tuple[Ags, Ags], float] = {}
    for a, (ax, ay) in zip(towns, cells, strict=True):
        for b, (bx, by) in zip(towns, cells, strict=True):
            if a == b:
                continue
            if way == "free":
                minutes[a, b] = float(draw(st.sampled_from([0, 5, 10, 10, 15, 20, 30, 45])))
                continue
            minutes[a, b] = 8.0 * (min(abs(ax - bx), 4) + abs(ay - by))
            if way == "uneven":
                minutes[a, b] += draw(st.integers(0, 40)) / 10
    if _seldom(draw, 6):
        # Roads that are closed, mostly in one direction.
        for pair in draw(st.lists(st.sampled_from(sorted(minutes)), min_size=1, max_size=3)):
            minutes.pop(pair, None)
    return minutes


@st.composite
def _employers(draw: st.DrawFn, towns: Sequence[Ags], most: int) -> tuple[Employer, ...]:
    found = []
    count = draw(st.sampled_from([1, 1, 2, 2, 3][: 2 * most]))
    for place, id in enumerate(["ki", "welfare", "towns"][:count]):
        base: Base = "office" if _seldom(draw, 4) else "district"
        office = draw(st.sampled_from(towns)) if base == "office" else None
        hubs = None
        if _seldom(draw, 5):
            hubs = frozenset(draw(st.lists(st.sampled_from(towns), min_size=(len(towns) + 1) // 2, unique=True)))
            hubs |= {office} if office and not _seldom(draw, 6) else set()
        largest = draw(st.integers(1, len(towns))) if _seldom(draw, 4) else None
        found.append(Employer(id, place == 0 and not _seldom(draw, 10), base, office, hubs, largest))
    return tuple(found)


@st.composite
def _limits(draw: st.DrawFn, employers: Sequence[Employer], units: int, step: Fraction) -> tuple[PostLimit, ...]:
    found = []
    ids = [employer.id for employer in employers]
    for place in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        group = frozenset(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)))
        at_least = draw(st.integers(0, units // 2)) if _seldom(draw, 2) else 0
        at_most = draw(st.integers(at_least, units)) if _seldom(draw, 2) else None
        if len(group) == len(ids):
            at_most = None if at_most is None or not _seldom(draw, 4) else at_most
        # Once in a while a limit between two steps.
        off = step / 3 if _seldom(draw, 5) else Fraction(0)
        least, highest = step * at_least - min(off, step * at_least), None if at_most is None else step * at_most + off
        found.append(PostLimit(f"limit{place}", group, least, highest))
    return tuple(found)


@st.composite
def _parts(draw: st.DrawFn, towns: Sequence[Ags], most: int) -> list[list[Ags]]:
    """Some of the ways to part the towns, near ones together more often than not."""
    labels, label = [], 0
    count = draw(st.integers(1, max(1, min(most, len(towns)))))
    for _ in towns:
        label = draw(st.integers(0, count - 1)) if _seldom(draw, 2) else label
        labels.append(label)
    return [[t for t, of in zip(towns, labels, strict=True) if of == k] for k in sorted(set(labels))]


@st.composite
def _plan(
    draw: st.DrawFn,
    towns: Sequence[Ags],
    present: Sequence[Ags],
    employers: Sequence[Employer],
    units: int,
    step: Fraction,
) -> tuple[GivenDistrict, ...]:
    """Districts as someone may have drawn them, connected or not, a town left out at times; team sizes or none."""
    sized = draw(st.booleans())
    parts = draw(_parts(towns if sized else present, min(4, units)))
    if _seldom(draw, 4) and len(parts) > 1:
        parts = parts[1:]
    rows = []
    left = units - len(parts)
    for place, part in enumerate(parts):
        more = left if place == len(parts) - 1 else draw(st.integers(0, left))
        left -= more
        fte = step * (1 + more) if sized else None
        if fte is not None and _seldom(draw, 8):
            fte += Fraction(1, 8)
        hub = draw(st.sampled_from(towns if _seldom(draw, 4) else part)) if _seldom(draw, 3) else None
        rows.append(GivenDistrict(draw(st.sampled_from(employers)).id, tuple(part), fte, hub))
    return tuple(rows)


@st.composite
def layers(
    draw: st.DrawFn,
    name: str,
    towns: Sequence[Ags],
    present: Sequence[Ags],
    most_units: int,
    most_employers: int,
    given: bool,
) -> Layer:
    """One layer with rules, of which ``present`` towns take part; ``given``: it may have a plan."""
    step = draw(st.sampled_from(STEPS))
    units = draw(st.integers(2, most_units))
    employers = draw(_employers(towns, most_employers))
    fewest = draw(st.integers(1, min(3, len(towns), units)))
    pairs = [(a, b) for a in present for b in present if a < b]
    together = (draw(st.sampled_from(pairs)),) if pairs and _seldom(draw, 6) else ()
    apart = (draw(st.sampled_from(pairs)),) if pairs and _seldom(draw, 6) else ()
    fixed: dict[Ags, frozenset[str]] = {}
    if _seldom(draw, 5):
        fixed[draw(st.sampled_from(towns))] = frozenset({draw(st.sampled_from(employers)).id})
    hours = draw(st.sampled_from([39.0, 39.0, 39.0, 40.0, 19.5]))
    minimum = 0.0
    if _seldom(draw, 3):
        # Odd shares, so that no minimum fits a team exactly: whether it does would be a matter of rounding.
        minimum = float(step) * units * hours / len(towns) * draw(st.sampled_from([0.11, 0.31, 0.47, 0.69]))
    own = {}
    if _seldom(draw, 4):
        shares = st.sampled_from([0.0, 0.13, 0.37])
        some = draw(st.lists(st.sampled_from(towns), min_size=1, unique=True))
        own = {ags: float(step) * units * hours / len(towns) * draw(shares) for ags in some}
    reference = tuple(frozenset(part) for part in draw(_parts(towns, 4))) if _seldom(draw, 3) else None
    return Layer(
        name=name,
        total=step * units,
        employers=employers,
        step=step,
        hours_per_week=hours,
        # Small teams may have less than nothing left to spend: columns that the model does not admit.
        coordination_hours=draw(st.sampled_from([2.0, 2.0, 0.0, 0.5, 4.5, 12.0 if step >= Fraction(1, 4) else 1.0])),
        block_hours=draw(st.sampled_from([4.0, 4.0, 2.0, 7.5])),
        districts_minimum=fewest,
        districts_maximum=draw(st.integers(fewest, 6)),
        max_drive_minutes=draw(st.sampled_from([None, 40.0, 40.0, 24.0, 16.0])),
        minimum_persons=2 if _seldom(draw, 10) else 1,
        connected=not _seldom(draw, 5),
        minimum_hours=minimum,
        minimum_hours_of=own,
        limits=draw(_limits(employers, units, step)),
        together=together,
        apart=apart,
        fixed_employers=fixed,
        plan=draw(_plan(towns, present, employers, units, step)) if given and _seldom(draw, 6) else None,
        reference=reference,
        changes_maximum=draw(st.integers(0, 3)) if reference is not None and _seldom(draw, 2) else None,
    )


@st.composite
def problems(
    draw: st.DrawFn,
    most_towns: int = 7,
    most_layers: int = 2,
    most_units: int = 8,
    most_employers: int = 3,
    given: bool = True,
) -> Problem:
    """A problem with two municipalities or more; ``given``: layers may have plans, with team sizes or without."""
    count = draw(st.integers(2, most_towns))
    towns = [f"0555{4 * place:04d}" for place in range(1, count + 1)]
    cells = draw(_cells(count))
    # Neither travel nor neighbours are to follow the order of keys.
    towns = draw(st.permutations(towns))
    keys = draw(st.sampled_from(["equal", "few", "many"]))
    sizes = {
        "equal": st.just(1),
        "few": st.sampled_from([2, 1, 3, 1, 2, 0]),
        "many": st.integers(1, 1000),
    }[keys]
    raw = [draw(sizes) for _ in towns]
    raw[0] = raw[0] or 1
    existing = {
        "none": st.just(0.0),
        "some": st.sampled_from([0.0, 0.0, 2.5, 10.0, 10.0, 60.0]),
        "any": st.integers(0, 2000).map(lambda hours: hours / 100),
    }[draw(st.sampled_from(["none", "some", "any"]))]
    near = {
        town: frozenset(other for other, at in zip(towns, cells, strict=True) if at in _touching(cell))
        for town, cell in zip(towns, cells, strict=True)
    }
    absent = draw(st.sampled_from(towns[1:])) if _seldom(draw, 6) else None
    raw = [0 if town == absent else size for town, size in zip(towns, raw, strict=True)]
    ordered = sorted(towns)
    present = [town for town in ordered if town != absent]
    least_ki = draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1, 3), Fraction(1, 2), Fraction(1)]))
    return Problem(
        municipalities=tuple(
            Municipality(town, size / sum(raw), 0.0 if town == absent else draw(existing), town != absent)
            for town, size in zip(towns, raw, strict=True)
        ),
        minutes=draw(_minutes(towns, cells)),
        neighbours=near,
        layers=tuple(
            draw(layers(f"layer {place}", ordered, present, most_units, most_employers, given))
            for place in range(1, 1 + draw(st.integers(1, most_layers)))
        ),
        ki_minimum=least_ki,
        ki_binding=not _seldom(draw, 4),
        fairness_tolerance=draw(st.sampled_from([0.02, 0.0, 0.1, 0.5])),
        stated_level=draw(st.sampled_from([15.0, 80.0, 350.0])) if _seldom(draw, 8) else None,
    )


def tiny_problems(given: bool = True) -> st.SearchStrategy[Problem]:
    """Problems of which every plan can be listed quickly."""
    return problems(most_towns=5, most_units=5, most_employers=2, given=given)
