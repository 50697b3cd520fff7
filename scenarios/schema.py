"""What a scenario may state: every key with its meaning, range and default, declared once.

The models follow docs/dateien.md. They are frozen, refuse unknown keys, and check what can be checked without a county.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, PrivateAttr

from files.faults import Fault
from files.yaml_file import Origin
from scenarios.agreements import MOST, Agreement
from scenarios.by_town import Hours, HoursByTown, Reasons, ReasonsByTown
from scenarios.funding import Funding
from scenarios.layer import MOST_POSTS, LayerRules, Town
from scenarios.section import Finding, Section
from scenarios.values import (
    About,
    FileName,
    Flag,
    Text,
    Value,
    plain,
    posts,
    real,
    share,
    whole,
)
from translation import msg

THIRD = Fraction(1, 3)
PRESENCE = HoursByTown("hours")
_SOME_POSTS = posts(MOST_POSTS, above=True, optional=True)


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
    most: Annotated[
        float | None,
        real(1, 1000, optional=True),
        About(
            msg("Most existing advice per head"),
            msg(
                "Existing advice counts in a municipality for at most so many times the county's average per head, so "
                "that no single line of a table decides a plan; nothing for no cut"
            ),
            assumption=True,
            nothing=msg("no cut"),
        ),
    ] = 1.5


class Yardstick(Section):
    """The supply that counts as 100 % where it is not that of the scenario's own posts."""

    posts: Annotated[
        Fraction | None,
        _SOME_POSTS,
        About(
            msg("Yardstick: posts"),
            msg("100 % is what so many posts would reach if no hour were lost; nothing for the scenario's own posts"),
            nothing=msg("the scenario's own"),
        ),
    ] = None
    hours_per_1000: Annotated[
        float | None,
        real(0, 100_000, "h", above=True, optional=True),
        About(
            msg("Yardstick: hours per 1,000 people"),
            msg("100 % is so many hours per week for 1,000 people of the key; nothing for a yardstick of posts"),
            nothing=msg("from the posts"),
        ),
    ] = None

    def contradictions(self) -> Iterator[Finding]:
        if self.posts is not None and self.hours_per_1000 is not None:
            yield (
                ("hours_per_1000",),
                msg("the yardstick is stated twice, in posts and in hours"),
                msg("one of both: leave the other out"),
            )


class Changes(Section):
    """How much of the reference plan may change."""

    maximum_municipalities: Annotated[
        int | None,
        whole(0, 400, optional=True),
        About(
            msg("Most municipalities that change"),
            msg("So many municipalities may change their district against the reference plan; nothing for no limit"),
            nothing=msg("no limit"),
        ),
    ] = None


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
    presence: Annotated[
        Hours,
        PRESENCE,
        About(
            msg("Presence"),
            msg("Fewest hours on site per week of all layers together, in every municipality or by municipality"),
            assumption=True,
        ),
    ] = 0.0
    not_taking_part: Annotated[
        Reasons,
        ReasonsByTown(),
        About(
            msg("Not taking part"),
            msg("Municipalities that decline: in no district and in no figure; the key is that of the others"),
            nothing=msg("all take part"),
        ),
    ] = ()
    yardstick: Yardstick = Yardstick()
    ki_share: KiShare = KiShare()
    objective: Objective = Objective()
    reference_plan: Annotated[
        str | None,
        FileName(),
        About(
            msg("Reference plan"),
            msg("Scenario, or table of a plan, in the same folder that is to change little"),
            nothing=msg("none"),
        ),
    ] = None
    changes: Changes = Changes()
    district_names: Annotated[
        Mapping[Annotated[str, Text()], Annotated[tuple[Town, ...], Field(min_length=1)]],
        About(
            msg("Names of districts"),
            msg("A district has a name where all the municipalities are in it that the name is known by"),
            nothing=msg("no names"),
        ),
    ] = Field(default_factory=dict)
    funding: Funding = Funding()
    papers: Annotated[
        Mapping[Annotated[str, Text()], Annotated[str, Text(lines=True)]],
        About(
            msg("Texts for the papers"),
            msg("What you write for the committee; no plan depends on it"),
            nothing=msg("no texts"),
        ),
    ] = Field(default_factory=dict)
    agreements: Annotated[tuple[Agreement, ...], Field(max_length=MOST)] = ()
    layers: Annotated[tuple[LayerRules, ...], Field(max_length=20)]

    _source: Origin = PrivateAttr(default_factory=Origin)

    def contradictions(self) -> Iterator[Finding]:
        if not any(self.key.values()):
            yield ("key",), msg("all weights are zero"), msg("at least one indicator with a weight above 0")
        if self.changes.maximum_municipalities is not None and self.reference_plan is None:
            yield (
                ("changes", "maximum_municipalities"),
                msg("changes are limited, and there is no reference plan that they are counted against"),
                msg("a reference plan, or no limit"),
            )
        yield from self._too_many_filled()
        for position, layer in enumerate(self.layers):
            if not layer.posts.total and len(self.layers) > 1:
                yield (
                    ("layers", position, "posts", "total"),
                    msg("the layer has no posts"),
                    msg("above 0; 0 only where there is no other layer"),
                )

    def _too_many_filled(self) -> Iterator[Finding]:
        total = sum((layer.posts.total for layer in self.layers), Fraction(0))
        for position, each in enumerate(self.funding.years):
            most = max((each.filled or {0: Fraction(0)}).values())
            if most > total:
                yield (
                    ("funding", "years", position, "filled"),
                    msg("more posts are filled than the scenario has: {posts}", posts=plain(most)),
                    msg("at most {posts}", posts=plain(total)),
                )

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
