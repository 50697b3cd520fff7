"""The page “Why this plan?” without a browser: its figures are those of optimizer.explore, computed here again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import scenarios
from exploring.query import Means, Subject, subject_of
from exploring.question import Question, Topic, questions
from exploring.questions.posts import PostsQuery, PostsValue
from exploring.questions.rank import Ranked, RankQuery
from exploring.questions.robustness import DEFAULT, staff_ranges
from exploring.questions.why import WhyQuery
from exploring.unanswered import Unanswered
from optimizer.explore.alternatives import Alternatives, alternatives
from optimizer.explore.frontier import frontier
from optimizer.explore.prices import prices
from optimizer.explore.reasons import why_not
from optimizer.explore.robustness import Robustness, robustness
from optimizer.explore.sensitivity import Sensitivity, sensitivity
from optimizer.explore.situation import districts_of, given_rows
from optimizer.explore.uncertainty import Range, Uncertainty
from optimizer.plan import Plan, until
from optimizer.solve import solve
from optimizer.solver import SolverError
from scenarios.assemble import LoadedScenario, load_problem
from scenarios.drafts import Drafts
from scenarios.handmade import HandmadePlan, begun
from scenarios.handmade_problem import with_free_layer
from scenarios.library import library
from serving.processes import ProcessExpired, Work
from translation import Language, msg, number, percent, translate
from views.asking import asked as explore_asked
from views.asking import robustness as explore_robustness
from views.parts import waiting
from wording import sentences as wording
from wording.explore.alternatives import alternatives_told
from wording.explore.frontier import frontier_told
from wording.explore.posts import posts_told
from wording.explore.prices import prices_told
from wording.explore.rank import rank_told
from wording.explore.robustness import robustness_told
from wording.explore.sensitivity import sensitivity_told
from wording.explore.told import Told
from wording.explore.why import everybody_told, why_not_told, why_told
from wording.grid import GridTable

pytestmark = pytest.mark.usefixtures("own_data")

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "views" / "explore.py"
MODEL = "modell-1-zentral"
LANGUAGES: tuple[Language, ...] = ("en", "de")
ASCHEBERG, COESFELD, HAVIXBECK, LUEDINGHAUSEN, OLFEN = "05558004", "05558012", "05558020", "05558024", "05558036"
#: As few draws as can be, to be quick.
DRAWS = 20


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explore_robustness, "DRAWS", (DRAWS, 2 * DRAWS))


@pytest.fixture
def own_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Processes without an answer that was given before."""
    own = Work(processes=1)
    for module in (explore_asked, waiting):
        monkeypatch.setattr(module, "work", lambda: own)
    yield own
    own.close()


def _fine(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def _run(question: str | None = None, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    asked = {} if question is None else {"question": question}
    for name, value in {"language": "en", **asked, **parameters}.items():
        app.query_params[name] = value
    return _fine(app.run())


def _texts(app: AppTest) -> str:
    """All that the page says, without the marks that keep Markdown from reading it."""
    elements = [*app.markdown, *app.error, *app.warning, *app.info, *app.success, *app.caption, *app.title, *app.header]
    return "\n".join(element.value for element in elements).replace("\\", "")


def _alerts(app: AppTest) -> list[str]:
    return [alert.value.replace("\\", "") for alert in (*app.error, *app.warning, *app.info)]


def _keys(app: AppTest) -> set[str]:
    return {button.key or "" for button in app.button}


def _cells(table: Any) -> list[list[str]]:
    """The rows of a table that was drawn, its names first, as they read."""
    frame = table.value
    rows = zip(frame.index, frame.to_numpy(), strict=True)
    return [[_read(cell) for cell in (name, *row)] for name, row in rows]


def _read(text: str) -> str:
    """A cell without its marks, its words and colours."""
    plain = text.replace("\\", "").replace("\u00a0", " ")
    return re.sub(r":(?:green|red)\[(.*?)\]", r"\1", plain).replace("*", "").split("  \n")[0]


def _expected(table: GridTable, language: Language) -> list[list[str]]:
    return [[translate(cell.value, language).replace("\u00a0", " ") for cell in row.cells] for row in table.rows]


def _says(app: AppTest, told: Told, language: Language, *tables: int) -> None:
    """The page says all of an answer and draws the tables with these numbers."""
    texts = _texts(app)
    for text in (*told.answer, told.proof):
        assert translate(text, language) in texts
    drawn = [_cells(table) for table in app.table]
    for number_ in tables:
        assert _expected(told.tables[number_], language) in drawn
    assert not app.error


# -- what the page has to say, computed here --------------------------------------------------------------------------


@cache
def _solved(stem: str = MODEL) -> tuple[LoadedScenario, Plan]:
    loaded = load_problem(scenarios.SCENARIOS / f"{stem}.yaml", solve=lambda _: [])
    plan = solve(loaded.problem).plan
    assert plan is not None
    return loaded, plan


@cache
def _alternatives(stem: str = MODEL, layer: int = 0, count: int = 10) -> Alternatives:
    return alternatives(with_free_layer(_solved(stem)[0], layer).problem, layer=layer, count=count)


@cache
def _ranked(stem: str, *others: str) -> Ranked:
    loaded, plan = _solved(stem)
    query = RankQuery(tuple((_solved(one)[0].scenario.name, _solved(one)[1]) for one in others))
    return query.find(subject_of(loaded, plan, 0), Means())


def _drawn(uncertainty: Uncertainty = DEFAULT, draws: int = DRAWS, seed: int = 1) -> Robustness:
    loaded, plan = _solved()
    rows, drawn = given_rows(plan, 0), replace(uncertainty, services=staff_ranges(loaded))
    with ThreadPoolExecutor(1) as executor:
        return robustness(loaded.problem, drawn, plan=rows, draws=draws, seed=seed, executor=executor)


@cache
def _posts() -> PostsValue:
    return PostsQuery().find(Subject(*_solved(), 0), Means())


@cache
def _sensitivity() -> tuple[Sensitivity, ...]:
    with ThreadPoolExecutor(1) as executor:
        return sensitivity(_solved()[0].problem, executor=executor)


@cache
def _reasons() -> Mapping[str, Any]:
    return WhyQuery().find(Subject(*_solved(), 0), Means()).by_town


# -- every question ---------------------------------------------------------------------------------------------------


def test_page_begins_with_alternatives_and_offers_every_question() -> None:
    app = _run()
    control = app.segmented_control(key="question")
    assert control.value == Question.ALTERNATIVES
    assert len(control.options) == len(questions(Topic.PLAN))
    assert "question" not in app.query_params
    assert "Are there other good plans?" in app.header[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_alternatives(language: Language) -> None:
    loaded, plan = _solved()
    found = _alternatives()
    app = _run("alternatives", language=language)
    _says(app, alternatives_told(Subject(loaded, plan, 0), found), language, 0)
    shown_ = app.selectbox(key="shown")
    assert shown_.value == 0
    assert len(shown_.options) == len(found.items) + 1
    for label, one in zip(shown_.options[1:], found.items, strict=True):
        assert translate(percent(one.plan.lowest_coverage), language) in label
        assert translate(number(one.plan.shortfall_hours, 1, "h"), language) in label
    assert len(app.get("vega_lite_chart")) == 1
    # The fills of the map are a figure of this page: there is no other colour to choose.
    assert not [box for box in app.selectbox if box.key == "colour"]


def test_number_of_alternatives_is_chosen() -> None:
    app = _run("alternatives")
    app.selectbox(key="explore count").set_value(5).run()
    loaded, plan = _solved()
    _says(_fine(app), alternatives_told(Subject(loaded, plan, 0), _alternatives(count=5)), "en", 0)
    assert len(app.selectbox(key="shown").options) == 6


def test_alternative_on_the_map_says_what_it_changes() -> None:
    found = _alternatives()
    second = found.items[1]
    app = _run("alternatives", shown="2")
    texts = _texts(app)
    county = _solved()[0].county
    assert second.moved
    assert all(county.name_of(ags) in texts for ags in second.moved)
    assert f"**{translate(number(second.plan.shortfall_hours, 1, 'h'), 'en')}**" in texts
    more = round(second.plan.shortfall_hours, 1) - round(found.items[0].plan.shortfall_hours, 1)
    assert f"+{translate(number(more, 1, 'h'), 'en')} :red[▼ worse]" in texts
    assert app.selectbox(key="colour").value == "district"
    assert "explore open whatif" in _keys(app)
    # The first is the plan itself.
    app = _run("alternatives", shown="1")
    assert "This is the plan asked about." in _texts(app)
    assert "explore open whatif" not in _keys(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_rank(language: Language) -> None:
    loaded, plan = _solved()
    found = _ranked(MODEL, "modell-2-wohlfahrt", "modell-3-kommunen")
    app = _run("rank", language=language)
    _says(app, rank_told(Subject(loaded, plan, 0), found), language, 0)
    assert translate(number(found.rank.plans), language) in _texts(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_plan_of_2023_is_marked_among_those_of_the_free_scenario() -> None:
    loaded, plan = _solved("kommunen-frei")
    found = _ranked("kommunen-frei", "kommunen-2023")
    assert len(found.marks) == 2
    app = _run("rank", scenario="kommunen-frei")
    _says(app, rank_told(Subject(loaded, plan, 0), found), "en", 0)
    rows = _cells(app.table[0])
    assert rows[1][1] == _solved("kommunen-2023")[0].scenario.name
    assert rows[1][2] == translate(percent(until(_solved("kommunen-2023")[1], 0).lowest_coverage), "en")
    assert "All figures are those after this layer" in _texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_frontier(language: Language) -> None:
    loaded, plan = _solved()
    found = frontier(loaded.problem)
    told = frontier_told(Subject(loaded, plan, 0), found)
    app = _run("frontier", language=language)
    _says(app, told, language, 0)
    points = app.selectbox(key="shown")
    assert points.value == len(found.shortfall) - 1
    assert translate(number(found.shortfall[-1].hours, 1, "h"), language) in points.options[-1]
    # Here the most even plan is the plan itself, and is said to be.
    assert districts_of(found.shortfall[-1].plan, 0) == districts_of(plan, 0)
    assert translate(msg("This is the plan asked about."), language) in _texts(app)
    assert "explore open whatif" not in _keys(app)
    control = next(one for one in app.segmented_control if one.key == "explore travel")
    control.set_value(True).run()
    _says(_fine(app), told, language, 1)
    assert len(app.selectbox(key="shown").options) == len(found.travel)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_prices(language: Language) -> None:
    loaded, plan = _solved()
    found = prices(loaded.problem)
    app = _run("prices", language=language)
    _says(app, prices_told(Subject(loaded, plan, 0), found), language, 0)
    # Shown first is a plan that a rule stands in the way of.
    priced = [price for price in found.items if price.plan is not None]
    assert priced[app.selectbox(key="shown").value].binds


@pytest.mark.parametrize("language", LANGUAGES)
def test_posts(language: Language) -> None:
    loaded, plan = _solved()
    found = _posts()
    told = posts_told(Subject(loaded, plan, 0), found)
    app = _run("posts", language=language)
    _says(app, told, language, 0, 1)
    possible = [posts for posts in found.posts if posts.plan is not None]
    options = app.selectbox(key="shown").options
    assert len(options) == len(possible)
    assert all(
        translate(wording.fte(posts.total), language) in option for posts, option in zip(possible, options, strict=True)
    )
    # The next more than planned.
    at = app.selectbox(key="shown").value
    assert possible[at - 1].total == Fraction(6) < possible[at].total
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_robustness(language: Language) -> None:
    loaded, plan = _solved()
    found = _drawn()
    app = _run("robustness", language=language)
    _says(app, robustness_told(Subject(loaded, plan, 0), found), language, 0, 1)
    assert app.selectbox(key="shown").value == 0
    assert len(app.get("vega_lite_chart")) == 1
    assert not app.info


def test_steadiest_plan_and_best_districts_are_on_the_map() -> None:
    found = _drawn()
    app = _run("robustness", shown="1")
    assert found.steadiest.plan != found.plan.plan
    assert "explore open whatif" in _keys(app)
    assert 2 < len(app.selectbox(key="shown").options) <= explore_robustness._MOST_SHOWN + 1
    app = _fine(app.selectbox(key="shown").set_value(2).run())
    assert "explore open whatif" in _keys(app)


def test_number_of_draws_and_seed_are_chosen() -> None:
    loaded, plan = _solved()
    app = _run("robustness")
    app.number_input(key="explore seed").set_value(7).run()
    app.selectbox(key="explore draws").set_value(2 * DRAWS).run()
    found = _drawn(draws=2 * DRAWS, seed=7)
    _says(_fine(app), robustness_told(Subject(loaded, plan, 0), found), "en", 0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sensitivity(language: Language) -> None:
    loaded, plan = _solved()
    found = _sensitivity()
    app = _run("sensitivity", language=language)
    _says(app, sensitivity_told(Subject(loaded, plan, 0), found), language, 0)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_why(language: Language) -> None:
    loaded, plan = _solved()
    app = _run("why", language=language)
    _says(app, everybody_told(Subject(loaded, plan, 0), _reasons()), language, 0)
    app = _fine(app.selectbox(key="municipality").set_value(HAVIXBECK).run())
    assert app.query_params["municipality"] == HAVIXBECK
    _says(app, why_told(Subject(loaded, plan, 0), _reasons()[HAVIXBECK], HAVIXBECK), language)
    app = _fine(app.selectbox(key=f"explore other {HAVIXBECK}").set_value(OLFEN).run())
    reason = why_not(loaded.problem, plan, HAVIXBECK, OLFEN)
    _says(app, why_not_told(Subject(loaded, plan, 0), reason, HAVIXBECK, OLFEN), language)


# -- the address ------------------------------------------------------------------------------------------------------


def test_question_scenario_layer_and_what_is_shown_stand_in_the_address() -> None:
    app = _run()
    app.selectbox(key="scenario").set_value("kommunen-2023").run()
    app.segmented_control(key="layer").set_value(1).run()
    app.segmented_control(key="question").set_value(Question.FRONTIER).run()
    app.selectbox(key="shown").set_value(0).run()
    _fine(app)
    kept = {name: app.query_params[name] for name in ("scenario", "layer", "question", "shown")}
    assert kept == {"scenario": "kommunen-2023", "layer": "1", "question": "frontier", "shown": "0"}
    again = _run(**kept)
    assert again.segmented_control(key="layer").value == 1
    assert again.segmented_control(key="question").value == "frontier"
    assert again.selectbox(key="shown").value == 0
    assert _texts(again) == _texts(app)
    # What was shown belongs to the question before.
    app = _fine(again.segmented_control(key="question").set_value(Question.ALTERNATIVES).run())
    assert "shown" not in app.query_params


HOSTILE = ("", "-1", "999", "1.5", "x" * 5000, "<script>alert(1)</script>", "\x00", "rank,why", "%", "${alert(1)}")


@pytest.mark.parametrize("wrong", HOSTILE)
def test_unknown_values_in_the_address_do_no_harm(wrong: str) -> None:
    app = _run(question=wrong, shown=wrong, layer=wrong, municipality=wrong, colour=wrong, scenario="kommunen-2023")
    assert app.segmented_control(key="question").value == Question.ALTERNATIVES
    assert app.selectbox(key="shown").value == 0
    assert app.segmented_control(key="layer").value == 0
    assert not app.error
    assert "<script" not in _texts(app)
    app = _run("why", municipality=wrong)
    assert app.selectbox(key="municipality").value == ""
    assert not app.error


def test_unknown_scenario_is_named() -> None:
    app = _run("rank", scenario="<b>nowhere</b>")
    assert "There is no scenario" in app.warning[0].value
    assert app.table


# -- other scenarios --------------------------------------------------------------------------------------------------


def test_scenario_without_a_plan_shows_its_conflicts() -> None:
    folder = library().scenarios_folder
    folder.mkdir(parents=True)
    text = (scenarios.SCENARIOS / f"{MODEL}.yaml").read_text("utf-8")
    (folder / "eng.yaml").write_text(text.replace("max_drive_minutes: 40", "max_drive_minutes: 1"), "utf-8")
    for question in ("alternatives", "robustness"):
        app = _run(question, scenario="saved/eng")
        assert "There is no plan that keeps all rules" in app.error[0].value
        assert "it would work with" in _texts(app)
        assert not app.header
        assert not app.get("vega_lite_chart")


def test_broken_scenario_shows_its_faults() -> None:
    folder = library().scenarios_folder
    folder.mkdir(parents=True)
    (folder / "kaputt.yaml").write_text("name: Kaputt\nlayers:\n  - posts: {totl: 6}\n", "utf-8")
    assert "kaputt.yaml:3" in _texts(_run(scenario="saved/kaputt"))


def test_given_layer_says_that_it_is_given() -> None:
    loaded, plan = _solved("kommunen-2023")
    free = with_free_layer(loaded, 0)
    rules = free.problem.layers[0]
    app = _run("alternatives", scenario="kommunen-2023")
    told = "This layer is given."
    given = next(caption.value for caption in app.caption if told in caption.value)
    for figure in (rules.districts_minimum, rules.districts_maximum, wording.stated(rules.max_drive_minutes or 0.0)):
        assert translate(figure, "en") in given
    _says(app, alternatives_told(Subject(free, plan, 0), _alternatives("kommunen-2023")), "en", 0)
    assert "explore open whatif" in _keys(_run("alternatives", scenario="kommunen-2023", shown="1"))
    assert told not in _texts(_run("alternatives", scenario="kommunen-2023", layer="1"))
    assert told not in _texts(_run("alternatives"))


@pytest.mark.parametrize("layer", ["0", "1"])
@pytest.mark.parametrize("question", [question.value for question in questions(Topic.PLAN)])
def test_every_question_of_a_scenario_with_a_given_layer(question: str, layer: str) -> None:
    app = _run(question, scenario="kommunen-2023", layer=layer)
    assert not app.error
    assert not app.warning
    assert app.table


# -- working on -------------------------------------------------------------------------------------------------------


def _app(question: str, **parameters: str) -> AppTest:
    """The whole application at this page, so that it may go on to another."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in {"language": "en", "question": question, **parameters}.items():
        app.query_params[name] = value
    _fine(app.run())
    return _fine(app.switch_page("views/explore.py").run())


def _towns(app: AppTest) -> set[frozenset[str]]:
    """The districts on the page “What if”."""
    found = (frozenset(box.value) for box in app.multiselect if re.fullmatch(r"what-if 0 \d+ towns.*", box.key or ""))
    return {district for district in found if district}


def test_alternative_is_opened_to_be_worked_on_and_undone() -> None:
    stem = "modell-2-wohlfahrt"
    _, plan = _solved(stem)
    second = _alternatives(stem).items[1].plan
    app = _app("alternatives", scenario=stem, shown="2")
    app = _fine(app.button(key="explore open whatif").click().run())
    assert "What if" in app.title[0].value
    draft = Drafts(library().drafts_folder).read(app.query_params["plan"], "plan")
    assert draft is not None
    assert draft.base == stem
    assert draft.can_undo
    assert _towns(app) == {frozenset(towns) for towns in districts_of(second, 0)}
    # To AppTest it is still the page before.
    app = _fine(app.switch_page("views/whatif.py").run())
    undo = next(button for button in app.button if (button.key or "").startswith("what-if undo"))
    app = _fine(undo.click().run())
    assert _towns(app) == {frozenset(towns) for towns in districts_of(plan, 0)}


def test_plan_worked_on_before_is_put_aside_for_an_alternative() -> None:
    app = _app("alternatives", shown="2")
    app = _fine(app.button(key="explore open whatif").click().run())
    first = app.query_params["plan"]
    app = _fine(app.switch_page("views/explore.py").run())
    app = _fine(app.selectbox(key="shown").set_value(3).run())
    app = _fine(app.button(key="explore open whatif").click().run())
    assert app.query_params["plan"] != first
    third = _alternatives().items[2].plan
    assert _towns(app) == {frozenset(towns) for towns in districts_of(third, 0)}
    assert Drafts(library().drafts_folder).read(first, "plan") is not None


def test_other_posts_are_opened_as_rules_with_that_number() -> None:
    app = _app("posts")
    label = app.selectbox(key="shown").options[app.selectbox(key="shown").value]
    possible = [posts.total for posts in _posts().posts if posts.plan is not None]
    more = next(total for total in possible if total > 6)
    assert translate(wording.fte(more), "en") in label
    app = _fine(app.button(key="explore open rules").click().run())
    assert app.title[0].value.startswith("Scenario")
    draft = Drafts(library().drafts_folder).read(app.query_params["rules"], "rules")
    assert draft is not None
    assert draft.base == MODEL
    assert Fraction(draft.state["layers"][0]["posts"]["total"]) == more
    assert Fraction(draft.states[0]["layers"][0]["posts"]["total"]) == 6
    # The scenario's own number is no other scenario, and nothing to be worked on.
    app = _app("posts", shown=str(possible.index(Fraction(6))))
    assert not {"explore open rules", "explore open whatif"} & _keys(app)


def _handmade(app: AppTest, towns: list[str]) -> AppTest:
    """In “What if”: these municipalities are pinned where they are."""
    app = _fine(app.switch_page("views/whatif.py").run())
    pins = [box for box in app.multiselect if "pin" in (box.key or "")]
    assert len(pins) == 1, [box.key for box in app.multiselect]
    return _fine(pins[0].set_value(towns).run())


def test_pins_of_a_plan_made_by_hand_count_as_rules_when_switched_on() -> None:
    app = _app("prices")
    without = [_cells(table) for table in app.table]
    assert not [toggle for toggle in app.toggle if toggle.key == "explore pins"]
    app = _handmade(app, [ASCHEBERG, COESFELD])
    app = _fine(app.switch_page("views/explore.py").run())
    assert [_cells(table) for table in app.table] == without
    app = _fine(app.toggle(key="explore pins").set_value(True).run())
    rows = _cells(app.table[0])
    assert len(rows) > len(without[0])
    assert not app.error
    app = _fine(app.toggle(key="explore pins").set_value(False).run())
    assert [_cells(table) for table in app.table] == without


def _draft(change: Callable[[HandmadePlan], HandmadePlan]) -> str:
    """A plan made by hand out of that of the first model; its id."""
    loaded, plan = _solved(MODEL)
    fresh = begun(loaded.scenario, plan)
    drafts = Drafts(library().drafts_folder)
    draft = drafts.begin("plan", MODEL, None, fresh.data())
    drafts.write(draft.changed(change(fresh).data()))
    return draft.id


def _team(employer: str, fte: Fraction) -> Callable[[HandmadePlan], HandmadePlan]:
    def changed(plan: HandmadePlan) -> HandmadePlan:
        layer = plan.layers[0].sized(1, fte).employed(1, employer)
        return plan.with_layer(0, layer.team_pinned(1, layer.district(1).municipalities[0]))

    return changed


def test_pinned_team_of_an_employer_that_the_scenario_has_not() -> None:
    app = _run("prices", plan=_draft(_team("awo", Fraction(1))))
    app = _fine(app.toggle(key="explore pins").set_value(True).run())
    assert not app.error
    assert any("as pinned (AWO" in row[0] for row in _cells(app.table[0]))


def test_pinned_team_that_no_layer_can_have_is_told() -> None:
    app = _run("prices", plan=_draft(_team("ki", Fraction(7))))
    assert not [toggle for toggle in app.toggle if toggle.key == "explore pins"]
    assert "A pinned team has more posts than the whole layer." in [info.value for info in app.info]
    assert app.table


def test_plan_made_by_hand_that_no_longer_fits_its_scenario_does_no_harm() -> None:
    id = _draft(lambda plan: plan.model_copy(update={"start": plan.start * 2, "layers": plan.layers * 2}))
    for question in ("prices", "rank"):
        app = _run(question, plan=id)
        assert not app.error
        assert app.table


def test_plan_made_by_hand_is_marked_among_all() -> None:
    app = _app("alternatives", shown="2")
    app = _fine(app.button(key="explore open whatif").click().run())
    app = _fine(app.switch_page("views/explore.py").run())
    app = _fine(app.segmented_control(key="question").set_value(Question.RANK).run())
    rows = _cells(app.table[0])
    assert rows[-1][1] == "plan made by hand"
    assert rows[-1][2] == translate(percent(_alternatives().items[1].plan.lowest_coverage), "en")


# -- ranges -----------------------------------------------------------------------------------------------------------


def _submit(app: AppTest, **texts: str) -> AppTest:
    for name, text in texts.items():
        app.text_input(key=f"explore range {name.replace('__', ' ')}").set_value(text)
    button = next(one for one in app.button if "FormSubmitter" in (one.key or ""))
    return _fine(button.click().run())


@pytest.mark.parametrize("language", LANGUAGES)
def test_fields_begin_with_the_usual_ranges(language: Language) -> None:
    app = _run("robustness", language=language)
    texts = {one.key: one.value for one in app.text_input if (one.key or "").startswith("explore range")}
    assert texts["explore range existing low"] == "50"
    assert texts["explore range existing high"] == "150"
    assert texts["explore range coordination_hours high"] == "3"
    assert texts["explore range each_weight"] == "10"
    app = _submit(app)
    loaded, plan = _solved()
    _says(app, robustness_told(Subject(loaded, plan, 0), _drawn()), language, 0, 1)


@pytest.mark.parametrize("text", ["2,5", "2.5", " 2,5 h"])
def test_decimals_with_point_and_comma(text: str) -> None:
    loaded, plan = _solved()
    uncertainty = Uncertainty(**{**_fields(DEFAULT), "coordination_hours": Range(1.0, 2.5)})
    app = _submit(_run("robustness"), coordination_hours__high=text)
    _says(app, robustness_told(Subject(loaded, plan, 0), _drawn(uncertainty)), "en", 0, 1)
    assert app.text_input(key="explore range coordination_hours high").value == text


def _fields(uncertainty: Uncertainty) -> dict[str, Any]:
    return {name: getattr(uncertainty, name) for name in Uncertainty.__dataclass_fields__}


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("coordination_hours high", "1.234", "“1.234” can be read in two ways"),
        ("existing low", "abc", "“abc” is not a number"),
        ("each_weight", "-1", "-1"),
        ("each_minutes", "101", "101 is out of range: a figure from 0 to 100"),
        ("block_hours low", "0", "0 is out of range: a figure from 0.25 to 60"),
        ("coordination_hours high", "61", "61 is out of range"),
        ("existing high", "1001", "1001 is out of range"),
        ("minutes low", "121", "121 is more than 120: write the lower figure first"),
        ("minutes low", "<script>alert(1)</script>", "is not a number"),
        ("minutes low", "nan", "“nan” is not a number"),
        ("minutes low", "1e2", "“1e2” is not a number"),
        ("minutes high", "", "is not a number"),
        ("each_existing", "12 %%", "is not a number"),
        ("each_existing", "9" * 400, "is too large"),
    ],
)
def test_what_is_wrong_in_a_range_is_named_and_nothing_drawn(field: str, text: str, named: str) -> None:
    app = _run("robustness")
    assert app.table
    app = _submit(app, **{field.replace(" ", "__"): text})
    assert named in _texts(app)
    assert "Nothing was drawn" in app.error[0].value
    assert not app.table
    assert not app.get("vega_lite_chart")
    assert "<script" not in "\n".join(element.value for element in app.markdown if "\\<" not in element.value)
    # What was typed is kept, also where the page is drawn anew.
    assert app.text_input(key=f"explore range {field}").value == text
    app = _fine(app.run())
    assert app.text_input(key=f"explore range {field}").value == text
    assert named in _texts(app)


def test_all_faults_are_named_at_once_and_kept_on_another_question() -> None:
    app = _submit(_run("robustness"), existing__low="abc", minutes__high="1.234", each_weight="-1")
    texts = _texts(app)
    for named in ("existing advice, all", "drives, all", "need of each municipality"):
        assert any(named in line for line in texts.splitlines() if line.startswith("- "))
    app = _fine(app.segmented_control(key="question").set_value(Question.RANK).run())
    assert app.table
    app = _fine(app.segmented_control(key="question").set_value(Question.ROBUSTNESS).run())
    assert app.text_input(key="explore range existing low").value == "abc"
    assert "“abc” is not a number" in _texts(app)
    loaded, plan = _solved()
    app = _submit(app, existing__low="50", minutes__high="120", each_weight="10")
    _says(app, robustness_told(Subject(loaded, plan, 0), _drawn()), "en", 0, 1)


def test_empty_fields_leave_a_figure_as_it_is() -> None:
    loaded, plan = _solved()
    uncertainty = Uncertainty(**{**_fields(DEFAULT), "existing": None, "minutes": None, "each_minutes": 0.0})
    app = _submit(
        _run("robustness"), existing__low="", existing__high=" ", minutes__low="", minutes__high="", each_minutes=""
    )
    _says(app, robustness_told(Subject(loaded, plan, 0), _drawn(uncertainty)), "en", 0, 1)
    assert app.text_input(key="explore range existing low").value == ""


def _with_own(typed: dict[str, str]) -> AppTest:
    """The form alone after these percentages of single municipalities were typed: AppTest has no table to type into."""
    script = """
import streamlit as st
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from views.asking.ranges import chosen_uncertainty
from views.speech import Speech
loaded = load_problem(SCENARIOS / "modell-1-zentral.yaml", solve=lambda _: [])
found = chosen_uncertainty(loaded, Speech("en"))
st.text(repr(found))
"""
    app = AppTest.from_string(script, default_timeout=60)
    app.session_state["explore ranges"] = typed
    return _fine(app.run())


def test_percentages_of_single_municipalities() -> None:
    app = _with_own({f"weight_of {LUEDINGHAUSEN}": "12,5", f"existing_of {OLFEN}": "30 %"})
    own = {"weight_of": {LUEDINGHAUSEN: 0.125}, "existing_of": {OLFEN: 0.3}}
    assert app.text[0].value == repr(Uncertainty(**{**_fields(DEFAULT), **own}))
    assert "12,5" in app.dataframe[0].value.loc["Lüdinghausen"].tolist()
    app = _with_own({f"weight_of {LUEDINGHAUSEN}": "1.234", f"existing_of {OLFEN}": "<b>"})
    assert app.text[0].value == "None"
    texts = _texts(app)
    assert "Lüdinghausen: Need, ± per cent: “1.234” can be read in two ways" in texts
    assert "Olfen: Existing advice, ± per cent: “<b>” is not a number" in texts


def test_percentages_of_single_municipalities_are_drawn_with() -> None:
    app = AppTest.from_file(str(PAGE), default_timeout=120)
    app.query_params["language"], app.query_params["question"] = "en", "robustness"
    app.session_state["explore ranges"] = {f"weight_of {LUEDINGHAUSEN}": "40"}
    _fine(app.run())
    loaded, plan = _solved()
    uncertainty = Uncertainty(**{**_fields(DEFAULT), "weight_of": {LUEDINGHAUSEN: 0.4}})
    _says(app, robustness_told(Subject(loaded, plan, 0), _drawn(uncertainty)), "en", 0, 1)


# -- what may go wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["alternatives", "robustness", "why"])
def test_too_large_a_county_is_told(question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(question)
    whole = waiting.answer_of

    def answer_of(key: str, *rest: Any) -> Any:
        if key.startswith("explore"):
            return Unanswered.TOO_LARGE
        return whole(key, *rest)

    monkeypatch.setattr(waiting, "answer_of", answer_of)
    app = _run(question)
    assert translate(Unanswered.TOO_LARGE.text, "en") in _alerts(app)
    assert not app.table
    # To ask again would change nothing.
    assert not [key for key in _keys(app) if key.startswith("again")]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Unanswered.INFEASIBLE, "The rules leave no plan."),
        (Unanswered.STOPPED, "The computation was stopped."),
        (waiting.Stopped(""), "The computation was stopped."),
        (ProcessExpired("died"), "The solver failed. Please try again, or tell who looks after this planner."),
        (SolverError("died"), "The solver failed. Please try again, or tell who looks after this planner."),
        (RuntimeError(), None),
    ],
)
def test_other_outcomes_are_told_or_raised(
    reply: Unanswered | Exception, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = waiting.answer_of

    def answer_of(key: str, *rest: Any) -> Any:
        if key.startswith("explore"):
            if isinstance(reply, Exception):
                raise reply
            return reply
        return whole(key, *rest)

    monkeypatch.setattr(waiting, "answer_of", answer_of)
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    app.query_params["language"] = "en"
    app.run()
    if said is None:
        assert app.exception
    else:
        assert said in _alerts(_fine(app))


def test_no_time_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, own_work: Work) -> None:
    monkeypatch.setattr(explore_asked, "LIMIT", 0.001)
    app = _run("alternatives")
    assert "The time allowed did not suffice for this question." in _alerts(app)
    assert not app.table
    # It is not begun anew behind the planner's back, but where that is wanted.
    jobs = dict(own_work._jobs)
    app = _fine(app.run())
    assert own_work._jobs == jobs
    monkeypatch.setattr(explore_asked, "LIMIT", 60)
    again = next(button for button in app.button if (button.key or "").startswith("again"))
    app = _fine(again.click().run())
    loaded, plan = _solved()
    _says(app, alternatives_told(Subject(loaded, plan, 0), _alternatives()), "en", 0)


def test_stopped_draws_say_so_and_are_made_anew_when_wanted(monkeypatch: pytest.MonkeyPatch, own_work: Work) -> None:
    asked: list[int] = []

    def stopped(*arguments: Any, cancel: Callable[[], bool], **options: Any) -> Robustness:
        asked.append(1)
        # As if somebody stopped it after the first parts.
        parts = iter((False, False))

        def stop() -> bool:
            if next(parts, True):
                job.stop()
            return cancel()

        _until(lambda: any(key.startswith("explore robustness") for key in own_work._jobs))
        job = next(job for key, job in own_work._jobs.items() if key.startswith("explore robustness"))
        return robustness(*arguments, cancel=stop, **options)

    monkeypatch.setattr("exploring.questions.robustness.robustness", stopped)
    monkeypatch.setattr(waiting.Job, "wanted", _unwanted)
    monkeypatch.setattr(explore_robustness, "DRAWS", (5000,))
    app = _run("robustness")
    assert asked == [1]
    assert "Stopped early: shown is what was done until then." in _alerts(app)
    assert len(app.table) == 2
    draws = re.search(r"In [\d,]+ of ([\d,]+) draws", _texts(app))
    assert draws is not None
    assert 0 < int(draws[1].replace(",", "")) < 5000
    assert _fine(app.run()).table
    assert asked == [1]
    monkeypatch.setattr("exploring.questions.robustness.robustness", robustness)
    monkeypatch.setattr(explore_robustness, "DRAWS", (DRAWS,))
    again = next(button for button in app.button if (button.key or "").startswith("again"))
    _fine(again.click().run())
    left = [key for key in own_work._jobs if key.startswith("explore robustness") and "plans of" not in key]
    assert not any("5000" in key for key in left)


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def _unwanted(_job: waiting.Job) -> AbstractContextManager[None]:
    return nullcontext()


def test_papers_from_this_page_have_the_section_unless_it_is_taken_out() -> None:
    app = _run("rank", language="en")
    app.button(key="papers").click().run()
    assert not app.exception
    assert app.checkbox(key="papers why").value is True
