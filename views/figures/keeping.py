"""Old → new, what stands out in it and has to be confirmed, and keeping it all as a new data set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date

import streamlit as st

from files.faults import Fault, InputError
from geodata.county import County
from geodata.editing.changes import Change, changes
from geodata.editing.datasets import save_dataset
from geodata.editing.entered_figures import Entered
from geodata.editing.figures import Figures, TableName, dated, figures_of
from geodata.editing.labels import column_label
from geodata.editing.plausibility import (
    Doubt,
    by_what_stands_out,
    checked_cells,
    local_today,
    new_doubts,
    newest_date,
)
from geodata.labels import covered
from geodata.records import Checked
from scenarios.library import library
from translation import Message, msg, msgs
from views import address
from views.figures.draft import FiguresDesk
from views.figures.outcome import PAGE, SAVING, Outcome, show_notices, show_outcome, tell
from views.figures.tables import changed_column, changed_row, changes_table, old_and_new, reasons
from views.parts.counties import county_label
from views.speech import Speech
from views.who import ask_initials, initials

EFFECTS = "effects"
_NAME, _VINTAGE, _PREFILLED, _READ = "data name", "data vintage", "data vintage prefilled", "data vintage read"
#: What a field for a date takes.
_FIRST, _LAST = date(1990, 1, 1), date(2100, 12, 31)
_MOST_TOLD = 20
#: A county file is small, and each save may add so many.
_MOST_KEPT = 50


def show_changes(desk: FiguresDesk, entered: Entered, speech: Speech) -> None:
    """Every change with what stands out, and the fields and the button that keep them."""
    st.header(speech.markdown(msg("Old → new, not saved yet")), anchor=False)
    show_notices(entered.notices, speech)
    vintage = _vintage(desk, entered.figures)
    figures = dated(figures_of(desk.county), entered.figures, vintage)
    changed = changes(desk.county, figures)
    doubts = [*_of_vintage(vintage), *new_doubts(desk.county, figures, changed, local_today())]
    found = by_what_stands_out(changed, doubts)
    st.markdown(speech.markdown(msgs("{count} change", "{count} changes", len(found))))
    show_doubts(found, doubts, desk.county, speech)
    st.dataframe(
        changes_table(found, desk.county, speech),
        hide_index=True,
        height="content" if len(found) <= 12 else 460,
        alt=speech.plain(msg("What changes: table, row, column, old and new value, and what stands out")),
    )
    told = msg(
        "Indicators with new figures get this date as reference date, unless you changed their source yourself. The "
        "data set that you began with stays as it is."
    )
    st.caption(speech.markdown(told))
    tick = ask_whether_checked(doubts, speech)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(speech.markdown(msg("Name of the new data set")), key=_NAME, max_chars=60)
        st.date_input(
            speech.markdown(msg("Date of the new figures")),
            min_value=_FIRST,
            max_value=_LAST,
            key=_VINTAGE,
            format="DD.MM.YYYY",
            required=True,
        )
        st.button(
            speech.markdown(msg("Save as a new data set")),
            key="data save",
            type="primary",
            icon=":material/save:",
            on_click=_save,
            args=(desk, entered.figures, doubts, tick),
        )
    show_outcome(SAVING, speech)


def offer_date(desk: FiguresDesk, day: date | None) -> None:
    """Fills in the date that an upload states, where it gives its figures no source of their own."""
    st.session_state[_READ] = (desk.name, day)


def _vintage(desk: FiguresDesk, figures: Figures) -> date:
    """The date in the field: the newest that was entered, until somebody chooses another."""
    newest = newest_date(figures_of(desk.county), figures)
    if newest is None:
        of, day = st.session_state.get(_READ, ("", None))
        newest = day if of == desk.name else None
    # The clock may be set wrong.
    begin = newest if newest is not None and _FIRST <= newest <= _LAST else min(max(local_today(), _FIRST), _LAST)
    if _VINTAGE not in st.session_state or st.session_state.get(_PREFILLED) != (desk.name, begin):
        st.session_state[_VINTAGE] = begin
        st.session_state[_PREFILLED] = (desk.name, begin)
    chosen: date = st.session_state[_VINTAGE]
    # Without this the field would be forgotten while nothing is changed.
    st.session_state[_VINTAGE] = chosen
    return chosen


def _of_vintage(vintage: date) -> Iterator[Doubt]:
    if vintage > local_today():
        yield Doubt((), msg("the date of the new figures lies in the future"), 4.5)


def show_doubts(
    found: Sequence[tuple[Change, tuple[Doubt, ...]]], doubts: Sequence[Doubt], county: County, speech: Speech
) -> None:
    """What stands out, in sentences: those about changed cells first, then about others that these do not fit."""
    if not doubts:
        return
    lines: list[Message] = []
    told: set[Doubt] = set()
    for change, about in found:
        if about:
            row, column, reason = changed_row(change), changed_column(change), reasons(about)
            figures = old_and_new(change, county)
            if figures is None:
                lines.append(msg("{row}, {column}: {reason}", row=row, column=column, reason=reason))
            else:
                named = {"row": row, "column": column, "figures": figures, "reason": reason}
                lines.append(msg("{row}, {column} ({figures}): {reason}", **named))
            told |= set(about)
    lines += [_alone(doubt) for doubt in doubts if doubt not in told]
    count = msgs("{count} thing stands out:", "{count} things stand out:", len(lines))
    if len(lines) > _MOST_TOLD:
        more = msg("{count} more, at the top of the table", count=len(lines) - _MOST_TOLD)
        lines = [*lines[:_MOST_TOLD], more]
    st.warning(f"{speech.markdown(count)}\n\n{speech.bullets(lines)}", icon=":material/warning:")


def _alone(doubt: Doubt) -> Message:
    """A doubt that is about no change, with the first of its cells."""
    if not doubt.cells:
        return doubt.reason
    table, row, column = doubt.cells[0]
    named = {"row": covered(row) if table is TableName.SOURCES else row, "column": column_label(table, column)}
    return msg("{row}, {column}: {reason}", **named, reason=doubt.reason)


def ask_whether_checked(doubts: Sequence[Doubt], speech: Speech) -> str:
    """Asks for a tick where something stands out, and gives its key; other doubts are another question."""
    digest = hashlib.sha256(repr([(doubt.cells, doubt.reason) for doubt in doubts]).encode()).hexdigest()
    key = f"data checked {digest[:16]}"
    if doubts:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox(speech.markdown(msg("I have checked these figures")), key=key)
            ask_initials("data", speech)
    return key


def _save(desk: FiguresDesk, figures: Figures, doubts: Sequence[Doubt], tick: str) -> None:
    name, vintage = st.session_state.get(_NAME, ""), st.session_state[_VINTAGE]
    try:
        checked = checked_now(doubts, tick, desk.county, dated(figures_of(desk.county), figures, vintage))
        saved = save_dataset(
            desk.county,
            figures,
            name=name,
            vintage=vintage,
            folder=library().counties_folder,
            checked=checked,
            by=initials(),
        )
    except InputError as error:
        tell(Outcome(SAVING, msg("The data set was not saved."), error))
        return
    desk.discard()
    entry = next(known for known in library().counties() if known.folder == saved)
    address.put(address.COUNTY, entry.name)
    address.put(EFFECTS, "1")
    told = msg("Saved as a data set of its own: {name}. The one before stays as it is.", name=county_label(entry))
    tell(Outcome(PAGE, told))
    st.session_state[_NAME] = ""
    st.session_state.pop(_PREFILLED, None)


def checked_now(doubts: Sequence[Doubt], tick: str, county: County, figures: Figures) -> Checked | None:
    """What is noted of ``doubts`` about ``figures``. Raises ``InputError`` where nobody ticked that they are right."""
    if not doubts:
        return None
    if not st.session_state.get(tick):
        wrong = msg("something stands out in the new figures")
        allowed = msg("check what is named above, and tick “I have checked these figures”")
        raise InputError([Fault("–", wrong, allowed)])
    cells = checked_cells(doubts, county, figures)
    more = [f"+ {len(cells) - _MOST_KEPT}"] if len(cells) > _MOST_KEPT else []
    return Checked((*cells[:_MOST_KEPT], *more), local_today().isoformat(), initials())
