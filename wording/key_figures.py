"""The figures by which a plan is judged at first sight, the same on screen and in the papers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from translation import Message, msg, number, percent
from wording import sentences as wording
from wording.money import case_management_funding
from wording.yardstick import has_yardstick, per_1000, per_1000_label, per_1000_text, yardstick_meaning


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A key figure: what it is called, its value, what it means, and where it applies."""

    label: Message
    value: object
    about: Message
    where: object = None


def key_figures(loaded: LoadedScenario, plan: Plan) -> tuple[KeyFigure, ...]:
    """The figures by which a plan is judged, the weightiest first."""
    posts = plan.problem.total_posts
    return (
        *_served_worst(loaded, plan),
        KeyFigure(
            msg("On site per week"), number(plan.on_site_hours, 1, "h"), msg("Hours that reach people, of all posts.")
        ),
        KeyFigure(msg("Travel per week"), number(plan.travel_hours, 1, "h"), msg("Hours on the road.")),
        KeyFigure(
            msg("Share of the KI"),
            percent(float(plan.ki_share)),
            msg("Share of all posts at the KI."),
            msg("{ki} of {posts} FTE", ki=wording.fte(plan.ki_fte), posts=wording.fte(posts)),
        ),
        KeyFigure(
            msg("Posts"), msg("{posts} FTE", posts=wording.fte(posts)), msg("Full-time posts, all layers together.")
        ),
        KeyFigure(
            msg("Districts"),
            number(sum(len(layer.districts) for layer in plan.layers)),
            msg("Districts of all layers, each with a team and a hub."),
        ),
        KeyFigure(
            msg("Funding per year"),
            number(float(case_management_funding(loaded, plan)), 0, "€"),
            msg("What the state grants for these posts in a full year (module II)."),
        ),
    )


def _served_worst(loaded: LoadedScenario, plan: Plan) -> Iterator[KeyFigure]:
    """What the municipality gets that is served worst, and what is missing in all; as far as it can be told."""
    town = plan.least_covered.ags
    where, hours = loaded.county.name_of(town), per_1000(plan, town)
    if has_yardstick(plan):
        yield KeyFigure(
            msg("Lowest coverage"),
            percent(plan.reached),
            msg(
                "Supply divided by fair supply, in the municipality where that is lowest. {meaning}",
                meaning=yardstick_meaning(loaded, plan),
            ),
            where,
        )
    if hours is not None:
        yield KeyFigure(per_1000_label(loaded), hours, per_1000_text(loaded), where)
    if has_yardstick(plan):
        yield KeyFigure(
            msg("Shortfall per week"),
            number(plan.shortfall_hours, 1, "h"),
            msg("Hours missing to the fair supply, all municipalities."),
        )
