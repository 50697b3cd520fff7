"""The questions of the page “Why this plan?” that are answered exactly, each with words, picture, table and plans."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from exploring.questions.alternatives import AlternativesQuery
from exploring.questions.frontier import FrontierQuery
from exploring.questions.posts import PostsQuery
from exploring.questions.prices import PricesQuery
from exploring.questions.rank import RankQuery
from exploring.questions.why import WhyQuery
from maps.colours import MapFigure
from optimizer.explore.alternatives import Alternatives
from optimizer.explore.reasons import Reason
from optimizer.problem import Ags
from scenarios.handmade import Refused
from translation import Message, msg, number, percent
from views.asking.asked import Asked, ask, handmade_of, others_of, pinned_of
from views.asking.plans import Shown, chosen_shown, draw, show_plans
from views.parts.choices import choose_town, chosen_town
from views.parts.tables import show_grid
from views.speech import Speech
from wording import sentences as wording
from wording.explore.alternatives import alternatives_told, stays
from wording.explore.charts import Chart, distribution_chart, frontier_chart, posts_chart, together_chart
from wording.explore.frontier import frontier_told
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told, rule_name
from wording.explore.rank import rank_told
from wording.explore.told import Told
from wording.explore.why import everybody_told, why_not_told, why_told
from wording.yardstick import measured_by

#: More alternatives than this are no longer looked through by people.
COUNTS = (5, 10, 20, 50)
_COUNT, _TRAVEL, _PINS, _OTHER = "explore count", "explore travel", "explore pins", "explore other"
_CHART_WIDTH = 760


def tell(told: Told, speech: Speech) -> None:
    """The answer in short, what else is to be said, and how sure it is."""
    first, *more = told.answer
    st.markdown(f"**{speech.markdown(first)}**")
    if more:
        st.markdown(speech.bullets(more))
    st.caption(speech.markdown(told.proof))


def show_chart(chart: Chart, about: Message, speech: Speech) -> None:
    """A chart of the papers as wide as its place."""
    st.altair_chart(chart, theme=None, alt=speech.plain(about))


def show_alternatives(asked: Asked, speech: Speech) -> None:
    """The best plans, on the map and as a table, and how often two municipalities are together."""
    count = st.session_state.get(_COUNT, 10)
    found = ask(asked, AlternativesQuery(count), speech, details=count)
    if found is None:
        return
    told = alternatives_told(asked.about, found)
    words, picture = st.container(key="map-and-figures").columns([2, 3], gap="medium")
    with words:
        st.selectbox(speech.markdown(msg("How many plans")), COUNTS, index=COUNTS.index(count), key=_COUNT)
        tell(told, speech)
    with picture:
        _show_alternatives(asked, found, speech)
    for table in told.tables[:1]:
        show_grid(table, speech)
    if len(found.items) > 1:
        names = {town.ags: town.name for town in asked.about.loaded.county.municipalities}
        st.markdown(f"**{speech.markdown(told.tables[1].title)}**")
        about = msg("Matrix of how often two municipalities share a district; the figures stand in its cells")
        show_chart(together_chart(found, names, speech.plain), about, speech)


def _show_alternatives(asked: Asked, found: Alternatives, speech: Speech) -> None:
    towns, own = asked.about.loaded.county, asked.about.until
    ags = chosen_town(own.municipalities)
    best = Shown(msg("How settled: all {count} plans together", count=number(len(found.items))), own)
    plans = [
        Shown(
            msg(
                "Plan {number}: lowest coverage {coverage}, {hours} missing",
                number=number(position),
                coverage=percent(one.plan.lowest_coverage),
                hours=number(one.plan.shortfall_hours, 1, "h"),
            ),
            one.plan,
        )
        for position, one in enumerate(found.items, start=1)
    ]
    if len(found.items) == 1:
        show_plans(asked, plans, msg("On the map"), speech)
        return
    shown = [best, *plans]
    position = chosen_shown(shown, msg("On the map"), speech)
    if position > 0:
        draw(asked, shown[position], speech)
        return
    figure = _together_with(found, ags, towns.name_of(ags)) if ags else _settled(found)
    draw(asked, replace(best, figure=figure), speech)
    st.caption(
        speech.markdown(
            msg(
                "In how many of the plans each municipality is in the same district as in the best one. A click on a "
                "municipality shows with whom it is together how often."
            )
        )
    )


def _settled(found: Alternatives) -> MapFigure:
    values = dict(stays(found))
    return _shares(msg("In the same district as in the best plan, share of the plans"), values)


def _together_with(found: Alternatives, ags: Ags, name: str) -> MapFigure:
    counts = found.together_counts
    values: dict[Ags, float | None] = {
        town.ags: counts[min(ags, town.ags), max(ags, town.ags)] / len(found.items) if town.ags != ags else None
        for town in found.items[0].plan.problem.municipalities
    }
    return _shares(msg("In one district with {town}, share of the plans", town=name), values)


def _shares(title: Message, values: dict[Ags, float | None] | dict[Ags, float]) -> MapFigure:
    return MapFigure(
        title,
        values,
        (0.2, 0.4, 0.6, 0.8),
        lambda share: percent(share, 0),
        lambda limit: percent(limit, 0),
        2,
        msg("the municipality itself"),
    )


def show_rank(asked: Asked, speech: Speech) -> None:
    """All plans as a distribution, with the comparable scenarios marked in it."""
    others, digest = others_of(asked, speech)
    handmade = handmade_of(asked)
    if handmade is not None:
        name, plan, stamp = handmade
        others, digest = (*others, (speech.plain(name), plan)), f"{digest} {stamp} {speech.language}"
    found = ask(asked, RankQuery(others), speech, details=digest)
    if found is None:
        return
    told = rank_told(asked.about, found)
    words, picture = st.columns([2, 3], gap="medium")
    with words:
        tell(told, speech)
    with picture:
        about = msg("Bars: how many plans have which lowest coverage; marked plans have the numbers of the table")
        show_chart(distribution_chart(found, speech.plain, _CHART_WIDTH), about, speech)
    for table in told.tables:
        show_grid(table, speech)


def show_frontier(asked: Asked, speech: Speech) -> None:
    """Evenness against hours missing or on the road; each point a plan on the map."""
    found = ask(asked, FrontierQuery(), speech)
    if found is None:
        return
    told = frontier_told(asked.about, found)
    tell(told, speech)
    labels = {False: msg("hours missing"), True: msg("hours on the road")}
    travel = st.segmented_control(
        speech.markdown(msg("Lowest coverage against")),
        [False, True],
        key=_TRAVEL,
        default=False,
        required=True,
        format_func=lambda on: speech.markdown(labels[on]),
    )
    points = found.travel if travel else found.shortfall
    own = asked.about.until
    mine = (own.lowest_coverage, own.travel_hours if travel else own.shortfall_hours)
    title = msg("Hours on the road per week") if travel else msg("Missing hours per week")
    picture, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with picture:
        about = msg("Points: plans that cannot be bettered in one without a loss in the other; the table has them all")
        show_chart(frontier_chart(points, mine, speech.plain, title), about, speech)
        show_grid(told.tables[1 if travel else 0], speech)
    with where:
        shown = [
            Shown(
                msg(
                    "Point {number}: {coverage}, {hours}",
                    number=number(position),
                    coverage=percent(point.coverage),
                    hours=number(point.hours, 1, "h"),
                ),
                point.plan,
            )
            for position, point in enumerate(points, start=1)
        ]
        show_plans(asked, shown, msg("Point on the map"), speech, first=len(shown) - 1)


def show_prices(asked: Asked, speech: Speech) -> None:
    """What each rule costs; the best plan without it on the map."""
    about, digest = asked.about, ""
    pinned = None
    try:
        pinned = pinned_of(asked)
    except Refused as refused:
        st.info(speech.markdown(refused.message))
    if pinned is not None:
        text = msg("What is pinned or wished in the plan made by hand counts as rules")
        if st.toggle(speech.markdown(text), key=_PINS):
            about, digest = pinned
    found = ask(asked, PricesQuery(), speech, about=about, details=digest)
    if found is None:
        return
    told = prices_told(about, found)
    words, where = st.container(key="map-and-figures").columns([2, 3], gap="medium")
    with words:
        tell(told, speech)
    priced = [price for price in found.items if price.plan is not None]
    shown = [
        Shown(msg("Without: {rule}", rule=rule_name(about.loaded, price)), price.plan)
        for price in priced
        if price.plan is not None
    ]
    first = next((position for position, price in enumerate(priced) if price.binds), 0)
    with where:
        if shown:
            show_plans(asked, shown, msg("The best plan without a rule on the map"), speech, first=first)
    show_grid(told.tables[0], speech)


def show_posts(asked: Asked, speech: Speech) -> None:
    """The best plan for each number of posts."""
    found = ask(asked, PostsQuery(), speech)
    if found is None:
        return
    told = posts_told(asked.about, found)
    planned = asked.about.problem.layers[asked.about.layer].total
    picture, where = st.container(key="map-and-figures").columns(2, gap="medium")
    with picture:
        tell(told, speech)
        about = msg("Line: lowest coverage for each number of posts; the table has the figures")
        show_chart(posts_chart(found.posts, planned, speech.plain), about, speech)
    with where:
        possible = [posts for posts in found.posts if posts.plan is not None]
        shown = [
            Shown(
                msg("{posts} posts (FTE)", posts=wording.fte(posts.total)),
                measured_by(asked.about.until, posts.plan),
                posts=posts.total,
            )
            for posts in possible
            if posts.plan is not None
        ]
        after = next((at for at, posts in enumerate(possible) if posts.total > planned), 0)
        if shown:
            label = msg("Number of posts on the map; coverage measured by the planned posts")
            show_plans(asked, shown, label, speech, first=after)
    for table in told.tables:
        show_grid(table, speech)


def show_why(asked: Asked, speech: Speech) -> None:
    """Why a municipality is where it is, and why two are not together."""
    about = asked.about
    towns = {town.ags: town.name for town in about.loaded.county.municipalities}
    found = ask(asked, WhyQuery(), speech)
    if found is None:
        return
    told = everybody_told(about, found.by_town)
    words, picture = st.container(key="map-and-figures").columns([2, 3], gap="medium")
    with words:
        one = choose_town(towns, speech, label=msg("Why is this municipality here?"), nothing=msg("all"))
        other: Ags | None = None
        if one is not None:
            rest = ["", *(ags for ags in towns if ags != one)]
            other = (
                st.selectbox(
                    speech.markdown(msg("and why with this one, or not?")),
                    rest,
                    key=f"{_OTHER} {one}",
                    format_func=lambda ags: towns[ags] if ags else speech.plain(msg("wherever it is best")),
                )
                or None
            )
        reason: Reason | None = None
        if one is not None and other is not None:
            pair = ask(asked, WhyQuery((one, other)), speech, details=f"{one} {other}")
            if pair is not None:
                reason = pair.by_town[one]
                tell(why_not_told(about, reason, one, other), speech)
        elif one is not None:
            reason = found.by_town[one]
            tell(why_told(about, reason, one), speech)
        else:
            tell(told, speech)
    with picture:
        plan = about.until if reason is None or reason.plan is None else reason.plan
        draw(
            asked,
            Shown(msg("The plan as it is") if plan is about.until else msg("The best plan otherwise"), plan),
            speech,
            selected=one,
        )
    show_grid(told.tables[0], speech)
