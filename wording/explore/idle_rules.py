"""Why a rule cannot bind, whatever the plan: better told than that it costs nothing."""

from __future__ import annotations

from fractions import Fraction

from optimizer.problem import Layer, Problem
from optimizer.rules import Rule, RuleName
from translation import Message, msg, number
from wording import sentences as wording


def cannot_bind(problem: Problem, rule: Rule) -> Message | None:
    """Why no plan of the problem can break a rule; ``None`` where one can, or where that is not seen at once."""
    if rule.name is RuleName.KI_SHARE:
        employers = [employer for layer in problem.layers for employer in layer.employers]
        return msg("all posts are at the KI anyway") if all(employer.is_ki for employer in employers) else None
    return None if rule.layer is None else _of_layer(problem, problem.layers[rule.layer], rule)


def _of_layer(problem: Problem, layer: Layer, rule: Rule) -> Message | None:
    taking_part = [town.ags for town in problem.municipalities if town.taking_part]
    match rule.name:
        case RuleName.DISTRICTS_MAXIMUM if layer.districts_maximum >= len(taking_part):
            return msg("there are only {count} municipalities", count=number(len(taking_part)))
        case RuleName.DISTRICTS_MAXIMUM if layer.districts_maximum >= layer.total // _smallest_team(layer):
            return msg("{posts} posts make no more teams", posts=wording.fte(layer.total))
        case RuleName.MAX_DRIVE:
            drives = [problem.drive(one, other) for one in taking_part for other in taking_part if one != other]
            if layer.max_drive_minutes is not None and max(drives, default=0.0) <= layer.max_drive_minutes:
                return msg("no drive in the county is longer than {minutes} minutes", minutes=number(max(drives)))
        case RuleName.EMPLOYER_MAXIMUM if rule.limit is not None and rule.limit >= layer.total:
            return msg("the layer has no more than {posts} posts", posts=wording.fte(layer.total))
        case RuleName.EMPLOYER_MINIMUM | RuleName.FIXED_EMPLOYER if len(layer.employers) == 1:
            return msg("there is no other employer")
        case RuleName.CHANGES_MAXIMUM if (layer.most_changes or 0) >= len(problem.municipalities):
            return msg("there are only {count} municipalities", count=number(len(problem.municipalities)))
    return None


def _smallest_team(layer: Layer) -> Fraction:
    """The posts of the smallest team that the fewest persons and the steps of posts leave."""
    fewest = max(1, layer.minimum_persons)
    # A team of k posts has as many persons as k rounded up.
    return max(layer.step, layer.step * ((fewest - 1) // layer.step + 1))
