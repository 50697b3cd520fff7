"""The map of a page as a picture, and its plan for a GIS. The files are made when somebody asks for them."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import PurePath

import streamlit as st

from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from scenarios.store import file_name
from serving.answers import Answer
from translation import Language, msg, translate
from views.parts.map_choices import MapChoices
from views.speech import Speech

#: On A4 across 1755 × 1240 dots: enough for a slide.
_DPI = 150


def offer_map(answer: Answer, layer: int, choices: MapChoices, speech: Speech) -> None:
    """A button behind which the map of a layer, coloured as chosen, and the plan are there to be saved."""
    loaded, plan = answer.loaded, answer.solution.plan
    assert plan is not None
    stem = PurePath(file_name(loaded.scenario.name)).stem
    today = datetime.now().astimezone().date()
    of_layer = "" if len(plan.layers) == 1 else f"-layer-{layer + 1}"
    with st.popover(speech.markdown(msg("Download")), icon=":material/download:", key="map-out"):
        st.download_button(
            speech.markdown(msg("This map as a picture (PNG)")),
            partial(_picture, loaded, plan, layer, choices, speech.language, today),
            f"{stem}-map{of_layer}.png",
            "image/png",
            key="map-picture",
            on_click="ignore",
        )
        st.download_button(
            speech.markdown(msg("The plan for QGIS and other GIS (GeoPackage)")),
            partial(_geopackage, loaded, plan, speech.language, today),
            f"{stem}.gpkg",
            "application/geopackage+sqlite3",
            key="plan-geopackage",
            on_click="ignore",
        )
        st.download_button(
            speech.markdown(msg("The plan for GIS (GeoJSON)")),
            partial(_geojson, loaded, plan, speech.language, today),
            f"{stem}.geojson",
            "application/geo+json",
            key="plan-geojson",
            on_click="ignore",
        )


# What makes the files is loaded with the first of them: no page waits for it.


def _picture(
    loaded: LoadedScenario, plan: Plan, layer: int, choices: MapChoices, language: Language, day: date
) -> bytes:
    from maps.paper.png import Paper, plan_png
    from maps.paper.sheet import plan_svg
    from wording.plan_tables import map_sentences

    county = loaded.county
    width, height = Paper.A4.size(landscape=True)
    drawing = plan_svg(
        county,
        plan,
        layer,
        language,
        width_mm=width,
        height_mm=height,
        title=loaded.scenario.name,
        day=day,
        colour=choices.colour,
        indicator=next((name for name in loaded.scenario.key if name in county.indicator_names), None),
        description=" ".join(translate(sentence, language) for sentence in map_sentences(plan, layer, county)),
    )
    return plan_png(drawing, landscape=True, dpi=_DPI)


def _geopackage(loaded: LoadedScenario, plan: Plan, language: Language, day: date) -> bytes:
    from reports.gis.geopackage import plan_geopackage

    return plan_geopackage(loaded, plan, language, day=day)


def _geojson(loaded: LoadedScenario, plan: Plan, language: Language, day: date) -> bytes:
    from reports.gis.geojson import plan_geojson

    return plan_geojson(loaded, plan, language, day=day)
