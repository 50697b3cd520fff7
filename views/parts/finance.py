"""What a plan means for money, on the page: the sentences and tables of the papers."""

from __future__ import annotations

import streamlit as st

from serving.answers import Answer
from translation import msg
from views.parts.tables import show_grid
from views.speech import Speech
from wording.compared_tables import compared, with_plan
from wording.finance import finance


def show_finance(answer: Answer, year: int, speech: Speech) -> None:
    """Funding and cost of a plan that there is, folded; the ``year`` is that in which it is looked at."""
    with st.expander(speech.markdown(msg("Funding and costs"))):
        scenarios = with_plan(compared([answer]))
        found = finance(scenarios, scenarios[0], year)
        if found.warnings:
            st.warning(speech.bullets(found.warnings))
        st.markdown(speech.bullets(found.sentences))
        for table in (found.years, found.grants, found.own_by_employer, found.own_by_municipality):
            if table is not None:
                show_grid(table, speech)
