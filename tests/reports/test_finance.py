"""Money and staff in the papers: the amounts of the money module, to the cent, beside each other."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from papers import DAY, Answer, models, scenario

from reports.paper import Paper, paper
from scenarios.scenario import scenario_from
from scenarios.schema import as_data
from serving.papers import with_scenario
from translation import Number, translate
from wording.finance import Finance
from wording.grid import GridTable, Weight
from wording.money import euros


def paper_of(*answers: Answer) -> tuple[Paper, Finance]:
    found = paper(answers, "en", day=DAY)
    assert found.finance is not None
    return found, found.finance


def rows(found: Paper, table: GridTable) -> dict[str, list[str]]:
    return {found.say(row.cells[0].value): [found.say(cell.value) for cell in row.cells[1:]] for row in table.rows}


def test_a_full_year_of_three_models() -> None:
    found, money = paper_of(*models())
    compared = rows(found, money.compared)
    assert compared["Module II: case management"] == ["330,000 €"] * 3
    assert compared["funding in all"] == ["679,872 €"] * 3
    assert "own share" not in compared
    grants = rows(found, money.grants)
    assert grants["Coordinators, staff"] == ["3.5", "55,000", "192,500"]
    assert grants["Days of advice (up to)"] == ["6", "1,012", "6,072"]
    assert grants["all modules"] == ["", "", "679,872"]
    assert "no own share is shown" in " ".join(map(found.say, money.sentences))
    assert money.own_by_employer is money.own_by_municipality is None


def test_grants_of_different_years_are_warned_of() -> None:
    """Of scenarios and of a paper; the financial plan stands beside the scenarios."""
    old, new, _ = models()
    funding = scenario_from(
        {**as_data(new.loaded.scenario), "funding": {"year": 2027, "years": [{"year": 2027, "filled": {4: 3}}]}}
    ).funding
    found, money = paper_of(with_scenario(new, funding=funding), old)
    assert DAY.year < 2027
    assert list(map(found.say, money.warnings)) == [
        "The scenarios use different grants per post (55,000 €, 57,000 €): their money differs by that, too."
    ]
    compared = rows(found, money.compared)
    assert compared["year of the grants"] == ["2027", "2020"]
    assert compared["Module II: case management"] == ["342,000 €", "330,000 €"]
    assert money.years is not None
    assert rows(found, money.years)["Module II: case management"] == ["128,250 €"] * 2


def test_staff_by_employer() -> None:
    found, money = paper_of(*models())
    staff = rows(found, money.staff)
    assert staff["Kommunales Integrationszentrum Kreis Coesfeld"] == [
        "6.0 FTE, 7 persons",
        "2.0 FTE, 2 persons",
        "2.0 FTE, 2 persons",
    ]
    assert staff["AWO"] == ["–", "2.0 FTE, 2 persons", "–"]
    assert staff["all employers"] == ["6.0 FTE, 7 persons", "6.0 FTE, 7 persons", "6.0 FTE, 13 persons"]


@pytest.fixture(scope="module")
def costed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paper, Finance]:
    folder: Path = tmp_path_factory.mktemp("costed")
    layer = "{posts: {total: 6}, employers: [{id: ki}, {id: awo, minimum: 1, maximum: 1}]}"
    return paper_of(
        scenario(folder, "Mit Kosten", layer, more="funding: {months: 6, cost_per_post: 70000.10}"), *models()[:1]
    )


def test_half_a_year_with_the_real_cost(costed: tuple[Paper, Finance]) -> None:
    found, money = costed
    sentences = " ".join(map(found.say, money.sentences))
    assert "For 6 months the state grants 165,000 €" in sentences
    assert "At a real cost of 70,000.10 € per post and year the posts cost 210,000.30 €" in sentences
    assert "the own share is 45,000.30 €" in sentences
    compared = rows(found, money.compared)
    assert compared["Module III: authorities for foreigners and naturalisation"] == ["50,000 €", "50,000 €"]
    assert compared["own share"] == ["45,000.30 €", "–"]


def test_own_shares_add_up_to_the_cent(costed: tuple[Paper, Finance]) -> None:
    found, money = costed
    assert money.own_by_employer is not None
    assert money.own_by_municipality is not None
    for table, columns in ((money.own_by_employer, (2, 3, 4)), (money.own_by_municipality, (1, 2))):
        for column in columns:
            parts = [row.cells[column].value for row in table.rows if row.weight is Weight.PLAIN]
            total = table.rows[-1].cells[column].value
            assert isinstance(total, Number)
            amounts = [Decimal(str(part.value)) for part in parts if isinstance(part, Number)]
            assert sum(amounts) == Decimal(str(total.value))
            assert len(amounts) == len(parts) > 1
    assert rows(found, money.own_by_employer)["AWO"] == ["1.0", "35,000.05", "27,500.00", "7,500.05"]


def test_euros_have_cents_only_where_there_are_any() -> None:
    assert [translate(euros(Decimal(text)), "de") for text in ("330000", "0.5", "-1200.00")] == [
        "330.000 €",
        "0,50 €",
        "-1.200 €",
    ]
