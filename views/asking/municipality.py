"""What it means for each municipality: the ranges of all, and of one its companions, hubs and own courses."""

from __future__ import annotations

import streamlit as st

from exploring.questions.municipality import MunicipalityQuery
from optimizer.problem import Ags
from optimizer.way.consequences import Course
from optimizer.way.municipality import Municipalities
from translation import msg
from views.asking.asked import Asked, ask
from views.asking.plans import Shown, chosen_shown, draw
from views.asking.questions import show_chart, tell
from views.parts.choices import choose_town
from views.parts.tables import show_grid
from views.speech import Speech
from wording.explore.municipality import municipality_told, town_told
from wording.explore.municipality_chart import ranges_chart

#: With more municipalities the courses of all would take long: then they are those of the one that is chosen.
MOST_AT_ONCE = 14


def show_municipality(asked: Asked, speech: Speech) -> None:
    """The answer for all municipalities, or for the one that is chosen."""
    about = asked.about
    present = [town.ags for town in about.problem.municipalities if town.taking_part]
    towns = {ags: about.loaded.county.name_of(ags) for ags in present}
    words, picture = st.container(key="map-and-figures").columns([2, 3], gap="medium")
    with words:
        one = choose_town(towns, speech, label=msg("Municipality"), nothing=msg("all"))
    few = len(present) <= MOST_AT_ONCE
    wanted = None if few else () if one is None else (one,)
    found = ask(asked, MunicipalityQuery(wanted), speech, details=wanted or few)
    if found is None:
        return
    with words:
        tell(municipality_told(about, found) if one is None else town_told(about, found, one), speech)
        if one is None and not few:
            st.caption(speech.markdown(msg("Choose a municipality to see what its own courses cost.")))
    with picture:
        if one is None:
            alt = msg("Bars: from the fewest to the most hours of each municipality; the table has the figures")
            show_chart(ranges_chart(about, found, speech.plain), alt, speech)
        else:
            _show_plans(asked, found, one, speech)
    told = municipality_told(about, found) if one is None else town_told(about, found, one)
    for table in told.tables:
        show_grid(table, speech)


def _show_plans(asked: Asked, found: Municipalities, ags: Ags, speech: Speech) -> None:
    """The plans behind the figures of a municipality on the map."""
    possible, name = found.items[ags], asked.about.loaded.county.name_of(ags)
    shown = [
        Shown(msg("The plan as it is"), asked.about.until),
        Shown(msg("A plan that gives {town} the most hours", town=name), possible.most),
        Shown(msg("A plan that gives {town} the fewest hours", town=name), possible.least),
    ]
    for one in found.consequences.get(ags, ()):
        if one.course is Course.ALONE and one.plan is not None:
            shown.append(Shown(msg("The best plan with {town} as a district by itself", town=name), one.plan))
    position = chosen_shown(shown, msg("On the map"), speech, first=1)
    draw(asked, shown[position], speech, selected=ags)
