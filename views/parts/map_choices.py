"""How a plan is drawn on a map: colour, drives, services, background. Chosen on the page, kept in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from maps.colours import MapFigure
from maps.screen import MapColour, Mark, OfflineMap, plan_map
from optimizer.plan import LayerPlan, Plan
from optimizer.problem import Ags
from scenarios.assemble import LoadedScenario
from translation import Language, Message, msg
from views import address
from views.speech import Speech

_NO_MARKS: Mapping[Ags, Mark] = {}


@dataclass(frozen=True, slots=True)
class MapChoices:
    """What ``maps.screen.plan_map`` is asked to draw."""

    colour: MapColour
    drives: bool
    services: bool
    tiles: bool

    def draw(
        self,
        loaded: LoadedScenario,
        plan: Plan,
        layer: int,
        language: Language,
        *,
        marks: Mapping[Ags, Mark] = _NO_MARKS,
        selected: Ags | None = None,
        own: MapFigure | None = None,
        beside: Sequence[Plan] = (),
        over: tuple[LayerPlan, Message] | None = None,
    ) -> OfflineMap:
        """The map of a layer as chosen, or coloured by a figure of the page's ``own``; ``beside`` and ``over`` are
        those of ``plan_map``.

        People per post are those of the scenario's key.
        """
        known = loaded.county.indicator_names
        return plan_map(
            loaded.county,
            plan,
            layer,
            language,
            colour=self.colour,
            drives=self.drives,
            services=self.services,
            tiles=self.tiles,
            marks=marks,
            selected=selected,
            indicator=next((name for name in loaded.scenario.key if name in known), None),
            own=own,
            beside=beside,
            over=over,
        )


def colour_name(colour: MapColour) -> Message:
    """What the fills of a map show."""
    return {
        MapColour.DISTRICT: msg("District"),
        MapColour.COVERAGE: msg("Coverage"),
        MapColour.PER_1000: msg("Hours per 1,000 people"),
        MapColour.HOURS: msg("Hours on site"),
        MapColour.KEY: msg("Need (key)"),
        MapColour.POSTS: msg("People per post"),
        MapColour.TRAVEL: msg("Drive from the hub"),
    }[colour]


def chosen_view(speech: Speech, *, coloured: bool = False) -> MapChoices:
    """The view that the address states, with the controls to change it, in one row.

    Where the map is ``coloured`` by a figure of the page's own, there is no colour to be chosen.
    """
    first = MapColour.DISTRICT
    colour = MapColour(address.one_of(address.COLOUR, list(MapColour), first))
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="map-choices", width="content")
    if not coloured:
        address.bind(address.COLOUR, colour)
        row.selectbox(
            speech.markdown(msg("The colour shows")),
            list(MapColour),
            key=address.COLOUR,
            format_func=lambda known: speech.plain(colour_name(known)),
            on_change=partial(address.follow, address.COLOUR),
            width=180,
        )
    drives = _switch(row, address.DRIVES, msg("Drives"), None, speech)
    services = _switch(row, address.SERVICES, msg("Existing advice"), None, speech)
    about = msg("basemap.de behind the county: needs the internet, and its operator learns which part is looked at.")
    tiles = _switch(row, address.TILES, msg("Background"), about, speech)
    return MapChoices(colour, drives, services, tiles)


def view_of_address() -> MapChoices:
    """The view that the address states, without the controls to change it."""
    colour = MapColour(address.one_of(address.COLOUR, list(MapColour), MapColour.DISTRICT))
    drives, services, tiles = map(address.flag, (address.DRIVES, address.SERVICES, address.TILES))
    return MapChoices(colour, drives, services, tiles)


def _switch(
    row: st.delta_generator.DeltaGenerator, name: str, label: Message, about: Message | None, speech: Speech
) -> bool:
    on = address.flag(name)
    address.bind(name, on)
    row.toggle(
        speech.markdown(label),
        key=name,
        help=None if about is None else speech.markdown(about),
        on_change=partial(address.follow, name),
    )
    return on
