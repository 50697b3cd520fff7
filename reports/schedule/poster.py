"""The schedule as a poster on A3, as PDF/UA-1 and PDF/A-2a: tagged; the same input gives the same bytes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from exploring.query import Subject
from maps.paper.text import FONTS
from optimizer.way.schedule import Schedule
from reports.schedule.calendar import calendar_name, first_monday
from reports.style import Style
from reports.typeface import FAMILY, kept_together, printable_data
from translation import Language, msg, translate
from wording.about import planner_version
from wording.explore.schedule import schedule_told
from wording.grid import GridTable, Weight
from wording.method import PEOPLE_DECIDE

_LAYOUT = Path(__file__).parent / "poster.typ"
_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
_REGIONS = {"de": "DE", "en": "GB"}
#: The weeks of all persons, and when somebody is where: what hangs on a wall.
_TABLES = 2


def poster(about: Subject, found: Schedule, language: Language, start: date, style: Style) -> bytes:
    """The poster; ``start`` is the day from which its weeks count."""

    def say(text: object) -> str:
        return kept_together(translate(text, language))

    told = schedule_told(about, found)
    first = msg("Week A begins on Monday, {date}; weeks A and B take turns.", date=first_monday(start))
    if found.terms.weeks == 1:
        first = msg("From Monday, {date}, every week alike.", date=first_monday(start))
    made = msg("Made with KIM-Planer {version}.", version=planner_version())
    data: dict[str, Any] = {
        "font": FAMILY,
        "accent": style.strong,
        "language": language,
        "region": _REGIONS[language],
        "title": say(told.title),
        "header": say(calendar_name(about)),
        "about": say(msg("{scenario}. {first}", scenario=about.loaded.scenario.name, first=first)),
        "tables": [_table(table, language) for table in told.tables[:_TABLES]],
        "basis": [say(text) for text in (*told.answer, told.proof, PEOPLE_DECIDE, made)],
    }
    content: bytes = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        format="pdf",
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"poster": json.dumps(printable_data(data), ensure_ascii=False)},
        pdf_standards=_STANDARDS,
        timestamp=datetime.combine(start, time(), UTC),
    )
    return content


def _table(table: GridTable, language: Language) -> dict[str, Any]:
    def say(text: object) -> str:
        return kept_together(translate(text, language))

    return {
        "title": say(table.title),
        "columns": [{"heading": say(column.heading), "figures": column.figures} for column in table.columns],
        "rows": [
            {
                "strong": row.weight is Weight.STRONG,
                "cells": [
                    say(cell.value) if cell.difference is None else f"{say(cell.value)} ({say(cell.difference.text)})"
                    for cell in row.cells
                ],
            }
            for row in table.rows
        ],
        "notes": [say(note) for note in table.notes],
    }
