"""Where a planner's scenarios, county data sets and unsaved work are kept: the data directory, outside the code.

It is the folder that ``KIM_DATA`` names, else one beside the user's other data. The scenarios and counties that come
with the planner are listed before the saved ones and are never changed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

import geodata
import scenarios
from files.faults import Fault, InputError
from files.typed import shown
from scenarios.schema import Scenario
from scenarios.store import SUFFIX, ConflictError, free_path, list_scenarios, remove_scenario, save_scenario
from translation import msg

VARIABLE = "KIM_DATA"
"""The environment variable that names the data directory."""
_SAVED = "saved/"


@dataclass(frozen=True, slots=True)
class Entry:
    """A scenario that can be opened: by ``id`` in an address; without ``scenario`` its file has ``faults``."""

    id: str
    path: Path
    scenario: Scenario | None
    shipped: bool
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """What people call it; the file's name where the file cannot be read."""
        return self.path.name if self.scenario is None else self.scenario.name


@dataclass(frozen=True, slots=True)
class CountyEntry:
    """A county data set: ``name`` is what a saved scenario states as its ``county``."""

    name: str
    folder: Path
    shipped: bool


@dataclass(frozen=True, slots=True)
class Library:
    """All that is kept in the data directory ``folder``, which comes into being with the first thing saved."""

    folder: Path

    @property
    def scenarios_folder(self) -> Path:
        """Where saved scenarios are."""
        return self.folder / "scenarios"

    @property
    def counties_folder(self) -> Path:
        """Where saved county data sets are."""
        return self.folder / "counties"

    @property
    def drafts_folder(self) -> Path:
        """Where work not yet saved is."""
        return self.folder / "drafts"

    def entries(self) -> tuple[Entry, ...]:
        """Every scenario: those that come with the planner, then the saved ones, each in the order of file names."""
        listed = [(True, item) for item in list_scenarios(scenarios.SCENARIOS)]
        listed += [(False, item) for item in list_scenarios(self.scenarios_folder)]
        return tuple(
            Entry(("" if shipped else _SAVED) + item.path.stem, item.path, item.scenario, shipped, item.faults)
            for shipped, item in listed
        )

    def entry(self, id: str) -> Entry | None:
        """The scenario with that id, which may come from outside; ``None`` where there is none."""
        return next((entry for entry in self.entries() if entry.id == id), None)

    def save_new(self, scenario: Scenario) -> Entry:
        """Saves ``scenario`` in a new file named after it. Raises ``InputError`` where nothing can be written."""
        _make(self.scenarios_folder)
        while True:
            path = free_path(self.scenarios_folder, scenario.name)
            try:
                return self._entry(path, save_scenario(path, scenario, digest=None))
            except ConflictError:
                # Somebody took the name since; the next free one will do.
                continue

    def save(self, entry: Entry, scenario: Scenario, digest: str | None) -> Entry:
        """Saves a change of a saved scenario; ``digest`` is that of the file when the change was begun.

        Raises ``ConflictError`` where somebody else changed the file since, and ``InputError`` where it cannot be
        written, or where it is one that comes with the planner.
        """
        _refuse_shipped(entry)
        return self._entry(entry.path, save_scenario(entry.path, scenario, digest=digest))

    def remove(self, entry: Entry, digest: str | None) -> None:
        """Removes a saved scenario, also one that cannot be read; conditions and faults are those of :meth:`save`."""
        _refuse_shipped(entry)
        remove_scenario(entry.path, digest)

    def counties(self) -> tuple[CountyEntry, ...]:
        """Every county data set: those that come with the planner, then the saved ones, in the order of names."""
        names = sorted(geodata.county_names(), key=geodata.shipped_name)
        shipped = [CountyEntry(name, geodata.COUNTIES / name, True) for name in names]
        try:
            saved = sorted(f for f in self.counties_folder.iterdir() if f.is_dir() and not f.name.startswith("."))
        except OSError:
            saved = []
        return (*shipped, *(CountyEntry(f"../counties/{folder.name}", folder, False) for folder in saved))

    def _entry(self, path: Path, scenario: Scenario) -> Entry:
        return Entry(f"{_SAVED}{path.name.removesuffix(SUFFIX)}", path, scenario, shipped=False)


def library() -> Library:
    """The data directory as it is set at this moment."""
    chosen = os.environ.get(VARIABLE)
    return Library(Path(chosen) if chosen else Path(platformdirs.user_data_dir("kim-planer", appauthor=False)))


def _refuse_shipped(entry: Entry) -> None:
    if entry.shipped:
        wrong = msg("“{name}” comes with the planner and is not changed", name=shown(entry.name))
        raise InputError([Fault(entry.path.name, wrong, msg("save it under a name of your own"))])


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        wrong = msg("the folder cannot be made ({reason})", reason=shown(error.strerror))
        raise InputError([Fault(str(folder), wrong, msg("a folder that may be written to"))]) from None
