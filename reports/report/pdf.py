"""The report as PDF/UA-1 and PDF/A-2a: tagged, with its own fonts; the same input gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import typst

from maps.paper.text import FONTS
from reports.column_widths import LONGEST_IN_TEXT, breakable
from reports.paper import MapText, Paper
from reports.report.report import basis, blocks
from reports.typeface import FAMILY, printable_data
from translation import msg

_WIDTH_MM, _PROPOSED_MM, _ALTERNATIVE_MM = 165.0, 115.0, 75.0
_LAYOUT = Path(__file__).parent / "report.typ"
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_REGIONS = {"de": "DE", "en": "GB"}


def map_mm(paper: Paper, text: MapText) -> tuple[float, float]:
    """Width and height of a map in the report: that of the proposed plan is larger."""
    return _WIDTH_MM, _PROPOSED_MM if paper.parts[text.scenario] is paper.proposed else _ALTERNATIVE_MM


def pdf(paper: Paper, maps: Sequence[str]) -> bytes:
    """The report. ``maps`` are SVG texts in the order of ``paper.maps``, drawn for :func:`map_mm`."""
    say = paper.say
    header = say(msg("Annex to the council paper: {county}", county=paper.county.name))
    report = {
        "font": FAMILY,
        "language": paper.language,
        "region": _REGIONS[paper.language],
        "title": say(paper.title),
        "heading": breakable(say(paper.title), LONGEST_IN_TEXT),
        "author": paper.county.name,
        "header": header,
        "vintage": say(paper.vintage),
        "date": say(msg("As of {date}", date=paper.day)),
        # The layout fills in the numbers.
        "page": say(msg("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "blocks": blocks(paper, maps),
        "basis": basis(paper),
    }
    made: bytes = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(printable_data(report), ensure_ascii=False)},
        pdf_standards=_STANDARDS,
        timestamp=datetime.combine(paper.day, time(), UTC),
    )
    return made
