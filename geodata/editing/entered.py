"""Tables as people enter them, in a workbook or on screen: each cell read with its fault at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from files.csv_table import MOST_FAULTS, Mark, Row, Table, municipality_key
from files.faults import Fault
from files.typed import instead, offered, shown
from geodata.county import County
from geodata.editing.labels import spellings
from geodata.labels import town_names
from geodata.records import Ags
from translation import Message, listing, msg

Place = Callable[[int | None, str | None], str]
"""Names a row (``None``: the whole table) and a column (``None``: the whole row) for people."""
_Word = TypeVar("_Word", bound=str)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _nowhere(_line: int | None, _column: str | None) -> str:
    return ""


@dataclass
class EnteredTable(Table):
    """A table of the county that somebody entered; ``place`` says where its cells are.

    Cells in ``broken`` have a fault already and get no other. ``towns`` maps keys to names of municipalities.
    ``written`` is the table as its file has it, whose columns show their decimal marks; what was typed shows none.
    """

    place: Place = _nowhere
    towns: Mapping[Ags, str] = field(default_factory=dict)
    broken: set[tuple[int, str]] = field(default_factory=set)
    written: Table | None = None

    def fault(self, row: Row | None, column: str | None, wrong: Message, allowed: Message | None = None) -> None:
        """Notes a fault at its place; after a hundred only that there are more."""
        if row is not None and column is not None and (row.line, column) in self.broken:
            return
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.place(row.line if row else None, column), wrong, allowed))
        elif len(self.faults) == MOST_FAULTS:
            wrong = msg("there are more faults in this table")
            self.faults.append(Fault(self.place(None, None), wrong, msg("mend these first")))

    def mark(self, column: str) -> Mark | None:
        """The decimal mark of doubtful cells of a column."""
        return None if self.written is None else self.written.mark(column)

    @property
    def repairs(self) -> list[Fault]:
        """What was repaired, at its place."""
        return [Fault(self.place(fault.line, fault.column), fault.wrong, fault.allowed) for fault in super().repairs]

    def number(
        self,
        row: Row,
        column: str,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        may_be_empty: bool = False,
        no_thousands: bool = False,
    ) -> float | None:
        """The number in a cell; one that a spreadsheet made a date of is told as such."""
        if _DATE.fullmatch(row[column]):
            wrong = msg("the figure became a date ({date})", date=row[column])
            self.fault(row, column, wrong, msg("a number; format the cell as a number and type it again"))
            return None
        limits = {"minimum": minimum, "maximum": maximum}
        return super().number(row, column, **limits, may_be_empty=may_be_empty, no_thousands=no_thousands)

    def town(self, row: Row, column: str, text: str | None = None) -> Ags | None:
        """The municipality in a cell (or in ``text``, a part of it), by name or by key."""
        text = row[column] if text is None else text
        if not text:
            self.fault(row, column, msg("no municipality is given"), msg("its name or its key (AGS)"))
            return None
        if text.removesuffix(".0").isdecimal():
            ags = self.ags_text(row, column, text)
            if ags is not None and ags not in self.towns:
                wrong = msg("the county has no municipality {ags}", ags=ags)
                self.fault(row, column, wrong, msg("the key of a municipality of the county, or its name"))
                return None
            return ags
        found = self._named(text)
        if found is None:
            wrong = msg("the county has no municipality “{name}”", name=shown(text))
            self.fault(row, column, wrong, instead(text, self.towns.values()))
        return found

    def known_town(self, text: str) -> Ags | None:
        """The municipality of the county that ``text`` names or is the key of; no fault where there is none."""
        key = municipality_key(text)
        if key is not None:
            return key if key in self.towns else None
        return self._named(text)

    def _named(self, text: str) -> Ags | None:
        return next((self._towns_by_name[name] for name in town_names(text) if name in self._towns_by_name), None)

    @cached_property
    def _towns_by_name(self) -> dict[str, Ags]:
        return {name.casefold(): ags for ags, name in self.towns.items()}

    def word(self, row: Row, column: str, words: Mapping[_Word, Message]) -> _Word | None:
        """One of a few words, as such or as people call it in any language."""
        text = row[column]
        found = next((word for word, label in words.items() if text.casefold() in spellings(word, label)), None)
        if found is None:
            allowed = msg("one of: {words}", words=listing(words.values()))
            self.fault(row, column, msg("{text} is not known here", text=offered(text or None)), allowed)
        return found

    def same_town(self, row: Row, column: str, ags: Ags | None) -> None:
        """Notes a fault where the name in a cell is not that of ``ags``: rows that came out of step."""
        text, name = row.cells.get(column, ""), self.towns.get(ags or "")
        if name is not None and text and name.casefold() not in town_names(text):
            wrong = msg("{ags} is {name}, not “{text}”", ags=ags, name=shown(name), text=shown(text))
            self.fault(row, column, wrong, msg("key and name of one municipality; was only one column sorted?"))


def entered_table(county: County, columns: Sequence[str], rows: Iterable[Row], place: Place) -> EnteredTable:
    """A table of ``county`` with those ``rows``, ready to be read."""
    towns = {town.ags: town.name for town in county.municipalities}
    return EnteredTable("", tuple(columns), tuple(rows), ";", place=place, towns=towns)
