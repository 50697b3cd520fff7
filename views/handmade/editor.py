"""Where a plan is changed by hand: tools and map, a card for each district, wishes in pairs; and its figures beside it.

The editor is a fragment: after an edit only it is drawn anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from maps.colours import drive_minutes, identity_text
from maps.screen import Mark
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from scenarios.handmade import HandmadePlan
from scenarios.handmade_problem import in_order, opened, places
from serving import answers
from translation import Message, msg, number, percent
from views import address
from views.handmade.cards import show_cards, show_wishes
from views.handmade.draft import PlanDesk, leave, show_notice
from views.handmade.layer import LayerEdit, change_layer
from views.handmade.panel import show_saving, show_standing
from views.handmade.rest import optimise_if_asked, show_rest
from views.handmade.tools import (
    LOOK,
    MOVE,
    NOWHERE,
    PIN,
    TARGET,
    TOOL,
    choose_target,
    choose_tool,
    chosen_target,
    chosen_tool,
)
from views.handmade.widgets import key_for, when_chosen
from views.map_view import show_map
from views.parts.choices import choose_town, chosen_town
from views.parts.map_choices import chosen_view
from views.shortcuts import undo_keys
from views.speech import Speech
from wording import sentences as wording
from wording.grid import NOTHING

MAP_HEIGHT = 560
_MAP, _KEYS = "what-if map", "what-if keys"
#: Both are in every font.
BREACH, PINNED = "!", "◆"


@dataclass(frozen=True)
class Table:
    """What lies on the desk: the answer to the plan's scenario, the best plan to measure it by, the layer in hand."""

    desk: PlanDesk
    answer: answers.Answer
    best: Solution | None
    layer: int


def evaluated(loaded: LoadedScenario, plan: HandmadePlan) -> tuple[LoadedScenario, Plan]:
    """A plan made by hand with all its figures, its districts in its own order, and the scenario that it is held to."""
    rules = opened(loaded, plan)
    found = answers.evaluate(rules, {position: layer.rows for position, layer in enumerate(plan.layers)})
    return replace(rules, problem=found.problem), in_order(found, plan)


@st.fragment
def show_editor(table: Table, speech: Speech) -> None:
    """Draws the editor."""
    _take_click(table)
    outcome = optimise_if_asked(table.desk, table.answer, table.layer, speech)
    handmade = table.desk.plan
    loaded, plan = evaluated(table.answer.loaded, handmade)
    edit = LayerEdit(table.desk, table.answer, loaded, handmade, plan, table.layer)
    start = evaluated(table.answer.loaded, handmade.model_copy(update={"layers": handmade.start}))[1]
    left, right = st.container(key="what-if").columns([17, 10], gap="medium")
    with left:
        _show_tools(table, edit, speech)
        show_notice(speech)
    with right:
        # Before map and cards, which take longer.
        show_standing(edit, start, table.best, speech)
    with left:
        _show_map(table, edit, speech)
    with right:
        show_rest(edit, outcome, speech)
        show_saving(edit, speech)
    with left:
        show_cards(edit, speech)
        show_wishes(edit, speech)
        undo_keys(_KEYS, table.desk.step)


def _show_tools(table: Table, edit: LayerEdit, speech: Speech) -> None:
    desk = table.desk
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.button(
        speech.markdown(msg("Undo")),
        key="what-if undo",
        icon=":material/undo:",
        help=speech.markdown(msg("Takes the last step back (Ctrl+Z)")),
        disabled=not desk.can_undo,
        on_click=partial(desk.step, ["undo"]),
    )
    row.button(
        speech.markdown(msg("Redo")),
        key="what-if redo",
        icon=":material/redo:",
        help=speech.markdown(msg("Puts the step taken back in force again (Ctrl+Shift+Z or Ctrl+Y)")),
        disabled=not desk.can_redo,
        on_click=partial(desk.step, ["redo"]),
    )
    again = row.button(
        speech.markdown(msg("Begin anew")),
        key="what-if anew",
        icon=":material/restart_alt:",
        help=speech.markdown(msg("Back to the plan of the scenario. Your plan stays, and you can come back to it.")),
        disabled=not desk.begun,
    )
    if again:
        leave()
        st.rerun()
    tools = {LOOK: msg("Look"), MOVE: msg("Move"), PIN: msg("Pin")}
    tool_key = key_for(f"{TOOL} {speech.language}", chosen_tool())
    row.segmented_control(
        speech.markdown(msg("A click on the map")),
        list(tools),
        default=chosen_tool(),
        key=tool_key,
        format_func=lambda tool: speech.markdown(tools[tool]),
        required=True,
        help=speech.markdown(
            msg(
                "Look shows a municipality’s figures beside the map. Move takes it to another district at once; the "
                "list of a district below does the same. Pin keeps it in its district, or loosens it."
            )
        ),
        on_change=when_chosen(tool_key, tools, choose_tool),
    )
    if chosen_tool() == MOVE:
        called = {one.number: identity_text(one.identity) for one in edit.layer.districts}
        numbers = [*called]
        names = {one: msg("District {number}", number=text) for one, text in called.items()}
        names[NOWHERE] = msg("no district")
        target = chosen_target(edit.layer)
        target_key = key_for(f"{TARGET} {speech.language} {numbers}", target)
        row.selectbox(
            speech.markdown(msg("moves the municipality to")),
            list(names),
            index=list(names).index(target),
            key=target_key,
            format_func=lambda number: speech.plain(names[number]),
            on_change=when_chosen(target_key, names, choose_target),
            width=210,
        )


def _take_click(table: Table) -> None:
    """Does what a click on the map asks for, before anything is drawn."""
    chosen = getattr(st.session_state.get(_MAP), "chosen", None)
    towns = {town.ags for town in table.answer.loaded.county.municipalities}
    # The browser says what it likes.
    if not isinstance(chosen, str) or chosen not in towns:
        return
    layer = table.layer
    tool = chosen_tool()
    if tool == MOVE:
        number = chosen_target(table.desk.plan.layers[layer])
        change_layer(table.desk, layer, lambda known: known.moved(chosen, number or None))
    elif tool == PIN:
        change_layer(table.desk, layer, lambda known: known.with_pin(chosen, chosen not in known.pinned))
    else:
        address.put(address.TOWN, None if chosen == address.value(address.TOWN) else chosen)


def _show_map(table: Table, edit: LayerEdit, speech: Speech) -> None:
    selected = chosen_town(edit.towns)
    place = st.container()
    signs = msg("{breach} breaks a rule · {pinned} pinned", breach=BREACH, pinned=PINNED)
    st.caption(speech.markdown(signs))
    _show_town(edit, speech)
    choices = chosen_view(speech)
    view = choices.draw(edit.loaded, edit.plan, table.layer, speech.language, marks=marks(edit), selected=selected)
    with place:
        show_map(view, key=_MAP, height=MAP_HEIGHT, label=speech.plain(msg("Map of the plan made by hand")))


def _show_town(edit: LayerEdit, speech: Speech) -> None:
    """What a municipality gets, chosen by a click or in the list."""
    row = st.container(horizontal=True, vertical_alignment="bottom")
    with row.container(width=240):
        ags = choose_town(edit.towns, speech, label=msg("Figures of a municipality"), nothing=msg("none"))
    if ags is None:
        return
    supply, home = edit.plan.municipalities[ags], edit.layer.district_of(ags)
    drive = drive_minutes(edit.plan, edit.position)[ags]
    facts = [
        msg("In no district") if home is None else edit.name(home.number),
        msg("coverage {share}", share=NOTHING if supply.coverage is None else percent(supply.coverage)),
        msg("fair supply {hours}", hours=number(supply.fair_supply, 1, "h")),
        msg("existing advice {hours}", hours=number(supply.existing_hours, 1, "h")),
        msg("on site {hours}", hours=number(supply.hours, 1, "h")),
        msg("shortfall {hours}", hours=number(supply.shortfall_hours, 1, "h")),
    ]
    if drive is not None:
        facts.append(msg("{minutes} from the hub", minutes=number(drive, 0, "min")))
    row.markdown(" · ".join(speech.markdown(fact) for fact in facts))


def marks(edit: LayerEdit) -> dict[Ags, Mark]:
    """The signs of the map: where a rule of this layer is broken, and what is pinned."""
    found: dict[Ags, list[Message]] = {}
    for check in broken(check_plan(edit.plan)):
        if check.rule.layer == edit.position:
            text = wording.rule_text(check, edit.loaded.county, edit.loaded.problem)
            for ags in places(check, edit.plan):
                found.setdefault(ags, []).append(text)
    pinned = set(edit.layer.pinned)
    return {ags: _mark(found.get(ags, []), ags in pinned) for ags in sorted(found.keys() | pinned)}


def _mark(breaches: list[Message], pinned: bool) -> Mark:
    texts = [*breaches, msg("Pinned to its district")] if pinned else breaches
    meaning = texts[0]
    for text in texts[1:]:
        meaning = msg("{one} {two}", one=meaning, two=text)
    return Mark(" ".join([BREACH] * bool(breaches) + [PINNED] * pinned), meaning)
