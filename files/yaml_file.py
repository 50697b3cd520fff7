"""YAML with places: every value keeps the line it was written on, so that a fault can name it.

Reads the harmless part of YAML 1.2 that people write: sections, lists, and values that stay what was typed (``05558``
is no number). What can exhaust a computer or hide content (aliases, tags, deep nesting, keys that are there twice) is
a fault.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from files.csv_table import MOST_FAULTS
from files.faults import Fault, InputError
from files.typed import offered, shown
from translation import Message, msg, number

MOST_BYTES = 200_000
MOST_EVENTS = 20_000
DEEPEST = 12

Place = tuple[str | int, ...]
"""The way to a value: keys and positions in lists, counted from 0."""

_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"(true|True|TRUE)|false|False|FALSE")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


class Written(str):
    """A text or number as it was written in a file, with its place and line."""

    __slots__ = ("line", "place")
    place: Place
    line: int

    def __new__(cls, text: str, place: Place, line: int) -> Written:
        written = super().__new__(cls, text)
        written.place = place
        written.line = line
        return written


@dataclass(frozen=True)
class Origin:
    """Where a content was read: ``file`` as the user knows it, the line of every place, the ``digest`` of the bytes.

    ``notices`` tell what was repaired. Takes no part in comparisons: what says the same is equal wherever it stands.
    """

    file: str = field(default="", compare=False)
    lines: Mapping[Place, int] = field(default_factory=dict, compare=False, repr=False)
    digest: str | None = field(default=None, compare=False)
    notices: tuple[Fault, ...] = field(default=(), compare=False)

    def fault(self, place: Place, wrong: Message, allowed: Message | None = None) -> Fault:
        """A fault at ``place``; where that is not written in the file, at the section that it would stand in."""
        known = next((place[:end] for end in range(len(place), -1, -1) if place[:end] in self.lines), None)
        return Fault(self.file, wrong, allowed, None if known is None else self.lines[known], key_path(place) or None)


@dataclass(frozen=True)
class Document:
    """The content of a file: ``data`` of sections, lists, :class:`Written` values, booleans and nothing."""

    data: dict[str, Any]
    origin: Origin


def key_path(place: Place) -> str:
    """``layers[1].employers[0].maximum``."""
    path = ""
    for key in place:
        if isinstance(key, int):
            path += f"[{key}]"
        else:
            path += f".{shown(key)}" if path else shown(key)
    return path


def digest_of(content: bytes) -> str:
    """A fingerprint by which a change of a file is noticed."""
    return hashlib.sha256(content).hexdigest()


def read_document(content: bytes, file: str, form: Message) -> Document:
    """The sections, lists and values in the bytes of a YAML file, with the line of each.

    ``file`` is the file as the user knows it; ``form`` says what it is to hold. Raises ``InputError`` with every fault
    found up to the first that makes reading on pointless.
    """
    text = _decoded(content, file)
    reader = _Reader(file, form)
    try:
        data = reader.document(YAML(typ="safe", pure=True).parse(text))
    except InputError:
        raise
    except YAMLError as error:
        raise InputError([*reader.faults, _syntax_fault(error, text, file)]) from None
    except (ValueError, OverflowError):
        wrong = msg("the file is not valid YAML")
        allowed = msg("no escapes such as \\U with a wrong number")
        raise InputError([*reader.faults, Fault(file, wrong, allowed)]) from None
    if reader.faults:
        raise InputError(reader.faults)
    return Document(data, Origin(file, reader.lines, digest_of(content)))


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MOST_BYTES:
        allowed = msg("at most {size}", size=number(MOST_BYTES / 1e6, 1, "MB"))
        raise InputError([Fault(file, msg("the file is too large"), allowed)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = msg("the file is not in UTF-8")
        raise InputError([Fault(file, wrong, msg("save it as UTF-8"), line)]) from None
    if control := _FORBIDDEN.search(text):
        line = text.count("\n", 0, control.start()) + 1
        wrong = msg("the file holds a control character")
        raise InputError([Fault(file, wrong, msg("text only: the file may be damaged"), line)])
    return text


def _syntax_fault(error: YAMLError, text: str, file: str) -> Fault:
    mark = (error.problem_mark or error.context_mark) if isinstance(error, MarkedYAMLError) else None
    if mark is None:
        return Fault(file, msg("the file is not valid YAML"), msg("sections, lists and values as in the manual"))
    lines = text.splitlines()
    content = lines[mark.line] if mark.line < len(lines) else ""
    if content[mark.column : mark.column + 1] == "\t" or content[: mark.column].endswith("\t"):
        return Fault(file, msg("the line holds a tab"), msg("blanks: indent with two of them"), mark.line + 1)
    return Fault(
        file,
        msg("this is not valid YAML: {content}", content=offered(content.strip())),
        msg("key: value, indented with blanks; a text with a colon, a bracket or a # in quotes; every bracket closed"),
        mark.line + 1,
    )


class _Reader:
    """Builds sections and lists from the events of one file, and collects its faults."""

    def __init__(self, file: str, form: Message) -> None:
        self.file, self.form = file, form
        self.lines: dict[Place, int] = {}
        self.faults: list[Fault] = []

    def document(self, events: Iterator[Event]) -> dict[str, Any]:
        events = self._counted(events)
        roots: list[Any] = []
        for event in events:
            if isinstance(event, DocumentStartEvent) and roots:
                allowed = msg("one document per file; remove the line ---")
                self._stop(event, (), msg("a second document begins here"), allowed)
            if isinstance(event, NodeEvent):
                self.lines.setdefault((), event.start_mark.line + 1)
                roots.append(self._node(event, events, ()))
            if isinstance(event, StreamEndEvent):
                break
        data = roots[0] if roots else None
        if data is None and not self.faults:
            raise InputError([Fault(self.file, msg("the file is empty"), self.form)])
        if not isinstance(data, dict):
            wrong = msg("the file holds {value} and no sections", value=offered(data))
            raise InputError([*self.faults, Fault(self.file, wrong, self.form, self.lines.get(()))])
        return data

    def _counted(self, events: Iterator[Event]) -> Iterator[Event]:
        for count, event in enumerate(events):
            if count > MOST_EVENTS:
                self._stop(event, (), msg("the file has too many entries"), msg("at most some thousand entries"))
            yield event

    def _node(self, event: Event, events: Iterator[Event], place: Place) -> Any:
        if len(place) > DEEPEST:
            self._stop(event, (), msg("the file is nested too deeply"), msg("sections and lists as in the manual"))
        if isinstance(event, NodeEvent) and event.anchor is not None:
            self._anchor(event, place)
        if isinstance(event, AliasEvent):
            return None
        if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent) and event.tag is not None:
            self._fault(event, place, msg("a tag (!) is not allowed"), msg("plain values; a text with ! in quotes"))
        if isinstance(event, ScalarEvent):
            return self._value(event, place)
        if isinstance(event, SequenceStartEvent):
            return self._list(events, place)
        return self._section(events, place)

    def _value(self, event: ScalarEvent, place: Place) -> Written | bool | None:
        plain = event.implicit[0]
        if plain and _NULL.fullmatch(event.value):
            return None
        if plain and (word := _BOOL.fullmatch(event.value)):
            return word[1] is not None
        return Written(event.value, place, event.start_mark.line + 1)

    def _list(self, events: Iterator[Event], place: Place) -> list[Any]:
        items: list[Any] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            here = (*place, len(items))
            self.lines[here] = event.start_mark.line + 1
            items.append(self._node(event, events, here))
        return items

    def _section(self, events: Iterator[Event], place: Place) -> dict[str, Any]:
        section: dict[str, Any] = {}
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            name = event.value if isinstance(event, ScalarEvent) else ""
            here = (*place, name)
            if isinstance(event, MappingStartEvent | SequenceStartEvent):
                self._fault(event, place, msg("a list or section stands where a key should be"), msg("key: value"))
                self._node(event, events, here)
            elif isinstance(event, NodeEvent) and event.anchor is not None:
                self._anchor(event, place)
            elif name in section:
                wrong = msg("the key “{key}” is there twice", key=shown(name))
                self._fault(event, here, wrong, msg("each key once; delete one"))
            line = event.start_mark.line + 1
            self.lines.setdefault(here, line)
            section[Written(name, here, line)] = self._node(next(events), events, here)
        return section

    def _anchor(self, event: Event, place: Place) -> None:
        # A few lines of them unfold to gigabytes; and a name that begins with one of the signs would lose a word.
        allowed = msg("write the value again where it belongs; put a text with “&” or “*” in quotes")
        self._fault(event, place, msg("anchors and aliases (“&”, “*”) are not allowed"), allowed)

    def _fault(self, event: Event, place: Place, wrong: Message, allowed: Message) -> None:
        if len(self.faults) == MOST_FAULTS:
            more = Fault(self.file, msg("there are more faults in this file"), msg("mend these first"))
            raise InputError([*self.faults, more])
        self.faults.append(Fault(self.file, wrong, allowed, event.start_mark.line + 1, key_path(place) or None))

    def _stop(self, event: Event, place: Place, wrong: Message, allowed: Message) -> NoReturn:
        self._fault(event, place, wrong, allowed)
        raise InputError(self.faults)
