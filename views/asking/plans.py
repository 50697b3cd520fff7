"""Plans on the page “Why this plan?”: one of several on the map, what it changes, and a way to work on with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import streamlit as st

from access.roles import Right
from maps.colours import MapFigure
from maps.screen import Mark
from optimizer.explore.situation import districts_of
from optimizer.plan import Plan, until
from optimizer.problem import Ags
from scenarios.handmade import begun
from scenarios.identity import identified_by
from scenarios.values import plain
from translation import Message, listing, msg
from views import address, person
from views.asking.asked import Asked
from views.form import desk as rules_desk
from views.form.state import State, state_of
from views.handmade.draft import PlanDesk, leave
from views.map_view import show_map
from views.parts.choices import chosen_town, click_town
from views.parts.map_choices import chosen_view
from views.parts.tables import judged
from views.speech import Speech
from wording.compared_tables import CHANGED
from wording.differences import MEASURES, difference, moved
from wording.explore.told import changes
from wording.grid import NOTHING

MAP_HEIGHT = 520
#: The figures of a plan beside its map.
_FIGURES = (
    "lowest coverage",
    "lowest hours per 1,000 people",
    "shortfall h per week",
    "on site h per week",
    "lost on the road h per week",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that the map can show: a plan up to the layer asked about, or a ``figure`` over the plan asked about.

    ``posts`` is the number of posts of the layer where it is another one than the scenario's.
    """

    label: object
    plan: Plan
    figure: MapFigure | None = None
    posts: Fraction | None = None


def show_plans(asked: Asked, shown: Sequence[Shown], label: Message, speech: Speech, *, first: int = 0) -> None:
    """A list of plans, the one chosen on the map, what it changes, and a button to work on with it."""
    position = chosen_shown(shown, label, speech, first=first)
    draw(asked, shown[position], speech)


def chosen_shown(shown: Sequence[Shown], label: Message, speech: Speech, *, first: int = 0) -> int:
    """The position of the plan that the address says, to be changed with the list."""
    positions = [str(position) for position in range(len(shown))]
    chosen = int(address.one_of(address.SHOWN, positions, str(first)))
    address.bind(address.SHOWN, chosen)
    st.selectbox(
        speech.markdown(label),
        range(len(shown)),
        key=address.SHOWN,
        format_func=lambda position: speech.plain(shown[position].label),
        on_change=partial(address.follow, address.SHOWN),
    )
    return chosen


def draw(asked: Asked, one: Shown, speech: Speech, *, selected: Ags | None = None, click: bool = True) -> None:
    """The map of a plan, and what it changes against the plan asked about."""
    if one.plan is not asked.about.until:
        one = replace(one, plan=identified_by(one.plan, asked.about.until))
    choices = chosen_view(speech, coloured=one.figure is not None)
    moves = moved(asked.about.until, one.plan, asked.about.layer)
    meaning = msg("In another district than in the plan asked about")
    view = choices.draw(
        asked.answer.loaded,
        one.plan,
        asked.about.layer,
        speech.language,
        marks={move.ags: Mark(CHANGED, meaning) for move in moves},
        selected=selected or chosen_town(one.plan.municipalities),
        own=one.figure,
    )
    spoken = speech.plain(msg("Map: {what}", what=one.label))
    clicked = show_map(view, key="map", height=MAP_HEIGHT, label=spoken)
    if click:
        click_town(clicked)
    if one.figure is None:
        _tell(asked, one, moves, speech)
        offer(asked, one, speech)


def _tell(asked: Asked, one: Shown, moves: Sequence[Any], speech: Speech) -> None:
    """What a plan changes, in a few words."""
    if _same(one.plan, asked.about.until):
        st.caption(speech.markdown(msg("This is the plan asked about.")))
        return
    county = asked.about.loaded.county
    texts = []
    if moves:
        towns = listing(county.name_of(move.ags) for move in moves)
        texts.append(speech.markdown(msg("{sign} In another district: {towns}.", sign=CHANGED, towns=towns)))
    new = changes(county, districts_of(asked.about.plan, asked.about.layer), districts_of(one.plan, asked.about.layer))
    if new != NOTHING:
        texts.append(speech.markdown(msg("New districts: {districts}.", districts=new)))
    else:
        texts.append(speech.markdown(msg("The districts are the same; teams, hubs or employers are others.")))
    for measure in MEASURES:
        apart = difference(measure, asked.about.until, one.plan) if measure.name.msgid in _FIGURES else None
        if apart is not None:
            value = speech.markdown(measure.shown(one.plan))
            texts.append(f"{speech.markdown(measure.name)}: **{value}** ({judged(apart, speech)})")
    st.markdown("\n".join(f"- {text}" for text in texts))


def offer(asked: Asked, one: Shown, speech: Speech) -> None:
    """Where to work on with the plan: “What if”, with other posts the page of rules."""
    if not person.may(Right.PLAN):
        return
    if one.posts is not None and one.posts != asked.about.problem.layers[asked.about.layer].total:
        label = msg("Open as a scenario with so many posts")
        if st.button(speech.markdown(label), key="explore open rules", icon=":material/tune:"):
            _open_rules(asked, one.posts)
            st.switch_page("views/rules.py")
    elif not _same(one.plan, asked.about.until):
        label = msg("Open in “What if”")
        if st.button(speech.markdown(label), key="explore open whatif", icon=":material/edit:"):
            open_whatif(asked, one.plan)
            st.switch_page("views/whatif.py")


def _same(plan: Plan, other: Plan) -> bool:
    """Whether two plans have the same districts, employers, posts and hubs; their hours may differ by rounding."""
    first, second = (
        [[(d.municipalities, d.employer, d.fte, d.hub) for d in layer.districts] for layer in one.layers]
        for one in (plan, other)
    )
    return first == second


def open_whatif(asked: Asked, plan: Plan) -> None:
    """Has “What if” begin with the plan of the scenario, changed to ``plan`` in one step that can be undone."""
    scenario = asked.answer.loaded.scenario
    fresh = begun(scenario, asked.about.plan)
    layer = begun(scenario, until(plan, asked.about.layer)).layers[asked.about.layer]
    leave()
    address.put(address.SCENARIO, asked.id)
    address.put(address.LAYER, str(asked.about.layer))
    PlanDesk(asked.id, scenario.source.digest, fresh).edit(lambda now: now.with_layer(asked.about.layer, layer))


def _open_rules(asked: Asked, posts: Fraction) -> None:
    layer = asked.about.layer

    def changed(state: State) -> State:
        layers = list(state["layers"])
        layers[layer] = {**layers[layer], "posts": {**layers[layer]["posts"], "total": plain(posts)}}
        return {**state, "layers": layers}

    rules_desk.open_scenario(asked.id)
    rules_desk.edit(state_of(asked.answer.loaded.scenario), changed)
