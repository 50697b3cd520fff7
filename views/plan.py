"""The page “Plan – what is proposed?”: the best plan of a scenario on the map, in figures and in tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from faults import InputError
from geodata.maps import plan_map
from optimizer.plan import Plan
from optimizer.rules import broken, check_plan
from reports import wording
from scenarios.assemble import LoadedScenario
from scenarios.store import Listed
from translation import Message, msg, number, percent
from views import address, answers
from views.speech import Speech
from views.tables import districts_table, municipalities_table

MAP_HEIGHT = 620


@dataclass(frozen=True, slots=True)
class _Figure:
    """A key figure: what it is called, its value, what it means, and where it applies."""

    label: Message
    value: object
    about: Message
    where: object = None


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.header(speech.markdown(msg("Plan – what is proposed?")), anchor=False)
    listed = _chosen(speech)
    if listed is None:
        return
    if listed.scenario is None:
        _show_faults(InputError(listed.faults), speech)
        return
    try:
        with st.spinner(speech.plain(msg("The best plan is being computed …"))):
            answer = answers.answer(listed.path, listed.scenario)
    except InputError as error:
        _show_faults(error, speech)
        return
    except answers.NoAnswer as outcome:
        st.error(speech.markdown(outcome.message))
        return
    st.caption(speech.markdown(answer.loaded.county.name))
    if listed.scenario.description:
        st.markdown(speech.markdown(listed.scenario.description))
    if answer.solution.plan is None:
        _show_conflicts(answer, speech)
    else:
        _show_plan(answer, answer.solution.plan, speech)
    _show_basis(answer.loaded, speech)


def _chosen(speech: Speech) -> Listed | None:
    """The scenario of the address, to be changed with the list."""
    known = {listed.path.stem: listed for listed in answers.listed_scenarios()}
    if not known:
        st.error(speech.markdown(msg("There is no scenario file.")))
        return None
    stem, wrong = address.scenario(list(known))
    address.bind(address.SCENARIO, stem)
    st.selectbox(
        speech.markdown(msg("Scenario")),
        list(known),
        key=address.SCENARIO,
        format_func=lambda stem: _name(known[stem]),
        on_change=partial(address.follow, address.SCENARIO),
    )
    if wrong is not None:
        st.warning(speech.markdown(wrong))
    return known[stem]


def _name(listed: Listed) -> str:
    return listed.path.name if listed.scenario is None else listed.scenario.name


def _show_faults(error: InputError, speech: Speech) -> None:
    st.error(speech.markdown(msg("This scenario cannot be used. What is wrong:")))
    st.markdown(speech.bullets(error.lines(speech.language)))


def _show_conflicts(answer: answers.Answer, speech: Speech) -> None:
    st.error(speech.markdown(wording.proof(answer.solution)))
    if not answer.conflicts:
        st.markdown(speech.markdown(wording.unexplained()))
    for conflict in answer.conflicts:
        st.markdown(speech.bullets(wording.conflict_text(conflict, answer.loaded.county, answer.loaded.problem)))


def _show_plan(answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    county = answer.loaded.county
    layer = _layer(plan, speech)
    left, right = st.container(key="map-and-figures").columns([4, 3], gap="medium")
    with left:
        # The key keeps maps apart that differ only in names, which st_folium would take for the same.
        key = "|".join([answer.loaded.path.stem, answer.digest, str(layer), speech.language])
        view = plan_map(county, plan, layer, speech.language)
        st_folium(view, key=key, height=MAP_HEIGHT, use_container_width=True, returned_objects=[])
        legend = msg("Number: district. House: hub of its district or of those named. Percentage: coverage.")
        st.caption(speech.markdown(legend))
    with right:
        _show_figures(answer, plan, speech)
        st.markdown(speech.markdown(wording.proof(answer.solution)))
        _show_rules(answer.loaded, plan, speech)
    st.subheader(speech.markdown(msg("Districts")), anchor=False)
    st.dataframe(
        districts_table(county, plan, layer, speech),
        hide_index=True,
        height="content",
        column_config={speech.plain(msg("No.")): st.column_config.Column(width=60)},
        alt=speech.plain(msg("Districts with team, hub, municipalities and hours per week")),
    )
    level = msg(
        "Hours are per week. Level: the supply the whole county would have if all of it were served like the district; "
        "fair level: {level}.",
        level=number(plan.fair_level, 1, "h"),
    )
    st.caption(speech.markdown(level))
    st.subheader(speech.markdown(msg("Municipalities")), anchor=False)
    indicators = tuple(name for name in answer.loaded.scenario.key if name in county.indicator_names)
    st.dataframe(
        municipalities_table(county, plan, layer, indicators, speech),
        hide_index=True,
        height="content",
        alt=speech.plain(msg("Municipalities with need, coverage, hours per week and drive from the hub")),
    )
    st.caption(
        speech.markdown(msg("Hours are per week; drive from the hub, one way. A click on a heading sorts the table."))
    )


def _layer(plan: Plan, speech: Speech) -> int:
    """The layer to be shown."""
    layers = range(len(plan.layers))
    if len(layers) == 1:
        return 0
    chosen = st.segmented_control(
        speech.markdown(msg("Layer on the map and in the tables")),
        layers,
        format_func=lambda layer: speech.markdown(plan.layers[layer].layer.name),
        default=0,
        required=True,
    )
    return chosen or 0


def _show_figures(answer: answers.Answer, plan: Plan, speech: Speech) -> None:
    posts = plan.problem.total_posts
    least = answer.loaded.county.name_of(plan.least_covered.ags)
    share = msg("{ki} of {posts} FTE", ki=wording.fte(plan.ki_fte), posts=wording.fte(posts))
    rows: tuple[tuple[_Figure, _Figure], ...] = (
        (
            _Figure(
                msg("Lowest coverage"),
                percent(plan.lowest_coverage),
                msg("Supply divided by fair supply, in the municipality where that is lowest. 100 % is fair."),
                least,
            ),
            _Figure(msg("Share of the KI"), percent(float(plan.ki_share)), msg("Share of all posts at the KI."), share),
        ),
        (
            _Figure(
                msg("Shortfall per week"),
                number(plan.shortfall_hours, 1, "h"),
                msg("Hours missing to the fair supply, all municipalities."),
            ),
            _Figure(msg("Travel per week"), number(plan.travel_hours, 1, "h"), msg("Hours on the road.")),
        ),
        (
            _Figure(msg("On site per week"), number(plan.on_site_hours, 1, "h"), msg("Hours that reach people.")),
            _Figure(
                msg("Posts"), msg("{posts} FTE", posts=wording.fte(posts)), msg("Full-time posts, all layers together.")
            ),
        ),
    )
    for row in rows:
        for column, figure in zip(st.columns(2), row, strict=True):
            column.metric(
                speech.markdown(figure.label),
                speech.plain(figure.value),
                delta=None if figure.where is None else speech.plain(figure.where),
                delta_color="off",
                delta_arrow="off",
                help=speech.markdown(figure.about),
                border=True,
                height="stretch",
            )


def _show_rules(loaded: LoadedScenario, plan: Plan, speech: Speech) -> None:
    breaches = broken(check_plan(plan))
    if not breaches:
        st.success(speech.markdown(msg("All rules of the scenario are kept.")))
        return
    texts = [wording.rule_text(check, loaded.county, loaded.problem) for check in breaches]
    st.warning(speech.markdown(msg("Rules that the plan breaks:")) + "\n\n" + speech.bullets(texts))


def _show_basis(loaded: LoadedScenario, speech: Speech) -> None:
    """What the plan rests on."""
    with st.expander(speech.markdown(msg("Assumptions"))):
        st.markdown(speech.bullets(wording.assumptions(loaded)))
    with st.expander(speech.markdown(msg("Sources"))):
        st.markdown(speech.bullets(wording.sources(loaded.county)))
    if loaded.notices:
        with st.expander(speech.markdown(msg("Remarks on the files"))):
            st.markdown(speech.bullets([notice.text(speech.language) for notice in loaded.notices]))


if __name__ == "__main__":
    show()
