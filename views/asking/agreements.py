"""What is agreed: a table of what is asked of whom, kept with the scenario, and what hangs on the open answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from exploring.questions.agreements import AgreementsQuery
from files.faults import Fault, InputError
from optimizer.options import Option
from optimizer.way.agreements import Agreements
from scenarios.agreements import ASKED, STATES, Agreement
from scenarios.names import Resolver
from scenarios.options import options_of
from scenarios.schema import Scenario, as_data
from translation import Message, msg, number
from views.asking.asked import Asked, ask
from views.asking.plans import Shown, show_plans
from views.asking.questions import tell
from views.form.state import SETTINGS, scenario_of, state_of
from views.papers_kept import offer_keeping, saved_entry
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.agreements import NOTHING_ENTERED, agreements_told

Row = dict[str, str]
COLUMNS = tuple(Agreement.model_fields)
_EDITOR, _WANTED = "agreements editor", "agreements wanted"


def show_agreements(asked: Asked, speech: Speech) -> None:
    """The table, and the answer for what stands in it."""
    scenario = asked.answer.loaded.scenario
    st.caption(
        speech.markdown(
            msg(
                "Enter what is asked of whom and what the answer is. No names of persons: the table is kept with "
                "the scenario, which is handed on."
            )
        )
    )
    rows = _edited(asked, speech)
    found = _read(asked, rows, speech)
    if found is None:
        return
    edited, options = found
    _offer_keeping(asked, edited, scenario, speech)
    if not options:
        st.info(speech.markdown(NOTHING_ENTERED))
        return
    wanted = f"{_WANTED} {asked.answer.loaded.path}"
    if options != st.session_state.setdefault(wanted, options):
        st.info(speech.markdown(msg("The table was changed: the answer is not worked out yet.")))
        if st.button(speech.markdown(msg("Work it out")), key="agreements work", type="primary"):
            st.session_state[wanted] = options
            st.rerun()
        return
    answer = ask(asked, AgreementsQuery(options), speech, details=options)
    if answer is not None:
        _show(asked, answer, speech)


def _show(asked: Asked, found: Agreements, speech: Speech) -> None:
    answer = agreements_told(asked.about, found)
    shown = [Shown(msg("The plan as it is"), asked.about.until)]
    if found.agreed is not None:
        shown.insert(0, Shown(msg("The best plan for what is agreed alone"), found.agreed))
    steady = next((plan for one in found.candidates[:1] for plan in one.plans if plan is not None), None)
    if steady is not None and found.open:
        shown.append(Shown(msg("The steadiest districts, if as many as possible say yes"), steady))
    words, picture = st.container(key="map-and-figures").columns([2, 3], gap="medium")
    with words:
        tell(answer, speech)
    with picture:
        present = [one for one in shown if _drawable(asked, one)]
        show_plans(asked, present, msg("On the map"), speech)
    for table in answer.tables:
        show_grid(table, speech)


def _drawable(asked: Asked, one: Shown) -> bool:
    """Whether “What if” could go on with a plan: its employers are those of the layer."""
    known = {employer.id for employer in asked.about.problem.layers[asked.about.layer].employers}
    employers = {district.employer for district in one.plan.layers[asked.about.layer].districts}
    return employers <= known


def _edited(asked: Asked, speech: Speech) -> list[Row]:
    """The rows of the table as they are typed; what was typed stays while the session lasts."""
    loaded = asked.answer.loaded
    saved = _rows_of(loaded.scenario.agreements)
    identity = (str(loaded.path), loaded.scenario.source.digest, speech.language)
    state = st.session_state.get(_EDITOR)
    if state is None or state["identity"][:2] != identity[:2]:
        state = {"identity": identity, "count": 0, "began": saved, "last": saved}
    elif state["identity"] != identity or f"{_EDITOR} {state['count']}" not in st.session_state:
        state = {"identity": identity, "count": state["count"] + 1, "began": state["last"], "last": state["last"]}
    st.session_state[_EDITOR] = state
    frame = pd.DataFrame(
        [[row[name] for name in COLUMNS] for row in state["began"]], columns=list(COLUMNS), dtype=object
    )
    edited = st.data_editor(
        frame,
        key=f"{_EDITOR} {state['count']}",
        hide_index=True,
        num_rows="dynamic",
        column_config=_config(asked, speech),
        alt=speech.plain(msg("What is asked of whom, to be edited")),
    )
    about = msg("A new row: type into the empty last line. To delete rows, mark them on the left and press Delete.")
    st.caption(speech.markdown(about))
    cells = edited[list(COLUMNS)].to_numpy(dtype=object).tolist()
    rows = [{name: _text(cell) for name, cell in zip(COLUMNS, line, strict=True)} for line in cells]
    state["last"] = [row for row in rows if any(row.values())]
    found: list[Row] = state["last"]
    return found


def _rows_of(listed: Sequence[Agreement]) -> list[Row]:
    return [{name: _text(value) for name, value in as_data(one).items()} for one in listed]


def _text(cell: Any) -> str:
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell).strip()


def _config(asked: Asked, speech: Speech) -> dict[str, Any]:
    county = asked.answer.loaded.county
    towns: dict[str, object] = {town.name: town.name for town in county.municipalities}
    known = {town.ags for town in county.municipalities}
    others = {employer.id: employer.name for employer in county.employers if employer.id not in known}
    return {
        "who": _choice(_label("who", speech), {**towns, **others}, speech, required=True),
        "what": _choice(_label("what", speech), dict(ASKED), speech, required=True),
        "other": _choice(_label("other", speech), {"": "", **towns}, speech),
        "posts": st.column_config.TextColumn(_label("posts", speech)),
        "state": _choice(_label("state", speech), dict(STATES), speech, default="open"),
        "date": st.column_config.TextColumn(_label("date", speech), help=speech.plain(_about("date"))),
        "note": st.column_config.TextColumn(_label("note", speech), help=speech.plain(_about("note")), width="large"),
    }


def _label(name: str, speech: Speech) -> str:
    return speech.plain(SETTINGS[f"agreements[].{name}"].about.label)


def _about(name: str) -> Message:
    return SETTINGS[f"agreements[].{name}"].about.text


def _choice(
    label: str, words: Mapping[str, object], speech: Speech, *, required: bool = False, default: str | None = None
) -> Any:
    said = {word: speech.plain(text) for word, text in words.items()}
    return st.column_config.SelectboxColumn(
        label,
        options=list(said),
        format_func=lambda word: said.get(str(word), str(word)),
        required=required,
        default=default,
    )


def _read(asked: Asked, rows: Sequence[Row], speech: Speech) -> tuple[tuple[Agreement, ...], tuple[Option, ...]] | None:
    """What the rows say; ``None`` where something in them is wrong, which is said, and they stay as they are."""
    loaded = asked.answer.loaded
    listed = [{name: text for name, text in row.items() if text} for row in rows]
    try:
        scenario: Scenario = scenario_of({**state_of(loaded.scenario), "agreements": listed})
        resolver = Resolver(loaded.county, scenario.source)
        options = options_of(scenario.agreements, resolver)
        if resolver.faults:
            raise InputError(resolver.faults)
    except InputError as error:
        st.error(speech.markdown(msg("What is wrong in the table; what you entered stays:")))
        st.markdown(speech.bullets([told(fault) for fault in error.faults]))
        return None
    return scenario.agreements, options


def told(fault: Fault) -> Message:
    """A fault of the table with the row and the column of its cell."""
    place = re.fullmatch(r"agreements\[(\d+)\](?:\.(\w+))?", fault.column or "")
    if place is None:
        return fault.message
    row = number(int(place[1]) + 1)
    if place[2] not in COLUMNS:
        return msg("row {number}: {wrong}", number=row, wrong=fault.message)
    label = SETTINGS[f"agreements[].{place[2]}"].about.label
    return msg("row {number}, {column}: {wrong}", number=row, column=label, wrong=fault.message)


def _offer_keeping(asked: Asked, edited: tuple[Agreement, ...], scenario: Scenario, speech: Speech) -> None:
    entry = saved_entry(asked.answer)
    if entry is None:
        about = msg("This scenario comes with the planner: saved under a name of your own, it keeps the table.")
        st.caption(speech.markdown(about))
        return
    label = msg("Keep the table with the scenario")
    offer_keeping(entry, {"agreements": edited}, "agreements", label, edited != scenario.agreements, speech)
