"""The page “Data – with which figures?”: a county's figures, changed safely, and the plans that change with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from files.faults import InputError
from files.typed import instead, shown
from files.workbook_cells import MOST_BYTES
from geodata.county import County
from geodata.editing.changes import changes
from geodata.editing.data_package import archive_name, data_package
from geodata.editing.datasets import dataset_name, saved_by
from geodata.editing.figures import Figures, TableName, county_with, figures_of
from geodata.editing.indicator_csv import Chosen, UnknownColumnsError, read_figures_file, stated_date
from geodata.editing.labels import COLUMN_LABELS, TABLES
from geodata.editing.plausibility import local_today
from geodata.editing.workbook_layout import meaning
from geodata.editing.workbook_write import county_workbook
from geodata.labels import covered, written_date
from scenarios.library import CountyEntry
from serving import answers
from translation import listing, msg
from views import address
from views.figures import columns
from views.figures import effect as data_effect
from views.figures.adding import offer_adding
from views.figures.datasets import offer_keeping
from views.figures.draft import FiguresDesk
from views.figures.driving import offer_drives
from views.figures.keeping import EFFECTS, offer_date, show_changes
from views.figures.outcome import PAGE, STEPS, UPLOAD, Outcome, forget, show_outcome, show_wrong_cells, tell
from views.figures.tables import edit_table, places
from views.parts.counties import county_at_hand, county_label, known_counties
from views.parts.shown import show_faults
from views.speech import Speech
from wording.grid import NOTHING
from wording.sentences import stated

_TABLE = "table"
_UPLOADS = "data uploads"
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.title(speech.markdown(msg("Data – with which figures?")), anchor=False)
    entry = _chosen(speech)
    offer_adding(entry, speech)
    offer_keeping(entry, speech)
    try:
        county = answers.county(entry.folder)
    except InputError as error:
        show_faults(error, speech, msg("This data set cannot be used. What is wrong:"))
        return
    desk = FiguresDesk(entry.name, county, speech.language)
    try:
        _show_desk(desk, entry, speech)
    except InputError as error:
        show_faults(error, speech, msg("Your edits cannot be kept. What is wrong:"))


def _chosen(speech: Speech) -> CountyEntry:
    """The data set of the address, to be changed with the list."""
    known = known_counties()
    given = address.value(address.COUNTY)
    name = given if given is not None and given in known else county_at_hand()
    address.bind(address.COUNTY, name)
    st.selectbox(
        speech.markdown(msg("Data set")),
        list(known),
        key=address.COUNTY,
        format_func=lambda name: speech.plain(county_label(known[name])),
        on_change=_choose,
    )
    if given is not None and given not in known:
        wrong = msg("There is no data set “{name}”: {allowed}.", name=shown(given), allowed=instead(given, known))
        st.warning(speech.markdown(wrong))
    return known[name]


def _choose() -> None:
    forget()
    address.follow(address.COUNTY)


def _show_desk(desk: FiguresDesk, entry: CountyEntry, speech: Speech) -> None:
    before = figures_of(desk.county)
    show_outcome(PAGE, speech)
    _show_saved(entry, speech)
    _show_checked(desk.county, speech)
    _offer_workbook(desk, speech)
    _offer_package(desk.county, speech)
    st.header(speech.markdown(msg("Figures")), anchor=False)
    table = _chosen_table(speech)
    st.caption(speech.markdown(meaning(table)))
    if table is TableName.SERVICES and not desk.county.services:
        st.info(speech.markdown(msg("No existing advice is known here. Add what there is, one row for each.")))
    if table is TableName.TRAVEL:
        offer_drives(desk, speech)
    edit_table(desk, table, before, speech)
    if table is TableName.INDICATORS:
        _show_sources(before, speech)
    _offer_steps(desk, speech)
    try:
        entered = desk.entered(places(speech))
    except InputError as error:
        show_wrong_cells(msg("These cells are wrong; until they are mended nothing can be saved."), error, speech)
        return
    found = changes(desk.county, entered.figures)
    if found:
        show_changes(desk, entered, speech)
    if found or not entry.shipped:
        county = county_with(desk.county, entered.figures)
        _show_effects(county, entry, saved=not found, speech=speech)


def _show_saved(entry: CountyEntry, speech: Speech) -> None:
    """When a data set was saved, and by whom."""
    known = None if entry.shipped else saved_by(entry.folder)
    if known is not None:
        on, by = known
        told = msg("Saved on {date} by {who}", date=on, who=by) if by else msg("Saved on {date}", date=on)
        st.caption(speech.markdown(told))


def _show_checked(county: County, speech: Speech) -> None:
    """What stood out in the figures when they were saved, and who confirmed it."""
    for one in county.checked:
        figures = listing(map(_figure, one.figures)) if one.figures else NOTHING
        about = {"date": written_date(one.on), "figures": figures}
        if one.by:
            told = msg("What stood out was checked by {who} on {date}: {figures}", who=one.by, **about)
        else:
            told = msg("What stood out was checked on {date}: {figures}", **about)
        st.caption(speech.markdown(told))


def _figure(text: str) -> object:
    row, _, cell = text.rpartition(", ")
    column, _, value = cell.partition(": ")
    if not row:
        return text
    about = {"row": covered(row), "column": COLUMN_LABELS.get(column, covered(column))}
    if not value:
        return msg("{row} ({column})", **about)
    return msg("{row} ({column} {value})", **about, value=_value(value))


def _value(text: str) -> object:
    try:
        return stated(float(text))
    except ValueError:
        return written_date(text)


def _show_sources(figures: Figures, speech: Speech) -> None:
    told = msg(
        "Sources and dates are changed in the table “{sources}”; a further indicator comes with the workbook.",
        sources=TABLES[TableName.SOURCES],
    )
    st.caption(speech.markdown(told))
    lines = []
    for indicator in figures.indicators:
        source = figures.source_of(indicator)
        if source is not None:
            told = msg(
                "{indicator}: {publisher}, {title}; reference date {date}",
                indicator=covered(indicator),
                publisher=source.publisher,
                title=source.title,
                date=written_date(source.reference_date),
            )
            lines.append(told)
    st.markdown(speech.bullets(lines))


def _chosen_table(speech: Speech) -> TableName:
    known = [str(name) for name in TableName]
    chosen = address.one_of(_TABLE, known, known[0])
    address.bind(_TABLE, chosen)
    st.segmented_control(
        speech.markdown(msg("Table")),
        known,
        key=_TABLE,
        format_func=lambda name: speech.markdown(TABLES[TableName(name)]),
        required=True,
        on_change=partial(address.follow, _TABLE),
    )
    return TableName(chosen)


# -- the workbook -----------------------------------------------------------------------------------------------------


def _offer_workbook(desk: FiguresDesk, speech: Speech) -> None:
    with st.expander(speech.markdown(msg("Change figures in Excel: download, upload")), icon=":material/table_view:"):
        told = msg(
            "The workbook holds all figures of this data set. Change it, save it as .xlsx and upload it: every wrong "
            "cell is named, and what changes is shown before anything is saved. An upload takes the place of your "
            "edits below, and can be undone. A table with a row for each municipality is read as well (.csv, .txt, "
            ".xlsx, .ods), also as an office publishes it."
        )
        st.markdown(speech.markdown(told))
        st.download_button(
            speech.markdown(msg("Download the workbook")),
            data=partial(county_workbook, desk.county, speech.language),
            file_name=f"{desk.county.folder.name}.xlsx",
            mime=_WORKBOOK,
            key="data download",
            icon=":material/download:",
            on_click="ignore",
        )
        # Another key empties the box, so that a file is read once.
        key = f"{_UPLOADS} {st.session_state.get(_UPLOADS, 0)}"
        st.file_uploader(
            speech.markdown(msg("Upload the changed workbook (.xlsx) or a table (.csv)")),
            type=["xlsx", "xlsm", "ods", "xls", "csv", "tsv", "txt"],
            max_upload_size=max(1, MOST_BYTES // 1_000_000),
            key=key,
            on_change=_take,
            args=(desk, key),
        )
        columns.show_question(desk.county, partial(_read, desk), speech)
    show_outcome(UPLOAD, speech)


def _offer_package(county: County, speech: Speech) -> None:
    with st.expander(speech.markdown(msg("For other programs: data package")), icon=":material/folder_zip:"):
        told = msg(
            "All files of this data set as it is saved, with a description of every table, its sources and licences, "
            "that programs can read (Frictionless data package)."
        )
        st.markdown(speech.markdown(told))
        st.download_button(
            speech.markdown(msg("Download the data package")),
            data=partial(data_package, county, speech.language),
            file_name=archive_name(county),
            mime="application/zip",
            key="data package",
            icon=":material/download:",
            on_click="ignore",
        )


def _take(desk: FiguresDesk, key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    columns.forget()
    _read(desk, file.getvalue(), shown(file.name))


def _read(desk: FiguresDesk, content: bytes, name: str, chosen: Chosen | None = None) -> None:
    try:
        entered = read_figures_file(content, desk.county, name, chosen)
        desk.take(entered.figures)
    except UnknownColumnsError as error:
        forget()
        columns.ask(columns.Question(desk.county.folder.name, name, content, error.columns))
        return
    except InputError as error:
        tell(Outcome(UPLOAD, msg("“{file}” was not taken over; nothing is changed.", file=name), error))
        return
    offer_date(desk, stated_date(content, local_today()))
    if changes(desk.county, entered.figures):
        told = msg("“{file}” was read. What it changes stands below the table; nothing is saved yet.", file=name)
    elif entered.notices:
        told = msg("“{file}” was read. It changes no figure of this data set.", file=name)
    else:
        told = msg("“{file}” was read. It says the same as this data set.", file=name)
    tell(Outcome(UPLOAD, told, notices=entered.notices))


def _offer_steps(desk: FiguresDesk, speech: Speech) -> None:
    draft = desk.draft
    if draft is None:
        return
    with st.container(horizontal=True):
        for label, icon, click, possible in (
            (msg("Undo"), ":material/undo:", desk.undo, draft.can_undo),
            (msg("Redo"), ":material/redo:", desk.redo, draft.can_redo),
            (msg("Discard all edits"), ":material/delete:", desk.discard, bool(draft.state)),
        ):
            st.button(
                speech.markdown(label),
                key=f"data {label.msgid}",
                icon=icon,
                disabled=not possible,
                on_click=partial(_step, click),
            )
    show_outcome(STEPS, speech)


def _step(click: Callable[[], None]) -> None:
    forget()
    try:
        click()
    except InputError as error:
        tell(Outcome(STEPS, msg("Your edits cannot be kept. What is wrong:"), error))


def _show_effects(county: County, entry: CountyEntry, *, saved: bool, speech: Speech) -> None:
    entries = data_effect.affected(county, entry.name if saved else "")
    if not entries:
        return
    st.header(speech.markdown(msg("Which plans change?")), anchor=False)
    address.bind(EFFECTS, address.flag(EFFECTS))
    st.toggle(
        speech.markdown(msg("Compute every scenario of the county with these figures")),
        key=EFFECTS,
        on_change=partial(address.follow, EFFECTS),
    )
    if address.flag(EFFECTS):
        data_effect.show_effects(list(data_effect.effects(entries, county, speech)), county, speech)
    if saved:
        known = dataset_name(entry.folder)
        label = msg("{name}", name=entry.folder.name) if known is None else msg("figures of {date}", date=known[1])
        data_effect.offer_copies(entries, entry.name, label, speech)
    else:
        told = msg("Save the data set first; then copies of the scenarios can be saved that rest on it.")
        st.caption(speech.markdown(told))


if __name__ == "__main__":
    show()
