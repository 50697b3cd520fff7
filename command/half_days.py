"""Half-days as people type them, and what ``kim explore schedule`` takes for granted: its options as values."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from typing import Any

from files.faults import Fault
from files.typed import shown
from geodata.county import Ags, County
from optimizer.way.halfdays import DAYS, HalfDay, Terms, in_order
from scenarios.names import Names
from translation import Message, msg

#: Weekdays in both languages, in full and as people shorten them; a half-day follows behind a hyphen.
_DAYS = (
    ("mo", "mon", "montag", "monday"),
    ("di", "tue", "dienstag", "tuesday"),
    ("mi", "wed", "mittwoch", "wednesday"),
    ("do", "thu", "donnerstag", "thursday"),
    ("fr", "fri", "freitag", "friday"),
)
_HALVES = {
    "vormittag": (False,),
    "vormittags": (False,),
    "morning": (False,),
    "nachmittag": (True,),
    "nachmittags": (True,),
    "afternoon": (True,),
    "": (False, True),
}
#: Stands for no meeting.
_NONE = ("none", "keine")
_ALLOWED = msg("weekdays with commas between them, such as Mon,Tue-morning,Thu-afternoon")

Tell = Callable[[Fault], None]


def terms_of(options: argparse.Namespace, county: County, weeks: int | None, tell: Tell) -> Terms:
    """What is taken for granted of the schedule; what is wrong with an option is told, and then it is as usual."""
    stated: dict[str, Any] = {
        "weeks": weeks,
        "working": _half_days("--working", options.working, tell),
        "part_time": _half_days("--part-time", options.part_time, tell),
        "open": _opened(options.open, county, tell),
    }
    usual = Terms()
    if options.meeting is not None:
        stated["meet"] = _meeting(options.meeting, tell)
    known = {name: value for name, value in stated.items() if value is not None or name == "meet"}
    working = set(known.get("working", usual.working))
    for name, halves in (("--part-time", known.get("part_time", ())), ("--meeting", [known.get("meet", usual.meet)])):
        if any(half is not None and half not in working for half in halves):
            wrong = msg("nobody works on all of these half-days")
            tell(Fault(name, wrong, msg("half-days that are among those of --working")))
    return Terms(**known)


def start_of(options: argparse.Namespace, tell: Tell) -> date | None:
    """The day from which poster and calendar count."""
    asked = [name for name in ("pdf", "ics") if getattr(options, name) is not None]
    if options.start is None:
        for name in asked:
            wrong = msg("without --from it is not known which week is the first")
            tell(Fault(f"--{name}", wrong, msg("a day from which weeks count, such as --from 2027-01-04")))
        return None
    try:
        return date.fromisoformat(options.start)
    except ValueError:
        wrong = msg("“{value}” is not a date such as 2026-11-22", value=shown(options.start))
        tell(Fault("--from", wrong))
    return None


def _half_days(option: str, text: str | None, tell: Tell) -> tuple[HalfDay, ...] | None:
    if text is None:
        return None
    found: set[HalfDay] = set()
    for part in text.split(","):
        name, _, half = part.strip().casefold().partition("-")
        day = next((day for day in range(DAYS) if name in _DAYS[day]), None)
        if day is None or half not in _HALVES:
            tell(Fault(option, msg("“{text}” is no half-day", text=shown(part.strip())), _ALLOWED))
            return None
        found |= {HalfDay(day, late) for late in _HALVES[half]}
    return in_order(found)


def _meeting(text: str, tell: Tell) -> HalfDay | None:
    if text.strip().casefold() in _NONE:
        return None
    found = _half_days("--meeting", text, tell)
    if found is not None and len(found) > 1:
        allowed: Message = msg("one half-day, such as Mon-morning; or {none}", none=_NONE[0])
        tell(Fault("--meeting", msg("“{text}” is more than one half-day", text=shown(text)), allowed))
    return None if found is None else found[0]


def _opened(texts: list[str], county: County, tell: Tell) -> dict[Ags, tuple[HalfDay, ...]]:
    names, found = Names(county), dict[Ags, tuple[HalfDay, ...]]()
    for text in texts:
        name, sign, days = text.partition("=")
        if not sign:
            wrong = msg("“{text}” is not a municipality with half-days", text=shown(text))
            example = county.municipalities[0].name
            tell(Fault("--open", wrong, msg("name or key, =, and half-days, such as {town}=Tue", town=example)))
            continue
        town, halves = names.town(name.strip()), _half_days("--open", days, tell)
        if not isinstance(town, str):
            tell(Fault("--open", *town))
        elif town in found:
            wrong = msg("the municipality “{name}” stands twice", name=shown(name))
            tell(Fault("--open", wrong, msg("each municipality once")))
        elif halves is not None:
            found[town] = halves
    return found
