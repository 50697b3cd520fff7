"""What a plan means for money, on the page: the sentences and tables of the papers."""

from __future__ import annotations

import streamlit as st

from optimizer.plan import Plan
from serving.answers import Answer
from translation import msg
from views.parts.tables import show_grid
from views.speech import Speech
from wording.finance import finance


def show_finance(answer: Answer, plan: Plan, speech: Speech) -> None:
    """Funding and cost of the plan, folded."""
    with st.expander(speech.markdown(msg("Funding and costs"))):
        found = finance([(answer.loaded, answer.solution.status, plan)], 0)
        st.markdown(speech.bullets(found.sentences))
        for table in (found.grants, found.own_by_employer, found.own_by_municipality):
            if table is not None:
                show_grid(table, speech)
