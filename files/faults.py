"""What is wrong with an input: where, what, what is allowed. All faults of a run are told at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from translation import Language, Message, msg, translate


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input file.

    ``file`` is the file as the user knows it, ``line`` its line (1 = first), ``column`` the column, key or cell
    in it. ``wrong`` says what is wrong, ``allowed`` what is allowed and how to mend it.
    """

    file: str
    wrong: Message
    allowed: Message | None = None
    line: int | None = None
    column: str | None = None

    @property
    def message(self) -> Message:
        """What is wrong, and what is allowed, without the place."""
        return self.wrong if self.allowed is None else msg("{wrong}: {allowed}", wrong=self.wrong, allowed=self.allowed)

    def text(self, language: Language) -> str:
        """``file:line, column: what is wrong: what is allowed``."""
        place = self.file + (f":{self.line}" if self.line is not None else "")
        place += f", {self.column}" if self.column else ""
        parts = [place, translate(self.wrong, language)]
        if self.allowed is not None:
            parts.append(translate(self.allowed, language))
        return ": ".join(parts)


class InputError(ValueError):
    """An input that cannot be used; carries every fault found, at least one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.lines("en")))

    def lines(self, language: Language) -> list[str]:
        """One line per fault, in the order found."""
        return [fault.text(language) for fault in self.faults]
