"""All papers of a comparison as files: report, slides, workbook, pages of the municipalities, maps, data for GIS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import partial
from pathlib import PurePath

from exploring.exploration import Exploration
from maps.paper.png import Paper as Sheet
from optimizer.plan import Plan
from reports.paper import MapText, Paper, Part, paper
from reports.style import Style
from scenarios.store import file_name
from translation import Language, Message, msg
from wording.compared_tables import Solved

#: Dots per inch of a map for a slide, which shows it twice as large.
_SLIDE_DPI = 400
_WORD_MAP_MM = 165.0, 110.0


class Format(Enum):
    """A kind of paper, by the ending of its file."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    MUNICIPALITIES = "municipalities.zip"
    PNG = "png"
    SVG = "svg"
    HTML = "html"
    GPKG = "gpkg"
    GEOJSON = "geojson"

    @property
    def option(self) -> str:
        """The name of the command's option for it."""
        return self.value.partition(".")[0]


@dataclass(frozen=True, slots=True)
class MapSheet:
    """The sheet that maps are printed on."""

    paper: Sheet = Sheet.A4
    landscape: bool = False

    @property
    def label(self) -> str:
        """As in the name of a file: ``a4`` or ``a3-landscape``."""
        return self.paper.label + ("-landscape" if self.landscape else "")


Progress = Callable[[Message], None]


def papers(
    solved: Sequence[Solved],
    language: Language,
    *,
    day: date,
    title: str | None = None,
    formats: Collection[Format] = tuple(Format),
    style: Style | None = None,
    proposed: int = 0,
    sheet: MapSheet | None = None,
    exploration: Sequence[Exploration] = (),
    progress: Progress = lambda _: None,
) -> Mapping[str, bytes]:
    """The files by name; the same input gives the same bytes.

    Report, council paper, slides, workbook and the archive of pages for the municipalities are named after the proposed
    scenario, maps and data after their own (:func:`scenario_stems`).
    ``exploration`` has the answers about the proposed plan. ``progress`` is told what is made next. Raises
    ``InputError`` where the scenarios are about several counties.
    """
    content = paper(solved, language, title=title, day=day, proposed=proposed, exploration=exploration)
    return dict(_Package(content, style or Style(), sheet or MapSheet(), progress).files(formats))


def scenario_stems(names: Sequence[str]) -> list[str]:
    """What files about scenarios or places of these names are called, without ending; no two alike."""
    found: list[str] = []
    for name in names:
        first = PurePath(file_name(name)).stem
        stem, count = first, 1
        while stem in found:
            count += 1
            stem = f"{first}-{count}"
        found.append(stem)
    return found


class _Package:
    """Makes the files of one comparison; what a kind of paper needs is loaded with the first of that kind."""

    def __init__(self, content: Paper, style: Style, sheet: MapSheet, progress: Progress) -> None:
        self._paper, self._style, self._sheet, self._progress = content, style, sheet, progress
        self._stems = scenario_stems([part.loaded.scenario.name for part in content.parts])

    @property
    def _named(self) -> str:
        return self._stems[self._paper.parts.index(self._paper.proposed)]

    def files(self, formats: Collection[Format]) -> Iterator[tuple[str, bytes]]:
        makers: dict[Format, tuple[Message, Callable[[], bytes]]] = {
            Format.PDF: (msg("Report …"), self._report),
            Format.DOCX: (msg("Council paper …"), self._council_paper),
            Format.PPTX: (msg("Slides …"), self._slides),
            Format.XLSX: (msg("Workbook …"), self._workbook),
        }
        for kind, (doing, make) in makers.items():
            if kind in formats:
                self._progress(doing)
                yield f"{self._named}.{kind.value}", make()
        if Format.MUNICIPALITIES in formats and self._paper.proposed.planned is not None:
            self._progress(msg("A page for each municipality …"))
            yield f"{self._named}-{Format.MUNICIPALITIES.value}", self._municipalities()
        if {Format.PNG, Format.SVG, Format.HTML} & set(formats):
            for text in self._paper.maps:
                self._progress(msg("Map: {title} …", title=text.title))
                yield from self._map_files(text, formats)
        if {Format.GPKG, Format.GEOJSON} & set(formats):
            for stem, part in zip(self._stems, self._paper.parts, strict=True):
                if part.planned is not None:
                    self._progress(msg("Data for GIS: {title} …", title=part.title))
                    yield from self._data_files(stem, part, formats)

    def _report(self) -> bytes:
        from reports.report.pdf import pdf

        return pdf(self._paper, partial(self._drawn, legend=True), self._style)

    def _council_paper(self) -> bytes:
        from reports.word.word import council_paper

        maps = [self._drawn(text, *_WORD_MAP_MM, legend=True) for text in self._paper.maps]
        return council_paper(self._paper, maps, self._style, self._named)

    def _slides(self) -> bytes:
        from maps.paper.png import drawing_png
        from reports.slides import slides

        wide, high = slides.MAP_MM
        drawings = [self._drawn(text, wide, high) for text in self._paper.maps]
        pictures = [drawing_png(one, wide, dpi=_SLIDE_DPI) for one in drawings]
        return slides.slides(self._paper, pictures, self._style)

    def _workbook(self) -> bytes:
        from reports.workbook.workbook import workbook

        return workbook(self._paper)

    def _municipalities(self) -> bytes:
        from reports.municipality.pages import municipality_pages

        stems = scenario_stems([town.name for town in self._paper.county.municipalities])
        return municipality_pages(self._paper, self._style, stems)

    def _drawn(self, text: MapText, wide: float, high: float, *, legend: bool = False) -> str:
        """A map for a page that says the rest, but for the ``legend`` where it is to have one."""
        from maps.paper.sheet import plan_svg

        part, described = self._part(text), self._described(text)
        county, plan = part.loaded.county, _plan(part)
        return plan_svg(
            county,
            plan,
            text.layer,
            self._paper.language,
            width_mm=wide,
            height_mm=high,
            frame=False,
            keyed=legend,
            description=described,
        )

    def _map_files(self, text: MapText, formats: Collection[Format]) -> Iterator[tuple[str, bytes]]:
        part, language, day = self._part(text), self._paper.language, self._paper.day
        county, plan, title = part.loaded.county, _plan(part), part.loaded.scenario.name
        name = f"{self._stems[text.scenario]}-map"
        if len(plan.layers) > 1:
            name = f"{name}-layer-{text.layer + 1}"
        if Format.SVG in formats or Format.PNG in formats:
            from maps.paper.png import plan_png
            from maps.paper.sheet import plan_svg

            wide, high = self._sheet.paper.size(self._sheet.landscape)
            drawing = plan_svg(
                county,
                plan,
                text.layer,
                language,
                width_mm=wide,
                height_mm=high,
                title=title,
                day=day,
                description=self._described(text),
            )
            if Format.SVG in formats:
                yield f"{name}-{self._sheet.label}.svg", drawing.encode()
            if Format.PNG in formats:
                picture = plan_png(drawing, paper=self._sheet.paper, landscape=self._sheet.landscape)
                yield f"{name}-{self._sheet.label}.png", picture
        if Format.HTML in formats:
            from reports.maps.page import plan_html

            page = plan_html(part.loaded, plan, text.layer, language, title=title, day=day)
            yield f"{name}.html", page.encode()

    def _data_files(self, stem: str, part: Part, formats: Collection[Format]) -> Iterator[tuple[str, bytes]]:
        language, day = self._paper.language, self._paper.day
        if Format.GPKG in formats:
            from reports.gis.geopackage import plan_geopackage

            yield f"{stem}.gpkg", plan_geopackage(part.loaded, _plan(part), language, day=day)
        if Format.GEOJSON in formats:
            from reports.gis.geojson import plan_geojson

            yield f"{stem}.geojson", plan_geojson(part.loaded, _plan(part), language, day=day)

    def _part(self, text: MapText) -> Part:
        return self._paper.parts[text.scenario]

    def _described(self, text: MapText) -> str:
        return " ".join(map(self._paper.say, text.shows))


def _plan(part: Part) -> Plan:
    assert part.planned is not None
    return part.planned.plan
