"""What stays when the rest is optimised: changes made by hand, each to be released; everything locked or unlocked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

import streamlit as st

from maps.colours import identity_text
from optimizer.problem import Ags
from scenarios.handmade import HandmadeDistrict, HandmadeLayer
from translation import Message, listing, msg, msgs
from views.handmade.layer import LayerEdit
from views.speech import Speech
from wording import sentences as wording


def show_kept(edit: LayerEdit, speech: Speech) -> None:
    """How many changes are kept, with a list to release them from, and what locks and unlocks everything."""
    layer = edit.layer
    count = layer.changes
    text = msgs("{count} change kept – release", "{count} changes kept – release", count)
    label = text if count else msg("No change is kept")
    box = st.popover(speech.markdown(label), key="what-if kept", disabled=not count, width="stretch")
    with box:
        for position, (said, towns, numbers) in enumerate(_changes(edit)):
            row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
            row.markdown(speech.markdown(said), width="content")
            row.button(
                speech.markdown(msg("Release")),
                key=f"what-if release {edit.position} {position}",
                type="tertiary",
                help=speech.markdown(msg("No longer kept when the rest is optimised: {change}", change=said)),
                on_click=partial(edit.change, partial(_loosened, towns=towns, numbers=numbers)),
            )
        st.button(
            speech.markdown(msg("Release all changes")),
            key="what-if release",
            on_click=partial(edit.change, HandmadeLayer.loosened),
        )
    hubs = {number: district.hub for number, district in edit.districts.items()}
    st.button(
        speech.markdown(msg("Lock all")),
        key="what-if lock",
        icon=":material/lock:",
        help=speech.markdown(msg("Lock all: pins every municipality to its district and every team")),
        on_click=partial(edit.change, partial(HandmadeLayer.locked, hubs=hubs)),
    )
    st.button(
        speech.markdown(msg("Unlock all")),
        key="what-if unlock",
        icon=":material/lock_open:",
        help=speech.markdown(msg("Unlock all: loosens every pin and releases every change; wishes stay")),
        disabled=not (count or layer.pinned or any(district.pinned for district in layer.districts)),
        on_click=partial(edit.change, HandmadeLayer.unlocked),
    )


def _loosened(layer: HandmadeLayer, towns: Collection[Ags], numbers: Collection[int]) -> HandmadeLayer:
    return layer.loosened(towns, numbers)


def _changes(edit: LayerEdit) -> Iterator[tuple[Message, tuple[Ags, ...], tuple[int, ...]]]:
    """Each change that is kept, with the municipality or the team that it is of."""
    for move in edit.layer.kept_moves:
        home = edit.layer.district_of(move.town)
        assert home is not None
        where = identity_text(home.identity)
        yield msg("{town} in district {number}", town=edit.towns[move.town], number=where), (move.town,), ()
    for district in edit.layer.filled:
        if district.changed:
            what = _team(edit, district)
            yield (
                msg("District {number}: {what}", number=identity_text(district.identity), what=what),
                (),
                (district.number,),
            )


def _team(edit: LayerEdit, district: HandmadeDistrict) -> Message:
    parts: list[object] = []
    if district.employer_before is not None:
        parts.append(wording.employer_name(district.employer, edit.loaded.county))
    if district.employer_before is not None or district.fte_before is not None:
        parts.append(msg("{posts} FTE", posts=wording.fte(district.fte)))
    if district.hub_chosen and district.hub is not None:
        parts.append(msg("Hub: {town}", town=edit.towns[district.hub]))
    return msg("{parts}", parts=listing(parts))
