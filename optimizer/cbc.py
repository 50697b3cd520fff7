"""CBC as PuLP runs it, but ended where it does not end by itself."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pulp

#: Beyond its time limit, which it looks at between two steps only: a share of it, and seconds.
_SHARE_MORE, _SECONDS_MORE = 1.1, 10.0
_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)


class CbcHung(Exception):  # noqa: N818 - an outcome, not an error of the program
    """It was still running long after its time limit, and was ended."""


class Cbc(pulp.COIN_CMD):  # type: ignore[misc]
    """What differs from PuLP: a time after which it is ended, files that never stay, and folders with spaces."""

    def solve_CBC(self, lp: pulp.LpProblem, use_mps: bool = True) -> int:  # noqa: ARG002, N802 - PuLP's own
        """Solves ``lp``, and fills in what came of it. Raises :class:`CbcHung` and ``PulpSolverError``."""
        with tempfile.TemporaryDirectory(prefix="kim-") as folder:
            model, solution = Path(folder, "model.mps"), Path(folder, "model.sol")
            variables, names, rows, _ = lp.writeMPS(str(model), rename=1)
            self._run([str(model), *self._told(lp), "-solution", str(solution)])
            if not solution.exists():
                raise pulp.PulpSolverError("no solution was written")
            status, values, reduced, prices, slacks, solved = self.readsol_MPS(
                str(solution), lp, variables, names, rows
            )
        lp.assignVarsVals(values)
        lp.assignVarsDj(reduced)
        lp.assignConsPi(prices)
        lp.assignConsSlack(slacks, activity=True)
        lp.assignStatus(status, solved)
        return int(status)

    def _told(self, lp: pulp.LpProblem) -> list[str]:
        told = ["-max"] if lp.sense == pulp.LpMaximize else []
        if self.timeLimit is not None:
            told += ["-sec", str(self.timeLimit)]
        for option in [*self.options, *self.getOptions()]:
            told += f"-{option}".split()
        return [*told, "-solve" if self.mip else "-initialSolve", "-printingOptions", "all"]

    def _run(self, arguments: list[str]) -> None:
        limit = None if self.timeLimit is None else _SHARE_MORE * self.timeLimit + _SECONDS_MORE
        quiet = subprocess.DEVNULL
        try:
            # Whatever ends the waiting ends it, too.
            ended = subprocess.run(
                [self.path, *arguments],
                stdin=quiet,
                stdout=quiet,
                stderr=quiet,
                timeout=limit,
                check=False,
                creationflags=_NO_WINDOW,
            )
        except subprocess.TimeoutExpired:
            raise CbcHung from None
        except OSError as error:
            raise pulp.PulpSolverError(f"{self.path}: {error.strerror or error}") from error
        if ended.returncode != 0:
            raise pulp.PulpSolverError(f"{self.path} ended with status {ended.returncode}")
