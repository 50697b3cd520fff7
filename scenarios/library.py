"""Where a planner's scenarios, county data sets and unsaved work are kept: the data directory, outside the code.

It is the folder that ``KIM_DATA`` names, else one beside the user's other data. The scenarios and counties that come
with the planner are listed before the saved ones and are never changed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import platformdirs

import geodata
import scenarios
from access.roles import Right, doing, signed
from files.faults import Fault, InputError
from files.reading import misnamed
from files.typed import shown
from files.writing import clear_leftovers, keep_from_others, make_folder
from scenarios.county_trash import RemovedCounty, remove_county, removed_counties, restore_county
from scenarios.history import SUFFIX, Record, initials, records, removed_from, versions_of
from scenarios.schema import Scenario
from scenarios.store import (
    ConflictError,
    Listed,
    Removed,
    free_path,
    list_removed,
    list_scenarios,
    purge_removed,
    remove_scenario,
    restore_removed,
    restore_version,
    save_scenario,
)
from translation import msg

VARIABLE = "KIM_DATA"
"""The environment variable that names the data directory."""
_SAVED = "saved/"
_COUNTIES = "../counties/"


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
        return shown(self.path.name) if self.scenario is None else self.scenario.name


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
    def answers_folder(self) -> Path:
        """Where proven answers are; all that is in it can be computed again."""
        return self.folder / "answers"

    @property
    def drafts_folder(self) -> Path:
        """Where work not yet saved is."""
        return self.folder / "drafts"

    def tidy(self) -> None:
        """Closes the directory to other accounts, and removes what saves left there that were broken off."""
        keep_from_others(self.folder)
        clear_leftovers(self.folder)

    def entries(self) -> tuple[Entry, ...]:
        """Every scenario: those that come with the planner, then the saved ones, each in the order of file names."""
        shipped = [
            Entry(_id(one.path, shipped=True), one.path, one.scenario, True, one.faults)
            for one in list_scenarios(scenarios.SCENARIOS)
        ]
        return (*shipped, *(_saved(item) for item in list_scenarios(self.scenarios_folder)))

    def entry(self, id: str) -> Entry | None:
        """The scenario with that id, which may come from outside; ``None`` where there is none."""
        return next((entry for entry in self.entries() if entry.id == id), None)

    def save_new(self, scenario: Scenario, who: str = "") -> Entry:
        """Saves ``scenario`` in a new file named after it. Raises ``InputError`` where nothing can be written.

        ``who``: the initials of who does it, here and below, kept with the date; with a login its name counts. Here
        and below ``RefusedError`` where somebody has no right to it.
        """
        with doing(Right.PLAN, "scenario.save") as done:
            _check_county(scenario)
            make_folder(self.scenarios_folder)
            while True:
                path = free_path(self.scenarios_folder, scenario.name)
                try:
                    entry = self._entry(path, save_scenario(path, scenario, digest=None, who=signed(initials(who))))
                except ConflictError:
                    # Somebody took the name since; the next free one will do.
                    continue
                done.about = entry.id
                return entry

    def save(self, entry: Entry, scenario: Scenario, digest: str | None, who: str = "") -> Entry:
        """Saves a change of a saved scenario; ``digest`` is that of the file when the change was begun.

        Raises ``ConflictError`` where somebody else changed the file since, and ``InputError`` where it cannot be
        written, or where it is one that comes with the planner.
        """
        _refuse_shipped(entry)
        with doing(Right.PLAN, "scenario.save", entry.id):
            _check_county(scenario)
            return self._entry(
                entry.path, save_scenario(entry.path, scenario, digest=digest, who=signed(initials(who)))
            )

    def remove(self, entry: Entry, digest: str | None, who: str = "") -> None:
        """Moves a saved scenario to the trash, also a faulty one; conditions and faults are those of :meth:`save`."""
        _refuse_shipped(entry)
        with doing(Right.ADMINISTER, "scenario.remove", entry.id):
            now = self.entry(entry.id) if entry.scenario is None else None
            useless = now is not None and now.scenario is None
            remove_scenario(entry.path, digest, signed(initials(who)), useless=useless)

    def versions(self, entry: Entry) -> tuple[Record, ...]:
        """What was saved in the file of ``entry``, the newest first; none of what comes with the planner."""
        return () if entry.shipped else records(versions_of(entry.path))

    def restore_version(self, entry: Entry, version: Record, digest: str | None, who: str = "") -> Entry:
        """Saves an earlier version anew; conditions and faults are those of :meth:`save`."""
        _refuse_shipped(entry)
        with doing(Right.PLAN, "scenario.restore-version", entry.id):
            return self._entry(entry.path, restore_version(entry.path, version, digest, signed(initials(who))))

    def removed(self) -> tuple[Removed, ...]:
        """What is in the trash, what was removed last first."""
        return list_removed(self.scenarios_folder)

    def removed_entry(self, id: str) -> Removed | None:
        """What was removed last under the id of an address, which may come from outside; ``None`` where nothing was."""
        return next((one for one in self.removed() if _id(one.path) == id), None)

    def purged(self, id: str) -> bool:
        """Whether a scenario of that id was removed for good."""
        known = removed_from(self.scenarios_folder)
        return self.removed_entry(id) is None and any(_id(path) == id for path in known)

    def restore(self, removed: Removed) -> Entry:
        """Takes a scenario out of the trash: under the id that it had or, where that is taken by now, another one.

        Raises ``ConflictError`` where somebody else took it out, and ``InputError`` where it cannot be moved.
        """
        with doing(Right.PLAN, "scenario.restore", _SAVED + removed.path.stem) as done:
            path = restore_removed(removed)
            entry = next(entry for entry in self.entries() if entry.path == path)
            done.about = entry.id
            return entry

    def purge(self, removed: Removed) -> None:
        """Removes what is in the trash for good, with its versions. Raises ``InputError``."""
        with doing(Right.ADMINISTER, "scenario.purge", _SAVED + removed.path.stem):
            purge_removed(removed)

    def counties(self) -> tuple[CountyEntry, ...]:
        """Every county data set: those that come with the planner, then the saved ones, in the order of names."""
        names = sorted(geodata.county_names(), key=geodata.shipped_name)
        shipped = [CountyEntry(name, geodata.COUNTIES / name, True) for name in names]
        try:
            saved = sorted(f for f in self.counties_folder.iterdir() if f.is_dir() and not f.name.startswith("."))
        except OSError:
            saved = []
        return (*shipped, *map(_saved_county, saved))

    def remove_county(self, entry: CountyEntry, who: str = "") -> None:
        """Moves a saved data set to the trash. Raises ``InputError``, also for one that comes with the planner."""
        if entry.shipped:
            wrong = msg("“{name}” comes with the planner and is not changed", name=shown(entry.name))
            raise InputError([Fault(shown(entry.name), wrong, msg("a data set that was saved here"))])
        with doing(Right.ADMINISTER, "dataset.remove", entry.folder.name):
            remove_county(entry.folder, signed(initials(who)))

    def removed_counties(self) -> tuple[RemovedCounty, ...]:
        """The data sets in the trash, what was removed last first."""
        return removed_counties(self.counties_folder)

    def restore_county(self, removed: RemovedCounty) -> CountyEntry:
        """Takes a data set out of the trash, under the name that scenarios know it by. Raises ``InputError``."""
        with doing(Right.ADMINISTER, "dataset.restore", removed.folder.name):
            restore_county(removed)
        return _saved_county(removed.folder)

    def _entry(self, path: Path, scenario: Scenario) -> Entry:
        return Entry(_id(path), path, scenario, shipped=False)


def _saved_county(folder: Path) -> CountyEntry:
    return CountyEntry(f"{_COUNTIES}{_written(folder.name)}", folder, False)


def _saved(item: Listed) -> Entry:
    try:
        if item.scenario is not None:
            _check_county(item.scenario)
    except InputError as error:
        return Entry(_id(item.path), item.path, None, False, error.faults)
    return Entry(_id(item.path), item.path, item.scenario, False, item.faults)


def _check_county(scenario: Scenario) -> None:
    """Raises ``InputError`` where a scenario leads out of the data directory: what is here comes from many people."""
    name = scenario.county
    folder = name.removeprefix(_COUNTIES)
    if folder in ("", ".", "..") or any(sign in folder for sign in "/\\:"):
        wrong = msg("the county “{name}” is none of the list", name=shown(name))
        allowed = msg("a county that comes with the planner, or {folder}NAME of a saved data set", folder=_COUNTIES)
        raise InputError([scenario.source.fault(("county",), wrong, allowed)])


def _id(path: Path, *, shipped: bool = False) -> str:
    """The id of a scenario file."""
    return ("" if shipped else _SAVED) + _written(path.name.removesuffix(SUFFIX))


def _written(name: str) -> str:
    """The name of a file or folder as an address can hold it: the bytes of one that is no text as ``%E4``."""
    return name if misnamed(name) is None else quote(os.fsencode(name))


def library() -> Library:
    """The data directory as it is set at this moment."""
    chosen = os.environ.get(VARIABLE)
    return Library(Path(chosen) if chosen else Path(platformdirs.user_data_dir("kim-planer", appauthor=False)))


def _refuse_shipped(entry: Entry) -> None:
    if entry.shipped:
        wrong = msg("“{name}” comes with the planner and is not changed", name=shown(entry.name))
        raise InputError([Fault(entry.path.name, wrong, msg("save it under a name of your own"))])
