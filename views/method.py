"""The page “Method – how is it decided?”: the model in words, a worked example, the proof, assumptions, licences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import partial
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geodata.county import Source
from geodata.labels import covered, written_date
from maps.colours import identity_text
from optimizer.plan import Plan, Stage
from optimizer.solve import Solution
from scenarios.assemble import LoadedScenario
from serving import answers
from translation import Message, listing, msg, number
from views import address
from views.parts.choices import chosen_entry
from views.parts.shown import answer_of, show_conflicts
from views.speech import Speech
from wording import about, method
from wording import sentences as wording
from wording.example import worked_example

#: The name in the address of the district that is worked out.
EXAMPLE = "example"
#: Pixels in which lines can still be read.
WIDTH = 1100
_STYLE = Path(__file__).parents[1] / "static" / "method.css"
#: Steps of the example on the left, where there is room for two columns.
_STEPS_LEFT = 5
_BOX, _GAP, _HIGH = 190, 30, 64
_SECTIONS: tuple[tuple[str, Message], ...] = (
    ("words", msg("How it is decided")),
    ("worked-example", msg("A worked example")),
    ("proof", msg("How the best plan is proven")),
    ("basis", msg("Assumptions and sources")),
    ("licences", msg("Licences")),
    ("version", msg("Version and limits")),
)


class _Address(str):
    """An address to be read: Markdown would make a link of it, and many who use the planner have no internet."""

    __slots__ = ()


def show() -> None:
    """Draws the page."""
    speech = Speech(address.language())
    st.html(_STYLE)
    with st.container(key="method"):
        st.title(speech.markdown(msg("Method – how is it decided?")), anchor=False)
        with st.container(width=WIDTH):
            entry = chosen_entry(speech, msg("Scenario of the example"))
            st.markdown(" · ".join(f"[{speech.markdown(title)}](#{anchor})" for anchor, title in _SECTIONS))
        _show_words(speech)
        _section("worked-example", speech)
        answer = None if entry is None else answer_of(entry, speech)
        if answer is not None and answer.solution.plan is None:
            show_conflicts(answer, speech)
        elif answer is not None and answer.solution.plan is not None and not answer.solution.plan.layers:
            st.info(speech.markdown(wording.NO_POSTS))
        elif answer is not None and answer.solution.plan is not None:
            _show_example(answer.loaded, answer.solution.plan, speech)
        _show_proof(answer, speech)
        _show_basis(answer, speech)
        _show_licences(answer, speech)
        _show_version(speech)


def _show_words(speech: Speech) -> None:
    _section("words", speech)
    left, right = _pair("words", (3, 2))
    with left:
        decided = method.DECIDED
        _heading(decided.title, speech)
        st.markdown(f"{speech.markdown(decided.text)}\n\n{speech.bullets(decided.points)}")
        st.markdown(speech.markdown(method.PEOPLE_DECIDE))
        _heading(msg("In which order"), speech)
        titles = [speech.plain(passage.title) for passage in method.IN_ORDER]
        order = msg("Five steps, one after the other: {steps}. Each is explained below.", steps=listing(titles))
        st.image(_drawn(titles), width="stretch", alt=speech.plain(order))
        # One Markdown list with a list inside, so that screen readers count the steps.
        steps = []
        for position, passage in enumerate(method.IN_ORDER, 1):
            steps.append(f"{position}. **{speech.markdown(passage.title)}.** {speech.markdown(passage.text)}")
            steps.extend(f"    {inner}. {speech.markdown(point)}" for inner, point in enumerate(passage.points, 1))
        st.markdown("\n".join(steps))
    with right:
        _heading(msg("The words"), speech)
        _table((msg("Word"), msg("Meaning")), method.GLOSSARY, msg("Words of the method and their meaning"), speech)


def _show_example(loaded: LoadedScenario, plan: Plan, speech: Speech) -> None:
    with st.container(width=WIDTH):
        layer, position = _chosen_district(loaded, plan, speech)
        st.markdown(speech.markdown(msg("Hours are per week. Figures are rounded here and computed in full.")))
    steps = worked_example(loaded, plan, layer, position)
    columns = _pair("steps", (1, 1))
    for count, step in enumerate(steps, 1):
        with columns[0 if count <= _STEPS_LEFT else 1]:
            _heading(msg("{number}. {title}", number=count, title=step.title), speech)
            st.markdown(speech.markdown(step.about))
            _table(
                (msg("What"), msg("Reckoning"), msg("Result")),
                [(line.subject, line.reckoning, line.shown) for line in step.lines],
                step.title,
                speech,
            )


def _chosen_district(loaded: LoadedScenario, plan: Plan, speech: Speech) -> tuple[int, int]:
    """The district of the address: its layer and position. At first one in which the team has to drive."""
    known = {
        f"{layer + 1}-{position + 1}": (layer, position)
        for layer, placed in enumerate(plan.layers)
        for position in range(len(placed.districts))
    }
    driven = (id for id, (layer, at) in known.items() if plan.layers[layer].districts[at].total_travel_hours > 0)
    chosen = address.one_of(EXAMPLE, list(known), next(driven, next(iter(known))))
    address.bind(EXAMPLE, chosen)
    st.selectbox(
        speech.markdown(msg("District that is worked out")),
        list(known),
        key=EXAMPLE,
        format_func=lambda id: speech.plain(_district_name(loaded, plan, *known[id])),
        on_change=partial(address.follow, EXAMPLE),
    )
    return known[chosen]


def _district_name(loaded: LoadedScenario, plan: Plan, layer: int, position: int) -> Message:
    district = plan.layers[layer].districts[position]
    name = msg(
        "District {number}: {towns} ({posts} FTE)",
        number=identity_text(plan.layers[layer].identities[position]),
        towns=wording.town_names(district.municipalities, loaded.county),
        posts=wording.fte(district.fte),
    )
    if len(plan.layers) == 1:
        return name
    return msg("{layer} – {district}", layer=plan.layers[layer].layer.name, district=name)


def _show_proof(answer: answers.Answer | None, speech: Speech) -> None:
    _section("proof", speech)
    left, right = _pair("proof", (2, 3))
    with left:
        for passage in method.PROOF:
            _heading(passage.title, speech)
            st.markdown(speech.markdown(passage.text))
    if answer is None or answer.solution.plan is None:
        return
    with right:
        _heading(msg("The proof of this plan"), speech)
        _show_stages(answer.solution, answer.solution.plan, speech)


def _show_stages(solution: Solution, plan: Plan, speech: Speech) -> None:
    st.markdown(speech.markdown(wording.proof(solution)))
    stages = plan.stages
    columns = (msg("Question"), msg("Best value found"), msg("Better than this is impossible"), msg("Proven"))
    if stages:
        _table(columns, [_stage(stage) for stage in stages], msg("Stages of the proof"), speech)
        st.markdown(speech.bullets(method.considered(solution)))
    if len(plan.layers) > 1:
        st.markdown(speech.markdown(method.SEVERAL_LAYERS))


def _stage(stage: Stage) -> tuple[object, ...]:
    bound = wording.stage_figure(stage.name, stage.bound) if math.isfinite(stage.bound) else "–"
    return wording.stage_name(stage.name), wording.stage_figure(stage.name, stage.value), bound, _proven(stage)


def _proven(stage: Stage) -> Message:
    if stage.proven:
        return msg("yes")
    gap = wording.stage_gap(stage)
    return msg("no") if gap is None else msg("to within {gap}", gap=gap)


def _show_basis(answer: answers.Answer | None, speech: Speech) -> None:
    _section("basis", speech)
    if answer is None:
        st.markdown(speech.markdown(msg("They are shown with a scenario that can be used.")))
        return
    loaded = answer.loaded
    left, right = _pair("basis", (2, 3))
    with left:
        _heading(msg("Assumptions"), speech)
        st.markdown(speech.markdown(msg("These figures are set. They are no statistics.")))
        st.markdown(speech.bullets(wording.assumptions(loaded)))
    with right:
        _heading(msg("Sources: {county}", county=loaded.county.name), speech)
        columns = (
            msg("What"),
            msg("Publisher"),
            msg("Title"),
            msg("Reference date"),
            msg("Licence"),
            msg("Attribution"),
        )
        _table(columns, map(_source, loaded.county.sources), msg("Sources of the county’s figures"), speech)


def _source(source: Source) -> tuple[object, ...]:
    covers = listing(covered(name) for name in source.covers)
    day = written_date(source.reference_date)
    return covers, source.publisher, source.title, day, source.licence, source.attribution


def _show_licences(answer: answers.Answer | None, speech: Speech) -> None:
    _section("licences", speech)
    left, right = _pair("licences", (3, 2))
    if answer is not None:
        with left:
            _heading(msg("Licences of the data"), speech)
            columns = (msg("Licence"), msg("What"), msg("What it asks for"), msg("Text"))
            rows = [
                (licence.name, licence.covers, licence.demands, _Address(licence.address or "–"))
                for licence in about.data_licences(answer.loaded.county)
            ]
            _table(columns, rows, msg("Licences of the data and what they ask for"), speech)
    with right:
        _heading(msg("Licences of the program"), speech)
        _show_program_licences(speech)


def _show_program_licences(speech: Speech) -> None:
    solver = about.solver_used()
    own = msg(
        "KIM-Planer is under the European Union Public Licence ({licence}): it may be used, changed and passed on. Who "
        "passes on a changed version does so under the same or a compatible licence, with its source code. The solver "
        "{solver} is under {solver_licence}.",
        licence=about.OWN_LICENCE,
        solver=solver.name,
        solver_licence=solver.licence,
    )
    st.markdown(speech.markdown(own))
    for text in about.licence_texts():
        title = msg("Licence text: {covers}, {name}", covers=text.covers, name=text.name)
        with st.expander(speech.markdown(title)):
            st.code(text.text, language=None, wrap_lines=True)
    packages = about.packages()
    title = msg("Packages that the planner uses ({count})", count=number(len(packages)))
    with st.expander(speech.markdown(title)):
        columns = (msg("Package"), msg("Version"), msg("Licence"))
        rows = [(package.name, package.version, package.licence) for package in packages]
        _table(columns, rows, msg("Packages with version and licence"), speech)


def _show_version(speech: Speech) -> None:
    _section("version", speech)
    solver = about.solver_used()
    version = msg(
        "KIM-Planer {version}, computed with the solver {solver} {solver_version}.",
        version=about.planner_version(),
        solver=solver.name,
        solver_version=solver.version,
    )
    with st.container(width=WIDTH):
        st.markdown(speech.markdown(version))
        _heading(msg("What the model does not know"), speech)
        st.markdown(speech.bullets(method.LIMITS))


def _pair(name: str, widths: tuple[int, int]) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two columns on a wide screen, one below the other on a narrow one."""
    left, right = st.container(key=f"method-pair-{name}").columns(widths, gap="large")
    return left, right


def _section(anchor: str, speech: Speech) -> None:
    st.header(speech.markdown(dict(_SECTIONS)[anchor]), anchor=anchor, divider="gray")


def _heading(title: Message, speech: Speech) -> None:
    st.markdown(f"### {speech.markdown(title)}", anchors=False)


def _table(columns: Sequence[Message], rows: Iterable[Sequence[object]], label: Message, speech: Speech) -> None:
    """A table of texts; the first column names the row. ``label`` is for screen readers."""
    headings = [speech.markdown(column) for column in columns]
    cells = [[_cell(value, speech) for value in row] for row in rows]
    frame = pd.DataFrame(cells, columns=headings).set_index(headings[0])
    st.table(frame, alt=speech.plain(label))


def _cell(value: object, speech: Speech) -> str:
    return f"`{value}`" if isinstance(value, _Address) else speech.markdown(value)


def _drawn(titles: Sequence[str]) -> str:
    """The steps as numbered boxes with arrows between them, an SVG."""
    width, middle = _BOX + _GAP, _HIGH / 2 + 1
    boxes = [
        f'<rect x="{at * width + 1}" y="1" width="{_BOX}" height="{_HIGH}" rx="6" fill="#e8f0f7" stroke="#0b4f8a"'
        f' stroke-width="1.5"/><text x="{at * width + _BOX / 2}" y="{middle + 6}" text-anchor="middle">'
        f"{at + 1} {escape(title)}</text>"
        for at, title in enumerate(titles)
    ]
    arrows = [
        f'<path d="M{at * width - _GAP + 4} {middle}h{_GAP - 10}m-7 -6l7 6l-7 6" fill="none" stroke="#0b4f8a"'
        ' stroke-width="2"/>'
        for at in range(1, len(titles))
    ]
    size = f"{len(titles) * width - _GAP + 2} {_HIGH + 2}"
    style = 'font-family="sans-serif" font-size="19" font-weight="600" fill="#1b1f24"'
    shapes = "".join([*boxes, *arrows])
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" {style}>{shapes}</svg>'


if __name__ == "__main__":
    show()
