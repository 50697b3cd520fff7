"""What a scenario may state of a layer: posts, visits, districts, municipalities, employers, or a given plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from files.yaml_file import Place
from scenarios.by_town import Hours, HoursByTown
from scenarios.section import Finding, Section
from scenarios.values import (
    About,
    Choice,
    Flag,
    Name,
    Text,
    amount,
    plain,
    posts,
    real,
    whole,
)
from translation import msg

MOST_POSTS = 500
MOST_STEPS = 2000
KI = "ki"
"""The employer id of the county's integration centre, whatever id the county's own list gives it."""
MUNICIPALITIES = "municipalities"
"""The employer id that stands for each municipality for itself."""
MINIMUM_HOURS = HoursByTown("default")

Town = Annotated[str, Name()]
EmployerId = Annotated[str, Name()]


class Posts(Section):
    """The posts of a layer."""

    total: Annotated[
        Fraction,
        posts(MOST_POSTS),
        About(msg("Posts"), msg("Posts to be placed in this layer; 0 in the only layer is the alternative “nothing”")),
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
        Hours,
        MINIMUM_HOURS,
        About(
            msg("Least hours on site"),
            msg(
                "Fewest hours on site per week of this and all earlier layers, in every municipality or by municipality"
            ),
        ),
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
    number: Annotated[
        int | None,
        whole(1, 400, optional=True),
        About(
            msg("Number of the district"),
            msg("By what number and colour the district is known; left out, its place in the list"),
            nothing=msg("its place"),
        ),
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
        if not self.posts.total:
            for position, employer in enumerate(self.employers):
                if employer.minimum > 0:
                    wrong = msg("the layer has no posts, and this employer has some")
                    yield ("employers", position, "minimum"), wrong, msg("0, or posts for the layer")
        if self.plan is None:
            return
        if not self.posts.total:
            yield ("plan",), msg("the layer has no posts, and its plan has districts"), msg("posts, or no plan")
        yield from _twice(self.plan)
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


def _twice(plan: Sequence[PlanRow]) -> Iterator[Finding]:
    numbers = district_numbers(plan)
    for position, number in enumerate(numbers):
        if number in numbers[:position]:
            yield (
                ("plan", position, "number"),
                msg("another district has the number {number}", number=number),
                msg("a number of its own; without one it has its place in the list"),
            )


def district_numbers(plan: Sequence[PlanRow]) -> list[int]:
    """The number of each district of a given plan: its own, else its place."""
    return [place if row.number is None else row.number for place, row in enumerate(plan, start=1)]


def not_a_multiple(key: Place, value: Fraction, step: Fraction) -> Finding:
    """The fault of posts that the step does not divide."""
    below = value // step * step
    return (
        key,
        msg("{value} is not a multiple of the step {step}", value=amount(value, "FTE"), step=amount(step, "FTE")),
        msg("{below} or {above}, or a smaller step", below=plain(below), above=plain(below + step)),
    )
