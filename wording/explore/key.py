"""The key that a plan amounts to, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from exploring.query import Subject
from exploring.question import Question
from exploring.questions.key import ROUNDS, KeyOfPlan, whole_percents
from maps.colours import identity_text
from optimizer.plan import Plan, Supply
from optimizer.problem import Ags
from translation import Message, listing, msg, number, percent
from wording import sentences as wording
from wording.explore.told import Told
from wording.grid import NOTHING, GridColumn, GridTable, Weight, row

#: Municipalities that are named in the answer.
_MOST_NAMED = 3


def key_told(about: Subject, found: KeyOfPlan) -> Told:
    """The answer to “Which key does this plan amount to?”."""
    names = listing(wording.indicator_name(name) for name in found.indicators)
    proof = msg(
        "Proven by a linear program, to a millionth: by no other mixture of these indicators does the municipality "
        "with the least get more hours per unit of key: {indicators}. Teams keep their districts, posts and hubs and "
        "share their hours out by the key; advice for the whole county follows it, too; other advice and earlier "
        "layers stay as this key shares them out. Of several such keys it is the one closest to that of the scenario.",
        indicators=names,
    )
    if not all(one.implied.proven and one.settled for one in found.keys):
        proof = msg(
            "Not proven: existing advice is shared out by the key, too, and no key was found that stays the best under "
            "its own shares. Shown is the most even one found, in {rounds} rounds.",
            rounds=number(ROUNDS),
        )
    tables = (_keys_table(about, found), _towns_table(about, found))
    return Told(Question.KEY, tuple(_answer(about, found)), tables, proof)


def key_text(weights: Mapping[str, int]) -> object:
    """A key with its weights in whole per cent, the largest first."""
    ordered = sorted(weights.items(), key=lambda one: -one[1])
    return listing(
        msg("{share} {indicator}", share=percent(part / 100, 0), indicator=wording.indicator_name(name))
        for name, part in ordered
    )


def _called(weights: Mapping[str, int]) -> Message:
    if len(weights) == 1:
        return msg("the key “{indicator}”", indicator=wording.indicator_name(*weights))
    return msg("a key of {parts}", parts=key_text(weights))


def key_line(weights: Mapping[str, int]) -> str:
    """A key as it stands in the file of a scenario."""
    return "key: {" + ", ".join(f"{name}: {part}" for name, part in weights.items()) + "}"


def _answer(about: Subject, found: KeyOfPlan) -> Iterator[Message]:
    county, told = about.loaded.county, found.told
    own = percent(found.plan.evenness)
    if told.implied.level <= 0:
        town = county.name_of(found.plan.least_covered.ags)
        yield msg("{town} gets nothing by this plan: no key makes it even.", town=town)
        return
    if found.changes_little:
        yield msg(
            "Hardly any key fits this plan better than that of the scenario: by it the municipality with the least "
            "gets {own} of the average per unit of key, by the most even mixture of all indicators {most}.",
            own=own,
            most=percent(max(found.plan.evenness, *(one.plan.evenness for one in (found.simple, found.best)))),
        )
        return
    yield msg(
        "This plan amounts to {key}: by it the municipality with the least gets {share} of the average per "
        "unit of key, by the key of the scenario {own}.",
        key=_called(told.stated),
        share=percent(told.plan.evenness),
        own=own,
    )
    rising = _rising(found)
    if rising:
        each = [
            msg("{town} ({before} → {now})", town=county.name_of(ags), before=percent(before), now=percent(now))
            for ags, before, now in rising
        ]
        yield msg("Against the key of the scenario more of the need falls on {towns}.", towns=listing(each))
    for other in found.keys[1:]:
        share, key = percent(other.plan.evenness), key_text(other.stated)
        if other is found.best:
            yield msg("Of all indicators it would be {key}: {share} of the average.", key=key, share=share)
        else:
            yield msg(
                "Of the scenario's own indicators and a base alone it would be {key}: {share} of the average.",
                key=key,
                share=share,
            )


def _rising(found: KeyOfPlan) -> list[tuple[Ags, float, float]]:
    """The municipalities whose part of the need grows most by the key told first, with both parts."""
    before, now = found.plan.municipalities, found.told.plan.municipalities
    growing = [(ags, before[ags].key, now[ags].key) for ags in before if now[ags].key > before[ags].key + 5e-4]
    return sorted(growing, key=lambda one: one[1] - one[2])[:_MOST_NAMED]


def _keys_table(about: Subject, found: KeyOfPlan) -> GridTable:
    county = about.loaded.county

    def figures(plan: Plan) -> list[object]:
        return [percent(plan.evenness), county.name_of(plan.least_covered.ags)]

    columns = (
        GridColumn(msg("Key"), figures=False),
        GridColumn(msg("Least, of the average: proven")),
        GridColumn(msg("Least, of the average: in whole per cent")),
        GridColumn(msg("Least served"), figures=False),
    )
    own = msg("of the scenario: {key}", key=key_text(whole_percents(found.own)))
    rows = [row([own, NOTHING, *figures(found.plan)])]
    for position, one in enumerate(found.keys):
        weight = Weight.PLAIN if position else Weight.STRONG
        rows.append(row([key_text(one.stated), percent(one.implied.plan.evenness), *figures(one.plan)], weight))
    notes = (
        msg("Average: hours per unit of key of all municipalities together. Proven with exact weights."),
        msg("In the file of a scenario: {line}", line=key_line(found.told.stated)),
    )
    return GridTable(msg("Keys by which this plan is most even"), columns, tuple(rows), notes)


def _towns_table(about: Subject, found: KeyOfPlan) -> GridTable:
    county, layer = about.loaded.county, found.plan.layers[about.layer]
    now, then = found.plan.municipalities, found.told.plan.municipalities
    district = {ags: identity_text(one) for one, of in layer.numbered for ags in of.municipalities}
    columns = (
        GridColumn(msg("Municipality"), figures=False),
        GridColumn(msg("District"), figures=False),
        GridColumn(msg("Need by the key of the scenario")),
        GridColumn(msg("Need by the key found")),
        GridColumn(msg("Hours by the key of the scenario")),
        GridColumn(msg("Hours by the key found")),
        GridColumn(msg("Coverage by the key of the scenario")),
        GridColumn(msg("Coverage by the key found")),
    )

    def coverage(supply: Supply) -> object:
        return NOTHING if supply.coverage is None else percent(supply.coverage)

    rows = [
        row(
            [
                county.name_of(ags),
                district.get(ags, NOTHING),
                percent(now[ags].key),
                percent(then[ags].key),
                number(now[ags].existing_hours + now[ags].hours, 1),
                number(then[ags].existing_hours + then[ags].hours, 1),
                coverage(now[ags]),
                coverage(then[ags]),
            ]
        )
        for ags in now
    ]
    notes = (msg("Hours: existing advice and hours on site per week. What a plan settles are the hours of each team."),)
    return GridTable(msg("What each municipality gets by which key"), columns, tuple(rows), notes)


def shares(about: Subject, found: KeyOfPlan) -> tuple[tuple[object, float, float, float], ...]:
    """What each district of the plan is called, its share of all hours, and its need by the scenario's key and the one
    found; municipalities in none stand for themselves."""
    layer, county = found.plan.layers[about.layer], about.loaded.county
    now, then = found.plan.municipalities, found.told.plan.municipalities
    hours = {ags: supply.existing_hours + supply.hours for ags, supply in then.items()}
    total = math.fsum(hours.values()) or 1.0
    led = {ags for one in layer.districts for ags in one.municipalities}
    groups: list[tuple[object, Sequence[Ags]]] = [
        (
            msg("{number}: {towns}", number=identity_text(one), towns=wording.town_names(of.municipalities, county)),
            of.municipalities,
        )
        for one, of in layer.numbered
    ]
    groups += [(county.name_of(ags), (ags,)) for ags in now if ags not in led]
    return tuple(
        (
            name,
            math.fsum(hours[ags] for ags in towns) / total,
            math.fsum(now[ags].key for ags in towns),
            math.fsum(then[ags].key for ags in towns),
        )
        for name, towns in groups
    )
