"""The page “Comparison – which of these?”: the verdict on two to four scenarios, their figures and maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import streamlit as st

from optimizer.plan import LayerPlan
from scenarios.library import Entry
from serving import answers
from translation import Message, listing, msg, msgs, percent
from views import address
from views.comparing.choice import (
    FEWEST,
    MOST,
    borders_over,
    chosen_layer,
    chosen_scenarios,
    offer_presets,
    show_left_out,
)
from views.comparing.maps import compared_map, moves_against_first
from views.comparing.verdict import show_deciding, show_verdict
from views.map_view import show_map
from views.papers_button import offer_papers
from views.parts.choices import choose_town, chosen_town, click_town
from views.parts.map_choices import MapChoices, chosen_view
from views.parts.presenting import offer_presenting
from views.parts.shown import PLANS_STYLE, answer_of, show_conflicts
from views.parts.tables import show_grid, show_sortable
from views.speech import Speech
from wording import sentences as wording
from wording.compared_tables import (
    Compared,
    ComparedPlan,
    by_county,
    changes_table,
    comparable,
    comparison_remarks,
    coverage_table,
    deciding_table,
    figures_table,
    folded,
    known_alike,
    layer_states,
    measured,
    numbered,
    scenario_title,
    town_names,
    town_table,
    with_plan,
)
from wording.differences import Moved, layer_of, moved_key, reshaped, reshaped_texts
from wording.judgement import judgement

_HIGH = {2: 560, 3: 460, 4: 460}
_MOST_SHOWN = 5
#: A name of so many signs needs one line above one of three maps.
_ONE_LINE = 47


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(PLANS_STYLE)
    # What is said of the answers stands above the choice of the scenarios.
    head = st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare-head")
    head.title(speech.markdown(msg("Comparison – which of these?")), anchor=False, width="content")
    entries = {entry.id: entry for entry in answers.entries()}
    if not entries:
        st.error(speech.markdown(msg("There is no scenario file.")))
        return
    with head:
        offer_presets(entries, speech)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare-choice")
    with row:
        chosen = chosen_scenarios(entries, speech)
    show_left_out(entries, speech)
    if len(chosen) < FEWEST:
        st.info(speech.markdown(msg("Choose two scenarios at least.")))
        return
    with row.popover(speech.markdown(msg("Maps")), icon=":material/layers:"):
        drawn = _Drawn(chosen_view(speech), borders_over(speech))
    _show_comparison(chosen, drawn, head, speech)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How the maps are drawn: as chosen, and whether with the borders of the first plan over the others."""

    choices: MapChoices
    borders: bool


def _show_comparison(
    chosen: Sequence[Entry], drawn: _Drawn, head: st.delta_generator.DeltaGenerator, speech: Speech
) -> None:
    # The verdict stands above the maps, but is known only with the plans, for which somebody may wait there.
    verdict, controls, maps = st.container(), st.container(), st.container(key="compared-maps")
    if len(chosen) < MOST and all(len(entry.name) <= _ONE_LINE for entry in chosen):
        maps = maps.container(key="short-names")
    places = _places(maps, len(chosen))
    alone: list[Compared] = []
    found: list[answers.Answer | None] = []
    for number, (entry, place) in enumerate(zip(chosen, places, strict=True), 1):
        with place:
            st.header(speech.markdown(scenario_title(number, entry.name)), anchor=False)
            answer = answer_of(entry, speech)
        found.append(answer)
        unknown = Compared(number, entry.name, msg("no plan to show"), None)
        alone.append(unknown if answer is None else numbered(number, answer))
    compared = measured(known_alike(alone))
    plans = with_plan(compared)
    with head:
        offer_presenting([entry.id for entry in chosen], "compare", speech)
        offer_papers([answer for answer in found if answer is not None], speech)
    with verdict:
        _show_verdict(compared, plans, speech)
    with controls:
        layer = chosen_layer(plans, speech)
    for one, answer, place in zip(compared, found, places, strict=True):
        with place:
            if isinstance(one, ComparedPlan):
                _show_map(one, plans, layer, drawn, len(chosen), speech)
            elif answer is not None:
                show_conflicts(answer, speech)
    _show_town(plans, layer, speech)
    _show_more(chosen, compared, plans, layer, speech)


def _show_verdict(compared: Sequence[Compared], plans: Sequence[ComparedPlan], speech: Speech) -> None:
    found = judgement(compared)
    left, right = st.container(key="compare-verdict").columns([6, 7], gap="medium")
    with left:
        show_verdict(found, speech)
    if plans:
        with right:
            show_deciding(deciding_table(compared, plans[0]), [one.number for one in found.best], speech)


# -- the maps ---------------------------------------------------------------------------------------------------------


def _places(area: st.delta_generator.DeltaGenerator, count: int) -> list[st.delta_generator.DeltaGenerator]:
    """A place for each map: side by side, four of them two by two."""
    in_a_row = count if count < MOST else 2
    found: list[st.delta_generator.DeltaGenerator] = []
    while len(found) < count:
        found.extend(area.columns(in_a_row, gap="medium"))
    return found


def _show_map(
    one: ComparedPlan, plans: Sequence[ComparedPlan], layer: int, drawn: _Drawn, count: int, speech: Speech
) -> None:
    base, shown = plans[0], layer_of(one.plan, layer)
    if shown is None:
        st.info(speech.markdown(wording.NO_POSTS))
        return
    town = chosen_town(one.plan.municipalities)
    view = compared_map(one, plans, layer, drawn.choices, speech.language, borders=drawn.borders, selected=town)
    clicked = show_map(
        view,
        key=f"map {one.number}",
        height=_HIGH[count],
        label=speech.plain(msg("Map of {scenario}", scenario=one.title)),
        group="compared",
    )
    click_town(clicked)
    _show_about(one, base, shown, speech)
    moves = moves_against_first(one, plans, layer)
    if moves is not None:
        st.markdown(speech.markdown(_moves_text(one, base, moves)))
        for told in reshaped_texts(reshaped(base.plan, one.plan, layer)):
            st.markdown(speech.markdown(told))


def _show_about(one: ComparedPlan, base: ComparedPlan, shown: LayerPlan, speech: Speech) -> None:
    """What is known of each layer, the one on the map first; and why the plan is compared with no other."""
    states = layer_states(one.plan)
    at = one.plan.layers.index(shown)
    rest = [state for position, state in enumerate(states) if position != at]
    if rest:
        st.caption(speech.markdown(msg("{shown} (not on the map: {others})", shown=states[at], others=listing(rest))))
    else:
        st.caption(speech.markdown(states[at]))
    if one is base:
        st.markdown(speech.markdown(msg("The others are compared with this one.")))
    elif one.loaded.county.ags != base.loaded.county.ags:
        st.markdown(speech.markdown(msg("Another county than {scenario}: not compared with it.", scenario=base.short)))
    elif not base.plan.layers:
        st.markdown(speech.markdown(msg("{scenario} has no districts to compare with.", scenario=base.short)))


def _moves_text(one: ComparedPlan, base: ComparedPlan, moves: Sequence[Moved]) -> Message:
    """Who changes district."""
    if not moves:
        return msg("No municipality changes district against {scenario}.", scenario=base.short)
    names = town_names([one, base])
    # “And 1 more” is as long as a name.
    shown = _MOST_SHOWN if len(moves) > _MOST_SHOWN + 1 else len(moves)
    some, left = listing(names[move.ags] for move in moves[:shown]), len(moves) - shown
    return msgs(
        "{count} municipality changes district against {scenario}: {names} ({weight} of the need).",
        "{count} municipalities change district against {scenario}: {names} ({weight} of the need).",
        len(moves),
        scenario=base.short,
        names=msg("{names} and {count} more", names=some, count=left) if left > 0 else some,
        weight=percent(moved_key(one.plan, moves)),
    )


# -- below the maps ---------------------------------------------------------------------------------------------------


def _show_town(plans: Sequence[ComparedPlan], layer: int, speech: Speech) -> None:
    """One municipality in all plans, chosen on a map or from a list."""
    if not plans:
        return
    chosen = choose_town(
        town_names(plans),
        speech,
        label=msg("One municipality in all plans: click on it on a map or choose it here"),
        nothing=msg("none"),
    )
    if chosen is not None:
        show_grid(town_table(plans, chosen, layer), speech, titled=False)


def _show_more(
    chosen: Sequence[Entry], compared: Sequence[Compared], plans: Sequence[ComparedPlan], layer: int, speech: Speech
) -> None:
    """What is not of the answer, each behind its title and drawn only when it is opened."""
    with _opened("figures", msg("All figures"), speech) as opened:
        if opened:
            _show_figures(compared, plans, speech)
    for position, (county, same) in enumerate(by_county(compared)):
        own = "" if position == 0 else f"-{position + 1}"
        table = coverage_table(same, plans[0], county)
        with _opened(f"towns{own}", table.title, speech) as opened:
            if opened:
                _show_coverage(same, county, speech)
        if len(same) >= FEWEST:
            changes = changes_table(same, layer, county)
            with _opened(f"changes{own}", changes.title, speech) as opened:
                if opened:
                    show_grid(changes, speech, titled=False)
    described = list(_described(chosen))
    if described:
        with _opened("about", msg("What the scenarios stand for"), speech) as opened:
            for title, text in described if opened else ():
                st.markdown(f"**{speech.markdown(title)}**  \n{speech.markdown(text)}")


@contextmanager
def _opened(name: str, title: Message, speech: Speech) -> Iterator[bool]:
    """A folded part of the page, and whether it is open; which ones are stands in the address."""
    key = f"open {name}"
    address.bind(key, name in _open())
    with st.expander(speech.markdown(title), key=key, on_change=partial(_follow_opened, name)) as part:
        yield bool(part.open)


def _open() -> list[str]:
    return [name for name in (address.value(address.OPEN) or "").split(",") if name]


def _follow_opened(name: str) -> None:
    names = [other for other in _open() if other != name]
    if st.session_state[f"open {name}"]:
        names.append(name)
    address.put(address.OPEN, ",".join(names) or None)


def _show_figures(compared: Sequence[Compared], plans: Sequence[ComparedPlan], speech: Speech) -> None:
    base = plans[0] if plans else None
    show_grid(folded(figures_table(compared, base)), speech, titled=False)
    for remark in comparison_remarks(compared, base):
        st.caption(speech.markdown(remark))


def _show_coverage(plans: Sequence[ComparedPlan], county: str | None, speech: Speech) -> None:
    from views.comparing.chart import dot_chart, in_hours

    shown = [one for one in plans if comparable(plans[0], one)]
    left, right = st.columns([5, 4] if len(plans) < MOST else 2, gap="medium")
    with left:
        st.altair_chart(
            dot_chart(shown, speech),
            theme=None,
            alt=speech.plain(msg("What each municipality gets, as dots; the table beside has the same figures")),
        )
        named = listing(one.title for one in shown)
        told = msg("Dots: {names}. The axis begins at the lowest figure, not at zero.", names=named)
        fair = msg("{text} Dashed: fair supply.", text=told)
        st.caption(speech.markdown(told if in_hours(shown) else fair))
    with right:
        alt = msg("Coverage of each municipality in each scenario")
        show_sortable(coverage_table(plans, plans[0], county).apart(), alt, speech, short=True)


def _described(entries: Sequence[Entry]) -> Iterator[tuple[Message, str]]:
    for number, entry in enumerate(entries, start=1):
        if entry.scenario is not None and entry.scenario.description:
            yield scenario_title(number, entry.name), entry.scenario.description


if __name__ == "__main__":
    show()
