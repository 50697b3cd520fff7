"""The money of a plan: the amounts of the council paper, exact, shared out to the cent; driving as an estimate."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from files.faults import InputError
from optimizer.plan import Plan
from optimizer.solve import solve
from scenarios import SCENARIOS
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.changes import differences
from scenarios.rendering import rendered
from scenarios.scenario import parse_scenario, scenario_from
from scenarios.schema import Scenario, as_data, settings
from translation import translate
from wording import money as moneys
from wording.money import Module, Money, case_management_funding, money, shared_out
from wording.money_remarks import assumptions, money_warnings, sources

A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_county(tmp_path_factory.mktemp("geodata"), county_texts(columns=4)).parent


def load(folder: Path, funding: str = "{}", *, posts: str = "total: 6", plan: str = "") -> LoadedScenario:
    path = folder / "probe.yaml"
    layer = f"{{posts: {{{posts}}}, employers: [{{id: ki}}, {{id: awo}}], plan: [{plan}]}}"
    if not plan:
        layer = f"{{posts: {{{posts}}}, districts: {{minimum: 1}}}}"
    path.write_text(
        f"name: Probe\ncounty: county\nkey: {{population: 1}}\nfunding: {funding}\nlayers: [{layer}]\n", "utf-8"
    )
    return load_problem(path)


def plan_of(loaded: LoadedScenario) -> Plan:
    plan = solve(loaded.problem).plan
    assert plan is not None
    return plan


def of(loaded: LoadedScenario) -> Money:
    return money(loaded, plan_of(loaded))


TWO = (
    "{employer: ki, fte: 4, hub: Adorf, municipalities: [Adorf, Bestadt]},"
    "{employer: awo, fte: 2, hub: Cehausen, municipalities: [Cehausen, Dekirchen]}"
)


def told(loaded: LoadedScenario, year: int) -> str:
    return " ".join(translate(text, "en") for text in money_warnings(loaded, plan_of(loaded), year))


# --- the council paper


def test_a_full_year_is_that_of_the_council_paper(folder: Path) -> None:
    loaded = load(folder)
    found = of(loaded)
    assert found.months == 12
    assert [(line.module, str(line.what), line.count, line.each, line.total, line.ceiling) for line in found.lines] == [
        (Module.COORDINATION, "Coordinators, staff", Fraction(7, 2), 55_000, 192_500, False),
        (Module.COORDINATION, "Coordinators, material", Fraction(7, 2), 9_700, 33_950, False),
        (Module.COORDINATION, "Half posts of assistants, staff", 1, 22_500, 22_500, False),
        (Module.COORDINATION, "Half posts of assistants, material", 1, 4_850, 4_850, False),
        (Module.COORDINATION, "Events", 1, 10_000, 10_000, True),
        (Module.COORDINATION, "Measures", 1, 30_000, 30_000, True),
        (Module.COORDINATION, "Days of advice", 6, 1_012, 6_072, True),
        (Module.CASE_MANAGEMENT, "Case-management posts", 6, 55_000, 330_000, False),
        (Module.AUTHORITIES, "Half posts at authorities", 2, 25_000, 50_000, False),
    ]
    assert [found.total_of(module) for module in Module] == [299_872, 330_000, 50_000]
    assert found.total == 679_872
    assert case_management_funding(loaded, plan_of(loaded)) == 330_000


def test_half_of_2020_is_that_of_the_council_paper(folder: Path) -> None:
    loaded = load(folder, "{months: 6}")
    found = of(loaded)
    second, third = found.lines[-2:]
    assert (second.count, second.each, second.total) == (6, 27_500, 165_000)
    assert (third.count, third.each, third.total) == (2, 25_000, 50_000)
    # Staff and material of module I follow the months, what is granted up to an amount does not.
    assert found.total_of(Module.COORDINATION) == (192_500 + 33_950 + 22_500 + 4_850) / 2 + 10_000 + 30_000 + 6_072
    # Per year it stays what it is.
    assert case_management_funding(loaded, plan_of(loaded)) == 330_000


def test_amounts_that_the_scenario_states(folder: Path) -> None:
    found = of(load(folder, "{months: 7, module_2: {per_post: 57000}, module_3: {half_posts: 3, part_year: 12500.5}}"))
    assert found.lines[-2].each == 33_250
    assert found.total_of(Module.AUTHORITIES) == Decimal("37501.50")
    # 55000 * 7 / 12 = 32083.333..., in cents for each post.
    assert found.lines[0].each == Decimal("32083.33")
    assert found.lines[0].total == Decimal("112291.66")
    assert of(load(folder, posts="total: 2.5")).total_of(Module.CASE_MANAGEMENT) == 137_500
    # Half a cent is rounded up.
    penny = load(folder, "{module_2: {per_post: 0.05}}", posts="total: 0.5")
    assert (
        of(penny).total_of(Module.CASE_MANAGEMENT) == case_management_funding(penny, plan_of(penny)) == Decimal("0.03")
    )


# --- own shares


def test_without_a_real_cost_there_is_no_own_share(folder: Path) -> None:
    found = of(load(folder, plan=TWO))
    assert (found.shares, found.share, found.own_by_key, found.own_by_hours) == (None, None, None, None)
    assert found.posts == {"awo": 2, "ki": 4}
    assert found.funding == {"awo": 110_000, "ki": 220_000}


def test_own_shares_by_employer_key_and_hours(folder: Path) -> None:
    loaded = load(folder, "{cost_per_post: 72000.50}", plan=TWO)
    found = of(loaded)
    assert found.shares is not None
    assert {id: (share.cost, share.funding, share.own) for id, share in found.shares.items()} == {
        "awo": (Decimal("144001.00"), 110_000, Decimal("34001.00")),
        "ki": (Decimal("288002.00"), 220_000, Decimal("68002.00")),
    }
    assert found.share is not None
    assert found.share.own == Decimal("102003.00")
    # Population 1000, 2000, 3000, 4000: tenths.
    assert found.own_by_key == {
        A: Decimal("10200.30"), B: Decimal("20400.60"), C: Decimal("30600.90"), D: Decimal("40801.20"),
    }  # fmt: skip
    hours = {ags: supply.hours for ags, supply in plan_of(loaded).municipalities.items()}
    assert found.own_by_hours is not None
    assert sum(found.own_by_hours.values()) == found.share.own
    for ags, own in found.own_by_hours.items():
        assert float(own) == pytest.approx(102003 * hours[ags] / sum(hours.values()), abs=0.01)
    half = of(load(folder, "{cost_per_post: 72000.50, months: 6}", plan=TWO)).share
    assert half is not None
    assert (half.cost, half.funding, half.own) == (Decimal("216001.50"), 165_000, Decimal("51001.50"))


def test_an_own_share_is_never_below_zero(folder: Path) -> None:
    loaded = load(folder, "{cost_per_post: 50000.01}", plan=TWO)
    found = of(loaded)
    assert found.share is not None
    assert (found.share.cost, found.share.funding, found.share.own) == (Decimal("300000.06"), Decimal("300000.06"), 0)
    assert found.total_of(Module.CASE_MANAGEMENT) == 330_000
    assert "above the real cost of the posts by 29,999.94 €" in told(loaded, 2020)


def test_own_share_of_coordination_and_what_the_grant_pays(folder: Path) -> None:
    costs = "cost_per_post: 60000, module_1: {coordinator_cost: 70000, assistant_cost: 27350.02}"
    found = of(load(folder, f"{{{costs}, integration_grant: 20000.5}}"))
    assert found.own is not None
    # Three and a half posts at 55,000 and 9,700; half a post of an assistant at 22,500 and 4,850.
    assert found.own.coordination == moneys.Share(Decimal("272350.02"), Decimal("253800.00"))
    assert found.own.total == 30_000 + Decimal("18550.02")
    assert (found.own.grant, found.own.budget) == (Decimal("20000.50"), Decimal("28549.52"))
    # In half a year half of both; the Integrationspauschale pays no more than is left.
    half = load(folder, f"{{{costs}, months: 6, integration_grant: 20000.5, year: 2021}}", plan=TWO)
    own = of(half).own
    assert own is not None
    assert own.coordination is not None
    assert own.coordination.own == Decimal("9275.01")
    much = load(folder, "{cost_per_post: 60000, integration_grant: 40000}")
    own = of(much).own
    assert own is not None
    assert (own.grant, own.budget) == (30_000, 0)
    assert "10,000 € more is entered than own share is left" in told(much, 2020)
    # Without a real cost nothing is known to be left.
    assert of(load(folder, "{integration_grant: 40000}")).own is None


def test_without_an_hour_on_site_nothing_is_shared_by_hours(folder: Path) -> None:
    # Half a post has 19.5 hours, of which twenty go into coordination.
    idle = "{employer: ki, fte: 0.5, municipalities: [Adorf]}"
    found = of(load(folder, "{cost_per_post: 60000}", posts="total: 0.5, coordination_hours: 20", plan=idle))
    assert found.own_by_hours is None
    assert found.own_by_key is not None


@given(
    st.decimals(-1_000_000, 1_000_000, places=2),
    st.dictionaries(st.text(max_size=2), st.fractions(0, 1000), min_size=1, max_size=8),
)
@limits(deadline=None, derandomize=True)
def test_parts_add_up_and_are_within_a_cent(total: Decimal, weights: Mapping[str, Fraction]) -> None:
    everything = sum(weights.values())
    if not everything:
        return
    parts = shared_out(total, weights)
    assert sum(parts.values()) == total
    for key, part in parts.items():
        assert abs(Fraction(part) - Fraction(total) * weights[key] / everything) < Fraction(1, 100)
        assert (part * 100) % 1 == 0


# --- driving


def test_driving_by_hand(folder: Path) -> None:
    loaded = load(folder, "{mileage_rate: 0.35, co2_per_km: 100, weeks_per_year: 40}", plan=TWO)
    plan, found = plan_of(loaded), of(loaded)
    hours = {ags: supply.hours for ags, supply in plan.municipalities.items()}
    # Visits of four hours from Adorf to Bestadt and from Cehausen to Dekirchen, there and back.
    to_b, to_d = loaded.county.travel[A, B].km, loaded.county.travel[C, D].km
    weekly = 2 * (hours[B] / 4 * to_b + hours[D] / 4 * to_d)
    assert found.driving.trips_per_week == pytest.approx((hours[B] + hours[D]) / 4)
    assert found.driving.km_per_week == pytest.approx(weekly)
    assert found.driving.km_per_year == pytest.approx(40 * weekly)
    assert float(found.driving.cost) == pytest.approx(40 * weekly * 0.35, abs=0.005)
    assert found.driving.co2_kg == pytest.approx(40 * weekly * 0.1)


def test_what_is_assumed_is_said(folder: Path) -> None:
    paths = {s.path for s in settings() if s.about.assumption and s.path.startswith("funding.")}
    assert paths == {"funding.mileage_rate", "funding.co2_per_km", "funding.weeks_per_year"}
    (text,) = assumptions(load(folder, "{mileage_rate: 0.5, co2_per_km: 123, weeks_per_year: 41.5}"))
    assert all(figure in translate(text, "en") for figure in ("0.50 €", "123 g", "41.5 weeks"))
    (source,) = sources(load(folder))
    assert "2020" in str(source)


# --- rates of the year


def test_rates_are_those_of_the_year_unless_they_are_stated(folder: Path) -> None:
    per_post = {year: load(folder, f"{{year: {year}}}").scenario.funding.per_post for year in (2020, 2022, 2023, 2099)}
    assert per_post == {2020: 55_000, 2022: 55_000, 2023: 57_000, 2099: 57_000}
    found = of(load(folder, "{year: 2023}"))
    assert [found.lines[at].each for at in (0, -2)] == [57_000, 57_000]
    assert load(folder, "{year: 2023, module_2: {per_post: 61000}}").scenario.funding.per_post == 61_000
    # The grant to Kreis Unna for 2023.
    assert of(load(folder, "{year: 2023}", posts="total: 18")).total_of(Module.CASE_MANAGEMENT) == 1_026_000


@pytest.mark.parametrize(
    ("funding", "year", "warned"),
    [
        ("{}", 2020, ""),
        (
            "{}",
            2027,
            "The money of 2027 uses the grant of 2020 (55,000 € per post). From 2023 on the state grants 57",
        ),
        ("{}", 2021, "The money of 2021 uses the grants of 2020; whether they still hold"),
        ("{module_2: {per_post: 55000}, year: 2027}", 2027, "the grant of 2020 (55,000 € per post)"),
        ("{year: 2023}", 2027, "the grants of 2023; whether they still hold"),
        ("{year: 2027}", 2027, ""),
        ("{year: 2027, module_2: {per_post: 61000}}", 2027, ""),
        ("{years: [{year: 2027}, {year: 2028, per_post: 55000}]}", 2026, "2028 uses a grant of 55,000 € per post"),
        ("{cost_per_post: 60000, integration_grant: 5}", 2022, "The money of 2022 uses the grants of 2020"),
        ("{cost_per_post: 60000, integration_grant: 5, year: 2023}", 2023, "30 November 2022 only (§ 18 TIntG)"),
        ("{cost_per_post: 60000, years: [{year: 2022}, {year: 2023, integration_grant: 5}]}", 2022, "for 2023 comes"),
    ],
)
def test_rates_and_grants_of_another_year_are_warned_of(folder: Path, funding: str, year: int, warned: str) -> None:
    found = told(load(folder, funding), year)
    assert warned in found
    assert bool(found) == bool(warned)


def test_the_last_known_rate_is_an_assumption_and_cited(folder: Path) -> None:
    loaded = load(folder, "{years: [{year: 2027}, {year: 2028, per_post: 58000}]}")
    said = [translate(text, "en") for text in assumptions(loaded)]
    assert "For 2027 the grant of 2023 (57,000 € per post) is used: none later is published here." in said
    assert "Grants per post other than the published ones are entered by the county." in said
    assert ["SV-10-0898" in str(text) for text in sources(loaded)] == [False, True]


def test_the_plan_of_model_1_costs_what_the_council_paper_says() -> None:
    loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml")
    found = of(loaded)
    assert found.total_of(Module.CASE_MANAGEMENT) == 330_000
    assert found.funding == {"ki": 330_000}
    # Ten and a half hours on the road each week: some hundreds of kilometres.
    assert 300 < found.driving.km_per_week < 900


# --- the section of the file


REST = "name: Probe\ncounty: county\nlayers: [{posts: {total: 6}}]\n"


def read(text: str) -> Scenario:
    return parse_scenario(text.encode(), "s.yaml")


def test_funding_goes_round_through_files_and_forms() -> None:
    scenario = read(
        REST + "funding: {months: 6, module_1: {coordinators: 1/3}, module_2: {per_post: 57000.5}, mileage_rate: 0.35,"
        " cost_per_post: 70000}\n"
    )
    assert scenario.funding.module_2.per_post == Decimal("57000.50")
    assert isinstance(scenario.funding.mileage_rate, Decimal)
    assert scenario_from(as_data(scenario)) == scenario
    fresh = rendered(None, scenario, "s.yaml").decode()
    assert (
        "funding: {months: 6, module_1: {coordinators: 1/3}, module_2: {per_post: 57000.5}, cost_per_post: 70000, "
        "mileage_rate: 0.35}\n"
    ) in fresh
    assert read(fresh) == scenario
    # What is at its default is not written; what changes is written in its place.
    assert "funding" not in rendered(None, read(REST), "s.yaml").decode()
    data: dict[str, Any] = as_data(scenario)
    data["funding"]["module_2"]["per_post"] = "57000"
    data["funding"]["cost_per_post"] = None
    changed = scenario_from(data)
    text = REST + "# Geld\nfunding:\n  months: 6\n  module_2: {per_post: 57000.5}  # ab 2023\n  cost_per_post: 70000\n"
    assert "module_2: {per_post: 57000}  # ab 2023\n" in rendered(text.encode(), changed, "s.yaml").decode()


def test_exact_amounts_stay_exact() -> None:
    scenario = read(REST + "funding: {module_2: {per_post: 0.07}, cost_per_post: 9999999.99}\n")
    assert (scenario.funding.module_2.per_post, scenario.funding.cost_per_post) == (
        Decimal("0.07"),
        Decimal("9999999.99"),
    )
    assert scenario_from({**as_data(read(REST)), "funding": {"cost_per_post": Decimal("0.10")}}).funding == (
        read(REST + "funding: {cost_per_post: 0.1}\n").funding
    )


@pytest.mark.parametrize(
    ("funding", "told"),
    [
        ("{months: 13}", "funding.months: “13” is out of range"),
        ("{months: 2.5}", "“2.5” is not a whole number"),
        ("{module_2: {per_post: -1}}", "funding.module_2.per_post: “-1” is out of range"),
        ("{module_2: {per_post: 0.005}}", "“0.005” is not in whole cents: an amount in whole cents from 0 € to"),
        ("{module_2: {per_post: 1/3}}", "“1/3” is not in whole cents"),
        ("{module_2: {per_post: '55000,50'}}", "“55000,50” has a decimal comma: write 55000.50"),
        ("{module_2: {per_post: .nan}}", "“.nan” is not a number"),
        ("{module_2: {per_post: 1e400}}", "“1e400” is out of range"),
        ("{module_2: {per_post: 10 %}}", "“10 %” is not a number"),
        ("{module_1: {events: null}}", "is not a number"),
        ("{year: 2019}", "“2019” is out of range: a whole number from 2020 to 2099"),
        ("{years: [{filled: {1: 1}}]}", "funding.years[0]"),
        ("{years: [{year: 2027}, {year: 2029}]}", "“2029” does not follow the year before"),
        ("{years: [{year: 2027, filled: {4: 6.5}}]}", "more posts are filled than the scenario has: 6.5: at most 6"),
        ("{years: [{year: 2027, filled: {}}]}", "are no posts by month: months with the posts filled"),
        ("{years: [{year: 2027, filled: '4: 2,5; 4: 3'}]}", "month 4 stands twice: each month once"),
        ("{years: [{year: 2027, filled: '3 ab 4'}]}", "“3 ab 4” are no posts by month"),
        ("{years: [{year: 2027, filled: '4: 1.234'}]}", "“1.234”"),
        ("{module_2: {per_posts: 1}}", "unknown key “per_posts”: did you mean “per_post”"),
        ("{modul_2: {per_post: 1}}", "unknown key “modul_2”"),
        ("{weeks_per_year: 0}", "“0” is out of range"),
        ("55000", "is no section with keys"),
    ],
)
def test_what_is_wrong_is_told(funding: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        read(REST + f"funding: {funding}\n")
    (line,) = caught.value.lines("en")
    assert line.startswith("s.yaml:4")
    assert told in line


def test_all_faults_of_the_years_are_told_at_once() -> None:
    years = "[{year: x, filled: {13: 1, 4: -1}}, {year: 2028, integration_grant: 0.005, posts: 3}]"
    with pytest.raises(InputError) as caught:
        read(REST + f"funding: {{years: {years}}}\n")
    places = [fault.column for fault in caught.value.faults]
    assert places == [
        "funding.years[0].year",
        "funding.years[0].filled.13",
        "funding.years[0].filled.4",
        "funding.years[1].integration_grant",
        "funding.years[1].posts",
    ]


def test_amounts_that_are_no_numbers_are_refused() -> None:
    for value in (Decimal("NaN"), Decimal("Infinity"), float("nan"), True, [1]):
        with pytest.raises(InputError, match="is not a number"):
            scenario_from({**as_data(read(REST)), "funding": {"cost_per_post": value}})


def test_two_versions_are_told_apart_with_their_units() -> None:
    old, new = read(REST), read(REST + "funding: {module_2: {per_post: 57000}, mileage_rate: 0.35}\n")
    assert [(d.path, translate(d.old, "en"), translate(d.new, "en")) for d in differences(old, new)] == [
        ("funding.module_2.per_post", "that of the year", "57,000 €"),
        ("funding.mileage_rate", "0.3 € per km", "0.35 € per km"),
    ]


def test_years_are_told_apart() -> None:
    old = read(REST + "funding: {years: [{year: 2027, filled: {4: 3}}, {year: 2028}]}\n")
    new = read(REST + "funding: {year: 2027, years: [{year: 2027, filled: {4: 3, 7: 6}}]}\n")
    assert [
        (d.path, translate(d.about, "en"), translate(d.old, "en"), translate(d.new, "en"))
        for d in differences(old, new)
    ] == [
        ("funding.year", "Year of the amounts", "first year of the financial plan, else 2020", "2027"),
        ("funding.years[0].filled", "Year 2027 – Posts filled, by month", "4: 3", "4: 3, 7: 6"),
        ("funding.years[1]", "Year 2028", "there", "not there"),
    ]
    assert read(rendered(None, new, "s.yaml").decode()) == new
    assert scenario_from(as_data(new)) == new
