"""The page of a municipality as PDF/UA-1 and PDF/A-2a: always one, tagged; the same input gives the same bytes."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

from maps.paper.text import FONTS
from reports.municipality.content import Sheet
from reports.typeface import FAMILY, printable_data

MAP_MM = (88.0, 94.0)
"""Width and height of a map that is alone."""
#: Two are each so much lower.
_SHARED = 0.62
_LAYOUT = Path(__file__).parent / "page.typ"
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_REGIONS = {"de": "DE", "en": "GB"}


def map_mm(sheet: Sheet) -> tuple[float, float]:
    """Width and height of each map of a sheet."""
    width, height = MAP_MM
    return width, height if len(sheet.maps) == 1 else _SHARED * height


def pdf(sheet: Sheet, maps: Sequence[str]) -> bytes:
    """The page. ``maps`` are SVG texts in the order of ``sheet.maps``, drawn for :func:`map_mm`."""
    width, _ = map_mm(sheet)
    logo = sheet.style.logo
    data: dict[str, Any] = {
        "font": FAMILY,
        "accent": sheet.style.strong,
        "logo": "" if logo is None else _picture_svg(logo),
        "language": sheet.language,
        "region": _REGIONS[sheet.language],
        "title": sheet.title,
        "author": sheet.author,
        "header": sheet.header,
        "heading": sheet.name,
        "about": sheet.about,
        "lead": sheet.lead,
        "figures": [{"value": one.value, "label": one.label, "beside": one.beside} for one in sheet.figures],
        "maps": [
            {"svg": svg, "title": one.title, "alt": one.alt, "width": width}
            for one, svg in zip(sheet.maps, maps, strict=True)
        ],
        "visits": [{"title": one.title, "texts": list(one.texts)} for one in sheet.visits],
        "effects": [{"title": one.title, "texts": list(one.texts)} for one in sheet.effects],
        "basis": list(sheet.basis.texts),
    }
    made: bytes = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"page": json.dumps(printable_data(data), ensure_ascii=False)},
        pdf_standards=_STANDARDS,
        timestamp=datetime.combine(sheet.day, time(), UTC),
    )
    return made


def _picture_svg(picture: bytes) -> str:
    """A PNG or JPEG picture as SVG text: data for a layout is text."""
    # Loaded only here: most papers have no logo.
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as opened:
        width, height = opened.size
        media = Image.MIME[opened.format or "PNG"]
    content = base64.b64encode(picture).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:{media};base64,{content}"/></svg>'
    )
