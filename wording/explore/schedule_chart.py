"""The weeks of all persons as a chart; ``say``, ``width`` and ``height`` as in ``charts``."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import altair as alt

from exploring.query import Subject
from optimizer.way.halfdays import EVERY_HALF_DAY
from optimizer.way.schedule import Schedule, TeamSchedule
from translation import Message, msg
from wording.explore.axes import DARK, MIDDLE, PALE, SMALL, WHITE, WIDTH, Chart, Say, data, finished, looked_up
from wording.explore.schedule import HUB, person_name, weeks_of
from wording.half_days import SHORT_WEEKDAYS

#: With more rows than this nobody finds a person.
MOST_ROWS = 30
_LABELS = 124


def has_chart(found: Schedule) -> bool:
    """Whether there are weeks to be drawn, and not too many."""
    rows = sum(len(one.team.persons) * one.terms.weeks for one in found.teams if one.fits)
    return 0 < rows <= MOST_ROWS


def schedule_chart(
    about: Subject, found: Schedule, say: Say, width: float = WIDTH, height: float | None = None
) -> Chart:
    """Where each person is on each half-day: visits are dark and have the name of the municipality, the hub is pale."""
    people: list[str] = []
    rows: list[dict[str, Any]] = []
    for one in found.teams:
        for person in range(len(one.team.persons)) if one.fits else ():
            for letter, week in weeks_of(one, person):
                rows += _cells(about, one, person, week, len(people), say)
                people.append(say(_called(about, one, person, letter)))
    worked = found.terms.worked(Fraction(1))
    titles = [
        [say(SHORT_WEEKDAYS[half.day]), say(msg("p.m.") if half.afternoon else msg("a.m."))] for half in EVERY_HALF_DAY
    ]
    x = alt.X(
        "half:N",
        sort=None,
        scale=alt.Scale(domain=[str(EVERY_HALF_DAY.index(half)) for half in worked]),
        title=None,
        axis=alt.Axis(
            orient="top", labelAngle=0, labelExpr=looked_up(titles), labelPadding=18, ticks=False, domain=False
        ),
    )
    y = alt.Y(
        "row:N",
        sort=None,
        scale=alt.Scale(domain=[str(place) for place in range(len(people))]),
        title=None,
        axis=alt.Axis(labelExpr=looked_up(people), labelLimit=_LABELS, labelPadding=6, ticks=False, domain=False),
    )
    tooltip = [
        alt.Tooltip("who:N", title=say(msg("Person"))),
        alt.Tooltip("place:N", title=say(msg("Where"))),
    ]
    base = alt.Chart(data(rows)).encode(x=x, y=y, tooltip=tooltip)
    cells = base.mark_rect(stroke=WHITE, strokeWidth=1.5).encode(color=alt.Color("fill:N", scale=None))
    room = (width - _LABELS) / len(worked) - 3
    texts = base.mark_text(fontSize=SMALL - 2, color=DARK, limit=room).encode(text="text:N")
    return finished((cells, texts), width, height or 50 + 24 * len(people))


def _called(about: Subject, one: TeamSchedule, person: int, letter: str) -> Message:
    hub, name = about.loaded.county.name_of(one.team.hub), person_name(person)
    if not letter:
        return msg("{hub}: {person}", hub=hub, person=name)
    return msg("{hub}: {person}, {week}", hub=hub, person=name, week=letter)


def _cells(about: Subject, one: TeamSchedule, person: int, week: int, row: int, say: Say) -> Iterator[dict[str, Any]]:
    for place in one.places:
        if (place.person, place.week) == (person, week):
            hub, name = place.town == one.team.hub, about.loaded.county.name_of(place.town)
            yield {
                "row": str(row),
                "half": str(EVERY_HALF_DAY.index(place.half)),
                "who": say(_called(about, one, person, "")),
                "place": say(HUB) if hub else name,
                "text": "" if hub else name,
                "fill": PALE if hub else MIDDLE,
            }
