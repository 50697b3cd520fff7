"""The council paper as a file for Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maps.paper.png import drawing_png
from reports.paper import Paper
from reports.style import Style
from reports.word.council_paper import blocks
from reports.word.document import WordPaper
from translation import Message, msg
from wording.council_paper import own_text


def council_paper(paper: Paper, maps: Sequence[str], style: Style, stem: str) -> bytes:
    """The council paper on the proposed scenario. ``maps`` are SVG texts in the order of ``paper.maps``.

    ``stem`` is what the other papers' files are called.
    """
    word = WordPaper(paper.language, style, style.template, drawing_png)
    if style.logo is not None and style.template is None:
        word.logo(style.logo)
    facts = [(paper.say(name), paper.say(value)) for name, value in _facts(paper)]
    word.title(paper.say(paper.title), facts, paper.say(msg("[to be written]")))
    word.add(blocks(paper, maps, [paper.say(annex) for annex in _annexes(paper, stem)]))
    return word.content(paper.say(paper.title), paper.county.name, paper.day)


def _facts(paper: Paper) -> Iterator[tuple[Message, object]]:
    scenario = paper.proposed.loaded.scenario
    for key, name in (("number", msg("Council paper no.")), ("department", msg("Department"))):
        yield name, own_text(scenario, key)
    yield msg("Date"), paper.day
    yield msg("County"), paper.county.name
    yield msg("Figures"), paper.vintage


def _annexes(paper: Paper, stem: str) -> Iterator[Message]:
    number = own_text(paper.proposed.loaded.scenario, "annex")
    report = msg("Report with maps, figures, method and sources ({file})", file=f"{stem}.pdf")
    yield msg("{number}: {text}", number=number, text=report) if number else report
    yield msg("Workbook with all figures ({file})", file=f"{stem}.xlsx")
