"""A county from files on the page of the figures: chosen, checked all at once, looked at, then saved."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import PurePath

import pandas as pd
import streamlit as st

from files.faults import Fault, InputError
from files.typed import shown
from files.workbook_cells import MOST_BYTES
from geodata import COUNTIES
from geodata.county import County
from geodata.editing.datasets import save_county
from geodata.editing.figures import figures_of
from geodata.editing.plausibility import local_today
from geodata.labels import covered
from geodata.official.uploaded import (
    BOUNDARIES,
    FIGURES,
    Built,
    Upload,
    build_uploaded,
    official_table,
)
from maps.preview import county_picture
from scenarios.library import library
from serving import answers
from serving.processes import ProcessExpired, work
from translation import Message, msg, msgs
from views import address
from views.figures.keeping import ask_whether_checked, checked_now, show_doubts
from views.figures.outcome import PAGE, Outcome, show_failure, show_notices, show_wrong_cells, tell
from views.parts import waiting
from views.speech import Speech
from views.uploads import MOST_BOUNDARY_BYTES
from views.who import initials
from wording.grid import NOTHING
from wording.sentences import stated

_TABLES = ("csv", "txt", "xlsx", "xlsm", "ods", "xls")
_HELD, _ASKED, _COUNT = "county files", "county asked", "county uploads"
WAY_NEXT = "county saved"
"""Is in the session after a county was saved, until the list was offered."""
_WHICH, _NAME = "county which", "county name"
#: Seconds for reading and checking what was uploaded.
_LIMIT = 120
_PATTERN = "05558-coesfeld"
_SLOTS: Mapping[str, tuple[Message, tuple[str, ...], int]] = {
    FIGURES: (msg("Figures of the municipalities (table)"), _TABLES, MOST_BYTES),
    BOUNDARIES: (
        msg("Boundaries of the municipalities (GeoPackage, GeoJSON, shapefile in a .zip)"),
        ("gpkg", "geojson", "json", "zip"),
        MOST_BOUNDARY_BYTES,
    ),
    "travel": (msg("Drives by road (table; else they are estimated)"), _TABLES, MOST_BYTES),
    "services": (msg("Existing advice (table)"), _TABLES, MOST_BYTES),
    "town_halls": (msg("Places of the town halls (table)"), _TABLES, MOST_BYTES),
    "employers": (msg("Employers and their offices (county.yaml)"), ("yaml", "yml"), 1_000_000),
}


def show_uploading(speech: Speech) -> None:
    """The files, what is wrong with them, and the county that they make."""
    told = msg(
        "Two files are needed: the figures of the municipalities and their boundaries, of the county alone or of the "
        "whole state. Everything else can come later, in the tables of this page."
    )
    st.markdown(speech.markdown(told))
    st.download_button(
        speech.markdown(msg("Download a pattern of the figures (Kreis Coesfeld)")),
        data=lambda: official_table(answers.county(COUNTIES / _PATTERN)),
        file_name="zahlen-muster.csv",
        mime="text/csv",
        key="county pattern",
        icon=":material/download:",
        on_click="ignore",
    )
    columns = st.columns(2)
    for position, slot in enumerate((FIGURES, BOUNDARIES)):
        _ask_for(slot, columns[position], speech)
    with st.expander(speech.markdown(msg("Further files, where you have them"))):
        columns = st.columns(2)
        for position, slot in enumerate(one for one in _SLOTS if one not in (FIGURES, BOUNDARIES)):
            _ask_for(slot, columns[position % 2], speech)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.text_input(
        speech.markdown(msg("Name or key of the county (not needed where the figures are of one alone)")),
        key=_WHICH,
        max_chars=80,
    )
    held = _held()
    missing = [slot for slot in (FIGURES, BOUNDARIES) if slot not in held]
    asked = _stated()
    row.button(
        speech.markdown(msg("Check and look at it")),
        key="county check",
        type="primary",
        icon=":material/fact_check:",
        disabled=bool(missing),
        help=speech.markdown(msg("First upload figures and boundaries.")) if missing else None,
        on_click=_ask,
    )
    # Of other files than those that were checked nothing is said.
    if not missing and st.session_state.get(_ASKED) == _digest(*asked):
        _show_checked(*asked, speech)


def _ask_for(slot: str, column: st.delta_generator.DeltaGenerator, speech: Speech) -> None:
    label, types, most = _SLOTS[slot]
    key = f"county upload {slot} {st.session_state.get(_COUNT, 0)}"
    column.file_uploader(
        speech.markdown(label),
        type=list(types),
        key=key,
        max_upload_size=max(1, most // 1_000_000),
        on_change=partial(_take, slot, key),
    )
    held = _held().get(slot)
    if held is not None and st.session_state.get(key) is None:
        # The box is empty after a look at another page; the file is still there.
        column.caption(speech.markdown(msg("Chosen before: {file}", file=shown(held.name))))


def _stated() -> tuple[str, dict[str, Upload]]:
    return st.session_state.get(_WHICH, "").strip(), _held()


def _ask() -> None:
    # What is stated at the click: a name that was just typed may be newer than the button.
    st.session_state[_ASKED] = _digest(*_stated())


def _held() -> dict[str, Upload]:
    found: dict[str, Upload] = st.session_state.setdefault(_HELD, {})
    return found


def _take(slot: str, key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        _held().pop(slot, None)
    else:
        _held()[slot] = Upload(PurePath(file.name).name, file.getvalue())


def _digest(which: str, held: Mapping[str, Upload]) -> str:
    total = hashlib.sha256(which.encode())
    for slot, upload in sorted(held.items()):
        total.update(f"\0{slot}\0{upload.name}\0".encode() + hashlib.sha256(upload.content).digest())
    return total.hexdigest()


def _show_checked(which: str, held: Mapping[str, Upload], speech: Speech) -> None:
    key = f"county {_digest(which, held)}"
    doing = msg("The county is being built from the files")
    try:
        found: Built | tuple[Fault, ...] = waiting.answer_of(
            key,
            lambda: work().ask(key, build_uploaded, which, dict(held), timeout=_LIMIT),
            doing,
            _LIMIT,
            speech,
        )
    except waiting.Stopped:
        _tell_none(msg("It was stopped."), key, speech)
        return
    except (TimeoutError, ProcessExpired, MemoryError):
        _tell_none(
            msg("The files take too long to read, or too much memory: cut them down to the county."), key, speech
        )
        return
    if isinstance(found, tuple):
        show_wrong_cells(msg("No county can be made of these files yet. What is wrong:"), InputError(found), speech)
        return
    _show_built(found, key, speech)


def _tell_none(told: Message, key: str, speech: Speech) -> None:
    st.error(speech.markdown(told))
    st.button(speech.markdown(msg("Try again")), key="county again", on_click=partial(waiting.ask_again, key))


def _show_built(built: Built, key: str, speech: Speech) -> None:
    county = built.county
    count = len(county.municipalities)
    title = msg(
        "{county}: {towns}", county=county.name, towns=msgs("{count} municipality", "{count} municipalities", count)
    )
    st.subheader(speech.markdown(title), anchor=False)
    st.html(county_picture(county, speech.plain(msg("Municipalities of {county}", county=county.name))))
    st.dataframe(_towns(county, speech), hide_index=True, alt=speech.plain(msg("Figures of the municipalities")))
    st.markdown(speech.bullets(_said_of(county)))
    show_notices(county.notices, speech)
    show_doubts((), built.doubts, county, speech)
    tick = ask_whether_checked(built.doubts, speech)
    st.session_state.setdefault(f"{_NAME} {key}", county.name)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.text_input(speech.markdown(msg("Name of the data set")), key=f"{_NAME} {key}", max_chars=60)
    if row.button(speech.markdown(msg("Save this county")), key="county save", type="primary", icon=":material/save:"):
        _save(built, key, tick, speech)


def _towns(county: County, speech: Speech) -> pd.DataFrame:
    names = county.indicator_names
    rows = [
        [town.name, *(NOTHING if (value := town.indicators[name]) is None else stated(value) for name in names)]
        for town in county.municipalities
    ]
    headings = [msg("Municipality"), *map(covered, names)]
    return pd.DataFrame(
        [[speech.plain(cell) for cell in row] for row in rows], columns=[speech.plain(heading) for heading in headings]
    )


def _said_of(county: County) -> list[Message]:
    """What else there is to know before it is saved."""
    estimated = sum(1 for trip in county.travel.values() if trip.method == "estimate")
    told = [
        msg("{count} drives, all estimated from the air line", count=len(county.travel))
        if estimated == len(county.travel)
        else msg("{count} drives, {estimated} of them estimated", count=len(county.travel), estimated=estimated),
        msgs("{count} offer of existing advice", "{count} offers of existing advice", len(county.services)),
    ]
    return [*told, msg("figures of {date}", date=_vintage(county))]


def _vintage(county: County) -> date:
    """The date of the newest figures of the census; today where no source has one."""
    for name in county.indicator_names:
        source = county.source_of(name)
        try:
            if source is not None:
                return date.fromisoformat(source.reference_date)
        except ValueError:
            continue
    return local_today()


def _save(built: Built, key: str, tick: str, speech: Speech) -> None:
    county, name = built.county, st.session_state[f"{_NAME} {key}"]
    about = {"name": name, "vintage": _vintage(county), "folder": library().counties_folder, "by": initials()}
    try:
        checked = checked_now(built.doubts, tick, county, figures_of(county))
        saved = save_county(built.files, county, **about, checked=checked)
    except InputError as error:
        show_failure(msg("The county was not saved."), error, speech)
        return
    work().forget(key)
    entry = next(known for known in library().counties() if known.folder == saved)
    address.put(address.COUNTY, entry.name)
    st.session_state[_HELD] = {}
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    st.session_state[_ASKED] = None
    told = msg(
        "“{name}” is saved. Next: a first scenario, above; advice, employers and drives in the tables below.", name=name
    )
    tell(Outcome(PAGE, told))
    # The list then offers it for a first scenario.
    st.session_state[WAY_NEXT] = True
    st.rerun()
