"""A plan's map as one HTML file that needs nothing else: opened from a folder, it works without a network."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from maps.colours import MapColour
from maps.screen import plan_map
from optimizer.plan import Plan
from scenarios.assemble import LoadedScenario
from translation import Language, msg, translate
from wording import sentences as wording
from wording.grid import GridTable
from wording.plan_tables import DRIVE, districts_table, map_sentences, municipalities_table

_STATIC = Path(__file__).parents[2] / "static"
# What the style sheet of Leaflet would fetch belongs to controls that our maps do not have.
_FETCHED = re.compile(r"url\([^)]*\)")
#: The browser is to fetch nothing, whatever a name or a library may say.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def plan_html(
    loaded: LoadedScenario,
    plan: Plan,
    layer: int,
    language: Language,
    *,
    title: str | None = None,
    day: date | None = None,
    colour: MapColour = MapColour.DISTRICT,
    indicator: str | None = None,
) -> str:
    """The map as on screen, with legend, tables of districts and municipalities, and sources, as the text of a file.

    ``title`` is by default the county's name; ``colour`` and ``indicator`` are those of :func:`maps.screen.plan_map`.
    """
    county = loaded.county
    heading = title or county.name
    drawn = plan_map(county, plan, layer, language, colour=colour, indicator=indicator).drawn("map")
    about: list[object] = [county.name, wording.layer_title(plan.layers[layer])]
    if day is not None:
        about.append(msg("date: {day}", day=day))
    tables = (districts_table(plan.layers[layer], county), municipalities_table(loaded, plan).without(DRIVE))

    def said(value: object) -> str:
        return html.escape(translate(value, language))

    without = msg("The map needs JavaScript. The tables below hold the same figures.")
    described = " ".join(said(sentence) for sentence in map_sentences(plan, layer, county))
    body = [
        f"<noscript><p>{said(without)}</p></noscript>",
        f'<div class="kim-map-body" role="group" aria-label="{described}">{drawn.html}</div>',
        *(table_html(table, language) for table in tables),
        f"<h2>{said(msg('Sources'))}</h2>",
        f'<ul class="sources">{"".join(f"<li>{said(text)}</li>" for text in wording.sources(county))}</ul>',
    ]
    return html_page(heading, about, body, drawn.script, language)


def html_page(heading: str, about: Sequence[object], body: Sequence[str], script: str, language: Language) -> str:
    """A page of maps that needs nothing else: ``body`` is HTML, ``script`` fills its maps."""
    told = " · ".join(html.escape(translate(part, language)) for part in about)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{language}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html.escape(heading)}</title>",
            f"<style>{_styles()}</style>",
            f"<script>{_scripts()}</script>",
            "</head>",
            "<body>",
            "<main>",
            f'<h1 id="title">{html.escape(heading)}</h1>',
            f'<p class="about">{told}</p>',
            *body,
            "</main>",
            f"<script>{script}</script>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _styles() -> str:
    files = ("leaflet/leaflet.css", "map.css", "map_page.css")
    return _FETCHED.sub("none", "\n".join((_STATIC / file).read_text("utf-8") for file in files))


def _scripts() -> str:
    texts = [(_STATIC / file).read_text("utf-8") for file in ("leaflet/leaflet.js", "map.js")]
    # The file that says which line of Leaflet's source is which is not there.
    return "\n".join(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text) for text in texts)


def table_html(table: GridTable, language: Language) -> str:
    """A table and its notes as HTML."""

    def cells(tag: str, values: Sequence[object]) -> str:
        parts = []
        for position, (column, value) in enumerate(zip(table.columns, values, strict=True)):
            name = "th" if tag == "th" or position == 0 else "td"
            scope = ' scope="col"' if tag == "th" else ' scope="row"' if position == 0 else ""
            figures = ' class="figure"' if column.figures else ""
            parts.append(f"<{name}{scope}{figures}>{html.escape(translate(value, language))}</{name}>")
        return "".join(parts)

    rows = [
        f'<tr class="{row.weight.value}">' + cells("td", [cell.value for cell in row.cells]) + "</tr>"
        for row in table.rows
    ]
    name = html.escape(translate(table.title, language))
    notes = [f'<p class="note">{html.escape(translate(note, language))}</p>' for note in table.notes]
    head = cells("th", [column.heading for column in table.columns])
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{name}"><table><caption>{name}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>{''.join(notes)}"
    )
