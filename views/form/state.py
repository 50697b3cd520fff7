"""What the form holds: a scenario as data, with every text as it was typed, right or wrong.

The state is plain JSON, so that it can be kept and undone. It differs from a scenario file in four ways: a layer has
its rules for districts and its plan at the same time, and ``given`` says which holds; values by name, such as hours by
municipality, are pairs, which may be half filled in; a number may be a text as people type it, such as ``0,5``; and
posts by month are such a text, too.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from files.csv_table import NumberError
from files.faults import Fault, InputError
from files.typed import shown
from files.yaml_file import Place, key_path
from scenarios.by_town import HoursByTown, ReasonsByTown, reasons_of
from scenarios.filled import typed
from scenarios.funding import RATES, FundingYear
from scenarios.layer import KI
from scenarios.scenario import scenario_from
from scenarios.schema import Scenario, Setting, as_data, settings
from scenarios.values import Quantity, Value, real
from translation import msg

State = dict[str, Any]

SETTINGS: dict[str, Setting] = {setting.path: setting for setting in settings()}
"""Every setting of a scenario by its path, ``[]`` for each entry of a list."""
PAIRS = ("presence", "not_taking_part", "district_names", "papers")
LAYER_PAIRS = ("municipalities.minimum_hours", "municipalities.employer")
_WEIGHT = real(0, 1_000_000)


def state_of(scenario: Scenario) -> State:
    """The form filled in with ``scenario``."""
    state: State = as_data(scenario)
    for layer, rules in zip(state["layers"], scenario.layers, strict=True):
        layer["given"] = rules.plan is not None
        layer["districts"] = as_data(rules.districts)
        layer["plan"] = as_data(rules.plan or ())
    for year, stated in zip(state["funding"]["years"], scenario.funding.years, strict=True):
        year["filled"] = typed(stated.filled)
    for place, kind in _paired(state):
        section = value_at(state, place[:-1])
        section[place[-1]] = _pairs(section[place[-1]], kind)
    return state


def _paired(state: State) -> Iterator[tuple[Place, Value | None]]:
    """Every place at which a mapping of the file is a list of pairs in the form."""
    for path in PAIRS:
        yield tuple(path.split(".")), SETTINGS[path].value
    for layer in range(len(state["layers"])):
        for path in LAYER_PAIRS:
            yield ("layers", layer, *path.split(".")), SETTINGS[f"layers[].{path}"].value


def _pairs(value: Any, kind: Value | None) -> list[list[Any]]:
    """What a file says as pairs; of hours the first are those of all municipalities that no other pair names."""
    match kind:
        case HoursByTown():
            base, named = kind.split(value)
            return [[None, base], *map(list, named.items())]
        case ReasonsByTown():
            return [list(pair) for pair in reasons_of(value if isinstance(value, dict) else tuple(value)).items()]
        case _:
            return [list(pair) for pair in value.items()]


def empty_state(name: str, county: str) -> State:
    """The form with the defaults, for posts that have yet to be stated."""
    state = {**copy.deepcopy(_defaults()), "name": name, "county": county}
    state["layers"][0]["posts"]["total"] = ""
    return state


@cache
def _defaults() -> State:
    return state_of(scenario_from({"name": "-", "county": "-", "layers": [{"posts": {"total": 1}}]}))


def new_layer(name: str) -> State:
    """A further layer: one post of the KI, free in everything else."""
    rules = {"name": name, "posts": {"total": 1}, "districts": {"minimum": 1, "maximum": 2}, "employers": [{"id": KI}]}
    scenario = scenario_from({"name": "-", "county": "-", "layers": [rules]})
    layer: State = state_of(scenario)["layers"][0]
    return layer


def new_row(employer: str) -> State:
    """A district of a given plan, without municipalities yet."""
    return {"employer": employer, "municipalities": [], "fte": None, "hub": None, "number": None}


def new_employer(id: str) -> State:
    """An employer without limits."""
    return {**new_layer("-")["employers"][0], "id": id}


def new_year(state: State) -> State:
    """A further year of the financial plan: that after the last one, else the year of the amounts."""
    years = [year["year"] for year in state["funding"]["years"]]
    known = [int(year) for year in [*years, state["funding"]["year"]] if str(year).isdigit()]
    following = max(known) + bool(years) if known else ""
    return {**as_data(FundingYear(year=RATES[-1].year)), "year": following, "filled": ""}


def completed(data: Any) -> State | None:
    """The state that ``data`` says, settings that have come since filled in; ``None`` where it says none."""
    defaults = _defaults()
    try:
        state = _completed(data, defaults)
        state["layers"] = [_completed(layer, defaults["layers"][0]) for layer in data["layers"]]
        for place, kind in _paired(state):
            section, name = value_at(state, place[:-1]), place[-1]
            if isinstance(kind, HoursByTown) and not isinstance(section[name], list):
                # Until version 0.3.0 the hours were the same for all.
                section[name] = [[None, section[name]]]
        # Whatever reads the form must be able to: its faults do not matter here.
        with suppress(InputError):
            scenario_of(state)
    except (LookupError, TypeError, AttributeError, ValueError):
        return None
    return state


def _completed(data: State, defaults: State) -> State:
    """The sections of ``data`` with what only ``defaults`` has; lists and named weights are taken as they are."""
    return {
        name: _completed(data[name], value)
        if name in data and isinstance(value, dict) and name != "key"
        else data.get(name, value)
        for name, value in defaults.items()
    }


def scenario_of(state: State) -> Scenario:
    """The scenario that the form states. Raises ``InputError`` with every fault, each at its place in the form."""
    data, faults = _data(state)
    try:
        scenario = scenario_from(data)
    except InputError as error:
        known = {fault.column for fault in faults}
        raise InputError([*faults, *(fault for fault in error.faults if fault.column not in known)]) from None
    if faults:
        raise InputError(faults)
    return scenario


def setting_at(place: Place) -> Setting:
    """The setting whose value stands at ``place`` of a scenario. Raises ``KeyError``."""
    path = ""
    for key in place:
        path += "[]" if isinstance(key, int) else f".{key}" if path else key
    return SETTINGS[path]


def name_of(path: str) -> object:
    """What people call the setting at ``path`` of a scenario, such as that of a fault; the path where it is none."""
    place = re.sub(r"\[\d+\]", "[]", path)
    while place:
        if place in SETTINGS:
            return SETTINGS[place].about.label
        place = re.sub(r"(\[\]|\.?[^.\[\]]*)$", "", place)
    return path


def value_at(state: State, place: Place) -> Any:
    """What stands at ``place``. Raises ``LookupError``."""
    value: Any = state
    for key in place:
        value = value[key]
    return value


def with_value(state: State, place: Place, value: Any) -> State:
    """The state with another value at ``place``."""
    return _edited(state, place[:-1], lambda section: section.__setitem__(place[-1], value))


def with_entry(state: State, place: Place, entry: Any) -> State:
    """The state with a further entry at the end of the list at ``place``."""
    return _edited(state, place, lambda entries: entries.append(copy.deepcopy(entry)))


def without(state: State, place: Place) -> State:
    """The state without the entry of a list, or the key of a section, at ``place``."""
    return _edited(state, place[:-1], lambda entries: entries.__delitem__(place[-1]))


def with_moved(state: State, place: Place, by: int) -> State:
    """The state with the entry of a list at ``place`` moved ``by`` places, as far as the list goes."""
    position = place[-1]
    assert isinstance(position, int)

    def move(entries: list[Any]) -> None:
        entries.insert(max(0, position + by), entries.pop(position))

    return _edited(state, place[:-1], move)


def _edited(state: State, place: Place, change: Callable[[Any], object]) -> State:
    new = copy.deepcopy(state)
    change(value_at(new, place))
    return new


def _data(state: State) -> tuple[dict[str, Any], list[Fault]]:
    """What a file would say, and the faults in what was typed; a faulty text stays as it is."""
    data = copy.deepcopy(state)
    faults: list[Fault] = []
    for setting in SETTINGS.values():
        if isinstance(setting.value, Quantity):
            for place in _places(data, setting.path.replace("[]", ".[]").split("."), ()):
                _type(data, place, setting.value, faults)
    for name, weight in list(data["key"].items()):
        if isinstance(weight, str) and not weight.strip():
            del data["key"][name]
        else:
            _type(data, ("key", name), _WEIGHT, faults)
    for place, kind in _paired(data):
        section = value_at(data, place[:-1])
        section[place[-1]] = _unpaired(section[place[-1]], kind, place, faults)
    for layer in data["layers"]:
        del layer["districts" if layer.pop("given") else "plan"]
    return data, faults


def _places(data: Any, keys: Sequence[str], place: Place) -> Iterator[Place]:
    """Every place that a path of the schema stands for."""
    if not keys:
        yield place
    elif keys[0] == "[]":
        for position, entry in enumerate(data):
            yield from _places(entry, keys[1:], (*place, position))
    elif isinstance(data, dict) and keys[0] in data:
        yield from _places(data[keys[0]], keys[1:], (*place, keys[0]))


def _type(data: Any, place: Place, quantity: Quantity, faults: list[Fault], told: Place = ()) -> None:
    """Reads a number as people type it; a fault is told at its place, or at ``told``."""
    section, key = value_at(data, place[:-1]), place[-1]
    if not isinstance(section[key], str):
        return
    try:
        section[key] = quantity.typed(section[key])
    except NumberError as error:
        faults.append(Fault("", error.wrong, error.allowed, None, key_path(told or place)))


def _unpaired(pairs: Sequence[Sequence[Any]], kind: Value | None, place: Place, faults: list[Fault]) -> Any:
    """What a file says for pairs that are in order."""
    if not isinstance(kind, HoursByTown):
        return _mapping(pairs, place, faults)
    rows = {position: list(pair) for position, pair in enumerate(pairs)}
    for position in rows:
        _type(rows, (position, 1), kind.quantity, faults, (*place, position))
    named = _mapping(list(rows.values())[1:], place, faults, first=1)
    return {kind.word: rows[0][1], **named} if named else rows[0][1]


def _mapping(pairs: Sequence[Sequence[Any]], place: Place, faults: list[Fault], first: int = 0) -> dict[str, Any]:
    """The pairs by their names; what is missing, and what stands twice, is a fault."""
    found: dict[str, Any] = {}
    for position, (name, value) in enumerate(pairs, start=first):
        here = key_path((*place, position))
        if not name or value is None:
            faults.append(Fault("", msg("the line is not complete"), msg("fill it in, or remove it"), None, here))
        elif name in found:
            wrong = msg("“{name}” stands twice", name=shown(name))
            faults.append(Fault("", wrong, msg("each once; remove one"), None, here))
        else:
            found[name] = value
    return found
