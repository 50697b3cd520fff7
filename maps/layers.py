"""What our folium maps are made of. Everything comes from the application itself, nothing from a network."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, MacroElement
from folium.template import Template

from optimizer.problem import Ags

#: Relative to the application's page, so that it also holds where the application has a base path.
STATIC = "app/static"
_FILES = Path(__file__).parents[1] / "static"


@cache
def static(file: str) -> str:
    """The address of a file in static/, another one when its content changes: browsers keep what they once loaded."""
    return f"{STATIC}/{file}?{hashlib.sha256((_FILES / file).read_bytes()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map as folium renders it: its elements, the script that fills them, and the script's name for the map."""

    html: str
    script: str
    name: str


class OfflineMap(folium.Map):
    """A folium map whose Leaflet the application serves. jQuery, Bootstrap and icon fonts are not there.

    ``area`` is the key of the county, ``places`` are the municipalities that can be chosen on the map. ``apology`` is
    shown in its place where Leaflet does not load.
    """

    def __init__(self, *, area: str, places: tuple[Ags, ...], apology: str, **options: Any) -> None:
        """``options`` are those of ``folium.Map``."""
        super().__init__(tiles=None, **options)
        self.area = area
        self.places = places
        self.apology = apology
        self.default_js = [("leaflet", static("leaflet/leaflet.js")), ("kim_map", static("map.js"))]
        self.default_css = [("leaflet_css", static("leaflet/leaflet.css")), ("kim_map_css", static("map.css"))]

    def drawn(self, key: str) -> Drawn:
        """The map for the place ``key`` on a page: the same text for the same map, unlike folium's own names."""
        _rename(self, hashlib.sha256(key.encode()).hexdigest()[:12])
        figure: Any = self.get_root()
        figure.render()
        return Drawn(figure.html.render(), figure.script.render(), self.get_name())


def _rename(element: Element, prefix: str) -> None:
    element._id = prefix
    for position, child in enumerate(element._children.values()):
        _rename(child, f"{prefix}_{position}")


class Draw(MacroElement):
    """A call of a function in static/map.js with the map and ``arguments``, which may be any JSON."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        kimMap.{{ this.function }}({{ this._parent.get_name() }}{{ this.arguments }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, *arguments: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.function = function
        self.arguments = "".join(f", {_json(argument)}" for argument in arguments)


def _json(content: object) -> str:
    """JSON that is also safe within an HTML page."""
    text = json.dumps(content, separators=(",", ":"))
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


class Legend(MacroElement):
    """The legend below a map, where it covers nothing."""

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="kim-legend">{{ this.content }}</div>
        {% endmacro %}
        """
    )

    def __init__(self, content: str) -> None:
        """``content`` is HTML."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.content = content
