"""Charts as SVG for paper, in the typeface of the papers; without a browser and without a network."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import vl_convert

from maps.paper.text import FONTS
from reports.typeface import FAMILY

if TYPE_CHECKING:
    # Slow to read, and needed only where there are charts.
    from wording.explore.axes import Chart

#: The grammar of the charts' definition.
_GRAMMAR = "6.4"


def chart_svg(chart: Chart) -> str:
    """``chart`` as an SVG text; the same chart gives the same text. Texts are measured in the papers' typeface."""
    _typeface()
    definition: dict[str, Any] = chart.to_dict()
    # Papers describe a chart by themselves; the chart's own descriptions would be English and long.
    definition["config"] = {**definition.get("config", {}), "font": FAMILY, "aria": False}
    svg: str = vl_convert.vegalite_to_svg(definition, vl_version=_GRAMMAR, allowed_base_urls=[])
    return svg


@cache
def _typeface() -> None:
    vl_convert.register_font_directory(str(FONTS))
