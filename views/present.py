"""The page for the projector: one answer on each screen, of one scenario or of several that are compared.

It stands in no navigation: the pages “Plan” and “Comparison” have a button for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from maps.colours import MapColour
from scenarios.library import Entry
from serving import answers
from serving.answers import Answer
from translation import Message, msg
from views import address, inline
from views.comparing.choice import FEWEST, MOST
from views.comparing.maps import compared_map
from views.comparing.verdict import show_deciding, show_verdict
from views.map_view import drawn, show_drawn
from views.parts.beside import show_beside
from views.parts.map_choices import view_of_address
from views.parts.removed import told_removed
from views.parts.shown import PLANS_STYLE, answer_of, show_conflicts
from views.speech import Speech
from wording import sentences as wording
from wording.compared_tables import (
    Compared,
    ComparedPlan,
    deciding_table,
    known_alike,
    measured,
    numbered,
    with_plan,
)
from wording.differences import layer_of
from wording.judgement import judgement
from wording.verdict import hours_missing, hours_used, verdict

_STATIC = Path(__file__).parents[1] / "static"
#: Pixels of a map where the window has no room for more.
_LOWEST = 300
_PAGES = ("plan", "compare")


@dataclass(frozen=True, slots=True)
class _Screen:
    """What is seen at once: its title, and what draws it."""

    title: object
    show: Callable[[], object]


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(PLANS_STYLE)
    st.html(_STATIC / "present.css")
    st.html(f"<script>{inline.PRESENT}</script>", unsafe_allow_javascript=True)
    with st.container(key="presentation"):
        head = st.container(horizontal=True, vertical_alignment="center", gap="small", key="present-head")
        body = st.container(key="present-body")
        chosen = _chosen()
        with body:
            _tell_removed(speech)
            found = [(entry, answer_of(entry, speech)) for entry in chosen]
            screens = _screens([(entry, answer) for entry, answer in found if answer is not None], speech)
        title = msg("Presentation") if not screens else None
        position = min(_position(), max(0, len(screens) - 1))
        with head:
            st.title(speech.markdown(title or screens[position].title), anchor=False, width="stretch")
            _show_buttons(position, len(screens), speech)
        with body:
            if screens:
                screens[position].show()
            elif not chosen:
                st.info(speech.markdown(msg("There is no such scenario.")))


def _chosen() -> list[Entry]:
    """The scenarios of the address that are there; where it names none, the one of the page “Plan”."""
    known = {entry.id: entry for entry in answers.entries()}
    given = address.value(address.PRESENTED)
    if given is None:
        removed = told_removed(address.value(address.SCENARIO) or "") is not None
        return [known[address.scenario(list(known))[0]]] if known and not removed else []
    return [known[id] for id in address.split(given) if id in known][:MOST]


def _tell_removed(speech: Speech) -> None:
    """What became of scenarios of the address that were removed: none is left out in silence."""
    given = address.value(address.PRESENTED)
    ids = [address.value(address.SCENARIO) or ""] if given is None else address.split(given)
    for told in map(told_removed, ids):
        if told is not None:
            st.warning(speech.markdown(told))


def _position() -> int:
    given = address.value(address.SCREEN) or ""
    # For people the first screen is 1.
    return max(0, int(given) - 1) if given.isascii() and given.isdecimal() and len(given) < 4 else 0


# -- from screen to screen --------------------------------------------------------------------------------------------


def _show_buttons(position: int, count: int, speech: Speech) -> None:
    """Back, on and out: by click and by key (static/present.js)."""
    st.button(
        speech.markdown(msg("Previous")),
        key="present back",
        icon=":material/arrow_back:",
        disabled=position == 0,
        on_click=partial(_go, position - 1),
    )
    st.markdown(speech.markdown(msg("{number} of {count}", number=position + 1, count=max(1, count))), width="content")
    st.button(
        speech.markdown(msg("Continue")),
        key="present on",
        type="primary",
        icon=":material/arrow_forward:",
        icon_position="right",
        disabled=position + 1 >= count,
        on_click=partial(_go, position + 1),
    )
    if st.button(speech.markdown(msg("End")), key="present end", icon=":material/close:"):
        st.switch_page(f"views/{address.one_of(address.FROM, _PAGES, _PAGES[0])}.py")


def _go(position: int) -> None:
    address.put(address.SCREEN, str(position + 1))


# -- the screens ------------------------------------------------------------------------------------------------------


def _screens(found: Sequence[tuple[Entry, Answer]], speech: Speech) -> list[_Screen]:
    if len(found) < FEWEST:
        return [screen for _, answer in found for screen in _of_one(answer, speech)]
    compared = measured(known_alike([numbered(at, answer) for at, (_, answer) in enumerate(found, 1)]))
    return [*_of_several(compared, speech), *_of_each(compared, [answer for _, answer in found], speech)]


def _of_one(answer: Answer, speech: Speech) -> Iterator[_Screen]:
    """The answer in sentences, then each layer on its map."""
    name = answer.loaded.scenario.name
    yield _Screen(name, partial(_show_sentences, answer, speech))
    one = numbered(1, answer)
    if isinstance(one, ComparedPlan):
        yield from _maps_of(one, [one], name, speech)


def _of_several(compared: Sequence[Compared], speech: Speech) -> Iterator[_Screen]:
    """Which and why, the figures that decide, the maps side by side."""
    plans = with_plan(compared)
    found = judgement(compared)
    yield _Screen(msg("Comparison – which of these?"), partial(_in_the_middle, partial(show_verdict, found, speech)))
    if plans:
        table, best = deciding_table(compared, plans[0]), [one.number for one in found.best]
        yield _Screen(
            table.title, partial(_show_figures, compared, partial(show_deciding, table, best, speech), speech)
        )
    for layer in range(max((len(one.plan.layers) for one in plans), default=0)):
        yield _Screen(_layer_title(plans, layer), partial(_show_maps, plans, layer, speech))


def _of_each(compared: Sequence[Compared], found: Sequence[Answer], speech: Speech) -> Iterator[_Screen]:
    """Of each scenario the answer in sentences, then its maps."""
    for one, answer in zip(compared, found, strict=True):
        yield _Screen(one.title, partial(_show_sentences, answer, speech))
        if isinstance(one, ComparedPlan):
            yield from _maps_of(one, with_plan(compared), one.title, speech)


def _maps_of(one: ComparedPlan, plans: Sequence[ComparedPlan], title: object, speech: Speech) -> Iterator[_Screen]:
    for at, layer in enumerate(one.plan.layers):
        name = title if len(one.plan.layers) == 1 else msg("{title}: {layer}", title=title, layer=layer.layer.name)
        yield _Screen(name, partial(_show_map, one, plans, at, speech))


def _layer_title(plans: Sequence[ComparedPlan], layer: int) -> Message:
    if max(len(one.plan.layers) for one in plans) == 1:
        return msg("Maps")
    return msg("Maps, layer {number}", number=layer + 1)


def _in_the_middle(draw: Callable[[], object]) -> None:
    with st.container(key="present-text", vertical_alignment="center"):
        draw()


def _show_sentences(answer: Answer, speech: Speech) -> None:
    plan = answer.solution.plan
    if plan is None:
        show_conflicts(answer, speech)
        return

    def said() -> None:
        first, *more = map(speech.unbroken, verdict(answer.loaded, answer.solution))
        st.markdown(f"**{first}**")
        for sentence in (*more, *((speech.unbroken(hours_used(plan)), speech.unbroken(hours_missing(plan))))):
            st.markdown(sentence)

    _in_the_middle(said)


def _show_figures(compared: Sequence[Compared], table: Callable[[], object], speech: Speech) -> None:
    """The table has only numbers of scenarios: above it stands which is which."""

    def drawn_both() -> None:
        st.markdown("  \n".join(speech.markdown(one.title) for one in compared))
        table()

    _in_the_middle(drawn_both)


def _show_map(one: ComparedPlan, plans: Sequence[ComparedPlan], layer: int, speech: Speech) -> None:
    """The map of a layer, and its districts beside it."""
    left, right = st.columns([6, 5], gap="medium")
    choices = view_of_address()
    view = choices.draw(
        one.loaded, one.plan, layer, speech.language, beside=[other.plan for other in plans if _alike(one, other)]
    )
    place = f"presented {one.number}"
    with left:
        show_drawn(drawn(view, place), height=_LOWEST, label=speech.plain(msg("Map of the districts")), fill=True)
    with right:
        coloured = choices.colour is MapColour.DISTRICT
        show_beside(one.loaded.county, one.plan.layers[layer], speech, place=place, coloured=coloured)


def _alike(one: ComparedPlan, other: ComparedPlan) -> bool:
    return one.loaded.county.ags == other.loaded.county.ags


def _show_maps(plans: Sequence[ComparedPlan], layer: int, speech: Speech) -> None:
    """The maps of all scenarios side by side."""
    for one, place in zip(plans, st.columns(len(plans), gap="small"), strict=True):
        with place:
            st.header(speech.markdown(one.title), anchor=False)
            if layer_of(one.plan, layer) is None:
                st.info(speech.markdown(wording.NO_POSTS))
                continue
            view = compared_map(one, plans, layer, view_of_address(), speech.language)
            label = speech.plain(msg("Map of {scenario}", scenario=one.title))
            show_drawn(drawn(view, f"side {one.number}"), height=_LOWEST, label=label, group="presented", fill=True)


if __name__ == "__main__":
    show()
