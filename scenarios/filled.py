"""Posts that are filled from a month of a year on: how a scenario states them, and how people type them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from files.csv_table import NumberError
from files.typed import offered
from scenarios.values import PartFaults, Value, invalid, plain, posts, whole
from translation import msg

MONTHS = 12
_MONTH = whole(1, MONTHS)
_POSTS = posts(500)
_ALLOWED = msg("months with the posts filled from them on, such as 4: 3; 7: 6")


@dataclass(frozen=True)
class FilledPosts(Value):
    """``{4: 3, 7: 6}``: from April on three posts are filled, from July on six; or as people type it, ``4: 3; 7: 6``.

    Read as a mapping in the order of the months; nothing stated is ``None``.
    """

    def schema(self) -> dict[str, Any]:
        """Posts by month, or a text."""
        _, month, *_ = _MONTH.schema()["anyOf"]
        filled = {"anyOf": _POSTS.schema()["anyOf"]}
        by_month = {"type": "object", "minProperties": 1, "propertyNames": month, "additionalProperties": filled}
        return {"anyOf": [by_month, {"type": "string"}, {"type": "null"}], "x-unit": _POSTS.unit}

    def read(self, value: object) -> Mapping[int, Fraction] | None:
        """The posts by month."""
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, str):
            pairs: Iterable[tuple[object, object]] = self._typed(value)
        elif isinstance(value, Mapping) and value:
            pairs = value.items()
        else:
            invalid(msg("{value} are no posts by month", value=offered(value)), _ALLOWED)
        faults = PartFaults()
        found: dict[int, Fraction] = {}
        for key, item in pairs:
            place = (str(key),)
            month = faults.reading(place, _MONTH, key)
            filled = faults.reading(place, _POSTS, item)
            if month in found:
                faults.note(place, msg("month {month} stands twice", month=str(month)), msg("each month once"))
            elif month is not None and filled is not None:
                found[month] = filled
        faults.check()
        return dict(sorted(found.items()))

    def _typed(self, text: str) -> list[tuple[object, object]]:
        """The pairs of a text; posts may have a decimal comma."""
        pairs: list[tuple[object, object]] = []
        for part in text.split(";"):
            month, colon, filled = part.partition(":")
            if not colon:
                invalid(msg("{value} are no posts by month", value=offered(part.strip())), _ALLOWED)
            try:
                pairs.append((month.strip(), _POSTS.typed(filled)))
            except NumberError as error:
                invalid(error.wrong, error.allowed)
        return pairs


def typed(filled: Mapping[int, Fraction] | None) -> str:
    """Posts by month as people type them."""
    return "" if filled is None else "; ".join(f"{month}: {plain(amount)}" for month, amount in filled.items())


def post_months(filled: Mapping[int, Fraction], before: Fraction) -> Fraction:
    """Posts times months of a year; ``before`` were filled at the end of the year before."""
    steps = [(1, before), *filled.items(), (MONTHS + 1, Fraction(0))]
    return sum((filled * (until - month) for (month, filled), (until, _) in pairwise(steps)), Fraction(0))
