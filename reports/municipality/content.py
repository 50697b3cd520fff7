"""What the page of each municipality says, as text in the language of the papers: the same in every medium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from geodata.county import Ags
from reports.column_widths import LONGEST_IN_TEXT, breakable
from reports.paper import Paper, digest_text
from reports.style import Style
from translation import Language, msg
from wording.about import planner_version
from wording.method import PEOPLE_DECIDE
from wording.municipality_page import MunicipalityPage, PageMap, PageSection, municipality_pages

#: A figure and its unit stay together.
_UNIT = re.compile(r"(?<=\d) (?=(?:h|min|km|%|€)(?:\W|$))")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is seen first; ``beside`` may be empty."""

    value: str
    label: str
    beside: str


@dataclass(frozen=True, slots=True)
class Map:
    """A map: what it is of, its caption, and what it shows in words."""

    of: PageMap
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its paragraphs."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page. ``header`` stands above everything, ``about`` below the name, ``basis`` small at the end."""

    ags: Ags
    language: Language
    day: date
    style: Style
    author: str
    title: str
    header: str
    name: str
    about: str
    lead: str
    figures: tuple[Figure, ...]
    maps: tuple[Map, ...]
    visits: tuple[Section, ...]
    effects: tuple[Section, ...]
    basis: Section


def sheets(paper: Paper, style: Style) -> Iterator[Sheet]:
    """The pages on the proposed plan, in AGS order; none where there is no plan."""
    part = paper.proposed
    if part.planned is not None:
        for page in municipality_pages(part.loaded, part.planned.plan, paper.exploration):
            yield _Writer(paper, style).sheet(page)


class _Writer:
    def __init__(self, paper: Paper, style: Style) -> None:
        self._paper, self._style = paper, style

    def sheet(self, page: MunicipalityPage) -> Sheet:
        paper, part = self._paper, self._paper.proposed
        county, scenario = paper.county.name, part.loaded.scenario.name
        made = msg("Made with KIM-Planer {version}.", version=planner_version())
        basis = (paper.vintage, page.sources, digest_text(part, paper.language), PEOPLE_DECIDE, made)
        return Sheet(
            ags=page.ags,
            language=paper.language,
            day=paper.day,
            style=self._style,
            author=county,
            title=paper.say(msg("{town}: case management in integration", town=page.name)),
            header=self._say(msg("{county}: case management in integration, for the talk", county=county)),
            name=breakable(page.name, LONGEST_IN_TEXT / 2),
            about=self._say(
                msg("{scenario}: {status}. As of {date}.", scenario=scenario, status=part.status, date=paper.day)
            ),
            lead=self._say(page.lead),
            figures=tuple(
                Figure(self._say(one.value), self._say(one.label), "" if one.beside is None else self._say(one.beside))
                for one in page.figures
            ),
            maps=tuple(Map(one, self._say(one.title), paper.say(one.shows)) for one in page.maps),
            visits=tuple(self._sections(page.visits)),
            effects=tuple(self._sections(page.effects)),
            basis=Section(self._say(msg("What this rests on")), tuple(map(self._say, basis))),
        )

    def _sections(self, sections: Sequence[PageSection]) -> Iterator[Section]:
        for one in sections:
            yield Section(self._say(one.title), tuple(map(self._say, one.texts)))

    def _say(self, text: object) -> str:
        return breakable(_UNIT.sub("\u00a0", self._paper.say(text)), LONGEST_IN_TEXT)
