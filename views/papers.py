"""The dialogue on the papers for the committee: it asks what is wanted, has that made and hands it out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePath

import streamlit as st
from babel import Locale

from exploring.question import Topic
from exploring.questions.robustness import DRAWS
from files.faults import InputError
from files.typed import name_fault, offered
from maps.paper.png import Paper as Sheet
from optimizer.explore.uncertainty import Uncertainty
from reports.package import Format, MapSheet
from reports.paper import newest, paper
from reports.style import STYLE_FILE, style_in
from scenarios.library import library
from serving.answers import Answer
from serving.papers import Made, Making, Request, begin, with_scenario
from translation import LANGUAGES, Language, Message, msg, number, translate
from views import papers_money, papers_texts
from views.asking.ranges import kept_uncertainty
from views.parts.shown import show_faults
from views.parts.waiting import in_line
from views.speech import Speech
from wording.compared_tables import scenario_title

_MAKING, _MADE, _STOPPED = "papers in the making", "papers made", "papers stopped"
#: Seconds between two looks at what is being made.
_LOOK = 0.5
#: In two columns: papers, then maps and data for GIS.
_FORMATS: tuple[Mapping[Format, Message], ...] = (
    {
        Format.PDF: msg("Report (PDF)"),
        Format.DOCX: msg("Council paper (Word)"),
        Format.PPTX: msg("Slides (PowerPoint)"),
        Format.XLSX: msg("Workbook (Excel)"),
        Format.MUNICIPALITIES: msg("A page for each municipality (PDF and Word, ZIP)"),
    },
    {
        Format.PNG: msg("Maps as pictures for print (PNG)"),
        Format.SVG: msg("Maps as drawings (SVG)"),
        Format.HTML: msg("Maps as pages for the browser (HTML)"),
        Format.GPKG: msg("Plans for QGIS and other GIS (GeoPackage)"),
        Format.GEOJSON: msg("Plans for GIS (GeoJSON)"),
    },
)
_SHEETS: Mapping[MapSheet, Message] = {
    MapSheet(Sheet.A4, False): msg("A4, upright"),
    MapSheet(Sheet.A4, True): msg("A4, across"),
    MapSheet(Sheet.A3, False): msg("A3, upright"),
    MapSheet(Sheet.A3, True): msg("A3, across"),
}
#: Media type and icon, by the ending of the file.
_KINDS = {
    ".pdf": ("application/pdf", "picture_as_pdf"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "description"),
    ".pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "slideshow"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "table_view"),
    ".png": ("image/png", "image"),
    ".svg": ("image/svg+xml", "design_services"),
    ".html": ("text/html", "map"),
    ".gpkg": ("application/geopackage+sqlite3", "layers"),
    ".geojson": ("application/geo+json", "layers"),
    ".zip": ("application/zip", "folder_zip"),
}
_MAPS = tuple(f".{kind.value}" for kind in _FORMATS[1])
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)", re.ASCII)
_GERMAN_DAY = re.compile(r"(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?(?P<year>\d{4})", re.ASCII)
_YEARS = range(2000, 2100)


def day_of(text: str) -> date | None:
    """The day that a planner wrote, as 22.11.2026 or 2026-11-22; ``None`` where it is none of this century."""
    found = _DAY.fullmatch(text.strip()) or _GERMAN_DAY.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def close() -> None:
    """Stops what is being made, and forgets what was."""
    _end()
    for name in (_MADE, _STOPPED):
        st.session_state.pop(name, None)


def _end() -> None:
    making = _making()
    if making is not None:
        making.end()
        del st.session_state[_MAKING]


def show(answers: Sequence[Answer], section: Topic | None, speech: Speech) -> None:
    """Draws the dialogue on these scenarios, in their order.

    The papers have the ``section`` on the questions about a topic unless the planner says otherwise.
    """
    request = _chosen(answers, section, speech)
    button = st.button(
        speech.markdown(msg("Create")), key="papers create", type="primary", disabled=request is None, width="stretch"
    )
    if button and request is not None:
        _begin(answers, request, speech)
    making = _making()
    if making is not None and not making.left:
        st.session_state[_MADE] = making.made()
        _end()
    elif making is not None:
        # A click does not break into the run of a dialogue: to be stopped, it must not wait itself.
        st.fragment(_show_progress, run_every=_LOOK)(speech)
    if st.session_state.pop(_STOPPED, False):
        st.info(speech.markdown(msg("Stopped: no papers were made.")))
    made = st.session_state.get(_MADE)
    if isinstance(made, Made):
        _offer(made, request, speech)


# -- what is wanted ---------------------------------------------------------------------------------------------------


def _chosen(answers: Sequence[Answer], section: Topic | None, speech: Speech) -> Request | None:
    """What the planner wants; where it cannot be had, the dialogue says why and the result is ``None``."""
    left, right = st.columns(2, gap="medium")
    language: Language = left.segmented_control(
        speech.markdown(msg("Language of the papers")),
        LANGUAGES,
        default=speech.language,
        key="papers language",
        format_func=lambda known: str(Locale(known).get_language_name(known)).capitalize(),
        required=True,
    )
    proposed = 0
    if len(answers) > 1:
        titles = [scenario_title(i, answer.loaded.scenario.name) for i, answer in enumerate(answers, 1)]
        proposed = right.selectbox(
            speech.markdown(msg("Scenario that is proposed")),
            range(len(answers)),
            # Of old and new figures side by side the papers are about the new ones.
            index=newest([answer.loaded for answer in answers]),
            key="papers proposed",
            format_func=lambda position: speech.plain(titles[position]),
        )
    today = datetime.now().astimezone().date()
    try:
        usual = paper(answers, language, day=today, proposed=proposed)
    except InputError as error:
        show_faults(error, speech, msg("There are no papers on these scenarios together. What is wrong:"))
        return None
    # With a key of its own, so that the usual title is that of the language.
    title = st.text_input(speech.markdown(msg("Title")), usual.say(usual.title), key=f"papers title {language}")
    wrong = name_fault(title)
    if wrong is not None:
        st.error(speech.markdown(msg("{wrong}: {allowed}", wrong=wrong[0], allowed=wrong[1])))
    left, right = st.columns(2, gap="medium")
    with left:
        day = _chosen_day(today, speech)
    sheet = right.selectbox(
        speech.markdown(msg("Sheet of the maps (PNG, SVG)")),
        list(_SHEETS),
        key="papers sheet",
        format_func=lambda known: speech.plain(_SHEETS[known]),
    )
    formats = _chosen_formats(speech)
    if not formats:
        st.info(speech.markdown(msg("Choose at least one kind of paper.")))
    funding = papers_money.ask(answers[proposed], (day or today).year, speech)
    chosen = answers[proposed] if funding is None else with_scenario(answers[proposed], funding=funding)
    texts = papers_texts.ask(chosen, speech) if Format.DOCX in formats else None
    uncertainty, way = _chosen_sections(answers[proposed], section, speech)
    if wrong is not None or day is None or not formats or funding is None:
        return None
    written = None if texts is None else tuple(texts.items())
    return Request(language, title, day, formats, proposed, sheet, uncertainty, written, funding, way)


def _chosen_sections(answer: Answer, section: Topic | None, speech: Speech) -> tuple[Uncertainty | None, bool]:
    """Which sections the papers have: with “Why this plan” how far figures may be off, and whether “The way there”."""
    about = msg(
        "Alternatives, rank among all plans, trade-off, price of each rule, the next posts, robustness with {draws} "
        "draws: as on the page “Why this plan”. Takes about half a minute more.",
        draws=number(DRAWS),
    )
    label = msg("Section “Why this plan” on the proposed scenario")
    wanted = st.checkbox(
        speech.markdown(label),
        value=section is Topic.PLAN,
        key="papers why",
        help=speech.markdown(about),
        disabled=answer.solution.plan is None,
    )
    about = msg("The questions of the page “The way there”, with their usual values. Takes about half a minute more.")
    way = st.checkbox(
        speech.markdown(msg("Section “The way there” on the proposed scenario")),
        value=section is Topic.WAY,
        key="papers way",
        help=speech.markdown(about),
        disabled=answer.solution.plan is None,
    )
    if answer.solution.plan is None:
        return None, False
    return kept_uncertainty(answer.loaded, speech) if wanted else None, way


def _chosen_day(today: date, speech: Speech) -> date | None:
    # Streamlit's own calendar speaks the language of the browser, and English to screen readers.
    german = speech.language == "de"
    written = translate(today, "de") if german else today.isoformat()
    text = st.text_input(speech.markdown(msg("Date of the papers")), written, key="papers day")
    day = day_of(text)
    if day is None:
        wrong = msg(
            "{text} is not a day from {first} to {last}, such as {example}",
            text=offered(text),
            first=str(_YEARS[0]),
            last=str(_YEARS[-1]),
            example=written,
        )
        st.error(speech.markdown(wrong))
    return day


def _chosen_formats(speech: Speech) -> tuple[Format, ...]:
    chosen = []
    with st.container(key="papers-formats", border=True):
        for column, formats in zip(st.columns(2, gap="medium"), _FORMATS, strict=True):
            for kind, label in formats.items():
                if column.checkbox(speech.markdown(label), value=True, key=f"papers {kind.value}"):
                    chosen.append(kind)
    about = msg(
        "Slides and council paper carry the logo, colour and template that {file} in the data directory states.",
        file=STYLE_FILE,
    )
    st.caption(speech.markdown(about))
    return tuple(chosen)


# -- making and handing out -------------------------------------------------------------------------------------------


def _begin(answers: Sequence[Answer], request: Request, speech: Speech) -> None:
    try:
        style = style_in(library().folder)
    except InputError as error:
        show_faults(error, speech, msg("The logo or colour of the papers cannot be used. What is wrong:"))
        return
    _end()
    st.session_state[_MAKING] = begin(answers, request, style)


def _show_progress(speech: Speech) -> None:
    """What is being made; once nothing is, the page is drawn anew with what came of it."""
    making = _making()
    if making is None or not making.left:
        st.rerun()
    else:
        place, doing = making.place, making.left[0]
        text = msg(
            "{doing} … for {seconds}, at most {limit}",
            doing=doing,
            seconds=number(making.seconds, 0, "s"),
            limit=number(making.limit, 0, "s"),
        )
        if place is not None:
            text = in_line(doing, place)
        with st.container(border=True):
            st.progress(making.share, text=speech.markdown(text))
            st.button(speech.markdown(msg("Stop")), key="papers stop", on_click=_stop)


def _making() -> Making | None:
    making = st.session_state.get(_MAKING)
    return making if isinstance(making, Making) else None


def _stop() -> None:
    _end()
    st.session_state[_STOPPED] = True


def _offer(made: Made, request: Request | None, speech: Speech) -> None:
    """Every file, and all in one."""
    for wrong in made.wrong:
        st.error(speech.markdown(wrong))
    if not made.files:
        return
    if request != made.request:
        st.info(speech.markdown(msg("These papers were made before the last change above: “Create” makes them anew.")))
    if len(made.files) > 1:
        label = msg("All {count} files in one (ZIP, {size})", count=number(len(made.files)), size=_size(made.archive))
        _offer_file(made.archive_name, made.archive, label, speech, primary=True)
    maps = [name for name in made.files if PurePath(name).suffix in _MAPS]
    with st.container(gap=None):
        for name in made.files:
            if name not in maps:
                _offer_one(made, name, speech)
    if maps:
        label = msg("Each map and file for GIS by itself")
        folded = st.expander(speech.markdown(label), expanded=len(maps) == len(made.files))
        with folded.container(gap=None):
            for name in maps:
                _offer_one(made, name, speech)


def _offer_one(made: Made, name: str, speech: Speech) -> None:
    content = made.files[name]
    _offer_file(name, content, msg("{file} ({size})", file=name, size=_size(content)), speech)


def _offer_file(name: str, content: bytes, label: Message, speech: Speech, *, primary: bool = False) -> None:
    media, icon = _KINDS[PurePath(name).suffix]
    st.download_button(
        speech.markdown(label),
        content,
        file_name=name,
        mime=media,
        key=f"papers file {name}",
        on_click="ignore",
        icon=f":material/{icon}:",
        type="primary" if primary else "tertiary",
    )


def _size(content: bytes) -> object:
    return number(len(content) / 1e6, 1, "MB") if len(content) >= 1e6 else number(len(content) / 1e3, 0, "kB")
