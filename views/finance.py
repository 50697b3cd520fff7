"""What a plan means for money, on the page: the sentences and tables of the papers."""

from __future__ import annotations

import streamlit as st

from optimizer.plan import Plan
from reports.finance import finance
from reports.grid import Table, Weight
from translation import msg
from views.answers import Answer
from views.speech import Speech
from views.tables import Marked, show_text_table, text_table


def show_finance(answer: Answer, plan: Plan, speech: Speech) -> None:
    """Funding and cost of the plan, folded."""
    with st.expander(speech.markdown(msg("Funding and costs"))):
        found = finance([(answer.loaded, answer.solution.status, plan)], 0)
        st.markdown(speech.bullets(found.sentences))
        for table in (found.grants, found.own_by_employer, found.own_by_municipality):
            if table is not None:
                _show_table(table, speech)


def _show_table(table: Table, speech: Speech) -> None:
    headings = [column.heading for column in table.columns]
    rows = []
    for row in table.rows:
        cells: list[object] = [cell.value for cell in row.cells]
        if row.weight is not Weight.PLAIN:
            cells = [Marked(f"**{text}**") if (text := speech.markdown(cell)) else "" for cell in cells]
        rows.append(cells)
    st.markdown(f"**{speech.markdown(table.title)}**")
    figures = [number for number, column in enumerate(table.columns) if column.figures]
    show_text_table(text_table(headings, rows, speech), table.title, speech, figures=figures)
    for note in table.notes:
        st.caption(speech.markdown(note))
