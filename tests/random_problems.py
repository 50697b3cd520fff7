"""Small random problems for tests against the oracle (``exhaustive.py``): many ties, many rules, mostly feasible.

Municipalities are cells of a grid that touch, so that the neighbours are those of a map. Travel follows the grid
(equal times abound) or is drawn freely, both directions apart. Use ``@given(problems())``; ``tiny_problems()`` are
small enough to list every plan, ``two_layers()`` small enough to list every plan of the first layer. Limits and
minimum hours are drawn from what a layer can about hold: roughly two thirds of the problems have a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from optimizer.problem import Ags, Base, Employer, GivenDistrict, Layer, Municipality, Pin, PostLimit, Problem

Cell = tuple[int, int]
#: Who employs in a layer. ``each``: every municipality for itself, with its hub at home.
Kind = Literal["ki", "welfare", "towns", "each"]
Kinds = tuple[Kind, ...]
#: By how many employers there may be; municipalities, each for itself, count as one.
KINDS: list[list[Kinds]] = [
    [("ki",), ("ki",), ("welfare",)],
    [("ki", "welfare"), ("ki", "welfare"), ("ki", "each"), ("each",)],
    [("ki", "welfare", "towns"), ("ki", "welfare", "each")],
]
#: One employer or several in each of two layers, in every combination.
EVERY_KINDS: list[Kinds] = [("ki",), ("welfare",), ("each",), ("ki", "welfare"), ("ki", "each"), ("welfare", "each")]
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
    """Once in six some pairs cannot be driven: they are missing, or infinite."""
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
        for pair in draw(st.lists(st.sampled_from(sorted(minutes)), min_size=1, max_size=4, unique=True)):
            if _seldom(draw, 2):
                minutes[pair] = float("inf")
            else:
                del minutes[pair]
    return minutes


@st.composite
def _employer(draw: st.DrawFn, kind: Kind, towns: Sequence[Ags]) -> Employer:
    base: Base = "office" if _seldom(draw, 4) else "district"
    office = draw(st.sampled_from(towns)) if base == "office" else None
    hubs = None
    if _seldom(draw, 5):
        hubs = frozenset(draw(st.lists(st.sampled_from(towns), min_size=(len(towns) + 1) // 2, unique=True)))
        hubs |= {office} if office and not _seldom(draw, 6) else set()
    largest = draw(st.integers(1, len(towns))) if _seldom(draw, 4) else None
    return Employer(kind, kind == "ki" and not _seldom(draw, 10), base, office, hubs, largest)


@st.composite
def _employers(draw: st.DrawFn, kinds: Kinds, towns: Sequence[Ags], present: Sequence[Ags]) -> tuple[Employer, ...]:
    found: list[Employer] = []
    for kind in kinds:
        if kind != "each":
            found.append(draw(_employer(kind, towns)))
            continue
        # Alone at home, as a rule, or for others too.
        largest = draw(st.sampled_from([1, 1, 2, len(towns)]))
        found += [Employer(ags, hubs=frozenset({ags}), max_municipalities=largest) for ags in present]
    if len(found) > 1 and _seldom(draw, 4):
        most = found[-1].max_municipalities
        found[-2:] = [replace(one, group="all", max_municipalities=most) for one in found[-2:]]
    return tuple(found)


@st.composite
def _limits(draw: st.DrawFn, employers: Sequence[Employer], units: int, step: Fraction) -> tuple[PostLimit, ...]:
    found = []
    ids = [employer.id for employer in employers]
    homes = frozenset(employer.id for employer in employers if employer.id == min(employer.hubs or [""]))
    for place in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        group = frozenset(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=2, unique=True)))
        if homes and _seldom(draw, 2):
            group = homes
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
    """Districts as someone may have drawn them, connected or not, a town left out at times; team sizes or none.

    Only a plan with team sizes may name who takes no part.
    """
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
def _pins(
    draw: st.DrawFn, present: Sequence[Ags], employers: Sequence[Employer], units: int, step: Fraction
) -> tuple[Pin, ...]:
    found = []
    for part in draw(_parts(present, 3))[: draw(st.integers(1, 2))]:
        pinned = draw(
            st.lists(st.sampled_from(part), min_size=1, max_size=draw(st.sampled_from([1, 1, 2])), unique=True)
        )
        employer = draw(st.sampled_from(employers)).id if _seldom(draw, 5) else None
        fte = step * draw(st.integers(1, max(1, units // 2))) if _seldom(draw, 5) else None
        hub = draw(st.sampled_from(part)) if _seldom(draw, 5) else None
        found.append(Pin(frozenset(pinned), employer, fte, hub))
    return tuple(found)


@st.composite
def _reference(draw: st.DrawFn, towns: Sequence[Ags]) -> tuple[tuple[frozenset[Ags], ...] | None, int | None]:
    """Districts, at times not of all towns, and the most that may change."""
    if not _seldom(draw, 3):
        return None, None
    parts = draw(st.permutations(draw(_parts(towns, 4))))
    if _seldom(draw, 4) and len(parts) > 1:
        parts = parts[1:]
    return tuple(frozenset(part) for part in parts), draw(st.integers(0, len(towns))) if _seldom(draw, 2) else None


@st.composite
def _minimum_hours(draw: st.DrawFn, towns: Sequence[Ags], share: float, rare: int) -> tuple[float, Mapping[Ags, float]]:
    """Hours for all and for some, of what the posts give to each (``share``), in odd parts: no minimum is to fit a team
    exactly, for whether it does would be a matter of rounding. For some it may be all of it, as presence is."""
    minimum, own = 0.0, {}
    if _seldom(draw, 3 * rare):
        minimum = share * draw(st.sampled_from([0.11, 0.31, 0.47, 0.69]))
    if _seldom(draw, 4):
        for ags in draw(st.lists(st.sampled_from(towns), min_size=1, max_size=3, unique=True)):
            own[ags] = share * draw(st.sampled_from([0.0, 0.0, 0.13, 0.37, 0.83]))
    return minimum, own


@st.composite
def layers(
    draw: st.DrawFn,
    name: str,
    towns: Sequence[Ags],
    present: Sequence[Ags],
    most_units: int,
    kinds: Kinds,
    given: bool = True,
    pins: bool = False,
    rare: int = 1,
) -> Layer:
    """One layer with rules, where ``present`` take part. ``given``: it may have a plan; ``pins``: or pins. Rules that
    often leave no plan are ``rare`` times rarer.
    """
    step = draw(st.sampled_from(STEPS))
    employers = draw(_employers(kinds, towns, present))
    # Where every municipality serves itself alone, each needs a team.
    alone = kinds == ("each",) and employers[0].max_municipalities == 1
    least = len(present) if alone else 2
    units = draw(st.integers(least, max(least, most_units)))
    fewest = draw(st.integers(1, min(3, len(present), units)))
    largest = draw(st.integers(max(fewest, len(present) if alone else 1), 7))
    pairs = [(a, b) for a in present for b in present if a < b]
    together = (draw(st.sampled_from(pairs)),) if pairs and not alone and _seldom(draw, 6 * rare) else ()
    apart = (draw(st.sampled_from(pairs)),) if pairs and _seldom(draw, 6 * rare) else ()
    fixed: dict[Ags, frozenset[str]] = {}
    if _seldom(draw, 5 * rare):
        fixed[draw(st.sampled_from(towns))] = frozenset({draw(st.sampled_from(employers)).id})
    hours = draw(st.sampled_from([39.0, 39.0, 39.0, 40.0, 19.5]))
    # Small teams may have less than nothing left to spend, columns that the model does not admit, or just nothing.
    coordination = [2.0, 2.0, 2.0, 0.0, 0.5, 4.5, 12.0 if step >= Fraction(1, 4) else 1.0, float(step) * hours]
    minimum, own = draw(_minimum_hours(towns, float(step) * units * hours / len(towns), rare))
    reference, changes = draw(_reference(towns))
    plan = draw(_plan(towns, present, employers, units, step)) if given and _seldom(draw, 6) else None
    return Layer(
        name=name,
        total=step * units,
        employers=employers,
        step=step,
        hours_per_week=hours,
        coordination_hours=draw(st.sampled_from(coordination)),
        block_hours=draw(st.sampled_from([4.0, 4.0, 2.0, 7.5])),
        districts_minimum=fewest,
        districts_maximum=largest,
        max_drive_minutes=draw(st.sampled_from([None, 40.0, 40.0, 24.0, 16.0])),
        minimum_persons=2 if _seldom(draw, 10 * rare) else 1,
        connected=not _seldom(draw, 5),
        minimum_hours=minimum,
        minimum_hours_of=own,
        limits=draw(_limits(employers, units, step)),
        together=together,
        apart=apart,
        fixed_employers=fixed,
        plan=plan,
        reference=reference,
        changes_maximum=changes,
        pins=draw(_pins(present, employers, units, step)) if pins and plan is None and _seldom(draw, 4) else (),
    )


@st.composite
def _municipalities(draw: st.DrawFn, towns: Sequence[Ags]) -> tuple[Municipality, ...]:
    """Keys equal or not, existing hours or none; once in six one takes no part, or two."""
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
    absent = set(draw(st.lists(st.sampled_from(towns[1:]), min_size=1, max_size=2))) if _seldom(draw, 6) else set()
    counted = {town: 0 if town in absent else size for town, size in zip(towns, raw, strict=True)}
    return tuple(
        Municipality(town, size / sum(counted.values()), 0.0 if town in absent else draw(existing), town not in absent)
        for town, size in counted.items()
    )


@st.composite
def problems(
    draw: st.DrawFn,
    most_towns: int = 7,
    most_layers: int = 2,
    most_units: int = 8,
    most_employers: int = 3,
    given: bool = True,
    pins: bool = False,
    kinds: Sequence[Kinds] | None = None,
    rare: int = 1,
) -> Problem:
    """A problem with two municipalities or more. ``given``: layers may have plans, with team sizes or without;
    ``pins``: or pins. ``kinds``: who employs in each layer, else anyone in one layer or more. ``rare`` as in `layers`.
    """
    count = draw(st.integers(2, most_towns))
    towns = [f"0555{4 * place:04d}" for place in range(1, count + 1)]
    cells = draw(_cells(count))
    # Neither travel nor neighbours are to follow the order of keys.
    towns = draw(st.permutations(towns))
    near = {
        town: frozenset(other for other, at in zip(towns, cells, strict=True) if at in _touching(cell))
        for town, cell in zip(towns, cells, strict=True)
    }
    municipalities = draw(_municipalities(towns))
    present = sorted(town.ags for town in municipalities if town.taking_part)
    if kinds is None:
        some = st.sampled_from([kinds for several in KINDS[:most_employers] for kinds in several])
        kinds = [draw(some) for _ in range(draw(st.integers(1, most_layers)))]
    shares = [Fraction(0), Fraction(1, 3), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(1)]
    if not any("ki" in whose for whose in kinds):
        shares = [Fraction(0), Fraction(0), Fraction(0), Fraction(1, 3)]
    return Problem(
        municipalities=municipalities,
        minutes=draw(_minutes(towns, cells)),
        neighbours=near,
        layers=tuple(
            draw(layers(f"layer {place}", sorted(towns), present, most_units, whose, given, pins, rare))
            for place, whose in enumerate(kinds, 1)
        ),
        ki_minimum=draw(st.sampled_from(shares)),
        ki_binding=not _seldom(draw, 4),
        fairness_tolerance=draw(st.sampled_from([0.02, 0.0, 0.1, 0.5])),
        # Far above and far below what the posts can give.
        stated_level=draw(st.sampled_from([15.0, 80.0, 350.0])) if _seldom(draw, 8) else None,
    )


def tiny_problems(given: bool = True, pins: bool = False) -> st.SearchStrategy[Problem]:
    """Problems of which every plan can be listed quickly."""
    return problems(most_towns=5, most_units=5, most_employers=2, given=given, pins=pins)


@st.composite
def two_layers(draw: st.DrawFn, most_towns: int = 4, most_units: int = 4) -> Problem:
    """Problems of two layers with employers in every combination, with plans and pins at times."""
    kinds = [draw(st.sampled_from(EVERY_KINDS)) for _ in range(2)]
    return draw(problems(most_towns, 2, most_units, given=True, pins=True, kinds=kinds, rare=3))


def check_many(
    strategy: st.SearchStrategy[Problem], check: Callable[[Problem], None], number: int, count: int = 30
) -> None:
    """Checks problems that no other ``number`` draws: Hypothesis varies its examples, so that a few of many numbers
    differ more than many of one."""

    @seed(number)
    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.generate, Phase.shrink])  # fmt: skip
    @given(strategy)
    def each(problem: Problem) -> None:
        check(problem)

    each()
