"""The maps of a plan as files: pictures and drawings for print, a page for the browser."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from enum import Enum

from maps.colours import MapColour
from maps.paper.png import Paper, plan_png
from maps.paper.sheet import plan_svg
from optimizer.plan import Plan
from reports.maps.page import plan_html
from scenarios.assemble import LoadedScenario
from translation import Language, translate
from wording.plan_tables import map_sentences


class MapFormat(Enum):
    """A kind of file."""

    PNG = "png"
    SVG = "svg"
    HTML = "html"


def map_files(
    loaded: LoadedScenario,
    plan: Plan,
    language: Language,
    day: date | None,
    formats: Collection[MapFormat],
    *,
    colour: MapColour = MapColour.DISTRICT,
    papers: Collection[Paper] = tuple(Paper),
) -> dict[str, bytes]:
    """The maps of all layers by file name, PNG and SVG for each paper upright and across.

    A name is ``map-a4-portrait.png`` or ``map.html``, and ``map-layer-2-a4-portrait.png`` where there are layers.
    """
    return dict(_files(loaded, plan, language, day, formats, colour, papers))


def _files(
    loaded: LoadedScenario,
    plan: Plan,
    language: Language,
    day: date | None,
    formats: Collection[MapFormat],
    colour: MapColour,
    papers: Collection[Paper],
) -> Iterator[tuple[str, bytes]]:
    county, title = loaded.county, loaded.scenario.name
    for layer in range(len(plan.layers)):
        name = f"map-layer-{layer + 1}" if len(plan.layers) > 1 else "map"
        if MapFormat.HTML in formats:
            page = plan_html(loaded, plan, layer, language, title=title, day=day, colour=colour)
            yield f"{name}.html", page.encode()
        if MapFormat.PNG not in formats and MapFormat.SVG not in formats:
            continue
        described = " ".join(translate(sentence, language) for sentence in map_sentences(plan, layer, county))
        for paper in papers:
            for landscape, side in ((False, "portrait"), (True, "landscape")):
                width, height = paper.size(landscape)
                drawing = plan_svg(
                    county,
                    plan,
                    layer,
                    language,
                    width_mm=width,
                    height_mm=height,
                    title=title,
                    day=day,
                    colour=colour,
                    description=described,
                )
                stem = f"{name}-{paper.label}-{side}"
                if MapFormat.SVG in formats:
                    yield f"{stem}.svg", drawing.encode()
                if MapFormat.PNG in formats:
                    yield f"{stem}.png", plan_png(drawing, paper=paper, landscape=landscape)
