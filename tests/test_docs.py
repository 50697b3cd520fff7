"""The papers say what is so: their links, commands, keys, examples and figures hold."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po

from app import _ACCESSIBILITY as ACCESSIBILITY
from app import _PAGES as PAGES
from app import _PRESENTING as PRESENTING
from command import main as cli
from command.parser import parser
from files.workbook_cells import MOST_BYTES
from geodata.editing.labels import TABLES
from geodata.editing.workbook_layout import GUIDE
from geodata.records import COUNTY_FILE, FILES, PLACE_COLUMNS, SERVICE_COLUMNS, SOURCE_KEYS, TRAVEL_COLUMNS
from maps.screen import TILES
from optimizer.columns import ColumnSource
from optimizer.conflicts import explain
from optimizer.explore.rank import rank
from optimizer.plan import Plan, StageName
from optimizer.problem import Problem
from optimizer.rules import RuleName
from optimizer.service import Service
from optimizer.solve import Status, solve
from optimizer.solver import Deadline
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from scenarios.drafts import KEPT_DAYS, MOST_STATES
from scenarios.library import VARIABLE, Library
from scenarios.plan_table import COLUMNS, OPTIONAL
from scenarios.scenario import parse_scenario
from scenarios.schema import settings
from serving.answers import TIME_LIMIT
from translation import translate
from translation.__main__ import GERMAN

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAPERS = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SKIPPED = "…"


def text(path: Path) -> str:
    return path.read_text("utf-8")


def blocks(path: Path, language: str) -> list[str]:
    return [content for name, content in BLOCK.findall(text(path)) if name == language]


def code(path: Path) -> Iterator[str]:
    """What stands in code blocks and between backticks."""
    yield from (content for _, content in BLOCK.findall(text(path)))
    yield from re.findall(r"`([^`\n]+)`", BLOCK.sub("", text(path)))


def plain(line: str) -> str:
    return " ".join(line.split())


def parsers(top: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield top
    for one in subcommands(top).values():
        yield from parsers(one)


def subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    return {
        name: sub
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, sub in action.choices.items()
    }


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\(([^)\s#]+)[^)]*\)", BLOCK.sub("", text(paper)))
    relative = [target for target in targets if "://" not in target]
    assert [target for target in relative if not (paper.parent / target).exists()] == []


def test_every_paper_that_the_code_names_exists() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.rglob("*.py")
        if not any(part.startswith(".") or part == "build" for part in path.relative_to(ROOT).parts)
        for name in re.findall(r"docs/[\w.-]+\.md", text(path))
    }
    assert [(path, name) for path, name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_version_of_the_changelog_is_the_packages() -> None:
    project = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]
    newest = re.search(r"^## (\S+) – (\d{4}-\d\d-\d\d)$", text(ROOT / "CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == project["version"]


def test_the_licence_is_the_eupl_in_full() -> None:
    digest = hashlib.sha256(text(ROOT / "LICENSE").encode()).hexdigest()
    assert digest == "6fc9e709ccbfe0d77fbffa2427a983282be2eb88e47b1cdb49f21a83b4d1e665"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_command_named_exists(paper: Path) -> None:
    top = parser()
    for snippet in code(paper):
        for command, action in re.findall(r"(?:^|[\s/\\])kim ([a-z]+)(?: ([a-z]+))?", snippet):
            assert command in subcommands(top), snippet
            inner = subcommands(subcommands(top)[command])
            assert not inner or action in inner, snippet


def test_every_command_and_option_is_described() -> None:
    top = parser()
    described = text(DOCS / "dateien.md") + text(DOCS / "kreis-hinzufuegen.md")
    for name in subcommands(top):
        assert f"`kim {name}" in described, name
        assert f"kim {name}" in text(ROOT / "README.md"), name
    known = {option for parser in parsers(top) for action in parser._actions for option in action.option_strings}
    named = set(re.findall(r"--[a-z][a-z0-9-]*", described))
    assert named <= known
    assert {option for option in known if option.startswith("--")} - named == {"--help"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_scenario_named_exists(paper: Path) -> None:
    named = re.findall(r"\bscenarios/([\w-]+)\.yaml", text(paper))
    named += re.findall(r"`((?:modell|abruf|ausbau|kommunen)-[\w-]+)`", text(paper))
    assert [name for name in named if not (SCENARIOS / f"{name}.yaml").is_file()] == []


def test_the_readme_lists_the_shipped_scenarios() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \|", text(ROOT / "README.md"), re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def on_screen() -> set[str]:
    """The German texts of the program, without the values they name."""
    with GERMAN.open("rb") as file:
        catalogue = read_po(file, locale="de")
    strings = [entry.string for entry in catalogue]
    texts = [text for string in strings for text in ([string] if isinstance(string, str) else string)]
    return {plain(re.sub(r"\{\w+\}", "", text)) for text in texts}


def test_the_manual_calls_things_as_the_screen_does() -> None:
    manual = text(DOCS / "planer.md") + text(DOCS / "weg.md")
    named = {plain(name) for name in re.findall("„([^“]+)“", manual)}
    assert sorted(named - on_screen()) == []


def test_the_manual_and_the_readme_have_every_page() -> None:
    pages = [path.stem for path in (ROOT / "views").glob("*.py") if "if __name__" in text(path)]
    assert sorted(pages) == sorted([*PAGES, PRESENTING, ACCESSIBILITY])
    for title in PAGES.values():
        name = translate(title, "de")
        assert re.search(rf"^## {name} – ", text(DOCS / "planer.md"), re.MULTILINE), name
        assert re.search(rf"^\| {name} \|", text(ROOT / "README.md"), re.MULTILINE), name


def test_it_is_told_what_the_data_directory_holds_and_what_is_limited() -> None:
    paper = text(DOCS / "betrieb.md")
    kept = Library(Path("data"))
    assert f"`{VARIABLE}`" in paper
    for folder in (kept.scenarios_folder, kept.counties_folder, kept.drafts_folder):
        assert f"| `{folder.name}/` |" in paper
    assert f"höchstens {MOST_BYTES // 1_000_000} MB" in paper
    assert urlsplit(TILES).netloc in paper
    for about in (paper, text(DOCS / "planer.md")):
        assert f"{KEPT_DAYS} Tage" in plain(about)
        assert f"{TIME_LIMIT} Sekunden" in plain(about)
    assert f"{MOST_STATES - 1} Schritte" in text(DOCS / "planer.md")


def test_every_sheet_of_the_workbook_is_described() -> None:
    for title in (GUIDE, *TABLES.values()):
        assert f"| {translate(title, 'de')} |" in text(DOCS / "dateien.md")


@pytest.mark.parametrize("name", ["methode.md", "method.en.md"])
def test_the_example_by_hand_gives_what_stands_below_it(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (program,), (printed,) = blocks(DOCS / name, "python"), blocks(DOCS / name, "text")
    exec(compile(program, name, "exec"), {})
    assert capsys.readouterr().out == printed


@pytest.mark.parametrize("block", blocks(ROOT / "README.md", "console"), ids=lambda block: block.split()[2])
def test_the_output_in_the_readme_is_real(
    block: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    command, *shown = block.splitlines()
    assert cli.main(command.removeprefix("$ kim ").split()) == 0
    # Widths of columns are left out of account, words and figures are not.
    printed = iter([plain(line) for line in capsys.readouterr().out.splitlines()])
    skipping = False
    for line in shown:
        if line == SKIPPED:
            skipping = True
            continue
        found = plain(line) in printed if skipping else next(printed, None) == plain(line)
        assert found, line
        skipping = False
    assert skipping or next(printed, None) is None


@pytest.mark.parametrize("name", ["dateien.md", "kreis-hinzufuegen.md"])
def test_the_scenarios_shown_can_be_read(name: str) -> None:
    (shown,) = blocks(DOCS / name, "yaml")
    assert parse_scenario(shown.encode(), name).layers[0].posts.total == 8


def test_every_key_of_the_files_is_described() -> None:
    described = set(re.findall(r"[\w.]+", " ".join(code(DOCS / "dateien.md"))))
    keys = {setting.path.rpartition("[].")[2] for setting in settings()}
    keys |= {*PLACE_COLUMNS, *SERVICE_COLUMNS, *SOURCE_KEYS, *TRAVEL_COLUMNS, *COLUMNS, *OPTIONAL}
    keys |= {rule.value for rule in RuleName} | {stage.value for stage in StageName} | {s.value for s in Status}
    assert keys - described == set()
    assert [file for file in (*FILES, COUNTY_FILE) if f"### {file}\n" not in text(DOCS / "dateien.md")] == []


def test_every_key_of_a_result_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["solve", "modell-1-zentral", "--json", "-"])
    described = set(re.findall(r"\w+", " ".join(code(DOCS / "dateien.md"))))
    assert set(keys_of(json.loads(capsys.readouterr().out))) - described == set()


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.fixture(scope="module")
def model_1() -> Problem:
    return load_problem(SCENARIOS / "modell-1-zentral.yaml").problem


def solved(problem: Problem) -> Plan:
    plan = solve(problem).plan
    assert plan is not None
    return plan


def both_papers(*figures: str) -> None:
    """Each figure, with a decimal point, stands in the English paper and with a comma in the German one."""
    for figure in figures:
        assert figure in text(DOCS / "method.en.md"), figure
        german = figure.translate(str.maketrans(".,", ",.")).replace("%", " %")
        assert german in text(DOCS / "methode.md"), german


def test_the_plan_of_model_1_is_that_of_the_papers(model_1: Problem) -> None:
    county = load_problem(SCENARIOS / "modell-1-zentral.yaml").county
    plan = solved(model_1)
    for district in plan.layers[0].districts:
        names = ", ".join(map(county.name_of, district.municipalities))
        figures = f"{district.on_site_hours:.1f} | {district.total_travel_hours:.1f}"
        coverage = f"{district.level / plan.fair_level:.1%}"
        row = f"{float(district.fte):g} | {county.name_of(district.hub)} | {figures} | {coverage} |"
        assert f"{names} | {row}" in text(DOCS / "method.en.md")
        german = row.replace(".", ",").replace("%", " %")
        assert f"{names} | {german}" in text(DOCS / "methode.md")
    both_papers(f"{plan.coordination_hours:.2f}", f"{plan.travel_hours:.2f}", f"{plan.shortfall_hours:.2f}")
    assert plan.surplus_hours == pytest.approx(0, abs=0.005)


def test_what_the_tolerance_is_good_for() -> None:
    problem = load_problem(SCENARIOS / "abruf-4-stellen.yaml").problem
    with_tolerance, without = solved(problem), solved(replace(problem, fairness_tolerance=0.0))
    for plan in (with_tolerance, without):
        both_papers(f"{plan.lowest_coverage:.2%}", f"{plan.travel_hours:.2f}", f"{plan.shortfall_hours:.2f}")
    assert (len(with_tolerance.layers[0].districts), len(without.layers[0].districts)) == (4, 3)


def test_what_nothing_reaches() -> None:
    loaded = load_problem(SCENARIOS / "nichts.yaml")
    shares = [loaded.existing_share(town.ags) or 0.0 for town in loaded.county.municipalities]
    both_papers(f"{min(shares):.1%}")


def test_the_numbers_of_sets_and_columns(model_1: Problem) -> None:
    layer = model_1.layers[0]
    source = ColumnSource(model_1, layer, Service(model_1, layer), 0)
    columns = source.columns(0.0, Deadline(None), reduce=False)
    both_papers(f"{source.sets_seen}", f"{len(columns):,}")


def test_the_conflict_of_the_papers(model_1: Problem) -> None:
    impossible = replace(model_1, layers=(replace(model_1.layers[0], minimum_persons=3),))
    (conflict,) = explain(solve(impossible))
    assert {remedy.rule.name: remedy.figure for remedy in conflict.remedies} == {
        RuleName.POSTS: 7.5,
        RuleName.DISTRICTS_MINIMUM: 2,
        RuleName.MINIMUM_PERSONS: 2,
    }
    both_papers("7.5")


def test_the_plans_counted_in_the_papers(model_1: Problem) -> None:
    both_papers(f"{rank(model_1).plans:,}")
    free, real = (load_problem(SCENARIOS / f"{name}.yaml") for name in ("kommunen-frei", "kommunen-2023"))
    found = rank(free.problem, plan=real.problem.layers[0].plan)
    assert found.standing is not None
    both_papers(f"{found.plans:,}", f"{found.standing.better:,}")
