"""How long the papers take: ``python bench/papers.py [--runs N] [--before FOLDER [--python FILE]]``.

The processor time (of all processes) of the whole package of the three models with default settings: by ``kim report``,
and as the page “Papers” makes it, in processes of the server. Then of the command with one kind of paper each, and with
none (``kim compare``), for solving is in all of them. Medians of fresh processes, as in bench/start.py. By the clock a
quiet machine needs for the command as much, for the page with two cores little more than half.
"""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path

from start import compare

MODELS = ("modell-1-zentral", "modell-2-wohlfahrt", "modell-3-kommunen")
KINDS = ("pdf", "docx", "pptx", "xlsx", "png", "svg", "html", "gpkg", "geojson")
PAGE = f"""
import time
from datetime import date
from optimizer.solve import solve
from reports.package import Format, MapSheet
from reports.style import Style
from scenarios import SCENARIOS
from scenarios.assemble import load_problem
from serving.answers import Answer
from serving.papers import Request, begin
from serving.processes import work

loaded = [load_problem(SCENARIOS / f"{{stem}}.yaml") for stem in {MODELS}]
answers = [Answer(one, solve(one.problem), (), "") for one in loaded]
making = begin(answers, Request("de", "", date(2026, 3, 9), tuple(Format), 0, MapSheet()), Style())
while making.left:
    time.sleep(0.05)
assert not making.made().wrong
work().close()
"""


def measured(out: str, _folder: Path) -> dict[str, tuple[str, ...]]:
    """What is measured, with the files of the command in ``out``: name to arguments of Python."""
    command = ("-m", "command.main")
    report = (*command, "report", *MODELS, "--out", out, "--date", "2026-03-09")
    return {
        "kim report, all papers": report,
        "all papers as the page makes them": ("-c", PAGE),
        "kim compare, no papers": (*command, "compare", *MODELS),
        **{f"kim report --{kind}": (*report, f"--{kind}") for kind in KINDS},
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        compare(__doc__, partial(measured, folder))
