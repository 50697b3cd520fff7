"""The money for the papers: asked in the dialogue, since a paper of a year needs the rates and costs of that year."""

from __future__ import annotations

import streamlit as st

from files.faults import Fault, InputError
from scenarios.funding import Funding
from serving.answers import Answer
from serving.papers import with_scenario
from translation import msg
from views.form.fields import Edit, Form
from views.form.layout import draw_funding
from views.form.state import State, scenario_of, state_of
from views.papers_kept import offer_keeping, saved_entry
from views.parts.tables import show_grid
from views.speech import Speech
from wording.compared_tables import compared, with_plan
from wording.finance import finance

_STATE = "papers money"


def ask(answer: Answer, year: int, speech: Speech) -> Funding | None:
    """Draws what a paper of that ``year`` asks for of the money, folded away, and what follows from it.

    The funding that the proposed scenario is to have; ``None`` where an entry is wrong.
    """
    state = _state(answer)
    faults: tuple[Fault, ...] = ()
    funding: Funding | None = None
    try:
        funding = scenario_of(state).funding
    except InputError as error:
        faults = error.faults
    with st.expander(speech.markdown(msg("Money for the papers")), icon=":material/euro:"):
        st.caption(
            speech.markdown(msg("All other amounts stand on the page “Scenario rules”, under “Funding and costs”."))
        )
        draw_funding(Form(_STATE, state, faults, _change, answer.loaded.county, speech), most_asked=True)
        if funding is not None:
            warnings = _show(with_scenario(answer, funding=funding), year, speech)
            entry = saved_entry(answer)
            if entry is not None:
                changed = funding != answer.loaded.scenario.funding
                offer_keeping(
                    entry, {"funding": funding}, "money", msg("Keep the money with the scenario"), changed, speech
                )
    if funding is None:
        st.error(speech.markdown(msg("An entry on the money is wrong: mend it, then the papers can be made.")))
    elif warnings:
        st.warning(speech.bullets(warnings))
    return funding


def _state(answer: Answer) -> State:
    """The form as it is now; it begins anew where another scenario is proposed or its money was changed."""
    fresh = state_of(answer.loaded.scenario)
    origin = (str(answer.loaded.path), fresh["funding"])
    if st.session_state.get(_STATE, (None,))[0] != origin:
        st.session_state[_STATE] = (origin, fresh)
    state: State = st.session_state[_STATE][1]
    return state


def _change(edit: Edit) -> None:
    origin, state = st.session_state[_STATE]
    st.session_state[_STATE] = (origin, edit(state))


def _show(answer: Answer, year: int, speech: Speech) -> list[object]:
    """What follows for the money of the plan, as in the papers; what is to be warned of."""
    scenarios = with_plan(compared([answer]))
    if not scenarios:
        return []
    found = finance(scenarios, scenarios[0], year)
    st.markdown(speech.bullets(found.sentences))
    if found.years is not None:
        show_grid(found.years, speech)
    return [*found.warnings]
