"""What pyproject.toml says of the program is all of it: every package is shipped, and the arrows name every room."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from translation.__main__ import ROOT, code

STATED: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, TOOLS = STATED["project"], STATED["tool"]
#: Folders with code that is no part of the program.
BESIDE = {"bench", "tests"}


def folders_with_code() -> set[Path]:
    """The folders under every room, whether it is listed or not, that hold a module."""
    rooms = [init.parent for init in ROOT.glob("*/__init__.py") if init.parent.name not in BESIDE]
    return {path.parent.relative_to(ROOT) for room in rooms for path in room.rglob("*.py")}


def test_every_folder_with_code_is_a_package_and_shipped() -> None:
    folders = folders_with_code()
    assert sorted(str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()) == []
    shipped = TOOLS["setuptools"]["packages"]
    assert {folder.as_posix().replace("/", ".") for folder in folders} - set(shipped) == set()
    assert sorted(shipped) == shipped


def test_no_room_of_the_pages_hides_a_package() -> None:
    # Streamlit puts the folder of the script that it runs first; processes begun meanwhile look there before.
    hiding = {path.stem for path in (ROOT / "views").iterdir() if not path.name.startswith("_")}
    assert hiding & {path.stem for path in ROOT.iterdir()} == set()


def test_messages_are_collected_from_every_module() -> None:
    assert {path.parent.relative_to(ROOT) for path in code()} == folders_with_code() | {Path()}


@pytest.mark.parametrize("contract", TOOLS["importlinter"]["contracts"], ids=lambda contract: contract["id"])
def test_the_arrows_name_every_room(contract: dict[str, Any]) -> None:
    rooms = {folder.parts[0] for folder in folders_with_code()}
    assert set(TOOLS["importlinter"]["root_packages"]) == rooms
    if "layers" in contract:
        named = {name for layer in contract["layers"] for name in layer.split(" | ")}
        assert named - {"(app)", "streamlit"} == rooms
    if "ancestors" in contract:
        assert set(contract["ancestors"]) == rooms


def test_every_package_is_pinned_within_its_bounds() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    # Those that a bench alone compares with are no part of the program: their versions stand where they are named.
    extras = [texts for name, texts in PROJECT["optional-dependencies"].items() if name != "peers"]
    for wanted in map(Requirement, [*PROJECT["dependencies"], *(text for extra in extras for text in extra)]):
        assert versions[canonicalize_name(wanted.name)] in wanted.specifier, wanted.name
        assert {bound.operator for bound in wanted.specifier} <= {">=", "<"}, wanted.name
