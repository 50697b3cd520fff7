"""The page “Comparison – which of these?”: two to four scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote, unquote

import streamlit as st

from files.typed import instead, shown
from maps.screen import MapColour, Mark
from optimizer.plan import LayerPlan, alike
from optimizer.solve import Status
from scenarios.library import Entry
from serving import answers
from translation import Message, listing, msg, msgs, percent
from views import address
from views.comparing.chart import coverage_chart
from views.comparing.tables import (
    CHANGED,
    Compared,
    Planned,
    by_county,
    coverage_table,
    districts_table,
    figures_table,
    planned,
    town_table,
    towns_of,
)
from views.map_view import show_map
from views.papers_button import offer_papers
from views.parts import parts
from views.parts.map_choices import MapChoices, chosen_view
from views.parts.tables import show_text_table
from views.speech import Speech
from wording import sentences as wording
from wording.differences import Moved, moved_key

FEWEST, MOST = 2, 4
#: What a click opens.
PRESETS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (
        msg("The three models of the council paper"),
        ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen"),
    ),
    (
        msg("The plan of 2023 and the best plan with as many posts"),
        ("kommunen-2023", "ausbau-12-stellen"),
    ),
    (
        msg("Four, six or twelve posts"),
        ("abruf-4-stellen", "modell-1-zentral", "ausbau-12-stellen"),
    ),
)
_WIDE = {2: 560, 3: 460, 4: 460}
_MOST_SHOWN = 5


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(parts.PLANS_STYLE)
    # What is said of the answers stands above the choice of the scenarios.
    head = st.container(horizontal=True, vertical_alignment="bottom")
    head.title(speech.markdown(msg("Comparison – which of these?")), anchor=False)
    entries = {entry.id: entry for entry in answers.entries()}
    if not entries:
        st.error(speech.markdown(msg("There is no scenario file.")))
        return
    chosen = _chosen(entries, speech)
    if len(chosen) < FEWEST:
        st.info(speech.markdown(msg("Choose two scenarios at least.")))
        return
    # The controls stand above the maps, but which layers there are is known only with the plans.
    controls, maps = st.container(), st.container(key="compared-maps")
    places = _places(maps, len(chosen))
    compared = []
    for number, (entry, place) in enumerate(zip(chosen, places, strict=True), 1):
        with place:
            one = Compared(number, entry, None)
            st.header(speech.markdown(one.title), anchor=False)
            compared.append(Compared(number, entry, parts.answer_of(entry, speech)))
    with controls.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        choices = chosen_view(speech)
        layer = _chosen_layer(compared, speech)
    with head:
        offer_papers([one.answer for one in compared if one.answer is not None], speech)
    plans = planned(compared, layer)
    by_number = {one.number: one for one in plans}
    for one, place in zip(compared, places, strict=True):
        with place:
            if one.number in by_number:
                _show_map(by_number[one.number], plans, choices, len(chosen), speech)
            elif one.answer is not None:
                parts.show_conflicts(one.answer, speech)
    _show_town(plans, speech)
    _show_figures(compared, plans, layer, choices, speech)
    for county, same in by_county(plans):
        several = len({one.county.ags for one in plans}) > 1
        _show_coverage(same, county.name if several else None, speech)
        if len(same) >= FEWEST:
            _show_districts(same, county.name if several else None, speech)
    _show_descriptions(compared, speech)


# -- the choice -------------------------------------------------------------------------------------------------------


def _chosen(entries: dict[str, Entry], speech: Speech) -> list[Entry]:
    """The scenarios of the address, to be changed by list and by one click."""
    given = address.value(address.COMPARED)
    first = [id for id in PRESETS[0][1] if id in entries] or list(entries)[:MOST]
    named = first if given is None else list(dict.fromkeys(unquote(part) for part in given.split(",") if part))
    known = [id for id in named if id in entries]
    presets = [(label, ids) for label, ids in PRESETS if all(id in entries for id in ids)]
    with st.container(horizontal=True, gap="small", key="presets"):
        for position, (label, ids) in enumerate(presets):
            st.button(
                speech.markdown(label),
                key=f"preset {position}",
                on_click=partial(_put, ids),
                type="primary" if tuple(known) == ids else "secondary",
            )
    address.bind(address.COMPARED, known)
    st.multiselect(
        speech.markdown(msg("Scenarios, two to four; the others are compared with the first")),
        list(entries),
        key=address.COMPARED,
        format_func=lambda id: parts.entry_name(entries[id], speech),
        placeholder=speech.plain(msg("Choose scenarios")),
        on_change=_follow,
    )
    for id in named:
        if id not in entries:
            wrong = msg("There is no scenario “{name}”: {allowed}.", name=shown(id), allowed=instead(id, entries))
            st.warning(speech.markdown(wrong))
    if len(known) > MOST:
        left = listing(entries[id].name for id in known[MOST:])
        st.warning(speech.markdown(msg("Four scenarios fit side by side. Not shown: {names}", names=left)))
    return [entries[id] for id in known[:MOST]]


def _follow() -> None:
    _put(st.session_state[address.COMPARED])


def _put(ids: Sequence[str]) -> None:
    # An empty choice stays one: without it the address would open the first scenarios again.
    address.put(address.COMPARED, ",".join(quote(id, safe="/") for id in ids))


def _chosen_layer(compared: Sequence[Compared], speech: Speech) -> int:
    """The position of the layer on the maps, where any of the plans has several."""
    most = max((len(one.plan.layers) for one in compared if one.plan is not None), default=1)
    if most == 1:
        return 0
    layers = [str(layer) for layer in range(most)]
    chosen = int(address.one_of(address.LAYER, layers, "0"))
    address.bind(address.LAYER, chosen)
    st.segmented_control(
        speech.markdown(msg("Layer on the maps; scenarios with fewer layers show their last one")),
        list(range(most)),
        key=address.LAYER,
        format_func=lambda layer: speech.markdown(_layer_name(compared, layer)),
        required=True,
        on_change=partial(address.follow, address.LAYER),
    )
    return chosen


def _layer_name(compared: Sequence[Compared], layer: int) -> Message:
    plans = [one.plan for one in compared if one.plan is not None]
    names = dict.fromkeys(plan.layers[layer].layer.name for plan in plans if len(plan.layers) > max(1, layer))
    return msg("{number}: {names}", number=layer + 1, names=listing(names))


# -- the maps ---------------------------------------------------------------------------------------------------------


def _places(area: st.delta_generator.DeltaGenerator, count: int) -> list[st.delta_generator.DeltaGenerator]:
    """A place for each map: side by side, four of them two by two."""
    in_a_row = count if count < MOST else 2
    found: list[st.delta_generator.DeltaGenerator] = []
    while len(found) < count:
        found.extend(area.columns(in_a_row, gap="medium"))
    return found


def _show_map(one: Planned, plans: Sequence[Planned], choices: MapChoices, count: int, speech: Speech) -> None:
    base = plans[0]
    status = wording.status_text(_status(one.shown))
    layer = msg("{layer} · {status}", layer=wording.layer_title(one.shown), status=status)
    st.caption(speech.markdown(layer))
    comparable = one is not base and one.county.ags == base.county.ags
    moves = one.moved_from(base) if comparable else ()
    meaning = msg("Changes district against {scenario}", scenario=base.compared.short)
    view = choices.draw(
        one.answer.loaded,
        one.plan,
        one.position,
        speech.language,
        marks={move.ags: Mark(CHANGED, meaning) for move in moves},
        selected=parts.chosen_town(one.plan.municipalities),
    )
    clicked = show_map(
        view,
        key=f"map {one.number}",
        height=_WIDE[count],
        label=speech.plain(msg("Map of {scenario}", scenario=one.compared.title)),
        group="compared",
    )
    parts.click_town(clicked)
    if one is base:
        text = msg("The others are compared with this one.")
    elif not comparable:
        text = msg("Another county than {scenario}: not compared with it.", scenario=base.compared.short)
    else:
        text = _moves_text(one, base, moves)
    st.markdown(speech.markdown(text))


def _status(layer: LayerPlan) -> Status:
    if layer.given:
        return Status.GIVEN
    return Status.OPTIMAL if layer.proven else Status.FEASIBLE


def _moves_text(one: Planned, base: Planned, moves: Sequence[Moved]) -> Message:
    if not moves:
        if len(one.shown.districts) > len(base.shown.districts):
            return msg("The districts of {scenario} are only divided further.", scenario=base.compared.short)
        return msg("No municipality changes district against {scenario}.", scenario=base.compared.short)
    names = towns_of([one, base])
    some = listing(names[move.ags] for move in moves[:_MOST_SHOWN])
    left = len(moves) - _MOST_SHOWN
    return msgs(
        "{sign} {count} municipality changes district against {scenario}: {names} ({weight} of the need).",
        "{sign} {count} municipalities change district against {scenario}: {names} ({weight} of the need).",
        len(moves),
        sign=CHANGED,
        scenario=base.compared.short,
        names=msg("{names} and {count} more", names=some, count=left) if left > 0 else some,
        weight=percent(moved_key(one.plan, moves)),
    )


# -- below the maps ---------------------------------------------------------------------------------------------------


def _show_town(plans: Sequence[Planned], speech: Speech) -> None:
    """One municipality in all plans, chosen on a map or from a list."""
    if not plans:
        return
    towns = towns_of(plans)
    chosen = parts.choose_town(
        towns,
        speech,
        label=msg("One municipality in all plans: click on it on a map or choose it here"),
        nothing=msg("none"),
    )
    if chosen is not None:
        show_text_table(
            town_table(plans, chosen, speech), msg("{town} in each of the plans", town=towns[chosen]), speech
        )


def _show_figures(
    compared: Sequence[Compared], plans: Sequence[Planned], layer: int, choices: MapChoices, speech: Speech
) -> None:
    st.header(speech.markdown(msg("Figures")), anchor=False)
    show_text_table(figures_table(compared, layer, speech), msg("Figures of the scenarios, with differences"), speech)
    for remark in _remarks(plans, choices):
        st.caption(speech.markdown(remark))


def _remarks(plans: Sequence[Planned], choices: MapChoices) -> list[Message]:
    """What a reader has to know to read the figures rightly."""
    if not plans:
        return []
    base = plans[0]
    same = [one for one in plans if one.county.ags == base.county.ags]
    remarks = [
        msg("Differences are those to {scenario}; of shares in percentage points.", scenario=base.compared.short)
    ]
    others = [one.compared.short for one in same if not alike(base.plan, one.plan)]
    if others:
        remarks.append(
            msg(
                "{scenarios}: other posts, key or existing advice than {first}, so that fair supply is another one. "
                "Coverage and shortfall are relative to it; only the hours on site are judged.",
                scenarios=listing(others),
                first=base.compared.short,
            )
        )
        if choices.colour in (MapColour.HOURS, MapColour.POSTS):
            remarks.append(msg("The classes of the colours follow the number of posts: each map has its own legend."))
    return remarks


def _show_coverage(plans: Sequence[Planned], county: str | None, speech: Speech) -> None:
    st.header(speech.markdown(_titled(msg("Coverage by municipality"), county)), anchor=False)
    left, right = st.columns([5, 4] if len(plans) < MOST else 2, gap="medium")
    with left:
        st.altair_chart(
            coverage_chart(plans, speech),
            theme=None,
            alt=speech.plain(msg("Bars of the coverage of each municipality; the table beside has the same figures")),
        )
        named = listing(one.compared.title for one in plans)
        st.caption(speech.markdown(msg("Bars from top to bottom: {names}. Dashed: fair supply.", names=named)))
    with right:
        st.dataframe(
            coverage_table(plans, speech),
            hide_index=True,
            height="content",
            alt=speech.plain(msg("Coverage of each municipality in each scenario")),
        )


def _show_districts(plans: Sequence[Planned], county: str | None, speech: Speech) -> None:
    st.header(speech.markdown(_titled(msg("Who changes district?"), county)), anchor=False)
    show_text_table(districts_table(plans, speech), msg("District of each municipality in each scenario"), speech)
    about = msg(
        "{sign} changes district against {scenario}. A district counts as the one there with which it shares most "
        "need: where a district is only divided, nobody changes.",
        sign=CHANGED,
        scenario=plans[0].compared.short,
    )
    st.caption(speech.markdown(about))


def _titled(title: Message, county: str | None) -> Message:
    return title if county is None else msg("{title}: {county}", title=title, county=county)


def _show_descriptions(compared: Sequence[Compared], speech: Speech) -> None:
    described = [one for one in compared if one.entry.scenario is not None and one.entry.scenario.description]
    if not described:
        return
    with st.expander(speech.markdown(msg("What the scenarios stand for"))):
        for one in described:
            assert one.entry.scenario is not None
            title, text = speech.markdown(one.title), speech.markdown(one.entry.scenario.description)
            st.markdown(f"**{title}**  \n{text}")


if __name__ == "__main__":
    show()
