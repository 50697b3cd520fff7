"""What the planner itself is made of: versions, packages, licences of program and data."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geodata.county import County
from geodata.labels import covered
from optimizer.solver import Solver, cbc_path, default_solver
from translation import Listing, Message, listing, msg

PACKAGE = "kim-planer"
OWN_LICENCE = "EUPL-1.2"
_ROOT = Path(__file__).parents[1]
_NAME = re.compile(r"[A-Za-z0-9._-]+")
#: A longer entry is a whole licence text in place of its name.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the planner needs, with its version and licence as the package states them."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class DataLicence:
    """A licence of the county's data: what stands under it, what it asks for, and where its text is."""

    name: str
    covers: Listing
    demands: Message
    address: str | None


@dataclass(frozen=True, slots=True)
class LicenceText:
    """A licence text that comes with the planner."""

    covers: Message
    name: str
    text: str


_DATA_LICENCES: tuple[tuple[str, str, Message, str | None], ...] = (
    (
        "dl-de/by-2-0",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0 (dl-de/by-2-0)",
        msg("Name the provider, this licence with its address, and the data set. Say so where data were changed."),
        "www.govdata.de/dl-de/by-2-0",
    ),
    (
        "GeoNutzV",
        "Verordnung zur Festlegung der Nutzungsbestimmungen für die Bereitstellung von Geodaten des Bundes (GeoNutzV)",
        msg("Show the source note where it is easily seen. Say so where data were changed."),
        "www.gesetze-im-internet.de/geonutzv",
    ),
    (
        "ODbL",
        "Open Database License 1.0 (ODbL)",
        msg(
            "Name the source and this licence. Who passes on a database made from it does so under the same licence "
            "and keeps it open."
        ),
        "opendatacommons.org/licenses/odbl/1-0",
    ),
    (
        "Weiterverwendung mit Quellenangabe",
        "Weiterverwendung mit Quellenangabe (Destatis)",
        msg("May be used again, also in part, where the source is named."),
        "www.destatis.de",
    ),
    (
        "Tatsachenangaben",
        "Tatsachenangaben",
        msg("Single facts from public papers, under no licence. The source is named with each of them."),
        None,
    ),
)


def planner_version() -> str:
    """The version of the planner, installed or run from the folder of its code."""
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return str(_project()["version"])


@cache
def solver_used() -> Package:
    """The solver that plans are computed with."""
    if default_solver() is Solver.HIGHS:
        return Package("HiGHS", importlib.metadata.version("highspy"), "MIT")
    told = subprocess.run([cbc_path(), "-quit"], capture_output=True, text=True, check=True, timeout=20).stdout
    version = re.search(r"Version: (\S+)", told)
    # It comes with PuLP, which states its licence in a file beside it.
    return Package("CBC", version[1] if version else "", "EPL-1.0")


@cache
def packages() -> tuple[Package, ...]:
    """Every package that the planner needs, directly or through another, in the order of names."""
    found: dict[str, importlib.metadata.Distribution] = {}
    wanted = list(needed_by(PACKAGE))
    while wanted:
        name = wanted.pop()
        if name in found:
            continue
        found[name] = importlib.metadata.distribution(name)
        wanted.extend(needed_by(name))
    return tuple(Package(found[name].name, found[name].version, _licence(found[name])) for name in sorted(found))


def needed_by(name: str) -> tuple[str, ...]:
    """The packages that ``name`` itself needs on this machine, without those of its extras, in the order of names."""
    try:
        stated = importlib.metadata.requires(name) or ()
    except importlib.metadata.PackageNotFoundError:
        stated = _project()["dependencies"]
    return tuple(sorted({plain(one) for one in _names(stated) if _is_here(one)}))


def _is_here(name: str) -> bool:
    try:
        return bool(importlib.metadata.distribution(name))
    except importlib.metadata.PackageNotFoundError:
        return False  # needed on other machines only


def data_licences(county: County) -> tuple[DataLicence, ...]:
    """The licences of the county's data in the order of its sources; an unknown one is as the source states it."""
    covers: dict[str, list[str]] = {}
    for source in county.sources:
        known = next((key for key, *_ in _DATA_LICENCES if source.licence.startswith(key)), source.licence)
        covers.setdefault(known, []).extend(source.covers)
    about = {key: (name, demands, address) for key, name, demands, address in _DATA_LICENCES}
    other = msg("As the source says; see its attribution.")
    found = []
    for key, columns in covers.items():
        name, demands, address = about.get(key, (key, other, None))
        found.append(DataLicence(name, listing(covered(column) for column in columns), demands, address))
    return tuple(found)


def licence_texts() -> tuple[LicenceText, ...]:
    """The licence texts that come with the planner."""
    shipped = (
        (msg("Leaflet (maps)"), "BSD-2-Clause", _ROOT / "static" / "leaflet" / "LICENSE"),
        (msg("Source Sans Pro (type of the papers)"), "OFL-1.1", _ROOT / "maps" / "paper" / "fonts" / "OFL.txt"),
    )
    own = LicenceText(msg("KIM-Planer"), OWN_LICENCE, _own_licence())
    return (own, *(LicenceText(what, name, file.read_text("utf-8")) for what, name, file in shipped))


def _own_licence() -> str:
    try:
        # Installed, it lies beside the metadata; what lies beside the code is then of any package.
        text = importlib.metadata.distribution(PACKAGE).read_text("licenses/LICENSE")
    except importlib.metadata.PackageNotFoundError:
        text = None
    return text or (_ROOT / "LICENSE").read_text("utf-8")


def _project() -> dict[str, Any]:
    """What the folder of the code says of the planner, where it runs without being installed."""
    project: dict[str, Any] = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return project


def _names(requirements: Iterable[str]) -> Iterator[str]:
    """The packages that are needed by all who use a package: no extras."""
    for requirement in requirements:
        _, _, condition = requirement.partition(";")
        name = _NAME.match(requirement)
        if name is not None and "extra" not in condition:
            yield name[0]


def plain(name: str) -> str:
    """A package's name as all spellings of it are compared: in small letters, with hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(package: importlib.metadata.Distribution) -> str:
    metadata = package.metadata
    for key in ("License-Expression", "License"):
        stated = str((metadata.get_all(key) or [""])[0]).strip()
        if stated and len(stated) <= _LONGEST_NAME and "\n" not in stated:
            return stated
    classifiers = metadata.get_all("Classifier") or []
    names = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License ::")]
    return ", ".join(names) or "–"
