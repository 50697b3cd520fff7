"""The first scenario of a county: the usual rules, and as many posts as it says."""

from __future__ import annotations

from fractions import Fraction

from files.csv_table import NumberError, parse_number
from files.faults import Fault, InputError
from geodata.county import County
from scenarios.key import EQUAL, POPULATION
from scenarios.layer import DistrictRules
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario
from translation import msg

#: What the need is told by, the first that the county has: the key of the state's recommendation, else all people.
_KEYS = ("migration_history", "foreigners", *POPULATION)
_STEP = Fraction(1, 2)


def first_scenario(county: County, place: str, name: str, posts: str) -> Scenario:
    """The scenario ``name`` for ``county``, which it knows as ``place``, with ``posts`` as somebody typed them.

    All else is as a scenario has it that says nothing of it. With few posts there are fewer districts, and an indicator
    that is not known everywhere is no key. Raises ``InputError``.
    """
    try:
        total = Fraction(repr(parse_number(posts)))
    except NumberError as error:
        raise InputError([Fault("", error.wrong, error.allowed)]) from None
    if total <= 0:
        raise InputError([Fault("", msg("a county without posts has no plan"), msg("a number above 0"))])
    key = next((one for one in _KEYS if one in county.indicator_names and county.total(one)), EQUAL)
    usual = DistrictRules()
    step = _STEP if (total / _STEP).denominator == 1 else Fraction(1, 4)
    teams = min(int(total / step), len(county.municipalities))
    districts = {"minimum": max(1, min(usual.minimum, teams)), "maximum": max(1, min(usual.maximum, teams))}
    data = {"name": name, "county": place, "key": {key: 1}}
    layer = {"posts": {"total": total, "step": step}, "districts": districts}
    return scenario_from({**data, "layers": [layer]})
