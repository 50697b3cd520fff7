"""The answers of ``kim explore`` as JSON, form ``kim-explore/1`` (docs/dateien.md). Full precision, hours per week."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from command.explored_data import (
    COMPLETE,
    INCOMPLETE,
    PROVEN,
    SAMPLE,
    Data,
    districts_data,
    finite,
    per_1000_data,
    plan_data,
)
from command.way_json import WAY
from exploring.query import Reply, Subject
from exploring.question import Question
from exploring.questions.posts import PostsValue
from exploring.questions.rank import Ranked
from exploring.questions.why import Reasons
from exploring.unanswered import Unanswered
from optimizer.explore.alternatives import Alternatives
from optimizer.explore.decision import Rows
from optimizer.explore.frontier import Frontier, Point
from optimizer.explore.prices import Prices
from optimizer.explore.rank import Standing
from optimizer.explore.robustness import Case, Robustness, Steady
from optimizer.explore.sensitivity import Sensitivity, Turn
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.plan import Plan
from optimizer.problem import Ags, Problem
from optimizer.rules import Rule
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording import sentences as wording
from wording.result_json import yardstick_data

FORMAT = "kim-explore/1"


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
        "fair_hours_per_1000": per_1000_data(loaded.problem, 1.0),
        **({} if plan is None else {"plan": plan_data(plan, layer)}),
        **body,
    }


def answer_data(question: Question, about: Subject, reply: Reply[Any], language: Language) -> Data:
    """An answer, or why there is none. Names of rules are in ``language``."""
    return {"status": reply.value} if isinstance(reply, Unanswered) else DATA[question](about, reply.found, language)


def _alternatives(about: Subject, found: Alternatives) -> Data:
    """The best plans in order; ``complete`` where none is missing between them."""
    return {
        "status": COMPLETE if found.complete else INCOMPLETE,
        "distinct": found.distinct,
        "highest_coverage": found.highest_coverage,
        "highest_hours_per_1000": per_1000_data(about.problem, found.highest_coverage),
        "coverage_within": found.coverage_within,
        "hours_within": finite(found.hours_within),
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
        "highest_hours_per_1000": per_1000_data(about.problem, rank.highest_coverage),
        "bars": [{"low": bar.low, "high": bar.high, "plans": bar.plans} for bar in rank.bars],
        "standing": None if rank.standing is None else _standing(rank.standing),
        "marks": [
            {
                "name": mark.name,
                "lowest_coverage": mark.coverage,
                "hours_per_1000": per_1000_data(about.problem, mark.coverage),
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
                "hours_per_1000": per_1000_data(about.problem, one.coverage),
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
                "hours_per_1000": per_1000_data(about.problem, one.lowest_coverage),
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
            {"draws": one.draws, "corners": one.corners, "districts": districts_data(one.districts)}
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
        "highest_coverage": None if case.best is None else finite(case.best.highest_coverage),
        "coverage": finite(case.coverage),
        "regret": None if case.regret is None else finite(case.regret),
        "keeps_rules": case.keeps_rules,
    }


def _steady(problem: Problem, steady: Steady) -> Data:
    def per_1000(supply: float) -> float | None:
        return None if problem.people is None else finite(1000 * supply / problem.people)

    return {
        "worst_regret": finite(steady.worst_regret),
        "worst_hours_per_1000": per_1000(steady.worst_supply),
        "mean_regret": finite(steady.mean_regret),
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


def _sensitivity(found: Sequence[Sensitivity]) -> Data:
    """Where the best districts change with one figure; ``size`` is the number of values that were decided exactly."""

    def turn(one: Turn | None) -> Data | None:
        if one is None:
            return None
        then = None if one.districts is None else districts_data(one.districts)
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
                "smallest": finite(one.smallest),
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


DATA: Mapping[Question, Callable[[Subject, Any, Language], Data]] = {
    Question.ALTERNATIVES: lambda about, found, _language: _alternatives(about, found),
    Question.RANK: lambda about, found, _language: _rank(about, found),
    Question.FRONTIER: lambda about, found, _language: _frontier(about, found),
    Question.PRICES: _prices,
    Question.POSTS: lambda about, found, _language: _posts(about, found),
    Question.ROBUSTNESS: lambda about, found, _language: _robustness(about, found),
    Question.SENSITIVITY: lambda _about, found, _language: _sensitivity(found),
    Question.WHY: lambda about, found, _language: _why(about, found),
    **WAY,
}
"""What was found, as data."""
