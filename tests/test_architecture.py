"""docs/architektur.md shows the rooms as the imports have them."""

from __future__ import annotations

import re
import tomllib

import grimp

from translation.__main__ import ROOT

Arrow = tuple[str, str]
PAGE = (ROOT / "docs" / "architektur.md").read_text("utf-8")


def rooms() -> list[str]:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    return list(tools["importlinter"]["root_packages"])


def imports(names: list[str]) -> set[Arrow]:
    """Which room imports from which."""
    graph = grimp.build_graph(*names)
    pairs = ((one, other) for one in names for other in names if one != other)
    return {
        (one, other)
        for one, other in pairs
        if graph.direct_import_exists(importer=one, imported=other, as_packages=True)
    }


def without_shortcuts(arrows: set[Arrow]) -> set[Arrow]:
    """The arrows that do not follow from others."""

    def reached(start: str, but: Arrow) -> set[str]:
        found: set[str] = set()
        left = [start]
        while left:
            here = left.pop()
            ahead = {end for begin, end in arrows - {but} if begin == here} - found
            found |= ahead
            left += ahead
        return found

    return {arrow for arrow in arrows if arrow[1] not in reached(arrow[0], arrow)}


def test_the_picture_is_that_of_the_imports() -> None:
    drawn = set(re.findall(r"^  (\w+) --> (\w+)$", PAGE, re.MULTILINE))
    assert drawn == without_shortcuts(imports(rooms()))


def test_every_room_is_explained() -> None:
    explained = set(re.findall(r"^\| `(\w+)/` \|", PAGE, re.MULTILINE))
    assert explained == {*rooms(), "static"}


def test_every_file_of_the_walks_is_there() -> None:
    named = re.findall(r"`([a-z_]+/[\w/.]*)`", PAGE)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
