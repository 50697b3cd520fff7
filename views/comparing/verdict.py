"""The verdict and the few figures that decide: what a comparison says before anything is clicked."""

from __future__ import annotations

import html
from collections.abc import Collection

import streamlit as st

from translation import msg
from views.speech import Speech
from wording.differences import Verdict
from wording.grid import GridCell, GridTable
from wording.judgement import NOTHING_AGAINST, Judgement

_CLASSES = {Verdict.BETTER: "kim-better", Verdict.WORSE: "kim-worse"}


def show_verdict(found: Judgement, speech: Speech) -> None:
    """Which scenario and why, what speaks against it, and what is not judged."""
    st.header(speech.markdown(found.headline), anchor=False)
    if found.why:
        st.markdown(speech.markdown(_together(found.why, speech)))
    if found.against:
        label = msg("Against it:") if len(found.best) == 1 else msg("Between them:")
        st.markdown(f"**{speech.markdown(label)}** {speech.markdown(_together(found.against, speech))}")
    elif len(found.best) == 1:
        st.markdown(speech.markdown(NOTHING_AGAINST))
    if found.beside:
        show = st.caption if found.best else st.markdown
        show(speech.markdown(_together(found.beside, speech)))


def _together(texts: Collection[object], speech: Speech) -> str:
    return " ".join(map(speech.plain, texts))


def show_deciding(table: GridTable, best: Collection[int], speech: Speech) -> None:
    """The table in full; the columns of the scenarios with the numbers ``best`` stand out."""

    def marked(position: int) -> str:
        return ' class="kim-best"' if position in best else ""

    head, *columns = (column.heading for column in table.columns)
    headings = [f'<th scope="col">{html.escape(speech.plain(head))}</th>']
    headings += [
        f'<th scope="col"{marked(at)}>{_said(column, speech)}</th>' for at, column in enumerate(columns, start=1)
    ]
    rows = []
    for row in table.rows:
        name, *cells = row.cells
        texts = [f'<th scope="row">{html.escape(speech.plain(name.value))}</th>']
        texts += [f"<td{marked(at)}>{_cell(cell, speech)}</td>" for at, cell in enumerate(cells, start=1)]
        rows.append(f"<tr>{''.join(texts)}</tr>")
    title = html.escape(speech.plain(table.title))
    st.html(
        f'<div class="kim-wide-table"><table class="kim-deciding"><caption class="kim-unseen">{title}</caption>'
        f"<thead><tr>{''.join(headings)}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(cell: GridCell, speech: Speech) -> str:
    text = f"<b>{_said(cell.value, speech)}</b>"
    apart = cell.difference
    if apart is None or apart.verdict is Verdict.SAME:
        return text
    if apart.word is None:
        return f"{text} <small>{_said(apart.text, speech)}</small>"
    # The sign is seen, the word that belongs to it is read aloud.
    sign, _, word = speech.plain(apart.word).partition(" ")
    judged = f'{_said(apart.text, speech)} {sign}<span class="kim-unseen"> {html.escape(word)}</span>'
    return f'{text} <small class="{_CLASSES[apart.verdict]}">{judged}</small>'


def _said(value: object, speech: Speech) -> str:
    """A figure that stays with its unit."""
    return html.escape(speech.plain(value)).replace(" ", "\u00a0")
