"""YAML read as text with lines: every scalar stays what was typed (``05558`` is not a number), nothing is run.

Aliases are refused (a few lines of them unfold to gigabytes), and so is a key that is there twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from faults import Fault, InputError
from geodata.names import instead, name_fault, remark_fault, shown
from geodata.tables import decode, read_content
from translation import Message, listing, msg

MOST_BYTES = 200_000
_DEEPEST = 20
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Entry:
    """A value of a YAML file and the line it begins on: a text, ``None`` (empty), a list or a mapping."""

    line: int
    value: str | list[Entry] | dict[str, Entry] | None


@dataclass
class YamlFile:
    """A YAML file as read: its top mapping, and the faults found so far."""

    file: str
    top: Entry
    faults: list[Fault] = field(default_factory=list)

    def fault(self, entry: Entry, key: str | None, wrong: Message, allowed: Message | None = None) -> None:
        """Notes a fault of ``key`` at ``entry``."""
        self.faults.append(Fault(self.file, wrong, allowed, entry.line, key))

    def mapping(
        self, entry: Entry, where: str | None, required: Sequence[str], optional: Collection[str] = ()
    ) -> dict[str, Entry]:
        """The keys of ``entry``; an unknown key, a missing one and a value that is no mapping are faults."""
        known = [*required, *optional]
        if not isinstance(entry.value, dict):
            self.fault(entry, where, msg("keys are missing here"), msg("the keys {keys}", keys=listing(known)))
            return {}
        for key, value in entry.value.items():
            if key not in known:
                self.fault(value, where, msg("the key “{key}” is not known", key=shown(key)), instead(key, known))
        for key in required:
            if key not in entry.value:
                allowed = msg("the keys {keys}", keys=listing(known))
                self.fault(entry, where, msg("the key “{key}” is missing", key=key), allowed)
        return {key: value for key, value in entry.value.items() if key in known}

    def items(self, entry: Entry | None, key: str) -> list[Entry]:
        """The entries of a list; empty where ``entry`` is missing or empty."""
        if entry is None or entry.value is None:
            return []
        if isinstance(entry.value, list):
            return entry.value
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
    text = decode(read_content(path, file, MOST_BYTES), file)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wrong = msg("this is not well-formed YAML ({reason})", reason=shown(error.problem or error.context or ""))
        raise InputError([Fault(file, wrong, _FORM, mark.line + 1 if mark else None)]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        wrong = msg("this is not well-formed YAML ({reason})", reason=shown(str(error).partition("\n")[0]))
        raise InputError([Fault(file, wrong, _FORM)]) from None
    if node is None:
        raise InputError([Fault(file, msg("the file is empty"), _FORM)])
    faults: list[Fault] = []
    top = _entry(node, file, faults, 0)
    if faults:
        raise InputError(faults)
    return YamlFile(file, top)


_FORM = msg("lines of the form “key: value”, indented with blanks")


def _entry(node: Node, file: str, faults: list[Fault], depth: int) -> Entry:
    line = node.start_mark.line + 1
    if node.anchor:
        allowed = msg("write the value again where it belongs; put a text with “&” or “*” in quotes")
        fault = Fault(file, msg("anchors and aliases (“&”, “*”) are not allowed"), allowed, line)
        if fault not in faults:
            faults.append(fault)
        return Entry(line, None)
    if depth > _DEEPEST:
        faults.append(Fault(file, msg("the lists are nested too deeply"), _FORM, line))
        return Entry(line, None)
    match node:
        case MappingNode():
            mapping: dict[str, Entry] = {}
            for key, value in node.value:
                if not isinstance(key, ScalarNode):
                    faults.append(Fault(file, msg("a key must be a text"), _FORM, key.start_mark.line + 1))
                    continue
                entry = _entry(value, file, faults, depth + 1)
                # An empty value has its mark on a later line; the key is where people look.
                entry = Entry(key.start_mark.line + 1, entry.value)
                if key.value in mapping:
                    wrong = msg("the key “{key}” is there twice", key=shown(key.value))
                    faults.append(Fault(file, wrong, msg("each key once; delete one"), entry.line))
                mapping[key.value] = entry
            return Entry(line, mapping)
        case SequenceNode():
            return Entry(line, [_entry(item, file, faults, depth + 1) for item in node.value])
        case _:
            return Entry(line, None if node.tag == _NULL else node.value)
