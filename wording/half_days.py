"""Half-days of the week in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce

from optimizer.way.halfdays import HalfDay
from translation import Message, msg

WEEKDAYS = (msg("Monday"), msg("Tuesday"), msg("Wednesday"), msg("Thursday"), msg("Friday"))
SHORT_WEEKDAYS = (msg("Mon"), msg("Tue"), msg("Wed"), msg("Thu"), msg("Fri"))
_EACH_WEEK = (msg("Mondays"), msg("Tuesdays"), msg("Wednesdays"), msg("Thursdays"), msg("Fridays"))
WEEK_NAMES = (msg("week A"), msg("week B"))
"""The two weeks of a fortnight: not odd and even, for after a year of 53 weeks these would change places."""


def half_day_text(half: HalfDay) -> Message:
    """One half-day, as in “Monday morning”."""
    day = WEEKDAYS[half.day]
    return msg("{day} afternoon", day=day) if half.afternoon else msg("{day} morning", day=day)


def when(halves: Iterable[HalfDay]) -> Message:
    """Half-days of every week, of which there is at least one, in the order of their first days."""
    found = set(halves)
    mornings, afternoons = ({half.day for half in found if half.afternoon is late} for late in (False, True))
    groups = (
        (mornings & afternoons, _all_day),
        (mornings - afternoons, _in_the_morning),
        (afternoons - mornings, _in_the_afternoon),
    )
    return joined([told(_days(days)) for days, told in sorted(groups, key=lambda one: min(one[0], default=0)) if days])


def joined(parts: Sequence[Message]) -> Message:
    """At least one text, with commas between them."""
    return reduce(lambda one, other: msg("{one}, {other}", one=one, other=other), parts)


def _all_day(days: Message) -> Message:
    return msg("{days} all day", days=days)


def _in_the_morning(days: Message) -> Message:
    return msg("{days} in the morning", days=days)


def _in_the_afternoon(days: Message) -> Message:
    return msg("{days} in the afternoon", days=days)


def _days(days: Collection[int]) -> Message:
    first, last = min(days), max(days)
    if len(days) == last - first + 1 > 2:
        return msg("{first} to {last}", first=_EACH_WEEK[first], last=_EACH_WEEK[last])
    *others, final = (_EACH_WEEK[day] for day in sorted(days))
    return msg("{days} and {last}", days=joined(others), last=final) if others else final
