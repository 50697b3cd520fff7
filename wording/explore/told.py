"""A question about a plan and its answer in words: sentences, tables, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exploring.exploration import QUERIES
from exploring.query import Subject
from exploring.question import Question
from geodata.county import County
from optimizer.explore.size import MOST_DISTRICTS
from optimizer.problem import Ags
from translation import Message, listing, msg, number, percent
from wording import sentences as wording
from wording.differences import Better, between
from wording.grid import NOTHING, GridCell, GridColumn, GridTable
from wording.yardstick import hours_at, per_1000_heading, per_1000_text, yardstick_meaning

#: Seconds that nobody needs to be told of beforehand.
_SHORT = 5.0
Districts = Iterable[Iterable[Ags]]


ASKED: Mapping[Question, Message] = {
    Question.ALTERNATIVES: msg("Are there other good plans?"),
    Question.RANK: msg("Where does it stand among all plans?"),
    Question.FRONTIER: msg("What does evenness cost?"),
    Question.PRICES: msg("What does each rule cost?"),
    Question.POSTS: msg("What would the next post bring?"),
    Question.ROBUSTNESS: msg("Does it hold if figures are off?"),
    Question.SENSITIVITY: msg("Which figure decides?"),
    Question.WHY: msg("Why here and not there?"),
    Question.CHANGE: msg("How many have to change for how much?"),
    Question.GROWTH: msg("In which steps do we hire?"),
    Question.ABSENCE: msg("What if one person is away?"),
    Question.STAFFING: msg("How many posts does a standard take?"),
    Question.MUNICIPALITY: msg("What does it mean for each municipality?"),
    Question.AGREEMENTS: msg("What is agreed, and what hangs on the open answers?"),
    Question.SCHEDULE: msg("Who is where when?"),
    Question.SERVICES: msg("Which services are there twice, and whose answer would decide?"),
    Question.KEY: msg("Which key does this plan amount to?"),
}
"""The questions as people ask them."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer in words. The first sentence of ``answer`` is the answer in short; ``proof`` says how sure it is."""

    question: Question
    answer: tuple[Message, ...]
    tables: tuple[GridTable, ...]
    proof: Message

    @property
    def title(self) -> Message:
        """The question."""
        return ASKED[self.question]


def layer_remarks(about: Subject) -> tuple[Message, ...]:
    """What is to be known of the layer that is asked about."""
    found = []
    rules = about.problem.layers[about.layer]
    given = about.plan.layers[about.layer].given
    if given:
        found.append(
            msg(
                "This layer is given. It is compared with what its employers could do with the same posts in {fewest} "
                "to {most} districts, {minutes} minutes from the hub at most.",
                fewest=rules.districts_minimum,
                most=rules.districts_maximum,
                minutes=wording.stated(rules.max_drive_minutes or 0.0),
            )
        )
    if about.layer + 1 < len(about.plan.layers):
        found.append(msg("All figures are those after this layer; the posts of the later ones come on top."))
        if any(not later.given for later in about.plan.layers[about.layer + 1 :]) and not given:
            found.append(
                msg(
                    "The layers were decided together: what is best for all of them need not be best after this layer "
                    "alone."
                )
            )
    return tuple(found)


def size_remarks(about: Subject, question: Question) -> tuple[Message, ...]:
    """How much a question has to go through in a large county, and how long that takes, told before it is begun."""
    extent = about.size if QUERIES[question].of_all else None
    if extent is None:
        return ()
    values: dict[str, object] = {"districts": number(_rounded(extent.districts))}
    if extent.too_large:
        return (
            msg(
                "The rules allow about {districts} districts here. This question goes through all of them and can do "
                "that with up to {most}, so it is not begun. Alternatives, the price of the rules, posts and “Why "
                "here?” look only at the good ones.",
                most=number(MOST_DISTRICTS),
                **values,
            ),
        )
    if extent.seconds < _SHORT:
        return ()
    return (
        msg(
            "The rules allow about {districts} districts here, and this question goes through all of them: about "
            "{seconds} on one processor.",
            seconds=number(_rounded(extent.seconds), 0, "s"),
            **values,
        ),
    )


def _rounded(value: float) -> float:
    """An estimate with two digits that count."""
    return round(value, 1 - math.floor(math.log10(value))) if value > 0 else 0.0


def measure_remarks(about: Subject) -> tuple[Message, ...]:
    """By what coverage is measured in the answers, and whose hours per 1,000 people stand beside it."""
    measured = yardstick_meaning(about.loaded, about.until)
    return (measured,) if about.problem.people is None else (measured, per_1000_text(about.loaded))


def hours_columns(about: Subject) -> tuple[GridColumn, ...]:
    """The column with hours per 1,000 people, which stands behind a coverage; none where the people are not known."""
    return () if about.problem.people is None else (GridColumn(per_1000_heading(about.loaded)),)


def hours_cells(about: Subject, coverage: float | None) -> tuple[object, ...]:
    """The cell of that column beside a coverage."""
    if about.problem.people is None:
        return ()
    found = None if coverage is None else hours_at(about.problem, coverage)
    return (NOTHING if found is None else number(found.value, found.digits),)


def changes(county: County, before: Districts, now: Districts) -> str:
    """The districts that are new ``now``, each as its municipalities; a stroke where all are as they were."""
    known = {frozenset(district) for district in before}
    new = sorted(tuple(sorted(district)) for district in now if frozenset(district) not in known)
    return " · ".join(" + ".join(county.name_of(ags) for ags in district) for district in new) or NOTHING


def names(county: County, towns: Iterable[Ags]) -> object:
    """Names of municipalities joined, or that there are none."""
    found = [county.name_of(ags) for ags in towns]
    return listing(found) if found else msg("nobody")


def coverage_cell(value: float, base: float | None = None) -> GridCell:
    """A coverage, with its distance to that of another plan in percentage points."""
    return GridCell(percent(value), None if base is None else between(percent(base), percent(value), Better.HIGHER))


def hours_cell(value: float, base: float | None = None) -> GridCell:
    """Hours per week of which few are good, with the distance to those of another plan."""
    apart = None if base is None else between(number(base, 1, "h"), number(value, 1, "h"), Better.LOWER)
    return GridCell(number(value, 1), apart)
