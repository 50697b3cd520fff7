"""The form of a result, ``kim-result/2`` (docs/dateien.md), as types: its writer keeps to them, its schema is of them.

Hours are per week; shares and coverages are fractions of 1. What a key means stands at the key.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, GetJsonSchemaHandler, with_config
from pydantic_core import CoreSchema

# Under Python 3.11 pydantic cannot tell which keys a TypedDict of the standard library needs.
from typing_extensions import TypedDict

from optimizer.plan import StageName
from optimizer.rules import RuleName
from optimizer.solve import Status
from scenarios.json_schema import json_schema
from scenarios.values import About, Unit
from translation import Language, Message, msg

Format = Literal["kim-result/2"]


@dataclass(frozen=True)
class _Figure:
    """A number in a unit, not below ``least``."""

    unit: Unit = ""
    least: float | None = 0.0

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        unit = {"x-unit": self.unit} if self.unit else {}
        return {**handler(core), **({} if self.least is None else {"minimum": self.least}), **unit}


@dataclass(frozen=True)
class _OneOf:
    """One of the words of an enumeration."""

    words: tuple[Enum, ...]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"enum": [word.value for word in self.words]}


_Number = Annotated[float, _Figure()]
_Hours = Annotated[float, _Figure("h")]
#: What is left of hours when others are taken off may be below 0 by a rounding of the last digit.
_Left = Annotated[float, _Figure("h", least=None)]
_Posts = Annotated[float, _Figure("FTE")]
_Count = Annotated[int, _Figure()]
_Ags = Annotated[str, About(msg("Municipality key (AGS)"), msg("The official key of the municipality, eight digits"))]
_HoursHere = Annotated[_Hours, About(msg("Hours on site"), msg("Hours per week that reach people here"))]
_Road = Annotated[_Hours, About(msg("Hours on the road"), msg("Hours per week on the road"))]
_Missing = Annotated[
    _Hours | None,
    About(msg("Hours missing"), msg("Hours per week missing to 100 %; nothing where there is no yardstick")),
]
_Per1000 = Annotated[
    _Hours | None,
    About(
        msg("Hours per 1,000 people"),
        msg(
            "Hours per week for 1,000 people of the key, existing advice with them, here or where they are fewest; "
            "nothing where nobody knows how many people there are"
        ),
    ),
]
_closed = with_config(ConfigDict(extra="forbid"))


@_closed
class PostsYardstick(TypedDict):
    """100 % is what so many posts would reach if no hour were lost."""

    kind: Literal["posts"]
    posts: Annotated[_Posts, About(msg("Posts"), msg("So many posts, in FTE, are the yardstick"))]


@_closed
class HoursYardstick(TypedDict):
    """100 % is a stated supply."""

    kind: Literal["hours_per_1000"]
    hours_per_1000: Annotated[
        _Hours, About(msg("Hours per 1,000 people"), msg("Hours per week for 1,000 people that are the yardstick"))
    ]


@_closed
class Losses(TypedDict):
    """Where the contract hours go; together they are all of them."""

    on_site: Annotated[
        _Left, About(msg("On site"), msg("Hours per week that reach people, as far as they count to 100 %"))
    ]
    beyond: Annotated[_Hours, About(msg("Beyond 100 %"), msg("Hours per week that reach people beyond 100 %"))]
    road: Annotated[_Hours, About(msg("Road"), msg("Hours per week on the road"))]
    coordination: Annotated[_Hours, About(msg("Coordination"), msg("Hours per week for meetings and records"))]
    not_placed: Annotated[_Left, About(msg("Not placed"), msg("Hours per week of posts that are in no district"))]


@_closed
class Stage(TypedDict):
    """What was decided at one stage, and how far it is proven."""

    name: Annotated[
        str, _OneOf(tuple(StageName)), About(msg("Stage"), msg("What is decided, in the order of deciding"))
    ]
    value: Annotated[float, About(msg("Value"), msg("The value of the plan found at this stage"))]
    bound: Annotated[
        float | None, About(msg("Bound"), msg("No plan is better than this; nothing where no bound is known"))
    ]
    proven: Annotated[bool, About(msg("Proven"), msg("Whether there is no better value"))]


@_closed
class Served(TypedDict):
    """A municipality of a district."""

    ags: _Ags
    hours: _HoursHere
    travel_hours: _Road


@_closed
class DistrictResult(TypedDict):
    """A district with its team."""

    name: Annotated[str | None, About(msg("Name"), msg("The name of the district; nothing where it has none"))]
    continues: Annotated[
        _Count | None,
        About(
            msg("Continues"),
            msg("The place of the district in the reference plan that it continues, from 0; nothing: it is new"),
        ),
    ]
    employer: Annotated[str, About(msg("Employer"), msg("The id of the employer; a municipality's is its key"))]
    fte: Annotated[_Posts, About(msg("Posts"), msg("Posts of the team, in FTE"))]
    persons: Annotated[_Count, About(msg("Persons"), msg("Persons in the team"))]
    hub: Annotated[str, About(msg("Hub"), msg("The key of the municipality where the team starts"))]
    level: Annotated[
        _Number | None,
        About(
            msg("Level"), msg("Coverage that the team reaches in its district, as a fraction of 1; nothing: no need")
        ),
    ]
    travel_hours: _Road
    coordination_hours: Annotated[_Hours, About(msg("Coordination"), msg("Hours per week for meetings and records"))]
    municipalities: Annotated[
        list[Served], About(msg("Municipalities"), msg("The municipalities of the district, with the hours there"))
    ]


@_closed
class LayerResult(TypedDict):
    """One set of posts."""

    name: Annotated[str, About(msg("Name of the layer"), msg("What people call these posts"))]
    given: Annotated[bool, About(msg("Given"), msg("Whether the districts were stated and not chosen"))]
    districts: Annotated[list[DistrictResult], About(msg("Districts"), msg("The districts with their teams"))]


@_closed
class MunicipalityResult(TypedDict):
    """What a municipality gets, all layers together."""

    ags: _Ags
    name: Annotated[str, About(msg("Municipality"), msg("Name of the municipality"))]
    taking_part: Annotated[bool, About(msg("Takes part"), msg("Whether the municipality takes part"))]
    key: Annotated[_Number, About(msg("Key"), msg("Share of the need of those taking part, as a fraction of 1"))]
    existing_hours: Annotated[
        _Hours, About(msg("Existing advice"), msg("Hours per week of existing services that count here"))
    ]
    existing_share: Annotated[
        _Number | None,
        About(
            msg("Share of existing advice"),
            msg("Existing advice as a fraction of 100 % of the yardstick; nothing where there is no need"),
        ),
    ]
    existing_oldest: Annotated[
        int | None, About(msg("Oldest figure"), msg("Oldest year of the figures of existing advice that count here"))
    ]
    hours: _HoursHere
    coverage: Annotated[
        _Number | None,
        About(msg("Coverage"), msg("Supply as a fraction of the fair supply; nothing where there is no need")),
    ]
    hours_per_1000: _Per1000
    shortfall_hours: _Missing
    changes: Annotated[
        bool | None,
        About(msg("Changes"), msg("Whether the district changes; nothing where there is no reference plan")),
    ]


@_closed
class RuleResult(TypedDict):
    """A rule, and whether the plan keeps it."""

    rule: Annotated[str, _OneOf(tuple(RuleName)), About(msg("Rule"), msg("Name of the rule"))]
    holds: Annotated[bool, About(msg("Holds"), msg("Whether the plan keeps the rule"))]
    binding: Annotated[bool, About(msg("Binding"), msg("Whether the rule must be kept"))]
    detail: Annotated[str, About(msg("Detail"), msg("A sentence with the figures"))]


@_closed
class ConflictResult(TypedDict):
    """Rules that cannot hold together."""

    rules: Annotated[
        list[Annotated[str, _OneOf(tuple(RuleName))]], About(msg("Rules"), msg("Rules that cannot hold together"))
    ]
    detail: Annotated[str, About(msg("Detail"), msg("Sentences with the figures at which it would hold"))]


class Head(TypedDict):
    """What every result begins with."""

    format: Annotated[Format, About(msg("Format"), msg("Form of this file and its version"))]
    scenario: Annotated[str, About(msg("Scenario"), msg("Name of the scenario"))]
    county: Annotated[str, About(msg("County"), msg("Name of the county folder"))]


class Known(TypedDict):
    """What is known of a plan."""

    status: Annotated[
        str,
        _OneOf(tuple(status for status in Status if status is not Status.INFEASIBLE)),
        About(
            msg("Status"),
            msg("optimal: proven the best; feasible: a plan with a gap; given: only evaluated"),
        ),
    ]


class Impossible(TypedDict):
    """That there is no plan."""

    status: Annotated[
        str, _OneOf((Status.INFEASIBLE,)), About(msg("Status"), msg("infeasible: the rules cannot hold together"))
    ]


class Measure(TypedDict):
    """What is 100 %."""

    fair_level: Annotated[_Hours, About(msg("Fair level"), msg("Hours per week and unit of the key that are 100 %"))]
    yardstick: Annotated[
        PostsYardstick | HoursYardstick | None,
        About(msg("Yardstick"), msg("What 100 % comes from; nothing where there is no yardstick")),
    ]


class Figures(TypedDict):
    """What a plan says."""

    lowest_coverage: Annotated[
        _Number | None,
        About(
            msg("Lowest coverage"), msg("Coverage of who is served worst, as a fraction of 1; nothing: no yardstick")
        ),
    ]
    hours_per_1000: _Per1000
    shortfall_hours: _Missing
    travel_hours: _Road
    losses: Annotated[Losses, About(msg("Where the hours go"), msg("The contract hours offered, in five parts"))]
    ki_share: Annotated[_Number, About(msg("Share of the KI"), msg("Share of all posts, as a fraction of 1"))]
    stages: Annotated[list[Stage], About(msg("Stages"), msg("What was decided on the plan as a whole, in order"))]
    layers: Annotated[list[LayerResult], About(msg("Layers"), msg("The sets of posts, in order"))]
    municipalities: Annotated[
        list[MunicipalityResult], About(msg("Municipalities"), msg("All municipalities of the county"))
    ]
    rules: Annotated[list[RuleResult], About(msg("Rules"), msg("Every rule, and whether the plan keeps it"))]


class Conflicts(TypedDict):
    """What stands in place of a plan."""

    conflicts: Annotated[
        list[ConflictResult],
        About(msg("Conflicts"), msg("The smallest sets of rules that cannot hold together; only without a plan")),
    ]


class Foot(TypedDict):
    """What every result ends with."""

    assumptions: Annotated[list[str], About(msg("Assumptions"), msg("What is assumed, a sentence each"))]
    sources: Annotated[list[str], About(msg("Sources"), msg("Where the figures come from, a sentence each"))]
    seconds: Annotated[float, _Figure(), About(msg("Seconds"), msg("Time that the computation took, in seconds"))]


@_closed
class Planned(Head, Known, Measure, Figures, Foot):
    """A result with a plan."""


@_closed
class Unplanned(Head, Impossible, Measure, Conflicts, Foot):
    """A result without one."""


Result = Planned | Unplanned


def result_schema(language: Language) -> dict[str, Any]:
    """The JSON Schema of ``kim-result/2``."""
    title: Message = msg("Result of KIM-Planer (kim-result/2)")
    return json_schema(Result, title, language)
