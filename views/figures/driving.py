"""Drives on the page of the figures: estimated by a button, or taken from an uploaded file, each as a step to undo."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import PurePath

import streamlit as st

from files.faults import Fault, InputError
from files.typed import shown
from geodata.editing.figures import with_travel
from geodata.editing.plausibility import local_today
from geodata.official.estimated import with_estimated_drives
from geodata.official.uploaded import Upload
from geodata.roads.uploaded import SECONDS, UploadedDrives, drives_of
from serving.processes import ProcessExpired, work
from translation import msg
from views.figures.draft import FiguresDesk
from views.figures.outcome import DRIVES, Outcome, show_outcome, tell
from views.figures.tables import places
from views.parts import waiting
from views.speech import Speech
from views.uploads import MOST_BOUNDARY_BYTES

_UPLOADS = "drives uploads"
#: Reading and computing, and what a busy machine takes besides.
_LIMIT = SECONDS + 30


def offer_drives(desk: FiguresDesk, speech: Speech) -> None:
    """The button that estimates all drives, and the box for a file with better ones."""
    about = msg("Air line × 1.3 at 61 km/h. Every drive and its source say that it is an estimate; it can be undone.")
    st.button(
        speech.markdown(msg("Estimate all drives")),
        key="data estimate",
        icon=":material/timeline:",
        help=speech.markdown(about),
        on_click=_estimate,
        args=(desk, speech),
    )
    with st.expander(speech.markdown(msg("Drives by road: compute or take over")), icon=":material/route:"):
        told = msg(
            "An extract of OpenStreetMap with the county and its surroundings (.osm.pbf), on which all drives are "
            "computed, or what a routing engine computed between the town halls (JSON of OSRM, Valhalla or "
            "openrouteservice)."
        )
        st.markdown(speech.markdown(told))
        key = f"{_UPLOADS} {st.session_state.get(_UPLOADS, 0)}"
        file = st.file_uploader(
            speech.markdown(msg("Extract or matrix")),
            type=["pbf", "osm", "json"],
            max_upload_size=MOST_BOUNDARY_BYTES // 1_000_000,
            key=key,
        )
        if file is not None:
            _take(Upload(PurePath(file.name).name, file.getvalue()), desk, speech)
    show_outcome(DRIVES, speech)


def _estimate(desk: FiguresDesk, speech: Speech) -> None:
    try:
        desk.take(with_estimated_drives(desk.county, desk.entered(places(speech)).figures, local_today()))
    except InputError as error:
        tell(Outcome(DRIVES, msg("Nothing was estimated: first mend these cells."), error))
        return
    told = msg("All drives are estimated. What it changes stands below the table; nothing is saved yet.")
    tell(Outcome(DRIVES, told))


def _take(upload: Upload, desk: FiguresDesk, speech: Speech) -> None:
    """Waits for the drives of a file, and has them on the page as a further step."""
    towns = desk.county.municipalities
    spots, names = {town.ags: town.place for town in towns}, {town.ags: town.name for town in towns}
    digest = hashlib.sha256(upload.content + repr((upload.name, spots)).encode()).hexdigest()
    key, file = f"drives {digest}", shown(upload.name)
    ask = partial(work().ask, key, drives_of, upload, spots, names, local_today(), timeout=_LIMIT, long=True)
    refused = msg("“{file}” was not taken over; nothing is changed.", file=file)
    try:
        found = waiting.answer_of(key, ask, msg("The drives are computed"), _LIMIT, speech)
        if not isinstance(found, UploadedDrives):
            raise InputError(found)
        desk.take(with_travel(desk.entered(places(speech)).figures, found.trips, found.source))
    except waiting.Stopped:
        waiting.ask_again(key)
        tell(Outcome(DRIVES, refused))
    except (TimeoutError, ProcessExpired, MemoryError):
        wrong = msg("the file takes too long, or too much memory")
        fault = Fault(file, wrong, msg("an extract of the county and its surroundings"))
        tell(Outcome(DRIVES, refused, InputError([fault])))
    except InputError as error:
        tell(Outcome(DRIVES, refused, error))
    else:
        told = msg("The drives of “{file}” are on the page. What they change stands below the table.", file=file)
        tell(Outcome(DRIVES, told, notices=found.notices))
    work().forget(key)
    # Another key empties the box, so that a file is read once.
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    st.rerun()
