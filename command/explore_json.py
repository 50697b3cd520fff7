"""The answers of ``kim explore`` as JSON, form ``kim-explore/1`` (docs/dateien.md). Full precision, hours per week."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from exploring.query import Reply, Subject
from exploring.question import Question
from exploring.questions.absence import Away
from exploring.questions.change import Changed
from exploring.questions.growth import Grown
from exploring.questions.key import KeyOfPlan
from exploring.questions.posts import PostsValue
from exploring.questions.rank import Ranked
from exploring.questions.services import ServicesFound
from exploring.questions.staffing import Need
from exploring.questions.why import Reasons
from exploring.unanswered import Unanswered
from optimizer.explore.absence import Served
from optimizer.explore.agreements import Agreements
from optimizer.explore.alternatives import Alternatives
from optimizer.explore.change import Point as ChangePoint
from optimizer.explore.consequences import Consequence, shares
from optimizer.explore.decision import Rows
from optimizer.explore.frontier import Frontier, Point
from optimizer.explore.halfdays import HalfDay
from optimizer.explore.municipality import Municipalities, Possible
from optimizer.explore.one_away import Absence
from optimizer.explore.prices import Prices
from optimizer.explore.rank import Standing
from optimizer.explore.robustness import Case, Robustness, Steady
from optimizer.explore.schedule import Schedule, TeamSchedule
from optimizer.explore.sensitivity import Sensitivity, Turn
from optimizer.explore.services import Change, Side
from optimizer.explore.staffing import Fewest, Reached
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.plan import Plan, until
from optimizer.problem import Ags, Problem
from optimizer.rules import Rule
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording import sentences as wording
from wording.result_json import yardstick_data
from wording.yardstick import hours_at

FORMAT = "kim-explore/1"
COMPLETE, PROVEN, SAMPLE, INCOMPLETE = "complete", "proven", "sample", "incomplete"
"""How sure an answer is."""

Data = dict[str, Any]


def explored_data(
    question: Question | str, loaded: LoadedScenario, plan: Plan | None, layer: int, body: Mapping[str, Any]
) -> Data:
    """The document of an answer: what it is about, the plan asked about, and ``body``, made by :func:`answer_data`.

    ``layer`` is a position. Nothing in it is infinite: where a figure has no value, there is ``null``.
    """
    return {
        "format": FORMAT,
        "question": str(question),
        "scenario": loaded.scenario.name,
        "county": loaded.county.folder.name,
        "layer": layer + 1,
        "yardstick": yardstick_data(loaded),
        "fair_hours_per_1000": _per_1000(loaded.problem, 1.0),
        **({} if plan is None else {"plan": plan_data(plan, layer)}),
        **body,
    }


def plan_data(plan: Plan, layer: int) -> Data:
    """The districts of a layer of a plan, and its figures without the layers after that one."""
    asked = until(plan, layer)
    return {
        "lowest_coverage": asked.reached,
        "hours_per_1000": _per_1000(asked.problem, asked.reached),
        "shortfall_hours": asked.shortfall_hours,
        "travel_hours": asked.travel_hours,
        "districts": [
            {
                "employer": district.employer,
                "fte": float(district.fte),
                "hub": district.hub,
                "municipalities": [
                    {"ags": ags, "hours": hours, "travel_hours": travel}
                    for ags, hours, travel in zip(
                        district.municipalities, district.hours, district.travel_hours, strict=True
                    )
                ],
            }
            for district in asked.layers[layer].districts
        ],
    }


def _per_1000(problem: Problem, coverage: float) -> float | None:
    """Hours per 1,000 people that a coverage is; ``None`` where the people are not known."""
    hours = hours_at(problem, coverage)
    return None if hours is None else hours.value


def answer_data(question: Question, about: Subject, reply: Reply[Any], language: Language) -> Data:
    """An answer, or why there is none. Names of rules are in ``language``."""
    return {"status": reply.value} if isinstance(reply, Unanswered) else DATA[question](about, reply.found, language)


def _alternatives(about: Subject, found: Alternatives) -> Data:
    """The best plans in order; ``complete`` where none is missing between them."""
    return {
        "status": COMPLETE if found.complete else INCOMPLETE,
        "distinct": found.distinct,
        "highest_coverage": found.highest_coverage,
        "highest_hours_per_1000": _per_1000(about.problem, found.highest_coverage),
        "coverage_within": found.coverage_within,
        "hours_within": _finite(found.hours_within),
        "alternatives": [
            {
                **plan_data(item.plan, found.layer),
                "moved": list(item.moved),
                "lost_coverage": item.lost_coverage,
                "lost_hours": item.lost_hours,
            }
            for item in found.items
        ],
        "together": [
            {"municipalities": list(pair), "plans": count} for pair, count in sorted(found.together_counts.items())
        ],
    }


def _rank(about: Subject, found: Ranked) -> Data:
    """The number of all plans, the distribution of their lowest coverages, and the plans marked in it."""
    rank = found.rank
    return {
        "status": COMPLETE,
        "plans": rank.plans,
        "highest_coverage": rank.highest_coverage,
        "highest_hours_per_1000": _per_1000(about.problem, rank.highest_coverage),
        "bars": [{"low": bar.low, "high": bar.high, "plans": bar.plans} for bar in rank.bars],
        "standing": None if rank.standing is None else _standing(rank.standing),
        "marks": [
            {
                "name": mark.name,
                "lowest_coverage": mark.coverage,
                "hours_per_1000": _per_1000(about.problem, mark.coverage),
                "better": mark.better,
                "own": mark.own,
            }
            for mark in found.marks
        ],
    }


def _standing(standing: Standing) -> Data:
    return {
        "better": standing.better,
        "equal": standing.equal,
        "worse": standing.worse,
        "before": standing.before,
        "level": standing.level,
        "is_among": standing.is_among,
    }


def _frontier(about: Subject, found: Frontier) -> Data:
    """Every plan that no other one betters, against missing hours and against hours on the road."""

    def points(some: Sequence[Point]) -> list[Data]:
        return [
            {
                "coverage": one.coverage,
                "hours_per_1000": _per_1000(about.problem, one.coverage),
                "hours": one.hours,
                "plan": plan_data(one.plan, about.layer),
            }
            for one in some
        ]

    return {"status": COMPLETE, "shortfall": points(found.shortfall), "travel": points(found.travel)}


def _prices(about: Subject, found: Prices, language: Language) -> Data:
    """The price of each rule; ``detail`` names the rule in ``language``."""

    def rule_data(rule: Rule) -> Data:
        detail = translate(wording.rule_name(rule, about.loaded.county, about.problem), language)
        return {"rule": rule.name.value, "subject": list(rule.subject), "limit": rule.limit, "detail": detail}

    return {
        "status": PROVEN if all(price.proven for price in found.items) else INCOMPLETE,
        "prices": [
            {
                "rules": [rule_data(rule) for rule in price.rules],
                "coverage": price.coverage,
                "hours": price.hours,
                "binds": price.binds,
                "proven": price.proven,
                "plan": None if price.plan is None else plan_data(price.plan, about.layer),
            }
            for price in found.items
        ],
    }


def _posts(about: Subject, found: PostsValue) -> Data:
    """The best plan for each number of posts, and what one more hour brings in each district of the plan."""
    return {
        "status": PROVEN if all(posts.proven for posts in found.posts) else INCOMPLETE,
        "posts": [
            {
                "total": float(posts.total),
                "proven": posts.proven,
                "lowest_supply": posts.lowest_supply,
                "lowest_coverage_as_planned": posts.lowest_coverage_as_planned,
                "gained_hours": [{"ags": ags, "hours": gained} for ags, gained in posts.gained_hours.items()],
                "moved": list(posts.moved),
                "reshaped": posts.reshaped,
                "plan": None if posts.plan is None else plan_data(posts.plan, about.layer),
            }
            for posts in found.posts
        ],
        "one_hour_more": [
            {
                "district": one.district + 1,
                "on_site_hours": one.on_site_hours,
                "shortfall_hours": one.shortfall_hours,
                "lowest_coverage": one.lowest_coverage,
                "hours_per_1000": _per_1000(about.problem, one.lowest_coverage),
            }
            for one in found.hours
        ],
    }


def _robustness(about: Subject, found: Robustness) -> Data:
    """How the plan fares in every case; the figures of a draw come again from its number and the seed."""
    outcomes = {one.districts: number for number, one in enumerate(found.outcomes)}
    return {
        "status": SAMPLE,
        "size": found.draws,
        "asked": found.asked,
        "seed": found.seed,
        "corners": found.corners,
        "compared": found.compared,
        "ranges": _ranges(found.uncertainty) | _staff(about.loaded),
        "same_districts": {"draws": found.same_districts.draws, "corners": found.same_districts.corners},
        "without_plan": found.without_plan,
        "breaking": found.breaking,
        "asked_about": _steady(about.problem, found.plan),
        "steadiest": _steady(about.problem, found.steadiest),
        "outcomes": [
            {"draws": one.draws, "corners": one.corners, "districts": _districts(one.districts)}
            for one in found.outcomes
        ],
        "cases": [_case(case, None if case.best is None else outcomes[case.best.districts]) for case in found.cases],
    }


def _ranges(uncertainty: Uncertainty) -> Data:
    def ends(range_: Range | None) -> Data | None:
        return None if range_ is None else {"low": range_.low, "high": range_.high}

    def each(shares: Mapping[Ags, float]) -> list[Data]:
        return [{"ags": ags, "share": share} for ags, share in sorted(shares.items())]

    return {
        "existing": ends(uncertainty.existing),
        "coordination_hours": ends(uncertainty.coordination_hours),
        "block_hours": ends(uncertainty.block_hours),
        "minutes": ends(uncertainty.minutes),
        "each_weight": uncertainty.each_weight,
        "each_existing": uncertainty.each_existing,
        "each_minutes": uncertainty.each_minutes,
        "weight_of": each(uncertainty.weight_of),
        "existing_of": each(uncertainty.existing_of),
    }


def _staff(loaded: LoadedScenario) -> Data:
    """Services of which only a range of posts is known, which is drawn, and those of which not even that is."""
    services = loaded.county.services
    return {
        "services": [
            {"name": service.name, "low": service.fte_range[0], "high": service.fte_range[1]}
            for service in services
            if service.fte_range is not None
        ],
        "unknown_services": [service.name for service in services if service.fte is None],
    }


def _case(case: Case, outcome: int | None) -> Data:
    return {
        "draw": case.draw,
        "existing": case.figures.existing,
        "coordination_hours": case.figures.coordination_hours,
        "block_hours": case.figures.block_hours,
        "minutes": case.figures.minutes,
        "outcome": outcome,
        "highest_coverage": None if case.best is None else _finite(case.best.highest_coverage),
        "coverage": _finite(case.coverage),
        "regret": None if case.regret is None else _finite(case.regret),
        "keeps_rules": case.keeps_rules,
    }


def _steady(problem: Problem, steady: Steady) -> Data:
    def per_1000(supply: float) -> float | None:
        return None if problem.people is None else _finite(1000 * supply / problem.people)

    return {
        "worst_regret": _finite(steady.worst_regret),
        "worst_hours_per_1000": per_1000(steady.worst_supply),
        "mean_regret": _finite(steady.mean_regret),
        "mean_hours_per_1000": per_1000(steady.mean_supply),
        "districts": _rows(steady.plan),
    }


def _rows(rows: Rows) -> list[Data]:
    return [
        {
            "employer": row.employer,
            "fte": None if row.fte is None else float(row.fte),
            "hub": row.hub,
            "municipalities": [{"ags": ags} for ags in row.municipalities],
        }
        for row in rows
    ]


def _districts(districts: Iterable[Iterable[Ags]]) -> list[list[Ags]]:
    return sorted(sorted(district) for district in districts)


def _sensitivity(found: Sequence[Sensitivity]) -> Data:
    """Where the best districts change with one figure; ``size`` is the number of values that were decided exactly."""

    def turn(one: Turn | None) -> Data | None:
        if one is None:
            return None
        then = None if one.districts is None else _districts(one.districts)
        return {"change": one.change, "unchanged": one.unchanged, "districts": then}

    return {
        "status": SAMPLE,
        "size": sum(one.tested for one in found),
        "figures": [
            {
                "figure": one.figure.value,
                "ags": one.ags,
                "less": turn(one.less),
                "more": turn(one.more),
                "smallest": _finite(one.smallest),
                "tested": one.tested,
            }
            for one in found
        ],
    }


def _why(about: Subject, found: Reasons) -> Data:
    """The best plan in which one municipality is elsewhere, or two are the other way."""
    reason = found.by_town[found.towns[0]]
    return {
        "status": PROVEN if reason.proven else INCOMPLETE,
        "municipalities": list(found.towns),
        "lost_coverage": reason.lost_coverage,
        "lost_hours": reason.lost_hours,
        "otherwise": None if reason.plan is None else plan_data(reason.plan, about.layer),
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
            "hours_per_1000": _per_1000(about.problem, one.coverage),
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
            "lowest_coverage": _finite(one.lowest),
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
            "worst_hours_per_1000": _per_1000(about.problem, one.worst),
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


def _municipality(about: Subject, found: Municipalities) -> Data:
    """What good plans can do for each municipality, and what its own courses cost the others and itself."""
    courses = [one for several in found.consequences.values() for one in several]
    return {
        "status": PROVEN if all(one.proven for one in courses) else INCOMPLETE,
        "coverage": found.coverage,
        "hours_per_1000": _per_1000(about.problem, found.coverage),
        "municipalities": [
            {
                **_possible(about, possible),
                "before": _shares(found.plan, ags),
                "courses": [_course(about, ags, one) for one in found.consequences.get(ags, ())],
            }
            for ags, possible in found.items.items()
        ],
    }


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
                "districts": _districts(one.districts),
                "worst_loss": one.worst_loss,
                "coverages": [None if plan is None else plan.reached for plan in one.plans],
            }
            for one in found.candidates
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
        "now": _districts(effect.now),
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
    return None if districts is None else _districts(districts)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


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


DATA: Mapping[Question, Callable[[Subject, Any, Language], Data]] = {
    Question.ALTERNATIVES: lambda about, found, _language: _alternatives(about, found),
    Question.RANK: lambda about, found, _language: _rank(about, found),
    Question.FRONTIER: lambda about, found, _language: _frontier(about, found),
    Question.PRICES: _prices,
    Question.POSTS: lambda about, found, _language: _posts(about, found),
    Question.ROBUSTNESS: lambda about, found, _language: _robustness(about, found),
    Question.SENSITIVITY: lambda _about, found, _language: _sensitivity(found),
    Question.WHY: lambda about, found, _language: _why(about, found),
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
