"""What ``kim`` prints: every figure whole and in its place, on a narrow screen too."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from counties import county_texts, write_county
from papers import Answer
from rich.console import Console, RenderableType

from command import printed as tables
from optimizer.conflicts import explain
from optimizer.solve import solve
from scenarios.assemble import LoadedScenario, load_problem
from translation import Language

LAYER = "{posts: {total: 2}, districts: {minimum: 1}}"
LONG = "Gemeinde mit einem Namen von ungewöhnlicher Länge"


def load(
    tmp_path: Path, layer: str = LAYER, name: str = "Probe", texts: dict[str, str] | None = None
) -> LoadedScenario:
    write_county(tmp_path, texts or county_texts(columns=4))
    text = f"name: {name}\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n"
    (tmp_path / "probe.yaml").write_text(text, encoding="utf-8")
    return load_problem(tmp_path / "probe.yaml")


def answer(loaded: LoadedScenario) -> Answer:
    solution = solve(loaded.problem)
    return Answer(loaded, solution, explain(solution))


def printed(parts: Iterable[RenderableType], width: int = 150) -> str:
    stream = io.StringIO()
    console = Console(file=stream, highlight=False, width=width, force_terminal=False)
    for part in parts:
        console.print(part, crop=False)
    return stream.getvalue()


def cells(text: str, heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is ``heading``, wrapped lines of a cell put together again."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(rf"┃ *{re.escape(heading)} *┃", line))
    rows: list[list[str]] = []
    for before, line in pairwise(lines[start + 1 :]):
        if line.startswith("└"):
            break
        if not line.startswith("│"):
            continue
        parts = [part.strip() for part in line.strip("│").split("│")]
        if before.startswith("│") and not parts[-1]:
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], parts, strict=True)]
        else:
            rows.append(parts)
    return rows


@pytest.mark.parametrize(("language", "mark", "percent"), [("de", ",", " %"), ("en", ".", "%")])
def test_the_tables_hold_the_figures_of_the_plan(tmp_path: Path, language: Language, mark: str, percent: str) -> None:
    found = answer(load(tmp_path))
    loaded, solution = found.loaded, found.solution
    plan = solution.plan
    assert plan is not None
    text = printed(tables.plan(loaded, solution, (), language), 250)
    rows = cells(text, {"de": "Kommune", "en": "Municipality"}[language])
    assert len(rows) == 5
    for row, supply in zip(rows, plan.municipalities.values(), strict=False):
        coverage = supply.coverage or 0.0
        figures = [supply.fair_supply, supply.existing_hours, supply.hours, supply.travel_hours]
        hours = [f"{figure:.1f}" for figure in figures]
        served = [f"{coverage * 100:.1f}%", f"{plan.hours_per_1000(supply.ags):.1f}"]
        expected = [
            f"{supply.key * 100:.1f}%",
            *hours,
            *served,
            f"{supply.shortfall_hours:.1f}",
        ]
        assert row[0] == loaded.county.name_of(supply.ags)
        assert row[1:] == [figure.replace(".", mark).replace("%", percent) for figure in expected]
    total = [f"{plan.on_site_hours:.1f}", f"{plan.travel_hours:.1f}"]
    assert rows[-1][4:6] == [figure.replace(".", mark) for figure in total]
    districts = cells(text, {"de": "Nr.", "en": "No."}[language])
    *districts, _ = districts
    for row, district in zip(districts, plan.layers[0].districts, strict=True):
        hours = [f"{h:.1f}" for h in (district.on_site_hours, district.total_travel_hours, district.coordination_hours)]
        assert row[1] == ", ".join(map(loaded.county.name_of, district.municipalities))
        assert row[2] == loaded.county.name_of(district.hub)
        assert row[3:5] == [f"{float(district.fte):.1f}".replace(".", mark), str(district.persons)]
        assert row[5:8] == [figure.replace(".", mark) for figure in hours]


def test_figures_and_names_are_whole_on_a_narrow_screen(tmp_path: Path) -> None:
    texts = county_texts(columns=4)
    texts["municipalities.csv"] = texts["municipalities.csv"].replace("Adorf", LONG)
    found = answer(load(tmp_path, texts=texts))
    loaded, solution = found.loaded, found.solution
    wide, narrow = (printed(tables.plan(loaded, solution, (), "en"), width) for width in (150, 60))
    figures = [re.findall(r"\d+\.\d", text) for text in (wide, narrow)]
    assert sorted(figures[0]) == sorted(figures[1])
    assert "…" not in narrow
    assert LONG in cells(wide, "Municipality")[0][0]
    # On the narrow screen the name and the figures stand in several lines.
    assert "Gemeinde" in narrow
    assert "Länge" in narrow


def test_many_scenarios_side_by_side_are_whole(tmp_path: Path) -> None:
    one = answer(load(tmp_path))
    text = printed(tables.comparison([one] * 12, "en"), 80)
    rows = {row[0]: row[1:] for row in cells(text, "Figure")}
    assert len(rows["lowest coverage"]) == 12
    assert all(re.fullmatch(r"\d+\.\d% \(the same\)", figure) for figure in rows["lowest coverage"][1:])


def test_a_comparison_shows_differences_to_the_first(tmp_path: Path) -> None:
    fewer = answer(load(tmp_path))
    more = answer(load(tmp_path, LAYER.replace("total: 2", "total: 4")))
    text = printed(tables.comparison([fewer, more], "en"))
    rows = {row[0]: row[1:] for row in cells(text, "Figure")}
    assert rows["posts (FTE)"] == ["2.0", "4.0 (+2.0)"]
    assert rows["share at the KI"] == ["100.0%", "100.0% (the same)"]
    assert rows["rules not kept"] == ["0", "0"]
    one, two = fewer.solution.plan, more.solution.plan
    # The difference stands below: together they are too wide.
    assert rows["lowest coverage"][1] == f"{100 * two.lowest_coverage * two.fair_level / one.fair_level:.1f}%"
    assert "Yardstick: that of (1). Measured by 2.0 posts" in text
    assert "All are measured by it." in text
    assert len(cells(text, "Municipality")) == 4


def test_a_scenario_without_a_plan_is_compared_and_explained(tmp_path: Path) -> None:
    none = answer(load(tmp_path, "{posts: {total: 1}, districts: {minimum: 4}}"))
    some = answer(load(tmp_path))
    text = printed(tables.comparison([none, some], "en"))
    rows = {row[0]: row[1:] for row in cells(text, "Figure")}
    assert rows["lowest coverage"][0] == "–"
    assert "(" not in rows["lowest coverage"][1]
    assert rows["What is known"] == ["no plan possible", "proven best"]
    assert "Differences are those to" not in text
    assert "these rules cannot hold together: exactly 1.0 FTE placed; at least 4 districts." in text


def test_two_folders_of_one_county_may_differ_in_their_municipalities(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    answers = []
    for folder, columns in zip(folders, (4, 3), strict=True):
        folder.mkdir()
        answers.append(answer(load(folder, texts=county_texts(columns=columns))))
    for order in (answers, answers[::-1]):
        rows = cells(printed(tables.comparison(order, "en")), "Municipality")
        assert [row[0] for row in rows] == ["Adorf", "Bestadt", "Cehausen", "Dekirchen"]
        # Another need: hours only.
        assert (rows[0][1] == "–", rows[0][2]) == (False, "–")
        assert "–" not in rows[0][3:]
        assert "–" in rows[3][3:]


def test_counties_are_compared_in_tables_of_their_own(tmp_path: Path) -> None:
    one = answer(load(tmp_path))
    elsewhere = replace(one.loaded, county=replace(one.loaded.county, ags="05998", name="Kreis Anderswo"))
    text = " ".join(printed(tables.comparison([one, replace(one, loaded=elsewhere)], "en")).split())
    assert "Coverage by municipality: Kreis Musterland" in text
    assert "Coverage by municipality: Kreis Anderswo" in text
    assert "the same" not in text


def test_the_municipality_with_the_lowest_coverage_stands_out(tmp_path: Path) -> None:
    found = answer(load(tmp_path))
    loaded, solution = found.loaded, found.solution
    assert solution.plan is not None
    stream = io.StringIO()
    console = Console(file=stream, width=150, force_terminal=True, color_system="standard", no_color=True)
    for part in tables.plan(loaded, solution, (), "en"):
        console.print(part)
    lowest = loaded.county.name_of(solution.plan.least_covered.ags)
    bold = re.findall(r"\x1b\[1m *(\w+) +\x1b\[0m", stream.getvalue())
    assert [name for name in bold if name in {"Adorf", "Bestadt", "Cehausen", "Dekirchen"}] == [lowest]


def test_everything_set_and_every_source_is_told(tmp_path: Path) -> None:
    found = answer(load(tmp_path))
    loaded, solution = found.loaded, found.solution
    text = " ".join(printed(tables.plan(loaded, solution, (), "en")).split())
    assert "Assumptions (set, no statistics) – Existing advice relieves case management by 25% of its hours." in text
    assert "Sources – population (census), foreigners: Statistisches Amt" in text
    assert "Rules – at least 33.3% of the posts at the KI: kept (100.0%)." in text
