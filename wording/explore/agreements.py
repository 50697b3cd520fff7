"""What is agreed and what hangs on the open answers, in words."""

from __future__ import annotations

from collections.abc import Iterator

from exploring.query import Subject
from exploring.question import Question
from optimizer.options import Option, What
from optimizer.plan import Plan
from optimizer.way.agreements import Agreements, Candidate, Districts
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import less
from wording.explore.told import Told, hours_cells, hours_columns
from wording.grid import NOTHING, GridColumn, GridTable, Weight, row
from wording.yardstick import beside

NOTHING_ENTERED = msg("Nothing is entered yet: what is asked of whom, and what they answer.")
_SHOWN = 10
"""As many districts in the table as people compare."""


def agreements_told(about: Subject, found: Agreements) -> Told:
    """The answer to “What is agreed, and what hangs on the open answers?”."""
    if not found.options:
        return Told(Question.AGREEMENTS, (NOTHING_ENTERED,), (), msg("Names of persons do not belong here."))
    answer = (*_open(about, found), _agreed(found), *_steady(about, found), *_counted(about, found))
    tables = [_answers_table(about, found)]
    if found.candidates:
        tables.append(_candidates_table(about, found))
    if found.open:
        tables.append(_cases_table(about, found))
    return Told(Question.AGREEMENTS, answer, tuple(tables), _proof(found))


def option_name(about: Subject, option: Option) -> Message:
    """What is asked of whom."""
    county = about.loaded.county
    if option.what is What.EMPLOYS:
        employer = county.employer(option.who).name
        if option.posts:
            posts = wording.fte(option.posts)
            return msg("{who} employs {posts} posts (FTE) or more", who=employer, posts=posts)
        return msg("{who} employs posts", who=employer)
    who, other = county.name_of(option.who), "" if option.other is None else county.name_of(option.other)
    match option.what:
        case What.TAKES_PART:
            return msg("{who} takes part", who=who)
        case What.ROOM:
            return msg("{who} gives a room", who=who)
        case What.TOGETHER:
            return msg("{who} together with {other}", who=who, other=other)
        case _:
            return msg("{who} not together with {other}", who=who, other=other)


def districts_text(about: Subject, districts: Districts) -> str:
    """Districts in the order of keys, each as its municipalities."""
    county = about.loaded.county
    ordered = sorted(map(sorted, districts))
    return " · ".join(" + ".join(county.name_of(ags) for ags in district) for district in ordered)


def _open(about: Subject, found: Agreements) -> Iterator[Message]:
    if not found.open:
        yield msg("No answer is open.")
        return
    decisive = [
        msg(
            "{what} (in {count} of {all} cases)",
            what=option_name(about, found.options[at]),
            count=number(times),
            all=number(len(found.cases) // 2),
        )
        for at, times in zip(found.open, found.matters, strict=True)
        if times
    ]
    if decisive:
        yield msg("Who is with whom in the best plan still hangs on: {answers}.", answers=listing(decisive))
    else:
        yield msg("None of the open answers changes who is with whom in the best plan.")
    if found.left_out:
        left = [option_name(about, found.options[at]) for at in found.left_out]
        yield msg("Not gone through, and counted as a no, for they are too many: {answers}.", answers=listing(left))


def _agreed(found: Agreements) -> Message:
    if found.agreed is None:
        return msg("With what is agreed alone the rules leave no plan.")
    return msg(
        "With what is agreed alone, every open answer a no, the best plan has a lowest coverage of {coverage}.",
        coverage=_beside(found.agreed),
    )


def _beside(plan: Plan) -> object:
    return beside(plan.problem, plan.reached)


def _steady(about: Subject, found: Agreements) -> Iterator[Message]:
    if not found.open or not found.candidates:
        return
    first = found.candidates[0]
    kept = sum(plan is not None for plan in first.plans)
    values: dict[str, object] = {
        "districts": districts_text(about, first.districts),
        "loss": less(percent(first.worst_loss), percent(0.0)),
        "kept": number(kept),
        "all": number(found.possible),
    }
    if kept == found.possible:
        yield msg(
            "Whatever is answered, these districts can be kept and lose at most {loss} points of the lowest coverage "
            "against the best plan then: {districts}.",
            **values,
        )
    else:
        yield msg(
            "No districts can be kept whatever is answered; these can in {kept} of {all} cases and lose at most {loss} "
            "points of the lowest coverage there: {districts}.",
            **values,
        )


def _counted(about: Subject, found: Agreements) -> Iterator[Message]:
    """How many municipalities have agreed to all that was asked of them."""
    towns = {town.ags for town in about.loaded.county.municipalities}
    by_town: dict[str, list[bool | None]] = {}
    for option in found.options:
        if option.who in towns:
            by_town.setdefault(option.who, []).append(option.agreed)
    whole = sum(all(answers) for answers in by_town.values())
    yield msg(
        "Agreed by {count} of {all} municipalities: to all that was asked of them.",
        count=number(whole),
        all=number(len(towns)),
    )


def _answers_table(about: Subject, found: Agreements) -> GridTable:
    times = dict(zip(found.open, found.matters, strict=True))
    states = {True: msg("agreed"), False: msg("refused"), None: msg("open, or under a condition")}
    columns = (
        GridColumn(msg("What is asked"), figures=False),
        GridColumn(msg("State"), figures=False),
        GridColumn(msg("Changes who is with whom"), figures=False),
    )
    rows = []
    for at, option in enumerate(found.options):
        changes: object = NOTHING
        if at in times:
            half = number(len(found.cases) // 2)
            changes = msg("in {count} of {all} cases", count=number(times[at]), all=half) if times[at] else msg("no")
        elif at in found.left_out:
            changes = msg("not gone through")
        rows.append(row([option_name(about, option), states[option.agreed], changes]))
    return GridTable(msg("The answers"), columns, tuple(rows))


def _candidates_table(about: Subject, found: Agreements) -> GridTable:
    columns = (
        GridColumn(msg("Districts"), figures=False),
        GridColumn(msg("Can be kept in cases")),
        GridColumn(msg("Most loss (points)")),
    )
    rows = [
        row(
            [
                districts_text(about, one.districts),
                number(sum(plan is not None for plan in one.plans)),
                less(percent(one.worst_loss), percent(0.0)),
            ],
            Weight.STRONG if place == 0 else Weight.PLAIN,
        )
        for place, one in enumerate(found.candidates[:_SHOWN])
    ]
    notes = [
        msg(
            "Each is the best in some case. The loss is that of the lowest coverage against the best plan of a case; "
            "teams and hubs are then the best for these districts."
        )
    ]
    if len(found.candidates) > _SHOWN:
        further = len(found.candidates) - _SHOWN
        notes.append(msgs("{count} further one is left out.", "{count} further ones are left out.", further))
    return GridTable(msg("Districts and what they lose in the worst case"), columns, tuple(rows), tuple(notes))


def _cases_table(about: Subject, found: Agreements) -> GridTable:
    steady: Candidate | None = found.candidates[0] if found.candidates else None
    columns = (
        GridColumn(msg("If it is a yes to"), figures=False),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Missing (h)")),
        GridColumn(msg("With the steadiest districts")),
    )
    rows = []
    for place, case in enumerate(found.cases):
        yes = [found.options[at] for at, answer in zip(found.open, case.answers, strict=True) if answer]
        name: object = listing(option_name(about, option) for option in yes) if yes else msg("none")
        if case.plan is None:
            rows.append(row([name, msg("no plan possible"), *hours_cells(about, None), NOTHING, NOTHING]))
            continue
        kept = None if steady is None else steady.plans[place]
        cells = [name, percent(case.plan.reached), *_hours(about, case.plan), number(case.plan.shortfall_hours, 1)]
        rows.append(row([*cells, msg("not possible") if kept is None else percent(kept.reached)]))
    note = msg("Where others take part, 100 % is another measure: then only the hours compare.")
    return GridTable(msg("The best plan in every case"), columns, tuple(rows), (note,))


def _hours(about: Subject, plan: Plan) -> tuple[object, ...]:
    """The hours of the lowest coverage by the plan's own yardstick, where the table has them."""
    if about.problem.people is None:
        return ()
    rate = plan.hours_per_1000(plan.least_covered.ags)
    return (NOTHING if rate is None else number(rate, 1),)


def _proof(found: Agreements) -> Message:
    return msgs(
        "Proven: the best plan of the only case there is.",
        "Proven: every combination of the open answers was gone through, {count} cases, each with its best plan; no "
        "districts that are the best in some case lose less in the worst.",
        len(found.cases),
    )
