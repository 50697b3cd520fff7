"""The fields of the form: each with label, meaning, unit, range, default and, below it, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import streamlit as st

from files.faults import Fault
from files.yaml_file import Place, key_path
from geodata.county import County
from optimizer.plan import LayerPlan
from scenarios.by_town import HoursByTown
from scenarios.changes import worded
from scenarios.layer import MUNICIPALITIES
from scenarios.names import Names
from scenarios.schema import Setting, as_data
from scenarios.values import Choice, Flag, Quantity, Unit
from translation import Message, msg
from views.form.state import State, setting_at, value_at, with_value
from views.speech import Speech
from wording.sentences import employer_name

Edit = Callable[[State], State]
# What Streamlit's Markdown may take for more than itself within a line.
_SIGNS = re.compile(r"[\[\]$:*_<>`#|~\\]")
_UNITS: dict[Unit, Message | str] = {
    "FTE": msg("FTE"),
    "h": msg("h"),
    "min": msg("min"),
    "€": "€",
    "€/km": "€/km",
    "g/km": "g/km",
}


@dataclass
class Form:
    """A form that shows ``state``, in which ``faults`` were found; every change is given to ``change`` at once.

    ``key`` distinguishes its widgets from those of other forms. ``county`` is missing where it cannot be read.
    """

    key: str
    state: State
    faults: Sequence[Fault]
    change: Callable[[Edit], None]
    county: County | None
    speech: Speech
    brief: bool = False
    """Whether the meanings are left out, because an entry above says them."""
    _told: set[str] = field(default_factory=set)

    def field(self, place: Place) -> None:
        """The field that suits the value at ``place``."""
        match setting_at(place).value:
            case Quantity():
                self.number(place)
            case Flag():
                self.flag(place)
            case Choice():
                self.choice(place)
            case _:
                self.text(place)

    def number(self, place: Place) -> None:
        """A number, typed as text."""
        setting = setting_at(place)
        assert isinstance(setting.value, Quantity)
        nothing = setting.about.nothing if setting.value.optional else None
        key = self.bound(place, self._number_text(self.at(place)))
        st.text_input(
            self.label(setting),
            key=key,
            placeholder=None if nothing is None else self.speech.plain(nothing),
            on_change=partial(self._typed_number, place),
        )
        self.below(place, _range(setting.value, setting))

    def text(self, place: Place, *, lines: bool = False) -> None:
        """A text on one line, or on several."""
        setting = setting_at(place)
        key = self.bound(place, str(self.at(place)))
        draw = partial(st.text_area, height=110) if lines else st.text_input
        draw(self.label(setting), key=key, on_change=partial(self._take, place))
        self.below(place)

    def flag(self, place: Place) -> None:
        """Yes or no."""
        setting = setting_at(place)
        key = self.bound(place, bool(self.at(place)))
        st.toggle(self.label(setting), key=key, on_change=partial(self._take, place))
        self.below(place, _default(setting))

    def choice(self, place: Place) -> None:
        """One of a few words."""
        setting = setting_at(place)
        assert isinstance(setting.value, Choice)
        names = dict(setting.value.words)
        key = self.bound(place, self.at(place))
        st.selectbox(
            self.label(setting),
            _with(list(names), self.at(place)),
            key=key,
            format_func=lambda word: self.speech.plain(names.get(word, word)),
            on_change=partial(self._take, place),
        )
        self.below(place, _default(setting))

    def one_of(self, place: Place, names: Mapping[Any, object]) -> None:
        """One of the values of ``names``, which says what each is called; none where nothing may be stated."""
        setting = setting_at(place)
        nothing = setting.about.nothing
        key = self.bound(place, self.at(place))
        st.selectbox(
            self.label(setting),
            _with(list(names), self.at(place)),
            index=0 if nothing is None else None,
            placeholder=None if nothing is None else self.speech.plain(nothing),
            key=key,
            format_func=lambda value: self.speech.plain(names.get(value, value)),
            on_change=partial(self._take, place),
        )
        self.below(place)

    def employer(self, place: Place, *, together: bool = False) -> None:
        """An employer of the county; with ``together`` also all municipalities."""
        self.choose_employer(place, self.label(setting_at(place)), together=together)
        self.below(place)

    def choose_employer(self, place: Place, label: str, *, together: bool = False) -> None:
        """The widget alone, with a label of its own."""
        known = [MUNICIPALITIES] if together else []
        known += [employer.id for employer in self.county.employers] if self.county is not None else []
        chosen = self._employer_id(self.at(place))
        st.selectbox(
            label,
            _with(known, chosen),
            index=None if chosen is None else 0,
            key=self.bound(place, chosen),
            format_func=lambda id: self.speech.plain(self.employer_name(id)),
            on_change=partial(self._take_employer, place),
            placeholder=self.speech.plain(_CHOOSE),
        )

    def town(self, place: Place) -> None:
        """A municipality, or none."""
        setting = setting_at(place)
        self.choose_town(place, self.label(setting), nothing=setting.about.nothing)
        self.below(place)

    def choose_town(self, place: Place, label: str, *, nothing: Message | None = None) -> None:
        """The widget alone, with a label of its own; ``nothing`` is what no municipality is called."""
        chosen = self._town_id(self.at(place))
        st.selectbox(
            label,
            _with(list(self._towns), chosen),
            index=None,
            key=self.bound(place, chosen),
            format_func=lambda id: self.speech.plain(self._town_name(id)),
            on_change=partial(self._take_town, place),
            placeholder=self.speech.plain(nothing or _CHOOSE),
        )

    def towns(self, place: Place) -> None:
        """Some municipalities."""
        setting = setting_at(place)
        self.choose_towns(place, self.label(setting), nothing=setting.about.nothing)
        self.below(place)

    def choose_towns(self, place: Place, label: str, *, nothing: Message | None = None) -> None:
        """The widget alone, with a label of its own; ``nothing`` is what it means to choose none."""
        chosen = [self._town_id(name) for name in self.at(place) or ()]
        known = list(self._towns)
        for id in chosen:
            known = _with(known, id)
        st.multiselect(
            label,
            known,
            key=self.bound(place, chosen),
            format_func=lambda id: self.speech.plain(self._town_name(id)),
            on_change=partial(self._take_towns, place, optional=nothing is not None),
            placeholder=self.speech.plain(nothing or _CHOOSE),
            select_all=False,
        )

    def figure(self, place: Place, label: str) -> None:
        """A number of a value that has several, such as the weight of an indicator in the key."""
        key = self.bound(place, self._number_text(self.at(place)))
        st.text_input(label, key=key, on_change=partial(self._typed_number, place))
        self.tell(place)

    def words_at(self, place: Place, label: str, *, lines: bool = False) -> None:
        """A text of a value that has several."""
        draw = partial(st.text_area, height=110) if lines else st.text_input
        draw(label, key=self.bound(place, str(self.at(place) or "")), on_change=partial(self._take, place))

    def at(self, place: Place) -> Any:
        """What the state has at ``place``."""
        return value_at(self.state, place)

    def employer_name(self, id: str) -> object:
        """What people call an employer; an unknown one keeps the name that it was given."""
        if self.county is None or (id != MUNICIPALITIES and id not in self._employer_ids):
            return id
        return employer_name(id, self.county)

    def unused_employer(self, used: Sequence[str]) -> str:
        """The id of the county's first employer that is not among those used."""
        taken = {self._employer_id(id) for id in used}
        return next((id for id in self._employer_ids if id not in taken), MUNICIPALITIES)

    def rows(self, layer: LayerPlan) -> list[State]:
        """The districts of a plan, as a given plan states them."""
        return [
            {
                "employer": self._called(district.employer),
                "municipalities": [self._called(ags) for ags in district.municipalities],
                "fte": as_data(district.fte),
                "hub": self._called(district.hub),
                "number": None if identity.number == place else identity.number,
            }
            for place, (identity, district) in enumerate(layer.numbered, start=1)
        ]

    def label(self, setting: Setting) -> str:
        """The label of a field with its unit."""
        text: object = setting.about.label
        quantity = setting.value.quantity if isinstance(setting.value, HoursByTown) else setting.value
        if isinstance(quantity, Quantity) and quantity.unit in _UNITS:
            text = msg("{label} ({unit})", label=text, unit=_UNITS[quantity.unit])
        return self.words(text)

    def words(self, text: object) -> str:
        """A text as a label. Screen readers are given a label as it is, so signs stay bare where they do nothing."""
        plain = self.speech.plain(text)
        return self.speech.markdown(text) if _SIGNS.search(plain) else plain

    def bound(self, place: Place, value: object) -> str:
        """The key of the widget at ``place``, which is to show ``value``.

        Only what differs is set: setting it again would take away what somebody is typing.
        """
        key = f"{self.key} {key_path(place)}"
        if key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
        return key

    def below(self, place: Place, facts: Sequence[object] = ()) -> None:
        """What stands below a field: its meaning, some facts, and what is wrong with it."""
        about = setting_at(place).about
        if self.brief:
            self.tell(place)
            return
        text = " · ".join(self.speech.markdown(part) for part in (about.text, *facts))
        if about.assumption:
            text = f":gray-badge[{self.speech.markdown(msg('Assumption'))}] {text}"
        st.caption(text)
        self.tell(place)

    def tell(self, place: Place) -> None:
        """What is wrong with the value at ``place`` or within it."""
        path = key_path(place)
        for fault in self.faults_within((path,)):
            if fault.column not in self._told:
                st.error(self.speech.markdown(_said(fault)), icon=":material/error:")
        self._told.update(fault.column or "" for fault in self.faults_within((path,)))

    def faults_within(self, paths: Sequence[str]) -> list[Fault]:
        """The faults at one of the ``paths`` or deeper."""
        return [fault for fault in self.faults if any(_within(fault.column or "", path) for path in paths)]

    def _number_text(self, value: object) -> str:
        """A figure as the language writes it; what was typed as it was typed."""
        match value:
            case None:
                return ""
            case int() | float():
                return str(value).replace(".", "," if self.speech.language == "de" else ".")
            case _:
                return str(value)

    def _typed_number(self, place: Place) -> None:
        typed = st.session_state[f"{self.key} {key_path(place)}"]
        if typed != self._number_text(self.at(place)):
            self.change(lambda state: with_value(state, place, typed))

    def _take(self, place: Place) -> None:
        taken = st.session_state[f"{self.key} {key_path(place)}"]
        self.change(lambda state: with_value(state, place, taken))

    def _take_employer(self, place: Place) -> None:
        taken = st.session_state[f"{self.key} {key_path(place)}"]
        if taken is not None:
            self.change(lambda state: with_value(state, place, self._called(taken)))

    def _take_town(self, place: Place) -> None:
        taken = st.session_state[f"{self.key} {key_path(place)}"]
        self.change(lambda state: with_value(state, place, None if taken is None else self._called(taken)))

    def _take_towns(self, place: Place, *, optional: bool) -> None:
        taken = st.session_state[f"{self.key} {key_path(place)}"]
        # A name that stays is kept as the file writes it.
        written = {self._town_id(name): name for name in self.at(place) or ()}
        names = [written.get(id) or self._called(id) for id in taken]
        self.change(lambda state: with_value(state, place, names or (None if optional else [])))

    @cached_property
    def _names(self) -> Names | None:
        return None if self.county is None else Names(self.county)

    @cached_property
    def _towns(self) -> dict[str, str]:
        towns = () if self.county is None else self.county.municipalities
        return {town.ags: town.name for town in sorted(towns, key=lambda town: town.name)}

    @cached_property
    def _employer_ids(self) -> list[str]:
        return [] if self.county is None else [employer.id for employer in self.county.employers]

    def _town_name(self, id: str) -> str:
        return self._towns.get(id, id)

    def _town_id(self, name: str | None) -> Any:
        found = self._names.town(name) if self._names is not None and name is not None else name
        return found if isinstance(found, str) else name

    def _employer_id(self, name: str | None) -> Any:
        if self._names is None or name is None or name == MUNICIPALITIES:
            return name
        found = self._names.employer(name)
        return name if isinstance(found, tuple) else found.id

    def _called(self, id: str) -> str:
        """A municipality by its name, where no other has it; anything else by its id."""
        name = self._towns.get(id, id)
        return name if self._town_id(name) == id and self._employer_id(name) == id else id


_CHOOSE = msg("Choose")


def _with(known: list[Any], value: object) -> list[Any]:
    """The choices with one that is none of them, so that it is not lost."""
    return known if value in known or value is None else [*known, value]


def _said(fault: Fault) -> Message:
    if fault.allowed is None:
        return msg("{wrong}.", wrong=fault.wrong)
    return msg("{wrong}: {allowed}", wrong=fault.wrong, allowed=fault.allowed)


def _within(path: str, section: str) -> bool:
    return path == section or path.startswith((f"{section}.", f"{section}["))


def limits_of(setting: Setting) -> list[object]:
    """What may be typed as hours by municipality, and what stands there where nothing is stated."""
    assert isinstance(setting.value, HoursByTown)
    return _range(setting.value.quantity, setting)


def _range(value: Quantity, setting: Setting) -> list[object]:
    """What may be typed, and what stands there where nothing is stated."""
    if value.share:
        limits = msg("0 to 1 or 0 % to 100 %")
    else:
        # The unit stands in the label; a year has no sign for thousands.
        kind = value if value.unit == "year" else None
        ends = {"minimum": worded(value.minimum, kind), "maximum": worded(value.maximum, kind)}
        limits = msg("above {minimum} to {maximum}", **ends) if value.above else msg("{minimum} to {maximum}", **ends)
    return [limits, *_default(setting)]


def _default(setting: Setting) -> list[object]:
    if setting.required:
        return []
    # The unit stands in the label; a share is one only in per cent.
    share = isinstance(setting.value, Quantity) and setting.value.share
    kind = None if isinstance(setting.value, Quantity | HoursByTown) and not share else setting.value
    return [msg("default: {value}", value=worded(setting.default, kind, setting.about))]
