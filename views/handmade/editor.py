"""Where a plan is changed by hand: swatches and map, a card for each district, wishes in pairs; its figures beside it.

The editor is a fragment: after an edit only it is drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from maps.colours import MapColour, drive_minutes
from maps.screen import Mark
from optimizer.plan import Plan
from optimizer.problem import Ags
from optimizer.rules import broken, check_plan
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from scenarios.handmade import HandmadeLayer, HandmadePlan
from scenarios.handmade_problem import in_order, opened, places
from serving import answers
from translation import Message, msg, number, percent
from views import address
from views.handmade.cards import show_cards, show_wishes
from views.handmade.draft import PlanDesk, leave, notify, show_notice
from views.handmade.keeping import show_saving
from views.handmade.layer import LayerEdit
from views.handmade.panel import show_standing
from views.handmade.rest import optimise_if_asked, show_foot, show_rest
from views.handmade.swatches import Stroke, show_swatches
from views.handmade.tools import NEW, NOWHERE, PIN, begin_with, begun_with, take
from views.map_view import show_map
from views.parts.choices import choose_town, chosen_town
from views.parts.map_choices import chosen_view
from views.shortcuts import undo_keys
from views.speech import Speech
from wording import sentences as wording
from wording.grid import NOTHING

#: Where the style sheet does not make the map as high as the window allows.
MAP_HEIGHT = 560
_MAP, _KEYS, _SWATCHES, _STAGE = "what-if map", "what-if keys", "what-if swatches", "what-if-stage"
#: All are in every font.
BREACH, PINNED, CHANGED = "!", "◆", "◇"


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
    left, right = st.container(key="what-if").columns([17, 10], gap="medium")
    stage, below = left.container(key=_STAGE, gap="xsmall"), left.container(key="what-if-below")
    with right.container(key="what-if-panel", gap="small"):
        figures, foot = st.container(), st.container(key="what-if-foot", gap="xsmall")
    # Who waits sees it there, and everything else stays in its place.
    with foot.container():
        outcome = optimise_if_asked(table.desk, table.answer, table.layer, speech)
    handmade = table.desk.plan
    loaded, plan = evaluated(table.answer.loaded, handmade)
    edit = LayerEdit(table.desk, table.answer, loaded, handmade, plan, table.layer)
    start = evaluated(table.answer.loaded, handmade.model_copy(update={"layers": handmade.start}))[1]
    show_notice(speech)
    with figures:
        # Before map and cards, which take longer.
        show_standing(edit, start, table.best, speech)
        show_rest(edit, outcome, speech)
    with foot, show_foot(edit, speech):
        show_saving(edit, start, table.best, speech)
    _show_map(edit, stage, below, speech)
    with below:
        show_cards(edit, speech)
        show_wishes(edit, speech)
        undo_keys(_KEYS, table.desk.step)


def _show_steps(desk: PlanDesk, speech: Speech) -> None:
    """Buttons that take steps back, with the sign alone: what they say is read out."""
    st.button(
        speech.markdown(msg("Undo")),
        key="what-if undo",
        icon=":material/undo:",
        help=speech.markdown(msg("Takes the last step back (Ctrl+Z)")),
        disabled=not desk.can_undo,
        on_click=partial(desk.step, ["undo"]),
    )
    st.button(
        speech.markdown(msg("Redo")),
        key="what-if redo",
        icon=":material/redo:",
        help=speech.markdown(msg("Puts the step taken back in force again (Ctrl+Shift+Z or Ctrl+Y)")),
        disabled=not desk.can_redo,
        on_click=partial(desk.step, ["redo"]),
    )
    again = st.button(
        speech.markdown(msg("Begin anew")),
        key="what-if anew",
        icon=":material/restart_alt:",
        help=speech.markdown(
            msg("Begin anew: back to the plan of the scenario. Your plan stays, and you can come back to it.")
        ),
        disabled=not desk.begun,
    )
    if again:
        leave()
        st.rerun()


def _take_click(table: Table) -> None:
    """Shows the figures of a municipality that was clicked, with nothing in hand."""
    chosen = getattr(st.session_state.get(_MAP), "chosen", None)
    # The browser says what it likes.
    if isinstance(chosen, str) and chosen in {town.ags for town in table.answer.loaded.county.municipalities}:
        address.put(address.TOWN, None if chosen == address.value(address.TOWN) else chosen)


def _paint(edit: LayerEdit, strokes: Sequence[Stroke]) -> None:
    """Does what was painted on the map, each stroke as a step of its own."""
    for stroke in strokes:
        edit.change(partial(_painted, edit, stroke))


def _painted(edit: LayerEdit, stroke: Stroke, layer: HandmadeLayer) -> HandmadeLayer:
    if stroke.tool == PIN:
        loosen = set(stroke.towns) <= set(layer.pinned)
        for ags in stroke.towns:
            layer = layer.with_pin(ags, not loosen)
        return layer
    target: int | None = None
    if stroke.tool.startswith(NEW):
        target, layer = _new_district(edit, stroke.tool, layer)
    elif stroke.tool != NOWHERE:
        # An undo may have taken it away meanwhile; and the browser says what it likes.
        target = int(stroke.tool) if stroke.tool.isdecimal() else 0
        layer.district(target)
    painted, refused = layer.painted(stroke.towns, target)
    if refused and painted == layer:
        raise refused[0]
    if refused:
        notify(refused[0].message)
    return painted


def _new_district(edit: LayerEdit, tool: str, layer: HandmadeLayer) -> tuple[int, HandmadeLayer]:
    """The district that a swatch for a new one paints, begun with its first stroke."""
    known = begun_with(tool)
    if known is None or all(district.number != known for district in layer.districts):
        layer = edit.with_new(layer)
        known = layer.districts[-1].number
        begin_with(tool, known)
    take(str(known))
    return known, layer


def _show_map(
    edit: LayerEdit, stage: st.delta_generator.DeltaGenerator, below: st.delta_generator.DeltaGenerator, speech: Speech
) -> None:
    """Swatches and map, as high as the window allows; below them signs, figures of a municipality, and views."""
    selected = chosen_town(edit.towns)
    bar = stage.container(key="what-if-bar", horizontal=True, gap="xxsmall")
    place = stage.container(key="what-if-place")
    with below:
        signs = msg(
            "{breach} breaks a rule · {pinned} pinned · {changed} changed by hand",
            breach=BREACH,
            pinned=PINNED,
            changed=CHANGED,
        )
        st.caption(speech.markdown(signs))
        _show_town(edit, speech)
        choices = chosen_view(speech)
    with bar:
        filled = choices.colour is MapColour.DISTRICT
        paint = partial(_paint, edit)
        show_swatches(edit, key=_SWATCHES, stage=_STAGE, filled=filled, on_strokes=paint, speech=speech)
        _show_steps(edit.desk, speech)
    view = choices.draw(edit.loaded, edit.plan, edit.position, speech.language, marks=marks(edit), selected=selected)
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
    kept = {ags: (PINNED, msg("Pinned to its district")) for ags in edit.layer.pinned}
    for move in edit.layer.moves:
        kept.setdefault(move.town, (CHANGED, msg("Changed by hand")))
    return {ags: _mark(found.get(ags, []), kept.get(ags)) for ags in sorted(found.keys() | kept.keys())}


def _mark(breaches: list[Message], kept: tuple[str, Message] | None) -> Mark:
    signs = [BREACH] * bool(breaches) + ([] if kept is None else [kept[0]])
    texts = breaches if kept is None else [*breaches, kept[1]]
    meaning = texts[0]
    for text in texts[1:]:
        meaning = msg("{one} {two}", one=meaning, two=text)
    return Mark(" ".join(signs), meaning)
