"""The form of the standard that posts are counted for."""

from __future__ import annotations

import pytest

from exploring.questions.staffing import Cases, StaffingQuery
from views.asking.staffing import CASES, HOURS, KEY, query_of


@pytest.mark.parametrize(
    ("by", "typed", "expected"),
    [
        (HOURS, {"hours": 9.5}, StaffingQuery(9.5, presence=4.0, stand_in_minutes=15.0)),
        (HOURS, {"hours": 9.5, "alone": 1.0}, StaffingQuery(9.5, presence=4.0, stand_in_minutes=None)),
        (
            CASES,
            {"per_1000": 20.0, "each": 11.0, "weeks": 40.0},
            StaffingQuery(cases=Cases(20.0, hours=11.0, weeks=40.0), presence=4.0, stand_in_minutes=15.0),
        ),
        (
            KEY,
            {"per_1000": 20.0, "per_post": 80.0},
            StaffingQuery(cases=Cases(20.0, per_post=80.0), presence=4.0, stand_in_minutes=15.0),
        ),
    ],
)
def test_what_is_typed_is_what_is_asked(by: str, typed: dict[str, float], expected: StaffingQuery) -> None:
    assert query_of(by, {"presence": 4.0, "minutes": 15.0, "alone": 0.0, **typed}) == expected
