"""The statement on accessibility that a public body has to give with an application (BITV NRW, EU 2016/2102)."""

from __future__ import annotations

from datetime import date

from translation import Message, msg
from wording.method import Passage

#: When what is said below was last held against the pages.
CHECKED = date(2026, 11, 28)

STATE = Passage(
    msg("How far this application is accessible"),
    msg(
        "It is partly in accordance with the Barrierefreie-Informationstechnik-Verordnung NRW (BITV NRW), which asks "
        "for EN 301 549 and with it WCAG 2.1 AA."
    ),
)
GOOD = Passage(
    msg("What works"),
    msg("The first with every version, on all pages, in German and English; the rest by tests and by hand:"),
    (
        msg("no fault that axe-core finds against WCAG 2.1 AA; contrasts, headings, names of all fields"),
        msg("everything can be done with the keyboard, also painting districts on “What if”"),
        msg("colour never says anything alone: districts have numbers, patterns and names"),
        msg("every map and chart has its figures in a table beside it, and a description"),
        msg("report and pages for municipalities are accessible PDF (PDF/UA-1); Word and slides have headings, "
            "descriptions and a language"),
        msg("pages can be used on narrow screens and enlarged"),
    ),
)  # fmt: skip
LIMITS = Passage(
    msg("What does not work yet"),
    msg("Known limits:"),
    (
        msg("on maps, borders and drives can only be seen; the same stands in words and tables"),
        msg("tables for typing figures on “Data” are drawn, and screen readers read them only in part; the Excel "
            "workbook of the same page does the same"),
        msg("some words of fields for dates and uploads are English, as the library in use has them"),
        msg("screen readers were not tried with people who depend on them; the maps as pictures (PNG, SVG) have no "
            "descriptions inside"),
    ),
)  # fmt: skip
HOW = Passage(
    msg("How this was found out"),
    msg(
        "By the developers themselves, with automatic checks and by hand, last on {date}. Not by an independent body.",
        date=CHECKED,
    ),
)
REPORTING = msg("Report a barrier")
ENFORCEMENT = msg("If nobody answers")
NRW = msg(
    "If you do not get a satisfying answer within a reasonable time, the Ombudsstelle für barrierefreie "
    "Informationstechnik des Landes Nordrhein-Westfalen mediates, free of charge: "
    "ombudsstelle-barrierefreie-it@mags.nrw.de, www.mags.nrw/ombudsstelle-barrierefreie-informationstechnik"
)


def reporting(feedback: str | None, operator: str | None) -> Message:
    """To whom a barrier is reported; without a setting, to whoever runs the application."""
    if feedback is None:
        return msg(
            "Tell whoever runs this application in your house. (For them: the address is set with “accessibility” in "
            "the settings.)"
        )
    if operator is None:
        return msg("Tell us what you could not use, and on which page: {address}", address=feedback)
    return msg(
        "{operator} runs this application. Tell us what you could not use, and on which page: {address}",
        operator=operator,
        address=feedback,
    )
