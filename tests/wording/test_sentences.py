"""The sentences that explain a plan: every rule, stage and proof has one, in both languages, with its figures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from counties import county_texts, write_county

from geodata.county import County
from optimizer.conflicts import Conflict, Remedy
from optimizer.plan import Plan, Stage, StageName
from optimizer.problem import Pin, Problem
from optimizer.rules import Rule, RuleCheck, RuleName, check_plan, rules_of
from optimizer.solve import Solution, Status, solve
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.schema import settings
from translation import LANGUAGES, Message, translate
from wording import sentences as wording
from wording.grid import GridTable
from wording.plan_tables import losses_table

A, B, C, D = (f"05999{number:03}" for number in (4, 8, 12, 16))
TOWNS = "[Adorf, Bestadt, Cehausen, Dekirchen]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = county_texts(columns=4)
    texts["services.csv"] += "Beratung,Caritas,MBE,05999004,all,1,0.125,,Zeitung,geschätzt\n"
    # Two drives are not measured.
    texts["travel.csv"] = texts["travel.csv"].replace(",road", ",estimate", 2)
    return write_county(tmp_path_factory.mktemp("geodata"), texts).parent


def load(folder: Path, *layers: str, more: str = "") -> LoadedScenario:
    path = folder / "probe.yaml"
    text = f"name: Probe\ncounty: county\nkey: {{population: 1}}\n{more}\nlayers: [{', '.join(layers)}]\n"
    path.write_text(text, encoding="utf-8")
    return load_problem(path)


SIMPLE = "{posts: {total: 2}, districts: {minimum: 1}}"
ALL_RULES = """{
    posts: {total: 4},
    districts: {minimum: 2, maximum: 3, max_drive_minutes: 12.5, minimum_persons: 2},
    municipalities: {minimum_hours: 1.5, together: [[Adorf, Bestadt]], apart: [[Adorf, Dekirchen]],
                     employer: {Cehausen: awo}},
    employers: [{id: ki, minimum: 1, max_municipalities: 2, hubs: [Adorf]}, {id: awo, maximum: 2.5}]}"""

#: Of every rule: the phrase, the figure of a plan that keeps it, and what is said of one that breaks it.
SENTENCES: dict[RuleName, tuple[str, float | None, str | None, str]] = {
    RuleName.KI_SHARE: ("at least 33.3% of the posts at the KI", 0.5, "50.0%", "Here: 50.0%."),
    RuleName.ONE_DISTRICT: ("every municipality in exactly one district", None, None, ""),
    RuleName.CONNECTED: ("every district connected", None, None, ""),
    RuleName.POSTS: ("exactly 4.0 FTE placed", 3.5, "3.5 FTE", "Here: 3.5 FTE."),
    RuleName.DISTRICTS_MINIMUM: ("at least 2 districts", 1, "1 district", "Here: 1 district."),
    RuleName.DISTRICTS_MAXIMUM: ("at most 3 districts", 4, "4 districts", "Here: 4 districts."),
    RuleName.MAX_DRIVE: ("at most 12.5 minutes from the hub", 20.0, "20 minutes", "Here: 20 minutes."),
    RuleName.DRIVABLE: ("every municipality can be driven to from its hub", None, None, ""),
    RuleName.MINIMUM_PERSONS: ("at least 2 persons in every team", 1, "1 person", "Here: 1 person."),
    RuleName.MINIMUM_HOURS: (
        "at least 1.5 h per week on site in every municipality",
        0.2,
        "0.2 h per week",
        "Here: 0.2 h per week.",
    ),
    RuleName.TOGETHER: ("Adorf, Bestadt in one district", None, None, ""),
    RuleName.APART: ("Adorf, Dekirchen in different districts", None, None, ""),
    RuleName.PIN: ("Adorf, Bestadt in one district, as pinned (AWO, 1.5 FTE, hub in Adorf)", None, None, ""),
    RuleName.FIXED_EMPLOYER: ("Cehausen served only by AWO", None, None, ""),
    RuleName.EMPLOYER_MINIMUM: (
        "at least 1.0 FTE at Kommunales Integrationszentrum",
        0.5,
        "0.5 FTE",
        "Here: 0.5 FTE.",
    ),
    RuleName.EMPLOYER_MAXIMUM: ("at most 2.5 FTE at AWO", 3.0, "3.0 FTE", "Here: 3.0 FTE."),
    RuleName.MAX_MUNICIPALITIES: (
        "at most 2 municipalities in a district of Kommunales Integrationszentrum",
        1,
        "1 municipality",
        "Here: 1 municipality.",
    ),
    RuleName.CHANGES_MAXIMUM: (
        "at most 3 municipalities in another district than in the reference plan",
        4,
        "4 municipalities",
        "Here: 4 municipalities.",
    ),
    RuleName.HUB: ("hubs of Kommunales Integrationszentrum only where allowed", None, None, ""),
}


def test_fewest_hours_of_some_name_them(folder: Path) -> None:
    loaded = load(folder, SIMPLE)
    rule = Rule(RuleName.MINIMUM_HOURS, 0, (A, D), 2.0)
    told = wording.rule_name(rule, loaded.county, loaded.problem)
    assert str(told) == "at least 2 h per week on site in Adorf, Dekirchen"
    assert translate(told, "de") == "mindestens 2 h je Woche vor Ort in Adorf, Dekirchen"


@pytest.mark.parametrize("name", RuleName)
def test_every_rule_is_told_kept_and_broken(folder: Path, name: RuleName) -> None:
    loaded = load(folder, ALL_RULES)
    pins = (Pin(frozenset({A, B}), "awo", Fraction(3, 2), A),)
    layer = replace(loaded.problem.layers[0], pins=pins, reference=(frozenset({A, B, D}),), changes_maximum=3)
    roads = {pair: minutes for pair, minutes in loaded.problem.minutes.items() if pair != (A, D)}
    loaded = replace(loaded, problem=replace(loaded.problem, layers=(layer,), minutes=roads))
    rule = next(rule for rule in rules_of(loaded.problem) if rule.name is name)
    phrase, value, figure, here = SENTENCES[name]
    kept = RuleCheck(rule, True, True, value)
    broken = RuleCheck(rule, False, True, value, ((A, B), (D,)))
    concerns = "Concerns: Adorf, Bestadt; Dekirchen."

    def told(check: RuleCheck) -> str:
        return str(wording.rule_text(check, loaded.county, loaded.problem))

    assert told(kept) == (f"{phrase}: kept ({figure})." if figure else f"{phrase}: kept.")
    assert told(broken) == f"{phrase}: NOT kept. {here} {concerns}".replace("  ", " ")
    assert told(replace(broken, binding=False)).startswith(f"{phrase}: not kept, only recommended. ")
    assert told(replace(broken, offenders=())) == f"{phrase}: NOT kept. {here}"
    for check in (kept, broken, replace(broken, binding=False)):
        german = translate(wording.rule_text(check, loaded.county, loaded.problem), "de")
        assert german.strip()
        assert "{" not in german
        for part in ("Adorf", "AWO", "Kommunales Integrationszentrum"):
            assert (part in german) == (part in told(check))


def test_a_rule_of_one_of_several_layers_says_which(folder: Path) -> None:
    loaded = load(
        folder, SIMPLE.replace("{posts", "{name: Eins, posts"), SIMPLE.replace("{posts", "{name: Zwei, posts")
    )
    rule = Rule(RuleName.CONNECTED, 1)
    told = wording.rule_text(RuleCheck(rule, True, True), loaded.county, loaded.problem)
    assert str(told) == "Zwei – every district connected: kept."


def test_the_rules_of_a_solved_plan_are_all_kept(folder: Path) -> None:
    loaded = load(folder, SIMPLE)
    plan = solve(loaded.problem).plan
    assert plan is not None
    told = [str(wording.rule_text(check, loaded.county, loaded.problem)) for check in check_plan(plan)]
    assert len(told) >= 6
    assert all(": kept" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("stage", "proven", "open_"),
    [
        (
            Stage(StageName.LOWEST_COVERAGE, 0.8999, 0.912, False),
            "lowest coverage, as high as possible: 89.99%, proven.",
            "lowest coverage, as high as possible: 89.99%; at most 91.20% is possible, proven.",
        ),
        (
            Stage(StageName.SHORTFALL, 1022.544, 20.0, False),
            "shortfall, as small as possible: 1,022.54 h per week, proven.",
            "shortfall, as small as possible: 1,022.54 h per week; not less than 20.00 h per week is possible, proven.",
        ),
        (
            Stage(StageName.TRAVEL, 10.5, 0.0, False),
            "travel time, as little as possible: 10.50 h per week, proven.",
            "travel time, as little as possible: 10.50 h per week; not less than 0.00 h per week is possible, proven.",
        ),
        (
            Stage(StageName.CHANGED, 2.125, 1.05, False),
            "fewest changes against the reference plan: 2 municipalities, 25.00% of the key, proven.",
            "fewest changes against the reference plan: 2 municipalities, 25.00% of the key; "
            "not less than 1 municipality, 10.00% of the key is possible, proven.",
        ),
    ],
)
def test_every_stage_is_told_with_its_proof_or_its_gap(stage: Stage, proven: str, open_: str) -> None:
    assert str(wording.stage_text(replace(stage, proven=True))) == proven
    assert str(wording.stage_text(stage)) == open_
    for told in (stage, replace(stage, proven=True)):
        german = translate(wording.stage_text(told), "de")
        assert "{" not in german
        assert translate(wording.stage_figure(stage.name, stage.value), "de") in german


def test_every_stage_name_is_covered() -> None:
    assert {str(wording.stage_name(name)) for name in StageName} == {
        "lowest coverage, as high as possible",
        "shortfall, as small as possible",
        "travel time, as little as possible",
        "fewest changes against the reference plan",
    }


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_word(status: Status) -> None:
    words = {language: translate(wording.status_text(status), language) for language in LANGUAGES}
    assert all(words.values())
    assert len({str(wording.status_text(other)) for other in Status}) == len(Status)


def _proofs(solution: Solution) -> list[str]:
    told = wording.proof(solution)
    return [translate(told, language) for language in LANGUAGES]


def test_the_proof_of_a_plan_has_its_figures(folder: Path) -> None:
    loaded = load(folder, SIMPLE, more="objective: {fairness_tolerance: 0.0125}")
    solution = solve(loaded.problem)
    plan = solution.plan
    assert plan is not None
    german, english = _proofs(solution)
    told = (
        f"{plan.shortfall_hours:.1f} hours per week are missing; no plan within 1.25 points of the highest lowest "
        "coverage leaves fewer."
    )
    assert english == (
        f"Best plan (proven): a lowest coverage of {100 * plan.lowest_coverage:.1f}%, and no more is possible. {told}"
    )
    assert german.startswith("Bester Plan (bewiesen): niedrigster Versorgungsgrad ")
    # Nothing else is claimed where the tolerance was used.
    first, *others = plan.stages
    raised = replace(first, value=plan.lowest_coverage + 0.0123, bound=plan.lowest_coverage + 0.0123)
    given_up = replace(solution, plan=_with_stages(plan, (raised, *others)))
    german, english = _proofs(given_up)
    assert f"at most {100 * raised.value:.1f}% lowest coverage is possible; this plan has " in english
    assert "within the 1.25 points that may be given up" in english
    assert f"höchstens {100 * raised.value:.1f} %".replace(".", ",") in german.replace("\u00a0", " ")


def _with_stages(plan: Plan, stages: tuple[Stage, ...]) -> Plan:
    return replace(plan, stages=stages)


def test_several_layers_are_told_as_one_plan(folder: Path) -> None:
    german, english = _proofs(solve(load(folder, SIMPLE, SIMPLE).problem))
    assert english.startswith("Layers 1, 2 together the best plan (proven): ")
    assert german.startswith("Ebenen 1, 2 zusammen der beste Plan (bewiesen): ")


def test_a_given_layer_is_never_called_best(folder: Path) -> None:
    given = f"{{posts: {{total: 2}}, plan: [{{employer: ki, fte: 2, municipalities: {TOWNS}}}]}}"
    solution = solve(load(folder, given, SIMPLE).problem)
    german, english = _proofs(solution)
    assert english.startswith("Layer 1 given, Layer 2 best plan (proven): ")
    assert german.startswith("Ebene 1 vorgegeben, Ebene 2 bester Plan (bewiesen): ")
    assert translate(wording.known(solution), "de") == "Ebene 1 vorgegeben, Ebene 2 bester Plan (bewiesen)"


def test_a_plan_that_is_not_proven_is_not_called_so(folder: Path) -> None:
    loaded = load(folder, SIMPLE)
    solution = solve(loaded.problem)
    assert solution.plan is not None
    coverage, shortfall = (stage.value for stage in solution.plan.stages[:2])
    points, hours = f"{99 - 100 * coverage:.1f}", f"{shortfall - 0.5:.1f}"
    parts = (
        (0, 0.99, f", proven to within {points} points of the lowest coverage", "at most 99.0% is possible, proven"),
        (1, 0.5, f", proven to within {hours} missing hours per week", "not less than 0.5 is possible, proven"),
        (1, 0.0, " (not proven)", "whether fewer are possible is not known"),
        (1, float("-inf"), " (not proven)", "whether fewer are possible is not known"),
    )
    for position, bound, within, part in parts:
        stages = list(solution.plan.stages)
        stages[position] = replace(stages[position], bound=bound, proven=False)
        unproven = replace(solution, plan=_with_stages(solution.plan, tuple(stages)))
        assert unproven.status is Status.FEASIBLE
        german, english = _proofs(unproven)
        assert english.startswith(f"Best plan found{within}: ")
        assert part in english
        proven = "nicht bewiesen" if "not" in within else "bewiesen bis auf"
        assert german.startswith("Bester gefundener Plan")
        assert proven in german


def test_a_given_plan_and_no_plan_claim_nothing_else(folder: Path) -> None:
    given = load(folder, f"{{posts: {{total: 2}}, plan: [{{employer: ki, fte: 2, municipalities: {TOWNS}}}]}}")
    assert _proofs(solve(given.problem))[1] == "This plan is given: it was evaluated, not optimised."
    none = load(folder, "{posts: {total: 1}, districts: {minimum: 4}}")
    assert _proofs(solve(none.problem))[1] == "There is no plan that keeps all rules; this is proven."


# -- conflicts --------------------------------------------------------------------------------------------------------


def _county_problem(folder: Path) -> tuple[County, Problem]:
    loaded = load(folder, ALL_RULES)
    return loaded.county, loaded.problem


def _told(conflict: Conflict, folder: Path) -> list[str]:
    county, problem = _county_problem(folder)
    sentences: list[Message] = wording.conflict_text(conflict, county, problem)
    for sentence in sentences:
        assert "{" not in translate(sentence, "de")
    return [str(sentence) for sentence in sentences]


@pytest.mark.parametrize(
    ("name", "figure", "remedy"),
    [
        (RuleName.KI_SHARE, 2 / 3, "it would work with 66.6%."),
        (RuleName.POSTS, 4.5, "it would work with 4.5 FTE."),
        (RuleName.DISTRICTS_MINIMUM, 1, "it would work with 1 district."),
        (RuleName.DISTRICTS_MAXIMUM, 7, "it would work with 7 districts."),
        (RuleName.MAX_DRIVE, 20.32, "it would work with 20.4 minutes."),
        (RuleName.MAX_DRIVE, 20.3, "it would work with 20.3 minutes."),
        (RuleName.MINIMUM_PERSONS, 1, "it would work with 1 person."),
        (RuleName.MINIMUM_HOURS, 0.7, "it would work with 0.7 h per week."),
        (RuleName.EMPLOYER_MINIMUM, 0.125, "it would work with 0.125 FTE."),
        (RuleName.EMPLOYER_MAXIMUM, 3, "it would work with 3.0 FTE."),
        (RuleName.MAX_MUNICIPALITIES, 3, "it would work with 3 municipalities."),
    ],
)
def test_a_conflict_says_at_which_figure_it_would_work(
    folder: Path, name: RuleName, figure: float, remedy: str
) -> None:
    rule = next(rule for rule in rules_of(_county_problem(folder)[1]) if rule.name is name)
    phrase = SENTENCES[name][0]
    first, second = _told(Conflict(0, (Remedy(rule, figure, True),)), folder)
    assert first == f"In the layer “Case-Management” this rule cannot be kept: {phrase}."
    assert second == f"Instead of “{phrase}” {remedy}"


def test_a_conflict_of_several_rules_names_them_all(folder: Path) -> None:
    together, apart = Rule(RuleName.TOGETHER, 0, (A, B)), Rule(RuleName.APART, 0, (A, B))
    told = _told(Conflict(0, (Remedy(together, None, True), Remedy(apart, None, False))), folder)
    assert told == [
        "In the layer “Case-Management” these rules cannot hold together: Adorf, Bestadt in one district; "
        "Adorf, Bestadt in different districts.",
        "It would work without the rule “Adorf, Bestadt in one district”.",
        "It would work without the rule “Adorf, Bestadt in different districts”. Another conflict then remains.",
    ]


# -- assumptions, sources, figures ------------------------------------------------------------------------------------

#: Of every setting that is an assumption: a scenario that states it, and how it is told.
ASSUMED = {
    "existing_services.credit": (SIMPLE, "existing_services: {credit: 0.375}", "by 37.5% of its hours"),
    "existing_services.most": (SIMPLE, "existing_services: {most: 2.5}", "at most 2.5 times the county's average"),
    "presence": (SIMPLE, "presence: {hours: 1.25}", "at least 1.25 h on site per week"),
    "layers[].posts.step": (SIMPLE.replace("total: 2", "total: 2, step: 0.125"), "", "multiples of 0.125 FTE"),
    "layers[].posts.coordination_hours": (
        SIMPLE.replace("total: 2", "total: 2, coordination_hours: 3.25"),
        "",
        "3.25 h per person and week",
    ),
    "layers[].visits.block_hours": (SIMPLE.replace("districts", "visits: {block_hours: 5.5}, districts"), "", "5.5 h"),
    "layers[].districts.max_drive_minutes": (
        SIMPLE.replace("minimum: 1", "minimum: 1, max_drive_minutes: 44.5"),
        "",
        "longer than 44.5 minutes",
    ),
}


def test_every_assumption_of_the_schema_has_a_case() -> None:
    # Those of the money decide no plan; tests/test_money.py has them.
    assumed = {setting.path for setting in settings() if setting.about.assumption}
    assert {path for path in assumed if not path.startswith("funding.")} == set(ASSUMED)


@pytest.mark.parametrize("path", ASSUMED)
def test_every_assumption_is_named_with_its_figure(folder: Path, path: str) -> None:
    layer, more, expected = ASSUMED[path]
    assert any(expected in str(text) for text in wording.assumptions(load(folder, layer, more=more)))
    assert not any(expected in str(text) for text in wording.assumptions(load(folder, SIMPLE)))


def test_assumptions_of_the_county_are_named(folder: Path) -> None:
    told = [str(text) for text in wording.assumptions(load(folder, SIMPLE))]
    assert "Service Beratung (Caritas) relieves case management by 12.5% of its hours." in told
    assert "Service Beratung (Caritas): geschätzt" in told
    assert "1 service has no published staff and counts for nothing." in told
    estimated = next(text for text in told if "estimated from the air line" in text)
    assert int(estimated.split()[0]) >= 2


def test_several_layers_name_their_assumptions_each(folder: Path) -> None:
    layers = [SIMPLE.replace("{posts", f"{{name: {name}, posts") for name in ("Eins", "Zwei")]
    told = [str(text) for text in wording.assumptions(load(folder, *layers))]
    assert "Eins: Team sizes are multiples of 0.5 FTE." in told
    assert "Zwei: Team sizes are multiples of 0.5 FTE." in told


def test_sources_are_named_with_their_attribution(folder: Path) -> None:
    told = [str(text) for text in wording.sources(load(folder, SIMPLE).county)]
    assert told[0] == (
        "population (census), foreigners: Statistisches Amt, Zählung (15 May 2022), dl-de/by-2-0. © Statistisches Amt"
    )


def test_the_hours_of_the_posts_go_somewhere(folder: Path) -> None:
    plan = solve(load(folder, SIMPLE).problem).plan
    assert plan is not None
    *uses, total = _hours_of(losses_table(plan))
    assert sum(uses) == pytest.approx(2 * 39)
    assert total == 2 * 39
    assert sum(uses[1:]) == pytest.approx(plan.shortfall_hours, abs=1e-6)
    assert len(uses) == 4
    given = f"{{posts: {{total: 2}}, plan: [{{employer: ki, fte: 1, municipalities: {TOWNS}}}]}}"
    unspent = solve(load(folder, given).problem).plan
    assert unspent is not None
    table = losses_table(unspent)
    assert str(table.rows[-2].cells[0].value) == "not placed, or with nobody to serve"
    assert _hours_of(table)[-2:] == pytest.approx([39, 2 * 39])


def test_without_posts_there_is_no_share_of_their_hours(folder: Path) -> None:
    plan = solve(load(folder, "{posts: {total: 0}}", more="yardstick: {posts: 2}").problem).plan
    assert plan is not None
    table = losses_table(plan)
    assert set(_hours_of(table)) == {0}
    assert len(table.columns) == 2


def _hours_of(table: GridTable) -> list[float]:
    return [row.cells[1].value.value for row in table.rows]


@pytest.mark.parametrize(
    ("posts", "text"), [(Fraction(6), "6.0"), (Fraction(1, 2), "0.5"), (0.25, "0.25"), (Fraction(1, 8), "0.125")]
)
def test_posts_keep_the_decimals_of_their_step(posts: Fraction | float, text: str) -> None:
    assert translate(wording.fte(posts), "en") == text
