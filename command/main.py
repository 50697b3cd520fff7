"""The command ``kim``: the same functions as the pages, without a browser. :class:`Status` says how it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from command.arguments import language_of, parser
from command.status import Status
from command.streams import discard, replace_unknown_signs, tell
from files.faults import InputError
from optimizer.solver import SolverError
from optimizer.stages import NoPlanInTime
from translation import Language, msg, translate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. No input ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = language_of(given)
    replace_unknown_signs()
    try:
        try:
            return _run(given, language)
        finally:
            # Here and not at the very end, where Python can only complain that nobody reads.
            sys.stdout.flush()
    except BrokenPipeError:
        discard(sys.stdout, sys.stderr)
        return Status.CLOSED
    except OSError as error:
        if error.filename is None:
            discard(sys.stdout)
        file = error.filename or msg("standard output")
        tell([translate(msg("{file}: {reason}", file=file, reason=error.strerror or str(error)), language)])
        return Status.BAD_INPUT


def _run(given: Sequence[str], language: Language) -> int:
    try:
        options = parser(language).parse_args(given)
        # The help needs neither the screen nor any subcommand, and no subcommand needs the others.
        from command.screen import Screen

        return int(import_module(f"command.{options.run}").run(options, Screen(language)))
    except InputError as error:
        tell(error.lines(language))
        return Status.BAD_INPUT
    except NoPlanInTime:
        text, status = msg("No plan was found in the time allowed: allow more with --time-limit."), Status.NO_ANSWER
    except SolverError as error:
        text = msg("The solver failed ({reason}): try the other one with --solver.", reason=str(error))
        status = Status.NO_ANSWER
    except Exception as error:
        if isinstance(error, OSError) or "KIM_DEBUG" in os.environ:
            raise
        name = f"{type(error).__name__}: {error}"
        text = msg("A fault of KIM-Planer itself ({name}): please report it; with KIM_DEBUG=1 it says more.", name=name)
        status = Status.NO_ANSWER
    except KeyboardInterrupt:
        text, status = msg("Stopped."), Status.STOPPED
    tell([translate(text, language)])
    return status


if __name__ == "__main__":
    sys.exit(main())
