"""The lists of the form: entries that can be added, removed and put in another order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from files.yaml_file import Place
from scenarios.key import EQUAL
from translation import Message, msg
from views.form.fields import Form, limits_of
from views.form.state import (
    new_employer,
    new_layer,
    new_row,
    new_year,
    setting_at,
    value_at,
    with_entry,
    with_moved,
    with_value,
)
from views.form.state import without as without_entry
from wording.sentences import indicator_name


def draw_key(form: Form) -> None:
    """The indicators of the key, and their weights where that says something."""
    place: Place = ("key",)
    setting = setting_at(place)
    weights: dict[str, Any] = form.at(place)
    known = [*(form.county.indicator_names if form.county is not None else ()), EQUAL]
    known += [name for name in weights if name not in known]
    chosen = list(weights)
    st.multiselect(
        form.label(setting),
        known,
        key=form.bound(place, chosen),
        format_func=lambda name: form.speech.plain(indicator_name(name)),
        on_change=partial(_take_key, form),
        placeholder=form.speech.plain(msg("Choose")),
        select_all=False,
    )
    if len(chosen) > 1 or any(str(weights[name]) != "1" for name in chosen):
        for row in _rows(chosen, 2):
            for column, name in zip(st.columns(2), row, strict=False):
                with column:
                    label = msg("Weight: {indicator}", indicator=indicator_name(name))
                    form.figure((*place, name), form.words(label))
    form.below(place)


def draw_groups(form: Form, place: Place) -> None:
    """Groups of municipalities that must be together, or apart."""
    setting = setting_at(place)
    st.markdown(f"**{form.label(setting)}**")
    for position in range(len(form.at(place))):
        here = (*place, position)
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            label = msg("{setting}: municipalities {number}", setting=setting.about.label, number=position + 1)
            form.choose_towns(here, form.words(label))
            _remove(form, here)
        form.tell(here)
    _add(form, place, msg("Add municipalities"), list)
    form.below(place)


def draw_fixed(form: Form, place: Place) -> None:
    """Municipalities with the employer that alone may serve them."""
    setting = setting_at(place)
    st.markdown(f"**{form.label(setting)}**")
    for position in range(len(form.at(place))):
        here = (*place, position)
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            number = {"number": position + 1}
            form.choose_town((*here, 0), form.words(msg("Municipality {number}", **number)))
            label = msg("Employer of municipality {number}", **number)
            form.choose_employer((*here, 1), form.words(label), together=True)
            _remove(form, here)
        _tell_pair(form, here)
    _add(form, place, msg("Fix a municipality"), lambda: [None, None])
    form.below(place)


def draw_hours(form: Form, place: Place) -> None:
    """Hours for all municipalities, and for those that have others."""
    setting = setting_at(place)
    form.figure((*place, 0, 1), form.label(setting))
    for position in range(1, len(form.at(place))):
        here = (*place, position)
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            number = {"setting": setting.about.label, "number": position}
            form.choose_town((*here, 0), form.words(msg("{setting}: municipality {number}", **number)))
            form.figure((*here, 1), form.words(msg("{setting}: hours of municipality {number}", **number)))
            _remove(form, here)
        _tell_pair(form, here)
    _add(form, place, msg("Other hours in a municipality"), lambda: [None, ""])
    form.below(place, limits_of(setting))


def draw_reasons(form: Form, place: Place) -> None:
    """Municipalities, each with a reason."""
    setting = setting_at(place)
    st.markdown(f"**{form.label(setting)}**")
    for position in range(len(form.at(place))):
        here = (*place, position)
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            number = {"setting": setting.about.label, "number": position + 1}
            form.choose_town((*here, 0), form.words(msg("{setting}: municipality {number}", **number)))
            form.words_at((*here, 1), form.words(msg("Reason {number}, if you state one", number=position + 1)))
            _remove(form, here)
        _tell_pair(form, here)
    _add(form, place, msg("A municipality declines"), lambda: [None, ""])
    form.below(place)


def draw_names(form: Form, place: Place) -> None:
    """Names of districts, each with the municipalities that it is known by."""
    setting = setting_at(place)
    st.markdown(f"**{form.label(setting)}**")
    for position in range(len(form.at(place))):
        here = (*place, position)
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            number = {"number": position + 1}
            form.words_at((*here, 0), form.words(msg("District name {number}", **number)))
            form.choose_towns((*here, 1), form.words(msg("District name {number} is known by", **number)))
            _remove(form, here)
        _tell_pair(form, here)
    _add(form, place, msg("Name a district"), lambda: ["", []])
    form.below(place)


def draw_papers(form: Form, place: Place) -> None:
    """Texts for the committee's papers, each under a name."""
    for position in range(len(form.at(place))):
        here = (*place, position)
        number = {"number": position + 1}
        row = st.container(horizontal=True, vertical_alignment="bottom")
        with row:
            form.words_at((*here, 0), form.words(msg("Text {number} is about", **number)))
            _remove(form, here)
        form.words_at((*here, 1), form.words(msg("Text {number}", **number)), lines=True)
        _tell_pair(form, here)
    _add(form, place, msg("Add a text"), lambda: ["", ""])
    form.below(place)


def draw_years(form: Form, place: Place) -> None:
    """The years of the financial plan."""
    title = form.words(msg("Financial plan over several years"))
    st.markdown(f"**{title}**")
    for position in range(len(form.at(place))):
        here = (*place, position)
        form.brief = position > 0
        with st.container(border=True):
            left, right = st.columns([1, 3])
            with left:
                form.number((*here, "year"))
            with right:
                form.text((*here, "filled"))
            _grid(form.number, *((*here, name) for name in ("per_post", "cost_per_post", "integration_grant")))
            _remove(form, here)
    form.brief = False
    form.tell(place)
    _add(form, place, msg("Add a year"), lambda: new_year(form.state))


def _tell_pair(form: Form, place: Place) -> None:
    """What is wrong with a pair: that it is not complete, or what its name or its value are."""
    form.tell(place)
    name = form.at((*place, 0))
    if name:
        form.tell((*place[:-1], name))


def draw_employers(form: Form, place: Place) -> None:
    """The employers of a layer with their limits."""
    for position, employer in enumerate(form.at(place)):
        here = (*place, position)
        form.brief = position > 0
        with st.container(border=True):
            form.employer((*here, "id"), together=True)
            _grid(form.number, (*here, "minimum"), (*here, "maximum"))
            left, right = st.columns(2)
            with left:
                form.choice((*here, "base"))
            with right:
                form.number((*here, "max_municipalities"))
            form.towns((*here, "hubs"))
            _buttons(form, here, form.speech.plain(form.employer_name(employer["id"])))
    form.brief = False
    form.tell(place)
    used = [employer["id"] for employer in form.at(place)]
    _add(form, place, msg("Add an employer"), lambda: new_employer(form.unused_employer(used)))


def draw_plan(form: Form, place: Place) -> None:
    """The districts of a given plan."""
    for position in range(len(form.at(place))):
        here = (*place, position)
        form.brief = position > 0
        with st.container(border=True):
            form.towns((*here, "municipalities"))
            number, left, middle, right = st.columns([2, 4, 3, 4])
            with number:
                form.number((*here, "number"))
            with left:
                form.employer((*here, "employer"))
            with middle:
                form.number((*here, "fte"))
            with right:
                form.town((*here, "hub"))
            form.tell(here)
            _buttons(form, here, form.speech.plain(msg("District {number}", number=position + 1)))
    form.brief = False
    form.tell(place)
    employers = value_at(form.state, (*place[:-1], "employers"))
    first = employers[0]["id"] if employers else form.unused_employer(())
    _add(form, place, msg("Add a district"), lambda: new_row(first))


def draw_layers(form: Form, chosen: int, choose: Callable[[int], None]) -> None:
    """Which layers there are, in the order of solving; ``choose`` is told which one is to be shown."""
    place: Place = ("layers",)
    layers = form.at(place)
    for position in range(len(layers)):
        here = (*place, position)
        with st.container(border=position == chosen):
            form.text((*here, "name"))
            _buttons(form, here, str(layers[position]["name"]), moved=choose)
    form.tell(place)

    def added() -> None:
        name = form.speech.plain(msg("Layer {number}", number=len(layers) + 1))
        form.change(lambda state: with_entry(state, place, new_layer(name)))
        choose(len(layers))

    st.button(form.words(msg("Add a layer")), key=f"{form.key} add layers", icon=":material/add:", on_click=added)
    told = msg(
        "Hours of earlier layers count for later ones; what is best is decided for all of them together. Without any "
        "layer the scenario is the alternative “nothing”."
    )
    st.caption(form.speech.markdown(told))


def _take_key(form: Form) -> None:
    names = st.session_state[f"{form.key} key"]
    weights = form.at(("key",))
    form.change(lambda state: with_value(state, ("key",), {name: weights.get(name, 1) for name in names}))


def _grid(draw: Callable[[Place], None], *places: Place) -> None:
    for column, place in zip(st.columns(len(places)), places, strict=True):
        with column:
            draw(place)


def _rows(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _add(form: Form, place: Place, label: Message, entry: Callable[[], object]) -> None:
    st.button(
        form.words(label),
        key=f"{form.key} add {place}",
        icon=":material/add:",
        on_click=lambda: form.change(lambda state: with_entry(state, place, entry())),
    )


def _remove(form: Form, place: Place) -> None:
    st.button(
        form.words(msg("Remove")),
        key=f"{form.key} remove {place}",
        icon=":material/delete:",
        on_click=lambda: form.change(lambda state: without_entry(state, place)),
    )


def _buttons(form: Form, place: Place, name: str, *, moved: Callable[[int], None] | None = None) -> None:
    """Buttons that move an entry of a list, called ``name``, and that remove it."""
    position = place[-1]
    assert isinstance(position, int)
    count = len(form.at(place[:-1]))
    tell = moved or (lambda _: None)

    def move(by: int) -> None:
        form.change(lambda state: with_moved(state, place, by))
        tell(position + by)

    def remove() -> None:
        form.change(lambda state: without_entry(state, place))
        tell(max(0, position - 1))

    with st.container(horizontal=True, horizontal_alignment="right"):
        choices: list[tuple[Message, str, bool, Callable[[], None]]] = [
            (msg("Up"), ":material/arrow_upward:", position == 0, partial(move, -1)),
            (msg("Down"), ":material/arrow_downward:", position + 1 == count, partial(move, 1)),
            (msg("Remove"), ":material/delete:", False, remove),
        ]
        for label, icon, disabled, act in choices:
            st.button(
                form.words(label),
                key=f"{form.key} {icon} {place}",
                icon=icon,
                disabled=disabled,
                help=form.speech.markdown(name),
                on_click=act,
                type="tertiary",
            )
