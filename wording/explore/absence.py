"""What it means that one person is away: in words, per team and municipality, and the plans best served then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.absence import WEEKS, Away
from maps.colours import identity_text
from optimizer.plan import District, LayerPlan, Plan
from optimizer.problem import Ags
from optimizer.way.absence import Absences, Served, Unsought
from optimizer.way.one_away import Absence
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import between
from wording.explore.told import Told, coverage_cell, hours_cell, hours_cells, hours_columns, names
from wording.grid import NOTHING, GridColumn, GridRow, GridTable, Weight, row
from wording.yardstick import beside


def absence_told(about: Subject, away: Away) -> Told:
    """The answer to “What if one person is away?”."""
    found = away.found
    answer = (
        worst_text(about, found.own),
        *_alone(about, away),
        *_out_of_reach(about, found.own),
        *_robust(about, found),
        _leave(about, away),
    )
    tables = [_teams_table(about, away), _towns_table(about, found.own), _year_table(about, away)]
    if found.best is not None:
        tables.append(_plans_table(about, found))
    return Told(Question.ABSENCE, answer, tuple(tables), _proof(found))


def district_text(placed: LayerPlan, position: int, about: Subject) -> Message:
    """A district of the layer as people know it, with its hub."""
    return msg(
        "district {district} (hub {hub})",
        district=identity_text(placed.identities[position]),
        hub=about.loaded.county.name_of(placed.districts[position].hub),
    )


def one_person_teams(plan: Plan, layer: int) -> tuple[int, ...]:
    """The districts of a layer, by position, whose team is one person."""
    return tuple(place for place, one in enumerate(plan.layers[layer].districts) if one.persons == 1)


def worst_absence(served: Served) -> Absence:
    """The absence in which the lowest coverage of all municipalities is lowest; of several the first."""
    return min(served.absences, key=lambda one: (one.lowest_of_all, one.lowest))


def worst_text(about: Subject, served: Served) -> Message:
    """How far the lowest coverage falls where one person is away, and where that is."""
    placed, absence = served.plan.layers[about.layer], worst_absence(served)
    usual, worst = beside(about.problem, served.plan.reached), beside(about.problem, served.worst)
    if absence.lowest_of_all >= served.plan.reached - 1e-9:
        return msg(
            "If one person is away, whoever it is, the lowest coverage stays {usual}: a stand-in or the rest of the "
            "team keeps every district at least as well served as the one that has least anyway.",
            usual=usual,
        )
    district = district_text(placed, absence.district, about)
    if absence.stand_in is None:
        return msg(
            "If one person is away, the lowest coverage falls from {usual} to {worst} at worst: in {district}, where "
            "nobody stands in.",
            usual=usual,
            worst=worst,
            district=district,
        )
    return msg(
        "If one person is away, the lowest coverage falls from {usual} to {worst} at worst: in {district}, where the "
        "team of {stand_in} stands in and has both districts to serve.",
        usual=usual,
        worst=worst,
        district=district,
        stand_in=district_text(placed, absence.stand_in, about),
    )


def _alone(about: Subject, away: Away) -> Iterator[Message]:
    plan = away.found.own.plan
    places = one_person_teams(plan, about.layer)
    if not places:
        yield msg("No team is one person only.")
        return
    yield msgs(
        "{count} team is one person only, in {districts}: that district has only a stand-in for {weeks} weeks a year.",
        "{count} teams are one person only, in {districts}: each of these districts has only a stand-in for {weeks} "
        "weeks a year.",
        len(places),
        districts=listing(district_text(plan.layers[about.layer], place, about) for place in places),
        weeks=number(away.leave.away, 1),
    )


def _out_of_reach(about: Subject, own: Served) -> Iterator[Message]:
    """Where nobody can stand in, and who has nobody at all meanwhile."""
    placed, limit = own.plan.layers[about.layer], about.problem.layers[about.layer].max_drive_minutes
    far = [one.district for one in own.absences if not one.within_reach]
    if far and limit is not None:
        yield msg(
            "Nobody can stand in within {minutes} min in {districts}.",
            minutes=wording.stated(limit),
            districts=listing(district_text(placed, place, about) for place in far),
        )
    elif far:
        districts = listing(district_text(placed, place, about) for place in far)
        yield msg("There is nobody who could stand in in {districts}.", districts=districts)
    for one in own.absences:
        if one.without and one.within_reach:
            yield msg(
                "In {district} no stand-in gets to {towns} within the longest drive: no hours there meanwhile.",
                district=district_text(placed, one.district, about),
                towns=names(about.loaded.county, one.without),
            )


def _robust(about: Subject, found: Absences) -> Iterator[Message]:
    if found.best is None:
        return
    if _apart(found.own, found.best):
        yield msg(
            "In the best plan that the rules of this layer allow it would be {worst}.",
            worst=beside(about.problem, found.best.worst),
        )
    if found.within is not None:
        tolerance = number(100 * about.problem.fairness_tolerance, 1)
        if found.within.worst <= found.best.worst + 1e-9:
            yield msg(
                "No plan within {tolerance} percentage points of the highest lowest coverage is better served then "
                "than the best plan.",
                tolerance=tolerance,
            )
        else:
            yield msg(
                "Best served then, of the plans within {tolerance} percentage points of the highest lowest coverage, "
                "is one with {worst}. Its price against the best plan: {price}.",
                tolerance=tolerance,
                worst=beside(about.problem, found.within.worst),
                price=_price(found.best, found.within),
            )
    if found.of_all is not None and found.within is not None:
        if found.of_all.worst <= found.within.worst + 1e-9:
            yield msg("Of all plans that the rules allow none is better served then.")
        else:
            yield msg(
                "Of all plans that the rules allow the best served then has {worst}; its price: {price}.",
                worst=beside(about.problem, found.of_all.worst),
                price=_price(found.best, found.of_all),
            )


def _apart(one: Served, other: Served) -> bool:
    """Whether two plans are served differently while one person is away, as it is printed."""
    return between(percent(one.worst), percent(other.worst)).by != 0


def _price(best: Served, other: Served) -> Message:
    """What a plan costs against the best one: lowest coverage and missing hours."""
    coverage = between(percent(best.plan.reached), percent(other.plan.reached))
    hours = between(number(best.plan.shortfall_hours, 1, "h"), number(other.plan.shortfall_hours, 1, "h"))
    return msg("lowest coverage {coverage}, missing hours per week {hours}", coverage=coverage.text, hours=hours.text)


def _leave(about: Subject, away: Away) -> Message:
    layer, leave = about.problem.layers[about.layer], away.leave
    return msg(
        "Assumption: {weeks} weeks of leave and {days} working days sick per person and year. Of {hours} h × {year} = "
        "{contract} h of a post, {worked} h are worked.",
        weeks=wording.stated(leave.weeks),
        days=wording.stated(leave.sick_days),
        hours=wording.stated(layer.hours_per_week),
        year=number(WEEKS),
        contract=number(layer.hours_per_week * WEEKS),
        worked=number(layer.hours_per_week * (WEEKS - leave.away)),
    )


def _proof(found: Absences) -> Message:
    if found.unsought is Unsought.INFEASIBLE:
        return msg("Exact for this plan. The rules leave no plan to compare it with.")
    if found.unsought is Unsought.TOO_LARGE:
        return msg(
            "Exact for this plan. Which plan is best served then is not sought: the rules allow too many districts to "
            "go through them all."
        )
    sought = [one for one in (found.within, found.of_all) if one is not None]
    if len(sought) < 2 and all(one.proven for one in sought):
        return msg("Exact for this plan. The time did not suffice to find the plans that are best served then.")
    if not all(one.proven for one in sought):
        gap = max(one.bound - one.worst for one in sought)
        return msg(
            "Exact for this plan. Not proven for the plans that are best served then: they may be up to {gap} "
            "percentage points better.",
            gap=number(100 * gap, 1),
        )
    return msg(
        "Proven: hours are shared so that the lowest level of both districts is highest (exact), and no plan that the "
        "rules allow is better served while any one person is away."
    )


def _teams_table(about: Subject, away: Away) -> GridTable:
    own = away.found.own
    placed = own.plan.layers[about.layer]
    county = about.loaded.county
    columns = (
        GridColumn(msg("District"), figures=False),
        GridColumn(msg("Hub"), figures=False),
        GridColumn(msg("Posts (FTE)")),
        GridColumn(msg("Persons")),
        GridColumn(msg("Then left (FTE)")),
        GridColumn(msg("Stands in"), figures=False),
        GridColumn(msg("Its hours there")),
        GridColumn(msg("Lowest coverage of both")),
        *hours_columns(about),
    )
    worst = worst_absence(own)
    rows: list[GridRow] = []
    for place in _in_order(placed):
        one, district = own.absences[place], placed.districts[place]
        usual = _usual(own.plan, one)
        cells = [
            identity_text(placed.identities[place]),
            county.name_of(district.hub),
            wording.fte(district.fte),
            number(district.persons),
            wording.fte(one.left),
            _who(about, placed, one),
            NOTHING if one.stand_in is None else number(one.by_stand_in, 1),
            NOTHING if usual is None else coverage_cell(one.lowest, usual),
            *hours_cells(about, None if usual is None else one.lowest),
        ]
        rows.append(row(cells, Weight.STRONG if one is worst else Weight.PLAIN))
    notes = (
        msg(
            "A team of k posts has as many persons as k rounded up; away is the one whose absence costs most: one "
            "post, or all of a smaller team. The rest of the team serves its district from its hub; the stand-in, a "
            "team of the same layer, serves its own district and, of this one, those within the longest drive from "
            "its own hub. The lowest coverage of both districts is made as high as can be. Nobody gets more than while "
            "all are there; fewest hours and presence do not bind meanwhile."
        ),
        msg("Difference: against the same districts while everyone is there. In bold: the worst."),
    )
    return GridTable(msg("One person of each team away"), columns, tuple(rows), notes)


def _in_order(placed: LayerPlan) -> Sequence[int]:
    return sorted(range(len(placed.districts)), key=lambda place: placed.identities[place].number)


def _usual(plan: Plan, one: Absence) -> float | None:
    """The lowest coverage of the same municipalities while everyone is there; ``None`` where none has a need."""
    return min((plan.municipalities[ags].coverage or 0.0 for ags in one.coverage), default=None)


def _who(about: Subject, placed: LayerPlan, one: Absence) -> object:
    if one.stand_in is not None:
        hub = about.loaded.county.name_of(placed.districts[one.stand_in].hub)
        return msg("{district}, hub {hub}", district=identity_text(placed.identities[one.stand_in]), hub=hub)
    return msg("not needed") if one.within_reach else msg("nobody within reach")


def _towns_table(about: Subject, own: Served) -> GridTable:
    placed, county = own.plan.layers[about.layer], about.loaded.county
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("District"), figures=False),
        GridColumn(msg("Hours per week")),
        GridColumn(msg("Coverage")),
        GridColumn(msg("Hours, own team one short")),
        GridColumn(msg("Coverage then")),
        *hours_columns(about),
        GridColumn(msg("Lowest coverage of all absences")),
    )
    before = placed.hours_by_municipality()
    rows: list[GridRow] = []
    for supply in own.plan.municipalities.values():
        mine = [one for one in own.absences if supply.ags in placed.districts[one.district].municipalities]
        then = mine[0] if mine else None
        worst = lowest_of(own, supply.ags)
        usual = supply.coverage
        rows.append(
            row(
                [
                    county.name_of(supply.ags),
                    NOTHING if then is None else identity_text(placed.identities[then.district]),
                    number(before.get(supply.ags, 0.0), 1),
                    NOTHING if usual is None else percent(usual),
                    NOTHING if then is None else hours_of(then, supply.ags),
                    NOTHING if then is None or usual is None else coverage_cell(then.coverage[supply.ags], usual),
                    *hours_cells(about, None if then is None else then.coverage.get(supply.ags)),
                    NOTHING if worst is None else percent(worst),
                ]
            )
        )
    note = msg(
        "Hours are those of this layer. The last column is the lowest of all weeks in which any one person is away, "
        "those in which the own team stands in elsewhere with them."
    )
    return GridTable(msg("What remains for each municipality"), columns, tuple(rows), (note,))


def hours_of(one: Absence, ags: Ags) -> object:
    """The hours of a municipality while a person is away."""
    return number(one.hours[ags], 1)


def lowest_of(served: Served, ags: Ags) -> float | None:
    """The lowest coverage of a municipality while any one person is away; ``None`` where it has no need."""
    usual = served.plan.municipalities[ags].coverage
    return None if usual is None else min(usual, *(one.coverage.get(ags, usual) for one in served.absences))


def _year_table(about: Subject, away: Away) -> GridTable:
    placed, leave = away.found.own.plan.layers[about.layer], away.leave
    layer = about.problem.layers[about.layer]
    columns = (
        GridColumn(msg("District"), figures=False),
        GridColumn(msg("Municipalities"), figures=False),
        GridColumn(msg("Persons")),
        GridColumn(msg("Contract hours a year")),
        GridColumn(msg("Of these worked")),
        GridColumn(msg("Weeks a year with one person away")),
        GridColumn(msg("Of these with a stand-in only")),
    )
    rows = []
    for place in _in_order(placed):
        district = placed.districts[place]
        contract, worked = leave.worked(district.fte, layer.hours_per_week)
        rows.append(
            row(
                [
                    identity_text(placed.identities[place]),
                    wording.town_names(district.municipalities, about.loaded.county),
                    number(district.persons),
                    number(contract),
                    number(worked),
                    number(leave.short(district.persons), 1),
                    number(_only(district, away), 1),
                ]
            )
        )
    notes = (
        msg(
            "Assumptions: leave of 30 working days is that of the collective agreement (TVöD, section 26); {days} "
            "working days sick were the average of all employees in Germany in 2024 (Federal Statistical Office, "
            "quality of work: sick leave). Public holidays and vacancies are not counted; two of a team are never away "
            "at once.",
            days=number(14.8, 1),
        ),
    )
    return GridTable(msg("Leave and sickness in a year"), columns, tuple(rows), notes)


def _only(district: District, away: Away) -> float:
    return away.leave.away if district.persons == 1 else 0.0


def plan_names(about: Subject, found: Absences) -> tuple[tuple[Message, Served], ...]:
    """The plans that are told side by side, the one asked about first; those that are another one only."""
    shown = [(msg("The plan asked about"), found.own)]
    for name, one in (
        (msg("The best plan"), found.best),
        (msg("Best served within the fairness tolerance"), found.within),
        (msg("Best served of all plans"), found.of_all),
    ):
        if one is not None and all(_rows(one.plan, about) != _rows(other.plan, about) for _, other in shown):
            shown.append((name, one))
    return tuple(shown)


def _rows(plan: Plan, about: Subject) -> set[tuple[object, ...]]:
    return {(d.municipalities, d.employer, d.fte, d.hub) for d in plan.layers[about.layer].districts}


def _posts(placed: LayerPlan) -> object:
    """The posts of each district, the most first."""
    first, *others = sorted((district.fte for district in placed.districts), reverse=True)
    found: object = wording.fte(first)
    for posts in others:
        found = msg("{one} + {other}", one=found, other=wording.fte(posts))
    return found


def _plans_table(about: Subject, found: Absences) -> GridTable:
    columns = (
        GridColumn(msg("Plan"), figures=False),
        GridColumn(msg("Lowest coverage, one person away")),
        *hours_columns(about),
        GridColumn(msg("Lowest coverage, all there")),
        GridColumn(msg("Missing hours per week")),
        GridColumn(msg("Teams of one person")),
        GridColumn(msg("Posts by district (FTE)"), figures=False),
    )
    base = found.best or found.own
    rows = []
    for name, one in plan_names(about, found):
        apart = _rows(one.plan, about) != _rows(base.plan, about)
        cells = [
            name,
            coverage_cell(one.worst, base.worst if apart else None),
            *hours_cells(about, one.worst),
            coverage_cell(one.plan.reached, base.plan.reached if apart else None),
            hours_cell(one.plan.shortfall_hours, base.plan.shortfall_hours if apart else None),
            number(len(one_person_teams(one.plan, about.layer))),
            _posts(one.plan.layers[about.layer]),
        ]
        rows.append(row(cells, Weight.STRONG if one is found.own else Weight.PLAIN))
    note = msg(
        "Of several plans served equally well the best by the order of the model; within the fairness tolerance a "
        "higher coverage is traded for fewer missing hours."
    )
    return GridTable(msg("The plans best served while one person is away"), columns, tuple(rows), (note,))
