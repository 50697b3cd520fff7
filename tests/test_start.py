"""What is not loaded before it is needed: that is why the planner starts soon (bench/start.py measures how soon)."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from serving import answers

ROOT = Path(__file__).parents[1]
#: What only pages, papers and official files need.
NO_COMMAND = {
    "PIL", "altair", "branca", "fontTools", "folium", "geopandas", "lxml", "openpyxl", "pandas", "pptx",
    "pyarrow", "pyogrio", "pyproj", "requests", "streamlit", "typst", "vl_convert", "xlsxwriter",
}  # fmt: skip
#: What only papers and official files need.
NO_PAGE = {
    "PIL", "altair", "geopandas", "lxml", "openpyxl", "pptx", "pyogrio", "pyproj", "typst", "vl_convert", "xlsxwriter",
}  # fmt: skip
#: What reading scenarios and counties, solving and printing need.
SOLVING = {"babel", "highspy", "numpy", "pulp", "pydantic", "rich", "ruamel", "shapely"}
PAPERS = {"maps.paper.png", "maps.paper.sheet", "reports.package", "reports.paper", "serving.papers", "views.papers"}
WHY = {"exploring.exploration", "optimizer.explore", "optimizer.feasibility"}


def loaded(script: str, *arguments: str, given: bytes | None = None) -> set[str]:
    """Every module and package that a fresh process has loaded once ``script`` has run."""
    told = f"import sys\ntry:\n    {script}\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", told, *arguments]
    ended = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, check=True)
    return set(ended.stderr.decode().split())


KIM = "from command.main import main; main()"


@pytest.mark.parametrize("arguments", [("--help",), ("solve", "--help"), ("explore", "--help", "--lang=en")])
def test_the_help_loads_no_library(arguments: tuple[str, ...]) -> None:
    assert loaded(KIM, *arguments) & (NO_COMMAND | SOLVING | {"platformdirs", "scenarios", "wording"}) == set()


def test_a_solve_loads_what_it_needs() -> None:
    found = loaded(KIM, "solve", "modell-1-zentral")
    # Where this fails, the names below have changed and prove nothing.
    assert found >= SOLVING
    assert found & (NO_COMMAND | WHY | PAPERS | {"maps.screen", "platformdirs", "reports", "serving", "views"}) == set()


def test_a_check_loads_no_solver() -> None:
    assert loaded(KIM, "check", "modell-1-zentral") & (NO_COMMAND | {"highspy", "pulp"}) == set()


def test_the_first_page_loads_no_papers() -> None:
    found = loaded("import app, views.plan")
    assert found >= {"folium", "pandas", "streamlit", "views.papers_button"}
    assert found & (NO_PAGE | WHY | PAPERS | {"highspy", "pulp"}) == set()


def test_a_process_of_the_server_loads_the_optimizer_alone() -> None:
    script = "import pickle, serving.processes; pickle.load(sys.stdin.buffer)"
    found = loaded(script, given=pickle.dumps(answers.plan_of))
    assert found >= {"optimizer.solve", "workers.pool"}
    unwanted = {"babel", "command", "geodata", "pydantic", "ruamel", "scenarios", "shapely", "translation", "views"}
    assert found & (NO_COMMAND | unwanted) == set()
