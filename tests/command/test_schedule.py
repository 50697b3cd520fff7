"""``kim explore schedule``: the answer as data, the calendar read again, the poster, and what is typed wrong."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar
from pypdf import PdfReader
from running import run

from command.half_days import _half_days
from optimizer.way.halfdays import EVERY_HALF_DAY, HalfDay

BERLIN = ZoneInfo("Europe/Berlin")
TOWNS = {"05558004": "Ascheberg", "05558028": "Nordkirchen", "05558036": "Olfen", "05558040": "Rosendahl"}


def asked(*arguments: object, status: int = 0) -> Any:
    shown = run("explore", "schedule", "modell-1-zentral", *arguments, "--json", "-")
    assert shown.status == status, shown.err
    return json.loads(shown.out)


def test_a_shipped_scenario_as_data_calendar_and_poster(tmp_path: Path) -> None:
    files = {name: tmp_path / f"plan.{name}" for name in ("json", "ics", "pdf")}
    options = [part for name, file in files.items() for part in (f"--{name}", file)]
    shown = run("explore", "schedule", "modell-1-zentral", *options, "--from", "2027-01-01", "--lang", "de")
    assert (shown.status, shown.err) == (0, "")
    assert "Der Einsatzplan geht auf: 7 Personen machen 29 Besuche in zwei Wochen" in shown.text
    assert "dienstags vormittags, mittwochs ganztags, in Woche A donnerstags nachmittags (CM 1)" in shown.text
    answer = json.loads(files["json"].read_text(encoding="utf-8"))
    assert answer["status"] == "proven"
    assert_hours(answer)
    assert_same_in_calendar(answer, files["ics"].read_bytes())
    pdf = PdfReader(files["pdf"])
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "Woche A beginnt am Montag, 04.01.2027" in " ".join(text.split())
    assert all(town in text for town in TOWNS.values())
    assert pdf.root_object["/Lang"] == "de-DE"
    assert "/StructTreeRoot" in pdf.root_object
    first = {name: file.read_bytes() for name, file in files.items()}
    again = run("explore", "schedule", "modell-1-zentral", *options, "--from", "2027-01-04", "--lang", "de")
    assert again.status == 0
    # The same Monday, so the same weeks; only the poster is of another day.
    assert {name: file.read_bytes() == first[name] for name, file in files.items()} == {
        "json": True,
        "ics": True,
        "pdf": False,
    }


def assert_hours(answer: Any) -> None:
    """Half-days, ways and visits add up to what the plan has."""
    for team in answer["teams"]:
        worked = sum(half["hours"] for half in team["half_days"]) / answer["weeks"]
        assert worked + team["travel_hours"] == pytest.approx(39 * sum(team["persons"]))
        assert team["travel_hours"] == pytest.approx(team["least_travel_hours"])
        assert team["travel_hours"] <= team["return_trips_hours"] + 1e-9
        visited = Counter(half["ags"] for half in team["half_days"] if half["ags"] != team["hub"])
        for town in team["municipalities"]:
            assert visited[town["ags"]] == town["visits"]
            assert abs(town["hours"] - town["planned_hours"]) < 2.5


def assert_same_in_calendar(answer: Any, content: bytes) -> None:
    """Every half-day of eight weeks stands in the calendar once, with its hours, and nothing else does."""
    monday = datetime(2027, 1, 4, tzinfo=BERLIN)
    found: Counter[tuple[datetime, float, str]] = Counter()
    for event in Calendar.from_ical(content).walk("VEVENT"):
        begin, end = event["DTSTART"].dt, event["DTEND"].dt
        rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin)
        for day in rule.between(monday, monday + timedelta(weeks=8), inc=True):
            found[day, (end - begin).total_seconds() / 3600, str(event["LOCATION"])] += 1
    names = {town["ags"] for team in answer["teams"] for town in team["municipalities"]}
    expected: Counter[tuple[datetime, str]] = Counter()
    for team in answer["teams"]:
        for half in team["half_days"]:
            clock = timedelta(hours=13.5 if half["afternoon"] else 8.5)
            for fortnight in range(4):
                day = timedelta(days=14 * fortnight + 7 * (half["week"] - 1) + half["day"] - 1)
                expected[monday + day + clock, half["ags"]] += 1
                rounded = [hours for at, hours, _ in found if at == monday + day + clock]
                assert any(abs(hours - half["hours"]) <= 2.5 / 60 + 1e-9 for hours in rounded)
    assert len(names) == 11
    assert Counter(at for at, _, _ in found.elements()) == Counter(at for at, _ in expected.elements())
    for ags, name in TOWNS.items():
        there = Counter(at for at, _, where in found.elements() if where == name)
        assert there == Counter(at for at, where in expected.elements() if where == ags)


def test_what_cannot_hold_together_is_named() -> None:
    answer = asked("--open", "Olfen=Mi", "--open", "Rosendahl=Di,Do-vormittag", status=1)
    assert answer["status"] == "infeasible"
    conflicts = {team["hub"]: team["conflict"] for team in answer["teams"] if not team["fits"]}
    both = [{"what": what, "ags": "05558036", "person": None} for what in ("open", "visits")]
    assert conflicts == {"05558024": both}


def test_weekly_with_another_meeting() -> None:
    answer = asked("--weeks", "1", "--meeting", "Wed-afternoon", "--working", "Mo,Di,Mi,Do,Fr")
    assert {half["week"] for team in answer["teams"] for half in team["half_days"]} == {1}
    meeting = [
        half["ags"] == team["hub"]
        for team in answer["teams"]
        for half in team["half_days"]
        if (half["day"], half["afternoon"]) == (3, True)
    ]
    assert meeting
    assert all(meeting)


def test_all_that_is_typed_wrong_is_told_at_once(tmp_path: Path) -> None:
    options = ["--weeks", "3", "--open", "Olfen", "--open", "Nirgends=Di", "--part-time", "Sa", "--meeting", "Mo"]
    shown = run("explore", "schedule", "modell-1-zentral", *options, "--from", "4.1.2027", "--lang", "en")
    assert shown.status == 2
    for option in ("--weeks", "--open", "--part-time", "--meeting", "--from"):
        assert option in shown.err
    shown = run("explore", "schedule", "modell-1-zentral", "--pdf", tmp_path / "plan.pdf", "--lang", "en")
    assert shown.status == 2
    assert "--from" in shown.err
    shown = run("explore", "schedule", "modell-1-zentral", "--working", "Di", "--lang", "en")
    assert shown.status == 2
    assert "nobody works on all of these half-days" in shown.err


def test_days_are_read_in_both_languages() -> None:
    assert _half_days("--open", "Fr-nachmittags, monday-Morning,Mi", print) == (
        HalfDay(0),
        HalfDay(2),
        HalfDay(2, True),
        HalfDay(4, True),
    )
    assert _half_days("--open", "Mo,Di,Mi,Do,Fr", print) == EVERY_HALF_DAY
