"""Schedules of half-days: against a search through all of them, and checked by rules that share no code with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import pytest
from explore_plans import FEW
from hypothesis import event, given
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.problem import Ags, Employer, GivenDistrict, Layer, Municipality, Problem
from optimizer.solve import solve
from optimizer.solver import Deadline, Outcome, Solver, Termination
from optimizer.way import timetable
from optimizer.way.halfdays import EVERY_HALF_DAY, HalfDay, Terms
from optimizer.way.schedule import NoPlanInTime, TeamSchedule, schedule, scheduled
from optimizer.way.timetable import Need, Place, Requirement
from optimizer.way.visits import Team

HALF = Fraction(1, 2)
HUB, TOWNS = "05558000", ("05558004", "05558008", "05558012")
MONDAY = HalfDay(0)
#: So few half-days that all schedules of a team can be gone through.
SHORT = (HalfDay(0), HalfDay(0, True), HalfDay(1))
#: A person's week, by half-day.
Week = Mapping[HalfDay, Ags]


def problem_of(minutes: Mapping[tuple[Ags, Ags], float], **rules: object) -> Problem:
    towns = sorted({town for pair in minutes for town in pair})
    layer = Layer("cm", Fraction(3, 2), (Employer("ki", True),), **{"districts_minimum": 1, **rules})  # type: ignore[arg-type]
    municipalities = tuple(Municipality(town, 1 / len(towns)) for town in towns)
    neighbours = {town: frozenset(towns) - {town} for town in towns}
    return Problem(municipalities, minutes, neighbours, (layer,))


def broken(team: Team, terms: Terms, places: Sequence[Place], without: frozenset[Requirement]) -> list[Requirement]:
    """What a schedule does not hold, worked out from the method page."""
    weeks, block = range(terms.weeks), team.layer.block_hours
    at: dict[tuple[int, int, HalfDay], Ags] = {(p, w, half): town for p, w, half, town in places}
    assert len(at) == len(places)
    found: list[Requirement] = []

    def check(need: Need, holds: bool, town: Ags | None = None, person: int | None = None) -> None:
        requirement = Requirement(need, town, person)
        if not holds and requirement not in without:
            found.append(requirement)

    everybody = range(len(team.persons))
    for person in everybody:
        for week in weeks:
            working = {half for half in EVERY_HALF_DAY if (person, week, half) in at}
            check(Need.WORKED, working == set(terms.worked(team.persons[person])), person=person)
            if terms.meet is not None:
                check(Need.MEET, at.get((person, week, terms.meet)) == team.hub)
    contract = [float(fte) * team.layer.hours_per_week * terms.weeks for fte in team.persons]
    for person in everybody:
        away = room = 0.0
        for week in weeks:
            for day in range(5):
                on = [at.get((person, week, HalfDay(day, late))) for late in (False, True)]
                out = [town for town in on if town not in (None, team.hub)]
                hours = block * len(out) + road(team, on) / 60
                check(Need.LONGEST_DAY, hours <= terms.longest_day + 1e-9)
                longest = 24.0 if Requirement(Need.LONGEST_DAY) in without else terms.longest_day
                away += hours
                room += min(on.count(team.hub) * longest / 2, max(0.0, longest - hours))
        enough = away + team.layer.coordination_hours * terms.weeks <= contract[person] + 1e-6
        check(Need.HOURS, enough and away + room >= contract[person] - 1e-6, person=person)
    for town, visits in team.visits.items():
        then = [(person, week, half) for (person, week, half), where in at.items() if where == town]
        alike = sum((person, 1 - week, half) in then for person, week, half in then) // 2
        check(Need.VISITS, len(then) == visits and (terms.weeks == 1 or alike >= visits // 2), town)
        if town in terms.open:
            check(Need.OPEN, all(half in terms.open[town] for _, _, half in then), town)
        opened = terms.open.get(town, terms.working)
        rooms = max(1, -(-visits // max(1, len(set(opened)) * terms.weeks)))
        check(Need.ROOM, all(sum(one[1:] == other[1:] for one in then) <= rooms for other in then), town)
        for week in weeks:
            days = [half.day for _, when, half in then if when == week]
            spread = len(days) < 2 or len(set(days)) > 1
            if visits > terms.weeks and len({half.day for half in opened}) > 1:
                check(Need.SPREAD, spread, town)
    return found


def road(team: Team, on: Sequence[Ags | None]) -> float:
    """Minutes from the hub along the visits of a day and back."""
    stops = [town for town in on if town not in (None, team.hub)]
    way = [team.hub, *stops, team.hub] if stops else []
    return sum(team.problem.minutes[a, b] for a, b in pairwise(way) if a != b)


def minutes_of(team: Team, places: Sequence[Place]) -> float:
    days = {(p, w, half.day) for p, w, half, _ in places}
    at = {(p, w, half): town for p, w, half, town in places}
    return sum(road(team, [at.get((p, w, HalfDay(day, late))) for late in (False, True)]) for p, w, day in days)


def every_schedule(team: Team, terms: Terms) -> Iterator[list[Place]]:
    free = [
        (person, week, half)
        for person, fte in enumerate(team.persons)
        for week in range(terms.weeks)
        for half in terms.worked(fte)
    ]
    for towns in product([team.hub, *team.visits], repeat=len(free)):
        yield [Place(*when, town) for when, town in zip(free, towns, strict=True)]


@st.composite
def teams(draw: st.DrawFn) -> tuple[Team, Terms]:
    towns = TOWNS[: draw(st.integers(1, 2))]
    near = st.sampled_from([10.0, 15.0, 20.0, 30.0, 60.0])
    # Ways past another town are never shorter, as on a map.
    out = {town: draw(near) for town in towns}
    minutes = {(a, b): (out.get(a, 0.0) + out.get(b, 0.0)) * 0.75 for a in out for b in out if a != b}
    minutes |= {(HUB, town): way for town, way in out.items()} | {(town, HUB): way + 1 for town, way in out.items()}
    weeks = draw(st.sampled_from([1, 2]))
    persons = draw(st.sampled_from([(1,), (1,), (HALF,)] if weeks == 2 else [(1,), (1, HALF), (1, 1)]))
    hours = draw(st.sampled_from([12.0, 13.0, 14.5]))
    block = draw(st.sampled_from([3.0, 4.0]))
    problem = problem_of(minutes, hours_per_week=hours, block_hours=block, coordination_hours=1.0)
    some = st.lists(st.sampled_from(SHORT), min_size=1, max_size=3, unique=True).map(tuple)
    terms = Terms(
        weeks=weeks,
        working=SHORT,
        part_time=draw(st.sampled_from([None, None, SHORT[1:]])),
        meet=draw(st.sampled_from([None, None, SHORT[0], SHORT[2]])),
        open={towns[0]: draw(some)} if draw(st.booleans()) else {},
        longest_day=draw(st.sampled_from([10.0, 10.0, 8.5])),
    )
    visits = {town: draw(st.integers(1, 2 * weeks)) for town in towns}
    members = tuple(Fraction(fte) for fte in persons)
    return Team(problem, problem.layers[0], HUB, members, dict.fromkeys(towns, 1.0), visits), terms


@FEW
@given(teams())
def test_it_is_the_best_of_all_or_there_is_none(case: tuple[Team, Terms]) -> None:
    team, terms = case
    found = scheduled(team, terms, Solver.CBC, Deadline(None))
    every = [(places, broken(team, terms, places, frozenset())) for places in every_schedule(team, terms)]
    good = [minutes_of(team, places) for places, faults in every if not faults]
    event("fits" if good else "does not fit")
    if good:
        assert found.fits
        assert broken(team, terms, found.places, frozenset()) == []
        assert found.minutes == pytest.approx(minutes_of(team, found.places)) == pytest.approx(min(good))
        assert found.proven
        assert_lengths(found)
        return
    assert_conflict(found)


def assert_lengths(found: TeamSchedule) -> None:
    """The half-days of a person are the contract hours with the ways, and no day is too long."""
    team, weeks = found.team, found.terms.weeks
    for person, fte in enumerate(team.persons):
        own = [place for place in found.places if place.person == person]
        road_hours = minutes_of(team, own) / 60
        whole = sum(found.length(place) for place in own) + road_hours
        assert whole == pytest.approx(float(fte) * team.layer.hours_per_week * weeks)
        for week, day in {(place.week, place.half.day) for place in own}:
            on = [place for place in own if (place.week, place.half.day) == (week, day)]
            hours = sum(found.length(place) for place in on) + minutes_of(team, on) / 60
            assert hours <= found.terms.longest_day + 1e-6
    on_site = sum(found.hours.values()) + found.left + team.layer.coordination_hours * len(team.persons)
    assert on_site + found.travel_hours == pytest.approx(float(sum(team.persons)) * team.layer.hours_per_week)


def assert_conflict(found: TeamSchedule) -> None:
    """No schedule holds all of the conflict, and any of it but one can be held.

    Only what needs no other working hours is tried.
    """
    conflict, longest = set(found.conflict), Requirement(Need.LONGEST_DAY)
    without = frozenset({longest}) - conflict
    faults = [
        frozenset(broken(found.team, found.terms, places, without))
        for places in every_schedule(found.team, found.terms)
    ]
    assert conflict
    assert all(missed & conflict for missed in faults)
    worked = {Requirement(Need.WORKED, person=person) for person in range(len(found.team.persons))}
    for requirement in conflict - worked - {longest} if worked <= conflict else ():
        assert any(not missed & (conflict - {requirement}) for missed in faults)


def plan_of(problem: Problem, fte: Fraction) -> Plan:
    towns = tuple(town.ags for town in problem.municipalities)
    given = replace(problem.layers[0], plan=(GivenDistrict("ki", towns, fte, HUB),))
    plan = solve(replace(problem, layers=(given,))).plan
    assert plan is not None
    return plan


def near_towns(minutes: float = 15.0) -> dict[tuple[Ags, Ags], float]:
    return {(a, b): minutes for a in (HUB, *TOWNS) for b in (HUB, *TOWNS) if a != b}


def test_hours_become_whole_visits_by_the_largest_remainders() -> None:
    plan = plan_of(problem_of(near_towns(), minimum_hours=8.0), Fraction(3, 2))
    found = schedule(plan)
    (one,) = found.teams
    hours = plan.layers[0].districts[0].hours
    away = [given for town, given in zip(one.team.hours, hours, strict=True) if town != HUB]
    wanted = [given * 2 / 4 for given in away]
    assert all(count >= 4 for count in one.team.visits.values())  # eight hours a week, in visits of four
    assert sum(one.team.visits.values()) == round(sum(wanted))
    assert all(abs(count - some) < 1 for count, some in zip(one.team.visits.values(), wanted, strict=True))
    assert one.fits
    assert one.minutes < one.apart
    assert found.complete
    assert found.hours == one.hours
    assert schedule(plan) == found


def test_two_visits_on_a_day_are_a_tour_and_ways_past_the_hub_count_where_there_is_no_other() -> None:
    minutes = {pair: way for pair, way in near_towns().items() if set(pair) != {TOWNS[0], TOWNS[1]}}
    team = Team(problem_of(minutes), problem_of(minutes).layers[0], HUB, (Fraction(1),), {}, {})
    assert team.tour((TOWNS[1], TOWNS[2])) == 45.0
    assert team.tour((TOWNS[0], TOWNS[1])) == 60.0
    del minutes[TOWNS[0], HUB]
    assert Team(problem_of(minutes), team.layer, HUB, (), {}, {}).tour((TOWNS[0],)) == 30.0


def test_a_conflict_names_what_was_stated() -> None:
    plan = plan_of(problem_of(near_towns()), Fraction(1))
    same = {town: (HalfDay(2),) for town in TOWNS}
    (one,) = schedule(plan, Terms(open=same)).teams
    assert not one.fits
    assert {requirement.need for requirement in one.conflict} <= {Need.OPEN, Need.VISITS, Need.ROOM, Need.HOURS}
    assert any(requirement.need is Need.OPEN for requirement in one.conflict)
    with pytest.raises(NoPlanInTime):
        schedule(plan, time_limit=0.0)
    with pytest.raises(ValueError, match="no such week"):
        Terms(weeks=3)


def test_a_hard_team_leaves_the_others_their_time_and_has_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of(problem_of(near_towns()), Fraction(3, 2))
    solve_, seen = timetable.run, list[float | None]()

    def hurried(model: object, solver: Solver, deadline: Deadline, **more: bool) -> Outcome:
        """As if the time were over with a plan in hand."""
        seen.append(deadline.remaining)
        outcome = solve_(model, solver, Deadline(None), **more)
        return Outcome(Termination.TIME_LIMIT, outcome.has_solution)

    monkeypatch.setattr(timetable, "run", hurried)
    found = schedule(plan, time_limit=100.0)
    (one,) = found.teams
    assert one.fits
    assert not found.complete
    assert 0 <= one.bound <= one.minutes
    least, most = sorted(left for left in seen if left is not None)[:: len(seen) - 1]
    assert least <= 70 < most <= 100
