"""The answers about the way there as JSON, of which :mod:`command.explore_json` makes documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from command.explored_data import (
    INCOMPLETE,
    PROVEN,
    SAMPLE,
    Data,
    districts_data,
    finite,
    per_1000_data,
    plan_data,
)
from exploring.query import Subject
from exploring.question import Question
from exploring.questions.absence import Away
from exploring.questions.change import Changed
from exploring.questions.growth import Grown
from exploring.questions.key import KeyOfPlan
from exploring.questions.services import ServicesFound
from exploring.questions.staffing import Need
from exploring.unanswered import Unanswered
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.way.absence import Served
from optimizer.way.agreements import Agreements
from optimizer.way.change import Point as ChangePoint
from optimizer.way.consequences import Consequence, shares
from optimizer.way.halfdays import HalfDay
from optimizer.way.municipality import Municipalities, Possible
from optimizer.way.one_away import Absence
from optimizer.way.schedule import Schedule, TeamSchedule
from optimizer.way.services import Change, Side
from optimizer.way.staffing import Fewest, Reached
from translation import Language


def _change(about: Subject, found: Changed) -> Data:
    """What each further change of district brings, against the lowest coverage and against missing hours."""
    change, reference = found.change, found.reference

    def number(position: int) -> int:
        return reference.before.naming.identities[position].number

    def point(one: ChangePoint) -> Data:
        placed = one.plan.layers[about.layer]
        continued = [None if k is None else number(k) for k in one.changes.continued]
        return {
            "municipalities": list(one.changes.municipalities),
            "key": one.key,
            "lowest_coverage": one.coverage,
            "hours_per_1000": per_1000_data(about.problem, one.coverage),
            "shortfall_hours": one.hours,
            "numbers": [identity.number for identity in placed.identities],
            "continued": continued,
            "ended": [number(k) for k in one.changes.ended],
            "split": [number(k) for k in one.changes.split],
            "merged": [placed.identities[k].number for k in one.changes.merged],
            "plan": plan_data(one.plan, about.layer),
        }

    return {
        "status": PROVEN if change.complete else INCOMPLETE,
        "reference": {
            "name": reference.name,
            "districts": [
                {"number": identity.number, "name": identity.name, "municipalities": sorted(towns)}
                for identity, towns in zip(reference.before.naming.identities, reference.before.districts, strict=True)
            ],
        },
        "looked_at": change.looked_at,
        "highest_coverage": change.highest,
        "fewest_shortfall_hours": change.fewest,
        "recommended": list(change.recommended.changes.municipalities),
        "coverage": [point(one) for one in change.coverage],
        "shortfall": [point(one) for one in change.shortfall],
    }


def _growth(grown: Grown) -> Data:
    """The steps of the best path, each with its best plan alone."""
    found = grown.growth
    dates: list[str | None] = [f"{day:%Y-%m}" for day in grown.dates]
    return {
        "status": PROVEN if found.proven else INCOMPLETE,
        "loss": found.loss,
        "needed_loss": found.needed,
        "nobody_less": found.conditions.nobody_less,
        "hubs_stay": found.conditions.hubs_stay,
        "highest_coverage_possible": found.bound,
        "changing": list(found.changing),
        "steps": [
            {
                "total": float(step.total),
                "from": day,
                "lost_coverage": step.lost_coverage,
                "lost_hours": step.lost_hours,
                "changing": [] if step.changes is None else list(step.changes.municipalities),
                "continues": None
                if step.changes is None
                else [None if at is None else at + 1 for at in step.changes.continued],
                "plan": None if step.plan is None else plan_data(step.plan, found.layer),
                "alone": None if step.alone is None else plan_data(step.alone, found.layer),
            }
            for step, day in zip(found.steps, dates or [None] * len(found.steps), strict=True)
        ],
    }


def _absence(about: Subject, found: Away) -> Data:
    """One person of each team away: of the plan asked about and of those that are best served then."""

    def away(plan: Plan, one: Absence) -> Data:
        districts = plan.layers[about.layer].districts
        district = districts[one.district]
        return {
            "district": one.district + 1,
            "hub": district.hub,
            "persons": district.persons,
            "fte_left": float(one.left),
            "stand_in": None if one.stand_in is None else one.stand_in + 1,
            "within_reach": one.within_reach,
            "hours_by_stand_in": one.by_stand_in,
            "lowest_coverage": finite(one.lowest),
            "lowest_of_all": one.lowest_of_all,
            "without": list(one.without),
            "municipalities": [
                {"ags": ags, "hours": hours, "coverage": one.coverage.get(ags)} for ags, hours in one.hours.items()
            ],
            "weeks_short": found.leave.short(district.persons),
            "weeks_by_stand_in_only": found.leave.away if district.persons == 1 else 0.0,
        }

    def served(one: Served | None) -> Data | None:
        if one is None:
            return None
        return {
            "worst_coverage": one.worst,
            "worst_hours_per_1000": per_1000_data(about.problem, one.worst),
            "bound": one.bound,
            "proven": one.proven,
            "plan": plan_data(one.plan, about.layer),
            "absences": [away(one.plan, absence) for absence in one.absences],
        }

    answer = found.found
    return {
        "status": PROVEN if answer.complete else INCOMPLETE,
        "leave_weeks": found.leave.weeks,
        "sick_days": found.leave.sick_days,
        "weeks_away": found.leave.away,
        "own": served(answer.own),
        "best": served(answer.best),
        "within_tolerance": served(answer.within),
        "of_all": served(answer.of_all),
    }


def _staffing(about: Subject, need: Need) -> Data:
    """The fewest posts for a standard, their plan, and what each part of the standard costs."""
    found, cases = need.found, need.cases

    def fewest(one: Fewest) -> Data:
        posts = None if one.posts is None else float(one.posts)
        return {"posts": posts, "at_least": float(one.at_least), "searched": one.searched}

    def reached(one: Reached | None) -> Data | None:
        if one is None:
            return None
        return {"posts": float(one.posts), "hours_per_1000": one.hours_per_1000, "bound": one.bound}

    searched = [found.fewest.searched, found.today.searched, *(cost.fewest.searched for cost in found.costs)]
    return {
        "status": PROVEN if all(searched) and (found.plan is None or found.plan.proven) else INCOMPLETE,
        "standard": {
            "hours_per_1000": found.standard.hours_per_1000,
            "presence": found.standard.presence,
            "stand_in_minutes": found.standard.stand_in_minutes,
            "cases": None if cases is None else asdict(cases),
        },
        "fewest": fewest(found.fewest),
        "reached": reached(found.reached),
        "planned": reached(found.today),
        "workload": None if found.workload is None else asdict(found.workload),
        "best": None if found.plan is None else plan_data(found.plan, about.layer),
        "without": [
            {"parts": [part.value for part in cost.parts], **fewest(cost.fewest), "then": reached(cost.reached)}
            for cost in found.costs
        ],
    }


def _municipality(about: Subject, found: Municipalities) -> Data:
    """What good plans can do for each municipality, and what its own courses cost the others and itself."""
    courses = [one for several in found.consequences.values() for one in several]
    return {
        "status": PROVEN if all(one.proven for one in courses) else INCOMPLETE,
        "coverage": found.coverage,
        "hours_per_1000": per_1000_data(about.problem, found.coverage),
        "municipalities": [
            {
                **_possible(about, possible),
                "before": _shares(found.plan, ags),
                "courses": [_course(about, ags, one) for one in found.consequences.get(ags, ())],
            }
            for ags, possible in found.items.items()
        ],
    }


def _possible(about: Subject, possible: Possible) -> Data:
    return {
        "ags": possible.ags,
        "hours": list(possible.hours),
        "hours_per_1000": None if possible.hours_per_1000 is None else list(possible.hours_per_1000),
        "company": [{"ags": ags, "in": company.value} for ags, company in possible.company.items()],
        "hubs": list(possible.hubs),
        "employers": list(possible.employers),
        "alone": possible.alone,
        "unserved": possible.unserved,
        "fewest": plan_data(possible.least, about.layer),
        "most": plan_data(possible.most, about.layer),
    }


def _course(about: Subject, ags: Ags, one: Consequence) -> Data:
    return {
        "course": one.course.value,
        "proven": one.proven,
        "fte": None if one.fte is None else float(one.fte),
        "then": None if one.plan is None else _shares(one.plan, ags),
        "plan": None if one.plan is None else plan_data(one.plan, about.layer),
    }


def _shares(plan: Plan, ags: Ags) -> Data:
    return asdict(shares(plan, ags))


def _agreements(about: Subject, found: Agreements) -> Data:
    """What hangs on the open answers: every case, and the districts that are the best in some."""
    times = dict(zip(found.open, found.matters, strict=True))
    return {
        "status": PROVEN,
        "answers": [
            {
                "what": option.what.value,
                "who": option.who,
                "other": option.other,
                "posts": None if option.posts is None else float(option.posts),
                "agreed": option.agreed,
                "gone_through": at in times,
                "changes": times.get(at),
            }
            for at, option in enumerate(found.options)
        ],
        "open": list(found.open),
        "cases": [
            {"yes": list(case.answers), "plan": None if case.plan is None else plan_data(case.plan, about.layer)}
            for case in found.cases
        ],
        "candidates": [
            {
                "districts": districts_data(one.districts),
                "worst_loss": one.worst_loss,
                "coverages": [None if plan is None else plan.reached for plan in one.plans],
            }
            for one in found.candidates
        ],
    }


def _schedule(found: Schedule) -> Data:
    """Who is where on every half-day (day 1: Monday), team by team, or the requirements that cannot hold together."""
    terms = found.terms
    return {
        "status": (PROVEN if found.complete else INCOMPLETE) if found.fits else Unanswered.INFEASIBLE.value,
        "weeks": terms.weeks,
        "working": _halves(terms.working),
        "part_time": None if terms.part_time is None else _halves(terms.part_time),
        "meeting": None if terms.meet is None else _half(terms.meet),
        "open": [{"ags": ags, "half_days": _halves(halves)} for ags, halves in sorted(terms.open.items())],
        "longest_day": terms.longest_day,
        "teams": [_team(one) for one in found.teams],
    }


def _team(one: TeamSchedule) -> Data:
    weeks = one.terms.weeks
    return {
        "hub": one.team.hub,
        "persons": [float(fte) for fte in one.team.persons],
        "fits": one.fits,
        "proven": one.proven,
        "conflict": [
            {"what": what.need.value, "ags": what.town, "person": None if what.person is None else what.person + 1}
            for what in one.conflict
        ],
        "travel_hours": one.travel_hours if one.fits else None,
        "least_travel_hours": one.bound / 60 / weeks if one.fits else None,
        "return_trips_hours": one.apart / 60 / weeks,
        "municipalities": [
            {
                "ags": town,
                "visits": one.team.visits.get(town, 0),
                "hours": one.hours[town] if one.fits else None,
                "planned_hours": planned,
            }
            for town, planned in one.team.hours.items()
        ],
        "half_days": [
            {
                "person": place.person + 1,
                "week": place.week + 1,
                **_half(place.half),
                "ags": place.town,
                "hours": one.length(place),
            }
            for place in one.places
        ],
    }


def _half(half: HalfDay) -> Data:
    return {"day": half.day + 1, "afternoon": bool(half.afternoon)}


def _halves(halves: Iterable[HalfDay]) -> list[Data]:
    return [_half(half) for half in halves]


def _services(about: Subject, found: ServicesFound) -> Data:
    """Each service of unsure staff by itself, all of them together, and the one whose answer foretells most."""
    effect, services = found.effect, about.loaded.county.services

    def turn(one: Change | None) -> Data | None:
        if one is None:
            return None
        return {"posts": one.posts, "unchanged": one.unchanged, "districts": _or_none(one.districts)}

    def side(one: Side) -> Data:
        return {"draws": one.draws, "hits": one.hits, "districts": _or_none(one.districts)}

    decisive = effect.decisive
    return {
        "status": SAMPLE,
        "size": len(effect.draws),
        "asked": effect.asked,
        "seed": effect.seed,
        "corners": len(effect.corners),
        "most": found.most,
        "now": districts_data(effect.now),
        "same_districts": {"draws": effect.same(effect.draws), "corners": effect.same(effect.corners)},
        "unsure": [
            {
                "name": services[at].name,
                "provider": services[at].provider,
                "low": staff.low,
                "high": staff.high,
                "now": staff.now,
                "fewer": None if holding is None else turn(holding.fewer),
                "more": None if holding is None else turn(holding.more),
                "tested": 0 if holding is None else holding.tested,
            }
            for at, staff, holding in zip(found.unsure, effect.staff, effect.holdings, strict=True)
        ],
        "decisive": None
        if decisive is None
        else {
            "service": services[found.unsure[decisive.service]].name,
            "provider": services[found.unsure[decisive.service]].provider,
            "threshold": decisive.threshold,
            "below": side(decisive.below),
            "above": side(decisive.above),
        },
        "cases": [
            {"draw": case.draw, "posts": list(case.posts), "districts": _or_none(case.districts)}
            for case in effect.cases
        ],
    }


def _or_none(districts: Iterable[Iterable[Ags]] | None) -> list[list[Ags]] | None:
    return None if districts is None else districts_data(districts)


def _key(found: KeyOfPlan) -> Data:
    """The keys that the plan amounts to, the one told first at the beginning; hours are those by the key stated."""

    def plan(one: Plan) -> Data:
        return {"evenness": one.evenness, "lowest_coverage": one.reached}

    def towns(one: Plan) -> list[Data]:
        return [
            {"ags": ags, "need": supply.key, "existing_hours": supply.existing_hours, "hours": supply.hours}
            for ags, supply in one.municipalities.items()
        ]

    return {
        "status": PROVEN if all(one.implied.proven for one in found.keys) else INCOMPLETE,
        "indicators": list(found.indicators),
        "own": {"weights": dict(found.own), **plan(found.plan), "municipalities": towns(found.plan)},
        "keys": [
            {
                "of": "own" if one is found.simple else "all",
                "weights": dict(one.implied.weights),
                "level": one.implied.level,
                "bound": one.implied.bound,
                "proven_evenness": one.implied.plan.evenness,
                "key": dict(one.stated),
                **plan(one.plan),
                "municipalities": towns(one.plan),
            }
            for one in found.keys
        ],
    }


WAY: Mapping[Question, Callable[[Subject, Any, Language], Data]] = {
    Question.CHANGE: lambda about, found, _language: _change(about, found),
    Question.GROWTH: lambda _about, found, _language: _growth(found),
    Question.ABSENCE: lambda about, found, _language: _absence(about, found),
    Question.STAFFING: lambda about, found, _language: _staffing(about, found),
    Question.MUNICIPALITY: lambda about, found, _language: _municipality(about, found),
    Question.AGREEMENTS: lambda about, found, _language: _agreements(about, found),
    Question.SCHEDULE: lambda _about, found, _language: _schedule(found),
    Question.SERVICES: lambda about, found, _language: _services(about, found),
    Question.KEY: lambda _about, found, _language: _key(found),
}
"""What was found, as data."""
