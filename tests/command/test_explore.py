"""``kim explore`` as people use it: answers against the optimizer and against all plans one by one, and bad input."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import exhaustive
import explore_plans
import pytest
from counties import county_texts, write_county
from running import ROOT, SMALL, plan_csv, run

from command.explore import EVERYTHING
from exploring.exploration import EXACT, Exploration
from exploring.question import Question
from exploring.questions.robustness import DEFAULT
from optimizer.explore import frontier, posts, prices, reasons, robustness, sensitivity, situation, uncertainty
from optimizer.explore.workers import Cancelled
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solve import solve
from optimizer.way import absence, growth, staffing
from optimizer.way.path import Conditions
from scenarios.assemble import load_problem
from tests.command.test_main import HOSTILE, SEVEN_OF_TWO
from translation import LANGUAGES, Language, number, percent, translate
from wording.explore.told import ASKED

#: What stands for a decimal mark in one language parts thousands in the other.
MARKS = str.maketrans(".,", ",.")
QUESTIONS = [question.value for question in EVERYTHING]


def towns_of(path: Path) -> list[str]:
    return [town.ags for town in load_problem(path).county.municipalities]


def asked(question: str, *arguments: object, status: int = 0) -> Any:
    """The document of an answer."""
    shown = run("explore", question, *arguments, "--json", "-")
    assert shown.status == status, shown.err
    return json.loads(shown.out)


def problem_of(path: Path) -> Problem:
    return load_problem(path).problem


def plan_of(path: Path) -> Plan:
    found = solve(problem_of(path)).plan
    assert found is not None
    return found


def districts(plan: Any) -> explore_plans.Districts:
    return frozenset(frozenset(town["ags"] for town in one["municipalities"]) for one in plan["districts"])


def teams(plan: Any) -> set[tuple[tuple[str, ...], str, Fraction]]:
    return {
        (tuple(town["ags"] for town in one["municipalities"]), one["employer"], Fraction(str(one["fte"])))
        for one in plan["districts"]
    }


def is_plan(data: Any, plan: Plan | None) -> bool:
    """Whether a plan of a document is that plan, to the last digit."""
    if plan is None or data is None:
        return plan is None and data is None
    return (
        data["lowest_coverage"] == plan.lowest_coverage
        and data["hours_per_1000"] == pytest.approx(plan.hours_per_1000(plan.least_covered.ags))
        and data["shortfall_hours"] == plan.shortfall_hours
        and data["travel_hours"] == plan.travel_hours
        and [one["hub"] for one in data["districts"]] == [one.hub for one in plan.layers[-1].districts]
        and districts(data) == explore_plans.districts_of(plan, len(plan.layers) - 1)
        and teams(data) == explore_plans.teams_of(plan, len(plan.layers) - 1)
        and [town["hours"] for one in data["districts"] for town in one["municipalities"]]
        == [hours for one in plan.layers[-1].districts for hours in one.hours]
    )


# -- every question ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", [*QUESTIONS, "why"])
def test_every_question_about_a_shipped_scenario(question: str, tmp_path: Path) -> None:
    file = tmp_path / "answer.json"
    language = LANGUAGES[QUESTIONS.index(question) % 2] if question != "why" else "de"
    more = {"why": ["Olfen"], "robustness": ["--draws", "20"], "posts": ["--from", "5", "--to", "7"]}.get(question, [])
    shown = run("explore", question, "modell-1-zentral", *more, "--lang", language, "--json", file)
    assert (shown.status, shown.err) == (0, "")
    assert translate(ASKED[Question(question)], language) in shown.out.splitlines()
    answer = json.loads(file.read_text(encoding="utf-8"))
    about = [answer[key] for key in ("format", "question", "county", "layer")]
    assert about == ["kim-explore/1", question, "05558-coesfeld", 1]
    assert answer["scenario"].startswith("Modell 1")
    assert answer["yardstick"] == {"kind": "posts", "posts": 6.0}
    plan = answer["plan"]
    assert plan["hours_per_1000"] == pytest.approx(plan["lowest_coverage"] * answer["fair_hours_per_1000"])
    assert is_plan(answer["plan"], plan_of(ROOT / "scenarios" / "modell-1-zentral.yaml"))
    assert answer["status"] in ("complete", "proven", "sample")
    if question == "robustness":
        assert answer["ranges"]["services"] == [
            {"name": "Durchstarten und Gemeinsam klappt's", "low": 3.0, "high": 4.0}
        ]
        assert len(answer["ranges"]["unknown_services"]) == 3
    if question == "posts":
        # One yardstick for all.
        levels = {one["plan"]["hours_per_1000"] / one["plan"]["lowest_coverage"] for one in answer["posts"]}
        assert all(level == pytest.approx(answer["fair_hours_per_1000"]) for level in levels)
    assert "Infinity" not in file.read_text()
    assert "NaN" not in file.read_text()


def test_german_and_english_figures_differ_only_in_their_marks(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    for question in ("alternatives", "rank", "posts", "prices"):
        german, english = (run("explore", question, path, "--lang", language).out for language in LANGUAGES)
        found = [re.findall(r"(?<![.\d])\d+[.,]\d+(?![.\d])", text) for text in (german, english)]
        assert found[1]
        # A sentence may name its figures in another order.
        assert sorted(figure.translate(MARKS) for figure in found[0]) == sorted(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_names_every_option(language: Language) -> None:
    shown = run("explore", "robustness", "--help", "--lang", language)
    assert shown.status == 0
    for option in ("--layer", "--json", "--draws", "--seed", "--key-of", "--each-drive", "--scheduler", "LOW..HIGH"):
        assert option in shown.out


# -- against the optimizer and all plans ------------------------------------------------------------------------------


@pytest.mark.parametrize("distinct", ["districts", "teams"])
def test_alternatives_are_those_of_the_order_of_all_plans(small: Callable[[str], Path], distinct: str) -> None:
    path = small(SMALL)
    problem = problem_of(path)
    every = list(exhaustive.all_plans(problem, 0))
    likeness: Any = explore_plans.districts if distinct == "districts" else explore_plans.teams
    order = explore_plans.in_order(problem, 0, every, 0.3, likeness)
    more = ["--teams"] if distinct == "teams" else []
    found = asked("alternatives", path, "--count", 6, "--within-coverage", "30", *more)
    assert (found["distinct"], found["coverage_within"], found["hours_within"]) == (distinct, 0.3, None)
    expected = [plan for plan, _ in zip(order, range(6), strict=False)]
    assert len(found["alternatives"]) == len(expected) > 2
    assert found["status"] == "complete"
    for item, plan in zip(found["alternatives"], expected, strict=True):
        assert teams(item) == explore_plans.teams(plan)
        assert item["lowest_coverage"] == pytest.approx(plan.lowest_coverage)
        assert item["shortfall_hours"] == pytest.approx(plan.shortfall)
    first = found["alternatives"][0]
    for item in found["alternatives"]:
        assert item["lost_hours"] == item["shortfall_hours"] - first["shortfall_hours"]
        assert item["lost_coverage"] == first["lowest_coverage"] - item["lowest_coverage"]
    together = {tuple(pair["municipalities"]): pair["plans"] for pair in found["together"]}
    for (a, b), count in together.items():
        assert count == sum(any({a, b} <= one for one in districts(item)) for item in found["alternatives"])


def test_hours_within_narrow_the_alternatives(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    wide = asked("alternatives", path, "--within-coverage", 30)["alternatives"]
    some = sorted(one["lost_hours"] for one in wide)[1] + 0.01
    narrow = asked("alternatives", path, "--within-coverage", 30, "--within-hours", f"{some:.6f}".replace(".", ","))
    assert narrow["hours_within"] == pytest.approx(some, abs=1e-6)
    assert 1 < len(narrow["alternatives"]) < len(wide)


def test_all_plans_are_counted_and_those_of_others_marked(small: Callable[..., Path], tmp_path: Path) -> None:
    path = small(SMALL)
    every = list(exhaustive.all_plans(problem_of(path), 0))
    other = small(
        SMALL.replace("Probe", "Andere").replace("minimum: 2, maximum: 3", "minimum: 3, maximum: 3"), "b.yaml"
    )
    more = small(SMALL.replace("Probe", "Mehr").replace("total: 4", "total: 5"), "c.yaml")
    shown = run("explore", "rank", path, "--mark", other, "--mark", more, "--json", tmp_path / "r.json", "--lang", "en")
    assert shown.status == 0
    assert "“Mehr” is not marked" in shown.err
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["plans"] == len(every) == sum(bar["plans"] for bar in found["bars"])
    assert translate(number(len(every)), "en") in shown.text
    assert (found["standing"]["before"], found["standing"]["is_among"]) == (0, True)
    own, marked = found["marks"]
    assert (own["name"], own["own"], marked["name"], marked["own"]) == ("Probe", True, "Andere", False)
    for mark in (own, marked):
        above = [plan for plan in every if plan.lowest_coverage > mark["lowest_coverage"] + 1e-9]
        assert mark["better"] == len(above)
    assert marked["lowest_coverage"] == plan_of(other).lowest_coverage


def test_a_plan_made_by_hand_stands_among_all(small: Callable[[str], Path], tmp_path: Path) -> None:
    path = small(SMALL)
    rows = "municipality;district;employer;fte\nAdorf;1;ki;3\nBestadt;1;;\nCehausen;2;awo;1\nDekirchen;2;;\n"
    found = asked("rank", path, "--plan", plan_csv(tmp_path, rows))
    every = list(exhaustive.all_plans(problem_of(path), 0))
    own, best = found["marks"]
    assert (own["name"], own["own"], best["name"]) == ("plan.csv", True, "Probe")
    assert [one["fte"] for one in found["plan"]["districts"]] == [3, 1]
    assert found["plan"]["lowest_coverage"] == own["lowest_coverage"]
    assert own["better"] == sum(plan.lowest_coverage > own["lowest_coverage"] + 1e-9 for plan in every)
    standing = found["standing"]
    assert standing["better"] + standing["equal"] + standing["worse"] == found["plans"]
    assert standing["before"] > 0
    strange = run("explore", "rank", path, "--plan", plan_csv(tmp_path, rows.replace("awo", "Adorf")), "--lang", "en")
    assert (strange.status, strange.out) == (2, "")
    assert re.search(r"plan.csv, employer: .* has no posts in this layer: .*one of ki, awo", strange.err.strip())


def test_the_key_is_that_of_a_plan_made_by_hand(small: Callable[[str], Path], tmp_path: Path) -> None:
    path = small(SMALL)
    own, plan = asked("key", path), plan_of(path)
    assert own["status"] == "proven"
    assert own["own"]["lowest_coverage"] == plan.lowest_coverage
    rows = "municipality;district;employer;fte\nAdorf;1;ki;1\nBestadt;2;ki;1\nCehausen;3;awo;1\nDekirchen;4;awo;1\n"
    other = asked("key", path, "--plan", plan_csv(tmp_path, rows))
    # As many posts in each municipality are a base for each.
    assert other["keys"][0]["key"]["equal"] > own["keys"][0]["key"].get("equal", 0)
    late = run("explore", "key", path, "--time-limit", "0.000001", "--lang", "en")
    assert (late.status, late.out) == (3, "")


def test_the_trade_off_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    found = asked("frontier", path)
    expected = frontier.frontier(problem_of(path))
    for points, some in ((found["shortfall"], expected.shortfall), (found["travel"], expected.travel)):
        assert [(one["coverage"], one["hours"]) for one in points] == [(one.coverage, one.hours) for one in some]
        assert all(is_plan(one["plan"], point.plan) for one, point in zip(points, some, strict=True))


def test_prices_are_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    found = asked("prices", path, "--lang", "en")
    expected = prices.prices(problem_of(path)).items
    assert (found["status"], len(found["prices"])) == ("proven", len(expected))
    for one, price in zip(found["prices"], expected, strict=True):
        assert [rule["rule"] for rule in one["rules"]] == [rule.name.value for rule in price.rules]
        figures = (one["coverage"], one["hours"], one["binds"], one["proven"])
        assert figures == (price.coverage, price.hours, price.binds, price.proven)
        assert is_plan(one["plan"], price.plan)
    details = [rule["detail"] for one in found["prices"] for rule in one["rules"]]
    assert "at most 3 districts" in details


def test_absence_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    found = asked("absence", path, "--leave", "5", "--sick", "10")
    plan = plan_of(path)
    expected = absence.absence(problem_of(path), plan)
    assert found["status"] == "proven"
    assert (found["leave_weeks"], found["sick_days"], found["weeks_away"]) == (5.0, 10.0, 7.0)
    for name, one in (("own", expected.own), ("within_tolerance", expected.within), ("of_all", expected.of_all)):
        assert one is not None
        assert (found[name]["worst_coverage"], found[name]["proven"]) == (one.worst, True)
        assert is_plan(found[name]["plan"], one.plan)
    for told, away in zip(found["own"]["absences"], expected.own.absences, strict=True):
        district = plan.layers[0].districts[away.district]
        assert (told["district"], told["hub"]) == (away.district + 1, district.hub)
        assert told["stand_in"] == (None if away.stand_in is None else away.stand_in + 1)
        assert told["weeks_short"] == 7.0 * district.persons
        assert {town["ags"]: town["hours"] for town in told["municipalities"]} == away.hours


def test_staffing_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    hours = ["--hours-per-1000", "1,5", "--presence", "3", "--two-persons-or-within", "15"]
    found = asked("staffing", path, *hours)
    expected = staffing.staffing(problem_of(path), staffing.Standard(1.5, 3.0, 15.0))
    assert found["status"] == "proven"
    assert found["standard"] == {"hours_per_1000": 1.5, "presence": 3.0, "stand_in_minutes": 15.0, "cases": None}
    assert expected.fewest.posts is not None
    assert found["fewest"]["posts"] == float(expected.fewest.posts)
    assert is_plan(found["best"], expected.plan)
    assert found["planned"]["hours_per_1000"] == expected.today.hours_per_1000
    for one, cost in zip(found["without"], expected.costs, strict=True):
        assert one["parts"] == [part.value for part in cost.parts]
        assert one["posts"] == float(cost.fewest.posts or 0)
        assert one["then"]["hours_per_1000"] == (cost.reached and cost.reached.hours_per_1000)


def test_growth_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    more = ["--steps", "2;2,5;4", "--dates", "2027-01;2027-07;2028-01", "--loss", "3", "--nobody-less", "--hubs-stay"]
    found = asked("growth", path, *more)
    conditions = Conditions(nobody_less=True, hubs_stay=True)
    totals = [Fraction(2), Fraction(5, 2), Fraction(4)]
    expected = growth.growth(problem_of(path), totals, loss=0.03, conditions=conditions)
    assert (found["status"], found["loss"], found["needed_loss"]) == ("proven", 0.03, expected.needed)
    assert (found["nobody_less"], found["hubs_stay"]) == (True, True)
    assert found["changing"] == list(expected.changing)
    for one, step in zip(found["steps"], expected.steps, strict=True):
        assert one["lost_coverage"] == step.lost_coverage
        assert is_plan(one["plan"], step.plan)
        assert is_plan(one["alone"], step.alone)
    assert [one["from"] for one in found["steps"]] == ["2027-01", "2027-07", "2028-01"]


def test_posts_are_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    found = asked("posts", path, "--from", "0,5", "--to", "5.5", "--step", "1")
    totals = [0.5, 1.5, 2.5, 3.5, 4, 4.5, 5.5]
    assert [one["total"] for one in found["posts"]] == totals
    expected = posts.posts_value(problem_of(path), [Fraction(str(total)) for total in totals])
    for one, some in zip(found["posts"], expected, strict=True):
        assert is_plan(one["plan"], some.plan)
        assert (one["proven"], one["lowest_supply"], one["reshaped"]) == (True, some.lowest_supply, some.reshaped)
        assert {gain["ags"]: gain["hours"] for gain in one["gained_hours"]} == dict(some.gained_hours)
    assert found["posts"][0]["plan"] is None
    free = asked("posts", path, "--from", "0,5", "--to", "1", "--free-districts")
    assert [one["plan"] is not None for one in free["posts"]] == [True, True]
    usual = [one["total"] for one in asked("posts", path)["posts"]]
    assert 4.0 in usual
    assert 4.5 in usual


def test_more_than_25_numbers_of_posts_become_whole_ones(small: Callable[[str], Path]) -> None:
    path = small(SMALL.replace("{total: 4}", "{total: 4, step: 0.1}"))
    totals = [one["total"] for one in asked("posts", path, "--to", "7")["posts"]]
    assert totals == [1, 2, 3, 4, 5, 6, 7]


CHANGED = [
    "--existing", "keep", "--coordination", "1,5..2.5", "--visits", "4..4", "--drives", "0,9..1,2", "--each-key", "5 %",
    "--each-existing", "0", "--each-drive", "2,5", "--key-of", "Bestadt=20", "--existing-of", "5999004=50",
]  # fmt: skip


def test_robustness_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    problem, plan = problem_of(path), plan_of(path)
    found = asked("robustness", path, "--draws", 30, "--seed", 7, "--workers", 1, *CHANGED)
    towns = towns_of(path)
    expected = robustness.robustness(
        problem,
        uncertainty.Uncertainty(
            coordination_hours=uncertainty.Range(1.5, 2.5),
            block_hours=uncertainty.Range(4, 4),
            minutes=uncertainty.Range(0.9, 1.2),
            each_weight=0.05,
            each_minutes=0.025,
            weight_of={towns[1]: 0.2},
            existing_of={towns[0]: 0.5},
        ),
        plan=situation.given_rows(plan, 0),
        draws=30,
        seed=7,
        executor=_Here(),
    )
    assert (found["status"], found["size"], found["asked"], found["seed"]) == ("sample", 30, 30, 7)
    assert found["corners"] == expected.corners == 4
    assert len(found["cases"]) == len(expected.cases)
    for one, case in zip(found["cases"], expected.cases, strict=True):
        assert (one["draw"], one["coverage"], one["regret"]) == (case.draw, case.coverage, case.regret)
        assert case.best is not None
        best = frozenset(map(frozenset, found["outcomes"][one["outcome"]]["districts"]))
        assert best == case.best.districts
    assert found["asked_about"]["worst_regret"] == expected.plan.worst_regret
    assert found["steadiest"]["mean_regret"] == expected.steadiest.mean_regret
    assert found["ranges"]["existing"] is None
    assert found["ranges"]["weight_of"] == [{"ags": towns[1], "share": 0.2}]
    people = problem_of(path).people
    assert people is not None
    lost = [1000 * supply / people for supply in (expected.plan.worst_supply, expected.plan.mean_supply)]
    assert [found["asked_about"][f"{one}_hours_per_1000"] for one in ("worst", "mean")] == lost


def test_usual_ranges_are_those_of_the_papers(small: Callable[[str], Path]) -> None:
    ranges = asked("robustness", small(SMALL), "--draws", 1, "--workers", 1)["ranges"]
    assert DEFAULT.existing is not None
    assert ranges["existing"] == {"low": DEFAULT.existing.low, "high": DEFAULT.existing.high}
    assert ranges["each_weight"] == DEFAULT.each_weight


def test_sensitivity_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    found = asked("sensitivity", path, "--workers", 1)
    expected = sensitivity.sensitivity(problem_of(path), executor=_Here())
    assert found["size"] == sum(one.tested for one in expected)
    for one, some in zip(found["figures"], expected, strict=True):
        assert (one["figure"], one["ags"], one["tested"]) == (some.figure.value, some.ags, some.tested)
        for turn, other in ((one["less"], some.less), (one["more"], some.more)):
            assert (turn and turn["change"]) == (other and other.change)


def test_why_is_the_optimizers(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    problem, plan, towns = problem_of(path), plan_of(path), towns_of(path)
    one = asked("why", path, "adorf")
    expected = reasons.why(problem, plan, towns[0])
    assert (one["municipalities"], one["lost_hours"]) == ([towns[0]], expected.lost_hours)
    assert is_plan(one["otherwise"], expected.plan)
    two = asked("why", path, "Adorf", "--with", towns[1])
    expected = reasons.why_not(problem, plan, towns[0], towns[1])
    assert (two["municipalities"], two["lost_coverage"]) == (towns[:2], expected.lost_coverage)
    assert is_plan(two["otherwise"], expected.plan)


class _Here:
    """An executor that works at once, in this process."""

    def submit(self, work: Callable[[Any], Any], task: Any) -> Any:
        from concurrent.futures import Future

        future: Future[Any] = Future()
        future.set_result(work(task))
        return future


def test_a_later_layer_is_asked_about_with_the_hours_of_the_earlier() -> None:
    found = asked("alternatives", "modell-3-kommunen", "--layer", 2, "--count", 2)
    assert found["layer"] == 2
    best = plan_of(ROOT / "scenarios" / "modell-3-kommunen.yaml")
    assert is_plan(found["alternatives"][0], best)
    assert districts(found["plan"]) == explore_plans.districts_of(best, 1)


# -- all questions in one go, and those without an answer -------------------------------------------------------------


def test_all_questions_in_one_go(small: Callable[[str], Path], tmp_path: Path) -> None:
    path = small(SMALL)
    options = ["--draws", 20, "--workers", 1, "--lang", "en"]
    shown = run("explore", "all", path, *options, "--json", tmp_path / "all.json")
    assert (shown.status, shown.err) == (0, "")
    document = json.loads((tmp_path / "all.json").read_text())
    assert [answer["question"] for answer in document["answers"]] == QUESTIONS
    for question in EVERYTHING:
        assert translate(ASKED[question], "en") in shown.out
    one = asked("frontier", path)
    assert document["answers"][2] == {key: one[key] for key in ("question", "status", "shortfall", "travel")}
    assert "robustness" not in [one["question"] for one in asked("all", path, "--draws", 0, "--workers", 1)["answers"]]


def test_a_question_without_an_answer_does_not_keep_the_others_from_theirs(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise situation.TooLarge

    monkeypatch.setattr("exploring.questions.frontier.frontier", fails)
    path = small(SMALL)
    single = run("explore", "frontier", path, "--lang", "en")
    assert (single.status, single.out) == (3, "")
    assert single.err.startswith("This question cannot be answered for so many municipalities")
    assert asked("frontier", path, status=3)["status"] == "too_large"
    shown = run("explore", "all", path, "--draws", 0, "--workers", 1, "--lang", "en")
    assert shown.status == 3
    assert "This question cannot be answered for so many municipalities" in shown.text
    assert translate(ASKED[Question.SENSITIVITY], "en") in shown.out


@pytest.mark.parametrize("question", QUESTIONS)
def test_too_little_time_is_told(question: str, small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = small(SMALL)
    shown = run("explore", question, path, "--time-limit", "0.000001", "--lang", "en")
    assert (shown.status, shown.out) == (3, "")
    assert "time" in shown.err
    # Enough for the plan, not for the question.
    plan = solve(problem_of(path))
    monkeypatch.setattr("command.solving.solve", lambda *_, **__: plan)
    shown = run("explore", question, path, "--time-limit", "0.000001", "--lang", "en")
    assert shown.status in (0, 3)
    assert "Traceback" not in shown.err
    if question in ("rank", "frontier", "sensitivity"):
        assert (shown.status, shown.err) == (3, "The time allowed did not suffice for this question.\n")


def test_a_scenario_without_a_plan_tells_its_conflicts(tmp_path: Path) -> None:
    write_county(tmp_path, county_texts(columns=7))
    rules, districts_, towns = SEVEN_OF_TWO
    layer = f"{{posts: {rules}, districts: {districts_}, municipalities: {towns}}}"
    path = tmp_path / "none.yaml"
    path.write_text(f"name: N\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n", encoding="utf-8")
    shown = run("explore", "rank", path, "--lang", "en")
    assert (shown.status, shown.err) == (1, "")
    assert "these rules cannot hold together: exactly 6.0 FTE placed" in shown.text
    document = asked("all", path, status=1)
    assert document["status"] == "infeasible"
    assert {"rules", "detail"} == set(document["conflicts"][0])
    assert "plan" not in document


# -- stopping, and clusters -------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
def test_ctrl_c_stops_the_draws_and_tells_what_was_done(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pressed = threading.Event()

    def pressing(*arguments: Any, progress: Callable[[int, int], None], **options: Any) -> robustness.Robustness:
        def done(count: int, of: int) -> None:
            if not pressed.is_set():
                pressed.set()
                os.kill(os.getpid(), signal.SIGINT)
            progress(count, of)

        return robustness.robustness(*arguments, progress=done, **options)

    monkeypatch.setattr("exploring.questions.robustness.robustness", pressing)
    before = signal.getsignal(signal.SIGINT)
    file = tmp_path / "r.json"
    shown = run("explore", "robustness", small(SMALL), "--draws", 2000, "--workers", 1, "--json", file, "--lang", "en")
    assert shown.status == 0
    found = json.loads(file.read_text())
    assert 0 < found["size"] < found["asked"] == 2000
    assert shown.err == f"Stopped: what is told rests on {found['size']} of 2,000 draws.\n"
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("end", [KeyboardInterrupt(), Cancelled()])
def test_stopped_before_anything_was_done(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, end: BaseException
) -> None:
    def stopped(*_: object, cancel: Callable[[], bool], **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        assert cancel()
        raise end

    monkeypatch.setattr("exploring.questions.robustness.robustness", stopped)
    shown = run("explore", "robustness", small(SMALL), "--workers", 1, "--lang", "en")
    assert (shown.status, shown.out, shown.err) == (130, "", "Stopped.\n")


def test_a_time_limit_stops_the_draws_too(small: Callable[[str], Path]) -> None:
    found = asked("robustness", small(SMALL), "--draws", 100000, "--workers", 1, "--time-limit", "8")
    assert 0 < found["size"] < found["asked"] == 100000


def test_a_cluster_that_is_not_there_is_told_before_anything_is_computed(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("command.solving.solve", never)
    shown = run("explore", "all", small(SMALL), "--scheduler", "tcp://127.0.0.1:9", "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    assert shown.err.startswith("--scheduler: ")
    assert shown.err.count("\n") == 1


# -- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["alternatives", "--count", "0"], ["--count: “0” is out of range: a whole number from 1 to 1000"]),
        (["alternatives", "--count", "viele"], ["--count: “viele” is not a number"]),
        (["alternatives", "--count", "1.000"], ["--count: “1.000” can be read in two ways: write 1000"]),
        (["alternatives", "--within-coverage", "101"], ["--within-coverage: “101” is out of range"]),
        (
            ["alternatives", "--within-hours", "nan", "--layer", "2"],
            ["--within-hours: “nan” is not a number", "--layer: there is no layer 2: a number from 1 to 1"],
        ),
        (["frontier", "--layer", "0"], ["--layer: there is no layer 0: a number from 1 to 1"]),
        (["frontier", "--layer", "1,5"], ["--layer: “1.5” is not a whole number"]),
        (["posts", "--from", "5", "--to", "3"], ["--to: “3” ends below its beginning: at least 5, as in --from"]),
        (["posts", "--step", "0,3"], ["--step: 0.3 FTE is not a multiple of the step 0.5 FTE: 0 or 0.5"]),
        (
            ["posts", "--to", "500", "--step", "1/2"],
            ["--step: from 1 to 500 that are 999 numbers of posts"],
        ),
        (["posts", "--from", "0"], ["--from: “0” is out of range: a number above 0 FTE, up to 500 FTE"]),
        (
            ["robustness", "--existing", "1", "--visits", "0..4", "--drives", "2..1", "--coordination", "1..50"],
            [
                "--existing: “1” is not a range: two figures, the lower one first, such as 0.5..1.5; or keep",
                "--coordination: “50” is out of range: a number from 0 h to 39 h",
                "--visits: “0” is out of range: a number above 0 h, up to 60 h",
                "--drives: “2..1” ends below its beginning: the lower figure first: 1..2",
            ],
        ),
        (
            ["robustness", "--draws", "0", "--seed", "x", "--workers", "0", "--each-key", "120"],
            [
                "--draws: “0” is out of range",
                "--seed: “x” is not a number",
                "--workers: “0” is out of range",
                "--each-key: “120” is out of range: a number from 0 to 100",
            ],
        ),
        (
            ["robustness", "--key-of", "Bestatt=5", "--key-of", "Adorf", "--existing-of", "Adorf=1.234"],
            [
                "--key-of: there is no municipality “Bestatt” in this county: did you mean “Bestadt”? Allowed: Adorf",
                "--key-of: “Adorf” is not a municipality with a figure: name or key, =, and per cent, such as Adorf=20",
                "--existing-of: “1.234” can be read in two ways",
            ],
        ),
        (
            ["robustness", "--key-of", "Adorf=5", "--key-of", "5999004=6"],
            ["--key-of: the municipality “5999004” stands twice: each municipality once"],
        ),
        (
            ["robustness", "--workers", "2", "--scheduler", "tcp://a:1"],
            ["--workers: it cannot be stated together with --scheduler: one of the two"],
        ),
        (
            ["staffing", "--hours-per-1000", "0", "--presence", "x", "--cases-per-post", "5"],
            [
                "--hours-per-1000: “0” is out of range",
                "--cases-per-post: it needs cases: together with --cases-per-1000",
                "--presence: “x” is not a number",
            ],
        ),
        (
            ["absence", "--leave", "53", "--sick", "x"],
            ["--leave: “53” is out of range", "--sick: “x” is not a number"],
        ),
        (
            ["staffing", "--cases-per-1000", "5", "--hours-per-case", "2", "--cases-per-post", "3"],
            ["--cases-per-1000: how much work a case is must be stated once"],
        ),
        (["staffing", "--cases-per-1000", "5", "--hours-per-1000", "2"], ["--cases-per-1000: it cannot be stated"]),
        (
            ["growth", "--steps", "4,2.3,x", "--dates", "2027,2026-01", "--loss", "120"],
            [
                "--loss: “120” is out of range: a number from 0 to 100",
                "--steps: 2.3 FTE is not a multiple of the step 0.5 FTE",
                "--steps: “x” is not a number",
                "--dates: “2027” is not a month: a year and a month, such as 2027-04",
                "--dates: 2 months for 3 steps: a month for each of --steps",
                "--steps: they do not rise: each more than the one before",
            ],
        ),
        (["growth", "--steps", "4"], ["--steps: 1 step: 2 to 12"]),
        (["why", "Nirgends"], ["MUNICIPALITY: there is no municipality “Nirgends” in this county: "]),
        (["why", "Adorf", "--with", "5999004"], ["--with: this is the same municipality: another municipality"]),
        (["municipality", "--town", "Nirgends"], ["--town: there is no municipality “Nirgends” in this county: "]),
        (["rank", "--mark", "nowhere", "--mark", "modell-1-zentral"], ["nowhere: ", "--mark: the scenario modell-1"]),
        (["rank", "--plan", "nowhere.csv"], ["nowhere.csv: the file does not exist"]),
    ],
)
def test_bad_input_is_told_all_at_once(small: Callable[[str], Path], arguments: list[str], lines: list[str]) -> None:
    question, *options = arguments
    shown = run("explore", question, small(SMALL), *options, "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    assert len(shown.err.splitlines()) == len(lines), shown.err
    for line, expected in zip(shown.err.splitlines(), lines, strict=True):
        assert line.startswith(expected), line


def test_faults_of_the_scenario_and_of_options_are_told_together(small: Callable[[str], Path]) -> None:
    shown = run("explore", "alternatives", small(SMALL.replace("awo", "avo")), "--count", "x", "--lang", "en")
    assert shown.status == 2
    assert ["no employer “avo”" in line for line in shown.err.splitlines()] == [True, False]


def test_an_answer_that_cannot_be_written_is_shown(small: Callable[[str], Path], tmp_path: Path) -> None:
    shown = run("explore", "prices", small(SMALL), "--json", tmp_path / "no" / "a.json", "--lang", "en")
    assert shown.status == 2
    assert translate(ASKED[Question.PRICES], "en") in shown.out
    assert "the file cannot be written" in shown.err


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(tmp_path: Path, name: str) -> None:
    texts = county_texts(columns=3)
    folder = write_county(tmp_path, texts)
    cell = '"' + name.replace('"', '""') + '"'
    (folder / "municipalities.csv").write_text(texts["municipalities.csv"].replace("Adorf", cell), encoding="utf-8")
    path = tmp_path / "h.yaml"
    path.write_text(
        f"name: {json.dumps(name)}\ncounty: county\nkey: {{population: 1}}\n"
        "layers: [{posts: {total: 3}, districts: {minimum: 1}}]\n",
        encoding="utf-8",
    )
    for question, *more in (["why", name], ["alternatives", "--within-coverage", "50"], ["rank"]):
        shown = run("explore", question, path, *more)
        assert (shown.status, shown.err) == (0, "")
        assert name in shown.out
    assert asked("rank", path)["scenario"] == name
    unknown = run("explore", "why", path, name + "?", "--with", "\x1b[31mBestadt\n")
    assert unknown.status == 2
    assert "\x1b" not in unknown.err
    assert unknown.err.count("\n") == 2


# -- papers of record -------------------------------------------------------------------------------------------------


def test_every_key_of_an_answer_is_described(small: Callable[[str], Path]) -> None:
    text = (ROOT / "docs" / "dateien.md").read_text(encoding="utf-8")
    described = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", text))))
    document = asked("all", small(SMALL), "--draws", 1, "--workers", 1)
    others = (("why", "Adorf"), ("key",), ("municipality",), ("services", "--draws", 1, "--workers", 1))
    agreed = asked("agreements", small(SMALL + "agreements: [{who: Adorf, what: room}]\n"))
    found = set(keys_of([document, agreed, *(asked(name, small(SMALL), *more) for name, *more in others)]))
    assert found - described == set()


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_of(inner)


def test_the_papers_get_the_answers_only_where_they_are_wanted(
    small: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[Exploration, ...]] = []

    def noted(*_: object, exploration: tuple[Exploration, ...] = (), **__: object) -> dict[str, bytes]:
        given.append(exploration)
        return {}

    monkeypatch.setattr("command.report.papers", noted)
    one = small(SMALL)
    two = small(SMALL.replace("Probe", "Andere").replace("maximum: 3", "maximum: 4"), "two.yaml")
    assert run("report", one, two, "--out", tmp_path).status == 0
    assert run("report", one, two, "--out", tmp_path, "--why", "--draws", "0", "--proposed", "2").status == 0
    assert given[0] == ()
    (found,) = given[1]
    assert (found.about.loaded.scenario.name, found.about.layer) == ("Andere", 0)
    assert set(found.answers) == set(EXACT)
    assert [mark.name for mark in found.answers[Question.RANK].marks] == ["Andere", "Probe"]
    assert found.about.plan == replace(plan_of(two), problem=found.about.plan.problem)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--draws", "5"], "--draws: there are no draws without --why: add --why, or leave the option out"),
        (["--why", "--draws", "-5"], "--draws: “-5” is out of range: "),
        (["--why", "--draws", "1e9"], "--draws: “1e9” is out of range: a whole number from 0 to 100000"),
    ],
)
def test_draws_of_the_papers_are_checked(small: Callable[[str], Path], options: list[str], line: str) -> None:
    shown = run("report", small(SMALL), *options, "--lang", "en")
    assert shown.status == 2
    assert shown.err.splitlines()[-1].startswith(line)


def test_shares_are_written_as_the_language_does(small: Callable[[str], Path]) -> None:
    path = small(SMALL)
    for language in LANGUAGES:
        shown = run("explore", "alternatives", path, "--lang", language)
        assert translate(percent(plan_of(path).lowest_coverage), language) in shown.text


def test_counts_of_all_plans_by_exhaustion(small: Callable[[str], Path]) -> None:
    path = small(SMALL.replace("total: 4", "total: 5").replace("maximum: 3", "maximum: 4"))
    problem = problem_of(path)
    found = asked("rank", path)
    every = list(exhaustive.all_plans(problem, 0))
    assert found["plans"] == len(every)
    for bar in found["bars"]:
        inside = [plan for plan in every if bar["low"] * (1 - 1e-9) <= plan.lowest_coverage < bar["high"] * (1 - 1e-9)]
        assert bar["plans"] == len(inside)
