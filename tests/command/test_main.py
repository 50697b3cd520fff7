"""The command ``kim`` as people use it: what it prints, writes and returns. Bad input: test_faults.py."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from counties import county_texts, write_county
from openpyxl import load_workbook
from running import ROOT, SMALL, plan_csv, run, started

from command import parser, solving
from optimizer.solve import solve
from optimizer.solver import Solver, SolverError
from scenarios import SCENARIOS
from tests.geodata.official import test_build
from translation import LANGUAGES, Language, number, percent, translate

#: What stands for a decimal mark in one language parts thousands in the other.
MARKS = str.maketrans(".,", ",.")
SHIPPED = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
RUN = ("solve", "evaluate", "compare", "report", "explore", "check", "county", "app")
state = test_build.state


def without_seconds(result: bytes) -> bytes:
    return re.sub(rb'"seconds": [^\n]+', b"", result)


# -- solve ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_is_solved_and_shown(name: str, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    language = LANGUAGES[SHIPPED.index(name) % 2]
    given = name if language == "de" else SCENARIOS / f"{name}.yaml"
    shown = run("solve", given, "--lang", language, "--json", file)
    assert (shown.status, shown.err) == (0, "")
    result = json.loads(file.read_text(encoding="utf-8"))
    assert result["status"] == ("given" if name == "nichts" else "optimal")
    assert result["scenario"] in shown.text
    for figure in (percent(result["lowest_coverage"]), number(result["shortfall_hours"], 1)):
        assert translate(figure, language) in shown.text
    for town in result["municipalities"]:
        figures = [number(town[key], 1) for key in ("existing_hours", "hours")]
        cells = [town["name"], *(translate(figure, language) for figure in figures)]
        row = next(line for line in shown.out.splitlines() if line.startswith(f"│ {town['name']} "))
        assert all(re.search(rf" {re.escape(cell)} +│", row) for cell in cells), row
    for layer in result["layers"]:
        assert layer["name"] in shown.text


def test_without_existing_services_a_plan_rests_on_nothing(tmp_path: Path) -> None:
    files = [tmp_path / "with.json", tmp_path / "without.json"]
    for file, more in zip(files, ([], ["--without-existing-services"]), strict=True):
        assert run("solve", "modell-1-zentral", *more, "--lang", "en", "--json", file).status == 0
    rests, alone = (json.loads(file.read_text(encoding="utf-8")) for file in files)
    assert alone["scenario"] == f"{rests['scenario']} – without existing services"
    assert any(town["existing_hours"] for town in rests["municipalities"])
    assert {town["existing_hours"] for town in alone["municipalities"]} == {0.0}
    assert alone["status"] == "optimal"


def test_papers_set_the_plan_without_existing_services_beside_the_proposed_one(tmp_path: Path) -> None:
    names = ["modell-1-zentral", "modell-2-wohlfahrt"]
    more = ["--without-existing-services", "--proposed", "2", "--xlsx", "--svg", "--out", tmp_path, "--lang", "en"]
    done = run("report", *names, *more, "--date", "2027-03-01")
    assert done.status == 0
    assert "Note: The money of 2027 uses the grant of 2020 (55,000 € per post)" in done.err
    assert len(list(tmp_path.glob("*.svg"))) == 3
    (book,) = tmp_path.glob("*.xlsx")
    sheet = load_workbook(book).worksheets[1]
    first = [cell.value for cell in next(sheet.iter_rows())]
    assert any(str(heading).startswith("(3) Modell 2") for heading in first)
    assert any("without existing services" in str(heading) for heading in first)


def test_german_and_english_figures_differ_only_in_their_marks(small: Callable[[str], Path]) -> None:
    german, english = (run("solve", small(SMALL), "--lang", language).out for language in LANGUAGES)
    assert "4,0" in german
    assert "4.0 FTE" in english
    # Dates differ in more than that.
    found = [re.findall(r"(?<![.\d])\d+[.,]\d+(?![.\d])", text) for text in (german, english)]
    assert [figure.translate(MARKS) for figure in found[0]] == found[1]


def test_the_result_is_the_same_in_a_file_on_the_screen_and_in_another_process(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    assert run("solve", "modell-1-zentral", "--json", file).status == 0
    own = started("solve", "modell-1-zentral", "--json", "-")
    assert (own.returncode, own.stderr) == (0, b"")
    assert without_seconds(own.stdout) == without_seconds(file.read_bytes())
    assert b'"seconds"' not in without_seconds(own.stdout)


def test_the_other_solver_finds_the_same_plan(small: Callable[[str], Path]) -> None:
    results = [
        json.loads(run("solve", small(SMALL), "--solver", solver, "--json", "-").out) for solver in ("cbc", "highs")
    ]
    for result in results:
        del result["seconds"]
    assert results[0] == results[1]


def test_a_result_on_standard_output_is_utf8_whatever_the_console(small: Callable[[str], Path]) -> None:
    shown = run("solve", small(SMALL.replace("Probe", "Stół – 東")), "--json", "-", encoding="cp1252")
    assert json.loads(shown.written.decode("utf-8"))["scenario"] == "Stół – 東"
    assert b"\r" not in shown.written


def test_a_console_that_lacks_signs_gets_others(small: Callable[[str], Path]) -> None:
    shown = run("solve", small(SMALL.replace("Probe", "Stół – 東")), encoding="cp1252")
    assert shown.status == 0
    assert "St?l – ?" in shown.out or "Stó? – ?" in shown.out
    assert "│" not in shown.out
    assert re.search(r"Adorf +\|", shown.out)


def test_too_little_time_is_told(small: Callable[[str], Path]) -> None:
    shown = run("solve", small(SMALL), "--time-limit", "0.000001", "--lang", "en")
    assert (shown.status, shown.out) == (3, "")
    assert shown.err == "No plan was found in the time allowed: allow more with --time-limit.\n"


def test_the_time_limit_and_the_solver_hold_for_the_reference_plan_too(
    small: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def noted(problem: Any, **options: Any) -> Any:
        asked.append((options.get("solver"), options.get("time_limit")))
        return solve(problem, **options)

    monkeypatch.setattr(solving, "solve", noted)
    monkeypatch.setattr("scenarios.assemble.best_plan", noted)
    small(SMALL)
    path = small(SMALL + "reference_plan: probe.yaml\n", "other.yaml")
    assert run("solve", path, "--solver", "highs", "--time-limit", "60").status == 0
    assert asked == [(Solver.HIGHS, 60.0)] * 2
    assert run("check", path).status == 0
    assert len(asked) == 2


@pytest.mark.parametrize(("end", "status"), [(KeyboardInterrupt(), 130), (SolverError("out of memory"), 3)])
def test_an_interrupted_run_ends_with_a_sentence(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, end: BaseException, status: int
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise end

    monkeypatch.setattr(solving, "solve", stop)
    shown = run("solve", small(SMALL), "--lang", "en")
    assert (shown.status, shown.out) == (status, "")
    assert shown.err in (
        "Stopped.\n",
        "The solver failed (out of memory): try the other one with --solver.\n",
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes of another kind")
@pytest.mark.parametrize("arguments", [["solve", "kommunen-2023"], ["solve", "abruf-4-stellen", "--json", "-"], ["-h"]])
def test_a_reader_who_stops_reading_is_no_fault(arguments: list[str]) -> None:
    unread, pipe = os.pipe()
    os.close(unread)
    with os.fdopen(pipe, "wb") as stream:
        ended = started(*arguments, capture_output=False, stdout=stream, stderr=subprocess.PIPE)
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = started("check", "modell-1-zentral", "--lang", "en", capture_output=False, stdout=full, stderr=-1)
    assert ended.returncode == 2
    assert ended.stderr.decode().startswith("standard output: ")
    assert ended.stderr.count(b"\n") == 1


# -- no plan possible -------------------------------------------------------------------------------------------------

SEVEN_OF_TWO = ("{total: 6}", "{minimum: 7, maximum: 7, minimum_persons: 2}", "{}")
FIVE_MINUTES = ("{total: 6}", "{max_drive_minutes: 5, maximum: 4}", "{}")
TORN = ("{total: 6}", "{minimum: 2}", "{together: [[Adorf, Dekirchen]], apart: [[Dekirchen, Adorf]]}")


@pytest.mark.parametrize(
    ("rules", "names", "sentences"),
    [
        (
            SEVEN_OF_TWO,
            {"posts", "districts_minimum", "minimum_persons"},
            [
                "these rules cannot hold together: exactly 6.0 FTE placed; at least 7 districts; "
                "at least 2 persons in every team.",
                "Instead of “at least 7 districts” it would work with 4 districts.",
                "Instead of “at least 2 persons in every team” it would work with 1 person.",
                "Instead of “exactly 6.0 FTE placed” it would work with 10.5 FTE.",
            ],
        ),
        (
            FIVE_MINUTES,
            {"districts_maximum", "max_drive_minutes"},
            [
                "at most 4 districts; at most 5 minutes from the hub.",
                "Instead of “at most 4 districts” it would work with 7 districts.",
            ],
        ),
        (TORN, {"together", "apart"}, ["Adorf, Dekirchen in one district; Dekirchen, Adorf in different districts."]),
    ],
)
def test_rules_that_cannot_hold_together_are_named(
    tmp_path: Path, rules: tuple[str, str, str], names: set[str], sentences: list[str]
) -> None:
    write_county(tmp_path, county_texts(columns=7))
    posts, districts, towns = rules
    layer = f"{{posts: {posts}, districts: {districts}, municipalities: {towns}}}"
    path = tmp_path / "none.yaml"
    path.write_text(f"name: N\ncounty: county\nkey: {{population: 1}}\nlayers: [{layer}]\n", encoding="utf-8")
    shown = run("solve", path, "--lang", "en")
    assert (shown.status, shown.err) == (1, "")
    assert "There is no plan that keeps all rules; this is proven." in shown.text
    for sentence in sentences:
        assert sentence in shown.text
    result = run("solve", path, "--lang", "en", "--json", "-")
    document = json.loads(result.out)
    assert (result.status, document["status"], "layers" in document) == (1, "infeasible", False)
    told = next(conflict for conflict in document["conflicts"] if set(conflict["rules"]) == names)
    assert all(sentence in told["detail"] for sentence in sentences)
    assert run("compare", path, path).status == 1


def test_the_figure_that_is_said_to_do_does(tmp_path: Path) -> None:
    texts = county_texts(columns=3)
    texts["travel.csv"] = re.sub(r",[\d.]+,road", ",22.34,road", texts["travel.csv"])
    write_county(tmp_path, texts)
    text = "name: N\ncounty: county\nkey: {population: 1}\nlayers:\n  - posts: {total: 2}\n    districts: "
    path = tmp_path / "drive.yaml"
    path.write_text(text + "{minimum: 1, maximum: 2, max_drive_minutes: 20}\n", encoding="utf-8")
    shown = run("solve", path, "--lang", "en")
    figure = re.search(r"from the hub” it would work with ([\d.]+) minutes", shown.text)
    assert figure is not None
    assert figure[1] == "22.4"
    path.write_text(text + f"{{minimum: 1, maximum: 2, max_drive_minutes: {figure[1]}}}\n", encoding="utf-8")
    assert run("solve", path).status == 0


# -- evaluate, compare ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("delimiter", "key"), [(";", "name"), (",", "ags")])
def test_the_best_plan_evaluated_has_the_same_figures(tmp_path: Path, delimiter: str, key: str) -> None:
    best = json.loads(run("solve", "modell-2-wohlfahrt", "--json", "-").out)
    names = {town["ags"]: town[key] for town in best["municipalities"]}
    rows = [["municipality", "district", "employer", "fte", "hub"]]
    for position, district in enumerate(best["layers"][0]["districts"], 1):
        fte = str(district["fte"]).replace(".", "," if delimiter == ";" else ".")
        rows += [
            [names[town["ags"]], str(position), district["employer"], fte, names[district["hub"]]]
            for town in district["municipalities"]
        ]
    plan = plan_csv(tmp_path, "\n".join(delimiter.join(row) for row in rows))
    shown = run("evaluate", "modell-2-wohlfahrt", "--plan", plan, "--json", "-")
    assert (shown.status, shown.err) == (0, "")
    given = json.loads(shown.out)
    assert (given["status"], given["layers"][0]["given"], given["stages"]) == ("given", True, [])
    for figure in ("fair_level", "lowest_coverage", "shortfall_hours", "travel_hours", "ki_share", "municipalities"):
        assert given[figure] == best[figure]
    assert given["layers"][0]["districts"] == best["layers"][0]["districts"]
    assert all(rule["holds"] for rule in given["rules"])


def test_every_breach_of_a_plan_made_by_hand_is_named(small: Callable[[str], Path], tmp_path: Path) -> None:
    plan = plan_csv(
        tmp_path,
        "municipality;district;employer;fte;hub\nAdorf;1;awo;3;Bestadt\nCehausen;1;;;\n5999008;2;ki;0,5;\n",
    )
    shown = run("evaluate", small(SMALL), "--plan", plan, "--lang", "en")
    assert shown.status == 0
    for breach in (
        "at least 33.3% of the posts at the KI: NOT kept. Here: 14.3%.",
        "every municipality in exactly one district: NOT kept. Concerns: Dekirchen.",
        "every district connected: NOT kept. Concerns: Adorf, Cehausen.",
        "exactly 4.0 FTE placed: NOT kept. Here: 3.5 FTE.",
        "at most 2.0 FTE at AWO: NOT kept. Here: 3.0 FTE.",
        "hubs of AWO only where allowed: NOT kept. Concerns: Adorf, Cehausen.",
    ):
        assert breach in shown.text
    assert "at least 2 districts: kept (2 districts)." in shown.text
    assert "leading zero" in shown.err


def test_labels_of_a_plans_table_are_its_numbers_or_names(small: Callable[[str], Path], tmp_path: Path) -> None:
    head = "municipality;district;employer;fte\n"
    numbers = plan_csv(tmp_path, head + "Adorf;2;ki;2\nBestadt;2;;\nCehausen;1;ki;2\nDekirchen;1;;\n")
    shown = run("evaluate", small(SMALL), "--plan", numbers, "--json", "-")
    assert [one["name"] for one in json.loads(shown.text)["layers"][0]["districts"]] == [None, None]
    names = plan_csv(tmp_path, head + "Adorf;West;ki;2\nBestadt;West;;\nCehausen;Ost;ki;2\nDekirchen;Ost;;\n")
    shown = run("evaluate", small(SMALL), "--plan", names, "--json", "-")
    assert [one["name"] for one in json.loads(shown.text)["layers"][0]["districts"]] == ["West", "Ost"]


def test_a_plan_is_for_one_of_several_layers(tmp_path: Path) -> None:
    plan = plan_csv(tmp_path, "municipality,district\n" + "".join(f"055580{n:02},1\n" for n in range(4, 45, 4)))
    shown = run("evaluate", "modell-3-kommunen", "--plan", plan, "--layer", "2", "--json", "-")
    layers = json.loads(shown.out)["layers"]
    assert shown.status == 0
    assert [len(layer["districts"]) for layer in layers] == [11, 1]
    for layer in (0, 3):
        refused = run("evaluate", "modell-3-kommunen", "--plan", plan, "--layer", layer, "--lang", "en")
        assert refused.status == 2
        assert refused.err == f"--layer: there is no layer {layer}: a number from 1 to 2\n"


@pytest.mark.slow
def test_all_scenarios_are_compared_and_no_figure_is_cut() -> None:
    shown = run("compare", *SHIPPED)
    assert (shown.status, shown.err) == (0, "")
    for position in range(1, len(SHIPPED) + 1):
        assert f"({position}) " in shown.out
    assert "…" not in shown.out
    lines = shown.out.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("│ Dülmen "))
    assert len(re.findall(r"\d+,\d %", lines[place])) == len(SHIPPED)
    assert len(re.findall(r"\([+−]\d+,\d %-Punkte\)", lines[place + 1])) == len(SHIPPED) - 1


def test_a_comparison_wider_than_the_screen_is_not_cut(small: Callable[[str], Path]) -> None:
    shown = run("compare", *[small(SMALL)] * 12)
    row = next(line for line in shown.out.splitlines() if line.startswith("│ Dekirchen "))
    assert len(re.findall(r"\d+,\d %", row)) == 12


def test_a_comparison_tells_the_faults_of_all_scenarios(small: Callable[..., Path]) -> None:
    one = small(SMALL.replace("total: 4", "total: 4.3"), "one.yaml")
    two = small(SMALL.replace("awo", "avo"), "two.yaml")
    shown = run("compare", one, "modell-1-zentral", two, "nowhere", "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    assert [line.rpartition("/")[2].partition(",")[0].partition(":")[0] for line in shown.err.splitlines()] == [
        "one.yaml",
        "two.yaml",
        "nowhere",
    ]


# -- check, county build, app -----------------------------------------------------------------------------------------


def test_check_says_what_is_in_order_and_what_is_not(small: Callable[[str], Path], tmp_path: Path) -> None:
    path = small(SMALL)
    good = run("check", path, tmp_path / "county", "modell-1-zentral", "05558-coesfeld", "--lang", "en")
    assert (good.status, good.err) == (0, "")
    assert good.out.count(": nothing wrong\n") == 4
    (tmp_path / "county" / "municipalities.csv").write_text("ags,name,lon,lat,population\n0599,Adorf,7,x,9\n")
    bad = run("check", path, tmp_path / "county", "modell-1-zentral", "--lang", "en")
    assert bad.status == 2
    assert bad.out.count(": nothing wrong\n") == 1
    assert "municipalities.csv:2, ags: “0599” is not a municipality key" in bad.err
    assert "municipalities.csv:2, lat: “x” is not a number" in bad.err


def test_a_county_is_built_and_can_be_checked(state: Path, tmp_path: Path) -> None:
    files = ["--figures", state / "figures.csv", "--boundaries", state / "boundaries.gpkg", "--out", tmp_path]
    built = run("county", "build", "Musterland", *files, "--lang", "en")
    folder = tmp_path / "05999-musterland"
    assert built.status == 0
    assert built.out == f"{folder}: Kreis Musterland, 4 municipalities\n"
    assert "Note: " in built.err
    assert run("check", folder).status == 0
    again = run("county", "build", "Musterland", *files, "--lang", "en")
    assert again.status == 2
    assert "exists already" in again.err
    assert run("county", "build", "Musterland", *files, "--replace").status == 0
    # Adorf is a county by itself, and so no place for districts.
    every = run("county", "build", "all", *files, "--replace", "--lang", "en")
    assert (every.status, every.out) == (0, built.out)
    local = run("county", "build", "all", *files, "--travel", tmp_path / "drives.csv", "--lang", "en")
    assert (local.status, local.err) == (2, "--travel: it is of one county: that county by itself\n")


def test_the_application_is_started_from_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    environments: list[dict[str, str]] = []
    folders: list[Path] = []

    def noted(_: str, command: list[str], environment: dict[str, str]) -> None:
        begun.append(command)
        environments.append(environment)
        raise SystemExit(0)

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "chdir", folders.append)
    monkeypatch.setattr(os, "execve", noted)
    monkeypatch.setenv("KIM_DATA", "data")
    monkeypatch.setenv("STREAMLIT_THEME_PRIMARY_COLOR", "#123456")
    run(
        "app",
        "--port",
        "8600",
        "--no-browser",
        "--host",
        "a.example",
        "--host",
        "b.example:8443",
        "--base-path",
        "/kim",
    )
    assert begun[0][1:3] == ["-m", "hosting"]
    options = ["--lang=de", "--address=127.0.0.1", "--port=8600", "--base-path=/kim"]
    assert begun[0][3:] == [*options, "--host=a.example", "--host=b.example:8443", "--no-browser"]
    assert folders == [ROOT]
    assert environments[0]["KIM_DATA"] == str(Path.cwd() / "data")
    assert environments[0]["STREAMLIT_THEME_PRIMARY_COLOR"] == "#123456"
    assert environments[0]["STREAMLIT_SERVER_ENABLE_STATIC_SERVING"] == "true"


def test_where_processes_are_not_replaced_the_application_is_started_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[dict[str, Any]] = []

    def noted(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        ran.append(options)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "run", noted)
    assert run("app", "--no-browser").status == 0
    assert ran[0]["cwd"] == ROOT
    assert ran[0]["env"]["STREAMLIT_SERVER_ENABLE_STATIC_SERVING"] == "true"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_is_in_the_language_asked_for(language: Language) -> None:
    shown = run("solve", "--help", f"--lang={language}")
    assert shown.status == 0
    assert " ".join(translate(parser.ARGPARSE[3], language).split()) in shown.text
    assert ("show this help" in shown.text) == (language == "en")


@pytest.mark.parametrize(
    ("arguments", "used"), [(["--help"], set()), (["app", "--help"], set()), (["check", "modell-1-zentral"], {"check"})]
)
def test_a_subcommand_is_read_only_where_it_is_run(arguments: list[str], used: set[str]) -> None:
    script = (
        "import sys; from command.main import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(*(name[8:] for name in sys.modules if name.startswith('command.')), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script, *arguments], cwd=ROOT, capture_output=True, check=True)
    assert set(ended.stderr.decode().split()) & {*RUN, "screen", "workers"} == used | ({"screen"} if used else set())


# -- hostile names ----------------------------------------------------------------------------------------------------

HOSTILE = ["[red]x[/red]", "[/]", "{0} {name!r}", "%s %d %(x)s", "${alert(1)}", ":heart: <b>", "=1+1", "a\\[b\\"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_text(tmp_path: Path, name: str) -> None:
    texts = county_texts(columns=2)
    folder = write_county(tmp_path, texts)
    cell = '"' + name.replace('"', '""') + '"'
    (folder / "municipalities.csv").write_text(texts["municipalities.csv"].replace("Adorf", cell), encoding="utf-8")
    quoted = json.dumps(name)
    (tmp_path / "h.yaml").write_text(
        f"name: {quoted}\ndescription: {quoted}\ncounty: county\nkey: {{population: 1}}\n"
        f"layers: [{{name: {quoted}, posts: {{total: 2}}, districts: {{minimum: 1}}}}]\n",
        encoding="utf-8",
    )
    solved, compared = run("solve", tmp_path / "h.yaml"), run("compare", *[tmp_path / "h.yaml"] * 2)
    assert (solved.status, solved.err, compared.status, compared.err) == (0, "", 0, "")
    assert solved.out.splitlines()[:2] == [name, name]
    assert f"{name}: 2,0" in solved.out
    assert f"│ {name} " in solved.out
    assert f"(1) {name}" in compared.out
    assert f"│ {name} " in compared.out
    result = json.loads(run("solve", tmp_path / "h.yaml", "--json", "-").out)
    assert (result["scenario"], result["municipalities"][0]["name"]) == (name, name)
