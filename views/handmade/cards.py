"""The districts of a plan made by hand, each as a card with everything that can be changed; and wishes in pairs."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from itertools import chain

import streamlit as st

from files.typed import LONGEST_NAME
from maps.colours import PALETTE, by_number
from optimizer.problem import Ags
from scenarios.handmade import HandmadeDistrict, HandmadeLayer
from translation import Message, listing, msg, number
from views.handmade.layer import LayerEdit
from views.handmade.tools import take
from views.handmade.widgets import is_current, key_for, when_chosen
from views.speech import Speech
from wording import sentences as wording

#: Steps of posts that a list offers below and above the present size.
_STEPS = 40


def show_cards(edit: LayerEdit, speech: Speech) -> None:
    """A card for each district, and a button for a further one."""
    top = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    top.header(speech.markdown(msg("Districts")), anchor=False, width="content")
    top.button(
        speech.markdown(msg("New district")), key="what-if new", icon=":material/add:", on_click=partial(_add, edit)
    )
    st.markdown(speech.markdown(_placed(edit)))
    fills = by_number(edit.loaded.county, edit.evaluated, PALETTE)
    for district in edit.layer.districts:
        _show_card(edit, district, fills[district.number], speech)


def _placed(edit: LayerEdit) -> Message:
    placed, total = edit.evaluated.fte, edit.rules.total
    figures = {"placed": wording.fte(placed), "total": wording.fte(total)}
    if placed < total:
        return msg("{placed} of {total} FTE placed, {left} left over.", left=wording.fte(total - placed), **figures)
    if placed > total:
        return msg("{placed} of {total} FTE placed, {over} too many.", over=wording.fte(placed - total), **figures)
    return msg("{placed} of {total} FTE placed.", **figures)


def _add(edit: LayerEdit) -> None:
    """A further district, to be painted at once."""
    edit.change(edit.with_new)
    take(str(edit.desk.plan.layers[edit.position].districts[-1].number))


def _show_card(edit: LayerEdit, district: HandmadeDistrict, fill: str, speech: Speech) -> None:
    number = district.number
    key = f"what-if {edit.position} {number}"
    card = st.container(border=True, gap="xsmall")
    first = card.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    first.html(f'<span class="kim-card-number" style="background:{fill}">{number}</span>', width="content")
    _show_name(first, edit, district, key, speech)
    shown = list(district.municipalities)
    towns_key = key_for(f"{key} towns", shown)
    first.multiselect(
        speech.markdown(msg("Municipalities of district {number}", number=number)),
        list(edit.towns),
        default=shown,
        key=towns_key,
        format_func=edit.towns.__getitem__,
        placeholder=speech.plain(msg("Choose municipalities")),
        label_visibility="collapsed",
        on_change=when_chosen(towns_key, edit.towns, partial(_choose_towns, edit, number, shown)),
        select_all=False,
    )
    pin_key = key_for(f"{key} pin", district.pinned)
    first.toggle(
        speech.markdown(msg("Pin team")),
        value=district.pinned,
        key=pin_key,
        help=speech.markdown(
            msg(
                "Pinned, the team keeps posts, employer and hub when the rest is optimised. It stays with the pinned "
                "municipalities of district {number}, else at its hub or where the need is greatest.",
                number=number,
            )
        ),
        disabled=number not in edit.districts,
        on_change=when_chosen(pin_key, (True, False), partial(_pin_team, edit, number)),
    )
    second = card.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    _show_posts(second, edit, district, key, speech)
    _show_employer(second, edit, district, key, speech)
    _show_hub(second, edit, district, key, speech)
    second.button(
        speech.markdown(msg("Dissolve")),
        key=f"{key} dissolve",
        type="tertiary",
        icon=":material/delete:",
        help=speech.markdown(msg("Dissolves district {number}; its municipalities are then in none", number=number)),
        on_click=partial(edit.change, partial(HandmadeLayer.dissolved, number=number)),
    )
    card.caption(speech.markdown(_figures(edit, district)))


def _show_name(
    row: st.delta_generator.DeltaGenerator, edit: LayerEdit, district: HandmadeDistrict, key: str, speech: Speech
) -> None:
    name_key = key_for(f"{key} name", district.name or "")
    row.text_input(
        speech.markdown(msg("Name of district {number}", number=district.number)),
        value=district.name or "",
        key=name_key,
        max_chars=LONGEST_NAME,
        placeholder=speech.plain(msg("Name")),
        label_visibility="collapsed",
        on_change=partial(_name, edit, district.number, name_key),
        width=110,
    )


def _name(edit: LayerEdit, number: int, key: str) -> None:
    if is_current(key):
        edit.change(lambda layer: layer.named(number, st.session_state[key]))


def _figures(edit: LayerEdit, district: HandmadeDistrict) -> Message:
    """What the team does, and what of the district is pinned."""
    found = edit.districts.get(district.number)
    if found is None:
        return msg("No municipality yet: choose some in the list, or paint them on the map.")
    text = msg(
        "Hub {town} · {hours} on site · {road} on the road",
        town=edit.towns[found.hub],
        hours=number(found.on_site_hours, 1, "h"),
        road=number(found.total_travel_hours, 1, "h"),
    )
    pinned = [edit.towns[ags] for ags in district.municipalities if ags in edit.layer.pinned]
    return msg("{text} · pinned: {towns}", text=text, towns=listing(pinned)) if pinned else text


def _choose_towns(edit: LayerEdit, number: int, shown: list[Ags], chosen: list[Ags]) -> None:
    def change(layer: HandmadeLayer) -> HandmadeLayer:
        for ags in chosen:
            if ags not in shown:
                layer = layer.moved(ags, number)
        for ags in shown:
            if ags not in chosen:
                layer = layer.moved(ags, None)
        return layer

    edit.change(change)


def _pin_team(edit: LayerEdit, number: int, pinned: bool) -> None:
    edit.change(lambda layer: layer.team_pinned(number, edit.districts[number].hub if pinned else None))


def _show_posts(
    row: st.delta_generator.DeltaGenerator, edit: LayerEdit, district: HandmadeDistrict, key: str, speech: Speech
) -> None:
    number, step = district.number, edit.rules.step
    row.button(
        "−",
        key=f"{key} less",
        help=speech.markdown(msg("Fewer posts in district {number}", number=number)),
        disabled=district.pinned or district.fte <= step,
        on_click=partial(_step_posts, edit, number, -1),
    )
    sizes = _sizes(district.fte, step, edit.rules.total)
    sizes_key = key_for(f"{key} posts {speech.language}", district.fte)
    row.selectbox(
        speech.markdown(msg("Posts of district {number}", number=number)),
        sizes,
        index=sizes.index(district.fte),
        key=sizes_key,
        format_func=lambda fte: speech.plain(msg("{posts} FTE", posts=wording.fte(fte))),
        label_visibility="collapsed",
        disabled=district.pinned,
        on_change=when_chosen(sizes_key, sizes, lambda fte: edit.change(lambda layer: layer.sized(number, fte))),
        width=110,
    )
    row.button(
        "\\+",
        key=f"{key} more",
        help=speech.markdown(msg("More posts in district {number}", number=number)),
        disabled=district.pinned,
        on_click=partial(_step_posts, edit, number, 1),
    )


def _step_posts(edit: LayerEdit, number: int, by: int) -> None:
    """To the next multiple of the step, from what the team has at that moment."""
    step = edit.rules.step

    def change(layer: HandmadeLayer) -> HandmadeLayer:
        fte = layer.district(number).fte
        units = fte // step + 1 if by > 0 else -(-fte // step) - 1
        return layer.sized(number, units * step)

    edit.change(change)


def _sizes(fte: Fraction, step: Fraction, total: Fraction) -> list[Fraction]:
    """The team sizes that a list offers: multiples of the step up to all posts, near the present size."""
    now = int(fte // step)
    near = (step * units for units in range(max(1, now - _STEPS), now + _STEPS + 1))
    return sorted({fte, *(size for size in near if size <= total)})


def _show_employer(
    row: st.delta_generator.DeltaGenerator, edit: LayerEdit, district: HandmadeDistrict, key: str, speech: Speech
) -> None:
    number = district.number
    county = edit.loaded.county
    provided = [employer.id for employer in edit.rules.employers]

    def name(id: str) -> str:
        known = wording.employer_name(id, county)
        return speech.plain(known if id in provided else msg("{name} (not in the scenario)", name=known))

    employers = list(dict.fromkeys(chain(provided, (employer.id for employer in county.employers))))
    employers_key = key_for(f"{key} employer {speech.language}", district.employer)
    row.selectbox(
        speech.markdown(msg("Employer in district {number}", number=number)),
        employers,
        index=employers.index(district.employer),
        key=employers_key,
        format_func=name,
        label_visibility="collapsed",
        disabled=district.pinned,
        on_change=when_chosen(
            employers_key, employers, lambda id: edit.change(lambda layer: layer.employed(number, id))
        ),
    )


def _show_hub(
    row: st.delta_generator.DeltaGenerator, edit: LayerEdit, district: HandmadeDistrict, key: str, speech: Speech
) -> None:
    number = district.number
    stated = district.given.hub or ""
    hubs = list(dict.fromkeys(["", *sorted(district.municipalities, key=lambda ags: edit.towns[ags]), stated]))
    hub_key = key_for(f"{key} hub {speech.language}", stated)
    row.selectbox(
        speech.markdown(msg("Hub of district {number}", number=number)),
        hubs,
        index=hubs.index(stated),
        key=hub_key,
        format_func=lambda ags: speech.plain(
            msg("Hub: {town}", town=edit.towns[ags]) if ags else msg("Hub: the best place")
        ),
        label_visibility="collapsed",
        disabled=district.pinned or number not in edit.districts,
        on_change=when_chosen(hub_key, hubs, lambda hub: edit.change(lambda layer: layer.based(number, hub or None))),
    )


def show_wishes(edit: LayerEdit, speech: Speech) -> None:
    """Pairs of municipalities that are to be kept together or apart, and which are pinned."""
    layer = edit.layer
    wishes = [(pair, True) for pair in layer.together] + [(pair, False) for pair in layer.apart]
    with st.expander(speech.markdown(msg("Pinned municipalities, keep together, keep apart")), key="what-if wishes"):
        pinned = list(layer.pinned)
        pins_key = key_for(f"what-if {edit.position} pins", pinned)
        st.multiselect(
            speech.markdown(msg("Pinned to their district")),
            list(edit.towns),
            default=pinned,
            key=pins_key,
            format_func=edit.towns.__getitem__,
            placeholder=speech.plain(msg("Choose municipalities")),
            on_change=when_chosen(pins_key, edit.towns, partial(_choose_pins, edit, pinned)),
            select_all=False,
        )
        row = st.container(horizontal=True, vertical_alignment="bottom")
        names = [f"what-if {edit.position} pair {which}" for which in ("one", "other")]
        for label, key in zip((msg("Municipality"), msg("and municipality")), names, strict=True):
            row.selectbox(
                speech.markdown(label),
                list(edit.towns),
                index=None,
                key=key,
                format_func=edit.towns.__getitem__,
                placeholder=speech.plain(msg("Choose")),
                width=200,
            )
        for together, label in ((True, msg("Keep together")), (False, msg("Keep apart"))):
            row.button(
                speech.markdown(label),
                key=f"what-if {'together' if together else 'apart'}",
                disabled=None in [st.session_state.get(name) for name in names],
                on_click=partial(_wish, edit, names, together),
            )
        for pair, together in wishes:
            _show_wish(edit, pair, together, speech)


def _choose_pins(edit: LayerEdit, shown: list[Ags], chosen: list[Ags]) -> None:
    def change(layer: HandmadeLayer) -> HandmadeLayer:
        for ags in sorted(set(shown) ^ set(chosen)):
            layer = layer.with_pin(ags, ags in chosen)
        return layer

    edit.change(change)


def _wish(edit: LayerEdit, names: list[str], together: bool) -> None:
    one, other = (st.session_state[name] for name in names)
    edit.change(lambda layer: layer.kept(one, other, together=together))


def _show_wish(edit: LayerEdit, pair: tuple[Ags, Ags], together: bool, speech: Speech) -> None:
    names = {"one": edit.towns[pair[0]], "other": edit.towns[pair[1]]}
    text = msg("{one} and {other} together", **names) if together else msg("{one} and {other} apart", **names)
    row = st.container(horizontal=True, vertical_alignment="center")
    row.markdown(speech.markdown(text), width="content")
    row.button(
        speech.markdown(msg("Remove")),
        key=f"what-if {edit.position} {' '.join(pair)}",
        type="tertiary",
        icon=":material/close:",
        help=speech.markdown(msg("Forgets this wish")),
        on_click=partial(edit.change, partial(HandmadeLayer.released, one=pair[0], other=pair[1])),
    )
