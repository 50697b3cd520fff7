"""Which plans change with other figures: every scenario of the county, solved with the old and with the new ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st

from files.faults import InputError
from geodata import county_folder
from geodata.county import County
from geodata.editing.figures import figures_of
from optimizer.plan import Plan
from scenarios.assemble import problem_of
from scenarios.library import Entry, library
from scenarios.scenario import scenario_from
from scenarios.schema import as_data
from serving import answers
from translation import Message, listing, msg, msgs, number
from views import address
from views.figures.outcome import COPIES, Outcome, show_outcome, tell
from views.parts import plans
from views.parts.choices import entry_name
from views.parts.tables import show_text_table, text_table
from views.speech import Speech
from views.who import initials
from wording import sentences as wording
from wording.differences import less, lowest, moved, signed
from wording.grid import NOTHING
from wording.yardstick import measured_by, per_1000, same_need, same_yardstick

_CHOSEN, _COMPARED = "data copies", "data compared"


@dataclass(frozen=True, slots=True)
class Effect:
    """A scenario with its plan under the old figures and under the new ones; ``None`` where there is none.

    ``remark`` says why something is missing.
    """

    entry: Entry
    old: Plan | None = None
    new: Plan | None = None
    remark: object = ""


def affected(county: County, name: str) -> list[Entry]:
    """The scenarios of that county that do not rest on the data set ``name`` yet."""
    found = []
    for entry in answers.entries():
        if entry.scenario is None or entry.scenario.county == name:
            continue
        try:
            other = answers.county(county_folder(entry.scenario.county, entry.path.parent))
        except InputError:
            continue  # said where the scenario is opened
        if other.ags == county.ags:
            found.append(entry)
    return found


def effects(entries: Sequence[Entry], county: County, speech: Speech) -> Iterator[Effect]:
    """What the figures of ``county`` do to each scenario; the page says what is computed meanwhile."""
    fingerprint = repr(figures_of(county)).encode()
    for entry in entries:
        try:
            yield _effect(entry, county, fingerprint, speech)
        except InputError as error:
            yield Effect(entry, remark=listing(error.lines(speech.language)))
        except plans.NoAnswer as outcome:
            yield Effect(entry, remark=outcome.message)


def _effect(entry: Entry, county: County, fingerprint: bytes, speech: Speech) -> Effect:
    assert entry.scenario is not None
    before = plans.answer(entry.scenario, entry.path, speech)
    # A copy that is saved refers to the same reference plan, with the figures that this has.
    reference = [layer.reference for layer in before.loaded.problem.layers]
    problem = problem_of(entry.scenario, county, reference=reference)
    digest = hashlib.sha256(fingerprint)
    digest.update(json.dumps([as_data(entry.scenario), before.digest], default=str).encode())
    after = plans.solved(problem, f"figures {digest.hexdigest()}", speech)
    remark: object = ""
    if after.plan is None:
        remark = wording.proof(after)
    return Effect(entry, before.solution.plan, after.plan, remark)


def changes_plan(effect: Effect) -> bool | None:
    """Whether districts, teams or hubs differ; ``None`` where that cannot be told."""
    if effect.old is None or effect.new is None:
        return None
    return _shape(effect.old) != _shape(effect.new)


def _shape(plan: Plan) -> object:
    return [
        sorted((sorted(d.municipalities), d.employer, d.fte, d.hub) for d in layer.districts) for layer in plan.layers
    ]


def show_effects(found: Sequence[Effect], county: County, speech: Speech) -> None:
    """The effects as a table, the scenarios whose plan changes named before it."""
    changing = [effect.entry.name for effect in found if changes_plan(effect)]
    if changing:
        names = listing(changing)
        text = msgs("{count} plan changes: {names}", "{count} plans change: {names}", len(changing), names=names)
        st.warning(speech.markdown(text), icon=":material/change_circle:")
    elif all(changes_plan(effect) is False for effect in found):
        st.success(speech.markdown(msg("No plan changes its districts, teams or hubs.")), icon=":material/check:")
    headings = (
        msg("Scenario"),
        msg("Lowest hours per 1,000 people, old → new"),
        msg("Lowest coverage, old → new"),
        msg("Shortfall per week, old → new"),
        msg("Change district"),
        msg("Posts per district, old → new"),
    )
    table = text_table(headings, [_row(effect, county, speech) for effect in found], speech)
    show_text_table(table, msg("What the figures change in each scenario"), speech)
    pairs = [(effect.old, effect.new) for effect in found]
    if any(old is not None and new is not None and not same_need(old, new) for old, new in pairs):
        about = msg("Where the key has other figures, coverage has another measure: only hours are told.")
        st.caption(speech.markdown(about))


def _row(effect: Effect, county: County, speech: Speech) -> list[object]:
    name = entry_name(effect.entry, speech)
    old, new = effect.old, effect.new
    if old is None or new is None:
        return [name, effect.remark or NOTHING, NOTHING, NOTHING, NOTHING, NOTHING]
    coverage, shortfall = _measured(old, measured_by(old, new))
    towns = dict.fromkeys(move.ags for layer in range(len(new.layers)) for move in moved(old, new, layer))
    before, after = _posts(old), _posts(new)
    same = speech.plain(before) == speech.plain(after)
    return [
        name,
        _hours(old, new),
        coverage,
        shortfall,
        listing(county.name_of(ags) for ags in towns) if towns else msg("none"),
        before if same else msg("{old} → {new}", old=before, new=after),
    ]


def _hours(old: Plan, new: Plan) -> object:
    before, after = (per_1000(plan, plan.least_covered.ags) for plan in (old, new))
    return NOTHING if before is None or after is None else msg("{old} → {new}", old=before, new=after)


def _measured(old: Plan, new: Plan) -> tuple[object, object]:
    """Lowest coverage and shortfall, old and new: nothing where not one yardstick says what counts as 100 % in both."""
    covered, covers = lowest(old), lowest(new)
    if covered is None or covers is None or not (same_need(old, new) and same_yardstick(old, new)):
        return NOTHING, NOTHING
    points = signed(less(covers, covered))
    missed, misses = number(old.shortfall_hours, 1, "h"), number(new.shortfall_hours, 1, "h")
    return (
        msg("{old} → {new} ({points} points)", old=covered, new=covers, points=points),
        msg("{old} → {new} ({hours})", old=missed, new=misses, hours=signed(less(misses, missed))),
    )


def _posts(plan: Plan) -> object:
    layers = [listing(msg("{posts}", posts=wording.fte(d.fte)) for d in layer.districts) for layer in plan.layers]
    text: object = layers[0] if layers else NOTHING
    for layer in layers[1:]:
        text = msg("{some}; {one}", some=text, one=layer)
    return text


def offer_copies(entries: Sequence[Entry], name: str, label: Message, speech: Speech) -> None:
    """Copies of chosen scenarios that rest on the saved data set ``name``; ``label`` is added to their names."""
    known = {entry.id: entry for entry in entries}
    chosen = st.multiselect(
        speech.markdown(msg("Copy these scenarios with the new figures")),
        list(known),
        default=list(known),
        key=f"{_CHOSEN} {name}",
        format_func=lambda id: entry_name(known[id], speech),
        placeholder=speech.plain(msg("Choose scenarios")),
    )
    st.button(
        speech.markdown(msg("Save the copies")),
        key="data save copies",
        icon=":material/library_add:",
        disabled=not chosen,
        on_click=_copy,
        args=([known[id] for id in chosen], name, speech.plain(label)),
    )
    show_outcome(COPIES, speech)
    _offer_comparison(entries, name, speech.plain(label), speech)


def _offer_comparison(entries: Sequence[Entry], name: str, label: str, speech: Speech) -> None:
    """The way to old and new plans side by side, once there are copies that rest on the data set."""
    copies = {e.name: e.id for e in answers.entries() if e.scenario is not None and e.scenario.county == name}
    pairs = {entry.id: copies[_copied(entry, label)] for entry in entries if _copied(entry, label) in copies}
    if not pairs:
        return
    known = {entry.id: entry for entry in entries}
    at_hand = address.scenario([entry.id for entry in answers.entries()])[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            speech.markdown(msg("Scenario to compare")),
            list(pairs),
            index=list(pairs).index(at_hand) if at_hand in pairs else 0,
            key=f"{_COMPARED} {name}",
            format_func=lambda id: entry_name(known[id], speech),
        )
        compare = msg("Old and new plan side by side")
        if st.button(speech.markdown(compare), key="data compare", icon=":material/compare:"):
            address.put(address.COMPARED, address.joined([chosen, pairs[chosen]]))
            st.switch_page("views/compare.py")


def _copied(entry: Entry, label: str) -> str:
    return f"{entry.name} – {label}"


def _copy(entries: Sequence[Entry], county: str, label: str) -> None:
    saved = []
    try:
        for entry in entries:
            data = as_data(entry.scenario) | {"county": county, "name": _copied(entry, label)}
            saved.append(library().save_new(scenario_from(data), initials()).name)
    except InputError as error:
        tell(Outcome(COPIES, msg("Not all copies were saved. What is wrong:"), error))
        return
    tell(Outcome(COPIES, msg("Saved, and in the list of scenarios: {names}", names=listing(saved))))
