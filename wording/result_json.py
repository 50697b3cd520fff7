"""The result of a scenario as JSON, form ``kim-result/2`` (docs/dateien.md). Full precision, hours per week."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from optimizer.conflicts import Conflict
from optimizer.plan import District, LayerPlan, Plan
from optimizer.problem import Ags, Municipality
from optimizer.reference import changes, continued, weights_of
from optimizer.rules import check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording import result_form as form
from wording.sentences import assumptions, conflict_text, rule_text, sources

FORMAT: form.Format = "kim-result/2"
FIRST = "kim-result/1"
"""The form of the first edition, which is still read."""


def result(
    loaded: LoadedScenario, solution: Solution, conflicts: Sequence[Conflict], language: Language
) -> form.Result:
    """The result as plain data. ``conflicts`` are told where there is no plan. Texts are in ``language``."""
    solution = loaded.answered(solution)
    head: form.Head = {
        "format": FORMAT,
        "scenario": loaded.scenario.name,
        "county": loaded.county.folder.name,
    }
    measure: form.Measure = {"fair_level": loaded.problem.fair_level, "yardstick": yardstick_data(loaded)}
    foot: form.Foot = {
        "assumptions": [translate(text, language) for text in assumptions(loaded)],
        "sources": [translate(text, language) for text in sources(loaded.county)],
        "seconds": solution.seconds,
    }
    status = solution.status.value
    if solution.plan is None:
        told = conflicts_data(conflicts, loaded, language)
        unplanned: form.Unplanned = {**head, "status": status, **measure, "conflicts": told, **foot}
        return unplanned
    planned: form.Planned = {
        **head,
        "status": status,
        **measure,
        **_figures(solution.plan, loaded, language),
        **foot,
    }
    return planned


def conflicts_data(
    conflicts: Sequence[Conflict], loaded: LoadedScenario, language: Language
) -> list[form.ConflictResult]:
    """What stands in place of a plan where there is none."""
    found: list[form.ConflictResult] = []
    for conflict in conflicts:
        told = conflict_text(conflict, loaded.county, loaded.problem)
        rules = [rule.name.value for rule in conflict.rules]
        found.append({"rules": rules, "detail": " ".join(translate(text, language) for text in told)})
    return found


def written(document: Mapping[str, object]) -> str:
    """A result as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def yardstick_data(loaded: LoadedScenario) -> form.PostsYardstick | form.HoursYardstick | None:
    """What 100 % comes from; nothing where there is neither a post nor a stated yardstick."""
    stated, problem = loaded.scenario.yardstick, loaded.problem
    if stated.hours_per_1000 is not None:
        return {"kind": "hours_per_1000", "hours_per_1000": float(stated.hours_per_1000)}
    posts = problem.total_posts if stated.posts is None else stated.posts
    return {"kind": "posts", "posts": float(posts)} if posts else None


def _figures(plan: Plan, loaded: LoadedScenario, language: Language) -> form.Figures:
    lost = plan.losses
    changing = _changing(plan)
    return {
        "lowest_coverage": plan.lowest_coverage,
        "hours_per_1000": plan.hours_per_1000(plan.least_covered.ags),
        "shortfall_hours": None if plan.lowest_coverage is None else plan.shortfall_hours,
        "travel_hours": plan.travel_hours,
        "losses": {
            "on_site": lost.on_site,
            "beyond": lost.beyond,
            "road": lost.road,
            "coordination": lost.coordination,
            "not_placed": lost.not_placed,
        },
        "ki_share": float(plan.ki_share),
        "stages": [
            {"name": stage.name.value, "value": stage.value, "bound": _finite(stage.bound), "proven": stage.proven}
            for stage in plan.stages
        ],
        "layers": [_layer(layer, weights_of(plan.problem)) for layer in plan.layers],
        "municipalities": [_municipality(town, plan, loaded, changing) for town in plan.problem.municipalities],
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


def _changing(plan: Plan) -> set[Ags] | None:
    """Who changes district in any layer against a reference plan; ``None`` where there is none."""
    weights = weights_of(plan.problem)
    found = [
        changes([district.municipalities for district in layer.districts], layer.layer.reference, weights)
        for layer in plan.layers
        if layer.layer.reference is not None
    ]
    return {ags for one in found for ags in one.municipalities} if found else None


def _municipality(
    town: Municipality, plan: Plan, loaded: LoadedScenario, changing: set[Ags] | None
) -> form.MunicipalityResult:
    supply = plan.municipalities[town.ags]
    return {
        "ags": town.ags,
        "name": loaded.county.name_of(town.ags),
        "taking_part": town.taking_part,
        "key": supply.key,
        "existing_hours": supply.existing_hours,
        "existing_share": supply.existing_hours / supply.fair_supply if supply.fair_supply > 0 else None,
        "existing_oldest": loaded.existing[town.ags].oldest,
        "hours": supply.hours,
        "coverage": supply.coverage,
        "hours_per_1000": plan.hours_per_1000(town.ags),
        "shortfall_hours": None if plan.lowest_coverage is None else supply.shortfall_hours,
        "changes": None if changing is None else town.ags in changing,
    }


def _layer(layer: LayerPlan, weights: Mapping[Ags, float]) -> form.LayerResult:
    districts = [district.municipalities for district in layer.districts]
    reference = layer.layer.reference
    before = [None] * len(districts) if reference is None else continued(districts, reference, weights)
    return {
        "name": layer.layer.name,
        "given": layer.given,
        "districts": [
            _district(district, identity.name, position)
            for identity, position, district in zip(layer.identities, before, layer.districts, strict=True)
        ],
    }


def _district(district: District, name: str | None, continues: int | None) -> form.DistrictResult:
    towns = zip(district.municipalities, district.hours, district.travel_hours, strict=True)
    return {
        "name": name,
        "continues": continues,
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


def read_result(document: Mapping[str, Any]) -> dict[str, Any]:
    """A result in the present form, also one that the first edition wrote; ``None`` stands for what that did not say.

    Raises ``ValueError`` where it is of neither form.
    """
    if document.get("format") == FORMAT:
        return dict(document)
    if document.get("format") != FIRST:
        raise ValueError(document.get("format"))
    found = {**document, "format": FORMAT, "yardstick": None}
    if "layers" not in document:
        return found
    decided = [layer["stages"] for layer in document["layers"] if layer["stages"]]
    return found | {
        "hours_per_1000": None,
        "losses": None,
        "stages": decided[-1] if decided else [],
        "layers": [
            {
                "name": layer["name"],
                "given": layer["given"],
                "districts": [{"name": None, "continues": None, **district} for district in layer["districts"]],
            }
            for layer in document["layers"]
        ],
        "municipalities": [_of_first(town, document["fair_level"]) for town in document["municipalities"]],
    }


def _of_first(town: Mapping[str, Any], fair_level: float) -> dict[str, Any]:
    fair = fair_level * town["key"]
    return {
        **town,
        "taking_part": True,
        "existing_share": town["existing_hours"] / fair if fair > 0 else None,
        "existing_oldest": None,
        "hours_per_1000": None,
        "changes": None,
    }
