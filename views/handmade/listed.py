"""An existing division from a list: uploaded, it becomes the plan made by hand."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath

import streamlit as st

from files.faults import Fault, InputError
from files.reading import check_size
from files.typed import shown
from files.workbook_cells import MOST_BYTES
from scenarios.handmade_list import Sizes, listed_layer, sizing_problem
from scenarios.handmade_problem import unfit
from scenarios.plan_table import PlanTable, read_plan
from serving.answers import Answer
from translation import Message, msg, msgs
from views.handmade.draft import PlanDesk, notify
from views.parts import plans
from views.speech import Speech

_TYPES = ("csv", "txt", "xlsx", "xlsm", "ods", "xls")
_UPLOADS, _TOLD = "what-if lists", "what-if list told"


@dataclass(frozen=True, slots=True)
class _Told:
    """What came of a list: what was wrong, or what was repaired."""

    told: Message
    wrong: tuple[str, ...] = ()
    notices: tuple[Fault, ...] = ()


def offer_list(
    place: st.delta_generator.DeltaGenerator, desk: PlanDesk, answer: Answer, layer: int, speech: Speech
) -> None:
    """The button in the head of the page, with all that is said of the last list."""
    with place.popover(speech.markdown(msg("Plan from a list")), icon=":material/upload_file:"):
        told = msg(
            "A table (Excel, CSV) with a row for each municipality: municipality and district, where known also "
            "employer, posts and hub. 0 or nothing stands for no district. It becomes the plan of this page, which can "
            "be undone. Where no employer stands it is the KI; where no posts stand the best team sizes are found."
        )
        st.markdown(speech.markdown(told))
        # Another key empties the box, so that a file is read once.
        key = f"{_UPLOADS} {st.session_state.get(_UPLOADS, 0)}"
        file = st.file_uploader(
            speech.markdown(msg("List of municipalities and districts")),
            type=list(_TYPES),
            max_upload_size=max(1, MOST_BYTES // 1_000_000),
            key=key,
        )
        if file is not None:
            st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
            st.session_state[_TOLD] = _taken(file.name, file.getvalue(), desk, answer, layer, speech)
            st.rerun()
        _show_told(speech)


def _show_told(speech: Speech) -> None:
    outcome = st.session_state.get(_TOLD)
    if not isinstance(outcome, _Told):
        return
    if outcome.wrong:
        st.error(speech.markdown(outcome.told))
        st.markdown(speech.bullets(outcome.wrong))
        return
    # What was wrong stands until the next try, a success is said once.
    del st.session_state[_TOLD]
    st.success(speech.markdown(outcome.told), icon=":material/check:")
    if outcome.notices:
        st.info(speech.bullets([notice.text(speech.language) for notice in outcome.notices]))


def _taken(name: str, content: bytes, desk: PlanDesk, answer: Answer, layer: int, speech: Speech) -> _Told:
    file = shown(PurePath(name).name)
    refused = msg("“{file}” did not become the plan; nothing is changed.", file=file)
    try:
        table = _read(name, content, answer, layer)
        new = listed_layer(table, _sizes(table, content, desk, answer, layer, speech))
    except InputError as error:
        return _Told(refused, tuple(error.lines(speech.language)))
    except plans.NoAnswer as none:
        return _Told(refused, (speech.plain(none.message),))
    except KeyError:
        wrong = msg("No team sizes keep the rules with these districts: state the posts of each in the list.")
        return _Told(refused, (speech.plain(wrong),))
    misfits = unfit(desk.plan.with_layer(layer, new), answer.loaded)
    if misfits:
        return _Told(refused, tuple(speech.plain(one) for one in misfits))
    desk.edit(lambda plan: plan.with_layer(layer, new))
    served = {ags for district in new.districts for ags in district.municipalities}
    left = len(answer.loaded.county.municipalities) - len(served)
    count = msgs("{count} district", "{count} districts", len(new.districts))
    told = msg(
        "“{file}” is the plan now: {districts}, {left} municipalities in none.", file=file, districts=count, left=left
    )
    notify(told)
    return _Told(told, notices=table.notices)


def _read(name: str, content: bytes, answer: Answer, layer: int) -> PlanTable:
    """The list as a table of a plan; it is read from a file as everywhere. Raises ``InputError``."""
    employers = answer.loaded.problem.layers[layer].employers
    usual = next((employer.id for employer in employers if employer.is_ki), None)
    only = employers[0].id if usual is None and len(employers) == 1 else usual
    check_size(content, shown(name), MOST_BYTES)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list{PurePath(name).suffix.lower()[:6]}"
        path.write_bytes(content)
        return read_plan(path, answer.loaded.county, only_employer=only, file=shown(PurePath(name).name))


def _sizes(table: PlanTable, content: bytes, desk: PlanDesk, answer: Answer, layer: int, speech: Speech) -> Sizes:
    """The best team sizes for districts without any; nothing where the list states them. Raises ``NoAnswer``."""
    if all(row.fte is not None for row in table.districts):
        return {}
    problem = sizing_problem(answer.loaded, desk.plan, layer, table)
    digest = hashlib.sha256(repr((desk.plan.data(), layer)).encode() + content).hexdigest()
    plan = plans.solved(problem, f"{answer.digest} list {digest}", speech).plan
    if plan is None:
        return {}
    return {frozenset(district.municipalities): district.fte for district in plan.layers[layer].districts}
