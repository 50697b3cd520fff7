"""Whether what the form states can be used for its county: every fault, before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from files.faults import Fault, InputError
from files.typed import shown
from files.yaml_file import key_path
from geodata import county_folder
from geodata.county import County
from scenarios.assemble import LoadedScenario, problem_from
from scenarios.library import Entry, library
from scenarios.schema import Scenario
from serving import answers
from translation import msg
from views.form.state import State, scenario_of

_UNSAVED = "_.yaml"
"""Where a scenario that is not saved would stand; no saved one has this name."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The scenario that a form states, where it states one, and the faults found in it.

    ``path`` is where it stands or would stand. ``county`` is missing where it cannot be read.
    """

    scenario: Scenario | None
    path: Path
    county: County | None
    faults: tuple[Fault, ...]


def check(state: State, entry: Entry | None) -> Checked:
    """Checks the form, which began with ``entry`` where there was any."""
    faults: list[Fault] = []
    scenario = None
    try:
        scenario = scenario_of(state)
    except InputError as error:
        faults += error.faults
    path = path_of(scenario, entry)
    county = None
    name = str(state["county"]).strip()
    # A county by its path may only be named by somebody who put the scenario's file in place.
    known = {county.name for county in library().counties()}
    if entry is not None and entry.scenario is not None:
        known.add(entry.scenario.county)
    try:
        county = answers.county(county_folder(name, path.parent)) if name in known else None
    except InputError as error:
        faults += error.faults
    if name not in known:
        wrong = msg("there is no county data set “{name}”", name=shown(name))
        faults.append(Fault("", wrong, msg("one of the list"), None, key_path(("county",))))
    if scenario is not None and county is not None:
        try:
            problem_from(scenario, path, solve=_not_yet, load=answers.county)
        except InputError as error:
            faults += error.faults
    return Checked(None if faults else scenario, path, county, tuple(faults))


def path_of(scenario: Scenario | None, entry: Entry | None) -> Path:
    """Where a scenario stands, for what it names beside it: that of ``entry`` until one of the planner's is changed."""
    if entry is not None and (not entry.shipped or scenario == entry.scenario):
        return entry.path
    return library().scenarios_folder / _UNSAVED


def _not_yet(_: LoadedScenario) -> None:
    """No reference plan: only the names matter here."""
