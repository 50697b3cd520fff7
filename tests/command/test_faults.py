"""Faults as texts, and every kind of bad input given to the command ``kim``: told in full, and never as a traceback."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from running import SMALL, plan_csv, run

from command import main as cli
from files.faults import Fault, InputError
from translation import msg, number

WRONG = msg("{value} is out of range", value="12")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("a.csv", WRONG), "a.csv: 12 is out of range"),
        (Fault("a.csv", WRONG, line=3), "a.csv:3: 12 is out of range"),
        (Fault("a.csv", WRONG, column="lon"), "a.csv, lon: 12 is out of range"),
        (Fault("a.csv", WRONG, msg("a list"), 3, "lon"), "a.csv:3, lon: 12 is out of range: a list"),
        (Fault("a.csv", WRONG, line=0), "a.csv:0: 12 is out of range"),
    ],
)
def test_a_fault_names_its_place_what_is_wrong_and_what_is_allowed(fault: Fault, text: str) -> None:
    assert fault.text("en") == text


def test_a_fault_is_told_in_the_readers_language() -> None:
    fault = Fault("a.csv", WRONG, msg("{value} FTE", value=number(1234.5, 1)))
    assert fault.text("en").endswith("1,234.5 FTE")
    assert fault.text("de").startswith("a.csv: 12 ")
    assert "1.234,5" in fault.text("de")


def test_an_error_tells_all_its_faults_in_their_order() -> None:
    error = InputError([Fault("b", WRONG), Fault("a", WRONG, line=2)])
    assert error.lines("en") == ["b: 12 is out of range", "a:2: 12 is out of range"]
    assert str(error) == "b: 12 is out of range\na:2: 12 is out of range"
    assert [fault.file for fault in error.faults] == ["b", "a"]


def test_what_a_file_says_is_never_taken_for_a_form() -> None:
    fault = Fault("{0}%s.yaml", msg("unknown key {key}", key="{value} %s {0}"), None, 1, "{x}")
    assert fault.text("en") == "{0}%s.yaml:1, {x}: unknown key {value} %s {0}"


# -- bad input --------------------------------------------------------------------------------------------------------

LAYER = "\nlayers: [{posts: {total: 4}}]\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            SMALL.replace("districts:", "district:"),
            [r":6, layers\[0\]\.district: unknown key .*did you mean “districts”"],
        ),
        (
            SMALL.replace("total: 4", "total: '4,5'"),
            [r":5, layers\[0\]\.posts\.total: “4,5” has a decimal comma: write 4.5"],
        ),
        (
            SMALL.replace("total: 4", "total: many"),
            [r":5, .*“many” is not a number: a number from 0 FTE to 500 FTE"],
        ),
        (SMALL.replace("total: 4", "total: 4.3"), [r":5, .*4.3 FTE is not a multiple of the step 0.5 FTE: 4 or 4.5"]),
        (SMALL.replace("awo", "avo"), [r":9, .*no employer “avo” in this county: did you mean “awo”"]),
        (SMALL.replace("population", "poplation"), [r":3, key\.poplation: .*did you mean “population”"]),
        (SMALL + "    municipalities: {together: [[Adorf, Bestatt]]}\n", [r":10, .*“Bestatt”.*did you mean “Bestadt”"]),
        (SMALL.replace("county: county", "county: 05558"), [r":2, county: there is no county “05558”: did you mean"]),
        ("name: [a\ncounty: c" + LAYER, [r":[123].*: this is not valid YAML"]),
        ("name: a\nname: b\ncounty: county" + LAYER, [r":2, name: the key “name” is there twice: each key once"]),
        ("name: &a [x]\ncounty: *a" + LAYER, [r":1, name: anchors and aliases", r":2, county: anchors and aliases"]),
        ("", [r": the file is empty: a scenario: name, county, layers"]),
        (
            "county: county" + LAYER.replace("4", "nan"),
            [r"name: the key “name” is missing: add it", r"total: “nan” is"],
        ),
        ('name: "a\\e[31m"\ncounty: county' + LAYER, [r":1, name: “a�\[31m” contains the invisible character U\+001B"]),
        ("name: a\x1b[31m\ncounty: county" + LAYER, [r":1: the file holds a control character"]),
    ],
)
def test_faults_of_a_scenario_are_told_with_their_places(
    small: Callable[[str], Path], text: str, lines: list[str]
) -> None:
    path = small(text)
    shown = run("solve", path, "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    told = shown.err.splitlines()
    assert len(told) == len(lines)
    for line, expected in zip(told, lines, strict=True):
        assert re.match(re.escape(str(path)) + ".*" + expected, line), line
    assert run("solve", path).status == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("name: Köln\ncounty: x\n".encode("latin-1"), ":1: the file is not in UTF-8: save it as UTF-8"),
        (b"\x7fELF\x02\x01\x01\0\0\0\xff\xfe" * 40, ": the file is not in UTF-8: save it as UTF-8"),
        (b"PK\x03\x04\0\0\0\0", ":1: the file holds a control character: text only: the file may be damaged"),
        (b"a: [" * 1000, "the file is nested too deeply"),
        (b"- x\n" * 40_000, "the file has too many entries"),
        (b"#" * 300_000, ": the file is too large: at most 0.2 MB"),
    ],
)
def test_files_that_are_no_scenarios_are_refused_in_a_line(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "junk.yaml"
    path.write_bytes(content)
    shown = run("solve", path, "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    assert shown.err.count("\n") == 1
    assert shown.err.startswith(str(path))
    assert expected in shown.err


def test_many_aliases_unfold_nothing(small: Callable[[str], Path]) -> None:
    rows = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))
    shown = run("solve", small("a: &a [x, x]\n" + rows), "--lang", "en")
    assert shown.status == 2
    assert all("anchors and aliases" in line or "more faults" in line for line in shown.err.splitlines())


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("municipality,district,colour\nAdorf,1,red\n", ["1, colour: the column is not known"]),
        ("municipality\nAdorf\n", ["1, district: the column is missing"]),
        (
            "municipality,district,employer,fte,hub\nAdorf,1,ki,x,\nAdorf,1,,,\nBestatt,2,awa,1,Nirgends\n",
            [
                "2, fte: “x” is not a number",
                "3, municipality: Adorf is there twice, first in line 2: each municipality once",
                "4, municipality: there is no municipality “Bestatt” in this county: did you mean “Bestadt”",
                "4, employer: there is no employer “awa” in this county: did you mean “awo”",
                "4, hub: there is no municipality “Nirgends” in this county",
            ],
        ),
        ("municipality,district\nAdorf,1\n", ["2, employer: the district “1” has no employer"]),
        ("municipality,district,employer\nAdorf,1\n", ["2: the row has 2 cells, the header 3"]),
        ("", [" the file is empty"]),
    ],
)
def test_faults_of_a_plan_are_told_with_their_cells(
    small: Callable[[str], Path], tmp_path: Path, rows: str, expected: list[str]
) -> None:
    plan = plan_csv(tmp_path, rows)
    shown = run("evaluate", small(SMALL), "--plan", plan, "--lang", "en")
    assert (shown.status, shown.out) == (2, "")
    told = shown.err.splitlines()
    assert len(told) == len(expected)
    for line, part in zip(told, expected, strict=True):
        assert line.startswith(f"{plan}:{part}"), line


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nowhere.yaml", "nowhere.yaml: the file does not exist: a file of this name\n"),
        ("modell-1-zentra", "modell-1-zentra: the file does not exist: a file of this name\n"),
        (".", ".: this is a folder and no file: an ordinary file\n"),
        ("a\nb\x1b[31m", "a�b�[31m: the file does not exist: a file of this name\n"),
        ("x" * 5000, f"{'x' * 5000}: the name is too long\n"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="other words of the system")
def test_a_file_that_cannot_be_read_is_told_in_a_line(name: str, expected: str) -> None:
    shown = run("solve", name, "--lang", "en")
    assert (shown.status, shown.out, shown.err) == (2, "", expected)


@pytest.mark.parametrize("target", ["missing/result.json", "."])
def test_a_result_that_cannot_be_written_is_told_and_shown_all_the_same(
    small: Callable[[str], Path], tmp_path: Path, target: str
) -> None:
    shown = run("solve", small(SMALL), "--json", tmp_path / target, "--lang", "en")
    assert shown.status == 2
    assert shown.err.startswith(f"{tmp_path / target}: the file cannot be written (")
    assert shown.err.endswith("): a folder that may be written to\n")
    assert "Best plan (proven)" in shown.out


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "COMMAND"),
        (["solv"], "'solv'"),
        (["solve"], "SCENARIO"),
        (["county"], "ACTION"),
        (["solve", "x", "--solver", "glpk"], "'glpk'"),
        (["solve", "x", "--time-limit", "soon"], "“soon” is not a number of seconds above 0, such as 60"),
        (["solve", "x", "--time-limit", "nan"], "“nan” is not a number of seconds above 0, such as 60"),
        (["solve", "x", "--time-limit", "-1"], "“-1” is not a number of seconds above 0, such as 60"),
        (["evaluate", "x"], "--plan"),
        (["evaluate", "x", "--plan", "y", "--layer", "one"], "'one'"),
        (["solve", "x", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], expected: str) -> None:
    shown = run(*arguments, *(["--lang", "en"] if len(arguments) > 1 else []))
    assert (shown.status, shown.out) == (2, "")
    assert expected in shown.err.splitlines()[-1]


def test_a_fault_of_the_program_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("command.solving.solve", broken)
    monkeypatch.delenv("KIM_DEBUG", raising=False)
    assert cli.main(["solve", "modell-1-zentral"]) == 3
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "RuntimeError: inside" in told[0]
    monkeypatch.setenv("KIM_DEBUG", "1")
    with pytest.raises(RuntimeError):
        cli.main(["solve", "modell-1-zentral"])
