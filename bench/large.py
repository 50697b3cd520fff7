"""How good plans of large counties are: ``python bench/large.py [--state FOLDER] [--posts N] [COUNTY ...]``.

Figures by municipality are at hand for North Rhine-Westphalia alone, whose counties have at most 24. So the counties
here are made up: ``square45`` and the like are drawn by chance, as many municipalities in a square of 45 km; with
``--state`` (a folder with ``figures_nrw.csv`` and ``boundaries_nrw.gpkg``) ``joined45`` and the like are real
municipalities with real figures and borders, of several neighbouring counties put together. Drives are estimated as
for any county without a table. Rules are the defaults.

For each county: the lowest coverage and the shortfall of the plan, by how many per cent each may be from the best, and
the CPU seconds of it all, solvers included. Prints, never passes or fails.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import geopandas
import shapely

sys.path.insert(0, str(Path(__file__).parents[1]))

from geodata.measure import metres_per_degree
from geodata.official.figures import read_figures, read_vintage
from geodata.official.layers import read_state
from geodata.travel import estimated_travel
from optimizer.plan import Plan
from optimizer.problem import Ags, Employer, Layer, Municipality, Problem
from optimizer.solve import Solution, solve

Places = Mapping[Ags, tuple[float, float]]
Neighbours = Mapping[Ags, frozenset[Ags]]

#: Neighbouring counties, by key, that make up a large one.
JOINED = {
    "joined45": ("05558", "05562", "05566"),
    "joined78": ("05554", "05558", "05562", "05566", "05570", "05515", "05512", "05513"),
    "joined101": (
        *("05958", "05962", "05966", "05970", "05974", "05978", "05954", "05762", "05774"),
        *("05915", "05914", "05913"),
    ),
}
SQUARES = {"square45": 45, "square80": 80, "square110": 110}
SIDE_METRES = 45_000.0
#: A common border in metres from which municipalities are neighbours.
BORDER = 100.0
LON, LAT = 7.5, 51.5


def problem_of(places: Places, people: Mapping[Ags, float], neighbours: Neighbours, posts: Fraction) -> Problem:
    """A county under the default rules, all posts at the KI."""
    total = sum(people.values())
    return Problem(
        municipalities=tuple(Municipality(ags, people[ags] / total) for ags in places),
        minutes={pair: trip.minutes for pair, trip in estimated_travel(places).items()},
        neighbours=neighbours,
        layers=(Layer("Case-Management", posts, (Employer("ki", is_ki=True),)),),
    )


def bordering(shapes: Mapping[Ags, shapely.Geometry]) -> Neighbours:
    """Who has a common border with whom; shapes are in metres."""
    keys, polygons = list(shapes), list(shapes.values())
    found: dict[Ags, set[Ags]] = {ags: set() for ags in keys}
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        if i != j and shapely.length(shapely.intersection(polygons[i], polygons[j])) >= BORDER:
            found[keys[i]].add(keys[j])
            found[keys[j]].add(keys[i])
    return {ags: frozenset(others) for ags, others in found.items()}


def square(count: int, posts: Fraction) -> Problem:
    """Municipalities drawn by chance, their people too: many small ones and a few towns."""
    chance = random.Random(count)
    points = [(chance.uniform(0, SIDE_METRES), chance.uniform(0, SIDE_METRES)) for _ in range(count)]
    box = shapely.box(0, 0, SIDE_METRES, SIDE_METRES)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=box))
    per_degree = metres_per_degree(LAT)
    places, people, shapes = {}, {}, {}
    for number, (x, y) in enumerate(points):
        ags = f"05999{number:03}"
        places[ags] = LON + x / per_degree[0], LAT + y / per_degree[1]
        people[ags] = chance.lognormvariate(0.0, 0.9)
        shapes[ags] = next(shapely.intersection(c, box) for c in cells if shapely.contains_xy(c, x, y))
    return problem_of(places, people, bordering(shapes), posts)


def joined(counties: tuple[str, ...], state: Path, posts: Fraction) -> Problem:
    """Real municipalities of several counties as if they were one."""
    vintage = read_vintage()
    parts = [read_figures(state / "figures_nrw.csv", county, vintage) for county in counties]
    towns = sorted((town for part in parts for town in part.municipalities), key=lambda town: town.ags)
    frame: geopandas.GeoDataFrame = read_state(state / "boundaries_nrw.gpkg").polygons.to_crs(25832)
    shapes = dict(zip(frame["ags"], frame.geometry, strict=True))
    places = {town.ags: town.place for town in towns}
    people = {town.ags: town.indicators["migration_history"] for town in towns}
    return problem_of(places, people, bordering({ags: shapes[ags] for ags in places}), posts)


def cpu_seconds() -> float:
    """Of this process and the solvers that it ran."""
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in used)


def line_of(name: str, solution: Solution, plan: Plan, seconds: float) -> str:
    """A line of the table."""
    coverage, shortfall = plan.stages[:2]
    fair = sum(supply.fair_supply for supply in plan.municipalities.values())
    gaps = coverage.gap / coverage.value, shortfall.gap / shortfall.value if shortfall.value else 0.0
    road = plan.travel_hours / plan.contract_hours
    return (
        f"{name:12}{len(plan.municipalities):6}{len(plan.layers[0].districts):7}{coverage.value:10.4f}{gaps[0]:8.2%}"
        f"{shortfall.value:10.2f}{gaps[1]:8.2%}{shortfall.gap / fair:8.2%}{road:8.1%}{seconds:8.1f}"
        f"  {solution.status.value}"
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("counties", nargs="*", help="names of counties; all without any")
    options.add_argument("--state", type=Path, help="folder of the official files of the state")
    options.add_argument("--posts", type=Fraction, default=Fraction(10))
    options.add_argument("--time-limit", type=float, help="seconds for each county; none without")
    chosen = options.parse_args()
    made: dict[str, Callable[[], Problem]] = {
        name: lambda count=count: square(count, chosen.posts) for name, count in SQUARES.items()
    }
    if chosen.state is not None:
        made |= {name: lambda part=part: joined(part, chosen.state, chosen.posts) for name, part in JOINED.items()}
    print(
        f"{'county':12}{'towns':>6}{'teams':>7}{'coverage':>10}{'gap':>8}{'missing h':>10}{'gap':>8}{'of fair':>8}"
        f"{'road':>8}{'CPU s':>8}"
    )
    for name in chosen.counties or made:
        problem = made[name]()
        start = cpu_seconds()
        solution = solve(problem, time_limit=chosen.time_limit)
        seconds = cpu_seconds() - start
        if solution.plan is None:
            print(f"{name:12}{len(problem.municipalities):6}  {solution.status.value}{seconds:8.1f}", flush=True)
        else:
            print(line_of(name, solution, solution.plan, seconds), flush=True)


if __name__ == "__main__":
    main()
