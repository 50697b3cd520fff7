"""The result of a scenario as JSON, form ``kim-result/1`` (docs/dateien.md). Full precision, hours per week."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from optimizer.conflicts import Conflict
from optimizer.plan import District, LayerPlan, Plan
from optimizer.rules import check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording.sentences import assumptions, conflict_text, rule_text, sources

FORMAT = "kim-result/1"


def result(
    loaded: LoadedScenario, solution: Solution, conflicts: Sequence[Conflict], language: Language
) -> dict[str, Any]:
    """The result as plain data. ``conflicts`` are told where there is no plan. Texts are in ``language``."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "scenario": loaded.scenario.name,
        "county": loaded.county.folder.name,
        "status": solution.status.value,
        "fair_level": loaded.problem.fair_level,
    }
    if solution.plan is None:
        document["conflicts"] = [
            {
                "rules": [rule.name.value for rule in conflict.rules],
                "detail": " ".join(
                    translate(text, language) for text in conflict_text(conflict, loaded.county, loaded.problem)
                ),
            }
            for conflict in conflicts
        ]
    else:
        document |= _plan(solution.plan, loaded, language)
    document["assumptions"] = [translate(text, language) for text in assumptions(loaded)]
    document["sources"] = [translate(text, language) for text in sources(loaded.county)]
    document["seconds"] = solution.seconds
    return document


def written(document: dict[str, Any]) -> str:
    """A result as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _plan(plan: Plan, loaded: LoadedScenario, language: Language) -> dict[str, Any]:
    return {
        "lowest_coverage": plan.lowest_coverage,
        "shortfall_hours": plan.shortfall_hours,
        "travel_hours": plan.travel_hours,
        "ki_share": float(plan.ki_share),
        "stages": [
            {"name": stage.name.value, "value": stage.value, "bound": _finite(stage.bound), "proven": stage.proven}
            for stage in plan.stages
        ],
        "layers": [_layer(layer) for layer in plan.layers],
        "municipalities": [
            {
                "ags": supply.ags,
                "name": loaded.county.name_of(supply.ags),
                "key": supply.key,
                "existing_hours": supply.existing_hours,
                "hours": supply.hours,
                "coverage": supply.coverage,
                "shortfall_hours": supply.shortfall_hours,
            }
            for supply in plan.municipalities.values()
        ],
        "rules": [
            {
                "rule": check.rule.name.value,
                "holds": check.holds,
                "binding": check.binding,
                "detail": translate(rule_text(check, loaded.county, loaded.problem), language),
            }
            for check in check_plan(plan)
        ],
    }


def _layer(layer: LayerPlan) -> dict[str, Any]:
    return {
        "name": layer.layer.name,
        "given": layer.given,
        "districts": [_district(district) for district in layer.districts],
    }


def _district(district: District) -> dict[str, Any]:
    towns = zip(district.municipalities, district.hours, district.travel_hours, strict=True)
    return {
        "employer": district.employer,
        "fte": float(district.fte),
        "persons": district.persons,
        "hub": district.hub,
        "level": _finite(district.level),
        "travel_hours": district.total_travel_hours,
        "coordination_hours": district.coordination_hours,
        "municipalities": [{"ags": ags, "hours": hours, "travel_hours": travel} for ags, hours, travel in towns],
    }


def _finite(value: float) -> float | None:
    # JSON knows no infinity: a district without any need has no level.
    return value if math.isfinite(value) else None
