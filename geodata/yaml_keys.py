"""The keys of the YAML files of a county: which there are, which are missing, what may stand in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from files.faults import Fault
from files.reading import read_content
from files.typed import instead, name_fault, offered, remark_fault, shown
from files.yaml_file import MOST_BYTES, Document, Place, read_document
from translation import Message, listing, msg


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a YAML file, the way to it, and the line of its key (in a list: its own)."""

    value: Any
    place: Place
    line: int


@dataclass
class YamlFile:
    """A YAML file as read, and the faults found so far."""

    document: Document
    faults: list[Fault] = field(default_factory=list)

    @property
    def top(self) -> Entry:
        """The whole content."""
        return self._entry(self.document.data, ())

    def _entry(self, value: Any, place: Place) -> Entry:
        return Entry(value, place, self.document.origin.lines[place])

    def fault(self, entry: Entry, key: str | None, wrong: Message, allowed: Message | None = None) -> None:
        """Notes a fault of ``key`` at ``entry``."""
        self.faults.append(Fault(self.document.origin.file, wrong, allowed, entry.line, key))

    def mapping(
        self, entry: Entry, where: str | None, required: Sequence[str], optional: Collection[str] = ()
    ) -> dict[str, Entry]:
        """The keys of ``entry``; an unknown key, a missing one and a value that is no mapping are faults."""
        known = [*required, *optional]
        if not isinstance(entry.value, dict):
            self.fault(entry, where, msg("keys are missing here"), msg("the keys {keys}", keys=listing(known)))
            return {}
        entries = {key: self._entry(value, (*entry.place, key)) for key, value in entry.value.items()}
        for key, value in entries.items():
            if key not in known:
                self.fault(value, where, msg("the key “{key}” is not known", key=shown(key)), instead(key, known))
        for key in required:
            if key not in entries:
                allowed = msg("the keys {keys}", keys=listing(known))
                self.fault(entry, where, msg("the key “{key}” is missing", key=key), allowed)
        return {key: value for key, value in entries.items() if key in known}

    def items(self, entry: Entry | None, key: str) -> list[Entry]:
        """The entries of a list; empty where ``entry`` is missing or empty."""
        if entry is None or entry.value is None:
            return []
        if isinstance(entry.value, list):
            return [self._entry(item, (*entry.place, position)) for position, item in enumerate(entry.value)]
        self.fault(entry, key, msg("a list is missing here"), msg("one item per line, each beginning with “- ”"))
        return []

    def name(self, entry: Entry | None, key: str) -> str | None:
        """A name: not empty, at most 200 visible characters. ``None`` where it is missing or wrong."""
        return self._text(entry, key, long=False)

    def remark(self, entry: Entry | None, key: str) -> str | None:
        """A longer text, not empty."""
        return self._text(entry, key, long=True)

    def _text(self, entry: Entry | None, key: str, *, long: bool) -> str | None:
        if entry is None:
            return None
        if isinstance(entry.value, bool):
            wrong = msg("{value} is not a text", value=offered(entry.value))
            self.fault(entry, key, wrong, msg("a text; put it in quotes"))
            return None
        if not isinstance(entry.value, str) or not entry.value.strip():
            self.fault(entry, key, msg("a text is missing here"), msg("one text, not empty"))
            return None
        text = entry.value.strip()
        found = remark_fault(text) if long else name_fault(text)
        if found is not None:
            self.fault(entry, key, *found)
            return None
        return text


def read_yaml(path: Path, file: str) -> YamlFile:
    """The YAML file at ``path``, named ``file`` in faults. Raises ``InputError`` where it cannot be read at all."""
    form = msg("lines of the form “key: value”, indented with blanks")
    return YamlFile(read_document(read_content(path, file, MOST_BYTES), file, form))
