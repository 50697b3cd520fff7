"""The report as PDF/UA-1 and PDF/A-2a: tagged, with its own fonts; the same input gives the same bytes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

from maps.paper.text import FONTS
from reports.column_widths import LONGEST_IN_TEXT, breakable
from reports.paper import MapText, Paper
from reports.report.makeup import ROOM_MM, measured, pages
from reports.report.report import Block, basis, blocks
from reports.style import Style
from reports.typeface import FAMILY, printable_data
from translation import msg

Draw = Callable[[MapText, float, float], str]
"""Draws a map with its legend, so wide and so high in mm, as an SVG text."""

_WIDTH_MM, _BETWEEN_MM = 165.0, 4.0
#: How low and how high maps may be: one on the line, and two side by side.
_ALONE_MM, _PAIR_MM = (88.0, 135.0), (105.0, 145.0)
_FEW = 6
"""Maps of more districts have a line of their own."""
_LAYOUT = Path(__file__).parent / "report.typ"
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_REGIONS = {"de": "DE", "en": "GB"}


def pdf(paper: Paper, draw: Draw, style: Style | None = None) -> bytes:
    """The report, with the logo of ``style``."""
    on_pages = _pages(paper, style or Style())
    made: bytes = typst.compile(
        _LAYOUT,
        format="pdf",
        sys_inputs={"report": _data(paper, [_drawn(page, paper, draw) for page in on_pages])},
        pdf_standards=_STANDARDS,
        timestamp=datetime.combine(paper.day, time(), UTC),
        **_FONTS,
    )
    return made


_FONTS: dict[str, Any] = {"root": _LAYOUT.parent, "font_paths": [FONTS], "ignore_system_fonts": True}


def _pages(paper: Paper, style: Style) -> list[list[Block]]:
    """The report on pages, after it has been measured on one that has no end; the summary is on the first."""
    for brief in (False, True):
        written = [_masthead(paper, style), *_with_maps(blocks(paper, brief=brief)), *basis(paper)]
        inputs = {"report": _data(paper, [written], measured=True)}
        marks = json.loads(typst.query(_LAYOUT, "<mark>", field="value", sys_inputs=inputs, **_FONTS))
        found = measured(marks, len(written))
        summary = next((at for at, block in enumerate(written) if block["kind"] == "page"), 1)
        if found[summary - 1].bottom - found[0].top <= ROOM_MM:
            break
    return pages(written, found)


def _data(paper: Paper, on_pages: Sequence[Sequence[Block]], *, measured: bool = False) -> str:
    """What the layout is told."""
    say = paper.say
    report = {
        "measured": measured,
        "font": FAMILY,
        "language": paper.language,
        "region": _REGIONS[paper.language],
        "title": say(paper.title),
        "author": paper.county.name,
        "header": say(msg("Annex to the council paper: {county}", county=paper.county.name)),
        "vintage": say(paper.vintage),
        "date": say(msg("As of {date}", date=paper.day)),
        # The layout fills in the numbers.
        "page": say(msg("Page {page} of {pages}", page="{page}", pages="{pages}")),
        "pages": on_pages,
    }
    return json.dumps(printable_data(report), ensure_ascii=False)


def _masthead(paper: Paper, style: Style) -> Block:
    logo = "" if style.logo is None else _as_svg(style.logo)
    return {"kind": "masthead", "heading": breakable(paper.say(paper.title), LONGEST_IN_TEXT), "logo": logo}


def _as_svg(picture: bytes) -> str:
    """A PNG or JPEG picture within an SVG text, the only form of data that the layout takes in."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        (width, height), kind = opened.size, opened.get_format_mimetype()
    content = base64.b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:{kind};base64,{content}"/></svg>'
    )


def _with_maps(written: Sequence[Block]) -> Iterator[Block]:
    """``written`` with maps of few districts that follow each other side by side, two on a line."""
    for is_map, group in groupby(written, key=lambda block: block["kind"] == "map"):
        some = list(group)
        if not is_map:
            yield from some
            continue
        beside = 1 if max(one["districts"] for one in some) > _FEW else 2
        for start in range(0, len(some), beside):
            maps = some[start : start + beside]
            least, most = _ALONE_MM if len(maps) == 1 else _PAIR_MM
            yield {"kind": "maps", "maps": maps, "least": least, "most": most}


def _drawn(page: Sequence[Block], paper: Paper, draw: Draw) -> list[Block]:
    """A page with its maps as high as they are there."""
    return [
        block | {"maps": [_picture(one, len(block["maps"]), block["high"], paper, draw) for one in block["maps"]]}
        if block["kind"] == "maps"
        else block
        for block in page
    ]


def _picture(one: Block, beside: int, high: float, paper: Paper, draw: Draw) -> Block:
    wide = (_WIDTH_MM - (beside - 1) * _BETWEEN_MM) / beside
    return {"title": one["title"], "alt": one["alt"], "svg": draw(paper.maps[one["at"]], wide, high)}
