"""How the planner decides, in plain words (docs/methode.md): what is decided, the words, the proof, the limits."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.solve import Solution
from translation import Message, msg, number


@dataclass(frozen=True, slots=True)
class Passage:
    """A short heading and what belongs under it; ``points`` come in their order."""

    title: Message
    text: Message
    points: tuple[Message, ...] = ()


DECIDED = Passage(
    msg("What is decided"),
    msg("A county has a fixed number of posts for case management in integration. The planner proposes"),
    (
        msg("which municipalities form a district together,"),
        msg("how many posts each district gets,"),
        msg("who employs them,"),
        msg("where the team has its desk (hub)."),
    ),
)
PEOPLE_DECIDE = msg("People decide. The planner shows the best plan under the rules that are set and what it rests on.")

IN_ORDER: tuple[Passage, ...] = (
    Passage(
        msg("Need"),
        msg(
            "How much of the county’s need falls on each municipality? The key says so. It is made from statistics, "
            "such as the number of people with migration history. Part of the existing advice is counted as supply."
        ),
    ),
    Passage(
        msg("Districts"),
        msg(
            "Neighbouring municipalities form a district with one team of one employer. Every possible district is "
            "considered, with every team size, every employer and the best hub."
        ),
    ),
    Passage(
        msg("Hours"),
        msg(
            "How many hours reach people? Coordination and drives are taken off the contract hours. Within a district "
            "everyone is brought to the same level."
        ),
    ),
    Passage(
        msg("Choice"),
        msg(
            "Districts are put together so that every municipality is in exactly one, all posts are used and all rules "
            "hold. Which of these plans is best is decided in this order:"
        ),
        (
            msg("The lowest coverage is to be as high as possible: the municipality served worst counts first."),
            msg(
                "Of all plans nearly as good in that, the one with the fewest missing hours is taken. “Nearly” is set "
                "in the scenario, usually two percentage points."
            ),
            msg(
                "What is still equal is decided by the fewest changes against a reference plan or, without one, by the "
                "least travel."
            ),
        ),
    ),
    Passage(
        msg("Proof"),
        msg(
            "The planner proves that no plan under these rules is better. Where time does not suffice, it says how "
            "much better a plan could be at most."
        ),
    ),
)

GLOSSARY: tuple[tuple[Message, Message], ...] = (
    (msg("District"), msg("Municipalities that hang together and are served by one team of one employer.")),
    (msg("Hub"), msg("The municipality where the team has its desk. Drives start there.")),
    (msg("Post, FTE"), msg("A full-time post. Teams are sized in parts of posts, by default in halves.")),
    (msg("Key"), msg("The share of the county’s need that falls on a municipality. All together are 100 %.")),
    (
        msg("Existing advice"),
        msg("Weekly hours of services that are there already, as far as they relieve case management."),
    ),
    (msg("On-site hours"), msg("Weekly hours that reach people in a municipality.")),
    (
        msg("Fair level"),
        msg("The supply that everyone would have if no hour were lost, as if for the need of the whole county."),
    ),
    (msg("Fair supply"), msg("Fair level times key: what a municipality should have.")),
    (msg("Coverage"), msg("Supply of a municipality divided by its fair supply. 100 % is fair.")),
    (msg("Shortfall"), msg("Weekly hours that are missing to the fair supply, all municipalities together.")),
    (msg("Layer"), msg("Posts with rules of their own. Which plan is best is one decision over all layers together.")),
)

PROOF: tuple[Passage, ...] = (
    Passage(
        msg("All districts are on the table"),
        msg(
            "Each possible district with its team is computed in full: hours, drives, coverage. To find a plan is then "
            "to choose among them. What can be in no plan as good as one already known is left out before."
        ),
    ),
    Passage(
        msg("Value and bound"),
        msg(
            "For each question in turn two figures are computed: the best value found, and a bound that no plan can "
            "beat. Where both are the same, there is nothing better. That is the proof."
        ),
    ),
    Passage(
        msg("What the proof rests on"),
        msg(
            "A solver, a program for such choices, says that no better choice is there; it computes with rounding. So "
            "the planner is compared with a search through all plans, on many small made-up counties."
        ),
    ),
)
SEVERAL_LAYERS = msg(
    "The stages hold for the plan of all layers together: to solve them one after the other is only a start. A layer "
    "that is given is only evaluated."
)

LIMITS: tuple[Message, ...] = (
    msg(
        "Contract hours are contract hours: leave, illness and training are not taken off. That is so for all plans, "
        "but fewer hours will arrive than shown."
    ),
    msg("Drives are by car on a free road, from town hall to town hall, without looking for a place to park."),
    msg("Visits are averages over many weeks: 2.3 visits per week may come out."),
    msg(
        "The census counts people with immigration history more narrowly than the Mikrozensus counts migration "
        "background: the figures are a lower bound. The census changes them slightly to protect respondents."
    ),
    msg("Existing services count as they were published. Those without published staff count for nothing."),
    msg(
        "Coverage compares plans with the same posts. With more posts the fair level is higher, and 90 % is then more "
        "hours."
    ),
    msg(
        "Caseloads, languages, rooms and cooperation that has grown are unknown to the model. Some of it can be said "
        "as a rule: municipalities together or apart, a fixed employer, allowed hubs."
    ),
)


def considered(solution: Solution) -> list[Message]:
    """How many districts each optimised layer of a plan was chosen from."""
    assert solution.plan is not None
    optimised = [layer for layer in solution.plan.layers if not layer.given]
    return [
        msg(
            "{layer}: {sets} connected groups of municipalities were looked at. {columns} possible districts with team "
            "and hub were fair enough; {kept} of them went into the last search.",
            layer=layer.layer.name,
            sets=number(measures.sets),
            columns=number(measures.columns),
            kept=number(measures.kept),
        )
        for layer, measures in zip(optimised, solution.measures, strict=True)
    ]
