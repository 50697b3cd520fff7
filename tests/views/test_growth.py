"""The steps that are typed on the page “The way there”: every fault is named, and what is right is read."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from translation import translate
from views.asking.growth import Reading

HALF = Fraction(1, 2)


def test_steps_are_read() -> None:
    read = Reading([("0", "2027-01"), ("2,5", "2027-07"), ("6.0", "2028-01")], HALF)
    assert read.wrong == []
    assert read.totals == [Fraction(0), Fraction(5, 2), Fraction(6)]
    assert read.days == [date(2027, 1, 1), date(2027, 7, 1), date(2028, 1, 1)]
    assert Reading([("1", ""), ("2", "")], HALF).days == []


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([("x", "2027"), ("2,3", "")], ["x: “x” is not a number", "“2027” is not a month", "2,3 posts: from 0 to"]),
        ([("4", "")], ["Two steps at least"]),
        ([("4", "2028-01"), ("4", "2027-01")], ["Each step has more posts", "Each step begins later"]),
        ([("4", "2028-01"), ("5", "")], ["A month for each step"]),
        ([("", "2028-01"), ("5", "2029-01")], [": "]),
    ],
)
def test_every_fault_is_named(rows: list[tuple[str, str]], wrong: list[str]) -> None:
    told = [translate(text, "en") for text in Reading(rows, HALF).wrong]
    assert len(told) == len(wrong), told
    assert all(any(text.startswith(part) for text in told) for part in wrong), told
