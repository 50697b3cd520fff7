"""Figures that are being changed and not saved yet: kept after every edit, read back after a reload."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from geodata.county import County
from geodata.editing.entered import Place
from geodata.editing.entered_figures import Entered, read_entered
from geodata.editing.entered_rows import TextRow, table_columns, table_of_rows, text_rows
from geodata.editing.figures import Figures, TableName, figures_of
from scenarios.drafts import Draft, Drafts
from scenarios.library import library
from translation import Language
from views import address

KIND = "data"
#: A draft keeps fewer steps rather than become larger.
_MOST_BYTES = 4_000_000

Rows = dict[TableName, list[TextRow]]
"""The tables that were changed. Of the drives only the rows that were."""


@dataclass(frozen=True)
class FiguresDesk:
    """The figures of ``county``, the data set ``name``, on which somebody works in ``language``."""

    name: str
    county: County
    language: Language

    @property
    def draft(self) -> Draft | None:
        """The work that the address names, where it is on this data set."""
        id = address.value(address.DATA_DRAFT)
        draft = None if id is None else Drafts(library().drafts_folder).read(id, KIND)
        return draft if draft is not None and draft.base == self.name else None

    def original(self, table: TableName) -> list[TextRow]:
        """The rows of a table as the data set has them."""
        return text_rows(figures_of(self.county), self.county, table, self.language)

    def rows(self, table: TableName) -> list[TextRow]:
        """The rows of a table as they are now."""
        return self._whole(table, self._changed())

    def edit(self, table: TableName, rows: list[TextRow]) -> None:
        """Keeps the rows of a table as a further step. Raises ``InputError`` where nothing can be written."""
        changed = self._changed()
        changed.pop(table, None)
        if rows != self.original(table):
            changed[table] = self._part(table, rows)
        self._keep(changed)

    def take(self, figures: Figures) -> None:
        """Keeps all ``figures`` as a further step, in place of what was changed before."""
        found = {table: text_rows(figures, self.county, table, self.language) for table in TableName}
        self._keep({t: self._part(t, rows) for t, rows in found.items() if rows != self.original(t)})

    def undo(self) -> None:
        """Takes the last step back."""
        if (draft := self.draft) is not None:
            Drafts(library().drafts_folder).write(draft.undone())

    def redo(self) -> None:
        """Puts the step taken back last in force again."""
        if (draft := self.draft) is not None:
            Drafts(library().drafts_folder).write(draft.redone())

    def discard(self) -> None:
        """Forgets all that was not saved."""
        if (draft := self.draft) is not None:
            Drafts(library().drafts_folder).discard(draft)
        address.put(address.DATA_DRAFT, None)

    def entered(self, place: Mapping[TableName, Place]) -> Entered:
        """The figures as they are now. Raises ``InputError`` with every fault, at the places that ``place`` names."""
        changed = self._changed()
        tables = {}
        for table in changed:
            rows = self._whole(table, changed)
            columns = tuple(rows[0]) if rows else table_columns(figures_of(self.county), table)
            tables[table] = table_of_rows(self.county, columns, rows, place[table])
        return read_entered(tables, self.county)

    def _changed(self) -> Rows:
        draft = self.draft
        return {} if draft is None else _sound(draft.state)

    def _keep(self, changed: Rows) -> None:
        drafts, draft = Drafts(library().drafts_folder), self.draft
        state = {str(table): rows for table, rows in changed.items()}
        if draft is None:
            if not state:
                return
            draft = drafts.begin(KIND, self.name, None, {})
            address.put(address.DATA_DRAFT, draft.id)
        draft = draft.changed(state)
        while len(draft.states) > 1 and len(json.dumps(draft.states)) > _MOST_BYTES:
            draft = replace(draft, states=draft.states[1:], position=draft.position - 1)
        drafts.write(draft)

    def _part(self, table: TableName, rows: list[TextRow]) -> list[TextRow]:
        if table is not TableName.TRAVEL:
            return rows
        # A large county has tens of thousands of drives, and every step would keep them all.
        before = {_pair(row): row for row in self.original(table)}
        return [row for row in rows if before.get(_pair(row)) != row]

    def _whole(self, table: TableName, changed: Rows) -> list[TextRow]:
        if table not in changed:
            return self.original(table)
        if table is not TableName.TRAVEL:
            return changed[table]
        after = {_pair(row): row for row in changed[table]}
        return [after.get(_pair(row), row) for row in self.original(table)]


def _pair(row: TextRow) -> tuple[str | None, str | None]:
    return row.get("from"), row.get("to")


def _sound(state: Any) -> Rows:
    """The tables in a state that was read from a file; whatever is none of them is left out."""
    if not isinstance(state, dict):
        return {}
    return {
        table: [
            {str(column): str(text) for column, text in row.items()} for row in state[table] if isinstance(row, dict)
        ]
        for table in TableName
        if isinstance(state.get(table), list)
    }
