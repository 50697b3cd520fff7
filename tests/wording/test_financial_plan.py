"""The money of several years: posts filled month by month, sums of what stands beside them, the second decision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from counties import county_texts, write_county
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from optimizer.plan import Plan
from optimizer.solve import solve
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.filled import FilledPosts, post_months, typed
from scenarios.scenario import scenario_from
from scenarios.schema import as_data
from translation import Number, translate
from wording.council_paper import financing
from wording.financial_plan import years_of, years_table

POSTS = 12
Costed = Callable[[dict[str, Any]], tuple[LoadedScenario, Plan]]


@pytest.fixture(scope="module")
def costed(tmp_path_factory: pytest.TempPathFactory) -> Costed:
    """A plan of twelve posts under any funding."""
    folder = write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=2)).parent
    path = folder / "probe.yaml"
    layer = f"{{posts: {{total: {POSTS}}}, districts: {{minimum: 1}}}}"
    path.write_text(f"name: Probe\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n", "utf-8")
    loaded = load_problem(path)
    plan = solve(loaded.problem).plan
    assert plan is not None
    data = as_data(loaded.scenario)
    return lambda funding: (replace(loaded, scenario=scenario_from({**data, "funding": funding})), plan)


def test_a_post_is_granted_a_twelfth_for_each_month_filled(costed: Costed) -> None:
    """Three posts from April on are 27 months; what nobody says stays as it was at the end of the year before."""
    loaded, plan = costed(
        {"years": [{"year": 2022, "filled": {4: 3}}, {"year": 2023, "filled": {7: 12}}, {"year": 2024}]}
    )
    years = years_of(loaded, plan)
    assert [(y.post_months, y.at_end, y.each, y.granted) for y in years] == [
        (27, 3, 55_000, 123_750),
        (3 * 6 + 12 * 6, 12, 57_000, 427_500),
        (144, 12, 57_000, 684_000),
    ]
    assert all(y.own is None for y in years)
    # The first year begins with all posts where it does not say when they are filled.
    assert [y.post_months for y in years_of(*costed({"years": [{"year": 2023}]}))] == [144]
    assert years_of(*costed({})) == ()
    assert years_table(()) is None


def said(costed: Costed, funding: dict[str, Any]) -> tuple[dict[str, list[str]], list[str]]:
    """The table of the years, and the lines of the second decision."""
    loaded, plan = costed(funding)
    table, decision = years_table(years_of(loaded, plan)), financing(loaded, plan)
    assert table is not None
    assert decision is not None
    rows = {
        translate(row.cells[0].value, "en"): [translate(cell.value, "en") for cell in row.cells[1:]]
        for row in table.rows
    }
    return rows, [translate(line, "en") for line, _ in decision.text]


def test_years_and_their_decision(costed: Costed) -> None:
    rows, lines = said(
        costed,
        {
            "cost_per_post": 70000,
            "module_1": {"coordinator_cost": 70000},
            "years": [
                {"year": 2026, "filled": {1: 6, 7: 9}, "integration_grant": 30000},
                {"year": 2027, "filled": {1: 12}, "per_post": 57000.5, "cost_per_post": 72000},
            ],
        },
    )
    assert rows == {
        "posts filled in December (FTE)": ["9.0", "12.0", "–"],
        "post months (posts times months)": ["90", "144", "234"],
        "grant per post and year": ["57,000 €", "57,000.50 €", "–"],
        "real cost of the posts": ["525,000 €", "864,000 €", "1,389,000 €"],
        "less grant (module II)": ["427,500 €", "684,006 €", "1,111,506 €"],
        "own share of the posts": ["97,500 €", "179,994 €", "277,494 €"],
        "own share of coordination (module I)": ["11,550 €", "11,550 €", "23,100 €"],
        "less Integrationspauschale (§ 14c TIntG)": ["30,000 €", "0 €", "30,000 €"],
        "from the county's budget": ["79,050 €", "191,544 €", "270,594 €"],
    }
    assert lines[0].endswith("subject to the budget deliberations of each year:")
    assert lines[1] == (
        "2026: 6.0 posts, 9.0 posts from July on; cost 525,000 €, grant of the state 427,500 €, own share 97,500 €, "
        "own share of coordination 11,550 €, of it 30,000 € from the Integrationspauschale, 79,050 € from the county's "
        "budget"
    )
    assert lines[3].startswith("all years: cost 1,389,000 €, grant of the state 1,111,506 €, own share 277,494 €")
    assert lines[4:] == [
        "The number of filled posts rises from 6.0 to 12.0.",
        "The administration is authorised to plan 30,000 € of the Integrationspauschale under § 14c TIntG for the own "
        "share.",
    ]


def test_a_cost_that_is_not_known_leaves_a_gap_and_no_sum(costed: Costed) -> None:
    rows, lines = said(costed, {"years": [{"year": 2026, "cost_per_post": 60000}, {"year": 2027}]})
    assert rows["own share of the posts"] == ["36,000 €", "–", "–"]
    assert rows["less grant (module II)"] == ["684,000 €", "684,000 €", "1,368,000 €"]
    assert rows["from the county's budget"] == ["36,000 €", "–", "–"]
    assert lines[2:] == [
        "2027: 12.0 posts; grant of the state 684,000 €",
        "all years: grant of the state 1,368,000 €",
    ]
    rows, _ = said(costed, {"module_1": {"coordinator_cost": 70000}, "years": [{"year": 2026}]})
    assert "own share of the posts" not in rows
    assert rows["from the county's budget, without the posts"] == ["11,550 €", "11,550 €"]
    assert list(said(costed, {"years": [{"year": 2026}]})[0])[-1] == "Module II: case management"


AMOUNTS = st.decimals(0, 200_000, places=2)
FILLED = st.dictionaries(st.integers(1, 12), st.fractions(0, POSTS, max_denominator=4), min_size=1, max_size=4)
YEARS = st.lists(
    st.fixed_dictionaries(
        {"integration_grant": AMOUNTS, "cost_per_post": AMOUNTS, "filled": st.none() | FILLED},
        optional={"per_post": AMOUNTS},
    ),
    min_size=1,
    max_size=4,
)


@given(YEARS, AMOUNTS)
@limits(deadline=None, derandomize=True, max_examples=40)
def test_what_is_printed_adds_up(costed: Costed, years: list[dict[str, Any]], coordination: Decimal) -> None:
    """Down each column and along each row, to the cent, and nothing is below zero."""
    stated = [{"year": 2024 + position, **each} for position, each in enumerate(years)]
    loaded, plan = costed({"module_1": {"coordinator_cost": coordination}, "years": stated})
    table = years_table(years_of(loaded, plan))
    assert table is not None
    amounts = {
        str(row.cells[0].value): [
            Decimal(f"{cell.value.value:.{cell.value.digits}f}")
            for cell in row.cells[1:]
            if isinstance(cell.value, Number)
        ]
        for row in table.rows[3:]
    }
    assert all(sum(row[:-1]) == row[-1] for row in amounts.values())
    assert all(amount >= 0 for row in amounts.values() for amount in row)
    nothing = [Decimal(0)] * (len(years) + 1)
    cost, grant, own, coordinated, budget = (
        amounts[name]
        for name in (
            "real cost of the posts",
            "less grant (module II)",
            "own share of the posts",
            "own share of coordination (module I)",
            "from the county's budget",
        )
    )
    used = amounts.get("less Integrationspauschale (§ 14c TIntG)", nothing)
    for at in range(len(years) + 1):
        assert cost[at] - grant[at] == own[at]
        assert own[at] + coordinated[at] - used[at] == budget[at]


@given(FILLED, st.fractions(0, POSTS))
@limits(deadline=None, derandomize=True, max_examples=40)
def test_months_are_counted_one_by_one_and_go_through_text(filled: Mapping[int, Fraction], before: Fraction) -> None:
    read = FilledPosts().read(filled)
    assert read is not None
    assert FilledPosts().read(typed(read)) == read
    posts, counted = before, Fraction(0)
    for month in range(1, 13):
        posts = read.get(month, posts)
        counted += posts
    assert post_months(read, before) == counted
