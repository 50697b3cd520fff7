"""How many have to change for how much, in words: who, from which district to which, and what becomes of teams."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.change import Changed, Reference
from maps.colours import identity_text
from optimizer.plan import District, Identity, LayerPlan
from optimizer.problem import Ags
from optimizer.reference import Changes, change_cost, changes, weights_of
from optimizer.rounding import less as below
from optimizer.way.change import Point
from translation import Message, listing, msg, msgs, number, percent
from wording import sentences as wording
from wording.differences import less, reshaped_since, reshaped_texts
from wording.explore.told import Told, hours_cells, hours_columns, names
from wording.grid import NOTHING, GridColumn, GridTable, row
from wording.yardstick import beside


def change_told(about: Subject, found: Changed) -> Told:
    """The answer to “How many have to change for how much?”."""
    change = found.change
    coverage = _points_table(about, found, msg("Changes against the lowest coverage"), change.coverage)
    shortfall = _points_table(about, found, msg("Changes against missing hours"), change.shortfall)
    answer = (*_answer(about, found), *_remarks(about, found))
    proof = msg(
        "Proven: for each number of changes the best of all plans was found in which no more municipalities change, of "
        "equal ones the one in which the smallest share of the key does. Team sizes, employers and hubs are free; a "
        "district continues the one before with which it shares most."
    )
    return Told(Question.CHANGE, answer, (coverage, shortfall, *point_tables(about, found, change.recommended)), proof)


def _answer(about: Subject, found: Changed) -> Iterator[Message]:
    change, best = found.change, found.change.recommended
    if not change.complete:
        yield _so_far(about, found)
        yield from _start(about, found)
    elif len(change.coverage) == 1 and len(change.shortfall) == 1:
        yield _nothing_to_gain(about, found)
    else:
        yield _recommended(about, found)
        yield from reshaped_texts_of(about, found, best)
        if _on_the_way(change.coverage if change.by_coverage else change.shortfall, best):
            yield msg("Chosen is the point at which the share of the gain is furthest above the share of the changes.")
        yield from _start(about, found)
    if change.complete and change.by_coverage and change.shortfall[-1].count > change.coverage[-1].count:
        yield msg(
            "The fewest missing hours, {hours} per week, take {count} changes: {towns}.",
            hours=number(change.shortfall[-1].hours, 1),
            count=number(change.shortfall[-1].count),
            towns=_towns(about, change.shortfall[-1]),
        )
    yield from _asked(about, found)


def _so_far(about: Subject, found: Changed) -> Message:
    """What is known where the time was up."""
    change, last = found.change, found.change.coverage[-1]
    return msg(
        "The time was up: plans with more than {count} changes were not looked at. With so many at most, the lowest "
        "coverage is up to {reached} and {hours} hours per week are missing; with any number of them it would be up to "
        "{highest}, and {fewest} hours would be missing.",
        count=number(change.looked_at),
        reached=beside(about.problem, last.coverage),
        hours=number(change.shortfall[-1].hours, 1),
        highest=beside(about.problem, change.highest),
        fewest=number(change.fewest, 1),
    )


def _on_the_way(points: Sequence[Point], best: Point) -> bool:
    return best is not points[0] and best is not points[-1]


def _nothing_to_gain(about: Subject, found: Changed) -> Message:
    (point,), (least,) = found.change.coverage, found.change.shortfall
    values: dict[str, object] = {
        "reference": found.reference.name,
        "coverage": beside(about.problem, point.coverage),
        "hours": number(least.hours, 1),
    }
    if point.count == 0:
        return msg(
            "Nobody has to change: with the best team sizes and hubs the districts of “{reference}” have the highest "
            "lowest coverage that there is, {coverage}, and the fewest missing hours, {hours} per week.",
            **values,
        )
    return msgs(
        "The rules ask for {count} change of district against “{reference}” – {towns} –, and more of them bring "
        "nothing: the lowest coverage is {coverage}, and {hours} hours per week are missing.",
        "The rules ask for {count} changes of district against “{reference}” – {towns} –, and more of them bring "
        "nothing: the lowest coverage is {coverage}, and {hours} hours per week are missing.",
        point.count,
        towns=_towns(about, point),
        **values,
    )


def _recommended(about: Subject, found: Changed) -> Message:
    """The recommended point, with what it brings of what all changes do."""
    change, point = found.change, found.change.recommended
    points = change.coverage if change.by_coverage else change.shortfall
    first, last = points[0], points[-1]
    values: dict[str, object] = {"reference": found.reference.name, "towns": _towns(about, point)}
    if change.by_coverage:
        start, here, end = (percent(one.coverage) for one in (first, point, last))
        values |= {"gained": less(here, start), "all": less(end, start)}
        values |= {"reached": beside(about.problem, point.coverage)}
        if point is last:
            return msgs(
                "With {count} change of district against “{reference}” – {towns} – all of the {all} percentage points "
                "are to be had that changes can add to the lowest coverage: it is then {reached}.",
                "With {count} changes of district against “{reference}” – {towns} – all of the {all} percentage points "
                "are to be had that changes can add to the lowest coverage: it is then {reached}.",
                point.count,
                **values,
            )
        return msgs(
            "With {count} change of district against “{reference}” – {towns} – {gained} of the {all} percentage points "
            "are to be had that changes can add to the lowest coverage: it is then {reached}, and with {most} changes "
            "{best}.",
            "With {count} changes of district against “{reference}” – {towns} – {gained} of the {all} percentage "
            "points are to be had that changes can add to the lowest coverage: it is then {reached}, and with {most} "
            "changes {best}.",
            point.count,
            most=number(last.count),
            best=beside(about.problem, last.coverage),
            **values,
        )
    before, now, then = (number(one.hours, 1) for one in (first, point, last))
    values |= {"gained": less(before, now), "all": less(before, then), "reached": now}
    if point is last:
        return msgs(
            "With {count} change of district against “{reference}” – {towns} – all of the {all} hours per week are to "
            "be had that changes can save: {reached} are then missing. The lowest coverage does not rise by changes.",
            "With {count} changes of district against “{reference}” – {towns} – all of the {all} hours per week are to "
            "be had that changes can save: {reached} are then missing. The lowest coverage does not rise by changes.",
            point.count,
            **values,
        )
    return msgs(
        "With {count} change of district against “{reference}” – {towns} – {gained} of the {all} hours per week are to "
        "be had that changes can save: {reached} are then missing, and with {most} changes {best}. The lowest coverage "
        "does not rise by changes.",
        "With {count} changes of district against “{reference}” – {towns} – {gained} of the {all} hours per week are "
        "to be had that changes can save: {reached} are then missing, and with {most} changes {best}. The lowest "
        "coverage does not rise by changes.",
        point.count,
        most=number(last.count),
        best=then,
        **values,
    )


def _start(about: Subject, found: Changed) -> Iterator[Message]:
    """With how few changes the rules can be kept, and how good that is."""
    first = found.change.coverage[0]
    values: dict[str, object] = {
        "coverage": beside(about.problem, first.coverage),
        "hours": number(first.hours, 1),
    }
    if first.count == 0:
        yield msg(
            "Without any change, with the best team sizes and hubs, the lowest coverage is {coverage}, and {hours} "
            "hours per week are missing.",
            **values,
        )
        return
    yield msgs(
        "As they are the districts cannot stay under the rules of this layer: at least {count} municipality changes "
        "({towns}), for a lowest coverage of {coverage} with {hours} hours missing per week.",
        "As they are the districts cannot stay under the rules of this layer: at least {count} municipalities change "
        "({towns}), for a lowest coverage of {coverage} with {hours} hours missing per week.",
        first.count,
        towns=_towns(about, first),
        **values,
    )


def asked_changes(about: Subject, found: Changed) -> Changes:
    """What changes against the reference in the plan that is asked about."""
    placed = about.until.layers[about.layer]
    districts = [district.municipalities for district in placed.districts]
    return changes(districts, found.change.reference, weights_of(about.problem))


def _asked(about: Subject, found: Changed) -> Iterator[Message]:
    """How much the plan asked about changes, and with how few as high a lowest coverage is to be had."""
    asked = asked_changes(about, found)
    count = len(asked.municipalities)
    if count == 0:
        yield msg(
            "In the plan asked about nobody changes; with its team sizes and hubs the lowest coverage is {coverage}.",
            coverage=beside(about.problem, about.until.reached),
        )
        return
    key = sum(weights_of(about.problem)[ags] for ags in asked.municipalities)
    yield msgs(
        "The plan asked about changes {count} municipality ({share} of the key).",
        "The plan asked about changes {count} municipalities ({share} of the key).",
        count,
        share=percent(key),
    )
    reached = below(about.until.reached, 1e-6)
    enough = next((point for point in found.change.coverage if point.coverage >= reached), None)
    if enough is not None and change_cost(enough.changes.municipalities, weights_of(about.problem)) < asked.cost - 0.5:
        yield msgs(
            "A lowest coverage no lower than its own is to be had with {count} change: {towns}.",
            "A lowest coverage no lower than its own is to be had with {count} changes: {towns}.",
            enough.count,
            towns=_towns(about, enough),
        )


def _remarks(about: Subject, found: Changed) -> Iterator[Message]:
    """Where the reference is of another kind than the districts asked about."""
    county, weights = about.loaded.county, weights_of(about.problem)
    districts = [set(district) & weights.keys() for district in found.change.reference]
    outside = sorted(weights.keys() - set().union(*districts))
    if outside:
        yield msg(
            "In no district of “{reference}”: {towns}. Whoever of them comes into one counts as a change.",
            reference=found.reference.name,
            towns=names(county, outside),
        )
    if all(len(district) <= 1 for district in districts):
        yield msg(
            "In “{reference}” every municipality is on its own: wherever two come together, one of them changes.",
            reference=found.reference.name,
        )


def reshaped_texts_of(about: Subject, found: Changed, point: Point) -> Iterator[Message]:
    """What becomes of districts and teams at a point, in sentences."""
    identities, placed = found.reference.before.naming.identities, found.reference.placed
    teams = None if placed is None else placed.districts
    yield from reshaped_texts(reshaped_since(identities, teams, _layer(about, point), point.changes))


def _layer(about: Subject, point: Point) -> LayerPlan:
    return point.plan.layers[about.layer]


def _towns(about: Subject, point: Point) -> object:
    return names(about.loaded.county, point.changes.municipalities)


def _before(reference: Reference, ags: Ags) -> list[Identity]:
    named = zip(reference.before.naming.identities, reference.before.districts, strict=True)
    return [identity for identity, towns in named if ags in towns]


def _numbers(identities: Sequence[Identity]) -> object:
    return listing(number(identity.number) for identity in identities) if identities else NOTHING


def moves_text(about: Subject, found: Changed, point: Point) -> object:
    """Who changes at a point, each with the numbers of its districts before and then."""
    placed = _layer(about, point)
    texts = [
        msg(
            "{town} ({old} → {new})",
            town=about.loaded.county.name_of(ags),
            old=_numbers(_before(found.reference, ags)),
            new=_numbers([identity for identity, district in placed.numbered if ags in district.municipalities]),
        )
        for ags in point.changes.municipalities
    ]
    return listing(texts) if texts else msg("nobody")


def moves_table(about: Subject, found: Changed, point: Point) -> GridTable:
    """Who changes at a point, from which district to which, and where its team then has its desk."""
    county, placed = about.loaded.county, _layer(about, point)
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("Share of the key")),
        GridColumn(msg("District before"), figures=False),
        GridColumn(msg("District then"), figures=False),
        GridColumn(msg("Hub then"), figures=False),
    )
    rows = []
    for ags in point.changes.municipalities:
        now = [(identity, one) for identity, one in placed.numbered if ags in one.municipalities]
        before = _before(found.reference, ags)
        rows.append(
            row(
                [
                    county.name_of(ags),
                    percent(weights_of(about.problem)[ags]),
                    listing(map(identity_text, before)) if before else NOTHING,
                    listing(identity_text(identity) for identity, _ in now) if now else NOTHING,
                    listing(county.name_of(one.hub) for _, one in now) if now else NOTHING,
                ]
            )
        )
    title = msgs("Who changes: {count} municipality", "Who changes: {count} municipalities", point.count)
    return GridTable(title, columns, tuple(rows))


def teams_table(about: Subject, found: Changed, point: Point) -> GridTable | None:
    """The team of each district at a point, and that of the district before; ``None`` where those are not known."""
    county, placed, then = about.loaded.county, _layer(about, point), found.reference.placed
    if then is None:
        return None
    positions = {id(one): k for one, k in zip(placed.districts, point.changes.continued, strict=True)}
    columns = (
        GridColumn(msg("District"), figures=False),
        GridColumn(msg("Municipalities"), figures=False),
        GridColumn(msg("Employer before → then"), figures=False),
        GridColumn(msg("Hub before → then"), figures=False),
        GridColumn(msg("Posts (FTE) before → then"), figures=False),
    )

    def pair(before: District | None, now: District, shown: Callable[[District], object]) -> object:
        value = shown(now)
        if before is None:
            return value
        old = shown(before)
        return value if old == value else msg("{old} → {new}", old=old, new=value)

    rows = []
    for identity, now in placed.numbered:
        position = positions[id(now)]
        before = None if position is None else then.districts[position]
        name = identity_text(identity)
        rows.append(
            row(
                [
                    msg("{district} (new)", district=name) if before is None else name,
                    " + ".join(county.name_of(ags) for ags in now.municipalities),
                    pair(before, now, lambda one: county.employer(one.employer).name),
                    pair(before, now, lambda one: county.name_of(one.hub)),
                    pair(before, now, lambda one: wording.fte(one.fte)),
                ]
            )
        )
    return GridTable(msg("Teams before and then"), columns, tuple(rows))


def point_tables(about: Subject, found: Changed, point: Point) -> tuple[GridTable, ...]:
    """Who changes at a point, and the teams."""
    moves = moves_table(about, found, point) if point.count else None
    return tuple(table for table in (moves, teams_table(about, found, point)) if table is not None)


def _points_table(about: Subject, found: Changed, title: Message, points: Sequence[Point]) -> GridTable:
    rows = []
    for point in points:
        texts = list(reshaped_texts_of(about, found, point))
        rows.append(
            row(
                [
                    number(point.count),
                    percent(point.key),
                    percent(point.coverage),
                    *hours_cells(about, point.coverage),
                    number(point.hours, 1),
                    moves_text(about, found, point),
                    msg("{first} {second}", first=texts[0], second=texts[1])
                    if len(texts) > 1
                    else [*texts, NOTHING][0],
                ]
            )
        )
    columns = (
        GridColumn(msg("How many change")),
        GridColumn(msg("Share of the key")),
        GridColumn(msg("Lowest coverage")),
        *hours_columns(about),
        GridColumn(msg("Shortfall (h)")),
        GridColumn(msg("Who changes (district before → then)"), figures=False),
        GridColumn(msg("Districts and teams"), figures=False),
    )
    return GridTable(title, columns, tuple(rows), (_legend(about, found.reference),))


def _legend(about: Subject, reference: Reference) -> Message:
    """Which districts the numbers before are."""
    named = sorted(
        zip(reference.before.naming.identities, reference.before.districts, strict=True), key=lambda one: one[0].number
    )
    districts = [
        msg(
            "{district}: {towns}",
            district=identity_text(identity),
            towns=" + ".join(about.loaded.county.name_of(ags) for ags in sorted(towns)),
        )
        for identity, towns in named
    ]
    return msg("Districts of “{reference}” – {districts}", reference=reference.name, districts=listing(districts))
