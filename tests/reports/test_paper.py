"""The content of the papers: figures of the plan, sentences made from figures, words for whatever is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from explored_answers import answers
from papers import DAY, IMPOSSIBLE, Answer, models, scenario, shipped

from files.faults import InputError
from optimizer.plan import Plan
from optimizer.rules import RuleCheck
from reports.paper import Paper, Part, newest, paper
from translation import LANGUAGES, Language, Listing, Message, Number, Percent
from wording.differences import MEASURES, Better, Verdict
from wording.explore.all import everything_told
from wording.for_and_against import _SENTENCES
from wording.grid import GridTable, Weight

MODEL = "modell-1-zentral"
GIVEN = """{posts: {total: 6}, employers: [{id: ki}, {id: awo}], plan: [
    {employer: awo, fte: 5, hub: Dülmen, municipalities: [Dülmen, Coesfeld, Rosendahl, Olfen]},
    {employer: ki, fte: 1, hub: Senden, municipalities: [Senden, Olfen, Nottuln]}]}"""


def papers(*answers: Answer, language: Language = "en", proposed: int = 0, title: str | None = None) -> Paper:
    return paper(answers, language, title=title, day=DAY, proposed=proposed)


@pytest.fixture(scope="module")
def three() -> Paper:
    return papers(*models())


@pytest.fixture(scope="module")
def impossible(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return scenario(tmp_path_factory.mktemp("impossible"), "Zu viel", IMPOSSIBLE)


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    return scenario(tmp_path_factory.mktemp("given"), "Wie früher", GIVEN)


def plan_of(part: Part) -> Plan:
    assert part.planned is not None
    return part.planned.plan


def column(table: GridTable, position: int) -> list[object]:
    return [row.cells[position].value for row in table.rows]


def values(table: GridTable, position: int, weight: Weight | None = None) -> list[float | None]:
    cells = [row.cells[position].value for row in table.rows if weight is None or row.weight is weight]
    return [cell.value if isinstance(cell, Number | Percent) else None for cell in cells]


def texts(value: Any) -> Iterator[object]:
    """Everything in a paper that people read."""
    match value:
        case Message() | Number() | Percent() | Listing():
            yield value
        case RuleCheck() | Plan():
            pass
        case tuple():
            for item in value:
                yield from texts(item)
        case _ if is_dataclass(value):
            for one in fields(value):
                if one.name not in ("loaded", "solution", "county", "moneys"):
                    yield from texts(getattr(value, one.name))


def said(paper: Paper, messages: tuple[Message, ...]) -> str:
    return " ".join(map(paper.say, messages))


def test_what_is_proposed_of_old_and_new_figures_rests_on_the_new_ones() -> None:
    old = shipped(MODEL).loaded
    sources = tuple(replace(source, reference_date="2025-12-31") for source in old.county.sources)
    new = replace(old, county=replace(old.county, sources=sources))
    assert newest([old, old, new, new]) == 2
    assert newest([old, old]) == newest([new, old]) == 0


# --- figures


def test_key_figures_are_those_of_the_plan(three: Paper) -> None:
    for part in three.parts:
        plan = plan_of(part)
        assert part.planned is not None
        found = [figure.value for figure in part.planned.figures]
        assert [value.value for value in found if isinstance(value, Number | Percent)] == [
            plan.lowest_coverage,
            plan.hours_per_1000(plan.least_covered.ags),
            plan.shortfall_hours,
            plan.on_site_hours,
            plan.travel_hours,
            float(plan.ki_share),
            sum(len(layer.districts) for layer in plan.layers),
            330_000,
        ]


def test_tables_hold_the_plan_with_all_decimals(three: Paper) -> None:
    part = three.parts[1]
    plan = plan_of(part)
    assert part.planned is not None
    districts = part.planned.districts[0]
    assert values(districts, 5, Weight.PLAIN) == [d.on_site_hours for _, d in plan.layers[0].numbered]
    assert values(districts, 3, Weight.TOTAL) == [6]
    towns = part.planned.municipalities
    supplies = plan.municipalities.values()
    assert values(towns, -3)[:-1] == [supply.coverage for supply in supplies]
    assert values(towns, -5, Weight.TOTAL) == [plan.on_site_hours]
    strong = [row.cells[0].value for row in towns.rows if row.weight is Weight.STRONG]
    assert strong == ["Dülmen"] == [part.loaded.county.name_of(plan.least_covered.ags)]
    assert values(part.planned.losses, 1, Weight.TOTAL) == [234]


def test_remarks_on_existing_services_belong_to_each_plan(three: Paper) -> None:
    told = said(three, three.existing)
    assert three.existing == three.proposed.planned.existing  # type: ignore[union-attr]
    assert "more than a quarter of the fair supply is existing advice" in told
    assert "are older than five years" in told
    # In the year of the figures they were fresh.
    early = paper(models()[:1], "en", day=DAY.replace(year=2013))
    assert "older than five years" not in said(early, early.existing)


def test_two_layers_have_two_maps_two_tables_and_a_column_each(three: Paper) -> None:
    planned = three.parts[2].planned
    assert planned is not None
    assert [len(table.rows) for table in planned.districts] == [12, 3]
    assert [(text.scenario, text.layer) for text in three.maps] == [(0, 0), (1, 0), (2, 0), (2, 1)]
    headings = [three.say(column.heading) for column in planned.municipalities.columns]
    assert headings[:3] == ["Municipality", "District, layer 1", "District, layer 2"]
    for table in (*planned.districts, planned.municipalities, three.figures, three.coverage):
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_comparison_has_differences_to_the_proposed(three: Paper) -> None:
    rows = {three.say(row.cells[0].value): row.cells[1:] for row in three.figures.rows}
    shortfall = rows["shortfall h per week"]
    plans = [plan_of(part) for part in three.parts]
    assert [c.value.value for c in shortfall if isinstance(c.value, Number)] == [p.shortfall_hours for p in plans]
    assert shortfall[0].difference is None
    assert shortfall[1].difference is not None
    assert (three.say(shortfall[1].difference.text), shortfall[1].difference.verdict) == ("+6.1 h", Verdict.WORSE)
    billerbeck = next(row for row in three.coverage.rows if row.cells[0].value == "Billerbeck")
    others = [cell.difference.verdict for cell in billerbeck.cells[2:] if cell.difference is not None]
    assert Verdict.BETTER in others


def test_the_proposed_one_need_not_be_the_first() -> None:
    found = papers(*models(), proposed=1)
    assert [part.number for part in found.alternatives] == [1, 3]
    assert found.proposed.number == 2
    assert found.figures.rows[4].cells[2].difference is None
    assert found.figures.rows[4].cells[1].difference is not None
    assert "Proposed is (2) Modell 2" in said(found, found.recommendation)
    assert "None of the alternatives" not in said(found, found.recommendation)


# --- sentences


def test_every_judged_figure_has_its_sentences() -> None:
    assert set(_SENTENCES) == {measure.name for measure in MEASURES if measure.better is not Better.NEITHER}


def test_for_and_against_from_the_figures(three: Paper) -> None:
    found = three.parts[2].arguments
    better, worse, other = (said(three, part) for part in (found.better, found.worse, found.other))
    assert "4.9 h per week less is spent on the road: 1.2 h instead of 6.1 h." in better
    assert "2 municipalities are served better, most of all Billerbeck (+6.7 points of coverage)." in better
    assert "The municipality served worst (Havixbeck) reaches only 89.4% of its fair supply, in the proposal 91.6%" in (
        worse
    )
    assert "12.0 h per week more goes into coordination: 26.0 h instead of 14.0 h." in worse
    assert "13 of 13 teams have one person only" in worse
    assert "municipalities 4.0 FTE, Kommunales Integrationszentrum Kreis Coesfeld 2.0 FTE" in other
    assert three.proposed.arguments.better == three.proposed.arguments.worse == three.proposed.arguments.other == ()


def test_other_posts_are_measured_with_the_yardstick_of_the_proposal() -> None:
    found = papers(shipped(MODEL), shipped("ausbau-12-stellen"))
    arguments = found.parts[1].arguments
    assert "220.0 h per week more reach people" in said(found, arguments.better)
    assert "of its fair supply, in the proposal only" in said(found, arguments.better)
    assert "12.0 posts instead of 6.0; coverage and missing hours are measured with the yardstick" in said(
        found, arguments.other
    )
    assert "660,000 € for these posts instead of 330,000 €" in said(found, arguments.other)
    assert "Yardstick: that of (1). Measured by 6.0 posts" in said(found, found.remarks)


def test_a_map_says_what_it_shows(three: Paper) -> None:
    shows = said(three, three.maps[0].shows)
    assert shows.startswith("Map of Kreis Coesfeld with 5 districts. District 1 (1.5 FTE, Kommunales")
    assert "hub Lüdinghausen): Lüdinghausen, Olfen." in shows
    assert shows.endswith("The lowest coverage is that of Coesfeld: 91.6%, 9.3 h per 1,000 people.")


def test_the_problem_in_three_sentences(three: Paper) -> None:
    first, second, third = map(three.say, three.problem)
    assert "6.0 posts (FTE)" in first
    assert "for 11 municipalities (people with migration history: 31,474)" in first
    assert second.startswith("To be decided is")
    assert "people with migration history" in third
    assert three.say(three.vintage) == "Data as of: people with migration history 15 May 2022"


def test_what_holds_for_some_scenarios_says_for_which(three: Paper) -> None:
    lines = [three.say(text) for text in three.assumptions]
    assert "Existing advice relieves case management by 25% of its hours." in lines
    assert "(1) No drive from the hub takes longer than 40 minutes." in lines
    assert "(1), (2) Team sizes are multiples of 0.5 FTE." in lines
    assert sum("carbon dioxide" in line for line in lines) == 1
    assert len(set(three.sources)) == len(three.sources) == len(three.county.sources) + 1 + len(three.parts)


def test_without_an_own_title_the_county_names_the_paper(three: Paper) -> None:
    assert three.say(three.title).endswith("Kreis Coesfeld")
    assert papers(shipped(MODEL), title=" Vorlage\n 12/2026 ").title == "Vorlage 12/2026"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_can_be_said(language: Language, impossible: Answer, given: Answer) -> None:
    found = papers(*models(), impossible, given, language=language)
    spoken = [found.say(text) for text in texts(found)]
    assert len(spoken) > 500
    assert all(spoken)
    assert not any("{" in text for text in spoken)


# --- what is not as it should be


def test_a_scenario_without_a_plan_says_why(impossible: Answer) -> None:
    found = papers(shipped(MODEL), impossible)
    part = found.parts[1]
    assert part.planned is None
    assert len(found.maps) == 1
    assert "no plan that keeps all rules" in found.say(part.proof)
    assert "at least 3 persons in every team" in said(found, part.reasons)
    assert [found.say(value) for value in column(found.figures, 2)] == ["no plan possible", *["–"] * 13]
    assert set(column(found.coverage, 2)) == {"–"}


def test_a_proposal_without_a_plan(impossible: Answer) -> None:
    found = papers(impossible, shipped(MODEL))
    assert "which was to be proposed, there is no plan" in said(found, found.recommendation)
    assert found.remarks == ()
    assert all(cell.difference is None for row in found.figures.rows for cell in row.cells)
    assert found.parts[1].arguments.worse == ()
    assert found.finance is not None
    assert "330,000 €" in said(found, found.finance.sentences)


def test_no_plan_at_all(impossible: Answer) -> None:
    found = papers(impossible)
    assert found.finance is None
    assert found.maps == ()


def test_breaches_of_a_given_plan_speak_against_it(given: Answer) -> None:
    found = papers(shipped(MODEL), given)
    part = found.parts[1]
    assert part.planned is not None
    assert "evaluated, not optimised" in found.say(part.proof)
    against = said(found, part.arguments.worse)
    assert "every municipality in exactly one district: NOT kept." in against
    assert "at least 33.3% of the posts at the KI: NOT kept. Here: 16.7%." in against
    assert len(part.planned.breaches) >= 3
    assert "In no district: Ascheberg, Billerbeck, Havixbeck" in said(found, part.planned.maps[0].shows)
    olfen = next(row for row in part.planned.municipalities.rows if row.cells[0].value == "Olfen")
    both = [one.number for one, d in part.planned.plan.layers[0].numbered if "05558036" in d.municipalities]
    assert found.say(olfen.cells[1].value) == ", ".join(map(str, both))
    assert len(both) == 2


def test_keeping_rules_speaks_for_a_plan(given: Answer) -> None:
    found = papers(given, shipped(MODEL))
    assert "It keeps all rules of its scenario" in said(found, found.parts[1].arguments.better)


def test_scenarios_of_several_counties_are_refused(tmp_path: Path) -> None:
    write_county(tmp_path, county_texts(columns=4))
    other = scenario(
        tmp_path,
        "Anderswo",
        "{posts: {total: 2}, districts: {minimum: 1}}",
        county="county",
        key="key: {population: 1}",
    )
    with pytest.raises(InputError, match="another county: Kreis Musterland"):
        papers(shipped(MODEL), other)


def test_many_scenarios_are_headed_by_numbers() -> None:
    found = papers(*[shipped(MODEL)] * 5)
    assert [found.say(column.heading) for column in found.figures.columns[1:]] == [f"({n})" for n in range(1, 6)]
    assert "(5) Modell 1 – zentral am KI, dezentral im Einsatz" in [found.say(note) for note in found.figures.notes]


def test_the_answers_about_the_proposed_plan_are_handed_on() -> None:
    answer, exploration = answers()
    found = paper([answer], "en", day=DAY, exploration=[exploration])
    assert found.exploration == (exploration,)
    assert papers(answer).exploration == ()
    spoken = [found.say(text) for told in everything_told(exploration) for text in texts(told)]
    assert len(spoken) > 200
    assert all(spoken)
    # The line of a scenario's file with its key is as it is typed.
    assert not any("{" in re.sub(r"key:\s\{", "", text) for text in spoken)
