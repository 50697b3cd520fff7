"""Where the output of ``kim`` goes."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from command.streams import harmless
from files.faults import Fault
from files.system import reason
from translation import Language, Message, msg, translate


class Screen:
    """Tables and sentences go to standard output, progress and notices to standard error."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.out = _console(sys.stdout)
        self.err = _console(sys.stderr)

    def notices(self, faults: Sequence[Fault]) -> None:
        """Tell what was repaired or is worth knowing."""
        for fault in faults:
            self.note(fault.text(self.language))

    def note(self, text: object) -> None:
        """Tell what is worth knowing in a sentence."""
        line = translate(msg("Note: {text}", text=text), self.language)
        self.err.print(Text(harmless(line), style="yellow"), soft_wrap=True)

    def done(self, message: Message) -> None:
        """Tell in a line what was done."""
        self.out.print(Text(harmless(translate(message, self.language))), soft_wrap=True)

    def show(self, parts: Iterable[RenderableType]) -> None:
        """Show the parts of a report; a table that is too wide for the screen is not cut."""
        for part in parts:
            self.out.print(part, crop=False)

    def save(self, text: str, file: str) -> list[Fault]:
        """Write a result to a file, or for - to standard output; what kept it from being written."""
        if file == "-":
            # A result is UTF-8 wherever it goes, in a Windows console too.
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            sys.stdout.write(text)
            return []
        try:
            Path(file).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            wrong = msg("the file cannot be written ({reason})", reason=reason(error))
            return [Fault(file, wrong, msg("a folder that may be written to"))]
        return []

    def line(self, message: Message) -> Text:
        """A message for a status line."""
        return Text(translate(message, self.language))


class _Console(Console):
    def on_broken_pipe(self) -> None:
        # rich would end the command here, with the status of an infeasible scenario.
        raise BrokenPipeError


def _console(stream: TextIO) -> Console:
    plain = _Console(file=stream, highlight=False)
    # Without a terminal there is no width to keep to.
    return plain if plain.is_terminal else _Console(file=stream, highlight=False, width=150)
