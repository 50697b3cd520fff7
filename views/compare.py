"""The page “Comparison – which of these?”: two to four scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import quote, unquote

import streamlit as st

from files.typed import instead, shown
from maps.screen import MapColour, Mark
from optimizer.plan import LayerPlan, Plan
from optimizer.solve import Status
from scenarios.library import Entry
from serving import answers
from translation import Message, listing, msg, msgs, percent
from views import address
from views.comparing.chart import coverage_chart
from views.map_view import show_map
from views.papers_button import offer_papers
from views.parts.choices import choose_town, chosen_town, click_town, entry_name
from views.parts.map_choices import MapChoices, chosen_view
from views.parts.shown import PLANS_STYLE, answer_of, show_conflicts
from views.parts.tables import show_grid, show_sortable
from views.speech import Speech
from wording import sentences as wording
from wording.compared_tables import (
    CHANGED,
    Compared,
    ComparedPlan,
    by_county,
    changes_table,
    comparable,
    comparison_remarks,
    coverage_table,
    figures_table,
    known_alike,
    measured,
    numbered,
    scenario_title,
    town_names,
    town_table,
    with_plan,
)
from wording.differences import Moved, layer_of, moved, moved_key, reshaped, reshaped_texts

FEWEST, MOST = 2, 4
#: What a click opens.
PRESETS: tuple[tuple[Message, tuple[str, ...]], ...] = (
    (
        msg("The three models of the council paper"),
        ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen"),
    ),
    (
        msg("The plan of 2023 and the best one with the same posts and employers"),
        ("kommunen-2023", "kommunen-frei"),
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
    st.html(PLANS_STYLE)
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
    compared: list[Compared] = []
    found: list[answers.Answer | None] = []
    for number, (entry, place) in enumerate(zip(chosen, places, strict=True), 1):
        with place:
            st.header(speech.markdown(scenario_title(number, entry.name)), anchor=False)
            answer = answer_of(entry, speech)
        found.append(answer)
        unknown = Compared(number, entry.name, msg("no plan to show"), None)
        compared.append(unknown if answer is None else numbered(number, answer))
    compared = list(measured(known_alike(compared)))
    plans = with_plan(compared)
    with controls.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        choices = chosen_view(speech)
        layer = _chosen_layer(plans, speech)
    with head:
        offer_papers([answer for answer in found if answer is not None], speech)
    for one, answer, place in zip(compared, found, places, strict=True):
        with place:
            if isinstance(one, ComparedPlan):
                _show_map(one, plans[0], layer, choices, len(chosen), speech)
            elif answer is not None:
                show_conflicts(answer, speech)
    _show_town(plans, layer, speech)
    _show_figures(compared, plans, choices, speech)
    for county, same in by_county(compared):
        _show_coverage(same, county, speech)
        if len(same) >= FEWEST:
            table = changes_table(same, layer, county)
            st.header(speech.markdown(table.title), anchor=False)
            show_grid(table, speech, titled=False)
    _show_descriptions(chosen, speech)


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
        format_func=lambda id: entry_name(entries[id], speech),
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


def _chosen_layer(plans: Sequence[ComparedPlan], speech: Speech) -> int:
    """The position of the layer on the maps, where any of the plans has several."""
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
    )
    return chosen


def _layer_name(plans: Sequence[ComparedPlan], layer: int) -> Message:
    layers = [one.plan.layers for one in plans if len(one.plan.layers) > max(1, layer)]
    names = dict.fromkeys(some[layer].layer.name for some in layers)
    return msg("{number}: {names}", number=layer + 1, names=listing(names))


# -- the maps ---------------------------------------------------------------------------------------------------------


def _places(area: st.delta_generator.DeltaGenerator, count: int) -> list[st.delta_generator.DeltaGenerator]:
    """A place for each map: side by side, four of them two by two."""
    in_a_row = count if count < MOST else 2
    found: list[st.delta_generator.DeltaGenerator] = []
    while len(found) < count:
        found.extend(area.columns(in_a_row, gap="medium"))
    return found


def _show_map(
    one: ComparedPlan, base: ComparedPlan, layer: int, choices: MapChoices, count: int, speech: Speech
) -> None:
    shown = layer_of(one.plan, layer)
    if shown is None:
        st.info(speech.markdown(wording.NO_POSTS))
        return
    status = wording.status_text(_status(one.plan, shown))
    st.caption(speech.markdown(msg("{layer} · {status}", layer=wording.layer_title(shown), status=status)))
    comparable = one is not base and one.loaded.county.ags == base.loaded.county.ags and bool(base.plan.layers)
    moves = moved(base.plan, one.plan, layer) if comparable else ()
    meaning = msg("Changes district against {scenario}", scenario=base.short)
    view = choices.draw(
        one.loaded,
        one.plan,
        one.plan.layers.index(shown),
        speech.language,
        marks={move.ags: Mark(CHANGED, meaning) for move in moves},
        selected=chosen_town(one.plan.municipalities),
    )
    clicked = show_map(
        view,
        key=f"map {one.number}",
        height=_WIDE[count],
        label=speech.plain(msg("Map of {scenario}", scenario=one.title)),
        group="compared",
    )
    click_town(clicked)
    if one is base:
        text = msg("The others are compared with this one.")
    elif not comparable:
        text = (
            msg("Another county than {scenario}: not compared with it.", scenario=base.short)
            if base.plan.layers
            else msg("{scenario} has no districts to compare with.", scenario=base.short)
        )
    else:
        text = _moves_text(one, base, moves)
    st.markdown(speech.markdown(text))
    if comparable:
        for told in reshaped_texts(reshaped(base.plan, one.plan, layer)):
            st.markdown(speech.markdown(told))


def _status(plan: Plan, layer: LayerPlan) -> Status:
    if layer.given:
        return Status.GIVEN
    return Status.OPTIMAL if plan.proven else Status.FEASIBLE


def _moves_text(one: ComparedPlan, base: ComparedPlan, moves: Sequence[Moved]) -> Message:
    """Who changes district."""
    if not moves:
        return msg("No municipality changes district against {scenario}.", scenario=base.short)
    names = town_names([one, base])
    # “And 1 more” is as long as a name.
    shown = _MOST_SHOWN if len(moves) > _MOST_SHOWN + 1 else len(moves)
    some, left = listing(names[move.ags] for move in moves[:shown]), len(moves) - shown
    return msgs(
        "{sign} {count} municipality changes district against {scenario}: {names} ({weight} of the need).",
        "{sign} {count} municipalities change district against {scenario}: {names} ({weight} of the need).",
        len(moves),
        sign=CHANGED,
        scenario=base.short,
        names=msg("{names} and {count} more", names=some, count=left) if left > 0 else some,
        weight=percent(moved_key(one.plan, moves)),
    )


# -- below the maps ---------------------------------------------------------------------------------------------------


def _show_town(plans: Sequence[ComparedPlan], layer: int, speech: Speech) -> None:
    """One municipality in all plans, chosen on a map or from a list."""
    if not plans:
        return
    chosen = choose_town(
        town_names(plans),
        speech,
        label=msg("One municipality in all plans: click on it on a map or choose it here"),
        nothing=msg("none"),
    )
    if chosen is not None:
        show_grid(town_table(plans, chosen, layer), speech, titled=False)


def _show_figures(
    compared: Sequence[Compared], plans: Sequence[ComparedPlan], choices: MapChoices, speech: Speech
) -> None:
    base = plans[0] if plans else None
    st.header(speech.markdown(msg("Figures")), anchor=False)
    show_grid(figures_table(compared, base), speech, titled=False)
    for remark in comparison_remarks(compared, base):
        st.caption(speech.markdown(remark))
    if (
        choices.colour in (MapColour.HOURS, MapColour.POSTS)
        and len({one.plan.problem.total_posts for one in plans}) > 1
    ):
        told = msg("The classes of the colours follow the number of posts: each map has its own legend.")
        st.caption(speech.markdown(told))


def _show_coverage(plans: Sequence[ComparedPlan], county: str | None, speech: Speech) -> None:
    table = coverage_table(plans, plans[0], county)
    st.header(speech.markdown(table.title), anchor=False)
    shown = [one for one in plans if comparable(plans[0], one)]
    left, right = st.columns([5, 4] if len(plans) < MOST else 2, gap="medium")
    with left:
        st.altair_chart(
            coverage_chart(shown, speech),
            theme=None,
            alt=speech.plain(msg("Bars of the coverage of each municipality; the table beside has the same figures")),
        )
        named = listing(one.title for one in shown)
        st.caption(speech.markdown(msg("Bars from top to bottom: {names}. Dashed: fair supply.", names=named)))
    with right:
        alt = msg("Coverage of each municipality in each scenario")
        show_sortable(table.apart(), alt, speech, short=True)


def _show_descriptions(entries: Sequence[Entry], speech: Speech) -> None:
    described = [
        (scenario_title(number, entry.name), entry.scenario.description)
        for number, entry in enumerate(entries, start=1)
        if entry.scenario is not None and entry.scenario.description
    ]
    if not described:
        return
    with st.expander(speech.markdown(msg("What the scenarios stand for"))):
        for title, text in described:
            st.markdown(f"**{speech.markdown(title)}**  \n{speech.markdown(text)}")


if __name__ == "__main__":
    show()
