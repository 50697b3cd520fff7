"""How many have to change for how much, from districts that are chosen: on the map, as a chart and a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import streamlit as st

from exploring.questions.change import Changed, ChangeQuery, Reference, own_reference, reference_of
from exploring.unanswered import Unanswered
from files.faults import InputError
from maps.screen import Mark
from optimizer.plan import Plan
from optimizer.way.change import Point
from scenarios.assemble import LoadedScenario
from scenarios.library import Entry
from serving import answers
from translation import msg, msgs, number
from views.asking.asked import Asked, ask, handmade_of
from views.asking.plans import MAP_HEIGHT, Shown, chosen_shown, offer
from views.asking.questions import show_chart, tell
from views.map_view import show_map
from views.parts import plans
from views.parts.choices import entry_name
from views.parts.map_choices import chosen_view
from views.parts.tables import show_grid
from views.speech import Speech
from wording.compared_tables import CHANGED
from wording.explore.change import asked_changes, change_told, point_tables, reshaped_texts_of
from wording.explore.change_chart import change_chart
from wording.yardstick import beside

_REFERENCE, _HOURS = "explore reference", "explore change hours"


@dataclass(frozen=True)
class _Choice:
    """Districts that can be chosen as those from which to change: a key, what they are called, and how to find them.

    Found are the reference and a digest of all that it depends on; ``None`` where there is none. ``given``: they are
    stated in a scenario, as those of today are, and not found by it.
    """

    key: str
    label: object
    find: Callable[[], tuple[Reference, str] | None]
    given: bool = False


def show_change(asked: Asked, speech: Speech) -> None:
    """What each further change of district brings."""
    reference = _chosen_reference(asked, speech)
    if reference is None:
        return
    found = ask(asked, ChangeQuery(reference[0]), speech, details=reference[1])
    if found is None:
        return
    told = change_told(asked.about, found)
    tell(told, speech)
    labels = {False: msg("lowest coverage"), True: msg("hours missing")}
    hours = st.segmented_control(
        speech.markdown(msg("Changes against")),
        [False, True],
        key=_HOURS,
        default=not found.change.by_coverage,
        required=True,
        format_func=lambda on: speech.markdown(labels[on]),
    )
    picture, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with picture:
        about = msg("Line: what is to be had with how many changes; the table has the figures")
        own = asked.about.until
        mine = len(asked_changes(asked.about, found).municipalities), own.reached, own.shortfall_hours
        show_chart(change_chart(found, mine, own.problem, speech.plain, hours=bool(hours)), about, speech)
    with where:
        point = _chosen_point(asked, found, bool(hours), speech)
        _draw(asked, found, point, speech)
    for table in point_tables(asked.about, found, point):
        show_grid(table, speech)
    show_grid(told.tables[1 if hours else 0], speech)


def _chosen_point(asked: Asked, found: Changed, hours: bool, speech: Speech) -> Point:
    points = found.change.shortfall if hours else found.change.coverage
    shown = [
        Shown(
            msgs(
                "{count} change: {coverage}, {hours} missing",
                "{count} changes: {coverage}, {hours} missing",
                point.count,
                coverage=beside(asked.about.problem, point.coverage),
                hours=number(point.hours, 1, "h"),
            ),
            point.plan,
        )
        for point in points
    ]
    best = found.change.recommended
    first = points.index(best) if best in points else len(points) - 1
    return points[chosen_shown(shown, msg("Point on the map"), speech, first=first)]


def _draw(asked: Asked, found: Changed, point: Point, speech: Speech) -> None:
    """The map of a point in the colours of the reference, whose borders are drawn over it."""
    before = found.reference.placed
    borders = None if before is None else (before, msg("borders of {scenario}", scenario=found.reference.name))
    meaning = msg("In another district than before")
    view = chosen_view(speech, coloured=False).draw(
        asked.answer.loaded,
        point.plan,
        asked.about.layer,
        speech.language,
        marks={ags: Mark(CHANGED, meaning, hatched=True) for ags in point.changes.municipalities},
        over=borders,
    )
    label = msgs("Plan with {count} change", "Plan with {count} changes", point.count)
    show_map(view, key="map", height=MAP_HEIGHT, label=speech.plain(msg("Map: {what}", what=label)))
    st.markdown(speech.bullets(list(reshaped_texts_of(asked.about, found, point))))
    offer(asked, Shown(label, point.plan), speech)


def _chosen_reference(asked: Asked, speech: Speech) -> tuple[Reference, str] | None:
    """The districts chosen in the list, with a digest; ``None`` where there are none, which is said."""
    choices = {choice.key: choice for choice in _choices(asked, speech)}
    if not choices:
        st.warning(speech.markdown(Unanswered.NO_REFERENCE.text))
        return None
    chosen = st.selectbox(
        speech.markdown(msg("Change from the districts of")),
        list(choices),
        key=f"{_REFERENCE} {asked.id} {asked.about.layer}",
        format_func=lambda key: speech.plain(choices[key].label),
    )
    try:
        found = choices[chosen].find()
    except plans.NoAnswer as failed:
        st.warning(speech.markdown(failed.message))
        return None
    if found is None:
        st.warning(speech.markdown(msg("This scenario has no plan, and so no districts to change from.")))
    return found


def _choices(asked: Asked, speech: Speech) -> list[_Choice]:
    """All districts that can be chosen: the scenario's own reference first, then what is given, then what is best."""
    found: list[_Choice] = []
    own = own_reference(asked.about)
    if own is not None:
        given = asked.about.plan.layers[asked.about.layer].given
        label = msg("the districts given here") if given else msg("the reference plan: {name}", name=own.name)
        found.append(_Choice("own", label, lambda: (own, "own")))
    by_hand = handmade_of(asked)
    if by_hand is not None:
        name, plan, stamp = by_hand
        reference = reference_of(speech.plain(name), plan, asked.about.layer)
        if reference is not None:
            found.append(_Choice("by hand", name, lambda: (reference, f"{stamp} {speech.language}")))
    others = [choice for entry in answers.entries() for choice in _of_scenario(asked, entry, speech)]
    return [*found, *sorted(others, key=lambda choice: not choice.given)]


def _of_scenario(asked: Asked, entry: Entry, speech: Speech) -> Iterator[_Choice]:
    """The layers of a scenario for the same county, but not the one that is asked about."""
    if entry.scenario is None:
        return
    scenario = entry.scenario
    try:
        loaded = plans.posed(scenario, entry.path, speech)
    except (plans.NoAnswer, InputError):
        return  # said where it is opened
    if loaded.county.ags != asked.about.loaded.county.ags:
        return
    for layer, rules in enumerate(loaded.problem.layers):
        if entry.id == asked.id and layer == asked.about.layer:
            continue
        name = entry_name(entry, speech)
        label = (
            name
            if len(loaded.problem.layers) == 1
            else speech.plain(msg("{name} – {layer}", name=name, layer=rules.name))
        )
        yield _Choice(f"{entry.id} {layer}", label, _finder(entry, loaded, layer, speech), rules.evaluated_only)


def _finder(
    entry: Entry, loaded: LoadedScenario, layer: int, speech: Speech
) -> Callable[[], tuple[Reference, str] | None]:
    """How the districts of a layer of a scenario are found: its plan is looked for only where it is chosen."""

    def find() -> tuple[Reference, str] | None:
        answer = plans.answer(loaded.scenario, entry.path, speech)
        plan: Plan | None = answer.solution.plan
        reference = None if plan is None else reference_of(entry.name, plan, layer)
        return None if reference is None else (reference, f"{answer.digest} {layer}")

    return find
