"""The page “Comparison” without a browser. How its maps move together is tested in tests/browser/."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from counties import write_county
from markdown import injected
from sorted_tables import column, sorted_tables
from streamlit.testing.v1 import AppTest

import scenarios
from scenarios.library import library
from views.comparing.choice import PRESETS
from views.parts import waiting

PAGE = Path(__file__).parents[2] / "views" / "compare.py"
MODELS = ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen")
HOSTILE = "<img src=x onerror=alert(1)> **x** [y](javascript:alert(1)) $a$ :red[z]"


@pytest.fixture(autouse=True)
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of saved scenarios, empty."""
    monkeypatch.setenv("KIM_DATA", str(tmp_path))
    folder = library().scenarios_folder
    folder.mkdir(parents=True)
    return folder


def _run(*ids: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(PAGE), default_timeout=60)
    if ids:
        parameters["compare"] = ",".join(ids)
    for name, value in {"language": "en", "open": "figures,towns,changes", **parameters}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _texts(app: AppTest) -> str:
    elements = [*app.markdown, *app.error, *app.warning, *app.info, *app.caption, *app.title, *app.header]
    folded = [part.label for part in app.expander]
    return "\n".join([*(element.value for element in elements), *folded]).replace("\\", "")


def _titles(app: AppTest) -> list[str]:
    return [title.value.replace("\\", "") for title in app.header if title.value.startswith("(")]


def _figures(app: AppTest) -> dict[str, list[str]]:
    """The cells of the table of figures, by row."""
    table = next(table.value for table in app.table if "What is known" in table.value.index)
    return {name.replace("\\", ""): [_plain(cell) for cell in table.loc[name]] for name in table.index}


def _plain(cell: str) -> str:
    return cell.replace("\\", "").replace("\u00a0", " ")


def _shipped(stem: str) -> str:
    return (scenarios.SCENARIOS / f"{stem}.yaml").read_text(encoding="utf-8")


def _named(text: str, name: str) -> str:
    return re.sub("^name: .*$", f"name: '{name}'", text, flags=re.MULTILINE)


# -- the choice -------------------------------------------------------------------------------------------------------


def test_three_models_are_there_at_first() -> None:
    app = _run()
    assert app.multiselect[0].value == list(MODELS)
    assert len(_titles(app)) == 3
    assert not app.error


@pytest.mark.parametrize("count", [2, 3, 4])
def test_as_many_columns_as_scenarios(count: int) -> None:
    ids = [*MODELS, "abruf-4-stellen"][:count]
    app = _run(*ids)
    assert [title[:3] for title in _titles(app)] == [f"({number})" for number in range(1, count + 1)]
    assert all(len(row) == count for row in _figures(app).values())


@pytest.mark.parametrize("position", range(len(PRESETS)))
def test_one_click_opens_a_comparison_and_stands_in_the_address(position: int) -> None:
    _, ids = PRESETS[position]
    app = _run("modell-1-zentral", "kommunen-2023")
    app.button(key=f"preset {position}").click().run()
    assert not app.exception
    assert app.query_params["compare"] == ",".join(ids)
    assert app.multiselect[0].value == list(ids)
    assert len(_titles(app)) == len(ids)


def test_choice_stands_in_the_address() -> None:
    app = _run(*MODELS)
    app.multiselect[0].set_value([MODELS[2], MODELS[0]]).run()
    assert app.query_params["compare"] == f"{MODELS[2]},{MODELS[0]}"
    assert _titles(app)[0] == "(1) Modell 3 – Anteile bei den Kommunen"


@pytest.mark.parametrize("ids", [[], [MODELS[0]]])
def test_fewer_than_two_are_asked_for(ids: list[str]) -> None:
    app = _run(*MODELS)
    app.multiselect[0].set_value(ids).run()
    assert not app.exception
    assert "Choose two scenarios" in app.info[0].value
    assert not app.table
    assert app.multiselect[0].value == ids


def test_fifth_is_named_and_not_shown() -> None:
    app = _run(*MODELS, "abruf-4-stellen", "kommunen-2023")
    assert "Not shown: Kommunen 2023" in _texts(app)
    assert len(_titles(app)) == 4


@pytest.mark.parametrize("id", ["modell-1", "../../etc/passwd", "<script>alert(1)</script>", "\x00", "a" * 9999, "%"])
def test_unknown_scenario_in_the_address_is_named(id: str) -> None:
    app = _run(MODELS[0], id, MODELS[1])
    assert "There is no scenario" in app.warning[0].value
    assert app.multiselect[0].value == list(MODELS[:2])


def test_scenario_named_twice_is_there_once() -> None:
    assert _run(MODELS[0], MODELS[0], MODELS[1]).multiselect[0].value == list(MODELS[:2])


def test_file_name_with_a_comma_can_be_compared(saved: Path) -> None:
    (saved / "a,b.yaml").write_text(_shipped(MODELS[0]), encoding="utf-8")
    app = _run(*MODELS)
    app.multiselect[0].set_value([MODELS[0], "saved/a,b"]).run()
    assert not app.warning
    assert app.multiselect[0].value == [MODELS[0], "saved/a,b"]


def test_folder_without_scenarios_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(scenarios, "SCENARIOS", empty)
    assert "There is no scenario file" in _texts(_run())


def test_preset_without_its_scenarios_is_not_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tmp_path / "few"
    few.mkdir()
    for stem in MODELS:
        shutil.copy(scenarios.SCENARIOS / f"{stem}.yaml", few)
    monkeypatch.setattr(scenarios, "SCENARIOS", few)
    keys = [button.key or "" for button in _run().button]
    assert [key for key in keys if key.startswith("preset")] == ["preset 0"]


def test_verdict_and_the_figures_that_decide_come_first_and_the_rest_is_folded() -> None:
    app = _run(*MODELS, open="")
    assert next(header.value.replace("\\", "") for header in app.header) == f"Ahead by the figures: {_titles(app)[0]}"
    texts = _texts(app)
    assert "(1) leaves the fewest hours missing: 20.1 per week, 6.1 less than (2), 7.1 less than (3)." in texts
    assert "**Against it:** (3) saves 4.9 hours on the road" in texts
    (table,) = (html.proto.body for html in app.get("html") if "<table" in html.proto.body)
    assert re.findall(r'<th scope="row">([^<]*)', table) == [
        *("hours per 1,000 people in the municipality served worst", "missing hours per week"),
        *("hours on the road per week", "posts at the KI"),
    ]
    assert '<b>26.2\u00a0h</b> <small class="kim-worse">+6.1\u00a0h ▼<span class="kim-unseen"> worse' in table
    assert table.count('class="kim-best"') == 5
    assert not app.table
    assert not app.dataframe
    labels = ["All figures", "Coverage by municipality", "Who changes district?", "What the scenarios stand for"]
    assert [part.label for part in app.expander] == labels


def test_maps_share_one_classing_and_show_the_borders_of_the_first() -> None:
    app = _run(*MODELS, colour="coverage", borders="1", open="")
    legends = [map.proto.json for map in app.get("bidi_component")]
    drawn = [re.findall(r"background:(#\w+)", legend) for legend in legends]
    assert len(drawn) == 3
    assert drawn[0] == drawn[1] == drawn[2]
    assert ["kimMap.over" in legend for legend in legends] == [False, True, True]
    assert ["kimMap.hatched" in legend for legend in legends] == [False, True, True]


# -- figures and tables -----------------------------------------------------------------------------------------------


def test_figures_have_difference_and_verdict() -> None:
    figures = _figures(_run(*MODELS))
    assert figures["lowest coverage"] == [
        "**91.6%**",
        "**89.0%**  \n−2.6 points :red[▼ worse]",
        "**89.4%**  \n−2.2 points :red[▼ worse]",
    ]
    assert figures["lowest hours per 1,000 people"] == [
        "**9.3 h**",
        "**9.0 h**  \n−0.3 h :red[▼ worse]",
        "**9.1 h**  \n−0.2 h :red[▼ worse]",
    ]
    assert figures["lost on the road h per week"][2] == "**1.2 h**  \n−4.9 h :green[▲ better]"
    # What is the same in all is told once.
    assert "posts (FTE)" not in figures
    assert "The same in all: posts (FTE): 6.0, lost through unevenness" in _texts(_run(*MODELS))
    assert figures["served worst"] == ["Coesfeld", "Dülmen", "Havixbeck"]


def test_what_becomes_of_districts_and_teams_is_told() -> None:
    texts = _texts(_run("modell-1-zentral", "modell-2-wohlfahrt"))
    assert re.search(r"Districts: 1 new \(6\)", texts)
    assert re.search(r"Teams: \d with another employer \(", texts)


def test_other_numbers_of_posts_are_measured_by_one_yardstick() -> None:
    app = _run("modell-1-zentral", "abruf-4-stellen")
    figures = _figures(app)
    assert "worse" in figures["shortfall h per week"][1]
    assert "worse" in figures["on site h per week"][1]
    assert "Yardstick: that of (1). Measured by 6.0 posts" in _texts(app)
    # Fewer posts alone lose less: that is no merit.
    assert figures["lost to coordination h per week"][1] == "**8.0 h**  \n−6.0 h"
    assert figures["lost through unevenness h per week"][1] == "–"


def test_other_existing_advice_is_not_judged_by_coverage(saved: Path) -> None:
    text = _shipped(MODELS[0]).replace("credit: 0.25", "credit: 0.5")
    (saved / "mehr.yaml").write_text(_named(text, "Mehr Beratung"), encoding="utf-8")
    app = _run(MODELS[0], "saved/mehr")
    figures = _figures(app)
    for name in ("lowest coverage", "lowest hours per 1,000 people", "shortfall h per week"):
        assert not re.search("better|worse", figures[name][1])
    assert "(2): existing advice counts otherwise than in (1)" in _texts(app)
    assert "existing advice counts otherwise" not in _texts(_run(*MODELS))


def test_german_writes_figures_in_german() -> None:
    app = _run(*MODELS, language="de")
    cells = [cell for table in app.table for cell in table.value.to_numpy().ravel()]
    assert any("91,6 %" in _plain(cell) for cell in cells)
    (chart,) = app.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert "%', ' %'" in json.dumps(spec, ensure_ascii=False)


def test_chart_and_table_have_every_municipality() -> None:
    app = _run(*MODELS)
    table = sorted_tables(app)[0]
    assert len(table) == 1 + 11
    assert table[0] == [
        *("Municipality", "(1)", "(2)", "Difference of (2)", "(3)", "Difference of (3)"),
        *("(1) h per 1,000", "(2) h per 1,000", "(3) h per 1,000"),
    ]
    assert max(float(cell.rstrip("%")) for cell in column(table, "(2)")) < 200
    assert len(app.get("vega_lite_chart")) == 1


def test_changes_of_district_are_told_and_marked() -> None:
    app = _run(*MODELS)
    texts = _texts(app)
    assert "2 municipalities change district against (1): Ascheberg, Nottuln (14.5% of the need)." in texts
    # Of a district that is divided one part stays, here Lüdinghausen.
    assert "6 municipalities change district against (1): Ascheberg, Billerbeck, Havixbeck, Nordkirchen, Olf" in texts
    table = app.table[-1].value
    assert table.loc["Nottuln"].iloc[1].endswith("  \n⇄ changes district")
    assert "⇄" not in table.loc["Senden"].iloc[1]
    assert table.loc["Olfen"].iloc[2].endswith("  \n⇄ changes district")
    assert "⇄" not in table.loc["Lüdinghausen"].iloc[2]


def test_layers_are_chosen_together() -> None:
    app = _run(*MODELS)
    layer = app.segmented_control(key="layer")
    layer.set_value(1).run()
    assert not app.exception
    assert app.query_params["layer"] == "1"
    captions = "\n".join(caption.value for caption in app.caption).replace("\\", "")
    assert (
        "Ergänzung durch das KI: 2.0 FTE · together the best (proven) (not on the map: Anteile der Kommunen: 4.0 FTE"
        in captions
    )
    assert "Case-Management: 6.0 FTE · best (proven)" in captions


def test_given_layer_is_not_called_best() -> None:
    captions = "\n".join(caption.value for caption in _run("kommunen-2023", MODELS[0]).caption).replace("\\", "")
    assert "Kommunale Stellen 2022/23: 6.0 FTE · given (not on the map: Stellen beim KI: 6.0 FTE · best (pr" in captions


def test_one_municipality_in_all_plans() -> None:
    app = _run(*MODELS)
    before = len(app.table)
    app.selectbox(key="municipality").set_value("05558016").run()
    assert app.query_params["municipality"] == "05558016"
    assert len(app.table) == before + 1
    table = app.table[0].value
    assert [cell.replace("\\", "") for cell in table.loc["Coverage"]] == ["92.4%", "89.0%", "92.4%"]
    assert list(table.loc["Hours per 1,000 people"].map(_plain)) == ["9.4 h", "9.0 h", "9.4 h"]


# -- what cannot be shown ---------------------------------------------------------------------------------------------


def test_scenario_without_a_plan_stands_beside_the_others(saved: Path) -> None:
    text = _shipped(MODELS[0]).replace("max_drive_minutes: 40", "max_drive_minutes: 1")
    (saved / "eng.yaml").write_text(_named(text, "Zu eng"), encoding="utf-8")
    app = _run("saved/eng", MODELS[0], MODELS[1])
    assert "There is no plan that keeps all rules" in app.error[0].value
    figures = _figures(app)
    assert figures["lowest coverage"][0] == "–"
    assert figures["What is known"][0] == "no plan possible"
    assert figures["lowest coverage"][1] == "**91.6%**"
    assert "worse" in figures["lowest coverage"][2]
    assert "Differences are those to (2)" in _texts(app)


def test_faulty_file_stands_beside_the_others(saved: Path) -> None:
    (saved / "kaputt.yaml").write_text("name: Kaputt\nlayers:\n  - posts: {totl: 6}\n", encoding="utf-8")
    app = _run(MODELS[0], "saved/kaputt", MODELS[1])
    assert "kaputt.yaml:3" in _texts(app)
    assert _figures(app)["What is known"][1] == "no plan to show"
    assert "worse" in _figures(app)["lowest coverage"][2]


def test_no_plan_at_all_is_no_crash(saved: Path) -> None:
    for stem in ("a", "b"):
        (saved / f"{stem}.yaml").write_text("name: Kaputt\n", encoding="utf-8")
    app = _run("saved/a", "saved/b")
    (table,) = (table.value for table in app.table)
    assert list(table.loc["What is known"]) == ["no plan to show", "no plan to show"]
    # What no scenario has is no row of the table, nor what is the same in all.
    assert list(table.index) == ["What is known"]
    assert "No scenario has a plan." in _texts(app)
    assert not sorted_tables(app)


def test_stopped_work_of_two_scenarios_can_be_begun_again(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(scenarios.SCENARIOS / f"{MODELS[0]}.yaml", saved)

    def stop(key: str, *_: object) -> object:
        raise waiting.Stopped(key)

    monkeypatch.setattr(waiting, "answer_of", stop)
    app = _run(MODELS[0], f"saved/{MODELS[0]}")
    assert len([button for button in app.button if button.label == "Compute again"]) == 2


def test_other_county_is_compared_with_nothing(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "counties").mkdir()
    write_county(tmp_path / "counties")
    text = _shipped(MODELS[0]).replace("county: 05558-coesfeld", "county: ../counties/county")
    text = text.replace("migration_history", "foreigners").replace("minimum: 3 ", "minimum: 1 ")
    (saved / "anderswo.yaml").write_text(_named(text, "Anderswo"), encoding="utf-8")
    app = _run(MODELS[0], MODELS[1], "saved/anderswo", open="figures,towns,towns-2")
    texts = _texts(app)
    assert "Another county than (1)" in texts
    assert "Coverage by municipality: Kreis Musterland" in texts
    assert "Coverage by municipality: Kreis Coesfeld" in texts
    figures = _figures(app)
    # Hours alone say something beside another county: there is no yardstick for both.
    assert figures["lowest coverage"][2] == "–"
    assert re.fullmatch(r"\*\*\d+\.\d h\*\*|\d+\.\d h", figures["on site h per week"][2])
    assert re.fullmatch(r"\*\*\d+\.\d h\*\*|\d+\.\d h", figures["lowest hours per 1,000 people"][2])
    coesfeld, other = sorted_tables(app)
    assert len(coesfeld) == 1 + 11
    assert other[0] == ["Municipality", "(3)", "(3) h per 1,000"]
    assert all(float(cell.rstrip("%")) > 0 for cell in column(other, "(3)"))


def test_hostile_names_stay_text(saved: Path) -> None:
    text = _named(_shipped(MODELS[0]), HOSTILE)
    (saved / "boese.yaml").write_text(text, encoding="utf-8")
    app = _run("saved/boese", MODELS[1])
    assert _titles(app)[0] == f"(1) {HOSTILE}"
    shown = [element.value for element in (*app.markdown, *app.caption, *app.header)]
    shown += [heading for table in app.table for heading in table.value.columns]
    named = [text for text in shown if "onerror" in text]
    assert named
    for text in named:
        assert all(text[at - 1] == "\\" for at, c in enumerate(text) if c in "<>[]$")
    assert injected(app) == []


def test_two_scenarios_of_one_name_are_told_apart(saved: Path) -> None:
    shutil.copy(scenarios.SCENARIOS / f"{MODELS[0]}.yaml", saved / "zweites.yaml")
    app = _run(MODELS[0], "saved/zweites")
    assert len(set(_titles(app))) == 2
    assert "Not told apart: (1), (2)" in _texts(app)
    assert "The same in all: posts (FTE): 6.0, share at the KI: 100.0%" in _texts(app)
