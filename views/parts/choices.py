"""What is chosen in the same way on several pages, and stands in the address: scenario, layer, municipality."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

import streamlit as st

from optimizer.plan import Plan
from optimizer.problem import Ags
from scenarios.library import Entry
from serving import answers
from translation import Message, msg
from views import address
from views.parts.removed import show_removed
from views.speech import Speech


def chosen_entry(speech: Speech, label: Message | None = None, *, titled: bool = False) -> Entry | None:
    """The scenario of the address, to be changed with the list; ``None`` where there is none, or it was removed.

    ``titled``: the list is the title of the page, without a label that is seen.
    """
    known = {entry.id: entry for entry in answers.entries()}
    if not known:
        st.error(speech.markdown(msg("There is no scenario file.")))
        return None
    removed = show_removed(speech)
    id, wrong = (None, None) if removed else address.scenario(list(known))
    address.bind(address.SCENARIO, id)
    st.selectbox(
        speech.markdown(label or msg("Scenario")),
        list(known),
        key=address.SCENARIO,
        format_func=lambda id: entry_name(known[id], speech),
        on_change=partial(address.follow, address.SCENARIO),
        label_visibility="collapsed" if titled else "visible",
        placeholder=speech.plain(msg("Choose a scenario")),
    )
    if wrong is not None:
        st.warning(speech.markdown(wrong))
    return None if id is None else known[id]


def entry_name(entry: Entry, speech: Speech) -> str:
    """A scenario in a list; a saved one is called that."""
    if entry.shipped:
        return entry.name
    return speech.plain(msg("{name} (saved here)", name=entry.name))


def layer_shown(plan: Plan) -> int:
    """The layer of the address; the first one where it names none of the plan's."""
    return int(address.one_of(address.LAYER, [str(layer) for layer in range(len(plan.layers))], "0"))


def chosen_layer(plan: Plan, speech: Speech, *, labelled: bool = True) -> int:
    """The layer of the address, to be changed where there are several; the label may be for screen readers alone."""
    layers = list(range(len(plan.layers)))
    if len(layers) == 1:
        return 0
    chosen = layer_shown(plan)
    address.bind(address.LAYER, chosen)
    st.segmented_control(
        speech.markdown(msg("Layer on the map and in the tables")),
        layers,
        key=address.LAYER,
        format_func=lambda layer: speech.markdown(plan.layers[layer].layer.name),
        required=True,
        on_change=partial(address.follow, address.LAYER),
        label_visibility="visible" if labelled else "collapsed",
    )
    return chosen


def chosen_town(towns: Collection[Ags]) -> Ags | None:
    """The municipality of the address, where it is one of ``towns``."""
    given = address.value(address.TOWN)
    return given if given in towns else None


def choose_town(
    towns: Mapping[Ags, str], speech: Speech, *, label: Message, nothing: Message, labelled: bool = True
) -> Ags | None:
    """The municipality of the address, to be changed with a list; ``nothing`` is the choice of none.

    Not ``labelled``, the label is for screen readers alone.
    """
    chosen = chosen_town(towns)
    address.bind(address.TOWN, chosen or "")
    st.selectbox(
        speech.markdown(label),
        ["", *towns],
        key=address.TOWN,
        format_func=lambda ags: towns[ags] if ags else speech.plain(nothing),
        on_change=_follow_town,
        label_visibility="visible" if labelled else "collapsed",
    )
    return chosen


def click_town(clicked: Ags | None) -> None:
    """Opens the municipality that was clicked, or closes it where it was open; then the page is drawn anew."""
    if clicked is not None:
        open_town(clicked)
        st.rerun()


def open_town(ags: Ags) -> None:
    """Opens the municipality, or closes it where it was open, before the page is drawn anew."""
    address.put(address.TOWN, None if ags == address.value(address.TOWN) else ags)


def _follow_town() -> None:
    address.put(address.TOWN, st.session_state[address.TOWN] or None)
