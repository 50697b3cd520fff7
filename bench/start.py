"""How long the planner takes to start: ``python bench/start.py [--runs N] [--before FOLDER [--python FILE]]``.

The processor time (of the solver too) of ``kim --help`` and ``kim solve``, and of the imports of the application, of
its first page and of a process that computes plans for it: the medians of ``--runs`` fresh processes each. With
``--before``, another checkout of the planner is measured in turn with this one, and the ratios are printed. Prints,
never passes or fails: the machine decides the times, only ratios of one run can be compared.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median

HERE = Path(__file__).parents[1]
SCENARIO = "modell-1-zentral"


def measured(folder: Path) -> dict[str, tuple[str, ...]]:
    """What is measured in a checkout: name to arguments of Python."""
    # The modules had other names before.
    command = "command.main" if (folder / "command").is_dir() else "cli"
    work = "serving.processes" if (folder / "serving").is_dir() else "views.work"
    plan = "optimizer.solve" if (folder / "serving" / "answers.py").is_file() else "views.answers"
    return {
        "nothing": ("-c", "pass"),
        "kim --help": ("-m", command, "--help"),
        f"kim solve {SCENARIO}": ("-m", command, "solve", SCENARIO),
        "import app": ("-c", "import app"),
        "import app and first page": ("-c", "import app, views.plan"),
        "imports of a process of the server": ("-c", f"import {work}, {plan}, pulp"),
    }


def processor_seconds(python: str, arguments: tuple[str, ...], folder: Path) -> float:
    """The processor time in seconds of a fresh process and of those that it started."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([python, *arguments], cwd=folder, capture_output=True, check=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime


def compare(about: str | None, commands_of: Callable[[Path], dict[str, tuple[str, ...]]]) -> None:
    """Measures and prints what ``commands_of`` a checkout names."""
    options = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--before", type=Path, help="another checkout to compare with")
    options.add_argument("--python", default=sys.executable, help="the interpreter for that checkout")
    chosen = options.parse_args()
    sides = [(sys.executable, HERE)]
    if chosen.before is not None:
        sides.insert(0, (chosen.python, chosen.before))
    wanted = [commands_of(folder) for _, folder in sides]
    print(f"seconds of processor, medians of {chosen.runs}; load {os.getloadavg()[0]:.1f}")
    print(f"{'':36}" + ("  before     now   ratio" if len(sides) == 2 else "     now"))
    for name in wanted[-1]:
        seconds: list[list[float]] = [[] for _ in sides]
        # In turn, so that what else the machine does falls on both; the first run of each warms the files up.
        for turn in range(chosen.runs + 1):
            for (python, folder), commands, found in zip(sides, wanted, seconds, strict=True):
                used = processor_seconds(python, commands[name], folder)
                if turn > 0:
                    found.append(used)
        medians = [median(found) for found in seconds]
        line = f"{name:36}" + "".join(f"{value:8.3f}" for value in medians)
        print(line + (f"{medians[1] / medians[0]:8.2f}" if len(medians) == 2 else ""), flush=True)


if __name__ == "__main__":
    compare(__doc__, measured)
