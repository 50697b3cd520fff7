"""The form as a whole: what is asked most comes first, the rest is folded up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from files.yaml_file import Place
from translation import Message, msg
from views import address
from views.form import lists
from views.form.fields import Form
from views.form.state import SETTINGS, State, with_value

FOUND = "rules districts"
"""Where the session keeps the districts of the plan that is shown, by layer, as the form has them."""
_LAYER = "layers[]."
_ASKED_MOST = ("key", "ki_share.minimum")
_FOR_A_PAPER = (
    "funding.year",
    "funding.months",
    "funding.module_1.coordinator_cost",
    "funding.module_1.assistant_cost",
    "funding.cost_per_post",
    "funding.integration_grant",
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be named in a scenario, with what people call it: data sets of counties, and scenario files."""

    counties: Mapping[str, object]
    references: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Group:
    """A folded part of the form: the settings in it, or those that begin with the same words, and how to draw it."""

    id: str
    title: Message
    paths: tuple[str, ...]
    draw: Callable[[], None]


def draw_form(form: Form, choices: Choices) -> None:
    """Draws every setting of the scenario, those of layers for the layer of the address."""
    layer = chosen_layer(form.state)
    here: Place = ("layers", layer)
    placed = layer < len(form.state["layers"])
    given = placed and form.at((*here, "given"))
    if placed:
        _choose_layer(form, layer)
    with st.container(border=True):
        if placed:
            _pair(form, (*here, "posts", "total"), ("ki_share", "minimum"))
        if placed and not given:
            _pair(form, (*here, "districts", "minimum"), (*here, "districts", "maximum"))
        lists.draw_key(form)
    if placed:
        _choose_given(form, here, layer)
    groups = [_plan_group(form, here)] if given else []
    groups += _first_groups(form, choices)
    groups += _groups_of_layer(form, here, given) if placed else []
    for group in _complete([*groups, *_last_groups(form, choices, layer)], form, layer):
        _draw_folded(form, group, layer)


def chosen_layer(state: State) -> int:
    """The layer of the address, as far as there is one; else the first, which may be missing."""
    known = [str(position) for position in range(len(state["layers"]))]
    return int(address.one_of(address.LAYER, known, "0"))


def _first_groups(form: Form, choices: Choices) -> list[_Group]:
    return [
        _Group(
            "scenario",
            msg("Name, county, description"),
            ("name", "county", "description"),
            lambda: _draw_scenario(form, choices),
        ),
        _Group(
            "presence",
            msg("Presence, who takes part, names of districts"),
            ("presence", "not_taking_part", "district_names"),
            lambda: _draw_presence(form),
        ),
    ]


def _groups_of_layer(form: Form, here: Place, given: bool) -> list[_Group]:
    towns = (*here, "municipalities")
    employers = len(form.at((*here, "employers")))
    return [
        _Group(
            "employers",
            msg("Employers and their limits ({count})", count=employers),
            (_LAYER + "employers",),
            lambda: lists.draw_employers(form, (*here, "employers")),
        ),
        _Group(
            "municipalities",
            msg("Municipalities: together, apart, fixed"),
            (_LAYER + "municipalities",),
            lambda: _draw_towns(form, towns),
        ),
        _Group(
            "teams",
            msg("Teams, visits and drives"),
            (_LAYER + "posts", _LAYER + "visits", _LAYER + "districts"),
            lambda: _draw_teams(form, here, given),
        ),
    ]


def _plan_group(form: Form, here: Place) -> _Group:
    title = msg("Districts of the given plan ({count})", count=len(form.at((*here, "plan"))))
    return _Group("plan", title, (_LAYER + "plan",), lambda: lists.draw_plan(form, (*here, "plan")))


def _last_groups(form: Form, choices: Choices, layer: int) -> list[_Group]:
    title = msg("Layers ({count})", count=len(form.at(("layers",))))
    return [
        _Group(
            "further",
            msg("Existing services, yardstick, fairness, reference plan"),
            ("existing_services", "yardstick", "ki_share.binding", "objective", "reference_plan", "changes"),
            lambda: _draw_further(form, choices),
        ),
        _Group("funding", msg("Funding and costs"), ("funding",), lambda: draw_funding(form)),
        _Group("papers", msg("Texts for the papers"), ("papers",), lambda: lists.draw_papers(form, ("papers",))),
        _Group("layers", title, (_LAYER + "name",), lambda: lists.draw_layers(form, layer, _put_layer)),
    ]


def _complete(groups: Sequence[_Group], form: Form, layer: int) -> list[_Group]:
    """The groups, and before the last one for settings that none of them has."""
    # What is agreed has its table on the page “The way there”.
    known = (*_ASKED_MOST, _LAYER + "plan", "agreements", *(path for group in groups for path in group.paths))
    others = [path for path in SETTINGS if not any(_begins(path, start) for start in known)]
    if layer >= len(form.at(("layers",))):
        others = [path for path in others if not path.startswith(_LAYER)]
    if not others:
        return list(groups)
    further = _Group(
        "others", msg("Further settings"), tuple(others), lambda: _draw_fields(form, ("layers", layer), others)
    )
    return [*groups[:-1], further, groups[-1]]


def _draw_folded(form: Form, group: _Group, layer: int) -> None:
    """Draws a group once it is opened; one with a new fault opens by itself."""
    key = f"{form.key} open {group.id}"
    paths = [path.replace("[]", f"[{layer}]", 1) for path in group.paths]
    faulty = {fault.column for fault in form.faults_within(paths)}
    told = f"{key} told"
    if faulty - st.session_state.get(told, set()):
        st.session_state[key] = True
    st.session_state[told] = faulty
    box = st.expander(form.words(group.title), key=key, on_change="rerun")
    if box.open:
        with box:
            group.draw()


def _draw_scenario(form: Form, choices: Choices) -> None:
    form.text(("name",))
    form.one_of(("county",), choices.counties)
    form.text(("description",), lines=True)


def _draw_towns(form: Form, towns: Place) -> None:
    lists.draw_hours(form, (*towns, "minimum_hours"))
    lists.draw_groups(form, (*towns, "together"))
    lists.draw_groups(form, (*towns, "apart"))
    lists.draw_fixed(form, (*towns, "employer"))


def _draw_presence(form: Form) -> None:
    lists.draw_hours(form, ("presence",))
    lists.draw_reasons(form, ("not_taking_part",))
    lists.draw_names(form, ("district_names",))


def _draw_teams(form: Form, here: Place, given: bool) -> None:
    _pair(form, (*here, "posts", "step"), (*here, "posts", "hours_per_week"))
    _pair(form, (*here, "posts", "coordination_hours"), (*here, "visits", "block_hours"))
    if not given:
        _pair(form, (*here, "districts", "max_drive_minutes"), (*here, "districts", "minimum_persons"))
        form.flag((*here, "districts", "connected"))


def _draw_further(form: Form, choices: Choices) -> None:
    _pair(form, ("existing_services", "credit"), ("existing_services", "most"))
    _pair(form, ("yardstick", "posts"), ("yardstick", "hours_per_1000"))
    _pair(form, ("objective", "fairness_tolerance"), ("ki_share", "binding"))
    form.one_of(("reference_plan",), choices.references)
    form.number(("changes", "maximum_municipalities"))


def draw_funding(form: Form, *, most_asked: bool = False) -> None:
    """Grants, costs and the financial plan; or only what a paper of a year asks for anew."""
    paths = [path for path in SETTINGS if path.startswith("funding.") and "[]" not in path]
    _draw_fields(form, (), [path for path in paths if path in _FOR_A_PAPER] if most_asked else paths)
    lists.draw_years(form, ("funding", "years"))


def _draw_fields(form: Form, here: Place, paths: Sequence[str]) -> None:
    places: list[Place] = []
    for path in paths:
        within = here if path.startswith(_LAYER) else ()
        places.append((*within, *path.removeprefix(_LAYER).split(".")))
    for start in range(0, len(places), 2):
        _pair(form, *places[start : start + 2])


def _pair(form: Form, *places: Place) -> None:
    for column, place in zip(st.columns(2), places, strict=False):
        with column:
            form.field(place)


def _choose_layer(form: Form, layer: int) -> None:
    layers = form.at(("layers",))
    if len(layers) == 1:
        return
    address.bind(address.LAYER, layer)
    st.segmented_control(
        form.words(msg("Layer")),
        list(range(len(layers))),
        key=address.LAYER,
        format_func=lambda position: form.speech.markdown(layers[position]["name"]),
        required=True,
        on_change=partial(address.follow, address.LAYER),
    )


def _choose_given(form: Form, here: Place, layer: int) -> None:
    """Switches a layer between a plan that is found and one that is given, which begins with the one shown."""
    place = (*here, "given")
    names = {False: msg("found by the planner"), True: msg("given")}
    key = form.bound(place, form.at(place))

    def take() -> None:
        given = st.session_state[key]
        found = st.session_state.get(FOUND, ())
        rows = found[layer] if layer < len(found) else ()

        def edit(state: State) -> State:
            changed = with_value(state, place, given)
            plan = (*here, "plan")
            return with_value(changed, plan, list(rows)) if given and not form.at(plan) else changed

        form.change(edit)

    st.segmented_control(
        form.words(msg("The districts of this layer are")),
        list(names),
        key=key,
        format_func=lambda given: form.words(names[given]),
        required=True,
        on_change=take,
    )


def _put_layer(layer: int) -> None:
    address.put(address.LAYER, str(layer))


def _begins(path: str, start: str) -> bool:
    return path == start or path.startswith((f"{start}.", f"{start}["))
