"""A scenario as YAML, written into the file that it comes from.

Only the places that changed are written anew: everything else, comments, order, quotes and blanks, stays byte for byte
what it was. What is at its default and not in the file stays out of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from files.faults import InputError
from scenarios.layer import LayerRules
from scenarios.scenario import parse_scenario
from scenarios.schema import Scenario
from scenarios.section import Section
from scenarios.values import plain, repaired_ags

_BOM = b"\xef\xbb\xbf"
# Texts that YAML cannot take for anything else; every other text is put in quotes.
_BARE = re.compile(r"(?:\d+-)?[^\W\d_](?:[\w /()–.-]*[\w).])?")
#: A key of which the order of the entries counts.
_ORDERED = "district_names"
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}


def rendered(content: bytes | None, scenario: Scenario, file: str) -> bytes:
    """The bytes of a file that says ``scenario``: those of ``content`` with the changes, or new ones for ``None``.

    Raises ``InputError`` where ``content`` is no scenario; the user knows it as ``file``.
    """
    if content is None:
        return "".join(line + "\n" for line in _block(scenario.stated())).encode()
    before = parse_scenario(content, file)
    if _same(before, scenario):
        return content
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    editor = _Editor(text if text.endswith("\n") else text + "\n")
    editor.section(editor.root(), before, scenario, 0)
    changed = editor.result()
    if b"\r\n" in content:
        changed = changed.replace("\n", "\r\n")
    result = (_BOM if content.startswith(_BOM) else b"") + changed.encode()
    # YAML has more forms than a planner writes. In the rarest the comments are given up, never a value.
    return result if _says(result, scenario) else rendered(None, scenario, file)


def _says(content: bytes, scenario: Scenario) -> bool:
    try:
        return _same(parse_scenario(content, ""), scenario)
    except InputError:
        return False


def _same(one: Scenario, other: Scenario) -> bool:
    # The order of names is a numbering of districts; that of other keys says nothing.
    return one == other and [*one.district_names] == [*other.district_names]


def _reordered(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return [key for key in old if key in new] != [key for key in new if key in old]


def _inline(value: Any) -> str:
    """A value on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Section():
            return _inline(value.stated())
        case Mapping():
            return "{" + ", ".join(f"{_inline(key)}: {_inline(item)}" for key, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_inline, value)) + "]"
        case str():
            bare = _BARE.fullmatch(value) and value.casefold() not in _WORDS
            return value if bare else json.dumps(value, ensure_ascii=False)
        case _:
            return plain(Fraction(str(value)))


def _block(values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a section: lists of sections one entry per line, everything else on the line of its key."""
    for name, value in values.items():
        if isinstance(value, str) and "\n" in value and value == value.strip():
            yield f"{_inline(name)}: |-"
            yield from (f"  {line}" if line else "" for line in value.split("\n"))
        elif isinstance(value, Mapping) and any(isinstance(item, str) and "\n" in item for item in value.values()):
            yield f"{_inline(name)}:"
            yield from _indented(_block(value), 2)
        elif isinstance(value, tuple) and any(isinstance(item, Section) for item in value):
            yield f"{name}:"
            for item in value:
                yield from _indented(_entry(item), 2)
        else:
            yield f"{_inline(name)}: {_inline(value)}"


def _entry(value: Any) -> Iterator[str]:
    """The lines of an entry of a list."""
    lines = _block(value.stated()) if isinstance(value, LayerRules) else iter([_inline(value)])
    yield f"- {next(lines)}"
    yield from _indented(lines, 2)


def _indented(lines: Iterator[str], blanks: int) -> Iterator[str]:
    return (" " * blanks + line if line else line for line in lines)


@dataclass
class _Editor:
    """Collects the changes of a text as spans to be replaced; no two of them overlap."""

    text: str
    changes: list[tuple[int, int, str]] = field(default_factory=list)

    def root(self) -> MappingNode:
        """The section that the text holds."""
        root: MappingNode = YAML(typ="safe", pure=True).compose(self.text)
        self._settle(root)
        return root

    def _settle(self, node: Node) -> None:
        # YAML has an empty value begin where the next one does; what is written there belongs behind the colon.
        if isinstance(node, SequenceNode):
            for entry in node.value:
                self._settle(entry)
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                if isinstance(value, ScalarNode) and value.start_mark.index == value.end_mark.index:
                    value.start_mark = value.end_mark = copy(key.end_mark)
                    value.start_mark.index = self._after_colon(key)
                self._settle(value)

    def result(self) -> str:
        """The text with all changes."""
        parts, done = [], 0
        # At one place what is inserted comes before what is removed; the sort keeps the order of insertions.
        for start, end, new in sorted(self.changes, key=lambda change: change[:2]):
            parts += [self.text[done:start], new]
            done = end
        return "".join([*parts, self.text[done:]])

    def section(self, node: MappingNode, before: Section, after: Section, lead: int) -> None:
        """Bring the section ``node`` from saying ``before`` to ``after``; ``lead`` is where the text before it ends."""
        written = {key.value for key, _ in node.value}
        gone = after.left_out()
        old, new = ({name: getattr(item, name) for name in type(after).model_fields} for item in (before, after))
        stated = after.stated()
        kept = {name: value for name, value in new.items() if name not in gone and (name in written or name in stated)}
        self._keys(node, {name: old[name] for name in old if name in written}, kept, lambda key: key, lead)

    def _keys(
        self,
        node: MappingNode,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        name_of: Callable[[str], str],
        lead: int,
    ) -> None:
        """Bring a mapping that has the values ``old`` to have ``new``."""
        pairs = {name_of(key.value): (key, value) for key, value in node.value}
        staying = [name for name in pairs if name in new]
        if (node.flow_style and pairs.keys() != new.keys()) or not staying:
            self._replace(node, new, lead)
            return
        for name in staying:
            key, value = pairs[name]
            if name == _ORDERED and _reordered(old[name], new[name]):
                self._replace(value, new[name], self._after_colon(key))
            elif old[name] != new[name]:
                after_colon = self._after_colon(key)
                lines = [] if node.flow_style else list(_block({name: new[name]}))
                if isinstance(new[name], str) and len(lines) > 1 and self._last_on_line(value):
                    literal = "\n".join(_indented(iter(lines[1:]), key.start_mark.column))
                    self.changes.append((after_colon, self._end(value), f" |-\n{literal}"))
                else:
                    self._value(value, old[name], new[name], after_colon)
        for position, (key, value) in enumerate(node.value):
            if name_of(key.value) not in new:
                following = node.value[position + 1][0] if position + 1 < len(node.value) else None
                self._remove(key.start_mark.index, self._end(value), following)
        indent = node.value[0][0].start_mark.column
        earlier: str | None = None
        for name, item in new.items():
            if name in pairs:
                earlier = name
                continue
            lines = list(_indented(_block({name: item}), indent))
            if earlier is None:
                start = pairs[staying[0]][0].start_mark.index
                self._insert(start, "\n".join(lines).lstrip() + "\n" + " " * indent)
            else:
                self._insert(self._next_line(self._end(pairs[earlier][1])), "\n".join(lines) + "\n")

    def _value(self, node: Node, old: Any, new: Any, lead: int) -> None:
        """Change a value; ``lead`` is where the text before it ends."""
        match node:
            case MappingNode() if isinstance(new, Section):
                self.section(node, old, new, lead)
            case MappingNode() if isinstance(new, Mapping):
                self._keys(node, old, new, lambda key: repaired_ags(key.strip()), lead)
            case SequenceNode() if isinstance(new, tuple):
                self._list(node, old, new, lead)
            case _:
                self._replace(node, new, lead)

    def _list(self, node: SequenceNode, old: Sequence[Any], new: Sequence[Any], lead: int) -> None:
        """An entry keeps its text where it is the same, or has the same name, as one before."""
        origins = _origins(old, new)
        structure = origins != list(range(len(old)))
        first = self._line_start(node.start_mark.index)
        beside = bool(self.text[first : node.start_mark.index].strip())
        if not new or (structure and (node.flow_style or beside)):
            self._replace(node, new, lead)
            return
        for origin, item in zip(origins, new, strict=True):
            if origin is not None and old[origin] != item:
                entry = node.value[origin]
                self._value(entry, old[origin], item, entry.start_mark.index)
        starts = [first, *(self._next_line(self._end(entry)) for entry in node.value)]
        for position, entry in enumerate(node.value):
            if position not in origins:
                dash = self._dash(starts[position], node.start_mark.column)
                self.changes.append((dash, self._next_line(self._end(entry)), ""))
        place = starts[0]
        for origin, item in zip(origins, new, strict=True):
            if origin is None:
                lines = _indented(_entry(item), node.start_mark.column)
                self._insert(place, "\n".join(lines) + "\n")
            else:
                place = starts[origin + 1]

    def _replace(self, node: Node, new: Any, lead: int) -> None:
        """Write a value anew, on one line."""
        start, end = node.start_mark.index, self._end(node)
        inline = getattr(node, "flow_style", True)
        if inline and end > start:
            self.changes.append((start, end, _inline(new)))
        else:
            self.changes.append((lead, end, " " + _inline(new)))

    def _remove(self, start: int, end: int, following: Node | None) -> None:
        line = self._line_start(start)
        if self.text[line:start].strip() and following is not None:
            self.changes.append((start, following.start_mark.index, ""))
        else:
            self.changes.append((line, self._next_line(end), ""))

    def _insert(self, place: int, new: str) -> None:
        self.changes.append((place, place, new))

    def _end(self, node: Node) -> int:
        """Where the content of a node ends, without what follows it on the line."""
        match node:
            case ScalarNode():
                start: int = node.start_mark.index
                return start + len(self.text[start : node.end_mark.index].rstrip())
            case MappingNode() if not node.flow_style:
                return self._end(node.value[-1][1])
            case SequenceNode() if not node.flow_style:
                return self._end(node.value[-1])
            case _:
                end: int = node.end_mark.index
                return end

    def _last_on_line(self, node: Node) -> bool:
        end = self._end(node)
        return not self.text[end : self._next_line(end)].strip()

    def _dash(self, start: int, column: int) -> int:
        """The first line from ``start`` on that has the dash of an entry in ``column``: where it begins."""
        while self.text[start : start + column].strip() or self.text[start + column] != "-":
            start = self._next_line(start)
        return start

    def _after_colon(self, key: Node) -> int:
        return self.text.index(":", key.end_mark.index) + 1

    def _line_start(self, index: int) -> int:
        return self.text.rfind("\n", 0, index) + 1

    def _next_line(self, index: int) -> int:
        return self.text.index("\n", index) + 1


def _origins(old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
    """Where each entry stood: an equal one, else one with its name, else the same position; in rising order.

    An entry with another id is another one; a layer with another name is the same, renamed.
    """
    free = set(range(len(old)))
    origins: list[int | None] = [None] * len(new)
    likeness: tuple[Callable[[int, int], bool], ...] = (
        lambda before, after: bool(old[before] == new[after]),
        lambda before, after: _name(old[before]) is not None and _name(old[before]) == _name(new[after]),
        lambda before, after: before == after and not hasattr(old[before], "id"),
    )
    for alike in likeness:
        for position in range(len(new)):
            if origins[position] is None:
                origins[position] = next((before for before in sorted(free) if alike(before, position)), None)
                free.discard(-1 if origins[position] is None else origins[position])
    highest = -1
    for position, origin in enumerate(origins):
        if origin is not None and origin < highest:
            origins[position] = None
        elif origin is not None:
            highest = origin
    return origins


def _name(entry: Any) -> Any:
    return getattr(entry, "id", None) or getattr(entry, "name", None)
