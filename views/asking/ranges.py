"""How far figures may be off: a form of ranges and percentages, every fault named, what was typed kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import streamlit as st

from exploring.questions.robustness import DEFAULT
from files.csv_table import NumberError, parse_number
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.problem import Ags
from scenarios.assemble import LoadedScenario
from translation import Message, msg, number, translate
from views.speech import Speech

_TYPED = "explore ranges"
Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Assumption:
    """An assumption of the form: the name of its field, what it is called, its unit, and what is allowed.

    What is typed is divided by ``per``: factors are typed in per cent.
    """

    name: str
    label: Message
    unit: str
    per: float
    least: float
    most: float


_ASSUMPTIONS = (
    _Assumption("existing", msg("existing advice, all, in per cent of what counts"), "%", 100, 0, 1000),
    _Assumption("coordination_hours", msg("coordination per person and week, in hours"), "h", 1, 0, 60),
    _Assumption("block_hours", msg("length of a visit, in hours"), "h", 1, 0.25, 60),
    _Assumption("minutes", msg("drives, all, in per cent of the table"), "%", 100, 0, 1000),
)
_EACH = (
    ("each_weight", msg("need of each municipality, ± per cent")),
    ("each_existing", msg("existing advice of each municipality, ± per cent")),
    ("each_minutes", msg("each drive, ± per cent")),
)
_OWN = (("weight_of", msg("Need, ± per cent")), ("existing_of", msg("Existing advice, ± per cent")))


def chosen_uncertainty(loaded: LoadedScenario, speech: Speech) -> Uncertainty | None:
    """The ranges of the form; ``None`` where something in it is wrong, which is said."""
    kept: Texts = st.session_state.setdefault(_TYPED, {})
    towns = {town.ags: town.name for town in loaded.county.municipalities}
    with (
        st.expander(speech.markdown(msg("How far figures may be off (set, no statistics)"))),
        st.form("explore ranges form", border=False),
    ):
        about = msg(
            "Every value between the two is as likely. Both ends the same: no doubt. A field left empty leaves the "
            "figure as the scenario has it."
        )
        st.caption(speech.markdown(about))
        typed = {**_assumption_fields(kept, speech), **_each_fields(kept, speech)}
        own = _own_fields(kept, towns, speech)
        if st.form_submit_button(speech.markdown(msg("Draw with these")), type="primary"):
            kept.clear()
            kept.update(typed | own)
    reading = _Reading({**_defaults(speech), **kept})
    found = reading.uncertainty(towns)
    if reading.wrong:
        st.error(speech.markdown(msg("Nothing was drawn. What is wrong in the ranges:")))
        st.markdown(speech.bullets(reading.wrong))
        return None
    return found


def kept_uncertainty(loaded: LoadedScenario, speech: Speech) -> Uncertainty:
    """The ranges that the planner typed in this session; those that are wrong, or were never typed, as by default."""
    towns = {town.ags: town.name for town in loaded.county.municipalities}
    reading = _Reading({**_defaults(speech), **st.session_state.get(_TYPED, {})})
    found = reading.uncertainty(towns)
    return DEFAULT if reading.wrong else found


def _defaults(speech: Speech) -> Texts:
    found: Texts = {}

    def text(value: float) -> str:
        plain = translate(number(value, 2), speech.language)
        return plain.rstrip("0").rstrip(",.") if set(plain) & set(",.") else plain

    for one in _ASSUMPTIONS:
        range_ = getattr(DEFAULT, one.name)
        found[f"{one.name} low"], found[f"{one.name} high"] = text(one.per * range_.low), text(one.per * range_.high)
    for name, _ in _EACH:
        found[name] = text(100 * getattr(DEFAULT, name))
    return found


def _assumption_fields(kept: Mapping[str, str], speech: Speech) -> Texts:
    texts = {**_defaults(speech), **kept}
    typed: Texts = {}
    for one in _ASSUMPTIONS:
        left, right = st.columns(2)
        for column, end, label in (
            (left, "low", msg("{figure}: from", figure=one.label)),
            (right, "high", msg("{figure}: to", figure=one.label)),
        ):
            key = f"{one.name} {end}"
            typed[key] = column.text_input(speech.markdown(label), texts[key], key=f"explore range {key}")
    return typed


def _each_fields(kept: Mapping[str, str], speech: Speech) -> Texts:
    texts = {**_defaults(speech), **kept}
    columns = st.columns(len(_EACH))
    return {
        name: column.text_input(speech.markdown(label), texts[name], key=f"explore range {name}")
        for column, (name, label) in zip(columns, _EACH, strict=True)
    }


def _own_fields(kept: Mapping[str, str], towns: Mapping[Ags, str], speech: Speech) -> Texts:
    """Percentages of single municipalities instead of those for each."""
    st.markdown(speech.markdown(msg("Of single municipalities, where it is another percentage:")))
    frame = pd.DataFrame(
        {name: [kept.get(f"{name} {ags}", "") for ags in towns] for name, _ in _OWN},
        index=pd.Index(list(towns.values()), name=speech.plain(msg("Municipality"))),
    )
    config = {name: st.column_config.TextColumn(speech.plain(label)) for name, label in _OWN}
    edited = st.data_editor(frame, column_config=config, key="explore range own", height=250)
    return {
        f"{name} {ags}": str(text).strip()
        for name, _ in _OWN
        for ags, text in zip(towns, edited[name], strict=True)
        if text is not None and str(text).strip()
    }


class _Reading:
    """Reads the typed texts; ``wrong`` has every fault."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self.wrong: list[Message] = []

    def uncertainty(self, towns: Mapping[Ags, str]) -> Uncertainty:
        """The ranges; those that are wrong as by default."""
        ranges: dict[str, Any] = {one.name: self._range(one) for one in _ASSUMPTIONS}
        each = {name: self._share(label, self._texts.get(name, "")) or 0.0 for name, label in _EACH}
        own: dict[str, dict[Ags, float]] = {}
        for name, label in _OWN:
            shares = {
                ags: self._share(msg("{town}: {figure}", town=town, figure=label), text)
                for ags, town in towns.items()
                if (text := self._texts.get(f"{name} {ags}", ""))
            }
            own[name] = {ags: share for ags, share in shares.items() if share is not None}
        return replace(
            Uncertainty(),
            **ranges,
            each_weight=each["each_weight"],
            each_existing=each["each_existing"],
            each_minutes=each["each_minutes"],
            weight_of=own["weight_of"],
            existing_of=own["existing_of"],
        )

    def _range(self, one: _Assumption) -> Range | None:
        low_text, high_text = (self._texts.get(f"{one.name} {end}", "").strip() for end in ("low", "high"))
        if not low_text and not high_text:
            return None
        low, high = (self._figure(one.label, text, one.least, one.most) for text in (low_text, high_text))
        if low is None or high is None:
            return None
        if low > high:
            self.wrong.append(
                msg(
                    "{figure}: {low} is more than {high}: write the lower figure first",
                    figure=one.label,
                    low=low_text,
                    high=high_text,
                )
            )
            return None
        return Range(low / one.per, high / one.per)

    def _share(self, label: Message, text: str) -> float | None:
        if not text.strip():
            return None
        found = self._figure(label, text, 0, 100)
        return None if found is None else found / 100

    def _figure(self, label: Message, text: str, least: float, most: float) -> float | None:
        try:
            value = parse_number(text.strip().removesuffix("%").removesuffix("h").rstrip())
        except NumberError as error:
            self.wrong.append(
                msg("{figure}: {wrong}: {allowed}", figure=label, wrong=error.wrong, allowed=error.allowed)
            )
            return None
        if not least <= value <= most:
            self.wrong.append(
                msg(
                    "{figure}: {value} is out of range: a figure from {least} to {most}",
                    figure=label,
                    value=text.strip(),
                    least=number(least, 2 if least % 1 else 0),
                    most=number(most),
                )
            )
            return None
        return value
