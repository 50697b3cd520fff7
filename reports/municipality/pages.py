"""The pages of all municipalities in one archive: of each a PDF and a document for Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from files.archive import zipped
from maps.paper.cutout import Cutout, cutout_svg
from reports.municipality.content import Sheet, sheets
from reports.municipality.pdf import map_mm, pdf
from reports.municipality.word import word
from reports.paper import Paper
from reports.style import Style


def municipality_pages(paper: Paper, style: Style, stems: Sequence[str]) -> bytes:
    """The archive on the proposed plan of ``paper``, which there is; ``stems`` name the files of the municipalities.

    They are in the order of the county's; the same paper gives the same bytes.
    """
    return zipped(dict(_files(paper, style, stems)))


def _files(paper: Paper, style: Style, stems: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    for stem, sheet in zip(stems, sheets(paper, style), strict=True):
        maps = _maps(paper, sheet)
        yield f"{stem}.pdf", pdf(sheet, maps)
        yield f"{stem}.docx", word(sheet, maps)


def _maps(paper: Paper, sheet: Sheet) -> list[str]:
    wide, high = map_mm(sheet)
    planned = paper.proposed.planned
    assert planned is not None
    return [
        cutout_svg(
            paper.county,
            planned.plan,
            Cutout(sheet.ags, one.of.layer, one.of.district),
            sheet.language,
            width_mm=wide,
            height_mm=high,
            title=one.title,
            description=one.alt,
        )
        for one in sheet.maps
    ]
