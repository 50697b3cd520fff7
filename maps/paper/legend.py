"""The legend of a paper map: districts with their teams, classes, signs; as many columns as there is room for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from geodata.county import County
from maps.colours import AROUND_FAIR, NOTHING, PALETTE, RAMP, MapFigure, by_number
from maps.paper.hatching import AROUND, DOTS, HATCHES, RISING, Hatch, add_hatch
from maps.paper.svg import INK, Box, add, add_box, add_text
from maps.paper.symbols import add_badge, add_dot, add_hub, badge_width
from maps.paper.text import ASCENT, LINE, POINT, wrapped
from optimizer.plan import District, LayerPlan
from translation import Language, msg, number, percent, translate

Symbol = Callable[[Element, Box, float], None]
"""Draws a symbol into a box; the text beside it has that size in mm."""
#: In sizes of the text: the symbol's width and height, the gap beside it, between rows, and the narrowest
#: column, with details and without.
_SYMBOL, _HIGH, _BESIDE, _BETWEEN, _COLUMN, _SHORT = 4.2, 1.6, 0.7, 0.55, 18.0, 13.5
_NUMBER = 1.75
_USUAL = 9 * POINT
_SHRINK = (1.0, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25)


@dataclass(frozen=True)
class Entry:
    """A symbol, what it is (bold where ``detail`` says more), and more of it."""

    symbol: Symbol
    name: str
    detail: str = ""


@dataclass(frozen=True)
class Section:
    """Entries under a heading."""

    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Laid:
    """A legend of which every line has its place; ``height`` in mm."""

    height: float
    _draw: tuple[Callable[[Element, float, float], None], ...]

    def draw(self, parent: Element, left: float, top: float) -> None:
        """Draws it with its upper left corner there."""
        for one in self._draw:
            one(parent, left, top)


def legend(
    county: County, layer: LayerPlan, figure: MapFigure | None, language: Language, *, brief: bool = False
) -> tuple[Section, ...]:
    """What colours, hatching and signs mean; ``brief`` where the page says more of the teams."""
    signs = [
        Entry(_number("1"), translate(msg("district"), language)),
        Entry(_hub_sign, translate(msg("hub") if brief else msg("hub of its district or of those named"), language)),
        Entry(_dot_sign, translate(msg("town hall"), language)),
    ]
    full = translate(percent(1, 0), language)
    if figure is None:
        signs.append(Entry(_written_sign(full), translate(msg("coverage"), language)))
    tell = _brief if brief else _in_full
    if brief and len({district.employer for district in layer.districts}) > 1:
        tell = _brief_with_employer
    entries = tuple(_districts(county, layer, figure is None, lambda one, team: tell(county, one, team, language)))
    sections = [Section(translate(msg("Districts"), language), entries)]
    if figure is not None:
        sections.insert(0, class_section(figure, language))
    return (*sections, Section(translate(msg("Signs"), language), tuple(signs)))


def class_section(figure: MapFigure, language: Language) -> Section:
    """What the fills of a figure mean."""
    hatches = class_hatches(figure)
    classes = tuple(
        Entry(_swatch(colour, hatches[colour]), translate(text, language)) for colour, text in figure.classes()
    )
    return Section(translate(figure.title, language), classes)


def class_hatches(figure: MapFigure) -> dict[str, Hatch]:
    """The hatching of each fill of a figure."""
    known = dict(zip((*AROUND_FAIR, *RAMP), (*AROUND, *RISING), strict=True))
    return {NOTHING: DOTS, **{colour: known[colour] for colour in figure.colours}}


def _districts(
    county: County, layer: LayerPlan, filled: bool, told: Callable[[str | None, District], tuple[str, str]]
) -> Iterator[Entry]:
    colours, hatches = by_number(county, layer, PALETTE), by_number(county, layer, HATCHES)
    for identity, district in layer.numbered:
        text = str(identity.number)
        symbol = _swatch(colours[identity.number], hatches[identity.number], text) if filled else _number(text)
        yield Entry(symbol, *told(identity.name, district))


def _in_full(county: County, name: str | None, district: District, language: Language) -> tuple[str, str]:
    """Name and employer of a district, and its team."""
    employer, hub = county.employer(district.employer).name, county.name_of(district.hub)
    team = msg("{posts} FTE, hub {hub}", posts=_posts(district.fte), hub=hub)
    return employer if name is None else f"{name} – {employer}", translate(team, language)


def _brief(county: County, name: str | None, district: District, language: Language) -> tuple[str, str]:
    """Name of a district, else its hub, with its posts on the same line."""
    called = name or county.name_of(district.hub)
    return translate(msg("{name}: {posts} FTE", name=called, posts=_posts(district.fte)), language), ""


def _brief_with_employer(county: County, name: str | None, district: District, language: Language) -> tuple[str, str]:
    """The same, and the employer where that is not the municipality of the hub."""
    employer = county.employer(district.employer)
    own = employer.kind == "municipality"
    return _brief(county, name, district, language)[0], "" if own else employer.name


def _posts(posts: Fraction) -> object:
    return number(float(posts), next((digits for digits in (1, 2) if (posts * 10**digits).denominator == 1), 3))


def laid(sections: Sequence[Section], width: float, highest: float, size: float, *, rows: bool) -> Laid:
    """The sections below one another within ``width`` and ``highest`` mm, the text ``size`` mm or smaller.

    With ``rows`` entries stand beside one another where there is room.
    """
    for shrink in _SHRINK:
        found = _laid(sections, width, size * shrink, rows or shrink < 0.7)
        if found.height <= highest:
            return found
    return found


def _laid(sections: Sequence[Section], width: float, size: float, rows: bool) -> Laid:
    top = 0.0
    draw: list[Callable[[Element, float, float], None]] = []
    for section in sections:
        narrowest = (_COLUMN if any(entry.detail for entry in section.entries) else _SHORT) * size
        columns = max(1, int((width + size) // narrowest)) if rows else 1
        column = (width - (columns - 1) * size) / columns
        top += 0 if top == 0 else 0.5 * size
        draw.append(_heading(section.heading, top, size))
        top += 1.6 * size
        for start in range(0, len(section.entries), columns):
            row = [_lines(entry, column, size) for entry in section.entries[start : start + columns]]
            height = max(max(_HIGH, len(lines) * LINE) * size for lines in row)
            for place, (entry, lines) in enumerate(zip(section.entries[start:], row, strict=False)):
                draw.append(_entry(entry, lines, place * (column + size), top, size))
            top += height + _BETWEEN * size
    return Laid(top, tuple(draw))


def _lines(entry: Entry, column: float, size: float) -> list[tuple[str, bool]]:
    width = column - (_SYMBOL + _BESIDE) * size
    names = [(line, bool(entry.detail)) for line in wrapped(entry.name, width, size, bool(entry.detail))]
    return names + [(line, False) for line in (wrapped(entry.detail, width, size) if entry.detail else ())]


def _heading(text: str, top: float, size: float) -> Callable[[Element, float, float], None]:
    def draw(parent: Element, x: float, y: float) -> None:
        add_text(parent, (x, y + top + ASCENT * size), text, size, bold=True)

    return draw


def _entry(
    entry: Entry, lines: Sequence[tuple[str, bool]], left: float, top: float, size: float
) -> Callable[[Element, float, float], None]:
    def draw(parent: Element, x: float, y: float) -> None:
        group = add(parent, "g", class_="legend-entry")
        entry.symbol(group, Box(x + left, y + top, _SYMBOL * size, _HIGH * size), size)
        # A single line stands beside the middle of its symbol.
        first = (_HIGH / 2 + 0.33) * size if len(lines) == 1 else (ASCENT + 0.12) * size
        for position, (text, bold) in enumerate(lines):
            at = (x + left + (_SYMBOL + _BESIDE) * size, y + top + first + position * LINE * size)
            add_text(group, at, text, size, bold=bold)

    return draw


def _swatch(colour: str, hatch: Hatch, text: str = "") -> Symbol:
    """A fill with its hatching, on its left the number of a district."""

    def draw(parent: Element, box: Box, size: float) -> None:
        if text:
            width = badge_width(text, 0.9 * size)
            add_badge(parent, box.left + (_NUMBER * size - width) / 2, box.middle[1], text, 0.9 * size)
            box = Box(box.left + _NUMBER * size, box.top, box.width - _NUMBER * size, box.height)
        add_box(parent, box, fill=colour)
        # On the map lines are as far apart, unless there is little room for the legend.
        add_hatch(parent, box.shape, hatch, min(1.0, size / _USUAL))
        add_box(parent, box, fill="none", stroke=INK, stroke_width=0.1 * size)

    return draw


def _number(text: str) -> Symbol:
    def draw(parent: Element, box: Box, size: float) -> None:
        x, y = box.middle
        add_badge(parent, x - badge_width(text, 0.9 * size) / 2, y, text, 0.9 * size)

    return draw


def _hub_sign(parent: Element, box: Box, size: float) -> None:
    add_hub(parent, box.middle, size / _USUAL)


def _dot_sign(parent: Element, box: Box, size: float) -> None:
    add_dot(parent, box.middle, size / _USUAL)


def _written_sign(text: str) -> Symbol:
    def draw(parent: Element, box: Box, size: float) -> None:
        x, y = box.middle
        add_text(parent, (x, y + 0.33 * size), text, size, anchor="middle")

    return draw
