"""The command ``kim``: the same functions as the pages, without a browser. :class:`ExitStatus` says how it ends."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType

from command.parser import language_of, parser
from command.status import ExitStatus
from command.streams import discard, replace_unknown_signs, tell
from files.faults import InputError
from files.system import reason
from translation import Language, msg, translate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status. No input ends in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        _begin_process()
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
        return ExitStatus.CLOSED
    except OSError as error:
        if error.filename is None:
            discard(sys.stdout)
        file = error.filename or msg("standard output")
        tell([translate(msg("{file}: {reason}", file=file, reason=reason(error)), language)])
        return ExitStatus.BAD_INPUT


def _begin_process() -> None:
    """Lets a process that has nothing else to do load its modules sooner."""
    # With a thread for every core, numpy would be slower to start and no faster on matrices as small as ours.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Modules are no garbage: to look for some while they are loaded, and later among them, takes a sixth of a solve.
    gc.disable()
    # Ended from outside it takes along what it started, as with Ctrl+C.
    signal.signal(signal.SIGTERM, _ended)


def _ended(number: int, _frame: FrameType | None) -> None:
    # As shells count.
    raise SystemExit(128 + number)


def _run(given: Sequence[str], language: Language) -> int:
    try:
        options = parser(language).parse_args(given)
        # The help needs neither the screen nor any subcommand, and no subcommand needs the others.
        from command.screen import Screen

        subcommand = import_module(f"command.{options.run}")
        if not gc.isenabled():
            gc.freeze()
            gc.enable()
        return int(subcommand.run(options, Screen(language)))
    except InputError as error:
        tell(error.lines(language))
        return ExitStatus.BAD_INPUT
    except Exception as error:
        # Read only here: the help solves nothing.
        from command.failures import no_answer

        text = no_answer(error)
        if text is None:
            raise
        status = ExitStatus.NO_ANSWER
    except KeyboardInterrupt:
        text, status = msg("Stopped."), ExitStatus.STOPPED
    tell([translate(text, language)])
    return status


if __name__ == "__main__":
    sys.exit(main())
