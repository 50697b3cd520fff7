"""Which scenarios are compared, and which layer of them is on the maps: chosen on the page, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from files.typed import instead, shown
from scenarios.library import Entry
from translation import Message, listing, msg
from views import address
from views.parts.choices import entry_name
from views.parts.removed import told_removed
from views.speech import Speech
from wording.compared_tables import ComparedPlan

FEWEST, MOST = 2, 4
#: What a click opens, as far as the scenarios are there.
PRESETS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (msg("Three models"), ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen")),
    (msg("2023 and freely placed"), ("kommunen-2023", "kommunen-frei", "ausbau-12-stellen")),
    (msg("4, 6 or 12 posts"), ("abruf-4-stellen", "modell-1-zentral", "ausbau-12-stellen")),
)


def offer_presets(entries: Mapping[str, Entry], speech: Speech) -> None:
    """A button for each comparison of which two scenarios at least are there."""
    known = tuple(_known(entries))
    for position, (label, ids) in enumerate(PRESETS):
        there = tuple(id for id in ids if id in entries)
        if len(there) >= FEWEST:
            st.button(
                speech.markdown(label),
                key=f"preset {position}",
                on_click=partial(_put, there),
                type="primary" if known == there else "secondary",
            )


def chosen_scenarios(entries: Mapping[str, Entry], speech: Speech) -> list[Entry]:
    """The scenarios of the address, to be changed by a list; each has its number in the comparison there."""
    known = _known(entries)
    numbers = {id: position for position, id in enumerate(known[:MOST], start=1)}

    def name(id: str) -> str:
        own = entry_name(entries[id], speech)
        return speech.plain(msg("({number}) {name}", number=numbers[id], name=own)) if id in numbers else own

    address.bind(address.COMPARED, known)
    st.multiselect(
        speech.markdown(msg("Scenarios, two to four; the others are compared with the first")),
        list(entries),
        key=address.COMPARED,
        format_func=name,
        placeholder=speech.plain(msg("Choose scenarios")),
        on_change=_follow,
        label_visibility="collapsed",
        wrap=True,
    )
    return [entries[id] for id in known[:MOST]]


def show_left_out(entries: Mapping[str, Entry], speech: Speech) -> None:
    """What the address names and is not there, and what is too much for the page."""
    known = _known(entries)
    for id in _named(entries):
        if id not in entries:
            unknown = msg("There is no scenario “{name}”: {allowed}.", name=shown(id), allowed=instead(id, entries))
            st.warning(speech.markdown(told_removed(id) or unknown))
    if len(known) > MOST:
        left = listing(entries[id].name for id in known[MOST:])
        st.warning(speech.markdown(msg("Four scenarios fit side by side. Not shown: {names}", names=left)))


def _named(entries: Mapping[str, Entry]) -> list[str]:
    given = address.value(address.COMPARED)
    if given is None:
        return [id for id in PRESETS[0][1] if id in entries] or list(entries)[:MOST]
    return address.split(given)


def _known(entries: Mapping[str, Entry]) -> list[str]:
    return [id for id in _named(entries) if id in entries]


def _follow() -> None:
    _put(st.session_state[address.COMPARED])


def _put(ids: Sequence[str]) -> None:
    # An empty choice stays one: without it the address would open the first scenarios again.
    address.put(address.COMPARED, address.joined(ids))


def chosen_layer(plans: Sequence[ComparedPlan], speech: Speech) -> int:
    """The position of the layer on the maps, to be changed where any of the plans has several."""
    most = max((len(one.plan.layers) for one in plans), default=1)
    if most == 1:
        return 0
    layers = [str(layer) for layer in range(most)]
    chosen = int(address.one_of(address.LAYER, layers, "0"))
    address.bind(address.LAYER, chosen)
    st.segmented_control(
        speech.markdown(msg("Layer on the maps; scenarios with fewer layers show their last one")),
        list(range(most)),
        key=address.LAYER,
        format_func=lambda layer: speech.markdown(_layer_name(plans, layer)),
        required=True,
        on_change=partial(address.follow, address.LAYER),
        label_visibility="collapsed",
    )
    return chosen


def _layer_name(plans: Sequence[ComparedPlan], layer: int) -> Message:
    layers = [one.plan.layers for one in plans if len(one.plan.layers) > max(1, layer)]
    names = dict.fromkeys(some[layer].layer.name for some in layers)
    return msg("Layer {number}: {names}", number=layer + 1, names=listing(names))


def borders_over(speech: Speech) -> bool:
    """Whether the borders of the first plan are drawn over the maps of the others; one click changes it."""
    address.bind(address.BORDERS, address.flag(address.BORDERS))
    return st.toggle(
        speech.markdown(msg("Borders of (1) over the others")),
        key=address.BORDERS,
        on_change=partial(address.follow, address.BORDERS),
    )
