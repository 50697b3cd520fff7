"""``kim state`` as ministries use it: many counties in a call, one broken; broken off and resumed; files read again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas
import pytest
from counties import county_texts, write_county
from running import SMALL, Run, run

from command import state, state_run
from geodata.county import load_county
from optimizer.problem import Problem
from optimizer.solve import solve
from optimizer.solver import SolverHung
from scenarios.assemble import load_problem

FILES = ("state.csv", "state.xlsx", "state.json", "state.html", "state-coverage.svg", "state-road.png")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def counties(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Counties of four and six municipalities, one that is broken, and a template; solved in this process."""
    for name, columns, rows in (("one", 4, 1), ("two", 3, 2), ("broken", 4, 1)):
        write_county(tmp_path, county_texts(columns, rows)).rename(tmp_path / f"county-{name}")
    (tmp_path / "county-broken" / "services.csv").write_text("name\n", encoding="utf-8")
    (tmp_path / "template.yaml").write_text(SMALL, encoding="utf-8")

    @contextmanager
    def here(*_: object, **__: object) -> Iterator[Executor]:
        with ThreadPoolExecutor(1) as executor:
            yield executor

    monkeypatch.setattr(state, "workers", here)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(*more: object) -> Run:
    folders = ("county-one", "county-two", "county-broken")
    about = ("--scenario", "template.yaml", "--out", "out", "--date", "2026-11-28", "--lang", "en")
    return run("state", *folders, *about, *more)


def rows(folder: Path) -> dict[str, dict[str, object]]:
    document = json.loads((folder / "out" / "state.json").read_text(encoding="utf-8"))
    assert document["format"] == "kim-state/1"
    return {row["folder"]: row for row in document["counties"]}


def test_a_broken_county_is_named_and_the_others_finish(counties: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = asked()
    assert shown.status == 2
    found = rows(counties)
    assert [row["status"] for row in found.values()] == ["failed", "optimal", "optimal"]
    assert "county-broken/services.csv" in str(found["county-broken"]["reasons"])
    assert "county-broken/services.csv" in shown.text

    # As the scenario alone.
    text = SMALL.replace("county: county", "county: county-one")
    (counties / "alone.yaml").write_text(text, encoding="utf-8")
    plan = solve(load_problem(counties / "alone.yaml").problem).plan
    assert plan is not None
    assert found["county-one"]["lowest_coverage"] == plan.lowest_coverage
    assert found["county-one"]["road_share"] == pytest.approx(plan.losses.road / plan.contract_hours)

    table = pandas.read_csv(counties / "out" / "state.csv", sep=";", decimal=",", encoding="utf-8-sig")
    assert table["Lowest coverage"].tolist()[1:] == [
        found[f"county-{name}"]["lowest_coverage"] for name in ("one", "two")
    ]
    assert table["Posts (FTE)"].tolist()[1:] == [4, 4]
    with zipfile.ZipFile(counties / "out" / "state.xlsx") as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert len(sheet.findall(f".//{SHEET}row")) == 1 + 3 + 1
    ElementTree.parse(counties / "out" / "state-coverage.svg")

    # The same call again computes nothing and writes the same bytes; a county that was mended is computed.
    before = {name: (counties / "out" / name).read_bytes() for name in FILES}
    monkeypatch.setattr(state_run, "solved", None)
    again = asked()
    assert (again.status, again.out) == (2, shown.out)
    assert "2 counties were solved before." in again.err
    assert {name: (counties / "out" / name).read_bytes() for name in FILES} == before


def test_a_call_that_was_broken_off_goes_on(counties: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "state_files", lambda _: ())
    with monkeypatch.context() as patch:

        @contextmanager
        def pressed() -> Iterator[object]:
            # After the first county.
            yield lambda: any((counties / "out" / "counties").iterdir())

        patch.setattr(state_run, "stopping", pressed)
        stopped = asked()
    assert stopped.status == 130
    assert "goes on where this one stopped" in stopped.err
    assert not (counties / "out" / "state.json").exists()
    kept = list((counties / "out" / "counties").iterdir())
    assert kept
    times = [file.stat().st_mtime_ns for file in kept]
    assert asked().status == 2
    assert [file.stat().st_mtime_ns for file in kept] == times
    assert len(rows(counties)) == 3


def test_a_county_whose_solver_hangs_is_named_and_computed_the_next_time(
    counties: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "state_files", lambda _: ())
    solved = state_run.solved

    def hung(problem: Problem, *more: Any) -> state_run.Found:
        if len(problem.municipalities) == 6:
            raise SolverHung("cbc")
        return solved(problem, *more)

    with monkeypatch.context() as patch:
        patch.setattr(state_run, "solved", hung)
        assert asked().status == 3
    found = rows(counties)
    assert [row["status"] for row in found.values()] == ["failed", "optimal", "failed"]
    assert "did not end at its time limit" in str(found["county-two"]["reasons"])
    assert "1 counties" in asked().err
    assert rows(counties)["county-two"]["status"] == "optimal"


def test_posts_follow_people_or_a_table(counties: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "state_files", lambda _: ())
    (counties / "county-broken").rename(counties / "unused")
    (counties / "county-two").rename(counties / "county-broken")
    (counties / "county-one").rename(counties / "county-two")
    write_county(counties, county_texts(4, 1)).rename(counties / "county-one")
    people = sum(town.indicators["population"] or 0 for town in load_county(counties / "county-one").municipalities)
    assert asked("--posts-per", people / 3.2, "--posts-least", "2").status == 0
    assert rows(counties)["county-one"]["posts"] == 3.0
    (counties / "posts.csv").write_text("county;posts\ncounty-one;4,5\ncounty-two;0,5\n", encoding="utf-8")
    shown = asked("--posts-table", "posts.csv")
    found = rows(counties)
    assert (shown.status, found["county-one"]["posts"]) == (2, 4.5)
    assert (found["county-two"]["status"], found["county-broken"]["status"]) == ("infeasible", "failed")
    assert found["county-two"]["reasons"]
    assert "does not name the county" in str(found["county-broken"]["reasons"])


def test_what_is_wrong_with_options_is_told_at_once(counties: Path) -> None:
    (counties / "template.yaml").write_text(SMALL + "reference_plan: other.yaml\n", encoding="utf-8")
    assert "a reference plan is of one county" in asked().err
    shown = asked("--posts-least", "5", "--workers", "0", "--posts-table", "nowhere.csv")
    assert shown.status == 2
    assert [line.partition(":")[0] for line in shown.err.splitlines()] == ["--workers", "nowhere.csv", "--posts-least"]
