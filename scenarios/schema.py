"""What a scenario may state: every key with its meaning, range and default, declared once.

The models follow docs/dateien.md. They are frozen, refuse unknown keys, and check what can be checked without a county.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, PrivateAttr

from files.faults import Fault
from files.yaml_file import Origin, Place
from scenarios.funding import Funding
from scenarios.section import Finding, Section
from scenarios.values import (
    About,
    Choice,
    FileName,
    Flag,
    Name,
    Text,
    Value,
    amount,
    plain,
    posts,
    real,
    share,
    whole,
)
from translation import msg

MOST_POSTS = 500
MOST_STEPS = 2000
THIRD = Fraction(1, 3)
KI = "ki"
"""The employer id of the county's integration centre, whatever id the county's own list gives it."""
MUNICIPALITIES = "municipalities"
"""The employer id that stands for each municipality for itself."""

Town = Annotated[str, Name()]
EmployerId = Annotated[str, Name()]


class ExistingServices(Section):
    """What existing advice services count for."""

    credit: Annotated[
        float,
        share("real"),
        About(
            msg("Credit of existing services"),
            msg("Share of the hours of existing services that relieves case management"),
            assumption=True,
        ),
    ] = 0.25


class KiShare(Section):
    """The least share of all posts at the KI."""

    minimum: Annotated[
        Fraction,
        share("exact"),
        About(msg("Least share of the KI"), msg("Least share of all posts that the KI employs")),
    ] = THIRD
    binding: Annotated[
        bool,
        Flag(),
        About(msg("The share of the KI is binding"), msg("Whether a smaller share is forbidden or only shown")),
    ] = True


class Objective(Section):
    """How the stages of the objective give way to each other."""

    fairness_tolerance: Annotated[
        float,
        share("real"),
        About(
            msg("Tolerance of the lowest coverage"),
            msg("How much of the lowest coverage may be given up for fewer missing hours"),
        ),
    ] = 0.02


class Posts(Section):
    """The posts of a layer."""

    total: Annotated[
        Fraction, posts(MOST_POSTS, above=True), About(msg("Posts"), msg("Posts to be placed in this layer"))
    ]
    step: Annotated[
        Fraction,
        posts(10, minimum=Fraction(1, 100)),
        About(msg("Smallest part of a post"), msg("Team sizes are multiples of this"), assumption=True),
    ] = Fraction(1, 2)
    hours_per_week: Annotated[
        float, real(0, 60, "h", above=True), About(msg("Contract hours"), msg("Contract hours per post and week"))
    ] = 39.0
    coordination_hours: Annotated[
        float,
        real(0, 60, "h"),
        About(
            msg("Coordination"),
            msg("Hours per person and week for team meetings, supervision and records"),
            assumption=True,
        ),
    ] = 2.0

    def contradictions(self) -> Iterator[Finding]:
        if (self.total / self.step).denominator != 1:
            yield not_a_multiple(("total",), self.total, self.step)
        elif self.total / self.step > MOST_STEPS:
            yield (
                ("step",),
                msg("the posts make {count} steps", count=int(self.total / self.step)),
                msg("at most {most} steps: use a larger step", most=MOST_STEPS),
            )
        if self.coordination_hours >= self.hours_per_week:
            yield (
                ("coordination_hours",),
                msg("coordination leaves no hour of the week"),
                msg("less than the contract hours per week"),
            )


class Visits(Section):
    """How teams visit."""

    block_hours: Annotated[
        float,
        real(0, 60, "h", above=True),
        About(
            msg("Length of a visit"),
            msg("Length of one visit: this many hours on site cost one return trip"),
            assumption=True,
        ),
    ] = 4.0


class DistrictRules(Section):
    """The rules for the districts of a layer."""

    minimum: Annotated[
        int, whole(1, 400), About(msg("Fewest districts"), msg("The county is split into at least so many districts"))
    ] = 3
    maximum: Annotated[
        int, whole(1, 400), About(msg("Most districts"), msg("The county is split into at most so many districts"))
    ] = 6
    max_drive_minutes: Annotated[
        float | None,
        real(0, 600, "min", optional=True),
        About(
            msg("Longest drive"),
            msg("Longest drive from the hub, one way; nothing for no limit"),
            assumption=True,
            nothing=msg("no limit"),
        ),
    ] = 40.0
    minimum_persons: Annotated[int, whole(1, 100), About(msg("Persons in a team"), msg("Fewest persons in a team"))] = 1
    connected: Annotated[
        bool, Flag(), About(msg("Connected districts"), msg("Whether the municipalities of a district must touch"))
    ] = True

    def contradictions(self) -> Iterator[Finding]:
        if self.minimum > self.maximum:
            yield (
                ("minimum",),
                msg("at least {minimum} but at most {maximum} districts", minimum=self.minimum, maximum=self.maximum),
                msg("the minimum must not exceed the maximum"),
            )


class MunicipalityRules(Section):
    """The rules for municipalities in a layer."""

    minimum_hours: Annotated[
        float,
        real(0, 1000, "h"),
        About(msg("Least hours on site"), msg("Fewest hours on site in every municipality per week")),
    ] = 0.0
    together: Annotated[
        tuple[Annotated[tuple[Town, ...], Field(min_length=2)], ...],
        About(msg("Together"), msg("Municipalities in one district")),
    ] = ()
    apart: Annotated[
        tuple[Annotated[tuple[Town, ...], Field(min_length=2)], ...],
        About(msg("Apart"), msg("Municipalities of which each two are in different districts")),
    ] = ()
    employer: Annotated[
        Mapping[Town, EmployerId],
        About(msg("Fixed employers"), msg("Municipalities that only this employer may serve")),
    ] = Field(default_factory=dict)


class EmployerRules(Section):
    """An employer of a layer and its limits."""

    id: Annotated[
        EmployerId,
        About(msg("Employer"), msg("Employer: an id of the county, a municipality, or all municipalities")),
    ]
    minimum: Annotated[
        Fraction, posts(MOST_POSTS), About(msg("Fewest posts"), msg("Fewest posts at this employer"))
    ] = Fraction(0)
    maximum: Annotated[
        Fraction | None,
        posts(MOST_POSTS, optional=True),
        About(msg("Most posts"), msg("Most posts at this employer; nothing for all"), nothing=msg("no limit")),
    ] = None
    base: Annotated[
        Literal["district", "office"],
        Choice((("district", msg("hub in the district")), ("office", msg("office of the employer")))),
        About(msg("Start"), msg("Whether teams start from a hub in their district or from the employer's office")),
    ] = "district"
    hubs: Annotated[
        Annotated[tuple[Town, ...], Field(min_length=1)] | None,
        About(
            msg("Possible hubs"),
            msg("Municipalities where this employer may have a hub; nothing for all"),
            nothing=msg("everywhere"),
        ),
    ] = None
    max_municipalities: Annotated[
        int | None,
        whole(1, 400, optional=True),
        About(
            msg("Most municipalities"),
            msg("Most municipalities in one district of this employer; nothing for no limit"),
            nothing=msg("no limit"),
        ),
    ] = None

    def contradictions(self) -> Iterator[Finding]:
        if self.maximum is not None and self.minimum > self.maximum:
            limits = {"minimum": amount(self.minimum, "FTE"), "maximum": amount(self.maximum, "FTE")}
            yield (
                ("minimum",),
                msg("at least {minimum} but at most {maximum}", **limits),
                msg("the minimum must not exceed the maximum"),
            )


class PlanRow(Section):
    """A district of a given plan."""

    employer: Annotated[EmployerId, About(msg("Employer"), msg("Employer of the team"))]
    municipalities: Annotated[
        tuple[Town, ...], Field(min_length=1), About(msg("Municipalities"), msg("Municipalities of the district"))
    ]
    fte: Annotated[
        Fraction | None,
        posts(MOST_POSTS, above=True, optional=True),
        About(
            msg("Posts"),
            msg("Posts of the team; left out in all districts, the best sizes are found"),
            nothing=msg("best size"),
        ),
    ] = None
    hub: Annotated[
        str | None,
        Name(optional=True),
        About(msg("Hub"), msg("Municipality of the hub; left out, the best is found"), nothing=msg("best hub")),
    ] = None


class LayerRules(Section):
    """One set of posts with its rules, or with a given plan in place of rules for districts."""

    name: Annotated[str, Text(), About(msg("Name of the layer"), msg("What people call these posts"))] = (
        "Case-Management"
    )
    posts: Posts
    visits: Visits = Visits()
    districts: DistrictRules = DistrictRules()
    municipalities: MunicipalityRules = MunicipalityRules()
    employers: Annotated[tuple[EmployerRules, ...], Field(min_length=1, max_length=400)] = (EmployerRules(id=KI),)
    plan: Annotated[tuple[PlanRow, ...], Field(min_length=1, max_length=400)] | None = None

    def left_out(self) -> frozenset[str]:
        return frozenset({"plan"} if self.plan is None else {"districts"})

    def contradictions(self) -> Iterator[Finding]:
        for position, employer in enumerate(self.employers):
            for key, value in (("minimum", employer.minimum), ("maximum", employer.maximum)):
                if value is not None and (value / self.posts.step).denominator != 1:
                    yield not_a_multiple(("employers", position, key), value, self.posts.step)
        if self.plan is None:
            return
        if "districts" in self.model_fields_set:
            yield (
                ("districts",),
                msg("the layer has a given plan and rules for districts"),
                msg("either plan or districts: leave one of them out"),
            )
        without = [position for position, row in enumerate(self.plan) if row.fte is None]
        if without and len(without) < len(self.plan):
            for position in without:
                yield (
                    ("plan", position),
                    msg("this district has no team size (fte) though others have"),
                    msg("state fte for all districts, or for none to have the best sizes found"),
                )


class Scenario(Section):
    """A planner's question about a county: key, layers of posts, rules."""

    name: Annotated[str, Text(), About(msg("Name"), msg("Name of the scenario"))]
    description: Annotated[str, Text(lines=True), About(msg("Description"), msg("What the scenario stands for"))] = ""
    county: Annotated[str, Text(), About(msg("County data set"), msg("Folder of the county"))]
    key: Annotated[
        Mapping[Annotated[str, Text()], Annotated[float, real(0, 1_000_000)]],
        Field(min_length=1),
        About(msg("Key"), msg("Weight of each indicator in the key; equal gives every municipality the same")),
    ] = Field(default_factory=lambda: {"migration_history": 1.0})
    existing_services: ExistingServices = ExistingServices()
    ki_share: KiShare = KiShare()
    objective: Objective = Objective()
    reference_plan: Annotated[
        str | None,
        FileName(),
        About(
            msg("Reference plan"),
            msg("Scenario in the same folder whose plan is to change little"),
            nothing=msg("none"),
        ),
    ] = None
    funding: Funding = Funding()
    layers: Annotated[tuple[LayerRules, ...], Field(min_length=1, max_length=20)]

    _source: Origin = PrivateAttr(default_factory=Origin)

    def contradictions(self) -> Iterator[Finding]:
        if not any(self.key.values()):
            yield ("key",), msg("all weights are zero"), msg("at least one indicator with a weight above 0")

    @property
    def source(self) -> Origin:
        """Where the scenario was read, with the line of every key. Two scenarios may be equal and read elsewhere."""
        return self._source

    @property
    def notices(self) -> tuple[Fault, ...]:
        """What was repaired when the file was read."""
        return self._source.notices

    def read_from(self, source: Origin) -> Self:
        """The same scenario, with ``source`` as the place where it was read."""
        copy = self.model_copy()
        copy._source = source
        return copy


def not_a_multiple(key: Place, value: Fraction, step: Fraction) -> Finding:
    """The fault of posts that the step does not divide."""
    below = value // step * step
    return (
        key,
        msg("{value} is not a multiple of the step {step}", value=amount(value, "FTE"), step=amount(step, "FTE")),
        msg("{below} or {above}, or a smaller step", below=plain(below), above=plain(below + step)),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of a scenario file for forms and the manual; ``[]`` in ``path`` stands for each entry of a list."""

    path: str
    about: About
    value: Value | None
    required: bool
    default: Any


def settings(model: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[Setting]:
    """Every key that a scenario file may state, in the order of the schema."""
    for name, field in model.model_fields.items():
        path = prefix + name
        section, many = section_of(field.annotation)
        if section is not None:
            yield from settings(section, f"{path}[]." if many else f"{path}.")
            continue
        value = next((item for item in field.metadata if isinstance(item, Value)), None)
        about = next(item for item in field.metadata if isinstance(item, About))
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        yield Setting(path, about, value, field.is_required(), default)


def section_of(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The section that a field of that type holds, if any, and whether it holds a list of them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for inner in getattr(annotation, "__args__", ()):
        section, _ = section_of(inner)
        if section is not None:
            return section, True
    return None, False


def as_data(value: Any) -> Any:
    """A scenario or a part of it in the plain form of a file: sections, lists, texts and numbers."""
    match value:
        case Section():
            names = [name for name in type(value).model_fields if name not in value.left_out()]
            return {name: as_data(getattr(value, name)) for name in names}
        case Mapping():
            return {str(key): as_data(item) for key, item in value.items()}
        case list() | tuple():
            return [as_data(item) for item in value]
        case Fraction() | float() | Decimal():
            text = plain(Fraction(str(value)))
            return text if "/" in text else (int(text) if text.lstrip("-").isdigit() else float(text))
        case _:
            return value
