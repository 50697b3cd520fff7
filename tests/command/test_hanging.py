"""A solver that hears nothing any more: with a time limit the command ends, says why, and leaves nothing running."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from running import ROOT, SMALL, run

from command import state_run
from optimizer import cbc
from optimizer import solver as solvers
from optimizer.solver import Solver
from workers.worker import Overdue, ProcessExpired

# It answers who asks whether it runs.
HANGING = '#!/bin/sh\ncase "$*" in *-quit*) exit 0;; esac\necho $$ > "$0.pid"\nexec sleep 1000\n'
ENDED = "The computation did not end at its time limit and was ended: try again, or the other solver with --solver.\n"


@pytest.mark.skipif(os.name == "nt", reason="a script of a shell")
def test_a_solver_that_hangs_is_ended_and_told(
    small: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "with space" / "cbc"
    program.parent.mkdir()
    program.write_text(HANGING)
    program.chmod(0o755)
    monkeypatch.setattr(solvers, "cbc_path", lambda: str(program))
    monkeypatch.setattr(cbc, "_SECONDS_MORE", 0.0)
    asked = ("solve", small(SMALL), "--time-limit", "1", "--lang", "en")
    shown = run(*asked, "--solver", "cbc")
    assert (shown.status, shown.out) == (3, "")
    assert shown.err == "The solver cbc did not end at its time limit and was ended: try the other one with --solver.\n"
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path(f"{program}.pid").read_text()), 0)
    # The advice helps; and so does the planner by itself where it does not even answer that it runs.
    assert run(*asked, "--solver", "highs").status == 0
    program.write_text(HANGING.replace("*-quit*) exit 0;;", "never) ;;"))
    monkeypatch.setattr(solvers, "_ANSWER", 0.1)
    solvers.default_solver.cache_clear()
    assert solvers.default_solver() is Solver.HIGHS
    solvers.default_solver.cache_clear()


def test_a_command_that_hangs_in_itself_is_ended(small: Callable[[str], Path]) -> None:
    script = (
        "import sys, threading; from command import main, solving; from workers import limits\n"
        "solving.solve = lambda *_, **__: threading.Event().wait()\n"
        "limits._SECONDS_MORE = 0.0\n"
        "main.main()"
    )
    command = [sys.executable, "-c", script, "solve", str(small(SMALL)), "--time-limit", "0.2", "--lang", "en"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", ENDED)


@pytest.mark.parametrize(("end", "told"), [(Overdue(), ENDED), (ProcessExpired(), "ended from outside")])
def test_a_process_that_is_ended_is_told(
    small: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, end: Exception, told: str
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise end

    monkeypatch.setattr("command.solving.solve", stop)
    shown = run("solve", small(SMALL), "--lang", "en")
    assert (shown.status, shown.out) == (3, "")
    assert told in shown.err
    assert state_run.no_answer(end) is not None
